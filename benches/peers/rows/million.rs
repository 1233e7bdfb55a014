//! Training on very many paragraphs: memory, and time against that for a tenth of them.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::PathBuf;

use leitmotif::tokenize::{Tokenizer, Tokens};
use leitmotif::vectorize::{Analyzer, NgramRange};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::BuildHasher;

use crate::Result;
use crate::bench::Bench;
use crate::child::{self, Run, megabytes};
use crate::measure::{Turns, timed};
use crate::table::{Line, Outcome, ratio};

/// A generated file.
struct Data {
    path: PathBuf,
    n: usize,
    n_bytes: usize,
    n_terms: usize,
}

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let n = bench.options.paragraphs;
    let (tenth, all) = (generate(bench, n / 10)?, generate(bench, n)?);
    let mut outcome = Outcome::default();
    for data in [&tenth, &all] {
        outcome.tell(format!(
            "{} paragraphs, {:.1} MB, {} distinct terms (words 1-2)",
            data.n,
            data.n_bytes as f64 / 1e6,
            data.n_terms
        ));
    }
    let fixed = ["--learner", "svm", "--words", "1-2", "--search", "off"];
    let (growth, memory, seconds) =
        compare(bench, &tenth, &all, &fixed, bench.options.million_turns, &mut outcome)?;
    outcome.lines.push(Line {
        work: format!(
            "train on {} paragraphs, 5 labels ({:.0} MB recombined from `seeds/`, {:.1} million \
             distinct terms), words 1-2, svm",
            all.n,
            all.n_bytes as f64 / 1e6,
            all.n_terms as f64 / 1e6
        ),
        against: format!("resident memory; time against linear growth from {}", tenth.n),
        ours: format!("{seconds:.1} s"),
        theirs: "-".into(),
        reached: format!("{}; {:.2} x", megabytes(memory), growth),
        wanted: "at most 3 GB; at most 1.2 x".into(),
    });
    if bench.options.default_search {
        compare(bench, &tenth, &all, &[], 1, &mut outcome)?;
    }
    if !bench.options.keep {
        fs::remove_file(all.path)?;
        fs::remove_file(tenth.path)?;
    }
    Ok(outcome)
}

/// The growth of time beyond the linear one, the most memory and the seconds for all.
fn compare(
    bench: &Bench,
    tenth: &Data,
    all: &Data,
    args: &[&str],
    n_turns: usize,
    outcome: &mut Outcome,
) -> Result<(f64, Option<u64>, f64)> {
    let (mut few, mut many, mut memory, mut printed) =
        (Turns::default(), Turns::default(), [None; 2], String::new());
    for turn in 1..=n_turns {
        let (run, _) = train(bench, tenth, args)?;
        (memory[0], _) = (memory[0].max(run.memory), few.push(run.seconds));
        let (run, page) = train(bench, all, args)?;
        (memory[1], _) = (memory[1].max(run.memory), many.push(run.seconds));
        printed = page;
        eprintln!("   turn {turn} of {n_turns}: {:.1} s", run.seconds);
    }
    let growth = many.over(&few).times(tenth.n as f64 / all.n as f64);
    let how = if args.is_empty() { "by the defaults".to_string() } else { args.join(" ") };
    outcome.tell(format!(
        "{how}, {} paragraphs: {} s, {}",
        tenth.n,
        few.told(1),
        megabytes(memory[0])
    ));
    outcome.tell(format!(
        "{how}, {} paragraphs: {} s, {}",
        all.n,
        many.told(1),
        megabytes(memory[1])
    ));
    outcome.tell(format!("{how}, time against linear growth: {}", ratio(&growth)));
    let kept = printed.lines().filter(|line| line.contains(" terms") || line.starts_with("micro"));
    outcome.account.extend(kept.map(|line| format!("{how}: it says: {line}")));
    Ok((growth.median(), memory[1], many.median()))
}

fn train(bench: &Bench, data: &Data, args: &[&str]) -> Result<(Run, String)> {
    let (path, out) = (data.path.display().to_string(), bench.folder.join("million.leit"));
    let out = out.display().to_string();
    let mut all = vec!["train", &path, "--threads", "2", "--out", &out];
    all.extend(args);
    let done = child::measured(&all, &bench.folder)?;
    fs::remove_file(out)?;
    Ok(done)
}

fn generate(bench: &Bench, n: usize) -> Result<Data> {
    let path = bench.folder.join(format!("{n}.jsonl"));
    eprintln!("   writing {n} paragraphs");
    let out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let mut count = TermCount::default();
    let (written, seconds) =
        timed(|| bench.recombined.write(out, 7, |done, _| done >= n, |text| count.add(text)));
    let (n, n_bytes) = written?;
    eprintln!("   {:.0} MB in {seconds:.0} s, counting terms included", n_bytes as f64 / 1e6);
    Ok(Data { path, n, n_bytes, n_terms: count.seen.len() })
}

/// The distinct terms, told by their hashes: of ten million none or one is lost.
struct TermCount {
    tokenizer: Tokenizer,
    tokens: Tokens,
    words: Analyzer,
    seen: FxHashSet<u64>,
}

impl Default for TermCount {
    fn default() -> Self {
        let words = Analyzer::Words(NgramRange::new(1, 2).expect("a range"));
        let (tokenizer, tokens, seen) = Default::default();
        TermCount { tokenizer, tokens, words, seen }
    }
}

impl TermCount {
    fn add(&mut self, text: &str) {
        self.tokenizer.tokenize(text, &mut self.tokens).expect("generated text");
        self.words.for_each_term(&self.tokens, |term, _| {
            self.seen.insert(FxBuildHasher.hash_one(term.as_str()));
        });
    }
}
