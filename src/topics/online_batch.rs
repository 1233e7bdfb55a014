//! A batch of documents, by documents and by terms, for online variational Bayes.
//!
//! Enters: rows of counts, and exp(E[ln phi]) of their terms. Leaves: for each document what its passes come to, and for
//! each term the sum of that over documents, always in the order of the rows. The formulas, with the names that are used
//! here, stand in `super::online_lda`.

use super::dirichlet::exp_digamma;
use crate::cpu;
use crate::matrix::{Row, TermMatrix};

/// Topics worked on at once.
pub(super) const LANES: usize = 8;

/// Numbers of as many topics.
pub(super) type Chunk = [f32; LANES];

/// The most passes over a document.
const MOST_PASSES: usize = 100;

/// The mean change of gamma that ends them.
const TOLERANCE: f32 = 1e-3;

/// Less than any sum that means something; added where one divides.
const TINY: f32 = 1e-30;

/// What comes of a document's passes.
pub(super) struct Settled {
    /// e_d.
    shares: Vec<Chunk>,
    /// r_dw for each stored value.
    ratios: Vec<f32>,
}

impl Settled {
    /// A document's e and r; `topics` has b of the batch's terms.
    pub fn of(
        row: Row<'_>,
        columns: &Columns,
        topics: &[Chunk],
        alpha: f32,
        n_topics: usize,
    ) -> Settled {
        let n_chunks = n_topics.div_ceil(LANES);
        let rows: Vec<usize> =
            row.terms.iter().map(|&term| columns.of_terms[term as usize] as usize).collect();
        let n_tokens: f32 = row.values.iter().sum();
        let mut gamma = vec![alpha + n_tokens / n_topics as f32; n_topics];
        let mut settled =
            Settled { shares: vec![[0.0; LANES]; n_chunks], ratios: vec![0.0; rows.len()] };
        let mut sums = vec![[0.0; LANES]; n_chunks];
        for pass in 1..=MOST_PASSES {
            let shares = settled.shares.as_flattened_mut();
            shares
                .iter_mut()
                .zip(&gamma)
                .for_each(|(to, &gamma)| *to = exp_digamma(f64::from(gamma)) as f32);
            cpu::wide(
                #[inline(always)]
                || settled.pass(row.values, &rows, topics, &mut sums),
            );
            let mut change = 0.0;
            let next = settled.shares.as_flattened().iter().zip(sums.as_flattened());
            for (gamma, (share, sum)) in gamma.iter_mut().zip(next) {
                let value = alpha + share * sum;
                change += (value - *gamma).abs();
                *gamma = value;
            }
            if change <= TOLERANCE * n_topics as f32 || pass == MOST_PASSES {
                break;
            }
        }
        settled
    }

    /// r by e, and the sums of b r over terms.
    #[inline(always)]
    fn pass(&mut self, counts: &[f32], rows: &[usize], topics: &[Chunk], sums: &mut [Chunk]) {
        let n_chunks = self.shares.len();
        sums.fill([0.0; LANES]);
        for ((ratio, &count), &row) in self.ratios.iter_mut().zip(counts).zip(rows) {
            let topics = &topics[row * n_chunks..][..n_chunks];
            let mut lanes = [0.0_f32; LANES];
            for (topics, shares) in topics.iter().zip(&self.shares) {
                for lane in 0..LANES {
                    lanes[lane] += topics[lane] * shares[lane];
                }
            }
            *ratio = count / (lanes.iter().sum::<f32>() + TINY);
            for (sums, topics) in sums.iter_mut().zip(topics) {
                for lane in 0..LANES {
                    sums[lane] += topics[lane] * *ratio;
                }
            }
        }
    }
}

/// A batch by terms.
pub(super) struct Columns {
    /// The terms that occur.
    pub terms: Vec<u32>,
    /// For each term its place among them.
    of_terms: Vec<u32>,
    /// Where the cells of each begin, and the end.
    pub places: Vec<usize>,
    /// (row, place in the row) of each stored value, by term, rows rising.
    pub cells: Vec<(u32, u32)>,
}

impl Columns {
    pub fn of(counts: &TermMatrix) -> Columns {
        let mut n_rows = vec![0_usize; counts.n_terms()];
        counts.rows().for_each(|row| row.terms.iter().for_each(|&term| n_rows[term as usize] += 1));
        let terms: Vec<u32> =
            (0..counts.n_terms() as u32).filter(|&term| n_rows[term as usize] > 0).collect();
        let mut of_terms = vec![u32::MAX; counts.n_terms()];
        let mut places = vec![0];
        for (place, &term) in (0..).zip(&terms) {
            of_terms[term as usize] = place;
            places.push(places[place as usize] + n_rows[term as usize]);
        }
        let (mut next, mut cells) = (places.clone(), vec![(0, 0); counts.n_values()]);
        for (index, row) in (0..).zip(counts.rows()) {
            for (place, &term) in (0..).zip(row.terms) {
                let to = &mut next[of_terms[term as usize] as usize];
                cells[*to] = (index, place);
                *to += 1;
            }
        }
        Columns { terms, of_terms, places, cells }
    }
}

/// factor b_kw sum_d e_dk r_dw of a term.
pub(super) fn sum(
    cells: &[(u32, u32)],
    settled: &[Settled],
    topics: &[Chunk],
    factor: f32,
) -> Vec<Chunk> {
    let mut sums = vec![[0.0; LANES]; topics.len()];
    for &(row, place) in cells {
        let document = &settled[row as usize];
        let ratio = document.ratios[place as usize];
        for (sums, shares) in sums.iter_mut().zip(&document.shares) {
            for lane in 0..LANES {
                sums[lane] += shares[lane] * ratio;
            }
        }
    }
    for (sums, topics) in sums.iter_mut().zip(topics) {
        for lane in 0..LANES {
            sums[lane] *= topics[lane] * factor;
        }
    }
    sums
}
