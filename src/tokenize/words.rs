//! The direct way through the shipped definition.
//!
//! Enters: a text. Leaves: the tokens that the definition gives, offsets included. White space of
//! ASCII parts the text into stretches that Unicode normalisation never reaches across (a space
//! composes with nothing and nothing is reordered past it). A stretch of ASCII and of the five
//! commonest typographic marks is split here by a table; any other goes to the definition.

use super::Tokens;
use crate::corpus::Span;

/// Splits `text`; `by_definition` tokenizes a stretch that begins at the given byte of the text.
pub(super) fn tokenize(
    text: &str,
    tokens: &mut Tokens,
    mut by_definition: impl FnMut(&str, usize, &mut Tokens),
) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let length = bytes[start..].iter().position(|&b| is_space(b));
        let end = length.map_or(bytes.len(), |length| start + length);
        if is_plain(&bytes[start..end]) {
            split_plain(text, start, end, tokens);
        } else {
            by_definition(&text[start..end], start, tokens);
        }
        start = end + 1;
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// The typographic marks that stand for themselves under NFKC; all are three bytes long.
const APOSTROPHE: &[u8] = "’".as_bytes();
const SEPARATORS: [&[u8]; 4] = ["“".as_bytes(), "”".as_bytes(), "–".as_bytes(), "—".as_bytes()];

/// Whether a stretch holds nothing but ASCII and the marks above.
fn is_plain(stretch: &[u8]) -> bool {
    let mut rest = stretch;
    while let Some(&byte) = rest.first() {
        rest = match byte {
            0..=0x7f => &rest[1..],
            _ if starts_with_mark(rest) => &rest[3..],
            _ => return false,
        };
    }
    true
}

fn starts_with_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(APOSTROPHE) || SEPARATORS.iter().any(|mark| bytes.starts_with(mark))
}

/// Splits the plain stretch `start..end` into runs of letters and digits with inner apostrophes.
fn split_plain(text: &str, start: usize, end: usize, tokens: &mut Tokens) {
    let bytes = &text.as_bytes()[..end];
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let mut at = start;
    while at < end {
        if !is_word(at) {
            at += 1;
            continue;
        }
        let word = at;
        let mut typographic = false;
        loop {
            while is_word(at) {
                at += 1;
            }
            let rest = &bytes[at..];
            if rest.starts_with(b"'") && is_word(at + 1) {
                at += 1;
            } else if rest.starts_with(APOSTROPHE) && is_word(at + APOSTROPHE.len()) {
                typographic = true;
                at += APOSTROPHE.len();
            } else {
                break;
            }
        }
        let span = Span { start: word, end: at };
        if typographic {
            tokens.push_ascii(&text[word..at].replace('’', "'"), span);
        } else {
            tokens.push_ascii(&text[word..at], span);
        }
    }
}
