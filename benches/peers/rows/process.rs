//! The whole process, from its start to its end: load the shipped model, classify one article, print.

use crate::Result;
use crate::bench::Bench;
use crate::child;
use crate::measure::{Turns, timed};
use crate::table::{Line, Outcome};

/// At least so many runs, for each is short.
const RUNS: usize = 21;

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let article = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/articles/wire-report.txt");
    let (mut turns, mut printed) = (Turns::default(), String::new());
    for _ in 0..RUNS.max(bench.options.turns) {
        let (output, seconds) =
            timed(|| child::run(child::leitmotif().arg("classify").arg(article)));
        (printed, _) = (output?, turns.push(seconds * 1e3));
    }
    let mut outcome = Outcome::default();
    outcome.tell(format!("{} ms from start to end, {RUNS} runs or more", turns.told(1)));
    outcome.tell(format!("checked: {} lines printed", printed.lines().count()));
    outcome.lines.push(Line {
        work: "whole process: start, load the shipped model, classify one article, print".into(),
        against: "time".into(),
        ours: format!("{:.1} ms", turns.median()),
        theirs: "-".into(),
        reached: format!("{} ms", turns.told(1)),
        wanted: "15 ms".into(),
    });
    Ok(outcome)
}
