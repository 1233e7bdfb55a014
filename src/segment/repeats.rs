//! Near repeats of earlier paragraphs, and fragments set apart to catch the eye.
//!
//! Paragraphs are compared by their runs of three words. A paragraph that shares most of them with
//! an earlier one is a duplicate; a short one whose runs nearly all stand in a longer paragraph,
//! before or after it, is a pull quote.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::text::plain_words;
use crate::corpus::Kind;

/// A run of words that stands in more paragraphs than this tells none of them apart.
const COMMON: usize = 16;

/// The longest pull quote, in words.
const MOST_QUOTED_WORDS: usize = 45;

/// Marks duplicates and pull quotes among `kinds`. Cost: linear in the text.
pub(super) fn mark(texts: &[String], kinds: &mut [Kind]) {
    let paragraphs: Vec<Runs> = texts.iter().map(|text| Runs::new(text)).collect();
    let mut bearers: HashMap<&[String], Vec<usize>> = HashMap::new();
    for (number, paragraph) in paragraphs.iter().enumerate() {
        for run in paragraph.iter() {
            bearers.entry(run).or_default().push(number);
        }
    }
    let mut first_with: HashMap<&[String], usize> = HashMap::new();
    for number in 0..texts.len() {
        let shared = shared_runs(&paragraphs[number], number, &bearers);
        let own = &paragraphs[number];
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
        if first < number && !own.words.is_empty() || shared.iter().any(repeats) {
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
    bearers: &HashMap<&[String], Vec<usize>>,
) -> BTreeMap<usize, usize> {
    let mut shared = BTreeMap::new();
    for run in own.iter() {
        let bearers = &bearers[run];
        if bearers.len() <= COMMON || own.n_runs == 1 {
            for &other in bearers.iter().take(COMMON).filter(|&&other| other != number) {
                *shared.entry(other).or_insert(0) += 1;
            }
        }
    }
    shared
}

/// The words of a paragraph and their runs of three; fewer words are one run.
struct Runs {
    words: Vec<String>,
    n_runs: usize,
}

impl Runs {
    fn new(text: &str) -> Self {
        let mut runs = Runs { words: plain_words(text), n_runs: 0 };
        runs.n_runs = runs.iter().count();
        runs
    }

    /// The different runs, in order.
    fn iter(&self) -> impl Iterator<Item = &[String]> {
        let mut seen = HashSet::new();
        let size = self.words.len().clamp(1, 3);
        self.words.windows(size).filter(move |run| seen.insert(*run))
    }

    /// Three fifths of the longer one's runs, or nearly all of `earlier` with something glued to it.
    /// A few words of running text may well be said twice.
    fn is_repeat_of(&self, earlier: &Runs, shared: usize) -> bool {
        let longer = self.n_runs.max(earlier.n_runs);
        let alike = shared * 5 >= longer * 3;
        let contains = earlier.n_runs >= 8
            && shared * 20 >= earlier.n_runs * 17
            && self.n_runs * 5 <= earlier.n_runs * 8;
        let is_same = self.words == earlier.words;
        (self.words.len() >= 4 && (alike || contains)) || (is_same && !self.words.is_empty())
    }

    /// Nearly all of its runs stand in `whole`, which is longer by half.
    fn is_fragment_of(&self, whole: &Runs, shared: usize) -> bool {
        let is_short = (6..=MOST_QUOTED_WORDS).contains(&self.words.len());
        is_short && shared * 5 >= self.n_runs * 4 && whole.n_runs * 2 >= self.n_runs * 3
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
    fn paragraphs_on_one_matter_are_no_repeats() {
        let other = "The bridge over the river was opened again on Friday, and the ministry thanked the \
                     engineers who had worked on its two pillars through four nights of rain.";
        assert_eq!(marked(&[LONG, other]), [Kind::Body, Kind::Body]);
    }
}
