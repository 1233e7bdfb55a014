//! Topics that were learned by non-negative matrix factorisation, and texts as mixtures of them.
//!
//! Enters: what was learned, by `nmf` or from a file; then rows of counts. Leaves: mixtures. With H (k, n) held and a text's
//! weights z, its parts are
//!
//! ```text
//! x = argmin over x >= 0 of |z - x' H|^2;   mixture_t = x_t sum_j H_tj, divided by the sum of all
//! ```
//!
//! found by coordinate descent from zero, each text for itself. A text without a known term, or without a part in any topic, has
//! the topics' shares for its mixture.

use linfa::traits::PredictInplace;
use ndarray::Array2;
use ndarray::parallel::prelude::*;

use super::nmf_descent::{Gram, Visits, solve_row};
use super::panel::Panel;
use super::weighting::Weighting;
use rayon::slice::ParallelSliceMut;

use crate::error::{Error, Result};
use crate::matrix::{Row, TermMatrix};

/// To a hundred-thousandth of the first sweep's violation: the mixture's first four digits.
const VISITS: Visits = Visits { most: 500, left: 1e-5 };

/// What a model holds, all that a file must keep. K topics, n terms, m texts.
#[derive(Debug, Clone, PartialEq)]
pub struct NmfLearned {
    /// What the terms weigh in each topic: shape (K, n), not negative, rows of sum 1. Top words are those of greatest weight.
    pub weights: Array2<f32>,
    /// H, by which texts are fitted: shape (K, n), not negative.
    pub parts: Array2<f32>,
    /// The idf of each term: n.
    pub idf: Vec<f32>,
    /// The texts that were learned from: shape (m, K), rows of sum 1.
    pub mixtures: Array2<f32>,
    /// The mean mixture: K, falling, of sum 1.
    pub shares: Vec<f32>,
    /// 1/2 |Z - W H|^2 where learning stopped.
    pub objective: f64,
    /// After how many iterations that was.
    pub n_iterations: usize,
}

/// Topics by non-negative matrix factorisation; made by [`super::NmfParams`].
#[derive(Debug, Clone)]
pub struct NmfModel {
    learned: NmfLearned,
    weighting: Weighting,
    /// H', shape (n, K).
    terms: Panel,
    /// H H'.
    gram: Gram,
    /// The sum of each topic's parts.
    sums: Vec<f64>,
}

/// Room for fitting texts, to be used again.
#[derive(Debug, Clone, Default)]
pub struct NmfScratch {
    pairs: Vec<(u32, f32)>,
    terms: Vec<u32>,
    values: Vec<f32>,
    coordinates: Vec<f32>,
    space: Vec<f32>,
    mixture: Vec<f32>,
}

impl NmfModel {
    /// The model of what was learned.
    ///
    /// # Errors
    /// Model where shapes do not fit together, or a number is negative or not finite.
    pub fn from_learned(learned: NmfLearned) -> Result<Self> {
        check(&learned)?;
        let (n_topics, n_terms) = learned.parts.dim();
        let mut terms = Panel::zeros(n_terms, n_topics);
        let stride = terms.stride();
        for (term, to) in terms.values_mut().chunks_exact_mut(stride).enumerate() {
            to.iter_mut().zip(learned.parts.column(term)).for_each(|(to, &part)| *to = part);
        }
        let sums = learned
            .parts
            .rows()
            .into_iter()
            .map(|row| row.iter().map(|&part| f64::from(part)).sum());
        let (sums, gram, weighting) =
            (sums.collect(), Gram::of(&terms), Weighting::of(learned.idf.clone()));
        Ok(NmfModel { learned, weighting, terms, gram, sums })
    }

    /// What was learned.
    pub fn learned(&self) -> &NmfLearned {
        &self.learned
    }

    /// What was learned, the model given up.
    pub fn into_learned(self) -> NmfLearned {
        self.learned
    }

    /// Number of topics, which may be below what was asked for.
    pub fn n_topics(&self) -> usize {
        self.learned.shares.len()
    }

    pub(super) fn terms(&self) -> &Panel {
        &self.terms
    }

    /// The mixture of a row of counts: not negative, of sum 1, the same whatever was fitted before. Terms beyond the model's are
    /// passed over.
    ///
    /// ```
    /// use leitmotif::matrix::TermMatrix;
    /// use leitmotif::topics::{NmfParams, NmfScratch};
    /// use linfa::{DatasetBase, traits::Fit};
    /// use ndarray::array;
    /// let counts = array![[2.0_f32, 0.0], [1.0, 0.0], [0.0, 1.0]];
    /// let counts = TermMatrix::from_dense(counts.view());
    /// let model = NmfParams::new(2).fit(&DatasetBase::new(counts.clone(), ()))?;
    /// assert_eq!(model.mixture(counts.row(0), &mut NmfScratch::default()), [1.0, 0.0]);
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    pub fn mixture<'s>(&self, counts: Row<'_>, scratch: &'s mut NmfScratch) -> &'s [f32] {
        self.fit_text(counts, scratch);
        let masses =
            || scratch.coordinates.iter().zip(&self.sums).map(|(&x, sum)| f64::from(x) * sum);
        let all: f64 = masses().sum();
        scratch.mixture.clear();
        match all > 0.0 {
            true => scratch.mixture.extend(masses().map(|mass| (mass / all) as f32)),
            false => scratch.mixture.extend_from_slice(&self.learned.shares),
        }
        &scratch.mixture
    }

    /// Leaves x of a row of counts in the scratch, padded.
    fn fit_text(&self, counts: Row<'_>, scratch: &mut NmfScratch) {
        let stride = self.terms.stride();
        self.weighting.weigh(counts, &mut scratch.pairs);
        scratch.terms.clear();
        scratch.terms.extend(scratch.pairs.iter().map(|pair| pair.0));
        scratch.values.clear();
        scratch.values.extend(scratch.pairs.iter().map(|pair| pair.1));
        scratch.coordinates.clear();
        scratch.coordinates.resize(stride, 0.0);
        scratch.space.resize(2 * stride, 0.0);
        let row = Row { terms: &scratch.terms, values: &scratch.values };
        let (x, space) = (&mut scratch.coordinates, &mut scratch.space);
        solve_row(row, &self.terms, &self.gram, VISITS, x, space);
    }

    /// The mixtures of all rows, shape (m, K), and their x.
    pub(super) fn fit_texts(&self, counts: &TermMatrix) -> (Array2<f32>, Panel) {
        let mut mixtures = Array2::zeros((counts.n_rows(), self.n_topics()));
        let mut texts = Panel::zeros(counts.n_rows(), self.n_topics());
        let stride = texts.stride();
        let rows = mixtures.axis_iter_mut(ndarray::Axis(0)).into_par_iter();
        let rows = rows.zip(texts.values_mut().par_chunks_mut(stride)).enumerate();
        rows.for_each_init(NmfScratch::default, |scratch, (row, (mut mixture, text))| {
            let found = self.mixture(counts.row(row), scratch);
            mixture.iter_mut().zip(found).for_each(|(to, &part)| *to = part);
            text.copy_from_slice(&scratch.coordinates);
        });
        (mixtures, texts)
    }
}

impl PredictInplace<TermMatrix, Array2<f32>> for NmfModel {
    fn predict_inplace(&self, counts: &TermMatrix, mixtures: &mut Array2<f32>) {
        assert_eq!(mixtures.dim(), (counts.n_rows(), self.n_topics()), "a mixture a row");
        mixtures.assign(&self.fit_texts(counts).0);
    }

    fn default_target(&self, counts: &TermMatrix) -> Array2<f32> {
        Array2::zeros((counts.n_rows(), self.n_topics()))
    }
}

fn check(learned: &NmfLearned) -> Result<()> {
    let (n_topics, n_terms) = learned.parts.dim();
    let shapes = learned.weights.dim() == (n_topics, n_terms)
        && learned.idf.len() == n_terms
        && learned.mixtures.ncols() == n_topics
        && learned.shares.len() == n_topics;
    if !shapes || n_topics == 0 || n_terms == 0 {
        return Err(Error::model("the arrays of the topics do not fit together"));
    }
    let arrays = learned.weights.iter().chain(&learned.parts).chain(&learned.mixtures);
    let numbers = arrays.chain(&learned.idf).chain(&learned.shares);
    match numbers.into_iter().find(|number| !(number.is_finite() && **number >= 0.0)) {
        Some(number) => Err(Error::model(format!("the topics hold {number}: wanted is 0 or more"))),
        None => Ok(()),
    }
}
