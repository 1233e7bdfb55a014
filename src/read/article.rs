//! One text file to one article: its bytes are decoded, and nothing else is done to them.
//!
//! UTF-8 is taken as it is, a byte order mark included, so that spans count the bytes of the file.
//! UTF-16 is recognised by its byte order mark or by its zero bytes; UTF-8 with a few broken bytes
//! keeps the rest, whatever else is no UTF-8 is read as Windows-1252, and what is plainly no text is
//! refused.

use std::io::Read;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Input, open};
use crate::corpus::Article;
use crate::error::{Error, Result};

/// The largest article that is read, in bytes (256 MiB).
pub const MAX_ARTICLE_BYTES: u64 = 256 << 20;

/// Reads one article.
///
/// # Errors
/// Where it cannot be opened or read, is larger than [`MAX_ARTICLE_BYTES`], or is no text. An
/// article without any text is no error here: what to make of it is for the caller to say.
pub fn read_article(input: &Input) -> Result<Article> {
    let read = || {
        let mut bytes = Vec::new();
        open(input)?
            .take(MAX_ARTICLE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| Error::io("cannot read", e))?;
        if bytes.len() as u64 > MAX_ARTICLE_BYTES {
            let wanted = MAX_ARTICLE_BYTES >> 20;
            return Err(Error::data(format!("larger than {wanted} MiB: split it into articles")));
        }
        decode(bytes)
    };
    let text = read().map_err(|error| error.in_file(&input.name))?;
    Ok(Article { name: input.name.clone(), text })
}

/// Decodes the bytes of a text file.
///
/// ```
/// use leitmotif::read::article::decode;
/// assert_eq!(decode(b"caf\xe9".to_vec()).unwrap(), "café");
/// assert_eq!(decode(b"\xff\xfea\0b\0".to_vec()).unwrap(), "ab");
/// assert!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff".to_vec()).is_err());
/// ```
///
/// # Errors
/// Where the bytes are no text in any encoding that we know.
pub fn decode(bytes: Vec<u8>) -> Result<String> {
    if let Some(what) = known_binary(&bytes) {
        return Err(Error::data(format!("this is {what}, not plain text: convert it to .txt")));
    }
    if let Some(utf16) = utf16_of(&bytes) {
        let (text, _, malformed) = utf16.decode(&bytes);
        return if malformed || looks_binary(text.as_bytes()) {
            Err(not_text())
        } else {
            Ok(text.into_owned())
        };
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if looks_binary(text.as_bytes()) => return Err(not_text()),
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    if looks_binary(&bytes) {
        return Err(not_text());
    }
    if is_mostly_utf8(&bytes) {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned())
}

/// Whether more characters beyond ASCII are valid UTF-8 than not: then it is UTF-8 with damage.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut n_valid, mut n_broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        n_valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_broken += usize::from(!chunk.invalid().is_empty());
    }
    n_valid > n_broken
}

fn not_text() -> Error {
    Error::data("not plain text (many control bytes): give a text file in UTF-8")
}

/// Names a few kinds of file that people take for text.
fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 7] = [
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
        (b"\x1f\x8b", "a gzip file (its name must end in .gz to be unpacked)"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"\x7fELF", "a program"),
    ];
    kinds.into_iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| what)
}

/// UTF-16 by its byte order mark, or by zero bytes that stand on one side only, as they do in
/// Latin text: in at least a quarter of the pairs, and never on the other side.
fn utf16_of(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(b"\xff\xfe") {
        return Some(UTF_16LE);
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some(UTF_16BE);
    }
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |side: usize| sample.iter().skip(side).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd, enough) = (zeros(0), zeros(1), sample.len() / 8);
    match (even, odd) {
        (0, odd) if odd > enough => Some(UTF_16LE),
        (even, 0) if even > enough => Some(UTF_16BE),
        _ => None,
    }
}

/// A zero byte, or more than one control byte in fifty beside white space, is no text.
fn looks_binary(bytes: &[u8]) -> bool {
    let is_control = |b: u8| (b < 0x20 && !b"\t\n\r\x0b\x0c\x1b".contains(&b)) || b == 0x7f;
    let n_controls = bytes.iter().filter(|&&b| is_control(b)).count();
    bytes.contains(&0) || n_controls * 50 > bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_of_utf8_stays_so_that_spans_count_the_files_bytes() {
        assert_eq!(decode(b"\xef\xbb\xbfab".to_vec()).unwrap(), "\u{feff}ab");
    }

    #[test]
    fn utf16_is_recognised_with_and_without_a_mark() {
        let text = "An article, not long.";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(little.clone()).unwrap(), text);
        assert_eq!(decode(big.clone()).unwrap(), text);
        assert_eq!(decode([b"\xff\xfe".to_vec(), little].concat()).unwrap(), text);
        assert_eq!(decode([b"\xfe\xff".to_vec(), big].concat()).unwrap(), text);
    }

    #[test]
    fn windows_1252_keeps_its_quotes_and_dashes() {
        assert_eq!(decode(b"\x93so\x94 \x96 it\x92s".to_vec()).unwrap(), "“so” – it’s");
    }

    #[test]
    fn junk_is_refused_with_a_reason() {
        let message = |bytes: &[u8]| decode(bytes.to_vec()).unwrap_err().to_string();
        assert!(message(b"%PDF-1.7 ...").contains("a PDF document"));
        let noise: Vec<u8> = (0..=255).collect();
        assert!(message(&noise).contains("not plain text"));
        assert!(message(b"ab\0cd").contains("not plain text"));
    }
}
