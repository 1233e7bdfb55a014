//! Truncated singular value decomposition of sparse rows.
//!
//! Enters: a [`TermMatrix`] A of shape (m, n). Leaves: the k largest singular values with their vectors, A ~ U diag(s) V'. The
//! space is found by products with drawn columns, made sharper by power iterations (Halko, Martinsson and Tropp 2011, algorithms
//! 4.4 and 5.1):
//!
//! ```text
//! Z = orth(A' W), W (m, l) drawn, l = k + OVERSAMPLED;   then some times  Z = orth(A' (A Z))
//! Y = A Z;  Y' Y = B diag(s^2) B';  U = Y B / s;  V = Z B
//! ```
//!
//! Cost: 2 (iterations + 1) products of stored values x l, and (m + n) l^2 for each `orth`. The same bits on any machine. Nothing
//! is centred. (`linfa-reduction` takes dense records only: a matrix of 11,000 texts and 15,000 terms would take 1.3 GB.)

use ndarray::Array2;
use rayon::prelude::*;

use super::panel::{Panel, cholesky};
use super::small_svd::small_svd;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Columns drawn above those that are wanted, so that the last of these are as good as the first.
const OVERSAMPLED: usize = 10;

/// Singular values below this share of the largest are taken for rounding of f32.
const NOTHING: f64 = 1e-6;

/// Which decomposition is wanted.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::SvdParams;
/// use ndarray::array;
/// let matrix = TermMatrix::from_dense(array![[3.0_f32, 0.0], [0.0, 0.0], [0.0, 4.0]].view());
/// let svd = SvdParams::new(1).decompose(&matrix)?;
/// assert!((svd.singular_values[0] - 4.0).abs() < 1e-6);
/// assert!((svd.right[[0, 1]] - 1.0).abs() < 1e-6);
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SvdParams {
    /// How many singular values, at least 1; fewer come where the matrix has fewer that are not zero.
    pub n_values: usize,
    /// Power iterations; default 5, after which values that lie close are told apart well enough for texts.
    pub n_iterations: usize,
    /// The seed of the drawn columns; default 42.
    pub seed: u64,
}

impl SvdParams {
    /// So many singular values, all else by default.
    pub fn new(n_values: usize) -> Self {
        SvdParams { n_values, n_iterations: 5, seed: 42 }
    }

    /// Decomposes a matrix.
    ///
    /// # Errors
    /// Settings where no value is wanted; Empty where the matrix holds nothing but zeros.
    pub fn decompose(&self, matrix: &TermMatrix) -> Result<Svd> {
        if self.n_values == 0 {
            return Err(Error::settings("0 singular values: wanted is 1 or more"));
        }
        if matrix.values().iter().all(|&value| value == 0.0) {
            return Err(Error::empty("no row has a term: there is nothing to decompose"));
        }
        let width = (self.n_values + OVERSAMPLED).min(matrix.n_rows()).min(matrix.n_terms());
        let space = self.right_space(matrix, width);
        Ok(within(matrix, &space, self.n_values))
    }

    /// Orthonormal columns that span nearly the space of the first right vectors, shape (n, width).
    fn right_space(&self, matrix: &TermMatrix, width: usize) -> Panel {
        let transposed = transposed(matrix);
        let drawn = Panel::drawn(matrix.n_rows(), width, self.seed);
        let mut space = drawn.times_left(&transposed);
        for _ in 0..self.n_iterations {
            let image = space.orthonormal_once().times_left(matrix);
            space = image.times_left(&transposed);
        }
        space.orthonormal()
    }
}

/// A ~ U diag(s) V'. The largest component of each row of `right` is positive (the first of several), which fixes the signs.
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    /// U: shape (rows, values), columns of length 1.
    pub left: Array2<f32>,
    /// s: falling, all above zero.
    pub singular_values: Vec<f64>,
    /// V': shape (values, terms), rows of length 1.
    pub right: Array2<f32>,
}

/// The decomposition of a matrix within the space of some orthonormal columns.
fn within(matrix: &TermMatrix, space: &Panel, n_values: usize) -> Svd {
    let image = space.times_left(matrix);
    let width = space.width();
    let (mut values, vectors) = small_svd(&cholesky(image.gram(), width), width);
    let least = NOTHING * values[0];
    values.retain(|&value| value > least);
    values.truncate(n_values);
    let k = values.len();
    let turn: Vec<f64> = (0..width * k).map(|at| vectors[at % k][at / k]).collect();
    let mut right = space.times_small(&turn, k);
    let signs = signs(&right);
    let scales: Vec<f32> =
        values.iter().zip(&signs).map(|(value, sign)| (f64::from(*sign) / value) as f32).collect();
    let mut left = image.times_small(&turn, k);
    left.scale_columns(&scales);
    right.scale_columns(&signs);
    let left = Array2::from_shape_fn((left.n_rows(), k), |(row, value)| left.row(row)[value]);
    let right = Array2::from_shape_fn((k, right.n_rows()), |(value, term)| right.row(term)[value]);
    Svd { left, singular_values: values, right }
}

/// For each column 1 or -1: the sign of its number that is farthest from zero.
fn signs(panel: &Panel) -> Vec<f32> {
    let mut farthest = vec![0.0_f32; panel.width()];
    for row in 0..panel.n_rows() {
        for (farthest, &value) in farthest.iter_mut().zip(panel.row(row)) {
            if value.abs() > farthest.abs() {
                *farthest = value;
            }
        }
    }
    farthest.into_iter().map(|value| if value < 0.0 { -1.0 } else { 1.0 }).collect()
}

/// The matrix with rows and columns changed over. Cost: one pass over the stored values, by one thread, and one by all.
pub(super) fn transposed(matrix: &TermMatrix) -> TermMatrix {
    let mut columns: Vec<Vec<(u32, f32)>> = vec![Vec::new(); matrix.n_terms()];
    for (index, row) in matrix.rows().enumerate() {
        for (term, value) in row.iter() {
            columns[term as usize].push((index as u32, value));
        }
    }
    let lengths: Vec<usize> = columns.par_iter().map(Vec::len).collect();
    TermMatrix::filled(
        matrix.n_rows(),
        &lengths,
        || (),
        |column, (), out| out.extend_from_slice(&columns[column]),
    )
}

#[cfg(test)]
mod tests {
    use super::super::small_counts;
    use super::*;
    use crate::math::Generator;
    use ndarray::array;

    /// Rows of few terms, some of them more often together.
    fn matrix(n_rows: usize, n_terms: usize) -> TermMatrix {
        let mut generator = Generator::new(8);
        let dense = Array2::from_shape_fn((n_rows, n_terms), |(row, term)| {
            let odds = if row % 5 == term % 5 { 2 } else { 9 };
            if generator.below(odds) == 0 { 1.0 + generator.below(4) as f32 } else { 0.0 }
        });
        TermMatrix::from_dense(dense.view())
    }

    /// The slow twin: all values of the dense matrix by Jacobi rotations of its columns.
    fn twin(matrix: &TermMatrix) -> (Vec<f64>, Vec<Vec<f64>>) {
        let columns: Vec<u32> = (0..matrix.n_terms() as u32).collect();
        let dense = matrix.to_dense(&columns);
        let gram = dense.t().dot(&dense).into_raw_vec_and_offset().0;
        small_svd(&cholesky(gram, columns.len()), columns.len())
    }

    #[test]
    fn values_and_vectors_are_those_of_the_dense_twin() {
        let matrix = matrix(120, 30);
        // Values of drawn rows lie close together, so more iterations than texts need.
        let params = SvdParams { n_iterations: 30, ..SvdParams::new(6) };
        let svd = params.decompose(&matrix).unwrap();
        let (values, vectors) = twin(&matrix);
        for k in 0..6 {
            assert!((svd.singular_values[k] - values[k]).abs() < 1e-5 * values[0], "value {k}");
            let cosine: f64 =
                (0..30).map(|term| f64::from(svd.right[[k, term]]) * vectors[k][term]).sum();
            assert!(cosine.abs() > 1.0 - 1e-4, "vector {k}: {cosine}");
        }
    }

    #[test]
    fn values_and_the_first_vector_are_those_of_numpy() {
        let svd = SvdParams::new(4).decompose(&small_counts::counts()).unwrap();
        for (ours, numpy) in svd.singular_values.iter().zip(small_counts::VALUES) {
            assert!((ours - numpy).abs() < 1e-5, "{ours} and {numpy}");
        }
        for (&ours, numpy) in svd.right.row(0).iter().zip(small_counts::VECTOR) {
            assert!((f64::from(ours) - numpy).abs() < 1e-5, "{ours} and {numpy}");
        }
    }

    #[test]
    fn with_all_values_the_matrix_comes_back() {
        let matrix = matrix(40, 25);
        let svd = SvdParams::new(25).decompose(&matrix).unwrap();
        let columns: Vec<u32> = (0..25).collect();
        let values: ndarray::Array1<f32> = svd.singular_values.iter().map(|&s| s as f32).collect();
        let product = svd.left.dot(&Array2::from_diag(&values)).dot(&svd.right).mapv(f64::from);
        let farthest = (product - matrix.to_dense(&columns))
            .iter()
            .fold(0.0, |most: f64, d| most.max(d.abs()));
        assert!(farthest < 1e-4, "{farthest}");
    }

    #[test]
    fn fewer_values_come_where_the_rank_is_lower() {
        let ones = TermMatrix::from_dense(
            array![[1.0_f32, 2.0, 0.0], [2.0, 4.0, 0.0], [3.0, 6.0, 0.0]].view(),
        );
        let svd = SvdParams::new(3).decompose(&ones).unwrap();
        assert_eq!((svd.left.dim(), svd.right.dim()), ((3, 1), (1, 3)));
        assert!((svd.singular_values[0] - 70.0_f64.sqrt()).abs() < 1e-5);
        assert!(svd.right[[0, 1]] > 0.0);
    }

    #[test]
    fn nothing_to_decompose_is_refused() {
        assert!(SvdParams::new(0).decompose(&matrix(3, 3)).is_err());
        assert!(SvdParams::new(2).decompose(&TermMatrix::new(4)).is_err());
    }

    #[test]
    fn threads_leave_no_trace() {
        let matrix = matrix(300, 80);
        let run = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| SvdParams::new(10).decompose(&matrix).unwrap())
        };
        assert_eq!(run(1), run(2));
    }
}
