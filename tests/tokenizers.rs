//! Claims about tokenizers with a vocabulary of their own, one of each kind of the library's.
//!
//! The slow twin of our reader is the library's own `encode(text, false)`, special and unknown tokens
//! taken out. The laws of tests/laws.rs and the program are tried with each kind, too. How the kinds
//! are trained stands in common/kinds.rs; definitions that make no sense in hostile_tokenizers.rs.

mod common;
#[path = "common/kinds.rs"]
mod kinds;

use std::fs;
use std::process::Command;

use kinds::{KINDS, SPECIAL, TEXTS, bare, definition, seeds};
use leitmotif::corpus::LabelledCorpus;
use leitmotif::model_file;
use leitmotif::pipeline::{Classifier, ClassifierParams, Memory, Silent};
use leitmotif::tokenize::{Tokenizer, Tokens};
use serde_json::{Value, json};
use tokenizers::Tokenizer as Library;

/// Some 150 of the paragraphs, of every source.
fn some_seeds() -> LabelledCorpus {
    let all = seeds();
    let rows: Vec<usize> = (0..all.texts.len()).step_by(all.texts.len() / 150).collect();
    all.select(&rows)
}

fn tokenizer(kind: &str) -> Tokenizer {
    Tokenizer::from_json(definition(kind)).unwrap()
}

fn tokens_of(tokenizer: &Tokenizer, text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    tokenizer.tokenize(text, &mut tokens).unwrap();
    tokens
}

// What tokens are.

#[test]
fn tokens_are_the_librarys_own_without_special_and_unknown_ones() {
    let texts = seeds().texts;
    for kind in KINDS {
        let library: Library = definition(kind).parse().unwrap();
        let unsaid = SPECIAL.map(|token| library.token_to_id(token).unwrap());
        let ours = tokenizer(kind);
        for text in texts.iter().map(String::as_str).chain(TEXTS) {
            let encoding = library.encode(text, false).unwrap();
            let ids = encoding.get_ids().iter().zip(encoding.get_tokens());
            let said = ids.filter(|(id, _)| !unsaid.contains(id));
            let expected: Vec<&String> = said.map(|(_, token)| token).collect();
            assert_eq!(
                tokens_of(&ours, text).iter().collect::<Vec<_>>(),
                expected,
                "{kind}: {text}"
            );
        }
    }
}

#[test]
fn tokens_of_every_kind_look_as_they_should() {
    for (kind, piece) in [("WordPiece", "##"), ("BPE", "Ġ"), ("Unigram", "▁"), ("WordLevel", "")]
    {
        let texts = seeds().texts;
        let tokens = tokens_of(&tokenizer(kind), &texts[0]);
        assert!(tokens.len() > 20, "{kind}");
        assert!(tokens.iter().any(|token| token.starts_with(piece)), "{kind}");
    }
}

#[test]
fn spans_rise_and_slice_the_original_between_characters() {
    let texts = seeds().texts;
    for kind in KINDS {
        let ours = tokenizer(kind);
        for text in texts.iter().map(String::as_str).chain(TEXTS) {
            let tokens = tokens_of(&ours, text);
            let mut last = 0;
            for span in (0..tokens.len()).map(|index| tokens.span(index)) {
                assert!(last <= span.start && span.start <= span.end, "{kind}: {text:?} {span:?}");
                assert!(text.get(span.start..span.end).is_some(), "{kind}: {text:?} {span:?}");
                last = span.start;
            }
        }
    }
}

#[test]
fn the_span_of_a_word_is_the_word_as_it_is_written() {
    let text = "🙂 The  ARMY’s “oil”";
    for (kind, token) in [("WordPiece", "oil"), ("Unigram", "▁The"), ("WordLevel", "army")] {
        let tokens = tokens_of(&tokenizer(kind), text);
        let index = tokens.iter().position(|found| found == token);
        let slice = tokens.span(index.unwrap_or_else(|| panic!("{kind}: no {token}"))).slice(text);
        assert_eq!(slice.trim_start(), text.matches_of(token), "{kind}");
    }
    let tokens = tokens_of(&tokenizer("BPE"), "🙂");
    assert!((0..tokens.len()).all(|byte| tokens.span(byte).slice("🙂") == "🙂"));
}

trait Matches {
    fn matches_of(&self, token: &str) -> &str;
}

impl Matches for str {
    /// The place of `token` in any case, its mark of a word's start taken off.
    fn matches_of(&self, token: &str) -> &str {
        let token = token.trim_start_matches('▁');
        let starts = self.char_indices().map(|(start, _)| start);
        let mut slices = starts.filter_map(|start| self.get(start..start + token.len()));
        slices.find(|slice| slice.eq_ignore_ascii_case(token)).unwrap()
    }
}

#[test]
fn special_tokens_and_words_never_seen_are_no_terms() {
    for kind in KINDS {
        let ours = tokenizer(kind);
        for text in ["[CLS]", "oil [SEP] tax", "[CLS][SEP][UNK][PAD]", "zyxqwv Ωmega 東京"] {
            let tokens = tokens_of(&ours, text);
            let special = tokens.iter().find(|token| SPECIAL.contains(token));
            assert_eq!(special, None, "{kind}: {text}");
        }
        assert!(tokens_of(&ours, "[CLS][SEP]").is_empty(), "{kind}");
        assert!(tokens_of(&ours, "").is_empty(), "{kind}");
    }
    assert!(tokens_of(&tokenizer("WordLevel"), "zyxqwv Ωmega 東京").is_empty());
    assert!(tokens_of(&tokenizer("WordPiece"), "東京").is_empty());
}

#[test]
fn a_definition_that_knows_no_unknown_token_says_so_and_gives_no_tokens() {
    let vocab = json!({ "oil": 0, "tax": 1 });
    let word_piece = json!({ "type": "WordPiece", "unk_token": "[UNK]", "vocab": vocab,
        "continuing_subword_prefix": "##", "max_input_chars_per_word": 100 });
    let bpe = json!({ "type": "BPE", "unk_token": "[UNK]", "vocab": vocab, "merges": [] });
    let unigram = json!({ "type": "Unigram", "unk_id": null,
        "vocab": [["oil", -1.0], ["o", -9.0], ["i", -9.0], ["l", -9.0]] });
    let word_level = json!({ "type": "WordLevel", "unk_token": "[UNK]", "vocab": vocab });
    let one_word = json!({ "type": "WordLevel", "unk_token": "[UNK]", "vocab": { "oil": 0 } });
    for model in [word_piece, bpe, unigram, word_level, one_word] {
        let mut tokens = Tokens::default();
        let ours = Tokenizer::from_json(&bare(model.clone())).unwrap();
        let error = ours.tokenize("war", &mut tokens).unwrap_err().to_string();
        assert!(error.contains("the tokenizer cannot take this text"), "{model}: {error}");
        assert!(tokens.is_empty(), "{model}");
        if model["type"] != "BPE" {
            assert_eq!(tokens_of(&ours, "oil").iter().collect::<Vec<_>>(), ["oil"], "{model}");
        }
    }
}

#[test]
fn training_and_classifying_name_the_unknown_word_as_the_trouble() {
    let corpus = common::corpus(60);
    let mut value: Value = serde_json::from_str(definition("WordLevel")).unwrap();
    let words: Vec<&str> = corpus.texts.iter().flat_map(|text| text.split(' ')).collect();
    let vocab: Value = words.iter().map(|word| (word.to_lowercase(), json!(0))).collect();
    value["model"]["vocab"] = vocab;
    value["added_tokens"] = json!([]);
    let known = Tokenizer::from_json(&value.to_string()).unwrap();
    let classifier = train(&corpus, &known);
    assert!(classifier.classify("the group", &mut Memory::default()).is_ok());
    let refused = classifier.classify("the weather", &mut Memory::default()).unwrap_err();
    assert!(refused.to_string().contains("[UNK]"), "{refused}");
    value["model"]["vocab"].as_object_mut().unwrap().remove("the");
    let unknown = Tokenizer::from_json(&value.to_string()).unwrap();
    let trained = ClassifierParams::default().train(&corpus, unknown, Vec::new(), &Silent);
    assert!(trained.err().unwrap().to_string().contains("[UNK]"));
}

#[test]
fn dropout_does_not_draw_the_tokens() {
    let mut value: Value = serde_json::from_str(definition("BPE")).unwrap();
    value["model"]["dropout"] = 0.5.into();
    let drawn = Tokenizer::from_json(&value.to_string()).unwrap();
    for text in &seeds().texts[..20] {
        assert_eq!(tokens_of(&drawn, text), tokens_of(&tokenizer("BPE"), text));
    }
}

#[test]
fn an_empty_token_is_none() {
    let vocab = json!({ "": 0, "[UNK]": 1, "oil": 2 });
    let model = json!({ "type": "WordLevel", "unk_token": "[UNK]", "vocab": vocab });
    let ours = Tokenizer::from_json(&bare(model)).unwrap();
    assert!(tokens_of(&ours, "").is_empty());
    assert_eq!(tokens_of(&ours, "oil").len(), 1);
}

// The laws.

fn train(corpus: &LabelledCorpus, tokenizer: &Tokenizer) -> Classifier {
    let trained = ClassifierParams::default().train(corpus, tokenizer.clone(), Vec::new(), &Silent);
    trained.unwrap().classifier
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    let corpus = some_seeds();
    for kind in KINDS {
        let bytes = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| model_file::to_bytes(&train(&corpus, &tokenizer(kind))).unwrap())
        };
        let one = bytes(1);
        for n in [2, 3] {
            assert!(bytes(n) == one, "{kind} differs on {n} threads");
        }
    }
}

#[test]
fn a_saved_model_has_the_tokenizer_given_and_scores_to_the_last_bit_alike() {
    let corpus = some_seeds();
    for kind in KINDS {
        let before = train(&corpus, &tokenizer(kind));
        let bytes = model_file::to_bytes(&before).unwrap();
        let after = model_file::from_bytes(&bytes).unwrap();
        assert_eq!(after.tokenizer.json(), definition(kind));
        let texts: Vec<&str> = corpus.texts.iter().map(String::as_str).chain(TEXTS).collect();
        assert_eq!(before.classify_all(&texts).unwrap(), after.classify_all(&texts).unwrap());
        assert!(model_file::to_bytes(&after).unwrap() == bytes, "{kind} is saved differently");
    }
}

#[test]
fn a_text_alone_is_answered_as_in_a_batch() {
    let corpus = some_seeds();
    for kind in KINDS {
        let classifier = train(&corpus, &tokenizer(kind));
        let texts: Vec<&str> = corpus.texts.iter().map(String::as_str).chain(TEXTS).collect();
        let mut memory = Memory::default();
        for (text, answer) in texts.iter().zip(classifier.classify_all(&texts).unwrap()) {
            assert_eq!(classifier.classify(text, &mut memory).unwrap(), answer, "{kind}: {text}");
        }
    }
}

// Through the program.

/// A folder with labelled data and a definition.
fn desk(definition: &str) -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    let corpus = common::corpus(60);
    let row = |row: usize| {
        let names = corpus.labels.names();
        let labels: Vec<&String> = corpus.targets[row].iter().map(|&l| &names[l]).collect();
        let article = format!("a{}", row / 2);
        let line = json!({ "text": corpus.texts[row], "labels": labels, "article": article });
        line.to_string() + "\n"
    };
    fs::write(desk.path().join("d.jsonl"), (0..60).map(row).collect::<String>()).unwrap();
    fs::write(desk.path().join("tokenizer.json"), definition).unwrap();
    desk
}

/// Exit code, standard output, standard error.
fn run(desk: &tempfile::TempDir, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leitmotif"));
    let output = command.args(args).current_dir(desk.path()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("ended by itself"), text(output.stdout), text(output.stderr))
}

#[test]
fn the_program_trains_classifies_judges_and_shows_with_every_kind() {
    for kind in KINDS {
        let desk = desk(definition(kind));
        let train = ["train", "d.jsonl", "--tokenizer", "tokenizer.json", "--out", "m.leit"];
        let (code, _, said) = run(&desk, &train);
        assert_eq!(code, 0, "{kind}: {said}");
        fs::remove_file(desk.path().join("tokenizer.json")).unwrap();
        let classify = ["classify", "d.jsonl", "--model", "m.leit", "--format", "jsonl"];
        let (code, answers, said) = run(&desk, &classify);
        assert_eq!((code, answers.lines().count()), (0, 60), "{kind}: {said}");
        let evaluate = ["evaluate", "d.jsonl", "--model", "m.leit", "--format", "json"];
        let (code, figures, said) = run(&desk, &evaluate);
        let figures: Value = serde_json::from_str(&figures).unwrap();
        assert_eq!(code, 0, "{kind}: {said}");
        assert!(figures["micro"]["f1"].as_f64().unwrap() > 0.8, "{kind}: {figures}");
        let (code, page, said) = run(&desk, &["inspect", "m.leit", "--format", "json"]);
        let page: Value = serde_json::from_str(&page).unwrap();
        assert_eq!((code, &page["labels"][0]["name"]), (0, &"land".into()), "{kind}: {said}");
    }
}

#[test]
fn the_program_cross_validates_with_every_kind() {
    for kind in KINDS {
        let desk = desk(definition(kind));
        let args = ["evaluate", "d.jsonl", "--cv", "2", "--tokenizer", "tokenizer.json"];
        let (code, out, said) = run(&desk, &args);
        assert_eq!(code, 0, "{kind}: {said}");
        assert!(out.contains("60 texts of "), "{kind}: {out}");
    }
}

#[test]
fn a_definition_that_cannot_be_used_is_said_in_one_line_that_names_it() {
    let desk = desk("{}");
    fs::create_dir(desk.path().join("folder")).unwrap();
    let charsmap = json!({ "type": "Precompiled", "precompiled_charsmap": "?" });
    let model = json!({ "type": "WordLevel", "unk_token": "u", "vocab": { "u": 0 } });
    let panics = json!({ "normalizer": charsmap, "added_tokens": [], "model": model }).to_string();
    for (file, content) in [
        ("broken.json", &definition("BPE")[..5_000]),
        ("array.json", "[1, 2]"),
        ("void.json", ""),
        ("wrong.json", "{\"model\": 7}"),
        ("panics.json", &panics),
    ] {
        fs::write(desk.path().join(file), content).unwrap();
    }
    fs::write(desk.path().join("bytes.json"), b"\xff\xfe{}").unwrap();
    let files = ["broken.json", "array.json", "void.json", "wrong.json", "panics.json"];
    for file in files.into_iter().chain(["bytes.json", "tokenizer.json", "missing.json", "folder"])
    {
        for args in
            [&["train", "d.jsonl", "--out", "m.leit"][..], &["evaluate", "d.jsonl", "--cv", "2"]]
        {
            let (code, out, said) = run(&desk, &[args, &["--tokenizer", file]].concat());
            assert!(code == 2 || code == 3, "{file}: {code}");
            assert_eq!((out.as_str(), said.trim_end().lines().count()), ("", 1), "{file}: {said}");
            assert!(said.contains(file) && !said.contains("panicked"), "{file}: {said}");
        }
    }
    assert!(!desk.path().join("m.leit").exists());
}

#[test]
fn a_text_that_the_definition_cannot_take_is_said_in_one_line() {
    let model = json!({ "type": "WordLevel", "unk_token": "[UNK]", "vocab": { "a": 0, "b": 1 } });
    let no_length = json!({ "type": "FixedLength", "length": 0 });
    let mut panics: Value = serde_json::from_str(&bare(model.clone())).unwrap();
    panics["pre_tokenizer"] = no_length;
    for (definition, why) in [(bare(model), "[UNK]"), (panics.to_string(), "gave up")] {
        let desk = desk(&definition);
        let train = ["train", "d.jsonl", "--tokenizer", "tokenizer.json", "--out", "m.leit"];
        let (code, _, said) = run(&desk, &train);
        assert_eq!((code, said.trim_end().lines().count()), (3, 1), "{said}");
        assert!(said.contains("the tokenizer cannot take this text"), "{said}");
        assert!(said.contains(why), "{said}");
    }
}
