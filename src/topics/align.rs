//! Which topic of one model is which of another.
//!
//! Enters: the weights of two models over the same terms, shapes (topics, terms); who has models of different vocabularies
//! lays the columns out alike first. Leaves: for each topic of the one its counterpart in the other, one to one, so that
//! the cosines of the word distributions add up to the most (`super::assignment`). Cosines do not depend on the scale of a
//! topic. It does not say whether a pair is alike enough to be called the same topic: `super::stability` does.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::assignment::assign;
use crate::cpu::wide;
use crate::error::{Error, Result};

/// Sums that are kept side by side, and added up at the end in their order.
const LANES: usize = 8;

/// The counterpart of a topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Its number in the other model.
    pub topic: usize,
    /// How alike the two are, in 0..=1 for weights that are 0 or more.
    pub cosine: f64,
}

/// For each topic of `one` its counterpart in `other`; `None` for some where `other` has fewer topics. Cost: topics x
/// topics x terms, on all threads.
///
/// # Errors
/// Where the models differ in the number of terms, or a weight is no number.
///
/// ```
/// use leitmotif::topics::align::align;
/// use ndarray::array;
/// let one = array![[0.5_f32, 0.5, 0.0], [0.0, 0.0, 1.0]];
/// let other = array![[0.0_f32, 0.1, 0.9], [0.5, 0.5, 0.0]];
/// let matches = align(one.view(), other.view())?;
/// assert_eq!(matches[0].unwrap().topic, 1);
/// assert!((matches[0].unwrap().cosine - 1.0).abs() < 1e-12);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn align(one: ArrayView2<'_, f32>, other: ArrayView2<'_, f32>) -> Result<Vec<Option<Match>>> {
    let cosines = cosines(one, other)?;
    let columns = assign(cosines.mapv(|cosine| -cosine).view())?;
    let found = |(row, column): (usize, Option<usize>)| {
        column.map(|topic| Match { topic, cosine: cosines[[row, topic]] })
    };
    Ok(columns.into_iter().enumerate().map(found).collect())
}

/// The cosine of each topic of `one` with each of `other`, shape (topics of one, topics of other); 0 where a topic has no
/// weight.
///
/// # Errors
/// As [`align`].
pub fn cosines(one: ArrayView2<'_, f32>, other: ArrayView2<'_, f32>) -> Result<Array2<f64>> {
    if one.ncols() != other.ncols() {
        let (one, other) = (one.ncols(), other.ncols());
        return Err(Error::data(format!("models of {one} and {other} terms")));
    }
    if one.iter().chain(&other).any(|weight| !weight.is_finite()) {
        return Err(Error::data("a topic's weight is no number"));
    }
    let (one, other) = (Rows::new(one), Rows::new(other));
    let n_others = other.lengths.len();
    let of_row = |row: usize| {
        let cosine = |of_other: usize| {
            let lengths = one.lengths[row] * other.lengths[of_other];
            let product = dot(one.row(row), other.row(of_other));
            if lengths > 0.0 { product / lengths } else { 0.0 }
        };
        (0..n_others).map(cosine).collect::<Vec<f64>>()
    };
    let rows: Vec<Vec<f64>> = (0..one.lengths.len()).into_par_iter().map(of_row).collect();
    Ok(Array2::from_shape_fn((rows.len(), n_others), |(row, column)| rows[row][column]))
}

/// The rows of a model, one behind the other.
struct Rows {
    weights: Vec<f32>,
    n_terms: usize,
    lengths: Vec<f64>,
}

impl Rows {
    fn new(weights: ArrayView2<'_, f32>) -> Self {
        let (n_topics, n_terms) = weights.dim();
        let weights = weights.iter().copied().collect();
        let mut rows = Rows { weights, n_terms, lengths: Vec::new() };
        rows.lengths = (0..n_topics).map(|row| dot(rows.row(row), rows.row(row)).sqrt()).collect();
        rows
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.weights[row * self.n_terms..(row + 1) * self.n_terms]
    }
}

/// The product of two vectors of the same length, the same bits everywhere.
fn dot(one: &[f32], other: &[f32]) -> f64 {
    wide(|| {
        let mut sums = [0.0_f64; LANES];
        let (ones, others) = (one.chunks_exact(LANES), other.chunks_exact(LANES));
        let rest = ones.remainder().iter().zip(others.remainder());
        for (ones, others) in ones.zip(others) {
            for lane in 0..LANES {
                sums[lane] += f64::from(ones[lane]) * f64::from(others[lane]);
            }
        }
        let rest: f64 = rest.map(|(&one, &other)| f64::from(one) * f64::from(other)).sum();
        sums.iter().sum::<f64>() + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use ndarray::array;

    fn random(n_topics: usize, n_terms: usize, seed: u64) -> Array2<f32> {
        let mut generator = Generator::new(seed);
        Array2::from_shape_fn((n_topics, n_terms), |_| generator.below(1000) as f32 / 1000.0)
    }

    #[test]
    fn cosines_are_those_of_the_plain_sums() {
        let (one, other) = (random(5, 37, 1), random(4, 37, 2));
        let found = cosines(one.view(), other.view()).unwrap();
        for (row, a) in one.outer_iter().enumerate() {
            for (column, b) in other.outer_iter().enumerate() {
                let sum = |a: ndarray::ArrayView1<f32>, b: ndarray::ArrayView1<f32>| -> f64 {
                    a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
                };
                let expected = sum(a, b) / (sum(a, a) * sum(b, b)).sqrt();
                assert!((found[[row, column]] - expected).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_shuffled_and_scaled_model_is_found_again() {
        let one = random(9, 50, 3);
        let mut order: Vec<usize> = (0..9).collect();
        Generator::new(4).shuffle(&mut order);
        let other = Array2::from_shape_fn((9, 50), |(row, term)| one[[order[row], term]] * 3.0);
        for (topic, found) in align(one.view(), other.view()).unwrap().into_iter().enumerate() {
            let found = found.unwrap();
            assert_eq!(order[found.topic], topic);
            assert!((found.cosine - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn fewer_topics_leave_some_alone_and_other_terms_are_refused() {
        let one = array![[1.0_f32, 0.0], [0.0, 1.0], [0.0, 0.0]];
        let matches = align(one.view(), array![[0.1_f32, 0.9]].view()).unwrap();
        assert!(matches[0].is_none() && matches[1].is_some() && matches[2].is_none());
        assert!(align(one.view(), array![[1.0_f32]].view()).is_err());
        assert!(align(one.view(), array![[f32::NAN, 1.0]].view()).is_err());
        assert_eq!(cosines(one.view(), one.view()).unwrap()[[2, 2]], 0.0);
    }
}
