//! What `compare` needs of a report: for each text what was true and what was said.
//!
//! Comes from a report's JSON, which is hostile, or from answers at hand.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;

use crate::corpus::{LabelSet, LabelledCorpus};
use crate::error::{Error, Result};
use crate::evaluate::Judged;
use crate::pipeline::Classifier;
use crate::pipeline::learned::fingerprints;

/// One side of a comparison.
#[derive(Debug, Clone, Deserialize)]
pub struct Side {
    /// What was judged on what.
    pub title: String,
    /// The labels.
    pub names: Vec<String>,
    /// For each text what was true and what was said.
    pub answers: Vec<Said>,
    /// What of it had been learned from.
    #[serde(default)]
    pub leaks: SideLeaks,
}

/// Judged texts that had been learned from, or that are copies of such.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct SideLeaks {
    /// With the same words.
    #[serde(default)]
    pub exact_copies: Vec<String>,
    /// Nearly.
    #[serde(default)]
    pub near_copies: Vec<String>,
    /// Of the same article.
    #[serde(default)]
    pub same_article: Vec<String>,
}

impl SideLeaks {
    /// How many texts leak.
    pub fn n(&self) -> usize {
        let all = self.exact_copies.iter().chain(&self.near_copies).chain(&self.same_article);
        all.collect::<std::collections::HashSet<_>>().len()
    }
}

/// What was true of a text and what was said, by numbers of the labels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Said {
    /// The text's own name.
    pub id: String,
    /// A fingerprint of its words.
    pub words: String,
    /// Its article, as a number.
    pub article: usize,
    /// Its labels.
    pub truth: Vec<usize>,
    /// The labels that it was given.
    pub given: Vec<usize>,
}

/// A report of more labels is none of ours.
const MOST_LABELS: usize = 50_000;
/// The largest report that is read (4 GiB).
const MAX_BYTES: u64 = 4 << 30;

impl Side {
    /// Reads a report that `evaluate -o FILE.json` wrote.
    ///
    /// # Errors
    /// Where the file cannot be read or is not such a report.
    pub fn read(path: &Path) -> Result<Side> {
        let read = || {
            let file = File::open(path).map_err(|e| Error::io("cannot open", e))?;
            let bytes = BufReader::new(file.take(MAX_BYTES));
            let side: Side = serde_json::from_reader(bytes).map_err(|error| {
                Error::data(format!("not a report of `leitmotif evaluate -o FILE.json`: {error}"))
            })?;
            side.check().map(|()| side)
        };
        read().map_err(|error| error.in_file(path))
    }

    /// Answers of a classifier at hand.
    pub fn new(
        title: String,
        classifier: &Classifier,
        corpus: &LabelledCorpus,
        judged: &Judged,
    ) -> Side {
        let said = |(text, words): (usize, Option<u64>)| Said {
            id: corpus.name(text),
            words: format!("{:016x}", words.unwrap_or(0)),
            article: corpus.groups[text],
            truth: judged.truths[text].clone(),
            given: judged.predicted[text].clone(),
        };
        let answers = fingerprints(&corpus.texts).into_iter().enumerate().map(said).collect();
        let (texts, articles) = classifier.learned.again(corpus);
        // Ids may repeat; the number of a text does not.
        let named =
            |texts: Vec<usize>| texts.into_iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let (exact_copies, same_article) = (named(texts), named(articles));
        let leaks = SideLeaks { exact_copies, near_copies: Vec::new(), same_article };
        Side { title, names: judged.names.clone(), answers, leaks }
    }

    /// Labels must be there, and rise, each once.
    fn check(&self) -> Result<()> {
        let fits = |labels: &[usize]| {
            labels.is_sorted_by(|a, b| a < b)
                && labels.last().is_none_or(|&last| last < self.names.len())
        };
        LabelSet::new(self.names.clone())?;
        if self.names.len() > MOST_LABELS {
            return Err(Error::data(format!("more than {MOST_LABELS} labels")));
        }
        let n = self.answers.len();
        let bad = self
            .answers
            .iter()
            .find(|own| !fits(&own.truth) || !fits(&own.given) || own.article >= n);
        match bad {
            Some(own) => {
                Err(Error::data(format!("the answer to {} does not fit the labels", own.id)))
            }
            None if n == 0 => Err(Error::empty("a report without answers")),
            None => Ok(()),
        }
    }

    /// The same with its labels numbered as in `names`, and its answers in the order of the texts of `first`.
    ///
    /// # Errors
    /// Where the texts or their true labels are not the same.
    pub(super) fn lined_up(&self, first: &Side, names: &[String]) -> Result<Side> {
        let number: HashMap<&str, usize> =
            names.iter().enumerate().map(|(label, name)| (name.as_str(), label)).collect();
        let to_common: Vec<usize> = self.names.iter().map(|name| number[name.as_str()]).collect();
        let renamed = |labels: &[usize]| {
            let mut labels: Vec<usize> = labels.iter().map(|&label| to_common[label]).collect();
            labels.sort_unstable();
            labels
        };
        let mut places: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (place, own) in self.answers.iter().enumerate().rev() {
            places.entry((&own.words, &own.id)).or_default().push(place);
        }
        let mut answers = Vec::with_capacity(first.answers.len());
        for wanted in &first.answers {
            let place = places.get_mut(&(wanted.words.as_str(), wanted.id.as_str()));
            let place = place.and_then(Vec::pop).ok_or_else(|| {
                Error::data(format!("judged on other texts: {} is missing", wanted.id))
            })?;
            let own = &self.answers[place];
            let (truth, given) = (renamed(&own.truth), renamed(&own.given));
            answers.push(Said { truth, given, ..own.clone() });
        }
        if self.answers.len() != first.answers.len() {
            let (a, b) = (first.answers.len(), self.answers.len());
            return Err(Error::data(format!("judged on other texts: {b}, not {a}")));
        }
        let (title, leaks) = (self.title.clone(), self.leaks.clone());
        Ok(Side { title, names: names.to_vec(), answers, leaks })
    }
}
