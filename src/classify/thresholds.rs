//! From which probability on a label is given.
//!
//! For each label the threshold that gives the best F1 on out-of-fold probabilities (Yang, "A study
//! of thresholding strategies for text categorization", SIGIR 2001: SCut). A rare label's best
//! threshold is mostly luck: with few examples F1 is therefore smoothed by pseudo-counts before the
//! best is taken (after Lin, Chen, Lin and others, ACL 2023), which pulls such a label towards the
//! threshold that is best for all labels together.

use rayon::prelude::*;

/// The pseudo-counts: how many decisions at the common threshold a label's own are mixed with.
const SMOOTHING: f64 = 2.0;

/// The threshold of a label about which nothing is known.
pub const DEFAULT_THRESHOLD: f64 = 0.5;

/// For each label the threshold, a probability, from out-of-fold probabilities `probabilities[i][l]`
/// and the labels `targets[i]` of each text i.
pub fn best_thresholds(
    probabilities: &[Vec<f64>],
    targets: &[Vec<usize>],
    n_labels: usize,
) -> Vec<f64> {
    let curves: Vec<Curve> = (0..n_labels)
        .into_par_iter()
        .map(|label| {
            let pairs = probabilities.iter().zip(targets);
            Curve::new(pairs.map(|(p, target)| (p[label], target.contains(&label))).collect())
        })
        .collect();
    let common = common_threshold(&curves);
    curves.iter().map(|curve| curve.best(common)).collect()
}

/// One label's decisions at every possible threshold.
struct Curve {
    /// (probability, how many texts stand there or higher, how many of them have the label),
    /// probabilities falling.
    cuts: Vec<(f64, usize, usize)>,
    n_true: usize,
}

impl Curve {
    fn new(mut scored: Vec<(f64, bool)>) -> Self {
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

    /// The threshold of the best smoothed F1: halfway between two neighbouring probabilities.
    /// `common` is the threshold for all labels together and its F1.
    fn best(&self, common: (f64, f64)) -> f64 {
        if self.n_true == 0 {
            return DEFAULT_THRESHOLD.max(common.0);
        }
        // Pseudo-decisions as good as all labels together: the more they weigh, the closer a cut
        // must come to the common threshold to win.
        let score = |threshold: f64, n_above: usize, n_found: usize| {
            let f1 = 2.0 * n_found as f64 / (n_above + self.n_true) as f64;
            let mass = self.n_true as f64;
            let nearness = 1.0 - (threshold - common.0).abs();
            (mass * f1 + SMOOTHING * common.1 * nearness) / (mass + SMOOTHING)
        };
        let mut best = (f64::NEG_INFINITY, DEFAULT_THRESHOLD);
        for (place, &(probability, n_above, n_found)) in self.cuts.iter().enumerate() {
            let below = self.cuts.get(place + 1).map_or(0.0, |next| next.0);
            let threshold = (probability + below) / 2.0;
            let reached = score(threshold, n_above, n_found);
            if reached > best.0 {
                best = (reached, threshold);
            }
        }
        best.1
    }
}

/// The one threshold that gives the best micro-F1 over all labels, among hundredths, and that F1.
fn common_threshold(curves: &[Curve]) -> (f64, f64) {
    let n_true: usize = curves.iter().map(|curve| curve.n_true).sum();
    let mut best = (DEFAULT_THRESHOLD, 0.0);
    for hundredth in 1..100 {
        let threshold = f64::from(hundredth) / 100.0;
        let (n_above, n_found) = curves.iter().fold((0, 0), |sum, curve| {
            let at = curve.at(threshold);
            (sum.0 + at.0, sum.1 + at.1)
        });
        let f1 = 2.0 * n_found as f64 / (n_above + n_true).max(1) as f64;
        if f1 > best.1 {
            best = (threshold, f1);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_gap_is_split() {
        let probabilities: Vec<Vec<f64>> = (0..200).map(|i| vec![if i < 60 { 0.7 } else { 0.3 }]).collect();
        let targets: Vec<Vec<usize>> = (0..200).map(|i| vec![0; usize::from(i < 60)]).collect();
        let threshold = best_thresholds(&probabilities, &targets, 1)[0];
        assert!(threshold > 0.3 && threshold <= 0.7, "{threshold}");
    }

    #[test]
    fn a_label_never_seen_is_not_given_lightly() {
        let threshold = best_thresholds(&[vec![0.2], vec![0.1]], &[vec![], vec![]], 1)[0];
        assert!(threshold >= 0.5);
        assert_eq!(best_thresholds(&[], &[], 1), [0.5]);
    }

    #[test]
    fn the_common_threshold_counts_all_labels_together() {
        let curves = [Curve::new(vec![(0.4, true), (0.2, false)]), Curve::new(vec![(0.35, true), (0.3, false)])];
        let (threshold, f1) = common_threshold(&curves);
        assert!(threshold > 0.3 && threshold <= 0.35);
        assert_eq!(f1, 1.0);
    }
}
