//! What people and programs read: predictions, paragraphs, figures, models.
//!
//! Enters: results. Leaves: bytes on a writer that the caller chose. Formats are part of the public
//! interface; the tests hold them literally.
//!
//! * [`answers`]: predictions as text, JSON lines or CSV; paragraphs of `segment`, too;
//! * [`card`]: a model card;
//! * [`document`]: all that a report on answers shows;
//! * [`figures`]: an evaluation as a table or as JSON;
//! * [`leaderboard`]: several learners side by side;
//! * [`reasons`]: why a paragraph has its labels;
//! * [`model`]: what a model holds;
//! * [`search`]: what was tried when it was trained.

pub mod answers;
pub mod card;
pub mod document;
pub mod figures;
pub mod leaderboard;
pub mod model;
pub mod reasons;
pub mod search;

pub use answers::{Answer, AnswerWriter, Format, Probabilities};
pub use document::Document;
pub use reasons::Reasons;

/// Without control characters, which could command the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Writes a number between 0 and 1 with three digits, or a dash where it is undefined.
fn three_digits(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.3}"))
}
