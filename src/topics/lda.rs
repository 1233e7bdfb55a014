//! Latent Dirichlet allocation: settings, and learning from counts.
//!
//! Each document is a mixture of topics, each topic a distribution over terms (Blei, Ng and Jordan 2003):
//!
//! ```text
//! theta_d ~ Dirichlet(alpha)    phi_k ~ Dirichlet(beta + prior counts of k)    z ~ theta_d    w ~ phi_z
//! ```
//!
//! Learned by collapsed Gibbs sampling of z (`super::gibbs`); alpha is fitted on the way. Enters: counts. Leaves: an
//! [`LdaModel`]. Cost: tokens x topics x sweeps / 8 vector steps; memory: four bytes x topics x (two tables of documents and three
//! of terms), and six bytes a token.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;

use super::lda_chain::Chain;
use super::lda_model::LdaModel;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// The most topics: their numbers have 16 bits.
const MOST_TOPICS: usize = 65_535;

/// The most numbers in all tables together, four bytes each: 16 GiB.
const MOST_CELLS: usize = 1 << 32;

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
    /// Where there is no token, a count is not a whole number of 0 or more, a guide's term is not in the matrix, a document or a
    /// term has more than 2^24 tokens, or the tables would take more than 16 GiB.
    pub fn fit_watched(&self, counts: &TermMatrix, watch: &(dyn Fn(usize) + Sync)) -> Result<LdaModel> {
        self.check_size(counts)?;
        let settings = LdaValidParams { guides: self.joined_guides(), ..self.clone() };
        let mut chain = Chain::new(&settings, counts)?;
        chain.run(watch);
        Ok(LdaModel::of_chain(chain, settings.n_guided()))
    }

    fn check_values(&self) -> Result<()> {
        if self.n_topics == 0 || self.n_topics > MOST_TOPICS {
            return Err(Error::settings(format!("{} topics: wanted are 1 to {MOST_TOPICS}", self.n_topics)));
        }
        if self.n_sweeps == 0 {
            return Err(Error::settings("no sweeps: wanted is at least one"));
        }
        for (name, value) in [("alpha", self.alpha), ("beta", self.beta)] {
            if !(1e-6..=1e3).contains(&value) {
                return Err(Error::settings(format!("{name} is {value}: wanted is 0.000001 to 1000")));
            }
        }
        for &(topic, term, count) in &self.guides {
            if topic >= self.n_topics || !(FINEST..=1e6).contains(&count) {
                let guide = format!("term {term} guides topic {topic} of {} by {count}", self.n_topics);
                return Err(Error::settings(format!("{guide}: wanted is a topic there is, and 1/64 to a million")));
            }
        }
        Ok(())
    }

    fn check_size(&self, counts: &TermMatrix) -> Result<()> {
        if let Some(guide) = self.guides.iter().find(|guide| guide.1 >= counts.n_terms()) {
            let found = format!("term {} guides topic {}", guide.1, guide.0);
            return Err(Error::settings(format!("{found}: there are {} terms", counts.n_terms())));
        }
        let rows = counts.n_rows().saturating_mul(2).saturating_add(counts.n_terms().saturating_mul(3));
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
