//! Tall dense matrices of few columns, and their products with sparse rows.
//!
//! Enters: a [`TermMatrix`] of shape (m, n) and panels of shape (n, l), l some hundreds. Leaves: panels of shape (m, l), Gram
//! matrices in f64, orthonormal columns. Rows are padded to whole registers with zeros, which stay zeros.
//!
//! The same bits on any machine and any number of threads: each row of a product is made by one thread in the order of the
//! row's terms; sums over rows are made in [`PARTS`] fixed parts, joined in order; nothing is fused.

use rayon::prelude::*;

use crate::cpu::{Machine, Work, on_widest, wide};
use crate::math::Generator;
use crate::matrix::{Row, TermMatrix};

/// Numbers of f32 in a register; the width of a panel's rows is a multiple of it.
pub(super) const LANES: usize = 8;

/// Rows that a thread takes at a time.
pub(super) const ROWS: usize = 64;

/// Parts of the rows in which a Gram matrix is summed.
const PARTS: usize = 16;

/// Rows that are widened to f64 together.
const WIDENED: usize = 32;

/// What is left of a column, as a share of its squared length, below which it hangs on the columns before it.
const DEPENDENT: f64 = 1e-10;

/// A dense matrix of shape (n_rows, width), by rows.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    n_rows: usize,
    width: usize,
    stride: usize,
    values: Vec<f32>,
}

impl Panel {
    /// All zeros.
    pub(super) fn zeros(n_rows: usize, width: usize) -> Self {
        let stride = width.next_multiple_of(LANES);
        Panel { n_rows, width, stride, values: vec![0.0; n_rows * stride] }
    }

    /// Numbers drawn evenly from -1..1.
    pub(super) fn drawn(n_rows: usize, width: usize, seed: u64) -> Self {
        let mut generator = Generator::new(seed);
        let mut panel = Panel::zeros(n_rows, width);
        for row in panel.values.chunks_exact_mut(panel.stride) {
            for value in &mut row[..width] {
                // 24 bits: exact in f32.
                *value = (generator.next_u64() >> 40) as f32 / (1 << 23) as f32 - 1.0;
            }
        }
        panel
    }

    /// Number of columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Numbers from one row to the next.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// All rows with their padding, which must stay zeros.
    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// A row without its padding.
    pub(super) fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.stride..index * self.stride + self.width]
    }

    /// Multiplies each column by its factor.
    pub(super) fn scale_columns(&mut self, factors: &[f32]) {
        for row in self.values.chunks_exact_mut(self.stride.max(1)) {
            row.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
        }
    }

    /// The product of a sparse matrix (m, n) and this panel (n, l): (m, l). Cost: stored values x l.
    pub(super) fn times_left(&self, matrix: &TermMatrix) -> Panel {
        let mut product = Panel::zeros(matrix.n_rows(), self.width);
        let stride = self.stride.max(1);
        product.values.par_chunks_mut(ROWS * stride).enumerate().for_each(|(block, rows)| {
            wide(|| {
                for (row, out) in rows.chunks_exact_mut(stride).enumerate() {
                    self.combine(matrix.row(block * ROWS + row), out);
                }
            });
        });
        product
    }

    /// The sum of this panel's rows that a sparse row names, each times its value.
    #[inline(always)]
    pub(super) fn combine(&self, row: Row<'_>, out: &mut [f32]) {
        let mut first = 0;
        while first + 8 * LANES <= self.stride {
            self.combine_lanes::<{ 8 * LANES }>(row, first, out);
            first += 8 * LANES;
        }
        // Each pass over the row's terms waits for memory, so that what is left is done in one.
        match (self.stride - first) / LANES {
            0 => {}
            1 => self.combine_lanes::<LANES>(row, first, out),
            2 => self.combine_lanes::<{ 2 * LANES }>(row, first, out),
            3 => self.combine_lanes::<{ 3 * LANES }>(row, first, out),
            4 => self.combine_lanes::<{ 4 * LANES }>(row, first, out),
            5 => self.combine_lanes::<{ 5 * LANES }>(row, first, out),
            6 => self.combine_lanes::<{ 6 * LANES }>(row, first, out),
            _ => self.combine_lanes::<{ 7 * LANES }>(row, first, out),
        }
    }

    /// As many columns as stay in registers.
    #[inline(always)]
    fn combine_lanes<const N: usize>(&self, row: Row<'_>, first: usize, out: &mut [f32]) {
        let mut sums = [0.0_f32; N];
        for (&term, &value) in row.terms.iter().zip(row.values) {
            let from = term as usize * self.stride + first;
            let weights = &self.values[from..from + N];
            for lane in 0..N {
                sums[lane] += value * weights[lane];
            }
        }
        out[first..first + N].copy_from_slice(&sums);
    }

    /// The product of this panel (m, l) and a small matrix (l, k), by rows in f64: (m, k). Cost: m x l x k.
    pub(super) fn times_small(&self, small: &[f64], width: usize) -> Panel {
        let mut factor = Panel::zeros(self.width, width);
        for (to, from) in
            factor.values.chunks_exact_mut(factor.stride.max(1)).zip(small.chunks(width.max(1)))
        {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from as f32);
        }
        let mut product = Panel::zeros(self.n_rows, width);
        let (from, to) = (self.stride.max(1), product.stride.max(1));
        let rows =
            product.values.par_chunks_mut(ROWS * to).zip(self.values.par_chunks(ROWS * from));
        rows.for_each(|(out, rows)| on_widest(DenseProduct { factor: &factor, rows, from, out }));
        product
    }

    /// Up to four dense rows, `from` numbers apart, times this panel.
    #[inline(always)]
    fn combine_dense(&self, rows: &[f32], from: usize, out: &mut [f32]) {
        let n_rows = rows.len() / from;
        // Fewer than four are filled up with the last.
        let at: [&[f32]; 4] = std::array::from_fn(|i| &rows[i.min(n_rows - 1) * from..][..from]);
        let mut first = 0;
        while first + 2 * LANES <= self.stride {
            self.combine_tile::<{ 2 * LANES }>(&at, first, n_rows, out);
            first += 2 * LANES;
        }
        if first < self.stride {
            self.combine_tile::<LANES>(&at, first, n_rows, out);
        }
    }

    /// Some columns of that.
    #[allow(clippy::needless_range_loop)] // Four rows are walked at once.
    #[inline(always)]
    fn combine_tile<const N: usize>(
        &self,
        rows: &[&[f32]; 4],
        first: usize,
        n_rows: usize,
        out: &mut [f32],
    ) {
        let mut sums = [[0.0_f32; N]; 4];
        for column in 0..self.n_rows {
            let weights = &self.values[column * self.stride + first..][..N];
            for i in 0..4 {
                for lane in 0..N {
                    sums[i][lane] += rows[i][column] * weights[lane];
                }
            }
        }
        for i in 0..n_rows {
            out[i * self.stride + first..][..N].copy_from_slice(&sums[i]);
        }
    }

    /// The products of all pairs of columns: shape (width, width), by rows, the lower half mirrored. Cost: n_rows x width^2 / 2.
    pub(super) fn gram(&self) -> Vec<f64> {
        let part = self.n_rows.div_ceil(PARTS).max(1) * self.stride.max(1);
        let parts: Vec<Vec<f64>> =
            self.values.par_chunks(part).map(|rows| gram_of(rows, self.stride)).collect();
        let mut gram = vec![0.0; self.width * self.width];
        for row in 0..self.width {
            for column in row..self.width {
                let sum = parts.iter().map(|part| part[row * self.stride + column]).sum();
                gram[row * self.width + column] = sum;
                gram[column * self.width + row] = sum;
            }
        }
        gram
    }

    /// Columns that span the same space and are orthonormal; those that hang on columns before them become zeros.
    ///
    /// Y = Q R by Cholesky's R of the Gram matrix, twice, for the first Q is as far from orthogonal as Y's columns are
    /// close to one another (Yamamoto et al. 2015).
    pub(super) fn orthonormal(&self) -> Panel {
        let once = self.orthonormal_once();
        once.orthonormal_once()
    }

    /// Orthonormal but for what the first pass leaves: enough on the way.
    pub(super) fn orthonormal_once(&self) -> Panel {
        let factor = cholesky(self.gram(), self.width);
        self.times_small(&inverse(&factor, self.width), self.width)
    }
}

/// Dense rows, `from` numbers apart, times a panel. (As a closure it was not inlined, and so not compiled for wide registers.)
struct DenseProduct<'a> {
    factor: &'a Panel,
    rows: &'a [f32],
    from: usize,
    out: &'a mut [f32],
}

impl Work for DenseProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, _: impl Machine) {
        let outs = self.out.chunks_mut(4 * self.factor.stride.max(1));
        for (out, rows) in outs.zip(self.rows.chunks(4 * self.from)) {
            self.factor.combine_dense(rows, self.from, out);
        }
    }
}

/// The Gram matrix of some rows, upper triangle in tiles, shape (stride, stride).
fn gram_of(rows: &[f32], stride: usize) -> Vec<f64> {
    let mut gram = vec![0.0; stride * stride];
    let mut widened = vec![0.0_f64; WIDENED * stride];
    wide(|| {
        for rows in rows.chunks(WIDENED * stride) {
            for (to, &from) in widened.iter_mut().zip(rows) {
                *to = f64::from(from);
            }
            for first in (0..stride).step_by(4) {
                for second in (first / 8 * 8..stride).step_by(8) {
                    add_tile(&widened[..rows.len()], stride, first, second, &mut gram);
                }
            }
        }
    });
    gram
}

/// Adds the products of columns `first..first + 4` with columns `second..second + 8`.
#[inline(always)]
fn add_tile(rows: &[f64], stride: usize, first: usize, second: usize, gram: &mut [f64]) {
    let mut sums = [[0.0_f64; 8]; 4];
    for row in rows.chunks_exact(stride) {
        let (left, right) = (&row[first..first + 4], &row[second..second + 8]);
        for i in 0..4 {
            for lane in 0..8 {
                sums[i][lane] += left[i] * right[lane];
            }
        }
    }
    for i in 0..4 {
        let to = &mut gram[(first + i) * stride + second..][..8];
        for lane in 0..8 {
            to[lane] += sums[i][lane];
        }
    }
}

/// The upper triangular R with R' R = G, by rows, G of shape (n, n). The row of a column that hangs on those before it is zero.
pub(super) fn cholesky(mut gram: Vec<f64>, n: usize) -> Vec<f64> {
    for pivot in 0..n {
        let length = gram[pivot * n + pivot];
        let explained: f64 = (0..pivot).map(|above| gram[above * n + pivot].powi(2)).sum();
        let left = length - explained;
        let (before, rest) = gram.split_at_mut(pivot * n);
        let row = &mut rest[..n];
        row[..pivot].fill(0.0);
        if left <= DEPENDENT * length {
            row.fill(0.0);
            continue;
        }
        for above in before.chunks_exact(n) {
            let share = above[pivot];
            (pivot..n).for_each(|column| row[column] -= share * above[column]);
        }
        let root = left.sqrt();
        row[pivot] = root;
        (pivot + 1..n).for_each(|column| row[column] /= root);
    }
    gram
}

/// The inverse of an upper triangular matrix on the columns whose diagonal is not zero; zeros elsewhere.
fn inverse(factor: &[f64], n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    for row in (0..n).rev().filter(|&row| factor[row * n + row] > 0.0) {
        let root = factor[row * n + row];
        let (above, below) = inverse.split_at_mut((row + 1) * n);
        let to = &mut above[row * n..];
        for (other, from) in (row + 1..n).zip(below.chunks_exact(n)) {
            let share = factor[row * n + other] / root;
            (other..n).for_each(|column| to[column] -= share * from[column]);
        }
        to[row] = 1.0 / root;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    fn dense(panel: &Panel) -> Array2<f64> {
        Array2::from_shape_fn((panel.n_rows, panel.width), |(row, column)| {
            f64::from(panel.row(row)[column])
        })
    }

    fn near(a: &Array2<f64>, b: &Array2<f64>, tolerance: f64) -> bool {
        a.dim() == b.dim() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance)
    }

    /// 150 rows of 40 terms, one in three of them there.
    fn sparse() -> TermMatrix {
        let mut generator = Generator::new(3);
        let values = Array2::from_shape_fn((150, 40), |_| match generator.below(3) {
            0 => 1.0 + generator.below(9) as f32,
            _ => 0.0,
        });
        TermMatrix::from_dense(values.view())
    }

    #[test]
    fn products_are_those_of_dense_matrices() {
        let matrix = sparse();
        let columns: Vec<u32> = (0..40).collect();
        for width in [1, 16, 37, 70] {
            let panel = Panel::drawn(40, width, 5);
            let expected = matrix.to_dense(&columns).dot(&dense(&panel));
            let product = panel.times_left(&matrix);
            assert!(near(&dense(&product), &expected, 1e-4), "width {width}");
            let gram = Array2::from_shape_vec((width, width), product.gram()).unwrap();
            assert!(near(&gram, &dense(&product).t().dot(&dense(&product)), 1e-8), "width {width}");
            let small: Vec<f64> = (0..width * 3).map(|i| (i % 7) as f64 - 3.0).collect();
            let twin =
                dense(&panel).dot(&Array2::from_shape_vec((width, 3), small.clone()).unwrap());
            assert!(near(&dense(&panel.times_small(&small, 3)), &twin, 1e-4), "width {width}");
        }
    }

    #[test]
    fn orthonormal_columns_are_so_and_dependent_ones_are_zeros() {
        let mut panel = Panel::drawn(90, 20, 1);
        for row in panel.values.chunks_exact_mut(panel.stride) {
            row[7] = row[3] - 2.0 * row[5];
        }
        let q = dense(&panel.orthonormal());
        let identity =
            Array2::from_shape_fn((20, 20), |(i, j)| f64::from(u8::from(i == j && i != 7)));
        assert!(near(&q.t().dot(&q), &identity, 1e-6));
    }

    #[test]
    fn threads_leave_no_trace() {
        let matrix = sparse();
        let run = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| Panel::drawn(40, 20, 9).times_left(&matrix).orthonormal().values)
        };
        assert_eq!(run(1), run(3));
    }
}
