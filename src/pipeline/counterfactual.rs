//! What a label hangs on: words without which the text would not get it.
//!
//! After Martens and Provost, "Explaining data-driven document classifications", MIS Quarterly 38
//! (2014): words are taken out, those first whose loss hurts the label most, until it goes; then
//! each is put back that was not needed. What is left is a set of which no word can be spared,
//! though not always the smallest. The text without the words is classified like any text, so that
//! what is claimed is what would happen. Words are those of the default tokenizer, whatever the
//! model's own: a reader takes out words and not pieces of them. Works with every model.

use std::collections::HashMap;

use super::{Classifier, Memory};
use crate::corpus::Span;
use crate::error::Result;
use crate::tokenize::{Tokenizer, Tokens};

/// Words without which a text does not get a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterfactual {
    /// The label.
    pub label: usize,
    /// The words, in small letters, those first that the label hangs on most.
    pub words: Vec<String>,
    /// Where they stand in the text, rising.
    pub spans: Vec<Span>,
    /// The label's probability without them.
    pub probability: f64,
}

/// The most words that are taken out: a longer list explains nothing.
const MAX_REMOVED: usize = 20;

/// The most different words that are tried, the most frequent first.
const MAX_TRIED: usize = 400;

/// A word and the places of its tokens.
type Word = (String, Vec<Span>);

impl Classifier {
    /// Words without which `text` does not get `label`; `None` where it does not get it anyway, or
    /// where the search, which looks at each word's own loss once, finds no 20 words.
    /// Cost: a classification for each different word, at most 400, and some more.
    ///
    /// # Errors
    /// Where the tokenizer cannot take the text.
    pub fn counterfactual(
        &self,
        text: &str,
        label: usize,
        memory: &mut Memory,
    ) -> Result<Option<Counterfactual>> {
        let gets = |removed: &[&Word], memory: &mut Memory| -> Result<(bool, f64)> {
            let prediction = self.classify(&without(text, removed), memory)?;
            Ok((prediction.labels.contains(&label), prediction.probabilities[label]))
        };
        if !gets(&[], memory)?.0 {
            return Ok(None);
        }
        let words = words_of(text)?;
        let mut ranked: Vec<(f64, &Word)> = Vec::new();
        for word in &words {
            ranked.push((gets(&[word], memory)?.1, word));
        }
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));

        let mut removed: Vec<&Word> = Vec::new();
        let mut is_gone = false;
        for (_, word) in ranked.into_iter().take(MAX_REMOVED) {
            removed.push(word);
            is_gone = !gets(&removed, memory)?.0;
            if is_gone {
                break;
            }
        }
        if !is_gone {
            return Ok(None);
        }
        // What cannot be spared at first may be once others are back: until nothing changes.
        let mut n_before = usize::MAX;
        while removed.len() < n_before {
            n_before = removed.len();
            for place in (0..n_before).rev() {
                let spared = removed.remove(place);
                if gets(&removed, memory)?.0 {
                    removed.insert(place, spared);
                }
            }
        }
        let probability = gets(&removed, memory)?.1;
        let words = removed.iter().map(|word| word.0.clone()).collect();
        Ok(Some(Counterfactual { label, words, spans: spans_of(&removed), probability }))
    }
}

/// The different words of a text, the most frequent first, of equals the first.
fn words_of(text: &str) -> Result<Vec<Word>> {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(text, &mut tokens)?;
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut words: Vec<Word> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let place = *places.entry(token).or_insert(words.len());
        if place == words.len() {
            words.push((token.to_string(), Vec::new()));
        }
        words[place].1.push(tokens.span(index));
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.1.len()));
    words.truncate(MAX_TRIED);
    Ok(words)
}

fn spans_of(words: &[&Word]) -> Vec<Span> {
    let mut spans: Vec<Span> = words.iter().flat_map(|word| word.1.iter().copied()).collect();
    spans.sort_unstable_by_key(|span| span.start);
    spans
}

/// The text with the words cut out, white space folded.
fn without(text: &str, words: &[&Word]) -> String {
    let (mut rest, mut end) = (String::with_capacity(text.len()), 0);
    for span in spans_of(words) {
        rest.push_str(&text[end..span.start.max(end)]);
        end = span.end.max(end);
    }
    rest += &text[end..];
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_out_wherever_they_stand() {
        let text = "Oil and oil, then tax";
        let words = words_of(text).unwrap();
        let names: Vec<&str> = words.iter().map(|word| word.0.as_str()).collect();
        assert_eq!(names, ["oil", "and", "then", "tax"]);
        assert_eq!(without(text, &[&words[0], &words[3]]), "and , then");
        assert_eq!(without(text, &[]), text);
    }
}
