//! Bytes in, with a bound on how many may make one record: lines for line-based forms, and a reader
//! that fails in time for parsers that would otherwise gather an endless record.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use crate::corpus::Record;
use crate::error::{Error, Result};

/// The longest record that is read, in bytes (64 MiB).
pub const MAX_RECORD_BYTES: usize = 64 << 20;

/// Lines of bounded length, counted.
pub(super) struct LineReader {
    bytes: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
    /// The line that came last, counted from 1.
    pub(super) number: u64,
}

impl LineReader {
    pub(super) fn new(bytes: Box<dyn Read + Send>) -> Self {
        LineReader { bytes: BufReader::with_capacity(1 << 16, bytes), line: Vec::new(), number: 0 }
    }

    /// The next line that is not blank, parsed.
    pub(super) fn next_parsed(
        &mut self,
        parse: impl Fn(&str) -> Result<Record>,
    ) -> Option<Result<Record>> {
        loop {
            match self.read_line() {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => return Some(Err(error)),
            }
            let record = match utf8(&self.line).map(content) {
                Ok("") => continue,
                Ok(line) => parse(line),
                Err(error) => Err(error),
            };
            return Some(record.map_err(|error| error.at_line(self.number)));
        }
    }

    /// Reads the next line into `self.line`; `false` at the end.
    fn read_line(&mut self) -> Result<bool> {
        self.line.clear();
        self.number += 1;
        let limit = MAX_RECORD_BYTES as u64 + 1;
        let n_read = (&mut self.bytes)
            .take(limit)
            .read_until(b'\n', &mut self.line)
            .map_err(|e| Error::io("cannot read", e).at_line(self.number))?;
        if n_read as u64 == limit {
            return Err(too_long(MAX_RECORD_BYTES).at_line(self.number));
        }
        Ok(n_read > 0)
    }
}

/// A line as text.
pub(super) fn utf8(line: &[u8]) -> Result<&str> {
    std::str::from_utf8(line).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        Error::data(format!("not UTF-8 at byte {byte} of the line"))
    })
}

/// What a line says: neither byte order mark nor white space around it; nothing where it is blank.
pub(super) fn content(line: &str) -> &str {
    line.trim_start_matches('\u{feff}').trim()
}

/// The error of a record that goes on beyond the bound.
pub(super) fn too_long(bound: usize) -> Error {
    let wanted = bound >> 20;
    // The kind ends the stream: there is no telling where the next record begins.
    let limit = io::Error::other(format!("a record longer than {wanted} MiB"));
    Error::io("cannot read", limit)
}

/// A reader that fails once more than [`MAX_RECORD_BYTES`] have come since the last reset, for
/// parsers that would otherwise gather an endless record.
pub(super) struct Bounded<R> {
    inner: R,
    since_reset: Rc<Cell<usize>>,
}

impl<R: Read> Bounded<R> {
    /// The reader, and the counter that the caller sets to 0 after each record.
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<usize>>) {
        let since_reset = Rc::new(Cell::new(0));
        (Bounded { inner, since_reset: Rc::clone(&since_reset) }, since_reset)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_reset.get() > MAX_RECORD_BYTES {
            let wanted = MAX_RECORD_BYTES >> 20;
            return Err(io::Error::other(format!("a record longer than {wanted} MiB")));
        }
        let n_read = self.inner.read(buffer)?;
        self.since_reset.set(self.since_reset.get() + n_read);
        Ok(n_read)
    }
}
