//! What topics are found by: the settings, with their defaults.

use serde::{Deserialize, Serialize};

use super::texts::TextUnit;
use crate::error::{Error, Result};
use crate::topics::Clustering;
use crate::topics::stability::LEAST_OTHERS;
use crate::vectorize::TopicTermsParams;

/// How topics are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Latent Dirichlet allocation, by collapsed Gibbs sampling.
    #[default]
    Lda,
    /// Latent Dirichlet allocation, by online variational Bayes.
    Online,
    /// Non-negative matrix factorisation of tf-idf weights.
    Nmf,
    /// Clusters of text vectors.
    Clusters(Clustering),
}

impl Method {
    /// The method for people, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Method::Lda => "latent Dirichlet allocation (collapsed Gibbs sampling)",
            Method::Online => "latent Dirichlet allocation (online variational Bayes)",
            Method::Nmf => "non-negative matrix factorisation",
            Method::Clusters(Clustering::KMeans) => "clusters of text vectors (k-means)",
            Method::Clusters(Clustering::GaussianMixture) => {
                "clusters of text vectors (Gaussian mixture)"
            }
            Method::Clusters(Clustering::Dbscan) => "clusters of text vectors (DBSCAN)",
        }
    }
}

/// The settings of a fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicSettings {
    /// How topics are found.
    pub method: Method,
    /// How many, themes among them; where not said, chosen from the texts.
    pub n_topics: Option<usize>,
    /// Where chance comes from.
    pub seed: u64,
    /// What counts as one text.
    pub unit: TextUnit,
    /// Which words are terms.
    pub terms: TopicTermsParams,
    /// Passes over all words of Gibbs sampling.
    pub n_sweeps: usize,
    /// How many further fits grade the topics; where not said, [`TopicSettings::RIVALS`] where the number of topics is chosen and none where it
    /// is given, since each takes as long as the fit itself.
    pub n_rivals: Option<usize>,
}

impl Default for TopicSettings {
    fn default() -> Self {
        TopicSettings {
            method: Method::default(),
            n_topics: None,
            seed: 42,
            unit: TextUnit::default(),
            terms: TopicTermsParams::default(),
            n_sweeps: 500,
            n_rivals: None,
        }
    }
}

impl TopicSettings {
    /// The fewest rivals by which a topic can be called stable.
    pub const RIVALS: usize = LEAST_OTHERS;
    /// The most passes of Gibbs sampling of a rival: that topics come again can be seen sooner than they are at their best.
    pub const RIVAL_SWEEPS: usize = 200;
    /// More topics than this nobody reads, and their tables would fill memory.
    pub const MOST_TOPICS: usize = 10_000;

    /// # Errors
    /// Where a setting is out of its range.
    pub fn check(&self) -> Result<()> {
        self.terms.check()?;
        if let Some(n_topics) = self.n_topics
            && !(1..=Self::MOST_TOPICS).contains(&n_topics)
        {
            let most = Self::MOST_TOPICS;
            return Err(Error::settings(format!("{n_topics} topics: wanted are 1 to {most}")));
        }
        if self.n_sweeps == 0 {
            return Err(Error::settings("0 sweeps: wanted is at least 1"));
        }
        Ok(())
    }

    /// How many further fits there are.
    pub fn rivals(&self) -> usize {
        let unsaid = if self.n_topics.is_none() { Self::RIVALS } else { 0 };
        self.n_rivals.unwrap_or(unsaid)
    }
}
