//! How far two coders agree, as `leitmotif audit --second` writes it: the F1 of each label.

use std::path::Path;

use serde::Deserialize;

use super::whole::read_text;
use crate::error::{Error, Result};

/// The largest file that is read, in bytes (64 MiB): it names every text on which the coders differ.
const MAX_BYTES: u64 = 64 << 20;

#[derive(Deserialize)]
struct Agreement {
    agreement: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    label: String,
    f1: Option<f64>,
}

/// The labels whose F1 is known.
///
/// # Errors
/// Where the file cannot be read or is not such a file.
pub fn read_ceiling(path: &Path) -> Result<Vec<(String, f64)>> {
    let text = read_text(path, MAX_BYTES)?;
    let found: Agreement = serde_json::from_str(&text).map_err(|error| {
        Error::data(format!("not the agreement of two coders: {error}")).in_file(path)
    })?;
    let known = found.agreement.into_iter().filter_map(|own| own.f1.map(|f1| (own.label, f1)));
    Ok(known.filter(|(_, f1)| (0.0..=1.0).contains(f1)).collect())
}
