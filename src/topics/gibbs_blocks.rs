//! The tokens of a corpus, cut into blocks that may be sampled side by side.
//!
//! Enters: a matrix of counts. Leaves: P parts of the documents, P parts of the terms, and P x P blocks of the tokens
//! that lie in both, each with as many tokens as the others, nearly. Two blocks that share neither documents nor terms
//! share no count but that of the topics as wholes (Yan, Xu and Qi 2009, "Parallel Inference for LDA on GPUs").
//! How many parts there are depends on the data alone, so that the number of threads shows nowhere. Nothing is
//! sampled here.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Tokens a block should have at least: below, handing blocks out would take longer than sampling them.
const TOKENS_PER_BLOCK: usize = 8_192;

/// The most parts: as many threads as can be busy.
const MOST_PARTS: usize = 64;

/// The most tokens of a document, or of a term: 32-bit numbers count them exactly up to here.
const MOST_COUNTED: f64 = (1 << 24) as f64;

/// The tokens of some documents that are of some terms.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Block {
    /// The documents, in order.
    pub runs: Vec<Run>,
    /// For each token the place of its term among those of the part; the tokens of a run stand together, terms rising.
    pub terms: Vec<u32>,
    /// For each token its topic.
    pub topics: Vec<u16>,
}

/// So many tokens of one document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    /// Its place among the documents of the part.
    pub document: u32,
    /// How many tokens.
    pub n_tokens: u32,
}

/// A corpus cut into blocks.
#[derive(Debug)]
pub(super) struct Blocks {
    /// `blocks[p][q]`: the tokens of documents of part p that are of terms of part q.
    pub blocks: Vec<Vec<Block>>,
    /// The first document of each part, and at the end how many there are.
    pub document_bounds: Vec<usize>,
    /// For each term its part and its place there.
    pub places: Vec<(u32, u32)>,
    /// How many terms each part has.
    pub n_terms: Vec<usize>,
    /// How many tokens there are.
    pub n_tokens: usize,
}

impl Blocks {
    /// The blocks of a corpus.
    ///
    /// # Errors
    /// Where there is no token, a count is not a whole number above 0, or there are too many of one kind to be counted.
    pub fn new(counts: &TermMatrix) -> Result<Self> {
        let (of_documents, of_terms) = count_tokens(counts)?;
        let n_tokens: usize = of_documents.iter().sum();
        let n_parts = n_parts(n_tokens);
        let document_bounds = cut_evenly(&of_documents, n_parts);
        let (places, n_terms) = deal_terms(&of_terms, n_parts);
        let fill =
            |p: usize| fill(counts, document_bounds[p]..document_bounds[p + 1], &places, n_parts);
        let blocks = (0..n_parts).into_par_iter().map(fill).collect();
        Ok(Blocks { blocks, document_bounds, places, n_terms, n_tokens })
    }
}

/// How many tokens each document has, and each term.
fn count_tokens(counts: &TermMatrix) -> Result<(Vec<usize>, Vec<usize>)> {
    let mut of_documents = Vec::with_capacity(counts.n_rows());
    let mut of_terms = vec![0_f64; counts.n_terms()];
    for (index, row) in counts.rows().enumerate() {
        for (term, count) in row.iter() {
            check_count(index, term, count)?;
            of_terms[term as usize] += f64::from(count);
        }
        let sum: f64 = row.values.iter().map(|&count| f64::from(count)).sum();
        check_sum("row", index, sum)?;
        of_documents.push(sum as usize);
    }
    for (term, &sum) in of_terms.iter().enumerate() {
        check_sum("term", term, sum)?;
    }
    if of_terms.iter().all(|&count| count == 0.0) {
        return Err(Error::empty("no document has a term: there is nothing to find topics in"));
    }
    Ok((of_documents, of_terms.into_iter().map(|count| count as usize).collect()))
}

fn check_count(row: usize, term: u32, count: f32) -> Result<()> {
    if count >= 0.0 && count.trunc() == count {
        return Ok(());
    }
    let found = format!("row {row} has term {term} {count} times");
    Err(Error::data(format!("{found}: wanted are whole numbers, 0 or above")))
}

fn check_sum(of: &str, index: usize, sum: f64) -> Result<()> {
    if sum <= MOST_COUNTED {
        return Ok(());
    }
    Err(Error::data(format!("{of} {index} has {sum} tokens: at most 2^24 can be counted")))
}

/// How many parts documents and terms are cut into.
fn n_parts(n_tokens: usize) -> usize {
    let wanted = (n_tokens as f64 / TOKENS_PER_BLOCK as f64).sqrt() as usize;
    wanted.clamp(1, MOST_PARTS)
}

/// Where neighbours are cut so that each part has as many tokens as the others, nearly: first places, and the end.
fn cut_evenly(n_tokens: &[usize], n_parts: usize) -> Vec<usize> {
    let total: usize = n_tokens.iter().sum();
    let mut bounds = vec![0];
    let mut before = 0;
    for (place, &tokens) in n_tokens.iter().enumerate() {
        before += tokens;
        if bounds.len() < n_parts && before * n_parts >= total * bounds.len() {
            bounds.push(place + 1);
        }
    }
    bounds.resize(n_parts, n_tokens.len());
    bounds.push(n_tokens.len());
    bounds
}

/// Deals terms out, the most frequent first, each to the part with the fewest tokens: part and place of each term, and how
/// many terms each part has.
fn deal_terms(n_tokens: &[usize], n_parts: usize) -> (Vec<(u32, u32)>, Vec<usize>) {
    let mut order: Vec<usize> = (0..n_tokens.len()).collect();
    order.sort_by_key(|&term| (std::cmp::Reverse(n_tokens[term]), term));
    let (mut sums, mut n_terms) = (vec![0; n_parts], vec![0; n_parts]);
    let mut places = vec![(0, 0); n_tokens.len()];
    for term in order {
        let part = (0..n_parts).min_by_key(|&part| (sums[part], n_terms[part])).unwrap_or(0);
        places[term] = (part as u32, n_terms[part] as u32);
        n_terms[part] += 1;
        sums[part] += n_tokens[term];
    }
    (places, n_terms)
}

/// The blocks of some documents, one for each part of the terms.
fn fill(
    counts: &TermMatrix,
    documents: std::ops::Range<usize>,
    places: &[(u32, u32)],
    n_parts: usize,
) -> Vec<Block> {
    let mut blocks = vec![Block::default(); n_parts];
    for (document, index) in documents.enumerate() {
        let before: Vec<usize> = blocks.iter().map(|block| block.terms.len()).collect();
        for (term, count) in counts.row(index).iter() {
            let (part, place) = places[term as usize];
            let terms = &mut blocks[part as usize].terms;
            terms.resize(terms.len() + count as usize, place);
        }
        for (block, before) in blocks.iter_mut().zip(before) {
            let n_tokens = (block.terms.len() - before) as u32;
            if n_tokens > 0 {
                block.runs.push(Run { document: document as u32, n_tokens });
            }
        }
    }
    for block in &mut blocks {
        block.topics = vec![0; block.terms.len()];
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;

    fn corpus(n_rows: usize, n_terms: usize) -> TermMatrix {
        let mut generator = Generator::new(3);
        let mut counts = TermMatrix::new(n_terms);
        for _ in 0..n_rows {
            let row: Vec<(u32, f32)> =
                (0..n_terms as u32).map(|term| (term, generator.below(4) as f32)).collect();
            counts.push_row(row);
        }
        counts
    }

    #[test]
    fn every_token_is_in_the_block_of_its_document_and_its_term() {
        let counts = corpus(700, 130);
        let blocks = Blocks::new(&counts).unwrap();
        assert!(blocks.blocks.len() > 1);
        let mut found = ndarray::Array2::<f64>::zeros((700, 130));
        for (p, row) in blocks.blocks.iter().enumerate() {
            for (q, block) in row.iter().enumerate() {
                let of_part = |place: u32| {
                    blocks.places.iter().position(|&at| at == (q as u32, place)).unwrap()
                };
                let mut terms = block.terms.iter();
                for run in &block.runs {
                    let document = blocks.document_bounds[p] + run.document as usize;
                    for &term in terms.by_ref().take(run.n_tokens as usize) {
                        found[[document, of_part(term)]] += 1.0;
                    }
                }
                assert!(terms.next().is_none());
            }
        }
        let columns: Vec<u32> = (0..130).collect();
        assert_eq!(found, counts.to_dense(&columns));
    }

    #[test]
    fn parts_have_as_many_tokens_as_others() {
        let blocks = Blocks::new(&corpus(3_000, 400)).unwrap();
        let sizes = blocks.blocks.iter().flatten().map(|block| block.terms.len());
        let (least, most) = (sizes.clone().min().unwrap(), sizes.max().unwrap());
        assert!(most < least + least / 10, "{least} to {most}");
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        let of = |row: &[(u32, f32)]| {
            let mut counts = TermMatrix::new(3);
            counts.push_row(row.iter().copied());
            Blocks::new(&counts).map(|blocks| blocks.n_tokens)
        };
        assert_eq!(of(&[(0, 2.0), (2, 1.0)]).unwrap(), 3);
        assert_eq!(of(&[(0, 0.0), (2, 1.0)]).unwrap(), 1);
        let bad: [&[(u32, f32)]; 5] =
            [&[], &[(1, 0.0)], &[(1, 0.5)], &[(1, -1.0)], &[(0, 1e7), (1, 1e7)]];
        for row in bad {
            assert!(of(row).is_err(), "{row:?}");
        }
        assert!(Blocks::new(&TermMatrix::new(0)).is_err());
    }
}
