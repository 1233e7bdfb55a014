//! The singular values of a small square matrix, by one-sided Jacobi rotations in f64.
//!
//! Enters: a matrix M of shape (n, n), by rows. Leaves: singular values s, falling, and right singular vectors as rows, so that
//! M' M = V' diag(s^2) V. Pairs of rows are turned until all are orthogonal (Hestenes 1958; de Rijk 1989 for larger rows first):
//! J M = diag(s) V. Cost: some eight sweeps of 4 n^3. Left vectors are not made: nothing here needs them.

use crate::cpu::wide;

/// Rows count as orthogonal below this cosine.
const COSINE: f64 = 1e-14;

/// Sweeps after which it is done anyway; quadratic convergence takes some eight.
const SWEEPS: usize = 40;

/// Numbers added side by side.
const LANES: usize = 8;

/// The singular values of `matrix` (n, n), falling, and the right vector of each as a row; a value of zero has a row of zeros.
pub(super) fn small_svd(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let stride = n.next_multiple_of(LANES);
    let widened =
        |row: &[f64]| row.iter().copied().chain(std::iter::repeat_n(0.0, stride - n)).collect();
    let mut rows: Vec<Vec<f64>> = matrix.chunks(n.max(1)).map(widened).collect();
    wide(|| (0..SWEEPS).any(|_| !sweep(&mut rows)));
    let mut pairs: Vec<(f64, Vec<f64>)> =
        rows.into_iter().map(|row| (dot(&row, &row).sqrt(), row)).collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (length, row) in &mut pairs {
        row.truncate(n);
        let scale = if *length > 0.0 { 1.0 / *length } else { 0.0 };
        row.iter_mut().for_each(|value| *value *= scale);
    }
    pairs.into_iter().unzip()
}

/// Turns each pair of rows that is not orthogonal; tells whether there was one.
#[inline(always)]
fn sweep(rows: &mut [Vec<f64>]) -> bool {
    let mut turned = false;
    for second in 1..rows.len() {
        let (before, rest) = rows.split_at_mut(second);
        for first in before {
            turned |= turn(first, &mut rest[0]);
        }
    }
    turned
}

/// Makes two rows orthogonal, the longer the first; tells whether they were not.
#[inline(always)]
fn turn(first: &mut [f64], second: &mut [f64]) -> bool {
    let (a, b, product) = (dot(first, first), dot(second, second), dot(first, second));
    if a < b {
        first.swap_with_slice(second);
    }
    let (a, b) = (a.max(b), a.min(b));
    // Written so that rows of zeros, and numbers too small to square, are left alone.
    let is_turned = product.abs() > COSINE * (a.sqrt() * b.sqrt());
    if !is_turned {
        return false;
    }
    let zeta = (b - a) / (2.0 * product);
    let tangent = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = cosine * tangent;
    for (x, y) in first.iter_mut().zip(second) {
        let old = *x;
        *x = cosine * old - sine * *y;
        *y = sine * old + cosine * *y;
    }
    true
}

/// The product of two rows, padded to whole lanes.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;

    #[test]
    fn values_and_vectors_make_up_the_gram_matrix() {
        let mut generator = Generator::new(1);
        for n in [1, 2, 7, 30] {
            let mut matrix: Vec<f64> =
                (0..n * n).map(|_| generator.below(2001) as f64 / 1000.0 - 1.0).collect();
            // A row twice over: one value is zero.
            (n > 1).then(|| matrix.copy_within(..n, n * (n - 1)));
            let (values, vectors) = small_svd(&matrix, n);
            assert!(values.is_sorted_by(|a, b| a >= b));
            for i in 0..n {
                for j in 0..n {
                    let gram: f64 = (0..n).map(|k| matrix[k * n + i] * matrix[k * n + j]).sum();
                    let ours: f64 =
                        (0..n).map(|k| values[k].powi(2) * vectors[k][i] * vectors[k][j]).sum();
                    assert!((gram - ours).abs() < 1e-12 * n as f64, "n = {n}: {gram} and {ours}");
                }
            }
        }
    }

    #[test]
    fn nothing_and_zeros_are_no_trouble() {
        assert!(small_svd(&[], 0).0.is_empty());
        assert_eq!(small_svd(&[0.0; 4], 2), (vec![0.0; 2], vec![vec![0.0; 2]; 2]));
    }
}
