//! Small files read whole: settings, codebooks, tokenizers, lists of words.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};

/// The largest tokenizer definition that is read, in bytes (64 MiB).
const MAX_TOKENIZER_BYTES: u64 = 64 << 20;

/// The text of a file of at most `max_bytes`.
///
/// # Errors
/// Where it cannot be read, is larger, or is not UTF-8.
pub(super) fn read_text(path: &Path, max_bytes: u64) -> Result<String> {
    let read = || {
        let file = File::open(path).map_err(|e| Error::io("cannot open", e))?;
        let mut text = String::new();
        let n_read = file.take(max_bytes + 1).read_to_string(&mut text);
        if n_read.map_err(|e| Error::io("cannot read", e))? as u64 > max_bytes {
            let most = max_bytes >> 20;
            return Err(Error::data(format!("larger than {most} MiB")));
        }
        Ok(text)
    };
    read().map_err(|error| error.in_file(path))
}

/// The text of a tokenizer definition, for [`Tokenizer::from_json`](crate::tokenize::Tokenizer).
///
/// # Errors
/// Where it cannot be read, is larger than 64 MiB, or is not UTF-8.
pub fn read_definition(path: &Path) -> Result<String> {
    read_text(path, MAX_TOKENIZER_BYTES)
}

/// The largest list of words that is read, in bytes (16 MiB).
const MAX_LIST_BYTES: u64 = 16 << 20;

/// The text of a list of words, for [`stop_words::parse`](crate::vectorize::stop_words::parse).
///
/// # Errors
/// Where it cannot be read, is larger than 16 MiB, or is not UTF-8.
pub fn read_list(path: &Path) -> Result<String> {
    read_text(path, MAX_LIST_BYTES)
}
