//! Texts to sequences of numbers: for each text its words, and its word pairs and longer runs, in their order.
//!
//! A run of n words is known by two numbers: that of its first n - 1 words, and its last word. So text is looked at
//! once, to number the words, and all the rest is done on pairs of numbers.
//!
//! Texts come in chunks of [`CHUNK`] and chunks in groups, of which one at a time is under way: what lasts lies in few
//! large pieces, which small ones that come and go do not break up. In a chunk words are numbered by themselves and then
//! joined, in the order of the chunks. The numbers do not depend on the number of threads, but those of runs depend on a
//! hash that is drawn ([`super::runs`]): nothing that is kept may show them.

use rayon::prelude::*;

use super::runs::Runs;
use super::{Analyzer, Vocabulary};
use crate::error::Result;
use crate::tokenize::{Term, Tokenizer, Tokens};

/// Texts counted together. Any fixed number would do; this keeps two cores busy on small corpora and what is under way
/// small on large ones.
pub(super) const CHUNK: usize = 256;

/// Chunks that are under way together.
pub(super) const GROUP: usize = 64;

/// What texts say, in numbers.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    /// The words, numbered in the order in which they came.
    pub words: Vocabulary,
    /// For each word how many texts hold it.
    n_with: Vec<u32>,
    /// The runs of 2, 3 ... words.
    runs: Vec<Runs>,
    /// How many words each text has.
    lengths: Vec<u32>,
    /// The numbers of the texts' words, text after text; then those of their runs of 2, 3 ... words.
    levels: Vec<Vec<u32>>,
}

/// Some texts, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Chunk<'s> {
    lengths: &'s [u32],
    levels: Vec<&'s [u32]>,
}

/// The words of a chunk as it is read, numbered by themselves.
#[derive(Default)]
struct Read {
    words: Vocabulary,
    /// For each word how many texts hold it, and the last of them.
    n_with: Vec<(u32, u32)>,
    lengths: Vec<u32>,
    numbers: Vec<u32>,
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
        read: impl Fn(&[S]) -> Result<Read> + Sync,
    ) -> Result<Self> {
        let mut sequences = Sequences::default();
        sequences.levels.extend((1..=longest).map(|_| Vec::new()));
        sequences.runs.extend((2..=longest).map(|_| Runs::new()));
        for group in texts.chunks(CHUNK * GROUP) {
            let n_texts = sequences.lengths.len();
            let starts: Vec<usize> = sequences.levels.iter().map(Vec::len).collect();
            let read: Vec<Result<Read>> = group.par_chunks(CHUNK).map(&read).collect();
            sequences.join(read.into_iter().collect::<Result<_>>()?);
            for level in 1..longest {
                let mut runs = std::mem::take(&mut sequences.runs[level - 1]);
                let numbers =
                    runs.extend(&sequences.chunks_from(n_texts, &starts[..level]), n_texts);
                numbers.iter().for_each(|numbers| sequences.levels[level].extend(numbers));
                sequences.runs[level - 1] = runs;
            }
        }
        sequences.runs.iter_mut().for_each(Runs::close);
        Ok(sequences)
    }

    /// Adds the words of chunks, numbered as all know them.
    fn join(&mut self, mut read: Vec<Read>) {
        let mut number = |chunk: &Read| -> Vec<u32> {
            let words = chunk.words.iter().zip(&chunk.n_with);
            let number = |(word, (n, _)): (&str, &(u32, u32))| {
                let number = self.words.intern(word);
                self.n_with.resize(self.words.len(), 0);
                self.n_with[number as usize] += n;
                number
            };
            words.map(number).collect()
        };
        let numbers: Vec<Vec<u32>> = read.iter().map(&mut number).collect();
        read.par_iter_mut().zip(&numbers).for_each(|(chunk, numbers)| {
            chunk.numbers.iter_mut().for_each(|word| *word = numbers[*word as usize]);
        });
        for chunk in &read {
            self.lengths.extend(&chunk.lengths);
            self.levels[0].extend(&chunk.numbers);
        }
    }

    /// The texts in chunks of [`CHUNK`].
    pub fn chunks(&self) -> Vec<Chunk<'_>> {
        self.chunks_from(0, &vec![0; self.levels.len()])
    }

    /// The chunks from text number `n_texts` on, which begin at `starts`; no more levels than these.
    fn chunks_from(&self, n_texts: usize, starts: &[usize]) -> Vec<Chunk<'_>> {
        let mut rest: Vec<&[u32]> =
            self.levels.iter().zip(starts).map(|(level, &start)| &level[start..]).collect();
        let mut chunks = Vec::new();
        for lengths in self.lengths[n_texts..].chunks(CHUNK) {
            let mut levels = Vec::with_capacity(rest.len());
            for (n, rest) in (1..).zip(&mut rest) {
                let size = |&length: &u32| (length as usize + 1).saturating_sub(n);
                let (own, others) = rest.split_at(lengths.iter().map(size).sum());
                levels.push(own);
                *rest = others;
            }
            chunks.push(Chunk { lengths, levels });
        }
        chunks
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

    /// Each run of `n` words, and how many texts hold it.
    pub fn n_with(&self, n: usize) -> Box<dyn Iterator<Item = (u32, u32)> + '_> {
        if n == 1 {
            return Box::new((0..).zip(self.n_with.iter().copied()));
        }
        Box::new(self.runs[n - 2].n_with())
    }
}

/// Numbers what `take_from` takes from each text's tokens.
fn read_chunk<S: AsRef<str>>(
    texts: &[S],
    tokenizer: &Tokenizer,
    take_from: impl Fn(&Tokens, &mut dyn FnMut(Term<'_>)),
) -> Result<Read> {
    let (mut read, mut tokens) = (Read::default(), Tokens::default());
    let Read { words, n_with, lengths, numbers } = &mut read;
    for (text, content) in (1..).zip(texts) {
        tokenizer.tokenize(content.as_ref(), &mut tokens)?;
        let before = numbers.len();
        take_from(&tokens, &mut |term| {
            let number = words.intern(term);
            if n_with.len() <= number as usize {
                n_with.push((0, 0));
            }
            let (n, last) = &mut n_with[number as usize];
            *n += u32::from(*last != text);
            *last = text;
            numbers.push(number);
        });
        lengths.push((numbers.len() - before) as u32);
    }
    Ok(read)
}

impl<'s> Chunk<'s> {
    /// Number of texts.
    pub fn n_texts(&self) -> usize {
        self.lengths.len()
    }

    /// The longest runs that are numbered.
    pub fn n_levels(&self) -> usize {
        self.levels.len()
    }

    /// For each text its runs of `n` words, in their order.
    pub fn texts(&self, n: usize) -> impl Iterator<Item = &'s [u32]> + use<'s> {
        let (mut rest, lengths) = (self.levels[n - 1], self.lengths);
        lengths.iter().map(move |&length| {
            let (text, others) = rest.split_at((length as usize + 1).saturating_sub(n));
            rest = others;
            text
        })
    }
}
