//! Training on very many paragraphs: memory, and time against that for a tenth of them.

use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::BufWriter;
use std::path::PathBuf;

use leitmotif::tokenize::{Tokenizer, Tokens};
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::Result;
use crate::bench::Bench;
use crate::child::{self, megabytes};
use crate::measure::{Turns, timed};
use crate::table::{Line, Outcome, ratio};

/// A setting that leaves nothing to a search.
const FIXED: [&str; 6] = ["--learner", "svm", "--words", "1-2", "--search", "off"];

/// A generated file.
struct Data {
    path: PathBuf,
    n: usize,
    n_bytes: usize,
    n_terms: usize,
}

/// Trainings on the same data.
#[derive(Default)]
struct Trainings {
    seconds: Turns,
    memory: Option<u64>,
    printed: String,
}

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let n = bench.options.paragraphs;
    let (tenth, all) = (generate(bench, n / 10)?, generate(bench, n)?);
    let mut outcome = Outcome::default();
    outcome.tell(tenth.told());
    outcome.tell(all.told());
    let (few, many) = compare(bench, &tenth, &all, &FIXED, bench.options.million_turns)?;
    outcome.account.extend(told(&tenth, &few, &all, &many, &FIXED.join(" ")));
    outcome.lines.push(Line {
        work: format!("train on {}, 5 labels, words 1-2, svm", all.told()),
        against: format!("resident memory; time against linear growth from {}", tenth.n),
        ours: format!("{:.1} s", many.seconds.median()),
        theirs: "-".into(),
        reached: format!(
            "{}; {:.2} x",
            megabytes(many.memory),
            growth(&tenth, &few, &all, &many).median()
        ),
        wanted: "at most 3 GB; at most 1.2 x".into(),
    });
    if bench.options.default_search {
        let (few, many) = compare(bench, &tenth, &all, &[], 1)?;
        outcome.account.extend(told(&tenth, &few, &all, &many, "by the defaults"));
    }
    if !bench.options.keep {
        fs::remove_file(all.path)?;
        fs::remove_file(tenth.path)?;
    }
    Ok(outcome)
}

impl Data {
    fn told(&self) -> String {
        let (megabytes, millions) = (self.n_bytes as f64 / 1e6, self.n_terms as f64 / 1e6);
        format!(
            "{} paragraphs, {megabytes:.0} MB recombined from `seeds/`, {millions:.2} million distinct terms",
            self.n
        )
    }
}

/// Trains on both files in turns.
fn compare(
    bench: &Bench,
    tenth: &Data,
    all: &Data,
    args: &[&str],
    n_turns: usize,
) -> Result<(Trainings, Trainings)> {
    let (mut few, mut many) = (Trainings::default(), Trainings::default());
    for turn in 1..=n_turns {
        few.take(bench, tenth, args)?;
        many.take(bench, all, args)?;
        eprintln!("   turn {turn} of {n_turns}: {:.1} s", many.seconds.median());
    }
    Ok((few, many))
}

impl Trainings {
    fn take(&mut self, bench: &Bench, data: &Data, args: &[&str]) -> Result<()> {
        let (path, out) = (data.path.display().to_string(), bench.folder.join("million.leit"));
        let out = out.display().to_string();
        let mut all = vec!["train", &path, "--threads", "2", "--out", &out];
        all.extend(args);
        let (run, printed) = child::measured(&all, &bench.folder)?;
        fs::remove_file(out)?;
        self.seconds.push(run.seconds);
        (self.memory, self.printed) = (self.memory.max(run.memory), printed);
        Ok(())
    }
}

/// How much more time is taken than in proportion to the paragraphs.
fn growth(tenth: &Data, few: &Trainings, all: &Data, many: &Trainings) -> Turns {
    many.seconds.over(&few.seconds).times(tenth.n as f64 / all.n as f64)
}

fn told(tenth: &Data, few: &Trainings, all: &Data, many: &Trainings, how: &str) -> Vec<String> {
    let of = |data: &Data, trainings: &Trainings| {
        let (seconds, memory) = (trainings.seconds.told(1), megabytes(trainings.memory));
        format!("{how}, {} paragraphs: {seconds} s, {memory}", data.n)
    };
    let growth = ratio(&growth(tenth, few, all, many));
    let mut told =
        vec![of(tenth, few), of(all, many), format!("{how}, time against linear growth: {growth}")];
    let lines = many.printed.lines();
    let kept = lines.filter(|line| line.contains(" terms") || line.starts_with("micro"));
    told.extend(kept.map(|line| format!("{how}, it says: {line}")));
    told
}

fn generate(bench: &Bench, n: usize) -> Result<Data> {
    let path = bench.folder.join(format!("{n}.jsonl"));
    eprintln!("   writing {n} paragraphs");
    let out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let mut count = TermCount::default();
    let write = || bench.recombined.write(out, 7, |done, _| done >= n, |text| count.add(text));
    let (written, seconds) = timed(write);
    let ((n, n_bytes), n_terms) = (written?, count.seen.len());
    let data = Data { path, n, n_bytes, n_terms };
    eprintln!("   {}; written and counted in {seconds:.0} s", data.told());
    Ok(data)
}

/// The distinct words and word pairs, told by their hashes: of ten million none or one is lost.
#[derive(Default)]
struct TermCount {
    tokenizer: Tokenizer,
    tokens: Tokens,
    seen: FxHashSet<u64>,
}

impl TermCount {
    fn add(&mut self, text: &str) {
        self.tokenizer.tokenize(text, &mut self.tokens).expect("generated text");
        let mut before = None;
        for word in self.tokens.iter() {
            self.seen.insert(FxBuildHasher.hash_one(word));
            if let Some(before) = before {
                self.seen.insert(FxBuildHasher.hash_one((before, word)));
            }
            before = Some(word);
        }
    }
}
