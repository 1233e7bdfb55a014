//! From which probability on a label is given.
//!
//! Two views of the same out-of-fold probabilities, mixed by how much is known of the label:
//!
//! * the cut that gives the best F1 (Yang, "A study of thresholding strategies for text
//!   categorization", SIGIR 2001: SCut), which is right for labels with many examples and mostly
//!   luck for rare ones;
//! * half of the F1 that can be reached, which is the best cut where probabilities are calibrated
//!   (Lipton, Elkan and Narayanaswamy, "Optimal thresholding of classifiers to maximize F1 measure",
//!   ECML 2014, theorem 1); for rare labels that F1 is itself drawn towards that of all labels.
//!
//! How they are mixed is a [`ThresholdRule`], which training chooses by out-of-fold figures.

use rayon::prelude::*;

use crate::math::{ln, sigmoid};

/// The threshold of a label about which nothing is known.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// The threshold of a label that no text has: it is not given.
pub const NEVER: f64 = 1.0;

/// How much a label's own best cut counts beside the calibrated view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdRule {
    /// The calibrated view alone: steady, and right where probabilities are.
    Calibrated,
    /// The own cut counts as much with 20 examples of the label.
    Mixed,
    /// The own cut counts as much with 5 examples of the label: rare labels are given more readily.
    OwnCut,
    /// The own cut counts as much with 2 examples, and the own F1 nearly alone: more readily still.
    Bold,
}

impl ThresholdRule {
    /// All of them, the steadiest first.
    pub const ALL: [ThresholdRule; 4] = [
        ThresholdRule::Calibrated,
        ThresholdRule::Mixed,
        ThresholdRule::OwnCut,
        ThresholdRule::Bold,
    ];

    /// With n examples of a label, the weight of the own cut, 0 to 1.
    fn weight_of_cut(self, n: f64) -> f64 {
        match self {
            ThresholdRule::Calibrated => 0.0,
            ThresholdRule::Mixed => n / (n + 20.0),
            ThresholdRule::OwnCut => n / (n + 5.0),
            ThresholdRule::Bold => n / (n + 2.0),
        }
    }

    /// With so many examples a label's own F1 counts as much as that of all labels.
    fn examples_for_f1(self) -> f64 {
        if self == ThresholdRule::Bold { 0.5 } else { 2.0 }
    }
}

/// By each of `rules`, for each label the threshold, a probability, from out-of-fold probabilities `probabilities[i][l]`
/// and the labels `targets[i]` of each text i. Without texts it is [`DEFAULT_THRESHOLD`].
pub fn best_thresholds(
    probabilities: &[Vec<f64>],
    targets: &[Vec<usize>],
    n_labels: usize,
    rules: &[ThresholdRule],
) -> Vec<Vec<f64>> {
    if probabilities.is_empty() {
        return vec![vec![DEFAULT_THRESHOLD; n_labels]; rules.len()];
    }
    let curves = Curve::of_labels(probabilities, targets, n_labels);
    let common_f1 = best_common_f1(&curves);
    let by_rule = |&rule| curves.iter().map(|curve| curve.threshold(common_f1, rule)).collect();
    rules.iter().map(by_rule).collect()
}

/// One label's decisions at every possible threshold.
pub(super) struct Curve {
    /// (probability, how many texts stand there or higher, how many of them have the label),
    /// probabilities falling.
    pub cuts: Vec<(f64, usize, usize)>,
    pub n_true: usize,
}

impl Curve {
    /// The curves of all labels.
    pub fn of_labels(
        probabilities: &[Vec<f64>],
        targets: &[Vec<usize>],
        n_labels: usize,
    ) -> Vec<Curve> {
        let of_label = |label: usize| {
            let pairs = probabilities.iter().zip(targets);
            Curve::new(pairs.map(|(p, target)| (p[label], target.contains(&label))).collect())
        };
        (0..n_labels).into_par_iter().map(of_label).collect()
    }

    pub fn new(mut scored: Vec<(f64, bool)>) -> Self {
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut cuts, mut n_above, mut n_found) = (Vec::new(), 0, 0);
        for tie in scored.chunk_by(|a, b| a.0 == b.0) {
            n_above += tie.len();
            n_found += tie.iter().filter(|(_, truth)| *truth).count();
            cuts.push((tie[0].0, n_above, n_found));
        }
        Curve { cuts, n_true: n_found }
    }

    /// (texts at or above the threshold, those of them that have the label)
    fn at(&self, threshold: f64) -> (usize, usize) {
        let n_cuts = self.cuts.partition_point(|cut| cut.0 >= threshold);
        if n_cuts == 0 { (0, 0) } else { (self.cuts[n_cuts - 1].1, self.cuts[n_cuts - 1].2) }
    }

    fn threshold(&self, common_f1: f64, rule: ThresholdRule) -> f64 {
        if self.n_true == 0 {
            return NEVER;
        }
        let n = self.n_true as f64;
        let (own_f1, own_cut) = self.best_cut();
        let common = rule.examples_for_f1();
        let f1 = (n * own_f1 + common * common_f1) / (n + common);
        let weight = rule.weight_of_cut(n);
        sigmoid(weight * log_odds(own_cut) + (1.0 - weight) * log_odds(f1 / 2.0))
    }

    /// The best F1 of any cut, and that cut: halfway between two neighbouring probabilities.
    fn best_cut(&self) -> (f64, f64) {
        let mut best = (0.0, DEFAULT_THRESHOLD);
        for (place, &(_, n_above, n_found)) in self.cuts.iter().enumerate() {
            let f1 = 2.0 * n_found as f64 / (n_above + self.n_true) as f64;
            if f1 > best.0 {
                best = (f1, self.between(place));
            }
        }
        best
    }

    /// A threshold that takes what stands at this cut or higher: halfway to the next lower probability.
    pub fn between(&self, place: usize) -> f64 {
        let below = self.cuts.get(place + 1).map_or(0.0, |next| next.0);
        (self.cuts[place].0 + below) / 2.0
    }
}

/// ln(p / (1 - p)), kept finite at both ends.
fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    ln(p / (1.0 - p))
}

/// The best micro-F1 that one threshold gives for all labels, among hundredths.
fn best_common_f1(curves: &[Curve]) -> f64 {
    let n_true: usize = curves.iter().map(|curve| curve.n_true).sum();
    let f1_at = |hundredth: u32| {
        let threshold = f64::from(hundredth) / 100.0;
        let (n_above, n_found) = curves.iter().fold((0, 0), |sum, curve| {
            let at = curve.at(threshold);
            (sum.0 + at.0, sum.1 + at.1)
        });
        2.0 * n_found as f64 / (n_above + n_true).max(1) as f64
    };
    (1..100).map(f1_at).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_gap_is_split() {
        let probabilities: Vec<Vec<f64>> =
            (0..200).map(|i| vec![if i < 60 { 0.7 } else { 0.3 }]).collect();
        let targets: Vec<Vec<usize>> = (0..200).map(|i| vec![0; usize::from(i < 60)]).collect();
        let threshold = best_thresholds(&probabilities, &targets, 1, &[ThresholdRule::Mixed])[0][0];
        assert!(threshold > 0.3 && threshold <= 0.7, "{threshold}");
    }

    #[test]
    fn a_rare_label_with_lucky_scores_stays_near_half_the_common_f1() {
        let probabilities: Vec<Vec<f64>> = (0..100)
            .map(|i| vec![if i < 50 { 0.9 } else { 0.1 }, if i == 0 { 0.02 } else { 0.01 }])
            .collect();
        let targets: Vec<Vec<usize>> = (0..100)
            .map(|i| if i == 0 { vec![0, 1] } else { vec![0; usize::from(i < 50)] })
            .collect();
        let rare = best_thresholds(&probabilities, &targets, 2, &[ThresholdRule::Mixed])[0][1];
        assert!(rare > 0.35, "{rare}");
    }

    #[test]
    fn a_label_never_seen_is_not_given_and_no_data_is_no_opinion() {
        let rules = &ThresholdRule::ALL[..1];
        let unseen = best_thresholds(&[vec![0.2], vec![0.1]], &[vec![], vec![]], 1, rules);
        assert_eq!(unseen, [[NEVER]]);
        assert_eq!(best_thresholds(&[], &[], 1, rules), [[DEFAULT_THRESHOLD]]);
    }

    #[test]
    fn the_common_f1_counts_all_labels_together() {
        let first = Curve::new(vec![(0.4, true), (0.2, false)]);
        let second = Curve::new(vec![(0.35, true), (0.3, false)]);
        assert_eq!(best_common_f1(&[first, second]), 1.0);
    }
}
