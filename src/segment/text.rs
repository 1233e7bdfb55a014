//! What a line says at its ends: does a sentence end here, does one begin, does it go on.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Closing quotes and brackets, which may stand behind the end of a sentence.
const CLOSING: [char; 9] = ['”', '’', '"', '\'', ')', ']', '»', '›', '}'];

/// Opening quotes.
const OPENING_QUOTES: [char; 7] = ['“', '"', '‘', '«', '„', '\'', '‹'];

/// Abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 39] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "lt", "col", "maj", "capt", "sgt", "adm", "brig",
    "cmdr", "sen", "rep", "gov", "st", "vs", "inc", "ltd", "co", "corp", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "fig", "approx", "e.g", "i.e",
];

/// Whether a sentence ends at the end of `line`: a full stop, question or exclamation mark or an
/// ellipsis, perhaps with closing quotes behind it, that belongs to no abbreviation.
pub(super) fn ends_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(|c: char| CLOSING.contains(&c) || c.is_whitespace());
    match bare.chars().next_back() {
        Some('!' | '?' | '…' | '。') => true,
        Some('.') => !ends_in_abbreviation(bare),
        _ => false,
    }
}

/// Whether the word before the full stop at the end of `text` is an abbreviation or an initial.
fn ends_in_abbreviation(text: &str) -> bool {
    let word = text.trim_end_matches('.').rsplit([' ', '(', '“']).next().unwrap_or("");
    let lower = word.to_lowercase();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_initial || ABBREVIATIONS.contains(&lower.as_str())
}

/// Whether `line` ends with a colon, after which a quotation may begin anew.
pub(super) fn ends_with_colon(line: &str) -> bool {
    line.ends_with(':')
}

/// Whether `line` begins as the middle of a sentence does: with a small letter, or with a mark that
/// stands in no sentence's front.
pub(super) fn begins_inside(line: &str) -> bool {
    if begins_with_article_of_a_name(line) {
        return false;
    }
    line.chars()
        .next()
        .is_some_and(|c| c.is_lowercase() || matches!(c, ',' | ';' | ')' | '”' | '–' | '—'))
}

/// "al-Qaeda", "el-Sisi": the small letter belongs to a name and tells nothing of the sentence.
fn begins_with_article_of_a_name(line: &str) -> bool {
    let name = line.strip_prefix("al-").or_else(|| line.strip_prefix("el-"));
    name.is_some_and(|name| name.starts_with(char::is_uppercase))
}

/// Whether `line` begins with an opening quote.
pub(super) fn begins_quote(line: &str) -> bool {
    line.starts_with(OPENING_QUOTES)
}

/// Whether `line` ends with a word or mark that no sentence, title or name ends with.
pub(super) fn ends_open(line: &str) -> bool {
    const FUNCTION_WORDS: [&str; 36] = [
        "the", "a", "an", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or",
        "but", "as", "that", "which", "who", "is", "are", "was", "were", "has", "have", "had",
        "its", "their", "his", "her", "this", "into", "than", "be", "would", "will",
    ];
    let last = line.rsplit(' ').next().unwrap_or("");
    line.ends_with([',', ';', '-', '–', '—', '(']) || FUNCTION_WORDS.contains(&last)
}

/// How many sentences end before the end of `line`: marks followed by a space and something that
/// can begin a sentence.
pub(super) fn inner_sentence_ends(line: &str) -> usize {
    let mut words = line.split_whitespace();
    let Some(mut before) = words.next() else { return 0 };
    let mut n_ends = 0;
    for word in words {
        let begins = word.trim_start_matches(OPENING_QUOTES).chars().next();
        let is_new = begins.is_some_and(|c| c.is_uppercase() || c.is_numeric());
        n_ends += usize::from(is_new && ends_sentence(before));
        before = word;
    }
    n_ends
}

/// The words of `text` as hashes, letter case and apostrophes left aside: for comparing texts.
pub(super) fn plain_words(text: &str) -> Vec<u64> {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    let words =
        text.split(|c: char| !is_inside(c)).filter(|word| word.contains(char::is_alphanumeric));
    words.map(hash_of_word).collect()
}

fn hash_of_word(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).for_each(|c| hasher.write_u32(u32::from(c)));
    hasher.finish()
}

/// One number for a run of words.
pub(super) fn hash_of_run(run: &[u64]) -> u64 {
    let mut hasher = FxHasher::default();
    run.iter().for_each(|&word| hasher.write_u64(word));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_behind_quotes_but_not_at_abbreviations() {
        for line in
            ["It fell.", "he said.”", "Really?", "sectarian fire…", "in the U.S.", "(so it was.)"]
        {
            assert!(ends_sentence(line), "{line}");
        }
        for line in ["It fell", "said Mr.", "George W.", "the city,", "message:", ""] {
            assert!(!ends_sentence(line), "{line}");
        }
    }

    #[test]
    fn sentences_that_end_within_a_line_are_counted() {
        assert_eq!(inner_sentence_ends("It fell. The army left. “Good,” he said. and"), 2);
        assert_eq!(
            inner_sentence_ends("Mr. Smith of the U.S. army met Dr. Jones at 3.5 p.m. today"),
            0
        );
    }
}
