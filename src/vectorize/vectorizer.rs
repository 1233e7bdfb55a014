//! Texts outside of any corpus to rows of tf-idf weights, by what a [`Selection`](super::Selection) has learned.
//!
//! Nothing is learned here; a text's weights depend on no other text.

use super::tfidf::weigh;
use super::{Analyzer, VectorizerParams, Vocabulary};
use crate::tokenize::{Term, Tokens};

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
    use crate::vectorize::{CountedCorpus, NgramRange, Selection};

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
        assert_eq!(terms, ["oil", "the", "town", "fell", "prices"]);
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
}
