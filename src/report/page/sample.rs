//! Reports on invented answers, for tests of the page.
//!
//! Enters: nothing. Leaves: documents with everything in them that the page can show, the same every time.

use crate::audit::Leaks;
use crate::evaluate::curves::{cuts, reliability};
use crate::evaluate::learning_curve::{Point, PowerLaw, outlook};
use crate::evaluate::{Confusion, Judged, Panel};
use crate::math::Generator;
use crate::report::document::{
    AnswerRow, Baseline, DataCard, Document, LabelCurves, LearningCurve, Mistake, Promise,
};

/// Three labels, of which the last is never given, and 60 texts of 6 articles.
pub fn multilabel() -> Document {
    let names = ["public finance", "energy", "courts"].map(String::from).to_vec();
    let mut judged = judged(names, 60);
    judged.thresholds[2] = Some(0.99);
    judged.predicted = decided(&judged);
    let mut document = document(&judged);
    document.promises = promises(&document);
    document.ceiling = vec![Some(0.86), Some(0.79), None];
    document.learning = Some(learning());
    document.leaks.conflicts = vec![("t-0003".into(), "t-0017".into())];
    document
}

/// The same with exactly one label per text.
pub fn single_label() -> Document {
    let names = ["business", "sport", "world"].map(String::from).to_vec();
    let mut judged = judged(names, 60);
    let likeliest = |row: &[f64]| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]));
    judged.truths.iter_mut().enumerate().for_each(|(text, truth)| *truth = vec![text % 3]);
    judged.probabilities = probabilities(&judged.truths, 3);
    judged.predicted =
        judged.probabilities.iter().map(|row| likeliest(row).into_iter().collect()).collect();
    judged.thresholds = vec![None; 3];
    let mut document = document(&judged);
    document.leaks = Leaks { n_judged: 60, ..Leaks::default() };
    document.headline_without_leaks = None;
    document
}

/// 40 labels.
pub fn many_labels() -> Document {
    let names = (0..40).map(|label| format!("theme {label}")).collect();
    document(&judged(names, 120))
}

/// With texts that would like to be markup or commands.
pub fn hostile() -> Document {
    let names = ["<script>alert(1)</script>", "a|b", "\"onload=\"x\u{1b}[2J"];
    let mut document = document(&judged(names.map(String::from).to_vec(), 60));
    for text in [&mut document.title, &mut document.method, &mut document.command] {
        text.push_str(" </title></style><script>alert(2)</script>");
    }
    document.model.push(("<b>".into(), "</dl><script>".into()));
    document.data.files.push(("<img src=x>.jsonl".into(), 1));
    document.mistakes[0].pieces.push(("</p><script>alert(3)</script>".into(), 0.4));
    document.mistakes[0].article = Some("<iframe>".into());
    document.promises = promises(&document);
    document
}

fn judged(names: Vec<String>, n_texts: usize) -> Judged {
    let n = names.len();
    let mut generator = Generator::new(11);
    let labels = |generator: &mut Generator| -> Vec<usize> {
        (0..n).filter(|label| generator.below(10 + 4 * label) < 4).collect()
    };
    let truths: Vec<Vec<usize>> = (0..n_texts).map(|_| labels(&mut generator)).collect();
    let probabilities = probabilities(&truths, n);
    let mut judged = Judged {
        names,
        thresholds: vec![Some(0.45); n],
        truths,
        predicted: Vec::new(),
        probabilities,
    };
    judged.predicted = decided(&judged);
    judged
}

/// Probabilities that mostly lie on the right side.
fn probabilities(truths: &[Vec<usize>], n_labels: usize) -> Vec<Vec<f64>> {
    let mut generator = Generator::new(5);
    let mut of = |is_true: bool| {
        let chance = [0, 1].map(|_| generator.below(1_000) as f64 / 1_000.0);
        let low = chance[0] * chance[1];
        0.02 + 0.95 * if is_true { 1.0 - low } else { low }
    };
    truths.iter().map(|truth| (0..n_labels).map(|l| of(truth.contains(&l))).collect()).collect()
}

fn decided(judged: &Judged) -> Vec<Vec<usize>> {
    let given = |row: &Vec<f64>| {
        let labels = 0..row.len();
        labels
            .filter(|&l| judged.thresholds[l].is_some_and(|threshold| row[l] >= threshold))
            .collect()
    };
    judged.probabilities.iter().map(given).collect()
}

fn document(judged: &Judged) -> Document {
    let (panel, n) = (Panel::new(judged), judged.truths.len());
    let groups: Vec<usize> = (0..n).map(|text| text / 10).collect();
    let curves = |label| {
        let pairs = panel.ranked_pairs(label);
        Some(LabelCurves { cuts: cuts(pairs, 100), bins: reliability(pairs) })
    };
    Document {
        unsure_share: Some(0.125),
        title: "news.model judged on held-out.jsonl".into(),
        command: "leitmotif evaluate --model news.model held-out.jsonl --html report.html".into(),
        method: "The model gave labels to texts that it had not learned from; the truth is what coders said.".into(),
        names: judged.names.clone(),
        thresholds: judged.thresholds.clone(),
        is_single: judged.thresholds[0].is_none(),
        data: data(n),
        model: vec![("fingerprint".into(), "9f2c\u{2026}71".into()), ("learner".into(), "logistic".into())],
        leaks: Leaks { is_known: true,
            near_is_known: true, n_judged: n, exact: vec![4], near: vec![9, 31], n_sets_kept: 5, ..Leaks::default() },
        headline_without_leaks: Some(0.68),
        figures: panel.figures(),
        intervals: panel.intervals(&groups, 42),
        n_draws: panel.n_draws(),
        baselines: baselines(),
        confusion: Confusion::new(judged),
        curves: (0..judged.names.len()).map(curves).collect(),
        mistakes: mistakes(),
        promises: Vec::new(),
        ceiling: Vec::new(),
        learning: None,
        answers: answers(judged, &groups),
    }
}

fn data(n_texts: usize) -> DataCard {
    DataCard {
        files: vec![("held-out.jsonl".into(), n_texts)],
        n_texts,
        n_articles: n_texts / 10,
        n_unlabelled: 7,
        words: [38, 61, 94],
        dates: Some(("2021-03-01".into(), "2023-11-30".into())),
        learned_support: vec![1_204, 388, 97],
        ..DataCard::default()
    }
}

fn baselines() -> Vec<Baseline> {
    let baseline =
        |name, about: &str, [micro_f1, macro_f1, subset_accuracy, brier]: [Option<f64>; 4]| {
            Baseline { name, about: about.into(), micro_f1, macro_f1, subset_accuracy, brier }
        };
    vec![
        baseline(
            "most frequent",
            "gives every text the most frequent label",
            [Some(0.41), Some(0.19), Some(0.12), None],
        ),
        baseline(
            "by share",
            "gives every label by its share, blindly",
            [Some(0.28), Some(0.24), Some(0.09), Some(0.17)],
        ),
    ]
}

fn mistakes() -> Vec<Mistake> {
    let piece = |text: &str, weight| (text.to_string(), weight);
    let given = Mistake {
        name: "t-0042".into(),
        article: Some("a-7".into()),
        label: 0,
        is_given: true,
        probability: 0.93,
        truth: vec![1],
        given: vec![0, 1],
        pieces: vec![
            piece("The ministry", 0.2),
            piece(" said on Tuesday that the ", 0.0),
            piece("budget", 1.4),
            piece(" of the grid operator would ", 0.0),
            piece("electricity", -0.7),
            piece(" consumers pass by; a vote on the ", 0.0),
            piece("tax", 0.6),
            piece(" is not foreseen.\nThe plan goes back to spring.", 0.0),
        ],
    };
    let missed = Mistake {
        name: "t-0108".into(),
        label: 1,
        is_given: false,
        probability: 0.04,
        given: vec![],
        article: None,
        ..given_like(&given)
    };
    vec![given, missed]
}

fn given_like(mistake: &Mistake) -> Mistake {
    Mistake {
        name: mistake.name.clone(),
        article: mistake.article.clone(),
        truth: mistake.truth.clone(),
        given: mistake.given.clone(),
        pieces: mistake.pieces.iter().map(|(text, weight)| (text.clone(), -weight)).collect(),
        ..*mistake
    }
}

fn promises(document: &Document) -> Vec<Promise> {
    use crate::evaluate::{Measure, Row};
    let promise = |label, promised| {
        let estimate = document.estimate(Row::Label(label), Measure::Precision);
        let what = "precision of what is given".into();
        Promise {
            n: 20,
            label: Some(label),
            what,
            promised,
            measured: estimate.value,
            interval: estimate.interval,
        }
    };
    let mut all = promise(1, 0.1);
    all.label = None;
    vec![promise(0, 0.6), promise(1, 0.99), promise(2, 0.8), all]
}

fn learning() -> LearningCurve {
    let mut generator = Generator::new(3);
    let mut points = |law: PowerLaw| -> Vec<Point> {
        let sizes =
            (0..5).flat_map(|repetition| [100.0, 200.0, 400.0, 800.0].map(|n| (n, repetition)));
        let mut noise = || (generator.below(2_000) as f64 - 1_000.0) / 60_000.0;
        sizes.map(|(n, repetition)| Point { n, value: law.at(n) + noise(), repetition }).collect()
    };
    let micro = points(PowerLaw { limit: 0.83, drop: 1.6, rate: 0.4 });
    let macro_ = points(PowerLaw { limit: 0.76, drop: 2.1, rate: 0.4 });
    let [micro_outlook, macro_outlook] =
        [&micro, &macro_].map(|p| outlook(p, 800, &[100, 400, 1_000], 1));
    LearningCurve { n_at_hand: 800, micro, macro_, micro_outlook, macro_outlook }
}

fn answers(judged: &Judged, groups: &[usize]) -> Vec<AnswerRow> {
    let answer = |text: usize| AnswerRow {
        name: format!("t-{text:04}"),
        fingerprint: text as u64,
        article: groups[text],
        truth: judged.truths[text].clone(),
        given: judged.predicted[text].clone(),
        probabilities: judged.probabilities[text].clone(),
    };
    (0..groups.len()).map(answer).collect()
}
