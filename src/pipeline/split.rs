//! Which texts are learned from and which are judged by that.
//!
//! Enters: labelled texts. Leaves: a [`Split`], one part or several. Articles stay whole, and so do sets of near
//! copies: a text that a part judges has no copy among those that it learns from, unless the sides were given.

use super::{ClassifierParams, Whole};
use crate::audit::Copies;
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::resample::stratified_folds;
use crate::pipeline::folds::whole_groups;

/// The texts that are learned from, and those that are judged by that; both rising.
pub type Part = (Vec<usize>, Vec<usize>);

/// Parts, each of which learns and judges by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The parts.
    pub parts: Vec<Part>,
    /// How the split was made, in a sentence.
    pub method: String,
}

/// A split by date judges at least this share of the texts, the latest ones.
const LATEST: f64 = 0.2;

impl Split {
    /// `n_folds` parts, each of which judges a fold and learns from all others. Folds keep articles (or sources, as
    /// `params` say) and copies whole, and spread labels and pairs of labels evenly.
    ///
    /// # Errors
    /// Where there are fewer articles than folds.
    pub fn folds(
        params: &ClassifierParams,
        corpus: &LabelledCorpus,
        copies: &Copies,
        n_folds: usize,
    ) -> Result<Split> {
        let groups = copies.joined(&whole_groups(params, corpus));
        let n_groups = groups.iter().max().map_or(0, |last| last + 1);
        let what = match params.whole {
            Whole::Article => "articles",
            Whole::Source => "sources",
        };
        if n_folds < 2 || n_groups < n_folds {
            return Err(Error::settings(format!(
                "{n_folds} folds of {n_groups} {what}: wanted are 2 folds or more and as many {what}"
            )));
        }
        let n_labels = corpus.labels.len();
        let folds = stratified_folds(&corpus.targets, &groups, n_labels, n_folds, params.seed);
        let part = |fold: usize| (0..corpus.len()).partition(|&text| folds[text] != fold);
        Ok(Split {
            parts: (0..n_folds).map(part).collect(),
            method: format!(
                "Cross-validation in {n_folds} folds that keep {what} and copies whole and spread labels evenly: \
                 each text was judged by what was learned from the other folds."
            ),
        })
    }

    /// One part that learns from earlier texts and judges the latest, at least a fifth of them. An article is as old as
    /// its latest text, and a set of copies too, and a month or a year as its last day, so that nothing is learned from
    /// the future. What stands behind the day is not looked at.
    ///
    /// # Errors
    /// Where a text has no date in the form 2017-10-17 (also 2017-10 and 2017), or all have the same.
    pub fn by_date(corpus: &LabelledCorpus, copies: &Copies) -> Result<Split> {
        let groups = copies.joined(&corpus.groups);
        let n_groups = groups.iter().max().map_or(0, |last| last + 1);
        let mut dates = vec![String::new(); n_groups];
        for (text, &group) in groups.iter().enumerate() {
            let date = corpus.origins[text].date.as_deref();
            let last = date.and_then(last_day).ok_or_else(|| {
                let (name, found) = (corpus.name(text), date.unwrap_or("none"));
                Error::data(format!(
                    "{name}: \"date\" is {found:?}, and a split by date wants one like 2017-10-17 at every record"
                ))
            })?;
            if dates[group] < last {
                dates[group] = last;
            }
        }
        let mut of_texts: Vec<&str> = groups.iter().map(|&group| dates[group].as_str()).collect();
        of_texts.sort_unstable();
        let first = of_texts[((1.0 - LATEST) * of_texts.len() as f64) as usize];
        let (learned, judged): Part =
            (0..corpus.len()).partition(|&text| dates[groups[text]].as_str() < first);
        if learned.is_empty() {
            return Err(Error::data(format!(
                "four fifths of the texts are not older than {first}: a split by date needs more dates"
            )));
        }
        let method = format!(
            "Split by date: learned from {} texts before {first}, judged on the {} since; articles and copies stay whole.",
            learned.len(),
            judged.len()
        );
        Ok(Split { parts: vec![(learned, judged)], method })
    }

    /// One part: the first `n_learned` texts are learned from, the others judged.
    pub fn given(corpus: &LabelledCorpus, n_learned: usize) -> Split {
        let part = ((0..n_learned).collect(), (n_learned..corpus.len()).collect());
        let n_judged = corpus.len() - n_learned;
        let method = format!(
            "Learned from the {n_learned} texts given for it, judged on the {n_judged} given for that."
        );
        Split { parts: vec![part], method }
    }

    /// All texts that any part learns from, rising.
    pub fn learned(&self) -> Vec<usize> {
        let mut learned: Vec<usize> =
            self.parts.iter().flat_map(|(learned, _)| learned.iter().copied()).collect();
        learned.sort_unstable();
        learned.dedup();
        learned
    }

    /// All judged texts, rising.
    pub fn judged(&self) -> Vec<usize> {
        let mut judged: Vec<usize> =
            self.parts.iter().flat_map(|(_, judged)| judged.iter().copied()).collect();
        judged.sort_unstable();
        judged
    }
}

/// The last day of a year, a month or a day, with perhaps a time behind it; `None` where it is none.
fn last_day(date: &str) -> Option<String> {
    let day = date.get(..10).unwrap_or(date);
    let follows = date.as_bytes().get(10).is_none_or(|byte| matches!(byte, b'T' | b' '));
    let fits = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if !day.bytes().enumerate().all(fits) || !follows {
        return None;
    }
    let part =
        |range: std::ops::Range<usize>| day.get(range).and_then(|digits| digits.parse().ok());
    let (month, number): (Option<u8>, Option<u8>) = (part(5..7), part(8..10));
    match (day.len(), month, number) {
        (4, ..) => Some(format!("{day}-12-31")),
        (7, Some(1..=12), _) => Some(format!("{day}-31")),
        (10, Some(1..=12), Some(1..=31)) => Some(day.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;

    fn corpus(dates: &[(&str, &str)]) -> LabelledCorpus {
        let record = |&(article, date): &(&str, &str)| Record {
            text: format!("text of {article} on {date}"),
            labels: Some(vec![]),
            article: Some(article.into()),
            date: Some(date.into()),
            ..Record::default()
        };
        LabelledCorpus::new(dates.iter().map(record).collect(), None).unwrap()
    }

    fn no_copies(n: usize) -> Copies {
        Copies { exact: (0..n).collect(), near: (0..n).collect() }
    }

    #[test]
    fn the_latest_fifth_is_judged_and_an_article_is_as_old_as_its_latest_text() {
        let corpus = corpus(&[
            ("a", "2017-01-01"),
            ("b", "2017-03-01T10:00Z"),
            ("a", "2017-02-01"),
            ("c", "2017-04"),
            ("b", "2016-01-01"),
        ]);
        let split = Split::by_date(&corpus, &no_copies(5)).unwrap();
        assert_eq!(split.parts, [(vec![0, 1, 2, 4], vec![3])]);
        let copies = Copies { exact: (0..5).collect(), near: vec![0, 1, 2, 0, 4] };
        let split = Split::by_date(&corpus, &copies).unwrap();
        assert_eq!(split.parts, [(vec![1, 4], vec![0, 2, 3])]);
    }

    #[test]
    fn a_record_without_a_date_of_that_form_is_named() {
        let message = |date| {
            let corpus = corpus(&[("a", "2017-01-01"), ("b", date)]);
            Split::by_date(&corpus, &no_copies(2)).unwrap_err().to_string()
        };
        assert!(message("5 May 2017").starts_with("record 2: \"date\" is \"5 May 2017\""));
        assert!(message("2017-01-01").contains("needs more dates"));
        assert_eq!(last_day("2017-10-17 08:00").unwrap(), "2017-10-17");
        for wrong in ["2017-10-1", "2017-10-17x", "2017-13-01", "2017-12-32", "201", "2017-1"] {
            assert_eq!(last_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_year_is_as_late_as_its_last_day() {
        let dates = ["2017", "2017-02", "2017-02-27", "2017-03-05", "2016-12-31"];
        let named: Vec<(String, &str)> =
            dates.iter().enumerate().map(|(i, date)| (i.to_string(), *date)).collect();
        let rows: Vec<(&str, &str)> = named.iter().map(|(a, date)| (a.as_str(), *date)).collect();
        let split = Split::by_date(&corpus(&rows), &no_copies(5)).unwrap();
        assert_eq!(split.parts, [(vec![1, 2, 3, 4], vec![0])]);
    }
}
