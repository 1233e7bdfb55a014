//! The figures of one label at every threshold, and its probabilities held against shares: what plots draw.

use super::metrics::Counts;
use super::ranked::{N_BINS, bin_of};

/// The decisions at one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The probability from which on the label is given.
    pub threshold: f64,
    /// How the decisions fall out.
    pub counts: Counts,
}

/// The decisions at every threshold that makes a difference, falling; at most `n` of them, evenly spread by
/// the number of texts given. `pairs` are (probability, whether true), probabilities falling.
///
/// ```
/// use leitmotif::evaluate::curves::cuts;
/// let curve = cuts(&[(0.9, true), (0.5, false), (0.5, true)], 100);
/// assert_eq!(curve.len(), 2);
/// assert_eq!(curve[1].counts.precision(), Some(2.0 / 3.0));
/// ```
pub fn cuts(pairs: &[(f64, bool)], n: usize) -> Vec<Cut> {
    let n_true = pairs.iter().filter(|(_, is_true)| *is_true).count();
    let (mut curve, mut given, mut found) = (Vec::new(), 0, 0);
    for tie in pairs.chunk_by(|a, b| a.0 == b.0) {
        given += tie.len();
        found += tie.iter().filter(|(_, is_true)| *is_true).count();
        let counts = Counts {
            true_positives: found,
            false_positives: given - found,
            false_negatives: n_true - found,
        };
        curve.push(Cut { threshold: tie[0].0, counts });
    }
    thinned(curve, n, n_true)
}

/// Keeps the first and the last cut, and between them what shows: steps in the texts found while there are
/// any to find, steps in the texts given behind that.
fn thinned(curve: Vec<Cut>, n: usize, n_true: usize) -> Vec<Cut> {
    if curve.len() <= n || n < 2 {
        return curve;
    }
    let last = curve.len() - 1;
    let step = n_true as f64 / (n as f64 / 2.0);
    let (mut kept, mut next_found, mut next_given) = (Vec::new(), 0.0, 1.0);
    for (place, cut) in curve.into_iter().enumerate() {
        let found = cut.counts.true_positives as f64;
        let given = found + cut.counts.false_positives as f64;
        // Texts given grow by a factor, so that the beginning of the curve is drawn as finely as its end.
        if place == 0 || place == last || found >= next_found || given >= next_given {
            next_found = found + step;
            next_given = given * 1.1;
            kept.push(cut);
        }
    }
    kept
}

/// A bin of probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// How many texts.
    pub n: usize,
    /// How many of them have the label.
    pub n_true: usize,
    /// Their mean probability; 0 without texts.
    pub mean_probability: f64,
}

impl Bin {
    /// The share that has the label, and its 95 % interval (Wilson 1927); `None` without texts.
    pub fn share(&self) -> Option<(f64, f64, f64)> {
        const Z: f64 = 1.959_964;
        let n = self.n as f64;
        let share = self.n_true as f64 / n;
        let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half =
            Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + (Z / (2.0 * n)).powi(2)).sqrt();
        (self.n > 0).then_some((share, (middle - half).max(0.0), (middle + half).min(1.0)))
    }
}

/// Ten bins of equal width.
///
/// ```
/// use leitmotif::evaluate::curves::reliability;
/// let bins = reliability(&[(0.95, true), (0.91, false)]);
/// assert_eq!((bins[9].n, bins[9].n_true), (2, 1));
/// assert!((bins[9].mean_probability - 0.93).abs() < 1e-12);
/// ```
pub fn reliability(pairs: &[(f64, bool)]) -> [Bin; N_BINS] {
    let mut bins = [Bin::default(); N_BINS];
    for &(probability, is_true) in pairs {
        let bin = &mut bins[bin_of(probability)];
        bin.n += 1;
        bin.n_true += usize::from(is_true);
        bin.mean_probability += probability;
    }
    for bin in bins.iter_mut().filter(|bin| bin.n > 0) {
        bin.mean_probability /= bin.n as f64;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_ends() {
        let pairs: Vec<(f64, bool)> =
            (0..10_000).map(|i| (1.0 - f64::from(i) / 10_000.0, i % 7 == 0)).collect();
        let (all, few) = (cuts(&pairs, usize::MAX), cuts(&pairs, 100));
        assert_eq!(all.len(), 10_000);
        assert!((50..250).contains(&few.len()), "{}", few.len());
        assert_eq!((few[0], few[few.len() - 1]), (all[0], all[9_999]));
    }

    #[test]
    fn the_interval_of_a_share_is_wilson_s() {
        // 8 of 10: 0.490 to 0.943 (Wilson's formula by hand).
        let (share, low, high) = Bin { n: 10, n_true: 8, mean_probability: 0.7 }.share().unwrap();
        assert_eq!(share, 0.8);
        assert!((low - 0.490_162).abs() < 1e-5 && (high - 0.943_318).abs() < 1e-5);
        assert_eq!(Bin::default().share(), None);
    }
}
