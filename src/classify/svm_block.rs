//! The support vector machines of up to 16 labels, solved side by side.
//!
//! The dual of [`super::svm`] for one label, with w = sum_i y_i a_i x_i and u = sum_i y_i a_i,
//!
//! ```text
//! maximise over a >= 0: sum_i a_i - 1/2 (|w|^2 + u^2) - sum_i a_i^2 / (4 C),  where then b = u
//! ```
//!
//! by coordinate descent over the rows in a drawn order (Hsieh et al., ICML 2008). Two things are ours.
//!
//! *The bias follows slowly.* As a feature that all rows have it ties them together some fifty times as firmly as their
//! words do; each step of a row is undone by all others, and descent takes twice the passes. So each pass has a proximal
//! term m/2 (b - c)^2 (Rockafellar 1976), under which b = (u + m c) / (1 + m); after it c moves to b. 1 / (1 + m) is
//! the mean of x_i . x_j over all pairs of rows: the bias is then no firmer a tie than the words.
//!
//! *Rows that gained little are passed over*, for a few passes, but never for good: so none has to be taken back.
//!
//! What is reached is judged by the duality gap ([`super::svm_gap`]), looked at where a pass has gained so little that
//! it is likely to be small enough.

use super::lanes::{Lanes, Table, filled};
use super::svm_gap::{Judged, Standing, excess};
use super::svm_pass::{Bias, Pass, RUN, RowState, Scores, Squares};
use crate::cpu::on_widest;
use crate::math::Generator;
use crate::matrix::TermMatrix;

/// A bias that ties rows less firmly than this follows too slowly.
const LEAST_SHARE: f32 = 0.04;

/// The gap is about so many times what the rows' next steps will gain, all passes to come together: it is looked at
/// where that is small enough.
const LEFT: f64 = 2.0;

/// Steps that gain less than this share of the dual gain what rounding does.
const NOTHING: f64 = 1e-11;

/// What all blocks share.
pub(super) struct Shared<'a> {
    pub matrix: &'a TermMatrix,
    /// The squared length of each row.
    pub norms: Vec<f32>,
    /// The mean of each column.
    pub means: Vec<f32>,
    pub tolerance: f64,
    pub max_passes: usize,
    pub seed: u64,
}

/// The machines of several labels, however many.
pub(super) trait Machines: Send + Sync {
    /// Moves on to the optimum for this cost from where they stand.
    fn solve(&mut self, shared: &Shared<'_>, cost: f64);

    /// The scoring weights of one term, lane by lane.
    fn weights(&self, term: usize) -> &[f32];

    /// What was reached, lane by lane.
    fn judged(&self) -> &[Judged];
}

/// Up to W x H labels and how far they are.
pub(super) struct Block<const W: usize, const H: usize> {
    n_lanes: usize,
    /// f_t w_t of every term.
    weights: Table<W, H>,
    squares: Option<Squares<W, H>>,
    dual: Vec<Lanes<W, H>>,
    rows: Vec<RowState>,
    bias: Bias<W, H>,
    /// 1 for lanes in use, 0 for others, which never move.
    used: Lanes<W, H>,
    judged: Vec<Judged>,
}

impl<const W: usize, const H: usize> Block<W, H> {
    /// A block at zero. `yes` tells for each row the lanes whose labels it has; `factors`, for each lane and where
    /// there are any, what the columns are multiplied by.
    pub fn new(shared: &Shared<'_>, yes: &[u16], n_lanes: usize, factors: &[Vec<f32>]) -> Self {
        let (mut used, mut share) = (filled(0.0), filled::<W, H>(1.0));
        let without = share_of(&shared.means, None);
        for lane in 0..n_lanes {
            let own = factors.get(lane).map(|own| share_of(&shared.means, Some(own)));
            let lanes: &mut Lanes<W, H> = &mut used;
            lanes.as_flattened_mut()[lane] = 1.0;
            share.as_flattened_mut()[lane] = own.unwrap_or(without);
        }
        Block {
            n_lanes,
            weights: Table::zeros(shared.matrix.n_terms()),
            squares: (!factors.is_empty()).then(|| Squares::new(shared, factors)),
            dual: vec![filled(0.0); yes.len()],
            rows: yes.iter().map(|&yes| RowState::new(yes)).collect(),
            bias: Bias { tie: filled(0.0), share, rest: filled(0.0) },
            used,
            judged: Vec::new(),
        }
    }

    /// The bias that is best while all weights are 0; gives the dual, which is 0.
    fn start(&mut self, cost: f64) -> f64 {
        let n = self.rows.len() as f64;
        for lane in 0..self.n_lanes {
            let n_yes = self.rows.iter().filter(|row| row.yes >> lane & 1 == 1).count() as f64;
            let bias = 2.0 * cost * (2.0 * n_yes - n) / (1.0 + 2.0 * cost * n);
            // Where the share is 1 the bias is u alone.
            if self.bias.share.as_flattened()[lane] < 1.0 {
                self.bias.rest.as_flattened_mut()[lane] = bias as f32;
            }
        }
        0.0
    }

    /// What was best for another cost, multiplied in each lane by what is best for this one; gives the dual.
    fn rescale(&mut self, cost: f64) -> f64 {
        let (mut factors, mut reached) = (filled::<W, H>(1.0), 0.0);
        for (lane, judged) in self.judged.iter().enumerate() {
            let (factor, dual) = judged.best_factor(cost);
            factors.as_flattened_mut()[lane] = factor as f32;
            let share = self.bias.share.as_flattened()[lane];
            self.bias.rest.as_flattened_mut()[lane] = (1.0 - share) * judged.bias as f32;
            reached += dual;
        }
        let multiply = |lanes: &mut Lanes<W, H>| {
            let values = lanes.as_flattened_mut().iter_mut();
            values.zip(factors.as_flattened()).for_each(|(value, factor)| *value *= factor);
        };
        self.weights.terms_mut().iter_mut().for_each(multiply);
        self.dual.iter_mut().for_each(multiply);
        multiply(&mut self.bias.tie);
        self.rows.iter_mut().for_each(|row| *row = RowState::new(row.yes));
        reached
    }

    /// What the last steps of all rows have gained: about what there is to gain by one more of each.
    fn last_gains(&self) -> f64 {
        self.rows.iter().map(|row| f64::from(row.gain)).sum()
    }

    /// One pass; gives what the dual gained.
    fn pass(&mut self, shared: &Shared<'_>, order: &[u32], cost: f64) -> f64 {
        let mean = (self.last_gains() / shared.norms.len() as f64) as f32;
        let pass = Pass {
            shared,
            weights: self.weights.terms_mut(),
            squares: self.squares.as_ref(),
            dual: &mut self.dual,
            rows: &mut self.rows,
            bias: &mut self.bias,
            used: &self.used,
            order,
            mean,
            cost,
        };
        let gained = on_widest(pass);
        let bias = self.bias.now();
        let lanes = self.bias.rest.as_flattened_mut().iter_mut().zip(bias.as_flattened());
        for ((rest, bias), share) in lanes.zip(self.bias.share.as_flattened()) {
            *rest = (1.0 - share) * bias;
        }
        gained
    }

    /// Works out the objectives; gives how many times the gap is too large.
    fn judge(&mut self, shared: &Shared<'_>, cost: f64) -> f64 {
        let scores = on_widest(Scores { shared, weights: self.weights.terms() });
        let (rows, dual) = (&self.rows, &self.dual);
        let bias = self.bias.now();
        let guesses = bias.as_flattened()[..self.n_lanes].iter().map(|&b| f64::from(b)).collect();
        let standing = Standing { rows, dual, scores: &scores, cost };
        self.judged = standing.judge(&self.squared_lengths(), guesses);
        for (lane, judged) in self.judged.iter().enumerate() {
            // What many small steps have added up to, without what rounding has.
            self.bias.tie.as_flattened_mut()[lane] = judged.tie as f32;
        }
        excess(&self.judged, shared.tolerance)
    }

    /// |w|^2 of each lane.
    fn squared_lengths(&self) -> Vec<f64> {
        let mut lengths = vec![0.0; self.n_lanes];
        for (term, of_term) in self.weights.terms().iter().enumerate() {
            let squares = self.squares.as_ref().map(|squares| &squares.of_terms.terms()[term]);
            for (lane, length) in lengths.iter_mut().enumerate() {
                let weight = f64::from(of_term.as_flattened()[lane]);
                let square = squares.map_or(1.0, |own| f64::from(own.as_flattened()[lane]));
                if square > 0.0 {
                    *length += weight * weight / square;
                }
            }
        }
        lengths
    }
}

impl<const W: usize, const H: usize> Machines for Block<W, H> {
    fn solve(&mut self, shared: &Shared<'_>, cost: f64) {
        let is_new = self.judged.is_empty();
        let mut reached = if is_new { self.start(cost) } else { self.rescale(cost) };
        let mut order: Vec<u32> = (0..self.rows.len().div_ceil(RUN) as u32).collect();
        let mut generator = Generator::new(shared.seed);
        let (mut before, mut look_below) = ([f64::INFINITY; 2], f64::INFINITY);
        for _ in 0..shared.max_passes {
            generator.shuffle(&mut order);
            reached += self.pass(shared, &order, cost);
            let last = self.last_gains();
            let falls = (last / before[0]).sqrt().clamp(0.3, 0.9);
            let is_early = before[0].is_infinite();
            before = [before[1], last];
            let left = LEFT * last * falls / (1.0 - falls);
            if is_early || last > look_below || left > shared.tolerance * reached {
                continue;
            }
            let excess = self.judge(shared, cost);
            if excess <= 1.0 || last <= NOTHING * reached {
                return;
            }
            look_below = last * (0.8 / excess).min(0.7);
        }
        self.judge(shared, cost);
    }

    fn weights(&self, term: usize) -> &[f32] {
        &self.weights.terms()[term].as_flattened()[..self.n_lanes]
    }

    fn judged(&self) -> &[Judged] {
        &self.judged
    }
}

/// The mean of x_i . x_j over all pairs of rows, where columns are multiplied by `factors`, kept within bounds.
fn share_of(means: &[f32], factors: Option<&[f32]>) -> f32 {
    let square = |(term, &mean): (usize, &f32)| {
        let factor = factors.map_or(1.0, |factors| f64::from(factors[term]));
        (factor * f64::from(mean)).powi(2)
    };
    let mean: f64 = means.iter().enumerate().map(square).sum();
    (2.0 * mean as f32).clamp(LEAST_SHARE, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::TermMatrix;

    /// Rows of drawn terms of which the first is nearly everywhere, and labels that hang on a term each.
    fn drawn(n_rows: usize, n_lanes: usize) -> (TermMatrix, Vec<u16>) {
        let mut generator = Generator::new(5);
        let (mut matrix, mut yes) = (TermMatrix::new(40), Vec::new());
        for _ in 0..n_rows {
            let terms: Vec<u32> = (0..40)
                .filter(|term| generator.below(2 + term / 2) == 0)
                .map(|t| t as u32)
                .collect();
            let mask = (0..n_lanes)
                .filter(|lane| terms.contains(&(3 + *lane as u32)) ^ (generator.below(15) == 0));
            yes.push(mask.fold(0, |mask, lane| mask | 1 << lane));
            matrix.push_row(terms.into_iter().map(|term| (term, 0.2 + (term % 3) as f32 * 0.2)));
        }
        (matrix, yes)
    }

    fn shared(matrix: &TermMatrix, tolerance: f64) -> Shared<'_> {
        let norms = matrix.rows().map(|row| row.squared_norm() as f32).collect();
        let means = vec![0.05; matrix.n_terms()];
        Shared { matrix, norms, means, tolerance, max_passes: 1_000, seed: 7 }
    }

    #[test]
    fn the_gap_keeps_its_bound_and_what_is_warm_ends_where_what_is_cold_does() {
        let (matrix, yes) = drawn(300, 11);
        for tolerance in [1e-2, 1e-3, 1e-5] {
            let shared = shared(&matrix, tolerance);
            let mut warm = Block::<8, 2>::new(&shared, &yes, 11, &[]);
            for cost in [0.5, 4.0, 1.0] {
                let mut cold = Block::<8, 2>::new(&shared, &yes, 11, &[]);
                warm.solve(&shared, cost);
                cold.solve(&shared, cost);
                for (warm, cold) in warm.judged().iter().zip(cold.judged()) {
                    for (one, other) in [(warm, cold), (cold, warm)] {
                        assert!(one.dual <= other.primal * (1.0 + 1e-6));
                        assert!(one.primal - one.dual <= 5.0 * tolerance * one.primal);
                    }
                }
            }
        }
    }

    #[test]
    fn lanes_that_are_not_used_stay_at_zero() {
        let (matrix, yes) = drawn(60, 3);
        let shared = shared(&matrix, 1e-3);
        let mut block = Block::<4, 1>::new(&shared, &yes, 3, &[]);
        block.solve(&shared, 1.0);
        assert!(block.weights.terms().iter().all(|lanes| lanes[0][3] == 0.0));
        assert!((0..40).any(|term| block.weights(term).iter().any(|&weight| weight != 0.0)));
    }
}
