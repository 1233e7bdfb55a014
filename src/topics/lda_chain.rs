//! A chain of Gibbs samples whose priors are learned on the way.
//!
//! Enters: counts and checked settings. Leaves: sums over samples, the priors, and how likely the last sample is. Alpha is
//! one number a topic: some topics are everywhere, and say so by a large alpha (Wallach, Mimno and McCallum 2009,
//! "Rethinking LDA: why priors matter"). Beta is one number for all terms. What becomes of the sums is for others to say.

use super::dirichlet::{Histogram, fit_asymmetric, fit_symmetric};
use super::gibbs::Sampler;
use super::gibbs_kernel::{LANES, Priors};
use super::lda::LdaValidParams;
use crate::error::Result;
use crate::matrix::TermMatrix;

/// Sweeps from one fitting of the priors to the next.
const FIT_EVERY: usize = 10;

/// Sweeps from one sample that is summed up to the next: neighbours are too alike to be worth it.
const SAMPLE_EVERY: usize = 5;

/// Samples that are summed up, if there are as many in the second half of the sweeps.
const N_SAMPLES: usize = 10;

/// The share of the sweeps in which beta falls from [`HOT_BETA`] to what it should be. A great beta lets tokens change
/// topics freely; falling, it lets the chain settle where more is likely than where it began: on newsgroups20_stripped,
/// K = 50, 500 sweeps, -8.371 per word become -8.329. A share of 0.3 gives -8.325, but with K = 20 -8.372 instead of
/// -8.364. Alpha is not fitted until it is nearly cool: topics that are small then would die out.
const HOT_SHARE: f64 = 0.5;

/// The warmth from which alpha is fitted. On newsgroups20_stripped, K = 50, 500 sweeps, five seeds, 0 gives -8.337 per
/// word (the least -8.358), 0.2 gives -8.328 (-8.350), 0.4 gives -8.318 (-8.337) but topics whose weightiest terms go
/// together less.
const FIT_WARMTH: f64 = 0.2;

/// Beta at the start; 2 was too hot: topics became few and large.
const HOT_BETA: f64 = 0.5;

/// A chain.
#[derive(Debug)]
pub(super) struct Chain<'a> {
    settings: &'a LdaValidParams,
    sampler: Sampler,
    n_terms: usize,
    /// alpha, by topic.
    pub alpha: Vec<f64>,
    /// beta.
    pub beta: f64,
    sums: Sums,
}

/// Sums over samples.
#[derive(Debug)]
pub(super) struct Sums {
    /// How many samples.
    pub n_samples: usize,
    /// n_dk, documents x topics.
    pub documents: Vec<f32>,
    /// n_wk and what the prior adds, terms x topics.
    pub terms: Vec<f32>,
}

impl<'a> Chain<'a> {
    /// A chain at its start.
    ///
    /// # Errors
    /// Where there is no token, or one that cannot be counted.
    pub fn new(settings: &'a LdaValidParams, counts: &TermMatrix) -> Result<Self> {
        let n_topics = settings.n_topics;
        let sampler = Sampler::new(counts, n_topics, &settings.guides, settings.seed)?;
        let sums = Sums {
            n_samples: 0,
            documents: vec![0.0; counts.n_rows() * n_topics],
            terms: vec![0.0; counts.n_terms() * n_topics],
        };
        let (alpha, beta) = (vec![settings.alpha; n_topics], settings.beta);
        Ok(Chain { settings, sampler, n_terms: counts.n_terms(), alpha, beta, sums })
    }

    /// All sweeps; after each `watch` is told how many are done.
    pub fn run(&mut self, watch: &(dyn Fn(usize) + Sync)) {
        let n_sweeps = self.settings.n_sweeps;
        for done in 1..=n_sweeps {
            let warmth = 1.0 - (done - 1) as f64 / (HOT_SHARE * n_sweeps as f64);
            self.sampler.sweep(&self.priors(self.beta_at(warmth)));
            if warmth <= FIT_WARMTH && done % FIT_EVERY == 0 {
                self.fit_priors();
            }
            let left = n_sweeps - done;
            let late = done * 2 > n_sweeps && left / SAMPLE_EVERY < N_SAMPLES;
            if late && left.is_multiple_of(SAMPLE_EVERY) {
                self.sum_up();
            }
            watch(done);
        }
    }

    /// Beta at a warmth: that of the start at 1, that which is wanted at 0 and below, and between them evenly by its
    /// logarithm.
    fn beta_at(&self, warmth: f64) -> f64 {
        if warmth <= 0.0 || self.beta >= HOT_BETA {
            return self.beta;
        }
        self.beta * libm::pow(HOT_BETA / self.beta, warmth)
    }

    fn priors(&self, beta: f64) -> Priors {
        let mut alpha = vec![[0.0; LANES]; self.alpha.len().div_ceil(LANES)];
        for (to, &from) in alpha.as_flattened_mut().iter_mut().zip(&self.alpha) {
            *to = from as f32;
        }
        Priors { alpha, beta: beta as f32, term_sums: self.term_sums(beta) }
    }

    /// For each topic the prior counts of all terms.
    fn term_sums(&self, beta: f64) -> Vec<f64> {
        let mut sums = vec![beta * self.n_terms as f64; self.alpha.len()];
        for &(topic, _, count) in &self.settings.guides {
            sums[topic] += count;
        }
        sums
    }

    fn fit_priors(&mut self) {
        if self.settings.optimise_alpha {
            let (counts, lengths) = self.sampler.document_histograms();
            fit_asymmetric(&mut self.alpha, &counts, &lengths);
        }
        if self.settings.optimise_beta {
            let counts = self.sampler.term_histogram();
            let (guided, extra) = (self.guided(), self.term_sums(0.0));
            let n_tokens = self.sampler.n_tokens();
            self.beta = fit_symmetric(self.beta, self.n_terms, &counts, &guided, n_tokens, &extra);
        }
    }

    /// How often each prior count occurs beyond beta.
    fn guided(&self) -> Histogram {
        let mut histogram = Histogram::default();
        self.settings.guides.iter().for_each(|&(_, _, count)| histogram.add(count));
        histogram
    }

    fn sum_up(&mut self) {
        let n_topics = self.alpha.len();
        let add =
            |to: &mut [f32], from: &[f32]| to.iter_mut().zip(from).for_each(|(to, n)| *to += n);
        for (to, from) in self.sums.documents.chunks_mut(n_topics).zip(self.sampler.documents()) {
            add(to, from);
        }
        for (term, to) in self.sums.terms.chunks_mut(n_topics).enumerate() {
            add(to, self.sampler.term(term));
        }
        self.sums.n_samples += 1;
    }

    /// The logarithm of the joint probability of all words and their topics, over the number of words (Griffiths and
    /// Steyvers 2004, equations 2 and 3), B_k = V beta and what the prior adds to topic k, b_wk = beta and what it adds
    /// to the term:
    ///
    /// ```text
    /// sum_d [lnGamma(A) - lnGamma(n_d + A) + sum_k (lnGamma(n_dk + alpha_k) - lnGamma(alpha_k))]
    ///   + sum_k [lnGamma(B_k) - lnGamma(n_k + B_k) + sum_w (lnGamma(n_wk + b_wk) - lnGamma(b_wk))],  A = sum_k alpha_k
    /// ```
    ///
    /// It is what tomotopy calls `ll_per_word`.
    pub fn log_likelihood_per_word(&self) -> f64 {
        let (counts, lengths) = self.sampler.document_histograms();
        let documents: f64 =
            counts.iter().zip(&self.alpha).map(|(counts, &alpha)| counts.log_gammas(alpha)).sum();
        let terms = self.sampler.term_histogram().log_gammas(self.beta)
            - self.guided().log_gammas(self.beta);
        let of_topic = |(n, sum): (&f64, f64)| libm::lgamma(n + sum) - libm::lgamma(sum);
        let topics: f64 =
            self.sampler.n_tokens().iter().zip(self.term_sums(self.beta)).map(of_topic).sum();
        let all = documents - lengths.log_gammas(self.alpha.iter().sum()) + terms - topics;
        all / self.sampler.total() as f64
    }

    /// What each topic has of the tokens of the last sample.
    pub fn n_tokens(&self) -> &[f64] {
        self.sampler.n_tokens()
    }

    /// What was summed up, the chain being at its end.
    pub fn into_sums(self) -> Sums {
        self.sums
    }
}
