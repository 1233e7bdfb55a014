//! Tokens as classifying wants them: their bytes and no more.
//!
//! Enters: a text, by the direct way of the shipped definition. Leaves: the same tokens as [`Tokens`](super::Tokens) would hold,
//! without their places in the original and not one behind the other: the text is lower-cased as a
//! whole, and a token is where it begins and ends in it. That is a third of the work.

use super::blocks::{BLOCK, Classify, token_masks};
use super::words::Sink;
use crate::corpus::Span;

/// The tokens of one text. Reused from text to text.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// In lower case; behind it [`Lowered::HEAD`] zeros that let a token's head be taken up in one step.
    text: Vec<u8>,
    /// Where tokens begin and end in `text`: the first `n_tokens` count, the others are room.
    starts: Vec<u32>,
    ends: Vec<u32>,
    n_tokens: usize,
}

impl Default for Lowered {
    fn default() -> Self {
        let (starts, ends) = Default::default();
        Lowered { text: vec![0; Self::HEAD], starts, ends, n_tokens: 0 }
    }
}

impl Lowered {
    /// How many bytes of a token [`Word::head`] takes.
    pub const HEAD: usize = 16;

    /// Takes out all tokens, keeping the memory.
    pub(super) fn clear(&mut self) {
        self.n_tokens = 0;
        self.text.clear();
    }

    /// Ends the text.
    pub(super) fn finish(&mut self) {
        self.text.extend_from_slice(&[0; Self::HEAD]);
    }

    /// Adds a token.
    pub(super) fn push(&mut self, token: &str) {
        self.begin();
        self.text.extend_from_slice(token.as_bytes());
        self.end(Span { start: 0, end: 0 });
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.n_tokens
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.n_tokens == 0
    }

    /// The tokens in order.
    #[inline(always)]
    pub fn iter(&self) -> impl Iterator<Item = Word<'_>> {
        let text = self.text.as_slice();
        let places = self.starts[..self.n_tokens].iter().zip(&self.ends[..self.n_tokens]);
        places.map(
            #[inline(always)]
            move |(&start, &end)| Word { text, start, end },
        )
    }

    /// The bytes of the tokens, with [`Lowered::HEAD`] zeros behind them, and where each token begins and ends in them.
    #[inline(always)]
    pub fn parts(&self) -> (&[u8], impl ExactSizeIterator<Item = (u32, u32)>) {
        let places = self.starts[..self.n_tokens].iter().zip(&self.ends[..self.n_tokens]);
        (&self.text, places.map(|(&start, &end)| (start, end)))
    }

    /// The first `len` of [`Lowered::HEAD`] bytes, the first the lowest; zero behind them.
    ///
    /// # Panics
    /// Where there are not so many bytes.
    #[inline(always)]
    pub fn head(bytes: &[u8], len: usize) -> u128 {
        let bytes = bytes[..Lowered::HEAD].try_into().expect("so many are taken");
        u128::from_le_bytes(bytes) & super::tokens::MASKS[len.min(Lowered::HEAD)]
    }

    /// Token number `index`.
    ///
    /// # Panics
    /// Where there is none.
    pub fn word(&self, index: usize) -> Word<'_> {
        assert!(index < self.n_tokens);
        Word { text: &self.text, start: self.starts[index], end: self.ends[index] }
    }

    /// Makes room for `n` more tokens.
    #[inline(always)]
    fn reserve(&mut self, n: usize) {
        let needed = self.n_tokens + n;
        if self.starts.len() < needed {
            let room = needed.next_power_of_two();
            self.starts.resize(room, 0);
            self.ends.resize(room, 0);
        }
    }
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub struct Word<'t> {
    /// Where it reaches [`Lowered::HEAD`] bytes further than the token starts, the head is taken up in one step.
    text: &'t [u8],
    start: u32,
    end: u32,
}

impl<'t> Word<'t> {
    /// The bytes `start..end` of `text`, which are no token of a text but as good as one.
    pub fn within(text: &'t str, start: u32, end: u32) -> Self {
        assert!(start <= end && end as usize <= text.len());
        Word { text: text.as_bytes(), start, end }
    }

    /// Its bytes, UTF-8.
    #[inline(always)]
    pub fn as_bytes(self) -> &'t [u8] {
        &self.text[self.start as usize..self.end as usize]
    }

    /// Its length in bytes.
    #[inline(always)]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it is empty, as no token is.
    pub fn is_empty(self) -> bool {
        self.end == self.start
    }

    /// How many parts it has between spaces; a token has one. `None` where one is empty.
    pub fn n_parts(self) -> Option<usize> {
        let (mut n_parts, mut part, mut has_empty) = (1, 0, self.is_empty());
        for space in memchr::memchr_iter(b' ', self.as_bytes()) {
            n_parts += 1;
            has_empty |= space == part || space + 1 == self.len();
            part = space + 1;
        }
        (!has_empty).then_some(n_parts)
    }

    /// Its parts between spaces.
    pub fn parts(self) -> impl Iterator<Item = Word<'t>> {
        let mut next = Some(self.start);
        std::iter::from_fn(move || {
            let start = next?;
            let rest = &self.text[start as usize..self.end as usize];
            let space = rest.iter().position(|&byte| byte == b' ');
            let end = space.map_or(self.end, |place| start + place as u32);
            next = space.map(|_| end + 1);
            Some(Word { start, end, ..self })
        })
    }

    /// Its first [`Lowered::HEAD`] bytes, the first the lowest; zero behind its end.
    #[inline(always)]
    pub fn head(self) -> u128 {
        let start = self.start as usize;
        match self.text.get(start..start + Lowered::HEAD) {
            Some(bytes) => Lowered::head(bytes, self.len()),
            None => self.head_at_the_end(),
        }
    }

    /// The same where the text ends too soon.
    #[cold]
    fn head_at_the_end(self) -> u128 {
        let bytes = &self.as_bytes()[..self.len().min(Lowered::HEAD)];
        let mut head = [0; Lowered::HEAD];
        head[..bytes.len()].copy_from_slice(bytes);
        u128::from_le_bytes(head)
    }
}

/// Writes the places of the bits of `mask`, counted from `base`, into `places`; gives their number.
#[inline(always)]
fn write_places(mut mask: u64, base: u32, places: &mut [u32]) -> usize {
    let n = mask.count_ones() as usize;
    for place in &mut places[..n] {
        *place = base.wrapping_add(mask.trailing_zeros());
        mask &= mask.wrapping_sub(1);
    }
    n
}

impl Sink for Lowered {
    #[inline(always)]
    fn split_ascii(&mut self, bytes: &[u8], start: usize, end: usize, classify: Classify) {
        let base = self.text.len();
        self.text.extend_from_slice(&bytes[start..end]);
        self.text[base..].make_ascii_lowercase();
        self.reserve((end - start) / 2 + 1);
        let (mut n_starts, mut n_ends) = (self.n_tokens, self.n_tokens);
        // Whether the byte before the block belongs to a token (0 or 1).
        let mut inside = 0;
        for (block_start, token) in token_masks(bytes, start, end, classify) {
            let before = token << 1 | inside;
            let place = (base + block_start - start) as u32;
            n_starts += write_places(token & !before, place, &mut self.starts[n_starts..]);
            n_ends += write_places(!token & before, place, &mut self.ends[n_ends..]);
            inside = token >> (BLOCK - 1);
        }
        if inside == 1 {
            self.ends[n_ends] = self.text.len() as u32;
        }
        self.n_tokens = n_starts;
    }

    fn begin(&mut self) {
        self.reserve(1);
        self.starts[self.n_tokens] = self.text.len() as u32;
    }

    fn push_lower(&mut self, c: char) {
        let mut bytes = [0; 4];
        for lower in c.to_lowercase() {
            self.text.extend_from_slice(lower.encode_utf8(&mut bytes).as_bytes());
        }
    }

    fn end(&mut self, _: Span) {
        self.ends[self.n_tokens] = self.text.len() as u32;
        self.n_tokens += 1;
    }

    fn len(&self) -> usize {
        self.n_tokens
    }

    fn truncate(&mut self, n: usize) {
        self.n_tokens = n;
        self.text.truncate(self.ends[..n].last().map_or(0, |&end| end as usize));
    }
}
