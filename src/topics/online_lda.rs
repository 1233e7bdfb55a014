//! Topics learned from documents as they come, a batch at a time, in bounded memory.
//!
//! Enters: matrices of counts, one after the other, and how many documents there will be. Leaves: an [`LdaModel`]. Online
//! variational Bayes (Hoffman, Blei and Bach 2010, algorithm 2): batch t of S documents out of D gives
//!
//! ```text
//! until gamma settles:  r_dw = n_dw / sum_k e_dk b_kw,   gamma_dk = alpha + e_dk sum_w b_kw r_dw
//! then:                 lambda_kw <- (1 - rho) lambda_kw + rho (beta + D/S b_kw sum_d e_dk r_dw),   rho = (tau + t)^-kappa
//! with                  e_dk = exp(digamma(gamma_dk)),   b_kw = exp(digamma(lambda_kw) - digamma(sum_w lambda_kw))
//! ```
//!
//! Memory: four bytes x topics x (terms + terms and documents of a batch). Cost: topics x stored values x passes.
//! Nothing is kept of a batch. Of the same batches comes the same, on any number of threads: documents are worked on one
//! by one, and sums over documents are made term by term.

use ndarray::Array2;
use rayon::prelude::*;

use super::dirichlet::exp_digamma;
use super::lda_model::LdaModel;
use super::online_batch::{Chunk, Columns, LANES, Settled, sum};
use super::online_params::OnlineLdaValidParams;
use crate::error::{Error, Result};
use crate::math::Generator;
use crate::matrix::TermMatrix;

/// Topics on the way.
///
/// ```
/// use leitmotif::{matrix::TermMatrix, topics::{OnlineLda, OnlineLdaParams}};
/// use linfa::ParamGuard;
/// let mut learner = OnlineLda::new(OnlineLdaParams::new(2).check()?, 4, 40)?;
/// for batch in 0..2 {
///     let mut counts = TermMatrix::new(4);
///     (0..20).for_each(|row| counts.push_row([(row % 2 * 2, 5.0), (row % 2 * 2 + 1, 3.0)]));
///     learner.step(&counts)?;
/// }
/// let model = learner.finish();
/// assert_eq!(model.probabilities.dim(), (2, 4));
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OnlineLda {
    params: OnlineLdaValidParams,
    n_terms: usize,
    n_documents: usize,
    /// Chunks of a row.
    n_chunks: usize,
    /// lambda, a row a term.
    lambda: Vec<Chunk>,
    /// t.
    n_steps: usize,
}

impl OnlineLda {
    /// A learner that has seen nothing; lambda is drawn about 1, which the first batches overwrite.
    ///
    /// # Errors
    /// Where there is no term or no document to come, or the tables would take more than 16 GiB.
    pub fn new(params: OnlineLdaValidParams, n_terms: usize, n_documents: usize) -> Result<Self> {
        if n_terms == 0 || n_documents == 0 {
            return Err(Error::empty(
                "no terms, or no documents to come: there is nothing to find topics in",
            ));
        }
        let n_chunks = params.n_topics.div_ceil(LANES);
        if n_terms.saturating_mul(n_chunks * LANES * 2) > super::lda::MOST_CELLS {
            let topics = params.n_topics;
            return Err(Error::settings(format!(
                "{topics} topics of {n_terms} terms take more than 16 GiB"
            )));
        }
        let mut generator = Generator::new(params.seed);
        let mut uniform = || (generator.next_u64() >> 40) as f32 / (1 << 24) as f32;
        let mut lambda = vec![[0.0; LANES]; n_terms * n_chunks];
        for row in lambda.chunks_mut(n_chunks) {
            let row = &mut row.as_flattened_mut()[..params.n_topics];
            row.iter_mut().for_each(|value| *value = 0.5 + uniform());
        }
        Ok(OnlineLda { params, n_terms, n_documents, n_chunks, lambda, n_steps: 0 })
    }

    /// Learns from a batch. Documents without terms count as documents, and change nothing else.
    ///
    /// # Errors
    /// Where the batch has no row, another number of terms than was said, or a count below 0. Nothing has been learned then.
    pub fn step(&mut self, counts: &TermMatrix) -> Result<()> {
        self.check(counts)?;
        let columns = Columns::of(counts);
        let topics = self.topics(&columns.terms);
        let (alpha, n_topics) = (self.params.alpha as f32, self.params.n_topics);
        let settle = |row| Settled::of(counts.row(row), &columns, &topics, alpha, n_topics);
        let settled: Vec<Settled> = (0..counts.n_rows()).into_par_iter().map(settle).collect();
        self.n_steps += 1;
        let rho = libm::pow(self.params.tau + self.n_steps as f64, -self.params.kappa);
        let of_batch = rho * self.n_documents as f64 / counts.n_rows() as f64;
        let (keep, beta) = ((1.0 - rho) as f32, (rho * self.params.beta) as f32);
        self.lambda.par_chunks_mut(self.n_chunks).for_each(|row| decay(row, keep, beta));
        let n_chunks = self.n_chunks;
        let sums = columns.places.par_windows(2).zip(topics.par_chunks(n_chunks));
        let sums: Vec<Vec<Chunk>> = sums
            .map(|(range, topics)| {
                sum(&columns.cells[range[0]..range[1]], &settled, topics, of_batch as f32)
            })
            .collect();
        for (&term, sum) in columns.terms.iter().zip(sums) {
            let row = &mut self.lambda[term as usize * n_chunks..][..n_chunks];
            let pairs = row.as_flattened_mut().iter_mut().zip(sum.as_flattened());
            pairs.take(self.params.n_topics).for_each(|(to, sum)| *to += sum);
        }
        Ok(())
    }

    fn check(&self, counts: &TermMatrix) -> Result<()> {
        if counts.n_rows() == 0 {
            return Err(Error::empty("a batch without documents"));
        }
        if counts.n_terms() != self.n_terms {
            let (found, wanted) = (counts.n_terms(), self.n_terms);
            return Err(Error::data(format!("a batch over {found} terms: wanted are {wanted}")));
        }
        if let Some(value) = counts.values().iter().find(|value| **value < 0.0) {
            return Err(Error::data(format!("a count is {value}: wanted is 0 or more")));
        }
        Ok(())
    }

    /// b of some terms, a row a term.
    fn topics(&self, terms: &[u32]) -> Vec<Chunk> {
        let below: Vec<f64> = self.sums().iter().map(|&sum| 1.0 / exp_digamma(sum)).collect();
        let mut topics = vec![[0.0; LANES]; terms.len() * self.n_chunks];
        topics.par_chunks_mut(self.n_chunks).zip(terms).for_each(|(row, &term)| {
            let lambda = &self.lambda[term as usize * self.n_chunks..][..self.n_chunks];
            let pairs = row.as_flattened_mut().iter_mut().zip(lambda.as_flattened());
            pairs.zip(&below).for_each(|((to, &value), below)| {
                *to = (exp_digamma(f64::from(value)) * below) as f32
            });
        });
        topics
    }

    /// The sums of lambda by topic, parts of the terms first.
    fn sums(&self) -> Vec<f64> {
        let of_part = |part: &[Chunk]| {
            let mut sums = vec![0.0; self.params.n_topics];
            for row in part.chunks(self.n_chunks) {
                sums.iter_mut()
                    .zip(row.as_flattened())
                    .for_each(|(sum, &value)| *sum += f64::from(value));
            }
            sums
        };
        let parts: Vec<Vec<f64>> =
            self.lambda.par_chunks(self.n_chunks * 1_024).map(of_part).collect();
        let mut all = vec![0.0; self.params.n_topics];
        parts.iter().for_each(|part| all.iter_mut().zip(part).for_each(|(all, part)| *all += part));
        all
    }

    /// What has been learned; without mixtures, for no document is kept.
    pub fn finish(self) -> LdaModel {
        let n_topics = self.params.n_topics;
        let totals = self.sums();
        let total: f64 = totals.iter().sum();
        let mut order: Vec<usize> = (0..n_topics).collect();
        order.sort_by(|&a, &b| totals[b].total_cmp(&totals[a]).then(a.cmp(&b)));
        let cell = |(topic, term): (usize, usize)| {
            let topic = order[topic];
            let value = self.lambda[term * self.n_chunks + topic / LANES][topic % LANES];
            (f64::from(value) / totals[topic]) as f32
        };
        let probabilities = Array2::from_shape_fn((n_topics, self.n_terms), cell);
        let shares = order.iter().map(|&topic| (totals[topic] / total) as f32).collect();
        LdaModel::new(probabilities, vec![self.params.alpha; n_topics], self.params.beta, shares)
    }
}

fn decay(row: &mut [Chunk], keep: f32, beta: f32) {
    row.as_flattened_mut().iter_mut().for_each(|value| *value = *value * keep + beta);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Row;
    use crate::topics::{LdaParams, MixtureScratch, OnlineLdaParams, digamma, held_out};
    use linfa::ParamGuard;

    /// Documents of two topics each out of four, which have ten terms each for themselves.
    fn corpus(n_rows: usize, seed: u64) -> TermMatrix {
        let mut generator = Generator::new(seed);
        let mut counts = TermMatrix::new(40);
        for _ in 0..n_rows {
            let topics = [generator.below(4), generator.below(4)];
            let mut row = vec![0.0; 40];
            (0..30).for_each(|i| row[topics[i % 2] * 10 + generator.below(10)] += 1.0);
            counts.push_row((0..).zip(row).filter(|pair| pair.1 > 0.0));
        }
        counts
    }

    fn learner(n_topics: usize, n_documents: usize) -> OnlineLda {
        let params = OnlineLdaParams::new(n_topics).alpha(0.1).tau(1.0).check().unwrap();
        OnlineLda::new(params, 40, n_documents).unwrap()
    }

    /// The slow twin of a step: all dense, in 64 bits. lambda by topic before and after.
    fn plain(lambda: &Array2<f64>, counts: &TermMatrix, n_documents: f64, rho: f64) -> Array2<f64> {
        let dense = counts.to_dense(&(0..40).collect::<Vec<_>>());
        let e = |x: f64| digamma(x).exp();
        let mut b = lambda.clone();
        for mut row in b.rows_mut() {
            let below = e(row.sum());
            row.mapv_inplace(|value| e(value) / below);
        }
        let mut sums = Array2::<f64>::zeros(lambda.dim());
        for n in dense.rows() {
            let mut gamma = vec![0.1 + n.sum() / lambda.nrows() as f64; lambda.nrows()];
            let mut n_passes = 0;
            let (shares, ratios) = loop {
                let shares = gamma.iter().map(|&gamma| e(gamma)).collect::<ndarray::Array1<f64>>();
                let ratios = &n / &shares.dot(&b);
                let mut change = 0.0;
                for (k, gamma) in gamma.iter_mut().enumerate() {
                    let next = 0.1 + shares[k] * b.row(k).dot(&ratios);
                    change += (next - *gamma).abs();
                    *gamma = next;
                }
                n_passes += 1;
                if change <= 1e-3 * lambda.nrows() as f64 || n_passes == 100 {
                    break (shares, ratios);
                }
            };
            for ((k, w), sum) in sums.indexed_iter_mut() {
                *sum += shares[k] * ratios[w];
            }
        }
        let factor = n_documents / counts.n_rows() as f64;
        lambda * (1.0 - rho) + (sums * &b * factor + 0.01) * rho
    }

    #[test]
    fn a_step_is_that_of_the_plain_twin() {
        let (mut learner, counts) = (learner(3, 100), corpus(20, 1));
        let lambda = |learner: &OnlineLda| {
            Array2::from_shape_fn((3, 40), |(k, w)| f64::from(learner.lambda[w][k]))
        };
        let before = lambda(&learner);
        learner.step(&counts).unwrap();
        let twin = plain(&before, &counts, 100.0, libm::pow(2.0, -0.7));
        for (ours, twin) in lambda(&learner).iter().zip(&twin) {
            // 32 bits and 64, and a document now and then is left a pass earlier.
            assert!((ours - twin).abs() < 1e-3 * twin, "{ours} and {twin}");
        }
    }

    #[test]
    fn topics_are_learned_nearly_as_well_as_by_sampling() {
        let (counts, others) = (corpus(600, 2), corpus(100, 3));
        let mut learner = learner(4, 600);
        for _ in 0..5 {
            for first in (0..600).step_by(50) {
                let mut batch = TermMatrix::new(40);
                (first..first + 50).for_each(|row| batch.push_row(counts.row(row).iter()));
                learner.step(&batch).unwrap();
            }
        }
        let online = learner.finish();
        let sampled =
            LdaParams::new(4).n_sweeps(100).check().unwrap().fit_watched(&counts, &|_| ()).unwrap();
        let judge = |model: &LdaModel| {
            let mixture = |row: Row<'_>| model.mixture(row, &mut MixtureScratch::default());
            held_out(model.probabilities.view(), &others, mixture).unwrap().log_likelihood_per_word
        };
        assert!(
            judge(&online) > judge(&sampled) - 0.1,
            "{} and {}",
            judge(&online),
            judge(&sampled)
        );
        assert!(online.shares.is_sorted_by(|a, b| a >= b));
        assert_eq!(online.log_likelihood_per_word, None);
    }

    #[test]
    fn threads_do_not_show() {
        let counts = corpus(100, 4);
        let run = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| {
                let mut learner = learner(11, 200);
                (0..2).for_each(|_| learner.step(&counts).unwrap());
                learner.finish()
            })
        };
        assert_eq!(run(1), run(4));
    }

    #[test]
    fn wrong_batches_are_refused_and_empty_documents_are_not() {
        let mut learner = learner(2, 10);
        assert!(learner.step(&TermMatrix::new(40)).is_err());
        let mut other = TermMatrix::new(39);
        other.push_row([(1, 1.0)]);
        assert!(learner.step(&other).is_err());
        let mut negative = TermMatrix::new(40);
        negative.push_row([(1, -1.0)]);
        assert!(learner.step(&negative).is_err());
        let mut empty = TermMatrix::new(40);
        empty.push_row([]);
        learner.step(&empty).unwrap();
        assert!(learner.finish().probabilities.iter().all(|p| p.is_finite()));
    }
}
