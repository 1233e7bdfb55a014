//! Coordinate descent for non-negative factors.
//!
//! Enters: sparse rows Z (m, n) and one factor held fixed. Leaves: the other factor, a step nearer to the minimum of
//!
//! ```text
//! f(W, H) = 1/2 |Z - W H|^2,   W (m, k) and H (k, n) not negative
//! ```
//!
//! With H fixed each row x of W is a problem of its own, 1/2 x' G x - p' x, with G = H H' and p = H z. Each coordinate has its
//! exact minimum, max(0, x_t - r_t / G_tt) with r = G x - p (Cichocki and Phan 2009; Hsieh and Dhillon 2011). The roles are changed
//! over for H. Cost: stored values x k for p; k for each coordinate that moves.
//!
//! The same bits on any machine and any number of threads: a row is solved by one thread; sums over rows have a fixed order.

use rayon::prelude::*;

use super::panel::{LANES, Panel, ROWS};
use crate::cpu::{Machine, Work, on_widest};
use crate::matrix::{Row, TermMatrix};

/// When the visits of a row's coordinates end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visits {
    /// The most sweeps over the coordinates, at least 1.
    pub(super) most: usize,
    /// Or what is left of the first sweep's violation, as a share.
    pub(super) left: f32,
}

/// G of the factor that is fixed, padded like the panel's rows.
#[derive(Debug, Clone)]
pub(super) struct Gram {
    stride: usize,
    products: Vec<f32>,
    /// 1 / G_tt; 0 for a topic of zeros, whose coordinates stay where they are.
    inverses: Vec<f32>,
}

impl Gram {
    /// Of the columns of a panel.
    pub(super) fn of(panel: &Panel) -> Self {
        let (gram, width, stride) = (panel.gram(), panel.width(), panel.stride());
        let mut products = vec![0.0; stride * stride];
        for row in 0..width {
            let from = &gram[row * width..][..width];
            products[row * stride..].iter_mut().zip(from).for_each(|(to, &from)| *to = from as f32);
        }
        let inverse = |topic: usize| match products[topic * stride + topic] {
            length if length > 0.0 => 1.0 / length,
            _ => 0.0,
        };
        Gram { stride, inverses: (0..width).map(inverse).collect(), products }
    }
}

/// What a step has done, summed over rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    /// The projected gradient before the step: |r_t| where x_t > 0, else what of it points to above zero.
    pub(super) violation: f64,
    /// p' x after the step.
    pub(super) product: f64,
}

impl Step {
    fn plus(self, other: Step) -> Step {
        Step { violation: self.violation + other.violation, product: self.product + other.product }
    }
}

/// One step for all rows of `moving` (m, k), with `fixed` (n, k) held.
pub(super) fn step(
    rows: &TermMatrix,
    fixed: &Panel,
    gram: &Gram,
    visits: Visits,
    moving: &mut Panel,
) -> Step {
    let stride = fixed.stride();
    let blocks = moving.values_mut().par_chunks_mut(ROWS * stride).enumerate();
    let steps = blocks.map(|(block, factors)| {
        on_widest(Block { rows, first: block * ROWS, fixed, gram, visits, factors })
    });
    steps.collect::<Vec<Step>>().into_iter().fold(Step::default(), Step::plus)
}

/// Some rows that one thread solves.
struct Block<'a> {
    rows: &'a TermMatrix,
    first: usize,
    fixed: &'a Panel,
    gram: &'a Gram,
    visits: Visits,
    factors: &'a mut [f32],
}

impl Work for Block<'_> {
    type Output = Step;

    #[inline(always)]
    fn run(self, _: impl Machine) -> Step {
        let mut space = vec![0.0; 2 * self.gram.stride];
        let mut done = Step::default();
        for (place, factors) in self.factors.chunks_exact_mut(self.gram.stride).enumerate() {
            let row = self.rows.row(self.first + place);
            done = done.plus(solve(row, self.fixed, self.gram, self.visits, factors, &mut space));
        }
        done
    }
}

/// Moves the coordinates of one row; `x` and the two halves of `space` are as long as a panel's rows.
pub(super) fn solve_row(
    row: Row<'_>,
    fixed: &Panel,
    gram: &Gram,
    visits: Visits,
    x: &mut [f32],
    space: &mut [f32],
) {
    on_widest(OneRow { row, fixed, gram, visits, x, space });
}

/// One row, to be solved on its own.
struct OneRow<'a> {
    row: Row<'a>,
    fixed: &'a Panel,
    gram: &'a Gram,
    visits: Visits,
    x: &'a mut [f32],
    space: &'a mut [f32],
}

impl Work for OneRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, _: impl Machine) {
        solve(self.row, self.fixed, self.gram, self.visits, self.x, self.space);
    }
}

/// Moves the coordinates of one row; `space` is as long as two of them.
#[inline(always)]
fn solve(
    row: Row<'_>,
    fixed: &Panel,
    gram: &Gram,
    visits: Visits,
    x: &mut [f32],
    space: &mut [f32],
) -> Step {
    let (p, r) = space.split_at_mut(gram.stride);
    fixed.combine(row, p);
    for (r, p) in r.iter_mut().zip(&*p) {
        *r = -p;
    }
    for (topic, &part) in x.iter().enumerate().take(gram.inverses.len()) {
        if part != 0.0 {
            add(r, &gram.products[topic * gram.stride..], part);
        }
    }
    let first = sweep(gram, x, r);
    let mut left = first;
    for _ in 1..visits.most {
        if left <= visits.left * first {
            break;
        }
        left = sweep(gram, x, r);
    }
    let product = x.iter().zip(&*p).map(|(&x, &p)| f64::from(x) * f64::from(p)).sum();
    Step { violation: f64::from(first), product }
}

/// Visits each coordinate once; gives the violation as it was found.
#[inline(always)]
fn sweep(gram: &Gram, x: &mut [f32], r: &mut [f32]) -> f32 {
    let mut violation = 0.0;
    for topic in 0..gram.inverses.len() {
        let (old, slope) = (x[topic], r[topic]);
        if gram.inverses[topic] == 0.0 || (old == 0.0 && slope >= 0.0) {
            continue;
        }
        violation += slope.abs();
        let new = (old - slope * gram.inverses[topic]).max(0.0);
        if new != old {
            x[topic] = new;
            add(r, &gram.products[topic * gram.stride..], new - old);
        }
    }
    violation
}

/// Adds `share` times `from` to `to`, in whole registers.
#[inline(always)]
fn add(to: &mut [f32], from: &[f32], share: f32) {
    for (to, from) in to.chunks_exact_mut(LANES).zip(from.chunks_exact(LANES)) {
        for lane in 0..LANES {
            to[lane] += share * from[lane];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::small_counts::counts;
    use super::*;

    /// The slow twin: projected gradient on 1/2 |z - x' H|^2, dense, in f64.
    fn twin(row: &[f64], fixed: &Panel) -> Vec<f64> {
        let (n, k) = (fixed.n_rows(), fixed.width());
        let part = |term: usize, topic: usize| f64::from(fixed.row(term)[topic]);
        let length: f64 = (0..n).flat_map(|j| (0..k).map(move |t| part(j, t).powi(2))).sum();
        let mut x = vec![0.0; k];
        for _ in 0..20_000 {
            let fitted = |j: usize| (0..k).map(|t| x[t] * part(j, t)).sum::<f64>();
            let rest: Vec<f64> = (0..n).map(|j| row[j] - fitted(j)).collect();
            for (topic, x) in x.iter_mut().enumerate() {
                let slope: f64 = (0..n).map(|j| rest[j] * part(j, topic)).sum();
                *x = (*x + slope / length).max(0.0);
            }
        }
        x
    }

    /// Eight terms, `k` topics, some parts zero.
    fn fixed(k: usize) -> Panel {
        let mut panel = Panel::drawn(8, k, 4);
        panel.values_mut().iter_mut().for_each(|part| *part = part.max(0.0));
        panel
    }

    #[test]
    fn rows_come_to_the_minimum_of_the_slow_twin() {
        let counts = counts();
        let dense = counts.to_dense(&[0, 1, 2, 3, 4, 5, 6, 7]);
        let fixed = fixed(5);
        let mut moving = Panel::zeros(12, 5);
        let visits = Visits { most: 1000, left: 1e-6 };
        let done = step(&counts, &fixed, &Gram::of(&fixed), visits, &mut moving);
        assert!(done.violation > 0.0 && done.product > 0.0);
        for row in 0..12 {
            let expected = twin(dense.row(row).as_slice().unwrap(), &fixed);
            for (&ours, twin) in moving.row(row).iter().zip(&expected) {
                assert!((f64::from(ours) - twin).abs() < 1e-3, "row {row}: {ours} and {twin}");
            }
        }
    }

    #[test]
    fn a_step_from_the_minimum_finds_no_violation() {
        let (counts, fixed) = (counts(), fixed(3));
        let gram = Gram::of(&fixed);
        let mut moving = Panel::zeros(12, 3);
        let first = step(&counts, &fixed, &gram, Visits { most: 1000, left: 0.0 }, &mut moving);
        let then = step(&counts, &fixed, &gram, Visits { most: 1, left: 0.0 }, &mut moving);
        assert!(then.violation < 1e-5 * first.violation, "{then:?} after {first:?}");
    }

    #[test]
    fn a_topic_of_zeros_stays_where_it_is() {
        let fixed = Panel::zeros(8, 2);
        let mut moving = Panel::zeros(12, 2);
        let done =
            step(&counts(), &fixed, &Gram::of(&fixed), Visits { most: 3, left: 0.1 }, &mut moving);
        assert_eq!((done.violation, done.product), (0.0, 0.0));
    }
}
