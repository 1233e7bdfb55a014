//! What the user named on the command line: files, folders, standard input.
//!
//! Enters: paths. Leaves: one [`Input`] per file, folders walked in the order of their names, so
//! that the same folder gives the same order on every machine. Opens nothing.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An article as plain text.
    Text,
    /// One JSON object per line.
    Jsonl,
    /// Comma-separated values with a header line.
    Csv,
    /// Tab-separated values with a header line.
    Tsv,
    /// fastText lines: `__label__x __label__y text`.
    FastText,
}

impl Format {
    /// The form that a file's name tells, `.gz` at its end left aside.
    ///
    /// ```
    /// use leitmotif::read::Format;
    /// assert_eq!(Format::of("data/train.jsonl.gz".as_ref()), Some(Format::Jsonl));
    /// assert_eq!(Format::of("notes.md".as_ref()), None);
    /// ```
    pub fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "txt" => Some(Format::Text),
            "jsonl" => Some(Format::Jsonl),
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            _ => None,
        }
    }

    /// Whether the file holds records and not one article.
    pub fn has_records(self) -> bool {
        self != Format::Text
    }
}

/// One file to read, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The path as the user wrote it (within a folder: the folder's and the rest), `-` for
    /// standard input.
    pub name: String,
    /// Where to read; `None` is standard input.
    pub path: Option<PathBuf>,
    /// How to read it.
    pub format: Format,
}

/// Which files of a folder are meant, and what a file is whose name does not tell its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Articles and records; a file named by itself is an article unless its name says otherwise.
    Texts,
    /// Articles alone.
    Articles,
    /// Records alone; a file named by itself must tell its form.
    Records,
}

impl Wanted {
    fn takes(self, format: Format) -> bool {
        match self {
            Wanted::Texts => true,
            Wanted::Articles => !format.has_records(),
            Wanted::Records => format.has_records(),
        }
    }
}

/// Lists the inputs behind `paths`. A path that cannot be used stands in the list as its error, so
/// that the others can go on. `format` holds for every file where given.
pub fn expand(paths: &[PathBuf], format: Option<Format>, wanted: Wanted) -> Vec<Result<Input>> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let unnamed = if wanted == Wanted::Records { Format::Jsonl } else { Format::Text };
            let format = format.unwrap_or(unnamed);
            inputs.push(if wanted.takes(format) {
                Ok(Input { name: "-".into(), path: None, format })
            } else {
                Err(Error::data("standard input in this form is of no use here").in_file("-"))
            });
        } else if path.is_dir() {
            expand_folder(path, format, wanted, &mut inputs);
        } else {
            inputs.push(expand_file(path, format, wanted));
        }
    }
    inputs
}

fn expand_file(path: &Path, format: Option<Format>, wanted: Wanted) -> Result<Input> {
    if let Err(error) = path.metadata() {
        return Err(Error::io("cannot open", error).in_file(path));
    }
    let format = match (format.or_else(|| Format::of(path)), wanted) {
        (Some(format), Wanted::Articles) if format.has_records() => {
            return Err(Error::data("this holds records, not an article").in_file(path));
        }
        (Some(Format::Text), Wanted::Records) | (None, Wanted::Records) => {
            let message = "the name does not tell the form of the data: use .jsonl, .csv or .tsv \
                           (also .gz), or say --data-format";
            return Err(Error::data(message).in_file(path));
        }
        (Some(format), _) => format,
        (None, Wanted::Texts | Wanted::Articles) => Format::Text,
    };
    Ok(input(path, format))
}

fn expand_folder(
    folder: &Path,
    format: Option<Format>,
    wanted: Wanted,
    inputs: &mut Vec<Result<Input>>,
) {
    let before = inputs.len();
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
    };
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| !hidden(entry)) {
        match entry {
            // Folders are walked; a pipe or a device in a folder is nobody's article.
            Ok(entry) if !entry.path().is_file() => {}
            Ok(entry) => match Format::of(entry.path()) {
                Some(told) if !wanted.takes(format.unwrap_or(told)) => {}
                Some(told) => inputs.push(Ok(input(entry.path(), format.unwrap_or(told)))),
                None => {}
            },
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_path_buf();
                let error = Error::io("cannot read the folder", error.into());
                inputs.push(Err(error.in_file(path)));
            }
        }
    }
    if inputs.len() == before {
        let message = match wanted {
            Wanted::Texts => {
                "no article in this folder: .txt, .jsonl, .csv and .tsv (also .gz) count"
            }
            Wanted::Articles => "no article in this folder: .txt (also .gz) counts",
            Wanted::Records => "no data in this folder: .jsonl, .csv and .tsv (also .gz) count",
        };
        inputs.push(Err(Error::empty(message).in_file(folder)));
    }
}

fn input(path: &Path, format: Format) -> Input {
    Input { name: path.display().to_string(), path: Some(path.to_path_buf()), format }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn folders_are_walked_by_name_and_foreign_files_left_aside() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.jsonl.gz", "notes.toml", ".hidden.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("sub/c.csv"), "").unwrap();
        let names = |wanted| -> Vec<String> {
            let inputs = expand(&[folder.path().to_path_buf()], None, wanted);
            let file_name = |input: Result<Input>| {
                let path = input.unwrap().path.unwrap();
                path.file_name().unwrap().to_string_lossy().into_owned()
            };
            inputs.into_iter().map(file_name).collect()
        };
        assert_eq!(names(Wanted::Texts), ["a.jsonl.gz", "b.txt", "c.csv"]);
        assert_eq!(names(Wanted::Records), ["a.jsonl.gz", "c.csv"]);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none.txt");
        let plain = folder.path().join("plain.txt");
        fs::write(&plain, "x").unwrap();
        let error = |path: &Path, wanted| {
            let mut inputs = expand(&[path.to_path_buf()], None, wanted);
            inputs.remove(0).unwrap_err().to_string()
        };
        assert!(error(&missing, Wanted::Texts).contains("none.txt: cannot open"));
        assert!(error(&plain, Wanted::Records).contains("--data-format"));
        fs::remove_file(&plain).unwrap();
        assert!(error(folder.path(), Wanted::Texts).contains("no article in this folder"));
    }
}
