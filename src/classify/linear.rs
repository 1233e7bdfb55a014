//! The linear model of several labels, whatever loss it was learned with.
//!
//! For a row x (sparse) and label l: score_l = bias_l + sum over the terms t of x of x_t * w_tl. A
//! score is unbounded; above 0 the learner itself would say yes. Sums run in the order of the terms
//! in f64, so that a score has the same bits however many labels or rows are asked for at once.

use linfa::dataset::Records;
use linfa::traits::PredictInplace;
use ndarray::parallel::prelude::*;
use ndarray::{Array1, Array2, ArrayBase, Axis, Data, Ix2};

use crate::matrix::TermMatrix;

/// Weights of shape (terms, labels) and a bias per label.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    weights: Array2<f32>,
    bias: Array1<f32>,
}

impl LinearModel {
    /// A model from its parts.
    ///
    /// # Panics
    /// Where `weights` has not as many columns as `bias` values, or is not in standard layout.
    pub fn new(weights: Array2<f32>, bias: Array1<f32>) -> Self {
        assert_eq!(weights.ncols(), bias.len());
        assert!(weights.is_standard_layout());
        LinearModel { weights, bias }
    }

    /// The weights, shape (terms, labels).
    pub fn weights(&self) -> &Array2<f32> {
        &self.weights
    }

    /// The bias of each label.
    pub fn bias(&self) -> &Array1<f32> {
        &self.bias
    }

    /// Number of labels.
    pub fn n_labels(&self) -> usize {
        self.bias.len()
    }

    /// Number of terms.
    pub fn n_terms(&self) -> usize {
        self.weights.nrows()
    }

    /// The score of each label for one row of (term, value), terms rising. Cost: terms of the row
    /// times labels. A row without terms has the biases as scores.
    ///
    /// # Panics
    /// Where a term is out of range or `scores` has not one place per label.
    pub fn score_into(&self, row: impl IntoIterator<Item = (u32, f32)>, scores: &mut [f64]) {
        assert_eq!(scores.len(), self.n_labels());
        scores.iter_mut().zip(&self.bias).for_each(|(score, &bias)| *score = f64::from(bias));
        let weights = self.weights.as_slice().expect("standard layout is checked at the door");
        for (term, value) in row {
            let of_term = &weights[term as usize * scores.len()..][..scores.len()];
            for (score, &weight) in scores.iter_mut().zip(of_term) {
                *score += f64::from(value) * f64::from(weight);
            }
        }
    }

    /// The scores of all rows: shape (rows, labels).
    pub fn scores(&self, matrix: &TermMatrix) -> Array2<f64> {
        assert_eq!(matrix.n_terms(), self.n_terms());
        let mut scores = Array2::zeros((matrix.n_rows(), self.n_labels()));
        let rows = scores.axis_iter_mut(Axis(0)).into_par_iter().enumerate();
        rows.for_each(|(index, mut out)| {
            let out = out.as_slice_mut().expect("rows of a new array are slices");
            self.score_into(matrix.row(index).iter(), out);
        });
        scores
    }
}

impl PredictInplace<TermMatrix, Array2<bool>> for LinearModel {
    /// Says yes where the score is above 0.
    fn predict_inplace<'a>(&'a self, x: &'a TermMatrix, y: &mut Array2<bool>) {
        assert_eq!(y.dim(), (x.n_rows(), self.n_labels()));
        y.assign(&self.scores(x).mapv(|score| score > 0.0));
    }

    fn default_target(&self, x: &TermMatrix) -> Array2<bool> {
        Array2::from_elem((x.nsamples(), self.n_labels()), false)
    }
}

impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array2<bool>> for LinearModel {
    fn predict_inplace<'a>(&'a self, x: &'a ArrayBase<D, Ix2>, y: &mut Array2<bool>) {
        self.predict_inplace(&TermMatrix::from_dense(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array2<bool> {
        Array2::from_elem((x.nsamples(), self.n_labels()), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_score_is_the_bias_plus_the_weighted_terms() {
        let model = LinearModel::new(array![[1.0, -2.0], [0.5, 0.0]], array![0.25, 1.0]);
        let mut scores = [0.0; 2];
        model.score_into([(0, 2.0), (1, 1.0)], &mut scores);
        assert_eq!(scores, [2.75, -3.0]);
        model.score_into([], &mut scores);
        assert_eq!(scores, [0.25, 1.0]);
    }

    #[test]
    fn sparse_and_dense_records_are_predicted_alike() {
        let model = LinearModel::new(array![[1.0, -2.0], [0.5, 3.0]], array![-0.75, 0.0]);
        let dense = array![[1.0_f32, 0.0], [0.0, 1.0]];
        let mut from_dense = model.default_target(&dense);
        model.predict_inplace(&dense, &mut from_dense);
        let sparse = TermMatrix::from_dense(dense.view());
        let mut from_sparse = model.default_target(&sparse);
        model.predict_inplace(&sparse, &mut from_sparse);
        assert_eq!(from_dense, from_sparse);
        assert_eq!(from_sparse, array![[true, false], [false, true]]);
    }
}
