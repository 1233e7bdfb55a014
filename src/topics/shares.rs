//! The weights of topics as shares: what each measure of topics asks of them, checked once.
//!
//! Enters: weights of shape (topics, terms), of any scale, 0 or more: probabilities, counts, or loadings of a
//! factorisation. Leaves: p(w | t), rows that add up to 1. A topic without weight stays a row of zeros.

use ndarray::{Array2, ArrayView2};

use crate::error::{Error, Result};

/// p(w | t), shape as `weights`: each row divided by its sum.
///
/// # Errors
/// Where a weight is below 0 or no number.
pub(super) fn term_shares(weights: ArrayView2<'_, f32>) -> Result<Array2<f64>> {
    if let Some(weight) = weights.iter().find(|&&weight| !(weight >= 0.0 && weight.is_finite())) {
        return Err(Error::data(format!("a topic's weight is {weight}: wanted is 0 or more")));
    }
    let mut shares = weights.mapv(f64::from);
    for mut row in shares.rows_mut() {
        let sum: f64 = row.iter().sum();
        if sum > 0.0 {
            row.iter_mut().for_each(|share| *share /= sum);
        }
    }
    Ok(shares)
}

/// The places of the `n` greatest values, the greatest first; of equal ones the first. NaN counts as the greatest.
pub(super) fn greatest(values: &[f64], n: usize) -> Vec<u32> {
    let order = |a: &u32, b: &u32| {
        values[*b as usize].total_cmp(&values[*a as usize]).then_with(|| a.cmp(b))
    };
    let mut places: Vec<u32> = (0..values.len() as u32).collect();
    if n < places.len() {
        places.select_nth_unstable_by(n, order);
        places.truncate(n);
    }
    places.sort_unstable_by(order);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn rows_add_up_to_one_or_stay_empty() {
        let shares = term_shares(array![[1.0, 3.0], [0.0, 0.0]].view()).unwrap();
        assert_eq!(shares, array![[0.25, 0.75], [0.0, 0.0]]);
        for wrong in [-1.0, f32::NAN, f32::INFINITY] {
            assert!(term_shares(array![[1.0, wrong]].view()).is_err());
        }
    }

    #[test]
    fn the_greatest_come_first_and_equal_ones_in_their_order() {
        let values = [0.5, 2.0, 0.5, -1.0, 2.0];
        assert_eq!(greatest(&values, 3), [1, 4, 0]);
        assert_eq!(greatest(&values, 9), [1, 4, 0, 2, 3]);
        assert!(greatest(&values, 0).is_empty());
    }
}
