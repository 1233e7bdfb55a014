//! Texts in memory to label sets on one thread, against scikit-learn with the very same model.
//!
//! The peer is given our terms, idf, weights, calibration and thresholds, so that both answer alike; its
//! label sets and scores are compared with ours, text by text.

use std::fs;
use std::path::Path;

use leitmotif::pipeline::{Classifier, Memory};
use leitmotif::shipped::themes;

use crate::Result;
use crate::bench::{Bench, read};
use crate::export::{export, read_f64};
use crate::measure::{Turns, timed_for_a_turn};
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
    texts.iter().map(|text| Ok(classifier.label(text, &mut memory)?)).collect()
}

/// Turns of both, and the last answers of ours.
struct Compared {
    ours: Turns,
    theirs: Ways,
    /// How long the peer parts words for its character n-grams.
    parting: Turns,
    sets: Vec<Vec<usize>>,
}

fn side_by_side(
    bench: &mut Bench,
    name: &str,
    classifier: &Classifier,
    texts: &[String],
    line: Line,
) -> Result<Outcome> {
    let folder = bench.folder.join(name);
    export(classifier, &folder)?;
    let peer = bench.peer()?;
    peer.give_texts(name, texts, &[], &folder)?;
    peer.ask(&json!({"do": "exported", "model": name, "folder": folder}))?;
    let compared = take_turns(bench, name, classifier, texts)?;
    bench.peer()?.ask(&json!({"do": "answers", "model": name, "out": folder}))?;
    let mut outcome = told(classifier, texts, &compared, line);
    outcome.tell(compare_scores(classifier, texts, &folder)?);
    outcome.account.extend(compare_sets(&compared.sets, classifier.labels.len(), &folder)?);
    fs::remove_dir_all(folder)?;
    Ok(outcome)
}

fn take_turns(
    bench: &mut Bench,
    name: &str,
    classifier: &Classifier,
    texts: &[String],
) -> Result<Compared> {
    let n_turns = bench.options.turns;
    let peer = bench.peer()?;
    let (mut ours, mut theirs, mut parting) = <(Turns, Ways, Turns)>::default();
    let mut sets = Vec::new();
    for turn in 1..=n_turns {
        let (labelled, seconds) = timed_for_a_turn(|| label_sets(classifier, texts));
        (sets, _) = (labelled?, ours.push(seconds));
        let answer = peer.predict(name, name, &mut theirs)?;
        parting.push(number(&answer, "parting")?);
        eprintln!("   turn {turn} of {n_turns}");
    }
    Ok(Compared { ours, theirs, parting, sets })
}

fn told(classifier: &Classifier, texts: &[String], compared: &Compared, line: Line) -> Outcome {
    let Compared { ours, theirs, parting, .. } = compared;
    let n_bytes: usize = texts.iter().map(String::len).sum();
    let speed = |turns: &Turns| format!("{:.1} MB/s", turns.megabytes_per_second(n_bytes));
    let (n_texts, megabytes) = (texts.len(), n_bytes as f64 / 1e6);
    let (n_terms, n_labels) = (classifier.vectorizer.n_terms(), classifier.labels.len());
    let (way, best) = theirs.best();
    let reached = ratio(&best.over(ours));
    let mut outcome = Outcome::default();
    outcome.tell(format!("{n_texts} texts, {megabytes:.1} MB; {n_terms} terms, {n_labels} labels"));
    outcome.tell(format!("leitmotif: {} s, {}", ours.told(3), speed(ours)));
    for (way, turns) in &theirs.0 {
        outcome.tell(format!("scikit-learn, {way}: {} s, {}", turns.told(3), speed(turns)));
    }
    outcome.tell(format!("ratio, pair by pair, to {way}: {reached}"));
    if parting.max() > 0.0 {
        let without = ratio(&best.minus(parting).over(ours));
        let parting = parting.told(3);
        outcome.tell(format!(
            "of scikit-learn's time {parting} s part the words for its character n-grams; ratio without: {without}"
        ));
    }
    let (ours, theirs) = (speed(ours), speed(best));
    let against = "scikit-learn, same model".into();
    outcome.lines.push(Line { against, ours, theirs, reached, ..line });
    outcome
}

/// How far the peer's scores are from ours.
fn compare_scores(classifier: &Classifier, texts: &[String], folder: &Path) -> Result<String> {
    let n_labels = classifier.labels.len();
    let scores = read_f64(&folder.join("scores.f64"))?;
    if scores.len() != texts.len() * n_labels {
        return Err("the peer answered to other texts".into());
    }
    let (mut memory, mut n_other, mut furthest) = (Memory::default(), 0, 0.0_f64);
    for (text, theirs) in texts.iter().zip(scores.chunks(n_labels)) {
        let ours = classifier.scores(text, &mut memory)?;
        let apart = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        if apart > SAME_SCORE {
            n_other += 1;
        } else {
            furthest = furthest.max(apart);
        }
    }
    Ok(format!(
        "checked: scores of {n_other} of {} texts differ by more than {SAME_SCORE}, \
         of the others by at most {furthest:.1e}",
        texts.len()
    ))
}

/// On how many texts the peer's label sets, both ways, are not ours.
fn compare_sets(ours: &[Vec<usize>], n_labels: usize, folder: &Path) -> Result<Vec<String>> {
    let n_given: usize = ours.iter().map(Vec::len).sum();
    let mut told = Vec::new();
    for name in ["classifier", "product"] {
        let given = fs::read(folder.join(format!("{name}.u8")))?;
        let rows = given.chunks(n_labels).zip(ours);
        let differs = |(given, set): &(&[u8], &Vec<usize>)| {
            (0..n_labels).any(|label| (given[label] != 0) != set.contains(&label))
        };
        let n_differ = rows.filter(differs).count();
        told.push(format!(
            "checked: label sets by the {name} differ on {n_differ} of {} texts; {n_given} labels given",
            ours.len()
        ));
    }
    Ok(told)
}
