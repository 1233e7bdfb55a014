//! Choosing by out-of-fold scores: calibration, the rule for thresholds, and among several ways of
//! training the best.
//!
//! For each fold, calibration and thresholds are learned from the scores of the other folds; so is,
//! for the figures to expect, the choice of the way and of the rule. What is kept in the end is
//! learned from and chosen by all.

use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;

use super::classifier::decide;
use super::folds::Folds;
use super::{ClassifierParams, Goal, Task};
use crate::classify::promises::sure_from;
use crate::classify::thresholds::{DEFAULT_THRESHOLD, NEVER, ThresholdRule, best_thresholds};
use crate::classify::{Band, Calibration, Promise, Sigmoid};
use crate::corpus::LabelledCorpus;
use crate::evaluate::metrics::mean;
use crate::evaluate::{Counts, Judged};

/// What turns scores into labels.
pub(super) struct Decision {
    pub calibration: Calibration,
    pub thresholds: Vec<f64>,
    /// For each label where decisions are unsure; none where all are taken as they are.
    pub bands: Vec<Band>,
}

impl Decision {
    /// Without scores to learn from.
    pub fn blind(task: Task, corpus: &LabelledCorpus) -> Decision {
        let n_labels = corpus.labels.len();
        match task {
            Task::Multiclass => Decision {
                calibration: Calibration::Softmax(1.0),
                thresholds: default_thresholds(corpus),
                bands: Vec::new(),
            },
            Task::Multilabel => Decision {
                calibration: Calibration::PerLabel(vec![Sigmoid::IDENTITY; n_labels]),
                thresholds: vec![DEFAULT_THRESHOLD; n_labels],
                bands: Vec::new(),
            },
        }
    }
}

/// Thresholds that are not chosen: only a label that no text has is ruled out.
fn default_thresholds(corpus: &LabelledCorpus) -> Vec<f64> {
    let of_support = |n| if n == 0 { NEVER } else { DEFAULT_THRESHOLD };
    corpus.support().into_iter().map(of_support).collect()
}

/// For each text, a row, the scores of a model that had not seen its article.
pub(super) type Scores = Array2<f64>;

/// Writes the scores of some texts, shape (texts, labels), where they belong.
pub(super) fn put(scores: &mut Scores, texts: &[usize], of_texts: &Array2<f64>) {
    for (&text, of_text) in texts.iter().zip(of_texts.rows()) {
        scores.row_mut(text).assign(&of_text);
    }
}

/// One way of training, judged.
pub(super) struct Way {
    pub params: ClassifierParams,
    pub scores: Scores,
    pub outcomes: Vec<Outcome>,
}

/// The texts with their folds: what all ways of training are judged on.
pub(super) struct Bench<'a> {
    pub task: Task,
    pub goal: Goal,
    /// The error rate outside of the band of unsure decisions, where there is to be one.
    pub error_rate: Option<f64>,
    pub corpus: &'a LabelledCorpus,
    pub folds: &'a Folds,
}

/// How one way of training fell out by one rule for thresholds.
pub(super) struct Outcome {
    rule: ThresholdRule,
    /// For each fold and label.
    counts: Vec<Vec<Counts>>,
}

impl Bench<'_> {
    /// Judges the scores by each rule that matters for the task.
    pub fn judge(&self, scores: &Scores) -> Vec<Outcome> {
        let rules = self.rules();
        let by_fold: Vec<Vec<Vec<Counts>>> = (0..self.folds.n)
            .into_par_iter()
            .map(|fold| {
                let decisions = match self.task {
                    // The likeliest label is that of the highest score, however it is calibrated.
                    Task::Multiclass => vec![Decision::blind(self.task, self.corpus)],
                    Task::Multilabel => self.decisions(scores, |of_text| of_text != fold, rules),
                };
                self.count(scores, &self.folds.split(fold).0, &decisions)
            })
            .collect();
        let of_rule = |(place, &rule): (usize, &ThresholdRule)| Outcome {
            rule,
            counts: by_fold
                .iter()
                .map(|of_fold: &Vec<Vec<Counts>>| of_fold[place].clone())
                .collect(),
        };
        rules.iter().enumerate().map(of_rule).collect()
    }

    fn rules(&self) -> &'static [ThresholdRule] {
        match self.task {
            Task::Multiclass => &ThresholdRule::ALL[..1],
            // A promise leaves nothing to choose.
            Task::Multilabel if self.goal.promise().is_some() => &ThresholdRule::ALL[..1],
            Task::Multilabel => &ThresholdRule::ALL,
        }
    }

    /// For each of `decisions`, which share their calibration, and each label how it fell out.
    fn count(&self, scores: &Scores, rows: &[usize], decisions: &[Decision]) -> Vec<Vec<Counts>> {
        let mut counts = vec![vec![Counts::default(); self.corpus.labels.len()]; decisions.len()];
        for &row in rows {
            let mut probabilities = scores.row(row).to_vec();
            decisions[0].calibration.apply(&mut probabilities);
            let truth = &self.corpus.targets[row];
            for (counts, decision) in counts.iter_mut().zip(decisions) {
                let predicted = decide(self.task, &probabilities, &decision.thresholds);
                predicted.iter().for_each(|label| counts[*label].add(truth.contains(label), true));
                let missed = truth.iter().filter(|label| !predicted.contains(label));
                missed.for_each(|&label| counts[label].add(true, false));
            }
        }
        counts
    }

    fn decide(&self, scores: ArrayView1<'_, f64>, decision: &Decision) -> (Vec<usize>, Vec<f64>) {
        let mut probabilities = scores.to_vec();
        decision.calibration.apply(&mut probabilities);
        (decide(self.task, &probabilities, &decision.thresholds), probabilities)
    }

    /// By each rule what is learned from the texts of the folds for which `is_used` holds.
    fn decisions(
        &self,
        scores: &Scores,
        is_used: impl Fn(usize) -> bool,
        rules: &[ThresholdRule],
    ) -> Vec<Decision> {
        let targets = &self.corpus.targets;
        let used = || (0..self.corpus.len()).filter(|&row| is_used(self.folds.of_text[row]));
        let mut rows: Vec<Vec<f64>> = used().map(|row| scores.row(row).to_vec()).collect();
        if self.task == Task::Multiclass {
            let classes: Vec<usize> = used().map(|row| targets[row][0]).collect();
            let calibration = Calibration::fit_softmax(&rows, &classes);
            rows.iter_mut().for_each(|row| calibration.apply(row));
            let thresholds = default_thresholds(self.corpus);
            let bands = self.band_of_classes(&rows, &classes, &thresholds);
            return vec![Decision { calibration, thresholds, bands }];
        }
        let targets: Vec<Vec<usize>> = used().map(|row| targets[row].clone()).collect();
        let n_labels = self.corpus.labels.len();
        let calibration = Calibration::fit_per_label(&rows, &targets, n_labels);
        rows.iter_mut().for_each(|row| calibration.apply(row));
        let thresholds = match self.goal.promise() {
            Some(promise) => vec![promise.thresholds(&rows, &targets, n_labels); rules.len()],
            None => best_thresholds(&rows, &targets, n_labels, rules),
        };
        let decision = |thresholds: Vec<f64>| Decision {
            calibration: calibration.clone(),
            bands: self.bands(&rows, &targets, &thresholds),
            thresholds,
        };
        thresholds.into_iter().map(decision).collect()
    }

    /// From where a label can be promised to be right on to below where nothing of it may be lost; its threshold lies
    /// within.
    fn bands(&self, rows: &[Vec<f64>], targets: &[Vec<usize>], thresholds: &[f64]) -> Vec<Band> {
        let Some(error_rate) = self.error_rate else { return Vec::new() };
        let of = |promise: Promise| promise.thresholds(rows, targets, thresholds.len());
        let (lows, highs) =
            (of(Promise::Recall(1.0 - error_rate)), of(Promise::Precision(1.0 - error_rate)));
        let band = |((low, high), threshold): ((f64, f64), &f64)| Band {
            low: low.min(*threshold),
            high: high.max(*threshold),
        };
        lows.into_iter().zip(highs).zip(thresholds).map(band).collect()
    }

    /// With one label per text the likeliest is unsure below a probability that is the same for all.
    fn band_of_classes(
        &self,
        rows: &[Vec<f64>],
        classes: &[usize],
        thresholds: &[f64],
    ) -> Vec<Band> {
        let Some(error_rate) = self.error_rate else { return Vec::new() };
        let judged = rows.iter().zip(classes).filter_map(|(row, &class)| {
            let label = *decide(self.task, row, thresholds).first()?;
            Some((row[label], label == class))
        });
        let high = sure_from(judged.collect(), 1.0 - error_rate);
        vec![Band { low: 0.0, high }; thresholds.len()]
    }

    /// A glimpse at the scores of one fold's texts, 0 to 1, by a decision learned from the same: too
    /// good by itself, and as much so for every way.
    pub fn glimpse(&self, scores: &Scores, fold: usize) -> f64 {
        let decision = match self.task {
            Task::Multiclass => Decision::blind(self.task, self.corpus),
            Task::Multilabel => {
                let rules = &[ThresholdRule::Calibrated];
                self.decisions(scores, |of_text| of_text == fold, rules).remove(0)
            }
        };
        self.goal.value(&self.count(scores, &self.folds.split(fold).0, &[decision])[0])
    }

    /// Micro- and macro-F1 of an outcome over all folds.
    pub fn figures(&self, outcome: &Outcome) -> (Option<f64>, Option<f64>) {
        averages(&self.sum(outcome, None))
    }

    fn sum(&self, outcome: &Outcome, except: Option<usize>) -> Vec<Counts> {
        let mut counts = vec![Counts::default(); self.corpus.labels.len()];
        let folds = outcome.counts.iter().enumerate();
        for (_, of_fold) in folds.filter(|(fold, _)| Some(*fold) != except) {
            counts.iter_mut().zip(of_fold).for_each(|(sum, &own)| *sum += own);
        }
        counts
    }

    /// How good an outcome is in all folds but `except`, 0 to 1.
    pub fn value(&self, outcome: &Outcome, except: Option<usize>) -> f64 {
        self.goal.value(&self.sum(outcome, except))
    }

    /// The best of several ways and its best rule, as places; the first of equals.
    pub fn best(&self, ways: &[Way], except: Option<usize>) -> (usize, usize) {
        let mut best = ((0, 0), f64::NEG_INFINITY);
        for (place, way) in ways.iter().enumerate() {
            for (rule, outcome) in way.outcomes.iter().enumerate() {
                let value = self.value(outcome, except);
                if value > best.1 {
                    best = ((place, rule), value);
                }
            }
        }
        best.0
    }

    /// What is learned from all the scores of a way, by its rule number `rule`.
    pub fn settle(&self, way: &Way, rule: usize) -> Decision {
        self.decisions(&way.scores, |_| true, &[way.outcomes[rule].rule]).remove(0)
    }

    /// The answers to expect: for each fold those of the way and the rule that were best in the
    /// other folds.
    pub fn expect(&self, ways: &[Way]) -> Judged {
        let corpus = self.corpus;
        let mut judged = Judged {
            names: corpus.labels.names().to_vec(),
            thresholds: vec![None; corpus.labels.len()],
            truths: corpus.targets.clone(),
            predicted: vec![Vec::new(); corpus.len()],
            probabilities: vec![Vec::new(); corpus.len()],
        };
        let answers_of = |fold| {
            let (place, rule) = self.best(ways, Some(fold));
            let (scores, rule) = (&ways[place].scores, ways[place].outcomes[rule].rule);
            let decision = self.decisions(scores, |of_text| of_text != fold, &[rule]).remove(0);
            let held = self.folds.split(fold).0.into_iter();
            held.map(|row| (row, self.decide(scores.row(row), &decision))).collect::<Vec<_>>()
        };
        let answers: Vec<_> = (0..self.folds.n).into_par_iter().map(answers_of).collect();
        for (row, answer) in answers.into_iter().flatten() {
            (judged.predicted[row], judged.probabilities[row]) = answer;
        }
        judged
    }
}

impl Goal {
    /// How well decisions with these counts per label reach the goal, 0 to 1. A label that is never
    /// true and never given does not count.
    fn value(self, counts: &[Counts]) -> f64 {
        let (micro, macro_) = averages(counts);
        let (micro, macro_) = (micro.unwrap_or(0.0), macro_.unwrap_or(0.0));
        match self {
            // Among ways that keep a promise F1 tells which gives up the least for it.
            Goal::Balanced | Goal::Precision(_) | Goal::Recall(_) => (micro + macro_) / 2.0,
            Goal::MicroF1 => micro,
            Goal::MacroF1 => macro_,
        }
    }
}

/// Micro- and macro-F1.
fn averages(counts: &[Counts]) -> (Option<f64>, Option<f64>) {
    let mut all = Counts::default();
    counts.iter().for_each(|&own| all += own);
    (all.f1(), mean(counts.iter().map(|own| own.f1())))
}
