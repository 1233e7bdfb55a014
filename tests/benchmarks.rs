//! Public texts beside the checkout: floors that hold, and bytes that do not depend on threads.
//! Says aloud where it skips, for users do not have these texts.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::shared;
use leitmotif::audit::{Copies, suspects};
use leitmotif::corpus::LabelledCorpus;
use leitmotif::math::Generator;
use leitmotif::pipeline::{Search, Silent, Split, TaskChoice, Wishes, cross_validate};
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};
use leitmotif::tokenize::Tokenizer;
use serde_json::Value;

fn leitmotif(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_leitmotif")).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn train(data: &Path, out: &Path, threads: &str) {
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    leitmotif(&["train", data, "--learner", "svm", "--threads", threads, "--out", out]);
}

fn folder_of(set: &str) -> Option<(PathBuf, PathBuf)> {
    let folder = shared("bench")?.join(set);
    Some((folder.join("train.jsonl.gz"), folder.join("test.jsonl.gz")))
}

fn figures(model: &Path, test: &Path) -> Value {
    let (model, test) = (model.to_str().unwrap(), test.to_str().unwrap());
    let json = leitmotif(&["evaluate", test, "--model", model, "--format", "json"]);
    serde_json::from_str(&json).unwrap()
}

/// Trains on one thread and on three, compares the bytes, and judges.
#[allow(clippy::print_stdout)]
fn judge(set: &str) -> Option<Value> {
    let (train_file, test_file) = folder_of(set)?;
    let folder = tempfile::tempdir().unwrap();
    let (one, three) = (folder.path().join("one.leit"), folder.path().join("three.leit"));
    train(&train_file, &one, "1");
    train(&train_file, &three, "3");
    assert!(fs::read(&one).unwrap() == fs::read(&three).unwrap(), "{set} depends on threads");
    let figures = figures(&one, &test_file);
    println!("{set}: micro {}, macro {}", figures["micro"]["f1"], figures["macro"]["f1"]);
    Some(figures)
}

#[test]
fn ninety_topics_of_newswire_reach_their_floor_on_any_number_of_threads() {
    let Some(figures) = judge("reuters21578_90") else { return };
    assert!(figures["micro"]["f1"].as_f64().unwrap() >= 0.87, "{figures}");
}

#[test]
fn seventy_seven_intents_reach_their_floor_on_any_number_of_threads() {
    let Some(figures) = judge("banking77") else { return };
    assert!(figures["subset_accuracy"].as_f64().unwrap() >= 0.88, "{figures}");
}

/// Out-of-fold probabilities as `audit` gets them.
fn out_of_fold(corpus: &LabelledCorpus) -> Vec<Vec<f64>> {
    let wishes = Wishes {
        search: Some(Search::Off),
        task: Some(TaskChoice::Multilabel),
        ..Wishes::default()
    };
    let params = wishes.settled();
    let copies = Copies::find(&corpus.texts, params.seed).unwrap();
    let split = Split::folds(&params, corpus, &copies, 5).unwrap();
    let tokenizer = Tokenizer::default();
    let answers = cross_validate(&wishes, corpus, &split, &tokenizer, &[], &Silent).unwrap();
    answers.judged.probabilities
}

/// One label of every twentieth text, drawn, swapped for what `other` says; of the swapped texts the share that
/// stands in the first `share` of the audit's list.
fn found_in_first(
    clean: &LabelledCorpus,
    share: f64,
    mut other: impl FnMut(usize, &mut Generator) -> usize,
) -> f64 {
    let mut generator = Generator::new(11);
    let mut order: Vec<usize> = (0..clean.len()).collect();
    generator.shuffle(&mut order);
    let (swapped, mut corpus) = (&order[..clean.len() / 20], clean.clone());
    for &text in swapped {
        let place = generator.below(clean.targets[text].len());
        corpus.targets[text][place] = other(text, &mut generator);
        corpus.targets[text].sort_unstable();
    }
    let ranked = suspects(&corpus.targets, &out_of_fold(&corpus), corpus.labels.len());
    let first = &ranked[..(share * ranked.len() as f64) as usize];
    let n_found = first.iter().filter(|own| swapped.contains(&own.text)).count();
    n_found as f64 / swapped.len() as f64
}

#[test]
#[allow(clippy::print_stdout)]
fn swapped_labels_stand_at_the_head_of_the_audit_s_list() {
    let Some((train_file, _)) = folder_of("reuters21578_90") else { return };
    let inputs = expand(&[train_file], None, Wanted::Records);
    let data = read_labelled(inputs, LabelRule::Required, None).unwrap();
    let clean = data.into_corpus(None).unwrap();
    let n_labels = clean.labels.len();
    let at_random = found_in_first(&clean, 0.05, |text, generator| {
        let others: Vec<usize> =
            (0..n_labels).filter(|label| !clean.targets[text].contains(label)).collect();
        others[generator.below(others.len())]
    });
    let probabilities = out_of_fold(&clean);
    let for_the_likeliest = found_in_first(&clean, 0.1, |text, _| {
        let others = (0..n_labels).filter(|label| !clean.targets[text].contains(label));
        let of = |label: &usize| probabilities[text][*label];
        others.max_by(|a, b| of(a).total_cmp(&of(b))).unwrap()
    });
    println!("swapped at random: {at_random:.3} in the first 5 %");
    println!("swapped for the likeliest wrong label: {for_the_likeliest:.3} in the first 10 %");
    assert!(at_random >= 0.9, "{at_random}");
    assert!(for_the_likeliest >= 0.7, "{for_the_likeliest}");
}
