//! How much of a document is about each cluster, and how likely a cluster's terms are.
//!
//! Enters: cosines of documents with centres, and counts. Leaves: mixtures, which add up to 1 for each document,
//!
//! ```text
//! mixture(d, k) = exp(sharpness cos(d, k)) / sum over j of exp(sharpness cos(d, j))
//! ```
//!
//! and probabilities p(t | k), which add up to 1 for each cluster and are, for these mixtures, nearly the likeliest: EM steps of
//! probabilistic latent semantic analysis (Hofmann 1999, equations 3 to 6) with p(k | d) held, in which each cluster
//! begins with the counts of its own documents. Then `PRIOR` tokens drawn as from all documents are added (Dirichlet smoothing,
//! Zhai and Lafferty 2004), so that no term is impossible.
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
const SHARPNESSES: [f64; 12] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 16.0, 23.0, 32.0, 45.0, 64.0];

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
pub(super) fn sharpness(counts: &TermMatrix, weighting: &Weighting, terms: &Array2<f32>, centres: &Array2<f32>, probabilities: &Array2<f32>) -> f64 {
    let (mut placing, mut predicted) = (TermMatrix::new(counts.n_terms()), Vec::new());
    for index in (0..counts.n_rows()).step_by(counts.n_rows().div_ceil(JUDGES).max(1)) {
        placing.push_row(half(counts.row(index), 0));
        predicted.push(half(counts.row(index), 1).collect::<Vec<_>>());
    }
    let points = document_vectors(&placing, weighting, terms);
    let likelihood = |sharpness: f64| {
        let mixtures = mixtures(&points, centres, sharpness);
        let of_document = |(index, terms): (usize, &Vec<(u32, f32)>)| {
            terms.iter().map(|&(term, count)| f64::from(count) * math::ln(likely(&mixtures, index, probabilities, term))).sum()
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
    let of_clusters = probabilities.column(term as usize);
    mixtures.row(document).iter().zip(of_clusters).map(|(share, likely)| f64::from(share * likely)).sum()
}

/// The probabilities of terms within clusters, shape (clusters, terms), from documents of one cluster each.
pub(super) fn of_clusters(counts: &TermMatrix, clusters: &[usize], n_clusters: usize) -> Array2<f32> {
    let mut totals = Array2::<f32>::zeros((n_clusters, counts.n_terms()));
    for (row, &cluster) in counts.rows().zip(clusters) {
        row.iter().for_each(|(term, count)| totals[[cluster, term as usize]] += count);
    }
    smoothed(totals)
}

/// The probabilities likeliest for these mixtures, shape (clusters, terms), from others to begin with.
///
/// Cost: steps x stored values x clusters. A term's part of a step is made by one thread.
pub(super) fn likeliest(counts: &TermMatrix, mixtures: &Array2<f32>, start: Array2<f32>) -> Array2<f32> {
    let holders = transposed(counts);
    let n_clusters = start.nrows();
    let mut probabilities = start;
    for _ in 0..STEPS {
        let by_term: Vec<Vec<f32>> = (0..counts.n_terms())
            .into_par_iter()
            .map(|term| expected(holders.row(term), mixtures, &probabilities.column(term).to_vec()))
            .collect();
        let totals = Array2::from_shape_fn((n_clusters, counts.n_terms()), |(cluster, term)| by_term[term][cluster]);
        probabilities = smoothed(totals);
    }
    probabilities
}

/// How many of a term's tokens are expected to come from each cluster, by the documents that hold it.
fn expected(holders: Row<'_>, mixtures: &Array2<f32>, likely: &[f32]) -> Vec<f32> {
    let k = likely.len();
    let all = mixtures.as_slice().expect("made by rows");
    let (mut expected, mut joint) = (vec![0.0_f32; k], vec![0.0_f32; k]);
    wide(|| {
        for (&document, &count) in holders.terms.iter().zip(holders.values) {
            let mixture = &all[document as usize * k..][..k];
            for cluster in 0..k {
                joint[cluster] = mixture[cluster] * likely[cluster];
            }
            let mut sum = 0.0_f32;
            for &value in &joint {
                sum += value;
            }
            let scale = if sum > 0.0 { count / sum } else { 0.0 };
            for cluster in 0..k {
                expected[cluster] += scale * joint[cluster];
            }
        }
    });
    expected
}

/// Rows of tokens to probabilities, some tokens of all documents added.
fn smoothed(mut totals: Array2<f32>) -> Array2<f32> {
    let mut of_all = vec![0.0_f64; totals.ncols()];
    for row in totals.rows() {
        of_all.iter_mut().zip(row).for_each(|(sum, &tokens)| *sum += f64::from(tokens));
    }
    let n_tokens: f64 = of_all.iter().sum();
    totals.outer_iter_mut().into_par_iter().for_each(|mut row| {
        let sum: f64 = row.iter().map(|&tokens| f64::from(tokens)).sum::<f64>() + PRIOR;
        for (tokens, of_all) in row.iter_mut().zip(&of_all) {
            *tokens = ((f64::from(*tokens) + PRIOR * of_all / n_tokens) / sum) as f32;
        }
    });
    totals
}
