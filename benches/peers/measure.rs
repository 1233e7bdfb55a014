//! The seconds of turns, and what is said of them.

use std::time::Instant;

/// The figures of several turns: seconds, or ratios of pairs of them.
#[derive(Debug, Clone, Default)]
pub struct Turns(Vec<f64>);

impl Turns {
    /// Adds a turn.
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The middle one; of an even number the mean of the two in the middle.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        (sorted[n / 2] + sorted[(n - 1) / 2]) / 2.0
    }

    /// The least.
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The greatest.
    pub fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Turn by turn how often the other's figure goes into these.
    pub fn over(&self, other: &Turns) -> Turns {
        Turns(self.0.iter().zip(&other.0).map(|(own, other)| own / other).collect())
    }

    /// Turn by turn the sum of both.
    pub fn plus(&self, other: &Turns) -> Turns {
        Turns(self.0.iter().zip(&other.0).map(|(own, other)| own + other).collect())
    }

    /// Turn by turn what is left without the other.
    pub fn minus(&self, other: &Turns) -> Turns {
        self.plus(&other.times(-1.0))
    }

    /// Each turn with the same taken away.
    pub fn less(&self, figure: f64) -> Turns {
        Turns(self.0.iter().map(|own| own - figure).collect())
    }

    /// Each turn multiplied.
    pub fn times(&self, factor: f64) -> Turns {
        Turns(self.0.iter().map(|own| own * factor).collect())
    }

    /// `median (min to max)`, with so many digits behind the point.
    pub fn told(&self, digits: usize) -> String {
        let (median, min, max) = (self.median(), self.min(), self.max());
        format!("{median:.digits$} ({min:.digits$} to {max:.digits$})")
    }

    /// The speed for so many bytes, `MB/s` of the median.
    pub fn megabytes_per_second(&self, n_bytes: usize) -> f64 {
        n_bytes as f64 / 1e6 / self.median()
    }
}

/// What `work` gives, and its seconds.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begin = Instant::now();
    let result = work();
    (result, begin.elapsed().as_secs_f64())
}

/// A turn lasts at least so many seconds: what takes less is done several times, for a machine that has just been idle, or
/// busy with something else, begins slowly.
const SHORTEST: f64 = 0.5;

/// What `work` gives, and its seconds, the mean of as many times as fill a turn.
pub fn timed_for_a_turn<T>(mut work: impl FnMut() -> T) -> (T, f64) {
    let begin = Instant::now();
    let mut n_times = 0.0;
    loop {
        let result = work();
        n_times += 1.0;
        let seconds = begin.elapsed().as_secs_f64();
        if seconds >= SHORTEST {
            return (result, seconds / n_times);
        }
    }
}

/// Micro-F1 of label sets.
pub fn micro_f1(given: &[Vec<usize>], truth: &[Vec<usize>]) -> f64 {
    let both = given.iter().zip(truth);
    let n_right =
        both.map(|(given, truth)| given.iter().filter(|label| truth.contains(label)).count());
    let n_all = |sets: &[Vec<usize>]| sets.iter().map(Vec::len).sum::<usize>();
    2.0 * n_right.sum::<usize>() as f64 / (n_all(given) + n_all(truth)).max(1) as f64
}
