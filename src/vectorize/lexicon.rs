//! Short strings to numbers, for looking up and nothing else: exact, and one step to memory.
//!
//! A string of at most 16 bytes is its own key; of a longer one a hash is, behind which the bytes are compared. A look-up
//! decides nothing on its way, for what is asked for cannot be foretold: it compares the three keys of one bucket, which is one
//! cache line, and goes on to the next only where that bucket has run over. Whoever asks cannot slow it down: nothing that is
//! asked for enters the table.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::cpu::{self, Machine, Portable};
use crate::tokenize::{Lowered, Word};

/// What is answered for a string that is not known.
pub const UNKNOWN: u32 = u32::MAX;

/// Strings with a number each.
///
/// ```
/// use leitmotif::vectorize::lexicon::{Lexicon, UNKNOWN};
/// let mut lexicon = Lexicon::with_capacity(2);
/// assert!(lexicon.insert("oil", 7));
/// assert!(!lexicon.insert("oil", 8));
/// assert_eq!((lexicon.find(b"oil"), lexicon.find(b"tax")), (7, UNKNOWN));
/// ```
#[derive(Debug, Clone)]
pub struct Lexicon {
    buckets: Vec<Bucket>,
    n: usize,
    unknown: u32,
    /// Drawn anew for every lexicon, so that nobody can make strings that fall together.
    seed: u64,
    /// By number the strings that their keys do not tell whole.
    long: HashMap<u32, Box<[u8]>>,
}

const WAYS: usize = 3;

/// Keys and their numbers: the lower halves of the keys, the upper ones, and the numbers, two and two. After the number of
/// each key comes what is said where no key fits: [`UNKNOWN`], or [`RUN_OVER`] where a key that belongs here stands further
/// on. The key of a place that is free is that of the empty string, which is never kept.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Bucket([u64; 2 * WAYS + 2]);

/// So many keys per bucket at the most, in the mean.
const MOST: usize = 2;

/// Look in the next bucket.
const RUN_OVER: u32 = u32::MAX - 1;

impl Bucket {
    const EMPTY: Bucket = Bucket([0, 0, 0, 0, 0, 0, u64::MAX, u64::MAX]);

    fn key(&self, way: usize) -> Key {
        Key { low: self.0[way], high: self.0[WAYS + way] }
    }

    #[inline(always)]
    fn number(&self, place: usize) -> u32 {
        (self.0[2 * WAYS + place / 2] >> (place % 2 * 32)) as u32
    }

    fn set_number(&mut self, place: usize, number: u32) {
        let shift = place % 2 * 32;
        let pair = &mut self.0[2 * WAYS + place / 2];
        *pair = *pair & !(u64::from(u32::MAX) << shift) | u64::from(number) << shift;
    }

    fn set(&mut self, way: usize, key: Key, number: u32) {
        (self.0[way], self.0[WAYS + way]) = (key.low, key.high);
        self.set_number(way, number);
    }

    /// What stands at this key, else what is said where none fits.
    #[inline(always)]
    fn find(&self, machine: impl Machine, key: Key) -> u32 {
        let (lows, highs) = (self.0.first_chunk().expect("there are 8"), &self.0[WAYS..]);
        let highs = highs.first_chunk().expect("there are 5");
        let equal = machine.equal_pairs(lows, key.low, highs, key.high);
        let ways = (1 << WAYS) - 1;
        self.number((equal & ways | 1 << WAYS).trailing_zeros() as usize)
    }
}

/// Memory of [`Lexicon::find_words`].
#[derive(Debug, Default)]
pub struct Asked {
    /// For each token its key and where it is looked for: so many as there are tokens, then room.
    keys: Vec<(Key, usize)>,
    /// Which tokens are long.
    long: Vec<usize>,
}

/// The bytes of a string of up to 16, zeros behind them; of a longer one a hash and a mark that no text has.
#[derive(Debug, Clone, Copy, Eq, Default)]
struct Key {
    low: u64,
    high: u64,
}

impl PartialEq for Key {
    #[inline(always)]
    fn eq(&self, other: &Key) -> bool {
        (self.low ^ other.low) | (self.high ^ other.high) == 0
    }
}

impl Key {
    const LONG: u64 = u64::MAX;

    #[inline(always)]
    fn of_short(head: u128) -> Key {
        Key { low: head as u64, high: (head >> 64) as u64 }
    }

    fn of(bytes: &[u8]) -> Key {
        if bytes.len() > Lowered::HEAD {
            return Key::of_long(bytes);
        }
        let mut head = [0; Lowered::HEAD];
        head[..bytes.len()].copy_from_slice(bytes);
        Key::of_short(u128::from_le_bytes(head))
    }

    #[cold]
    fn of_long(bytes: &[u8]) -> Key {
        let (words, last) = bytes.as_chunks::<8>();
        let mut padded = [0; 8];
        padded[..last.len()].copy_from_slice(last);
        let mix = |low: u64, word: &[u8; 8]| fold(low ^ u64::from_le_bytes(*word), PI);
        let low = words.iter().chain([&padded]).fold(bytes.len() as u64 ^ E, mix);
        Key { low: low | 1, high: Key::LONG }
    }

    /// Whether one of the first `n` bytes, at most 16, is 0, or there are none.
    fn has_zero_within(self, n: usize) -> bool {
        const ONES: u128 = u128::from_ne_bytes([1; Lowered::HEAD]);
        let head = u128::from(self.low) | u128::from(self.high) << 64;
        let head = head | u128::MAX.checked_shl(8 * n as u32).unwrap_or(0);
        // The lowest byte that is 0, and none below it, borrows from its upper bit.
        n == 0 || head.wrapping_sub(ONES) & !head & ONES << 7 != 0
    }

    #[inline(always)]
    fn hash(self, seed: u64) -> u64 {
        fold(self.low ^ seed, self.high ^ seed.rotate_left(32) ^ E)
    }
}

/// Which of `n` buckets is a key's (Lemire, Fast random integer generation in an interval, 2019).
#[inline(always)]
fn home(key: Key, seed: u64, n: usize) -> usize {
    (((key.hash(seed) >> 32) * n as u64) >> 32) as usize
}

/// Digits of pi and e, for want of anything special.
const PI: u64 = 0x243f_6a88_85a3_08d3;
const E: u64 = 0xb7e1_5162_8aed_2a6b;

/// Both halves of the product, folded: what wyhash (Wang Yi 2019) mixes with.
#[inline(always)]
pub(super) fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl Lexicon {
    /// One with room for `n` strings.
    pub fn with_capacity(n: usize) -> Self {
        let buckets = vec![Bucket::EMPTY; n / MOST + 1];
        let seed = RandomState::new().hash_one(0);
        Lexicon { buckets, n: 0, unknown: UNKNOWN, seed, long: HashMap::new() }
    }

    /// Number of strings.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Gives `string` its number, which is below 2^32 - 2; says whether the string is new. The empty string and one with a
    /// zero byte, of which tokens have none, are not kept.
    pub fn insert(&mut self, string: &str, number: u32) -> bool {
        self.insert_word(Word::within(string, 0, string.len() as u32), number)
    }

    /// The same with a part of a text.
    pub fn insert_word(&mut self, word: Word<'_>, number: u32) -> bool {
        if self.n + 1 > MOST * self.buckets.len() {
            self.grow();
        }
        if word.len() > Lowered::HEAD {
            return self.insert_long(word.as_bytes(), number);
        }
        let key = Key::of_short(word.head());
        if key.has_zero_within(word.len()) {
            return true;
        }
        let is_new = self.put(key, number);
        self.n += usize::from(is_new);
        is_new
    }

    #[cold]
    fn insert_long(&mut self, string: &[u8], number: u32) -> bool {
        if string.contains(&0) {
            return true;
        }
        let is_new = self.put(Key::of_long(string), number);
        if is_new {
            self.n += 1;
            self.long.insert(number, string.into());
        }
        is_new
    }

    fn grow(&mut self) {
        let room = vec![Bucket::EMPTY; 2 * self.buckets.len()];
        for bucket in std::mem::replace(&mut self.buckets, room) {
            for way in (0..WAYS).filter(|&way| bucket.number(way) != UNKNOWN) {
                self.put(bucket.key(way), bucket.number(way));
            }
        }
    }

    /// Puts a key where it belongs, if it is new.
    #[inline]
    fn put(&mut self, key: Key, number: u32) -> bool {
        let mut at = self.home(key);
        loop {
            let bucket = &mut self.buckets[at];
            for way in 0..WAYS {
                if bucket.number(way) == UNKNOWN {
                    bucket.set(way, key, number);
                    return true;
                }
                if bucket.key(way) == key {
                    return false;
                }
            }
            bucket.set_number(WAYS, RUN_OVER);
            at = (at + 1) % self.buckets.len();
        }
    }

    /// Answers `number` instead of [`UNKNOWN`] where [`Lexicon::find_words`] knows a token not; nothing may be inserted any
    /// more.
    pub fn answer_unknown_by(&mut self, number: u32) {
        self.unknown = number;
        for bucket in self.buckets.iter_mut().filter(|bucket| bucket.number(WAYS) == UNKNOWN) {
            bucket.set_number(WAYS, number);
        }
    }

    /// The number of a string, else what is said of an unknown one.
    pub fn find(&self, string: &[u8]) -> u32 {
        match string.len() {
            0 => self.unknown,
            1..=Lowered::HEAD => self.find_key(Key::of(string)),
            _ => self.find_long(string),
        }
    }

    /// Writes the number of each token, or what is said of an unknown one, into `numbers`, and tells `hint` of it; `asked` is memory for it. All
    /// buckets are on their way before the first is needed.
    ///
    /// # Panics
    /// Where there are not as many numbers as tokens.
    #[inline(always)]
    pub fn find_words(
        &self,
        machine: impl Machine,
        tokens: &Lowered,
        asked: &mut Asked,
        numbers: &mut [u32],
        hint: impl Fn(u32),
    ) {
        // Loops and no adapters, which are functions of their own, compiled for any machine; and what does not change is at
        // hand, for the compiler cannot know.
        let (buckets, seed) = (self.buckets.as_slice(), self.seed);
        let (text, places) = tokens.parts();
        let n = places.len();
        assert_eq!(numbers.len(), n);
        if asked.keys.len() < n {
            asked.keys.resize(n.next_power_of_two(), Default::default());
        }
        let (keys, long) = (&mut asked.keys[..n], &mut asked.long);
        long.clear();
        for (index, (asked, (start, end))) in keys.iter_mut().zip(places).enumerate() {
            let len = (end - start) as usize;
            let mut key = Key::of_short(Lowered::head(&text[start as usize..], len));
            if len > Lowered::HEAD {
                key = Key::of_long(&text[start as usize..end as usize]);
                long.push(index);
            }
            let home = home(key, seed, buckets.len());
            cpu::prefetch(buckets, home);
            *asked = (key, home);
        }
        for (number, &(key, home)) in numbers.iter_mut().zip(&*keys) {
            let mut found = buckets[home].find(machine, key);
            if found == RUN_OVER {
                found = self.find_further(key, home);
            }
            *number = found;
            hint(found);
        }
        for &index in &*long {
            numbers[index] = self.find_long(tokens.word(index).as_bytes());
        }
    }

    /// The number of a token, which is not empty, else what is said of an unknown one.
    #[inline(always)]
    pub fn find_word(&self, word: Word<'_>) -> u32 {
        if word.len() <= Lowered::HEAD {
            self.find_key(Key::of_short(word.head()))
        } else {
            self.find_long(word.as_bytes())
        }
    }

    #[cold]
    fn find_long(&self, string: &[u8]) -> u32 {
        let number = self.find_key(Key::of_long(string));
        let is_it = self.long.get(&number).is_some_and(|kept| **kept == *string);
        if is_it { number } else { self.unknown }
    }

    fn home(&self, key: Key) -> usize {
        home(key, self.seed, self.buckets.len())
    }

    fn find_key(&self, key: Key) -> u32 {
        self.find_further(key, self.home(key))
    }

    /// What stands in this bucket or in one that it has run over to.
    fn find_further(&self, key: Key, mut at: usize) -> u32 {
        loop {
            let number = self.buckets[at].find(Portable, key);
            if number != RUN_OVER {
                return number;
            }
            at = (at + 1) % self.buckets.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenize::Tokenizer;
    use proptest::prelude::*;
    use std::collections::HashMap;

    #[test]
    fn long_strings_with_equal_keys_are_told_apart() {
        let mut lexicon = Lexicon::with_capacity(1);
        let (one, other) = ("a".repeat(30), "b".repeat(30));
        assert!(lexicon.insert(&one, 1));
        assert_eq!(lexicon.find(one.as_bytes()), 1);
        // Two such strings are hard to find: the key of the one is put in for the other.
        lexicon.put(Key::of(other.as_bytes()), 1);
        assert_eq!(lexicon.find(other.as_bytes()), UNKNOWN);
    }

    #[test]
    fn what_no_token_can_be_is_not_kept() {
        let mut lexicon = Lexicon::with_capacity(1);
        assert!(lexicon.insert("", 1) && lexicon.insert("a\0", 2) && lexicon.insert("a", 3));
        assert_eq!((lexicon.find(b"a"), lexicon.find(b""), lexicon.len()), (3, UNKNOWN, 1));
    }

    proptest! {
        #[test]
        fn it_numbers_like_a_map(
            known in proptest::collection::vec("[abé]{1,22}", 0..200),
            asked in proptest::collection::vec("[abé]{1,22}", 0..50),
        ) {
            let mut lexicon = Lexicon::with_capacity(0);
            let mut map: HashMap<&str, u32> = HashMap::new();
            for (number, string) in (0..).zip(&known) {
                prop_assert_eq!(lexicon.insert(string, number), !map.contains_key(string.as_str()));
                map.entry(string).or_insert(number);
            }
            let tokenizer = Tokenizer::default();
            let mut lowered = Lowered::default();
            for string in known.iter().chain(&asked) {
                let expected = map.get(string.as_str()).copied().unwrap_or(UNKNOWN);
                prop_assert_eq!(lexicon.find(string.as_bytes()), expected);
                tokenizer.lower(string, &mut lowered).unwrap();
                prop_assert_eq!(lexicon.find_word(lowered.iter().next().unwrap()), expected);
            }
        }
    }
}
