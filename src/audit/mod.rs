//! Judging the data itself: copies, leaks between parts, suspect labels, coders.
//!
//! * [`copies`]: texts that are the same, word for word or nearly;
//! * [`leaks`]: what judged texts share with those learned from.

pub mod copies;
pub mod leaks;

pub use copies::Copies;
pub use leaks::Leaks;
