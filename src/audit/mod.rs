//! Judging the data itself: copies, leaks between parts, suspect labels, coders.
//!
//! * [`copies`]: texts that are the same, word for word or nearly.

pub mod copies;

pub use copies::Copies;
