//! Data files to a stream of records, whatever their form.
//!
//! Enters: an [`Input`] with records. Leaves: an iterator of [`Record`]s, each error with file and
//! line. A line-based file goes on after a bad line; what that means is for the caller to decide.
//! Keeps one record at a time.

use std::collections::HashSet;
use std::io::Read;

use super::bounded::{Bounded, LineReader};
use super::{Format, Input, LabelRule, fasttext, jsonl, open, table::TableReader};
use crate::corpus::Record;
use crate::error::{Error, Result};

/// The records of one input, in order.
pub struct RecordReader {
    name: String,
    rule: LabelRule,
    lines: Lines,
}

enum Lines {
    Jsonl(LineReader),
    FastText(LineReader),
    Table(TableReader<Bounded<Box<dyn Read + Send>>>),
    /// Nothing more can be read: the end, or an error that leaves no next record to find.
    Done,
}

impl RecordReader {
    /// Opens `input`.
    ///
    /// # Errors
    /// Where it cannot be opened, the header of a table lacks a column, or it is an article.
    pub fn open(input: &Input, labels: LabelRule) -> Result<Self> {
        let in_file = |error: Error| error.in_file(&input.name);
        let bytes = open(input).map_err(in_file)?;
        let lines = match input.format {
            Format::Jsonl => Lines::Jsonl(LineReader::new(bytes)),
            Format::FastText => Lines::FastText(LineReader::new(bytes)),
            Format::Csv | Format::Tsv => {
                let delimiter = if input.format == Format::Csv { b',' } else { b'\t' };
                let table = TableReader::bounded(bytes, delimiter, labels);
                Lines::Table(table.map_err(in_file)?)
            }
            Format::Text => {
                return Err(Error::data("this is an article, not records").in_file(&input.name));
            }
        };
        Ok(RecordReader { name: input.name.clone(), rule: labels, lines })
    }

    /// The line of the record that came last, counted from 1.
    pub fn line(&self) -> u64 {
        match &self.lines {
            Lines::Jsonl(lines) | Lines::FastText(lines) => lines.number,
            Lines::Table(table) => table.line(),
            Lines::Done => 0,
        }
    }

    fn next_record(&mut self) -> Option<Result<Record>> {
        match &mut self.lines {
            Lines::Jsonl(lines) => lines.next_parsed(|line| jsonl::parse(line, self.rule)),
            Lines::FastText(lines) => lines.next_parsed(fasttext::parse),
            Lines::Table(table) => table.next(),
            Lines::Done => None,
        }
    }
}

impl Iterator for RecordReader {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        let next = self.next_record()?.and_then(|record| self.check(record));
        let next = next.map_err(|error| error.in_file(&self.name));
        if next.as_ref().is_err_and(|error| error.kind() == crate::error::ErrorKind::Io) {
            self.lines = Lines::Done;
        }
        Some(next)
    }
}

impl RecordReader {
    /// A label said twice counts once.
    fn check(&self, mut record: Record) -> Result<Record> {
        if let Some(labels) = &mut record.labels {
            let mut seen = HashSet::new();
            labels.retain(|label| seen.insert(label.clone()));
        }
        let n_labels = record.labels.as_ref().map_or(0, Vec::len);
        if self.rule == LabelRule::ExactlyOne && n_labels != 1 {
            let message = format!("{n_labels} labels where the task is one label per text");
            return Err(Error::data(message).at_line(self.line()));
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(name: &str, content: &[u8], rule: LabelRule) -> Vec<Result<Record>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let format = Format::of(&path).unwrap_or(Format::FastText);
        let input = Input { name: name.into(), path: Some(path), format };
        match RecordReader::open(&input, rule) {
            Ok(reader) => reader.collect(),
            Err(error) => vec![Err(error)],
        }
    }

    #[test]
    fn a_bad_line_is_named_and_the_next_one_read() {
        let content = b"\xef\xbb\xbf{\"text\": \"a\", \"labels\": []}\n\n{broken\n{\"text\": \"b\", \"labels\": [\"x\"]}\n\xff\n";
        let records = read("d.jsonl", content, LabelRule::Required);
        assert_eq!(records.len(), 4);
        assert_eq!(records[0].as_ref().unwrap().labels, Some(vec![]));
        assert!(
            records[1].as_ref().unwrap_err().to_string().starts_with("d.jsonl:3: not valid JSON")
        );
        assert_eq!(records[2].as_ref().unwrap().text, "b");
        let message = records[3].as_ref().unwrap_err().to_string();
        assert_eq!(message, "d.jsonl:5: not UTF-8 at byte 1 of the line");
    }

    #[test]
    fn labels_are_required_or_not_looked_at() {
        let content = b"{\"text\": \"a\"}\n{\"text\": \"b\", \"labels\": 7}\n";
        assert!(read("d.jsonl", content, LabelRule::Required).iter().all(Result::is_err));
        assert!(read("d.jsonl", content, LabelRule::Ignored).iter().all(Result::is_ok));
    }

    #[test]
    fn tables_have_columns_in_any_order() {
        let content = b"id,labels,text\n7,a|b,\"one, two\"\n8,,\n";
        let records = read("d.csv", content, LabelRule::Required);
        let first = records[0].as_ref().unwrap();
        assert_eq!((first.text.as_str(), first.id.as_deref()), ("one, two", Some("7")));
        assert_eq!(first.labels.as_deref(), Some(&["a".to_string(), "b".to_string()][..]));
        assert_eq!(records[1].as_ref().unwrap().labels, Some(vec![]));
    }

    #[test]
    fn a_table_without_a_column_or_with_a_short_row_is_named() {
        let message = |content: &[u8]| {
            let records = read("d.tsv", content, LabelRule::Required);
            records.into_iter().find_map(Result::err).unwrap().to_string()
        };
        assert!(message(b"id\ttext\n1\tx\n").starts_with("d.tsv:1: no column \"labels\""));
        assert!(message(b"text\tlabels\nx\ta\ny\n").starts_with("d.tsv:3: "));
    }

    #[test]
    fn fasttext_lines_begin_with_their_labels() {
        let records =
            read("d.ft", b"__label__a __label__b some text\nno label\n", LabelRule::Required);
        let first = records[0].as_ref().unwrap();
        assert_eq!(first.text, "some text");
        assert_eq!(first.labels.as_ref().unwrap().len(), 2);
        assert_eq!(records[1].as_ref().unwrap().labels, Some(vec![]));
    }

    #[test]
    fn a_broken_gzip_file_ends_with_an_error_and_not_in_a_loop() {
        let records = read("d.jsonl.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xffjunk", LabelRule::Required);
        assert_eq!(records.len(), 1);
        assert!(records[0].is_err());
    }
}
