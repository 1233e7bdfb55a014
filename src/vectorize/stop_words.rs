//! Words that are in every text and about none.
//!
//! The list is that of the Glasgow Information Retrieval Group as scikit-learn carries it (BSD licence, with its known
//! quirks, such as "computer" not in it and "system" in it, left as they are): topics of both can then be compared.

use std::collections::HashSet;

/// The English list, in small letters, in the order of the alphabet.
///
/// ```
/// use leitmotif::vectorize::stop_words;
/// assert!(stop_words::english().any(|word| word == "the"));
/// assert_eq!(stop_words::english().count(), 318);
/// ```
pub fn english() -> impl Iterator<Item = &'static str> {
    include_str!("stop_words.txt").split_ascii_whitespace()
}

/// The words of a list from outside: one or more a line, `#` begins a comment; in small letters.
///
/// ```
/// use leitmotif::vectorize::stop_words;
/// let words = stop_words::parse("Said says # reporting\n\nreuters\n");
/// assert_eq!(words.len(), 3);
/// assert!(words.contains("said"));
/// ```
pub fn parse(list: &str) -> HashSet<String> {
    let lines = list.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_holds_no_word_twice() {
        let words: Vec<&str> = english().collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase())));
    }
}
