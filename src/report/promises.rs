//! Whether what training promised holds on the texts that were judged.

use super::document::Promise;
use crate::evaluate::metrics::ratio;
use crate::evaluate::{Undefined, bootstrap};
use crate::pipeline::{Answers, Goal};

/// What training aimed at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Aims {
    /// What thresholds were chosen for.
    pub goal: Goal,
    /// The error rate outside of the unsure decisions, where they are marked.
    pub error_rate: Option<f64>,
}

/// A decision that a promise is about, or not, and whether it keeps it.
#[derive(Clone, Copy)]
struct Decided {
    counts: bool,
    keeps: bool,
}

/// What is promised, of whom, and the decisions that it is about.
struct Claim {
    label: Option<usize>,
    what: &'static str,
    promised: f64,
    decided: Vec<Decided>,
    none: Undefined,
}

/// Each promise with what came out and its interval by `groups`.
pub(super) fn promises(
    answers: &Answers,
    groups: &[usize],
    aims: &Aims,
    n_draws: usize,
    seed: u64,
) -> Vec<Promise> {
    let claims = claims(answers, aims);
    let share = |claim: &Claim, weights: &[u32]| {
        let (mut part, mut whole) = (0, 0);
        for (&weight, own) in weights.iter().zip(&claim.decided) {
            whole += weight * u32::from(own.counts);
            part += weight * u32::from(own.counts && own.keeps);
        }
        ratio(part as usize, whole as usize)
    };
    let intervals = bootstrap(groups, n_draws, seed, |weights| {
        claims.iter().map(|claim| share(claim, weights)).collect()
    });
    let all = vec![1; answers.judged.truths.len()];
    let promise = |(claim, interval): (&Claim, _)| Promise {
        label: claim.label,
        what: claim.what.to_string(),
        promised: claim.promised,
        measured: share(claim, &all).ok_or(claim.none),
        interval,
        n: claim.decided.iter().filter(|own| own.counts).count(),
    };
    claims.iter().zip(intervals).map(promise).collect()
}

/// The share of all decisions that is marked as unsure; of texts where each gets exactly one label.
pub(super) fn unsure_share(answers: &Answers) -> f64 {
    let n_texts = answers.judged.truths.len();
    let per_text = if is_single(answers) { 1 } else { answers.judged.thresholds.len() };
    let n_unsure: usize = answers.unsure.iter().map(Vec::len).sum();
    n_unsure as f64 / (n_texts * per_text).max(1) as f64
}

fn is_single(answers: &Answers) -> bool {
    answers.judged.thresholds.iter().all(Option::is_none)
}

fn claims(answers: &Answers, aims: &Aims) -> Vec<Claim> {
    let n_labels = answers.judged.thresholds.len();
    if is_single(answers) {
        return aims.error_rate.map(|rate| of_classes(answers, rate)).into_iter().collect();
    }
    (0..n_labels).flat_map(|label| of_label(answers, aims, label)).collect()
}

fn of_classes(answers: &Answers, error_rate: f64) -> Claim {
    let judged = &answers.judged;
    let decided = |text: usize| Decided {
        counts: answers.unsure[text].is_empty(),
        keeps: judged.truths[text] == judged.predicted[text],
    };
    Claim {
        label: None,
        what: "right among the texts whose label is sure",
        promised: 1.0 - error_rate,
        decided: (0..judged.truths.len()).map(decided).collect(),
        none: Undefined::NeverGiven,
    }
}

/// The goal, of all that is given; and outside of the unsure decisions that so much of what is given is right, and so
/// much of what is true is given or at least unsure.
fn of_label(answers: &Answers, aims: &Aims, label: usize) -> Vec<Claim> {
    let judged = &answers.judged;
    let has = |labels: &[usize]| labels.binary_search(&label).is_ok();
    let claim =
        |what, promised, none, counts: &dyn Fn(usize) -> bool, keeps: &dyn Fn(usize) -> bool| {
            let texts = 0..judged.truths.len();
            let decided = texts.map(|text| Decided { counts: counts(text), keeps: keeps(text) });
            Claim { label: Some(label), what, promised, decided: decided.collect(), none }
        };
    let is_true = |text: usize| has(&judged.truths[text]);
    let is_given = |text: usize| has(&judged.predicted[text]);
    let is_unsure = |text: usize| has(&answers.unsure[text]);
    let mut claims = Vec::new();
    match aims.goal {
        Goal::Precision(share) => {
            let what = "right among those given";
            claims.push(claim(what, share, Undefined::NeverGiven, &is_given, &is_true));
        }
        Goal::Recall(share) => {
            let what = "given among those that have it";
            claims.push(claim(what, share, Undefined::NeverTrue, &is_true, &is_given));
        }
        Goal::Balanced | Goal::MicroF1 | Goal::MacroF1 => {}
    }
    if let Some(rate) = aims.error_rate {
        let surely = |text: usize| is_given(text) && !is_unsure(text);
        let reached = |text: usize| is_given(text) || is_unsure(text);
        let share = 1.0 - rate;
        // Where a precision is promised and nothing else said, all that is given is given for sure.
        let is_said = matches!(aims.goal, Goal::Precision(said) if (said - share).abs() < 1e-9);
        if !is_said {
            let what = "right among those given for sure";
            claims.push(claim(what, share, Undefined::NeverGiven, &surely, &is_true));
        }
        let what = "given or unsure among those that have it";
        claims.push(claim(what, share, Undefined::NeverTrue, &is_true, &reached));
    }
    claims
}
