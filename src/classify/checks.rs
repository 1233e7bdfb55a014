//! What every learner asks of its settings and its data, at the door.

use crate::error::{Error, Result};

/// Refuses what is not a finite number above 0.
///
/// # Errors
/// Where it is not.
pub(super) fn check_positive(name: &str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::settings(format!("{name} is {value}: wanted is a number above 0")))
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
