//! All figures of one set of predictions.
//!
//! Enters: for each text its true and its predicted labels, and for each label the probabilities.
//! Leaves: an [`Evaluation`]. Labels of the test data that the model lacks are part of it: they
//! count as missed. Averages over labels take the defined values only (scikit-learn's
//! `zero_division=nan`).

use serde::Serialize;

use super::metrics::{Counts, average_precision, mean, ratio};

/// What was judged. Labels are indices into `names`; those of one text rise, each once.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The labels: those of the model first, then those that only the test data has.
    pub names: Vec<String>,
    /// Each model label's threshold, a probability; `None` where one label is always taken.
    pub thresholds: Vec<Option<f64>>,
    /// For each text its true labels.
    pub truths: Vec<Vec<usize>>,
    /// For each text its predicted labels.
    pub predicted: Vec<Vec<usize>>,
    /// For each text the probability of each label of the model.
    pub probabilities: Vec<Vec<f64>>,
}

/// Precision, recall and F1, each of which may be undefined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Averages {
    /// Precision.
    pub precision: Option<f64>,
    /// Recall.
    pub recall: Option<f64>,
    /// F1.
    pub f1: Option<f64>,
}

/// The figures of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelFigures {
    /// Its name.
    pub name: String,
    /// How its predictions fell out.
    pub counts: Counts,
    /// Average precision of its probabilities; undefined where the label is never true or the
    /// model lacks it.
    pub average_precision: Option<f64>,
    /// The probability from which on it is predicted.
    pub threshold: Option<f64>,
}

/// All figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Number of texts.
    pub n: usize,
    /// Of all decisions together.
    pub micro: Averages,
    /// The mean over the labels.
    pub macro_: Averages,
    /// Share of the texts whose labels are exactly right.
    pub subset_accuracy: Option<f64>,
    /// Share of the single decisions, texts x labels, that are wrong.
    pub hamming_loss: Option<f64>,
    /// Label by label, in the order of the model.
    pub labels: Vec<LabelFigures>,
}

impl Evaluation {
    /// Judges predictions. Cost: texts x labels, and a sort per label.
    pub fn new(judged: &Judged) -> Self {
        let n = judged.truths.len();
        let counts = count(judged);
        let mut all = Counts::default();
        counts.iter().for_each(|&c| all += c);
        let average = |of: fn(Counts) -> Option<f64>| mean(counts.iter().map(|&c| of(c)));
        let pairs = judged.truths.iter().zip(&judged.predicted);
        let n_exact = pairs.filter(|(truth, predicted)| truth == predicted).count();
        let n_wrong = all.false_positives + all.false_negatives;
        let micro = Averages { precision: all.precision(), recall: all.recall(), f1: all.f1() };
        let macro_ = Averages {
            precision: average(Counts::precision),
            recall: average(Counts::recall),
            f1: average(Counts::f1),
        };
        let labels = counts.iter().enumerate().map(|(label, &counts)| LabelFigures {
            name: judged.names[label].clone(),
            counts,
            average_precision: judged.average_precision(label),
            threshold: judged.thresholds.get(label).copied().flatten(),
        });
        Evaluation {
            n,
            micro,
            macro_,
            subset_accuracy: ratio(n_exact, n),
            hamming_loss: ratio(n_wrong, n * judged.names.len()),
            labels: labels.collect(),
        }
    }
}

impl Judged {
    /// The answers to some of the texts.
    pub fn select(&self, texts: &[usize]) -> Judged {
        let of = |rows: &[Vec<usize>]| texts.iter().map(|&text| rows[text].clone()).collect();
        Judged {
            names: self.names.clone(),
            thresholds: self.thresholds.clone(),
            truths: of(&self.truths),
            predicted: of(&self.predicted),
            probabilities: texts.iter().map(|&text| self.probabilities[text].clone()).collect(),
        }
    }

    fn average_precision(&self, label: usize) -> Option<f64> {
        if label >= self.thresholds.len() {
            return None;
        }
        let pairs = self.probabilities.iter().zip(&self.truths);
        average_precision(pairs.map(|(p, truth)| (p[label], truth.contains(&label))).collect())
    }
}

fn count(judged: &Judged) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); judged.names.len()];
    for (truth, predicted) in judged.truths.iter().zip(&judged.predicted) {
        for &label in predicted {
            counts[label].add(truth.contains(&label), true);
        }
        for &label in truth.iter().filter(|label| !predicted.contains(label)) {
            counts[label].add(true, false);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged() -> Judged {
        Judged {
            names: ["a", "b", "only in the test"].map(String::from).to_vec(),
            thresholds: vec![Some(0.5), Some(0.4)],
            truths: vec![vec![0], vec![0, 1], vec![], vec![2]],
            predicted: vec![vec![0], vec![0], vec![1], vec![]],
            probabilities: vec![vec![0.9, 0.1], vec![0.8, 0.3], vec![0.2, 0.6], vec![0.1, 0.1]],
        }
    }

    #[test]
    fn a_label_that_the_model_lacks_counts_as_missed() {
        let evaluation = Evaluation::new(&judged());
        let missed = &evaluation.labels[2];
        assert_eq!((missed.counts.support(), missed.counts.recall()), (1, Some(0.0)));
        assert_eq!((missed.average_precision, missed.threshold), (None, None));
        assert_eq!(evaluation.micro.recall, Some(0.5));
    }

    #[test]
    fn figures_are_those_counted_by_hand() {
        let evaluation = Evaluation::new(&judged());
        assert_eq!(evaluation.n, 4);
        assert_eq!(evaluation.micro.precision, Some(2.0 / 3.0));
        assert_eq!(evaluation.macro_.f1, Some(1.0 / 3.0));
        assert_eq!(evaluation.macro_.precision, Some(0.5));
        assert_eq!(evaluation.subset_accuracy, Some(0.25));
        assert_eq!(evaluation.hamming_loss, Some(3.0 / 12.0));
    }

    #[test]
    fn of_nothing_everything_is_undefined() {
        let nothing = Judged {
            names: vec!["a".into()],
            thresholds: vec![None],
            truths: vec![],
            predicted: vec![],
            probabilities: vec![],
        };
        let evaluation = Evaluation::new(&nothing);
        assert_eq!((evaluation.micro.f1, evaluation.subset_accuracy), (None, None));
    }
}
