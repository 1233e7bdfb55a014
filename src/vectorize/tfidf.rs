//! Counts to tf-idf weights.
//!
//! For term t in text d, with n texts of which df(t) hold t (Salton and Buckley 1988, in the
//! smoothed form of scikit-learn):
//!
//! ```text
//! tf  = count(t, d), or 1 + ln(count(t, d)) where sublinear
//! idf = ln((1 + n) / (1 + df(t))) + 1
//! weight(t, d) = tf * idf, then each block of the row divided by its Euclidean length
//! ```
//!
//! A row without known terms is all zeros. What is kept and idf are learned once, by
//! [`Selection::fit`]; a text's weights depend on no other text.

use std::sync::LazyLock;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::counts::CountedBlock;
use super::{Analyzer, CountedCorpus, NgramRange, Vocabulary};
use crate::error::{Error, Result};
use crate::math;
use crate::matrix::TermMatrix;
use crate::tokenize::{Term, Tokens};

/// How texts become weights. `Default` gives the settings described at each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VectorizerParams {
    /// Lengths of word n-grams; default 1-2: pairs carry names and set phrases.
    pub words: Option<NgramRange>,
    /// Lengths of character n-grams within words; default none.
    pub chars: Option<NgramRange>,
    /// A term must stand in at least so many texts. The default `None` is 1 below
    /// [`VectorizerParams::SMALL_CORPUS`] texts, where rare words are all there is, and 2 above.
    pub min_count: Option<usize>,
    /// A term may stand in at most this share of the texts, 0..=1; default 1.
    pub max_share: f64,
    /// Whether a repeated term counts by the logarithm; default true, for long texts repeat words.
    pub sublinear: bool,
}

impl Default for VectorizerParams {
    fn default() -> Self {
        VectorizerParams {
            words: NgramRange::new(1, 2).ok(),
            chars: None,
            min_count: None,
            max_share: 1.0,
            sublinear: true,
        }
    }
}

impl VectorizerParams {
    /// The number of texts below which `min_count` defaults to 1.
    pub const SMALL_CORPUS: usize = 1_000;

    /// Checks the ranges.
    ///
    /// # Errors
    /// Where there are neither word nor character n-grams, `min_count` is 0, or `max_share` is not
    /// above 0 and at most 1.
    pub fn check(&self) -> Result<()> {
        if self.words.is_none() && self.chars.is_none() {
            return Err(Error::settings("neither word nor character n-grams: give one of them"));
        }
        if self.min_count == Some(0) {
            return Err(Error::settings("min_count is 0: wanted is 1 or more"));
        }
        if !(self.max_share > 0.0 && self.max_share <= 1.0) {
            let found = self.max_share;
            return Err(Error::settings(format!(
                "max_share is {found}: wanted is above 0, at most 1"
            )));
        }
        Ok(())
    }

    /// The analyzers, in the order of the blocks.
    pub fn analyzers(&self) -> Vec<Analyzer> {
        let words = self.words.map(Analyzer::Words);
        words.into_iter().chain(self.chars.map(Analyzer::Chars)).collect()
    }

    fn min_count_for(&self, n_texts: usize) -> usize {
        self.min_count.unwrap_or(if n_texts < Self::SMALL_CORPUS { 1 } else { 2 })
    }
}

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

/// Appends the weights of one block's row; its terms are numbered from `first`.
fn weigh(
    counts: &[(u32, u32)],
    idf: &[f32],
    sublinear: bool,
    first: u32,
    weights: &mut Vec<(u32, f32)>,
) {
    let weight = |&(term, n): &(u32, u32)| {
        let tf = if sublinear { sublinear_tf(n) } else { f64::from(n) };
        tf * f64::from(idf[term as usize])
    };
    let length = counts.iter().map(|count| weight(count).powi(2)).sum::<f64>().sqrt();
    weights.extend(counts.iter().map(|count| (first + count.0, (weight(count) / length) as f32)));
}

/// 1 + ln(n) of a count; those that occur in paragraphs stand in a table.
fn sublinear_tf(n: u32) -> f64 {
    static SMALL: LazyLock<[f64; 32]> =
        LazyLock::new(|| std::array::from_fn(|n| 1.0 + math::ln(n.max(1) as f64)));
    match SMALL.get(n as usize) {
        Some(&tf) => tf,
        None => 1.0 + math::ln(f64::from(n)),
    }
}

/// A fitted vectorizer: texts in, rows out.
#[derive(Debug)]
pub struct Vectorizer {
    params: VectorizerParams,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    analyzer: Analyzer,
    vocabulary: Vocabulary,
    idf: Vec<f32>,
    /// The number of its first term in the whole row.
    first: u32,
}

/// Memory that [`Vectorizer::vectorize`] reuses from text to text.
#[derive(Debug, Default)]
pub struct Scratch {
    terms: Vec<u32>,
    counts: Vec<(u32, u32)>,
    weights: Vec<(u32, f32)>,
}

impl Vectorizer {
    /// A vectorizer from its parts: for each analyzer of `params` the kept terms and their idf.
    ///
    /// # Panics
    /// Where the numbers of blocks, or of terms and idf values, differ.
    pub fn from_parts(params: VectorizerParams, parts: Vec<(Vocabulary, Vec<f32>)>) -> Self {
        let analyzers = params.analyzers();
        assert_eq!(analyzers.len(), parts.len());
        let mut first = 0;
        let blocks = analyzers.into_iter().zip(parts).map(|(analyzer, (vocabulary, idf))| {
            assert_eq!(vocabulary.len(), idf.len());
            let block = Block { analyzer, vocabulary, idf, first };
            first += block.idf.len() as u32;
            block
        });
        let blocks = blocks.collect();
        Vectorizer { params, blocks }
    }

    /// The settings it was made with.
    pub fn params(&self) -> &VectorizerParams {
        &self.params
    }

    /// For each analyzer the kept terms and their idf.
    pub fn parts(&self) -> impl Iterator<Item = (&Vocabulary, &[f32])> {
        self.blocks.iter().map(|block| (&block.vocabulary, block.idf.as_slice()))
    }

    /// Number of terms.
    pub fn n_terms(&self) -> usize {
        self.blocks.iter().map(|block| block.idf.len()).sum()
    }

    /// The analyzer and the text of term number `term`.
    ///
    /// # Panics
    /// Where there is no such term.
    pub fn term(&self, term: u32) -> (Analyzer, &str) {
        let block = self.blocks.iter().rev().find(|block| block.first <= term);
        let block = block.expect("the first block begins at 0");
        (block.analyzer, block.vocabulary.term(term - block.first))
    }

    /// Calls `take` with every known term of a text and its number, as often as it occurs.
    pub fn for_each_occurrence<'t>(&self, tokens: &'t Tokens, mut take: impl FnMut(u32, Term<'t>)) {
        for block in &self.blocks {
            block.analyzer.for_each_term(tokens, |term, _| {
                if let Some(number) = block.vocabulary.find(term) {
                    take(block.first + number, term);
                }
            });
        }
    }

    /// The row of one text: (term, weight), terms rising. Cost: linear in the text.
    pub fn vectorize<'s>(&self, tokens: &Tokens, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        scratch.weights.clear();
        for block in &self.blocks {
            scratch.terms.clear();
            scratch.counts.clear();
            block.analyzer.for_each_term(tokens, |term, _| {
                scratch.terms.extend(block.vocabulary.find(term));
            });
            scratch.terms.sort_unstable();
            let runs = scratch.terms.chunk_by(|a, b| a == b);
            scratch.counts.extend(runs.map(|run| (run[0], run.len() as u32)));
            let sublinear = self.params.sublinear;
            weigh(&scratch.counts, &block.idf, sublinear, block.first, &mut scratch.weights);
        }
        &scratch.weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenize::Tokenizer;

    const TEXTS: [&str; 4] =
        ["oil and tax and oil", "tax collectors of the town", "the town fell", "oil prices"];

    fn fit(params: &VectorizerParams, rows: &[usize]) -> (CountedCorpus, Selection) {
        let tokenizer = Tokenizer::default();
        let counted =
            CountedCorpus::count(&TEXTS, &tokenizer, &params.analyzers(), |_| {}).unwrap();
        let selection = Selection::fit(params, &counted, rows);
        (counted, selection)
    }

    #[test]
    fn a_text_alone_has_the_row_it_has_in_the_corpus() {
        let chars = NgramRange::new(2, 4).ok();
        let params = VectorizerParams { chars, ..VectorizerParams::default() };
        let rows = [0, 1, 2, 3];
        let (counted, selection) = fit(&params, &rows);
        let matrix = selection.matrix(&counted, &rows);
        let vectorizer = selection.vectorizer(&params, &counted);
        let (mut tokens, mut scratch) = (Tokens::default(), Scratch::default());
        for (index, text) in TEXTS.iter().enumerate() {
            Tokenizer::default().tokenize(text, &mut tokens).unwrap();
            let alone = vectorizer.vectorize(&tokens, &mut scratch);
            assert_eq!(alone, matrix.row(index).iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn each_block_of_a_row_has_length_one() {
        let chars = NgramRange::new(2, 3).ok();
        let params = VectorizerParams { chars, ..VectorizerParams::default() };
        let (counted, selection) = fit(&params, &[0, 1, 2, 3]);
        let norm = selection.matrix(&counted, &[0]).row(0).squared_norm();
        assert!((norm - 2.0).abs() < 1e-6);
    }

    #[test]
    fn only_the_rows_given_are_learned_from() {
        let params = VectorizerParams { words: NgramRange::new(1, 1).ok(), ..Default::default() };
        let (counted, selection) = fit(&params, &[2, 3]);
        let terms: Vec<String> = {
            let vectorizer = selection.vectorizer(&params, &counted);
            (0..vectorizer.n_terms() as u32).map(|t| vectorizer.term(t).1.to_string()).collect()
        };
        assert_eq!(terms, ["fell", "oil", "prices", "the", "town"]);
    }

    #[test]
    fn rare_and_common_terms_can_be_dropped() {
        let words = NgramRange::new(1, 1).ok();
        let params =
            VectorizerParams { words, min_count: Some(2), max_share: 0.5, ..Default::default() };
        let (counted, selection) = fit(&params, &[0, 1, 2, 3]);
        let vectorizer = selection.vectorizer(&params, &counted);
        let terms: Vec<&str> =
            (0..vectorizer.n_terms() as u32).map(|t| vectorizer.term(t).1).collect();
        assert_eq!(terms, ["oil", "tax", "the", "town"]);
    }

    #[test]
    fn unknown_words_give_an_empty_row() {
        let params = VectorizerParams::default();
        let (counted, selection) = fit(&params, &[0, 1]);
        let vectorizer = selection.vectorizer(&params, &counted);
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize("Zanzibar", &mut tokens).unwrap();
        assert!(vectorizer.vectorize(&tokens, &mut Scratch::default()).is_empty());
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let default = VectorizerParams::default;
        assert!(VectorizerParams { words: None, ..default() }.check().is_err());
        assert!(VectorizerParams { min_count: Some(0), ..default() }.check().is_err());
        assert!(VectorizerParams { max_share: f64::NAN, ..default() }.check().is_err());
        assert!(default().check().is_ok());
    }
}
