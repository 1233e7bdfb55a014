//! What topics are found in: paragraphs, whole articles or records, each with the way back to where it stands.
//!
//! Enters: articles and records as `read` gives them. Leaves: [`TopicTexts`]. Titles, menus and repeats of articles are left
//! aside, as for the classifier.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::corpus::{Article, Kind, Month, Record, fold};
use crate::segment::segment;

/// What counts as one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextUnit {
    /// A paragraph of an article; a record of a data file.
    #[default]
    Natural,
    /// A paragraph, of a record's text, too.
    Paragraph,
    /// All paragraphs of an article; records of one article are put together.
    Article,
    /// A record; a file with an article, whole as it is.
    Record,
}

/// Where a text stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextPlace {
    /// The file, or what the record says of its article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The record's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The number of the paragraph in its article or of the record in its file, from 1.
    pub number: usize,
}

impl TextPlace {
    /// The place for people: `report.txt, paragraph 12`.
    pub fn name(&self, unit: TextUnit) -> String {
        let what =
            if self.id.is_some() || unit == TextUnit::Record { "record" } else { "paragraph" };
        match (&self.article, &self.id) {
            (Some(article), _) if unit == TextUnit::Article => article.clone(),
            (Some(article), None) => format!("{article}, {what} {}", self.number),
            (Some(article), Some(id)) if id.contains(article.as_str()) => id.clone(),
            (Some(article), Some(id)) => format!("{article}, {id}"),
            (None, Some(id)) => format!("record {id}"),
            (None, None) => format!("record {}", self.number),
        }
    }
}

/// Texts in their order.
#[derive(Debug, Clone, Default)]
pub struct TopicTexts {
    /// What each says, spaces folded.
    pub texts: Vec<String>,
    /// Where each stands.
    pub places: Vec<TextPlace>,
    /// The month of each, where it is known.
    pub months: Vec<Option<Month>>,
    /// For each the number of its article; what has none is one by itself.
    pub groups: Vec<usize>,
    group_of_article: HashMap<String, usize>,
    /// For each group its first text.
    first_of_group: Vec<usize>,
}

impl TopicTexts {
    /// Number of texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Number of articles.
    pub fn n_groups(&self) -> usize {
        self.first_of_group.len()
    }

    /// Adds an article in units of `unit`; says how many texts it gave.
    pub fn add_article(&mut self, article: &Article, unit: TextUnit) -> usize {
        let before = self.len();
        if unit == TextUnit::Record {
            let month = month_of(&article.name, &article.text, &[]);
            self.push(fold(&article.text).to_string(), place(&article.name, 1), month);
            return self.len() - before;
        }
        let paragraphs = segment(&article.text);
        let datelines = paragraphs.iter().filter(|paragraph| paragraph.kind == Kind::Dateline);
        let datelines: Vec<String> =
            datelines.map(|paragraph| paragraph.text(&article.text).as_str().to_string()).collect();
        let month = month_of(&article.name, "", &datelines);
        let body: Vec<(usize, String)> = (1..)
            .zip(&paragraphs)
            .filter(|(_, paragraph)| paragraph.kind.is_classified())
            .map(|(number, paragraph)| (number, paragraph.text(&article.text).as_str().to_string()))
            .collect();
        if unit == TextUnit::Article {
            let texts: Vec<String> = body.into_iter().map(|(_, text)| text).collect();
            if !texts.is_empty() {
                self.push(texts.join("\n"), place(&article.name, 1), month);
            }
        } else {
            for (number, text) in body {
                self.push(text, place(&article.name, number), month);
            }
        }
        self.len() - before
    }

    /// Adds a record, number `number` of the file `file`, in units of `unit`.
    pub fn add_record(&mut self, record: Record, file: &str, number: usize, unit: TextUnit) {
        let month = record.date.as_deref().and_then(Month::find);
        let Record { text, id, article, .. } = record;
        match (unit, article) {
            (TextUnit::Paragraph, article) => {
                let name = article.or(id).unwrap_or_else(|| format!("{file}, record {number}"));
                let before = self.len();
                self.add_article(&Article { name, text }, TextUnit::Paragraph);
                let own = month.or(self.months.get(before).copied().flatten());
                self.months[before..].fill(own);
            }
            (TextUnit::Article, Some(article)) if self.group_of_article.contains_key(&article) => {
                let at = self.first_of_group[self.group_of_article[&article]];
                self.texts[at].push('\n');
                self.texts[at] += &fold(&text);
                self.months[at] = self.months[at].or(month);
            }
            (_, article) => {
                let place = TextPlace { article, id, number };
                self.push(fold(&text).to_string(), place, month);
            }
        }
    }

    fn push(&mut self, text: String, place: TextPlace, month: Option<Month>) {
        let group = match &place.article {
            Some(article) => match self.group_of_article.get(article) {
                Some(&group) => group,
                None => {
                    self.group_of_article.insert(article.clone(), self.n_groups());
                    self.new_group()
                }
            },
            None => self.new_group(),
        };
        self.texts.push(text);
        self.places.push(place);
        self.months.push(month);
        self.groups.push(group);
    }

    fn new_group(&mut self) -> usize {
        self.first_of_group.push(self.texts.len());
        self.n_groups() - 1
    }
}

fn place(article: &str, number: usize) -> TextPlace {
    TextPlace { article: Some(article.to_string()), id: None, number }
}

/// The month by the file's name, else by its datelines, else by the first lines of `text`.
fn month_of(name: &str, text: &str, datelines: &[String]) -> Option<Month> {
    let file_name = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned());
    let by_name = file_name.as_deref().and_then(Month::find);
    let by_line = || datelines.iter().find_map(|line| Month::find(line));
    by_name.or_else(by_line).or_else(|| text.lines().take(5).find_map(Month::find))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = "Town falls\n\nBy A. Writer\n\nOctober 17, 2017\n\nThe town fell on Monday, officials said, \
                           after a long siege that had emptied its streets.\n\nThe army said that it would hold the \
                           bridges and the road to the border for as long as it took.\n";

    fn article() -> Article {
        Article { name: "a.txt".into(), text: ARTICLE.into() }
    }

    fn record(text: &str, article: Option<&str>) -> Record {
        Record {
            text: text.into(),
            article: article.map(Into::into),
            date: Some("2016-01-02".into()),
            ..Record::default()
        }
    }

    #[test]
    fn an_article_gives_its_paragraphs_with_place_and_month() {
        let mut texts = TopicTexts::default();
        assert_eq!(texts.add_article(&article(), TextUnit::Natural), 2);
        assert_eq!(texts.places[0].name(TextUnit::Natural), "a.txt, paragraph 4");
        assert_eq!(texts.months[1].map(|month| month.to_string()).as_deref(), Some("2017-10"));
        assert_eq!(texts.groups, [0, 0]);
    }

    #[test]
    fn an_article_can_be_one_text() {
        let mut texts = TopicTexts::default();
        texts.add_article(&article(), TextUnit::Article);
        assert_eq!(texts.len(), 1);
        assert!(texts.texts[0].contains("siege") && !texts.texts[0].contains("Writer"));
    }

    #[test]
    fn records_of_one_article_can_be_put_together() {
        let mut texts = TopicTexts::default();
        for (number, article) in (1..).zip([Some("a"), None, Some("a")]) {
            texts.add_record(
                record(&format!("text {number}"), article),
                "d.jsonl",
                number,
                TextUnit::Article,
            );
        }
        assert_eq!(texts.texts, ["text 1\ntext 3", "text 2"]);
        assert_eq!(texts.n_groups(), 2);
    }

    #[test]
    fn a_record_is_one_text_by_itself() {
        let mut texts = TopicTexts::default();
        texts.add_record(record("one\n\ntwo", None), "d.jsonl", 1, TextUnit::Natural);
        assert_eq!(texts.texts, ["one two"]);
        assert_eq!(texts.months[0].map(|month| month.to_string()).as_deref(), Some("2016-01"));
    }
}
