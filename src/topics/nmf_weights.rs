//! What a topic's words weigh.
//!
//! Enters: presence of terms in texts, the texts' parts W (m, k) and the factor H (k, n). Leaves: weights of shape (k, n), each
//! row of sum 1. H alone says how strong a word is where the topic is; common words are so in many topics, and words of one
//! long text in one. So a word's weight is what the topic explains of it where it stands, times the part of all explanation of
//! that word which is this topic's:
//!
//! ```text
//! weight(t, j) ~ explained(t, j) * share(t, j)
//! explained(t, j) = sum of W_dt H_tj over texts d that hold j;   share(t, j) = H_tj |w_t| / sum over topics s of H_sj |w_s|
//! ```
//!
//! with |w_t| the Euclidean length of the topic's column. Measured on scikit-learn's factors of four corpora at 20 and 50 topics, the ten first words hang
//! together better and overlap less than those by H in all eight (NPMI +0.006 to +0.06, diversity +0.025 to +0.06); explained
//! alone, share alone, idf times H, and the correlation of word and topic each lose one of the two in some.

use ndarray::Array2;

use super::panel::Panel;
use super::svd::transposed;
use crate::matrix::TermMatrix;

/// The weights; `texts` is W (m, k), `terms` is H' (n, k). A topic without any is spread evenly. Cost: stored values x k.
pub(super) fn weights(matrix: &TermMatrix, texts: &Panel, terms: &Panel) -> Array2<f32> {
    let spread = texts.times_left(&presence(&transposed(matrix)));
    let (n_terms, n_topics) = (terms.n_rows(), terms.width());
    let gram = texts.gram();
    let lengths: Vec<f64> =
        (0..n_topics).map(|topic| gram[topic * n_topics + topic].sqrt()).collect();
    let mut weights = Array2::<f64>::zeros((n_topics, n_terms));
    for term in 0..n_terms {
        let strengths =
            terms.row(term).iter().zip(&lengths).map(|(&part, length)| f64::from(part) * length);
        let strengths: Vec<f64> = strengths.collect();
        let all: f64 = strengths.iter().sum();
        if all > 0.0 {
            for topic in 0..n_topics {
                let explained =
                    f64::from(terms.row(term)[topic]) * f64::from(spread.row(term)[topic]);
                weights[[topic, term]] = explained * strengths[topic] / all;
            }
        }
    }
    for mut row in weights.rows_mut() {
        let sum: f64 = row.iter().sum();
        row.mapv_inplace(|weight| if sum > 0.0 { weight / sum } else { 1.0 / n_terms as f64 });
    }
    weights.mapv(|weight| weight as f32)
}

/// 1 for each stored value above zero.
fn presence(matrix: &TermMatrix) -> TermMatrix {
    let lengths: Vec<usize> = matrix.rows().map(|row| row.terms.len()).collect();
    TermMatrix::filled(
        matrix.n_terms(),
        &lengths,
        || (),
        |row, (), out| {
            out.extend(
                matrix
                    .row(row)
                    .iter()
                    .map(|(term, value)| (term, f32::from(u8::from(value > 0.0)))),
            );
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::small_counts::counts;
    use super::*;

    #[test]
    fn weights_are_those_of_the_formula() {
        let (matrix, positive) = (counts(), |rows: usize, seed: u64| {
            let mut panel = Panel::drawn(rows, 3, seed);
            panel.values_mut().iter_mut().for_each(|value| *value = value.max(0.0));
            panel
        });
        let (texts, terms) = (positive(12, 1), positive(8, 2));
        let found = weights(&matrix, &texts, &terms);
        let dense = matrix.to_dense(&[0, 1, 2, 3, 4, 5, 6, 7]);
        let (w, h) = (
            |d: usize, t: usize| f64::from(texts.row(d)[t]),
            |t: usize, j: usize| f64::from(terms.row(j)[t]),
        );
        let length = |t: usize| (0..12).map(|d| w(d, t).powi(2)).sum::<f64>().sqrt();
        let weight = |t: usize, j: usize| {
            let explained: f64 =
                (0..12).filter(|&d| dense[[d, j]] > 0.0).map(|d| w(d, t) * h(t, j)).sum();
            let all: f64 = (0..3).map(|s| h(s, j) * length(s)).sum();
            if all > 0.0 { explained * h(t, j) * length(t) / all } else { 0.0 }
        };
        for t in 0..3 {
            let sum: f64 = (0..8).map(|j| weight(t, j)).sum();
            for j in 0..8 {
                assert!(
                    (f64::from(found[[t, j]]) - weight(t, j) / sum).abs() < 1e-6,
                    "topic {t}, term {j}"
                );
            }
        }
    }
}
