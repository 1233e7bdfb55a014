//! Where bytes can be cut so that no record is cut in two.
//!
//! Enters: the bytes of a data file from the start of a record on. Leaves: how many of them are whole
//! records, how many records and how many lines. For tables this follows the quotes as csv does, and
//! a record ends where csv says so: behind the first byte of the end of its line, so that the `\n` of
//! a `\r\n` stands before the next one.

use memchr::{memchr, memchr_iter, memchr3};

use super::bounded::{content, utf8};

/// How much is cut off at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// About how many bytes.
    pub block_bytes: usize,
    /// How many bytes are asked for at once.
    pub slice_bytes: usize,
    /// How many records.
    pub records: usize,
    /// The longest record, its end of line included.
    pub record_bytes: usize,
}

/// What can be cut off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// The byte behind the last whole record.
    pub end: usize,
    pub n_records: usize,
    /// Ends of lines before `end`.
    pub n_lines: u64,
}

/// Cuts where each line that is not blank is a record. `is_last`: nothing comes behind `bytes`.
pub(super) fn lines(bytes: &[u8], is_last: bool, limits: &Limits) -> Cut {
    let mut cut = Cut::default();
    while cut.n_records < limits.records && cut.end < bytes.len() {
        let rest = &bytes[cut.end..];
        let length = match memchr(b'\n', rest) {
            Some(at) => at + 1,
            None if is_last => rest.len(),
            None => break,
        };
        if length > limits.record_bytes {
            break;
        }
        cut.n_records += usize::from(!is_blank(&rest[..length]));
        cut.n_lines += 1;
        cut.end += length;
    }
    cut
}

fn is_blank(line: &[u8]) -> bool {
    let is_plain = |byte: u8| byte > b' ' && byte.is_ascii();
    !is_plain(line[0]) && utf8(line).is_ok_and(|line| content(line).is_empty())
}

/// Cuts a table.
pub(super) fn rows(bytes: &[u8], delimiter: u8, is_last: bool, limits: &Limits) -> Cut {
    let mut cut = Cut::default();
    while cut.n_records < limits.records && cut.end < bytes.len() {
        let Some(start) = first_row(&bytes[cut.end..]).map(|start| cut.end + start) else {
            // Ends of lines alone; they belong to what comes behind them.
            cut.end = if is_last { bytes.len() } else { cut.end };
            break;
        };
        let end = match row_end(bytes, start, delimiter, is_last) {
            Some(end) => end,
            None if is_last => bytes.len(),
            None => break,
        };
        if end - start > limits.record_bytes {
            break;
        }
        cut.n_records += 1;
        cut.end = end;
    }
    cut.n_lines = memchr_iter(b'\n', &bytes[..cut.end]).count() as u64;
    cut
}

/// Where the first row begins: ends of lines before it are passed over.
pub(super) fn first_row(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))
}

/// The byte behind the row that begins at `start`; `None` where that is not to be seen.
pub(super) fn row_end(bytes: &[u8], start: usize, delimiter: u8, is_last: bool) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr3(b'"', b'\n', b'\r', &bytes[at..])?;
        if bytes[at] != b'"' {
            return Some(at + 1);
        }
        // A quote in the middle of a field is a character like any other.
        let opens = at == start || bytes[at - 1] == delimiter;
        at = if opens { field_end(bytes, at + 1, is_last)? } else { at + 1 };
    }
}

/// The byte behind the quote that closes the field whose content begins at `at`; two quotes are a
/// quote in it.
fn field_end(bytes: &[u8], mut at: usize, is_last: bool) -> Option<usize> {
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        match bytes.get(at) {
            Some(b'"') => at += 1,
            None if !is_last => return None,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits =
        Limits { block_bytes: 100, slice_bytes: 9, records: 100, record_bytes: 20 };

    fn cut(end: usize, n_records: usize, n_lines: u64) -> Cut {
        Cut { end, n_records, n_lines }
    }

    #[test]
    fn a_line_without_its_end_is_left_for_later_unless_it_is_the_last() {
        assert_eq!(lines(b"a\n \r\nb", false, &LIMITS), cut(5, 1, 2));
        assert_eq!(lines(b"a\n \r\nb", true, &LIMITS), cut(6, 2, 3));
        assert_eq!(lines(b"", true, &LIMITS), cut(0, 0, 0));
    }

    #[test]
    fn what_is_too_long_or_too_much_is_not_cut_off() {
        let long = b"a\nbbbbbbbbbbbbbbbbbbbbbbbbbbb\n";
        assert_eq!(lines(long, true, &LIMITS), cut(2, 1, 1));
        assert_eq!(rows(long, b',', true, &LIMITS), cut(2, 1, 1));
        let limits = Limits { records: 2, ..LIMITS };
        assert_eq!(lines(b"a\n\nb\nc\n", true, &limits), cut(5, 2, 3));
        assert_eq!(rows(b"a\n\nb\nc\n", b',', true, &limits), cut(5, 2, 3));
    }

    #[test]
    fn lines_within_quotes_end_no_row() {
        let all = |text: &[u8]| rows(text, b',', false, &LIMITS);
        assert_eq!(all(b"a,\"b\nc\"\nd"), cut(8, 1, 2));
        assert_eq!(all(b"a,\"b\"\"\n\"\n"), cut(9, 1, 2));
        assert_eq!(all(b"a\"b\nc\n"), cut(6, 2, 2));
        assert_eq!(all(b"\"a\"b\"\nc\n"), cut(8, 2, 2));
        // Perhaps the first half of two quotes.
        assert_eq!(all(b"a\n\"b\""), cut(2, 1, 1));
        assert_eq!(rows(b"a\n\"b\"", b',', true, &LIMITS), cut(5, 2, 1));
    }

    #[test]
    fn the_second_byte_of_an_end_of_line_stands_before_the_next_row() {
        assert_eq!(rows(b"a\r\nb\r\n", b',', false, &LIMITS), cut(5, 2, 1));
        assert_eq!(rows(b"a\r\nb\r\n", b',', true, &LIMITS), cut(6, 2, 2));
    }
}
