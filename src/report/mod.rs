//! What people and programs read: predictions, paragraphs, figures, models.
//!
//! Enters: results. Leaves: bytes on a writer that the caller chose. Formats are part of the public
//! interface; the tests hold them literally.
//!
//! * [`answers`]: predictions as text, JSON lines or CSV; paragraphs of `segment`, too;
//! * [`assemble`], [`document`]: all that a report on answers shows;
//! * [`mod@comparison`], [`saved`]: two reports side by side;
//! * [`mod@audit`]: what is suspicious about labels;
//! * [`card`]: a model card;
//! * [`text`], [`markdown`], [`json`]: its forms, with [`sentences`] that they share;
//! * [`figures`]: the figures to expect of a training, as a table;
//! * [`leaderboard`]: several learners side by side;
//! * [`reasons`]: why a paragraph has its labels;
//! * [`model`]: what a model holds;
//! * [`search`]: what was tried when it was trained;
//! * [`mod@topics`]: topics for people and programs; [`topics_document`], [`topics_page`]: their page for the browser.

pub mod answers;
pub mod assemble;
pub mod audit;
pub mod card;
pub mod comparison;
pub mod document;
pub mod figures;
pub mod json;
pub mod leaderboard;
pub mod markdown;
pub mod model;
pub mod page;
mod promises;
pub mod reasons;
pub mod saved;
pub mod search;
pub mod sentences;
pub mod text;
pub mod topics;
pub mod topics_document;
pub mod topics_page;

pub use answers::{Answer, AnswerWriter, Format, Layout, Page, Probabilities};
pub use assemble::Material;
pub use comparison::Comparison;
pub use document::Document;
pub use promises::Aims;
pub use reasons::Reasons;
pub use saved::Side;
pub use topics_document::TopicsDocument;

/// Without control characters, which could command the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A name from outside in a cell of Markdown, which it must not end.
fn cell_text(name: &str) -> String {
    plain(name).replace('|', "\\|")
}

/// Writes a number between 0 and 1 with three digits, or a dash where it is undefined.
fn three_digits(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.3}"))
}
