//! Topics from counts.

pub mod coherence;
pub mod cooccurrence;
