//! Topics from counts: learners without labels, and what their topics are worth.
//!
//! Learners take sparse counts ([`TermMatrix`](crate::matrix::TermMatrix)) and are linfa models:
//!
//! * [`lda`]: latent Dirichlet allocation by collapsed Gibbs sampling (`gibbs`, `gibbs_blocks`, `gibbs_kernel`, `lda_chain`), its model
//!   ([`lda_model`]) and the mixtures of new documents (`mixture`); [`online_lda`]: by online variational Bayes;
//! * [`nmf`]: non-negative matrix factorisation of tf-idf weights (`nmf_start`, `nmf_descent`, `nmf_weights`; [`nmf_model`]);
//! * [`clusters`]: clusters ([`partition`]) of vectors that are learned from the corpus (`association`, [`svd`], `vectors`; [`clusters_model`]);
//! * [`seeded`]: seed words as counts that pull topics to themes;
//! * [`model`]: any of their models, as the rest of the house knows them.
//!
//! Judging takes lists of terms, weights and counts:
//!
//! * [`coherence`] (NPMI, C_V, UMass) by [`cooccurrence`] and [`window_bits`]; [`mod@diversity`], [`mod@exclusivity`],
//!   [`mod@relevance`], [`mod@held_out`];
//! * [`mod@align`] (by [`assignment`]), [`mod@stability`]: whether a topic comes again;
//! * [`representative`], [`over_time`], [`mod@places`]: what is shown of a topic;
//! * [`mod@choose_k`]: how many topics.
//!
//! Nothing here sees text.

pub mod align;
pub mod assignment;
mod association;
pub mod choose_k;
mod class_tfidf;
pub mod clusters;
pub mod clusters_model;
pub mod coherence;
pub mod cooccurrence;
mod dirichlet;
pub mod diversity;
pub mod exclusivity;
mod gibbs;
mod gibbs_blocks;
mod gibbs_kernel;
pub mod held_out;
pub mod lda;
mod lda_chain;
pub mod lda_model;
mod membership;
mod merging;
mod mixture;
pub mod model;
pub mod nmf;
mod nmf_descent;
mod nmf_factors;
pub mod nmf_model;
mod nmf_start;
mod nmf_weights;
mod online_batch;
pub mod online_lda;
pub mod online_params;
pub mod over_time;
mod panel;
pub mod partition;
pub mod places;
pub mod relevance;
pub mod representative;
pub mod seeded;
mod shares;
#[cfg(test)]
mod small_counts;
mod small_svd;
mod spherical;
pub mod stability;
pub mod svd;
mod vectors;
mod weighting;
pub mod window_bits;

pub use choose_k::Candidate;
pub use clusters::{ClustersParams, ClustersValidParams};
pub use clusters_model::{ClustersLearned, ClustersModel, ClustersScratch};
pub use dirichlet::{Histogram, digamma, exp_digamma, fit_asymmetric, fit_symmetric};
pub use held_out::{HeldOut, held_out};
pub use lda::{LdaParams, LdaValidParams};
pub use lda_model::{LdaModel, relevance};
pub use mixture::{MixtureScratch, mixture};
pub use model::{TopicModel, TopicScratch, top_terms};
pub use nmf::{NmfParams, NmfValidParams};
pub use nmf_model::{NmfLearned, NmfModel, NmfScratch};
pub use online_lda::OnlineLda;
pub use online_params::{OnlineLdaParams, OnlineLdaValidParams};
pub use partition::Clustering;
pub use stability::Grade;
pub use svd::{Svd, SvdParams};
