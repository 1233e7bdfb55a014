//! Topics that are kept while new ones are looked for: their terms beside the new texts', and their weight.

use std::collections::BTreeSet;

use super::reader::Topics;
use super::texts::TopicTexts;
use crate::error::Result;
use crate::tokenize::{Tokenizer, Tokens};
use crate::topics::seeded::Given;
use crate::vectorize::{TermSequences, TopicTerms, Vocabulary};

/// The terms of `new` and of `kept` in the order of the alphabet, found as `kept` finds them.
pub(super) fn joined(new: &TopicTerms, kept: &TopicTerms) -> TopicTerms {
    let names: BTreeSet<&str> = new.vocabulary().iter().chain(kept.vocabulary().iter()).collect();
    let mut vocabulary = Vocabulary::default();
    names.into_iter().for_each(|name| {
        vocabulary.intern(name);
    });
    TopicTerms::from_parts(kept.params().clone(), vocabulary)
}

/// What `texts` say in `terms`.
///
/// # Errors
/// Where a text cannot be tokenized.
pub(super) fn reread(
    terms: &TopicTerms,
    texts: &TopicTexts,
    tokenizer: &Tokenizer,
) -> Result<TermSequences> {
    let (mut sequences, mut tokens, mut found) =
        (TermSequences::default(), Tokens::default(), Vec::new());
    for text in &texts.texts {
        tokenizer.tokenize(text, &mut tokens)?;
        terms.read(text, &tokens, &mut found);
        sequences.push(&found);
    }
    Ok(sequences)
}

/// Kept topics as counts so heavy that the new texts do not move them.
pub(super) fn weight_of_kept(kept: &Topics, terms: &TopicTerms, n_tokens: usize) -> Vec<Given> {
    let weight = 10.0 * n_tokens.max(kept.digest.n_tokens) as f32;
    // A sampler counts in numbers of 32 bits, which are whole up to 2^24.
    let weight = weight.min(1.0e6);
    let vocabulary = terms.vocabulary();
    let place: Vec<Option<u32>> =
        kept.terms.vocabulary().iter().map(|term| vocabulary.find(term)).collect();
    let probabilities = kept.model.probabilities();
    let of_topic = |row: ndarray::ArrayView1<'_, f32>| {
        let cells = row.iter().zip(&place).filter(|(p, _)| **p > 0.0);
        let mut given: Given = cells.filter_map(|(&p, &term)| Some((term?, p * weight))).collect();
        given.sort_unstable_by_key(|cell| cell.0);
        given
    };
    probabilities.rows().into_iter().map(of_topic).collect()
}
