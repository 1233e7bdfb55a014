//! The support vector machines of many labels: which are solved together, and what becomes of it.
//!
//! The machines of a corpus share its rows and differ in the signs alone, so up to 16 of them are solved side by side
//! ([`super::svm_block`]). Which labels share a block is decided by their support alone, so that the result does not
//! depend on the number of threads.
//!
//! A label may have factors f_t that its rows are multiplied by. They are not applied to the rows, which the labels
//! share; a lane holds u_t = f_t w_t, which gives the same scores w . (f x) = u . x, and steps on u_t are multiplied by
//! f_t^2.
//!
//! Weights and dual variables are `f32`: those of 16 labels are one cache line. It helps where frequent terms have low
//! numbers, as those of a [`crate::vectorize::CountedCorpus`] do: what is asked for most then stands together.

use ndarray::Axis;
use ndarray::parallel::prelude::*;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rayon::slice::ParallelSlice;

use super::svm::SvmValidParams;
use super::svm_block::{Block, Machines, Shared};
use crate::matrix::TermMatrix;

/// For a label the factor of every term.
pub(super) type Factors<'f> = &'f (dyn Fn(usize) -> Vec<f32> + Sync);

/// The most lanes of a block.
const MOST: usize = 16;

/// From so many rows the mean of all columns is taken.
const SAMPLE: usize = 4_096;

/// Machines that are moved from one cost to the next.
pub(super) struct Lanes<'a> {
    shared: Shared<'a>,
    blocks: Vec<(Vec<usize>, Box<dyn Machines>)>,
}

impl<'a> Lanes<'a> {
    /// Machines at zero for the rows of `matrix` and the labels of `targets`.
    pub fn new(
        params: &SvmValidParams,
        matrix: &'a TermMatrix,
        targets: ArrayView2<'_, bool>,
        factors: Option<Factors<'_>>,
    ) -> Self {
        let SvmValidParams { tolerance, max_passes, seed, .. } = *params;
        let norms = matrix.rows().map(|row| row.squared_norm() as f32).collect();
        let means = means(matrix);
        let shared = Shared { matrix, norms, means, tolerance, max_passes, seed };
        let labels = by_support(targets);
        let blocks = labels.par_chunks(lanes_per_block(labels.len())).map(|labels| {
            let yes = yes(targets, labels);
            let factors: Vec<Vec<f32>> =
                factors.map_or(Vec::new(), |of| labels.iter().map(|&label| of(label)).collect());
            let (n, factors) = (labels.len(), &factors[..]);
            let block: Box<dyn Machines> = match n {
                ..=4 => Box::new(Block::<4, 1>::new(&shared, &yes, n, factors)),
                5..=8 => Box::new(Block::<8, 1>::new(&shared, &yes, n, factors)),
                _ => Box::new(Block::<8, 2>::new(&shared, &yes, n, factors)),
            };
            (labels.to_vec(), block)
        });
        let blocks = blocks.collect();
        Lanes { shared, blocks }
    }

    /// Moves all machines on to the optimum for this cost.
    pub fn solve(&mut self, cost: f64) {
        let shared = &self.shared;
        let by_one = self.blocks.par_iter_mut().with_max_len(1);
        by_one.for_each(|(_, machines)| machines.solve(shared, cost));
    }

    /// The scoring weights of all labels, shape (terms, labels), and their biases.
    pub fn model(&self) -> (Array2<f32>, Array1<f32>) {
        let n_labels = self.blocks.iter().map(|(labels, _)| labels.len()).sum();
        let mut weights = Array2::zeros((self.shared.matrix.n_terms(), n_labels));
        let rows = weights.axis_iter_mut(Axis(0)).into_par_iter().enumerate().with_min_len(1_024);
        rows.for_each(|(term, mut row)| {
            for (labels, machines) in &self.blocks {
                let lanes = labels.iter().zip(machines.weights(term));
                lanes.for_each(|(&label, &weight)| row[label] = weight);
            }
        });
        let mut bias = Array1::zeros(n_labels);
        for (labels, machines) in &self.blocks {
            let lanes = labels.iter().zip(machines.judged());
            lanes.for_each(|(&label, judged)| bias[label] = judged.bias as f32);
        }
        (weights, bias)
    }
}

/// The scoring weights of all labels, shape (terms, labels), and their biases.
pub(super) fn solve_all(
    params: &SvmValidParams,
    matrix: &TermMatrix,
    targets: ArrayView2<'_, bool>,
    factors: Option<Factors<'_>>,
) -> (Array2<f32>, Array1<f32>) {
    let mut lanes = Lanes::new(params, matrix, targets, factors);
    lanes.solve(params.cost);
    lanes.model()
}

/// The mean of each column, from a sample of the rows where there are many.
fn means(matrix: &TermMatrix) -> Vec<f32> {
    let step = matrix.n_rows().div_ceil(SAMPLE).max(1);
    let mut sums = vec![0.0_f32; matrix.n_terms()];
    for row in (0..matrix.n_rows()).step_by(step) {
        matrix.row(row).iter().for_each(|(term, value)| sums[term as usize] += value);
    }
    let n = matrix.n_rows().div_ceil(step) as f32;
    sums.iter_mut().for_each(|sum| *sum /= n);
    sums
}

/// For each row the lanes whose labels it has, one bit each.
fn yes(targets: ArrayView2<'_, bool>, labels: &[usize]) -> Vec<u16> {
    let of_row = |row: ArrayView1<'_, bool>| {
        let has = |mask, (lane, &label): (usize, &usize)| mask | u16::from(row[label]) << lane;
        labels.iter().enumerate().fold(0, has)
    };
    targets.rows().into_iter().map(of_row).collect()
}

/// The labels, those of many rows first: labels of a block then take about as many passes, and the blocks that take
/// longest begin first.
fn by_support(targets: ArrayView2<'_, bool>) -> Vec<usize> {
    let mut support = vec![0_usize; targets.ncols()];
    for row in targets.rows() {
        support.iter_mut().zip(row).for_each(|(n, &yes)| *n += usize::from(yes));
    }
    let mut labels: Vec<usize> = (0..support.len()).collect();
    labels.sort_by_key(|&label| (std::cmp::Reverse(support[label]), label));
    labels
}

/// As even as can be, and an even number of blocks, for two cores.
fn lanes_per_block(n_labels: usize) -> usize {
    let n_blocks = n_labels.div_ceil(MOST).max(1).next_multiple_of(2);
    n_labels.div_ceil(n_blocks).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::SvmParams;
    use crate::math::Generator;
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
        SvmParams::default().tolerance(1e-6).check().unwrap()
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
