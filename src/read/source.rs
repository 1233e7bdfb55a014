//! The bytes of an input, unpacked, read as far as they are wanted.
//!
//! Enters: an [`Input`]. Leaves: bytes behind those that are there already; an error only when all that
//! could be read before it has been taken. Counts what was read of the file as it is on disk.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Input, decompressed};
use crate::error::{Error, Result};

/// Where bytes come from, and how many came.
pub(super) struct Source {
    bytes: Box<dyn Read + Send>,
    slice_bytes: usize,
    pub n_read: Arc<AtomicU64>,
    pub is_at_end: bool,
    pub failure: Option<Error>,
}

impl Source {
    pub(super) fn open(input: &Input, slice_bytes: usize) -> Result<Self> {
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
    pub(super) fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize) {
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

    pub(super) fn fail(&mut self, error: Error) {
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
