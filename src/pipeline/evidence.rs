//! Why a text has a label: its score taken apart into terms.
//!
//! A linear model's score is a sum, score = bias + sum over the terms of (value in the row) times
//! (weight in the model), and each of these products is what a term contributed. No approximation is
//! made and nothing is sampled. Models that are no such sum are refused.

use super::{Classifier, Memory};
use crate::corpus::Span;
use crate::error::{Error, Result};

/// Why a label has its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The label.
    pub label: usize,
    /// Its score, before calibration.
    pub score: f64,
    /// What the score of an empty text would be.
    pub bias: f64,
    /// What each term added, the greatest in size first. With the bias they add up to the score.
    pub terms: Vec<TermEvidence>,
}

/// What a term added to a score.
#[derive(Debug, Clone, PartialEq)]
pub struct TermEvidence {
    /// The term; a character n-gram has its spaces.
    pub term: String,
    /// Where it stands in the text, as often as it occurs.
    pub spans: Vec<Span>,
    /// What it added, all its occurrences together.
    pub weight: f64,
}

impl Classifier {
    /// Refuses a model whose scores cannot be taken apart.
    ///
    /// # Errors
    /// Where it is one.
    pub fn check_explainable(&self) -> Result<()> {
        if self.model.as_linear().is_some() {
            return Ok(());
        }
        let learner = self.origin.params.learner;
        Err(Error::settings(format!(
            "the scores of {learner} are no sums over terms and cannot be explained: \
             ask for --counterfactual, or train with a linear learner such as svm"
        )))
    }

    /// Takes apart the scores of `labels` for one text.
    ///
    /// # Errors
    /// Where the model is not linear, or the tokenizer cannot take the text.
    ///
    /// # Panics
    /// Where a label is out of range.
    pub fn explain(
        &self,
        text: &str,
        labels: &[usize],
        memory: &mut Memory,
    ) -> Result<Vec<Evidence>> {
        self.check_explainable()?;
        let Some(model) = self.model.as_linear() else { return Ok(Vec::new()) };
        let scores = self.scores(text, memory)?;
        self.tokenizer.tokenize(text, &mut memory.tokens)?;
        let row = self.vectorizer.vectorize(&memory.tokens, &mut memory.scratch);
        let mut spans: Vec<Vec<Span>> = vec![Vec::new(); row.len()];
        let places = memory.tokens.places_in(text);
        self.vectorizer.for_each_occurrence(&memory.tokens, |number, term| {
            if let Ok(place) = row.binary_search_by_key(&number, |&(term, _)| term) {
                spans[place].push(places.span_of(term));
            }
        });
        let evidence = labels.iter().map(|&label| {
            let added = row.iter().zip(&spans).map(|(&(term, value), spans)| TermEvidence {
                term: self.vectorizer.term(term).1.to_string(),
                spans: spans.clone(),
                weight: f64::from(value) * f64::from(model.weights()[[term as usize, label]]),
            });
            let mut terms: Vec<TermEvidence> = added.filter(|added| added.weight != 0.0).collect();
            terms.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
            Evidence { label, score: scores[label], bias: f64::from(model.bias()[label]), terms }
        });
        Ok(evidence.collect())
    }
}
