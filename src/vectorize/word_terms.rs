//! Words and runs of words as terms.
//!
//! Enters: sequences of numbers ([`super::sequences`]). Leaves: a block of counts whose terms are numbered by how many
//! texts hold them, those of most first, and among equals by the bytes of their words, word by word: which is the order
//! of the bytes of the whole where no word has a byte below that of a letter.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use rayon::prelude::*;

use super::NgramRange;
use super::counts::{CountedBlock, LEFT_OUT, Names};
use super::packed::PackedRows;
use super::sequences::{Chunk, Sequences};

/// A run of words on its way to its number: how many texts lack it, its first two words as their places among all
/// words, its length and its number among the runs of that length.
type Ranked = (Reverse<u32>, u64, usize, u32);

/// Counts the runs of words of these lengths that `least` texts hold.
pub(super) fn count(sequences: &Sequences, range: NgramRange, least: usize) -> CountedBlock {
    let lengths = range.min()..=range.max();
    let ranked = ranked(sequences, lengths.clone(), least);
    let mut numbers: Vec<Vec<u32>> =
        lengths.clone().map(|n| vec![LEFT_OUT; sequences.n_runs(n)]).collect();
    for (number, &(_, _, n, run)) in (0..).zip(&ranked) {
        numbers[n - range.min()][run as usize] = number;
    }
    let rows_of = |chunk: &Chunk<'_>| {
        let mut texts: Vec<_> = lengths.clone().map(|n| chunk.texts(n)).collect();
        let (mut rows, mut terms) = (PackedRows::default(), Vec::new());
        for _ in 0..chunk.n_texts() {
            terms.clear();
            for (text, numbers) in texts.iter_mut().zip(&numbers) {
                let runs = text.next().unwrap_or_default().iter();
                terms.extend(
                    runs.map(|&run| numbers[run as usize]).filter(|&term| term != LEFT_OUT),
                );
            }
            rows.push(&mut terms);
        }
        rows
    };
    let all = lengths.clone().flat_map(|n| sequences.n_with(n));
    CountedBlock {
        names: names_of(sequences, &ranked),
        n_with: ranked.iter().map(|&(Reverse(n), ..)| n).collect(),
        rows: PackedRows::of_chunks(&sequences.chunks(), rows_of),
        n_values: all.map(|(_, n)| n as usize).sum(),
    }
}

/// The runs of these lengths that `least` texts hold, in the order of their numbers.
fn ranked(sequences: &Sequences, lengths: RangeInclusive<usize>, least: usize) -> Vec<Ranked> {
    let words: Vec<&str> = sequences.words.iter().collect();
    let mut order: Vec<u32> = (0..words.len() as u32).collect();
    order.par_sort_unstable_by_key(|&word| words[word as usize]);
    let mut places = vec![0_u32; words.len()];
    (1..).zip(order).for_each(|(place, word)| places[word as usize] = place);

    let path = |n: usize, run: u32| -> Vec<u32> {
        let mut path = Vec::with_capacity(n);
        sequences.words_of(n, run, &mut path);
        path.iter_mut().for_each(|word| *word = places[*word as usize]);
        path
    };
    let mut ranked: Vec<Ranked> = Vec::new();
    for n in lengths {
        let is_frequent = |&(_, n_with): &(u32, u32)| n_with as usize >= least.max(1);
        let frequent: Vec<(u32, u32)> = sequences.n_with(n).filter(is_frequent).collect();
        let rank = |&(run, n_with): &(u32, u32)| {
            let (first, second) = sequences.first_two(n, run);
            let second = second.map_or(0, |word| places[word as usize]);
            let first_two = u64::from(places[first as usize]) << 32 | u64::from(second);
            (Reverse(n_with), first_two, n, run)
        };
        ranked.par_extend(frequent.par_iter().map(rank));
    }
    ranked.par_sort_unstable_by(|a, b| {
        let by_two = (a.0, a.1).cmp(&(b.0, b.1));
        by_two.then_with(|| {
            if a.2.max(b.2) > 2 { path(a.2, a.3).cmp(&path(b.2, b.3)) } else { a.2.cmp(&b.2) }
        })
    });
    ranked
}

fn names_of(sequences: &Sequences, ranked: &[Ranked]) -> Names {
    let name = |ranked: &[Ranked]| {
        let (mut names, mut path) = (Names::default(), Vec::new());
        for &(_, _, n, run) in ranked {
            path.clear();
            sequences.words_of(n, run, &mut path);
            for (place, &word) in path.iter().enumerate() {
                if place > 0 {
                    names.write(" ");
                }
                names.write(sequences.words.term(word));
            }
            names.end();
        }
        names
    };
    let parts: Vec<Names> = ranked.par_chunks(1 << 14).map(name).collect();
    let mut all = Names::default();
    parts.iter().for_each(|part| all.append(part));
    all
}
