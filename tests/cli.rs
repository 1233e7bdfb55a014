//! What users meet: commands, exit codes, errors in one line, output that is whole or not there.
//!
//! Exit codes: 0 all good, 1 some input failed, 2 wrong usage, 3 nothing could be done.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::desk::{Desk, data, lines};
use serde_json::Value;

const BODY: &str = "The army retook the town from the group on Monday, officials said, and its \
                    fighters fled into the desert.";

#[test]
fn an_article_is_tagged_with_the_built_in_model() {
    let desk = Desk::new();
    desk.write("a.txt", format!("Town falls\n\nBy Ann Lee\n\n{BODY}\n"));
    let ran = desk.run(&["classify", "a.txt", "--format", "jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let answers = lines(&ran.out);
    assert_eq!(answers.len(), 1);
    let keys: Vec<&String> = answers[0].as_object().unwrap().keys().collect();
    let wanted = ["article", "id", "paragraph", "kind", "spans", "text", "labels", "probabilities"];
    assert_eq!(keys, wanted);
    assert_eq!(answers[0]["article"], "a.txt");
    assert_eq!(answers[0]["kind"], "body");
    assert_eq!(answers[0]["text"], BODY);
    assert_eq!(answers[0]["spans"][0][0], 24);
    assert_eq!(answers[0]["probabilities"].as_object().unwrap().len(), 5);
    assert!(answers[0]["labels"].as_array().unwrap().contains(&"territorial-loss".into()));
}

#[test]
fn set_aside_kinds_appear_when_asked_for() {
    let desk = Desk::new();
    desk.write("a.txt", format!("Town falls\n\nBy Ann Lee\n\n{BODY}\n"));
    let ran = desk.run(&["classify", "a.txt", "--format", "jsonl", "--all-kinds"]);
    let kinds: Vec<Value> = lines(&ran.out).iter().map(|a| a["kind"].clone()).collect();
    assert_eq!(kinds, ["title", "byline", "body"]);
}

#[test]
fn records_are_answered_in_order_an_empty_one_included() {
    let desk = Desk::new();
    let rows = "{\"text\": \"one\", \"id\": \"x\", \"article\": \"q\", \"labels\": 7}\n\n{\"text\": \"\"}\n";
    desk.write("r.jsonl", rows);
    let ran = desk.run(&["classify", "r.jsonl", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answers = lines(&ran.out);
    assert_eq!((answers[0]["id"].clone(), answers[0]["article"].clone()), ("x".into(), "q".into()));
    assert_eq!(
        (answers[0]["kind"].clone(), answers[0]["paragraph"].clone()),
        ("record".into(), 1.into())
    );
    assert_eq!((answers[1]["id"].clone(), answers[1]["text"].clone()), (Value::Null, "".into()));
}

#[test]
fn spans_count_bytes_of_the_file_its_byte_order_mark_included() {
    let desk = Desk::new();
    let file = format!("\u{feff}Café falls\r\n\r\n{BODY}\r\n");
    desk.write("a.txt", &file);
    let ran = desk.run(&["classify", "a.txt", "--format", "jsonl"]);
    let span = &lines(&ran.out)[0]["spans"][0];
    let (start, end) = (span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize);
    assert_eq!(&file[start..end], BODY);
}

#[test]
fn a_folder_goes_by_name_and_one_bad_article_leaves_the_others() {
    let desk = Desk::new();
    desk.write("in/b.txt", BODY);
    desk.write("in/a.txt", BODY);
    desk.write("in/c.txt", b"\x00\x01\x02junk\xff\xfe\x00");
    desk.write("in/d.txt", "");
    let ran = desk.run(&["classify", "in", "--format", "jsonl"]);
    assert_eq!(ran.code, 1);
    let articles: Vec<String> =
        lines(&ran.out).iter().map(|a| a["article"].as_str().unwrap().replace('\\', "/")).collect();
    assert_eq!(articles, ["in/a.txt", "in/b.txt"]);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    assert!(ran.err.contains("c.txt: not plain text"));
    assert!(ran.err.contains("d.txt: no paragraph to classify"));
}

#[test]
fn what_cannot_be_done_at_all_is_said_in_one_line() {
    let desk = Desk::new();
    desk.write("empty.txt", "");
    desk.write("junk.txt", b"\x89PNG\r\n\x1a\n\x00\x00");
    desk.write("folder/notes.toml", "x = 1");
    desk.write("bad.leit", "no model");
    desk.write("a.txt", BODY);
    for (args, place) in [
        (&["classify", "missing.txt"][..], "missing.txt: cannot open"),
        (&["classify", "empty.txt"], "empty.txt: no paragraph"),
        (&["classify", "junk.txt"], "junk.txt: this is a picture"),
        (&["classify", "folder"], "folder: no article in this folder"),
        (&["classify", "a.txt", "--model", "bad.leit"], "bad.leit: not a leitmotif model"),
        (&["classify", "a.txt", "--model", "none.leit"], "none.leit: cannot open"),
        (&["classify", "a.txt", "-o", "none/out.jsonl"], "none/out.jsonl: cannot write"),
        (&["segment", "missing.txt"], "missing.txt: cannot open"),
        (&["inspect", "bad.leit"], "bad.leit: not a leitmotif model"),
        (&["evaluate", "folder"], "folder: no data in this folder"),
        (&["train", "missing.jsonl", "--out", "m.leit"], "missing.jsonl: cannot open"),
    ] {
        let ran = desk.run(args);
        assert_eq!(ran.code, 3, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(place), "{args:?}: {}", ran.err);
        assert_eq!(ran.err.trim_end().lines().count(), 1, "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
    assert_eq!(desk.names(), ["a.txt", "bad.leit", "empty.txt", "folder", "junk.txt"]);
}

#[test]
fn wrong_usage_has_its_own_code() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    for args in [
        &["classify"][..],
        &["classify", "a.txt", "--format", "xml"],
        &["train", "d.jsonl", "--out", "m.leit", "--words", "2-1"],
        &["train", "d.jsonl", "--out", "m.leit", "--cost", "0"],
        &["train", "d.jsonl", "--out", "m.leit", "--threads", "0"],
        &["evaluate", "d.jsonl", "--cv", "1"],
        &["evaluate", "d.jsonl", "--cv", "1000"],
        &["frobnicate"],
    ] {
        let ran = desk.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
    }
    assert_eq!(desk.names(), ["d.jsonl"]);
}

#[test]
fn training_and_evaluating_stop_at_the_first_bad_line() {
    let desk = Desk::new();
    desk.write("broken.jsonl", data() + "{\"text\": \n");
    desk.write("unlabelled.jsonl", data() + "{\"text\": \"x\"}\n");
    desk.write(
        "nothing.jsonl",
        "{\"text\": \"a\", \"labels\": []}\n{\"text\": \"b\", \"labels\": []}\n",
    );
    desk.write("void.jsonl", "");
    desk.write("several.jsonl", "{\"text\": \"a\", \"labels\": [\"x\", \"y\"]}\n");
    for (file, place) in [
        ("broken.jsonl", "broken.jsonl:25: not valid JSON"),
        ("unlabelled.jsonl", "unlabelled.jsonl:25: no \"labels\""),
        ("nothing.jsonl", "no text has a label"),
        ("void.jsonl", "no record"),
    ] {
        let ran = desk.run(&["train", file, "--out", "m.leit"]);
        assert_eq!(ran.code, 3, "{file}: {}", ran.err);
        assert!(ran.err.contains(place), "{file}: {}", ran.err);
    }
    let several = desk.run(&["train", "several.jsonl", "--task", "multiclass", "--out", "m.leit"]);
    assert!(several.err.contains("several.jsonl:1: 2 labels"), "{}", several.err);
    let evaluated = desk.run(&["evaluate", "broken.jsonl"]);
    assert_eq!((evaluated.code, evaluated.out.as_str()), (3, ""));
    assert!(!desk.path("m.leit").exists());
}

#[test]
fn classifying_reports_a_bad_line_and_goes_on() {
    let desk = Desk::new();
    desk.write("r.jsonl", "{\"text\": \"a\"}\n{broken\n{\"text\": \"b\"}\n");
    let ran = desk.run(&["classify", "r.jsonl", "--format", "csv", "-o", "out.csv"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("r.jsonl:2: not valid JSON"));
    let table = fs::read_to_string(desk.path("out.csv")).unwrap();
    assert_eq!(table.lines().count(), 3);
    let columns = "article,paragraph,start,end,kind,labels,p_territorial-loss,p_finances,\
                   p_leadership,p_foreign-fighters,p_insurgency-strategy,text";
    assert_eq!(table.lines().next(), Some(columns));
}

#[test]
fn a_model_is_trained_inspected_and_judged() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let trained = desk.run(&["train", "d.jsonl", "--out", "m.leit"]);
    assert_eq!(trained.code, 0, "{}", trained.err);
    assert!(trained.out.contains("24 texts of 12 articles, 2 labels"), "{}", trained.out);
    assert!(trained.out.contains("out of fold"));
    let inspected = desk.run(&["inspect", "m.leit", "--format", "json"]);
    let model: Value = serde_json::from_str(&inspected.out).unwrap();
    assert_eq!(model["origin"]["sources"][0]["name"], "d.jsonl");
    assert_eq!(model["labels"][0]["name"], "land");
    assert_eq!(model["labels"][0]["support"], 8);
    let judged = desk.run(&["evaluate", "d.jsonl", "--model", "m.leit", "--format", "json"]);
    let figures: Value = serde_json::from_str(&judged.out).unwrap();
    for name in ["hamming_loss", "labels", "macro", "micro", "n", "subset_accuracy"] {
        assert!(!figures[name].is_null(), "{name}");
    }
    assert!(figures["micro"]["f1"].as_f64().unwrap() > 0.9);
    assert_eq!(
        figures["leaks"]["exact_copies"].as_array().unwrap().len(),
        24,
        "its own training texts"
    );
    let crossed = desk.run(&["evaluate", "d.jsonl", "--cv", "3", "--learner", "svm"]);
    assert_eq!(crossed.code, 0, "{}", crossed.err);
    assert!(crossed.out.contains("24 texts of 12 articles, 2 labels"), "{}", crossed.out);
}

#[test]
fn two_articles_are_enough_for_two_folds() {
    let desk = Desk::new();
    let rows: String = (0..8)
        .map(|i| {
            let label = if i % 2 == 0 { "oil" } else { "war" };
            format!(
                "{{\"text\": \"{label} {i}\", \"labels\": [\"{label}\"], \"article\": \"{}\"}}\n",
                i / 4
            )
        })
        .collect();
    desk.write("d.jsonl", rows);
    let ran = desk.run(&["evaluate", "d.jsonl", "--cv", "2"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_fold_that_leaves_nothing_to_tell_apart_is_named() {
    let desk = Desk::new();
    let row = |text: &str, label: &str, article: &str| {
        format!("{{\"text\": \"{text}\", \"labels\": [\"{label}\"], \"article\": \"{article}\"}}\n")
    };
    desk.write("d.jsonl", row("oil", "a", "x") + &row("tax", "a", "y") + &row("war", "b", "z"));
    let ran = desk.run(&["evaluate", "d.jsonl", "--cv", "3"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("of 3: all texts have the same one label"), "{}", ran.err);
}

#[test]
fn an_input_is_never_written_over() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    assert_eq!(desk.run(&["train", "d.jsonl", "--out", "d.jsonl"]).code, 2);
    assert_eq!(desk.run(&["classify", "d.jsonl", "-o", "d.jsonl"]).code, 2);
    assert_eq!(fs::read_to_string(desk.path("d.jsonl")).unwrap(), data());
}

#[test]
fn settings_of_training_are_not_ignored_where_nothing_is_trained() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let ran = desk.run(&["evaluate", "d.jsonl", "--learner", "svm"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--cv"), "{}", ran.err);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let desk = Desk::new();
    desk.write("r.jsonl", "{\"text\": \"red \\u001b[31m text\"}\n");
    let ran = desk.run(&["classify", "r.jsonl"]);
    assert!(!ran.out.contains('\u{1b}'), "{:?}", ran.out);
}

#[cfg(unix)]
#[test]
fn files_whose_names_are_no_unicode_are_read() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    fs::create_dir(desk.path("in")).unwrap();
    fs::write(desk.path("in").join(name), BODY).unwrap();
    let ran = desk.run(&["classify", "in", "--format", "jsonl"]);
    assert_eq!((ran.code, lines(&ran.out).len()), (0, 1), "{}", ran.err);
}

#[test]
fn a_label_that_the_model_lacks_is_said_aloud_and_missed() {
    let desk = Desk::new();
    desk.write("t.jsonl", "{\"text\": \"a\", \"labels\": [\"weather\"]}\n");
    let ran = desk.run(&["evaluate", "t.jsonl", "--format", "json"]);
    assert!(
        ran.err.contains("1 label that the model lacks counts as missed: weather"),
        "{}",
        ran.err
    );
    let figures: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(figures["labels"]["weather"]["recall"], 0.0);
    assert!(figures["labels"]["weather"]["threshold"].is_null());
}

#[test]
fn the_same_data_in_all_forms_gives_the_same_weights() {
    let desk = Desk::new();
    let rows = lines(&data());
    let (mut csv, mut tsv, mut fasttext) =
        ("labels,article,text\n".to_string(), "text\tlabels\tarticle\n".to_string(), String::new());
    for row in &rows {
        let (text, article) = (row["text"].as_str().unwrap(), row["article"].as_str().unwrap());
        let label = row["labels"].get(0).and_then(Value::as_str).unwrap_or_default();
        csv += &format!("{label},{article},\"{text}\"\n");
        tsv += &format!("{text}\t{label}\t{article}\n");
        let prefix = if label.is_empty() { String::new() } else { format!("__label__{label} ") };
        fasttext += &format!("{prefix}{text}\n");
    }
    desk.write("d.jsonl", data());
    desk.write("d.csv", csv);
    desk.write("d.tsv", tsv);
    desk.write("d.ft", fasttext);
    let terms = |file: &str, more: &[&str]| {
        let args = [&["train", file, "--out", "m.leit"], more].concat();
        assert_eq!(desk.run(&args).code, 0);
        let ran = desk.run(&["inspect", "m.leit", "--format", "json"]);
        let model: Value = serde_json::from_str(&ran.out).unwrap();
        (model["labels"][0]["top_terms"].clone(), model["n_terms"].clone())
    };
    let expected = terms("d.jsonl", &[]);
    assert_eq!(terms("d.csv", &[]), expected);
    assert_eq!(terms("d.tsv", &[]), expected);
    assert_eq!(terms("d.ft", &["--data-format", "fasttext"]), expected);
}

#[test]
fn model_bytes_depend_on_neither_threads_nor_folder() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    desk.write("elsewhere/note", "");
    let bytes = |args: &[&str], folder: &Path| {
        let out = folder.join("m.leit");
        let mut command = Command::new(env!("CARGO_BIN_EXE_leitmotif"));
        let ran = command.args(args).arg("--out").arg(&out).current_dir(folder).output().unwrap();
        assert!(ran.status.success());
        fs::read(out).unwrap()
    };
    let here = bytes(&["train", "d.jsonl", "--threads", "1"], desk.0.path());
    let there = bytes(&["train", "../d.jsonl", "--threads", "3"], &desk.path("elsewhere"));
    assert!(here == there);
}

#[test]
fn standard_input_and_output_serve_as_files() {
    let desk = Desk::new();
    let ran = desk.run_with_input(&["classify", "-", "--format", "jsonl"], BODY.as_bytes());
    assert_eq!((ran.code, lines(&ran.out)[0]["article"].clone()), (0, "-".into()));
    let args = ["classify", "-", "--data-format", "jsonl", "--format", "jsonl"];
    let ran = desk.run_with_input(&args, b"{\"text\": \"x\"}\n");
    assert_eq!((ran.code, lines(&ran.out)[0]["kind"].clone()), (0, "record".into()));
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let desk = Desk::new();
    desk.write("r.jsonl", "{\"text\": \"some words to classify here\"}\n".repeat(20_000));
    let mut command = desk.command(&["classify", "r.jsonl", "--format", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn output_through_a_pipe_is_plain() {
    let desk = Desk::new();
    desk.write("a.txt", BODY);
    let ran = desk.run(&["classify", "a.txt"]);
    assert!(!ran.out.contains('\u{1b}'));
    assert!(ran.out.starts_with("a.txt\n\n   1  territorial-loss "), "{}", ran.out);
}

#[test]
fn every_help_text_teaches_with_an_example() {
    let desk = Desk::new();
    for command in ["classify", "train", "evaluate", "inspect", "segment"] {
        let ran = desk.run(&[command, "--help"]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains(&format!("\n  leitmotif {command}")), "{command}: {}", ran.out);
    }
    assert!(desk.run(&["--version"]).out.starts_with("leitmotif "));
}

#[test]
fn every_learner_has_its_line_on_the_leaderboard() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let args = ["evaluate", "d.jsonl", "--cv", "2", "--folds", "2", "--learner", "all"];
    let ran = desk.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("learner          macro-F1  micro-F1  all right   seconds"));
    let ran = desk.run(&[args.as_slice(), &["--format", "json"]].concat());
    let board: Value = serde_json::from_str(&ran.out).unwrap();
    let learners = board["learners"].as_array().unwrap();
    assert_eq!(learners.len(), 11);
    assert!(learners.iter().all(|entry| entry["error"].is_null() && entry["micro_f1"].is_f64()));
    let ranks: Vec<f64> =
        learners.iter().map(|entry| entry["macro_f1"].as_f64().unwrap_or(-1.0)).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b), "{ranks:?}");
}

#[test]
fn learners_and_their_settings_that_do_not_go_together_are_refused() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    for (args, message) in [
        (["--learner", "all"].as_slice(), "--learner all is for evaluate --cv K"),
        (&["--learner", "naive-bayes", "--cost", "2"], "naive-bayes has no cost"),
        (&["--learner", "svm", "--smoothing", "2"], "svm has no smoothing"),
        (&["--learner", "blend", "--blend", "svm"], "two learners or more"),
        (&["--learner", "blend", "--blend", "svm,linfa-trees"], "invalid value 'linfa-trees'"),
        (&["--learner", "blend", "--blend", "svm,svm"], "svm stands twice in the blend"),
        (&["--learner", "naive-bayes", "--smoothing", "1e300"], "at most 1e9"),
        (&["--learner", "nb-svm", "--smoothing", "0"], "smoothing is 0"),
    ] {
        let ran = desk.run(&[["train", "d.jsonl", "--out", "m.leit"].as_slice(), args].concat());
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
        assert_eq!(desk.names(), ["d.jsonl"]);
    }
}

#[test]
fn a_blend_tells_its_members_and_a_forest_shows_no_terms() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let train = |learner: &str| {
        let ran = desk.run(&["train", "d.jsonl", "--learner", learner, "--out", "m.leit"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        desk.run(&["inspect", "m.leit"]).out
    };
    let blend = train("blend");
    assert!(blend.contains("blend of svm + naive-bayes + nb-svm"));
    assert!(train("linfa-ensemble").contains("linfa-ensemble, words 1-2"));
}
