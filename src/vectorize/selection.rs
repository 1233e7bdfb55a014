//! Which terms are kept, and their idf: learned from some of the texts of a counted corpus.

use rayon::prelude::*;

use super::counts::{CountedBlock, LEFT_OUT};
use super::tfidf::weigh;
use super::{CountedCorpus, Vectorizer, VectorizerParams};
use crate::math;
use crate::matrix::TermMatrix;

/// What is learned from some of the texts of a [`CountedCorpus`]: which terms are kept, and their
/// idf. It gives the rows of the corpus directly, which is what cross-validation wants, or becomes
/// a [`Vectorizer`] for texts that are not part of it.
#[derive(Debug)]
pub struct Selection {
    sublinear: bool,
    blocks: Vec<SelectedBlock>,
}

#[derive(Debug)]
struct SelectedBlock {
    /// For each term of the corpus its number among the kept, or [`LEFT_OUT`].
    kept: Vec<u32>,
    idf: Vec<f32>,
}

impl Selection {
    /// Learns from the texts `rows` of `corpus`, each of which stands there once; it was counted with
    /// `params.analyzers()`.
    pub fn fit(params: &VectorizerParams, corpus: &CountedCorpus, rows: &[usize]) -> Self {
        let least = params.min_count_for(rows.len());
        let most = params.max_share * rows.len() as f64;
        let select = |block: &CountedBlock| {
            if rows.len() == corpus.n_texts() {
                return select(block.n_with(), rows.len(), least, most);
            }
            select(&n_with(block, rows), rows.len(), least, most)
        };
        let blocks = corpus.blocks().map(select).collect();
        Selection { sublinear: params.sublinear, blocks }
    }

    /// Number of kept terms.
    pub fn n_terms(&self) -> usize {
        self.blocks.iter().map(|block| block.idf.len()).sum()
    }

    /// The weights of the texts `rows` of the corpus: shape (rows, kept terms).
    pub fn matrix(&self, corpus: &CountedCorpus, rows: &[usize]) -> TermMatrix {
        let blocks = || self.blocks.iter().zip(corpus.blocks());
        let length = |&row: &usize| -> usize {
            let of_block = |(block, counted): (&SelectedBlock, &CountedBlock)| {
                counted.row(row).filter(|&(term, _)| block.kept[term as usize] != LEFT_OUT).count()
            };
            blocks().map(of_block).sum()
        };
        let lengths: Vec<usize> = rows.par_iter().with_min_len(64).map(length).collect();
        let scratch = || (Vec::new(), Vec::new());
        TermMatrix::filled(self.n_terms(), &lengths, scratch, |place, (counts, weights), pairs| {
            let mut first = 0;
            weights.clear();
            for (block, counted) in blocks() {
                counts.clear();
                let kept = counted.row(rows[place]).map(|(t, n)| (block.kept[t as usize], n));
                counts.extend(kept.filter(|&(term, _)| term != LEFT_OUT));
                weigh(counts, &block.idf, self.sublinear, first, weights);
                first += block.idf.len() as u32;
            }
            pairs.extend_from_slice(weights);
        })
    }

    /// The vectorizer for texts outside the corpus.
    pub fn vectorizer(self, params: &VectorizerParams, corpus: &CountedCorpus) -> Vectorizer {
        let blocks = self.blocks.into_par_iter().zip(corpus.blocks().collect::<Vec<_>>());
        let blocks = blocks.map(|(selected, counted)| {
            let terms = counted.terms().zip(&selected.kept);
            let terms = terms.filter(|(_, kept)| **kept != LEFT_OUT).map(|(term, _)| term);
            (terms.collect(), selected.idf)
        });
        Vectorizer::from_parts(params.clone(), blocks.collect())
    }
}

/// How many of the texts `rows` hold each term.
fn n_with(block: &CountedBlock, rows: &[usize]) -> Vec<u32> {
    let of_half = |rows: &[usize]| {
        let mut n_with = vec![0; block.n_with().len()];
        for &row in rows {
            block.row(row).for_each(|(term, _)| n_with[term as usize] += 1);
        }
        n_with
    };
    let sum = |mut sum: Vec<u32>, half: Vec<u32>| {
        sum.iter_mut().zip(half).for_each(|(sum, n)| *sum += n);
        sum
    };
    let halves = rows.par_chunks(rows.len().div_ceil(2).max(1)).map(of_half);
    halves.reduce_with(sum).unwrap_or_else(|| vec![0; block.n_with().len()])
}

fn select(n_with: &[u32], n_texts: usize, least: usize, most: f64) -> SelectedBlock {
    let mut idf = Vec::new();
    // Many terms stand in as many texts as the one before.
    let mut before = (0, 0.0);
    let kept = n_with.iter().map(|&n| {
        if (n as usize) < least.max(1) || f64::from(n) > most {
            return LEFT_OUT;
        }
        if before.0 != n {
            let share = (1 + n_texts) as f64 / (1.0 + f64::from(n));
            before = (n, (math::ln(share) + 1.0) as f32);
        }
        idf.push(before.1);
        idf.len() as u32 - 1
    });
    SelectedBlock { kept: kept.collect(), idf }
}
