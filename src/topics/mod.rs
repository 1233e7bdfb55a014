//! Topics from counts.

mod panel;
mod small_svd;
pub mod svd;

pub use svd::{Svd, SvdParams};
