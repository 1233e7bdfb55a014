//! Whole records of one file, to be parsed by whichever thread has them.
//!
//! Enters: bytes that were cut between records. Leaves: each record with its number, borrowed from the
//! bytes where it stands there as it is, or its error with file and line.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use memchr::memchr;

use super::bounded::{content, utf8};
use super::cut::{self, Cut, Limits};
use super::table::TableReader;
use super::{LabelRule, fasttext, jsonl};
use crate::corpus::Record;
use crate::error::{Error, Result};

/// What classifying needs of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextRecord<'a> {
    /// The text, possibly empty.
    pub text: Cow<'a, str>,
    /// Its own name; ids may repeat.
    pub id: Option<Cow<'a, str>>,
    /// The article it belongs to.
    pub article: Option<Cow<'a, str>>,
}

impl From<Record> for TextRecord<'_> {
    fn from(record: Record) -> Self {
        let Record { text, id, article, .. } = record;
        TextRecord { text: text.into(), id: id.map(Cow::Owned), article: article.map(Cow::Owned) }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Form {
    Jsonl,
    FastText,
    Table {
        delimiter: u8,
        /// The bytes of the header's row.
        header: Arc<[u8]>,
    },
}

impl Form {
    pub(super) fn cut(&self, bytes: &[u8], is_last: bool, limits: &Limits) -> Cut {
        match self {
            Form::Jsonl | Form::FastText => cut::lines(bytes, is_last, limits),
            Form::Table { delimiter, .. } => cut::rows(bytes, *delimiter, is_last, limits),
        }
    }
}

/// Whole records of one file, not parsed yet.
#[derive(Debug)]
pub struct Block {
    pub(super) name: Arc<str>,
    pub(super) form: Form,
    pub(super) bytes: Vec<u8>,
    /// The number of its first record in the file, from 1.
    pub(super) first_number: usize,
    /// Lines before it, those of a table's header left aside.
    pub(super) n_before: u64,
    /// Stands behind the last record: nothing more can be read.
    pub(super) failure: Option<Error>,
}

impl Block {
    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Parses the records and gives each to `take` with its number in the file, from 1; gives the
    /// memory back.
    pub fn parse(mut self, mut take: impl FnMut(usize, Result<TextRecord<'_>>)) -> Vec<u8> {
        let mut number = self.first_number;
        let mut next = |record: Result<TextRecord<'_>>| {
            take(number, record.map_err(|error| error.in_file(&*self.name)));
            number += 1;
        };
        match &self.form {
            Form::Jsonl => parse_lines(&self.bytes, self.n_before, jsonl::parse_text, &mut next),
            Form::FastText => {
                parse_lines(&self.bytes, self.n_before, fasttext::parse_text, &mut next);
            }
            Form::Table { delimiter, header } => {
                parse_rows(header, &self.bytes, *delimiter, self.n_before, &mut next);
            }
        }
        if let Some(failure) = self.failure.take() {
            next(Err(failure));
        }
        self.bytes
    }
}

fn parse_lines(
    bytes: &[u8],
    n_before: u64,
    parse: impl Fn(&str) -> Result<TextRecord<'_>>,
    next: &mut impl FnMut(Result<TextRecord<'_>>),
) {
    // Checked at once, which is faster, and line by line only where something is wrong.
    let text = std::str::from_utf8(bytes).ok();
    let (mut start, mut number) = (0, n_before);
    while start < bytes.len() {
        let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
        let line = text.map_or_else(|| utf8(&bytes[start..end]), |text| Ok(&text[start..end]));
        (start, number) = (end, number + 1);
        let record = match line.map(content) {
            Ok("") => continue,
            Ok(line) => parse(line),
            Err(error) => Err(error),
        };
        next(record.map_err(|error| error.at_line(number)));
    }
}

fn parse_rows(
    header: &[u8],
    bytes: &[u8],
    delimiter: u8,
    n_before: u64,
    next: &mut impl FnMut(Result<TextRecord<'_>>),
) {
    match TableReader::new(header.chain(bytes), delimiter, LabelRule::Ignored) {
        Ok(table) => {
            let mut table = table.behind(n_before);
            while let Some(record) = table.next_text() {
                next(record);
            }
        }
        Err(error) => next(Err(error)),
    }
}
