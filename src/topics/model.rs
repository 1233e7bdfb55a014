//! Topics by any of the learners, as the rest of the house knows them.
//!
//! Three numbers matter of a topic: its share of the whole, what each term weighs in it (by which its top terms are named), and how probable each term
//! is in it (by which likelihoods, relevance and distances are worked out). For LDA the last two are the same; a factorisation and
//! clusters have weights that are no probabilities.

use ndarray::{Array2, ArrayView1};

use super::clusters_model::{ClustersModel, ClustersScratch};
use super::lda_model::LdaModel;
use super::mixture::MixtureScratch;
use super::nmf_model::{NmfModel, NmfScratch};
use crate::matrix::Row;

/// Fitted topics.
#[derive(Debug, Clone)]
pub enum TopicModel {
    /// Latent Dirichlet allocation.
    Lda(Box<LdaModel>),
    /// Non-negative matrix factorisation, and p(term | topic) by it.
    Nmf(Box<NmfModel>, Array2<f32>),
    /// Clusters.
    Clusters(Box<ClustersModel>),
}

/// Room for inference, used again from text to text.
#[derive(Debug, Default)]
pub struct TopicScratch {
    lda: MixtureScratch,
    nmf: NmfScratch,
    clusters: ClustersScratch,
}

impl TopicModel {
    /// Number of topics.
    pub fn n_topics(&self) -> usize {
        self.shares().len()
    }

    /// The share of each topic; they add up to 1.
    pub fn shares(&self) -> &[f32] {
        match self {
            TopicModel::Lda(model) => &model.shares,
            TopicModel::Nmf(model, _) => &model.learned().shares,
            TopicModel::Clusters(model) => &model.shares,
        }
    }

    /// What each term weighs in each topic, shape (topics, terms); rows add up to 1.
    pub fn weights(&self) -> &Array2<f32> {
        match self {
            TopicModel::Lda(model) => &model.weights,
            TopicModel::Nmf(model, _) => &model.learned().weights,
            TopicModel::Clusters(model) => &model.weights,
        }
    }

    /// p(term | topic), shape (topics, terms); rows add up to 1.
    pub fn probabilities(&self) -> &Array2<f32> {
        match self {
            TopicModel::Lda(model) => &model.probabilities,
            TopicModel::Nmf(_, probabilities) => probabilities,
            TopicModel::Clusters(model) => &model.probabilities,
        }
    }

    /// How much of each document learned from is of each topic, shape (documents, topics); without rows where the learner does not keep
    /// them, or the model was read from a file.
    pub fn mixtures(&self) -> &Array2<f32> {
        match self {
            TopicModel::Lda(model) => &model.mixtures,
            TopicModel::Nmf(model, _) => &model.learned().mixtures,
            TopicModel::Clusters(model) => &model.mixtures,
        }
    }

    /// The joint log likelihood of words and topics per word, where the learner has one.
    pub fn log_likelihood(&self) -> Option<f64> {
        match self {
            TopicModel::Lda(model) => model.log_likelihood_per_word,
            TopicModel::Nmf(..) | TopicModel::Clusters(_) => None,
        }
    }

    /// How much of a document is of each topic; adds up to 1, and is the same whatever came before.
    pub fn mixture(&self, counts: Row<'_>, scratch: &mut TopicScratch) -> Vec<f32> {
        match self {
            TopicModel::Lda(model) => model.mixture(counts, &mut scratch.lda),
            TopicModel::Nmf(model, _) => model.mixture(counts, &mut scratch.nmf).to_vec(),
            TopicModel::Clusters(model) => model.mixture(counts, &mut scratch.clusters),
        }
    }
}

impl From<LdaModel> for TopicModel {
    fn from(model: LdaModel) -> Self {
        TopicModel::Lda(Box::new(model))
    }
}

impl From<NmfModel> for TopicModel {
    /// p(term | topic) is H_tw / idf_w, as the weights stand to counts, made to add up to 1.
    fn from(model: NmfModel) -> Self {
        let learned = model.learned();
        let mut probabilities = learned.parts.clone();
        for mut row in probabilities.rows_mut() {
            row.iter_mut().zip(&learned.idf).for_each(|(p, idf)| *p /= idf);
            let sum: f64 = row.iter().map(|&p| f64::from(p)).sum();
            row.iter_mut().filter(|_| sum > 0.0).for_each(|p| *p = (f64::from(*p) / sum) as f32);
        }
        TopicModel::Nmf(Box::new(model), probabilities)
    }
}

impl From<ClustersModel> for TopicModel {
    fn from(model: ClustersModel) -> Self {
        TopicModel::Clusters(Box::new(model))
    }
}

/// The `n` weightiest terms of a topic, the weightiest first, of equal ones the lower number; terms without weight are left out.
///
/// ```
/// use leitmotif::topics::top_terms;
/// use ndarray::array;
/// assert_eq!(top_terms(array![0.1_f32, 0.5, 0.0, 0.4].view(), 3), [1, 3, 0]);
/// ```
pub fn top_terms(weights: ArrayView1<'_, f32>, n: usize) -> Vec<u32> {
    let mut terms: Vec<u32> =
        (0..weights.len() as u32).filter(|&w| weights[w as usize] > 0.0).collect();
    let order =
        |a: &u32, b: &u32| weights[*b as usize].total_cmp(&weights[*a as usize]).then(a.cmp(b));
    if n < terms.len() && n > 0 {
        terms.select_nth_unstable_by(n - 1, order);
    }
    terms.truncate(n);
    terms.sort_unstable_by(order);
    terms
}
