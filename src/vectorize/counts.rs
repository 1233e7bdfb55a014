//! Texts to term counts: the one pass over the text that all folds share.
//!
//! Texts are counted in parallel, in chunks of a fixed size, each with a vocabulary of its own;
//! these are then joined and sorted by the terms' bytes. Neither the numbers nor their order
//! depend on the number of threads.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Analyzer, Vocabulary};
use crate::error::Result;
use crate::tokenize::{Tokenizer, Tokens};

/// Texts counted together. Any fixed number would do; this keeps two cores busy on small corpora
/// and the chunks' vocabularies small on large ones.
const CHUNK: usize = 256;

/// The term counts of a corpus, one block per [`Analyzer`].
#[derive(Debug)]
pub struct CountedCorpus {
    analyzers: Vec<Analyzer>,
    blocks: Vec<Arc<CountedBlock>>,
    n_texts: usize,
}

/// The counts of one analyzer's terms.
#[derive(Debug, Default)]
pub struct CountedBlock {
    /// All terms that occur, in the order of their bytes.
    pub terms: Vocabulary,
    /// Where the counts of each text begin; one longer than the number of texts.
    offsets: Vec<usize>,
    /// (term, count), terms rising within a text.
    counts: Vec<(u32, u32)>,
}

impl CountedCorpus {
    /// Counts the terms of `texts`; `count_done` hears of every chunk, from any thread.
    ///
    /// # Errors
    /// Where a text cannot be tokenized, the first of them.
    pub fn count<S: AsRef<str> + Sync>(
        texts: &[S],
        tokenizer: &Tokenizer,
        analyzers: &[Analyzer],
        count_done: impl Fn(usize) + Sync,
    ) -> Result<Self> {
        let chunks: Vec<Result<Vec<CountedBlock>>> = texts
            .par_chunks(CHUNK)
            .map(|chunk| {
                let blocks = count_chunk(chunk, tokenizer, analyzers);
                count_done(chunk.len());
                blocks
            })
            .collect();
        let mut by_analyzer: Vec<Vec<CountedBlock>> =
            analyzers.iter().map(|_| Vec::new()).collect();
        for chunk in chunks {
            by_analyzer.iter_mut().zip(chunk?).for_each(|(blocks, block)| blocks.push(block));
        }
        let blocks = by_analyzer.into_par_iter().map(|chunks| Arc::new(join(chunks))).collect();
        Ok(CountedCorpus { analyzers: analyzers.to_vec(), blocks, n_texts: texts.len() })
    }

    /// Number of texts.
    pub fn n_texts(&self) -> usize {
        self.n_texts
    }

    /// The blocks, in the order of the analyzers.
    pub fn blocks(&self) -> impl Iterator<Item = &CountedBlock> {
        self.blocks.iter().map(Arc::as_ref)
    }

    /// The same texts with the terms of these analyzers alone; nothing is copied.
    ///
    /// # Panics
    /// Where the corpus was not counted with one of them.
    pub fn restricted_to(&self, analyzers: &[Analyzer]) -> CountedCorpus {
        let place = |wanted: &Analyzer| self.analyzers.iter().position(|own| own == wanted);
        let block = |wanted| Arc::clone(&self.blocks[place(wanted).expect("counted before")]);
        CountedCorpus {
            analyzers: analyzers.to_vec(),
            blocks: analyzers.iter().map(block).collect(),
            n_texts: self.n_texts,
        }
    }

    /// Number of (text, term) pairs that occur.
    pub fn n_values(&self) -> usize {
        self.blocks().map(|block| block.counts.len()).sum()
    }
}

impl CountedBlock {
    /// The (term, count) pairs of one text, terms rising.
    pub fn row(&self, text: usize) -> &[(u32, u32)] {
        &self.counts[self.offsets[text]..self.offsets[text + 1]]
    }

    fn push_row(&mut self, terms: &mut Vec<u32>) {
        terms.sort_unstable();
        let runs = terms.chunk_by(|a, b| a == b);
        self.counts.extend(runs.map(|run| (run[0], run.len() as u32)));
        self.offsets.push(self.counts.len());
        terms.clear();
    }
}

fn count_chunk<S: AsRef<str>>(
    texts: &[S],
    tokenizer: &Tokenizer,
    analyzers: &[Analyzer],
) -> Result<Vec<CountedBlock>> {
    let empty = || CountedBlock { offsets: vec![0], ..CountedBlock::default() };
    let mut blocks: Vec<CountedBlock> = analyzers.iter().map(|_| empty()).collect();
    let (mut tokens, mut terms) = (Tokens::default(), Vec::new());
    for text in texts {
        tokenizer.tokenize(text.as_ref(), &mut tokens)?;
        for (analyzer, block) in analyzers.iter().zip(&mut blocks) {
            analyzer.for_each_term(&tokens, |term, _| terms.push(block.terms.intern(term)));
            block.push_row(&mut terms);
        }
    }
    Ok(blocks)
}

/// Joins the chunks of one analyzer, in order, under one sorted vocabulary.
fn join(chunks: Vec<CountedBlock>) -> CountedBlock {
    let mut union = Vocabulary::default();
    let to_union: Vec<Vec<u32>> = chunks
        .iter()
        .map(|chunk| chunk.terms.iter().map(|term| union.intern(term)).collect())
        .collect();
    let mut order: Vec<u32> = (0..union.len() as u32).collect();
    order.par_sort_unstable_by(|&a, &b| union.term(a).cmp(union.term(b)));
    let mut rank = vec![0; order.len()];
    (0..).zip(&order).for_each(|(place, &term)| rank[term as usize] = place);

    let mut joined = CountedBlock { offsets: vec![0], ..CountedBlock::default() };
    for (chunk, to_union) in chunks.iter().zip(&to_union) {
        for text in 0..chunk.offsets.len() - 1 {
            let start = joined.counts.len();
            let renumber = |&(term, n): &(u32, u32)| (rank[to_union[term as usize] as usize], n);
            joined.counts.extend(chunk.row(text).iter().map(renumber));
            joined.counts[start..].sort_unstable();
            joined.offsets.push(joined.counts.len());
        }
    }
    joined.terms = order.iter().map(|&term| union.term(term)).collect();
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectorize::NgramRange;

    fn words(min: usize, max: usize) -> Analyzer {
        Analyzer::Words(NgramRange::new(min, max).unwrap())
    }

    #[test]
    fn counts_are_sorted_and_complete() {
        let texts = ["b a b", "", "c a"];
        let tokenizer = Tokenizer::default();
        let counted = CountedCorpus::count(&texts, &tokenizer, &[words(1, 1)], |_| {}).unwrap();
        let block = counted.blocks().next().unwrap();
        assert_eq!(block.terms.iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(block.row(0), [(0, 1), (1, 2)]);
        assert_eq!(block.row(1), []);
        assert_eq!(block.row(2), [(0, 1), (2, 1)]);
    }

    #[test]
    fn a_restriction_is_what_counting_with_fewer_analyzers_gives() {
        let texts = ["oil and tax", "tax and oil and ransom"];
        let tokenizer = Tokenizer::default();
        let count = |analyzers: &[Analyzer]| {
            CountedCorpus::count(&texts, &tokenizer, analyzers, |_| {}).unwrap()
        };
        let both = count(&[words(1, 2), words(1, 1)]);
        let (restricted, alone) = (both.restricted_to(&[words(1, 1)]), count(&[words(1, 1)]));
        assert_eq!((restricted.n_values(), both.n_values()), (alone.n_values(), 7 + 13));
        let rows = |counted: &CountedCorpus| counted.blocks().next().unwrap().row(1).to_vec();
        assert_eq!(rows(&restricted), rows(&alone));
    }

    #[test]
    fn many_chunks_count_like_one_text_after_another() {
        let texts: Vec<String> =
            (0..1_000).map(|i| format!("w{} x{} w{}", i % 7, i, i % 3)).collect();
        let tokenizer = Tokenizer::default();
        let counted = CountedCorpus::count(&texts, &tokenizer, &[words(1, 2)], |_| {}).unwrap();
        for (index, text) in texts.iter().enumerate() {
            let single = CountedCorpus::count(&[text], &tokenizer, &[words(1, 2)], |_| {}).unwrap();
            let named = |counted: &CountedCorpus, row: usize| -> Vec<(String, u32)> {
                let block = counted.blocks().next().unwrap();
                block.row(row).iter().map(|&(t, n)| (block.terms.term(t).to_string(), n)).collect()
            };
            assert_eq!(named(&counted, index), named(&single, 0));
        }
    }
}
