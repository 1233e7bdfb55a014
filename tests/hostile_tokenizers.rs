//! Definitions of tokenizers from outside are hostile: none may panic or hang.
//!
//! One of each kind is cut at many places, and each of its parts changed to another type or size; some
//! more contradict themselves or explode. Each is refused, or works on texts of many scripts; a text
//! that it cannot take is an error.

mod common;
#[path = "common/kinds.rs"]
mod kinds;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kinds::{KINDS, TEXTS, bare, definition, train_tokenizer};
use leitmotif::tokenize::{Tokenizer, Tokens};
use leitmotif::{Error, Result};
use serde_json::{Value, json};

/// What a definition makes of [`TEXTS`], found within a minute and without a panic; the thread of one
/// that hangs is left behind.
fn judge_hostile(definition: String) -> Result<usize, Error> {
    let (send, receive) = mpsc::channel();
    let (copy, begun) = (definition.clone(), thread::Builder::new());
    let work = move || {
        let mut tokens = Tokens::default();
        let result = Tokenizer::from_json(&copy).and_then(|tokenizer| {
            let mut count = |text| tokenizer.tokenize(text, &mut tokens).map(|()| tokens.len());
            TEXTS.into_iter().map(&mut count).sum()
        });
        let _ = send.send(result);
    };
    begun.spawn(work).unwrap();
    let received = receive.recv_timeout(Duration::from_secs(60));
    let shown: String = definition.chars().take(2_000).collect();
    received.unwrap_or_else(|why| panic!("{why}: {shown}"))
}

#[test]
fn definitions_cut_anywhere_are_refused() {
    for kind in KINDS {
        let whole = definition(kind);
        for cut in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let cut = whole.floor_char_boundary(cut);
            assert!(judge_hostile(whole[..cut].to_string()).is_err(), "{kind} cut at {cut}");
        }
    }
}

/// The places in a definition, of a long list or table the first two alone.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_string());
    match value {
        Value::Object(parts) => {
            let few = if parts.len() > 20 { 2 } else { 20 };
            for (name, part) in parts.iter().take(few) {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(part, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(parts) => {
            for (index, part) in parts.iter().take(2).enumerate() {
                places(part, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn definitions_with_any_part_of_another_type_or_size_are_refused_or_work() {
    let strangers = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(u64::MAX),
        json!(u32::MAX),
        json!(1e300),
        json!(""),
        json!("é"),
        json!([]),
        json!([[]]),
        json!({}),
    ];
    for kind in KINDS {
        // A small one: it is parsed some thousand times.
        let small = train_small(kind);
        let mut found = Vec::new();
        places(&small, "", &mut found);
        assert!(found.len() >= 40, "{kind}: {}", found.len());
        for place in &found {
            for stranger in &strangers {
                let mut changed = small.clone();
                *changed.pointer_mut(place).unwrap() = stranger.clone();
                let _ = judge_hostile(changed.to_string());
            }
        }
    }
}

/// The definition of a kind, trained on a few words.
fn train_small(kind: &str) -> Value {
    let texts: Vec<String> = common::corpus(8).texts;
    serde_json::from_str(&train_tokenizer(kind, &texts)).unwrap()
}

#[test]
fn models_that_contradict_themselves_are_refused() {
    let bpe = |merges: Value, prefix: &str| {
        let vocab = json!({ "a": 0, "b": 1, "ab": 2, "é": 3, "aé": 4 });
        json!({ "type": "BPE", "vocab": vocab, "merges": merges, "continuing_subword_prefix": prefix })
    };
    for model in [
        bpe(json!(["a x"]), ""),
        bpe(json!([["b", "a"]]), ""),
        bpe(json!([["a", "b"]]), "####"),
        bpe(json!(["a b"]), "####"),
        bpe(json!([["a", "é"]]), "#"),
        bpe(json!([["a"]]), ""),
        bpe(json!(["a b c"]), ""),
        json!({ "type": "Unigram", "unk_id": 7, "vocab": [["a", -1.0]] }),
        json!({ "type": "Unigram", "unk_id": 0, "vocab": [] }),
        json!({ "type": "Unigram", "unk_id": u64::MAX, "vocab": [["a", -1.0]] }),
        json!({ "type": "WordLevel", "unk_token": "u", "vocab": { "u": u64::MAX } }),
        json!({ "type": "None of them", "unk_token": "u", "vocab": { "u": 0 } }),
    ] {
        let error = Tokenizer::from_json(&bare(model.clone())).map(|_| ()).unwrap_err();
        assert!(error.to_string().starts_with("not a tokenizer definition"), "{model}: {error}");
    }
}

#[test]
fn a_character_map_that_says_it_is_large_is_refused_before_memory_is_asked_for() {
    // Four bytes that tell of four gigabytes to come.
    let mut definition = train_small("WordLevel");
    definition["normalizer"] =
        serde_json::json!({ "type": "Precompiled", "precompiled_charsmap": "/////w==" });
    let error = Tokenizer::from_json(&definition.to_string()).unwrap_err().to_string();
    assert!(error.contains("a character map is shorter than it says"), "{error}");
}

#[test]
fn expressions_and_steps_that_explode_end_in_time() {
    let split = |pattern: &str| {
        let pattern = json!({ "Regex": pattern });
        json!({ "type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": false })
    };
    let pre_tokenizers = [
        split("(a+)+$"),
        split(r"(?=(\w+\s?)+!)(\w+)\1"),
        split(r"((\w+\s*)+)+\2\2!"),
        split("(a{1000}){1000}{1000}"),
        split(r"(?:(?=a)\w{1000}){100000}"),
        split(r"(?:(?:(?=a)\w){1000}){1000}{1000}"),
        split(&"(".repeat(10_000)),
        split(&format!("{}a{}", "(?=".repeat(5_000), ")".repeat(5_000))),
        split(""),
        json!({ "type": "FixedLength", "length": 0 }),
        json!({ "type": "FixedLength", "length": u64::MAX }),
    ];
    for pre_tokenizer in pre_tokenizers {
        for kind in KINDS {
            let mut value = train_small(kind);
            value["pre_tokenizer"] = pre_tokenizer.clone();
            let _ = judge_hostile(value.to_string());
        }
    }
}
