//! Several learners, their standardised scores averaged.
//!
//! With s_k the scores of learner k, v_k its weight (1 unless said), and d_k their standard deviation over the rows that it was
//! trained on:
//!
//! ```text
//! score = sum_k v_k s_k / d_k / sum_k v_k
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
use ndarray::{Array1, Array2, Axis};

use super::checks::{check_positive, check_shapes};
use super::learner::{Learner, ValidLearner};
use super::one_vs_rest::TermRecords;
use super::{LinearModel, Model};
use crate::error::{Error, Result};

/// Checked settings of a blend.
#[derive(Debug, Clone, PartialEq)]
pub struct BlendValidParams {
    members: Vec<(ValidLearner, f64)>,
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
    /// A blend of these learners, each of the same weight.
    pub fn new(members: impl IntoIterator<Item = Learner>) -> Self {
        Self::weighted(members.into_iter().map(|member| (member, 1.0)))
    }

    /// A blend of these learners with their weights, which are above 0.
    pub fn weighted(members: impl IntoIterator<Item = (Learner, f64)>) -> Self {
        let unchecked = |(member, weight): (Learner, f64)| (member.into_unchecked(), weight);
        let members = members.into_iter().map(unchecked).collect();
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
        for (member, weight) in &self.0.members {
            check_positive("weight", *weight)?;
            member.check_values()?;
        }
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
        let total: f64 = self.members.iter().map(|(_, weight)| weight).sum();
        for (member, weight) in &self.members {
            let Model::Linear(model) = member.fit(dataset)? else {
                return Err(Error::settings("a blend takes learners of linear models alone"));
            };
            let model = if self.exclusive { model.centred() } else { model };
            let factors = factors_of(&model.scores(&matrix), self.exclusive) * (weight / total);
            weights += &(model.weights().mapv(f64::from) * &factors);
            bias += &(model.bias().mapv(f64::from) * &factors);
        }
        Ok(LinearModel::new(weights.mapv(|w| w as f32), bias.mapv(|b| b as f32)))
    }
}

/// Standardised scores of one learner for texts it has not seen, as a blend adds them up: `scores`
/// over the deviation of `of_training`, its scores for the rows it was trained on.
pub fn standardised(
    scores: &Array2<f64>,
    of_training: &Array2<f64>,
    exclusive: bool,
) -> Array2<f64> {
    if exclusive {
        return centred(scores) * factors_of(&centred(of_training), exclusive);
    }
    scores * factors_of(of_training, exclusive)
}

/// The scores with the mean over the labels taken off each row.
fn centred(scores: &Array2<f64>) -> Array2<f64> {
    let means = scores.sum_axis(Axis(1)) / scores.ncols().max(1) as f64;
    scores - &means.insert_axis(Axis(1))
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
    fn standardised_scores_of_the_members_add_up_to_the_weighted_blend() {
        let rows = array![[1.0_f32, 0.0, 0.3], [0.9, 0.4, 0.0], [0.0, 1.0, 0.2], [0.1, 0.9, 0.9]];
        let matrix = TermMatrix::from_dense(rows.view());
        let targets = array![[true, false], [true, false], [false, true], [false, true]];
        let data = DatasetBase::new(matrix, targets);
        let unseen = TermMatrix::from_dense(array![[0.3_f32, 0.2, 0.9], [0.0, 0.7, 0.1]].view());
        for exclusive in [false, true] {
            let settings = LearnerSettings { exclusive, ..LearnerSettings::default() };
            let members = [(LearnerKind::Svm, 3.0), (LearnerKind::ComplementNb, 1.0)];
            let members = members.map(|(kind, weight)| (Learner::new(kind, &settings), weight));
            let mut expected = Array2::<f64>::zeros((2, 2));
            for (member, weight) in &members {
                let model = member.fit(&data).unwrap();
                let of_training = model.scores(data.records());
                let scores = standardised(&model.scores(&unseen), &of_training, exclusive);
                expected += &(scores * (weight / 4.0));
            }
            let blend = BlendParams::weighted(members).exclusive(exclusive);
            let scores = blend.fit(&data).unwrap().scores(&unseen);
            for (ours, twin) in scores.iter().zip(&expected) {
                assert!((ours - twin).abs() < 1e-5, "{ours} and {twin}");
            }
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
