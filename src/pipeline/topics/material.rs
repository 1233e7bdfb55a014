//! Texts in numbers: what learners and judges take.

use crate::matrix::TermMatrix;
use crate::vectorize::{TermSequences, TopicTerms};

/// Texts in terms.
pub(super) struct Material {
    /// The terms.
    pub terms: TopicTerms,
    /// For each text with a term its number among all.
    pub kept: Vec<usize>,
    /// The terms of these in their order.
    pub sequences: TermSequences,
    /// How often each stands in each of them.
    pub counts: TermMatrix,
}
