//! Answers, one per paragraph or record: for people, as JSON lines, or as CSV.
//!
//! Enters: [`Answer`]s. Leaves: their bytes, laid out on [`Page`]s by any number of threads and
//! written in order by one [`AnswerWriter`]. Numbers and escapes are those of serde_json and csv, to
//! which tests hold the direct way that is gone here.

mod csv_row;
mod json_line;
mod people;

use std::io::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Reasons;
use crate::corpus::{Kind, Span};
use crate::error::{Error, Result};

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object per line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
}

/// What is said of one paragraph or record. Without labels and probabilities it is what `segment`
/// gives.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    /// The article's name, or what the record says.
    pub article: Option<&'a str>,
    /// The record's own id, or the article's name and the paragraph's number.
    pub id: Option<&'a str>,
    /// The number of the paragraph in its article, or of the record in its file, from 1.
    pub paragraph: usize,
    /// What it is for.
    pub kind: Kind,
    /// Where it stands.
    pub spans: &'a [Span],
    /// Its text, white space folded.
    pub text: &'a str,
    /// The labels it gets, in the model's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<&'a str>>,
    /// The labels about which the decision, for or against, is unsure; absent where the model marks none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Vec<&'a str>>,
    /// The probabilities, in the order in which they are to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probabilities: Option<Probabilities<'a>>,
    /// Why, where that was asked for.
    #[serde(flatten)]
    pub reasons: Option<Reasons<'a>>,
}

/// Nothing said of the first paragraph of nothing.
impl Default for Answer<'_> {
    fn default() -> Self {
        Answer {
            article: None,
            id: None,
            paragraph: 1,
            kind: Kind::Body,
            spans: &[],
            text: "",
            labels: None,
            unsure: None,
            probabilities: None,
            reasons: None,
        }
    }
}

impl Answer<'_> {
    fn is_given(&self, name: &str) -> bool {
        self.labels.as_ref().is_some_and(|labels| labels.contains(&name))
    }
}

/// Labels with their probabilities, in an order that is kept.
#[derive(Debug)]
pub struct Probabilities<'a> {
    names: &'a [String],
    values: &'a [f64],
    /// The labels that are shown, where that is not all in their order.
    chosen: Option<Vec<usize>>,
}

impl<'a> Probabilities<'a> {
    /// Of every label, in the model's order; or of the `top` likeliest, the likeliest first.
    pub fn new(names: &'a [String], values: &'a [f64], top: Option<usize>) -> Self {
        let chosen = top.map(|top| {
            let mut labels: Vec<usize> = (0..names.len().min(values.len())).collect();
            labels.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
            labels.truncate(top);
            labels
        });
        Probabilities { names, values, chosen }
    }

    fn len(&self) -> usize {
        self.chosen.as_ref().map_or(self.names.len().min(self.values.len()), Vec::len)
    }

    fn pairs(&self) -> impl Iterator<Item = (&'a str, f64)> {
        let label = |place| self.chosen.as_ref().map_or(place, |chosen| chosen[place]);
        let labels = (0..self.len()).map(label);
        labels.map(|label| (self.names[label].as_str(), self.values[label]))
    }

    fn of(&self, name: &str) -> Option<f64> {
        self.pairs().find(|(other, _)| *other == name).map(|(_, p)| p)
    }
}

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, p) in self.pairs() {
            map.serialize_entry(name, &p)?;
        }
        map.end()
    }
}

/// How answers are written.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'n> {
    /// The form.
    pub format: Format,
    /// The labels that the model knows, which are the columns of a table; none where nothing was
    /// classified.
    pub names: &'n [String],
    /// Whether the text form has colours.
    pub is_coloured: bool,
    /// How many columns the text form fills.
    pub width: usize,
}

/// Answers that are laid out, with the headings that they have where nothing stands before them.
/// Pages can be laid out side by side and then written in order.
#[derive(Debug, Default)]
pub struct Page {
    bytes: Vec<u8>,
    /// How many of the bytes are the heading that goes where another page stands before: the header
    /// of a table, the name of the first article.
    n_heading: usize,
    first_article: Option<String>,
    /// The article of the last answer.
    article: Option<String>,
}

impl Page {
    /// Whether there is no answer on it.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes all answers off it; its memory stays.
    pub fn clear(&mut self) {
        self.bytes.clear();
        (self.n_heading, self.first_article, self.article) = (0, None, None);
    }
}

impl Layout<'_> {
    /// Adds an answer to a page.
    pub fn write(self, answer: &Answer<'_>, page: &mut Page) {
        match self.format {
            Format::Text => self.write_for_people(answer, page),
            Format::Jsonl => json_line::write(answer, &mut page.bytes),
            Format::Csv => {
                if page.is_empty() {
                    csv_row::write_header(self.names, answer.unsure.is_some(), &mut page.bytes);
                    page.n_heading = page.bytes.len();
                }
                csv_row::write(answer, self.names, &mut page.bytes);
            }
        }
    }
}

/// Writes answers in one form.
pub struct AnswerWriter<'n, W: Write> {
    out: W,
    layout: Layout<'n>,
    page: Page,
    /// The article of the answer before, for the headings of the text form.
    article: Option<String>,
    is_begun: bool,
}

impl<'n, W: Write> AnswerWriter<'n, W> {
    /// Nothing is written before the first answer.
    pub fn new(out: W, layout: Layout<'n>) -> Self {
        AnswerWriter { out, layout, page: Page::default(), article: None, is_begun: false }
    }

    /// Writes one answer.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, answer: &Answer<'_>) -> Result<()> {
        let mut page = std::mem::take(&mut self.page);
        self.layout.write(answer, &mut page);
        let written = self.write_page(&page);
        page.clear();
        self.page = page;
        written
    }

    /// Writes the answers of a page that was laid out as this writer does it.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_page(&mut self, page: &Page) -> Result<()> {
        if page.is_empty() {
            return Ok(());
        }
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let goes_on = match self.layout.format {
            Format::Text => self.article == page.first_article,
            Format::Jsonl | Format::Csv => true,
        };
        let n_skipped = if is_first || !goes_on { 0 } else { page.n_heading };
        if !is_first && !goes_on {
            self.out.write_all(b"\n").map_err(cannot_write)?;
        }
        self.article.clone_from(&page.article);
        self.out.write_all(&page.bytes[n_skipped..]).map_err(cannot_write)
    }

    /// Hands the writer back, flushed.
    ///
    /// # Errors
    /// Where the rest cannot be written.
    pub fn finish(mut self) -> Result<W> {
        self.out.flush().map_err(cannot_write)?;
        Ok(self.out)
    }
}

fn cannot_write(error: std::io::Error) -> Error {
    Error::io("cannot write", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, is_coloured: bool) -> String {
        written_with(format, is_coloured, None)
    }

    fn written_with(format: Format, is_coloured: bool, unsure: Option<Vec<&str>>) -> String {
        let names = ["oil, tax".to_string(), "war".to_string()];
        let spans = [Span { start: 0, end: 5 }, Span { start: 9, end: 12 }];
        let answer = Answer {
            article: Some("a.txt"),
            id: Some("a.txt#3"),
            paragraph: 3,
            kind: Kind::Body,
            spans: &spans,
            text: "Words \"here\" now",
            labels: Some(vec!["war"]),
            unsure,
            probabilities: Some(Probabilities::new(&names, &[0.25, 0.75], None)),
            reasons: None,
        };
        let layout = Layout { format, names: &names, is_coloured, width: 80 };
        let mut writer = AnswerWriter::new(Vec::new(), layout);
        writer.write(&answer).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn json_lines_keep_the_order_of_the_model() {
        let line = r#"{"article":"a.txt","id":"a.txt#3","paragraph":3,"kind":"body","spans":[[0,5],[9,12]],"text":"Words \"here\" now","labels":["war"],"probabilities":{"oil, tax":0.25,"war":0.75}}"#;
        assert_eq!(written(Format::Jsonl, false), format!("{line}\n"));
    }

    #[test]
    fn csv_has_a_column_per_label() {
        let expected = "article,paragraph,start,end,kind,labels,\"p_oil, tax\",p_war,text\n\
                        a.txt,3,0,12,body,war,0.25,0.75,\"Words \"\"here\"\" now\"\n";
        assert_eq!(written(Format::Csv, false), expected);
    }

    #[test]
    fn doubt_is_shown_where_the_model_marks_it() {
        let both = || Some(vec!["oil, tax", "war"]);
        let heading = written_with(Format::Text, false, both());
        assert!(heading.contains("   3  war 0.75?  (oil, tax 0.25?)\n"), "{heading}");
        let csv = written_with(Format::Csv, false, both());
        assert!(csv.starts_with("article,paragraph,start,end,kind,labels,unsure,"), "{csv}");
        assert!(csv.contains(",body,war,\"oil, tax|war\",0.25,"), "{csv}");
        let line = written_with(Format::Jsonl, false, Some(vec![]));
        assert!(line.contains(r#""labels":["war"],"unsure":[],"#), "{line}");
    }

    #[test]
    fn text_is_for_people_and_plain_without_colour() {
        assert_eq!(
            written(Format::Text, false),
            "a.txt\n\n   3  war 0.75\n      Words \"here\" now\n"
        );
        assert!(written(Format::Text, true).contains("\u{1b}["));
    }

    #[test]
    fn the_likeliest_come_first_where_few_are_asked_for() {
        let names = ["a".to_string(), "b".to_string(), "c".to_string()];
        let top = Probabilities::new(&names, &[0.1, 0.7, 0.2], Some(2));
        assert_eq!(serde_json::to_string(&top).unwrap(), r#"{"b":0.7,"c":0.2}"#);
    }
}
