//! Data files to blocks of whole records, so that one thread reads and any number of them parse.
//!
//! Enters: an [`Input`] with records. Leaves: [`Block`]s in order, each of which knows the numbers of
//! its records and its lines; parsed, they give what a [`RecordReader`](super::RecordReader) gives
//! where labels are ignored, error by error. Keeps one block at a time, of which the longest holds
//! one record of [`MAX_RECORD_BYTES`].

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::block::{Block, Form};
use super::bounded::{MAX_RECORD_BYTES, too_long};
use super::cut::{self, Cut, Limits};
use super::source::Source;
use super::table::TableReader;
use super::{Format, Input, LabelRule};
use crate::error::{Error, Result};

/// Small enough to stay in a core's own cache, with what is made of it.
const LIMITS: Limits = Limits {
    block_bytes: 256 << 10,
    slice_bytes: 64 << 10,
    records: 1 << 10,
    record_bytes: MAX_RECORD_BYTES,
};

/// The records of one input, many at a time.
pub struct RecordBlocks {
    name: Arc<str>,
    form: Form,
    limits: Limits,
    source: Source,
    /// What was read and belongs to the next block.
    rest: Vec<u8>,
    n_records: usize,
    /// Lines before the next block, those of a table's header left aside.
    n_lines: u64,
}

impl RecordBlocks {
    /// Opens `input`.
    ///
    /// # Errors
    /// Where it cannot be opened, the header of a table lacks a column, or it is an article.
    pub fn open(input: &Input) -> Result<Self> {
        Self::open_with(input, LIMITS).map_err(|error| error.in_file(&input.name))
    }

    fn open_with(input: &Input, limits: Limits) -> Result<Self> {
        let form = match input.format {
            Format::Jsonl => Form::Jsonl,
            Format::FastText => Form::FastText,
            Format::Csv => Form::Table { delimiter: b',', header: Arc::default() },
            Format::Tsv => Form::Table { delimiter: b'\t', header: Arc::default() },
            Format::Text => return Err(Error::data("this is an article, not records")),
        };
        let name = input.name.as_str().into();
        let (source, rest) = (Source::open(input, limits.slice_bytes)?, Vec::new());
        let mut blocks =
            RecordBlocks { name, form, limits, source, rest, n_records: 0, n_lines: 0 };
        blocks.take_header()?;
        Ok(blocks)
    }

    /// The next block, `None` at the end. `memory` is reused: that of a block that is done with.
    pub fn next_block(&mut self, memory: Vec<u8>) -> Option<Block> {
        let mut bytes = memory;
        bytes.clear();
        bytes.append(&mut self.rest);
        let cut = self.fill(&mut bytes);
        self.rest.extend_from_slice(&bytes[cut.end..]);
        bytes.truncate(cut.end);
        let mut failure = None;
        if cut.end == 0 {
            failure = self.source.failure.take();
            self.rest.clear();
            failure.as_ref()?;
        }
        let (first_number, n_before) = (self.n_records + 1, self.n_lines);
        self.n_records += cut.n_records + usize::from(failure.is_some());
        self.n_lines += cut.n_lines;
        let (name, form) = (Arc::clone(&self.name), self.form.clone());
        Some(Block { name, form, bytes, first_number, n_before, failure })
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many records the blocks until now have; an error in a record's place counts.
    pub fn n_records(&self) -> usize {
        self.n_records
    }

    /// How many bytes of the file have been read until now, as they are on disk.
    pub fn n_read(&self) -> u64 {
        self.source.n_read.load(Ordering::Relaxed)
    }

    /// Reads on until there is a whole record to cut off. Where there is none, reading has ended.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Cut {
        let longest = self.limits.record_bytes;
        let mut wanted = self.limits.block_bytes;
        loop {
            self.source.fill(bytes, wanted);
            let is_last = self.source.is_at_end && self.source.failure.is_none();
            let cut = self.form.cut(bytes, is_last, &self.limits);
            if cut.end > 0 {
                return cut;
            }
            if bytes.len() > longest {
                self.source.fail(self.too_long());
            }
            if self.source.is_at_end {
                return self.at_failure(cut);
            }
            wanted = wanted.saturating_mul(2).min(longest + 1);
        }
    }

    /// Nothing more can be read; an error of a line-based file names the line.
    fn at_failure(&mut self, cut: Cut) -> Cut {
        if !matches!(self.form, Form::Table { .. }) {
            let at_line = |error: Error| error.at_line(self.n_lines + 1);
            self.source.failure = self.source.failure.take().map(at_line);
        }
        cut
    }

    fn too_long(&self) -> Error {
        too_long(self.limits.record_bytes)
    }

    /// Reads the header of a table, and checks it.
    fn take_header(&mut self) -> Result<()> {
        let Form::Table { delimiter, .. } = self.form else { return Ok(()) };
        let mut wanted = self.limits.block_bytes;
        let end = loop {
            self.source.fill(&mut self.rest, wanted);
            if let Some(end) = header_end(&self.rest, delimiter, self.source.is_at_end) {
                break end;
            }
            if let Some(failure) = self.source.failure.take() {
                return Err(failure);
            }
            if self.source.is_at_end {
                break self.rest.len();
            }
            if self.rest.len() > self.limits.record_bytes {
                return Err(self.too_long());
            }
            wanted = wanted.saturating_mul(2);
        };
        let header: Vec<u8> = self.rest.drain(..end).collect();
        TableReader::new(&header[..], delimiter, LabelRule::Ignored)?;
        self.form = Form::Table { delimiter, header: header.into() };
        Ok(())
    }
}

/// The byte behind the first row of a table.
fn header_end(bytes: &[u8], delimiter: u8, is_last: bool) -> Option<usize> {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let start = mark + cut::first_row(&bytes[mark..])?;
    cut::row_end(bytes, start, delimiter, is_last)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;
    use crate::math::Generator;
    use crate::read::{RecordReader, TextRecord};

    fn told(record: Result<TextRecord<'_>>) -> String {
        match record {
            Ok(record) => format!("{record:?}"),
            Err(error) => error.to_string(),
        }
    }

    fn in_blocks(input: &Input, limits: Limits) -> Vec<String> {
        let mut blocks = match RecordBlocks::open_with(input, limits) {
            Ok(blocks) => blocks,
            Err(error) => return vec![error.in_file(&input.name).to_string()],
        };
        let (mut all, mut memory) = (Vec::new(), Vec::new());
        while let Some(block) = blocks.next_block(std::mem::take(&mut memory)) {
            memory = block.parse(|number, record| {
                all.push(told(record));
                assert_eq!(number, all.len());
            });
        }
        assert_eq!(blocks.n_records(), all.len());
        all
    }

    /// The slow twin: one record after the other.
    fn one_by_one(input: &Input) -> Vec<String> {
        match RecordReader::open(input, LabelRule::Ignored) {
            Ok(reader) => reader.map(|record| told(record.map(TextRecord::from))).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    fn check(name: &str, content: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let format = Format::of(&path).unwrap_or(Format::FastText);
        let input = Input { name: name.into(), path: Some(path), format };
        let expected = one_by_one(&input);
        for (block_bytes, slice_bytes) in [(1, 1), (7, 3), (50, 64), (1 << 20, 1 << 16)] {
            for records in [1, 3, usize::MAX] {
                let limits = Limits { block_bytes, slice_bytes, records, ..LIMITS };
                let found = in_blocks(&input, limits);
                assert_eq!(found, expected, "{name}, {limits:?}: {content:?}");
            }
        }
    }

    /// Texts that are put together from `parts`, the same ones every time.
    fn mixtures(parts: &[&[u8]], n_parts: usize) -> Vec<Vec<u8>> {
        let mut generator = Generator::new(11);
        let mixture = |_| {
            let n_parts = generator.below(n_parts + 1);
            (0..n_parts).flat_map(|_| parts[generator.below(parts.len())]).copied().collect()
        };
        (0..150).map(mixture).collect()
    }

    #[test]
    fn lines_are_read_as_one_by_one() {
        let parts: [&[u8]; 18] = [
            b"{\"text\": \"oil \\u00e9\", \"id\": 7}",
            b"{\"text\": \"t\\n\", \"article\": \"a\"}",
            b"{broken",
            b"\n",
            b"\n",
            b"\n",
            b"\n",
            b"\r\n",
            b"\r",
            b" ",
            b"\xef\xbb\xbf",
            b"\xff",
            b"\0",
            b"{\"text\": 1}",
            b"[]",
            "{\"text\": \"caf\u{e9} \u{2028}\"}".as_bytes(),
            b"\xc2\x85",
            b"__label__a b",
        ];
        for content in mixtures(&parts, 25) {
            check("d.jsonl", &content);
            check("d.ft", &content);
        }
    }

    #[test]
    fn tables_are_read_as_one_by_one() {
        let parts: [&[u8]; 17] = [
            b"1,oil,a",
            b"2,\"the, \"\"tax\"\"\nof\",b",
            b"\n",
            b"\n",
            b"\n",
            b"\r\n",
            b"\r",
            b"\"",
            b",",
            b",",
            b"\t",
            b"\"\"",
            b"a\"b",
            b"\xff",
            b"\xef\xbb\xbf",
            b" ",
            b"3,\"x\"y,c\r\n",
        ];
        let headers: [&[u8]; 5] = [
            b"id,text,article\n",
            b"\xef\xbb\xbf\"text\",id,\"article\"\r\n",
            b"\n\r\ntext\rid",
            b"id\ttext\tarticle\n",
            b"id,article",
        ];
        for (round, content) in mixtures(&parts, 25).iter().enumerate() {
            let content = [headers[round % headers.len()], content].concat();
            check("d.csv", &content);
            check("d.tsv", &content);
        }
        check("d.csv", b"");
        check("d.csv", b"text");
        check("d.csv", b"\xef\xbb\xbf");
        check("d.csv", b"te\xffxt\na\n");
    }

    #[test]
    fn gzip_is_unpacked_and_a_broken_one_ends_with_its_error() {
        let lines: String = (0..20_000).map(|i| format!("{{\"text\": \"oil {i}\"}}\n")).collect();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(lines.as_bytes()).unwrap();
        let mut packed = packed.finish().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.jsonl.gz");
        let input = Input { name: "d".into(), path: Some(path.clone()), format: Format::Jsonl };
        fs::write(&path, &packed).unwrap();
        assert_eq!(in_blocks(&input, LIMITS), one_by_one(&input));
        packed.truncate(packed.len() / 2);
        fs::write(&path, &packed).unwrap();
        let found = in_blocks(&input, LIMITS);
        assert_eq!(found, one_by_one(&input));
        assert!(found.last().unwrap().contains(": cannot read: "), "{:?}", found.last());
    }

    #[test]
    fn a_record_without_end_ends_the_reading() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, content: &str| {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            let format = Format::of(&path).unwrap();
            let input = Input { name: name.into(), path: Some(path), format };
            let limits = Limits { block_bytes: 8, slice_bytes: 8, record_bytes: 30, ..LIMITS };
            in_blocks(&input, limits).pop().unwrap()
        };
        let text = "x".repeat(40);
        let line = format!("{{\"text\": \"a\"}}\n{{\"text\": \"{text}\"}}\n{{}}\n");
        assert_eq!(read("d.jsonl", &line), "d.jsonl:2: cannot read: a record longer than 0 MiB");
        let rows = format!("text\na\n{text}\nb\n");
        assert_eq!(read("d.csv", &rows), "d.csv: cannot read: a record longer than 0 MiB");
        assert_eq!(read("d.csv", &text), "d.csv: cannot read: a record longer than 0 MiB");
    }
}
