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

use super::Tokens;
use super::blocks::{BLOCK, Classify};
use super::classes::{Class, class_of};
use crate::corpus::Span;
use crate::error::Result;

/// Splits `text` with the masks of `classify`; `by_definition` tokenizes a stretch that begins at
/// the given byte of the text.
pub(super) fn tokenize(
    text: &str,
    tokens: &mut Tokens,
    classify: Classify,
    mut by_definition: impl FnMut(&str, usize, &mut Tokens) -> Result<()>,
) -> Result<()> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let foreign = start + length_of_ascii(&bytes[start..]);
        if foreign == bytes.len() {
            split_ascii(bytes, start, foreign, tokens, classify);
            break;
        }
        let stretch = bytes[start..foreign].iter().rposition(is_space);
        let stretch = stretch.map_or(start, |place| start + place + 1);
        split_ascii(bytes, start, stretch, tokens, classify);
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

/// Splits the ASCII bytes `start..end`, before and behind which no word goes on, into runs of
/// letters and digits with inner apostrophes.
///
/// Within a block a byte belongs to a token where it is part of a word, or an apostrophe between
/// two that are. Where this changes from one byte to the next, a token begins or ends.
fn split_ascii(bytes: &[u8], start: usize, end: usize, tokens: &mut Tokens, classify: Classify) {
    let mut writer = tokens.ascii_writer(&bytes[..end], end - start);
    let mut token_start = start;
    // Whether the byte before the block is part of a word, and of a token (0 or 1).
    let (mut word_before, mut inside) = (0, 0);
    let mut block_start = start;
    while block_start < end {
        let masks = match bytes[block_start..end].first_chunk::<BLOCK>() {
            Some(block) => classify(block),
            None => {
                let mut block = [b' '; BLOCK];
                block[..end - block_start].copy_from_slice(&bytes[block_start..end]);
                classify(&block)
            }
        };
        let is_word = |place: &u8| place.is_ascii_alphanumeric();
        let next_word = u64::from(bytes[..end].get(block_start + BLOCK).is_some_and(is_word));
        let behind_word = masks.word << 1 | word_before;
        let before_word = masks.word >> 1 | next_word << (BLOCK - 1);
        let token = masks.word | masks.apostrophe & behind_word & before_word;
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
        (word_before, inside) = (masks.word >> (BLOCK - 1), token >> (BLOCK - 1));
        block_start += BLOCK;
    }
    if inside == 1 {
        writer.push(token_start, end);
    }
    writer.finish();
}

/// Splits the stretch `start..end` where all its characters stand for themselves; says whether they
/// do. If not, what it added has no meaning.
fn split_stable(text: &str, start: usize, end: usize, tokens: &mut Tokens) -> bool {
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
