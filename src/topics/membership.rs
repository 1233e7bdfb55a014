//! How much of a document is about each cluster, and how likely a cluster's terms are.
//!
//! Enters: cosines of documents with centres, and counts. Leaves: mixtures, which add up to 1 for each document,
//!
//! ```text
//! mixture(d, k) = exp(sharpness cos(d, k)) / sum over j of exp(sharpness cos(d, j))
//! ```
//!
//! and probabilities p(t | k), which add up to 1 for each cluster and are for these mixtures nearly the likeliest: EM steps of
//! probabilistic latent semantic analysis (Hofmann 1999, equations 3 to 6) with p(k | d) held, in which each cluster
//! begins with the counts of its own documents. To each cluster's tokens `PRIOR` more are added, as from all documents
//! (Dirichlet smoothing, Zhai and Lafferty 2004), so that no term is impossible. What each step makes greater is thus
//!
//! ```text
//! sum over d, t of count(d, t) ln sum over k of mixture(d, k) p(t | k)  +  PRIOR sum over k, t of p(t) ln p(t | k)
//! ```
//!
//! Sharpness is chosen by likelihood, too: half of each document's terms place it, the other half are predicted.

use ndarray::Array2;
use rayon::prelude::*;

use super::spherical::dot;
use super::svd::transposed;
use super::vectors::document_vectors;
use super::weighting::Weighting;
use crate::cpu::wide;
use crate::math;
use crate::matrix::{Row, TermMatrix};

/// Tokens that are added to each cluster.
const PRIOR: f64 = 500.0;

/// Steps towards the likeliest probabilities.
const STEPS: usize = 10;

/// Sharpnesses that are tried.
const SHARPNESSES: [f64; 14] =
    [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 16.0, 23.0, 32.0, 45.0, 64.0, 91.0, 128.0];

/// Numbers added side by side.
const LANES: usize = 8;

/// Documents that choose the sharpness.
const JUDGES: usize = 2_000;

/// Turns the cosines of a document with all centres into its mixture.
pub(super) fn mix(vector: &[f32], centres: &Array2<f32>, sharpness: f64, mixture: &mut [f64]) {
    let all = centres.as_slice().expect("made by rows");
    wide(|| {
        for (share, centre) in mixture.iter_mut().zip(all.chunks_exact(vector.len().max(1))) {
            *share = sharpness * f64::from(dot(vector, centre));
        }
    });
    math::softmax(mixture);
}

/// The mixtures of all points, shape (points, clusters).
pub(super) fn mixtures(points: &Array2<f32>, centres: &Array2<f32>, sharpness: f64) -> Array2<f32> {
    let mut mixtures = Array2::<f32>::zeros((points.nrows(), centres.nrows()));
    mixtures.outer_iter_mut().into_par_iter().enumerate().for_each(|(index, mut row)| {
        let point = points.row(index);
        let mut mixture = vec![0.0; row.len()];
        mix(point.as_slice().expect("made by rows"), centres, sharpness, &mut mixture);
        row.iter_mut().zip(mixture).for_each(|(to, share)| *to = share as f32);
    });
    mixtures
}

/// The sharpness under which one half of some documents' terms is the likeliest, placed by the other half.
pub(super) fn sharpness(
    counts: &TermMatrix,
    weighting: &Weighting,
    terms: &Array2<f32>,
    centres: &Array2<f32>,
    probabilities: &Array2<f32>,
) -> f64 {
    let (mut placing, mut predicted) = (TermMatrix::new(counts.n_terms()), Vec::new());
    for index in (0..counts.n_rows()).step_by(counts.n_rows().div_ceil(JUDGES).max(1)) {
        placing.push_row(half(counts.row(index), 0));
        predicted.push(half(counts.row(index), 1).collect::<Vec<_>>());
    }
    let points = document_vectors(&placing, weighting, terms);
    let likelihood = |sharpness: f64| {
        let mixtures = mixtures(&points, centres, sharpness);
        let of_document = |(index, terms): (usize, &Vec<(u32, f32)>)| {
            terms
                .iter()
                .map(|&(term, count)| {
                    f64::from(count) * math::ln(likely(&mixtures, index, probabilities, term))
                })
                .sum()
        };
        predicted.par_iter().enumerate().map(of_document).collect::<Vec<f64>>().iter().sum::<f64>()
    };
    let tried: Vec<f64> = SHARPNESSES.into_iter().map(likelihood).collect();
    let best = (0..tried.len()).max_by(|&a, &b| tried[a].total_cmp(&tried[b]).then(b.cmp(&a)));
    SHARPNESSES[best.expect("some are tried")]
}

/// Every second term of a row, from the first or the second on.
fn half(row: Row<'_>, first: usize) -> impl Iterator<Item = (u32, f32)> {
    row.iter().skip(first).step_by(2)
}

fn likely(mixtures: &Array2<f32>, document: usize, probabilities: &Array2<f32>, term: u32) -> f64 {
    let of_clusters = probabilities.row(term as usize);
    mixtures
        .row(document)
        .iter()
        .zip(of_clusters)
        .map(|(share, likely)| f64::from(share * likely))
        .sum()
}

/// The probabilities of terms within clusters, shape (terms, clusters), from documents of one cluster each.
pub(super) fn of_clusters(
    counts: &TermMatrix,
    clusters: &[usize],
    n_clusters: usize,
) -> Array2<f32> {
    let mut totals = Array2::<f32>::zeros((counts.n_terms(), n_clusters));
    for (row, &cluster) in counts.rows().zip(clusters) {
        row.iter().for_each(|(term, count)| totals[[term as usize, cluster]] += count);
    }
    smoothed(totals)
}

/// The probabilities likeliest for these mixtures, shape (terms, clusters), from others to begin with.
///
/// Cost: steps x stored values x clusters. A term's part of a step is made by one thread.
pub(super) fn likeliest(
    counts: &TermMatrix,
    mixtures: &Array2<f32>,
    start: Array2<f32>,
) -> Array2<f32> {
    let holders = transposed(counts);
    let mut probabilities = start;
    for _ in 0..STEPS {
        let rows = probabilities.outer_iter_mut().into_par_iter().enumerate();
        rows.for_each_init(Vec::new, |joint, (term, mut likely)| {
            let likely = likely.as_slice_mut().expect("made by rows");
            expect(holders.row(term), mixtures, likely, joint);
        });
        probabilities = smoothed(probabilities);
    }
    probabilities
}

/// Puts in place of a term's probabilities how many of its tokens are expected to come from each cluster, by the documents that
/// hold it. `joint` is scratch.
fn expect(holders: Row<'_>, mixtures: &Array2<f32>, likely: &mut [f32], joint: &mut Vec<f32>) {
    let k = likely.len();
    let all = mixtures.as_slice().expect("made by rows");
    joint.clear();
    joint.resize(2 * k, 0.0);
    let (joint, expected) = joint.split_at_mut(k);
    wide(|| {
        for (&document, &count) in holders.terms.iter().zip(holders.values) {
            let mixture = &all[document as usize * k..][..k];
            for cluster in 0..k {
                joint[cluster] = mixture[cluster] * likely[cluster];
            }
            let sum = sum(joint);
            let scale = if sum > 0.0 { count / sum } else { 0.0 };
            for cluster in 0..k {
                expected[cluster] += scale * joint[cluster];
            }
        }
    });
    likely.copy_from_slice(expected);
}

/// The sum, in lanes that are joined in order.
#[inline(always)]
fn sum(values: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let whole = values.len() / LANES * LANES;
    for values in values[..whole].chunks_exact(LANES) {
        for lane in 0..LANES {
            sums[lane] += values[lane];
        }
    }
    let mut sum = 0.0;
    for lane in sums {
        sum += lane;
    }
    for value in &values[whole..] {
        sum += value;
    }
    sum
}

/// Tokens of shape (terms, clusters) to probabilities, some tokens of all documents added.
fn smoothed(mut totals: Array2<f32>) -> Array2<f32> {
    let mut of_clusters = vec![PRIOR; totals.ncols()];
    let mut of_terms = Vec::with_capacity(totals.nrows());
    for row in totals.rows() {
        of_clusters.iter_mut().zip(row).for_each(|(sum, &tokens)| *sum += f64::from(tokens));
        of_terms.push(row.iter().map(|&tokens| f64::from(tokens)).sum::<f64>());
    }
    let n_tokens: f64 = of_terms.iter().sum();
    for (mut row, of_term) in totals.rows_mut().into_iter().zip(of_terms) {
        let added = PRIOR * of_term / n_tokens;
        for (tokens, of_cluster) in row.iter_mut().zip(&of_clusters) {
            *tokens = ((f64::from(*tokens) + added) / of_cluster) as f32;
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn counts() -> TermMatrix {
        TermMatrix::from_dense(
            array![[4.0_f32, 2.0, 0.0], [3.0, 0.0, 1.0], [0.0, 1.0, 5.0], [1.0, 1.0, 4.0]].view(),
        )
    }

    /// What the header says, worked out plainly.
    fn objective(mixtures: &Array2<f32>, probabilities: &Array2<f32>) -> f64 {
        let (counts, mut sum) = (counts(), 0.0);
        let n_tokens: f32 = counts.values().iter().sum();
        for (row, terms) in counts.rows().enumerate() {
            for (term, count) in terms.iter() {
                sum += f64::from(count) * likely(mixtures, row, probabilities, term).ln();
                let of_clusters = probabilities.row(term as usize);
                let prior = PRIOR * f64::from(count / n_tokens);
                sum +=
                    of_clusters.iter().map(|&likely| prior * f64::from(likely).ln()).sum::<f64>();
            }
        }
        sum
    }

    #[test]
    fn probabilities_add_up_and_steps_make_the_objective_greater() {
        let mixtures = array![[0.9_f32, 0.1], [0.7, 0.3], [0.2, 0.8], [0.4, 0.6]];
        let start = of_clusters(&counts(), &[0, 0, 1, 1], 2);
        let found = likeliest(&counts(), &mixtures, start.clone());
        for cluster in 0..2 {
            assert!((found.column(cluster).sum() - 1.0).abs() < 1e-5);
            assert!(found.column(cluster).iter().all(|&likely| likely > 0.0));
        }
        assert!(objective(&mixtures, &found) > objective(&mixtures, &start));
    }

    #[test]
    fn a_step_is_that_of_the_definition() {
        let mixtures = array![[0.9_f32, 0.1], [0.7, 0.3], [0.2, 0.8], [0.4, 0.6]];
        let holders = transposed(&counts());
        let mut likely = [0.3_f32, 0.1];
        expect(holders.row(1), &mixtures, &mut likely, &mut Vec::new());
        let share = |row: usize| {
            0.3 * mixtures[[row, 0]] / (0.3 * mixtures[[row, 0]] + 0.1 * mixtures[[row, 1]])
        };
        let first = 2.0 * share(0) + share(2) + share(3);
        assert!((likely[0] - first).abs() < 1e-6 && (likely[1] - (4.0 - first)).abs() < 1e-6);
    }

    #[test]
    fn a_sharper_mixture_favours_the_nearer_centre_more() {
        let centres = array![[1.0_f32, 0.0], [0.6, 0.8]];
        let mut mixture = [0.0; 2];
        mix(&[1.0, 0.0], &centres, 2.0, &mut mixture);
        assert!((mixture[0] - 1.0 / (1.0 + (-0.8_f64).exp())).abs() < 1e-6);
        mix(&[1.0, 0.0], &centres, 50.0, &mut mixture);
        assert!(mixture[0] > 0.999 && (mixture[0] + mixture[1] - 1.0).abs() < 1e-12);
    }
}
