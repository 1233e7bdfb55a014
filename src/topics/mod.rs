//! Topics from counts.

pub mod coherence;
pub mod cooccurrence;
pub mod window_bits;
