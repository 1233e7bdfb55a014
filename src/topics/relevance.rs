//! The terms that tell a topic best: frequent in it, and more so than elsewhere.
//!
//! Enters: the weights of all topics, how often each term is in the corpus, and l in 0..=1. Leaves: for each topic the
//! terms of the highest relevance
//!
//! ```text
//! r(w, t) = l ln p(w | t) + (1 - l) ln(p(w | t) / p(w))
//! ```
//!
//! (Sievert and Shirley, "LDAvis", ACL workshop on interactive language learning 2014, equation 1). With l = 1 terms come by
//! their weight in the topic, with l = 0 by lift, which favours rare ones. p(w | t) and p(w) are weights and counts
//! divided by their sums; it does not smooth them.

use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

use super::shares::{greatest, term_shares};
use crate::error::{Error, Result};
use crate::math::ln;

/// The l at which people named topics right most often (Sievert and Shirley 2014, section 3.3).
pub const LAMBDA: f64 = 0.6;

/// For each topic its `n` most relevant terms with their relevance, the highest first, of equal ones the lower number.
/// Terms that the topic or the corpus does not have are left out. `weights` has the shape (topics, terms); `counts` are of
/// all terms. Cost: two logarithms a weight.
///
/// # Errors
/// Where a weight or count is below 0 or no number, they differ in the number of terms, or `lambda` is not in 0..=1.
///
/// ```
/// use leitmotif::topics::relevance::relevant_terms;
/// use ndarray::array;
/// // "the" is frequent in both topics, "goal" in the first.
/// let weights = array![[0.6_f32, 0.4, 0.0], [0.6, 0.0, 0.4]];
/// let first = |lambda| relevant_terms(weights.view(), &[120.0, 40.0, 40.0], lambda, 1).unwrap()[0][0].0;
/// assert_eq!((first(1.0), first(0.3)), (0, 1));
/// ```
pub fn relevant_terms(
    weights: ArrayView2<'_, f32>,
    counts: &[f64],
    lambda: f64,
    n: usize,
) -> Result<Vec<Vec<(u32, f64)>>> {
    check(&weights, counts, lambda)?;
    let shares = term_shares(weights)?;
    let n_tokens: f64 = counts.iter().sum();
    let log_shares: Vec<f64> = counts.iter().map(|&count| ln(count / n_tokens)).collect();
    let of_topic = |topic: usize| {
        let of_terms = shares.index_axis(Axis(0), topic);
        let relevance = |(term, &share): (usize, &f64)| {
            let is_there = share > 0.0 && counts[term] > 0.0;
            if is_there { ln(share) - (1.0 - lambda) * log_shares[term] } else { f64::NEG_INFINITY }
        };
        let relevance: Vec<f64> = of_terms.iter().enumerate().map(relevance).collect();
        let terms = greatest(&relevance, n).into_iter();
        let with_relevance = terms.map(|term| (term, relevance[term as usize]));
        with_relevance.filter(|(_, relevance)| relevance.is_finite()).collect()
    };
    Ok((0..shares.nrows()).into_par_iter().map(of_topic).collect())
}

fn check(weights: &ArrayView2<'_, f32>, counts: &[f64], lambda: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&lambda) {
        return Err(Error::settings(format!("lambda is {lambda}: wanted is 0 to 1")));
    }
    if weights.ncols() != counts.len() {
        return Err(Error::data(format!("{} counts of {} terms", counts.len(), weights.ncols())));
    }
    if let Some(count) = counts.iter().find(|&&count| !(0.0..=1e15).contains(&count)) {
        return Err(Error::data(format!("a term's count is {count}: wanted is 0 to 1e15")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn relevance_is_that_worked_out_by_hand() {
        let found = relevant_terms(array![[3.0_f32, 1.0]].view(), &[5.0, 5.0], 0.6, 1).unwrap();
        let expected = 0.6 * 0.75_f64.ln() + 0.4 * 1.5_f64.ln();
        assert_eq!(found[0][0].0, 0);
        assert!((found[0][0].1 - expected).abs() < 1e-15);
    }

    #[test]
    fn by_lift_alone_the_rarest_comes_first_and_absent_terms_never() {
        let weights = array![[0.7_f32, 0.2, 0.1, 0.0, 0.0]];
        let counts = [50.0, 20.0, 1.0, 0.0, 29.0];
        let terms = |lambda| {
            let found = relevant_terms(weights.view(), &counts, lambda, 5).unwrap();
            found[0].iter().map(|pair| pair.0).collect::<Vec<u32>>()
        };
        assert_eq!(terms(1.0), [0, 1, 2]);
        assert_eq!(terms(0.0), [2, 0, 1]);
    }

    #[test]
    fn wrong_settings_and_shapes_are_refused() {
        let weights = array![[0.5_f32, 0.5]];
        assert!(relevant_terms(weights.view(), &[1.0], 0.5, 1).is_err());
        assert!(relevant_terms(weights.view(), &[1.0, f64::NAN], 0.5, 1).is_err());
        assert!(relevant_terms(weights.view(), &[1.0, 1.0], 1.5, 1).is_err());
        assert!(relevant_terms(weights.view(), &[1.0, 1.0], f64::NAN, 1).is_err());
        assert!(relevant_terms(array![[0.0_f32]].view(), &[0.0], 0.5, 1).unwrap()[0].is_empty());
    }
}
