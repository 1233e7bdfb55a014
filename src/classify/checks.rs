//! What every learner asks of its settings and its data, at the door.

use crate::error::{Error, Result};

/// The greatest setting: beyond it sums over many terms would overflow.
const MOST: f64 = 1e9;

/// Refuses what is not a number above 0 and at most [`MOST`].
///
/// # Errors
/// Where it is not.
pub(super) fn check_positive(name: &str, value: f64) -> Result<()> {
    if value > 0.0 && value <= MOST {
        return Ok(());
    }
    Err(Error::settings(format!("{name} is {value}: wanted is a number above 0, at most 1e9")))
}

/// Refuses a dataset without rows or with another number of targets than rows.
///
/// # Errors
/// Where it is either.
pub(super) fn check_shapes(n_rows: usize, n_targets: usize) -> Result<()> {
    if n_rows == 0 {
        return Err(linfa::Error::NotEnoughSamples.into());
    }
    if n_rows != n_targets {
        return Err(linfa::Error::MismatchedShapes(n_rows, n_targets).into());
    }
    Ok(())
}
