//! Whether one set of answers is better than another to the same texts, or the two cannot be told apart.
//!
//! * the paired bootstrap (Efron and Tibshirani 1993; Berg-Kirkpatrick, Burkett and Klein 2012): articles are
//!   drawn, both sides are judged on the same draw, and the middle 95 % of the differences is the interval;
//! * McNemar's test (McNemar 1947) on the decisions about a label that only one side got right, by the exact
//!   binomial distribution, mid-p (Fagerland, Lydersen and Laake 2013);
//! * Holm's correction (Holm 1979) for looking at many labels.

use super::bootstrap::{Interval, draws, middle};

/// A difference, second less first, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// On all texts.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// The standard deviation of the draws.
    pub deviation: f64,
    /// The number of articles drawn.
    pub n_groups: usize,
}

/// What may be said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The second is better.
    Better,
    /// The second is worse.
    Worse,
    /// The interval holds 0.
    NotToldApart,
}

impl Difference {
    /// What may be said, higher being better.
    pub fn verdict(&self) -> Verdict {
        match self.interval {
            (low, _) if low > 0.0 => Verdict::Better,
            (_, high) if high < 0.0 => Verdict::Worse,
            _ => Verdict::NotToldApart,
        }
    }

    /// How many articles like these would be needed to show a difference of this size, with a chance of 80 %
    /// at the 5 % level: n ((1.96 + 0.84) s / d)^2, since the deviation s shrinks with the root of their
    /// number. Undefined where there is no difference.
    pub fn articles_needed(&self) -> Option<usize> {
        const BOTH_QUANTILES: f64 = 1.959_964 + 0.841_621;
        let ratio = BOTH_QUANTILES * self.deviation / self.value;
        let needed = (self.n_groups as f64 * ratio * ratio).ceil();
        (self.value != 0.0 && needed < 1e12).then_some(needed as usize)
    }
}

/// For each figure that `differences` takes, second less first, the difference on all texts and its interval
/// from `n_draws` draws of groups; `None` where it or half of its draws are undefined.
///
/// ```
/// use leitmotif::evaluate::comparison::{Verdict, paired};
/// let gains = [1.0, 2.0, 1.0, 3.0, 2.0];
/// let groups = [0, 1, 2, 3, 4];
/// let mean = |weights: &[u32]| {
///     let sum: f64 = gains.iter().zip(weights).map(|(gain, &w)| gain * f64::from(w)).sum();
///     vec![Some(sum / 5.0)]
/// };
/// let difference = paired(&groups, 500, 42, mean)[0].unwrap();
/// assert_eq!((difference.value, difference.verdict()), (1.8, Verdict::Better));
/// ```
pub fn paired(
    groups: &[usize],
    n_draws: usize,
    seed: u64,
    differences: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<Difference>> {
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    let own = differences(&vec![1; groups.len()]);
    let drawn = draws(groups, n_draws, seed, differences);
    let of = |(place, value): (usize, Option<f64>)| {
        let values = || drawn.iter().filter_map(|draw| draw[place]);
        let interval = middle(values(), n_draws).filter(|_| n_groups > 1)?;
        let n = values().count() as f64;
        let mean = values().sum::<f64>() / n;
        let deviation = (values().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
        Some(Difference { value: value?, interval, deviation, n_groups })
    };
    own.into_iter().enumerate().map(of).collect()
}

/// Decisions that only one side got right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Discordant {
    /// Only the first was right.
    pub only_first: usize,
    /// Only the second was right.
    pub only_second: usize,
}

impl Discordant {
    /// The mid-p value of McNemar's exact test, two-sided: twice the chance of as few as the fewer or fewer, less
    /// that of just as few; where both are as many, 1 less half of it. Undefined where both are always right or
    /// wrong together. Cost: linear in the number of discordant decisions.
    ///
    /// ```
    /// use leitmotif::evaluate::comparison::Discordant;
    /// let p = Discordant { only_first: 0, only_second: 5 }.mid_p().unwrap();
    /// assert!((p - 0.03125).abs() < 1e-12);
    /// ```
    pub fn mid_p(self) -> Option<f64> {
        let n = self.only_first + self.only_second;
        let fewer = self.only_first.min(self.only_second);
        let observed = binomial_half(n, fewer);
        if n == 0 {
            return None;
        }
        if self.only_first == self.only_second {
            return Some(1.0 - observed / 2.0);
        }
        let up_to: f64 = (0..=fewer).map(|k| binomial_half(n, k)).sum();
        Some(2.0 * up_to - observed)
    }
}

/// The chance of `k` heads in `n` throws.
fn binomial_half(n: usize, k: usize) -> f64 {
    let ln_factorial = |n: usize| libm::lgamma(n as f64 + 1.0);
    let ways = ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
    libm::exp(ways - n as f64 * std::f64::consts::LN_2)
}

/// Holm's step-down correction: the smallest p times their number, the next times one less, and so on, never
/// falling, at most 1. What is undefined is left out.
///
/// ```
/// use leitmotif::evaluate::comparison::holm;
/// assert_eq!(holm(&[Some(0.01), None, Some(0.5)]), [Some(0.02), None, Some(0.5)]);
/// ```
pub fn holm(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> =
        (p_values.iter().enumerate()).filter_map(|(place, p)| p.map(|p| (p, place))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut adjusted, mut highest) = (vec![None; p_values.len()], 0.0_f64);
    for (rank, &(p, place)) in order.iter().enumerate() {
        highest = highest.max(p * (order.len() - rank) as f64).min(1.0);
        adjusted[place] = Some(highest);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_half_the_size_needs_four_times_the_articles() {
        let difference =
            |value| Difference { value, interval: (-1.0, 1.0), deviation: 0.02, n_groups: 100 };
        let needed = |value| difference(value).articles_needed().unwrap() as f64;
        assert!((needed(0.01) / needed(0.02) - 4.0).abs() < 0.01);
        assert_eq!(difference(0.0).articles_needed(), None);
        assert_eq!(difference(0.01).verdict(), Verdict::NotToldApart);
    }
}
