//! The table on topics, measured in one run: `cargo bench --bench topics`.
//!
//! Each row does the same work by leitmotif and by tomotopy, scikit-learn or gensim, on the same tokens
//! (which is checked, and said where it is not so), two threads on either side, on the same machine. Topics
//! of all are judged by one measure: NPMI of the ten weightiest words over the texts that they were found
//! in, and the share of distinct ones among these words; where our weights rank words otherwise than the peer's, the figures
//! of its ranking stand beside ("by their rule"). Leaves, on standard output, a Markdown table for README and a
//! longer account; progress goes to standard error. The peers run from a virtual environment that is made from
//! `requirements.txt` where it is missing. `cargo bench --bench topics -- --help` tells how to choose rows and sizes. The
//! texts are in `../shared/bench` beside the checkout (or in the folder named by LEITMOTIF_SHARED); where
//! they are missing rows say so. BERTopic is not run, for it needs weights that others trained: its figures are quoted.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod corpus;
mod fitted;
#[path = "../peers/machine.rs"]
mod machine;
#[path = "../peers/measure.rs"]
#[allow(dead_code)]
mod measure;
mod options;
#[path = "../peers/peer.rs"]
#[allow(dead_code)]
mod peer;
mod rows;
#[path = "../peers/table.rs"]
mod table;
#[path = "../peers/venv.rs"]
mod venv;

use std::process::ExitCode;

use bench::Bench;
use options::Options;
use rows::Row;
use table::{Outcome, markdown};

/// A result whose error is told and ends the run.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let options = Options::from_program();
    if options.list {
        rows::ALL.iter().for_each(|row| println!("{:14}{}", row.name, row.about));
        return ExitCode::SUCCESS;
    }
    match run(options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("topics: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints; false where a row failed.
fn run(options: Options) -> Result<bool> {
    let wanted: Vec<&Row> = rows::ALL.iter().filter(|row| options.wants(row.name)).collect();
    let (mut bench, mut all_good) = (Bench::new(options)?, true);
    let (mut lines, mut account) = (Vec::new(), Vec::new());
    for row in wanted {
        eprintln!("== {}: {}", row.name, row.about);
        // One row that fails does not take the others with it.
        let outcome = measured(&mut bench, row).unwrap_or_else(|error| {
            eprintln!("topics: {}: {error}", row.name);
            all_good = false;
            bench.dismiss_peer();
            Outcome::skipped(row.about, &error.to_string())
        });
        for line in &outcome.account {
            eprintln!("   {line}");
        }
        lines.extend(outcome.lines);
        account.push((row, outcome.account));
    }
    println!("{}", markdown(&lines));
    println!("{}\n", bench.machine()?);
    for (row, lines) in account {
        println!("{}: {}", row.name, row.about);
        lines.iter().for_each(|line| println!("  {line}"));
        println!();
    }
    Ok(all_good)
}

fn measured(bench: &mut Bench, row: &Row) -> Result<Outcome> {
    let of_options = bench.options.corpora.iter().filter(|_| row.corpora.is_empty());
    let mut needed = of_options.map(String::as_str).chain(row.corpora.iter().copied());
    match needed.find(|name| bench.file_of(name).is_none()) {
        Some(missing) => {
            let why = format!("{missing} is missing: see --help, LEITMOTIF_SHARED");
            Ok(Outcome::skipped(row.about, &why))
        }
        None => (row.run)(bench),
    }
}
