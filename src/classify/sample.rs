//! The few rows and columns of one label on which linfa's learners can work: theirs is dense, and
//! grows with both.

use ndarray::Array2;

use super::chi_squared::{chi_squared, select};
use crate::math::Generator;
use crate::matrix::TermMatrix;

/// Dense rows for one label.
pub(super) struct Sample {
    /// Shape (drawn rows, chosen columns).
    pub records: Array2<f64>,
    /// Which of the rows have the label.
    pub truth: Vec<bool>,
    /// The term of each column, rising.
    pub columns: Vec<u32>,
}

impl Sample {
    /// At most `max_per_side` rows that have the label and as many that have it not, drawn where
    /// there are more, in their order; and the `n_columns` terms that tell the label apart best, by
    /// chi-squared over all rows. Where rows are left out the odds of the label change by a factor,
    /// which calibration takes back.
    pub(super) fn drawn(
        matrix: &TermMatrix,
        truth: &[bool],
        n_columns: usize,
        max_per_side: usize,
        seed: u64,
    ) -> Self {
        let mut generator = Generator::new(seed);
        let mut draw = |side: bool| {
            let mut rows: Vec<usize> = (0..truth.len()).filter(|&row| truth[row] == side).collect();
            generator.shuffle(&mut rows);
            rows.truncate(max_per_side);
            rows
        };
        let mut rows = draw(true);
        rows.extend(draw(false));
        rows.sort_unstable();
        let columns = select(&chi_squared(matrix, truth), n_columns);
        let mut part = TermMatrix::new(matrix.n_terms());
        rows.iter().for_each(|&row| part.push_row(matrix.row(row).iter()));
        let truth = rows.iter().map(|&row| truth[row]).collect();
        Sample { records: part.to_dense(&columns), truth, columns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_all_taken_and_many_are_drawn_from_both_sides() {
        let dense = Array2::from_shape_fn((20, 3), |(row, term)| ((row + term) % 4) as f32);
        let matrix = TermMatrix::from_dense(dense.view());
        let truth: Vec<bool> = (0..20).map(|row| row % 4 == 0).collect();
        let all = Sample::drawn(&matrix, &truth, 2, 100, 1);
        assert_eq!((all.records.dim(), &all.truth), ((20, 2), &truth));
        let few = Sample::drawn(&matrix, &truth, 3, 3, 1);
        assert_eq!(few.truth.iter().filter(|&&yes| yes).count(), 3);
        assert_eq!(few.records.dim(), (6, 3));
        assert_eq!(few.records, Sample::drawn(&matrix, &truth, 3, 3, 1).records);
    }
}
