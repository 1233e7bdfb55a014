//! Texts to sequences of numbers: for each text its words, and its word pairs and longer runs, in their order.
//!
//! A run of n words is known by two numbers: that of its first n - 1 words, and its last word. So text is looked at
//! once, to number the words, and all the rest is done on pairs of numbers.
//!
//! Texts come in chunks of [`CHUNK`] and chunks in groups, of which one at a time is under way. In a chunk words are
//! numbered by themselves and then joined, in the order of the chunks. Runs are shared out by their hash to
//! [`PARTS`] tables, each of which one thread fills, in the order of the chunks, too. The numbers do not depend on the
//! number of threads, but those of runs depend on the hash, which is drawn: nothing that is kept may show them.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use rayon::prelude::*;

use super::{Analyzer, Vocabulary};
use crate::error::Result;
use crate::tokenize::{Term, Tokenizer, Tokens};

/// Texts counted together. Any fixed number would do; this keeps two cores busy on small corpora and what is under way
/// small on large ones.
pub(super) const CHUNK: usize = 256;

/// Chunks that are under way together.
const GROUP: usize = 64;

/// Tables that share the runs of one length; a power of two.
const PARTS: usize = 64;

/// What texts say, in numbers.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    /// The words, numbered in the order in which they came.
    pub words: Vocabulary,
    /// The runs of 2, 3 ... words.
    pub runs: Vec<Runs>,
    pub chunks: Vec<Chunk>,
}

/// The texts of a chunk.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// How many words each text has.
    lengths: Vec<u32>,
    /// The numbers of its words, text after text; then those of its runs of 2, 3 ... words.
    levels: Vec<Vec<u32>>,
}

/// Runs of one length: for each its number, and by it what it is made of.
#[derive(Debug)]
pub(super) struct Runs {
    seed: u64,
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    table: HashTable<(u64, u32)>,
    keys: Vec<u64>,
}

impl Sequences {
    /// Reads `texts` and numbers all runs of up to `longest` words; `count_done` hears of every chunk, from any thread.
    ///
    /// # Errors
    /// Where a text cannot be tokenized, the first of them.
    pub fn read<S: AsRef<str> + Sync>(
        texts: &[S],
        tokenizer: &Tokenizer,
        longest: usize,
        count_done: impl Fn(usize) + Sync,
    ) -> Result<Self> {
        Self::read_with(texts, longest, |chunk| {
            let words = read_chunk(chunk, tokenizer, |tokens, take| {
                (0..tokens.len()).for_each(|index| take(tokens.ngram(index, 1)));
            });
            count_done(chunk.len());
            words
        })
    }

    /// The same where each term that `analyzer` gives is taken for a word: by their text and not by their words.
    ///
    /// # Errors
    /// Where a text cannot be tokenized, the first of them.
    pub fn read_terms<S: AsRef<str> + Sync>(
        texts: &[S],
        tokenizer: &Tokenizer,
        analyzer: Analyzer,
    ) -> Result<Self> {
        Self::read_with(texts, 1, |chunk| {
            read_chunk(chunk, tokenizer, |tokens, take| {
                analyzer.for_each_term(tokens, |term, _| take(term));
            })
        })
    }

    fn read_with<S: Sync>(
        texts: &[S],
        longest: usize,
        read: impl Fn(&[S]) -> Result<(Vocabulary, Chunk)> + Sync,
    ) -> Result<Self> {
        let mut sequences = Sequences::default();
        sequences.runs.extend((2..=longest).map(|_| Runs::new()));
        for group in texts.chunks(CHUNK * GROUP) {
            let read: Vec<Result<(Vocabulary, Chunk)>> =
                group.par_chunks(CHUNK).map(&read).collect();
            let mut chunks = sequences.join(read.into_iter().collect::<Result<_>>()?);
            for level in 0..sequences.runs.len() {
                sequences.runs[level].extend(&mut chunks, level);
            }
            sequences.chunks.append(&mut chunks);
        }
        sequences.runs.iter_mut().for_each(Runs::close);
        Ok(sequences)
    }

    /// Numbers the words of chunks as all know them.
    fn join(&mut self, read: Vec<(Vocabulary, Chunk)>) -> Vec<Chunk> {
        let numbers: Vec<Vec<u32>> = read
            .iter()
            .map(|(words, _)| words.iter().map(|word| self.words.intern(word)).collect())
            .collect();
        let renumber = |((_, mut chunk), numbers): ((Vocabulary, Chunk), Vec<u32>)| {
            chunk.levels[0].iter_mut().for_each(|word| *word = numbers[*word as usize]);
            chunk
        };
        read.into_par_iter().zip(numbers).map(renumber).collect()
    }

    /// The words of run number `run` of `n` words, appended to `words`.
    pub fn words_of(&self, n: usize, run: u32, words: &mut Vec<u32>) {
        if n == 1 {
            words.push(run);
            return;
        }
        let key = self.runs[n - 2].key(run);
        self.words_of(n - 1, (key >> 32) as u32, words);
        words.push(key as u32);
    }

    /// The first word of run number `run` of `n` words, and the second.
    pub fn first_two(&self, n: usize, mut run: u32) -> (u32, Option<u32>) {
        for n in (3..=n).rev() {
            run = (self.runs[n - 2].key(run) >> 32) as u32;
        }
        if n == 1 {
            return (run, None);
        }
        let key = self.runs[0].key(run);
        ((key >> 32) as u32, Some(key as u32))
    }

    /// A number above that of every run of `n` words.
    pub fn n_runs(&self, n: usize) -> usize {
        if n == 1 { self.words.len() } else { self.runs[n - 2].bound() }
    }
}

/// Numbers what `take_from` takes from each text's tokens.
fn read_chunk<S: AsRef<str>>(
    texts: &[S],
    tokenizer: &Tokenizer,
    take_from: impl Fn(&Tokens, &mut dyn FnMut(Term<'_>)),
) -> Result<(Vocabulary, Chunk)> {
    let (mut words, mut chunk) = (Vocabulary::default(), Chunk::default());
    let (mut tokens, mut numbers) = (Tokens::default(), Vec::new());
    for text in texts {
        tokenizer.tokenize(text.as_ref(), &mut tokens)?;
        let before = numbers.len();
        take_from(&tokens, &mut |term| numbers.push(words.intern(term)));
        chunk.lengths.push((numbers.len() - before) as u32);
    }
    numbers.shrink_to_fit();
    chunk.levels.push(numbers);
    Ok((words, chunk))
}

impl Chunk {
    /// Number of texts.
    pub fn n_texts(&self) -> usize {
        self.lengths.len()
    }

    /// For each text its runs of `n` words, in their order.
    pub fn texts(&self, n: usize) -> impl Iterator<Item = &[u32]> {
        let mut rest = &self.levels[n - 1][..];
        self.lengths.iter().map(move |&length| {
            let (text, others) = rest.split_at((length as usize + 1).saturating_sub(n));
            rest = others;
            text
        })
    }

    /// For each run of one word more than those of `level` what it is known by.
    fn keys(&self, level: usize) -> Vec<u64> {
        let mut keys = Vec::with_capacity(self.levels[level].len());
        for (runs, words) in self.texts(level + 1).zip(self.texts(1)) {
            let last_words = &words[words.len().min(level + 1)..];
            let pairs = runs.iter().zip(last_words);
            keys.extend(pairs.map(|(&run, &word)| u64::from(run) << 32 | u64::from(word)));
        }
        keys
    }
}

/// The keys of a chunk, shared out.
struct Shares {
    /// For each key its part.
    parts: Vec<u8>,
    /// The keys, part by part, and where each part begins.
    keys: Vec<u64>,
    starts: [u32; PARTS + 1],
}

impl Shares {
    fn part(&self, part: usize) -> &[u64] {
        &self.keys[self.starts[part] as usize..self.starts[part + 1] as usize]
    }
}

impl Runs {
    fn new() -> Self {
        let parts = (0..PARTS).map(|_| Part::default()).collect();
        Runs { seed: RandomState::new().hash_one(0), parts }
    }

    /// Numbers the runs of `chunks` that are one word longer than those of `level`.
    fn extend(&mut self, chunks: &mut [Chunk], level: usize) {
        let seed = self.seed;
        let shares: Vec<Shares> =
            chunks.par_iter().map(|chunk| share_out(&chunk.keys(level), seed)).collect();
        let numbers: Vec<Vec<u32>> = self
            .parts
            .par_iter_mut()
            .enumerate()
            .map(|(place, part)| part.number(shares.iter().flat_map(|of| of.part(place)), seed))
            .collect();
        let mut firsts = vec![[0_u32; PARTS]];
        for of_chunk in &shares {
            let mut first = firsts[firsts.len() - 1];
            first
                .iter_mut()
                .enumerate()
                .for_each(|(part, at)| *at += of_chunk.part(part).len() as u32);
            firsts.push(first);
        }
        let work = chunks.par_iter_mut().zip(&shares).zip(firsts);
        work.for_each(|((chunk, shares), mut at)| {
            let number = |&part: &u8| {
                let at = &mut at[usize::from(part)];
                *at += 1;
                numbers[usize::from(part)][*at as usize - 1] * PARTS as u32 + u32::from(part)
            };
            chunk.levels.push(shares.parts.iter().map(number).collect());
        });
    }

    /// Nothing more will come: forgets how to find a number.
    fn close(&mut self) {
        for part in &mut self.parts {
            part.table = HashTable::new();
            part.keys.shrink_to_fit();
        }
    }

    fn key(&self, run: u32) -> u64 {
        self.parts[run as usize % PARTS].keys[run as usize / PARTS]
    }

    fn bound(&self) -> usize {
        self.parts.iter().map(|part| part.keys.len()).max().unwrap_or(0) * PARTS
    }
}

impl Part {
    /// The number of each key among those of this part.
    fn number<'k>(&mut self, keys: impl Iterator<Item = &'k u64>, seed: u64) -> Vec<u32> {
        let hash_of = |key: u64| hash(key, seed);
        let number = |&key: &u64| {
            if let Some(&(_, number)) = self.table.find(hash_of(key), |entry| entry.0 == key) {
                return number;
            }
            let number = self.keys.len() as u32;
            assert!(number < u32::MAX / PARTS as u32, "fewer than 2^32 runs fit in memory");
            self.keys.push(key);
            self.table.insert_unique(hash_of(key), (key, number), |entry| hash_of(entry.0));
            number
        };
        keys.map(number).collect()
    }
}

fn share_out(keys: &[u64], seed: u64) -> Shares {
    let part = |&key: &u64| (hash(key, seed) >> 32) as u8 % PARTS as u8;
    let parts: Vec<u8> = keys.iter().map(part).collect();
    let mut starts = [0; PARTS + 1];
    parts.iter().for_each(|&part| starts[usize::from(part) + 1] += 1);
    (0..PARTS).for_each(|part| starts[part + 1] += starts[part]);
    let (mut at, mut shared) = (starts, vec![0; keys.len()]);
    for (&part, &key) in parts.iter().zip(keys) {
        let at = &mut at[usize::from(part)];
        shared[*at as usize] = key;
        *at += 1;
    }
    Shares { parts, keys: shared, starts }
}

/// Both halves of a product, folded, with a seed that nobody can know beforehand.
#[inline]
fn hash(key: u64, seed: u64) -> u64 {
    let product = u128::from(key ^ seed) * u128::from(seed.rotate_left(32) | 1);
    product as u64 ^ (product >> 64) as u64
}
