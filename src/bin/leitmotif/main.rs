//! The command line: what each command does stands in the file of its name.
//!
//! Exit codes: 0 all good; 1 some input failed and was reported, the rest was done; 2 the command
//! line makes no sense; 3 nothing could be done. A reader that closes the pipe is no failure.

mod args;
mod audit;
mod classify;
mod compare;
mod evaluate;
mod in_order;
mod inspect;
mod leaderboard;
mod memory;
mod output;
mod progress;
mod segment;
mod topics;
mod train;
mod work;

use std::io::Write;
use std::process::ExitCode;

use leitmotif::pipeline::Classifier;
use leitmotif::{Error, ErrorKind, Result, model_file, shipped, tokenize};

use args::{Args, Command};

/// How a command ended that has said all there is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    AllGood,
    SomeFailed,
    NothingDone,
}

impl Outcome {
    /// The outcome of working through several inputs.
    fn of(n_done: usize, n_failed: usize) -> Outcome {
        match (n_done, n_failed) {
            (0, _) => Outcome::NothingDone,
            (_, 0) => Outcome::AllGood,
            _ => Outcome::SomeFailed,
        }
    }
}

fn main() -> ExitCode {
    silence_fenced_panics();
    let args = Args::from_program();
    let result = match args.command {
        Command::Classify(args) => classify::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Segment(args) => segment::run(&args),
        Command::Topics(args) => topics::run(&args),
    };
    match result {
        Ok(Outcome::AllGood) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        Ok(Outcome::NothingDone) => ExitCode::from(3),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(if error.kind() == ErrorKind::Settings { 2 } else { 3 })
        }
    }
}

/// A panic that becomes an error is told once, as that error.
fn silence_fenced_panics() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !tokenize::is_fenced() {
            loud(panic);
        }
    }));
}

/// Says on standard error, in one line, what went wrong.
fn report(error: &Error) {
    say("leitmotif", &error.to_string());
}

/// Says on standard error what the user should know.
fn notice(line: &str) {
    say("note", line);
}

/// One line on standard error; where that cannot be written to there is nobody to tell.
fn say(who: &str, what: &str) {
    let line: String = what.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _ = writeln!(std::io::stderr(), "{who}: {line}");
}

/// Sets how many threads compute; the results do not depend on it.
fn set_threads(common: &args::Common) -> Result<()> {
    let Some(threads) = common.threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .build_global()
        .map_err(|error| Error::settings(format!("--threads {threads}: {error}")))
}

/// The model at `path`, or the one that is built in.
fn load_model(path: Option<&std::path::Path>) -> Result<Classifier> {
    path.map_or_else(shipped::themes, model_file::load)
}

/// The same, and its bytes.
fn load_model_bytes(path: Option<&std::path::Path>) -> Result<(Classifier, Vec<u8>)> {
    let (bytes, name) = match path {
        Some(path) => (model_file::read(path)?, path),
        None => (shipped::THEMES.to_vec(), std::path::Path::new("(built in)")),
    };
    let classifier = model_file::from_bytes(&bytes).map_err(|error| error.in_file(name))?;
    Ok((classifier, bytes))
}
