//! The process of `speed_peer.py`, or of another bench's script: a command in, an answer out, a JSON object each.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::Result;
use crate::measure::Turns;

/// The peers, waiting for commands.
pub struct Peer {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// The turns of each way in which a peer does its work.
#[derive(Debug, Default)]
pub struct Ways(pub BTreeMap<String, Turns>);

impl Peer {
    /// Starts the process of a script in `benches/`; numerical libraries get so many threads.
    pub fn start(python: &Path, script: &str, n_threads: usize) -> Result<Peer> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(script);
        let mut command = Command::new(python);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
            command.env(name, n_threads.to_string());
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONWARNINGS", "ignore");
        let mut child = command.spawn()?;
        let commands = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no output of the peer")?);
        Ok(Peer { child, commands, answers })
    }

    /// The answer to a command.
    pub fn ask(&mut self, command: &Value) -> Result<Value> {
        let commands = self.commands.as_mut().ok_or("the peer has ended")?;
        writeln!(commands, "{command}")?;
        commands.flush()?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(format!("the peer ended at {command}; what it said stands above").into());
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer["error"].as_str() {
            Some(error) => Err(format!("the peer at {command}: {error}").into()),
            None => Ok(answer),
        }
    }

    /// Hands over texts with the numbers of their labels, which wait in its memory under `name`.
    pub fn give_texts(
        &mut self,
        name: &str,
        texts: &[String],
        targets: &[Vec<usize>],
        folder: &Path,
    ) -> Result<()> {
        let path = folder.join(format!("{name}.jsonl"));
        let mut file = BufWriter::new(fs::File::create(&path)?);
        for (row, text) in texts.iter().enumerate() {
            let targets = targets.get(row).map_or(&[][..], Vec::as_slice);
            writeln!(file, "{}", json!({"text": text, "targets": targets}))?;
        }
        file.into_inner()?.sync_data()?;
        self.ask(&json!({"do": "texts", "name": name, "path": path}))?;
        fs::remove_file(path)?;
        Ok(())
    }

    /// One turn of labelling texts; each way in which it is done adds to `ways`.
    pub fn predict(&mut self, model: &str, texts: &str, ways: &mut Ways) -> Result<Value> {
        let answer = self.ask(&json!({"do": "predict", "model": model, "texts": texts}))?;
        let found = answer["ways"].as_object().ok_or("an answer without ways")?;
        for (way, seconds) in found {
            ways.push(way, seconds.as_f64().unwrap_or(f64::NAN));
        }
        Ok(answer)
    }
}

/// A number of an answer.
pub fn number(answer: &Value, name: &str) -> Result<f64> {
    let found = answer[name].as_f64();
    Ok(found.ok_or_else(|| format!("the peer's answer has no number {name:?}: {answer}"))?)
}

impl Ways {
    /// Adds a turn of one way.
    pub fn push(&mut self, way: &str, seconds: f64) {
        self.0.entry(way.to_string()).or_default().push(seconds);
    }

    /// The quickest by the median, with its name.
    pub fn best(&self) -> (&str, &Turns) {
        let by_median =
            |a: &(&String, &Turns), b: &(&String, &Turns)| a.1.median().total_cmp(&b.1.median());
        let (name, turns) = self.0.iter().min_by(by_median).expect("at least one turn was taken");
        (name, turns)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // End of input ends it.
        self.commands = None;
        let _ = self.child.wait();
    }
}
