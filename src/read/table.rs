//! CSV and TSV with the columns `text`, `labels` (separated by `|`) and perhaps `id`, `article`,
//! `source`, `date`.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::bounded::Bounded;
use super::{LabelRule, TextRecord};
use crate::corpus::{Record, check_label_name};
use crate::error::{Error, Result};

/// The records of one table.
pub(super) struct TableReader<R> {
    rows: csv::Reader<R>,
    /// The row that came last.
    row: csv::StringRecord,
    since_reset: Rc<Cell<usize>>,
    columns: Columns,
    /// How many lines stand before those that are read.
    n_before: u64,
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

impl TableReader<Bounded<Box<dyn Read + Send>>> {
    /// A reader of a file, which fails in time where a record has no end.
    pub(super) fn bounded(
        bytes: Box<dyn Read + Send>,
        delimiter: u8,
        rule: LabelRule,
    ) -> Result<Self> {
        let (bytes, since_reset) = Bounded::new(bytes);
        let table = TableReader::new(bytes, delimiter, rule)?;
        since_reset.set(0);
        Ok(TableReader { since_reset, ..table })
    }
}

impl<R: Read> TableReader<R> {
    pub(super) fn new(bytes: R, delimiter: u8, rule: LabelRule) -> Result<Self> {
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
        let headers = rows.headers().map_err(|error| table_error(error, 0))?;
        let find = |name: &str| headers.iter().position(|header| header.trim() == name);
        let need = |name: &str| {
            let message = format!("no column {name:?} in the header");
            find(name).ok_or_else(|| Error::data(message).at_line(1))
        };
        let labels = match rule {
            LabelRule::Required | LabelRule::ExactlyOne => Some(need("labels")?),
            LabelRule::Ignored | LabelRule::Dated => None,
        };
        let (text, id, article) = (need("text")?, find("id"), find("article"));
        let (source, date) = (find("source"), find("date"));
        let columns = Columns { text, labels, id, article, source, date };
        let (row, since_reset) = (csv::StringRecord::new(), Rc::default());
        Ok(TableReader { rows, row, since_reset, columns, n_before: 0, line: 1 })
    }

    /// The same, where `n_before` lines stand between the header and what is read behind it.
    pub(super) fn behind(self, n_before: u64) -> Self {
        TableReader { n_before, ..self }
    }

    pub(super) fn next(&mut self) -> Option<Result<Record>> {
        Some(self.next_row()?.and_then(|()| self.columns.record(&self.row, self.line)))
    }

    /// What classifying needs of the next record.
    pub(super) fn next_text(&mut self) -> Option<Result<TextRecord<'_>>> {
        Some(self.next_row()?.map(|()| self.columns.text_record(&self.row)))
    }

    /// Reads the next row into `self.row`.
    fn next_row(&mut self) -> Option<Result<()>> {
        let read = self.rows.read_record(&mut self.row);
        self.since_reset.set(0);
        match read {
            Ok(false) => None,
            Ok(true) => {
                let line = self.row.position().map_or(0, csv::Position::line);
                self.line = line + self.n_before;
                Some(Ok(()))
            }
            Err(error) => Some(Err(table_error(error, self.n_before))),
        }
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }
}

impl Columns {
    fn text_record<'r>(&self, row: &'r csv::StringRecord) -> TextRecord<'r> {
        let cell = |column: usize| Cow::Borrowed(row.get(column).unwrap_or_default());
        let name = |column: Option<usize>| column.map(cell).filter(|name| !name.is_empty());
        let (id, article) = (name(self.id), name(self.article));
        TextRecord { text: cell(self.text), id, article }
    }

    fn record(&self, row: &csv::StringRecord, line: u64) -> Result<Record> {
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

/// What went wrong, where `n_before` lines stand before those that csv has counted.
fn table_error(error: csv::Error, n_before: u64) -> Error {
    let line = error.position().map(|position| position.line() + n_before);
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
