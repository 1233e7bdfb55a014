//! The fitted whole: a text in, its labels and their probabilities out.
//!
//! Classifying changes nothing and looks at no other text. All that it uses was learned at
//! training time: vocabulary, idf, weights, calibration, thresholds, the order of the labels.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::learned::Learned;
use super::{ClassifierParams, Task};
use crate::classify::thresholds::NEVER;
use crate::classify::{Band, Calibration, Model};
use crate::corpus::LabelSet;
use crate::error::Result;
use crate::evaluate::Averages;
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
        self.tokenizer.tokenize(text, &mut memory.tokens)?;
        let row = self.vectorizer.vectorize(&memory.tokens, &mut memory.scratch);
        let mut scores = vec![0.0; self.labels.len()];
        self.model.score_into(row.iter().copied(), &mut scores);
        Ok(scores)
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
