//! The tokens of one text, laid out so that any n-gram is one slice.
//!
//! The normalised tokens stand in one string, a space before, between and behind them:
//! `" the group's oil "`. The word pair at token 1 is the slice from the start of token 1 to the end
//! of token 2, and a character n-gram that reaches over a word's edge takes the space with it.

use super::blocks::{BLOCK, Classify, token_masks};
use super::words::Sink;
use crate::corpus::Span;

/// Tokens with their bytes in the original. Reused from text to text.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Begins with a space, even without tokens.
    text: String,
    places: Vec<Place>,
    /// Where an [`AsciiWriter`] writes before it is known to be text.
    buffer: Vec<u8>,
}

/// Where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Start and end within the normalised text.
    start: u32,
    end: u32,
    /// Start and end within the original.
    from: u32,
    to: u32,
}

impl Default for Tokens {
    fn default() -> Self {
        Tokens { text: " ".into(), places: Vec::new(), buffer: Vec::new() }
    }
}

impl PartialEq for Tokens {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.places == other.places
    }
}

impl Eq for Tokens {}

impl Tokens {
    /// The longest text that is tokenized, in bytes: its places, and those of its normalised form,
    /// which may be eighteen times as long, are numbers of 32 bits.
    pub const MAX_BYTES: usize = 200 << 20;

    /// Takes out all tokens, keeping the memory.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Adds a token that stands at `span` of the original.
    pub fn push(&mut self, token: &str, span: Span) {
        self.begin();
        self.text.push_str(token);
        self.end(span);
    }

    /// A writer of tokens of `bytes`, which are ASCII where the tokens stand; together they are at
    /// most `length` bytes long.
    fn ascii_writer<'a>(&'a mut self, bytes: &'a [u8], length: usize) -> AsciiWriter<'a> {
        // A token takes a byte more, for its space, than it has; the byte that parts it from the
        // next pays for that of all but the last.
        let needed = length + 1 + CHUNK;
        if self.buffer.len() < needed {
            self.buffer.resize(needed, 0);
        }
        AsciiWriter { text_before: self.text.len(), tokens: self, bytes, written: 0 }
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
        let place = self.places[index];
        Span { start: place.from as usize, end: place.to as usize }
    }

    /// The `n` tokens from token `index` on, joined by spaces.
    #[inline]
    pub fn ngram(&self, index: usize, n: usize) -> Term<'_> {
        let (first, last) = (self.places[index], self.places[index + n - 1]);
        Term { text: &self.text, start: first.start as usize, end: last.end as usize }
    }

    /// Token `index` with the space before and the space behind it.
    pub fn padded(&self, index: usize) -> Term<'_> {
        let place = self.places[index];
        Term { text: &self.text, start: place.start as usize - 1, end: place.end as usize + 1 }
    }

    /// What finds terms of these tokens in the text `original` that they came from. Cost: linear in
    /// the text, once for all terms.
    pub fn places_in(&self, original: &str) -> Places<'_> {
        let has_kept_lengths = |index: usize| {
            let (before, now) = (self.span(index).slice(original), self.ngram(index, 1).as_str());
            before.chars().map(char::len_utf8).eq(now.chars().map(char::len_utf8))
        };
        Places { tokens: self, exact: (0..self.len()).map(has_kept_lengths).collect() }
    }

    /// The tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.ngram(index, 1).as_str())
    }
}

impl Sink for Tokens {
    fn split_ascii(&mut self, bytes: &[u8], start: usize, end: usize, classify: Classify) {
        let mut writer = self.ascii_writer(&bytes[..end], end - start);
        let mut token_start = start;
        // Whether the byte before the block belongs to a token (0 or 1).
        let mut inside = 0;
        for (block_start, token) in token_masks(bytes, start, end, classify) {
            // Where this changes from one byte to the next, a token begins or ends.
            let mut edges = token ^ (token << 1 | inside);
            let mut is_inside = inside == 1;
            while edges != 0 {
                let edge = block_start + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                if is_inside {
                    writer.push(token_start, edge);
                } else {
                    token_start = edge;
                }
                is_inside = !is_inside;
            }
            inside = token >> (BLOCK - 1);
        }
        if inside == 1 {
            writer.push(token_start, end);
        }
        writer.finish();
    }

    fn begin(&mut self) {
        let start = self.text.len() as u32;
        self.places.push(Place { start, end: start, from: 0, to: 0 });
    }

    fn push_lower(&mut self, c: char) {
        self.text.extend(c.to_lowercase());
    }

    fn end(&mut self, span: Span) {
        if let Some(place) = self.places.last_mut() {
            let (end, from, to) = (self.text.len() as u32, span.start as u32, span.end as u32);
            *place = Place { end, from, to, ..*place };
        }
        self.text.push(' ');
    }

    fn len(&self) -> usize {
        self.places.len()
    }

    fn truncate(&mut self, n: usize) {
        self.places.truncate(n);
        self.text.truncate(self.places.last().map_or(1, |place| place.end as usize + 1));
    }
}

/// Finds terms in the text that their tokens came from.
#[derive(Debug)]
pub struct Places<'t> {
    tokens: &'t Tokens,
    /// Which tokens have kept the lengths of their characters.
    exact: Vec<bool>,
}

impl Places<'_> {
    /// The bytes of the original that `term` stands for: to the character where its token has kept
    /// the lengths of its characters, else to the token.
    pub fn span_of(&self, term: Term<'_>) -> Span {
        let places = &self.tokens.places;
        let first = places.partition_point(|place| place.end as usize <= term.start);
        let last = places.partition_point(|place| (place.start as usize) < term.end);
        // The space between two tokens belongs to neither: it is counted to the one before.
        let last = last.saturating_sub(1);
        let first = first.min(last);
        Span {
            start: self.edge(first, term.start).unwrap_or(self.tokens.span(first).start),
            end: self.edge(last, term.end).unwrap_or(self.tokens.span(last).end),
        }
    }

    /// Where the edge `at` of token `index`, in the normalised text, lies in the original.
    fn edge(&self, index: usize, at: usize) -> Option<usize> {
        let place = self.tokens.places[index];
        let is_inside = (place.start as usize) < at && at < place.end as usize;
        (is_inside && self.exact[index]).then(|| place.from as usize + at - place.start as usize)
    }
}

/// A part of the tokens' text: what stands behind it is there to be read, too, which lets a term of
/// any length be taken up in one step.
#[derive(Debug, Clone, Copy)]
pub struct Term<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Term<'t> {
    /// How many bytes [`Term::head`] takes.
    pub const HEAD: usize = 16;

    /// Its text.
    pub fn as_str(self) -> &'t str {
        &self.text[self.start..self.end]
    }

    /// Its length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it is empty, as no term of [`Tokens`] is.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The part of it at these bytes.
    ///
    /// # Panics
    /// Where they are not within it.
    pub fn part(self, start: usize, end: usize) -> Term<'t> {
        assert!(start <= end && end <= self.len());
        Term { text: self.text, start: self.start + start, end: self.start + end }
    }

    /// Its first [`Term::HEAD`] bytes, the first the lowest; zero behind its end.
    #[inline]
    pub fn head(self) -> u128 {
        let rest = &self.text.as_bytes()[self.start..];
        let head = match rest.first_chunk() {
            Some(head) => u128::from_le_bytes(*head),
            None => {
                let mut head = [0; Self::HEAD];
                head[..rest.len()].copy_from_slice(rest);
                u128::from_le_bytes(head)
            }
        };
        head & MASKS[self.len().min(Self::HEAD)]
    }
}

/// For each number of bytes the mask that keeps so many.
pub(super) const MASKS: [u128; Term::HEAD + 1] = {
    let mut masks = [0; Term::HEAD + 1];
    let mut n = 1;
    while n <= Term::HEAD {
        masks[n] = masks[n - 1] << 8 | 0xff;
        n += 1;
    }
    masks
};

impl<'t> From<&'t str> for Term<'t> {
    fn from(text: &'t str) -> Self {
        Term { text, start: 0, end: text.len() }
    }
}

/// As many bytes are copied and lower-cased at once, though the token may be shorter: what is too
/// much is overwritten by the next. A longer token takes its own way.
const CHUNK: usize = 16;

/// Adds tokens of ASCII bytes, lower-casing them, a chunk at a time.
struct AsciiWriter<'a> {
    tokens: &'a mut Tokens,
    bytes: &'a [u8],
    /// The length of the text that stands before.
    text_before: usize,
    /// How much of the buffer has been written.
    written: usize,
}

impl AsciiWriter<'_> {
    /// Adds the token at `start..end`.
    #[inline(always)]
    fn push(&mut self, start: usize, end: usize) {
        let length = end - start;
        let source = self.bytes.get(start..start + CHUNK);
        let target = self.tokens.buffer.get_mut(self.written..self.written + CHUNK);
        match (source, target) {
            (Some(source), Some(target)) if length <= CHUNK => {
                target.copy_from_slice(source);
                target.make_ascii_lowercase();
            }
            _ => {
                let target = &mut self.tokens.buffer[self.written..self.written + length];
                target.copy_from_slice(&self.bytes[start..end]);
                target.make_ascii_lowercase();
            }
        }
        let place = self.text_before + self.written;
        self.written += length;
        self.tokens.buffer[self.written] = b' ';
        self.written += 1;
        let (end_of_place, from, to) = ((place + length) as u32, start as u32, end as u32);
        self.tokens.places.push(Place { start: place as u32, end: end_of_place, from, to });
    }

    /// Puts what was written behind the other tokens.
    fn finish(self) {
        let Tokens { text, buffer, .. } = self.tokens;
        let written = std::str::from_utf8(&buffer[..self.written]);
        text.push_str(written.expect("tokens of ASCII bytes are text"));
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
        assert_eq!(tokens.ngram(1, 2).as_str(), "oil tax");
        assert_eq!(tokens.padded(2).as_str(), " tax ");
        assert_eq!(tokens.padded(2).part(1, 3).as_str(), "ta");
        tokens.clear();
        assert!(tokens.is_empty());
    }

    #[test]
    fn terms_are_found_in_the_original_to_the_character_or_to_the_token() {
        let original = "Öl-Preise ﬁel";
        let mut tokens = Tokens::default();
        tokens.push("öl", Span { start: 0, end: 3 });
        tokens.push("preise", Span { start: 4, end: 10 });
        tokens.push("fiel", Span { start: 11, end: 16 });
        let places = tokens.places_in(original);
        let slice = |term: Term<'_>| places.span_of(term).slice(original);
        assert_eq!(slice(tokens.ngram(0, 2)), "Öl-Preise");
        assert_eq!(slice(tokens.padded(0)), "Öl");
        assert_eq!(slice(tokens.padded(0).part(0, 3)), "Ö");
        assert_eq!(slice(tokens.padded(1).part(2, 5)), "rei");
        assert_eq!(slice(tokens.padded(1).part(4, 8)), "ise");
        assert_eq!(slice(tokens.padded(2).part(1, 3)), "ﬁel");
        for index in 0..3 {
            let padded = tokens.padded(index);
            assert!(original.contains(slice(padded.part(0, 1))));
            assert!(original.contains(slice(padded.part(padded.len() - 1, padded.len()))));
        }
    }

    #[test]
    fn the_head_of_a_term_ends_with_it_wherever_it_stands() {
        let text = "abcdefghijklmnopqrstuvwxyz";
        for start in 0..=text.len() {
            for end in start..=text.len() {
                let term = Term::from(text).part(start, end);
                let mut expected = [0; Term::HEAD];
                for (place, byte) in expected.iter_mut().zip(term.as_str().bytes()) {
                    *place = byte;
                }
                assert_eq!(term.head(), u128::from_le_bytes(expected), "{start}..{end}");
            }
        }
    }

    #[test]
    fn an_open_token_is_taken_back_with_those_behind_it() {
        let mut tokens = Tokens::default();
        tokens.push("oil", Span { start: 0, end: 3 });
        let before = tokens.clone();
        tokens.push("tax", Span { start: 4, end: 7 });
        tokens.begin();
        tokens.push_lower('W');
        tokens.truncate(1);
        assert_eq!(tokens, before);
        tokens.truncate(0);
        assert_eq!(tokens, Tokens::default());
    }

    #[test]
    fn short_and_long_tokens_are_written_alike() {
        let bytes = b"Short AVeryLongWordOfMoreThanSixteenBytes, End";
        let mut tokens = Tokens::default();
        let mut writer = tokens.ascii_writer(bytes, bytes.len());
        for (start, end) in [(0, 5), (6, 41), (43, 46)] {
            writer.push(start, end);
        }
        writer.finish();
        let expected = ["short", "averylongwordofmorethansixteenbytes", "end"];
        assert_eq!(tokens.iter().collect::<Vec<_>>(), expected);
        assert_eq!(tokens.padded(2).as_str(), " end ");
    }
}
