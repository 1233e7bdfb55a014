//! Why a tag: what the program says is what would happen, and adds up.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::desk::{Desk, data, lines};
use leitmotif::tokenize::{Tokenizer, Tokens};
use serde_json::Value;

/// Hard-wrapped, with captions in the middle of sentences.
const ARTICLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/articles/hard-wrapped.txt");

const THEMES: [&str; 5] =
    ["territorial-loss", "finances", "leadership", "foreign-fighters", "insurgency-strategy"];

fn spans(value: &Value) -> Vec<(usize, usize)> {
    serde_json::from_value(value.clone()).unwrap()
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// A desk with `m.leit`, trained by `learner` on two labels.
fn desk_with_model(learner: &str) -> Desk {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let ran = desk.run(&["train", "d.jsonl", "--learner", learner, "--out", "m.leit"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    desk
}

#[test]
fn bias_and_weights_add_up_and_spans_slice_the_article() {
    let ran = Desk::new().run(&["classify", ARTICLE, "--explain", "all", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let article = fs::read(ARTICLE).unwrap();
    let (mut n_over_lines, mut tokens) = (0, Tokens::default());
    for answer in lines(&ran.out) {
        assert_eq!(names(&answer["evidence"]), THEMES.map(String::from).into());
        for evidence in answer["evidence"].as_object().unwrap().values() {
            let terms = evidence["terms"].as_array().unwrap();
            let sum: f64 = terms.iter().map(|term| term["weight"].as_f64().unwrap()).sum();
            let (bias, score) = (&evidence["bias"], &evidence["score"]);
            assert!((bias.as_f64().unwrap() + sum - score.as_f64().unwrap()).abs() < 1e-6);
            for term in terms {
                let text = term["term"].as_str().unwrap().trim();
                for (start, end) in spans(&term["spans"]) {
                    let slice = std::str::from_utf8(&article[start..end]).unwrap();
                    n_over_lines += usize::from(slice.contains('\n'));
                    Tokenizer::default().tokenize(slice, &mut tokens).unwrap();
                    let words = tokens.iter().collect::<Vec<_>>().join(" ");
                    // A pair whose words a caption parts has a span for each.
                    let is_part = text.starts_with(&words) || text.ends_with(&words);
                    assert!(!words.is_empty() && is_part, "{slice:?} for {text:?}");
                }
            }
        }
    }
    assert!(n_over_lines > 10, "pairs over line ends are slices, too: {n_over_lines}");
}

#[test]
fn the_labels_given_are_explained_unless_others_are_named() {
    let desk = Desk::new();
    desk.write(
        "a.txt",
        "Its oil and tax income fell, and the treasury could not pay the fighters.",
    );
    let explained = |args: &[&str]| {
        let args = [&["classify", "--format", "jsonl"], args].concat();
        let ran = desk.run(&args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        let answer = lines(&ran.out).remove(0);
        let labels: BTreeSet<String> = serde_json::from_value(answer["labels"].clone()).unwrap();
        (names(&answer["evidence"]), labels)
    };
    let (given, labels) = explained(&["--explain", "a.txt"]);
    assert_eq!(given, ["finances".to_string()].into());
    assert_eq!(given, labels);
    assert_eq!(explained(&["a.txt", "--explain"]).0, given);
    assert_eq!(explained(&["a.txt", "--explain", "all"]).0.len(), 5);
    assert_eq!(explained(&["a.txt", "--explain=all"]).0.len(), 5);
    let named = ["--explain=leadership,territorial-loss", "a.txt"];
    assert_eq!(explained(&named).0, ["leadership", "territorial-loss"].map(String::from).into());
}

#[test]
fn what_cannot_be_explained_is_refused_before_any_work() {
    let desk = desk_with_model("linfa-trees");
    desk.write("a.txt", "the army retook the village");
    for (args, message) in [
        (["--model", "m.leit", "--explain"].as_slice(), "linfa-trees are no sums over terms"),
        (&["--explain=weather"], "no label \"weather\""),
        (&["--explain", "--format", "csv"], "reasons do not fit in a table"),
        (&["--counterfactual", "--format", "csv"], "reasons do not fit in a table"),
    ] {
        let ran = desk.run(&[&["classify", "a.txt"], args].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_text_without_the_words_of_a_counterfactual_loses_the_tag() {
    for learner in ["svm", "blend", "linfa-ensemble"] {
        let desk = desk_with_model(learner);
        desk.write("a.txt", "The army retook the village near the river on that day again.");
        let classify = |file: &str, more: &[&str]| {
            let args = ["classify", file, "--model", "m.leit", "--format", "jsonl"];
            lines(&desk.run(&[&args, more].concat()).out).remove(0)
        };
        let answer = classify("a.txt", &["--counterfactual"]);
        assert_eq!(answer["labels"], serde_json::json!(["land"]), "{learner}");
        assert!(answer["evidence"].is_null());
        let found = &answer["counterfactual"]["land"];
        let text = fs::read_to_string(desk.path("a.txt")).unwrap();
        let (mut rest, mut end) = (String::new(), 0);
        for (from, to) in spans(&found["spans"]) {
            rest += &text[end..from];
            end = to;
        }
        assert!(end > 0, "{learner}: {answer}");
        desk.write("b.txt", rest + &text[end..]);
        let after = classify("b.txt", &["--all-kinds"]);
        assert_eq!(after["labels"], serde_json::json!([]), "{learner}");
        assert_eq!(after["probabilities"]["land"], found["probability"], "{learner}");
    }
}

#[test]
fn people_see_the_words_that_weigh_most() {
    let desk = desk_with_model("svm");
    desk.write("r.jsonl", "{\"text\": \"The army retook the village.\"}\n");
    let args = ["classify", "r.jsonl", "--model", "m.leit", "--explain", "--counterfactual"];
    let ran = desk.run(&args);
    let shown: Vec<&str> = ran.out.lines().skip(2).collect();
    assert!(shown[0].starts_with("   1  land 0."), "{}", ran.out);
    assert_eq!(shown[1], "      The army retook the village.");
    assert!(shown[2].starts_with("      land for retook +"), "{}", ran.out);
    assert!(shown[2].contains("; against "), "{}", ran.out);
    assert!(shown[3].starts_with("      without “"), "{}", ran.out);
    assert!(shown[3].contains(": not land, 0."), "{}", ran.out);
    // In colours the words are underlined in that of the label.
    let output = desk.command(&args).env("CLICOLOR_FORCE", "1").output().unwrap();
    let coloured = String::from_utf8(output.stdout).unwrap();
    assert!(coloured.contains("\u{1b}[4m\u{1b}[31mretook\u{1b}[0m"), "{coloured}");
}

#[test]
fn a_label_that_is_not_given_says_what_speaks_against_it() {
    let desk = desk_with_model("svm");
    desk.write("r.jsonl", "{\"text\": \"The army retook the village.\"}\n");
    let ran = desk.run(&["classify", "r.jsonl", "--model", "m.leit", "--explain", "all"]);
    let line = ran.out.lines().find(|line| line.contains("money")).unwrap();
    assert!(line.trim().starts_with("money (not given, 0."), "{}", ran.out);
    assert!(line.contains("; against retook -") || line.contains("; against army -"), "{line}");
}

#[test]
fn one_endless_word_is_explained_in_time_that_grows_with_its_length_alone() {
    let desk = Desk::new();
    let word = "oil".repeat(100_000);
    desk.write("r.jsonl", format!("{{\"text\": \"{word}\"}}\n"));
    let ran = desk.run(&["classify", "r.jsonl", "--explain", "all", "--format", "jsonl"]);
    assert_eq!((ran.code, lines(&ran.out).len()), (0, 1), "{}", ran.err);
    let ran = desk.run(&["classify", "r.jsonl", "--explain", "all"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn character_ngrams_of_one_are_explained_too() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let ran = desk.run(&["train", "d.jsonl", "--chars", "1-2", "--out", "m.leit"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    desk.write("r.jsonl", "{\"text\": \" The army  retook.\"}\n");
    let ran = desk.run(&[
        "classify",
        "r.jsonl",
        "--model",
        "m.leit",
        "--explain",
        "all",
        "--format",
        "jsonl",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = lines(&ran.out).remove(0);
    for evidence in answer["evidence"].as_object().unwrap().values() {
        for term in evidence["terms"].as_array().unwrap() {
            assert!(spans(&term["spans"]).iter().all(|(start, end)| start <= end && *end <= 19));
        }
    }
}
