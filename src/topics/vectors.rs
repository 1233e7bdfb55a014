//! Vectors of terms and documents, learned from the documents themselves.
//!
//! Enters: a [`TermMatrix`] of counts. Leaves: a vector for each term, which lies near those of terms that stand in the same
//! company, and for each row of counts a vector of length 1. Nothing was learned elsewhere.
//!
//! ```text
//! P ~ U diag(s) V'         P the associations of terms with contexts, by truncated singular value decomposition
//! term t:      u_t s^p     p = POWER: as they stand the first few directions would outshout the others
//!                          (Caron 2001; Levy, Goldberg and Dagan 2015, section 6.2)
//! document d:  sum over its terms of (1 + ln count) idf^2 u_t s^p, divided by its length
//! ```
//!
//! Documents thus meet in what their words are about, not only in words: short ones, too. A document without a known term
//! has a vector of zeros.

use ndarray::Array2;
use rayon::prelude::*;

use super::association::associations;
use super::svd::SvdParams;
use super::weighting::Weighting;
use crate::cpu::wide;
use crate::error::Result;
use crate::matrix::{Row, TermMatrix};

/// The exponent of the singular values.
const POWER: f64 = 0.25;

/// Power iterations: with 1 topics were a little worse.
const ITERATIONS: usize = 2;

/// Documents that a thread takes at a time.
const ROWS: usize = 64;

/// Vectors of all terms, shape (terms, dimensions).
///
/// No association at all (documents that are all alike) gives no dimension.
pub(super) fn term_vectors(
    counts: &TermMatrix,
    n_dimensions: usize,
    seed: u64,
) -> Result<Array2<f32>> {
    let associations = associations(counts);
    if associations.n_values() == 0 {
        return Ok(Array2::zeros((counts.n_terms(), 0)));
    }
    let svd = SvdParams { n_values: n_dimensions, n_iterations: ITERATIONS, seed }
        .decompose(&associations)?;
    let scales: Vec<f32> =
        svd.singular_values.iter().map(|&value| libm::pow(value, POWER) as f32).collect();
    let mut vectors = svd.left;
    for mut row in vectors.rows_mut() {
        row.iter_mut().zip(&scales).for_each(|(value, scale)| *value *= scale);
    }
    Ok(vectors)
}

/// Vectors of all documents, shape (documents, dimensions). Cost: stored values x dimensions.
pub(super) fn document_vectors(
    counts: &TermMatrix,
    weighting: &Weighting,
    terms: &Array2<f32>,
) -> Array2<f32> {
    let n_dimensions = terms.ncols();
    let mut vectors = vec![0.0; counts.n_rows() * n_dimensions];
    vectors.par_chunks_mut(ROWS * n_dimensions.max(1)).enumerate().for_each(|(block, rows)| {
        let mut weights = Vec::new();
        for (row, vector) in rows.chunks_exact_mut(n_dimensions.max(1)).enumerate() {
            document_vector(counts.row(block * ROWS + row), weighting, terms, &mut weights, vector);
        }
    });
    Array2::from_shape_vec((counts.n_rows(), n_dimensions), vectors)
        .expect("as many as the shape says")
}

/// The vector of a row of counts, into `vector`; `weights` is scratch.
pub(super) fn document_vector(
    counts: Row<'_>,
    weighting: &Weighting,
    terms: &Array2<f32>,
    weights: &mut Vec<(u32, f32)>,
    vector: &mut [f32],
) {
    let n_dimensions = vector.len();
    let all = terms.as_slice().expect("made by rows");
    weighting.weigh(counts, weights);
    vector.fill(0.0);
    wide(|| {
        for &(term, weight) in weights.iter() {
            let term = term as usize;
            let weight = weight * weighting.idf()[term];
            let from = &all[term * n_dimensions..][..n_dimensions];
            for (value, of_term) in vector.iter_mut().zip(from) {
                *value += weight * of_term;
            }
        }
    });
    normalise(vector);
}

/// Divides by the Euclidean length; zeros stay.
pub(super) fn normalise(vector: &mut [f32]) {
    let square: f64 = vector.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    if square > 0.0 {
        let scale = 1.0 / square.sqrt();
        vector.iter_mut().for_each(|value| *value = (f64::from(*value) * scale) as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// Terms 0 to 2 stand together, and 3 to 5; never all three of them.
    fn counts() -> TermMatrix {
        let mut counts = TermMatrix::new(7);
        for row in 0..60_u32 {
            let first = row % 2 * 3;
            let terms = (first..first + 3).filter(|term| term % 3 != row / 2 % 3);
            counts.push_row(terms.map(|term| (term, 1.0 + (row % 4) as f32)).collect::<Vec<_>>());
        }
        counts
    }

    #[test]
    fn documents_without_a_common_term_are_near_where_their_terms_keep_company() {
        let counts = counts();
        let weighting = Weighting::learn(&counts).unwrap();
        let terms = term_vectors(&counts, 4, 1).unwrap();
        let mut asked = TermMatrix::new(7);
        [[0], [1], [3]].into_iter().for_each(|row| asked.push_row(row.map(|term| (term, 1.0))));
        asked.push_row([(6, 2.0)]);
        let vectors = document_vectors(&asked, &weighting, &terms);
        let cosine = |a: usize, b: usize| {
            vectors.row(a).iter().zip(vectors.row(b)).map(|(a, b)| a * b).sum::<f32>()
        };
        assert!(cosine(0, 1) > cosine(0, 2) + 0.3, "{vectors:?}");
        assert!(vectors.row(3).iter().all(|&value| value == 0.0));
    }

    #[test]
    fn a_vector_is_the_weighted_sum_of_its_terms() {
        let counts = TermMatrix::from_dense(array![[2.0_f32, 1.0], [0.0, 1.0]].view());
        let weighting = Weighting::learn(&counts).unwrap();
        let terms = array![[1.0_f32, 0.0], [0.0, 1.0]];
        let vector = document_vectors(&counts, &weighting, &terms).row(0).to_vec();
        let (a, b) =
            ((1.0 + 2.0_f32.ln()) * weighting.idf()[0].powi(2), weighting.idf()[1].powi(2));
        assert!((vector[0] / vector[1] - a / b).abs() < 1e-5);
        assert!((vector[0].powi(2) + vector[1].powi(2) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn documents_that_are_all_alike_have_no_dimension() {
        let alike = TermMatrix::from_dense(array![[2.0_f32, 1.0], [2.0, 1.0]].view());
        assert_eq!(term_vectors(&alike, 5, 1).unwrap().dim(), (2, 0));
    }
}
