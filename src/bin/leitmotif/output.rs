//! Where output goes: a file that appears when it is whole, or standard output.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstream::ColorChoice;
use leitmotif::output::OutputFile;
use leitmotif::{Error, Result};

pub enum Output {
    File(OutputFile),
    Stdout(BufWriter<io::Stdout>),
}

impl Output {
    /// Opens `path`, or standard output. A file's folder is checked at once.
    pub fn open(path: Option<&Path>) -> Result<Output> {
        match path {
            Some(path) => OutputFile::create(path).map(Output::File),
            None => Ok(Output::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))),
        }
    }

    /// Whether what is written may be coloured: a terminal, and NO_COLOR and the like not set.
    pub fn is_coloured(&self) -> bool {
        match self {
            Output::File(_) => false,
            Output::Stdout(_) => anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        }
    }

    /// Whether a progress bar would be drawn over the output.
    pub fn is_on_terminal(&self) -> bool {
        matches!(self, Output::Stdout(_)) && io::stdout().is_terminal()
    }

    /// Columns to fill: the terminal's, at most 100; 88 elsewhere.
    pub fn width(&self) -> usize {
        const READABLE: usize = 100;
        if !self.is_on_terminal() {
            return 88;
        }
        textwrap::termwidth().clamp(40, READABLE)
    }

    /// Finishes: a file gets its name.
    pub fn commit(self) -> Result<()> {
        match self {
            Output::File(file) => file.commit(),
            Output::Stdout(mut out) => out.flush().map_err(|e| Error::io("cannot write", e)),
        }
    }
}

impl Write for Output {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Output::File(file) => file.write(buffer),
            Output::Stdout(out) => out.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::File(file) => file.flush(),
            Output::Stdout(out) => out.flush(),
        }
    }
}

/// Writes a page that is ready, and finishes.
pub fn write_page(mut output: Output, page: &str) -> Result<()> {
    output.write_all(page.as_bytes()).map_err(|e| Error::io("cannot write", e))?;
    output.commit()
}
