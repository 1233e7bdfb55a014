//! linfa's own logistic regression, on dense columns that chi-squared selects for each label.
//!
//! A checked baseline beside our learners. Two habits of `linfa-logistic` 0.8.1 are fenced here: it
//! takes the more frequent class as the positive one, so that a rare label's weights come out with
//! the wrong sign unless its class order is asked; and it refuses a label that all rows have, or
//! none, which here becomes a bias alone. The selected columns are terms, so the result is the same
//! sparse linear model as everywhere. Its bytes hold for any number of threads on one machine; on
//! another the platform's `exp` may differ. Of more than `MAX_ROWS_PER_SIDE` rows
//! with a label, or without it, so many are drawn.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, Dataset, DatasetBase};
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::Array1;
use rayon::prelude::*;

use super::LinearModel;
use super::checks::{check_positive, check_shapes};
use super::one_vs_rest::{TermRecords, assemble};
use super::sample::Sample;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// How many rows with a label, and without it, are looked at: its cost grows with them.
const MAX_ROWS_PER_SIDE: usize = 2_500;

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaLogisticValidParams {
    cost: f64,
    n_columns: usize,
    max_iterations: u64,
    seed: u64,
}

/// Settings of linfa's logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaLogisticParams(LinfaLogisticValidParams);

impl Default for LinfaLogisticParams {
    /// C = 10, 300 columns per label (dense work grows with their number), at most 50 iterations.
    fn default() -> Self {
        LinfaLogisticParams(LinfaLogisticValidParams {
            cost: 10.0,
            n_columns: 300,
            max_iterations: 50,
            seed: 42,
        })
    }
}

impl LinfaLogisticParams {
    /// C: the loss against the weights; linfa's alpha is 1 / C. Above 0.
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }

    /// The seed of the drawn rows.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// How many terms are selected for each label; above 0.
    pub fn n_columns(mut self, n_columns: usize) -> Self {
        self.0.n_columns = n_columns;
        self
    }
}

impl ParamGuard for LinfaLogisticParams {
    type Checked = LinfaLogisticValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LinfaLogisticValidParams> {
        check_positive("cost", self.0.cost)?;
        check_positive("number of columns", self.0.n_columns as f64)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LinfaLogisticValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for LinfaLogisticValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        let matrix = dataset.records().to_terms()?;
        let solutions: Result<Vec<_>> = (0..targets.ncols())
            .into_par_iter()
            .map(|label| self.fit_label(&matrix, &targets.column(label).to_vec()))
            .collect();
        Ok(assemble(matrix.n_terms(), solutions?))
    }
}

impl LinfaLogisticValidParams {
    fn fit_label(&self, matrix: &TermMatrix, truth: &[bool]) -> Result<(Vec<f32>, f32)> {
        let mut weights = vec![0.0; matrix.n_terms()];
        let n_yes = truth.iter().filter(|&&yes| yes).count();
        if n_yes == 0 || n_yes == truth.len() {
            return Ok((weights, if n_yes == 0 { -1.0 } else { 1.0 }));
        }
        let sample = Sample::drawn(matrix, truth, self.n_columns, MAX_ROWS_PER_SIDE, self.seed);
        let data = Dataset::new(sample.records, Array1::from(sample.truth));
        let fitted = LogisticRegression::default()
            .alpha(1.0 / self.cost)
            .max_iterations(self.max_iterations)
            .fit(&data)
            .map_err(|error| Error::settings(format!("linfa-logistic: {error}")))?;
        let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
        for (&term, weight) in sample.columns.iter().zip(fitted.params()) {
            weights[term as usize] = (sign * weight) as f32;
        }
        Ok((weights, (sign * fitted.intercept()) as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    fn fit(targets: Array2<bool>) -> (LinearModel, TermMatrix) {
        let rows = array![[1.0_f32, 0.0], [0.9, 0.2], [0.0, 1.0], [0.1, 0.9], [0.0, 0.8]];
        let matrix = TermMatrix::from_dense(rows.view());
        let data = DatasetBase::new(matrix.clone(), targets);
        (LinfaLogisticParams::default().fit(&data).unwrap(), matrix)
    }

    #[test]
    fn a_rare_label_and_a_frequent_one_both_keep_their_sign() {
        let rare =
            array![[true, false], [true, false], [false, true], [false, true], [false, true]];
        let (model, matrix) = fit(rare.clone());
        assert_eq!(model.scores(&matrix).mapv(|score| score > 0.0), rare);
    }

    #[test]
    fn a_label_that_all_rows_have_or_none_is_a_bias_alone() {
        let targets = Array2::from_shape_fn((5, 2), |(_, label)| label == 1);
        let (model, matrix) = fit(targets.clone());
        assert_eq!(model.scores(&matrix).mapv(|score| score > 0.0), targets);
        assert!(model.weights().iter().all(|&weight| weight == 0.0));
    }
}
