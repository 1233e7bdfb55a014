//! What was reached: the table for README, and the longer account.

use crate::measure::Turns;

/// A line of the table.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What is done.
    pub work: String,
    /// What it is held against.
    pub against: String,
    /// Our figure.
    pub ours: String,
    /// The other's.
    pub theirs: String,
    /// What was reached.
    pub reached: String,
    /// The floor.
    pub wanted: String,
}

/// What a row leaves: lines of the table, and paragraphs of the account.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Lines of the table.
    pub lines: Vec<Line>,
    /// Paragraphs of the account.
    pub account: Vec<String>,
}

impl Outcome {
    /// A row that could not be measured.
    pub fn skipped(work: &str, why: &str) -> Outcome {
        let (work, reached) = (work.to_string(), format!("SKIPPED: {why}"));
        let line = Line { work, reached, ..Line::default() };
        Outcome { lines: vec![line], account: Vec::new() }
    }

    /// Adds a line to the account.
    pub fn tell(&mut self, line: impl Into<String>) {
        self.account.push(line.into());
    }
}

/// The lines as Markdown.
pub fn markdown(lines: &[Line]) -> String {
    let mut page = String::from("| work | against | ours | theirs | reached | at least |\n");
    page += "|---|---|---|---|---|---|\n";
    for line in lines {
        let Line { work, against, ours, theirs, reached, wanted } = line;
        page += &format!("| {work} | {against} | {ours} | {theirs} | {reached} | {wanted} |\n");
    }
    page
}

/// A ratio as it stands in the table: `27.1 x (25.0 to 28.2)`, with a digit more below ten.
pub fn ratio(turns: &Turns) -> String {
    let digits = if turns.median() < 10.0 { 2 } else { 1 };
    let (median, min, max) = (turns.median(), turns.min(), turns.max());
    format!("{median:.digits$} x ({min:.digits$} to {max:.digits$})")
}
