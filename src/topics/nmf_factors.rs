//! A matrix as the product of two non-negative ones.
//!
//! Enters: Z of shape (m, n). Leaves: W (m, k) and H' (n, k) with a low 1/2 |Z - W H|^2, the value, and how long it took. Steps
//! on W and on H take turns until the projected gradient is at most the tolerance's share of what it was in the first turn, as
//! in scikit-learn. Nothing is drawn but the start's columns. What topics are called and how they are read is not decided here.

use super::nmf_descent::{Gram, Visits, step};
use super::nmf_start::start;
use super::panel::Panel;
use super::svd::transposed;
use crate::error::Result;
use crate::matrix::TermMatrix;

/// One sweep over a row's coordinates. More of them cost more than the iterations they save: with up to 2, 4 or 8 sweeps bbc at
/// 20 topics took 1.2 to 2.2 times as long to the tolerance, and came to the same objective.
const VISITS: Visits = Visits { most: 1, left: 0.0 };

/// When to stop, and where to begin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Descent {
    pub(super) max_iterations: usize,
    pub(super) tolerance: f64,
    pub(super) seed: u64,
}

/// W and H' with what they leave.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    /// W: shape (m, k); texts are fitted anew by what learns, so that tests alone look at it.
    #[cfg(test)]
    pub(super) rows: Panel,
    /// H': shape (n, k).
    pub(super) columns: Panel,
    /// 1/2 |Z - W H|^2.
    pub(super) objective: f64,
    pub(super) n_iterations: usize,
}

impl Descent {
    /// Factorises; `watch` is told the number of each iteration when it is done.
    pub(super) fn factorise(
        &self,
        matrix: &TermMatrix,
        n_topics: usize,
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<Factors> {
        let transposed = transposed(matrix);
        let (mut rows, mut columns) = start(matrix, n_topics, self.seed)?;
        let (mut first, mut product, mut n_iterations) = (0.0, 0.0, 0);
        while n_iterations < self.max_iterations {
            let of_rows = step(matrix, &columns, &Gram::of(&columns), VISITS, &mut rows);
            let of_columns = step(&transposed, &rows, &Gram::of(&rows), VISITS, &mut columns);
            product = of_columns.product;
            let violation = of_rows.violation + of_columns.violation;
            n_iterations += 1;
            watch(n_iterations);
            if n_iterations == 1 {
                first = violation;
            }
            if violation <= self.tolerance * first {
                break;
            }
        }
        let objective = objective(matrix, &rows, &columns, product);
        Ok(Factors {
            #[cfg(test)]
            rows,
            columns,
            objective,
            n_iterations,
        })
    }
}

/// 1/2 |Z - W H|^2 = 1/2 (|Z|^2 - 2 <Z, W H> + <W' W, H H'>); `product` is <Z, W H>.
fn objective(matrix: &TermMatrix, rows: &Panel, columns: &Panel, product: f64) -> f64 {
    let length: f64 = matrix.rows().map(|row| row.squared_norm()).sum();
    let both: f64 = rows.gram().iter().zip(columns.gram()).map(|(a, b)| a * b).sum();
    (length - 2.0 * product + both) / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::small_counts::{OBJECTIVES, counts};
    use super::super::weighting::Weighting;
    use super::*;

    fn matrix() -> TermMatrix {
        Weighting::learn(&counts()).unwrap().weigh_all(&counts())
    }

    fn after(max_iterations: usize, n_topics: usize) -> Factors {
        let descent = Descent { max_iterations, tolerance: 1e-4, seed: 42 };
        descent.factorise(&matrix(), n_topics, &|_| ()).unwrap()
    }

    #[test]
    fn the_objective_is_not_above_that_of_scikit_learn() {
        for (n_topics, theirs) in [2, 3].into_iter().zip(OBJECTIVES) {
            let ours = after(200, n_topics).objective;
            assert!(ours < theirs * 1.0005, "{n_topics} topics: {ours} and {theirs}");
        }
    }

    #[test]
    fn the_objective_is_what_the_factors_leave_and_falls() {
        let dense = matrix().to_dense(&[0, 1, 2, 3, 4, 5, 6, 7]);
        let mut before = f64::INFINITY;
        for n_iterations in [1, 2, 5, 20] {
            let factors = after(n_iterations, 3);
            let fitted = |row: usize, term: usize| {
                let parts = factors.rows.row(row).iter().zip(factors.columns.row(term));
                parts.map(|(&w, &h)| f64::from(w) * f64::from(h)).sum::<f64>()
            };
            let left: f64 =
                dense.indexed_iter().map(|((row, term), z)| (z - fitted(row, term)).powi(2)).sum();
            assert!((left / 2.0 - factors.objective).abs() < 1e-5);
            assert!(factors.objective <= before + 1e-6);
            before = factors.objective;
        }
    }
}
