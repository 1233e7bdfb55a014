//! Texts to term counts: the one pass over the text that all folds share.
//!
//! Terms are numbered by how many texts hold them, those of most first, and among equals in the order of their bytes,
//! word by word. So what learners ask for most stands together, and numbers are small where they are many. They
//! depend neither on the number of threads nor on any hash.
//!
//! `super::sequences` numbers words and runs of words; `super::word_terms` and `super::char_terms` make terms of
//! them.

use std::sync::Arc;

use super::packed::{Counts, PackedRows};
use super::sequences::Sequences;
use super::{Analyzer, NgramRange, VectorizerParams, char_terms, word_terms};
use crate::error::Result;
use crate::tokenize::Tokenizer;

/// The number of a term that is left out.
pub(super) const LEFT_OUT: u32 = u32::MAX;

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
    pub(super) names: Names,
    /// For each term how many texts hold it.
    pub(super) n_with: Vec<u32>,
    pub(super) rows: PackedRows,
    /// How many (text, term) pairs occur, those of terms that are left out among them.
    pub(super) n_values: usize,
}

/// The texts of terms, in one string.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// Adds to the term that is being written.
    pub fn write(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the term that has been written.
    pub fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Adds the terms of another behind these.
    pub fn append(&mut self, other: &Names) {
        self.ends.extend(other.ends.iter().map(|end| self.text.len() + end));
        self.text.push_str(&other.text);
    }
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
        Self::count_from(1, texts, tokenizer, analyzers, count_done)
    }

    /// Counts terms, but for those of fewer than `least` texts, which are most and which nobody will ask for.
    ///
    /// ```
    /// use leitmotif::tokenize::Tokenizer;
    /// use leitmotif::vectorize::{CountedCorpus, VectorizerParams};
    /// let texts = ["oil and tax", "tax and oil", "tax"];
    /// let params = VectorizerParams { min_count: Some(2), ..VectorizerParams::default() };
    /// let least = CountedCorpus::least([&params], 3);
    /// let tokenizer = Tokenizer::default();
    /// let counted = CountedCorpus::count_from(least, &texts, &tokenizer, &params.analyzers(), |_| {})?;
    /// let terms: Vec<&str> = counted.blocks().next().unwrap().terms().collect();
    /// assert_eq!(terms, ["tax", "and", "oil"]);
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`CountedCorpus::count`].
    pub fn count_from<S: AsRef<str> + Sync>(
        least: usize,
        texts: &[S],
        tokenizer: &Tokenizer,
        analyzers: &[Analyzer],
        count_done: impl Fn(usize) + Sync,
    ) -> Result<Self> {
        let longest = analyzers.iter().map(|analyzer| match analyzer {
            Analyzer::Words(range) => range.max(),
            Analyzer::Chars(_) => 1,
        });
        let longest = longest.max().unwrap_or(1);
        let sequences = Sequences::read(texts, tokenizer, longest, count_done)?;
        // Two runs of words that hold spaces may read the same: then text alone tells terms apart.
        let is_told_by_words =
            longest == 1 || !sequences.words.iter().any(|word| word.contains(' '));
        let count = |&analyzer: &Analyzer| match analyzer {
            Analyzer::Words(range) if is_told_by_words => {
                Ok(word_terms::count(&sequences, range, least))
            }
            Analyzer::Words(_) => {
                let sequences = Sequences::read_terms(texts, tokenizer, analyzer)?;
                let single = NgramRange::new(1, 1)?;
                Ok(word_terms::count(&sequences, single, least))
            }
            Analyzer::Chars(_) => Ok(char_terms::count(&sequences, analyzer, least)),
        };
        let blocks = analyzers.iter().map(|analyzer| count(analyzer).map(Arc::new));
        let blocks = blocks.collect::<Result<_>>()?;
        Ok(CountedCorpus { analyzers: analyzers.to_vec(), blocks, n_texts: texts.len() })
    }

    /// In how many texts a term must stand at least to be kept by any of `params`, learned from `n_texts` texts or more.
    pub fn least<'p>(
        params: impl IntoIterator<Item = &'p VectorizerParams>,
        n_texts: usize,
    ) -> usize {
        params.into_iter().map(|params| params.min_count_for(n_texts)).min().unwrap_or(1)
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

    /// Number of (text, term) pairs that occur, those of terms that are left out among them.
    pub fn n_values(&self) -> usize {
        self.blocks().map(|block| block.n_values).sum()
    }
}

impl CountedBlock {
    /// The terms, by their numbers.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.names.ends.iter().copied());
        starts.zip(&self.names.ends).map(|(start, &end)| &self.names.text[start..end])
    }

    /// For each term how many texts hold it.
    pub fn n_with(&self) -> &[u32] {
        &self.n_with
    }

    /// The (term, count) pairs of one text, terms rising.
    ///
    /// # Panics
    /// Where there is no such text.
    pub fn row(&self, text: usize) -> Counts<'_> {
        self.rows.row(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenize::Tokens;
    use crate::vectorize::sequences::CHUNK;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn words(min: usize, max: usize) -> Analyzer {
        Analyzer::Words(NgramRange::new(min, max).unwrap())
    }

    fn chars(min: usize, max: usize) -> Analyzer {
        Analyzer::Chars(NgramRange::new(min, max).unwrap())
    }

    type Named = (Vec<String>, Vec<BTreeMap<String, u32>>);

    /// The terms in order and the named counts of each text.
    fn named(block: &CountedBlock, n_texts: usize) -> Named {
        let terms: Vec<String> = block.terms().map(String::from).collect();
        let row = |text| block.row(text).map(|(t, n)| (terms[t as usize].clone(), n)).collect();
        let rows = (0..n_texts).map(row).collect();
        (terms, rows)
    }

    fn counted(texts: &[String], analyzer: Analyzer, least: usize, tokenizer: &Tokenizer) -> Named {
        let counted =
            CountedCorpus::count_from(least, texts, tokenizer, &[analyzer], |_| {}).unwrap();
        let block = counted.blocks().next().unwrap();
        named(block, texts.len())
    }

    /// The slow twin: maps from strings, text by text.
    fn by_maps(texts: &[String], analyzer: Analyzer, least: usize, tokenizer: &Tokenizer) -> Named {
        let mut tokens = Tokens::default();
        let mut rows: Vec<BTreeMap<String, u32>> = Vec::new();
        for text in texts {
            tokenizer.tokenize(text, &mut tokens).unwrap();
            let mut row = BTreeMap::new();
            analyzer.for_each_term(&tokens, |term, _| {
                *row.entry(term.as_str().to_string()).or_default() += 1;
            });
            rows.push(row);
        }
        let mut n_with: BTreeMap<String, usize> = BTreeMap::new();
        rows.iter()
            .flat_map(BTreeMap::keys)
            .for_each(|term| *n_with.entry(term.clone()).or_default() += 1);
        n_with.retain(|_, n| *n >= least);
        rows.iter_mut().for_each(|row| row.retain(|term, _| n_with.contains_key(term)));
        let mut terms: Vec<String> = n_with.keys().cloned().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(n_with[term]));
        (terms, rows)
    }

    /// As many texts as asked for, of words of which some are frequent.
    fn texts(n: usize) -> Vec<String> {
        let word = |i: usize| ["oil", "tax", "war", "ransom"][i % 4];
        let text =
            |i: usize| format!("{} w{} {} x{i} {}", word(i), i % 7, word(i / 3), word(i / 5));
        (0..n).map(text).collect()
    }

    #[test]
    fn terms_of_many_texts_come_first_and_of_equals_the_first_by_bytes() {
        let texts = ["b a b", "", "c a"].map(String::from);
        let (terms, rows) = counted(&texts, words(1, 1), 1, &Tokenizer::default());
        assert_eq!(terms, ["a", "b", "c"]);
        assert_eq!(
            rows[0].iter().map(|(term, &n)| (term.as_str(), n)).collect::<Vec<_>>(),
            [("a", 1), ("b", 2)]
        );
        assert!(rows[1].is_empty());
        let (terms, _) = counted(&texts, words(1, 2), 1, &Tokenizer::default());
        assert_eq!(terms, ["a", "a b", "b", "b a", "c", "c a"]);
    }

    #[test]
    fn many_chunks_count_like_maps_on_any_number_of_threads() {
        let texts = texts(CHUNK * 3 + 77);
        let tokenizer = Tokenizer::default();
        for analyzer in [words(1, 1), words(1, 2), words(2, 4), chars(2, 5), chars(3, 3)] {
            for least in [1, 2, 30] {
                let twin = by_maps(&texts, analyzer, least, &tokenizer);
                for n in [1, 2, 3, 8] {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
                    let counts = pool.install(|| counted(&texts, analyzer, least, &tokenizer));
                    assert!(counts == twin, "{analyzer:?} from {least} on {n} threads");
                }
            }
        }
    }

    #[test]
    fn more_than_a_group_of_chunks_is_counted_in_the_same_way() {
        let texts = texts(CHUNK * 64 + 300);
        let (analyzer, tokenizer) = (words(1, 3), Tokenizer::default());
        assert!(
            counted(&texts, analyzer, 2, &tokenizer) == by_maps(&texts, analyzer, 2, &tokenizer)
        );
    }

    #[test]
    fn runs_that_read_the_same_are_the_same_term() {
        // Tokens with spaces: "a b" + "c" reads like "a" + "b c".
        let definition = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
            "pre_tokenizer":{"type":"Split","pattern":{"String":"|"},"behavior":"Removed","invert":false},
            "post_processor":null,"decoder":null,"model":{"type":"WordLevel","vocab":{"[UNK]":0},"unk_token":"[UNK]"}}"#;
        let tokenizer = Tokenizer::from_json(definition).unwrap();
        let texts = ["a b|c", "a|b c", "a|b|c", "c"].map(String::from);
        for analyzer in [words(1, 1), words(1, 2), words(1, 3), words(2, 2), chars(1, 3)] {
            for least in [1, 2] {
                let twin = by_maps(&texts, analyzer, least, &tokenizer);
                assert_eq!(counted(&texts, analyzer, least, &tokenizer), twin, "{analyzer:?}");
            }
        }
    }

    #[test]
    fn a_restriction_is_what_counting_with_fewer_analyzers_gives() {
        let texts = ["oil and tax", "tax and oil and ransom"].map(String::from);
        let tokenizer = Tokenizer::default();
        let count = |analyzers: &[Analyzer]| {
            CountedCorpus::count(&texts, &tokenizer, analyzers, |_| {}).unwrap()
        };
        let both = count(&[words(1, 2), words(1, 1)]);
        let (restricted, alone) = (both.restricted_to(&[words(1, 1)]), count(&[words(1, 1)]));
        assert_eq!((restricted.n_values(), both.n_values()), (alone.n_values(), 7 + 13));
        let all = |counted: &CountedCorpus| named(counted.blocks().next().unwrap(), 2);
        assert_eq!(all(&restricted), all(&alone));
    }

    #[test]
    fn what_is_left_out_still_counts_as_work() {
        let texts = texts(100);
        let n_values = |least| {
            let tokenizer = Tokenizer::default();
            let counted =
                CountedCorpus::count_from(least, &texts, &tokenizer, &[words(1, 2)], |_| {});
            counted.unwrap().n_values()
        };
        assert_eq!(n_values(1), n_values(5));
    }

    proptest! {
        #[test]
        fn any_words_are_counted_like_by_maps(
            texts in proptest::collection::vec("[abé' ]{0,12}", 0..12), least in 1..3_usize,
        ) {
            let tokenizer = Tokenizer::default();
            for analyzer in [words(1, 2), words(1, 3), chars(1, 3)] {
                let (terms, rows) = counted(&texts, analyzer, least, &tokenizer);
                let twin = by_maps(&texts, analyzer, least, &tokenizer);
                prop_assert_eq!(&rows, &twin.1);
                prop_assert_eq!(terms.iter().collect::<BTreeSet<_>>(), twin.0.iter().collect::<BTreeSet<_>>());
                prop_assert_eq!(terms, twin.0);
            }
        }
    }
}
