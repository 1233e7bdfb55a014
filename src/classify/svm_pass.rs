//! One pass of the support vector machines of a block over the rows: the inner loop of training.
//!
//! Enters: rows, weights, dual variables. Leaves: the same, moved. A visit of row i takes for every lane one exact
//! step of the dual in a_i: with g = y_i (w . x_i + b) - 1 + a_i / (2 C) and q = |x_i|^2 + 1 / (1 + m) + 1 / (2 C),
//!
//! ```text
//! a_i' = max(0, a_i - g / q),  w += y_i (a_i' - a_i) x_i,  u += y_i (a_i' - a_i),  gain = q (a_i' - a_i)^2 / 2
//! ```
//!
//! What m and u are is told in [`super::svm_block`].

use super::lanes::{self, LINE, Lanes, Table, filled};
use super::svm_block::Shared;
use crate::cpu::{self, Machine, Work};
use crate::matrix::Row;

/// Rows that are visited one after the other: what stands together in memory is fetched together.
pub(super) const RUN: usize = 4;

/// So many rows lie between one whose place is fetched, or whose values, and the one that is visited.
const PLACE_AHEAD: usize = 7;
const ROW_AHEAD: usize = 1;

/// Bytes of weights that are at hand all the time.
const NEAR: usize = 1 << 19;

/// What is known of a row.
#[derive(Clone, Copy)]
pub(super) struct RowState {
    /// How much the dual gained by its last step.
    pub gain: f32,
    /// Which lanes' labels it has, one bit each.
    pub yes: u16,
    /// How many times in a row it has been passed over.
    pub passed_over: u16,
}

impl RowState {
    /// Of a row that has to be visited.
    pub fn new(yes: u16) -> Self {
        RowState { gain: f32::INFINITY, yes, passed_over: 0 }
    }

    /// Whether a row is passed over this time: the less it gained beside the mean, the oftener.
    fn is_passed_over(&mut self, mean: f32) -> bool {
        let most = match self.gain {
            gain if gain >= 0.5 * mean => 0,
            gain if gain >= 0.2 * mean => 1,
            gain if gain >= 0.02 * mean => 2,
            _ => 4,
        };
        let is_passed_over = self.passed_over < most;
        self.passed_over = if is_passed_over { self.passed_over + 1 } else { 0 };
        is_passed_over
    }

    /// +1 for labels that the row has, -1 for others, 0 for lanes that are not `used`.
    #[inline(always)]
    pub fn signs<const W: usize, const H: usize>(self, used: &Lanes<W, H>) -> Lanes<W, H> {
        let mut signs = *used;
        for (group, signs) in signs.iter_mut().enumerate() {
            for (lane, sign) in signs.iter_mut().enumerate() {
                let bit = 1_u32 << (group * W + lane);
                *sign = if u32::from(self.yes) & bit == 0 { -*sign } else { *sign };
            }
        }
        signs
    }
}

/// What ties the rows of a lane together beside their terms.
pub(super) struct Bias<const W: usize, const H: usize> {
    /// u; the bias is `share * u + rest`.
    pub tie: Lanes<W, H>,
    /// 1 / (1 + m).
    pub share: Lanes<W, H>,
    /// c m / (1 + m).
    pub rest: Lanes<W, H>,
}

impl<const W: usize, const H: usize> Bias<W, H> {
    #[inline(always)]
    pub fn now(&self) -> Lanes<W, H> {
        let mut bias = self.rest;
        for (group, bias) in bias.iter_mut().enumerate() {
            for (lane, bias) in bias.iter_mut().enumerate() {
                *bias += self.share[group][lane] * self.tie[group][lane];
            }
        }
        bias
    }
}

/// f_t^2 of every term, and the squared length that each row has with them.
pub(super) struct Squares<const W: usize, const H: usize> {
    pub of_terms: Table<W, H>,
    pub norms: Vec<Lanes<W, H>>,
}

impl<const W: usize, const H: usize> Squares<W, H> {
    pub fn new(shared: &Shared<'_>, factors: &[Vec<f32>]) -> Self {
        let mut of_terms: Table<W, H> = Table::zeros(shared.matrix.n_terms());
        for (lane, of_lane) in factors.iter().enumerate() {
            for (square, factor) in of_terms.terms_mut().iter_mut().zip(of_lane) {
                square.as_flattened_mut()[lane] = factor * factor;
            }
        }
        let norm = |row: Row<'_>| {
            let mut norm = filled(0.0);
            for (term, value) in row.iter() {
                lanes::add(&mut norm, value * value, &of_terms.terms()[term as usize]);
            }
            norm
        };
        let norms = shared.matrix.rows().map(norm).collect();
        Squares { of_terms, norms }
    }
}

/// A pass over the rows in `order`, runs of [`RUN`] rows.
pub(super) struct Pass<'a, 's, const W: usize, const H: usize> {
    pub shared: &'a Shared<'s>,
    pub weights: &'a mut [Lanes<W, H>],
    pub squares: Option<&'a Squares<W, H>>,
    pub dual: &'a mut [Lanes<W, H>],
    pub rows: &'a mut [RowState],
    pub bias: &'a mut Bias<W, H>,
    pub used: &'a Lanes<W, H>,
    pub order: &'a [u32],
    /// The mean of what the rows gained.
    pub mean: f32,
    pub cost: f64,
}

impl<const W: usize, const H: usize> Work for Pass<'_, '_, W, H> {
    type Output = f64;

    /// Gives what the dual gained.
    #[inline(always)]
    fn run(mut self, _: impl Machine) -> f64 {
        let mut gained = 0.0;
        let visited = self.choose();
        for (place, &row) in visited.iter().enumerate() {
            self.prefetch(&visited[place + 1..]);
            gained += f64::from(self.visit(row as usize));
        }
        gained
    }
}

impl<const W: usize, const H: usize> Pass<'_, '_, W, H> {
    /// From this term on weights may be far away.
    const RARE: u32 = (NEAR / size_of::<Lanes<W, H>>()) as u32;

    /// The rows that are not passed over, in order.
    fn choose(&mut self) -> Vec<u32> {
        let mut visited = Vec::with_capacity(self.rows.len());
        for &run in self.order {
            let first = run as usize * RUN;
            for row in first..(first + RUN).min(self.rows.len()) {
                if !self.rows[row].is_passed_over(self.mean) {
                    visited.push(row as u32);
                }
            }
        }
        visited
    }

    /// Fetches what a visit of the `coming` rows will wait for: in steps, for each is told by what the one before has fetched.
    #[inline(always)]
    fn prefetch(&self, coming: &[u32]) {
        let matrix = self.shared.matrix;
        if let Some(&row) = coming.get(PLACE_AHEAD) {
            let row = row as usize;
            cpu::prefetch(matrix.offsets(), row);
            cpu::prefetch(self.dual, row);
            cpu::prefetch(self.rows, row);
            cpu::prefetch(&self.shared.norms, row);
        }
        if let Some(&row) = coming.get(ROW_AHEAD) {
            let Row { terms, values } = matrix.row(row as usize);
            let mut place = 0;
            while place < terms.len() {
                cpu::prefetch(terms, place);
                cpu::prefetch(values, place);
                place += LINE;
            }
        }
        if let Some(&row) = coming.first() {
            let terms = matrix.row(row as usize).terms;
            let mut place = terms.len();
            while place > 0 && terms[place - 1] >= Self::RARE {
                place -= 1;
                cpu::prefetch(self.weights, terms[place] as usize);
            }
        }
    }

    /// One step of every lane at a row; gives what the dual gained.
    #[inline(always)]
    fn visit(&mut self, index: usize) -> f32 {
        let row = self.shared.matrix.row(index);
        let scores = lanes::scores(self.weights, row, &self.bias.now());
        let norm = self.squares.map_or(filled(self.shared.norms[index]), |own| own.norms[index]);
        let signs = self.rows[index].signs(self.used);
        let diagonal = (0.5 / self.cost) as f32;
        let (mut steps, mut gains) = (filled(0.0), [0.0; W]);
        for group in 0..H {
            let dual = &mut self.dual[index][group];
            for lane in 0..W {
                let (sign, old) = (signs[group][lane], dual[lane]);
                let gradient = sign * scores[group][lane] - 1.0 + diagonal * old;
                let curvature = norm[group][lane] + self.bias.share[group][lane] + diagonal;
                let new = old - gradient / curvature;
                let new = if new > 0.0 { new } else { 0.0 };
                let step = sign * (new - old);
                dual[lane] = new;
                steps[group][lane] = step;
                gains[lane] += 0.5 * curvature * step * step;
            }
        }
        let gain = lanes::sum(gains);
        self.rows[index].gain = gain;
        if gain > 0.0 {
            lanes::add(&mut self.bias.tie, 1.0, &steps);
            self.add(row, &steps);
        }
        gain
    }

    /// w += steps * f^2 x
    #[inline(always)]
    fn add(&mut self, row: Row<'_>, steps: &Lanes<W, H>) {
        let Some(squares) = self.squares else {
            for (&term, &value) in row.terms.iter().zip(row.values) {
                lanes::add(&mut self.weights[term as usize], value, steps);
            }
            return;
        };
        let squares = squares.of_terms.terms();
        for (&term, &value) in row.terms.iter().zip(row.values) {
            let (of_term, squares) = (&mut self.weights[term as usize], &squares[term as usize]);
            for group in 0..H {
                for lane in 0..W {
                    of_term[group][lane] += value * steps[group][lane] * squares[group][lane];
                }
            }
        }
    }
}

/// The scores of all rows without the bias.
pub(super) struct Scores<'a, 's, const W: usize, const H: usize> {
    pub shared: &'a Shared<'s>,
    pub weights: &'a [Lanes<W, H>],
}

impl<const W: usize, const H: usize> Work for Scores<'_, '_, W, H> {
    type Output = Vec<Lanes<W, H>>;

    #[inline(always)]
    fn run(self, _: impl Machine) -> Self::Output {
        let mut all = Vec::with_capacity(self.shared.matrix.n_rows());
        for row in self.shared.matrix.rows() {
            all.push(lanes::scores(self.weights, row, &filled(0.0)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Portable, on_widest};
    use crate::math::Generator;
    use crate::matrix::TermMatrix;

    /// Three passes over drawn rows; gives the weights, the dual variables and the gains.
    fn three_passes<const W: usize, const H: usize>(
        with_factors: bool,
        run: impl Fn(Pass<'_, '_, W, H>) -> f64,
    ) -> (Vec<f32>, Vec<f32>, Vec<f64>) {
        let mut generator = Generator::new(1);
        let mut matrix = TermMatrix::new(30);
        for _ in 0..50 {
            let terms: Vec<u32> = (0..30).filter(|_| generator.below(3) == 0).collect();
            matrix.push_row(terms.iter().map(|&term| (term, 0.1 + term as f32 / 37.0)));
        }
        let norms = matrix.rows().map(|row| row.squared_norm() as f32).collect();
        let (tolerance, max_passes, seed) = (1e-3, 1, 1);
        let means = Vec::new();
        let shared = Shared { matrix: &matrix, norms, means, tolerance, max_passes, seed };
        let factors: Vec<Vec<f32>> =
            (0..W * H).map(|lane| vec![0.3 + lane as f32 / 7.0; 30]).collect();
        let squares = with_factors.then(|| Squares::new(&shared, &factors));
        let (mut weights, mut dual) = (Table::<W, H>::zeros(30), vec![filled(0.0); 50]);
        let state = |_| RowState::new(generator.below(1 << (W * H)) as u16);
        let mut rows: Vec<RowState> = (0..50).map(state).collect();
        let mut bias = Bias { tie: filled(0.0), share: filled(0.0625), rest: filled(-0.3) };
        let mut gains = Vec::new();
        for _ in 0..3 {
            let (weights, used) = (weights.terms_mut(), &filled(1.0));
            let (squares, dual, rows) = (squares.as_ref(), &mut dual[..], &mut rows[..]);
            let (bias, order, mean) =
                (&mut bias, &[3, 0, 12, 7, 1, 2, 4, 5, 6, 11, 10, 9, 8], 0.01);
            let pass = Pass {
                shared: &shared,
                weights,
                squares,
                dual,
                rows,
                bias,
                used,
                order,
                mean,
                cost: 1.7,
            };
            gains.push(run(pass));
        }
        let flat = |lanes: &[Lanes<W, H>]| lanes.as_flattened().as_flattened().to_vec();
        (flat(weights.terms()), flat(&dual), gains)
    }

    #[test]
    fn wide_instructions_take_the_same_steps_to_the_last_bit() {
        fn check<const W: usize, const H: usize>() {
            for with_factors in [false, true] {
                let wide = three_passes::<W, H>(with_factors, |pass| on_widest(pass));
                assert_eq!(wide, three_passes::<W, H>(with_factors, |pass| pass.run(Portable)));
                assert!(wide.2.iter().all(|&gain| gain > 0.0));
            }
        }
        check::<4, 1>();
        check::<8, 1>();
        check::<8, 2>();
    }

    #[test]
    fn rows_that_gained_little_are_passed_over_a_few_times() {
        let visits = |gain: f32| {
            let mut state = RowState { gain, ..RowState::new(0) };
            (0..60).filter(|_| !state.is_passed_over(1.0)).count()
        };
        assert_eq!([2.0, 0.3, 0.1, 0.0].map(visits), [60, 30, 20, 12]);
        assert!(!RowState::new(0).is_passed_over(f32::INFINITY));
    }

    #[test]
    fn signs_follow_the_bits_and_unused_lanes_have_none() {
        let signs = RowState::new(0b1_0010).signs(&[[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]]);
        assert_eq!(signs.as_flattened(), [-1.0, 1.0, -1.0, -1.0, 1.0, -1.0, 0.0, 0.0]);
    }
}
