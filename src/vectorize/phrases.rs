//! Pairs of numbers to numbers, exact: what is behind a phrase, word by word.
//!
//! A phrase of two words is the pair of their numbers, one of three the pair of the number of the first two and that of the
//! third. Most pairs that are asked for are not there, and whether one is cannot be foretold; so a look-up decides nothing on
//! its way: it compares all pairs of one bucket, which is one cache line, and goes on to the next only where that bucket has
//! run over.
//!
//! As numbers are bounded, a pair has few bits, which are stirred so that none is lost: some say the bucket, and the others,
//! the *tag*, stand in it (Knuth, The Art of Computer Programming 3, 6.4, exercise 13: quotienting). So seven pairs and their
//! numbers fit where the whole pairs would leave room for five.

use std::collections::HashMap;

use super::lexicon::UNKNOWN;
use crate::cpu::{self, Machine, Portable};

/// Pairs with a number each.
///
/// ```
/// use leitmotif::vectorize::lexicon::UNKNOWN;
/// use leitmotif::vectorize::phrases::Phrases;
/// let mut phrases = Phrases::with_capacity(1, 10);
/// assert!(phrases.insert(3, 4, 5));
/// assert_eq!((phrases.find(3, 4), phrases.find(4, 3)), (5, UNKNOWN));
/// ```
#[derive(Debug, Clone)]
pub struct Phrases {
    /// A power of two of them.
    buckets: Vec<Bucket>,
    n: usize,
    stir: Stir,
    unknown: u32,
    /// The pairs whose buckets have run over.
    others: HashMap<Pair, u32>,
}

const WAYS: usize = 7;

/// The tags of pairs, and their numbers; behind these what is said where no tag fits: [`UNKNOWN`], or [`RUN_OVER`] where a
/// pair that belongs here found no room.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Bucket {
    tags: [u32; WAYS + 1],
    numbers: [u32; WAYS + 1],
}

/// Look among the others.
const RUN_OVER: u32 = u32::MAX - 1;

impl Bucket {
    const EMPTY: Bucket = Bucket { tags: [0; WAYS + 1], numbers: [UNKNOWN; WAYS + 1] };

    /// What stands at this tag, else what is said where none fits.
    #[inline(always)]
    fn find(&self, machine: impl Machine, pair: Pair) -> u32 {
        let ways = machine.equal(&self.tags, pair.tag) & ((1 << WAYS) - 1);
        self.numbers[(ways | 1 << WAYS).trailing_zeros() as usize]
    }
}

/// So many pairs per bucket at the most, in the mean: then one bucket in 80 runs over.
const MOST: usize = 3;

/// A pair that is looked for: its bits, stirred.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Pair {
    home: u32,
    tag: u32,
}

/// How pairs are stirred.
#[derive(Debug, Clone, Copy)]
struct Stir {
    /// What is no number of a pair: where one is this or more, it is taken for this.
    bound: u32,
    /// Bits of a number, up to `bound`; of a pair there are twice as many.
    bits: u32,
    mask: u64,
    /// How many bits of a pair do not say the bucket, at most 32.
    n_others: u32,
}

impl Stir {
    #[inline(always)]
    fn pair(self, first: u32, second: u32) -> Pair {
        let whole =
            u64::from(first.min(self.bound)) << self.bits | u64::from(second.min(self.bound));
        // Odd factors and shifted bits lose none, whatever the width.
        let stirred = whole.wrapping_mul(0x9e37_79b9_7f4a_7c15) & self.mask;
        let stirred = stirred ^ stirred >> self.bits;
        let stirred = stirred.wrapping_mul(0xd6e8_feb8_6659_fd93) & self.mask;
        Pair { home: (stirred >> self.n_others) as u32, tag: stirred as u32 }
    }
}

impl Phrases {
    /// One with room for `n` pairs of numbers below `bound`.
    pub fn with_capacity(n: usize, bound: u32) -> Self {
        let bits = (u32::BITS - bound.leading_zeros()).max(1);
        let wanted = n.div_ceil(MOST).max(1).next_power_of_two().trailing_zeros();
        let n_bits = wanted.clamp((2 * bits).saturating_sub(u32::BITS), 2 * bits);
        let stir =
            Stir { bound, bits, mask: u64::MAX >> (64 - 2 * bits), n_others: 2 * bits - n_bits };
        let buckets = vec![Bucket::EMPTY; 1 << n_bits];
        Phrases { buckets, n: 0, stir, unknown: UNKNOWN, others: HashMap::new() }
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Gives a pair of numbers below the bound its number, which is below 2^32 - 2; says whether the pair is new.
    pub fn insert(&mut self, first: u32, second: u32, number: u32) -> bool {
        let pair = self.stir.pair(first, second);
        let bucket = &mut self.buckets[pair.home as usize];
        let taken = bucket.numbers[..WAYS].iter().take_while(|&&number| number != UNKNOWN).count();
        let is_known = bucket.tags[..taken].contains(&pair.tag);
        if is_known || taken == WAYS && self.others.contains_key(&pair) {
            return false;
        }
        if taken < WAYS {
            (bucket.tags[taken], bucket.numbers[taken]) = (pair.tag, number);
        } else {
            bucket.numbers[WAYS] = RUN_OVER;
            self.others.insert(pair, number);
        }
        self.n += 1;
        true
    }

    /// Answers `number` instead of [`UNKNOWN`] where a pair is not known; nothing may be inserted any more.
    pub fn answer_unknown_by(&mut self, number: u32) {
        self.unknown = number;
        let numbers = self.buckets.iter_mut().flat_map(|bucket| &mut bucket.numbers);
        numbers.filter(|stands| **stands == UNKNOWN).for_each(|stands| *stands = number);
    }

    /// Replaces each of `numbers`, the first of a pair whose second stands in `seconds`, by the number of the pair, or what
    /// is said of an unknown one, and tells `hint` of it; `pairs` is memory for it. All buckets are on their way before the first is needed.
    ///
    /// # Panics
    /// Where there are fewer of the others than pairs.
    #[inline(always)]
    pub fn find_all(
        &self,
        machine: impl Machine,
        seconds: &[u32],
        pairs: &mut [Pair],
        numbers: &mut [u32],
        hint: impl Fn(u32),
    ) {
        // Loops, and what does not change at hand: as in `Lexicon::find_words`.
        let (buckets, stir) = (self.buckets.as_slice(), self.stir);
        let n = numbers.len();
        let (seconds, pairs) = (&seconds[..n], &mut pairs[..n]);
        for ((pair, &first), &second) in pairs.iter_mut().zip(&*numbers).zip(seconds) {
            *pair = stir.pair(first, second);
            cpu::prefetch(buckets, pair.home as usize);
        }
        for (number, &pair) in numbers.iter_mut().zip(&*pairs) {
            let mut found = buckets[pair.home as usize].find(machine, pair);
            if found == RUN_OVER {
                found = self.find_other(pair);
            }
            *number = found;
            hint(found);
        }
    }

    #[cold]
    fn find_other(&self, pair: Pair) -> u32 {
        self.others.get(&pair).copied().unwrap_or(self.unknown)
    }

    /// The number of a pair, else what is said of an unknown one.
    pub fn find(&self, first: u32, second: u32) -> u32 {
        let pair = self.stir.pair(first, second);
        match self.buckets[pair.home as usize].find(Portable, pair) {
            RUN_OVER => self.find_other(pair),
            number => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(known: &[(u32, u32)], room: usize, bound: u32) {
        let mut phrases = Phrases::with_capacity(room, bound);
        let mut map = HashMap::new();
        for (number, &(first, second)) in (0..).zip(known) {
            let is_new = !map.contains_key(&(first, second));
            assert_eq!(phrases.insert(first, second, number), is_new);
            map.entry((first, second)).or_insert(number);
        }
        assert_eq!(phrases.len(), map.len());
        let low = (0..40).flat_map(|first| (0..40).map(move |second| (first, second)));
        let strange = [(UNKNOWN, UNKNOWN), (UNKNOWN, 0), (0, UNKNOWN), (bound, 1), (1, bound)];
        for pair in low.chain(known.iter().copied()).chain(strange) {
            let expected = map.get(&pair).copied().unwrap_or(UNKNOWN);
            assert_eq!(phrases.find(pair.0, pair.1), expected, "{pair:?}");
        }
    }

    proptest! {
        #[test]
        fn it_numbers_like_a_map(
            known in proptest::collection::vec((0_u32..40, 0_u32..40), 0..400),
            room in 0_usize..300,
        ) {
            check(&known, room, 40);
        }

        #[test]
        fn numbers_may_be_large(
            known in proptest::collection::vec((0_u32..1 << 20, 0_u32..1 << 20), 0..400),
            room in 0_usize..300,
        ) {
            check(&known, room, 1 << 20);
        }
    }

    #[test]
    fn pairs_of_few_bits_and_many_pairs_find_their_place() {
        check(&[(0, 0)], 0, 1);
        check(&[], 0, 0);
        let all: Vec<(u32, u32)> = (0..70).flat_map(|a| (0..70).map(move |b| (a, b))).collect();
        check(&all, 10, 70);
    }
}
