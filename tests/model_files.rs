//! Model files: a frozen one still loads, a damaged one never does.

mod common;

use leitmotif::model_file::{fingerprint, from_bytes, to_bytes};
use leitmotif::pipeline::{ClassifierParams, Memory, Silent};
use leitmotif::tokenize::Tokenizer;

/// Written by version 1 from `common::corpus(40)`; made by `leitmotif_make_frozen` below.
const FROZEN: &[u8] = include_bytes!("fixtures/model-v1.leit");

fn small_model() -> Vec<u8> {
    let params = ClassifierParams::default();
    let trained = params.train(&common::corpus(40), Tokenizer::default(), Vec::new(), &Silent);
    to_bytes(&trained.unwrap().classifier).unwrap()
}

#[test]
fn a_frozen_model_of_version_1_loads_and_scores_as_it_did() {
    let classifier = from_bytes(FROZEN).unwrap();
    assert_eq!(classifier.labels.names(), ["land", "money", "people"]);
    let scores =
        classifier.scores("the army retook the village on Monday", &mut Memory::default()).unwrap();
    let expected: Vec<f64> = include_str!("fixtures/model-v1.scores")
        .lines()
        .map(|line| line.parse().unwrap())
        .collect();
    assert_eq!(scores, expected);
}

#[test]
fn any_flipped_bit_is_noticed() {
    let model = small_model();
    assert!(from_bytes(&model).is_ok());
    let mut bytes = model.clone();
    for bit in 0..model.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let error = from_bytes(&bytes).expect_err("a flipped bit went unnoticed");
        assert!(!error.to_string().contains('\n'));
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(bytes == model);
}

#[test]
fn a_file_cut_off_anywhere_or_with_something_behind_is_refused() {
    let model = small_model();
    for length in 0..model.len() {
        assert!(from_bytes(&model[..length]).is_err(), "cut at {length}");
    }
    assert!(from_bytes(&[model.as_slice(), b"x"].concat()).is_err());
}

/// Puts a right checksum behind forged content.
fn sealed(content: &[u8]) -> Vec<u8> {
    [content, blake3::hash(content).as_bytes()].concat()
}

#[test]
fn a_forged_file_with_a_right_checksum_is_refused_or_harmless() {
    let model = small_model();
    let content = &model[..model.len() - 32];
    // Lengths that lie, in the header's length and in the arrays' directory.
    let mut lying = content.to_vec();
    lying[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(from_bytes(&sealed(&lying)).is_err());
    let mut newer = content.to_vec();
    newer[8] = 99;
    assert!(from_bytes(&sealed(&newer)).unwrap_err().to_string().contains("version 99"));
    // Any byte changed: an error or a model, never a panic.
    for at in 0..content.len().min(6_000) {
        let mut forged = content.to_vec();
        forged[at] = forged[at].wrapping_add(1);
        if let Ok(classifier) = from_bytes(&sealed(&forged)) {
            classifier.classify("the army retook oil", &mut Memory::default()).unwrap();
        }
    }
}

#[test]
fn the_fingerprint_names_the_bytes() {
    let model = small_model();
    assert_eq!(fingerprint(&model).len(), 16);
    assert_ne!(fingerprint(&model), fingerprint(FROZEN));
}

/// Run by hand with `--ignored` when the format gets a new version, under a new file name.
#[test]
#[ignore = "writes the frozen sample"]
fn leitmotif_make_frozen() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let params = ClassifierParams { seed: 7, ..ClassifierParams::default() };
    let trained = params.train(&common::corpus(40), Tokenizer::default(), Vec::new(), &Silent);
    let bytes = to_bytes(&trained.unwrap().classifier).unwrap();
    let classifier = from_bytes(&bytes).unwrap();
    let scores =
        classifier.scores("the army retook the village on Monday", &mut Memory::default()).unwrap();
    let lines: Vec<String> = scores.iter().map(|score| format!("{score:?}\n")).collect();
    std::fs::write(folder.join("model-v1.leit"), bytes).unwrap();
    std::fs::write(folder.join("model-v1.scores"), lines.concat()).unwrap();
}
