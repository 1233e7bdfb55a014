//! How many instructions the text path takes: `cargo bench --bench instructions`.
//!
//! Seconds on a shared machine swing by half; instructions do not. Each piece of work is run under valgrind's callgrind with
//! one turn and with several, and the difference is that of the turns without what comes before them. It is compared with the count in
//! `counts.json` beside this file, which holds for one compiler; three in a hundred more are too many. `-- --update` writes the
//! counts anew. Where valgrind, or that compiler, is not there, it says so and compares nothing.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../common/recombined.rs"]
mod recombined;

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use leitmotif::corpus::LabelledCorpus;
use leitmotif::cpu;
use leitmotif::pipeline::{Classifier, ClassifierParams, Memory, Silent};
use leitmotif::shipped;
use leitmotif::tokenize::{Lowered, Tokenizer};
use serde::{Deserialize, Serialize};

const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions/counts.json");

/// By so much a count may pass the stored one.
const MARGIN: f64 = 0.03;

/// How much text is worked through, and how many paragraphs are learned from.
const N_BYTES: usize = 500_000;
const N_LEARNED: usize = 500;

/// A count that is too high is taken again so many times: now and then the seeds of hash tables make what comes before the
/// turns cost more once than another time.
const AGAIN: usize = 3;

/// The pieces of work.
const WORK: [&str; 4] =
    ["tokens", "labels, words 1-2", "labels, built-in model", "train, words 1-2"];

/// What is stored.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counts {
    /// What the counts hold for.
    compiler: String,
    wide_registers: bool,
    /// Instructions per byte of text.
    per_byte: BTreeMap<String, f64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--work", name, turns] => turns.parse().map_err(Into::into).and_then(|n| work(name, n)),
        ["--update"] => count().and_then(|counts| write(&counts)),
        _ => compare(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compiler() -> Result<String, Box<dyn Error>> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    Ok(String::from_utf8(Command::new(rustc).arg("--version").output()?.stdout)?.trim().into())
}

fn has_valgrind() -> bool {
    cfg!(target_arch = "x86_64")
        && Command::new("valgrind").arg("--version").output().is_ok_and(|out| out.status.success())
}

fn compare() -> Result<(), Box<dyn Error>> {
    let stored: Counts = serde_json::from_str(&std::fs::read_to_string(COUNTS)?)?;
    if !has_valgrind() {
        println!("SKIPPED: no valgrind on this machine, instructions are not counted");
        return Ok(());
    }
    let (here, wide) = (compiler()?, cpu::has_wide());
    if stored.compiler != here || stored.wide_registers != wide {
        println!(
            "SKIPPED: the counts are of {} with{} wide registers, this is {here} with{}",
            stored.compiler,
            if stored.wide_registers { "" } else { "out" },
            if wide { "" } else { "out" },
        );
        return Ok(());
    }
    let mut too_many = Vec::new();
    println!("{:26}{:>12}{:>12}{:>9}", "instructions per byte", "stored", "now", "change");
    for name in WORK {
        let before = *stored.per_byte.get(name).ok_or("a count is missing: -- --update")?;
        let mut now = per_byte(name)?;
        for _ in 0..AGAIN {
            if now > before * (1.0 + MARGIN) {
                now = now.min(per_byte(name)?);
            }
        }
        let change = now / before - 1.0;
        println!("{name:26}{before:>12.2}{now:>12.2}{:>8.1}%", 100.0 * change);
        if change > MARGIN {
            too_many.push(name);
        }
    }
    if too_many.is_empty() {
        return Ok(());
    }
    Err(format!("slower than before: {} (where that is meant: -- --update)", too_many.join("; "))
        .into())
}

fn write(counts: &Counts) -> Result<(), Box<dyn Error>> {
    std::fs::write(COUNTS, serde_json::to_string_pretty(counts)? + "\n")?;
    println!("{counts:#?}");
    Ok(())
}

fn count() -> Result<Counts, Box<dyn Error>> {
    let counted = WORK.iter().map(|name| Ok((name.to_string(), per_byte(name)?)));
    let per_byte = counted.collect::<Result<_, Box<dyn Error>>>()?;
    Ok(Counts { compiler: compiler()?, wide_registers: cpu::has_wide(), per_byte })
}

/// The instructions of one turn per byte of text, to a hundredth.
fn per_byte(name: &str) -> Result<f64, Box<dyn Error>> {
    let (n_bytes, n_turns) =
        if name.starts_with("train") { (learned().texts.concat().len(), 3) } else { (N_BYTES, 20) };
    // What comes before the turns differs a little each time: the more turns, the less that says.
    let turns = instructions(name, 1 + n_turns)? - instructions(name, 1)?;
    Ok((100.0 * turns / (n_turns * n_bytes) as f64).round() / 100.0)
}

/// All instructions of this program for so many turns.
fn instructions(name: &str, turns: usize) -> Result<f64, Box<dyn Error>> {
    let out = std::env::temp_dir().join(format!("leitmotif-callgrind-{}", std::process::id()));
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}", out.display())])
        .arg(std::env::current_exe()?)
        .args(["--work", name, &turns.to_string()])
        .env("RAYON_NUM_THREADS", "1")
        .output()?;
    let total = total(&out);
    let _ = std::fs::remove_file(&out);
    if !run.status.success() {
        return Err(String::from_utf8_lossy(&run.stderr).into());
    }
    total
}

fn total(out: &Path) -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string(out)?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("totals:").or_else(|| line.strip_prefix("summary:")));
    Ok(line.ok_or("callgrind gave no total")?.trim().parse()?)
}

/// Some of the paragraphs of `seeds/`.
fn learned() -> LabelledCorpus {
    let seeds = recombined::seeds();
    let some: Vec<usize> =
        (0..seeds.len()).step_by(seeds.len() / N_LEARNED).take(N_LEARNED).collect();
    seeds.select(&some)
}

fn train(corpus: &LabelledCorpus) -> Result<Classifier, Box<dyn Error>> {
    let params = ClassifierParams { folds: 2, ..ClassifierParams::default() };
    Ok(params.train(corpus, Tokenizer::default(), vec![], &Silent)?.classifier)
}

fn work(name: &str, turns: usize) -> Result<(), Box<dyn Error>> {
    let recombined = recombined::Recombined::new(&recombined::seeds());
    let texts = recombined.texts(N_BYTES, 7);
    let label_all = |classifier: &Classifier| -> Result<(), Box<dyn Error>> {
        let mut memory = Memory::default();
        // Once beforehand, for what is made at the first text.
        for _ in 0..=turns {
            for text in &texts {
                black_box(classifier.label(text, &mut memory)?);
            }
        }
        Ok(())
    };
    match name {
        "tokens" => {
            let (tokenizer, mut lowered) = (Tokenizer::default(), Lowered::default());
            for text in (0..turns).flat_map(|_| &texts) {
                tokenizer.lower(text, &mut lowered)?;
                black_box(lowered.len());
            }
            Ok(())
        }
        "labels, words 1-2" => label_all(&train(&learned())?),
        "labels, built-in model" => label_all(&shipped::themes()?),
        _ => {
            let corpus = learned();
            (0..turns)
                .try_for_each(|_| train(&corpus).map(|classifier| drop(black_box(classifier))))
        }
    }
}
