//! leitmotif
pub mod classify;
pub mod corpus;
pub mod error;
pub mod evaluate;
pub mod math;
pub mod matrix;
pub mod model_file;
pub mod output;
pub mod pipeline;
pub mod read;
pub mod report;
pub mod segment;
pub mod shipped;
pub mod tokenize;
pub mod vectorize;
pub use error::{Error, ErrorKind, Result};
