//! Topics: the commands, what they promise, and what they say of input that makes no sense.
//!
//! Enters: the shipped paragraphs, and small texts. Where material lies beside the checkout, known numbers of public corpora
//! and the floors of guided topics are held, too.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::desk::{Desk, lines};
use common::shared;
use leitmotif::corpus::Codebook;
use leitmotif::model_file;
use leitmotif::pipeline::Silent;
use leitmotif::pipeline::topics::{
    FitRequest, Method, TextUnit, TopicMemory, TopicSettings, TopicTexts, Topics,
};
use leitmotif::read::codebook::read_codebook;
use leitmotif::read::{LabelRule, RecordReader, Wanted, expand};
use leitmotif::tokenize::Tokenizer;
use leitmotif::topics::Clustering;
use leitmotif::vectorize::{TopicTerms, TopicTermsParams};
use serde_json::Value;

fn seeds(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(path)
}

/// Every `step`-th of the shipped paragraphs.
fn shipped(step: usize) -> TopicTexts {
    let mut texts = TopicTexts::default();
    for input in expand(&[seeds("paragraphs")], None, Wanted::Records) {
        let input = input.unwrap();
        let records = RecordReader::open(&input, LabelRule::Ignored).unwrap();
        for (number, record) in (1..).zip(records).step_by(step) {
            texts.add_record(record.unwrap(), &input.name, number, TextUnit::Natural);
        }
    }
    texts
}

fn codebook() -> Codebook {
    read_codebook(&seeds("codebook.toml")).unwrap()
}

fn settings(method: Method, n_topics: usize) -> TopicSettings {
    TopicSettings { method, n_topics: Some(n_topics), n_sweeps: 60, ..TopicSettings::default() }
}

fn fit(request: &FitRequest<'_>, texts: &TopicTexts) -> Topics {
    request.fit(texts, Tokenizer::default(), &Silent).unwrap()
}

const METHODS: [Method; 6] = [
    Method::Lda,
    Method::Online,
    Method::Nmf,
    Method::Clusters(Clustering::KMeans),
    Method::Clusters(Clustering::GaussianMixture),
    Method::Clusters(Clustering::Dbscan),
];

#[test]
fn the_same_bytes_on_any_number_of_threads_and_after_a_way_through_a_file() {
    let texts = shipped(8);
    for method in METHODS {
        let request = FitRequest { settings: settings(method, 6), ..FitRequest::default() };
        let on = |n: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| model_file::topics::to_bytes(&fit(&request, &texts)).unwrap())
        };
        let (one, four) = (on(1), on(4));
        assert!(one == four, "{method:?} depends on threads");
        let topics = model_file::topics::from_bytes(&one).unwrap();
        assert!(model_file::topics::to_bytes(&topics).unwrap() == one, "{method:?}");
        let mut memory = TopicMemory::default();
        let (mixture, n_words) = topics.infer(&texts.texts[3], &mut memory).unwrap();
        assert!(n_words > 0 && (mixture.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{method:?}");
        // Alone or after others: the same.
        topics.infer(&texts.texts[4], &mut memory).unwrap();
        assert_eq!(topics.infer(&texts.texts[3], &mut memory).unwrap().0, mixture, "{method:?}");
    }
}

#[test]
fn another_seed_gives_other_topics_of_lda() {
    let texts = shipped(16);
    let of = |seed| {
        let settings = TopicSettings { seed, ..settings(Method::Lda, 6) };
        fit(&FitRequest { settings, ..FitRequest::default() }, &texts)
    };
    assert_ne!(of(1).model.weights(), of(2).model.weights());
}

#[test]
fn the_commands_lead_from_texts_to_a_page() {
    let desk = Desk::new();
    let paragraphs = seeds("paragraphs");
    let data = paragraphs.to_str().unwrap();
    let codebook = seeds("codebook.toml");
    let guided = ["--guided", codebook.to_str().unwrap()];
    let fit = ["topics", "fit", data, "--k", "9", "--sweeps", "40", "--out", "a.topics"];
    let ran = desk.run(&[&fit[..], &guided[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("9 topics by latent Dirichlet allocation"), "{}", ran.out);
    assert!(ran.out.contains("No theme covers: ") || ran.out.contains("Every topic is covered"));

    let shown = desk.run(&["topics", "show", "a.topics", "--format", "json", "--top", "12"]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    let topics = shown["topics"].as_array().unwrap();
    assert_eq!((topics.len(), topics[0]["id"].as_u64()), (9, Some(1)));
    assert_eq!(topics[0]["name"], "Territorial loss");
    let words = topics[8]["words"].as_array().unwrap();
    assert!(words.len() == 12 && words[0][0].is_string());
    let weight = |word: &Value| word[1].as_f64().unwrap();
    assert!(words.windows(2).all(|pair| weight(&pair[0]) >= weight(&pair[1])));
    let shares: f64 = topics.iter().map(|topic| topic["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-3);

    let article = seeds("articles/wire-report.txt");
    let article = article.to_str().unwrap();
    let ran = desk.run(&["topics", "infer", "a.topics", article, "--top", "2"]);
    let answers = lines(&ran.out);
    assert!(ran.code == 0 && answers.len() > 3, "{}", ran.err);
    assert_eq!(answers[0]["topics"].as_array().unwrap().len(), 2);
    let table = desk.run(&["topics", "infer", "a.topics", article, "--format", "csv"]);
    assert!(table.out.starts_with("article,id,number,words,topic,name,share,topic_1,"));
    assert_eq!(csv::Reader::from_reader(table.out.as_bytes()).records().count(), answers.len());

    let ran = desk.run(&["topics", "compare", "a.topics", "a.topics"]);
    assert!(ran.code == 0 && ran.out.contains("9 topics are the same"), "{}", ran.out);
    let ran = desk.run(&["topics", "map", "a.topics", "-o", "topics.html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = fs::read_to_string(desk.path("topics.html")).unwrap();
    assert!(
        page.contains("Foreign fighters")
            && !page.contains("http://")
            && !page.contains("https://")
    );

    let later = ["topics", "fit", article, "--min-texts", "1", "--sweeps", "20"];
    let beside = ["--beside", "a.topics", "--new", "2", "--out", "b.topics"];
    let ran = desk.run(&[&later[..], &beside[..]].concat());
    assert!(ran.code == 0 && ran.out.contains("11 topics"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("(kept)"));
}

#[test]
fn months_are_told_where_texts_have_dates() {
    let desk = Desk::new();
    let row = |n: usize| {
        let text = if (n / 20 + n).is_multiple_of(3) {
            "oil tax bank revenue"
        } else {
            "army siege village front"
        };
        format!(
            "{{\"text\": \"{text}\", \"article\": \"a{n}\", \"date\": \"2016-{:02}-03\"}}\n",
            1 + n / 20
        )
    };
    desk.write("d.jsonl", (0..60).map(row).collect::<String>());
    let ran =
        desk.run(&["topics", "fit", "d.jsonl", "--k", "2", "--max-share", "0.9", "--out", "t"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shown = desk.run(&["topics", "show", "t", "--format", "json"]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["months"], serde_json::json!(["2016-01", "2016-02", "2016-03"]));
    let first = &shown["topics"][0]["months"][0];
    assert!(first["share"].as_f64().unwrap() > 0.0 && first["band"].is_array(), "{first}");
}

#[test]
fn what_makes_no_sense_is_said_with_its_exit_code() {
    let desk = Desk::new();
    desk.write(
        "one.txt",
        "The army took the town on Monday, officials said, and held it for days.\n",
    );
    desk.write("alike.jsonl", "{\"text\": \"oil tax bank\"}\n".repeat(30));
    desk.write(
        "few.jsonl",
        (0..6)
            .map(|n| format!("{{\"text\": \"oil word{} tax town{}\"}}\n", n % 2, n))
            .collect::<String>(),
    );
    desk.write("empty.jsonl", "");
    desk.write("not.topics", "LEITMOTF and so on");
    let run = |args: &[&str]| {
        let ran = desk.run(args);
        assert!(!ran.err.contains("panicked"), "{args:?}: {}", ran.err);
        (ran.code, ran.err)
    };
    let fit =
        |input: &str, more: &[&str]| run(&[&["topics", "fit", input, "--out", "t"], more].concat());
    assert_eq!(fit("one.txt", &["--k", "0"]).0, 2);
    assert_eq!(fit("one.txt", &["--k", "lots"]).0, 2);
    assert_eq!(fit("one.txt", &["--k", "20000"]).0, 2);
    for method in ["lda", "nmf", "clusters"] {
        for input in ["one.txt", "alike.jsonl"] {
            let (code, err) = fit(input, &["--k", "2", "--method", method]);
            assert!(code == 3 && err.contains("no term is left"), "{method} {input}: {err}");
        }
        // Every word kept, so that texts are all alike in earnest.
        let all = ["--k", "3", "--max-share", "1", "--method", method];
        let (code, err) = fit("alike.jsonl", &all);
        assert!(code == 0 || (code == 3 && !err.is_empty()), "{method}: {code} {err}");
    }
    assert_eq!(fit("empty.jsonl", &["--k", "2"]).0, 3);
    assert_eq!(fit("missing.txt", &["--k", "2"]).0, 3);
    assert!(fit("one.txt", &["--guided", "no.toml"]).1.contains("no.toml"));
    assert_eq!(
        fit(
            "one.txt",
            &["--k", "2", "--method", "nmf", "--guided", seeds("codebook.toml").to_str().unwrap()]
        )
        .0,
        2
    );
    assert!(run(&["topics", "show", "not.topics"]).1.contains("topics fit"));
    assert!(run(&["topics", "show", "missing.topics"]).0 == 3);
    assert!(!desk.names().contains(&"t".to_string()) || desk.path("t").is_file());
    let few = fit("few.jsonl", &["--k", "5", "--min-texts", "1", "--max-share", "1"]);
    assert_eq!(few.0, 0, "{}", few.1);
}

fn small() -> Vec<u8> {
    let settings = TopicSettings { n_sweeps: 10, ..settings(Method::Lda, 2) };
    let mut texts = TopicTexts::default();
    let row =
        |n: usize| if n.is_multiple_of(2) { "oil tax oil bank" } else { "army siege army town" };
    for n in 0..10 {
        let record = leitmotif::corpus::Record { text: row(n).into(), ..Default::default() };
        texts.add_record(record, "d.jsonl", n + 1, TextUnit::Natural);
    }
    model_file::topics::to_bytes(&fit(&FitRequest { settings, ..FitRequest::default() }, &texts))
        .unwrap()
}

#[test]
fn a_damaged_or_forged_file_is_refused_or_harmless() {
    let bytes = small();
    for at in (0..bytes.len()).step_by(3) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(model_file::topics::from_bytes(&damaged).is_err(), "byte {at}");
        assert!(model_file::topics::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
    }
    let content = &bytes[..bytes.len() - 32];
    for at in 0..content.len() {
        let mut forged = content.to_vec();
        forged[at] = forged[at].wrapping_add(1);
        let sealed = [forged.as_slice(), blake3::hash(&forged).as_bytes()].concat();
        if let Ok(topics) = model_file::topics::from_bytes(&sealed) {
            let _ = topics.infer("oil and the army", &mut TopicMemory::default());
            let _ = leitmotif::report::topics::json::value(&topics, 5);
        }
    }
}

#[test]
fn terms_of_public_corpora_are_those_of_the_peers() {
    // Numbers of texts with terms, terms and tokens as scikit-learn counts them.
    let known = [
        ("bbc", 1_821, 7_754, 308_795),
        ("newsgroups20_stripped", 10_980, 15_231, 873_893),
        ("ap", 1_798, 8_275, 334_992),
    ];
    for (name, n_texts, n_terms, n_tokens) in known {
        let Some(path) = shared(&format!("bench/{name}/train.jsonl.gz")) else { return };
        let mut texts = Vec::new();
        for input in expand(&[path], None, Wanted::Records) {
            for record in RecordReader::open(&input.unwrap(), LabelRule::Ignored).unwrap() {
                texts.push(record.unwrap().text);
            }
        }
        let params = TopicTermsParams::default();
        let (terms, sequences) =
            TopicTerms::fit(params, &texts, &Tokenizer::default(), |_| {}).unwrap();
        let n_with = sequences.texts().filter(|text| !text.is_empty()).count();
        let found = (n_with, terms.vocabulary().len(), sequences.n_tokens());
        assert_eq!(found, (n_texts, n_terms, n_tokens), "{name}");
    }
}

/// A text and the names of its themes.
type Gold = (String, BTreeSet<String>);

fn labels(record: &Value) -> BTreeSet<String> {
    record["labels"].as_array().unwrap().iter().map(|l| l.as_str().unwrap().to_string()).collect()
}

fn dev(folder: &Path) -> Vec<Gold> {
    let page = fs::read_to_string(folder.join("gold/dev.jsonl")).unwrap();
    lines(&page).iter().map(|r| (r["text"].as_str().unwrap().to_string(), labels(r))).collect()
}

/// The body paragraphs of the five articles, by the lines that gold names.
fn articles(folder: &Path) -> Vec<Gold> {
    let page = fs::read_to_string(folder.join("gold/seeds.jsonl")).unwrap();
    let text = |record: &Value| {
        let file = fs::read(folder.join("seeds").join(record["doc"].as_str().unwrap())).unwrap();
        let file = String::from_utf8_lossy(&file).into_owned();
        let lines: Vec<&str> = file.split('\n').collect();
        let ranges = record["lines"].as_array().unwrap().iter();
        let number = |value: &Value| value.as_u64().unwrap() as usize;
        let parts: Vec<String> =
            ranges.map(|range| lines[number(&range[0]) - 1..number(&range[1])].join(" ")).collect();
        parts.join(" ")
    };
    lines(&page).iter().filter(|r| r["kind"] == "body").map(|r| (text(r), labels(r))).collect()
}

/// The share of pairs of a positive and a negative that stand in the right order.
fn roc_auc(scored: &[(f64, bool)]) -> f64 {
    let of = |wanted: bool| scored.iter().filter(move |pair| pair.1 == wanted).map(|pair| pair.0);
    let pairs = of(true).flat_map(|yes| of(false).map(move |no| (yes, no)));
    let (n, sum) = pairs.fold((0.0, 0.0), |(n, sum), (yes, no)| {
        (
            n + 1.0,
            sum + if yes > no {
                1.0
            } else if yes == no {
                0.5
            } else {
                0.0
            },
        )
    });
    sum / n
}

#[test]
#[allow(clippy::print_stdout)]
fn guided_topics_rank_real_paragraphs_by_theme_without_a_label() {
    let Some(folder) = shared("") else { return };
    let codebook = codebook();
    let settings = TopicSettings { n_topics: Some(10), ..TopicSettings::default() };
    let request = FitRequest { settings, guided: Some(&codebook), ..FitRequest::default() };
    let topics = fit(&request, &shipped(1));
    for (name, gold) in [("dev", dev(&folder)), ("articles", articles(&folder))] {
        let mut memory = TopicMemory::default();
        let mixtures: Vec<Vec<f32>> =
            gold.iter().map(|(text, _)| topics.infer(text, &mut memory).unwrap().0).collect();
        for (number, theme) in codebook.themes.iter().enumerate() {
            let scored: Vec<(f64, bool)> = mixtures
                .iter()
                .zip(&gold)
                .map(|(mixture, (_, labels))| {
                    (f64::from(mixture[number]), labels.contains(&theme.id))
                })
                .collect();
            let n_positives = scored.iter().filter(|pair| pair.1).count();
            if n_positives >= 10 {
                let auc = roc_auc(&scored);
                println!("{name} {}: {auc:.3} ({n_positives} positives)", theme.id);
                assert!(auc >= 0.80, "{name} {}: {auc:.3}", theme.id);
            }
        }
    }
}
