//! Topics from counts.

pub mod align;
pub mod assignment;
pub mod coherence;
pub mod cooccurrence;
pub mod diversity;
pub mod exclusivity;
pub mod relevance;
mod shares;
pub mod window_bits;
