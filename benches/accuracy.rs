//! How right it is, on public texts and on real articles: `cargo bench --bench accuracy [-- NAME]`.
//!
//! Enters: the benchmark sets and the labelled paragraphs of real articles, in `../shared` beside the
//! checkout (or the folder named by LEITMOTIF_SHARED). Every set is trained on by the defaults of
//! `leitmotif train DATA`, the same for all, and judged once on its test file. Leaves: two tables. Where
//! the material is missing it says so.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use leitmotif::corpus::LabelledCorpus;
use leitmotif::evaluate::{Evaluation, Measure, Panel, Row};
use leitmotif::pipeline::{Silent, Wishes, judge};
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};
use leitmotif::shipped;
use leitmotif::tokenize::Tokenizer;

/// The sets; scikit-learn's figures on them: `benches/peers/sklearn_peer.py`.
const SETS: [&str; 4] = ["reuters21578_90", "newsgroups20_stripped", "banking77", "bbc"];

fn main() {
    let wanted: Option<String> = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let is_wanted =
        |name: &str| wanted.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()));
    let shared = match std::env::var_os("LEITMOTIF_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
    };
    println!("{:24} micro-F1  macro-F1  accuracy  seconds", "");
    for name in SETS.into_iter().filter(|name| is_wanted(name)) {
        let folder = shared.join("bench").join(name);
        if folder.is_dir() {
            public_set(name, &folder);
        } else {
            println!("{name:24} SKIPPED: {} is missing", folder.display());
        }
    }
    if is_wanted("themes") {
        let dev = shared.join("gold/dev.jsonl");
        if dev.is_file() {
            themes(&read(&dev));
        } else {
            println!("\nthemes: SKIPPED: {} is missing", dev.display());
        }
    }
}

fn read(path: &Path) -> LabelledCorpus {
    let inputs = expand(&[path.to_path_buf()], None, Wanted::Records);
    let records = read_labelled(inputs, LabelRule::Required, None);
    let corpus = records.and_then(|records| records.into_corpus(None));
    corpus.unwrap_or_else(|error| panic!("{error}"))
}

fn public_set(name: &str, folder: &Path) {
    let begin = Instant::now();
    let train = read(&folder.join("train.jsonl.gz"));
    let trained = Wishes::default().train(&train, Tokenizer::default(), Vec::new(), &Silent);
    let trained = trained.unwrap_or_else(|error| panic!("{error}"));
    let seconds = begin.elapsed().as_secs_f64();
    let test = read(&folder.join("test.jsonl.gz"));
    let judged = judge(&trained.classifier, &test).unwrap_or_else(|error| panic!("{error}"));
    let evaluation = Evaluation::new(&judged);
    println!(
        "{name:24} {:>8}  {:>8}  {:>8}  {seconds:>7.1}",
        digits(evaluation.micro.f1),
        digits(evaluation.macro_.f1),
        digits(evaluation.subset_accuracy),
    );
}

/// The built-in model on paragraphs of real articles.
fn themes(corpus: &LabelledCorpus) {
    let classifier = shipped::themes().expect("the built-in model loads");
    let judged = judge(&classifier, corpus).unwrap_or_else(|error| panic!("{error}"));
    let panel = Panel::new(&judged);
    let (figures, intervals) = (panel.figures(), panel.intervals(&corpus.groups, 42));
    let (n, n_articles) = (corpus.len(), corpus.n_groups());
    println!("\nThe built-in themes on {n} paragraphs of {n_articles} real articles");
    println!("{:24} support  F1     95 % by article  calibration error  Brier skill", "");
    let of = |row, measure| digits(figures.get(row, measure).ok());
    for (label, name) in judged.names.iter().enumerate() {
        let row = Row::Label(label);
        println!(
            "{name:24} {:>7}  {}  {:15}  {:>17}  {:>11}",
            figures.support[label],
            of(row, Measure::F1),
            interval(intervals[figures.place(row, Measure::F1)]),
            of(row, Measure::CalibrationError),
            of(row, Measure::BrierSkill),
        );
    }
    for (name, row) in [("micro", Row::Micro), ("macro", Row::Macro)] {
        let ends = intervals[figures.place(row, Measure::F1)];
        println!("{name:24} {:>7}  {}  {}", "", of(row, Measure::F1), interval(ends));
    }
}

fn digits(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.3}"))
}

fn interval(ends: Option<(f64, f64)>) -> String {
    ends.map_or_else(|| "-".into(), |(low, high)| format!("{low:.3} to {high:.3}"))
}
