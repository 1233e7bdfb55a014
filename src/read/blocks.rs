//! Data files to blocks of whole records, so that one thread reads and any number of them parse.
//!
//! Enters: an [`Input`] with records. Leaves: [`Block`]s in order, each of which knows the numbers of
//! its records and its lines; parsed, they give what a [`RecordReader`](super::RecordReader) gives
//! where labels are ignored, error by error. Keeps one block at a time, of which the longest holds
//! one record of [`MAX_RECORD_BYTES`].

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr;

use super::bounded::{MAX_RECORD_BYTES, content, too_long, utf8};
use super::cut::{self, Cut, Limits};
use super::table::TableReader;
use super::{Format, Input, LabelRule, decompressed, fasttext, jsonl};
use crate::corpus::Record;
use crate::error::{Error, Result};

/// Small enough to stay in a core's own cache, with what is made of it.
const LIMITS: Limits = Limits {
    block_bytes: 256 << 10,
    slice_bytes: 64 << 10,
    records: 1 << 10,
    record_bytes: MAX_RECORD_BYTES,
};

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

#[derive(Debug, Clone)]
enum Form {
    Jsonl,
    FastText,
    Table {
        delimiter: u8,
        /// The bytes of the header's row.
        header: Arc<[u8]>,
    },
}

/// Where bytes come from, and how many came.
struct Source {
    bytes: Box<dyn Read + Send>,
    slice_bytes: usize,
    n_read: Arc<AtomicU64>,
    is_at_end: bool,
    failure: Option<Error>,
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

impl Form {
    fn cut(&self, bytes: &[u8], is_last: bool, limits: &Limits) -> Cut {
        match self {
            Form::Jsonl | Form::FastText => cut::lines(bytes, is_last, limits),
            Form::Table { delimiter, .. } => cut::rows(bytes, *delimiter, is_last, limits),
        }
    }
}

impl Source {
    fn open(input: &Input, slice_bytes: usize) -> Result<Self> {
        let n_read = Arc::default();
        let counted = |inner| Counted { inner, n_read: Arc::clone(&n_read) };
        let bytes: Box<dyn Read + Send> = match &input.path {
            None => Box::new(counted(Box::new(io::stdin()) as Box<dyn Read + Send>)),
            Some(path) => {
                let file = File::open(path).map_err(|e| Error::io("cannot open", e))?;
                decompressed(counted(Box::new(file)), path)
            }
        };
        Ok(Source { bytes, slice_bytes, n_read, is_at_end: false, failure: None })
    }

    /// Reads until there are `wanted` bytes, or no more.
    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) {
        bytes.reserve_exact((wanted + self.slice_bytes).saturating_sub(bytes.len()));
        while bytes.len() < wanted && !self.is_at_end {
            let start = bytes.len();
            bytes.resize(start + self.slice_bytes, 0);
            let read = self.bytes.read(&mut bytes[start..]);
            bytes.truncate(start + read.as_ref().map_or(0, |&n_read| n_read));
            match read {
                Ok(0) => self.is_at_end = true,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.fail(Error::io("cannot read", error)),
            }
        }
    }

    fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
        self.is_at_end = true;
    }
}

/// Counts what is read.
struct Counted {
    inner: Box<dyn Read + Send>,
    n_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.inner.read(buffer)?;
        self.n_read.fetch_add(n_read as u64, Ordering::Relaxed);
        Ok(n_read)
    }
}

/// Whole records of one file, not parsed yet.
#[derive(Debug)]
pub struct Block {
    name: Arc<str>,
    form: Form,
    bytes: Vec<u8>,
    first_number: usize,
    n_before: u64,
    /// Stands behind the last record: nothing more can be read.
    failure: Option<Error>,
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;
    use crate::math::Generator;
    use crate::read::RecordReader;

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
