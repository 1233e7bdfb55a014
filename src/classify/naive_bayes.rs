//! Multinomial and complement naive Bayes, as linear models.
//!
//! With S_lt the sum of term t over the rows that have label l, smoothing a, and V terms:
//!
//! ```text
//! p(t | l) = (S_lt + a) / (sum over t of S_lt + a V)
//! ```
//!
//! *Multinomial* (McCallum and Nigam 1998): w_lt = ln p(t | l), bias_l = ln(share of the rows with l).
//! *Complement* (Rennie, Shih, Teevan and Karger, "Tackling the poor assumptions of naive Bayes text
//! classifiers", ICML 2003, section 3.1): w_lt = -ln p(t | rows without l), no bias: what speaks
//! against a label is learned from more text, and more evenly, than what speaks for it.
//!
//! Where every row has exactly one label (`exclusive`), a text's scores are compared with one
//! another, and the mean over the labels is taken off each weight, which changes no comparison and
//! leaves what a term says for *this* label. Otherwise each label is a question of its own, and
//! the weights for "no" are taken off those for "yes".
//!
//! Cost: stored values times labels that a row has, and terms times labels.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, DatasetBase};
use linfa::traits::Fit;
use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;

use super::LinearModel;
use super::checks::{check_positive, check_shapes};
use super::one_vs_rest::{TermRecords, assemble};
use crate::error::{Error, Result};
use crate::math::ln;
use crate::matrix::TermMatrix;

/// Which rows a label's weights come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// From those that have it.
    Multinomial,
    /// From those that have it not.
    Complement,
}

/// Checked settings of naive Bayes.
#[derive(Debug, Clone, PartialEq)]
pub struct NaiveBayesValidParams {
    event: Event,
    /// `None` for the default, which depends on the other two.
    smoothing: Option<f64>,
    exclusive: bool,
}

/// Settings of naive Bayes.
///
/// ```
/// use leitmotif::classify::NaiveBayesParams;
/// use linfa::{Dataset, traits::{Fit, Predict}};
/// use ndarray::array;
/// let records = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
/// let data = Dataset::new(records, array![[true], [true], [false], [false]]);
/// let model = NaiveBayesParams::complement().fit(&data)?;
/// assert_eq!(model.predict(&data), *data.targets());
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NaiveBayesParams(NaiveBayesValidParams);

impl NaiveBayesParams {
    /// Multinomial naive Bayes. Smoothing 0.01: rows of length 1 hold a few tenths for each term, and
    /// labels have few rows, so that the usual 1 would drown what they say.
    pub fn multinomial() -> Self {
        Self::of(Event::Multinomial)
    }

    /// Complement naive Bayes. Smoothing 0.01; 0.3 where labels are exclusive, for then the sums are
    /// those of nearly all rows.
    pub fn complement() -> Self {
        Self::of(Event::Complement)
    }

    fn of(event: Event) -> Self {
        NaiveBayesParams(NaiveBayesValidParams { event, smoothing: None, exclusive: false })
    }

    /// What is added to the sum of each term; above 0.
    pub fn smoothing(mut self, smoothing: f64) -> Self {
        self.0.smoothing = Some(smoothing);
        self
    }

    /// Whether every row has exactly one label, so that labels are weighed against one another;
    /// default false.
    pub fn exclusive(mut self, exclusive: bool) -> Self {
        self.0.exclusive = exclusive;
        self
    }
}

impl ParamGuard for NaiveBayesParams {
    type Checked = NaiveBayesValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&NaiveBayesValidParams> {
        check_positive("smoothing", self.0.smoothing())?;
        Ok(&self.0)
    }

    fn check(self) -> Result<NaiveBayesValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for NaiveBayesValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        let matrix = dataset.records().to_terms()?;
        if matrix.values().iter().any(|&value| value < 0.0) {
            return Err(Error::data("naive Bayes counts: no value may be below 0"));
        }
        let model = self.weigh(&matrix, targets.view());
        Ok(if self.exclusive { model.centred() } else { model })
    }
}

impl NaiveBayesValidParams {
    fn smoothing(&self) -> f64 {
        let is_even = self.exclusive && self.event == Event::Complement;
        self.smoothing.unwrap_or(if is_even { 0.3 } else { 0.01 })
    }

    fn weigh(&self, matrix: &TermMatrix, targets: ArrayView2<'_, bool>) -> LinearModel {
        let total = sums(matrix, |_| true);
        let n_rows = matrix.n_rows() as f64;
        let solutions = (0..targets.ncols())
            .into_par_iter()
            .map(|label| {
                let truth = targets.column(label);
                let within = sums(matrix, |row| truth[row]);
                let without: Vec<f64> =
                    total.iter().zip(&within).map(|(all, yes)| (all - yes).max(0.0)).collect();
                let n_yes = truth.iter().filter(|&&yes| yes).count() as f64;
                self.weigh_label(&within, &without, n_yes, n_rows - n_yes)
            })
            .collect();
        assemble(matrix.n_terms(), solutions)
    }

    /// Weights and bias of a label, from the sums of each term over its rows and over the others.
    fn weigh_label(
        &self,
        within: &[f64],
        without: &[f64],
        n_yes: f64,
        n_no: f64,
    ) -> (Vec<f32>, f32) {
        let (yes, no) = (self.log_shares(within), self.log_shares(without));
        let is_multinomial = self.event == Event::Multinomial;
        let weight = |(yes, no): (f64, f64)| match (self.exclusive, self.event) {
            (true, Event::Multinomial) => yes,
            (true, Event::Complement) => -no,
            (false, _) => yes - no,
        };
        // A label that no row has, or all, is taken to be half a row away from it.
        let (n_yes, n_no) = (n_yes.max(0.5), n_no.max(0.5));
        let bias = match (is_multinomial, self.exclusive) {
            (true, true) => ln(n_yes / (n_yes + n_no)),
            (true, false) => ln(n_yes / n_no),
            (false, _) => 0.0,
        };
        (yes.zip(no).map(|pair| weight(pair) as f32).collect(), bias as f32)
    }

    /// ln p(t | ...) of every term.
    fn log_shares<'s>(&self, sums: &'s [f64]) -> impl Iterator<Item = f64> + 's {
        let smoothing = self.smoothing();
        let log_total = ln(sums.iter().sum::<f64>() + smoothing * sums.len() as f64);
        sums.iter().map(move |sum| ln(sum + smoothing) - log_total)
    }
}

/// The sum of each term over the rows for which `is_in` holds.
pub(super) fn sums(matrix: &TermMatrix, is_in: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut sums = vec![0.0; matrix.n_terms()];
    for (_, row) in matrix.rows().enumerate().filter(|(index, _)| is_in(*index)) {
        for (term, value) in row.iter() {
            sums[term as usize] += f64::from(value);
        }
    }
    sums
}

impl LinearModel {
    /// The same model with the mean over the labels taken off each term's weights and off the
    /// biases: scores of one row keep their differences.
    pub(super) fn centred(&self) -> LinearModel {
        let centre = |values: &[f32]| {
            let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64;
            values.iter().map(move |&v| (f64::from(v) - mean) as f32).collect::<Vec<f32>>()
        };
        let shape = self.weights().raw_dim();
        let rows = self.weights().rows().into_iter();
        let flat: Vec<f32> = rows
            .flat_map(|row| centre(row.as_slice().expect("standard layout is checked at the door")))
            .collect();
        let weights = Array2::from_shape_vec(shape, flat).expect("as many values as before");
        LinearModel::new(weights, Array1::from(centre(&self.bias().to_vec())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn data() -> (TermMatrix, Array2<bool>) {
        let rows = array![[2.0_f32, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 3.0, 1.0]];
        let targets = array![[true, false], [true, false], [false, true]];
        (TermMatrix::from_dense(rows.view()), targets)
    }

    /// The slow twin: the formulas of the head, term by term, for one label.
    fn log_share(counts: [f64; 3], term: usize, smoothing: f64) -> f64 {
        let total: f64 = counts.iter().map(|count| count + smoothing).sum();
        ((counts[term] + smoothing) / total).ln()
    }

    #[test]
    fn weights_of_labels_apart_are_log_odds() {
        let (matrix, targets) = data();
        let data = DatasetBase::new(matrix, targets);
        let model = NaiveBayesParams::multinomial().smoothing(0.5).fit(&data).unwrap();
        for term in 0..3 {
            let expected =
                log_share([3.0, 1.0, 1.0], term, 0.5) - log_share([0.0, 3.0, 1.0], term, 0.5);
            assert!((f64::from(model.weights()[[term, 0]]) - expected).abs() < 1e-6);
        }
        assert!((f64::from(model.bias()[0]) - 2.0_f64.ln()).abs() < 1e-6);
        let complement = NaiveBayesParams::complement().smoothing(0.5).fit(&data).unwrap();
        assert_eq!(complement.bias()[0], 0.0);
    }

    #[test]
    fn weights_of_labels_against_one_another_differ_as_the_shares_do() {
        let (matrix, targets) = data();
        let data = DatasetBase::new(matrix, targets);
        let fit = |params: NaiveBayesParams| params.exclusive(true).fit(&data).unwrap();
        let difference = |model: &LinearModel, term: usize| {
            f64::from(model.weights()[[term, 0]]) - f64::from(model.weights()[[term, 1]])
        };
        let model = fit(NaiveBayesParams::multinomial().smoothing(0.1));
        let complement = fit(NaiveBayesParams::complement().smoothing(0.1));
        for term in 0..3 {
            let (first, second) =
                (log_share([3.0, 1.0, 1.0], term, 0.1), log_share([0.0, 3.0, 1.0], term, 0.1));
            assert!((difference(&model, term) - (first - second)).abs() < 1e-6);
            // With two labels the complement of one is the other.
            assert!((difference(&complement, term) - (first - second)).abs() < 1e-6);
            let sum: f32 = model.weights().row(term).sum();
            assert!(sum.abs() < 1e-6);
        }
    }

    #[test]
    fn a_negative_value_is_refused() {
        let records = array![[1.0_f32, -0.5], [0.0, 1.0]];
        let data = DatasetBase::new(records, array![[true], [false]]);
        assert!(NaiveBayesParams::multinomial().fit(&data).is_err());
        assert!(NaiveBayesParams::multinomial().smoothing(0.0).fit(&data).is_err());
    }
}
