//! Public texts beside the checkout: floors that hold, and bytes that do not depend on threads.
//! Says aloud where it skips, for users do not have these texts.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::shared;
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
