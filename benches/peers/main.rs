//! The table of speed and memory, measured in one run: `cargo bench --bench peers`.
//!
//! Each row does the same work by leitmotif and by scikit-learn or fastText, in turns one after the
//! other on the same machine; what both give is compared before a ratio is told. Leaves, on standard
//! output, a Markdown table for README and a longer account; progress goes to standard error. The
//! peers run from a virtual environment that is made from `requirements.txt` where it is missing.
//! `cargo bench --bench peers -- --help` tells how to choose rows, turns and sizes. Texts are
//! recombined from our own paragraphs; the 90 topics are in `../shared/bench` beside the checkout
//! (or in the folder named by LEITMOTIF_SHARED), and where they are missing their rows say so.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod child;
mod export;
mod machine;
mod measure;
mod options;
mod peer;
#[path = "../common/recombined.rs"]
mod recombined;
mod rows;
mod table;
mod venv;

use std::process::ExitCode;

use bench::Bench;
use options::Options;
use table::{Outcome, markdown};

/// A result whose error is told and ends the run.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let options = Options::from_program();
    if options.list {
        rows::ALL.iter().for_each(|row| println!("{:18}{}", row.name, row.about));
        return ExitCode::SUCCESS;
    }
    match run(options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints; false where a row failed.
fn run(options: Options) -> Result<bool> {
    let (mut bench, mut all_good) = (Bench::new(options)?, true);
    let (mut lines, mut account) = (Vec::new(), Vec::new());
    for row in rows::ALL {
        if !bench.options.wants(row.name) {
            continue;
        }
        eprintln!("== {}: {}", row.name, row.about);
        // One row that fails does not take the others with it.
        let outcome = (row.run)(&mut bench).unwrap_or_else(|error| {
            eprintln!("peers: {}: {error}", row.name);
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
    bench.tidy();
    Ok(all_good)
}
