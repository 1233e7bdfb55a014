//! Bylines: who wrote or helped to write.

use super::n_words;
use crate::segment::text::ends_sentence;

/// "By Ann Lee", "Reporting by ...", "... contributed to this report".
pub(super) fn is_byline(text: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "by ",
        "reporting by ",
        "additional reporting",
        "(reporting by",
        "writing by ",
        "(writing by",
        "editing by ",
        "(editing by",
        "(additional reporting",
        "story by ",
        "words by ",
        "written by ",
    ];
    const ENDINGS: [&str; 4] = [
        "contributed to this report",
        "contributed to this story",
        "contributed reporting",
        "contributed to this article",
    ];
    let lower = text.to_lowercase();
    let bare = lower.trim_end_matches(['.', ')']);
    let words = n_words(text);
    let of_name = text.get(3..).is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let begins = BEGINNINGS.iter().any(|&beginning| lower.starts_with(beginning));
    let is_plain_by = lower.starts_with("by ");
    (begins && words <= 30 && (!is_plain_by || (of_name && words <= 14 && !is_sentence(text))))
        || (words <= 40 && ENDINGS.iter().any(|&ending| bare.ends_with(ending)))
}

/// "By Friday Raqqa had fallen." begins like a byline and is a sentence: it ends like one and has
/// words that no name has.
fn is_sentence(text: &str) -> bool {
    let is_small = |word: &str| word.starts_with(char::is_lowercase) && word != "and";
    ends_sentence(text) && text.split_whitespace().skip(1).any(is_small)
}
