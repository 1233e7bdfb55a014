//! Several learners, their standardised scores averaged.
//!
//! With s_k the scores of learner k, and d_k their standard deviation over the rows that it was
//! trained on:
//!
//! ```text
//! score = (1 / K) * sum_k s_k / d_k
//! ```
//!
//! The means m_k of full standardising are constants of a label, which calibration takes up; they
//! are left out, so that 0 stays where the members themselves would say neither yes nor no.
//!
//! Learners of different kinds err on different texts, so that their mean errs less (Kittler, Hatef,
//! Duin and Matas, "On combining classifiers", PAMI 1998: the sum rule). All members are linear, so
//! that the blend is a linear model, too: as quick, as small, and explained like any other.
//!
//! Where every row has exactly one label (`exclusive`), scores are first centred over the labels and
//! one deviation serves all labels, which keeps a learner's order of them; otherwise each label has
//! its own.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, DatasetBase};
use linfa::traits::Fit;
use ndarray::{Array1, Array2};

use super::checks::check_shapes;
use super::learner::{Learner, ValidLearner};
use super::one_vs_rest::TermRecords;
use super::{LinearModel, Model};
use crate::error::{Error, Result};

/// Checked settings of a blend.
#[derive(Debug, Clone, PartialEq)]
pub struct BlendValidParams {
    members: Vec<ValidLearner>,
    exclusive: bool,
}

/// Settings of a blend.
///
/// ```
/// use leitmotif::classify::{BlendParams, Learner, LearnerKind, LearnerSettings};
/// use linfa::{Dataset, traits::{Fit, Predict}};
/// use ndarray::array;
/// let records = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
/// let data = Dataset::new(records, array![[true], [true], [false], [false]]);
/// let settings = LearnerSettings::default();
/// let member = |kind| Learner::new(kind, &settings);
/// let blend = BlendParams::new([member(LearnerKind::Svm), member(LearnerKind::ComplementNb)]);
/// assert_eq!(blend.fit(&data)?.predict(&data), *data.targets());
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BlendParams(BlendValidParams);

impl BlendParams {
    /// A blend of these learners.
    pub fn new(members: impl IntoIterator<Item = Learner>) -> Self {
        let members = members.into_iter().map(Learner::into_unchecked).collect();
        BlendParams(BlendValidParams { members, exclusive: false })
    }

    /// Whether every row has exactly one label; default false.
    pub fn exclusive(mut self, exclusive: bool) -> Self {
        self.0.exclusive = exclusive;
        self
    }
}

impl ParamGuard for BlendParams {
    type Checked = BlendValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&BlendValidParams> {
        if self.0.members.len() < 2 {
            return Err(Error::settings("a blend needs two learners or more"));
        }
        self.0.members.iter().try_for_each(ValidLearner::check_values)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<BlendValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for BlendValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        let matrix = dataset.records().to_terms()?;
        let shape = (matrix.n_terms(), targets.ncols());
        let mut weights = Array2::<f64>::zeros(shape);
        let mut bias = Array1::<f64>::zeros(shape.1);
        for member in &self.members {
            let Model::Linear(model) = member.fit(dataset)? else {
                return Err(Error::settings("a blend takes learners of linear models alone"));
            };
            let model = if self.exclusive { model.centred() } else { model };
            let factors = factors_of(&model.scores(&matrix), self.exclusive);
            weights += &(model.weights().mapv(f64::from) * &factors);
            bias += &(model.bias().mapv(f64::from) * &factors);
        }
        let n = self.members.len() as f64;
        Ok(LinearModel::new(weights.mapv(|w| (w / n) as f32), bias.mapv(|b| (b / n) as f32)))
    }
}

/// For each label one by the standard deviation of its scores, 1 where all are alike; `scores` of
/// shape (rows, labels), of which there is one row at least.
fn factors_of(scores: &Array2<f64>, exclusive: bool) -> Array1<f64> {
    let factor = |variance: f64| if variance > 0.0 { 1.0 / variance.sqrt() } else { 1.0 };
    if exclusive {
        let variance = scores.iter().map(|s| s * s).sum::<f64>() / scores.len() as f64;
        return Array1::from_elem(scores.ncols(), factor(variance));
    }
    let n = scores.nrows() as f64;
    let of_label = |scores: ndarray::ArrayView1<'_, f64>| {
        let mean = scores.iter().sum::<f64>() / n;
        factor(scores.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / n)
    };
    scores.columns().into_iter().map(of_label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{LearnerKind, LearnerSettings};
    use crate::matrix::TermMatrix;
    use ndarray::array;

    #[test]
    fn its_scores_are_the_mean_of_the_standardised_scores() {
        let rows = array![[1.0_f32, 0.0, 0.3], [0.9, 0.4, 0.0], [0.0, 1.0, 0.2], [0.1, 0.9, 0.9]];
        let matrix = TermMatrix::from_dense(rows.view());
        let targets = array![[true, false], [true, true], [false, false], [false, true]];
        let data = DatasetBase::new(matrix.clone(), targets);
        let settings = LearnerSettings::default();
        let kinds = [LearnerKind::Svm, LearnerKind::ComplementNb, LearnerKind::Logistic];
        let members = kinds.map(|kind| Learner::new(kind, &settings));
        let mut expected = Array2::<f64>::zeros((4, 2));
        for member in &members {
            let mut scores = member.fit(&data).unwrap().scores(&matrix);
            for mut column in scores.columns_mut() {
                let deviation = column.std(0.0);
                column.mapv_inplace(|score| score / deviation);
            }
            expected += &(scores / 3.0);
        }
        let blend = BlendParams::new(members).fit(&data).unwrap().scores(&matrix);
        for (ours, twin) in blend.iter().zip(&expected) {
            assert!((ours - twin).abs() < 1e-5, "{ours} and {twin}");
        }
    }

    #[test]
    fn one_learner_is_no_blend_and_trees_take_no_part() {
        let data = DatasetBase::new(array![[1.0_f32], [0.0]], array![[true], [false]]);
        let settings = LearnerSettings::default();
        let member = |kind| Learner::new(kind, &settings);
        assert!(BlendParams::new([member(LearnerKind::Svm)]).fit(&data).is_err());
        let trees = [member(LearnerKind::Svm), member(LearnerKind::LinfaTrees)];
        assert!(BlendParams::new(trees).fit(&data).is_err());
    }
}
