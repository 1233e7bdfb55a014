//! The support vector machines of many labels, solved side by side.
//!
//! The machines of a corpus share its rows and differ in the signs alone. Up to 16 of them are
//! solved together: the weights of one term stand side by side, one *lane* per label, so that a
//! row's visit fetches each term once and works on all lanes at a time. Otherwise each lane is the
//! method of [`super::svm`] for its label: a row is visited while it may still move in some lane. A lane that has
//! converged on the rows left to it waits for the others; then all rows are looked at once more.
//!
//! A lane may have factors f_t that its rows are multiplied by. They are not applied to the rows,
//! which the lanes share; the lane holds u_t = f_t w_t, which gives the same scores w . (f x) = u . x,
//! and steps on u_t are multiplied by f_t^2.
//!
//! Weights and dual variables are `f32`: a lane of 16 is one cache line. Which labels share a block is
//! decided by their support alone, so that the result does not depend on the number of threads.

use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;

use super::svm::SvmValidParams;
use crate::math::Generator;
use crate::matrix::{Row, TermMatrix};

/// For a label the factor of every term.
pub(super) type Factors<'f> = &'f (dyn Fn(usize) -> Vec<f32> + Sync);

/// The most lanes of a block.
const MOST: usize = 16;

/// The scoring weights of all labels, shape (terms, labels), and their biases.
pub(super) fn solve_all(
    params: &SvmValidParams,
    matrix: &TermMatrix,
    targets: ArrayView2<'_, bool>,
    factors: Option<Factors<'_>>,
) -> (Array2<f32>, Array1<f32>) {
    let (matrix, column) = &frequent_first(matrix);
    let labels = by_support(targets);
    let n_lanes = lanes_per_block(labels.len());
    let solved: Vec<Solved> = labels
        .par_chunks(n_lanes)
        .map(|labels| {
            let problem = Problem { params, matrix, column, targets, labels, factors };
            match labels.len() {
                ..=4 => problem.solve::<4>(),
                5..=8 => problem.solve::<8>(),
                _ => problem.solve::<MOST>(),
            }
        })
        .collect();
    let mut weights = Array2::zeros((matrix.n_terms(), labels.len()));
    let mut bias = Array1::zeros(labels.len());
    let blocks = || solved.iter().zip(labels.chunks(n_lanes));
    for (place, &term) in column.iter().enumerate() {
        let mut row = weights.row_mut(term as usize);
        for (block, labels) in blocks() {
            let of_term = &block.weights[place * block.n_lanes..];
            labels.iter().zip(of_term).for_each(|(&label, &w)| row[label] = w);
        }
    }
    for (block, labels) in blocks() {
        labels.iter().zip(&block.bias).for_each(|(&label, &b)| bias[label] = b);
    }
    (weights, bias)
}

/// The matrix with its terms numbered anew, those of many rows first, so that the weights asked for
/// most stand together; and for each new number the old one.
fn frequent_first(matrix: &TermMatrix) -> (TermMatrix, Vec<u32>) {
    let mut n_rows = vec![0_u32; matrix.n_terms()];
    matrix.rows().flat_map(|row| row.terms).for_each(|&term| n_rows[term as usize] += 1);
    let mut order: Vec<u32> = (0..matrix.n_terms() as u32).collect();
    order.sort_by_key(|&term| std::cmp::Reverse(n_rows[term as usize]));
    let mut rank = vec![0; order.len()];
    (0..).zip(&order).for_each(|(place, &term)| rank[term as usize] = place);
    let rows: Vec<usize> = (0..matrix.n_rows()).collect();
    let renumber = |rows: &[usize]| {
        let mut part = TermMatrix::new(matrix.n_terms());
        let mut pairs: Vec<(u32, f32)> = Vec::new();
        for &row in rows {
            pairs.clear();
            let row = matrix.row(row).iter();
            pairs.extend(row.map(|(term, value)| (rank[term as usize], value)));
            pairs.sort_unstable_by_key(|pair| pair.0);
            part.push_row(pairs.iter().copied());
        }
        part
    };
    let parts: Vec<TermMatrix> = rows.par_chunks(512).map(renumber).collect();
    let mut renumbered = TermMatrix::new(matrix.n_terms());
    parts.iter().for_each(|part| renumbered.append(part));
    (renumbered, order)
}

/// The labels, those of many rows first: lanes of a block then leave off about the same rows, and the
/// blocks that take longest begin first.
fn by_support(targets: ArrayView2<'_, bool>) -> Vec<usize> {
    let support = |column: ndarray::ArrayView1<'_, bool>| column.iter().filter(|&&yes| yes).count();
    let support: Vec<usize> = targets.columns().into_iter().map(support).collect();
    let mut labels: Vec<usize> = (0..support.len()).collect();
    labels.sort_by_key(|&label| (std::cmp::Reverse(support[label]), label));
    labels
}

/// As even as can be, and an even number of blocks, for two cores.
fn lanes_per_block(n_labels: usize) -> usize {
    let n_blocks = n_labels.div_ceil(MOST).max(1).next_multiple_of(2);
    n_labels.div_ceil(n_blocks).max(1)
}

/// A block's weights, terms of `n_lanes` each, and biases.
struct Solved {
    n_lanes: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

/// The labels of one block.
struct Problem<'a, 't> {
    params: &'a SvmValidParams,
    matrix: &'a TermMatrix,
    /// For each of its terms the number that others know it by.
    column: &'a [u32],
    targets: ArrayView2<'t, bool>,
    labels: &'a [usize],
    factors: Option<Factors<'a>>,
}

/// One bit per lane.
type Mask = u16;

fn lanes_of(mask: Mask) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        let lane = left.trailing_zeros() as usize;
        left &= left.wrapping_sub(1);
        (lane < Mask::BITS as usize).then_some(lane)
    })
}

impl Problem<'_, '_> {
    fn solve<const N: usize>(&self) -> Solved {
        let all = self.all();
        let mut weights = Weights::<N>::new(self);
        let mut rows = Rows::<N>::new(self, weights.squares.as_ref(), all);
        let mut lanes = Lanes::<N>::new(all);
        let mut generator = Generator::new(self.params.seed);

        for _ in 0..self.params.max_passes {
            lanes.begin_pass();
            generator.shuffle(&mut rows.active);
            self.pass(&mut weights, &mut rows, &mut lanes);
            let tolerance = self.params.tolerance as f32;
            let converged = lanes.end_pass(tolerance, &rows.n_alive, self.matrix.n_rows());
            if lanes.running == 0 {
                if lanes.waiting == 0 {
                    break;
                }
                rows.revive(lanes.waiting);
                lanes.revive();
            } else if converged != 0 {
                rows.drop_lanes(converged);
            }
        }

        let weights_of_lanes = weights.of_term.as_slice().to_vec();
        Solved { n_lanes: N, weights: weights_of_lanes, bias: weights.bias.to_vec() }
    }

    fn all(&self) -> Mask {
        ((1_u32 << self.labels.len()) - 1) as Mask
    }

    /// Visits the active rows in their order.
    fn pass<const N: usize>(
        &self,
        weights: &mut Weights<N>,
        rows: &mut Rows<N>,
        lanes: &mut Lanes<N>,
    ) {
        let diagonal = (0.5 / self.params.cost) as f32;
        let mut kept = 0;
        for place in 0..rows.active.len() {
            let i = rows.active[place] as usize;
            let row = self.matrix.row(i);
            let scores = weights.scores(row);
            let (dual, norms) = (&mut rows.dual[i], rows.norms.of_row(i));
            let (mut alive, mut steps, mut moves) = (rows.alive[i], [0.0_f32; N], false);
            for lane in lanes_of(alive) {
                let sign = if rows.yes[i] >> lane & 1 == 1 { 1.0 } else { -1.0 };
                let old = dual[lane];
                let gradient = sign * scores[lane] - 1.0 + diagonal * old;
                if old == 0.0 && gradient > lanes.shrink_above[lane] {
                    alive &= !(1 << lane);
                    rows.n_alive[lane] -= 1;
                    continue;
                }
                let projected = if old == 0.0 { gradient.min(0.0) } else { gradient };
                lanes.highest[lane] = lanes.highest[lane].max(projected);
                lanes.lowest[lane] = lanes.lowest[lane].min(projected);
                if projected.abs() > 1e-12 {
                    dual[lane] = (old - gradient / (norms[lane] + diagonal)).max(0.0);
                    steps[lane] = (dual[lane] - old) * sign;
                    moves = true;
                }
            }
            rows.alive[i] = alive;
            if alive != 0 {
                rows.active[kept] = i as u32;
                kept += 1;
            }
            if moves {
                weights.add(row, &steps);
            }
        }
        rows.active.truncate(kept);
    }
}

/// A table of N values per term, laid so that those of a term share a cache line.
struct Table<const N: usize> {
    values: Vec<f32>,
    /// Where the first term begins.
    first: usize,
    n_terms: usize,
}

impl<const N: usize> Table<N> {
    fn zeros(n_terms: usize) -> Self {
        let values = vec![0.0; n_terms * N + MOST];
        let first = values.as_ptr().align_offset(MOST * size_of::<f32>()).min(MOST);
        Table { values, first, n_terms }
    }

    fn of(&self, term: u32) -> &[f32; N] {
        let begin = self.first + term as usize * N;
        self.values[begin..begin + N].try_into().expect("N values")
    }

    fn of_mut(&mut self, term: u32) -> &mut [f32; N] {
        let begin = self.first + term as usize * N;
        (&mut self.values[begin..begin + N]).try_into().expect("N values")
    }

    fn as_slice(&self) -> &[f32] {
        &self.values[self.first..][..self.n_terms * N]
    }
}

/// u of every term and the bias, lane by lane.
struct Weights<const N: usize> {
    of_term: Table<N>,
    bias: [f32; N],
    /// f^2 of every term, where there are factors.
    squares: Option<Table<N>>,
}

impl<const N: usize> Weights<N> {
    fn new(problem: &Problem<'_, '_>) -> Self {
        let n_terms = problem.matrix.n_terms();
        let squares = problem.factors.map(|factors| {
            let mut squares = Table::zeros(n_terms);
            for (lane, &label) in problem.labels.iter().enumerate() {
                let of_label = factors(label);
                for (place, &term) in (0..).zip(problem.column) {
                    squares.of_mut(place)[lane] = of_label[term as usize].powi(2);
                }
            }
            squares
        });
        Weights { of_term: Table::zeros(n_terms), bias: [0.0; N], squares }
    }

    /// u . x + b
    fn scores(&self, row: Row<'_>) -> [f32; N] {
        let mut scores = self.bias;
        for (term, value) in row.iter() {
            let of_term = self.of_term.of(term);
            for lane in 0..N {
                scores[lane] += value * of_term[lane];
            }
        }
        scores
    }

    /// (u, b) += step * (f^2 x, 1)
    fn add(&mut self, row: Row<'_>, steps: &[f32; N]) {
        match &self.squares {
            None => {
                for (term, value) in row.iter() {
                    let of_term = self.of_term.of_mut(term);
                    for lane in 0..N {
                        of_term[lane] += value * steps[lane];
                    }
                }
            }
            Some(squares) => {
                for (term, value) in row.iter() {
                    let square = squares.of(term);
                    let of_term = self.of_term.of_mut(term);
                    for lane in 0..N {
                        of_term[lane] += value * steps[lane] * square[lane];
                    }
                }
            }
        }
        self.bias.iter_mut().zip(steps).for_each(|(bias, step)| *bias += step);
    }
}

/// The squared length of each row, the constant feature of the bias included.
enum Norms<const N: usize> {
    Shared(Vec<f32>),
    PerLane(Vec<[f32; N]>),
}

impl<const N: usize> Norms<N> {
    fn new(matrix: &TermMatrix, squares: Option<&Table<N>>) -> Self {
        let Some(squares) = squares else {
            return Norms::Shared(
                matrix.rows().map(|row| (1.0 + row.squared_norm()) as f32).collect(),
            );
        };
        let norm = |row: Row<'_>| {
            let mut norms = [1.0; N];
            for (term, value) in row.iter() {
                for (norm, square) in norms.iter_mut().zip(squares.of(term)) {
                    *norm += value * value * square;
                }
            }
            norms
        };
        Norms::PerLane(matrix.rows().map(norm).collect())
    }

    fn of_row(&self, row: usize) -> [f32; N] {
        match self {
            Norms::Shared(norms) => [norms[row]; N],
            Norms::PerLane(norms) => norms[row],
        }
    }
}

/// What is known of each row in each lane.
struct Rows<const N: usize> {
    /// Which lanes' labels the row has.
    yes: Vec<Mask>,
    norms: Norms<N>,
    dual: Vec<[f32; N]>,
    /// In which lanes the row may still move.
    alive: Vec<Mask>,
    /// The rows that are alive in some lane.
    active: Vec<u32>,
    /// For each lane how many rows are alive.
    n_alive: [usize; N],
}

impl<const N: usize> Rows<N> {
    fn new(problem: &Problem<'_, '_>, squares: Option<&Table<N>>, all: Mask) -> Self {
        let n_rows = problem.matrix.n_rows();
        let yes_of = |row: usize| {
            let has = |&(_, &label): &(usize, &usize)| problem.targets[[row, label]];
            let lanes = problem.labels.iter().enumerate().filter(has);
            lanes.fold(0, |mask, (lane, _)| mask | 1 << lane)
        };
        Rows {
            yes: (0..n_rows).map(yes_of).collect(),
            norms: Norms::new(problem.matrix, squares),
            dual: vec![[0.0; N]; n_rows],
            alive: vec![all; n_rows],
            active: (0..n_rows as u32).collect(),
            n_alive: [n_rows; N],
        }
    }

    /// Takes the lanes out of every row.
    fn drop_lanes(&mut self, lanes: Mask) {
        self.alive.iter_mut().for_each(|alive| *alive &= !lanes);
        let alive = &self.alive;
        self.active.retain(|&row| alive[row as usize] != 0);
    }

    /// Makes every row alive in these lanes and no other.
    fn revive(&mut self, lanes: Mask) {
        self.alive.fill(lanes);
        self.active = (0..self.alive.len() as u32).collect();
        lanes_of(lanes).for_each(|lane| self.n_alive[lane] = self.alive.len());
    }
}

/// How far each lane is.
struct Lanes<const N: usize> {
    running: Mask,
    /// Converged on the rows left to them.
    waiting: Mask,
    /// The ends of the projected gradient in this pass.
    highest: [f32; N],
    lowest: [f32; N],
    /// Above this gradient a row whose variable is 0 is taken to stay there.
    shrink_above: [f32; N],
}

impl<const N: usize> Lanes<N> {
    fn new(all: Mask) -> Self {
        let shrink_above = [f32::INFINITY; N];
        let (highest, lowest) = ([f32::NEG_INFINITY; N], [f32::INFINITY; N]);
        Lanes { running: all, waiting: 0, highest, lowest, shrink_above }
    }

    fn begin_pass(&mut self) {
        self.highest = [f32::NEG_INFINITY; N];
        self.lowest = [f32::INFINITY; N];
    }

    /// The lanes that have converged in this pass: done where all rows were alive, else waiting.
    fn end_pass(&mut self, tolerance: f32, n_alive: &[usize; N], n_rows: usize) -> Mask {
        let mut converged = 0;
        for lane in lanes_of(self.running) {
            let highest = self.highest[lane];
            if highest - self.lowest[lane] > tolerance {
                self.shrink_above[lane] = if highest > 0.0 { highest } else { f32::INFINITY };
            } else {
                converged |= 1 << lane;
                if n_alive[lane] < n_rows {
                    self.waiting |= 1 << lane;
                }
            }
        }
        self.running &= !converged;
        converged
    }

    fn revive(&mut self) {
        lanes_of(self.waiting).for_each(|lane| self.shrink_above[lane] = f32::INFINITY);
        (self.running, self.waiting) = (self.waiting, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::SvmParams;
    use linfa::ParamGuard;

    /// Rows of a few drawn terms, and labels of very different support that hang on single terms.
    fn drawn(n_rows: usize, n_terms: usize, n_labels: usize) -> (TermMatrix, Array2<bool>) {
        let mut generator = Generator::new(11);
        let mut matrix = TermMatrix::new(n_terms);
        for _ in 0..n_rows {
            let terms: Vec<u32> = (0..n_terms as u32)
                .filter(|&term| generator.below(2 + term as usize) == 0)
                .collect();
            matrix.push_row(terms.into_iter().map(|term| (term, 0.2 + (term % 3) as f32 * 0.3)));
        }
        let targets = Array2::from_shape_fn((n_rows, n_labels), |(row, label)| {
            let holds = matrix.row(row).terms.contains(&((label % n_terms) as u32));
            holds ^ (generator.below(20) == 0)
        });
        (matrix, targets)
    }

    fn params() -> SvmValidParams {
        SvmParams::default().tolerance(1e-4).check().unwrap()
    }

    /// The slow twin: every label by itself, in a block of one lane, on rows that are multiplied.
    fn alone(matrix: &TermMatrix, targets: &Array2<bool>, label: usize) -> (Array2<f32>, f32) {
        let column = targets.column(label).to_owned().insert_axis(ndarray::Axis(1));
        let (weights, bias) = solve_all(&params(), matrix, column.view(), None);
        (weights, bias[0])
    }

    fn assert_near(a: f32, b: f32, what: &str) {
        assert!((a - b).abs() < 2e-3 * (1.0 + b.abs()), "{what}: {a} and {b}");
    }

    #[test]
    fn labels_side_by_side_come_out_as_each_alone() {
        for n_labels in [1, 3, 5, 16, 17, 37] {
            let (matrix, targets) = drawn(150, 24, n_labels);
            let (weights, bias) = solve_all(&params(), &matrix, targets.view(), None);
            for label in 0..n_labels {
                let (twin, twin_bias) = alone(&matrix, &targets, label);
                assert_near(bias[label], twin_bias, "bias");
                for term in 0..24 {
                    let what = format!("label {label} of {n_labels}, term {term}");
                    assert_near(weights[[term, label]], twin[[term, 0]], &what);
                }
            }
        }
    }

    #[test]
    fn factors_are_as_good_as_rows_multiplied_by_them() {
        let (matrix, targets) = drawn(150, 24, 19);
        let factors_of = |label: usize| {
            (0..24).map(|term| ((term + label) % 5) as f32 - 1.5).collect::<Vec<_>>()
        };
        let (weights, bias) = solve_all(&params(), &matrix, targets.view(), Some(&factors_of));
        for label in 0..19 {
            let factors = factors_of(label);
            let (twin, twin_bias) = alone(&matrix.scaled(&factors), &targets, label);
            assert_near(bias[label], twin_bias, "bias");
            for term in 0..24 {
                let what = format!("label {label}, term {term}");
                assert_near(weights[[term, label]], factors[term] * twin[[term, 0]], &what);
            }
        }
    }
}
