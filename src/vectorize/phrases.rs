//! Pairs of numbers to numbers, exact: what is behind a phrase, word by word.
//!
//! A phrase of two words is the pair of their numbers, one of three the pair of the number of the first two and that of the
//! third. Most pairs that are asked for are not there, and whether one is cannot be foretold; so a look-up decides nothing on
//! its way: it compares all five pairs of one bucket, which is one cache line, and goes on to the next only where that bucket
//! has run over.

use super::lexicon::{RUN_OVER, UNKNOWN, fold};
use crate::cpu;

/// Pairs with a number each.
///
/// ```
/// use leitmotif::vectorize::lexicon::UNKNOWN;
/// use leitmotif::vectorize::phrases::Phrases;
/// let mut phrases = Phrases::with_capacity(1);
/// assert!(phrases.insert(3, 4, 5));
/// assert_eq!((phrases.find(3, 4), phrases.find(4, 3)), (5, UNKNOWN));
/// ```
#[derive(Debug, Clone)]
pub struct Phrases {
    /// A power of two of them.
    buckets: Vec<Bucket>,
    n: usize,
}

const WAYS: usize = 5;

#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Bucket {
    keys: [u64; WAYS],
    /// First what is said where no pair fits: [`UNKNOWN`], or [`RUN_OVER`] where a pair that belongs here stands further on;
    /// then the number of each pair.
    numbers: [u32; WAYS + 1],
}

impl Bucket {
    const EMPTY: Bucket = Bucket { keys: [NO_PAIR; WAYS], numbers: [UNKNOWN; WAYS + 1] };
}

/// The key of a pair that nobody has: no word has the number [`RUN_OVER`].
const NO_PAIR: u64 = u64::MAX - 1;

#[inline(always)]
fn key(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

impl Phrases {
    /// One with room for `n` pairs.
    pub fn with_capacity(n: usize) -> Self {
        let n_buckets = (2 * n).div_ceil(WAYS).max(1).next_power_of_two();
        Phrases { buckets: vec![Bucket::EMPTY; n_buckets], n: 0 }
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Gives a pair its number, which is below 2^32 - 2; says whether the pair is new.
    pub fn insert(&mut self, first: u32, second: u32, number: u32) -> bool {
        if 2 * (self.n + 1) > WAYS * self.buckets.len() {
            self.grow();
        }
        let is_new = self.put(key(first, second), number);
        self.n += usize::from(is_new);
        is_new
    }

    fn grow(&mut self) {
        let room = vec![Bucket::EMPTY; 2 * self.buckets.len()];
        for bucket in std::mem::replace(&mut self.buckets, room) {
            let taken = bucket.keys.into_iter().zip(bucket.numbers.into_iter().skip(1));
            for (key, number) in taken.filter(|&(_, number)| number != UNKNOWN) {
                self.put(key, number);
            }
        }
    }

    /// Puts a pair where it belongs, if it is new.
    #[inline]
    fn put(&mut self, key: u64, number: u32) -> bool {
        let mut at = self.home(key);
        loop {
            let bucket = &mut self.buckets[at];
            for way in 0..WAYS {
                if bucket.keys[way] == key {
                    return false;
                }
                if bucket.numbers[way + 1] == UNKNOWN {
                    (bucket.keys[way], bucket.numbers[way + 1]) = (key, number);
                    return true;
                }
            }
            bucket.numbers[0] = RUN_OVER;
            at = (at + 1) & (self.buckets.len() - 1);
        }
    }

    #[inline(always)]
    fn home(&self, key: u64) -> usize {
        fold(key ^ 0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93) as usize & (self.buckets.len() - 1)
    }

    /// Hints that this pair will be looked up soon.
    #[inline(always)]
    pub fn prefetch(&self, first: u32, second: u32) {
        cpu::prefetch(&self.buckets, self.home(key(first, second)));
    }

    /// The number of a pair, else [`UNKNOWN`].
    #[inline(always)]
    pub fn find(&self, first: u32, second: u32) -> u32 {
        let key = key(first, second);
        let mut at = self.home(key);
        loop {
            let bucket = &self.buckets[at];
            let mut place = 0;
            for way in 0..WAYS {
                place += usize::from(bucket.keys[way] == key) * (way + 1);
            }
            let number = bucket.numbers[place];
            if number != RUN_OVER {
                return number;
            }
            at = (at + 1) & (self.buckets.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn it_numbers_like_a_map(
            known in proptest::collection::vec((0_u32..40, 0_u32..40), 0..400),
            room in 0_usize..300,
        ) {
            let mut phrases = Phrases::with_capacity(room);
            let mut map = HashMap::new();
            for (number, &(first, second)) in (0..).zip(&known) {
                prop_assert_eq!(phrases.insert(first, second, number), !map.contains_key(&(first, second)));
                map.entry((first, second)).or_insert(number);
            }
            prop_assert_eq!(phrases.len(), map.len());
            for pair in (0..40).flat_map(|first| (0..40).map(move |second| (first, second))) {
                let expected = map.get(&pair).copied().unwrap_or(UNKNOWN);
                prop_assert_eq!(phrases.find(pair.0, pair.1), expected);
            }
            for pair in [(UNKNOWN, UNKNOWN), (UNKNOWN, 0), (0, UNKNOWN)] {
                prop_assert_eq!(phrases.find(pair.0, pair.1), UNKNOWN);
            }
        }
    }
}
