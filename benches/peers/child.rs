//! The program as a process of its own: how long it takes from start to end, and how much memory it holds.
//!
//! Memory is what GNU `/usr/bin/time -v` tells; where that is missing there is no figure.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;

const TIME: &str = "/usr/bin/time";

/// What a run of the program took.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// From start to end.
    pub seconds: f64,
    /// The most resident memory, in bytes.
    pub memory: Option<u64>,
}

/// The program of this build.
pub fn leitmotif() -> Command {
    Command::new(env!("CARGO_BIN_EXE_leitmotif"))
}

/// Runs a command to its end; leaves what it printed.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{command:?}: {}: {said}", output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs the program with these arguments, and measures; leaves what it printed, too.
pub fn measured(args: &[&str], folder: &Path) -> Result<(Run, String)> {
    let report = folder.join("time.txt");
    let mut command = if Path::new(TIME).is_file() {
        let mut command = Command::new(TIME);
        command.args(["-v", "-o"]).arg(&report).arg(env!("CARGO_BIN_EXE_leitmotif"));
        command
    } else {
        leitmotif()
    };
    command.args(args);
    let begin = Instant::now();
    let printed = run(&mut command)?;
    let seconds = begin.elapsed().as_secs_f64();
    let memory = fs::read_to_string(&report).ok().and_then(|report| {
        let line = report
            .lines()
            .find_map(|line| line.trim().strip_prefix("Maximum resident set size (kbytes):"))?;
        line.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
    });
    let _ = fs::remove_file(report);
    Ok((Run { seconds, memory }, printed))
}

/// Memory as it stands in the table.
pub fn megabytes(memory: Option<u64>) -> String {
    let told = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
    memory.map_or_else(|| format!("not measured, for {TIME} is missing"), told)
}
