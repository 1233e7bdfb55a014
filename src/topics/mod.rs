//! Topics from counts.

pub mod align;
pub mod assignment;
pub mod choose_k;
pub mod coherence;
pub mod cooccurrence;
pub mod diversity;
pub mod exclusivity;
pub mod over_time;
pub mod relevance;
pub mod representative;
mod shares;
pub mod stability;
pub mod window_bits;
