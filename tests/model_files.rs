//! Model files: a frozen one still loads, a damaged one never does.

mod common;

use leitmotif::classify::{LearnerKind, Member};
use leitmotif::model_file::{fingerprint, from_bytes, to_bytes};
use leitmotif::pipeline::{ClassifierParams, Goal, Memory, Silent};
use leitmotif::tokenize::Tokenizer;

/// Written by version 1 from `common::corpus(40)` with the default learner of its time, logistic.
const VERSION_1: (&[u8], &str) =
    (include_bytes!("fixtures/model-v1.leit"), include_str!("fixtures/model-v1.scores"));

/// Written by version 2, one for each form of a model; made by `leitmotif_make_frozen` below.
const VERSION_2: [(LearnerKind, &[u8], &str); 3] = [
    (
        LearnerKind::Blend,
        include_bytes!("fixtures/model-v2-blend.leit"),
        include_str!("fixtures/model-v2-blend.scores"),
    ),
    (
        LearnerKind::LinfaSvm,
        include_bytes!("fixtures/model-v2-linfa-svm.leit"),
        include_str!("fixtures/model-v2-linfa-svm.scores"),
    ),
    (
        LearnerKind::LinfaTrees,
        include_bytes!("fixtures/model-v2-linfa-trees.leit"),
        include_str!("fixtures/model-v2-linfa-trees.scores"),
    ),
];

/// Written by version 3: a blend of weighted members, which older versions do not know.
const VERSION_3: (&[u8], &str) = (
    include_bytes!("fixtures/model-v3-blend.leit"),
    include_str!("fixtures/model-v3-blend.scores"),
);

/// Written by version 4: what was learned from, and where decisions are unsure.
const VERSION_4: (&[u8], &str) = (
    include_bytes!("fixtures/model-v4-promise.leit"),
    include_str!("fixtures/model-v4-promise.scores"),
);

/// A blend that promises a precision.
fn promising_blend() -> Vec<u8> {
    let member = |learner, cost, weight| Member { cost, weight, ..Member::from(learner) };
    let blend =
        vec![member(LearnerKind::Svm, Some(0.5), 2.0), member(LearnerKind::NaiveBayes, None, 1.0)];
    let params = ClassifierParams {
        learner: LearnerKind::Blend,
        blend: Some(blend),
        goal: Goal::Precision(0.75),
        unsure: Some(0.125),
        ..ClassifierParams::default()
    };
    let trained = params.train(&common::corpus(40), Tokenizer::default(), Vec::new(), &Silent);
    to_bytes(&trained.unwrap().classifier).unwrap()
}

fn model_of(learner: LearnerKind) -> Vec<u8> {
    let params = ClassifierParams { learner, ..ClassifierParams::default() };
    let trained = params.train(&common::corpus(40), Tokenizer::default(), Vec::new(), &Silent);
    to_bytes(&trained.unwrap().classifier).unwrap()
}

fn small_model() -> Vec<u8> {
    model_of(LearnerKind::Logistic)
}

/// The scores of a text by the quick way and by its row.
fn scores_of(model: &[u8]) -> (Vec<f64>, Vec<f64>) {
    let classifier = from_bytes(model).unwrap();
    assert_eq!(classifier.labels.names(), ["land", "money", "people"]);
    let (text, mut memory) = ("the army retook the village on Monday", Memory::default());
    let quick = classifier.scores(text, &mut memory).unwrap();
    (quick, classifier.scores_of_row(text, &mut memory).unwrap())
}

/// A row is rounded to f32 before it is scored, and by the quick way there is none: 2^-24 of values whose products with
/// weights below 2 sum to less than 4.
const ROUNDING: f64 = 4e-7;

#[test]
fn frozen_models_of_every_version_and_form_load_and_score_as_they_did() {
    let version_2 = VERSION_2.iter().map(|(_, model, scores)| (*model, *scores));
    for (model, scores) in [VERSION_1, VERSION_3, VERSION_4].into_iter().chain(version_2) {
        let expected: Vec<f64> = scores.lines().map(|line| line.parse().unwrap()).collect();
        let (scores, of_row) = scores_of(model);
        assert_eq!(of_row, expected);
        assert_eq!(scores.len(), expected.len());
        for (score, expected) in scores.into_iter().zip(expected) {
            assert!((score - expected).abs() < ROUNDING, "{score}, then {expected}");
        }
    }
}

#[test]
fn what_version_4_brought_is_read_back() {
    let classifier = from_bytes(VERSION_4.0).unwrap();
    assert_eq!(classifier.origin.params.goal, Goal::Precision(0.75));
    assert_eq!(classifier.bands.len(), 3);
    assert!(classifier.bands.iter().all(|band| band.low <= band.high));
    assert_eq!(classifier.learned.articles.len(), 20);
    assert!(from_bytes(VERSION_3.0).unwrap().learned.is_empty());
    assert_eq!(to_bytes(&classifier).unwrap(), VERSION_4.0);
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
    // Any byte changed: an error or a model that answers, never a panic.
    for learner in [LearnerKind::Logistic, LearnerKind::LinfaSvm, LearnerKind::LinfaTrees] {
        let model = model_of(learner);
        let content = &model[..model.len() - 32];
        for at in 0..content.len() {
            let mut forged = content.to_vec();
            forged[at] = forged[at].wrapping_add(1);
            if let Ok(classifier) = from_bytes(&sealed(&forged)) {
                let _ = classifier.classify("the army retook oil", &mut Memory::default());
            }
        }
    }
}

#[test]
fn the_fingerprint_names_the_bytes() {
    let model = small_model();
    assert_eq!(fingerprint(&model).len(), 16);
    assert_ne!(fingerprint(&model), fingerprint(VERSION_1.0));
}

/// Run by hand with `--ignored` when the format gets a new version, under new file names.
#[test]
#[ignore = "writes the frozen samples"]
fn leitmotif_make_frozen() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let model = promising_blend();
    let (scores, _) = scores_of(&model);
    let lines: Vec<String> = scores.iter().map(|score| format!("{score:?}\n")).collect();
    std::fs::write(folder.join("model-v4-promise.leit"), model).unwrap();
    std::fs::write(folder.join("model-v4-promise.scores"), lines.concat()).unwrap();
}
