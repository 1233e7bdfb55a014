//! How a figure grows with the number of labelled texts, and what more of them would likely buy.
//!
//! The inverse power law f(n) = a - b n^-c with b >= 0, 0 < c <= 2, never above 1 (Cortes, Jackel, Solla, Vapnik and
//! Denker 1994; Figueroa, Zeng-Treitler, Kandula and Ngo 2012) is fitted by least squares weighted by n: points of more
//! texts lie nearer to where it is asked. For each c of a grid a and b are those of a straight line; the best c stays. The
//! limit a is not held to 1: a steep curve grows like a logarithm over the distance that is asked about, and a law that
//! must end at 1 bends too early (on 400 short questions of 77 kinds it promised two thirds of what 500 more bought).

use crate::math::Generator;

use super::bootstrap::{Interval, middle};

/// A figure reached with so many labelled texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Number of labelled texts.
    pub n: f64,
    /// The figure, 0 to 1.
    pub value: f64,
    /// Which repetition it comes from: points of one share the texts that were judged.
    pub repetition: usize,
}

/// f(n) = `limit` - `drop` n^-`rate`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaw {
    /// What endless texts would reach if it went on so; on a steep curve this may lie above 1.
    pub limit: f64,
    /// How far below that the figure starts.
    pub drop: f64,
    /// How fast it gets there.
    pub rate: f64,
}

impl PowerLaw {
    /// The figure to expect with `n` texts, at most 1.
    pub fn at(&self, n: f64) -> f64 {
        (self.limit - self.drop * libm::pow(n, -self.rate)).min(1.0)
    }

    /// The best fit; `None` with fewer than 3 different numbers of texts.
    ///
    /// ```
    /// use leitmotif::evaluate::learning_curve::{Point, PowerLaw};
    /// let truth = PowerLaw { limit: 0.9, drop: 2.0, rate: 0.5 };
    /// let point = |n: f64| Point { n, value: truth.at(n), repetition: 0 };
    /// let fitted = PowerLaw::fit(&[50.0, 100.0, 200.0, 400.0, 800.0].map(point)).unwrap();
    /// assert!((fitted.at(1600.0) - truth.at(1600.0)).abs() < 1e-3);
    /// ```
    pub fn fit(points: &[Point]) -> Option<PowerLaw> {
        PowerLaw::fit_by(points, 1)
    }

    /// The same, points weighted by n to the power `exponent`.
    fn fit_by(points: &[Point], exponent: i32) -> Option<PowerLaw> {
        let mut sizes: Vec<f64> = points.iter().map(|point| point.n).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        if sizes.len() < 3 || sizes[0] <= 0.0 {
            return None;
        }
        let rates = (1..=100).map(|step| f64::from(step) * 0.02);
        let fits = rates.map(|rate| line(points, rate, exponent));
        fits.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(law, _)| law)
    }
}

/// The best limit and drop for one rate, and the squared error.
fn line(points: &[Point], rate: f64, exponent: i32) -> (PowerLaw, f64) {
    let x = |point: &Point| libm::pow(point.n, -rate);
    let weight = |point: &Point| point.n.powi(exponent);
    let total: f64 = points.iter().map(weight).sum();
    let mean = |of: &dyn Fn(&Point) -> f64| {
        points.iter().map(|point| weight(point) * of(point)).sum::<f64>() / total
    };
    let (mean_x, mean_y) = (mean(&x), mean(&|point| point.value));
    let spread = mean(&|point| (x(point) - mean_x).powi(2));
    let slope = mean(&|point| (x(point) - mean_x) * (point.value - mean_y)) / spread;
    let mut law = PowerLaw { limit: mean_y - slope * mean_x, drop: -slope, rate };
    if law.drop < 0.0 {
        law = PowerLaw { limit: mean_y, drop: 0.0, rate };
    }
    let error = mean(&|point| (point.value - law.at(point.n)).powi(2));
    (law, error)
}

/// What a curve promises.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// The fit to all points.
    pub law: PowerLaw,
    /// For each number of further texts that was asked for the gain to expect and its 95 % interval.
    pub gains: Vec<(usize, f64, Interval)>,
}

/// What `more` further texts would likely buy for someone who has `now`. The interval is that of fits to repetitions
/// drawn with replacement, each weighted by n to the power of 0, 1 or 2 and with one size left out, as drawn: an
/// extrapolation hangs on such choices more than on the noise of the points. It knows nothing of texts of another kind.
/// `None` where nothing can be fitted.
pub fn outlook(points: &[Point], now: usize, more: &[usize], seed: u64) -> Option<Outlook> {
    const DRAWS: usize = 200;
    let law = PowerLaw::fit(points)?;
    let now = now as f64;
    let n_repetitions = points.iter().map(|point| point.repetition + 1).max()?;
    let n_sizes = (0..n_repetitions).map(|own| sizes_of(points, own).len()).max()?;
    let mut laws = Vec::new();
    for draw in 0..DRAWS {
        let mut generator = Generator::new(seed.wrapping_add(draw as u64));
        let drawn: Vec<Point> = (0..n_repetitions)
            .flat_map(|_| {
                let own = generator.below(n_repetitions);
                points.iter().copied().filter(move |point| point.repetition == own)
            })
            .collect();
        let left_out = generator.below(n_sizes);
        let place =
            |point: &Point| sizes_of(points, point.repetition).iter().position(|n| *n == point.n);
        let kept: Vec<Point> =
            drawn.iter().copied().filter(|point| place(point) != Some(left_out)).collect();
        let exponent = generator.below(3) as i32;
        laws.extend(PowerLaw::fit_by(if n_sizes > 3 { &kept } else { &drawn }, exponent));
    }
    let gain = |law: &PowerLaw, n: usize| law.at(now + n as f64) - law.at(now);
    let gains = more.iter().map(|&n| {
        let interval = middle(laws.iter().map(|law| gain(law, n)), DRAWS)?;
        Some((n, gain(&law, n), interval))
    });
    Some(Outlook { law, gains: gains.collect::<Option<_>>()? })
}

/// The numbers of texts of one repetition, rising.
fn sizes_of(points: &[Point], repetition: usize) -> Vec<f64> {
    let own = points.iter().filter(|point| point.repetition == repetition);
    let mut sizes: Vec<f64> = own.map(|point| point.n).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_curve_promises_nothing_and_no_figure_passes_one() {
        let flat = [10.0, 20.0, 40.0].map(|n| Point { n, value: 0.7, repetition: 0 });
        let law = PowerLaw::fit(&flat).unwrap();
        assert!((law.at(1e6) - 0.7).abs() < 1e-9);
        let steep = [(10.0, 0.2), (20.0, 0.6), (40.0, 0.95)];
        let steep = steep.map(|(n, value)| Point { n, value, repetition: 0 });
        assert!(PowerLaw::fit(&steep).unwrap().at(1e9) <= 1.0);
        assert_eq!(PowerLaw::fit(&flat[..2]), None);
    }

    #[test]
    fn the_gain_lies_in_its_interval_and_shrinks_with_the_distance_already_gone() {
        let truth = PowerLaw { limit: 0.9, drop: 1.5, rate: 0.4 };
        let mut generator = Generator::new(4);
        let mut noise = || (generator.below(2_000) as f64 - 1_000.0) / 100_000.0;
        let points: Vec<Point> = (0..5)
            .flat_map(|repetition| [100.0, 200.0, 400.0, 800.0].map(|n| (n, repetition)))
            .map(|(n, repetition)| Point { n, value: truth.at(n) + noise(), repetition })
            .collect();
        let outlook = outlook(&points, 800, &[100, 1_000], 1).unwrap();
        for &(n, gain, (low, high)) in &outlook.gains {
            let expected = truth.at(800.0 + n as f64) - truth.at(800.0);
            assert!(low <= gain && gain <= high);
            assert!((gain - expected).abs() < 0.01, "{n}: {gain} and {expected}");
        }
    }
}
