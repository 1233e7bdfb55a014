//! The fitted whole: a text in, its labels and their probabilities out.
//!
//! Classifying changes nothing and looks at no other text. All that it uses was learned at
//! training time: vocabulary, idf, weights, calibration, thresholds, the order of the labels.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::learned::Learned;
use super::scorer::{Scorer, ScorerMemory};
use super::{ClassifierParams, Task};
use crate::classify::thresholds::NEVER;
use crate::classify::{Band, Calibration, Model, Sigmoid};
use crate::corpus::LabelSet;
use crate::error::Result;
use crate::evaluate::Averages;
use crate::math;
use crate::tokenize::{Tokenizer, Tokens};
use crate::vectorize::{Scratch, Vectorizer};

/// A file that a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name, without folders.
    pub name: String,
    /// How many records it gave.
    pub n_records: usize,
}

/// Where a model comes from and what was expected of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The settings.
    pub params: ClassifierParams,
    /// The data files, in the order in which they were read.
    pub sources: Vec<Source>,
    /// Number of texts.
    pub n_texts: usize,
    /// Number of groups, which are articles.
    pub n_groups: usize,
    /// For each label the number of texts that have it.
    pub support: Vec<usize>,
    /// Out-of-fold micro and macro averages, where folds could be made.
    pub expected: Option<Expected>,
}

/// What out-of-fold predictions reached; thresholds and calibration, too, from other folds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Of all decisions together.
    pub micro_f1: Option<f64>,
    /// The mean over the labels.
    pub macro_f1: Option<f64>,
    /// Share of texts whose labels are exactly right.
    pub subset_accuracy: Option<f64>,
}

impl Expected {
    /// The figures of an evaluation that are kept with the model.
    pub fn new(micro: Averages, macro_: Averages, subset_accuracy: Option<f64>) -> Self {
        Expected { micro_f1: micro.f1, macro_f1: macro_.f1, subset_accuracy }
    }
}

/// What is said of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The labels it gets, rising.
    pub labels: Vec<usize>,
    /// The labels about which the decision, for or against, is unsure, rising.
    pub unsure: Vec<usize>,
    /// The calibrated probability of every label.
    pub probabilities: Vec<f64>,
}

/// Memory that [`Classifier::classify`] reuses from text to text.
#[derive(Debug, Default)]
pub struct Memory {
    pub(super) tokens: Tokens,
    pub(super) scratch: Scratch,
    scorer: ScorerMemory,
    scores: Vec<f64>,
    /// What scores the texts that this memory is for, where they are few.
    sifted: Option<Arc<Scorer>>,
}

/// A trained classifier.
#[derive(Debug)]
pub struct Classifier {
    /// Text to tokens.
    pub tokenizer: Tokenizer,
    /// Tokens to weights.
    pub vectorizer: Vectorizer,
    /// Weights to scores.
    pub model: Model,
    /// Scores to probabilities.
    pub calibration: Calibration,
    /// Probabilities to decisions: from which on each label is given. Not used where exactly one
    /// label is given.
    pub thresholds: Vec<f64>,
    /// For each label where decisions are unsure; none where all are taken as they are.
    pub bands: Vec<Band>,
    /// By what the texts that it learned from are known again.
    pub learned: Learned,
    /// The labels, in the model's order.
    pub labels: LabelSet,
    /// How many labels a text gets.
    pub task: Task,
    /// Where it comes from.
    pub origin: Origin,
    /// The quick way to scores, made when it is first asked for; inside `None` where there is none.
    pub(crate) quick: QuickWay,
}

/// Made once of the other parts of a classifier, which do not change.
#[derive(Debug, Default)]
pub(crate) struct QuickWay {
    /// To the scores.
    scorer: OnceLock<Option<Scorer>>,
    /// From there to the labels.
    cuts: OnceLock<Option<Cuts>>,
    /// How many memories were made for few texts.
    n_sifted: AtomicUsize,
}

/// Texts of so many bytes are few.
const FEW: usize = 1 << 16;

/// From so many times on that there were few texts there may be many.
const MOST_SIFTED: usize = 2;

/// For each label the log odds below which it is surely not given, and above which it surely is.
#[derive(Debug)]
struct Cuts(Vec<Cut>);

#[derive(Debug, Clone, Copy)]
struct Cut {
    slope: f64,
    offset: f64,
    low: f64,
    high: f64,
}

impl Cuts {
    /// How far from its threshold a probability must lie, in log odds, to be compared by them: many times what the rounding
    /// of the sigmoid comes to for the thresholds that are compared so.
    const MARGIN: f64 = 1e-6;
    const FARTHEST: f64 = 1e-6;

    /// Where labels are given each by its sigmoid and its threshold.
    fn new(classifier: &Classifier) -> Option<Cuts> {
        let Calibration::PerLabel(sigmoids) = &classifier.calibration else { return None };
        let cut = |(sigmoid, &threshold): (&Sigmoid, &f64)| {
            let is_plain = (Self::FARTHEST..=1.0 - Self::FARTHEST).contains(&threshold);
            let at = math::ln(threshold / (1.0 - threshold));
            let (low, high) = if is_plain {
                (at - Self::MARGIN, at + Self::MARGIN)
            } else {
                (f64::NEG_INFINITY, f64::INFINITY)
            };
            Cut { slope: sigmoid.slope, offset: sigmoid.offset, low, high }
        };
        Some(Cuts(sigmoids.iter().zip(&classifier.thresholds).map(cut).collect()))
    }

    /// The labels that scores give; what lies too near to its threshold is asked for.
    fn labels(&self, scores: &[f64], reaches: impl Fn(usize, f64) -> bool) -> Vec<usize> {
        let mut labels = Vec::new();
        for (label, (&score, cut)) in scores.iter().zip(&self.0).enumerate() {
            let log_odds = cut.slope * score + cut.offset;
            if log_odds > cut.low && (log_odds > cut.high || reaches(label, score)) {
                labels.push(label);
            }
        }
        labels
    }
}

impl Classifier {
    /// Labels one text. Cost: linear in its length, times the number of labels.
    ///
    /// # Errors
    /// Where the tokenizer cannot take the text; see [`Tokenizer::tokenize`].
    pub fn classify(&self, text: &str, memory: &mut Memory) -> Result<Prediction> {
        let mut probabilities = self.scores(text, memory)?;
        self.calibration.apply(&mut probabilities);
        let labels = decide(self.task, &probabilities, &self.thresholds);
        let unsure = unsure(self.task, &labels, &probabilities, &self.bands);
        Ok(Prediction { labels, unsure, probabilities })
    }

    /// The labels of one text and nothing else: those that [`Classifier::classify`] gives, without working out their
    /// probabilities where a look at the score is enough.
    ///
    /// # Errors
    /// As [`Classifier::classify`].
    pub fn label(&self, text: &str, memory: &mut Memory) -> Result<Vec<usize>> {
        let mut scores = std::mem::take(&mut memory.scores);
        scores.clear();
        scores.resize(self.labels.len(), 0.0);
        self.scores_into(text, memory, &mut scores)?;
        let labels = match self.quick.cuts.get_or_init(|| Cuts::new(self)) {
            Some(cuts) => cuts.labels(&scores, |label, score| self.reaches(label, score)),
            None => {
                self.calibration.apply(&mut scores);
                decide(self.task, &scores, &self.thresholds)
            }
        };
        memory.scores = scores;
        Ok(labels)
    }

    /// Whether a label is given at this score.
    fn reaches(&self, label: usize, score: f64) -> bool {
        let Calibration::PerLabel(sigmoids) = &self.calibration else { return false };
        sigmoids[label].probability(score) >= self.thresholds[label]
    }

    /// Labels many texts, in parallel; each answer is that of [`Classifier::classify`].
    ///
    /// # Errors
    /// Where the tokenizer cannot take one of the texts.
    pub fn classify_all<S: AsRef<str> + Sync>(&self, texts: &[S]) -> Result<Vec<Prediction>> {
        texts
            .par_iter()
            .map_init(Memory::default, |memory, text| self.classify(text.as_ref(), memory))
            .collect()
    }

    /// The score of every label for one text, before calibration.
    ///
    /// # Errors
    /// As [`Classifier::classify`].
    pub fn scores(&self, text: &str, memory: &mut Memory) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; self.labels.len()];
        self.scores_into(text, memory, &mut scores)?;
        Ok(scores)
    }

    /// The quick way to scores, where there is one.
    fn scorer(&self) -> Option<&Scorer> {
        let make = || Scorer::new(&self.tokenizer, &self.vectorizer, &self.model);
        self.quick.scorer.get_or_init(make).as_ref()
    }

    /// A maker of memories for `texts` and for what is left of them without some words: where they are few, and few were
    /// before them, by a way that is made more quickly than that for all texts. The answers are the same.
    pub(crate) fn memories_for(&self, texts: &[&str]) -> impl Fn() -> Memory + Sync + use<> {
        let is_few = || {
            self.quick.scorer.get().is_none()
                && texts.iter().map(|text| text.len()).sum::<usize>() <= FEW
                && self.quick.n_sifted.fetch_add(1, Ordering::Relaxed) < MOST_SIFTED
        };
        let make = || Scorer::for_words_of(&self.tokenizer, &self.vectorizer, &self.model, texts);
        let sifted = is_few().then(make).flatten().map(Arc::new);
        move || Memory { sifted: sifted.clone(), ..Memory::default() }
    }

    /// Whether there is a quick way to scores; in that case no term stands twice.
    pub(crate) fn has_quick_way(&self) -> bool {
        self.scorer().is_some()
    }

    fn scores_into(&self, text: &str, memory: &mut Memory, scores: &mut [f64]) -> Result<()> {
        let sifted = memory.sifted.clone();
        match (sifted.as_deref().or_else(|| self.scorer()), self.model.as_linear()) {
            (Some(scorer), Some(model)) => {
                scorer.scores(&self.tokenizer, model, text, &mut memory.scorer, scores)
            }
            _ => self.score_row(text, memory, scores),
        }
    }

    /// The same the general way, by the row of the text: the slow twin of [`Classifier::scores`].
    ///
    /// # Errors
    /// As [`Classifier::classify`].
    pub fn scores_of_row(&self, text: &str, memory: &mut Memory) -> Result<Vec<f64>> {
        let mut scores = vec![0.0; self.labels.len()];
        self.score_row(text, memory, &mut scores)?;
        Ok(scores)
    }

    fn score_row(&self, text: &str, memory: &mut Memory, scores: &mut [f64]) -> Result<()> {
        self.tokenizer.tokenize(text, &mut memory.tokens)?;
        let row = self.vectorizer.vectorize(&memory.tokens, &mut memory.scratch);
        self.model.score_into(row.iter().copied(), scores);
        Ok(())
    }

    /// Each label's threshold, `None` where the task is to give exactly one label.
    pub fn thresholds(&self) -> Vec<Option<f64>> {
        let used = self.task == Task::Multilabel;
        self.thresholds.iter().map(|&threshold| used.then_some(threshold)).collect()
    }
}

/// The labels that `probabilities` give: the likeliest one that was ever seen (the first of equals),
/// or all that reach their threshold.
pub(super) fn decide(task: Task, probabilities: &[f64], thresholds: &[f64]) -> Vec<usize> {
    match task {
        Task::Multiclass => {
            let likelier = |best: usize, label: usize| {
                if probabilities[label] > probabilities[best] { label } else { best }
            };
            let known = (0..probabilities.len()).filter(|&label| thresholds[label] < NEVER);
            known.reduce(likelier).into_iter().collect()
        }
        Task::Multilabel => {
            let reaches = |&label: &usize| probabilities[label] >= thresholds[label];
            (0..probabilities.len()).filter(reaches).collect()
        }
    }
}

/// The labels whose probability lies in their band; where one label is given it alone can be unsure.
fn unsure(task: Task, given: &[usize], probabilities: &[f64], bands: &[Band]) -> Vec<usize> {
    let is_unsure = |&label: &usize| bands[label].holds(probabilities[label]);
    match task {
        _ if bands.is_empty() => Vec::new(),
        Task::Multiclass => given.iter().copied().filter(is_unsure).collect(),
        Task::Multilabel => (0..probabilities.len()).filter(is_unsure).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_label_is_the_likeliest_and_several_reach_their_thresholds() {
        let probabilities = [0.4, 0.4, 0.2];
        assert_eq!(decide(Task::Multiclass, &probabilities, &[0.5; 3]), [0]);
        assert_eq!(decide(Task::Multiclass, &probabilities, &[NEVER, 0.5, 0.5]), [1]);
        assert_eq!(decide(Task::Multilabel, &probabilities, &[0.5, 0.4, 0.1]), [1, 2]);
        assert!(decide(Task::Multilabel, &probabilities, &[0.5; 3]).is_empty());
    }
}
