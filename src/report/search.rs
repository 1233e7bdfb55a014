//! The ways of training that a search has tried, as a table.

use std::fmt::Write;

use super::model::{learner_line, terms_line};
use super::three_digits;
use crate::pipeline::Tried;

/// How many lines are shown.
const SHOWN: usize = 8;

/// The best of what was tried, the best first.
pub fn table(tried: &[Tried]) -> String {
    let shown = &tried[..tried.len().min(SHOWN)];
    let lines = shown.iter().map(|way| {
        let settings =
            format!("{}, {}", learner_line(&way.params), terms_line(&way.params.vectorizer));
        (settings, three_digits(way.micro_f1), three_digits(way.macro_f1))
    });
    let lines: Vec<(String, String, String)> = lines.collect();
    let width = lines.iter().map(|(settings, ..)| settings.len()).max().unwrap_or(0);
    let n = tried.len();
    let mut page = format!(
        "\nChosen among {n} ways by cross-validation on these texts; the best of them:\n\n"
    );
    let _ = writeln!(page, "{:width$}  micro-F1  macro-F1", "");
    for (settings, micro, macro_) in lines {
        let _ = writeln!(page, "{settings:width$}  {micro:>8}  {macro_:>8}");
    }
    page
}
