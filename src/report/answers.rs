//! Answers, one per paragraph or record: for people, as JSON lines, or as CSV.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use anstyle::{AnsiColor, Style};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::reasons::WeighedWord;
use super::{Reasons, plain};
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

impl Answer<'_> {
    fn is_given(&self, name: &str) -> bool {
        self.labels.as_ref().is_some_and(|labels| labels.contains(&name))
    }
}

/// Labels with their probabilities, in an order that is kept.
#[derive(Debug)]
pub struct Probabilities<'a>(Vec<(&'a str, f64)>);

impl<'a> Probabilities<'a> {
    /// Of every label, in the model's order; or of the `top` likeliest, the likeliest first.
    pub fn new(names: &'a [String], values: &[f64], top: Option<usize>) -> Self {
        let mut pairs: Vec<(&str, f64)> =
            names.iter().map(String::as_str).zip(values.iter().copied()).collect();
        if let Some(top) = top {
            pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
            pairs.truncate(top);
        }
        Probabilities(pairs)
    }

    fn of(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, p)| *p)
    }
}

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, p) in &self.0 {
            map.serialize_entry(name, p)?;
        }
        map.end()
    }
}

/// Writes answers in one form.
pub struct AnswerWriter<'n, W: Write> {
    out: W,
    format: Format,
    /// The labels of the CSV columns; empty where nothing was classified.
    names: &'n [String],
    is_coloured: bool,
    width: usize,
    /// The article of the answer before, for the headings of the text form.
    article: Option<String>,
    is_begun: bool,
}

impl<'n, W: Write> AnswerWriter<'n, W> {
    /// A writer of answers about the labels `names`. `is_coloured` and `width`, in columns, matter
    /// for the text form alone. Nothing is written before the first answer.
    pub fn new(
        out: W,
        format: Format,
        names: &'n [String],
        is_coloured: bool,
        width: usize,
    ) -> Self {
        AnswerWriter { out, format, names, is_coloured, width, article: None, is_begun: false }
    }

    fn write_csv_header(&mut self, has_unsure: bool) -> Result<()> {
        let fixed = ["article", "paragraph", "start", "end", "kind", "labels"].map(String::from);
        let unsure = has_unsure.then(|| "unsure".to_string());
        let columns = self.names.iter().map(|name| format!("p_{name}"));
        let columns = unsure.into_iter().chain(columns).chain(["text".to_string()]);
        self.write_csv(fixed.into_iter().chain(columns))
    }

    /// Writes one answer.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, answer: &Answer<'_>) -> Result<()> {
        match self.format {
            Format::Text => self.write_text(answer),
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, answer)
                    .map_err(|error| Error::io("cannot write", error.into()))?;
                self.out.write_all(b"\n").map_err(cannot_write)
            }
            Format::Csv => {
                if !std::mem::replace(&mut self.is_begun, true) {
                    self.write_csv_header(answer.unsure.is_some())?;
                }
                let labels = answer.labels.as_deref().unwrap_or_default().join("|");
                let edge = |span: Option<&Span>, of: fn(&Span) -> usize| {
                    span.map(|span| of(span).to_string()).unwrap_or_default()
                };
                let fixed = [
                    answer.article.unwrap_or_default().to_string(),
                    answer.paragraph.to_string(),
                    edge(answer.spans.first(), |span| span.start),
                    edge(answer.spans.last(), |span| span.end),
                    answer.kind.name().to_string(),
                    labels,
                ];
                let pairs = answer.probabilities.iter().flat_map(|p| p.0.iter().copied());
                let by_name: HashMap<&str, f64> = pairs.collect();
                let p = |name: &String| {
                    by_name.get(name.as_str()).map(f64::to_string).unwrap_or_default()
                };
                let unsure = answer.unsure.as_ref().map(|labels| labels.join("|"));
                let columns = self.names.iter().map(p).chain([answer.text.to_string()]);
                let columns = unsure.into_iter().chain(columns);
                self.write_csv(fixed.into_iter().chain(columns))
            }
        }
    }

    fn write_csv(&mut self, cells: impl Iterator<Item = String>) -> Result<()> {
        let mut row = csv::Writer::from_writer(Vec::new());
        let bytes = row
            .write_record(cells)
            .map_err(std::io::Error::other)
            .and_then(|()| {
                row.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
            })
            .map_err(cannot_write)?;
        self.out.write_all(&bytes).map_err(cannot_write)
    }

    /// A heading per article, then for each paragraph its themes and, indented, its words.
    fn write_text(&mut self, answer: &Answer<'_>) -> Result<()> {
        let mut page = String::new();
        let article = plain(answer.article.unwrap_or("(no article)"));
        let article = article.as_str();
        if self.article.as_deref() != Some(article) {
            let blank = if self.article.is_some() { "\n" } else { "" };
            page += &format!("{blank}{}\n", self.styled(article, Style::new().bold()));
            self.article = Some(article.to_string());
        }
        let number = format!("{:>4}  ", answer.paragraph);
        page += &format!("\n{number}{}\n", self.heading(answer));
        let indent = " ".repeat(number.len());
        let options = textwrap::Options::new(self.width.max(40))
            .initial_indent(&indent)
            .subsequent_indent(&indent)
            .break_words(false);
        let words = answer.reasons.map(|reasons| reasons.words()).unwrap_or_default();
        page += &textwrap::fill(&self.marked(answer, &words), &options);
        page.push('\n');
        for line in self.reason_lines(answer, &words) {
            page += &textwrap::fill(&line, &options);
            page.push('\n');
        }
        self.out.write_all(page.as_bytes()).map_err(cannot_write)
    }

    /// The text, with the words that are shown for a given label underlined in its colour.
    fn marked(&self, answer: &Answer<'_>, words: &[(&str, Vec<WeighedWord>)]) -> String {
        let text = answer.text;
        if !self.is_coloured {
            return plain(text);
        }
        let mut marks: BTreeMap<usize, (usize, f64, &str)> = BTreeMap::new();
        for (name, words) in words.iter().filter(|(name, _)| answer.is_given(name)) {
            for word in speaking_for(words) {
                for span in &word.spans {
                    let mark = marks.entry(span.start).or_insert((span.end, word.weight, name));
                    if mark.1 < word.weight {
                        *mark = (span.end, word.weight, name);
                    }
                }
            }
        }
        let (mut page, mut shown) = (String::new(), 0);
        for (start, (end, _, name)) in marks {
            page += &plain(&text[shown..start]);
            page += &self.styled(&plain(&text[start..end]), self.style_of(name).underline());
            shown = end;
        }
        page + &plain(&text[shown..])
    }

    /// For each explained label the words that speak for it and against it; and what it hangs on.
    fn reason_lines(&self, answer: &Answer<'_>, words: &[(&str, Vec<WeighedWord>)]) -> Vec<String> {
        let list = |words: &mut dyn Iterator<Item = &WeighedWord>| {
            let shown = words.map(|word| format!("{} {:+.2}", plain(&word.word), word.weight));
            let shown: Vec<String> = shown.collect();
            if shown.is_empty() { "nothing".to_string() } else { shown.join(", ") }
        };
        let line = |(name, words): &(&str, Vec<WeighedWord>)| {
            let p = answer.probabilities.as_ref().and_then(|p| p.of(name));
            let p = p.map(|p| format!(", {p:.2}")).unwrap_or_default();
            let not_given =
                if answer.is_given(name) { String::new() } else { format!(" (not given{p})") };
            let against = words.iter().rev().take_while(|word| word.weight < 0.0).take(SHOWN / 2);
            format!(
                "{}{not_given} for {}; against {}",
                self.styled(&plain(name), self.style_of(name)),
                list(&mut speaking_for(words)),
                list(&mut against.into_iter())
            )
        };
        let hangs_on = answer.reasons.map(|reasons| reasons.counterfactual_lines());
        words.iter().map(line).chain(hangs_on.unwrap_or_default()).collect()
    }

    fn heading(&self, answer: &Answer<'_>) -> String {
        let kind = match answer.kind {
            Kind::Body | Kind::Record if answer.labels.is_some() => String::new(),
            kind => format!("[{}] ", kind.name()),
        };
        let Some(labels) = &answer.labels else {
            return self.styled(kind.trim_end(), Style::new().dimmed());
        };
        let unsure = answer.unsure.as_deref().unwrap_or_default();
        if labels.is_empty() && unsure.is_empty() {
            return self.styled(&format!("{kind}no theme"), Style::new().dimmed());
        }
        let tag = |name: &&str| {
            let p = answer.probabilities.as_ref().and_then(|p| p.of(name));
            let p = p.map(|p| format!(" {p:.2}")).unwrap_or_default();
            let doubt = if unsure.contains(name) { "?" } else { "" };
            self.styled(&format!("{}{p}{doubt}", plain(name)), self.style_of(name).bold())
        };
        // What is not given and yet may be so stands behind, in brackets.
        let perhaps = unsure.iter().filter(|name| !labels.contains(name));
        let perhaps = perhaps.map(|name| {
            let p = answer.probabilities.as_ref().and_then(|p| p.of(name));
            let p = p.map(|p| format!(" {p:.2}")).unwrap_or_default();
            self.styled(&format!("({}{p}?)", plain(name)), self.style_of(name))
        });
        let tags: Vec<String> = labels.iter().map(tag).chain(perhaps).collect();
        format!("{}{}", self.styled(&kind, Style::new().dimmed()), tags.join("  "))
    }

    /// Each label keeps its colour.
    fn style_of(&self, name: &str) -> Style {
        const COLOURS: [AnsiColor; 6] = [
            AnsiColor::Red,
            AnsiColor::Green,
            AnsiColor::Magenta,
            AnsiColor::Cyan,
            AnsiColor::Yellow,
            AnsiColor::Blue,
        ];
        let place = self.names.iter().position(|other| other == name).unwrap_or(0);
        COLOURS[place % COLOURS.len()].on_default()
    }

    fn styled(&self, text: &str, style: Style) -> String {
        if self.is_coloured && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
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

/// How many words are shown for a label, and half as many against it.
const SHOWN: usize = 8;

/// The words that are shown for a label.
fn speaking_for(words: &[WeighedWord]) -> impl Iterator<Item = &WeighedWord> {
    words.iter().take_while(|word| word.weight > 0.0).take(SHOWN)
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
        let mut writer = AnswerWriter::new(Vec::new(), format, &names, is_coloured, 80);
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
