//! How far the support vector machines of a block are from their optimum.
//!
//! For one label with weights w = sum_i y_i a_i x_i, u = sum_i y_i a_i and any bias b the primal objective
//!
//! ```text
//! 1/2 (|w|^2 + b^2) + C * sum_i max(0, 1 - y_i (w . x_i + b))^2
//! ```
//!
//! is nowhere below the optimum, and the dual one, sum_i a_i - 1/2 (|w|^2 + u^2) - sum_i a_i^2 / (4 C), nowhere above
//! it: their difference bounds what is left to gain. The bias here is the best one for these weights. Cost: one look at
//! every stored value.

use super::lanes::Lanes;
use super::svm_pass::RowState;

/// A lane may be so many times as far from its optimum as the block is as a whole.
const WORST: f64 = 5.0;

/// Newton's method ends exactly, on a parabola of pieces, unless it runs in circles.
const MOST_STEPS: usize = 30;

/// One lane's objectives and what they are made of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Judged {
    pub primal: f64,
    pub dual: f64,
    /// The best bias for the weights.
    pub bias: f64,
    /// u
    pub tie: f64,
    /// |w|^2 + u^2, and the sums of a_i and of a_i^2.
    length: f64,
    sum: f64,
    squares: f64,
}

impl Judged {
    /// By what factor on all a_i the dual is greatest for this cost, and what it then is.
    pub fn best_factor(&self, cost: f64) -> (f64, f64) {
        let curvature = self.length + self.squares / (2.0 * cost);
        let factor = if curvature > 0.0 { self.sum / curvature } else { 1.0 };
        (factor, factor * self.sum / 2.0)
    }
}

/// How many times the gap is greater than `tolerance` allows: 1 or less where it is not.
pub(super) fn excess(lanes: &[Judged], tolerance: f64) -> f64 {
    let gap = |lane: &Judged| lane.primal - lane.dual;
    let (gaps, primals): (f64, f64) =
        lanes.iter().fold((0.0, 0.0), |sums, lane| (sums.0 + gap(lane), sums.1 + lane.primal));
    let worst = lanes.iter().map(|lane| gap(lane) / lane.primal).fold(0.0, f64::max);
    (gaps / primals).max(worst / WORST) / tolerance
}

/// A block as it is judged.
pub(super) struct Standing<'a, const W: usize, const H: usize> {
    pub rows: &'a [RowState],
    pub dual: &'a [Lanes<W, H>],
    /// w . x_i
    pub scores: &'a [Lanes<W, H>],
    pub cost: f64,
}

impl<const W: usize, const H: usize> Standing<'_, W, H> {
    /// Judges every lane, from its |w|^2 and a guess of its bias.
    pub fn judge(&self, squared_lengths: &[f64], guesses: Vec<f64>) -> Vec<Judged> {
        let biases = self.best_biases(guesses);
        let mut lanes: Vec<Judged> =
            biases.iter().map(|&bias| Judged { bias, ..Judged::default() }).collect();
        self.for_each(&biases, |row, lane, sign, slack| {
            let (of_lane, a) = (&mut lanes[lane], f64::from(self.dual[row].as_flattened()[lane]));
            of_lane.primal += self.cost * slack.max(0.0).powi(2);
            of_lane.sum += a;
            of_lane.squares += a * a;
            of_lane.tie += sign * a;
        });
        for (lane, squared_length) in lanes.iter_mut().zip(squared_lengths) {
            lane.length = squared_length + lane.tie * lane.tie;
            lane.primal += 0.5 * (squared_length + lane.bias * lane.bias);
            lane.dual = lane.sum - 0.5 * lane.length - lane.squares / (4.0 * self.cost);
        }
        lanes
    }

    /// For each lane the bias that gives the least primal objective.
    fn best_biases(&self, mut biases: Vec<f64>) -> Vec<f64> {
        for _ in 0..MOST_STEPS {
            let mut slopes: Vec<(f64, f64)> = biases.iter().map(|&bias| (bias, 1.0)).collect();
            self.for_each(&biases, |_, lane, sign, slack| {
                if slack > 0.0 {
                    slopes[lane].0 -= 2.0 * self.cost * sign * slack;
                    slopes[lane].1 += 2.0 * self.cost;
                }
            });
            let mut farthest = 0.0_f64;
            for (bias, (slope, curvature)) in biases.iter_mut().zip(slopes) {
                *bias -= slope / curvature;
                farthest = farthest.max((slope / curvature).abs());
            }
            if farthest < 1e-6 {
                break;
            }
        }
        biases
    }

    /// Calls `take` with every row, lane, sign y_i and slack 1 - y_i (w . x_i + b).
    fn for_each(&self, biases: &[f64], mut take: impl FnMut(usize, usize, f64, f64)) {
        for (index, (row, scores)) in self.rows.iter().zip(self.scores).enumerate() {
            let scores = scores.as_flattened();
            for (lane, bias) in biases.iter().enumerate() {
                let sign = if row.yes >> lane & 1 == 1 { 1.0 } else { -1.0 };
                take(index, lane, sign, 1.0 - sign * (f64::from(scores[lane]) + bias));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_bias_is_that_of_a_fine_search_and_the_objectives_those_of_their_formulas() {
        let scores = [[[-0.9_f32, 0.2, 0.0, 0.0]], [[0.4, -0.1, 0.0, 0.0]], [[1.5, 0.7, 0.0, 0.0]]];
        let dual = [[[0.5_f32, 0.1, 0.0, 0.0]], [[0.2, 0.0, 0.0, 0.0]], [[0.0, 0.6, 0.0, 0.0]]];
        let rows = [0b10, 0b01, 0b11].map(RowState::new);
        let (cost, squared_length) = (2.0, 1.25);
        let standing = Standing { rows: &rows, dual: &dual, scores: &scores, cost };
        let judged = standing.judge(&[squared_length; 2], vec![3.0, -3.0]);
        for (lane, signs) in [[-1.0, 1.0, 1.0], [1.0, -1.0, 1.0]].iter().enumerate() {
            let primal = |bias: f64| {
                let loss = |row: usize| {
                    (1.0 - signs[row] * (f64::from(scores[row][0][lane]) + bias)).max(0.0).powi(2)
                };
                0.5 * (squared_length + bias * bias) + cost * (0..3).map(loss).sum::<f64>()
            };
            let least =
                (-4_000..4_000).map(|i| primal(f64::from(i) / 1e3)).fold(f64::MAX, f64::min);
            assert!((judged[lane].primal - least).abs() < 1e-5);
            assert!((primal(judged[lane].bias) - least).abs() < 1e-5);
            let a: Vec<f64> = (0..3).map(|row| f64::from(dual[row][0][lane])).collect();
            let u: f64 = a.iter().zip(signs).map(|(a, sign)| a * sign).sum();
            let squares: f64 = a.iter().map(|a| a * a).sum();
            let value = |factor: f64| {
                let length = squared_length + u * u + squares / (2.0 * cost);
                factor * a.iter().sum::<f64>() - 0.5 * factor * factor * length
            };
            assert!((judged[lane].dual - value(1.0)).abs() < 1e-12);
            let (factor, best) = judged[lane].best_factor(cost);
            assert!((best - value(factor)).abs() < 1e-12);
            assert!(value(factor * 1.01) < best && value(factor * 0.99) < best);
        }
    }

    #[test]
    fn a_lane_may_be_farther_from_its_optimum_than_the_block_but_not_much() {
        let lane = |primal, dual| Judged { primal, dual, ..Judged::default() };
        assert_eq!(excess(&[lane(8.0, 7.0), lane(8.0, 8.0)], 0.125), 0.5);
        assert_eq!(excess(&[lane(8.0, 0.0), lane(792.0, 792.0)], 0.125), 1.6);
    }
}
