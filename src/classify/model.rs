//! A fitted model of any learner: rows in, a score per label out.
//!
//! Most learners give a [`LinearModel`], whose scores are sums of named parts; a kernel machine and
//! trees are judged and saved alike but cannot say which term gave how much.

use linfa::dataset::Records;
use linfa::traits::PredictInplace;
use ndarray::{Array2, ArrayBase, Data, Ix2};

use super::{KernelModel, LinearModel, TreeModel};
use crate::matrix::TermMatrix;

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// Weights and a bias per label.
    Linear(LinearModel),
    /// Support vectors behind a Gaussian kernel.
    Kernel(KernelModel),
    /// Decision trees, one or several per label.
    Trees(TreeModel),
}

impl Model {
    /// Number of labels.
    pub fn n_labels(&self) -> usize {
        match self {
            Model::Linear(model) => model.n_labels(),
            Model::Kernel(model) => model.n_labels(),
            Model::Trees(model) => model.n_labels(),
        }
    }

    /// The linear model, where it is one: then a score can be explained.
    pub fn as_linear(&self) -> Option<&LinearModel> {
        match self {
            Model::Linear(model) => Some(model),
            Model::Kernel(_) | Model::Trees(_) => None,
        }
    }

    /// The score of each label for one row of (term, value), terms rising.
    ///
    /// # Panics
    /// Where a term is out of range or `scores` has not one place per label.
    pub fn score_into(&self, row: impl IntoIterator<Item = (u32, f32)>, scores: &mut [f64]) {
        match self {
            Model::Linear(model) => model.score_into(row, scores),
            Model::Kernel(model) => model.score_into(row, scores),
            Model::Trees(model) => model.score_into(row, scores),
        }
    }

    /// The scores of all rows: shape (rows, labels).
    pub fn scores(&self, matrix: &TermMatrix) -> Array2<f64> {
        if let Model::Linear(model) = self {
            return model.scores(matrix);
        }
        let mut scores = Array2::zeros((matrix.n_rows(), self.n_labels()));
        for (row, mut out) in matrix.rows().zip(scores.rows_mut()) {
            let out = out.as_slice_mut().expect("rows of a new array are slices");
            self.score_into(row.iter(), out);
        }
        scores
    }
}

impl From<LinearModel> for Model {
    fn from(model: LinearModel) -> Self {
        Model::Linear(model)
    }
}

impl From<KernelModel> for Model {
    fn from(model: KernelModel) -> Self {
        Model::Kernel(model)
    }
}

impl From<TreeModel> for Model {
    fn from(model: TreeModel) -> Self {
        Model::Trees(model)
    }
}

impl PredictInplace<TermMatrix, Array2<bool>> for Model {
    /// Says yes where the score is above 0.
    fn predict_inplace<'a>(&'a self, x: &'a TermMatrix, y: &mut Array2<bool>) {
        assert_eq!(y.dim(), (x.n_rows(), self.n_labels()));
        y.assign(&self.scores(x).mapv(|score| score > 0.0));
    }

    fn default_target(&self, x: &TermMatrix) -> Array2<bool> {
        Array2::from_elem((x.nsamples(), self.n_labels()), false)
    }
}

impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array2<bool>> for Model {
    fn predict_inplace<'a>(&'a self, x: &'a ArrayBase<D, Ix2>, y: &mut Array2<bool>) {
        self.predict_inplace(&TermMatrix::from_dense(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array2<bool> {
        Array2::from_elem((x.nsamples(), self.n_labels()), false)
    }
}
