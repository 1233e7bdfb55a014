//! The model of a kernel machine: support vectors on a few terms, shared by all labels.
//!
//! With z the row's values at the chosen terms and v_i the support vectors:
//!
//! ```text
//! score_l = sum_i a_il * exp(-|z - v_i|^2 / width) - rho_l
//! ```
//!
//! Cost: support vectors times chosen terms, however many labels there are.

use ndarray::{Array1, Array2};

/// Support vectors with a weight per label.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelModel {
    /// The chosen terms, rising.
    pub(crate) columns: Vec<u32>,
    /// Shape (support vectors, chosen terms).
    pub(crate) vectors: Array2<f32>,
    /// Shape (support vectors, labels).
    pub(crate) weights: Array2<f64>,
    /// What is taken from each label's sum.
    pub(crate) rho: Array1<f64>,
    /// The width of the kernel, above 0.
    pub(crate) width: f64,
}

impl KernelModel {
    /// A model from its parts.
    ///
    /// # Panics
    /// Where their shapes do not fit together, the columns do not rise, or an array is not in
    /// standard layout.
    pub fn new(
        columns: Vec<u32>,
        vectors: Array2<f32>,
        weights: Array2<f64>,
        rho: Array1<f64>,
        width: f64,
    ) -> Self {
        assert!(columns.is_sorted_by(|a, b| a < b));
        assert_eq!(vectors.dim(), (weights.nrows(), columns.len()));
        assert_eq!(weights.ncols(), rho.len());
        assert!(vectors.is_standard_layout() && weights.is_standard_layout() && width > 0.0);
        KernelModel { columns, vectors, weights, rho, width }
    }

    /// Number of labels.
    pub fn n_labels(&self) -> usize {
        self.rho.len()
    }

    /// The score of each label for one row of (term, value), terms rising.
    ///
    /// # Panics
    /// Where `scores` has not one place per label.
    pub fn score_into(&self, row: impl IntoIterator<Item = (u32, f32)>, scores: &mut [f64]) {
        assert_eq!(scores.len(), self.n_labels());
        let mut chosen = vec![0.0_f32; self.columns.len()];
        for (term, value) in row {
            if let Ok(place) = self.columns.binary_search(&term) {
                chosen[place] = value;
            }
        }
        scores.iter_mut().zip(&self.rho).for_each(|(score, &rho)| *score = -rho);
        for (vector, weights) in self.vectors.rows().into_iter().zip(self.weights.rows()) {
            let squares = vector.iter().zip(&chosen).map(|(&v, &z)| {
                let difference = f64::from(z) - f64::from(v);
                difference * difference
            });
            let nearness = libm::exp(-squares.sum::<f64>() / self.width);
            for (score, weight) in scores.iter_mut().zip(weights) {
                *score += weight * nearness;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_score_is_the_weighted_nearness_to_the_support_vectors() {
        let model = KernelModel::new(
            vec![1, 4],
            array![[1.0, 0.0], [0.0, 2.0]],
            array![[3.0], [-1.0]],
            array![0.5],
            2.0,
        );
        let mut scores = [0.0];
        model.score_into([(0, 9.0), (1, 1.0), (4, 2.0)], &mut scores);
        let expected = 3.0 * libm::exp(-2.0) - libm::exp(-0.5) - 0.5;
        assert!((scores[0] - expected).abs() < 1e-15);
    }
}
