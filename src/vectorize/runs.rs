//! Runs of words by number: what each is made of, and how many texts hold it.
//!
//! A run of n words is known by a key: the number of its first n - 1 words, and that of its last word. Keys are shared
//! out by their hash to [`PARTS`] tables, each of which one thread fills, chunk by chunk.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use rayon::prelude::*;

use super::sequences::{CHUNK, Chunk};

/// Tables that share the runs of one length; a power of two.
const PARTS: usize = 64;

/// Runs of one length.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Drawn anew, so that nobody can make runs that fall together.
    seed: u64,
    parts: Vec<Part>,
}

/// A share of the runs, numbered by themselves.
#[derive(Debug, Default)]
struct Part {
    /// The numbers, found by their keys.
    table: HashTable<u32>,
    keys: Vec<u64>,
    /// For each run how many texts hold it, and the last of them, from 1.
    n_with: Vec<(u32, u32)>,
}

/// The keys of a chunk, shared out.
struct Shares {
    /// For each key its part.
    parts: Vec<u8>,
    /// The keys and in which texts of the chunk they stand, part by part, and where each part begins.
    keys: Vec<u64>,
    texts: Vec<u8>,
    starts: [u32; PARTS + 1],
}

impl Runs {
    /// None.
    pub fn new() -> Self {
        let parts = (0..PARTS).map(|_| Part::default()).collect();
        Runs { seed: RandomState::new().hash_one(0), parts }
    }

    /// Numbers the runs of `chunks` that are one word longer than those of their last level: for each chunk, in the
    /// order of its texts. `n_texts` come before.
    pub fn extend(&mut self, chunks: &[Chunk<'_>], n_texts: usize) -> Vec<Vec<u32>> {
        let seed = self.seed;
        let shares: Vec<Shares> = chunks.par_iter().map(|chunk| Shares::of(chunk, seed)).collect();
        let parts = self.parts.par_iter_mut().enumerate();
        let numbers: Vec<Vec<u32>> =
            parts.map(|(place, part)| part.number(place, &shares, n_texts, seed)).collect();
        let mut firsts = vec![[0_u32; PARTS]];
        for of_chunk in &shares {
            let mut first = firsts[firsts.len() - 1];
            let sizes = of_chunk.starts.windows(2).map(|ends| ends[1] - ends[0]);
            first.iter_mut().zip(sizes).for_each(|(at, size)| *at += size);
            firsts.push(first);
        }
        let gather = |(shares, mut at): (&Shares, [u32; PARTS])| {
            let number = |&part: &u8| {
                let at = &mut at[usize::from(part)];
                *at += 1;
                numbers[usize::from(part)][*at as usize - 1] * PARTS as u32 + u32::from(part)
            };
            shares.parts.iter().map(number).collect()
        };
        shares.par_iter().zip(firsts).map(gather).collect()
    }

    /// Nothing more will come: forgets how to find a number.
    pub fn close(&mut self) {
        self.parts.iter_mut().for_each(|part| part.table = HashTable::new());
    }

    /// What run number `run` is known by.
    pub fn key(&self, run: u32) -> u64 {
        self.parts[run as usize % PARTS].keys[run as usize / PARTS]
    }

    /// A number above that of every run.
    pub fn bound(&self) -> usize {
        self.parts.iter().map(|part| part.keys.len()).max().unwrap_or(0) * PARTS
    }

    /// Each run, and how many texts hold it.
    pub fn n_with(&self) -> impl Iterator<Item = (u32, u32)> {
        self.parts.iter().enumerate().flat_map(|(place, part)| {
            let numbers = (0..).map(move |number: u32| number * PARTS as u32 + place as u32);
            numbers.zip(part.n_with.iter().map(|&(n, _)| n))
        })
    }
}

impl Part {
    /// The number of each key of this part among those of this part, chunk after chunk.
    fn number(&mut self, place: usize, shares: &[Shares], n_texts: usize, seed: u64) -> Vec<u32> {
        let size = |shares: &Shares| (shares.starts[place + 1] - shares.starts[place]) as usize;
        let mut numbers = Vec::with_capacity(shares.iter().map(size).sum());
        for (chunk, shares) in shares.iter().enumerate() {
            let range = shares.starts[place] as usize..shares.starts[place + 1] as usize;
            let first = (n_texts + chunk * CHUNK) as u32 + 1;
            for (&key, &text) in shares.keys[range.clone()].iter().zip(&shares.texts[range]) {
                let number = self.intern(key, seed);
                let (n, last) = &mut self.n_with[number as usize];
                *n += u32::from(*last != first + u32::from(text));
                *last = first + u32::from(text);
                numbers.push(number);
            }
        }
        numbers
    }

    #[inline]
    fn intern(&mut self, key: u64, seed: u64) -> u32 {
        let keys = &self.keys;
        let is_it = |&number: &u32| keys[number as usize] == key;
        if let Some(&number) = self.table.find(hash(key, seed), is_it) {
            return number;
        }
        let number = keys.len() as u32;
        assert!(number < u32::MAX / PARTS as u32, "fewer than 2^32 runs fit in memory");
        let hash_of = |&number: &u32| hash(keys[number as usize], seed);
        self.table.insert_unique(hash(key, seed), number, hash_of);
        self.keys.push(key);
        self.n_with.push((0, 0));
        number
    }
}

impl Shares {
    /// For each run of one word more than those of the last level of `chunk` what it is known by.
    fn of(chunk: &Chunk<'_>, seed: u64) -> Shares {
        let mut keys: Vec<(u64, u8)> = Vec::new();
        let n = chunk.n_levels();
        for (text, (runs, words)) in chunk.texts(n).zip(chunk.texts(1)).enumerate() {
            let pairs = runs.iter().zip(&words[words.len().min(n)..]);
            let key = |(&run, &word): (&u32, &u32)| u64::from(run) << 32 | u64::from(word);
            keys.extend(pairs.map(|pair| (key(pair), text as u8)));
        }
        let part = |(key, _): &(u64, u8)| (hash(*key, seed) >> 32) as u8 % PARTS as u8;
        let parts: Vec<u8> = keys.iter().map(part).collect();
        let mut starts = [0; PARTS + 1];
        parts.iter().for_each(|&part| starts[usize::from(part) + 1] += 1);
        (0..PARTS).for_each(|part| starts[part + 1] += starts[part]);
        let (mut at, mut shared, mut texts) = (starts, vec![0; keys.len()], vec![0; keys.len()]);
        for (&part, (key, text)) in parts.iter().zip(keys) {
            let at = &mut at[usize::from(part)];
            (shared[*at as usize], texts[*at as usize]) = (key, text);
            *at += 1;
        }
        Shares { parts, keys: shared, texts, starts }
    }
}

/// Both halves of a product, folded, with a seed that nobody can know beforehand.
#[inline]
fn hash(key: u64, seed: u64) -> u64 {
    let product = u128::from(key ^ seed) * u128::from(seed.rotate_left(32) | 1);
    product as u64 ^ (product >> 64) as u64
}

/// Texts of a chunk are numbered in a byte.
const _: () = assert!(CHUNK <= 256);
