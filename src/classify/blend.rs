//! Several learners, their standardised scores averaged.
//!
//! With s_k the scores of learner k, v_k its weight (1 unless said), m_k and d_k the mean and the
//! standard deviation of its scores over the rows that it was trained on, and p the share of those that
//! have the label:
//!
//! ```text
//! score = sum_k v_k (s_k - m_k) / d_k / sum_k v_k - min(4, (1 - 2 p) / (2 sqrt(p (1 - p))))
//! ```
//!
//! The last term puts 0 halfway between the rows with and without the label, as it would be if each
//! side had one score alone; for rare labels 4 deviations above the mean, since a row more or less,
//! such as folds differ by, would move that point far.
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
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

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
            let Scale { factors, shifts } =
                Scale::of(&model.scores(&matrix), targets, self.exclusive);
            let share = weight / total;
            weights += &(model.weights().mapv(f64::from) * &factors * share);
            bias += &((model.bias().mapv(f64::from) * &factors - shifts) * share);
        }
        Ok(LinearModel::new(weights.mapv(|w| w as f32), bias.mapv(|b| b as f32)))
    }
}

/// Standardised scores of one learner for texts it has not seen, as a blend adds them up; `of_training`
/// are its scores for the rows it was trained on, whose labels are `targets`.
pub fn standardised(
    scores: &Array2<f64>,
    of_training: &Array2<f64>,
    targets: ArrayView2<'_, bool>,
    exclusive: bool,
) -> Array2<f64> {
    let centre = |scores: &Array2<f64>| if exclusive { centred(scores) } else { scores.clone() };
    let Scale { factors, shifts } = Scale::of(&centre(of_training), targets, exclusive);
    centre(scores) * factors - shifts
}

/// The scores with the mean over the labels taken off each row.
fn centred(scores: &Array2<f64>) -> Array2<f64> {
    let means = scores.sum_axis(Axis(1)) / scores.ncols().max(1) as f64;
    scores - &means.insert_axis(Axis(1))
}

/// How far below 0 a blend puts a label that no training row has.
const NEVER_SEEN: f64 = 8.0;

/// How far above the mean of all scores 0 may lie.
const FARTHEST: f64 = 4.0;

/// For each label what its scores are multiplied by, and what is then taken off.
struct Scale {
    factors: Array1<f64>,
    shifts: Array1<f64>,
}

impl Scale {
    /// From the scores of the training rows, shape (rows, labels), of which there is one row at least.
    fn of(scores: &Array2<f64>, targets: ArrayView2<'_, bool>, exclusive: bool) -> Scale {
        let factor = |variance: f64| if variance > 0.0 { 1.0 / variance.sqrt() } else { 1.0 };
        if exclusive {
            let variance = scores.iter().map(|s| s * s).sum::<f64>() / scores.len() as f64;
            let factors = Array1::from_elem(scores.ncols(), factor(variance));
            return Scale { factors, shifts: Array1::zeros(scores.ncols()) };
        }
        let n = scores.nrows() as f64;
        let of_label = |(of_label, truth): (ArrayView1<'_, f64>, ArrayView1<'_, bool>)| {
            let mean = of_label.iter().sum::<f64>() / n;
            let variance = of_label.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / n;
            let n_yes = truth.iter().filter(|&&yes| yes).count() as f64;
            if n_yes == 0.0 || n_yes == n {
                // Nothing was learned: the same answer for every text, whatever small differences say.
                return (0.0, if n_yes == 0.0 { NEVER_SEEN } else { -NEVER_SEEN });
            }
            let share = n_yes / n;
            let halfway = (1.0 - 2.0 * share) / (2.0 * (share * (1.0 - share)).sqrt());
            let halfway = halfway.min(FARTHEST);
            let factor = factor(variance);
            (factor, mean * factor + halfway)
        };
        let columns = scores.columns().into_iter().zip(targets.columns());
        let (factors, shifts) = columns.map(of_label).unzip::<_, _, Vec<_>, Vec<_>>();
        Scale { factors: factors.into(), shifts: shifts.into() }
    }
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
                let (mean, deviation) = (column.mean().unwrap(), column.std(0.0));
                // Half of the rows have each label: the point halfway is the mean.
                column.mapv_inplace(|score| (score - mean) / deviation);
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
                let targets = data.targets().view();
                let scores = standardised(&model.scores(&unseen), &of_training, targets, exclusive);
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
