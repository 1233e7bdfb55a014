//! linfa's random forest: trees as in [`super::linfa_trees`], each grown from drawn rows and columns.
//!
//! A checked baseline. A label's score is the mean of its trees' log odds. linfa draws with a
//! generator of ours, so that the forest is the same everywhere; the same draws are made once more
//! here, to know which rows each tree has seen.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, Dataset, DatasetBase};
use linfa::traits::Fit;
use linfa_ensemble::EnsembleLearnerParams;
use ndarray::Array1;

use super::TreeModel;
use super::checks::check_positive;
use super::linfa_trees::{MAX_ROWS_PER_SIDE, fit_labels, tree_params};
use super::one_vs_rest::TermRecords;
use super::sample::Sample;
use crate::error::{Error, Result};
use crate::math::Generator;

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaEnsembleValidParams {
    n_trees: usize,
    n_columns: usize,
    max_depth: usize,
    seed: u64,
}

/// Settings of linfa's random forest.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaEnsembleParams(LinfaEnsembleValidParams);

/// The share of the rows that a tree draws, and of the columns.
const DRAWN_ROWS: f64 = 0.6;
const DRAWN_COLUMNS: f64 = 0.3;

impl Default for LinfaEnsembleParams {
    /// 30 trees per label on 200 columns, at most 12 questions deep.
    fn default() -> Self {
        LinfaEnsembleParams(LinfaEnsembleValidParams {
            n_trees: 30,
            n_columns: 200,
            max_depth: 12,
            seed: 42,
        })
    }
}

impl LinfaEnsembleParams {
    /// How many trees each label has; above 0.
    pub fn n_trees(mut self, n_trees: usize) -> Self {
        self.0.n_trees = n_trees;
        self
    }

    /// The seed of all draws.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for LinfaEnsembleParams {
    type Checked = LinfaEnsembleValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LinfaEnsembleValidParams> {
        check_positive("number of trees", self.0.n_trees as f64)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LinfaEnsembleValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for LinfaEnsembleValidParams {
    type Object = TreeModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<TreeModel> {
        fit_labels(dataset, |matrix, truth| {
            let sample = Sample::drawn(matrix, truth, self.n_columns, MAX_ROWS_PER_SIDE, self.seed);
            let data = Dataset::new(sample.records.clone(), Array1::from(sample.truth.clone()));
            let draws = Generator::new(self.seed);
            let params =
                EnsembleLearnerParams::new_fixed_rng(tree_params(self.max_depth), draws.clone())
                    .ensemble_size(self.n_trees)
                    .bootstrap_proportion(DRAWN_ROWS)
                    .feature_proportion(DRAWN_COLUMNS);
            let forest = params
                .fit(&data)
                .map_err(|error| Error::settings(format!("linfa-ensemble: {error}")))?;
            let part = |n: usize, share: f64| (n as f64 * share).ceil() as usize;
            let size =
                (part(sample.truth.len(), DRAWN_ROWS), part(sample.columns.len(), DRAWN_COLUMNS));
            let mut again = draws;
            let drawn = data.bootstrap_with_indices(size, &mut again);
            let trees = forest.models.iter().zip(drawn);
            Ok(trees
                .map(|(tree, (_, rows, columns))| sample.grown(tree, Some((&rows, &columns))))
                .collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn a_forest_is_the_same_each_time_and_follows_the_term_that_tells() {
        let rows = Array2::from_shape_fn((60, 4), |(row, term)| match term {
            1 => f32::from(u8::from(row % 2 == 0)),
            _ => ((row * (term + 3)) % 7) as f32 / 7.0,
        });
        let targets = Array2::from_shape_fn((60, 1), |(row, _)| row % 2 == 0);
        let fit = |seed: u64| {
            let data = DatasetBase::new(rows.clone(), targets.clone());
            LinfaEnsembleParams::default().n_trees(12).seed(seed).fit(&data).unwrap()
        };
        let model = fit(1);
        assert_eq!(model.roots().len(), 12);
        (0..10).for_each(|_| assert_eq!(fit(1), model));
        assert_ne!(fit(2), model);
        let mut scores = [0.0, 0.0];
        model.score_into([(1, 1.0)], &mut scores[..1]);
        model.score_into([], &mut scores[1..]);
        assert!(scores[0] > scores[1] + 1.0, "{scores:?}");
    }
}
