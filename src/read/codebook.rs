//! `codebook.toml` to a [`Codebook`]: the themes in their order.

use std::path::Path;

use super::whole::read_text;
use crate::corpus::{Codebook, LabelSet};
use crate::error::{Error, Result};

/// The largest settings or codebook file that is read, in bytes (1 MiB).
const MAX_TOML_BYTES: u64 = 1 << 20;

/// Reads and checks a codebook.
///
/// # Errors
/// Where the file cannot be read, is no codebook, or two themes have one id.
pub fn read_codebook(path: &Path) -> Result<Codebook> {
    let codebook: Codebook = read_toml(path)?;
    label_set(&codebook).map_err(|error| error.in_file(path))?;
    Ok(codebook)
}

/// A codebook from the text of its file.
///
/// # Errors
/// Where it is none.
pub fn parse_codebook(text: &str) -> Result<Codebook> {
    toml::from_str(text).map_err(|error| Error::data(error.message().to_string()))
}

/// The ids of the themes, in order.
///
/// # Errors
/// Where two themes have one id, or one is empty.
pub fn label_set(codebook: &Codebook) -> Result<LabelSet> {
    LabelSet::new(codebook.themes.iter().map(|theme| theme.id.clone()).collect())
}

/// Reads a TOML file of bounded size.
///
/// # Errors
/// Where it cannot be read or is not in the form of `T`; the error names the line.
pub fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = read_text(path, MAX_TOML_BYTES)?;
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = 1 + text.as_bytes()[..start].iter().filter(|&&b| b == b'\n').count();
        Error::data(error.message().to_string()).at_line(line as u64).in_file(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_codebook_with_a_wrong_field_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codebook.toml");
        let theme = "[[theme]]\nid = \"a\"\nname = \"A\"\ndefinition = \"\"\ntake = \"\"\nleave = \"\"\nseed_words = []\n";
        fs::write(&path, theme).unwrap();
        assert_eq!(read_codebook(&path).unwrap().themes[0].id, "a");
        fs::write(&path, format!("{theme}{theme}")).unwrap();
        assert!(read_codebook(&path).unwrap_err().to_string().ends_with("\"a\" stands twice"));
        fs::write(&path, theme.replace("name", "nom")).unwrap();
        assert!(read_codebook(&path).unwrap_err().to_string().contains("codebook.toml:"));
    }
}
