//! L2-regularised logistic regression.
//!
//! Minimises over (w, b), for one label with signs y_i of the rows x_i (a constant 1 appended):
//!
//! ```text
//! 1/2 (|w|^2 + b^2) + C * sum_i ln(1 + exp(-y_i (w . x_i + b)))
//! ```
//!
//! through its dual, one variable 0 < a_i < C per row, by dual coordinate descent: Yu, Huang and
//! Lin, "Dual coordinate descent methods for logistic regression and maximum entropy models",
//! Machine Learning 85 (2011), algorithm 5. Each variable's own problem, smooth but steep at both
//! ends, is solved by Newton steps that are cut back towards the end where they leave the range
//! (their section 3.2). Stops when no row's gradient in a pass exceeds the tolerance. Cost: passes
//! x stored values, and some logarithms per row and pass.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, DatasetBase};
use linfa::traits::Fit;

use super::LinearModel;
use super::checks::check_positive;
use super::one_vs_rest::{Problem, Solution, TermRecords, fit_labels};
use crate::error::{Error, Result};
use crate::math::{self, Generator};

/// Checked settings of logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticValidParams {
    cost: f64,
    tolerance: f64,
    max_passes: usize,
    seed: u64,
}

/// Settings of logistic regression.
///
/// ```
/// use leitmotif::classify::LogisticParams;
/// use linfa::{Dataset, traits::{Fit, Predict}};
/// use ndarray::array;
/// let records = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
/// let data = Dataset::new(records, array![[true], [true], [false], [false]]);
/// let model = LogisticParams::default().fit(&data)?;
/// assert_eq!(model.predict(&data), *data.targets());
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticParams(LogisticValidParams);

impl Default for LogisticParams {
    /// C = 10 (rows of length 1 leave scores of 1 or 2 at C = 1, which is too timid for rare labels),
    /// tolerance 0.01, at most 1,000 passes.
    fn default() -> Self {
        let (tolerance, max_passes) = (0.01, 1_000);
        LogisticParams(LogisticValidParams { cost: 10.0, tolerance, max_passes, seed: 42 })
    }
}

impl LogisticParams {
    /// C: how much the loss counts against long weights; above 0.
    pub fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }

    /// When to stop; above 0.
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

impl ParamGuard for LogisticParams {
    type Checked = LogisticValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LogisticValidParams> {
        check_positive("cost", self.0.cost)?;
        check_positive("tolerance", self.0.tolerance)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LogisticValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for LogisticValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<LinearModel> {
        fit_labels(dataset, |problem| self.solve(problem))
    }
}

impl LogisticValidParams {
    fn solve(&self, problem: &Problem<'_>) -> Solution {
        let n_rows = problem.signs.len();
        let c = self.cost;
        // Near 0, as most rows end up; (a, C - a) are both kept, for their sum would lose digits.
        let start = (0.001 * c).min(1e-8);
        let mut dual = vec![(start, c - start); n_rows];
        let mut solution = Solution::zero(problem.matrix.n_terms());
        for (i, &sign) in problem.signs.iter().enumerate() {
            solution.add(problem.matrix.row(i), start * sign);
        }
        let mut order: Vec<usize> = (0..n_rows).collect();
        let mut generator = Generator::new(self.seed);
        let mut inner_tolerance = 1e-2;
        for _ in 0..self.max_passes {
            generator.shuffle(&mut order);
            let (mut steepest, mut n_steps) = (0.0_f64, 0);
            for &i in &order {
                let (row, sign) = (problem.matrix.row(i), problem.signs[i]);
                let slope = sign * solution.score(row);
                let one =
                    OneVariable { c, curvature: problem.squared_norms[i], slope, old: dual[i] };
                let (new, gradient, steps) = one.minimise(inner_tolerance);
                steepest = steepest.max(gradient);
                n_steps += steps;
                if steps > 0 {
                    solution.add(row, (new.0 - dual[i].0) * sign);
                    dual[i] = new;
                }
            }
            if steepest < self.tolerance {
                break;
            }
            if n_steps <= n_rows / 10 {
                inner_tolerance = (inner_tolerance * 0.1).max(1e-8);
            }
        }
        solution
    }
}

/// The problem of one dual variable a, the others fixed:
/// a ln a + (C - a) ln(C - a) + curvature / 2 (a - old)^2 + slope (a - old).
struct OneVariable {
    c: f64,
    curvature: f64,
    slope: f64,
    /// (a, C - a) before the step.
    old: (f64, f64),
}

impl OneVariable {
    /// The new (a, C - a), the absolute gradient before the first step, and the number of steps.
    ///
    /// The nearer end of the range is made the origin: z is a or C - a, whichever is the smaller
    /// at the minimum, and Newton's method then converges from the left of it.
    fn minimise(&self, tolerance: f64) -> ((f64, f64), f64, usize) {
        let from_left = 0.5 * self.curvature * (self.old.1 - self.old.0) + self.slope >= 0.0;
        let (old, sign) = if from_left { (self.old.0, 1.0) } else { (self.old.1, -1.0) };
        let gradient_at =
            |z: f64| self.curvature * (z - old) + sign * self.slope + math::ln(z / (self.c - z));
        let mut z = if self.c - old < 0.5 * self.c { 0.1 * old } else { old };
        let mut gradient = gradient_at(z);
        let first = gradient.abs();
        let mut n_steps = 0;
        while gradient.abs() >= tolerance && n_steps < 100 {
            let newton = z - gradient / (self.curvature + self.c / (self.c - z) / z);
            z = if newton <= 0.0 { 0.1 * z } else { newton };
            gradient = gradient_at(z);
            n_steps += 1;
        }
        let new = if from_left { (z, self.c - z) } else { (self.c - z, z) };
        (new, first, n_steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::TermMatrix;
    use ndarray::{Array2, s};

    fn data(seed: u64) -> (TermMatrix, Array2<bool>) {
        let mut generator = Generator::new(seed);
        let dense = Array2::from_shape_fn((60, 8), |_| {
            if generator.below(2) == 0 { 0.0 } else { generator.below(100) as f32 / 100.0 }
        });
        let targets = Array2::from_shape_fn((60, 1), |(row, _)| {
            (dense[[row, 0]] > dense[[row, 1]]) ^ (generator.below(8) == 0)
        });
        (TermMatrix::from_dense(dense.view()), targets)
    }

    /// The gradient of the primal objective must vanish at the solution.
    fn gradient_length(
        model: &LinearModel,
        matrix: &TermMatrix,
        targets: &Array2<bool>,
        c: f64,
    ) -> f64 {
        let columns: Vec<u32> = (0..matrix.n_terms() as u32).collect();
        let dense = matrix.to_dense(&columns);
        let scores = model.scores(matrix);
        let mut gradient: Vec<f64> = model.weights().iter().map(|&w| f64::from(w)).collect();
        gradient.push(f64::from(model.bias()[0]));
        for (row, x) in dense.rows().into_iter().enumerate() {
            let sign = if targets[[row, 0]] { 1.0 } else { -1.0 };
            let pull = -c * sign * math::sigmoid(-sign * scores[[row, 0]]);
            gradient
                .iter_mut()
                .zip(x.slice(s![..]).iter().chain(&[1.0]))
                .for_each(|(g, x)| *g += pull * x);
        }
        gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
    }

    #[test]
    fn the_gradient_vanishes_at_the_solution() {
        for cost in [0.01, 1.0, 10.0, 100.0] {
            let (matrix, targets) = data(3);
            let dataset = DatasetBase::new(matrix.clone(), targets.clone());
            let params = LogisticParams::default().cost(cost).tolerance(1e-7).max_passes(20_000);
            let model = params.fit(&dataset).unwrap();
            let length = gradient_length(&model, &matrix, &targets, cost);
            assert!(length < 1e-4 * cost.max(1.0), "C = {cost}: gradient of length {length}");
        }
    }

    #[test]
    fn one_sided_labels_are_learned_and_wrong_settings_refused() {
        let (matrix, _) = data(4);
        for all in [true, false] {
            let dataset = DatasetBase::new(matrix.clone(), Array2::from_elem((60, 1), all));
            let model = LogisticParams::default().fit(&dataset).unwrap();
            assert!(model.scores(&matrix).iter().all(|&score| (score > 0.0) == all));
        }
        let dataset = DatasetBase::new(matrix, Array2::from_elem((60, 1), true));
        assert!(LogisticParams::default().cost(f64::INFINITY).fit(&dataset).is_err());
    }
}
