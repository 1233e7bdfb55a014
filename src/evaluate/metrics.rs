//! Counts and the ratios made of them.
//!
//! Counts add, so that figures of parts can be joined; ratios are methods. A ratio whose
//! denominator is 0 is undefined and comes as `None`, never as 0 or 1.

use std::ops::AddAssign;

/// How the predictions of one label, or of several together, fell out.
///
/// ```
/// use leitmotif::evaluate::Counts;
/// let counts = Counts { true_positives: 3, false_positives: 1, false_negatives: 2 };
/// assert_eq!(counts.precision(), Some(0.75));
/// assert_eq!(counts.recall(), Some(0.6));
/// assert_eq!(Counts::default().f1(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Predicted and true.
    pub true_positives: usize,
    /// Predicted and not true.
    pub false_positives: usize,
    /// True and not predicted.
    pub false_negatives: usize,
}

impl Counts {
    /// Adds one decision.
    pub fn add(&mut self, truth: bool, predicted: bool) {
        match (truth, predicted) {
            (true, true) => self.true_positives += 1,
            (false, true) => self.false_positives += 1,
            (true, false) => self.false_negatives += 1,
            (false, false) => {}
        }
    }

    /// How many are true.
    pub fn support(self) -> usize {
        self.true_positives + self.false_negatives
    }

    /// TP / (TP + FP); undefined where nothing was predicted.
    pub fn precision(self) -> Option<f64> {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }

    /// TP / (TP + FN); undefined where nothing is true.
    pub fn recall(self) -> Option<f64> {
        ratio(self.true_positives, self.support())
    }

    /// 2 TP / (2 TP + FP + FN); undefined where nothing is true and nothing was predicted.
    pub fn f1(self) -> Option<f64> {
        let twice = 2 * self.true_positives;
        ratio(twice, twice + self.false_positives + self.false_negatives)
    }

    /// Matthews' correlation of decision and truth among `n` decisions, -1 to 1 (Matthews 1975);
    /// undefined where all are true or none, or all were given or none.
    ///
    /// ```
    /// use leitmotif::evaluate::Counts;
    /// let counts = Counts { true_positives: 1, false_positives: 0, false_negatives: 1 };
    /// assert!((counts.matthews(4).unwrap() - 1.0 / 3.0_f64.sqrt()).abs() < 1e-12);
    /// ```
    pub fn matthews(self, n: usize) -> Option<f64> {
        let (n, found) = (n as f64, self.true_positives as f64);
        let (n_true, n_given) = (self.support() as f64, found + self.false_positives as f64);
        let spread = n_true * (n - n_true) * n_given * (n - n_given);
        (spread > 0.0).then(|| (found * n - n_true * n_given) / spread.sqrt())
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
    }
}

/// `part / whole`, undefined where `whole` is 0.
pub fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The mean of the defined values; undefined where none is.
pub fn mean(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0);
    for value in values.into_iter().flatten() {
        sum += value;
        n += 1;
    }
    (n > 0).then(|| sum / f64::from(n))
}

/// Average precision: the sum over the distinct scores, highest first, of the recall gained there
/// times the precision reached there (scikit-learn's `average_precision_score`; no interpolation,
/// equal scores enter together). Undefined where nothing is true. Cost: n log n.
///
/// `scored` holds (score, truth); scores must be no NaN.
///
/// ```
/// use leitmotif::evaluate::metrics::average_precision;
/// let two_of_three = average_precision(vec![(0.9, true), (0.5, false), (0.2, true)]);
/// assert!((two_of_three.unwrap() - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
/// assert_eq!(average_precision(vec![(0.9, false)]), None);
/// ```
pub fn average_precision(mut scored: Vec<(f64, bool)>) -> Option<f64> {
    let n_true = scored.iter().filter(|(_, truth)| *truth).count();
    if n_true == 0 {
        return None;
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut found, mut sum) = (0, 0, 0.0);
    for tie in scored.chunk_by(|a, b| a.0 == b.0) {
        let gained = tie.iter().filter(|(_, truth)| *truth).count();
        seen += tie.len();
        found += gained;
        sum += gained as f64 * found as f64 / seen as f64;
    }
    Some(sum / n_true as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undefined_is_absent() {
        let nothing = Counts::default();
        assert_eq!((nothing.precision(), nothing.recall(), nothing.f1()), (None, None, None));
        let missed = Counts { false_negatives: 2, ..nothing };
        assert_eq!(
            (missed.precision(), missed.recall(), missed.f1()),
            (None, Some(0.0), Some(0.0))
        );
        assert_eq!(mean([None, Some(1.0), Some(0.5)]), Some(0.75));
        assert_eq!(mean([None]), None);
    }

    #[test]
    fn counts_of_parts_add_up() {
        let mut a = Counts::default();
        [(true, true), (true, false), (false, true), (false, false)]
            .iter()
            .for_each(|&(truth, predicted)| a.add(truth, predicted));
        let mut sum = a;
        sum += a;
        assert_eq!(sum, Counts { true_positives: 2, false_positives: 2, false_negatives: 2 });
    }

    #[test]
    fn tied_scores_enter_together() {
        // scikit-learn 1.9.1: average_precision_score([1,0,1,0], [.5,.5,.5,.1]) = 0.6666666666666666
        let tied = vec![(0.5, true), (0.5, false), (0.5, true), (0.1, false)];
        assert!((average_precision(tied).unwrap() - 2.0 / 3.0).abs() < 1e-15);
    }
}
