//! Reports that cannot flatter: what `evaluate`, `compare` and `audit` say, held to what was planted.
//!
//! Enters: the shipped paragraphs and small data with faults put in by hand. Leaves: the commands' own output.

mod common;

use std::fs;
use std::path::Path;

use common::desk::{Desk, data, lines};
use leitmotif::math::Generator;
use serde_json::{Value, json};

/// So many of the shipped paragraphs, spread over all of them, as records.
fn shipped(n: usize) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/paragraphs");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let all: Vec<Value> =
        files.iter().flat_map(|path| lines(&fs::read_to_string(path).unwrap())).collect();
    let step = all.len() / n;
    all.into_iter().step_by(step).take(n).collect()
}

fn page(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

fn report(desk: &Desk, args: &[&str]) -> Value {
    let ran = desk.run(&[args, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

fn headline(report: &Value) -> (f64, f64, f64) {
    let interval = &report["intervals"]["micro"]["f1"];
    let number = |value: &Value| value.as_f64().unwrap();
    (number(&report["micro"]["f1"]), number(&interval[0]), number(&interval[1]))
}

/// A near copy under another article's name: a dateline before it and every fifteenth word another.
fn near_copy(record: &Value, number: usize) -> Value {
    let text = record["text"].as_str().unwrap();
    let swap =
        |(place, word): (usize, &str)| if place % 15 == 7 { "indeed" } else { word }.to_string();
    let words: Vec<String> = text.split_whitespace().enumerate().map(swap).collect();
    let mut copy = record.clone();
    copy["text"] = format!("LONDON, Monday: {}", words.join(" ")).into();
    copy["id"] = format!("copy-{number}").into();
    copy["article"] = format!("copied-{number}").into();
    copy
}

/// The headline on so many paragraphs and on the same with near copies of every twentieth, by `way`.
fn with_planted_copies(n: usize, way: &[&str]) {
    let desk = Desk::new();
    let mut records = shipped(n);
    desk.write("clean.jsonl", page(&records));
    let copies: Vec<Value> =
        records.iter().step_by(20).enumerate().map(|(n, r)| near_copy(r, n)).collect();
    let n_copies = copies.len();
    assert_eq!(n_copies, n / 20);
    records.extend(copies);
    desk.write("planted.jsonl", page(&records));
    let way = [way, &["--cv", "5", "--search", "off", "--task", "multilabel"]].concat();
    let clean = report(&desk, &[&["evaluate", "clean.jsonl"][..], &way].concat());
    let planted = report(&desk, &[&["evaluate", "planted.jsonl"][..], &way].concat());
    let ((before, low, high), (after, ..)) = (headline(&clean), headline(&planted));
    assert!(low < after && after < high, "{before} [{low}, {high}] and {after}");
    let kept = planted["leaks"]["sets_of_copies_kept_together"].as_u64().unwrap() as usize;
    assert!(kept * 100 >= n_copies * 97, "{kept} of {n_copies} sets of copies were found");
    assert_eq!(planted["leaks"]["near_copies"].as_array().unwrap().len(), 0);
}

#[test]
fn near_copies_planted_in_the_data_hardly_move_the_headline() {
    with_planted_copies(4_000, &[]);
}

/// Without --min-count its default would change here: it is another from 1,000 texts on, and the copies lift the texts
/// of a fold above that.
#[test]
fn near_copies_planted_in_few_texts_hardly_move_the_headline() {
    with_planted_copies(1_200, &["--min-count", "1"]);
}

#[test]
fn copies_across_a_given_split_are_named_and_taken_out_of_a_second_headline() {
    let desk = Desk::new();
    let records = shipped(400);
    let mut test: Vec<Value> = records[300..].to_vec();
    test.push(near_copy(&records[0], 1));
    let mut again = records[1].clone();
    again["article"] = "elsewhere".into();
    again["labels"] = json!(["finances", "leadership"]);
    test.push(again);
    desk.write("train.jsonl", page(&records[..300]));
    desk.write("test.jsonl", page(&test));
    let way = ["evaluate", "train.jsonl", "--test", "test.jsonl", "--search", "off"];
    let leaks = report(&desk, &[&way[..], &["--task", "multilabel"]].concat())["leaks"].clone();
    assert_eq!(leaks["near_copies"], json!(["copy-1"]));
    assert_eq!(leaks["exact_copies"], json!([records[1]["id"]]));
    let conflict = &leaks["same_words_other_labels"][0];
    assert_eq!(*conflict, json!([records[1]["id"], records[1]["id"]]));
    assert!(leaks["headline_without_leaks"].is_number());
}

#[test]
fn a_model_knows_its_training_texts_again() {
    let desk = Desk::new();
    let records = shipped(200);
    desk.write("train.jsonl", page(&records));
    let ran = desk.run(&[
        "train",
        "train.jsonl",
        "--out",
        "m.leit",
        "--search",
        "off",
        "--task",
        "multilabel",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut test: Vec<Value> = shipped(401)[..100].to_vec();
    test.retain(|record| records.iter().all(|own| own["article"] != record["article"]));
    let shouted = records[0]["text"].as_str().unwrap().to_uppercase();
    test.push(json!({ "text": shouted, "labels": [], "id": "shouted", "article": "other" }));
    test.push(json!({ "text": "A new text.", "labels": [], "id": "new", "article": records[5]["article"] }));
    desk.write("test.jsonl", page(&test));
    let leaks = report(&desk, &["evaluate", "test.jsonl", "--model", "m.leit"])["leaks"].clone();
    assert_eq!(leaks["exact_copies"], json!(["shouted"]));
    assert_eq!(leaks["same_article"], json!(["new"]));
    let way = ["evaluate", "test.jsonl", "--model", "m.leit", "--trained-on", "train.jsonl"];
    let leaks = report(&desk, &way)["leaks"].clone();
    assert_eq!(leaks["exact_copies"], json!(["shouted"]));
}

#[test]
fn a_split_by_date_learns_from_the_past_alone() {
    let desk = Desk::new();
    let mut records = shipped(300);
    for (place, record) in records.iter_mut().enumerate() {
        let (month, day) = (1 + place % 12, 1 + place % 28);
        record["date"] = format!("2017-{month:02}-{day:02}").into();
        record["article"] = format!("a{place}").into();
    }
    desk.write("dated.jsonl", page(&records));
    let way = ["evaluate", "dated.jsonl", "--split-by", "date", "--search", "off"];
    let report = report(&desk, &[&way[..], &["--task", "multilabel"]].concat());
    let n = report["n"].as_u64().unwrap();
    assert!((60..75).contains(&n), "{n}");
    assert!(report["data"]["dates"][0].as_str().unwrap() >= "2017-10");
    assert!(report["method"].as_str().unwrap().contains("before 2017-1"));
}

#[test]
fn the_same_report_comes_from_any_number_of_threads_and_in_every_form() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let way = ["evaluate", "d.jsonl", "--cv", "3", "--learner", "svm"];
    let one = desk.run(&[&way[..], &["--threads", "1", "--format", "html"]].concat());
    let two = desk.run(&[&way[..], &["--threads", "2", "--format", "html"]].concat());
    // The command itself stands in the page.
    assert_eq!(one.out.replace("--threads 1", ""), two.out.replace("--threads 2", ""));
    for (file, begins) in
        [("r.html", "<!DOCTYPE html>"), ("r.json", "{\"report\":1"), ("r.md", "# ")]
    {
        let ran = desk.run(&[&way[..], &["-o", file]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
        let page = fs::read_to_string(desk.path(file)).unwrap();
        assert!(page.starts_with(begins), "{file}: {}", &page[..60]);
    }
}

#[test]
fn reports_are_compared_and_reports_on_other_texts_refused() {
    let desk = Desk::new();
    let records = shipped(600);
    desk.write("d.jsonl", page(&records));
    for (learner, file) in [("svm", "svm.json"), ("linfa-trees", "trees.json")] {
        let way = ["evaluate", "d.jsonl", "--cv", "3", "--learner", learner, "--words", "1-1"];
        let ran = desk.run(&[&way[..], &["--task", "multilabel", "-o", file]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let ran = desk.run(&["compare", "trees.json", "svm.json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("By micro-F1 B is better."), "{}", ran.out);
    let same = report(&desk, &["compare", "svm.json", "svm.json"]);
    assert_eq!(same["figures"]["micro-F1"]["verdict"], "not told apart");
    desk.write("less.jsonl", page(&records[..500]));
    desk.run(&[
        "evaluate",
        "less.jsonl",
        "--cv",
        "3",
        "--learner",
        "svm",
        "--task",
        "multilabel",
        "-o",
        "less.json",
    ]);
    let ran = desk.run(&["compare", "svm.json", "less.json"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("judged on other texts"), "{}", ran.err);
    desk.write("broken.json", "{\"title\": 3}");
    let ran = desk.run(&["compare", "svm.json", "broken.json"]);
    assert!(ran.err.contains("broken.json: not a report"), "{}", ran.err);
}

#[test]
fn planted_wrong_labels_stand_at_the_head_of_an_audit() {
    let desk = Desk::new();
    let mut records = shipped(1_200);
    let mut generator = Generator::new(5);
    let mut planted = Vec::new();
    for place in (0..records.len()).step_by(20) {
        if records[place]["labels"][0].is_null() {
            continue;
        }
        let others = [
            "territorial-loss",
            "finances",
            "leadership",
            "foreign-fighters",
            "insurgency-strategy",
        ];
        let has =
            |other: &str| records[place]["labels"].as_array().unwrap().contains(&other.into());
        let others: Vec<&str> = others.into_iter().filter(|other| !has(other)).collect();
        let other = others[generator.below(others.len())];
        planted.push(records[place]["id"].clone());
        records[place]["labels"][0] = other.into();
    }
    desk.write("d.jsonl", page(&records));
    let ran = desk.run(&["audit", "d.jsonl", "--task", "multilabel", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ranked = lines(&ran.out);
    assert_eq!(ranked.len(), 1_200);
    let head = &ranked[..120];
    let n_found = head.iter().filter(|own| planted.contains(&own["id"])).count();
    assert!(n_found * 10 >= planted.len() * 7, "{n_found} of {} in the first tenth", planted.len());
    let page = desk.run(&["audit", "d.jsonl", "--task", "multilabel", "--top", "2"]).out;
    assert!(page.contains("Labels that look wrong") && page.contains("Labels that look missing"));
}

#[test]
fn an_audit_names_copies_labelled_differently_and_labels_that_cannot_be_learned() {
    let desk = Desk::new();
    let text = "The army retook the last town on the road to the border on Monday.";
    let record = |id: usize, labels: Value| json!({ "text": text, "labels": labels, "id": id });
    let mut page = data();
    page += &format!("{}\n{}\n", record(1, json!(["land"])), record(2, json!(["rare", "money"])));
    desk.write("d.jsonl", page);
    let found = report(&desk, &["audit", "d.jsonl", "--cv", "2"]);
    assert_eq!(found["same_words_other_labels"], json!([["1", "2"]]));
    assert!(found["too_few"].as_array().unwrap().contains(&json!({ "label": "rare", "n": 1 })));
}

#[test]
fn two_coders_are_compared_and_their_agreement_is_the_ceiling_of_a_report() {
    let desk = Desk::new();
    let first = shipped(300);
    let mut second = first.clone();
    second[3]["labels"] = json!(["finances"]);
    second[7]["labels"] = json!(["finances", "leadership"]);
    desk.write("first.jsonl", page(&first));
    desk.write("second.jsonl", page(&second));
    let both = ["audit", "first.jsonl", "--second", "second.jsonl"];
    let ran =
        desk.run(&[&both[..], &["--differences", "settle.jsonl", "-o", "agreement.json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let settle = lines(&fs::read_to_string(desk.path("settle.jsonl")).unwrap());
    assert_eq!(settle.len(), 2);
    assert_eq!(settle[0]["second"], json!(["finances"]));
    let agreement: Value =
        serde_json::from_str(&fs::read_to_string(desk.path("agreement.json")).unwrap()).unwrap();
    assert_eq!(agreement["n"], 300);
    assert!(desk.run(&both).out.contains("on 298 (99.3 %)"));
    let way = ["evaluate", "first.jsonl", "--ceiling", "agreement.json"];
    let ceiling = report(&desk, &way)["ceiling"].clone();
    assert!(ceiling["finances"].as_f64().unwrap() < 1.0, "{ceiling}");
    assert_eq!(ceiling["foreign-fighters"], 1.0);
}

#[test]
fn a_promised_precision_is_kept_on_other_texts_and_doubt_is_marked() {
    let desk = Desk::new();
    let records = shipped(2_000);
    let half = |odd: usize| -> Vec<Value> {
        records.iter().enumerate().filter(|(i, _)| i % 2 == odd).map(|(_, r)| r.clone()).collect()
    };
    desk.write("train.jsonl", page(&half(0)));
    desk.write("test.jsonl", page(&half(1)));
    let way = ["train", "train.jsonl", "--out", "m.leit", "--learner", "svm", "--words", "1-1"];
    let ran = desk.run(&[&way[..], &["--task", "multilabel", "--goal", "precision=0.8"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report = report(&desk, &["evaluate", "test.jsonl", "--model", "m.leit"]);
    let promises = report["promises"].as_array().unwrap();
    assert_eq!(promises.len(), 10);
    let broken = promises.iter().filter(|own| own["kept"] == "broken").count();
    assert!(broken <= 1, "{promises:?}");
    let ran = desk.run(&["classify", "test.jsonl", "--model", "m.leit", "--format", "jsonl"]);
    let answers = lines(&ran.out);
    let unsure = answers.iter().filter(|own| !own["unsure"].as_array().unwrap().is_empty()).count();
    assert!(unsure > 0 && unsure < answers.len(), "{unsure} of {}", answers.len());
    let refused = desk.run(&["train", "train.jsonl", "--out", "x.leit", "--goal", "precision=2"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("wanted is a share from 0.5 to below 1"), "{}", refused.err);
}

#[test]
fn a_learning_curve_says_what_more_texts_would_buy() {
    let desk = Desk::new();
    desk.write("d.jsonl", page(&shipped(600)));
    let way = ["evaluate", "d.jsonl", "--learning-curve", "--cv", "3", "--learner", "svm"];
    let report = report(&desk, &[&way[..], &["--task", "multilabel"]].concat());
    let curve = &report["learning_curve"];
    assert_eq!(curve["micro_f1"].as_array().unwrap().len(), 15);
    let gains = curve["micro_fit"]["gains"].as_array().unwrap();
    assert_eq!(
        gains.iter().map(|own| own["more"].as_u64().unwrap()).collect::<Vec<_>>(),
        [100, 500, 1000]
    );
    assert!(gains[2]["gain"].as_f64().unwrap() > 0.0, "{gains:?}");
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let desk = Desk::new();
    desk.write("d.jsonl", data());
    let ran = desk.run(&["evaluate", "d.jsonl", "--cv", "2", "--learner", "svm", "-o", "r.json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let refused: [&[&str]; 4] = [
        &["evaluate", "d.jsonl", "--cv", "2", "-o", "d.jsonl"],
        &["audit", "d.jsonl", "-o", "d.jsonl"],
        &["compare", "r.json", "r.json", "-o", "r.json"],
        &["audit", "d.jsonl", "--second", "d.jsonl", "--differences", "d.jsonl"],
    ];
    for args in refused {
        let ran = desk.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("this is one of the inputs"), "{args:?}: {}", ran.err);
    }
    assert_eq!(fs::read_to_string(desk.path("d.jsonl")).unwrap(), data());
}

#[test]
fn labels_of_the_test_texts_do_not_change_what_is_learned() {
    let desk = Desk::new();
    let row =
        |text: &str, labels: &str| format!("{{\"text\": \"{text}\", \"labels\": {labels}}}\n");
    let train: String = (0..20)
        .map(|i| {
            row(
                &format!("{} {i}", ["oil tax", "front siege"][i % 2]),
                [r#"["money"]"#, r#"["land"]"#][i % 2],
            )
        })
        .collect();
    desk.write("train.jsonl", train);
    desk.write("test.jsonl", row("oil", r#"["money"]"#) + &row("rain", "[]"));
    let way = ["evaluate", "train.jsonl", "--test", "test.jsonl", "--search", "off"];
    let report = report(&desk, &way);
    assert!(report["labels"]["money"]["threshold"].is_null(), "{}", report["labels"]);
    assert_eq!(report["subset_accuracy"], 0.5);
}
