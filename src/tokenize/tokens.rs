//! The tokens of one text, laid out so that any n-gram is one slice.
//!
//! The normalised tokens stand in one string, a space before, between and behind them:
//! `" the group's oil "`. The word pair at token 1 is the slice from the start of token 1 to the end
//! of token 2, and a character n-gram that reaches over a word's edge takes the space with it.

use crate::corpus::Span;

/// Tokens with their bytes in the original. Reused from text to text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    text: String,
    /// Start and end of each token within `text`.
    places: Vec<(u32, u32)>,
    /// The bytes of each token in the original.
    spans: Vec<Span>,
}

impl Tokens {
    /// Takes out all tokens, keeping the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.places.clear();
        self.spans.clear();
    }

    /// Adds a token that stands at `span` of the original.
    pub fn push(&mut self, token: &str, span: Span) {
        self.begin();
        self.text.push_str(token);
        self.end(span);
    }

    /// Adds a token of ASCII bytes, lower-casing them.
    pub(super) fn push_ascii(&mut self, token: &str, span: Span) {
        self.begin();
        let start = self.text.len();
        self.text.push_str(token);
        self.text[start..].make_ascii_lowercase();
        self.end(span);
    }

    fn begin(&mut self) {
        if self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len() as u32;
        self.places.push((start, start));
    }

    fn end(&mut self, span: Span) {
        if let Some(place) = self.places.last_mut() {
            place.1 = self.text.len() as u32;
        }
        self.text.push(' ');
        self.spans.push(span);
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The bytes of token `index` in the original.
    pub fn span(&self, index: usize) -> Span {
        self.spans[index]
    }

    /// The `n` tokens from token `index` on, joined by spaces.
    pub fn ngram(&self, index: usize, n: usize) -> &str {
        &self.text[self.places[index].0 as usize..self.places[index + n - 1].1 as usize]
    }

    /// Token `index` with the space before and the space behind it.
    pub fn padded(&self, index: usize) -> &str {
        let (start, end) = self.places[index];
        &self.text[start as usize - 1..end as usize + 1]
    }

    /// The tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.ngram(index, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ngrams_are_slices_of_one_string() {
        let mut tokens = Tokens::default();
        for (word, start) in [("the", 0), ("oil", 4), ("tax", 8)] {
            tokens.push(word, Span { start, end: start + 3 });
        }
        assert_eq!(tokens.ngram(1, 2), "oil tax");
        assert_eq!(tokens.padded(2), " tax ");
        tokens.clear();
        assert!(tokens.is_empty());
    }
}
