//! Files in, articles or records out. Every error names the file, and the line where there is one.
//!
//! * [`input`]: paths and folders to a list of inputs, each with its [`Format`];
//! * [`article`]: one text file to one [`Article`](crate::corpus::Article);
//! * [`records`]: data files to a stream of [`Record`](crate::corpus::Record)s;
//! * [`blocks`]: data files to blocks of whole records, each of which ([`block`]) any thread can parse;
//! * [`labelled`]: all records of several files, for training and evaluating;
//! * [`ceiling`]: how far two coders agree;
//! * [`codebook`]: the themes of a folder of labelled paragraphs;
//! * `whole`: other small files.
//!
//! Nothing here finds paragraphs or looks at what a text says. Input is hostile: lines, records and
//! articles have bounds, which are checked before anything is kept.

pub mod article;
pub mod block;
pub mod blocks;
pub mod bounded;
pub mod ceiling;
pub mod codebook;
mod cut;
mod fasttext;
pub mod input;
mod jsonl;
pub mod labelled;
pub mod records;
mod rule;
mod source;
mod table;
mod whole;

pub use article::read_article;
pub use block::{Block, TextRecord};
pub use blocks::RecordBlocks;
pub use input::{Format, Input, Wanted, expand};
pub use labelled::{LabelledData, read_labelled};
pub use records::RecordReader;
pub use rule::LabelRule;
pub use whole::{read_definition, read_list};

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// Opens an input: a file, decompressed where its name ends in `.gz`, or standard input.
fn open(input: &Input) -> Result<Box<dyn Read + Send>> {
    let Some(path) = &input.path else {
        return Ok(Box::new(io::stdin()));
    };
    let file = File::open(path).map_err(|e| Error::io("cannot open", e).in_file(path))?;
    Ok(decompressed(file, path))
}

/// `file` itself, or what it holds where the name `path` ends in `.gz`.
fn decompressed(file: impl Read + Send + 'static, path: &Path) -> Box<dyn Read + Send> {
    let gzipped = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    if gzipped { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) }
}
