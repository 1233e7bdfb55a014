//! linfa's Bernoulli naive Bayes, on dense columns that chi-squared selects for each label.
//!
//! A checked baseline beside our own naive Bayes. Its joint log likelihood is linear in the row, so
//! that asking it about the unit rows gives the weights, and the model is the same sparse linear
//! model as everywhere. linfa's *multinomial* naive Bayes is left aside: in 0.8.1 it prints a debug
//! dump to standard error at every fit. Values below 1 count as the parts of an occurrence that they
//! are. The products of linfa's library differ in their last digits from machine to machine.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, Dataset, DatasetBase};
use linfa::traits::Fit;
use linfa_bayes::{BernoulliNb, NaiveBayes};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use super::LinearModel;
use super::checks::{check_positive, check_shapes};
use super::chi_squared::{chi_squared, select};
use super::one_vs_rest::{TermRecords, assemble};
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaBayesValidParams {
    smoothing: f64,
    n_columns: usize,
}

/// Settings of linfa's Bernoulli naive Bayes.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaBayesParams(LinfaBayesValidParams);

impl Default for LinfaBayesParams {
    /// Smoothing 0.03, for parts of occurrences are small; 300 columns per label.
    fn default() -> Self {
        LinfaBayesParams(LinfaBayesValidParams { smoothing: 0.03, n_columns: 300 })
    }
}

impl LinfaBayesParams {
    /// What is added to the count of each term; above 0.
    pub fn smoothing(mut self, smoothing: f64) -> Self {
        self.0.smoothing = smoothing;
        self
    }
}

impl ParamGuard for LinfaBayesParams {
    type Checked = LinfaBayesValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LinfaBayesValidParams> {
        check_positive("smoothing", self.0.smoothing)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LinfaBayesValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for LinfaBayesValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        let matrix = dataset.records().to_terms()?;
        if matrix.values().iter().any(|value| !(0.0..=1.0).contains(value)) {
            return Err(Error::data("linfa-bayes takes parts of occurrences: values from 0 to 1"));
        }
        let solutions: Result<Vec<_>> = (0..targets.ncols())
            .into_par_iter()
            .map(|label| self.fit_label(&matrix, &targets.column(label).to_vec()))
            .collect();
        Ok(assemble(matrix.n_terms(), solutions?))
    }
}

impl LinfaBayesValidParams {
    fn fit_label(&self, matrix: &TermMatrix, truth: &[bool]) -> Result<(Vec<f32>, f32)> {
        let mut weights = vec![0.0; matrix.n_terms()];
        let n_yes = truth.iter().filter(|&&yes| yes).count();
        if n_yes == 0 || n_yes == truth.len() {
            return Ok((weights, if n_yes == 0 { -1.0 } else { 1.0 }));
        }
        let columns = select(&chi_squared(matrix, truth), self.n_columns);
        let data = Dataset::new(matrix.to_dense(&columns), Array1::from(truth.to_vec()));
        let fitted = BernoulliNb::params()
            .alpha(self.smoothing)
            .binarize(None)
            .fit(&data)
            .map_err(|error| Error::settings(format!("linfa-bayes: {error}")))?;
        // The empty row first, then for each column the row that has 1 there.
        let n = columns.len();
        let unit = |(row, column)| if row == column + 1 { 1.0 } else { 0.0 };
        let likelihood =
            fitted.joint_log_likelihood(Array2::from_shape_fn((n + 1, n), unit).view());
        let log_odds = &likelihood[&true] - &likelihood[&false];
        for (place, &term) in columns.iter().enumerate() {
            weights[term as usize] = (log_odds[place + 1] - log_odds[0]) as f32;
        }
        Ok((weights, log_odds[0] as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linfa::traits::Predict;
    use ndarray::array;

    #[test]
    fn its_scores_decide_as_linfa_does() {
        let rows = array![[1.0_f32, 0.0, 0.2], [0.9, 0.2, 0.0], [0.0, 1.0, 0.0], [0.1, 0.9, 0.7]];
        let truth = [true, true, false, false];
        let targets = Array2::from_shape_fn((4, 1), |(row, _)| truth[row]);
        let data = DatasetBase::new(rows.clone(), targets);
        let model = LinfaBayesParams::default().fit(&data).unwrap();
        let dense = rows.mapv(f64::from);
        let theirs = BernoulliNb::params()
            .alpha(0.03)
            .binarize(None)
            .fit(&Dataset::new(dense.clone(), Array1::from(truth.to_vec())))
            .unwrap();
        let (log_p, classes) = theirs.predict_log_proba(dense.view());
        let yes = classes.iter().position(|class| **class).unwrap();
        let scores = model.scores(&TermMatrix::from_dense(rows.view()));
        for (row, score) in scores.column(0).iter().enumerate() {
            let expected = log_p[[row, yes]] - log_p[[row, 1 - yes]];
            assert!((score - expected).abs() < 1e-5, "{score} and {expected}");
        }
        let decided: Array1<bool> = theirs.predict(&dense);
        assert!(scores.column(0).iter().zip(&decided).all(|(&score, &yes)| (score > 0.0) == yes));
    }

    #[test]
    fn a_value_above_1_is_refused() {
        let data = DatasetBase::new(array![[3.0_f32], [0.0]], array![[true], [false]]);
        assert!(LinfaBayesParams::default().fit(&data).is_err());
    }

    #[test]
    fn a_label_that_all_rows_have_or_none_is_a_bias_alone() {
        let rows = array![[1.0_f32], [0.5]];
        let data = DatasetBase::new(rows, array![[true, false], [true, false]]);
        let model = LinfaBayesParams::default().fit(&data).unwrap();
        assert_eq!(model.bias().to_vec(), [1.0, -1.0]);
    }
}
