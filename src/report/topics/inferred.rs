//! The topics of other texts: one JSON object a line, or a table.

use std::io::Write;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::pipeline::topics::{TextPlace, Topics};

/// How much of a text is of each topic.
#[derive(Debug, Clone, Copy)]
pub struct Inferred<'a> {
    /// Where it stands.
    pub place: &'a TextPlace,
    /// What it says.
    pub text: &'a str,
    /// For each topic its share.
    pub mixture: &'a [f32],
    /// How many of its words are terms; where there is none, the shares are those of topics in general.
    pub n_words: usize,
}

/// Writes `inferred` as one JSON object and an end of line: its topics with the greatest share first, all or the first `top`.
///
/// # Errors
/// Where it cannot be written.
pub fn write_json(
    topics: &Topics,
    inferred: Inferred<'_>,
    top: Option<usize>,
    out: &mut impl Write,
) -> Result<()> {
    let Inferred { place, text, mixture, n_words } = inferred;
    let mut order: Vec<usize> = (0..mixture.len()).collect();
    order.sort_by(|&a, &b| mixture[b].total_cmp(&mixture[a]).then(a.cmp(&b)));
    order.truncate(top.unwrap_or(mixture.len()));
    let share = |&topic: &usize| json!({"id": topic + 1, "name": topics.digest.topics[topic].name, "share": mixture[topic]});
    let shares: Vec<Value> = order.iter().map(share).collect();
    let line = json!({
        "article": place.article, "id": place.id, "number": place.number,
        "topics": shares, "words": n_words, "text": text,
    });
    writeln!(out, "{line}").map_err(|error| Error::io("cannot write", error))
}

/// A table of texts, a column a topic.
#[derive(Debug)]
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// A table with its head.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(topics: &Topics, out: W) -> Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        let mut head: Vec<String> =
            ["article", "id", "number", "words", "topic", "name", "share"].map(String::from).into();
        head.extend((1..=topics.len()).map(|topic| format!("topic_{topic}")));
        head.push("text".into());
        writer.write_record(&head).map_err(cannot_write)?;
        Ok(Table(writer))
    }

    /// Adds a text: its greatest topic, then the share of each.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, topics: &Topics, inferred: Inferred<'_>) -> Result<()> {
        let Inferred { place, text, mixture, n_words } = inferred;
        let mut first = 0;
        (0..mixture.len())
            .for_each(|topic| first = if mixture[topic] > mixture[first] { topic } else { first });
        let mut row: Vec<String> = vec![
            place.article.clone().unwrap_or_default(),
            place.id.clone().unwrap_or_default(),
            place.number.to_string(),
            n_words.to_string(),
            (first + 1).to_string(),
            topics.digest.topics[first].name.clone(),
            mixture[first].to_string(),
        ];
        row.extend(mixture.iter().map(f32::to_string));
        row.push(text.to_string());
        self.0.write_record(&row).map_err(cannot_write)
    }

    /// Finishes the table and gives back what it was written to.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> Result<W> {
        self.0.into_inner().map_err(|error| Error::io("cannot write", error.into_error()))
    }
}

fn cannot_write(error: csv::Error) -> Error {
    Error::io("cannot write", std::io::Error::other(error))
}
