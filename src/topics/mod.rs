//! Topics from counts: what a corpus is about, without labels. Enters: a matrix of counts. Leaves: models of topics. Nothing
//! here knows of text.

pub mod nmf;
mod nmf_descent;
mod nmf_factors;
pub mod nmf_model;
mod nmf_start;
mod nmf_weights;
mod panel;
#[cfg(test)]
mod small_counts;
mod small_svd;
pub mod svd;
mod weighting;

pub use nmf::{NmfParams, NmfValidParams};
pub use nmf_model::{NmfLearned, NmfModel, NmfScratch};
pub use svd::{Svd, SvdParams};
