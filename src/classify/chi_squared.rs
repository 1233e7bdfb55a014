//! Which terms tell a label apart, by the chi-squared statistic.
//!
//! For term t and a label, with O the sum of the term's values over the rows that have the label
//! (or have it not) and E what that sum would be if the label made no difference:
//! chi2 = sum over both of (O - E)^2 / E, as scikit-learn's `chi2` counts it. Values must not be
//! negative; a term that never occurs has 0.

use crate::matrix::TermMatrix;

/// The statistic of every term for the label that the rows with `truth` have. Cost: stored values.
///
/// # Panics
/// Where `truth` is not as long as the matrix.
pub fn chi_squared(matrix: &TermMatrix, truth: &[bool]) -> Vec<f64> {
    assert_eq!(matrix.n_rows(), truth.len());
    let (mut total, mut within) = (vec![0.0; matrix.n_terms()], vec![0.0; matrix.n_terms()]);
    for (row, &yes) in matrix.rows().zip(truth) {
        for (term, value) in row.iter() {
            total[term as usize] += f64::from(value);
            if yes {
                within[term as usize] += f64::from(value);
            }
        }
    }
    let n_yes = truth.iter().filter(|&&yes| yes).count();
    let share = n_yes as f64 / truth.len().max(1) as f64;
    let deviation = |observed: f64, expected: f64| {
        if expected > 0.0 { (observed - expected).powi(2) / expected } else { 0.0 }
    };
    let statistic = |(&all, &yes): (&f64, &f64)| {
        deviation(yes, share * all) + deviation(all - yes, (1.0 - share) * all)
    };
    total.iter().zip(&within).map(statistic).collect()
}

/// The `n` terms with the highest statistic, rising; of equals the first.
pub fn select(statistic: &[f64], n: usize) -> Vec<u32> {
    let mut terms: Vec<u32> = (0..statistic.len() as u32).collect();
    let by_statistic =
        |a: &u32, b: &u32| statistic[*b as usize].total_cmp(&statistic[*a as usize]).then(a.cmp(b));
    terms.sort_by(by_statistic);
    terms.truncate(n);
    terms.sort_unstable();
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_statistic_is_scikit_learns() {
        // sklearn 1.9.1: chi2([[1,0,2],[2,1,0],[0,3,1],[0,0,0]], [1,1,0,0])[0]
        //   = [3., 1., 0.33333333]
        let dense = array![[1.0_f32, 0.0, 2.0], [2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [0.0, 0.0, 0.0]];
        let matrix = TermMatrix::from_dense(dense.view());
        let statistic = chi_squared(&matrix, &[true, true, false, false]);
        for (ours, theirs) in statistic.iter().zip([3.0, 1.0, 1.0 / 3.0]) {
            assert!((ours - theirs).abs() < 1e-12);
        }
        assert_eq!(select(&statistic, 2), [0, 1]);
    }

    #[test]
    fn of_one_class_nothing_is_told() {
        let matrix = TermMatrix::from_dense(array![[1.0_f32], [2.0]].view());
        assert_eq!(chi_squared(&matrix, &[true, true]), [0.0]);
    }
}
