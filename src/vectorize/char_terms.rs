//! Runs of characters within words as terms.
//!
//! Enters: words as numbers ([`super::sequences`]). Leaves: a block of counts whose terms are numbered as those of
//! [`super::word_terms`] are. Each word is taken apart once, however often it occurs.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::counts::{CountedBlock, LEFT_OUT, Names};
use super::packed::PackedRows;
use super::sequences::{CHUNK, Chunk, Sequences};
use super::{Analyzer, Vocabulary};
use crate::corpus::Span;
use crate::tokenize::Tokens;

/// Words that are taken apart together.
const WORDS: usize = 4_096;

/// Counts the runs of characters that `least` texts hold.
pub(super) fn count(sequences: &Sequences, analyzer: Analyzer, least: usize) -> CountedBlock {
    let (grams, of_words) = take_apart(&sequences.words, analyzer);
    let chunks = sequences.chunks();
    let n_with = n_with(&chunks, grams.len(), |chunk, take| {
        for (text, words) in chunk.texts(1).enumerate() {
            for &word in words {
                of_words[word as usize].iter().for_each(|&gram| take(text as u32, gram));
            }
        }
    });
    let mut order: Vec<u32> = (0..grams.len() as u32).collect();
    order.retain(|&gram| n_with[gram as usize] as usize >= least.max(1));
    let key = |&gram: &u32| (Reverse(n_with[gram as usize]), grams.term(gram));
    order.par_sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    let mut numbers = vec![LEFT_OUT; grams.len()];
    (0..).zip(&order).for_each(|(number, &gram)| numbers[gram as usize] = number);

    let rows_of = |chunk: &Chunk<'_>| {
        let (mut rows, mut terms) = (PackedRows::default(), Vec::new());
        for words in chunk.texts(1) {
            terms.clear();
            for &word in words {
                let grams = of_words[word as usize].iter().map(|&gram| numbers[gram as usize]);
                terms.extend(grams.filter(|&term| term != LEFT_OUT));
            }
            rows.push(&mut terms);
        }
        rows
    };
    let mut names = Names::default();
    for &gram in &order {
        names.write(grams.term(gram));
        names.end();
    }
    CountedBlock {
        names,
        n_with: order.iter().map(|&gram| n_with[gram as usize]).collect(),
        rows: PackedRows::of_chunks(&chunks, rows_of),
        n_values: n_with.iter().map(|&n| n as usize).sum(),
    }
}

/// How many texts hold each of `n_terms` terms; `take_from` takes the texts of a chunk
/// and their terms, in order.
fn n_with(
    chunks: &[Chunk<'_>],
    n_terms: usize,
    take_from: impl Fn(&Chunk<'_>, &mut dyn FnMut(u32, u32)) + Sync,
) -> Vec<u32> {
    let halves = chunks.par_chunks(chunks.len().div_ceil(2).max(1)).map(|chunks| {
        let (mut n_with, mut last) = (vec![0; n_terms], vec![u32::MAX; n_terms]);
        for (place, chunk) in (0..).zip(chunks) {
            take_from(chunk, &mut |text, term| {
                let text = place * CHUNK as u32 + text;
                if last[term as usize] != text {
                    last[term as usize] = text;
                    n_with[term as usize] += 1;
                }
            });
        }
        n_with
    });
    let sum = |mut sum: Vec<u32>, half: Vec<u32>| {
        sum.iter_mut().zip(half).for_each(|(sum, n)| *sum += n);
        sum
    };
    halves.reduce_with(sum).unwrap_or_else(|| vec![0; n_terms])
}

/// The terms that words are made of, and for each word its own.
fn take_apart(words: &Vocabulary, analyzer: Analyzer) -> (Vocabulary, Vec<Box<[u32]>>) {
    let words: Vec<&str> = words.iter().collect();
    let parts: Vec<(Vocabulary, Vec<Vec<u32>>)> = words
        .par_chunks(WORDS)
        .map(|words| {
            let (mut tokens, mut grams) = (Tokens::default(), Vocabulary::default());
            words.iter().for_each(|word| tokens.push(word, Span { start: 0, end: 0 }));
            let mut of_words = vec![Vec::new(); words.len()];
            analyzer.for_each_term(&tokens, |term, word| of_words[word].push(grams.intern(term)));
            (grams, of_words)
        })
        .collect();
    let (mut all, mut of_words) = (Vocabulary::default(), Vec::with_capacity(words.len()));
    for (grams, of_part) in parts {
        let numbers: Vec<u32> = grams.iter().map(|gram| all.intern(gram)).collect();
        let renumbered = |of_word: Vec<u32>| of_word.iter().map(|&g| numbers[g as usize]).collect();
        of_words.extend(of_part.into_iter().map(renumbered));
    }
    (all, of_words)
}
