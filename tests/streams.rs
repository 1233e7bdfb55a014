//! Files of many records, from disk to disk: the same bytes on any number of threads, which are those
//! of one record after the other.
//!
//! The slow twin reads by `RecordReader`, classifies by `tag_record` and writes by serde.

mod common;

use std::fmt::Write;
use std::fs;

use common::desk::Desk;
use leitmotif::math::Generator;
use leitmotif::pipeline::tag::tag_record;
use leitmotif::pipeline::{Classifier, Explain, TagOptions};
use leitmotif::read::{Format, Input, LabelRule, RecordReader};
use leitmotif::report::{Answer, AnswerWriter, Layout, Probabilities, Reasons};
use leitmotif::{report, shipped};

const THREADS: [&str; 4] = ["1", "2", "3", "8"];

const WORDS: [&str; 24] = [
    "the",
    "army",
    "oil",
    "tax",
    "of",
    "and",
    "village",
    "fighters",
    "said",
    "retook",
    "a",
    "border",
    "café",
    "“quoted”",
    "—",
    "leader",
    "killed",
    "\\\"so\\\"",
    "\\n",
    "money,",
    "recruits,",
    "IS",
    "\\u00a0",
    "town.",
];

fn text(generator: &mut Generator) -> String {
    let n_words = generator.below(20);
    let words = (0..n_words).map(|_| WORDS[generator.below(WORDS.len())]);
    words.collect::<Vec<_>>().join(" ")
}

/// Lines of all kinds, good and bad, and no end to the last one.
fn lines() -> Vec<u8> {
    let mut generator = Generator::new(5);
    let mut lines = b"\xef\xbb\xbf".to_vec();
    for number in 0..4_000 {
        let text = text(&mut generator);
        let end = if number % 7 == 0 { "\r\n" } else { "\n" };
        let line = match number % 97 {
            13 => "{\"text\": ".to_string(),
            14 => " \u{a0}".to_string(),
            15 => String::new(),
            16 => "\0\0".to_string(),
            17 => format!("{{\"text\": \"{text}\", \"id\": [{number}]}}"),
            18 => format!("{{\"id\": {number}, \"text\": \"{text}\"}}"),
            _ => format!(
                "{{\"id\": \"r{number}\", \"article\": \"a{}\", \"text\": \"{text}\"}}",
                number / 10
            ),
        };
        lines.extend_from_slice(line.as_bytes());
        lines.extend_from_slice(if number % 501 == 0 { b"\xff" } else { b"" });
        lines.extend_from_slice(end.as_bytes());
    }
    lines.extend_from_slice(b"{\"text\": \"the last one\"}");
    lines
}

/// The same as rows, some of them with lines within, too short, or blank.
fn rows() -> Vec<u8> {
    let mut generator = Generator::new(6);
    let mut rows = "id,article,text\r\n".to_string();
    for number in 0..3_000 {
        let text = text(&mut generator).replace("\\n", "\n").replace('\\', "\"");
        let _ = match number % 89 {
            13 => writeln!(rows, "{number}"),
            14 => write!(rows, "\r\n"),
            _ => write!(rows, "{number},a{},\"{text}\"\r\n", number / 10),
        };
    }
    rows.into_bytes()
}

/// What is written of a file, and what is said, one record after the other.
fn one_by_one(
    input: &Input,
    format: report::Format,
    options: &TagOptions,
    classifier: &Classifier,
) -> (Vec<u8>, String) {
    let names = classifier.labels.names();
    let layout = Layout { format, names, is_coloured: false, width: 88 };
    let (mut writer, mut json) = (AnswerWriter::new(Vec::new(), layout), Vec::new());
    let mut said = String::new();
    let reader = RecordReader::open(input, LabelRule::Ignored).unwrap();
    for (number, record) in (1..).zip(reader) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line: String = error.to_string().replace(char::is_control, " ");
                said += &format!("leitmotif: {line}\n");
                continue;
            }
        };
        let tagged = tag_record(classifier, &record.text, number, options).unwrap();
        let named = |labels: &[usize]| labels.iter().map(|&l| names[l].as_str()).collect();
        let prediction = &tagged.prediction;
        let answer = Answer {
            article: record.article.as_deref(),
            id: record.id.as_deref(),
            paragraph: number,
            kind: tagged.paragraph.kind,
            spans: &tagged.paragraph.spans,
            text: tagged.text.as_str(),
            labels: Some(named(&prediction.labels)),
            unsure: (!classifier.bands.is_empty()).then(|| named(&prediction.unsure)),
            probabilities: Some(Probabilities::new(names, &prediction.probabilities, None)),
            reasons: Reasons::of(&tagged, names),
        };
        serde_json::to_writer(&mut json, &answer).unwrap();
        json.push(b'\n');
        writer.write(&answer).unwrap();
    }
    let written = writer.finish().unwrap();
    (if format == report::Format::Jsonl { json } else { written }, said)
}

/// Holds the program to the slow twin, on all numbers of threads.
fn check(file: &str, content: &[u8], form: &str, more: &[&str]) {
    let desk = Desk::new();
    desk.write(file, content);
    let path = desk.path(file);
    let input = Input { name: file.into(), format: Format::of(&path).unwrap(), path: Some(path) };
    let format = match form {
        "jsonl" => report::Format::Jsonl,
        "csv" => report::Format::Csv,
        _ => report::Format::Text,
    };
    let explain = if more.is_empty() { Explain::Nothing } else { Explain::Given };
    let options = TagOptions { explain, ..TagOptions::default() };
    let classifier = shipped::themes().unwrap();
    let (written, said) = one_by_one(&input, format, &options, &classifier);
    for threads in THREADS {
        let mut args = vec!["classify", file, "--format", form, "-o", "out", "--threads", threads];
        args.extend_from_slice(more);
        let ran = desk.run(&args);
        assert_eq!((ran.code, &ran.err), (i32::from(!said.is_empty()), &said));
        assert!(fs::read(desk.path("out")).unwrap() == written, "{file}, {form}, {threads}");
    }
}

#[test]
fn lines_become_lines() {
    check("r.jsonl", &lines(), "jsonl", &[]);
}

#[test]
fn lines_become_rows() {
    check("r.jsonl", &lines(), "csv", &[]);
}

#[test]
fn rows_become_lines_and_rows() {
    check("r.csv", &rows(), "jsonl", &[]);
    check("r.csv", &rows(), "csv", &[]);
}

#[test]
fn reasons_and_the_form_for_people_go_the_same_way() {
    let some = &lines()[..100_000];
    check("r.jsonl", some, "text", &[]);
    check("r.jsonl", some, "jsonl", &["--explain"]);
}

#[test]
fn many_small_files_and_records_between_them_keep_their_order() {
    let desk = Desk::new();
    let body = "The army retook the town from the group on Monday, officials said, and left.";
    for number in 0..40 {
        desk.write(&format!("in/{number:03}.txt"), format!("{body} It is {number} miles away.\n"));
    }
    desk.write("in/007.txt", "");
    desk.write("in/019-records.jsonl", lines());
    desk.write("in/020-nothing.jsonl", "\n");
    desk.write("in/021-rows.csv", rows());
    let runs = THREADS.map(|threads| {
        let ran = desk.run(&["classify", "in", "--format", "csv", "--threads", threads]);
        assert_eq!(ran.code, 1);
        (ran.out, ran.err)
    });
    assert!(runs.iter().all(|run| *run == runs[0]));
    let articles = |name: &str| runs[0].0.find(name).unwrap();
    assert!(articles("019.txt") > articles("a1,"));
    assert!(runs[0].1.contains("007.txt: no paragraph"));
    assert!(runs[0].1.contains("020-nothing.jsonl: no record in this file"));
}

#[cfg(unix)]
#[test]
fn a_line_without_end_is_refused() {
    let desk = Desk::new();
    for form in ["jsonl", "csv", "fasttext"] {
        let ran = desk.run(&["classify", "/dev/zero", "--data-format", form, "--format", "jsonl"]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""));
        assert!(ran.err.contains("cannot read: a record longer than 64 MiB"), "{}", ran.err);
    }
}
