//! The quick way from tokens to counted terms, for classifying.
//!
//! Enters: lower-cased tokens. Leaves: the known terms of the text, each once with its count, term by term in the order
//! in which they are first met. The same terms and counts as [`Vectorizer::vectorize`] goes by, which looks every term up
//! as a string; here no n-gram is ever put together:
//!
//! * of *words*, each token is looked up once and is a number from then on; a phrase of n words is the phrase of its
//!   first n - 1 and one word more ([`super::phrases`]);
//! * the *character* n-grams of a word are looked up when the word first comes and are remembered with it.
//!
//! Counting goes by a table with a place for every term, which is never emptied: what it holds of earlier texts is told by
//! being smaller. Who does not need the terms one by one counts on the way ([`TermIndex::for_each_list`], [`Tally`]).

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::lexicon::{Asked, Lexicon, UNKNOWN};
use super::ngrams::{NgramRange, chars_of};
use super::phrases::{Pair, Phrases};
use super::word_memo::WordMemo;
use super::{Analyzer, Vectorizer, Vocabulary};
use crate::cpu::{self, Machine};
use crate::tokenize::{Lowered, Term, Word};

/// Terms found quickly.
#[derive(Debug)]
pub struct TermIndex {
    blocks: Vec<Block>,
    n_terms: usize,
    /// The highest number that is in lists: it stands for all that is not known.
    none: u32,
    /// By what [`IndexScratch`] knows whose numbers it holds.
    id: u64,
}

/// Numbers of words and phrases stay below.
const MOST: u32 = 1 << 26;

#[derive(Debug)]
enum Block {
    /// Numbers from `n_terms` on are words and phrases that are no terms but lead to some, up to `none`.
    Words {
        range: NgramRange,
        words: Lexicon,
        phrases: Phrases,
        /// The first number that is free.
        next: u32,
    },
    Chars {
        range: NgramRange,
        terms: Lexicon,
    },
}

/// Memory that finding terms reuses from text to text.
#[derive(Debug, Default)]
pub struct Finder {
    /// The [`TermIndex`] that the rest is of.
    id: u64,
    asked: Asked,
    /// The number of each token, and of the phrase that begins with it.
    words: Vec<u32>,
    nodes: Vec<u32>,
    pairs: Vec<Pair>,
    memo: WordMemo,
}

/// For each number how often it has come in this text.
#[derive(Debug, Default)]
pub struct Tally {
    /// The [`TermIndex`] that the rest is of.
    id: u64,
    /// For each number `base` plus what is told of it in this text; smaller where it has not come.
    seen: Vec<u32>,
    base: u32,
    /// No more than this is told in this text.
    most: u32,
}

/// Memory that [`TermIndex::count`] reuses from text to text.
#[derive(Debug, Default)]
pub struct IndexScratch {
    finder: Finder,
    /// What is told of a term is its place among the distinct ones.
    tally: Tally,
    /// The distinct terms of all blocks, and how often each was met: as many as `n_distinct` says, then room, whose counts
    /// are 0.
    terms: Vec<u32>,
    counts: Vec<u32>,
    n_distinct: usize,
    /// Where the terms of each block end.
    ends: Vec<usize>,
}

/// The distinct terms of one block of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted<'s> {
    /// The terms in the order in which they were met: shorter n-grams first.
    pub terms: &'s [u32],
    /// How often each occurs.
    pub counts: &'s [u32],
}

impl TermIndex {
    /// The index of a vectorizer whose terms are of tokens without spaces in them, as those of
    /// [`Tokenizer::lower`](crate::tokenize::Tokenizer::lower) are; `None` where a term stands twice.
    pub fn new(vectorizer: &Vectorizer) -> Option<TermIndex> {
        let all = vectorizer.parts().map(|(vocabulary, _)| (0..vocabulary.len() as u32).collect());
        Self::of(vectorizer, &all.collect::<Vec<_>>())
    }

    /// The same of some terms: for each block their numbers in its vocabulary, rising. In the index they are numbered anew, one
    /// after the other.
    pub fn of(vectorizer: &Vectorizer, kept: &[Vec<u32>]) -> Option<TermIndex> {
        static LAST_ID: AtomicU64 = AtomicU64::new(0);
        let n_terms: usize = kept.iter().map(Vec::len).sum();
        let mut first = 0;
        let mut blocks = Vec::new();
        for ((analyzer, (vocabulary, _)), kept) in
            vectorizer.params().analyzers().into_iter().zip(vectorizer.parts()).zip(kept)
        {
            blocks.push((analyzer, Kept { vocabulary, kept, first }));
            first += kept.len() as u32;
        }
        let blocks = blocks.into_par_iter().map(|(analyzer, terms)| match analyzer {
            Analyzer::Words(range) => words_block(range, &terms, n_terms as u32),
            Analyzer::Chars(range) => {
                let mut lexicon = Lexicon::with_capacity(terms.kept.len());
                let mut all = (terms.first..).zip(terms.kept);
                let are_new = all.all(|(number, &term)| {
                    lexicon.insert_word(terms.vocabulary.word(term), number)
                });
                are_new.then_some(Block::Chars { range, terms: lexicon })
            }
        });
        let mut blocks = blocks.collect::<Option<Vec<Block>>>()?;
        let is_words = |block: &&mut Block| matches!(block, Block::Words { .. });
        let mut none = n_terms as u32;
        if let Some(Block::Words { words, phrases, next, .. }) = blocks.iter_mut().find(is_words) {
            none = *next;
            words.answer_unknown_by(none);
            phrases.answer_unknown_by(none);
        }
        let id = LAST_ID.fetch_add(1, Ordering::Relaxed) + 1;
        Some(TermIndex { blocks, n_terms, none, id })
    }

    /// How many numbers there are in lists: those of terms, which come first, and others.
    pub fn n_numbers(&self) -> usize {
        self.none as usize + 1
    }

    /// Number of blocks: one of words, one of characters, or both.
    pub fn n_blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Calls `take` with lists of numbers: those of the terms of one block of `tokens`, as often as they occur and in their
    /// order, shorter n-grams of words first; between them are numbers of no term, below [`TermIndex::n_numbers`], the last
    /// of them most. `hint` hears of a number some time before it is in a list. Cost: linear in the tokens.
    #[inline(always)]
    pub fn for_each_list(
        &self,
        machine: impl Machine,
        block: usize,
        tokens: &Lowered,
        finder: &mut Finder,
        hint: impl Fn(u32),
        take: impl FnMut(&[u32]),
    ) {
        if finder.id != self.id {
            *finder = Finder { id: self.id, ..Finder::default() };
        }
        match &self.blocks[block] {
            Block::Words { range, words, phrases, .. } => {
                finder.find_words(machine, tokens, *range, (words, phrases), hint, take);
            }
            Block::Chars { range, terms } => finder.find_chars(tokens, *range, terms, hint, take),
        }
    }

    /// Counts the known terms of `tokens`, block by block in the order of the analyzers. Cost: linear in the tokens.
    #[inline(always)]
    pub fn count<'s>(
        &self,
        machine: impl Machine,
        tokens: &Lowered,
        scratch: &'s mut IndexScratch,
    ) -> impl Iterator<Item = Counted<'s>> {
        scratch.begin(self);
        let mut finder = std::mem::take(&mut scratch.finder);
        for block in 0..self.blocks.len() {
            self.for_each_list(
                machine,
                block,
                tokens,
                &mut finder,
                |_| {},
                #[inline(always)]
                |numbers| scratch.count_each(numbers, self.n_terms as u32),
            );
            scratch.ends.push(scratch.n_distinct);
        }
        scratch.finder = finder;
        let scratch = &*scratch;
        let begins = std::iter::once(0).chain(scratch.ends.iter().copied());
        begins.zip(&scratch.ends).map(|(begin, &end)| Counted {
            terms: &scratch.terms[begin..end],
            counts: &scratch.counts[begin..end],
        })
    }
}

/// Terms of a block, numbered from `first` on.
struct Kept<'a> {
    vocabulary: &'a Vocabulary,
    kept: &'a [u32],
    first: u32,
}

/// The words of all terms with their numbers, and every phrase that is or leads to a term. Numbers from `next` on are free.
fn words_block(range: NgramRange, terms: &Kept<'_>, mut next: u32) -> Option<Block> {
    let (mut single, mut several) = (Vec::new(), Vec::new());
    for (number, &term) in (terms.first..).zip(terms.kept) {
        match terms.vocabulary.word(term).n_parts() {
            Some(1) => single.push((number, term)),
            Some(n_parts) => several.push((number, term, n_parts)),
            // A word of no letters, as only a forged model has, never comes.
            None => {}
        }
    }
    // Room enough for few buckets to run over.
    let mut words = Lexicon::with_capacity(single.len() + single.len() / 2);
    for (number, term) in single {
        words.insert_word(terms.vocabulary.word(term), number).then_some(())?;
    }
    // Each part may be a word that is no term, and each but the last end a phrase that is none.
    let n_parts: usize = several.iter().map(|(_, _, n_parts)| 2 * n_parts).sum();
    let bound = u32::try_from(next as usize + n_parts).ok().filter(|&bound| bound < MOST)?;
    let n_phrases = several.iter().map(|(_, _, n_parts)| n_parts - 1).sum();
    let mut phrases = Phrases::with_capacity(n_phrases, bound);
    let mut number_of = |found: u32| {
        let is_new = found == UNKNOWN;
        next += u32::from(is_new);
        (is_new, if is_new { next - 1 } else { found })
    };
    // Shorter phrases first: a longer one begins with one of them.
    for length in 2..=range.max() {
        for &(number, term, _) in several.iter().filter(|(_, _, n_parts)| *n_parts == length) {
            let mut node = UNKNOWN;
            for (place, part) in terms.vocabulary.word(term).parts().enumerate() {
                let (is_new, word) = number_of(words.find_word(part));
                if is_new {
                    words.insert_word(part, word);
                }
                if place == 0 {
                    node = word;
                } else if place + 1 == length {
                    phrases.insert(node, word, number).then_some(())?;
                } else {
                    let (is_new, longer) = number_of(phrases.find(node, word));
                    if is_new {
                        phrases.insert(node, word, longer);
                    }
                    node = longer;
                }
            }
        }
    }
    Some(Block::Words { range, words, phrases, next })
}

/// The first `n`, whatever they were.
#[inline(always)]
fn first_n<T: Copy + Default>(all: &mut Vec<T>, n: usize) -> &mut [T] {
    if all.len() < n {
        all.resize(n.next_power_of_two(), T::default());
    }
    &mut all[..n]
}

impl Finder {
    #[inline(always)]
    fn find_words(
        &mut self,
        machine: impl Machine,
        tokens: &Lowered,
        range: NgramRange,
        (words, phrases): (&Lexicon, &Phrases),
        hint: impl Fn(u32),
        mut take: impl FnMut(&[u32]),
    ) {
        let n = tokens.len();
        let Finder { asked, words: numbers, nodes, pairs, .. } = self;
        let (numbers, nodes, pairs) = (first_n(numbers, n), first_n(nodes, n), first_n(pairs, n));
        words.find_words(machine, tokens, asked, numbers, &hint);
        if range.min() == 1 {
            take(numbers);
        }
        nodes.copy_from_slice(numbers);
        for length in 2..=range.max().min(n) {
            let nodes = &mut nodes[..=n - length];
            phrases.find_all(machine, &numbers[length - 1..], pairs, nodes, &hint);
            if length >= range.min() {
                take(nodes);
            }
        }
    }

    #[inline(always)]
    fn find_chars(
        &mut self,
        tokens: &Lowered,
        range: NgramRange,
        terms: &Lexicon,
        hint: impl Fn(u32),
        mut take: impl FnMut(&[u32]),
    ) {
        for word in tokens.iter() {
            let numbers = self.memo.terms_of(word, |list| list_chars(word, range, terms, list));
            for &number in numbers {
                hint(number);
            }
            take(numbers);
        }
    }
}

impl Tally {
    /// Makes ready for a text of an index.
    pub fn begin(&mut self, index: &TermIndex) {
        if self.id != index.id {
            *self = Tally { id: index.id, seen: vec![0; index.n_numbers()], base: 1, most: 0 };
        }
        self.base = self.base.saturating_add(std::mem::take(&mut self.most));
        // Far more than can be told in a text is left of the numbers, or they begin anew.
        if self.base > u32::MAX / 2 {
            self.seen.fill(0);
            self.base = 1;
        }
    }

    /// For `n` more numbers of this text: what there is for each number, and what counts as 0.
    #[inline(always)]
    pub fn expect(&mut self, n: usize) -> (&mut [u32], u32) {
        self.most = self.most.saturating_add(n as u32);
        (&mut self.seen, self.base)
    }
}

impl IndexScratch {
    /// Makes ready for a text of an index.
    fn begin(&mut self, index: &TermIndex) {
        self.tally.most = self.n_distinct as u32;
        self.tally.begin(index);
        self.counts[..self.n_distinct].fill(0);
        self.n_distinct = 0;
        self.ends.clear();
    }

    /// Counts those of `numbers` that are terms, which are below `n_terms`. No branch hangs on what they are.
    #[inline(always)]
    fn count_each(&mut self, numbers: &[u32], n_terms: u32) {
        let room = self.n_distinct + numbers.len() + 1;
        if self.terms.len() < room {
            self.terms.resize(room.next_power_of_two(), 0);
            self.counts.resize(room.next_power_of_two(), 0);
        }
        let (terms, counts) = (&mut self.terms[..room], &mut self.counts[..room]);
        let Tally { seen, base, .. } = &mut self.tally;
        let (seen, base) = (seen.as_mut_slice(), *base);
        let mut n = self.n_distinct as u32;
        for &number in numbers {
            cpu::prefetch(seen, number as usize);
        }
        for &number in numbers {
            // What is no term is counted at the first free place, as 0 times.
            let is_term = u32::from(number < n_terms);
            let place = &mut seen[number as usize];
            let known = place.wrapping_sub(base);
            // A number of an earlier text is below the base, and so becomes larger than any place.
            let at = known.min(n);
            *place = (base + at) & is_term.wrapping_neg();
            terms[at as usize] = number;
            counts[at as usize] += is_term;
            n += u32::from(known >= n) & is_term;
        }
        self.n_distinct = n as usize;
    }
}

/// The known character n-grams of a word, as often as they occur in it.
fn list_chars(word: Word<'_>, range: NgramRange, terms: &Lexicon, list: &mut Vec<u32>) {
    for_each_gram(word, range, |gram| {
        let number = terms.find(gram.as_bytes());
        if number != UNKNOWN {
            list.push(number);
        }
    });
}

/// Calls `take` with the character n-grams of a word.
pub(super) fn for_each_gram(word: Word<'_>, range: NgramRange, mut take: impl FnMut(&str)) {
    let mut padded = String::with_capacity(word.len() + 2);
    padded.push(' ');
    padded.push_str(&String::from_utf8_lossy(word.as_bytes()));
    padded.push(' ');
    chars_of(Term::from(padded.as_str()), range, |term| take(term.as_str()));
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cpu::Portable;
    use crate::tokenize::{Tokenizer, Tokens};
    use crate::vectorize::{CountedCorpus, Selection, VectorizerParams};
    use proptest::prelude::*;
    use std::collections::HashMap;

    pub fn vectorizer(texts: &[String], params: &VectorizerParams) -> Vectorizer {
        let tokenizer = Tokenizer::default();
        let counted = CountedCorpus::count(texts, &tokenizer, &params.analyzers(), |_| {}).unwrap();
        let rows: Vec<usize> = (0..texts.len()).collect();
        Selection::fit(params, &counted, &rows).vectorizer(params, &counted)
    }

    /// The slow twin: every term as a string, counted in a map.
    fn counts_by_strings(vectorizer: &Vectorizer, text: &str) -> HashMap<u32, u32> {
        thread_local! {
            static TOKENIZER: Tokenizer = Tokenizer::default();
        }
        let mut tokens = Tokens::default();
        TOKENIZER.with(|tokenizer| tokenizer.tokenize_by_definition(text, &mut tokens)).unwrap();
        let mut counts = HashMap::new();
        vectorizer.for_each_occurrence(&tokens, |term, _| *counts.entry(term).or_insert(0) += 1);
        counts
    }

    fn check(vectorizer: &Vectorizer, texts: &[String]) {
        let index = TermIndex::new(vectorizer).unwrap();
        let (mut lowered, mut scratch) = (Lowered::default(), IndexScratch::default());
        for text in texts {
            Tokenizer::default().lower(text, &mut lowered).unwrap();
            let mut counts = HashMap::new();
            for block in index.count(Portable, &lowered, &mut scratch) {
                for (&term, &n) in block.terms.iter().zip(block.counts) {
                    assert_eq!(counts.insert(term, n), None, "a term twice in {text:?}");
                }
            }
            assert_eq!(counts, counts_by_strings(vectorizer, text), "{text:?}");
        }
    }

    fn ranges() -> Vec<(Option<NgramRange>, Option<NgramRange>)> {
        let range = |min, max| NgramRange::new(min, max).ok();
        vec![
            (range(1, 1), None),
            (range(1, 2), None),
            (range(2, 4), None),
            (range(3, 3), range(1, 3)),
            (range(1, 2), range(2, 5)),
            (None, range(2, 9)),
        ]
    }

    #[test]
    fn words_that_are_too_common_to_be_terms_still_lead_to_phrases() {
        let texts: Vec<String> =
            ["the oil tax", "the oil price", "the war"].map(String::from).to_vec();
        let params = VectorizerParams { max_share: 0.7, ..VectorizerParams::default() };
        let vectorizer = vectorizer(&texts, &params);
        check(&vectorizer, &texts);
        assert_eq!(counts_by_strings(&vectorizer, "the oil").len(), 2);
    }

    #[test]
    fn one_memory_serves_one_index_after_the_other() {
        let of = |text: &str| vectorizer(&[text.to_string()], &VectorizerParams::default());
        let (one, two) = (of("oil and tax"), of("war and peace and oil"));
        let indices = [TermIndex::new(&one).unwrap(), TermIndex::new(&two).unwrap()];
        let (mut lowered, mut scratch) = (Lowered::default(), IndexScratch::default());
        Tokenizer::default().lower("and oil and war", &mut lowered).unwrap();
        for _ in 0..3 {
            let n: Vec<usize> = indices
                .iter()
                .map(|index| {
                    index
                        .count(Portable, &lowered, &mut scratch)
                        .map(|block| block.terms.len())
                        .sum()
                })
                .collect();
            assert_eq!(n, [3, 4]);
        }
    }

    #[test]
    fn numbers_that_run_out_begin_anew() {
        let texts = [String::from("oil and tax and oil")];
        let vectorizer = vectorizer(&texts, &VectorizerParams::default());
        let index = TermIndex::new(&vectorizer).unwrap();
        let (mut lowered, mut scratch) = (Lowered::default(), IndexScratch::default());
        Tokenizer::default().lower(&texts[0], &mut lowered).unwrap();
        let count = |scratch: &mut IndexScratch| {
            let block = index.count(Portable, &lowered, scratch).next().unwrap();
            (block.terms.to_vec(), block.counts.to_vec())
        };
        let first = count(&mut scratch);
        for near in [u32::MAX / 2 - 1, u32::MAX / 2, u32::MAX / 2 + 1] {
            scratch.tally.base = near;
            scratch.tally.seen.fill(near - 1);
            assert_eq!(count(&mut scratch), first);
            assert_eq!(count(&mut scratch), first);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn the_same_terms_are_counted_as_by_strings(
            known in proptest::collection::vec("([a-cX'’é ]|\\PC){0,60}", 1..12),
            asked in proptest::collection::vec("([a-cX'’é ]|\\PC){0,60}", 0..6),
        ) {
            for (words, chars) in ranges() {
                let params = VectorizerParams { words, chars, ..VectorizerParams::default() };
                let vectorizer = vectorizer(&known, &params);
                check(&vectorizer, &known);
                check(&vectorizer, &asked);
            }
        }
    }
}
