//! Topics that have been learned, and what new documents are made of.
//!
//! Enters: what a chain has summed up. Leaves: an [`LdaModel`], which says of any row of counts what topics it is a
//! mixture of. Terms have two numbers in a topic: how probable they are, by which documents are judged, and how telling,
//! by which people read. The most probable terms of many topics are the same common ones.

use linfa::traits::PredictInplace;
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::lda_chain::Chain;
use super::mixture::{MixtureScratch, mixture};
use crate::math::ln;
use crate::matrix::{Row, TermMatrix};

/// How much of a term's weight is its probability, and how much its lift: the best by the readers of Sievert and Shirley
/// (2014).
const RELEVANCE: f64 = 0.6;

/// How many times the mean probability of a term is added to each, so that rare terms, of which little is known, are not
/// told by their lift alone. On bbc, ap, reuters21578_90 and newsgroups20_stripped with 20 and 50 topics (200 sweeps,
/// two seeds) the ten weightiest terms of a topic had a mean NPMI of .255 by probability (diversity .78), .280 (.94) by
/// lift without this, .293 (.94) with it; 5 gives .291 (.92).
const DAMPING: f64 = 3.0;

/// A learned topic model.
#[derive(Debug, Clone, PartialEq)]
pub struct LdaModel {
    /// How telling terms are, topics x terms; rows sum to 1. To be read from the greatest on. See [`relevance`].
    pub weights: Array2<f32>,
    /// How probable terms are, topics x terms; rows sum to 1, and none is 0.
    pub probabilities: Array2<f32>,
    /// The prior count of each topic in a document.
    pub alpha: Vec<f64>,
    /// The prior count of each term in a topic.
    pub beta: f64,
    /// What the documents learned from are mixtures of, documents x topics; rows sum to 1.
    pub mixtures: Array2<f32>,
    /// The topics' shares of all tokens; sum to 1.
    pub shares: Vec<f32>,
    /// The logarithm of the joint probability of words and topics of the last sample, over the number of words; none where
    /// nothing was sampled.
    pub log_likelihood_per_word: Option<f64>,
}

impl LdaModel {
    /// The mixture of a document: a number for each topic, which sum to 1. What else is in a batch does not
    /// matter. Without a known term it is alpha, normalised. See [`mixture`].
    pub fn mixture(&self, row: Row<'_>, scratch: &mut MixtureScratch) -> Vec<f32> {
        mixture(self.probabilities.view(), &self.alpha, row, scratch)
    }

    /// How many topics there are.
    pub fn n_topics(&self) -> usize {
        self.alpha.len()
    }

    /// Topics without documents that they were learned from.
    pub(super) fn new(
        probabilities: Array2<f32>,
        alpha: Vec<f64>,
        beta: f64,
        shares: Vec<f32>,
    ) -> LdaModel {
        let weights = relevance(&probabilities, &shares);
        let mixtures = Array2::zeros((0, alpha.len()));
        LdaModel {
            weights,
            probabilities,
            alpha,
            beta,
            mixtures,
            shares,
            log_likelihood_per_word: None,
        }
    }

    /// What a chain has come to; the first `n_guided` topics keep their places, the others go by their shares, the
    /// largest first.
    pub(super) fn of_chain(chain: Chain<'_>, n_guided: usize) -> LdaModel {
        let log_likelihood_per_word = Some(chain.log_likelihood_per_word());
        let (alpha, beta) = (chain.alpha.clone(), chain.beta);
        let order = order(chain.n_tokens(), n_guided);
        let alpha: Vec<f64> = order.iter().map(|&topic| alpha[topic]).collect();
        let total: f64 = chain.n_tokens().iter().sum();
        let share = |&topic: &usize| (chain.n_tokens()[topic] / total) as f32;
        let shares: Vec<f32> = order.iter().map(share).collect();
        let sums = chain.into_sums();
        let mixtures = mixtures(&sums.documents, sums.n_samples, &order, &alpha);
        let probabilities = probabilities(&sums.terms, sums.n_samples, &order, beta);
        LdaModel {
            mixtures,
            log_likelihood_per_word,
            ..LdaModel::new(probabilities, alpha, beta, shares)
        }
    }
}

impl PredictInplace<TermMatrix, Array2<f32>> for LdaModel {
    fn predict_inplace(&self, counts: &TermMatrix, mixtures: &mut Array2<f32>) {
        assert_eq!(mixtures.dim(), (counts.n_rows(), self.n_topics()));
        let rows = mixtures.axis_iter_mut(Axis(0)).into_par_iter().enumerate();
        rows.for_each_init(MixtureScratch::default, |scratch, (index, mut row)| {
            let of_row = self.mixture(counts.row(index), scratch);
            row.iter_mut().zip(of_row).for_each(|(to, share)| *to = share);
        });
    }

    fn default_target(&self, counts: &TermMatrix) -> Array2<f32> {
        Array2::zeros((counts.n_rows(), self.n_topics()))
    }
}

/// How telling terms are: relevance (Sievert and Shirley 2014, "LDAvis", lambda 0.6), damped for rare terms, as weights
/// that sum to 1 by topic,
///
/// ```text
/// weight_kw ~ phi_kw / (p_w + 3 / V)^0.4,   p_w = sum_k share_k phi_kw
/// ```
///
/// The exponent of phi is 1, for lambda ln phi + (1 - lambda) ln (phi / p) is ln phi - (1 - lambda) ln p. Rows of zeros
/// stay so.
///
/// ```
/// use ndarray::array;
/// let probabilities = array![[0.5_f32, 0.5, 0.0], [0.5, 0.0, 0.5]];
/// let weights = leitmotif::topics::relevance(&probabilities, &[0.5, 0.5]);
/// // The term that both have tells less.
/// assert!(weights[[0, 0]] < weights[[0, 1]]);
/// assert!((weights.row(0).sum() - 1.0).abs() < 1e-6);
/// ```
pub fn relevance(probabilities: &Array2<f32>, shares: &[f32]) -> Array2<f32> {
    let mut of_terms = vec![0.0_f64; probabilities.ncols()];
    for (row, &share) in probabilities.rows().into_iter().zip(shares) {
        for (sum, &probability) in of_terms.iter_mut().zip(row) {
            *sum += f64::from(share) * f64::from(probability);
        }
    }
    let more = DAMPING / probabilities.ncols().max(1) as f64;
    let factor = |p: &f64| libm::exp((RELEVANCE - 1.0) * ln(p + more));
    let factors: Vec<f64> = of_terms.iter().map(factor).collect();
    let mut weights = probabilities.clone();
    for mut row in weights.rows_mut() {
        let products = row.iter().zip(&factors).map(|(&p, factor)| f64::from(p) * factor);
        let products: Vec<f64> = products.collect();
        let total: f64 = products.iter().sum();
        let total = if total > 0.0 { total } else { 1.0 };
        row.iter_mut().zip(products).for_each(|(to, product)| *to = (product / total) as f32);
    }
    weights
}

/// Topics in the order of the model.
fn order(n_tokens: &[f64], n_guided: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n_tokens.len()).collect();
    order[n_guided..].sort_by(|&a, &b| n_tokens[b].total_cmp(&n_tokens[a]).then(a.cmp(&b)));
    order
}

/// (mean n_dk + alpha_k) / (n_d + A).
fn mixtures(sums: &[f32], n_samples: usize, order: &[usize], alpha: &[f64]) -> Array2<f32> {
    let n_topics = order.len();
    let mut mixtures = Array2::zeros((sums.len() / n_topics, n_topics));
    for (mut row, sums) in mixtures.rows_mut().into_iter().zip(sums.chunks(n_topics)) {
        let mean = |topic: usize| f64::from(sums[topic]) / n_samples as f64;
        let values = order.iter().zip(alpha).map(|(&topic, alpha)| mean(topic) + alpha);
        normalise_into(row.view_mut(), values.collect());
    }
    mixtures
}

/// (mean n_wk + beta) / (n_k + V beta), where n_wk has in it what the prior adds.
fn probabilities(sums: &[f32], n_samples: usize, order: &[usize], beta: f64) -> Array2<f32> {
    let n_topics = order.len();
    let mut probabilities = Array2::zeros((n_topics, sums.len() / n_topics));
    for (mut row, &topic) in probabilities.rows_mut().into_iter().zip(order) {
        let counts = sums.iter().skip(topic).step_by(n_topics);
        let values = counts.map(|&sum| f64::from(sum) / n_samples as f64 + beta).collect();
        normalise_into(row.view_mut(), values);
    }
    probabilities
}

fn normalise_into(row: ndarray::ArrayViewMut1<'_, f32>, values: Vec<f64>) {
    let total: f64 = values.iter().sum();
    row.into_iter().zip(values).for_each(|(to, value)| *to = (value / total) as f32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn common_terms_tell_less_than_their_probability_and_the_rarest_not_most() {
        // The first term is everywhere, the second is the topic's own, the third too, but hardly ever seen.
        let probabilities = array![[0.5_f32, 0.3, 0.001, 0.199], [0.6, 0.0001, 0.00001, 0.39989]];
        let weights = relevance(&probabilities, &[0.5, 0.5]);
        assert!(weights[[0, 1]] / weights[[0, 0]] > 0.3 / 0.5);
        assert!(weights[[0, 2]] < weights[[0, 1]] / 100.0);
        assert!(weights.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-6));
    }

    #[test]
    fn guided_topics_come_first_and_others_by_their_share() {
        assert_eq!(order(&[1.0, 5.0, 2.0, 7.0, 2.0], 2), [0, 1, 3, 2, 4]);
    }
}
