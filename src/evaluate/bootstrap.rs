//! How far figures could be off by the luck of which articles were judged.
//!
//! The bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3): articles
//! are drawn with replacement, as many as there are, the figure is taken anew, and of many such draws the
//! middle 95 % is the interval. Whole articles are drawn, since paragraphs of one article are alike.

use rayon::prelude::*;

use crate::math::Generator;

/// The ends of an interval.
pub type Interval = (f64, f64);

/// For each figure that `figures` takes its 95 % interval from `n_draws` draws of groups; `None` where
/// fewer than half of the draws define it, and where there is but one group or
/// no draw differs from another. `figures` is told how often each text was drawn; `groups[i]`
/// is the group of text i. The same arguments give the same intervals.
///
/// ```
/// use leitmotif::evaluate::bootstrap;
/// let right = [1, 0, 1, 1, 0, 1];
/// let share = |weights: &[u32]| {
///     let n_right: u32 = weights.iter().zip(right).map(|(weight, right)| weight * right).sum();
///     vec![Some(f64::from(n_right) / f64::from(weights.iter().sum::<u32>()))]
/// };
/// let (low, high) = bootstrap(&[0, 0, 1, 1, 2, 2], 500, 42, share)[0].unwrap();
/// assert!(0.5 <= low && low < 4.0 / 6.0 && high <= 1.0);
/// ```
pub fn bootstrap(
    groups: &[usize],
    n_draws: usize,
    seed: u64,
    figures: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<Interval>> {
    let draws = draws(groups, n_draws, seed, figures);
    // One article drawn again and again is always the same: that is no certainty.
    if groups.iter().all(|&group| group == groups[0]) {
        return vec![None; draws.first().map_or(0, Vec::len)];
    }
    let n_figures = draws.first().map_or(0, Vec::len);
    (0..n_figures)
        .into_par_iter()
        .map(|place| {
            // Where no draw differs from another, these texts are too few to show what could.
            let interval = middle(draws.iter().filter_map(|draw| draw[place]), n_draws);
            interval.filter(|(low, high)| low < high)
        })
        .collect()
}

/// The figures of each of `n_draws` draws of groups.
pub fn draws<T: Send>(
    groups: &[usize],
    n_draws: usize,
    seed: u64,
    figures: impl Fn(&[u32]) -> T + Sync,
) -> Vec<T> {
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    let draw = |number: usize| {
        let mut generator = Generator::new(seed.wrapping_add(number as u64));
        let mut drawn = vec![0_u32; n_groups];
        (0..n_groups).for_each(|_| drawn[generator.below(n_groups)] += 1);
        let weights: Vec<u32> = groups.iter().map(|&group| drawn[group]).collect();
        figures(&weights)
    };
    (0..n_draws).into_par_iter().map(draw).collect()
}

/// From the 2.5th to the 97.5th hundredth of what the draws that define a figure gave; `None` where
/// fewer than half of `n_draws` do.
pub fn middle(values: impl Iterator<Item = f64>, n_draws: usize) -> Option<Interval> {
    let mut values: Vec<f64> = values.collect();
    if values.is_empty() || values.len() * 2 < n_draws {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
    Some((at(0.025), at(0.975)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_a_mean_is_as_wide_as_theory_says() {
        let mut generator = Generator::new(3);
        let values: Vec<f64> = (0..400).map(|_| generator.below(1000) as f64 / 1000.0).collect();
        let groups: Vec<usize> = (0..400).collect();
        let mean = |weights: &[u32]| {
            let sum: f64 = values.iter().zip(weights).map(|(v, &w)| v * f64::from(w)).sum();
            vec![Some(sum / 400.0)]
        };
        let (low, high) = bootstrap(&groups, 2_000, 1, mean)[0].unwrap();
        // Uniform values: deviation 1 / sqrt(12), of the mean of 400 a twentieth of that.
        let expected = 2.0 * 1.96 / 12.0_f64.sqrt() / 20.0;
        assert!(((high - low) / expected - 1.0).abs() < 0.1, "{low} to {high}");
    }

    #[test]
    fn texts_of_one_group_are_drawn_together_and_the_undefined_has_no_interval() {
        let together = |weights: &[u32]| {
            let pairs = weights.chunks(2).all(|pair| pair[0] == pair[1]);
            let n: u32 = weights.iter().sum();
            assert!(pairs && n == 6, "{weights:?}");
            vec![Some(f64::from(weights[0])), Some(1.0), None]
        };
        let intervals = bootstrap(&[0, 0, 1, 1, 2, 2], 100, 5, together);
        assert_eq!(intervals[0], Some((0.0, 3.0)));
        assert_eq!(intervals[1..], [None, None]);
        assert_eq!(bootstrap(&[0, 0], 10, 1, |_| vec![Some(1.0)]), [None]);
        assert!(bootstrap(&[], 10, 1, |_| vec![None]).iter().all(Option::is_none));
    }
}
