//! The direct way through the shipped definition, at the speed of memory.
//!
//! Enters: a text. Leaves: the tokens that the definition gives, offsets included. Three ways, by
//! what stands in the text:
//!
//! * a run of ASCII is split 64 bytes at a time, with bit masks from [`super::blocks`];
//! * a stretch between white space with other characters is split character by character where each
//!   of them stands for itself under normalisation ([`super::classes`] knows), as accented
//!   letters, typographic marks and most scripts do;
//! * any other stretch (combining marks, ligatures, full-width letters) goes to the definition.
//!
//! White space of ASCII parts the text so, because Unicode normalisation never reaches across: a
//! space composes with nothing and nothing is reordered past it.

use super::blocks::{BLOCK, Classify};
use super::classes::{Class, class_of};
use crate::corpus::Span;
use crate::error::Result;

/// What takes the tokens as they are found.
pub(super) trait Sink {
    /// Takes the tokens of the ASCII bytes `start..end`, before and behind which no word goes on:
    /// runs of letters and digits with inner apostrophes, in small letters.
    fn split_ascii(&mut self, bytes: &[u8], start: usize, end: usize, classify: Classify);

    /// Begins a token, which grows by [`Sink::push_lower`] until it is ended.
    fn begin(&mut self);

    /// Adds a character in lower case to the open token.
    fn push_lower(&mut self, c: char);

    /// Ends the open token, which stands at `span` of the original.
    fn end(&mut self, span: Span);

    /// Number of tokens.
    fn len(&self) -> usize;

    /// Keeps the first `n` tokens, and nothing of one that is open.
    fn truncate(&mut self, n: usize);
}

/// Splits `text` with the masks of `classify`; `by_definition` tokenizes a stretch that begins at
/// the given byte of the text.
#[inline(always)]
pub(super) fn tokenize<S: Sink>(
    text: &str,
    tokens: &mut S,
    classify: Classify,
    mut by_definition: impl FnMut(&str, usize, &mut S) -> Result<()>,
) -> Result<()> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let foreign = start + length_of_ascii(&bytes[start..]);
        if foreign == bytes.len() {
            tokens.split_ascii(bytes, start, foreign, classify);
            break;
        }
        let stretch = bytes[start..foreign].iter().rposition(is_space);
        let stretch = stretch.map_or(start, |place| start + place + 1);
        tokens.split_ascii(bytes, start, stretch, classify);
        let end = bytes[foreign..].iter().position(is_space);
        let end = end.map_or(bytes.len(), |place| foreign + place);
        let n_before = tokens.len();
        if !split_stable(text, stretch, end, tokens) {
            tokens.truncate(n_before);
            by_definition(&text[stretch..end], stretch, tokens)?;
        }
        start = end;
    }
    Ok(())
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// How many bytes of ASCII stand in front.
fn length_of_ascii(bytes: &[u8]) -> usize {
    let whole = bytes.chunks(BLOCK).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len);
    let whole: usize = whole.sum();
    let rest = bytes[whole..].iter().position(|byte| !byte.is_ascii());
    whole + rest.unwrap_or(bytes.len() - whole)
}

/// Splits the stretch `start..end` where all its characters stand for themselves; says whether they
/// do. If not, what it added has no meaning.
fn split_stable(text: &str, start: usize, end: usize, tokens: &mut impl Sink) -> bool {
    let mut characters = text[start..end].char_indices().peekable();
    // The token that is open: where it begins and where it ends so far.
    let mut open: Option<Span> = None;
    while let Some((place, c)) = characters.next() {
        let place = start + place;
        let behind = place + c.len_utf8();
        match class_of(c) {
            Class::Unstable => return false,
            Class::Word => {
                if open.is_none() {
                    tokens.begin();
                }
                tokens.push_lower(c);
                open = Some(Span { start: open.map_or(place, |open| open.start), end: behind });
            }
            Class::Apostrophe
                if open.is_some_and(|open| open.end == place)
                    && characters.peek().is_some_and(|&(_, c)| class_of(c) == Class::Word) =>
            {
                tokens.push_lower('\'');
                open = open.map(|open| Span { end: behind, ..open });
            }
            Class::Apostrophe | Class::Separator => {
                if let Some(span) = open.take() {
                    tokens.end(span);
                }
            }
        }
    }
    if let Some(span) = open {
        tokens.end(span);
    }
    true
}
