//! Thresholds that keep a promise: of what is given at least so much is right, or of what is true at least so much is
//! found.
//!
//! Chosen on out-of-fold probabilities. So that the luck of these texts does not choose, the share must be reached by
//! its lower confidence bound (Wilson 1927, one-sided, 90 %); with few examples of a label that asks for more.

use super::thresholds::{Curve, NEVER};

/// The probabilities between which a decision about a label is unsure: from `low` on, and below `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Below it the label is surely not there.
    pub low: f64,
    /// From it on the label is surely there.
    pub high: f64,
}

impl Band {
    /// Whether a decision at this probability is unsure.
    pub fn holds(self, probability: f64) -> bool {
        self.low <= probability && probability < self.high
    }
}

/// What is promised of a label that is given from a probability on, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Promise {
    /// Of the texts that are given it at least this share have it.
    Precision(f64),
    /// Of the texts that have it at least this share are given it.
    Recall(f64),
}

impl Promise {
    /// For each label the threshold that keeps the promise and gives up the least for it, from out-of-fold probabilities
    /// `probabilities[i][l]` and the labels `targets[i]` of each text i. Where no precision is high enough it is
    /// [`NEVER`]; where no recall can be promised, the label being too rare, it is the lowest probability of a
    /// text that has it, and of a label that no text has [`NEVER`].
    pub fn thresholds(
        self,
        probabilities: &[Vec<f64>],
        targets: &[Vec<usize>],
        n_labels: usize,
    ) -> Vec<f64> {
        let curves = Curve::of_labels(probabilities, targets, n_labels);
        curves.iter().map(|curve| self.threshold(curve)).collect()
    }

    fn threshold(self, curve: &Curve) -> f64 {
        match self {
            Promise::Precision(wanted) => precision_cut(curve, wanted),
            Promise::Recall(wanted) => recall_cut(curve, wanted),
        }
    }
}

/// From which probability of the likeliest label on its being right at least `wanted` of the time can be promised;
/// [`NEVER`] where it cannot. `judged` are (probability of the likeliest label, whether it is right).
///
/// ```
/// use leitmotif::classify::promises::sure_from;
/// let judged: Vec<(f64, bool)> = (0..100).map(|i| (f64::from(i) / 100.0, i >= 40)).collect();
/// let cut = sure_from(judged, 0.9);
/// assert!((0.35..0.45).contains(&cut), "{cut}");
/// ```
pub fn sure_from(judged: Vec<(f64, bool)>, wanted: f64) -> f64 {
    precision_cut(&Curve::new(judged), wanted)
}

fn precision_cut(curve: &Curve, wanted: f64) -> f64 {
    let keeps = |&place: &usize| {
        let (_, n_above, n_found) = curve.cuts[place];
        lower_bound(n_found, n_above) >= wanted
    };
    let lowest = (0..curve.cuts.len()).rev().find(keeps);
    lowest.map_or(NEVER, |place| curve.between(place))
}

fn recall_cut(curve: &Curve, wanted: f64) -> f64 {
    let keeps = |&place: &usize| lower_bound(curve.cuts[place].2, curve.n_true) >= wanted;
    let finds_all = |&place: &usize| curve.cuts[place].2 == curve.n_true;
    if curve.n_true == 0 {
        return NEVER;
    }
    let places = 0..curve.cuts.len();
    let highest = places.clone().find(keeps).or_else(|| places.clone().find(finds_all));
    highest.map_or(0.0, |place| curve.between(place))
}

/// Wilson's lower bound of a share, one-sided, 90 %; 0 of nothing.
fn lower_bound(part: usize, whole: usize) -> f64 {
    const Z: f64 = 1.281_552;
    if whole == 0 {
        return 0.0;
    }
    let (n, share) = (whole as f64, part as f64 / whole as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    (middle - half) / (1.0 + Z * Z / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;

    /// Probabilities that are calibrated: of those near p the share p is true.
    fn calibrated(n: usize, seed: u64) -> (Vec<Vec<f64>>, Vec<Vec<usize>>) {
        let mut generator = Generator::new(seed);
        let mut uniform = || generator.below(1 << 30) as f64 / f64::from(1 << 30);
        let pair = |_| {
            let p = uniform();
            (vec![p], if uniform() < p { vec![0] } else { vec![] })
        };
        (0..n).map(pair).unzip()
    }

    fn at(cut: f64, (p, targets): &(Vec<Vec<f64>>, Vec<Vec<usize>>)) -> (f64, f64) {
        let given = p.iter().zip(targets).filter(|(p, _)| p[0] >= cut);
        let n_found = given.clone().filter(|(_, target)| !target.is_empty()).count() as f64;
        let n_true = targets.iter().filter(|target| !target.is_empty()).count() as f64;
        (n_found / given.count() as f64, n_found / n_true)
    }

    #[test]
    fn a_promise_holds_on_other_texts_nearly_always() {
        let (mut precise, mut complete) = (0, 0);
        for seed in 0..50 {
            let (learned, other) = (calibrated(400, seed), calibrated(20_000, 1_000 + seed));
            let cut = |promise: Promise| promise.thresholds(&learned.0, &learned.1, 1)[0];
            precise += usize::from(at(cut(Promise::Precision(0.8)), &other).0 >= 0.8);
            complete += usize::from(at(cut(Promise::Recall(0.8)), &other).1 >= 0.8);
        }
        assert!(precise >= 40 && complete >= 40, "{precise} and {complete} of 50");
    }

    #[test]
    fn what_cannot_be_promised_is_never_given_and_what_is_too_rare_wherever_it_may_be() {
        let probabilities: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i) / 20.0]).collect();
        let targets: Vec<Vec<usize>> = (0..20).map(|i| vec![0; usize::from(i % 7 == 3)]).collect();
        let cut = |promise: Promise| promise.thresholds(&probabilities, &targets, 1)[0];
        assert_eq!(cut(Promise::Precision(0.9)), NEVER);
        assert!(cut(Promise::Recall(0.9)) <= 0.15);
        let none = vec![Vec::new(); 20];
        assert_eq!(Promise::Recall(0.5).thresholds(&probabilities, &none, 1), [NEVER]);
    }
}
