//! Which terms a text has: word n-grams, or character n-grams within words.
//!
//! Every term is a slice of the tokens' text, so that nothing is copied to look one up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::tokenize::{Term, Tokens};

/// The lengths of n-grams, both ends included: `1-2` is single words and word pairs.
///
/// ```
/// use leitmotif::vectorize::NgramRange;
/// let range: NgramRange = "1-2".parse()?;
/// assert_eq!((range.min(), range.max()), (1, 2));
/// assert_eq!("3".parse::<NgramRange>()?.to_string(), "3-3");
/// assert!("2-1".parse::<NgramRange>().is_err());
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NgramRange {
    min: usize,
    max: usize,
}

impl NgramRange {
    /// The longest n-gram.
    pub const MAX: usize = 10;

    /// A range.
    ///
    /// # Errors
    /// Where not 1 <= min <= max <= [`NgramRange::MAX`].
    pub fn new(min: usize, max: usize) -> Result<Self> {
        if min == 0 || max < min || max > Self::MAX {
            let wanted = Self::MAX;
            return Err(Error::settings(format!(
                "n-grams of {min}-{max}: wanted are two numbers of 1 to {wanted}, the smaller first"
            )));
        }
        Ok(NgramRange { min, max })
    }

    /// The shortest length.
    pub fn min(self) -> usize {
        self.min
    }

    /// The longest length.
    pub fn max(self) -> usize {
        self.max
    }
}

impl fmt::Display for NgramRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.min, self.max)
    }
}

impl FromStr for NgramRange {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |part: &str| {
            let message = || format!("{text:?} is no range of n-grams: write it as 1-2");
            part.trim().parse().map_err(|_| Error::settings(message()))
        };
        match text.split_once('-') {
            Some((min, max)) => NgramRange::new(number(min)?, number(max)?),
            None => NgramRange::new(number(text)?, number(text)?),
        }
    }
}

impl TryFrom<String> for NgramRange {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<NgramRange> for String {
    fn from(range: NgramRange) -> String {
        range.to_string()
    }
}

/// A range of n-grams, or `none`.
///
/// ```
/// use leitmotif::vectorize::Ngrams;
/// assert_eq!("none".parse::<Ngrams>()?, Ngrams(None));
/// assert_eq!("2-5".parse::<Ngrams>()?.to_string(), "2-5");
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ngrams(pub Option<NgramRange>);

impl fmt::Display for Ngrams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(range) => range.fmt(f),
            None => f.write_str("none"),
        }
    }
}

impl FromStr for Ngrams {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "none" { Ok(Ngrams(None)) } else { text.parse().map(Some).map(Ngrams) }
    }
}

impl TryFrom<String> for Ngrams {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Ngrams> for String {
    fn from(ngrams: Ngrams) -> String {
        ngrams.to_string()
    }
}

/// One way of taking terms from tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analyzer {
    /// Runs of tokens, joined by spaces.
    Words(NgramRange),
    /// Runs of characters within one token, to which a space is added at both ends (scikit-learn's
    /// `char_wb`). A token shorter than a length gives itself, once.
    Chars(NgramRange),
}

impl Analyzer {
    /// Calls `take` with each term of `tokens` and the index of the token at which it begins, as
    /// often as it occurs. Terms come by token, then by length.
    #[inline]
    pub fn for_each_term<'t>(self, tokens: &'t Tokens, mut take: impl FnMut(Term<'t>, usize)) {
        match self {
            Analyzer::Words(range) => {
                for first in 0..tokens.len() {
                    for n in range.min..=range.max.min(tokens.len() - first) {
                        take(tokens.ngram(first, n), first);
                    }
                }
            }
            Analyzer::Chars(range) => {
                for index in 0..tokens.len() {
                    chars_of(tokens.padded(index), range, |term| take(term, index));
                }
            }
        }
    }
}

/// The character n-grams of one token with its spaces.
pub(super) fn chars_of<'t>(word: Term<'t>, range: NgramRange, mut take: impl FnMut(Term<'t>)) {
    let text = word.as_str();
    for n in range.min..=range.max {
        let starts = text.char_indices().map(|(start, _)| start);
        let ends = text.char_indices().map(|(start, c)| start + c.len_utf8()).skip(n - 1);
        let mut n_taken = 0;
        for (start, end) in starts.zip(ends) {
            take(word.part(start, end));
            n_taken += 1;
        }
        if n_taken <= 1 {
            if n_taken == 0 {
                take(word);
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Span;

    fn terms(analyzer: Analyzer, words: &[&str]) -> Vec<String> {
        let mut tokens = Tokens::default();
        words.iter().for_each(|word| tokens.push(word, Span { start: 0, end: 0 }));
        let mut terms = Vec::new();
        analyzer.for_each_term(&tokens, |term, _| terms.push(term.as_str().to_string()));
        terms
    }

    #[test]
    fn word_ngrams_stop_at_the_end() {
        let pairs = Analyzer::Words(NgramRange::new(1, 2).unwrap());
        assert_eq!(terms(pairs, &["a", "b", "c"]), ["a", "a b", "b", "b c", "c"]);
        assert!(terms(pairs, &[]).is_empty());
        let triples = Analyzer::Words(NgramRange::new(3, 3).unwrap());
        assert!(terms(triples, &["a", "b"]).is_empty());
    }

    #[test]
    fn character_ngrams_count_a_short_word_once() {
        // As scikit-learn 1.9.1: TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)) on "é ab".
        let chars = Analyzer::Chars(NgramRange::new(2, 4).unwrap());
        assert_eq!(terms(chars, &["é"]), [" é", "é ", " é "]);
        assert_eq!(terms(chars, &["ab"]), [" a", "ab", "b ", " ab", "ab ", " ab "]);
        let long = Analyzer::Chars(NgramRange::new(5, 6).unwrap());
        assert_eq!(terms(long, &["a"]), [" a "]);
    }
}
