//! Which terms stand together in documents more often than by chance.
//!
//! Enters: a [`TermMatrix`] of counts. Leaves: positive pointwise mutual information (Church and Hanks 1990; Bullinaria and
//! Levy 2007) of each term t with the most frequent terms c, its contexts, over n documents of which df(t) hold t and df(t, c)
//! both:
//!
//! ```text
//! value(t, c) = max(0, ln(n df(t, c) / (df(t) df(c)))),   0 where df(t, c) is below the least number that is believed
//! ```
//!
//! Cost: for each document its terms x its contexts. Where that is above [`MOST_PAIRS`] in all, only every second, third ...
//! document is counted, so that long documents cost time in proportion to their length and no more.

use rayon::prelude::*;

use super::svd::transposed;
use crate::math;
use crate::matrix::{Row, TermMatrix};

/// Contexts of a term: the most frequent terms. 1,000 gave topics a little worse, 4,000 a little better; time and memory grow
/// with them.
const CONTEXTS: usize = 2_000;

/// Pairs of a term and a context that are counted: some ten seconds.
const MOST_PAIRS: usize = 10_000_000_000;

/// Documents for which a pair must be met once more to be believed, and the most that is asked.
const DOCUMENTS_PER_MEETING: usize = 1_000;
const MOST_MEETINGS: u32 = 5;

/// The associations of all terms, shape (terms, contexts).
pub(super) fn associations(counts: &TermMatrix) -> TermMatrix {
    let documents = Documents::new(counts);
    let n_contexts = documents.n_contexts;
    let holders = transposed(&documents.counted);
    let rows: Vec<Vec<(u32, f32)>> = (0..counts.n_terms())
        .into_par_iter()
        .map_init(
            || vec![0; n_contexts],
            |met, term| documents.associate(holders.row(term), term, met),
        )
        .collect();
    let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    TermMatrix::filled(
        n_contexts,
        &lengths,
        || (),
        |term, (), out| out.extend_from_slice(&rows[term]),
    )
}

/// The documents that are counted, as sets of terms.
struct Documents {
    counted: TermMatrix,
    n_contexts: usize,
    /// Of each term its number among the contexts, or `u32::MAX`.
    context_of: Vec<u32>,
    /// ln of each number up to that of the documents, ln 0 as 0.
    ln: Vec<f64>,
    /// Of each term, and of each context.
    n_holding: Vec<u32>,
    n_holding_context: Vec<u32>,
    least: u32,
    /// The contexts in each document, one after the other, and where those of a document begin.
    contexts: Vec<u32>,
    offsets: Vec<usize>,
}

impl Documents {
    fn new(counts: &TermMatrix) -> Self {
        let context_of = contexts(&n_holding(counts));
        let counted = thinned(counts, &context_of);
        let n_holding = n_holding(&counted);
        let n_contexts = context_of.iter().filter(|&&context| context != u32::MAX).count();
        let mut n_holding_context = vec![0; n_contexts];
        for (term, &context) in
            context_of.iter().enumerate().filter(|(_, context)| **context != u32::MAX)
        {
            n_holding_context[context as usize] = n_holding[term];
        }
        let (mut of_documents, mut offsets) = (Vec::new(), vec![0]);
        for row in counted.rows() {
            of_documents.extend(contexts_in(row, &context_of));
            offsets.push(of_documents.len());
        }
        let ln = (0..=counted.n_rows()).map(|n| math::ln(n.max(1) as f64)).collect();
        let least =
            (1 + counted.n_rows() / DOCUMENTS_PER_MEETING).min(MOST_MEETINGS as usize) as u32;
        Documents {
            counted,
            n_contexts,
            context_of,
            ln,
            n_holding,
            n_holding_context,
            least,
            contexts: of_documents,
            offsets,
        }
    }

    /// The associations of a term that stands in the documents of a row. `met` is all zeros, before and after.
    fn associate(&self, holders: Row<'_>, term: usize, met: &mut [u32]) -> Vec<(u32, f32)> {
        for &document in holders.terms {
            let document = document as usize;
            for &context in &self.contexts[self.offsets[document]..self.offsets[document + 1]] {
                met[context as usize] += 1;
            }
        }
        let mut values = Vec::new();
        for (context, met) in met.iter_mut().enumerate() {
            let together = std::mem::take(met);
            if together >= self.least && self.context_of[term] != context as u32 {
                let expected = self.ln[self.n_holding[term] as usize]
                    + self.ln[self.n_holding_context[context] as usize];
                let information =
                    self.ln[self.counted.n_rows()] + self.ln[together as usize] - expected;
                (information > 0.0).then(|| values.push((context as u32, information as f32)));
            }
        }
        values
    }
}

/// How many documents hold each term.
fn n_holding(counts: &TermMatrix) -> Vec<u32> {
    let mut n_holding = vec![0; counts.n_terms()];
    for row in counts.rows() {
        present(row).for_each(|term| n_holding[term as usize] += 1);
    }
    n_holding
}

/// The terms that stand in a document at least once.
fn present(row: Row<'_>) -> impl Iterator<Item = u32> {
    row.iter().filter(|&(_, count)| count >= 1.0).map(|(term, _)| term)
}

/// The contexts that stand in a document.
fn contexts_in<'a>(row: Row<'a>, context_of: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    present(row).map(|term| context_of[term as usize]).filter(|&context| context != u32::MAX)
}

/// Numbers the most frequent terms in their order; of terms as frequent the first are taken. Others have `u32::MAX`.
fn contexts(n_holding: &[u32]) -> Vec<u32> {
    let mut terms: Vec<usize> = (0..n_holding.len()).filter(|&term| n_holding[term] > 0).collect();
    terms.sort_by_key(|&term| (std::cmp::Reverse(n_holding[term]), term));
    terms.truncate(CONTEXTS);
    terms.sort_unstable();
    let mut context_of = vec![u32::MAX; n_holding.len()];
    for (context, term) in terms.into_iter().enumerate() {
        context_of[term] = context as u32;
    }
    context_of
}

/// The documents that are counted, zeros left out: all, or every i-th where all would be too many pairs.
fn thinned(counts: &TermMatrix, context_of: &[u32]) -> TermMatrix {
    let pairs: usize =
        counts.rows().map(|row| present(row).count() * contexts_in(row, context_of).count()).sum();
    let step = pairs.div_ceil(MOST_PAIRS).max(1);
    let mut counted = TermMatrix::new(counts.n_terms());
    for row in counts.rows().step_by(step) {
        counted.push_row(present(row).map(|term| (term, 1.0)));
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;

    /// Documents of 12 terms, some of them more often together.
    fn counts(n_rows: usize) -> TermMatrix {
        let mut generator = Generator::new(4);
        let mut counts = TermMatrix::new(12);
        for row in 0..n_rows {
            let odds = |term: usize| if term % 3 == row % 3 { 2 } else { 6 };
            let terms: Vec<usize> =
                (0..12).filter(|&term| generator.below(odds(term)) == 0).collect();
            counts.push_row(terms.into_iter().map(|term| (term as u32, 1.0 + (term % 2) as f32)));
        }
        counts
    }

    #[test]
    fn values_are_those_of_the_definition() {
        for n_rows in [30, 2_500] {
            let counts = counts(n_rows);
            let columns: Vec<u32> = (0..12).collect();
            let held = counts.to_dense(&columns).mapv(|count| f64::from(u8::from(count > 0.0)));
            let together = held.t().dot(&held);
            let values = associations(&counts).to_dense(&columns);
            let least = 1.0 + (n_rows / DOCUMENTS_PER_MEETING) as f64;
            for ((term, context), &value) in values.indexed_iter() {
                let both = together[[term, context]];
                let chance = together[[term, term]] * together[[context, context]] / n_rows as f64;
                let believed = term != context && both >= least && both > chance;
                let expected = if believed { (both / chance).ln() } else { 0.0 };
                assert!(
                    (value - expected).abs() < 1e-6,
                    "{term} with {context}: {value}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn terms_that_are_everywhere_or_nowhere_have_none() {
        let mut counts = TermMatrix::new(4);
        (0..5).for_each(|_| counts.push_row([(0, 1.0), (1, 2.0), (3, 0.0)]));
        assert_eq!(associations(&counts).n_values(), 0);
        assert_eq!(associations(&TermMatrix::new(0)).n_rows(), 0);
    }
}
