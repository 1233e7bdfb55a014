//! Linear support vector machine with the squared hinge loss.
//!
//! Minimises over (w, b), for one label with signs y_i of the rows x_i (a constant 1 appended):
//!
//! ```text
//! 1/2 (|w|^2 + b^2) + C * sum_i max(0, 1 - y_i (w . x_i + b))^2
//! ```
//!
//! through its dual, one variable a_i >= 0 per row, by the coordinate descent of `super::svm_block`. Stops when the
//! duality gap, which bounds how far the objective is from the optimum, is at most the tolerance's share of it, summed
//! over labels that are solved together, and at most five times that for each label. Cost: some five passes x stored
//! values with the default cost and tolerance.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, DatasetBase, Records};
use linfa::traits::Fit;

use super::LinearModel;
use super::checks::{check_positive, check_shapes};
use super::one_vs_rest::TermRecords;
use super::svm_lanes::{Lanes, solve_all};
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Checked settings of the support vector machine.
#[derive(Debug, Clone, PartialEq)]
pub struct SvmValidParams {
    pub(super) cost: f64,
    pub(super) tolerance: f64,
    pub(super) max_passes: usize,
    pub(super) seed: u64,
}

/// Settings of the support vector machine.
///
/// ```
/// use leitmotif::classify::SvmParams;
/// use linfa::{Dataset, traits::{Fit, Predict}};
/// use ndarray::array;
/// let records = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
/// let data = Dataset::new(records, array![[true], [true], [false], [false]]);
/// let model = SvmParams::default().cost(10.0).fit(&data)?;
/// assert_eq!(model.predict(&data), *data.targets());
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SvmParams(SvmValidParams);

impl Default for SvmParams {
    /// C = 1 (the usual start for tf-idf rows of length 1), tolerance 0.001 (the objective is then
    /// within a thousandth of the optimum), at most 1,000 passes.
    fn default() -> Self {
        SvmParams(SvmValidParams::default())
    }
}

impl Default for SvmValidParams {
    fn default() -> Self {
        SvmValidParams { cost: 1.0, tolerance: 1e-3, max_passes: 1_000, seed: 42 }
    }
}

impl SvmParams {
    /// C: how much a row on the wrong side counts against long weights; above 0.
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }

    /// How far the objective may be from the optimum, as a share of it; above 0. Weights are numbers of 32 bits,
    /// which less than a millionth asks too much of: what they give is then taken.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// The most passes over the rows; what is reached then is kept.
    pub fn max_passes(mut self, max_passes: usize) -> Self {
        self.0.max_passes = max_passes;
        self
    }

    /// The seed of the order in which rows are visited.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl SvmParams {
    /// Machines of this data that are moved from one cost to the next, which takes less than beginning anew.
    ///
    /// ```
    /// use leitmotif::classify::SvmParams;
    /// use leitmotif::matrix::TermMatrix;
    /// use linfa::{DatasetBase, traits::Predict};
    /// use ndarray::array;
    /// let rows = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
    /// let targets = array![[true], [true], [false], [false]];
    /// let data = DatasetBase::new(TermMatrix::from_dense(rows.view()), targets);
    /// let mut path = SvmParams::default().path(&data)?;
    /// let models = [path.fit(1.0)?, path.fit(10.0)?];
    /// assert!(models[0].weights()[[0, 0]] < models[1].weights()[[0, 0]]);
    /// assert_eq!(models[1].predict(&data), *data.targets());
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where a setting is out of its range, there is no row, or rows and targets differ in number.
    pub fn path<'a, T: AsMultiTargets<Elem = bool>>(
        &self,
        dataset: &'a DatasetBase<TermMatrix, T>,
    ) -> Result<SvmPath<'a>> {
        let params = self.check_ref()?;
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        Ok(SvmPath(Lanes::new(params, dataset.records(), targets, None)))
    }
}

/// Support vector machines on their way from cost to cost; made by [`SvmParams::path`].
pub struct SvmPath<'a>(Lanes<'a>);

impl SvmPath<'_> {
    /// The machines of this cost. The same costs in the same order give the same machines; others before it, or none,
    /// give others within the tolerance.
    ///
    /// # Errors
    /// Where the cost is out of its range.
    pub fn fit(&mut self, cost: f64) -> Result<LinearModel> {
        check_positive("cost", cost)?;
        self.0.solve(cost);
        let (weights, bias) = self.0.model();
        Ok(LinearModel::new(weights, bias))
    }
}

impl std::fmt::Debug for SvmPath<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SvmPath")
    }
}

impl ParamGuard for SvmParams {
    type Checked = SvmValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&SvmValidParams> {
        self.0.check_values()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<SvmValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for SvmValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        let targets = dataset.targets().as_multi_targets();
        check_shapes(dataset.records().nsamples(), targets.nrows())?;
        let matrix = dataset.records().to_terms()?;
        let (weights, bias) = solve_all(self, &matrix, targets, None);
        Ok(LinearModel::new(weights, bias))
    }
}

impl SvmValidParams {
    pub(super) fn check_values(&self) -> Result<()> {
        check_positive("cost", self.cost)?;
        check_positive("tolerance", self.tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use ndarray::{Array1, Array2};

    fn random(n_rows: usize, n_terms: usize, seed: u64) -> (TermMatrix, Array2<bool>) {
        let mut generator = Generator::new(seed);
        let mut matrix = TermMatrix::new(n_terms);
        for _ in 0..n_rows {
            let terms = (0..n_terms as u32).filter(|_| generator.below(4) == 0);
            let row: Vec<u32> = terms.collect();
            matrix.push_row(row.into_iter().map(|term| (term, 0.1 + (term % 5) as f32 * 0.1)));
        }
        let targets = Array2::from_shape_fn((n_rows, 2), |(row, label)| {
            matrix.row(row).terms.iter().any(|&t| t as usize == label) ^ (generator.below(10) == 0)
        });
        (matrix, targets)
    }

    /// The primal objective of one label.
    fn objective(
        model: &LinearModel,
        matrix: &TermMatrix,
        truth: &[bool],
        label: usize,
        c: f64,
    ) -> f64 {
        let weights = model.weights().column(label);
        let bias = f64::from(model.bias()[label]);
        let length = weights.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>() + bias * bias;
        let scores = model.scores(matrix);
        let loss = |(i, &yes): (usize, &bool)| {
            let sign = if yes { 1.0 } else { -1.0 };
            (1.0 - sign * scores[[i, label]]).max(0.0).powi(2)
        };
        length / 2.0 + c * truth.iter().enumerate().map(loss).sum::<f64>()
    }

    /// The slow twin: plain gradient descent on the primal with a safe step, dense.
    fn by_gradient_descent(matrix: &TermMatrix, truth: &[bool], c: f64) -> LinearModel {
        let columns: Vec<u32> = (0..matrix.n_terms() as u32).collect();
        let dense = matrix.to_dense(&columns);
        let mut weights = Array1::<f64>::zeros(columns.len() + 1);
        let norm: f64 = matrix.rows().map(|row| row.squared_norm() + 1.0).sum();
        let step = 1.0 / (1.0 + 2.0 * c * norm);
        for _ in 0..60_000 {
            let mut gradient = weights.clone();
            for (x, &yes) in dense.rows().into_iter().zip(truth) {
                let sign = if yes { 1.0 } else { -1.0 };
                let (w, b) = (weights.slice(ndarray::s![..-1]), weights[columns.len()]);
                let slack = 1.0 - sign * (w.dot(&x) + b);
                if slack > 0.0 {
                    gradient.slice_mut(ndarray::s![..-1]).scaled_add(-2.0 * c * slack * sign, &x);
                    gradient[columns.len()] -= 2.0 * c * slack * sign;
                }
            }
            weights.scaled_add(-step, &gradient);
        }
        let flat: Vec<f32> = weights.iter().take(columns.len()).map(|&w| w as f32).collect();
        let flat = Array2::from_shape_vec((columns.len(), 1), flat).unwrap();
        LinearModel::new(flat, Array1::from_elem(1, weights[columns.len()] as f32))
    }

    #[test]
    fn the_objective_is_that_of_gradient_descent() {
        for cost in [0.1, 1.0, 10.0] {
            let (matrix, targets) = random(40, 12, 5);
            let truth = targets.column(0).to_vec();
            let data = DatasetBase::new(matrix.clone(), targets);
            let model = SvmParams::default().cost(cost).tolerance(1e-5).fit(&data).unwrap();
            let ours = objective(&model, &matrix, &truth, 0, cost);
            let twin =
                objective(&by_gradient_descent(&matrix, &truth, cost), &matrix, &truth, 0, cost);
            assert!((ours - twin).abs() < 1e-4 * twin, "C = {cost}: {ours} and {twin}");
        }
    }

    #[test]
    fn the_default_tolerance_is_within_a_thousandth_of_the_optimum() {
        let (matrix, targets) = random(300, 60, 9);
        let truth = targets.column(1).to_vec();
        let data = DatasetBase::new(matrix.clone(), targets);
        let fit =
            |params: SvmParams| objective(&params.fit(&data).unwrap(), &matrix, &truth, 1, 1.0);
        let (quick, exact) = (fit(SvmParams::default()), fit(SvmParams::default().tolerance(1e-6)));
        assert!(quick < exact * 1.001, "{quick} and {exact}");
    }

    #[test]
    fn a_label_that_no_row_has_gets_a_negative_score_everywhere() {
        let (matrix, _) = random(10, 5, 1);
        let targets = Array2::from_elem((10, 1), false);
        let data = DatasetBase::new(matrix.clone(), targets);
        let model = SvmParams::default().fit(&data).unwrap();
        assert!(model.scores(&matrix).iter().all(|&score| score < 0.0));
    }

    #[test]
    fn wrong_settings_and_shapes_are_refused() {
        let (matrix, targets) = random(10, 5, 1);
        let data = DatasetBase::new(matrix.clone(), targets.clone());
        assert!(SvmParams::default().cost(0.0).fit(&data).is_err());
        assert!(SvmParams::default().tolerance(f64::NAN).fit(&data).is_err());
        let uneven = DatasetBase::new(matrix, Array2::from_elem((9, 1), true));
        assert!(SvmParams::default().fit(&uneven).is_err());
        let empty = DatasetBase::new(TermMatrix::new(3), Array2::from_elem((0, 1), true));
        assert!(SvmParams::default().fit(&empty).is_err());
    }
}
