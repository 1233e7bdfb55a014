//! Settings of online variational Bayes.
//!
//! Enters: what is wished. Leaves: settings that are in their ranges. What they do is said in `super::online_lda`.

use linfa::ParamGuard;

use super::lda::MOST_TOPICS;
use crate::error::{Error, Result};

/// Checked settings of online variational Bayes.
#[derive(Debug, Clone, PartialEq)]
pub struct OnlineLdaValidParams {
    pub(super) n_topics: usize,
    pub(super) seed: u64,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) kappa: f64,
    pub(super) tau: f64,
}

/// Settings of online variational Bayes.
///
/// ```
/// use leitmotif::topics::OnlineLdaParams;
/// use linfa::ParamGuard;
/// assert!(OnlineLdaParams::new(20).tau(10.0).check().is_ok());
/// assert!(OnlineLdaParams::new(20).kappa(0.5).check().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OnlineLdaParams(OnlineLdaValidParams);

impl OnlineLdaParams {
    /// So many topics, 1 to 65,535; by default seed 42; alpha 1 over the number of topics, beta 0.01, which
    /// foretold the words of newsgroups20_stripped best; kappa 0.7 and tau 64, which were among the best in the paper's
    /// table 1.
    pub fn new(n_topics: usize) -> Self {
        let alpha = 1.0 / n_topics.max(1) as f64;
        OnlineLdaParams(OnlineLdaValidParams {
            n_topics,
            seed: 42,
            alpha,
            beta: 0.01,
            kappa: 0.7,
            tau: 64.0,
        })
    }

    /// The seed of the topics' beginnings.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// The prior count of each topic in a document; 0.000001 to 1,000.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// The prior count of each term in a topic; 0.000001 to 1,000.
    pub fn beta(mut self, beta: f64) -> Self {
        self.0.beta = beta;
        self
    }

    /// How quickly later batches come to weigh less; above 0.5 and at most 1, between which it is sure to settle.
    pub fn kappa(mut self, kappa: f64) -> Self {
        self.0.kappa = kappa;
        self
    }

    /// How little the first batches weigh; 0 or more.
    pub fn tau(mut self, tau: f64) -> Self {
        self.0.tau = tau;
        self
    }
}

impl ParamGuard for OnlineLdaParams {
    type Checked = OnlineLdaValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&OnlineLdaValidParams> {
        let settings = &self.0;
        if settings.n_topics == 0 || settings.n_topics > MOST_TOPICS {
            return Err(Error::settings(format!(
                "{} topics: wanted are 1 to {MOST_TOPICS}",
                settings.n_topics
            )));
        }
        let ranges = [
            ("alpha", settings.alpha, 1e-6..=1e3),
            ("beta", settings.beta, 1e-6..=1e3),
            ("kappa", settings.kappa, 0.5 + 1e-6..=1.0),
            ("tau", settings.tau, 0.0..=1e9),
        ];
        for (name, value, range) in ranges {
            if !range.contains(&value) {
                let (least, most) = (range.start(), range.end());
                return Err(Error::settings(format!(
                    "{name} is {value}: wanted is {least} to {most}"
                )));
            }
        }
        Ok(settings)
    }

    fn check(self) -> Result<OnlineLdaValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}
