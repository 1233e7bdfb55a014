//! How well topics foretell words of documents that they were not learned from, by completing documents.
//!
//! Enters: topics as distributions over terms, rows of counts, and how a mixture is had of a row. Leaves: the logarithm of
//! the probability of a word, and the perplexity. Of each document every other token is shown, terms rising; of what is
//! shown a mixture is made, which is asked for the rest (Wallach, Murray, Salakhutdinov and Mimno 2009, "Evaluation
//! methods for topic models", section 5.1). Any topics may be judged so, whatever they were learned by.

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::math::ln;
use crate::matrix::{Row, TermMatrix};

/// What of each word's probability is spread evenly over all terms, so that no word is impossible.
const SPREAD: f64 = 1e-3;

/// How well words were foretold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// How many words were asked for.
    pub n_words: usize,
    /// The mean of the natural logarithms of their probabilities.
    pub log_likelihood_per_word: f64,
}

impl HeldOut {
    /// Among how many equally probable words one would be as much at a loss: exp(-log likelihood per word).
    pub fn perplexity(&self) -> f64 {
        libm::exp(-self.log_likelihood_per_word)
    }
}

/// Completes the documents of `rows`: `mixture` makes a mixture of what is shown of each, as many numbers as topics;
/// word w then has the probability
///
/// ```text
/// 0.999 sum_k mixture_k probabilities_kw + 0.001 / V
/// ```
///
/// None where no document has two known tokens. Terms that `probabilities` (topics x terms) does not know are passed
/// over, and of counts the whole part is taken.
///
/// ```
/// use leitmotif::{matrix::TermMatrix, topics::held_out};
/// use ndarray::array;
/// let mut rows = TermMatrix::new(2);
/// rows.push_row([(0, 4.0)]);
/// let topics = array![[1.0_f32, 0.0], [0.0, 1.0]];
/// let sure = held_out(topics.view(), &rows, |_| vec![1.0, 0.0]).unwrap();
/// let unsure = held_out(topics.view(), &rows, |_| vec![0.5, 0.5]).unwrap();
/// assert!(sure.perplexity() < 1.001 && (unsure.perplexity() - 2.0).abs() < 0.001);
/// ```
pub fn held_out(
    probabilities: ArrayView2<'_, f32>,
    rows: &TermMatrix,
    mixture: impl Fn(Row<'_>) -> Vec<f32> + Sync,
) -> Option<HeldOut> {
    let of_row = |index: usize| {
        let known = |pair: &(u32, f32)| (pair.0 as usize) < probabilities.ncols();
        let (shown, asked) = halves(rows.row(index).iter().filter(known));
        let row = Row { terms: &shown.0, values: &shown.1 };
        let mixture = if asked.is_empty() { Vec::new() } else { mixture(row) };
        let log = |&(term, count): &(u32, usize)| {
            count as f64 * ln(probability(probabilities, &mixture, term))
        };
        let n_words: usize = asked.iter().map(|pair| pair.1).sum();
        (n_words, asked.iter().map(log).sum::<f64>())
    };
    let of_rows: Vec<(usize, f64)> = (0..rows.n_rows()).into_par_iter().map(of_row).collect();
    let n_words: usize = of_rows.iter().map(|pair| pair.0).sum();
    let sum: f64 = of_rows.iter().map(|pair| pair.1).sum();
    (n_words > 0).then(|| HeldOut { n_words, log_likelihood_per_word: sum / n_words as f64 })
}

fn probability(probabilities: ArrayView2<'_, f32>, mixture: &[f32], term: u32) -> f64 {
    let column = probabilities.column(term as usize);
    let shares = column.iter().zip(mixture).map(|(&p, &share)| f64::from(p) * f64::from(share));
    (1.0 - SPREAD) * shares.sum::<f64>() + SPREAD / probabilities.ncols() as f64
}

/// The terms of what is shown of a document, and how often each stands there.
type Shown = (Vec<u32>, Vec<f32>);

/// Every other token is shown, the first among them: (terms, counts) of these, and what is asked for.
fn halves(row: impl Iterator<Item = (u32, f32)>) -> (Shown, Vec<(u32, usize)>) {
    let (mut shown, mut asked) = ((Vec::new(), Vec::new()), Vec::new());
    let mut before = 0;
    for (term, count) in row {
        let count = count as usize;
        let of_shown = (count + 1 - before % 2) / 2;
        if of_shown > 0 {
            shown.0.push(term);
            shown.1.push(of_shown as f32);
        }
        if count > of_shown {
            asked.push((term, count - of_shown));
        }
        before += count;
    }
    (shown, asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn every_other_token_is_shown() {
        let row = [(1, 1.0), (4, 2.0), (5, 1.0), (7, 3.0), (8, 0.0)];
        let (shown, asked) = halves(row.into_iter());
        // 1 | 4, 4 | 5 | 7, 7, 7: the first, third, fifth and seventh.
        assert_eq!(shown, (vec![1, 4, 7], vec![1.0, 1.0, 2.0]));
        assert_eq!(asked, [(4, 1), (5, 1), (7, 1)]);
    }

    #[test]
    fn without_a_word_to_ask_for_it_is_undefined() {
        let topics = array![[0.5_f32, 0.5]];
        let mut rows = TermMatrix::new(3);
        rows.push_row([(1, 1.0)]);
        rows.push_row([(2, 5.0)]);
        assert_eq!(held_out(topics.view(), &rows, |_| vec![1.0]), None);
    }
}
