//! One learner per label, in parallel: the shared part of our own learners.
//!
//! Each label's problem is solved by one thread from start to end, so that the result does not
//! depend on the number of threads.

use std::borrow::Cow;

use linfa::dataset::{AsMultiTargets, DatasetBase, Records};
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2};
use rayon::prelude::*;

use super::LinearModel;
use super::checks::check_shapes;
use crate::error::{Error, Result};
use crate::matrix::{Row, TermMatrix};

/// Records that our learners accept: sparse rows, or dense ones that they make sparse.
pub trait TermRecords: Records {
    /// The sparse form.
    ///
    /// # Errors
    /// Where a value is not finite.
    fn to_terms(&self) -> Result<Cow<'_, TermMatrix>>;
}

impl TermRecords for TermMatrix {
    fn to_terms(&self) -> Result<Cow<'_, TermMatrix>> {
        Ok(Cow::Borrowed(self))
    }
}

impl<D: Data<Elem = f32>> TermRecords for ArrayBase<D, Ix2> {
    fn to_terms(&self) -> Result<Cow<'_, TermMatrix>> {
        if self.iter().any(|value| !value.is_finite()) {
            return Err(Error::data("the records have a value that is not finite"));
        }
        Ok(Cow::Owned(TermMatrix::from_dense(self.view())))
    }
}

/// One label's problem: which rows have the label.
pub(super) struct Problem<'a> {
    pub matrix: &'a TermMatrix,
    /// +1 for the rows that have the label, -1 for the others.
    pub signs: Vec<f64>,
    /// The squared length of each row, the constant feature of the bias included.
    pub squared_norms: &'a [f64],
}

/// One label's solution, growing while it is sought. The bias is the weight of a constant feature
/// of value 1 and regularised like the others, as in liblinear and scikit-learn's `LinearSVC`.
#[derive(Clone)]
pub(super) struct Solution {
    pub weights: Vec<f64>,
    pub bias: f64,
}

impl Solution {
    pub(super) fn zero(n_terms: usize) -> Self {
        Solution { weights: vec![0.0; n_terms], bias: 0.0 }
    }

    /// w . x + b
    pub(super) fn score(&self, row: Row<'_>) -> f64 {
        let weighted =
            row.iter().map(|(term, value)| f64::from(value) * self.weights[term as usize]);
        self.bias + weighted.sum::<f64>()
    }

    /// (w, b) += step * (x, 1)
    pub(super) fn add(&mut self, row: Row<'_>, step: f64) {
        for (term, value) in row.iter() {
            self.weights[term as usize] += step * f64::from(value);
        }
        self.bias += step;
    }
}

/// Solves every label's problem with `solve` and puts the solutions together.
///
/// # Errors
/// Where there is no row, or rows and targets differ in number.
pub(super) fn fit_labels<R: TermRecords, T: AsMultiTargets<Elem = bool>>(
    dataset: &DatasetBase<R, T>,
    solve: impl Fn(&Problem<'_>) -> Solution + Sync,
) -> Result<LinearModel> {
    let targets = dataset.targets().as_multi_targets();
    check_shapes(dataset.records().nsamples(), targets.nrows())?;
    let matrix = dataset.records().to_terms()?;
    let matrix = matrix.as_ref();
    let squared_norms = squared_norms(matrix);
    let solutions: Vec<(Vec<f32>, f32)> = (0..targets.ncols())
        .into_par_iter()
        .map(|label| {
            let signs = signs_of(targets.column(label));
            let solution = solve(&Problem { matrix, signs, squared_norms: &squared_norms });
            (solution.weights.into_iter().map(|w| w as f32).collect(), solution.bias as f32)
        })
        .collect();
    Ok(assemble(matrix.n_terms(), solutions))
}

/// +1 for the rows that have the label, -1 for the others.
pub(super) fn signs_of<'t>(truth: impl IntoIterator<Item = &'t bool>) -> Vec<f64> {
    truth.into_iter().map(|&yes| if yes { 1.0 } else { -1.0 }).collect()
}

/// The squared length of each row, the constant feature of the bias included.
pub(super) fn squared_norms(matrix: &TermMatrix) -> Vec<f64> {
    matrix.rows().map(|row| 1.0 + row.squared_norm()).collect()
}

/// Puts (weights, bias) of each label side by side.
pub(super) fn assemble(n_terms: usize, solutions: Vec<(Vec<f32>, f32)>) -> LinearModel {
    let mut weights = Array2::zeros((n_terms, solutions.len()));
    let mut bias = Array1::zeros(solutions.len());
    for (label, (of_label, b)) in solutions.into_iter().enumerate() {
        weights.column_mut(label).assign(&Array1::from(of_label));
        bias[label] = b;
    }
    LinearModel::new(weights, bias)
}
