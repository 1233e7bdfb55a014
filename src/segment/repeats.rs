//! Near repeats of earlier paragraphs, and fragments set apart to catch the eye.
//!
//! Paragraphs are compared by their runs of three words. A paragraph that shares most of them with
//! an earlier one is a duplicate; a short one whose runs nearly all stand in a longer paragraph,
//! before or after it, is a pull quote.

use std::collections::{BTreeMap, HashMap};

use super::text::{hash_of_run, plain_words};
use crate::corpus::Kind;

/// A run of words that stands in more paragraphs than this tells none of them apart.
const COMMON: usize = 16;

/// The longest pull quote, in words.
const MOST_QUOTED_WORDS: usize = 45;

/// Marks duplicates and pull quotes among `kinds`. Cost: linear in the text.
pub(super) fn mark(texts: &[String], kinds: &mut [Kind]) {
    let paragraphs: Vec<Runs> = texts.iter().map(|text| Runs::new(text)).collect();
    let mut bearers: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut first_with: HashMap<&[u64], usize> = HashMap::new();
    for (number, paragraph) in paragraphs.iter().enumerate() {
        for &run in &paragraph.runs {
            let bearers = bearers.entry(run).or_default();
            if bearers.len() <= COMMON {
                bearers.push(number);
            }
        }
    }
    for number in 0..texts.len() {
        let own = &paragraphs[number];
        let shared = shared_runs(own, number, &bearers);
        let repeats = |(&other, &n): (&usize, &usize)| {
            other < number
                && own.is_repeat_of(&paragraphs[other], n)
                && kinds[other] != Kind::Duplicate
        };
        let is_set_apart = matches!(kinds[number], Kind::Body | Kind::Title) && number > 0;
        let quotes = |(&other, &n): (&usize, &usize)| {
            kinds[other] == Kind::Body && own.is_fragment_of(&paragraphs[other], n)
        };
        let first = *first_with.entry(&own.words).or_insert(number);
        let is_same = first < number && !own.words.is_empty();
        if is_same || shared.iter().any(repeats) {
            kinds[number] = Kind::Duplicate;
        } else if is_set_apart && shared.iter().any(quotes) {
            kinds[number] = Kind::Pullquote;
        }
    }
}

/// For each other paragraph the number of different runs it shares.
fn shared_runs(
    own: &Runs,
    number: usize,
    bearers: &HashMap<u64, Vec<usize>>,
) -> BTreeMap<usize, usize> {
    let mut shared = BTreeMap::new();
    for bearers in own.runs.iter().map(|run| &bearers[run]) {
        if bearers.len() <= COMMON {
            for &other in bearers.iter().filter(|&&other| other != number) {
                *shared.entry(other).or_insert(0) += 1;
            }
        }
    }
    shared
}

/// The words of a paragraph and their different runs of three; fewer words are one run.
struct Runs {
    words: Vec<u64>,
    runs: Vec<u64>,
}

impl Runs {
    fn new(text: &str) -> Self {
        let words = plain_words(text);
        let mut runs: Vec<u64> = words.windows(words.len().clamp(1, 3)).map(hash_of_run).collect();
        runs.sort_unstable();
        runs.dedup();
        Runs { words, runs }
    }

    /// Three fifths of the longer one's runs, or nearly all of `earlier` with something glued to it.
    /// A few words of running text may well be said twice.
    fn is_repeat_of(&self, earlier: &Runs, shared: usize) -> bool {
        let longer = self.runs.len().max(earlier.runs.len());
        let alike = shared * 5 >= longer * 3;
        let contains = earlier.runs.len() >= 8
            && shared * 20 >= earlier.runs.len() * 17
            && self.runs.len() * 5 <= earlier.runs.len() * 8;
        self.words.len() >= 4 && (alike || contains)
    }

    /// Nearly all of its runs stand in `whole`, which is longer by half.
    fn is_fragment_of(&self, whole: &Runs, shared: usize) -> bool {
        let is_short = (6..=MOST_QUOTED_WORDS).contains(&self.words.len());
        is_short && shared * 5 >= self.runs.len() * 4 && whole.runs.len() * 2 >= self.runs.len() * 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(texts: &[&str]) -> Vec<Kind> {
        let texts: Vec<String> = texts.iter().map(|&text| text.into()).collect();
        let mut kinds = vec![Kind::Body; texts.len()];
        mark(&texts, &mut kinds);
        kinds
    }

    const LONG: &str = "The bridge over the river was closed on Monday after engineers found cracks in \
                        two of its pillars, the ministry said in a statement read out on the radio.";

    #[test]
    fn a_repeat_with_other_quotes_or_something_glued_to_it_is_a_duplicate() {
        let glued = format!("Traffic on the bridge{LONG}");
        let kinds =
            marked(&[LONG, &LONG.to_uppercase(), &glued, "Something else was said by others."]);
        assert_eq!(kinds, [Kind::Body, Kind::Duplicate, Kind::Duplicate, Kind::Body]);
    }

    #[test]
    fn a_fragment_before_or_after_its_paragraph_is_a_pull_quote() {
        let fragment = "engineers found cracks in two of its pillars";
        let kinds = marked(&["A first paragraph of its own.", fragment, LONG]);
        assert_eq!(kinds, [Kind::Body, Kind::Pullquote, Kind::Body]);
    }

    #[test]
    fn a_running_head_is_a_duplicate_however_often_it_comes() {
        let kinds = marked(&["The Weekly Review of Affairs"; 40]);
        assert!(kinds[0] == Kind::Body && kinds[1..].iter().all(|&kind| kind == Kind::Duplicate));
    }

    #[test]
    fn paragraphs_on_one_matter_are_no_repeats() {
        let other = "The bridge over the river was opened again on Friday, and the ministry thanked the \
                     engineers who had worked on its two pillars through four nights of rain.";
        assert_eq!(marked(&[LONG, other]), [Kind::Body, Kind::Body]);
    }
}
