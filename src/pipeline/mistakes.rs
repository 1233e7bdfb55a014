//! The wrong answers that are most worth reading: those that were given or missed with the greatest confidence.
//!
//! A wrong answer that is barely one says little; one that is far from its threshold shows either what the model does
//! not understand or a label that is wrong itself.

use super::{Classifier, Evidence, Memory};
use crate::error::Result;
use crate::evaluate::Judged;
use crate::math::ln;

/// A wrong answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// The text, as a number among those judged.
    pub text: usize,
    /// The label that was wrongly given, or missed.
    pub label: usize,
    /// Whether it was wrongly given; else it was missed.
    pub is_given: bool,
    /// Its probability.
    pub probability: f64,
    /// How far from the threshold, in log odds.
    pub confidence: f64,
    /// Why the label has its score, where the model can say.
    pub evidence: Option<Evidence>,
}

/// Of one label at most so many that were given and so many that were missed.
const MOST_OF_A_LABEL: usize = 5;
/// And of all labels together.
const MOST: usize = 40;

/// The most confident wrong answers, the most confident first, without evidence. Where every text gets exactly one
/// label, a wrong one stands for the missed one, too.
pub fn mistakes(judged: &Judged) -> Vec<Mistake> {
    let mut found = Vec::new();
    for label in 0..judged.thresholds.len() {
        let threshold = judged.thresholds[label];
        for text in 0..judged.truths.len() {
            let is_true = judged.truths[text].binary_search(&label).is_ok();
            let is_given = judged.predicted[text].binary_search(&label).is_ok();
            if is_true == is_given || (is_true && threshold.is_none()) {
                continue;
            }
            let probability = judged.probabilities[text][label];
            let far = log_odds(probability) - log_odds(threshold.unwrap_or(0.5));
            let confidence = if is_given { far } else { -far };
            let evidence = None;
            found.push(Mistake { text, label, is_given, probability, confidence, evidence });
        }
    }
    best_of(found, judged.thresholds.len())
}

/// The most confident of several lists together.
pub(super) fn best_of(mut mistakes: Vec<Mistake>, n_labels: usize) -> Vec<Mistake> {
    mistakes.sort_by(|a, b| {
        b.confidence.total_cmp(&a.confidence).then((a.text, a.label).cmp(&(b.text, b.label)))
    });
    let mut n_taken = vec![[0; 2]; n_labels];
    mistakes.retain(|mistake| {
        let taken = &mut n_taken[mistake.label][usize::from(mistake.is_given)];
        *taken += 1;
        *taken <= MOST_OF_A_LABEL
    });
    mistakes.truncate(MOST);
    mistakes
}

/// Adds the evidence, where the model can be explained.
pub(super) fn explain(
    mistakes: &mut [Mistake],
    classifier: &Classifier,
    text_of: impl Fn(usize) -> String,
) -> Result<()> {
    if classifier.check_explainable().is_err() {
        return Ok(());
    }
    let mut memory = Memory::default();
    for mistake in mistakes {
        let text = text_of(mistake.text);
        mistake.evidence = classifier.explain(&text, &[mistake.label], &mut memory)?.pop();
    }
    Ok(())
}

fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    ln(p / (1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_confident_come_first_and_no_label_takes_all_the_room() {
        let n = 20;
        let judged = Judged {
            names: vec!["a".into(), "b".into()],
            thresholds: vec![Some(0.5), Some(0.5)],
            truths: (0..n).map(|i| if i == 0 { vec![1] } else { vec![] }).collect(),
            predicted: vec![vec![0]; n],
            probabilities: (0..n).map(|i| vec![0.6 + i as f64 / 100.0, 0.1]).collect(),
        };
        let found = mistakes(&judged);
        assert_eq!(found.len(), MOST_OF_A_LABEL + 1);
        assert_eq!((found[0].label, found[0].is_given), (1, false));
        assert_eq!((found[1].text, found[1].label), (19, 0));
    }
}
