//! Where the factorisation begins: non-negative double singular value decomposition, with averages for zeros (NNDSVDa).
//!
//! Enters: Z of shape (m, n) and k. Leaves: W (m, k) and H' (n, k), positive, near a good minimum and the same each time. Each
//! pair of singular vectors has a positive and a negative side; the larger of them becomes a topic (Boutsidis and Gallopoulos
//! 2008), and what is zero then becomes the mean of Z, as scikit-learn does, so that no coordinate begins where it may stay.
//! Fewer than k topics come where the rank of Z is lower.

use super::panel::Panel;
use super::svd::{Svd, SvdParams};
use crate::error::Result;
use crate::matrix::TermMatrix;

/// Below it a coordinate counts as zero, as in scikit-learn.
const ZERO: f32 = 1e-6;

/// Power iterations. With 4 the last vectors were still a little off, and the descent ended in another minimum on reuters.
const ITERATIONS: usize = 8;

/// The two factors, W and H'.
pub(super) fn start(matrix: &TermMatrix, n_topics: usize, seed: u64) -> Result<(Panel, Panel)> {
    let svd = SvdParams { n_values: n_topics, n_iterations: ITERATIONS, seed }.decompose(matrix)?;
    let k = svd.singular_values.len();
    let mut parts = Panel::zeros(matrix.n_rows(), k);
    let mut terms = Panel::zeros(matrix.n_terms(), k);
    let mean = mean(matrix);
    for topic in 0..k {
        let (sign, scales) = larger_side(&svd, topic);
        let left = svd.left.column(topic);
        fill(&mut parts, topic, left.iter().map(|&value| (sign * value).max(0.0) * scales.0), mean);
        let right = svd.right.row(topic);
        fill(
            &mut terms,
            topic,
            right.iter().map(|&value| (sign * value).max(0.0) * scales.1),
            mean,
        );
    }
    Ok((parts, terms))
}

/// The side of a pair of vectors that is larger, 1 or -1, and what its parts are multiplied by: with a and b the lengths of
/// the left and the right part, sqrt(s a b) / a and sqrt(s a b) / b.
fn larger_side(svd: &Svd, topic: usize) -> (f32, (f32, f32)) {
    let length = |values: ndarray::ArrayView1<'_, f32>, sign: f32| {
        values.iter().map(|&value| f64::from((sign * value).max(0.0)).powi(2)).sum::<f64>().sqrt()
    };
    let lengths = |sign| (length(svd.left.column(topic), sign), length(svd.right.row(topic), sign));
    let (plus, minus) = (lengths(1.0), lengths(-1.0));
    let (sign, (left, right)) =
        if plus.0 * plus.1 >= minus.0 * minus.1 { (1.0, plus) } else { (-1.0, minus) };
    let scale = (svd.singular_values[topic] * left * right).sqrt();
    (sign, ((scale / left) as f32, (scale / right) as f32))
}

/// Writes a column, `mean` for zeros.
fn fill(panel: &mut Panel, column: usize, values: impl Iterator<Item = f32>, mean: f32) {
    let (first, stride) = (column, panel.stride());
    let to = panel.values_mut().iter_mut().skip(first).step_by(stride);
    to.zip(values).for_each(|(to, value)| *to = if value < ZERO { mean } else { value });
}

/// The mean of all m x n values.
fn mean(matrix: &TermMatrix) -> f32 {
    let sum: f64 = matrix.values().iter().map(|&value| f64::from(value)).sum();
    (sum / (matrix.n_rows() as f64 * matrix.n_terms() as f64)) as f32
}
