//! Texts in memory to label sets on one thread, against scikit-learn with the very same model.
//!
//! The peer is given our terms, idf, weights, calibration and thresholds, so that both answer alike; its
//! label sets and scores are compared with ours, text by text.

use std::collections::HashSet;
use std::fs;

use leitmotif::pipeline::{Classifier, Memory};
use leitmotif::shipped::themes;

use crate::Result;
use crate::bench::{Bench, read};
use crate::export::{export, read_f64};
use crate::measure::{Turns, timed};
use crate::peer::{Ways, number};
use crate::table::{Line, Outcome, ratio};
use serde_json::json;

/// Scores that differ by more are not the same.
const SAME_SCORE: f64 = 1e-4;

/// Words 1-2 learned from `seeds/`.
pub fn words(bench: &mut Bench) -> Result<Outcome> {
    let (classifier, _) = bench.words_of_seeds()?;
    let texts = bench.recombined.texts(bench.options.megabytes << 20, 1);
    let work =
        "classify, words 1-2 SVM trained from `seeds/`, one thread, text in memory to label sets";
    let line = Line { work: work.into(), wanted: "25 x".into(), ..Line::default() };
    side_by_side(bench, "words", &classifier, &texts, line)
}

/// The built-in model.
pub fn shipped(bench: &mut Bench) -> Result<Outcome> {
    let classifier = themes()?;
    let texts = bench.recombined.texts(bench.options.megabytes << 20, 2);
    let params = classifier.vectorizer.params();
    let range = |range: Option<_>| {
        range.map_or("none".into(), |range: leitmotif::vectorize::NgramRange| range.to_string())
    };
    let features = format!("words {}, characters {}", range(params.words), range(params.chars));
    let work = format!("classify with the shipped model ({features}), one thread");
    let line = Line { work, wanted: "15 x".into(), ..Line::default() };
    side_by_side(bench, "shipped", &classifier, &texts, line)
}

/// 90 topics of newswire.
pub fn topics(bench: &mut Bench) -> Result<Outcome> {
    let work = "classify 90 labels (reuters21578_90, words 1-2), one thread";
    let Some((train, test)) = bench.topics() else {
        return Ok(Outcome::skipped(work, "reuters21578_90 is missing"));
    };
    let args = ["--learner", "svm", "--words", "1-2"];
    let (classifier, _) = bench.trained("topics", &train, &args)?;
    let test = read(&test)?.texts;
    let n_bytes: usize = test.iter().map(String::len).sum();
    let n_times = (bench.options.megabytes << 20).div_ceil(n_bytes);
    let texts: Vec<String> = test.iter().cycle().take(test.len() * n_times).cloned().collect();
    let line = Line { work: work.into(), wanted: "15 x".into(), ..Line::default() };
    side_by_side(bench, "topics", &classifier, &texts, line)
}

/// Our label sets.
pub fn label_sets(classifier: &Classifier, texts: &[String]) -> Result<Vec<Vec<usize>>> {
    let mut memory = Memory::default();
    texts.iter().map(|text| Ok(classifier.classify(text, &mut memory)?.labels)).collect()
}

fn side_by_side(
    bench: &mut Bench,
    name: &str,
    classifier: &Classifier,
    texts: &[String],
    line: Line,
) -> Result<Outcome> {
    let (folder, n_turns) = (bench.folder.join(name), bench.options.turns);
    export(classifier, &folder)?;
    let peer = bench.peer()?;
    peer.give_texts(name, texts, &[], &folder)?;
    peer.ask(&json!({"do": "exported", "model": name, "folder": folder}))?;

    let (mut ours, mut theirs, mut sets) = (Turns::default(), Ways::default(), Vec::new());
    let mut parting = Turns::default();
    for turn in 1..=n_turns {
        let (labelled, seconds) = timed(|| label_sets(classifier, texts));
        (sets, _) = (labelled?, ours.push(seconds));
        let answer = peer.predict(name, name, &mut theirs)?;
        parting.push(number(&answer, "parting")?);
        eprintln!("   turn {turn} of {n_turns}");
    }
    peer.ask(&json!({"do": "answers", "model": name, "out": folder}))?;

    let n_bytes = texts.iter().map(String::len).sum();
    let (way, best) = theirs.best();
    let ratios = best.over(&ours);
    let speed = |turns: &Turns| format!("{:.1} MB/s", turns.megabytes_per_second(n_bytes));
    let mut outcome = Outcome::default();
    outcome.tell(format!(
        "{} texts, {:.1} MB; {}",
        texts.len(),
        n_bytes as f64 / 1e6,
        model(classifier)
    ));
    outcome.tell(format!("leitmotif: {} s, {}", ours.told(3), speed(&ours)));
    for (way, turns) in &theirs.0 {
        outcome.tell(format!("scikit-learn, {way}: {} s, {}", turns.told(3), speed(turns)));
    }
    outcome.tell(format!("ratio, pair by pair, to {way}: {}", ratio(&ratios)));
    if parting.max() > 0.0 {
        outcome.tell(format!(
            "of scikit-learn's time {} s part the words for its character n-grams; ratio without: {}",
            parting.told(3),
            ratio(&best.minus(&parting).over(&ours))
        ));
    }
    outcome.account.extend(compare(classifier, texts, &sets, &folder)?);
    let (ours, theirs) = (speed(&ours), speed(best));
    let (against, reached) = ("scikit-learn, same model".into(), ratio(&ratios));
    outcome.lines.push(Line { against, ours, theirs, reached, ..line });
    fs::remove_dir_all(folder)?;
    Ok(outcome)
}

fn model(classifier: &Classifier) -> String {
    let (n_terms, n_labels) = (classifier.vectorizer.n_terms(), classifier.labels.len());
    format!("{n_terms} terms, {n_labels} labels")
}

/// How far the peer's answers are from ours.
fn compare(
    classifier: &Classifier,
    texts: &[String],
    sets: &[Vec<usize>],
    folder: &std::path::Path,
) -> Result<Vec<String>> {
    let n_labels = classifier.labels.len();
    let scores = read_f64(&folder.join("scores.f64"))?;
    if scores.len() != texts.len() * n_labels {
        return Err("the peer answered to other texts".into());
    }
    let (mut memory, mut n_other_scores, mut furthest) = (Memory::default(), 0, 0.0_f64);
    for (text, theirs) in texts.iter().zip(scores.chunks(n_labels)) {
        let ours = classifier.scores(text, &mut memory)?;
        let apart = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        n_other_scores += usize::from(apart > SAME_SCORE);
        if apart <= SAME_SCORE {
            furthest = furthest.max(apart);
        }
    }
    let mut told = vec![format!(
        "checked: scores of {n_other_scores} of {} texts differ by more than {SAME_SCORE}, \
         of the others by at most {furthest:.1e}",
        texts.len()
    )];
    let ours: HashSet<(usize, usize)> = sets
        .iter()
        .enumerate()
        .flat_map(|(row, set)| set.iter().map(move |&label| (row, label)))
        .collect();
    for name in ["classifier", "product"] {
        let given = fs::read(folder.join(format!("{name}.u8")))?;
        let differs = |row: &usize| {
            (0..n_labels)
                .any(|label| (given[row * n_labels + label] != 0) != ours.contains(&(*row, label)))
        };
        let n_differ = (0..texts.len()).filter(differs).count();
        told.push(format!(
            "checked: label sets by the {name} differ on {n_differ} of {} texts, {} labels given",
            texts.len(),
            ours.len()
        ));
    }
    Ok(told)
}
