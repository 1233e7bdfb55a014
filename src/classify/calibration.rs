//! Scores to probabilities, learned from scores of texts that the learner had not seen.
//!
//! *Several labels per text*: each label has its own sigmoid p = 1 / (1 + exp(-(slope * score +
//! offset))), fitted by maximum likelihood with Platt's smoothed targets and the safeguarded Newton
//! method of Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector
//! machines", Machine Learning 68 (2007), algorithm 1.
//!
//! *One label per text*: p = softmax(slope * scores), one slope for all labels, which keeps their
//! order (temperature scaling: Guo, Pleiss, Sun and Weinberger, ICML 2017, with slope = 1 / T).

use rayon::prelude::*;

use crate::math::{ln, log1p_exp, sigmoid, softmax};

/// A sigmoid over scores; the probability rises with the score where `slope` is positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// How fast the log odds grow with the score.
    pub slope: f64,
    /// The log odds at score 0.
    pub offset: f64,
}

impl Sigmoid {
    /// What is used where nothing could be learned: the score is taken as the log odds.
    pub const IDENTITY: Sigmoid = Sigmoid { slope: 1.0, offset: 0.0 };

    /// The probability at `score`.
    pub fn probability(self, score: f64) -> f64 {
        sigmoid(self.slope * score + self.offset)
    }

    /// Fits to (score, truth) pairs. Targets are smoothed to (n+ + 1) / (n+ + 2) and 1 / (n- + 2), so
    /// that no number of examples gives certainty. Without any pair it is [`Sigmoid::IDENTITY`].
    ///
    /// Where the scores point the wrong way the slope is 0 and the probability the prior, so that a
    /// tag never gets likelier as its evidence falls.
    pub fn fit(scored: &[(f64, bool)]) -> Sigmoid {
        let n_yes = scored.iter().filter(|(_, truth)| *truth).count() as f64;
        let n_no = scored.len() as f64 - n_yes;
        if scored.is_empty() {
            return Sigmoid::IDENTITY;
        }
        let high = (n_yes + 1.0) / (n_yes + 2.0);
        let low = 1.0 / (n_no + 2.0);
        // Newton's steps are sound where scores lie about 0 within a few units.
        let n = scored.len() as f64;
        let mean = scored.iter().map(|(score, _)| score).sum::<f64>() / n;
        let variance = scored.iter().map(|(score, _)| (score - mean).powi(2)).sum::<f64>() / n;
        let unit = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        let shifted = |wanted: bool| {
            let own = scored.iter().filter(move |(_, truth)| *truth == wanted);
            own.map(move |(score, _)| (score - mean) / unit)
        };
        let mut pairs = gathered(shifted(true), high);
        pairs.extend(gathered(shifted(false), low));
        let prior = Sigmoid { slope: 0.0, offset: ln((n_yes + 1.0) / (n_no + 1.0)) };
        let fitted = newton(&pairs, prior);
        let slope = fitted.slope / unit;
        if slope > 0.0 { Sigmoid { slope, offset: fitted.offset - slope * mean } } else { prior }
    }
}

/// Scores that stand for several texts each.
struct Pair {
    score: f64,
    target: f64,
    n: f64,
}

/// Above so many scores, neighbours are taken together: the sigmoid hardly bends within a bin.
const N_BINS: usize = 512;

/// The scores with their common target; more than [`N_BINS`] as the mean scores of bins of equal
/// width.
fn gathered(scores: impl Iterator<Item = f64>, target: f64) -> Vec<Pair> {
    let scores: Vec<f64> = scores.collect();
    if scores.len() <= N_BINS {
        return scores.into_iter().map(|score| Pair { score, target, n: 1.0 }).collect();
    }
    let lowest = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let width = (highest - lowest) / N_BINS as f64;
    let mut bins = vec![(0.0, 0.0); N_BINS];
    for score in scores {
        let bin = if width > 0.0 { ((score - lowest) / width) as usize } else { 0 };
        let (sum, n) = &mut bins[bin.min(N_BINS - 1)];
        (*sum, *n) = (*sum + score, *n + 1.0);
    }
    let filled = bins.into_iter().filter(|&(_, n)| n > 0.0);
    filled.map(|(sum, n)| Pair { score: sum / n, target, n }).collect()
}

/// Minimises the cross entropy of `pairs`, which is convex, from `start`.
fn newton(pairs: &[Pair], start: Sigmoid) -> Sigmoid {
    let mut at = start;
    let mut loss = cross_entropy(pairs, at);
    for _ in 0..100 {
        // The ridge keeps the matrix regular where all scores are alike.
        let (mut h11, mut h22, mut h21) = (1e-12, 1e-12, 0.0);
        let (mut g1, mut g2) = (0.0, 0.0);
        for &Pair { score, target, n } in pairs {
            let p = at.probability(score);
            let (weight, miss) = (n * p * (1.0 - p), n * (p - target));
            h11 += score * score * weight;
            h22 += weight;
            h21 += score * weight;
            g1 += score * miss;
            g2 += miss;
        }
        if g1.abs() < 1e-5 && g2.abs() < 1e-5 {
            break;
        }
        let determinant = h11 * h22 - h21 * h21;
        let step = (-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant);
        let descent = g1 * step.0 + g2 * step.1;
        let mut length = 1.0;
        loop {
            let next =
                Sigmoid { slope: at.slope + length * step.0, offset: at.offset + length * step.1 };
            let next_loss = cross_entropy(pairs, next);
            if next_loss < loss + 1e-4 * length * descent {
                (at, loss) = (next, next_loss);
                break;
            }
            length /= 2.0;
            if length < 1e-10 {
                return at;
            }
        }
    }
    at
}

fn cross_entropy(pairs: &[Pair], at: Sigmoid) -> f64 {
    let loss = |pair: &Pair| {
        let log_odds = at.slope * pair.score + at.offset;
        pair.n * (log1p_exp(log_odds) - pair.target * log_odds)
    };
    pairs.iter().map(loss).sum()
}

/// How the scores of one text become probabilities.
#[derive(Debug, Clone, PartialEq)]
pub enum Calibration {
    /// Several labels per text: a sigmoid for each label.
    PerLabel(Vec<Sigmoid>),
    /// One label per text: the slope of the softmax.
    Softmax(f64),
}

impl Calibration {
    /// A sigmoid per label from `scores[i][l]` and the labels `targets[i]` of each text i.
    pub fn fit_per_label(scores: &[Vec<f64>], targets: &[Vec<usize>], n_labels: usize) -> Self {
        let fit = |label: usize| {
            let pairs = scores.iter().zip(targets);
            let scored = pairs.map(|(scores, target)| (scores[label], target.contains(&label)));
            Sigmoid::fit(&scored.collect::<Vec<_>>())
        };
        Calibration::PerLabel((0..n_labels).into_par_iter().map(fit).collect())
    }

    /// The slope of the softmax that makes `classes[i]` likeliest given `scores[i]`: the loss is
    /// convex in the slope, and its minimum is found by bisection of its derivative between 2^-10
    /// and 2^10. Without texts the slope is 1.
    pub fn fit_softmax(scores: &[Vec<f64>], classes: &[usize]) -> Self {
        if scores.is_empty() {
            return Calibration::Softmax(1.0);
        }
        let (mut low, mut high) = (-10.0_f64, 10.0_f64);
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            if loss_rises(scores, classes, libm::exp2(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Calibration::Softmax(libm::exp2((low + high) / 2.0))
    }

    /// Replaces the scores of one text by probabilities.
    ///
    /// # Panics
    /// Where the number of scores is not that of the labels.
    pub fn apply(&self, scores: &mut [f64]) {
        match self {
            Calibration::PerLabel(sigmoids) => {
                assert_eq!(scores.len(), sigmoids.len());
                for (score, sigmoid) in scores.iter_mut().zip(sigmoids) {
                    *score = sigmoid.probability(*score);
                }
            }
            Calibration::Softmax(slope) => {
                scores.iter_mut().for_each(|score| *score *= slope);
                softmax(scores);
            }
        }
    }
}

/// The sign of d/ds sum_i [ln sum_l exp(s score_il) - s score_i,class(i)].
fn loss_rises(scores: &[Vec<f64>], classes: &[usize], slope: f64) -> bool {
    // Smoothed targets, as if each label had been drawn once more, so that no number of texts gives
    // certainty.
    let n_labels = scores.first().map_or(1, Vec::len) as f64;
    let doubt = n_labels / (scores.len() as f64 + n_labels);
    let derivative = scores.iter().zip(classes).map(|(scores, &class)| {
        let mut probabilities: Vec<f64> = scores.iter().map(|score| slope * score).collect();
        softmax(&mut probabilities);
        let expected: f64 = probabilities.iter().zip(scores).map(|(p, score)| p * score).sum();
        let mean = scores.iter().sum::<f64>() / n_labels;
        expected - (1.0 - doubt) * scores[class] - doubt * mean
    });
    derivative.sum::<f64>() > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;

    /// Scores whose true log odds are 2 * score - 1.
    fn drawn(n: usize) -> Vec<(f64, bool)> {
        let mut generator = Generator::new(11);
        let mut uniform = || generator.below(1 << 30) as f64 / f64::from(1 << 30);
        (0..n)
            .map(|_| {
                let score = 4.0 * uniform() - 2.0;
                (score, uniform() < sigmoid(2.0 * score - 1.0))
            })
            .collect()
    }

    #[test]
    fn the_sigmoid_that_made_the_data_is_found_again() {
        let fitted = Sigmoid::fit(&drawn(50_000));
        assert!((fitted.slope - 2.0).abs() < 0.05, "{fitted:?}");
        assert!((fitted.offset + 1.0).abs() < 0.05, "{fitted:?}");
    }

    #[test]
    fn taking_neighbours_together_changes_the_sigmoid_by_next_to_nothing() {
        let scored = drawn(20_000);
        let apart = |wanted: bool, target: f64| {
            let own = scored.iter().filter(move |(_, truth)| *truth == wanted);
            own.map(move |&(score, _)| Pair { score, target, n: 1.0 })
        };
        let n_yes = scored.iter().filter(|(_, truth)| *truth).count() as f64;
        let n_no = scored.len() as f64 - n_yes;
        let pairs: Vec<Pair> = apart(true, (n_yes + 1.0) / (n_yes + 2.0))
            .chain(apart(false, 1.0 / (n_no + 2.0)))
            .collect();
        let exact = newton(&pairs, Sigmoid { slope: 0.0, offset: 0.0 });
        let fitted = Sigmoid::fit(&scored);
        assert!((fitted.slope - exact.slope).abs() < 1e-4, "{fitted:?} and {exact:?}");
        assert!((fitted.offset - exact.offset).abs() < 1e-4, "{fitted:?} and {exact:?}");
    }

    #[test]
    fn no_data_and_one_class_are_no_certainty() {
        assert_eq!(Sigmoid::fit(&[]), Sigmoid::IDENTITY);
        let never = Sigmoid::fit(&[(0.3, false), (-0.2, false), (0.9, false)]);
        assert!(never.probability(0.9) < 0.5 && never.probability(0.9) > 0.0);
        let alike = Sigmoid::fit(&[(0.5, true), (0.5, false), (0.5, false)]);
        assert!((alike.probability(0.5) - 0.4).abs() < 0.1);
    }

    #[test]
    fn where_the_scores_lie_and_how_wide_changes_no_probability() {
        let scored = drawn(5_000);
        let fitted = Sigmoid::fit(&scored);
        for (shift, width) in [(-40.0, 1.0), (1e4, 1e-2), (0.0, 1e3)] {
            let moved: Vec<_> = scored.iter().map(|&(s, yes)| (shift + width * s, yes)).collect();
            let of_moved = Sigmoid::fit(&moved);
            for score in [-1.5, 0.0, 1.5] {
                let (a, b) =
                    (fitted.probability(score), of_moved.probability(shift + width * score));
                assert!((a - b).abs() < 1e-6, "{a} and {b}, moved by {shift} and {width}");
            }
        }
    }

    #[test]
    fn scores_that_point_the_wrong_way_say_nothing() {
        let fitted = Sigmoid::fit(&[(1.0, false), (0.9, false), (-1.0, true), (-0.8, true)]);
        assert_eq!(fitted.slope, 0.0);
        assert_eq!(fitted.probability(5.0), fitted.probability(-5.0));
    }

    #[test]
    fn the_softmax_slope_that_made_the_data_is_found_again() {
        let mut generator = Generator::new(5);
        let (mut scores, mut classes) = (Vec::new(), Vec::new());
        for _ in 0..20_000 {
            let row: Vec<f64> = (0..3).map(|_| generator.below(1000) as f64 / 500.0).collect();
            let mut p: Vec<f64> = row.iter().map(|score| 3.0 * score).collect();
            softmax(&mut p);
            let drawn = generator.below(1 << 30) as f64 / f64::from(1 << 30);
            classes.push(if drawn < p[0] {
                0
            } else if drawn < p[0] + p[1] {
                1
            } else {
                2
            });
            scores.push(row);
        }
        let Calibration::Softmax(slope) = Calibration::fit_softmax(&scores, &classes) else {
            panic!("a softmax was asked for");
        };
        assert!((slope - 3.0).abs() < 0.1, "{slope}");
    }
}
