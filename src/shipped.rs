//! The model that is built into the library: five themes of reporting on the decline of the Islamic
//! State, learned from `seeds/` alone. Its card: `models/THEMES.md`.

use crate::error::Result;
use crate::model_file;
use crate::pipeline::Classifier;

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
/// Where the file that was built in is damaged or of another version.
pub fn themes() -> Result<Classifier> {
    model_file::from_bytes(THEMES)
}
