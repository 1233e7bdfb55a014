//! Topics that were found by clusters, and documents as mixtures of them.
//!
//! Enters: what was learned, by `clusters` or from a file; then rows of counts. Leaves: mixtures, each document for itself: a document's
//! vector is that of its terms, and the nearer a centre is, the more it has of that topic (`membership`).

use linfa::traits::PredictInplace;
use ndarray::Array2;
use rayon::prelude::*;

use super::membership::mix;
use super::vectors::document_vector;
use super::weighting::Weighting;
use crate::error::{Error, Result};
use crate::matrix::{Row, TermMatrix};

/// Topics by clusters; made by [`super::ClustersParams`].
///
/// Topics are ordered by their share, the largest first.
#[derive(Debug, Clone)]
pub struct ClustersModel {
    /// What names each topic, shape (topics, terms): not negative, rows add up to 1. The top words are those of most weight.
    pub weights: Array2<f32>,
    /// p(term | topic), shape (topics, terms): above 0 for all terms that were met, rows add up to 1.
    pub probabilities: Array2<f32>,
    /// p(topic | document) of the documents learned from, shape (documents, topics); rows add up to 1.
    pub mixtures: Array2<f32>,
    /// The mean of the mixtures; adds up to 1.
    pub shares: Vec<f32>,
    /// Shape (terms, dimensions).
    pub term_vectors: Array2<f32>,
    /// Of length 1, shape (topics, dimensions).
    pub centres: Array2<f32>,
    /// How much a nearer centre is favoured.
    pub sharpness: f64,
    pub(super) weighting: Weighting,
}

/// Room to work in, used again from document to document.
#[derive(Debug, Clone, Default)]
pub struct ClustersScratch {
    weights: Vec<(u32, f32)>,
    vector: Vec<f32>,
    mixture: Vec<f64>,
}

impl ClustersModel {
    /// How many topics there are.
    pub fn n_topics(&self) -> usize {
        self.shares.len()
    }

    /// The idf of each term, learned from the documents.
    pub fn idf(&self) -> &[f32] {
        self.weighting.idf()
    }

    /// How much of a document is about each topic; adds up to 1. What else is classified makes no difference. A document of no
    /// known term is taken for an average one: [`ClustersModel::shares`].
    pub fn mixture(&self, counts: Row<'_>, scratch: &mut ClustersScratch) -> Vec<f32> {
        let ClustersScratch { weights, vector, mixture } = scratch;
        vector.resize(self.term_vectors.ncols(), 0.0);
        mixture.resize(self.n_topics(), 0.0);
        document_vector(counts, &self.weighting, &self.term_vectors, weights, vector);
        if vector.iter().all(|&value| value == 0.0) {
            return self.shares.clone();
        }
        mix(vector, &self.centres, self.sharpness, mixture);
        mixture.iter().map(|&share| share as f32).collect()
    }
}

impl PredictInplace<TermMatrix, Array2<f32>> for ClustersModel {
    fn predict_inplace(&self, counts: &TermMatrix, mixtures: &mut Array2<f32>) {
        let rows = mixtures.outer_iter_mut().into_par_iter().enumerate();
        rows.for_each_init(ClustersScratch::default, |scratch, (row, mut to)| {
            let mixture = self.mixture(counts.row(row), scratch);
            to.iter_mut().zip(mixture).for_each(|(to, share)| *to = share);
        });
    }

    fn default_target(&self, counts: &TermMatrix) -> Array2<f32> {
        Array2::zeros((counts.n_rows(), self.n_topics()))
    }
}

/// What a model holds, all that a file must keep; the fields are those of [`ClustersModel`].
#[derive(Debug, Clone)]
pub struct ClustersLearned {
    /// Shape (topics, terms).
    pub weights: Array2<f32>,
    /// Shape (topics, terms).
    pub probabilities: Array2<f32>,
    /// Shape (documents, topics).
    pub mixtures: Array2<f32>,
    /// One for each topic.
    pub shares: Vec<f32>,
    /// Shape (terms, dimensions).
    pub term_vectors: Array2<f32>,
    /// Shape (topics, dimensions).
    pub centres: Array2<f32>,
    /// Not below 0.
    pub sharpness: f64,
    /// One for each term.
    pub idf: Vec<f32>,
}

impl ClustersModel {
    /// The model of what was learned.
    ///
    /// # Errors
    /// Model where shapes do not fit together, or the sharpness is below 0 or no number.
    pub fn from_learned(learned: ClustersLearned) -> Result<Self> {
        let ClustersLearned {
            weights,
            probabilities,
            mixtures,
            shares,
            term_vectors,
            centres,
            sharpness,
            idf,
        } = learned;
        let (n_topics, n_terms, n_dimensions) = (shares.len(), idf.len(), centres.ncols());
        let fits = weights.dim() == (n_topics, n_terms)
            && probabilities.dim() == (n_topics, n_terms)
            && mixtures.ncols() == n_topics
            && term_vectors.dim() == (n_terms, n_dimensions)
            && centres.nrows() == n_topics;
        if !fits || !(0.0..=1e6).contains(&sharpness) {
            return Err(Error::model("the parts of a model of clusters do not fit together"));
        }
        let weighting = Weighting::of(idf);
        Ok(ClustersModel {
            weights,
            probabilities,
            mixtures,
            shares,
            term_vectors,
            centres,
            sharpness,
            weighting,
        })
    }
}
