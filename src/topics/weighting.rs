//! Counts of terms to weights of terms.
//!
//! Enters: a [`TermMatrix`] of whole counts. Leaves: the idf of each term, learned once, and rows of length 1:
//!
//! ```text
//! weight(t, d) = (1 + ln count(t, d)) * idf(t), each row divided by its Euclidean length
//! idf(t) = ln((1 + n) / (1 + df(t))) + 1 for n rows, of which df(t) hold t
//! ```
//!
//! the formula of [`crate::vectorize::tfidf`], which is scikit-learn's (Salton and Buckley 1988), on counts instead of texts.
//! A row without terms stays one.

use crate::error::{Error, Result};
use crate::math;
use crate::matrix::{Row, TermMatrix};
use crate::vectorize::tfidf::Tf;

/// The weight of each term, learned from counts.
#[derive(Debug, Clone)]
pub(super) struct Weighting {
    idf: Vec<f32>,
    tf: Tf,
}

impl Weighting {
    /// Learns from counts. Cost: one pass.
    ///
    /// # Errors
    /// Data where a value is not a whole number from 0 on; Empty where there is no term in any row.
    pub(super) fn learn(counts: &TermMatrix) -> Result<Self> {
        if let Some(value) =
            counts.values().iter().find(|value| value.fract() != 0.0 || **value < 0.0)
        {
            return Err(Error::data(format!(
                "a count is {value}: wanted are whole numbers from 0 on"
            )));
        }
        let mut n_holding = vec![0_usize; counts.n_terms()];
        for (term, _) in counts.rows().flat_map(known) {
            n_holding[term as usize] += 1;
        }
        if n_holding.iter().all(|&n| n == 0) {
            return Err(Error::empty("no text has a term: there is nothing to learn topics from"));
        }
        let all = 1.0 + counts.n_rows() as f64;
        let idf = n_holding.iter().map(|&n| (math::ln(all / (1.0 + n as f64)) + 1.0) as f32);
        Ok(Weighting::of(idf.collect()))
    }

    /// With idf learned before.
    pub(super) fn of(idf: Vec<f32>) -> Self {
        Weighting { idf, tf: Tf::new(true) }
    }

    /// Of each term.
    pub(super) fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// Writes the weights of a row of counts into `weights`; terms that were not learned are passed over.
    pub(super) fn weigh(&self, counts: Row<'_>, weights: &mut Vec<(u32, f32)>) {
        let weight = |(term, count): (u32, f32)| {
            Some((term, self.tf.of(count as u32) * f64::from(*self.idf.get(term as usize)?)))
        };
        let squares = known(counts).filter_map(weight).map(|(_, weight)| weight * weight);
        let length = squares.sum::<f64>().sqrt();
        weights.clear();
        weights.extend(
            known(counts).filter_map(weight).map(|(term, weight)| (term, (weight / length) as f32)),
        );
    }

    /// The weights of all rows, shape as the counts.
    pub(super) fn weigh_all(&self, counts: &TermMatrix) -> TermMatrix {
        let lengths: Vec<usize> = counts.rows().map(|row| known(row).count()).collect();
        TermMatrix::filled(
            counts.n_terms(),
            &lengths,
            || (),
            |row, (), out| self.weigh(counts.row(row), out),
        )
    }
}

/// The terms that are there at least once.
fn known(row: Row<'_>) -> impl Iterator<Item = (u32, f32)> {
    row.iter().filter(|&(_, count)| count >= 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn weights_are_those_of_scikit_learn() {
        // from sklearn.feature_extraction.text import TfidfTransformer  # 1.9
        // print(TfidfTransformer(sublinear_tf=True).fit_transform([[3, 0, 1], [1, 2, 0], [0, 0, 0], [5, 0, 0]]).toarray())
        let counts = TermMatrix::from_dense(
            array![[3.0_f32, 0.0, 1.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [5.0, 0.0, 0.0]].view(),
        );
        let expected = array![
            [0.801_329_75, 0.0, 0.598_222_89],
            [0.352_749_36, 0.935_717_85, 0.0],
            [0.0, 0.0, 0.0],
            [1.0, 0.0, 0.0]
        ];
        let weights = Weighting::learn(&counts).unwrap().weigh_all(&counts).to_dense(&[0, 1, 2]);
        assert!((weights - expected).iter().all(|difference| difference.abs() < 1e-6));
    }

    #[test]
    fn what_is_no_count_is_refused_and_zeros_are_no_terms() {
        let matrix = |value| TermMatrix::from_dense(array![[value, 2.0_f32]].view());
        assert!(Weighting::learn(&matrix(0.5)).is_err());
        assert!(Weighting::learn(&matrix(-1.0)).is_err());
        let mut zeros = TermMatrix::new(2);
        zeros.push_row([(0, 0.0)]);
        assert!(Weighting::learn(&zeros).is_err());
        zeros.push_row([(0, 0.0), (1, 4.0)]);
        let weighting = Weighting::learn(&zeros).unwrap();
        assert_eq!(weighting.weigh_all(&zeros).row(1).iter().collect::<Vec<_>>(), [(1, 1.0)]);
    }
}
