//! Which terms are kept, and their idf: learned from some of the texts of a counted corpus.

use rayon::prelude::*;

use super::counts::CountedBlock;
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
    /// For each term of the corpus its number among the kept, or `DROPPED`.
    kept: Vec<u32>,
    idf: Vec<f32>,
}

const DROPPED: u32 = u32::MAX;

impl Selection {
    /// Learns from the texts `rows` of `corpus`, which was counted with `params.analyzers()`.
    pub fn fit(params: &VectorizerParams, corpus: &CountedCorpus, rows: &[usize]) -> Self {
        let least = params.min_count_for(rows.len());
        let most = params.max_share * rows.len() as f64;
        let blocks = corpus.blocks().map(|block| select(block, rows, least, most)).collect();
        Selection { sublinear: params.sublinear, blocks }
    }

    /// Number of kept terms.
    pub fn n_terms(&self) -> usize {
        self.blocks.iter().map(|block| block.idf.len()).sum()
    }

    /// The weights of the texts `rows` of the corpus: shape (rows, kept terms).
    pub fn matrix(&self, corpus: &CountedCorpus, rows: &[usize]) -> TermMatrix {
        let chunks: Vec<TermMatrix> =
            rows.par_chunks(512).map(|rows| self.matrix_of(corpus, rows)).collect();
        let mut matrix = TermMatrix::new(self.n_terms());
        chunks.iter().for_each(|chunk| matrix.append(chunk));
        matrix
    }

    fn matrix_of(&self, corpus: &CountedCorpus, rows: &[usize]) -> TermMatrix {
        let mut matrix = TermMatrix::new(self.n_terms());
        let (mut counts, mut weights) = (Vec::new(), Vec::new());
        for &row in rows {
            let mut first = 0;
            weights.clear();
            for (block, counted) in self.blocks.iter().zip(corpus.blocks()) {
                counts.clear();
                let kept = counted.row(row).iter().map(|&(t, n)| (block.kept[t as usize], n));
                counts.extend(kept.filter(|&(term, _)| term != DROPPED));
                weigh(&counts, &block.idf, self.sublinear, first, &mut weights);
                first += block.idf.len() as u32;
            }
            matrix.push_row(weights.iter().copied());
        }
        matrix
    }

    /// The vectorizer for texts outside the corpus.
    pub fn vectorizer(self, params: &VectorizerParams, corpus: &CountedCorpus) -> Vectorizer {
        let blocks = self.blocks.into_iter().zip(corpus.blocks()).map(|(selected, counted)| {
            let is_kept = |&(index, _): &(usize, &str)| selected.kept[index] != DROPPED;
            let terms = counted.terms.iter().enumerate().filter(is_kept).map(|(_, term)| term);
            (terms.collect(), selected.idf)
        });
        Vectorizer::from_parts(params.clone(), blocks.collect())
    }
}

fn select(block: &CountedBlock, rows: &[usize], least: usize, most: f64) -> SelectedBlock {
    let mut n_with = vec![0_usize; block.terms.len()];
    for &row in rows {
        block.row(row).iter().for_each(|&(term, _)| n_with[term as usize] += 1);
    }
    let mut idf = Vec::new();
    let kept = n_with.iter().map(|&n| {
        if n < least.max(1) || n as f64 > most {
            return DROPPED;
        }
        idf.push((math::ln((1 + rows.len()) as f64 / (1 + n) as f64) + 1.0) as f32);
        idf.len() as u32 - 1
    });
    SelectedBlock { kept: kept.collect(), idf }
}
