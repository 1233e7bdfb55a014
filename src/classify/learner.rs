//! The choice among the learners, itself a learner of linfa's kind.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, DatasetBase};
use linfa::traits::Fit;
use serde::{Deserialize, Serialize};

use super::one_vs_rest::TermRecords;
use super::{LinearModel, LinfaLogisticParams, LogisticParams, SvmParams};
use crate::error::{Error, Result};

/// Which learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LearnerKind {
    /// Our logistic regression.
    Logistic,
    /// Our linear support vector machine.
    Svm,
    /// linfa's logistic regression on selected columns.
    LinfaLogistic,
}

/// A learner with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner(ValidLearner);

/// A learner whose settings have been checked.
#[derive(Debug, Clone, PartialEq)]
pub enum ValidLearner {
    /// Our logistic regression.
    Logistic(LogisticParams),
    /// Our linear support vector machine.
    Svm(SvmParams),
    /// linfa's logistic regression on selected columns.
    LinfaLogistic(LinfaLogisticParams),
}

impl Learner {
    /// The learner of this kind; `cost` where it is not to be the kind's own default.
    pub fn new(kind: LearnerKind, cost: Option<f64>, seed: u64) -> Self {
        Learner(match kind {
            LearnerKind::Logistic => {
                let params = LogisticParams::default().seed(seed);
                ValidLearner::Logistic(match cost {
                    Some(cost) => params.cost(cost),
                    None => params,
                })
            }
            LearnerKind::Svm => {
                let params = SvmParams::default().seed(seed);
                ValidLearner::Svm(match cost {
                    Some(cost) => params.cost(cost),
                    None => params,
                })
            }
            LearnerKind::LinfaLogistic => {
                let params = LinfaLogisticParams::default();
                ValidLearner::LinfaLogistic(match cost {
                    Some(cost) => params.cost(cost),
                    None => params,
                })
            }
        })
    }
}

impl ParamGuard for Learner {
    type Checked = ValidLearner;
    type Error = Error;

    fn check_ref(&self) -> Result<&ValidLearner> {
        match &self.0 {
            ValidLearner::Logistic(params) => params.check_ref().map(drop),
            ValidLearner::Svm(params) => params.check_ref().map(drop),
            ValidLearner::LinfaLogistic(params) => params.check_ref().map(drop),
        }?;
        Ok(&self.0)
    }

    fn check(self) -> Result<ValidLearner> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for ValidLearner {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        match self {
            ValidLearner::Logistic(params) => params.fit(dataset),
            ValidLearner::Svm(params) => params.fit(dataset),
            ValidLearner::LinfaLogistic(params) => params.fit(dataset),
        }
    }
}
