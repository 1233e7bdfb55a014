//! What files of all kinds of models have in common.
//!
//! ```text
//! magic, 8 bytes | version u32 | length of the header u32 | header, JSON | arrays, safetensors
//!   | BLAKE3 of all that stands before, 32 bytes
//! ```
//!
//! Numbers are little-endian. Opening checks the checksum over every byte first, then lengths; the shapes and values of arrays
//! are checked by whoever takes them out.

use std::fs::{self, File};
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::Path;

use safetensors::tensor::{SafeTensors, TensorView};

use super::arrays_out::NamedArray;
use crate::error::{Error, Result};

/// A kind of model file.
pub(super) struct Container {
    /// What its files begin with.
    pub magic: &'static [u8; 8],
    /// The versions that are read; the last of them is written.
    pub versions: RangeInclusive<u32>,
    /// What is said of a file that is none of the kind.
    pub not_one: &'static str,
}

/// A file opened: its version, header and arrays.
pub(super) type Opened<'b> = (u32, &'b [u8], SafeTensors<'b>);

const CHECKSUM_BYTES: usize = 32;
/// Where the header begins.
const HEADER_AT: usize = 16;
const MAX_HEADER_BYTES: usize = 256 << 20;
/// The largest model that is read (16 GiB); what is longer is cut there and so refused.
const MAX_MODEL_BYTES: u64 = 16 << 30;
/// What the magic of every kind begins with.
const FAMILY: &[u8] = b"LEIT";

impl Container {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Where the parts are larger than the format can hold.
    pub fn pack(&self, header: &[u8], arrays: &[NamedArray]) -> Result<Vec<u8>> {
        let too_large = |what: &str| Error::model(format!("{what} too large for a model file"));
        if header.len() > MAX_HEADER_BYTES {
            return Err(too_large("labels and settings are"));
        }
        let mut views = Vec::new();
        for array in arrays {
            let view = TensorView::new(array.dtype, array.shape.clone(), &array.bytes);
            views.push((array.name.clone(), view.map_err(|_| too_large("an array is"))?));
        }
        let arrays =
            safetensors::serialize(views, None).map_err(|e| Error::model(e.to_string()))?;

        let length = HEADER_AT + header.len() + arrays.len() + CHECKSUM_BYTES;
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(self.magic);
        bytes.extend_from_slice(&self.versions.end().to_le_bytes());
        bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(&arrays);
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        Ok(bytes)
    }

    /// Opens the bytes of a file, which are trusted where `is_checked` is not.
    ///
    /// # Errors
    /// Where they are of another kind, of another version, damaged, or do not fit together.
    pub fn unpack<'b>(&self, bytes: &'b [u8], is_checked: bool) -> Result<Opened<'b>> {
        if !bytes.starts_with(self.magic) {
            return Err(Error::model(self.not_one));
        }
        let damaged =
            || Error::model("the model is damaged or cut off: copy it anew, or make it again");
        if bytes.len() < HEADER_AT + CHECKSUM_BYTES {
            return Err(damaged());
        }
        let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
        let version = read_u32(&content[8..12]);
        let is_whole = !is_checked || blake3::hash(content).as_bytes() == checksum;
        if !self.versions.contains(&version) && is_whole {
            let (first, last) = (self.versions.start(), self.versions.end());
            return Err(Error::model(format!(
                "a model of version {version}, and this program reads versions {first} to {last}: make it again"
            )));
        }
        if !is_whole {
            return Err(damaged());
        }
        let header_length = read_u32(&content[12..16]) as usize;
        let rest = &content[HEADER_AT..];
        if header_length > rest.len().min(MAX_HEADER_BYTES) {
            return Err(damaged());
        }
        let (header, arrays) = rest.split_at(header_length);
        let arrays = SafeTensors::deserialize(arrays).map_err(|e| wrong(&e.to_string()))?;
        Ok((version, header, arrays))
    }
}

/// What is said of a file that is whole and yet makes no sense, as only a forged one is.
pub(super) fn wrong(what: &str) -> Error {
    Error::model(format!("the model does not fit together ({what}): make it again"))
}

fn read_u32(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes are asked for"))
}

/// The bytes of a model file, of bounded size.
///
/// # Errors
/// Where it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let read = || {
        let found = fs::metadata(path).map_err(|e| Error::io("cannot open", e))?;
        if found.is_dir() {
            return Err(Error::model("this is a folder, not a model"));
        }
        let file = File::open(path).map_err(|e| Error::io("cannot open", e))?;
        let mut bytes = Vec::new();
        let mut take = |n: u64| match (&file).take(n).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes.starts_with(FAMILY)),
            Err(error) => Err(Error::io("cannot read", error)),
        };
        // A device tells no size and may be endless: look at the first bytes before the others.
        if take(FAMILY.len() as u64)? {
            take(MAX_MODEL_BYTES)?;
        }
        Ok(bytes)
    };
    read().map_err(|error| error.in_file(path))
}

/// A short name for exactly these bytes: the first 16 hexadecimal digits of their checksum.
pub fn fingerprint(bytes: &[u8]) -> String {
    let checksum = &bytes[bytes.len().saturating_sub(CHECKSUM_BYTES)..];
    checksum.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
