//! The model that is built into the library: five themes of reporting on the decline of the Islamic
//! State, learned from `seeds/` alone. Its card: `models/THEMES.md`.

use crate::corpus::Codebook;
use crate::error::Result;
use crate::model_file;
use crate::pipeline::Classifier;
use crate::read::codebook::parse_codebook;

/// The bytes of `models/themes.leit`.
pub const THEMES: &[u8] = include_bytes!("../models/themes.leit");

/// The classifier of the five themes.
///
/// ```
/// let themes = leitmotif::shipped::themes()?;
/// assert_eq!(themes.labels.names()[0], "territorial-loss");
/// # Ok::<(), leitmotif::Error>(())
/// ```
///
/// # Errors
/// Where the file that was built in is of another version. Its checksum is not looked at, for it came with the program.
pub fn themes() -> Result<Classifier> {
    model_file::from_own_bytes(THEMES)
}

/// What the five themes mean, with their seed words: `seeds/codebook.toml`.
///
/// ```
/// let codebook = leitmotif::shipped::codebook()?;
/// assert_eq!(codebook.themes.len(), 5);
/// # Ok::<(), leitmotif::Error>(())
/// ```
///
/// # Errors
/// Where the file that was built in is damaged.
pub fn codebook() -> Result<Codebook> {
    parse_codebook(include_str!("../seeds/codebook.toml"))
}
