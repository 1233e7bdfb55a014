//! Titles, subheadings and other short lines that end no sentence; names.

use super::n_words;
use crate::corpus::Kind;
use crate::segment::text::{ends_open, ends_sentence};

/// A bare name under a title.
pub(super) fn byline_under_title(text: &str, before: Option<Kind>, at_head: bool) -> Option<Kind> {
    (at_head && before == Some(Kind::Title) && is_name(text)).then_some(Kind::Byline)
}

/// Before the first running text: anything short that ends no sentence, or a question at the top.
pub(super) fn title(text: &str, at_head: bool, is_first: bool) -> Option<Kind> {
    let words = n_words(text);
    let asks = is_first && words <= 16 && text.ends_with(['?', '!']);
    let is_title = at_head && words <= 30 && (!ends_sentence(text) || asks) && !ends_open(text);
    is_title.then_some(Kind::Title)
}

/// After it: a short line that ends no sentence. A name is the caption of a portrait; a line of two
/// or three words at the end of the page is a section's label; the others are subheadings.
pub(super) fn label(text: &str, is_last: bool) -> Option<Kind> {
    let words = n_words(text);
    if words > 14 || ends_sentence(text) || ends_open(text) || text.ends_with(':') {
        return None;
    }
    if is_name(text) {
        return Some(Kind::Caption);
    }
    Some(if is_last && words <= 3 { Kind::Boilerplate } else { Kind::Title })
}

/// Two to five words that are all capitalised, as a person's name is.
pub(in crate::segment) fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 12] =
        ["al", "bin", "ibn", "de", "van", "von", "der", "la", "el", "and", "di", "du"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capitalised = |word: &&str| {
        let bare = word.trim_matches(|c: char| matches!(c, ',' | '.' | '“' | '”' | '"'));
        let small = PARTICLES.contains(&bare) || bare.starts_with("al-") || bare.starts_with("el-");
        let letters =
            bare.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '’' | '\'' | '.'));
        letters && (small || bare.starts_with(char::is_uppercase))
    };
    (2..=5).contains(&words.len())
        && words.iter().all(is_capitalised)
        && !words.iter().all(|word| word.chars().all(|c| !c.is_lowercase()))
}
