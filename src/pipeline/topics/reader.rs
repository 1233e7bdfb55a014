//! Topics that were found, and how they are seen in other texts.
//!
//! Enters: a text. Leaves: how much of it is of each topic. Nothing is learned here; a text's answer depends on no other.

use super::digest::Digest;
use super::settings::TopicSettings;
use crate::error::Result;
use crate::matrix::Row;
use crate::tokenize::{Tokenizer, Tokens};
use crate::topics::{TopicModel, TopicScratch};
use crate::vectorize::TopicTerms;
use crate::vectorize::topic_terms::count_terms;

/// Topics with all that is needed to see them in new texts.
#[derive(Debug, Clone)]
pub struct Topics {
    /// What texts are taken apart by.
    pub tokenizer: Tokenizer,
    /// Which words are terms.
    pub terms: TopicTerms,
    /// How often each term occurs in the texts that topics were found in.
    pub term_counts: Vec<f32>,
    /// The topics in numbers.
    pub model: TopicModel,
    /// What they were found by.
    pub settings: TopicSettings,
    /// What is known of them.
    pub digest: Digest,
}

/// Memory that is reused from text to text.
#[derive(Debug, Default)]
pub struct TopicMemory {
    tokens: Tokens,
    terms: Vec<u32>,
    sorted: Vec<u32>,
    row: Vec<(u32, f32)>,
    columns: Vec<u32>,
    counts: Vec<f32>,
    scratch: TopicScratch,
}

impl Topics {
    /// Number of topics.
    pub fn len(&self) -> usize {
        self.model.n_topics()
    }

    /// Whether there is no topic, as none is fitted without.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much of a text is of each topic, adding up to 1, and how many of its words are terms. A text without any has
    /// the shares that topics have in general. Cost: linear in the text, times topics.
    ///
    /// # Errors
    /// Where the text cannot be tokenized.
    pub fn infer(&self, text: &str, memory: &mut TopicMemory) -> Result<(Vec<f32>, usize)> {
        let TopicMemory { tokens, terms, sorted, row, columns, counts, scratch } = memory;
        self.tokenizer.tokenize(text, tokens)?;
        self.terms.read(text, tokens, terms);
        count_terms(terms, sorted, row);
        columns.clear();
        columns.extend(row.iter().map(|pair| pair.0));
        counts.clear();
        counts.extend(row.iter().map(|pair| pair.1));
        let row = Row { terms: columns, values: counts };
        Ok((self.model.mixture(row, scratch), terms.len()))
    }

    /// The `n` weightiest terms of a topic with their weights, the weightiest first, of equal ones the first in the alphabet.
    pub fn top_terms(&self, topic: usize, n: usize) -> Vec<(&str, f32)> {
        let weights = self.model.weights().row(topic);
        let top = crate::topics::top_terms(weights, n);
        let named = |&term: &u32| (self.terms.vocabulary().term(term), weights[term as usize]);
        top.iter().map(named).collect()
    }
}
