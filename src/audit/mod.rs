//! Judging the data itself: copies, leaks between parts, suspect labels, coders.
//!
//! * [`copies`]: texts that are the same, word for word or nearly;
//! * [`leaks`]: what judged texts share with those learned from;
//! * [`mod@labels`]: labels that cannot be learned or told apart;
//! * [`mod@coders`]: two coders' labels of the same texts;
//! * [`mod@suspects`]: labels that are probably wrong or missing.

pub mod coders;
pub mod copies;
pub mod labels;
pub mod leaks;
pub mod suspects;

pub use coders::Coders;
pub use copies::Copies;
pub use leaks::Leaks;
pub use suspects::{Suspect, suspects};
