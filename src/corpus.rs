//! The nouns of the whole program: articles, their paragraphs, labelled records, label names.
//!
//! Plain data. Reading them from files is `read`, finding paragraphs is `segment`; nothing here
//! touches the world.

mod folded;
mod month;

pub use folded::{FoldedText, fold};
pub use month::Month;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A range of bytes of an article's text, `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "(usize, usize)", from = "(usize, usize)")]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes of `text` that the span covers.
    ///
    /// # Panics
    /// Where the span was not made for this text.
    pub fn slice(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

impl From<Span> for (usize, usize) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

impl From<(usize, usize)> for Span {
    fn from((start, end): (usize, usize)) -> Self {
        Span { start, end }
    }
}

/// What a paragraph is for in its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Running text.
    Body,
    /// A headline, subtitle or subheading.
    Title,
    /// Who wrote it.
    Byline,
    /// When and where it was published.
    Dateline,
    /// Words to a picture.
    Caption,
    /// Words of the text set apart to catch the eye.
    Pullquote,
    /// Words of the page and not of the article: menus, invitations to share.
    Boilerplate,
    /// A repeat, or near repeat, of an earlier paragraph or title.
    Duplicate,
    /// A record of a data file, taken as it is.
    Record,
}

impl Kind {
    /// Whether paragraphs of this kind are classified by default.
    pub fn is_classified(self) -> bool {
        matches!(self, Kind::Body | Kind::Caption | Kind::Pullquote | Kind::Record)
    }

    /// The name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Body => "body",
            Kind::Title => "title",
            Kind::Byline => "byline",
            Kind::Dateline => "dateline",
            Kind::Caption => "caption",
            Kind::Pullquote => "pullquote",
            Kind::Boilerplate => "boilerplate",
            Kind::Duplicate => "duplicate",
            Kind::Record => "record",
        }
    }
}

/// A paragraph: one or more spans of the untouched text of its article, in reading order. More
/// than one where something (a caption, say) stands in the middle of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What it is for.
    pub kind: Kind,
    /// Where it stands.
    pub spans: Vec<Span>,
}

/// An article: its name (the path it was read from) and its text, decoded and otherwise untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The path as the user gave it, `-` for standard input.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A record of a data file: a text, perhaps with labels, an id and the article it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The text, possibly empty.
    pub text: String,
    /// Its labels; `None` where the record does not say, which is not the same as having none.
    pub labels: Option<Vec<String>>,
    /// Its own name; ids may repeat.
    pub id: Option<String>,
    /// The article it belongs to; records of one article never sit on both sides of a split.
    pub article: Option<String>,
    /// Who published it, or whatever else its texts have in common with those of other articles.
    pub source: Option<String>,
    /// When it was published, as the data say it; for splits by date, year first: 2017-10-17.
    pub date: Option<String>,
}

/// Label names in a fixed order; a label is then its index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSet {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl LabelSet {
    /// The labels `names`, in this order.
    ///
    /// # Errors
    /// Where a name is empty, stands twice, or is longer than [`LabelSet::MAX_NAME_BYTES`].
    pub fn new(names: Vec<String>) -> Result<Self> {
        let mut index = HashMap::with_capacity(names.len());
        for (label, name) in names.iter().enumerate() {
            check_label_name(name)?;
            if index.insert(name.clone(), label).is_some() {
                return Err(Error::data(format!("the label {name:?} stands twice")));
            }
        }
        Ok(LabelSet { names, index })
    }

    /// The longest label name, in bytes.
    pub const MAX_NAME_BYTES: usize = 1_000;

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many labels.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The index of `name`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }
}

/// Checks one label name: not empty, not endless, no control characters.
///
/// # Errors
/// Where it is not so.
pub fn check_label_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::data("a label is empty"));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::data(format!("the label {name:?} has a control character")));
    }
    if name.len() > LabelSet::MAX_NAME_BYTES {
        let wanted = LabelSet::MAX_NAME_BYTES;
        return Err(Error::data(format!("a label is longer than {wanted} bytes")));
    }
    Ok(())
}

/// One theme of a codebook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// The label, lower case with hyphens.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it means.
    pub definition: String,
    /// What counts as being about it.
    pub take: String,
    /// What does not.
    pub leave: String,
    /// Words that suggest it.
    pub seed_words: Vec<String>,
}

/// The themes that a team has agreed on, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codebook {
    /// The themes.
    #[serde(rename = "theme")]
    pub themes: Vec<Theme>,
}

/// Labelled texts ready to learn from or to judge with: records, the labels they use, and for
/// each record the indices of its labels and the group it belongs to.
#[derive(Debug, Clone)]
pub struct LabelledCorpus {
    /// The texts.
    pub texts: Vec<String>,
    /// For each text the indices into `labels`, rising.
    pub targets: Vec<Vec<usize>>,
    /// For each text its group: texts of one article share one.
    pub groups: Vec<usize>,
    /// For each text its source as a number; where it has none, one that its article has alone.
    pub sources: Vec<usize>,
    /// For each text what it is called: its id, its article and its date, where they are given.
    pub origins: Vec<Origin>,
    /// The labels.
    pub labels: LabelSet,
}

/// What a labelled text is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its own name.
    pub id: Option<String>,
    /// The name of its article.
    pub article: Option<String>,
    /// When it was published, as the data say it.
    pub date: Option<String>,
    /// Its number among the records, from 1.
    pub record: usize,
}

impl LabelledCorpus {
    /// Gathers `records` under `labels`, or where that is `None` under the labels that occur, in
    /// the order of their bytes.
    ///
    /// # Errors
    /// Where a record has no `labels`, or one that is not among `labels`; records count from 1.
    pub fn new(records: Vec<Record>, labels: Option<LabelSet>) -> Result<Self> {
        let labels = match labels {
            Some(labels) => labels,
            None => occurring_labels(&records)?,
        };
        let (texts, targets, groups, sources) = Default::default();
        let origins = Vec::new();
        let mut corpus = LabelledCorpus { texts, targets, groups, sources, origins, labels };
        let mut group_of_article = HashMap::new();
        let (mut numbers_of_sources, mut n_groups) = (HashMap::new(), 0);
        for (number, record) in (1..).zip(records) {
            let names = record.labels.ok_or_else(|| {
                Error::data(format!("record {number} has no \"labels\" (write [] for none)"))
            })?;
            let target = corpus.target(&names, number)?;
            let mut new_group = || {
                n_groups += 1;
                n_groups - 1
            };
            let group = match &record.article {
                Some(article) => *group_of_article.entry(article.clone()).or_insert_with(new_group),
                None => new_group(),
            };
            let next = numbers_of_sources.len();
            let source = record.source.ok_or(group);
            corpus.sources.push(*numbers_of_sources.entry(source).or_insert(next));
            corpus.groups.push(group);
            corpus.targets.push(target);
            corpus.texts.push(record.text);
            let Record { id, article, date, .. } = record;
            corpus.origins.push(Origin { id, article, date, record: number });
        }
        Ok(corpus)
    }

    /// The indices of `names`, rising, each once.
    fn target(&self, names: &[String], record: usize) -> Result<Vec<usize>> {
        let find = |name: &String| {
            self.labels.find(name).ok_or_else(|| {
                Error::data(format!("record {record}: the label {name:?} is not in the codebook"))
            })
        };
        let mut target = names.iter().map(find).collect::<Result<Vec<_>>>()?;
        target.sort_unstable();
        target.dedup();
        Ok(target)
    }

    /// What a text is called: its id, else its number among the records, from 1.
    pub fn name(&self, text: usize) -> String {
        let origin = &self.origins[text];
        origin.id.clone().unwrap_or_else(|| format!("record {}", origin.record))
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Number of groups.
    pub fn n_groups(&self) -> usize {
        self.groups.iter().max().map_or(0, |last| last + 1)
    }

    /// For each label the number of texts that have it.
    pub fn support(&self) -> Vec<usize> {
        let mut support = vec![0; self.labels.len()];
        for &label in self.targets.iter().flatten() {
            support[label] += 1;
        }
        support
    }

    /// The texts at `indices`, in their order, with all labels kept; groups and sources are
    /// numbered anew.
    pub fn select(&self, indices: &[usize]) -> LabelledCorpus {
        let renumbered = |groups: &[usize]| {
            let mut numbers = HashMap::new();
            let number = |&i: &usize| {
                let next = numbers.len();
                *numbers.entry(groups[i]).or_insert(next)
            };
            indices.iter().map(number).collect()
        };
        LabelledCorpus {
            texts: indices.iter().map(|&i| self.texts[i].clone()).collect(),
            targets: indices.iter().map(|&i| self.targets[i].clone()).collect(),
            groups: renumbered(&self.groups),
            sources: renumbered(&self.sources),
            origins: indices.iter().map(|&i| self.origins[i].clone()).collect(),
            labels: self.labels.clone(),
        }
    }
}

fn occurring_labels(records: &[Record]) -> Result<LabelSet> {
    let names = records.iter().filter_map(|record| record.labels.as_ref()).flatten();
    let mut names: Vec<String> = names.cloned().collect();
    names.sort_unstable();
    names.dedup();
    LabelSet::new(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(article: Option<&str>, labels: &[&str]) -> Record {
        Record {
            text: "text".into(),
            labels: Some(labels.iter().map(|&label| label.into()).collect()),
            article: article.map(Into::into),
            ..Record::default()
        }
    }

    #[test]
    fn a_record_without_an_article_is_its_own_group() {
        let records = vec![
            record(Some("a"), &["x"]),
            record(None, &[]),
            record(Some("a"), &[]),
            record(None, &[]),
        ];
        let corpus = LabelledCorpus::new(records, None).unwrap();
        assert_eq!(corpus.groups, [0, 1, 0, 2]);
        assert_eq!(corpus.n_groups(), 3);
    }

    #[test]
    fn labels_stand_in_the_order_of_their_bytes_and_repeats_count_once() {
        let records = vec![record(None, &["b", "a", "b"]), record(None, &["B"])];
        let corpus = LabelledCorpus::new(records, None).unwrap();
        assert_eq!(corpus.labels.names(), ["B", "a", "b"]);
        assert_eq!(corpus.targets, [vec![1, 2], vec![0]]);
        assert_eq!(corpus.support(), [1, 1, 1]);
    }

    #[test]
    fn a_label_outside_the_codebook_is_named_with_its_record() {
        let labels = LabelSet::new(vec!["a".into()]).unwrap();
        let records = vec![record(None, &["a"]), record(None, &["z"])];
        let error = LabelledCorpus::new(records, Some(labels)).unwrap_err();
        assert_eq!(error.to_string(), "record 2: the label \"z\" is not in the codebook");
    }

    #[test]
    fn label_names_are_checked() {
        assert!(LabelSet::new(vec!["a".into(), "a".into()]).is_err());
        assert!(LabelSet::new(vec![" ".into()]).is_err());
        assert!(LabelSet::new(vec!["x".repeat(1_001)]).is_err());
    }
}
