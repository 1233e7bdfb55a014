//! Files that are either whole or not there.
//!
//! What is written goes to a neighbour of the target and takes its name only when all of it is on
//! disk. An interrupted run leaves the old file as it was.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file being written. Dropped without [`OutputFile::commit`], it leaves nothing behind.
///
/// ```
/// use std::io::Write;
/// use leitmotif::output::OutputFile;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.txt");
/// let mut file = OutputFile::create(&path)?;
/// file.write_all(b"done")?;
/// assert!(!path.exists());
/// file.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"done");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OutputFile {
    target: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Beside(BufWriter<NamedTempFile>),
    /// A device or a pipe: it has no neighbour, and renaming over it would destroy it.
    Direct(BufWriter<File>),
}

impl OutputFile {
    /// Begins a file at `path`. The folder is checked now, before any work is done.
    ///
    /// # Errors
    /// Where the folder does not exist or cannot be written to, or `path` is a folder.
    pub fn create(path: &Path) -> Result<Self> {
        let fail = |error| Error::io("cannot write", error).in_file(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(Error::data("cannot write: its folder does not exist").in_file(path));
        }
        if path.to_string_lossy().ends_with(std::path::is_separator) {
            return Err(Error::data("this names a folder: name a file in it").in_file(path));
        }
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let place = match fs::metadata(&target) {
            Ok(found) if found.is_dir() => {
                return Err(Error::data("this is a folder: name a file in it").in_file(path));
            }
            Ok(found) if !found.is_file() => {
                let device = OpenOptions::new().write(true).open(&target).map_err(fail)?;
                Place::Direct(BufWriter::new(device))
            }
            _ => Place::Beside(BufWriter::new(neighbour(&target).map_err(fail)?)),
        };
        Ok(OutputFile { target, place })
    }

    /// Finishes the file and gives it its name.
    ///
    /// # Errors
    /// Where the rest cannot be written or the file cannot be renamed; the old file then stays.
    pub fn commit(self) -> Result<()> {
        let finish = || match self.place {
            Place::Direct(mut device) => device.flush(),
            Place::Beside(writer) => {
                let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(&self.target).map(drop).map_err(|error| error.error)
            }
        };
        finish().map_err(|error| Error::io("cannot write", error).in_file(&self.target))
    }
}

fn neighbour(target: &Path) -> io::Result<NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leitmotif-");
    #[cfg(unix)]
    {
        // tempfile makes files for their owner alone; a result is for whom the umask allows.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}

impl Write for OutputFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside(file) => file.write(buffer),
            Place::Direct(file) => file.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside(file) => file.flush(),
            Place::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_commit_the_old_file_stays_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m");
        fs::write(&path, "old").unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_and_a_folder_as_target_are_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(OutputFile::create(&folder.path().join("none/m")).is_err());
        assert!(OutputFile::create(folder.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let mut file = OutputFile::create(Path::new("/dev/null")).unwrap();
        file.write_all(b"x").unwrap();
        file.commit().unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
