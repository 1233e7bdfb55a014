//! linfa's support vector machine with a Gaussian kernel, on dense columns shared by all labels.
//!
//! A checked baseline. It builds a matrix of texts by texts for every label, which is why it takes
//! at most [`LinfaSvmParams::MAX_TEXTS`]. The columns are the terms that chi-squared puts highest for
//! any label. Its scores are no sums over terms, so that they cannot be explained.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, Dataset, DatasetBase};
use linfa::traits::Fit;
use linfa_svm::Svm;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::KernelModel;
use super::checks::{check_positive, check_shapes};
use super::chi_squared::{chi_squared, select};
use super::one_vs_rest::TermRecords;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaSvmValidParams {
    cost: f64,
    width: f64,
    n_columns: usize,
}

/// Settings of linfa's support vector machine.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaSvmParams(LinfaSvmValidParams);

impl Default for LinfaSvmParams {
    /// C = 10; width 1 (squared distances of rows of length 1 lie in 0..=2); 300 columns.
    fn default() -> Self {
        LinfaSvmParams(LinfaSvmValidParams { cost: 10.0, width: 1.0, n_columns: 300 })
    }
}

impl LinfaSvmParams {
    /// The most texts it takes: its matrix then has 200 MB for each label under work.
    pub const MAX_TEXTS: usize = 5_000;

    /// Labels under work at the same time, for the sake of memory.
    const AT_ONCE: usize = 4;

    /// C: how much a row on the wrong side counts; above 0.
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }
}

impl ParamGuard for LinfaSvmParams {
    type Checked = LinfaSvmValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LinfaSvmValidParams> {
        check_positive("cost", self.0.cost)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LinfaSvmValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for LinfaSvmValidParams {
    type Object = KernelModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<KernelModel> {
        let targets = dataset.targets().as_multi_targets();
        let n_rows = dataset.records().nsamples();
        check_shapes(n_rows, targets.nrows())?;
        if n_rows > LinfaSvmParams::MAX_TEXTS {
            let most = LinfaSvmParams::MAX_TEXTS;
            return Err(Error::settings(format!(
                "linfa-svm takes at most {most} texts and here are {n_rows}: \
                 take svm, which is linear and takes any number"
            )));
        }
        let matrix = dataset.records().to_terms()?;
        let truths: Vec<Vec<bool>> =
            targets.columns().into_iter().map(|truth| truth.to_vec()).collect();
        let columns = self.columns(&matrix, &truths);
        let records = matrix.to_dense(&columns);
        let mut solutions = Vec::new();
        for truths in truths.chunks(LinfaSvmParams::AT_ONCE) {
            let solved = truths.par_iter().map(|truth| self.fit_label(&records, truth));
            solutions.extend(solved.collect::<Result<Vec<_>>>()?);
        }
        Ok(self.assemble(columns, &records, &solutions))
    }
}

impl LinfaSvmValidParams {
    /// The terms that are highest by chi-squared for any label.
    fn columns(&self, matrix: &TermMatrix, truths: &[Vec<bool>]) -> Vec<u32> {
        let mut highest = vec![0.0_f64; matrix.n_terms()];
        for truth in truths {
            for (highest, own) in highest.iter_mut().zip(chi_squared(matrix, truth)) {
                *highest = highest.max(own);
            }
        }
        select(&highest, self.n_columns)
    }

    /// The weight of each row, 0 but for support vectors, and rho.
    fn fit_label(&self, records: &Array2<f64>, truth: &[bool]) -> Result<(Vec<f64>, f64)> {
        let n_yes = truth.iter().filter(|&&yes| yes).count();
        if n_yes == 0 || n_yes == truth.len() {
            return Ok((vec![0.0; truth.len()], if n_yes == 0 { 1.0 } else { -1.0 }));
        }
        let data = Dataset::new(records.clone(), Array1::from(truth.to_vec()));
        let fitted: Svm<f64, bool> = Svm::<f64, bool>::params()
            .gaussian_kernel(self.width)
            .pos_neg_weights(self.cost, self.cost)
            .fit(&data)
            .map_err(|error| Error::settings(format!("linfa-svm: {error}")))?;
        // What linfa itself takes for 0.
        let is_support = |weight: f64| weight.abs() > 100.0 * f64::EPSILON;
        let weights =
            fitted.alpha.iter().map(|&weight| if is_support(weight) { weight } else { 0.0 });
        Ok((weights.collect(), fitted.rho))
    }

    /// Keeps the rows that any label needs.
    fn assemble(
        &self,
        columns: Vec<u32>,
        records: &Array2<f64>,
        solutions: &[(Vec<f64>, f64)],
    ) -> KernelModel {
        let is_needed = |&row: &usize| solutions.iter().any(|(weights, _)| weights[row] != 0.0);
        let rows: Vec<usize> = (0..records.nrows()).filter(is_needed).collect();
        // They were of this type before they became dense.
        let vectors = records.select(Axis(0), &rows).mapv(|value| value as f32);
        let weights = Array2::from_shape_fn((rows.len(), solutions.len()), |(place, label)| {
            solutions[label].0[rows[place]]
        });
        let rho = solutions.iter().map(|(_, rho)| *rho).collect();
        KernelModel::new(
            columns,
            vectors.as_standard_layout().into_owned(),
            weights,
            rho,
            self.width,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use linfa::traits::Predict;

    #[test]
    fn its_scores_are_those_of_linfas_own_model() {
        let mut generator = Generator::new(3);
        let rows = Array2::from_shape_fn((60, 5), |_| generator.below(100) as f32 / 100.0);
        let truth: Vec<bool> = rows.rows().into_iter().map(|row| row[0] > row[1]).collect();
        let targets = Array2::from_shape_fn((60, 1), |(row, _)| truth[row]);
        let model =
            LinfaSvmParams::default().fit(&DatasetBase::new(rows.clone(), targets)).unwrap();
        let dense = rows.mapv(f64::from);
        let theirs: Svm<f64, bool> = Svm::<f64, bool>::params()
            .gaussian_kernel(1.0)
            .pos_neg_weights(10.0, 10.0)
            .fit(&Dataset::new(dense.clone(), Array1::from(truth)))
            .unwrap();
        let decided: Array1<bool> = theirs.predict(&dense);
        for (row, yes) in dense.rows().into_iter().zip(decided) {
            let mut scores = [0.0];
            let terms = (0..).zip(row.iter().map(|&value| value as f32));
            model.score_into(terms, &mut scores);
            let expected = theirs.weighted_sum(&row) - theirs.rho;
            assert!((scores[0] - expected).abs() < 1e-9, "{} and {expected}", scores[0]);
            assert_eq!(scores[0] > 0.0, yes);
        }
    }

    #[test]
    fn too_many_texts_are_refused_and_one_sided_labels_are_not() {
        let n = LinfaSvmParams::MAX_TEXTS + 1;
        let many = DatasetBase::new(Array2::<f32>::zeros((n, 1)), Array2::from_elem((n, 1), true));
        let message = LinfaSvmParams::default().fit(&many).unwrap_err().to_string();
        assert!(message.starts_with("linfa-svm takes at most 5000 texts"), "{message}");
        let targets = Array2::from_shape_fn((3, 2), |(_, label)| label == 0);
        let few = DatasetBase::new(Array2::<f32>::ones((3, 1)), targets);
        let model = LinfaSvmParams::default().fit(&few).unwrap();
        let mut scores = [0.0; 2];
        model.score_into([(0, 1.0)], &mut scores);
        assert_eq!(scores, [1.0, -1.0]);
    }
}
