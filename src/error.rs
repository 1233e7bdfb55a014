//! The one error type: what kind of thing went wrong, where, and what to do about it.
//!
//! Enters: a message that says what was found and what was wanted. Leaves: one line for the user,
//! `file:line: message`. An [`Error`] is built where the trouble is seen and given its place by
//! whoever knows it, so that a parser need not know its file's name:
//!
//! ```
//! use leitmotif::{Error, ErrorKind};
//! let error = Error::data("\"labels\" is missing").at_line(3).in_file("train.jsonl");
//! assert_eq!(error.to_string(), "train.jsonl:3: \"labels\" is missing");
//! assert_eq!(error.kind(), ErrorKind::Data);
//! ```

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; decides nothing but how a caller may react.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system refused: no such file, no permission, disk full.
    Io,
    /// Labelled data or an article is not in the form it should have.
    Data,
    /// A model file is damaged, of another version, or no model at all.
    Model,
    /// A setting is out of its range or does not go with the others.
    Settings,
    /// There is nothing to work on: no article, no label, no term.
    Empty,
}

/// An error with its kind and its place.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    file: Option<PathBuf>,
    line: Option<u64>,
    source: Option<io::Error>,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            file: None,
            line: None,
            source: None,
        }))
    }

    /// Data that is not in the form it should have.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Data, message)
    }

    /// A model file that cannot be used.
    pub fn model(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Model, message)
    }

    /// A setting that cannot be used.
    pub fn settings(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Settings, message)
    }

    /// Nothing to work on.
    pub fn empty(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Empty, message)
    }

    /// The operating system refused `doing` (say, `"cannot open"`).
    pub fn io(doing: &str, source: io::Error) -> Self {
        let mut error = Self::new(ErrorKind::Io, format!("{doing}: {source}"));
        error.0.source = Some(source);
        error
    }

    /// Names the file, unless one is named already.
    pub fn in_file(mut self, file: impl AsRef<Path>) -> Self {
        self.0.file.get_or_insert_with(|| file.as_ref().to_path_buf());
        self
    }

    /// Names the line, counted from 1, unless one is named already.
    pub fn at_line(mut self, line: u64) -> Self {
        self.0.line.get_or_insert(line);
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The file in which it went wrong, where known.
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }

    /// The line in which it went wrong, counted from 1, where known.
    pub fn line(&self) -> Option<u64> {
        self.0.line
    }

    /// Whether the reader at the other end has closed the pipe, which is no failure of ours.
    pub fn is_broken_pipe(&self) -> bool {
        self.0.source.as_ref().is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.file, self.0.line) {
            (Some(file), Some(line)) => write!(f, "{}:{line}: ", file.display())?,
            (Some(file), None) => write!(f, "{}: ", file.display())?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source)
    }
}

/// linfa's learners report through its own error type; here it becomes a matter of settings.
impl From<linfa::Error> for Error {
    fn from(error: linfa::Error) -> Self {
        Error::settings(format!("linfa: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_comes_first_and_the_first_one_named_stays() {
        let error = Error::data("no text").at_line(7).at_line(1).in_file("a").in_file("b");
        assert_eq!(error.to_string(), "a:7: no text");
        assert_eq!(error.line(), Some(7));
    }

    #[test]
    fn a_closed_pipe_is_told_apart() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(Error::io("cannot write", closed).is_broken_pipe());
        assert!(!Error::data("x").is_broken_pipe());
    }
}
