//! CSV and TSV with the columns `text`, `labels` (separated by `|`) and perhaps `id`, `article`,
//! `source`, `date`.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::LabelRule;
use super::bounded::Bounded;
use crate::corpus::{Record, check_label_name};
use crate::error::{Error, Result};

/// The records of one table.
pub(super) struct TableReader {
    rows: csv::StringRecordsIntoIter<Bounded<Box<dyn Read>>>,
    since_reset: Rc<Cell<usize>>,
    columns: Columns,
    line: u64,
}

/// Where each column stands; `labels` is `None` where labels are ignored.
struct Columns {
    text: usize,
    labels: Option<usize>,
    id: Option<usize>,
    article: Option<usize>,
    source: Option<usize>,
    date: Option<usize>,
}

impl TableReader {
    pub(super) fn new(bytes: Box<dyn Read>, delimiter: u8, rule: LabelRule) -> Result<Self> {
        let (bytes, since_reset) = Bounded::new(bytes);
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
        let headers = reader.headers().map_err(table_error)?;
        let find = |name: &str| headers.iter().position(|header| header.trim() == name);
        let need = |name: &str| {
            let message = format!("no column {name:?} in the header");
            find(name).ok_or_else(|| Error::data(message).at_line(1))
        };
        let labels = match rule {
            LabelRule::Required | LabelRule::ExactlyOne => Some(need("labels")?),
            LabelRule::Ignored => None,
        };
        let (text, id, article) = (need("text")?, find("id"), find("article"));
        let (source, date) = (find("source"), find("date"));
        let columns = Columns { text, labels, id, article, source, date };
        since_reset.set(0);
        Ok(TableReader { rows: reader.into_records(), since_reset, columns, line: 1 })
    }

    pub(super) fn next(&mut self) -> Option<Result<Record>> {
        let row = self.rows.next()?;
        self.since_reset.set(0);
        if let Ok(row) = &row {
            self.line = row.position().map_or(0, csv::Position::line);
        }
        Some(row.map_err(table_error).and_then(|row| self.columns.record(&row)))
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }
}

impl Columns {
    fn record(&self, row: &csv::StringRecord) -> Result<Record> {
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: usize| row.get(column).unwrap_or_default();
        let name = |column: Option<usize>| {
            column.map(|column| cell(column).to_string()).filter(|name| !name.is_empty())
        };
        let labels = self.labels.map(|column| {
            let labels = cell(column).split('|').map(str::trim).filter(|label| !label.is_empty());
            labels.map(str::to_string).collect::<Vec<_>>()
        });
        for label in labels.iter().flatten() {
            check_label_name(label).map_err(|error| error.at_line(line))?;
        }
        let text = cell(self.text).to_string();
        let (id, article) = (name(self.id), name(self.article));
        let (source, date) = (name(self.source), name(self.date));
        Ok(Record { text, labels, id, article, source, date })
    }
}

fn table_error(error: csv::Error) -> Error {
    let line = error.position().map(csv::Position::line);
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io("cannot read", error),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Error::data(format!("{len} columns where the header has {expected_len}"))
        }
        csv::ErrorKind::Utf8 { .. } => Error::data("not UTF-8"),
        kind => Error::data(format!("not a table: {kind:?}")),
    };
    match line {
        Some(line) => error.at_line(line),
        None => error,
    }
}
