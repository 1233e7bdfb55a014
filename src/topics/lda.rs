//! Latent Dirichlet allocation: settings, and learning from counts.
//!
//! Each document is a mixture of topics, each topic a distribution over terms (Blei, Ng and Jordan 2003):
//!
//! ```text
//! theta_d ~ Dirichlet(alpha)    phi_k ~ Dirichlet(beta + prior counts of k)    z ~ theta_d    w ~ phi_z
//! ```
//!
//! Learned by collapsed Gibbs sampling of z (`super::gibbs`); alpha is fitted on the way. Enters: counts. Leaves: an
//! [`LdaModel`]. Cost: tokens x topics x sweeps / 8 vector steps; memory: four bytes x topics x (two tables of documents
//! and three of terms), and six bytes a token.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;

use super::lda_chain::Chain;
use super::lda_model::LdaModel;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// The most topics: their numbers have 16 bits.
pub(super) const MOST_TOPICS: usize = 65_535;

/// The most numbers in all tables together, four bytes each: 16 GiB.
pub(super) const MOST_CELLS: usize = 1 << 32;

/// The finest prior count: sums of such and of tokens stay exact.
const FINEST: f64 = 1.0 / 64.0;

/// Checked settings of latent Dirichlet allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct LdaValidParams {
    pub(super) n_topics: usize,
    pub(super) n_sweeps: usize,
    pub(super) seed: u64,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) optimise_alpha: bool,
    pub(super) optimise_beta: bool,
    /// (topic, term, count), sorted, each topic and term once.
    pub(super) guides: Vec<(usize, usize, f64)>,
}

/// Settings of latent Dirichlet allocation.
///
/// ```
/// use leitmotif::{matrix::TermMatrix, topics::LdaParams};
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// let mut counts = TermMatrix::new(4);
/// for document in 0..20 {
///     let first = document % 2 * 2;
///     counts.push_row([(first, 5.0), (first + 1, 3.0)]);
/// }
/// let data = DatasetBase::new(counts, ());
/// let model = LdaParams::new(2).n_sweeps(50).fit(&data)?;
/// let mixtures = model.predict(&data);
/// assert!((mixtures[[0, 0]] > 0.9) != (mixtures[[1, 0]] > 0.9));
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LdaParams(LdaValidParams);

impl LdaParams {
    /// So many topics, 1 to 65,535; the rest by default: 500 sweeps, which is where likelihoods have all but settled;
    /// seed 42; alpha 0.1 at the start, then fitted; beta 0.01, not fitted, which leaves topics few terms each.
    pub fn new(n_topics: usize) -> Self {
        LdaParams(LdaValidParams {
            n_topics,
            n_sweeps: 500,
            seed: 42,
            alpha: 0.1,
            beta: 0.01,
            optimise_alpha: true,
            optimise_beta: false,
            guides: Vec::new(),
        })
    }

    /// How often each token is sampled; at least once.
    pub fn n_sweeps(mut self, n_sweeps: usize) -> Self {
        self.0.n_sweeps = n_sweeps;
        self
    }

    /// The seed of what is drawn.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// The prior count of each topic in a document, at the start; 0.000001 to 1,000.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// The prior count of each term in a topic, at the start; 0.000001 to 1,000.
    pub fn beta(mut self, beta: f64) -> Self {
        self.0.beta = beta;
        self
    }

    /// Whether alpha is fitted, a number for each topic.
    pub fn optimise_alpha(mut self, optimise: bool) -> Self {
        self.0.optimise_alpha = optimise;
        self
    }

    /// Whether beta is fitted. It then becomes greater and documents not seen become likelier, but topics share
    /// more terms.
    pub fn optimise_beta(mut self, optimise: bool) -> Self {
        self.0.optimise_beta = optimise;
        self
    }

    /// Guides topics by terms: (topic, term, how many tokens the term is taken to have had there already). Counts are
    /// from 1/64 to a million, and rounded to 64ths; those of the same topic and term are added. Guided topics keep their
    /// numbers, so they should be the first ones.
    pub fn guides(mut self, guides: impl IntoIterator<Item = (usize, usize, f64)>) -> Self {
        self.0.guides = guides.into_iter().collect();
        self
    }
}

impl ParamGuard for LdaParams {
    type Checked = LdaValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LdaValidParams> {
        self.0.check_values()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LdaValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<T> Fit<TermMatrix, T, Error> for LdaValidParams {
    type Object = LdaModel;

    fn fit(&self, dataset: &DatasetBase<TermMatrix, T>) -> Result<LdaModel> {
        self.fit_watched(dataset.records(), &|_| ())
    }
}

impl LdaValidParams {
    /// Learns topics; after each sweep `watch` is told how many are done.
    ///
    /// # Errors
    /// Where there is no token, a count is not a whole number of 0 or more, a guide's term is not in the matrix, a
    /// document or a term has more than 2^24 tokens, or the tables would take more than 16 GiB.
    pub fn fit_watched(
        &self,
        counts: &TermMatrix,
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<LdaModel> {
        self.check_size(counts)?;
        let settings = LdaValidParams { guides: self.joined_guides(), ..self.clone() };
        let mut chain = Chain::new(&settings, counts)?;
        chain.run(watch);
        Ok(LdaModel::of_chain(chain, settings.n_guided()))
    }

    fn check_values(&self) -> Result<()> {
        if self.n_topics == 0 || self.n_topics > MOST_TOPICS {
            return Err(Error::settings(format!(
                "{} topics: wanted are 1 to {MOST_TOPICS}",
                self.n_topics
            )));
        }
        if self.n_sweeps == 0 {
            return Err(Error::settings("no sweeps: wanted is at least one"));
        }
        for (name, value) in [("alpha", self.alpha), ("beta", self.beta)] {
            if !(1e-6..=1e3).contains(&value) {
                return Err(Error::settings(format!(
                    "{name} is {value}: wanted is 0.000001 to 1000"
                )));
            }
        }
        for &(topic, term, count) in &self.guides {
            if topic >= self.n_topics || !(FINEST..=1e6).contains(&count) {
                let guide =
                    format!("term {term} guides topic {topic} of {} by {count}", self.n_topics);
                return Err(Error::settings(format!(
                    "{guide}: wanted is a topic there is, and 1/64 to a million"
                )));
            }
        }
        Ok(())
    }

    fn check_size(&self, counts: &TermMatrix) -> Result<()> {
        if let Some(guide) = self.guides.iter().find(|guide| guide.1 >= counts.n_terms()) {
            let found = format!("term {} guides topic {}", guide.1, guide.0);
            return Err(Error::settings(format!("{found}: there are {} terms", counts.n_terms())));
        }
        let rows =
            counts.n_rows().saturating_mul(2).saturating_add(counts.n_terms().saturating_mul(3));
        if rows.saturating_mul(self.n_topics.next_multiple_of(8)) > MOST_CELLS {
            let (topics, documents, terms) = (self.n_topics, counts.n_rows(), counts.n_terms());
            return Err(Error::settings(format!(
                "{topics} topics of {documents} documents and {terms} terms take more than 16 GiB: wanted are fewer"
            )));
        }
        Ok(())
    }

    /// Guides sorted, rounded, those of the same topic and term added.
    fn joined_guides(&self) -> Vec<(usize, usize, f64)> {
        let mut guides = self.guides.clone();
        guides.sort_by_key(|guide| (guide.0, guide.1));
        guides.iter_mut().for_each(|guide| guide.2 = (guide.2 / FINEST).round() * FINEST);
        guides.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        guides
    }

    /// How many topics keep their numbers.
    fn n_guided(&self) -> usize {
        self.guides.iter().map(|guide| guide.0 + 1).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use crate::topics::MixtureScratch;
    use crate::topics::held_out;
    use linfa::traits::Predict;

    /// Documents of two topics each out of `n_topics`, which have ten terms each for themselves.
    fn corpus(n_rows: usize, n_topics: usize, seed: u64) -> TermMatrix {
        let mut generator = Generator::new(seed);
        let mut counts = TermMatrix::new(n_topics * 10);
        for _ in 0..n_rows {
            let topics = [generator.below(n_topics), generator.below(n_topics)];
            let mut row = vec![0.0; n_topics * 10];
            (0..40).for_each(|i| row[topics[i % 2] * 10 + generator.below(10)] += 1.0);
            counts.push_row((0..).zip(row).filter(|pair| pair.1 > 0.0));
        }
        counts
    }

    fn fit(params: LdaParams, counts: &TermMatrix) -> Result<LdaModel> {
        params.fit(&DatasetBase::new(counts.clone(), ()))
    }

    #[test]
    fn topics_that_made_the_documents_are_found() {
        let counts = corpus(300, 6, 1);
        let model = fit(LdaParams::new(6).n_sweeps(200), &counts).unwrap();
        for row in model.probabilities.rows() {
            let of_true = |topic: usize| row.iter().skip(topic * 10).take(10).sum::<f32>();
            assert!((0..6).map(of_true).fold(0.0, f32::max) > 0.97, "{row}");
            assert!((row.sum() - 1.0).abs() < 1e-5);
        }
        assert!(model.shares.is_sorted_by(|a, b| a >= b));
        assert!((model.shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(model.mixtures.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-5));
    }

    #[test]
    fn the_same_seed_gives_the_same_model_and_another_another() {
        let counts = corpus(80, 4, 2);
        let of = |seed| fit(LdaParams::new(5).n_sweeps(30).seed(seed), &counts).unwrap();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn a_document_alone_is_the_same_as_in_a_batch() {
        let counts = corpus(60, 4, 3);
        let model = fit(LdaParams::new(4).n_sweeps(50), &counts).unwrap();
        let batch = model.predict(&DatasetBase::new(counts.clone(), ()));
        for (index, row) in batch.rows().into_iter().enumerate() {
            let alone = model.mixture(counts.row(index), &mut MixtureScratch::default());
            assert_eq!(row.to_vec(), alone);
            // What was sampled and what is inferred agree on what a document is about.
            let most = |row: &[f32]| (0..4).max_by(|&a, &b| row[a].total_cmp(&row[b]));
            let sampled = model.mixtures.row(index).to_vec();
            let differ = sampled.iter().zip(&alone).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(most(&sampled) == most(&alone) || differ < 0.1);
        }
    }

    #[test]
    fn guided_topics_keep_their_places_and_gather_their_terms() {
        let counts = corpus(300, 6, 4);
        // The first topic is told one term of the fifth, the second one of the third.
        let params =
            LdaParams::new(6).n_sweeps(100).guides([(0, 45, 20.0), (1, 21, 20.0), (1, 21, 5.0)]);
        let model = fit(params, &counts).unwrap();
        let of_true = |topic: usize, of: usize| {
            model.probabilities.row(topic).iter().skip(of * 10).take(10).sum::<f32>()
        };
        assert!(of_true(0, 4) > 0.9, "{}", of_true(0, 4));
        assert!(of_true(1, 2) > 0.9, "{}", of_true(1, 2));
        assert!(model.shares[2..].is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn the_likelihood_is_that_of_the_formula() {
        // One topic: nothing is drawn, and the sums can be done by hand. Counts 3 and 1, and 2; V = 2.
        let mut counts = TermMatrix::new(2);
        counts.push_row([(0, 3.0), (1, 1.0)]);
        counts.push_row([(1, 2.0)]);
        let model = fit(LdaParams::new(1).n_sweeps(1).alpha(0.5).beta(0.1), &counts).unwrap();
        let ln_gamma = libm::lgamma;
        // With one topic each document's part is 0.
        let expected = ln_gamma(0.2) - ln_gamma(6.2) + 2.0 * (ln_gamma(3.1) - ln_gamma(0.1));
        assert!((model.log_likelihood_per_word.unwrap() - expected / 6.0).abs() < 1e-12);
    }

    #[test]
    fn documents_not_seen_are_foretold_and_better_than_by_one_topic() {
        let (counts, others) = (corpus(300, 6, 5), corpus(100, 6, 6));
        let perplexity = |n_topics| {
            let model = fit(LdaParams::new(n_topics).n_sweeps(100), &counts).unwrap();
            let mixture =
                |row: crate::matrix::Row<'_>| model.mixture(row, &mut MixtureScratch::default());
            held_out(model.probabilities.view(), &others, mixture).unwrap().perplexity()
        };
        // Two topics of ten terms are 20 equally probable terms at best, one topic is all 60.
        assert!((58.0..62.0).contains(&perplexity(1)));
        assert!((16.0..23.0).contains(&perplexity(6)), "{}", perplexity(6));
    }

    #[test]
    fn empty_documents_have_the_prior_mixture() {
        let mut counts = TermMatrix::new(3);
        counts.push_row([]);
        counts.push_row([(0, 2.0), (2, 1.0)]);
        counts.push_row([]);
        let model = fit(LdaParams::new(9).n_sweeps(3), &counts).unwrap();
        let total: f64 = model.alpha.iter().sum();
        for (share, alpha) in model.mixtures.row(2).iter().zip(&model.alpha) {
            assert!((f64::from(*share) - alpha / total).abs() < 1e-6);
        }
    }

    #[test]
    fn sweeps_are_told_as_they_are_done() {
        let told = std::sync::Mutex::new(Vec::new());
        let params = LdaParams::new(2).n_sweeps(4).check().unwrap();
        params.fit_watched(&corpus(5, 2, 1), &|done| told.lock().unwrap().push(done)).unwrap();
        assert_eq!(told.into_inner().unwrap(), [1, 2, 3, 4]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let counts = corpus(5, 2, 1);
        let bad = [
            LdaParams::new(0),
            LdaParams::new(65_536),
            LdaParams::new(2).n_sweeps(0),
            LdaParams::new(2).alpha(0.0),
            LdaParams::new(2).beta(f64::NAN),
            LdaParams::new(2).guides([(2, 0, 1.0)]),
            LdaParams::new(2).guides([(0, 20, 1.0)]),
            LdaParams::new(2).guides([(0, 0, f64::INFINITY)]),
        ];
        for params in bad {
            assert!(fit(params.clone(), &counts).is_err(), "{params:?}");
        }
        assert!(fit(LdaParams::new(2), &TermMatrix::new(4)).is_err());
        assert!(fit(LdaParams::new(2), &TermMatrix::new(0)).is_err());
        let mut empty = TermMatrix::new(100_000);
        empty.push_row([]);
        assert!(fit(LdaParams::new(2), &empty).is_err());
        assert!(fit(LdaParams::new(65_535), &empty).unwrap_err().to_string().contains("16 GiB"));
    }
}
