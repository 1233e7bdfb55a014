//! What topics a new document is a mixture of, the topics being what they are.
//!
//! Enters: a row of counts, topics as distributions over terms, and alpha. Leaves: a mixture that sums to 1. It is the
//! fixed point of collapsed variational Bayes of order zero (Asuncion, Welling, Smyth and Teh 2009, CVB0) with phi held:
//! one distribution over topics for each term i of the document, which occurs c_i times,
//!
//! ```text
//! g_ik ~ phi_ik (alpha_k + N_k - g_ik),   N_k = sum_i c_i g_ik
//! theta_k = (alpha_k + N_k) / (A + n),    A = sum_k alpha_k, n = sum_i c_i
//! ```
//!
//! gone through term by term until N changes by less than a thousandth of a token for each of them, or 100 times.
//! Nothing is drawn, and no other document matters. Cost: topics x terms of the document a pass, some 20 passes.

use ndarray::ArrayView2;

use crate::cpu;
use crate::matrix::Row;

/// The most passes.
const MOST_PASSES: usize = 100;

/// The change of N, by token, that ends the passes.
const TOLERANCE: f32 = 1e-3;

/// Topics worked on at once.
const LANES: usize = 8;

/// Room for one document, to be used again for the next.
#[derive(Debug, Clone, Default)]
pub struct MixtureScratch {
    /// phi of the document's terms, a row a term.
    topics: Vec<[f32; LANES]>,
    /// g, a row a term.
    shares: Vec<[f32; LANES]>,
    /// g of one term before.
    before: Vec<[f32; LANES]>,
    /// alpha_k + N_k.
    sums: Vec<[f32; LANES]>,
    /// c.
    counts: Vec<f32>,
}

/// The mixture of a document: as many numbers as topics. `probabilities` has topics x terms; terms that it does not
/// know, and counts that are not above 0, are passed over. Without any other the mixture is alpha, normalised.
///
/// ```
/// use leitmotif::{matrix::TermMatrix, topics::{MixtureScratch, mixture}};
/// use ndarray::array;
/// let topics = array![[0.8_f32, 0.1, 0.1], [0.1, 0.1, 0.8]];
/// let mut counts = TermMatrix::new(3);
/// counts.push_row([(2, 9.0)]);
/// counts.push_row([]);
/// let mut of = |row| mixture(topics.view(), &[0.5, 0.5], counts.row(row), &mut MixtureScratch::default());
/// assert!(of(0)[1] > 0.9);
/// assert_eq!(of(1), [0.5, 0.5]);
/// ```
pub fn mixture(
    probabilities: ArrayView2<'_, f32>,
    alpha: &[f64],
    row: Row<'_>,
    scratch: &mut MixtureScratch,
) -> Vec<f32> {
    let n_chunks = alpha.len().div_ceil(LANES);
    scratch.gather(probabilities, alpha, row, n_chunks);
    let n_tokens: f32 = scratch.counts.iter().sum();
    cpu::wide(
        #[inline(always)]
        || {
            scratch.start(n_chunks);
            for _ in 0..MOST_PASSES {
                if scratch.pass(n_chunks) <= TOLERANCE * n_tokens {
                    break;
                }
            }
        },
    );
    let sums = &scratch.sums.as_flattened()[..alpha.len()];
    let total: f32 = sums.iter().sum();
    sums.iter().map(|sum| sum / total).collect()
}

impl MixtureScratch {
    fn gather(
        &mut self,
        probabilities: ArrayView2<'_, f32>,
        alpha: &[f64],
        row: Row<'_>,
        n_chunks: usize,
    ) {
        let known =
            |&(term, count): &(u32, f32)| count > 0.0 && (term as usize) < probabilities.ncols();
        self.counts.clear();
        self.topics.clear();
        for (term, count) in row.iter().filter(known) {
            self.counts.push(count);
            let first = self.topics.len();
            self.topics.resize(first + n_chunks, [0.0; LANES]);
            let column = probabilities.column(term as usize);
            self.topics[first..]
                .as_flattened_mut()
                .iter_mut()
                .zip(column)
                .for_each(|(to, &from)| *to = from);
        }
        self.sums.clear();
        self.sums.resize(n_chunks, [0.0; LANES]);
        self.sums
            .as_flattened_mut()
            .iter_mut()
            .zip(alpha)
            .for_each(|(to, &from)| *to = from as f32);
        self.shares.clear();
        self.shares.resize(self.topics.len(), [0.0; LANES]);
        self.before.clear();
        self.before.resize(n_chunks, [0.0; LANES]);
    }

    /// g by phi and alpha alone, and N of it.
    #[inline(always)]
    fn start(&mut self, n_chunks: usize) {
        let rows = self.shares.chunks_exact_mut(n_chunks).zip(self.topics.chunks_exact(n_chunks));
        for (shares, topics) in rows {
            weigh(shares, topics, &self.sums);
        }
        for (shares, &count) in self.shares.chunks_exact(n_chunks).zip(&self.counts) {
            for (sums, shares) in self.sums.iter_mut().zip(shares) {
                for lane in 0..LANES {
                    sums[lane] += count * shares[lane];
                }
            }
        }
    }

    /// One pass over the terms; how much N has changed in all.
    #[inline(always)]
    fn pass(&mut self, n_chunks: usize) -> f32 {
        let mut change = [0.0_f32; LANES];
        let rows = self.shares.chunks_exact_mut(n_chunks).zip(self.topics.chunks_exact(n_chunks));
        for ((shares, topics), &count) in rows.zip(&self.counts) {
            for (sums, shares) in self.sums.iter_mut().zip(&*shares) {
                for lane in 0..LANES {
                    sums[lane] -= shares[lane];
                }
            }
            let before = &mut self.before;
            before.copy_from_slice(shares);
            weigh(shares, topics, &self.sums);
            for (sums, (shares, before)) in self.sums.iter_mut().zip(shares.iter().zip(&*before)) {
                for lane in 0..LANES {
                    let by = shares[lane] - before[lane];
                    sums[lane] += before[lane] + count * by;
                    change[lane] += (count * by).abs();
                }
            }
        }
        change.iter().sum()
    }
}

/// Shares in proportion to topics x sums, which sum to 1; all 0 where all products are.
#[inline(always)]
fn weigh(shares: &mut [[f32; LANES]], topics: &[[f32; LANES]], sums: &[[f32; LANES]]) {
    let mut total = [0.0_f32; LANES];
    for ((shares, topics), sums) in shares.iter_mut().zip(topics).zip(sums) {
        for lane in 0..LANES {
            shares[lane] = topics[lane] * sums[lane].max(0.0);
            total[lane] += shares[lane];
        }
    }
    let total: f32 = total.iter().sum();
    let factor = if total > 0.0 { 1.0 / total } else { 0.0 };
    for shares in shares.iter_mut() {
        for share in shares {
            *share *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use crate::matrix::TermMatrix;
    use ndarray::Array2;

    fn topics(n_topics: usize, n_terms: usize, generator: &mut Generator) -> Array2<f32> {
        let mut topics =
            Array2::from_shape_simple_fn((n_topics, n_terms), || generator.below(100) as f32);
        topics.rows_mut().into_iter().for_each(|mut row| row /= row.sum());
        topics
    }

    /// The slow twin: token by token, in 64 bits, to the last digit.
    fn plain(topics: &Array2<f32>, alpha: &[f64], row: &[(u32, f32)]) -> Vec<f64> {
        let normalised = |mut shares: Vec<f64>| {
            let total: f64 = shares.iter().sum();
            shares.iter_mut().for_each(|share| *share /= total);
            shares
        };
        let weigh = |term: u32, sums: &[f64]| {
            normalised(
                sums.iter()
                    .enumerate()
                    .map(|(k, sum)| f64::from(topics[[k, term as usize]]) * sum)
                    .collect(),
            )
        };
        let mut shares: Vec<Vec<f64>> = row.iter().map(|&(term, _)| weigh(term, alpha)).collect();
        for _ in 0..20_000 {
            for i in 0..row.len() {
                let mut sums = alpha.to_vec();
                for (j, &(_, count)) in row.iter().enumerate() {
                    let count = f64::from(count) - f64::from(u8::from(i == j));
                    sums.iter_mut().zip(&shares[j]).for_each(|(sum, share)| *sum += count * share);
                }
                shares[i] = weigh(row[i].0, &sums);
            }
        }
        let of_topic = |k: usize| {
            alpha[k] + row.iter().zip(&shares).map(|(&(_, c), s)| f64::from(c) * s[k]).sum::<f64>()
        };
        normalised((0..alpha.len()).map(of_topic).collect())
    }

    #[test]
    fn a_mixture_is_the_fixed_point_of_the_plain_twin() {
        let mut generator = Generator::new(11);
        let topics = topics(11, 30, &mut generator);
        let alpha: Vec<f64> = (0..11).map(|k| 0.2 + 0.1 * f64::from(k)).collect();
        for _ in 0..5 {
            let row: Vec<(u32, f32)> =
                (0..30).step_by(3).map(|term| (term, generator.below(4) as f32 + 1.0)).collect();
            let mut counts = TermMatrix::new(30);
            counts.push_row(row.iter().copied());
            let quick =
                mixture(topics.view(), &alpha, counts.row(0), &mut MixtureScratch::default());
            let twin = plain(&topics, &alpha, &row);
            // The quick way stops when N changes by a thousandth of a token a pass.
            for (quick, twin) in quick.iter().zip(twin) {
                assert!((f64::from(*quick) - twin).abs() < 0.02, "{quick} and {twin}");
            }
            assert!((quick.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn what_is_unknown_or_not_above_zero_is_passed_over() {
        let topics = topics(3, 5, &mut Generator::new(1));
        let mut counts = TermMatrix::new(9);
        counts.push_row([(1, 2.0), (2, -1.0), (3, 0.0), (8, 4.0)]);
        counts.push_row([(1, 2.0)]);
        counts.push_row([(7, 1.0)]);
        let mut scratch = MixtureScratch::default();
        let mut of = |row| mixture(topics.view(), &[0.1, 0.2, 0.2], counts.row(row), &mut scratch);
        assert_eq!(of(0), of(1));
        assert_eq!(of(2), [0.2, 0.4, 0.4]);
    }
}
