//! A support vector machine on terms weighed by their log-count ratio.
//!
//! For one label, with n+ and n- the sums over the rows with and without it of whether term t
//! occurs, smoothing a, and V terms:
//!
//! ```text
//! r_t = ln( ((n+_t + a) / (|n+|_1 + a V)) / ((n-_t + a) / (|n-|_1 + a V)) )
//! ```
//!
//! The rows are multiplied by r, the machine of [`super::svm`] is trained on them, and its weights
//! v are drawn towards their mean size m = |v|_1 / V: w_t = r_t * (b v_t + (1 - b) m). Wang and
//! Manning, "Baselines and bigrams: simple, good sentiment and topic classification", ACL 2012,
//! sections 2.2 and 2.3. Ratios are those of presence, as there; rows keep their tf-idf weights.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, DatasetBase};
use linfa::traits::Fit;
use ndarray::parallel::prelude::*;
use ndarray::{ArrayView1, ArrayViewMut1, Axis};

use super::LinearModel;
use super::checks::{check_positive, check_shapes};
use super::one_vs_rest::TermRecords;
use super::svm::SvmValidParams;
use super::svm_lanes::solve_all;
use crate::error::{Error, Result};
use crate::math::ln;
use crate::matrix::TermMatrix;

/// How much of the learned weights is kept; the rest is their mean size. The paper's value.
const KEPT: f64 = 0.25;

/// Checked settings of the machine on weighed terms.
#[derive(Debug, Clone, PartialEq)]
pub struct NbSvmValidParams {
    svm: SvmValidParams,
    smoothing: f64,
}

/// Settings of the machine on weighed terms.
///
/// ```
/// use leitmotif::classify::NbSvmParams;
/// use linfa::{Dataset, traits::{Fit, Predict}};
/// use ndarray::array;
/// let records = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
/// let data = Dataset::new(records, array![[true], [true], [false], [false]]);
/// let model = NbSvmParams::default().fit(&data)?;
/// assert_eq!(model.predict(&data), *data.targets());
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NbSvmParams(NbSvmValidParams);

impl Default for NbSvmParams {
    /// C = 1 and smoothing 1, as in the paper.
    fn default() -> Self {
        NbSvmParams(NbSvmValidParams { svm: SvmValidParams::default(), smoothing: 1.0 })
    }
}

impl NbSvmParams {
    /// C of the support vector machine; above 0.
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.svm.cost = cost;
        self
    }

    /// How far the support vector machine's objective may be from the optimum, as a share of it; above 0.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.svm.tolerance = tolerance;
        self
    }

    /// What is added to the count of each term; above 0.
    pub fn smoothing(mut self, smoothing: f64) -> Self {
        self.0.smoothing = smoothing;
        self
    }

    /// The seed of the order in which rows are visited.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.svm.seed = seed;
        self
    }
}

impl ParamGuard for NbSvmParams {
    type Checked = NbSvmValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&NbSvmValidParams> {
        self.0.svm.check_values()?;
        check_positive("smoothing", self.0.smoothing)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<NbSvmValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for NbSvmValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        let matrix = dataset.records().to_terms()?;
        let all = presence(&matrix, 0..matrix.n_rows());
        let ratios_of = |label| self.ratios(&matrix, &all, targets.column(label));
        let (mut weights, bias) = solve_all(&self.svm, &matrix, targets, Some(&ratios_of));
        let columns = weights.axis_iter_mut(Axis(1)).into_par_iter().enumerate();
        columns.for_each(|(label, of_label)| draw_to_mean_size(of_label, &ratios_of(label)));
        Ok(LinearModel::new(weights, bias))
    }
}

/// r_t v_t to r_t * (b v_t + (1 - b) m); the weights v of the machine are those of the rows that are
/// multiplied by r, and of a term with r = 0 they are 0.
fn draw_to_mean_size(mut weights: ArrayViewMut1<'_, f32>, ratios: &[f32]) {
    let own = |(&weight, &ratio): (&f32, &f32)| {
        if ratio == 0.0 { 0.0 } else { f64::from(weight) / f64::from(ratio) }
    };
    let sizes = weights.iter().zip(ratios).map(|pair| own(pair).abs());
    let size = sizes.sum::<f64>() / ratios.len().max(1) as f64;
    for (weight, &ratio) in weights.iter_mut().zip(ratios) {
        let kept = KEPT * f64::from(*weight) + (1.0 - KEPT) * size * f64::from(ratio);
        *weight = kept as f32;
    }
}

impl NbSvmValidParams {
    /// r of every term for one label; `all` is the presence of the terms in all rows.
    fn ratios(&self, matrix: &TermMatrix, all: &[u32], truth: ArrayView1<'_, bool>) -> Vec<f32> {
        let with_label = truth.iter().enumerate().filter(|(_, yes)| **yes).map(|(row, _)| row);
        let yes = presence(matrix, with_label);
        let no: Vec<u32> = all.iter().zip(&yes).map(|(all, yes)| all - yes).collect();
        log_count_ratios(&yes, &no, self.smoothing)
    }
}

/// For each term the number of these rows that hold it.
fn presence(matrix: &TermMatrix, rows: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut counts = vec![0; matrix.n_terms()];
    for row in rows {
        matrix.row(row).terms.iter().for_each(|&term| counts[term as usize] += 1);
    }
    counts
}

/// r of every term, from the numbers of rows with and without the label that hold it.
fn log_count_ratios(yes: &[u32], no: &[u32], smoothing: f64) -> Vec<f32> {
    let log_total = |counts: &[u32]| {
        let sum: f64 = counts.iter().map(|&n| f64::from(n)).sum();
        ln(sum + smoothing * counts.len() as f64)
    };
    let shift = log_total(no) - log_total(yes);
    let ratio = |(&yes, &no): (&u32, &u32)| {
        (ln(f64::from(yes) + smoothing) - ln(f64::from(no) + smoothing) + shift) as f32
    };
    yes.iter().zip(no).map(ratio).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn ratios_are_those_of_the_paper() {
        let rows = array![[2.0_f32, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 3.0, 1.0]];
        let matrix = TermMatrix::from_dense(rows.view());
        let (yes, no) = (presence(&matrix, 0..2), presence(&matrix, 2..3));
        let ratios = log_count_ratios(&yes, &no, 1.0);
        // n+ = (2, 1, 1), n- = (0, 1, 1); with smoothing 3/7, 2/7, 2/7 and 1/5, 2/5, 2/5.
        for (ratio, (yes, no)) in ratios.iter().zip([(3.0, 1.0), (2.0, 2.0), (2.0, 2.0)]) {
            let expected = ((yes / 7.0_f64) / (no / 5.0)).ln();
            assert!((f64::from(*ratio) - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn a_label_without_rows_gets_no_positive_score() {
        let rows = array![[1.0_f32, 0.0], [0.0, 1.0]];
        let data = DatasetBase::new(rows.clone(), array![[false], [false]]);
        let model = NbSvmParams::default().fit(&data).unwrap();
        let scores = model.scores(&TermMatrix::from_dense(rows.view()));
        assert!(scores.iter().all(|&score| score < 0.0));
    }
}
