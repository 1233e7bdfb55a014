//! Why a paragraph has its labels, as it is written: for programs with spans of the article, for
//! people as the words that weigh most.

use std::collections::HashMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::plain;
use crate::corpus::{FoldedText, Span};
use crate::pipeline::{Counterfactual, Evidence, Tagged};

/// The reasons of one answer.
#[derive(Debug, Clone, Copy)]
pub struct Reasons<'a> {
    names: &'a [String],
    text: &'a FoldedText,
    evidence: Option<&'a [Evidence]>,
    counterfactuals: Option<&'a [(usize, Option<Counterfactual>)]>,
}

/// A word, in small letters, with what all its occurrences add to the score of a label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WeighedWord {
    /// The word.
    pub word: String,
    /// Where it stands in the text.
    pub spans: Vec<Span>,
    /// Its share of what the terms that it belongs to add.
    pub weight: f64,
}

impl<'a> Reasons<'a> {
    /// The reasons that `tagged` gives, about the labels `names`; `None` where none were asked for.
    pub fn of(tagged: &'a Tagged, names: &'a [String]) -> Option<Self> {
        let (evidence, counterfactuals) =
            (tagged.evidence.as_deref(), tagged.counterfactuals.as_deref());
        let text = &tagged.text;
        (evidence.is_some() || counterfactuals.is_some()).then_some(Reasons {
            names,
            text,
            evidence,
            counterfactuals,
        })
    }

    /// For each explained label its name and its words, those that speak for it first.
    pub(super) fn words(&self) -> Vec<(&'a str, Vec<WeighedWord>)> {
        let evidence = self.evidence.unwrap_or_default().iter();
        let words = |evidence: &Evidence| {
            (self.names[evidence.label].as_str(), weighed_words(self.text.as_str(), evidence))
        };
        evidence.map(words).collect()
    }

    /// One line for each label that hangs on words, and for each that hangs on no few.
    pub(super) fn counterfactual_lines(&self) -> Vec<String> {
        let line = |(label, found): &(usize, Option<Counterfactual>)| {
            let name = &self.names[*label];
            match found {
                Some(found) => {
                    let words: Vec<String> =
                        found.words.iter().map(|word| format!("“{}”", plain(word))).collect();
                    let p = found.probability;
                    format!("without {}: not {name}, {p:.2}", words.join(", "))
                }
                None => format!("no words found without which it would not be {name}"),
            }
        };
        self.counterfactuals.unwrap_or_default().iter().map(line).collect()
    }

    fn in_article(&self, spans: &[Span]) -> Vec<Span> {
        spans.iter().flat_map(|&span| self.text.in_article(span)).collect()
    }
}

/// The words of `text`, those that speak for the label first and those against it last. What a term
/// adds is shared out evenly over its occurrences and over their characters.
pub(super) fn weighed_words(text: &str, evidence: &Evidence) -> Vec<WeighedWord> {
    // How many bytes that are no white space stand before each place.
    let mut n_shown = vec![0; text.len() + 1];
    for (place, byte) in text.bytes().enumerate() {
        n_shown[place + 1] = n_shown[place] + usize::from(!byte.is_ascii_whitespace());
    }
    // What is added per byte, as its changes from place to place.
    let mut changes = vec![0.0; text.len() + 1];
    for term in &evidence.terms {
        for span in &term.spans {
            let n_bytes = (n_shown[span.end] - n_shown[span.start]).max(1);
            let share = term.weight / (term.spans.len() * n_bytes) as f64;
            changes[span.start] += share;
            changes[span.end] -= share;
        }
    }
    let mut per_byte = 0.0;
    let added: Vec<f64> = changes
        .iter()
        .map(|change| {
            per_byte += change;
            per_byte
        })
        .collect();

    let mut places: HashMap<String, usize> = HashMap::new();
    let mut words: Vec<WeighedWord> = Vec::new();
    for span in words_of(text) {
        let word = span.slice(text).to_lowercase();
        let place = *places.entry(word.clone()).or_insert(words.len());
        if place == words.len() {
            words.push(WeighedWord { word, spans: Vec::new(), weight: 0.0 });
        }
        words[place].weight += added[span.start..span.end].iter().sum::<f64>();
        words[place].spans.push(span);
    }
    words.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    words
}

/// The runs of letters, digits and apostrophes.
fn words_of(text: &str) -> Vec<Span> {
    let is_inside =
        |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}');
    let mut words: Vec<Span> = Vec::new();
    for (start, c) in text.char_indices().filter(|&(_, c)| is_inside(c)) {
        let end = start + c.len_utf8();
        match words.last_mut() {
            Some(word) if word.end == start => word.end = end,
            _ => words.push(Span { start, end }),
        }
    }
    words
}

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(evidence) = self.evidence {
            map.serialize_entry("evidence", &EvidenceMap(self, evidence))?;
        }
        if let Some(found) = self.counterfactuals {
            map.serialize_entry("counterfactual", &CounterfactualMap(self, found))?;
        }
        map.end()
    }
}

struct EvidenceMap<'a>(&'a Reasons<'a>, &'a [Evidence]);

impl Serialize for EvidenceMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Term<'a> {
            term: &'a str,
            spans: Vec<Span>,
            weight: f64,
        }
        #[derive(Serialize)]
        struct OfLabel<'a> {
            score: f64,
            bias: f64,
            terms: Vec<Term<'a>>,
        }
        let EvidenceMap(reasons, evidence) = self;
        let mut map = serializer.serialize_map(Some(evidence.len()))?;
        for Evidence { label, score, bias, terms } in evidence.iter() {
            let terms = terms.iter().map(|term| Term {
                term: &term.term,
                spans: reasons.in_article(&term.spans),
                weight: term.weight,
            });
            let terms = terms.collect();
            map.serialize_entry(
                &reasons.names[*label],
                &OfLabel { score: *score, bias: *bias, terms },
            )?;
        }
        map.end()
    }
}

struct CounterfactualMap<'a>(&'a Reasons<'a>, &'a [(usize, Option<Counterfactual>)]);

impl Serialize for CounterfactualMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct OfLabel<'a> {
            without: &'a [String],
            spans: Vec<Span>,
            probability: f64,
        }
        let CounterfactualMap(reasons, found) = self;
        let mut map = serializer.serialize_map(Some(found.len()))?;
        for (label, found) in found.iter() {
            let found = found.as_ref().map(|found| OfLabel {
                without: &found.words,
                spans: reasons.in_article(&found.spans),
                probability: found.probability,
            });
            map.serialize_entry(&reasons.names[*label], &found)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::TermEvidence;

    #[test]
    fn what_terms_add_is_shared_out_over_their_words() {
        let text = "Oil tax, oil.";
        let span = |start, end| Span { start, end };
        let term = |term: &str, spans: Vec<Span>, weight| TermEvidence {
            term: term.into(),
            spans,
            weight,
        };
        let terms = vec![
            term("oil", vec![span(0, 3), span(9, 12)], 1.0),
            term("oil tax", vec![span(0, 7)], 0.6),
            term("tax", vec![span(4, 7)], -0.5),
        ];
        let evidence = Evidence { label: 0, score: 1.0, bias: -0.1, terms };
        let words = weighed_words(text, &evidence);
        let named: Vec<(&str, f64)> = words
            .iter()
            .map(|word| (word.word.as_str(), (word.weight * 1e9).round() / 1e9))
            .collect();
        assert_eq!(named, [("oil", 1.3), ("tax", -0.2)]);
        assert_eq!(words[0].spans, [span(0, 3), span(9, 12)]);
    }

    #[test]
    fn words_keep_their_apostrophes_and_marks() {
        let text = "The group’s café, 3 e\u{301}t";
        let words: Vec<&str> = words_of(text).into_iter().map(|word| word.slice(text)).collect();
        assert_eq!(words, ["The", "group’s", "café", "3", "e\u{301}t"]);
    }
}
