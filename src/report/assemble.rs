//! Answers to a [`Document`]: every number of a report worked out, once.

use super::document::{
    AnswerRow, Baseline, DataCard, Document, LabelCurves, LearningCurve, Mistake,
};
use super::promises::{Aims, promises, unsure_share};
use super::reasons::weighed_words;
use crate::audit::Leaks;
use crate::corpus::{Codebook, LabelledCorpus, Span};
use crate::error::Result;
use crate::evaluate::curves::{cuts, reliability};
use crate::evaluate::learning_curve::{Outlook, Point, outlook};
use crate::evaluate::metrics::mean;
use crate::evaluate::trust::brier;
use crate::evaluate::{Confusion, Evaluation, Judged, Panel};
use crate::pipeline::baselines::{BaselineAnswers, Seen, baselines};
use crate::pipeline::learned::fingerprints;
use crate::pipeline::mistakes::Mistake as WrongAnswer;
use crate::pipeline::{Answers, CurvePoint};

/// What a report is made of.
#[derive(Debug)]
pub struct Material<'a> {
    /// What was judged on what, in a line.
    pub title: String,
    /// The command that made the report.
    pub command: String,
    /// How the answers were come by, in a sentence.
    pub method: String,
    /// The judged texts.
    pub corpus: &'a LabelledCorpus,
    /// For each of them what is drawn together for intervals: articles with their copies.
    pub groups: Vec<usize>,
    /// Their files, with the number of records of each.
    pub files: Vec<(String, usize)>,
    /// The answers to them.
    pub answers: Answers,
    /// What flatters; texts are those of the corpus.
    pub leaks: Leaks,
    /// What is known of the model, as lines of a name and a value.
    pub model: Vec<(String, String)>,
    /// Themes with seed words, where there are any.
    pub codebook: Option<&'a Codebook>,
    /// The F1 of one coder's labels against another's, by label.
    pub ceiling: Vec<(String, f64)>,
    /// What training promised.
    pub aims: Aims,
    /// The seed of all that is drawn.
    pub seed: u64,
}

/// How many points a curve is drawn with, about.
const POINTS: usize = 120;

/// Words are marked that weigh at least this share of the heaviest one.
const SHOWN_SHARE: f64 = 0.2;

/// So many further texts are asked about.
const MORE: [usize; 3] = [100, 500, 1_000];

impl Document {
    /// Works out the report. Cost: mostly that of the intervals, some seconds for 100,000 texts.
    ///
    /// # Errors
    /// Where a text cannot be tokenized.
    pub fn new(material: Material<'_>) -> Result<Document> {
        let Material { corpus, answers, leaks, .. } = &material;
        let judged = &answers.judged;
        let is_single = judged.thresholds.iter().all(Option::is_none);
        let panel = Panel::new(judged);
        let curve = |label: usize| {
            let pairs = panel.ranked_pairs(label);
            let known = label < judged.thresholds.len();
            known.then(|| LabelCurves { cuts: cuts(pairs, POINTS), bins: reliability(pairs) })
        };
        let texts: Vec<&str> = corpus.texts.iter().map(String::as_str).collect();
        let seen = Seen { support: &answers.support, n_texts: answers.n_learned };
        let codebook = material.codebook;
        let baselines = baselines(judged, &texts, seen, codebook, is_single, material.seed)?;
        Ok(Document {
            headline_without_leaks: without_leaks(judged, leaks, is_single),
            names: judged.names.clone(),
            thresholds: judged.thresholds.clone(),
            is_single,
            data: data_card(corpus, &material.files, answers),
            figures: panel.figures(),
            intervals: panel.intervals(&material.groups, material.seed),
            n_draws: panel.n_draws(),
            baselines: baselines.into_iter().map(baseline).collect(),
            confusion: Confusion::new(judged),
            curves: (0..judged.names.len()).map(curve).collect(),
            mistakes: answers.mistakes.iter().map(|own| mistake(own, judged, corpus)).collect(),
            promises: promises(
                answers,
                &material.groups,
                &material.aims,
                panel.n_draws(),
                material.seed,
            ),
            unsure_share: material.aims.error_rate.map(|_| unsure_share(answers)),
            ceiling: ceiling(&judged.names, &material.ceiling),
            learning: learning(answers, material.seed),
            answers: answer_rows(corpus, &material.groups, judged),
            title: material.title,
            command: material.command,
            method: material.method,
            model: material.model,
            leaks: material.leaks,
        })
    }
}

fn without_leaks(judged: &Judged, leaks: &Leaks, is_single: bool) -> Option<f64> {
    let leaking = leaks.leaking();
    if leaking.is_empty() {
        return None;
    }
    let is_clean = |text: &usize| leaking.binary_search(text).is_err();
    let clean: Vec<usize> = (0..judged.truths.len()).filter(is_clean).collect();
    let evaluation = Evaluation::new(&judged.select(&clean));
    if is_single { evaluation.subset_accuracy } else { evaluation.micro.f1 }
}

fn data_card(corpus: &LabelledCorpus, files: &[(String, usize)], answers: &Answers) -> DataCard {
    let mut n_words: Vec<usize> =
        corpus.texts.iter().map(|text| text.split_whitespace().count()).collect();
    n_words.sort_unstable();
    let quartile = |part: usize| n_words.get(n_words.len() * part / 4).copied().unwrap_or(0);
    let dates = || corpus.origins.iter().filter_map(|origin| origin.date.as_ref());
    DataCard {
        files: files.to_vec(),
        n_texts: corpus.len(),
        n_articles: corpus.n_groups(),
        n_without_article: corpus.origins.iter().filter(|own| own.article.is_none()).count(),
        n_empty: n_words.iter().filter(|&&n| n == 0).count(),
        n_unlabelled: corpus.targets.iter().filter(|target| target.is_empty()).count(),
        words: [1, 2, 3].map(quartile),
        dates: dates().min().cloned().zip(dates().max().cloned()),
        learned_support: answers.support.clone(),
    }
}

fn baseline(answers: BaselineAnswers) -> Baseline {
    let BaselineAnswers { name, about, judged, shares } = answers;
    let evaluation = Evaluation::new(&judged);
    let of_label = |(label, &share): (usize, &f64)| {
        let truths = judged.truths.iter().map(|truth| (share, truth.contains(&label)));
        brier(&truths.collect::<Vec<_>>())
    };
    Baseline {
        name,
        about,
        micro_f1: evaluation.micro.f1,
        macro_f1: evaluation.macro_.f1,
        subset_accuracy: evaluation.subset_accuracy,
        brier: shares.and_then(|shares| mean(shares.iter().enumerate().map(of_label))),
    }
}

fn mistake(own: &WrongAnswer, judged: &Judged, corpus: &LabelledCorpus) -> Mistake {
    let text = corpus.texts[own.text].as_str();
    let marks = own.evidence.iter().flat_map(|evidence| weighed_words(text, evidence));
    let mut marks: Vec<(Span, f64)> = marks
        .flat_map(|word| word.spans.into_iter().map(move |span| (span, word.weight)))
        .collect();
    // Words that hardly count would only hide those that do.
    let heaviest = marks.iter().map(|(_, weight)| weight.abs()).fold(0.0, f64::max);
    marks.retain(|(_, weight)| weight.abs() >= SHOWN_SHARE * heaviest);
    marks.sort_by_key(|(span, _)| span.start);
    let (mut pieces, mut shown) = (Vec::new(), 0);
    for (span, weight) in marks {
        if span.start < shown {
            continue;
        }
        if span.start > shown {
            pieces.push((text[shown..span.start].to_string(), 0.0));
        }
        pieces.push((span.slice(text).to_string(), weight));
        shown = span.end;
    }
    pieces.push((text[shown..].to_string(), 0.0));
    Mistake {
        name: corpus.name(own.text),
        article: corpus.origins[own.text].article.clone(),
        label: own.label,
        is_given: own.is_given,
        probability: own.probability,
        truth: judged.truths[own.text].clone(),
        given: judged.predicted[own.text].clone(),
        pieces,
    }
}

fn ceiling(names: &[String], known: &[(String, f64)]) -> Vec<Option<f64>> {
    if !known.iter().any(|(name, _)| names.contains(name)) {
        return Vec::new();
    }
    let of = |name: &String| known.iter().find(|(other, _)| other == name).map(|(_, f1)| *f1);
    names.iter().map(of).collect()
}

fn learning(answers: &Answers, seed: u64) -> Option<LearningCurve> {
    let Answers { curve, n_at_hand, .. } = answers;
    let points = |of: fn(&CurvePoint) -> Option<f64>| -> Vec<Point> {
        let point = |own: &CurvePoint| {
            let repetition = own.repetition;
            of(own).map(|value| Point { n: own.n as f64, value, repetition })
        };
        curve.iter().filter_map(point).collect()
    };
    let (micro, macro_) = (points(|own| own.micro_f1), points(|own| own.macro_f1));
    let look = |points: &[Point]| -> Option<Outlook> { outlook(points, *n_at_hand, &MORE, seed) };
    (!curve.is_empty()).then(|| LearningCurve {
        n_at_hand: *n_at_hand,
        micro_outlook: look(&micro),
        macro_outlook: look(&macro_),
        micro,
        macro_,
    })
}

fn answer_rows(corpus: &LabelledCorpus, groups: &[usize], judged: &Judged) -> Vec<AnswerRow> {
    let row = |(text, fingerprint): (usize, Option<u64>)| AnswerRow {
        name: corpus.name(text),
        fingerprint: fingerprint.unwrap_or(0),
        article: groups[text],
        truth: judged.truths[text].clone(),
        given: judged.predicted[text].clone(),
        probabilities: judged.probabilities[text].clone(),
    };
    fingerprints(&corpus.texts).into_iter().enumerate().map(row).collect()
}
