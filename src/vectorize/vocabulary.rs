//! Terms to numbers and back: exact, without collisions, in a fixed order.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use hashbrown::HashTable;

use crate::tokenize::{Term, Word};

/// Terms numbered from 0 in the order in which they came. All terms lie in one string.
///
/// ```
/// use leitmotif::vectorize::Vocabulary;
/// let mut vocabulary = Vocabulary::default();
/// assert_eq!(vocabulary.intern("oil"), 0);
/// assert_eq!(vocabulary.intern("tax"), 1);
/// assert_eq!(vocabulary.intern("oil"), 0);
/// assert_eq!((vocabulary.find("tax"), vocabulary.find("war")), (Some(1), None));
/// assert_eq!(vocabulary.term(1), "tax");
/// ```
#[derive(Debug, Clone)]
pub struct Vocabulary {
    text: String,
    /// Where each term ends in `text`.
    ends: Vec<usize>,
    /// What terms are looked up in; of a vocabulary that was read, made when one first is.
    table: OnceLock<HashTable<Entry>>,
    /// Drawn anew for every vocabulary, so that nobody can make terms that fall together. Numbers
    /// do not depend on it.
    seed: u64,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Vocabulary::unchecked(String::new(), Vec::new())
    }
}

/// A term's key beside its number, so that most look-ups touch nothing but the table. Sixteen
/// bytes, for what a look-up costs is the way to memory.
#[derive(Debug, Clone, Copy)]
struct Entry {
    low: u64,
    high: u32,
    term: u32,
}

impl Entry {
    fn new(Key { low, high }: Key, term: u32) -> Self {
        Entry { low, high, term }
    }

    #[inline]
    fn key(&self) -> Key {
        Key { low: self.low, high: self.high }
    }
}

/// What a term is compared by: for at most [`Key::WHOLE`] bytes these and their number, for a longer
/// term a hash, behind which the bytes must be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    low: u64,
    high: u32,
}

impl Key {
    /// The longest term that its key tells whole.
    const WHOLE: usize = 11;

    #[inline]
    fn of(term: Term<'_>, seed: u64) -> Key {
        if term.len() <= Key::WHOLE {
            let head = term.head();
            Key { low: head as u64, high: (head >> 64) as u32 | (term.len() as u32) << 24 }
        } else {
            Key::of_long(term, seed)
        }
    }

    fn of_long(term: Term<'_>, seed: u64) -> Key {
        let head = term.head();
        let mut low = fold(head as u64 ^ seed, (head >> 64) as u64 ^ term.len() as u64 ^ PI);
        if term.len() > Term::HEAD {
            let (words, last) = term.as_str().as_bytes()[Term::HEAD..].as_chunks::<8>();
            let mut padded = [0; 8];
            padded[..last.len()].copy_from_slice(last);
            for word in words.iter().chain([&padded]) {
                low = fold(low ^ u64::from_le_bytes(*word), seed ^ PI);
            }
        }
        Key { low, high: u32::MAX }
    }

    #[inline]
    fn hash(self, seed: u64) -> u64 {
        fold(self.low ^ seed, u64::from(self.high) ^ seed.rotate_left(32) ^ PI)
    }
}

/// Digits of pi, for want of anything special.
const PI: u64 = 0x243f_6a88_85a3_08d3;

/// Both halves of the product, folded: what wyhash (Wang Yi 2019) mixes with.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl Vocabulary {
    /// The terms that lie one behind the other in `text`, each ending where `ends` says; `None` where the ends do not rise up
    /// to that of the text, or one of them is within a character. Where a term stands twice, which
    /// [`Vocabulary::has_each_once`] tells, one of its numbers is found.
    pub fn from_parts(text: String, ends: Vec<usize>) -> Option<Self> {
        let rises = ends.is_sorted() && ends.last().copied().unwrap_or(0) == text.len();
        // All are looked at, without a stop at the first, which goes quickly.
        let n_within = ends.iter().filter(|&&end| rises && !text.is_char_boundary(end)).count();
        (rises && n_within == 0).then(|| Self::unchecked(text, ends))
    }

    fn unchecked(text: String, ends: Vec<usize>) -> Self {
        let seed = RandomState::new().hash_one(0);
        Vocabulary { text, ends, table: OnceLock::new(), seed }
    }

    /// Whether no term stands twice.
    pub fn has_each_once(&self) -> bool {
        self.table().len() == self.len()
    }

    fn table(&self) -> &HashTable<Entry> {
        self.table.get_or_init(|| {
            let mut table = HashTable::with_capacity(self.len());
            for (number, term) in (0..).zip(self.iter()) {
                let term = Term::from(term);
                let key = Key::of(term, self.seed);
                if self.find_in(&table, key, term).is_none() {
                    let entry = Entry::new(key, number);
                    table.insert_unique(key.hash(self.seed), entry, |e| e.key().hash(self.seed));
                }
            }
            table
        })
    }

    /// Term number `index`, to be looked up or kept as tokens are.
    pub(super) fn word(&self, index: u32) -> Word<'_> {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Word::within(&self.text, start as u32, self.ends[index] as u32)
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Term number `index`.
    ///
    /// # Panics
    /// Where there is no such term.
    pub fn term(&self, index: u32) -> &str {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    /// All terms in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|index| self.term(index))
    }

    /// The number of `term`, where it is known.
    #[inline]
    pub fn find<'t>(&self, term: impl Into<Term<'t>>) -> Option<u32> {
        let term = term.into();
        self.find_key(Key::of(term, self.seed), term)
    }

    #[inline]
    fn find_key(&self, key: Key, term: Term<'_>) -> Option<u32> {
        self.find_in(self.table(), key, term)
    }

    #[inline]
    fn find_in(&self, table: &HashTable<Entry>, key: Key, term: Term<'_>) -> Option<u32> {
        let is_it = |entry: &Entry| {
            let told_whole = term.len() <= Key::WHOLE;
            entry.key() == key && (told_whole || self.term(entry.term) == term.as_str())
        };
        table.find(key.hash(self.seed), is_it).map(|entry| entry.term)
    }

    /// The number of `term`, which is added where it is new.
    ///
    /// # Panics
    /// At the 2^32nd term.
    #[inline]
    pub fn intern<'t>(&mut self, term: impl Into<Term<'t>>) -> u32 {
        let term = term.into();
        let (seed, key) = (self.seed, Key::of(term, self.seed));
        if let Some(index) = self.find_key(key, term) {
            return index;
        }
        let index = u32::try_from(self.ends.len()).expect("fewer than 2^32 terms fit in memory");
        self.text.push_str(term.as_str());
        self.ends.push(self.text.len());
        let entry = Entry::new(key, index);
        // It has been made: the term was looked for.
        if let Some(table) = self.table.get_mut() {
            table.insert_unique(key.hash(seed), entry, |other| other.key().hash(seed));
        }
        index
    }
}

impl<'t> FromIterator<&'t str> for Vocabulary {
    fn from_iter<I: IntoIterator<Item = &'t str>>(terms: I) -> Self {
        let mut vocabulary = Vocabulary::default();
        terms.into_iter().for_each(|term| {
            vocabulary.intern(term);
        });
        vocabulary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    #[test]
    fn terms_of_every_length_that_share_their_ends_are_told_apart() {
        let mut terms = Vec::new();
        for length in 0..40 {
            for changed in 0..length {
                for byte in [b'a', b'b', b' '] {
                    let mut term = vec![b'x'; length];
                    term[changed] = byte;
                    terms.push(String::from_utf8(term).unwrap());
                }
            }
        }
        let vocabulary: Vocabulary = terms.iter().map(String::as_str).collect();
        assert_eq!(vocabulary.len(), terms.len());
        for (number, term) in (0..).zip(&terms) {
            assert_eq!(vocabulary.find(term.as_str()), Some(number));
            assert_eq!(vocabulary.term(number), term);
        }
    }

    #[test]
    fn long_terms_with_equal_keys_are_told_apart() {
        // Two such terms are hard to find: the key of one is asked for with the bytes of another.
        let mut vocabulary = Vocabulary::default();
        let (one, other) = ("a".repeat(30), "b".repeat(30));
        vocabulary.intern(one.as_str());
        let key = Key::of(one.as_str().into(), vocabulary.seed);
        assert_eq!(vocabulary.find_key(key, one.as_str().into()), Some(0));
        assert_eq!(vocabulary.find_key(key, other.as_str().into()), None);
    }

    #[test]
    fn terms_made_to_fall_together_do_not() {
        // With a hash that multiplies what is known these 50,000 would have one key.
        let term = |i: usize| format!("\u{10}\0\0\0\0\0\0\0{i:08}");
        let terms: Vec<String> = (0..50_000).map(term).collect();
        let vocabulary: Vocabulary = terms.iter().map(String::as_str).collect();
        let key = |term: &String| Key::of(term.as_str().into(), vocabulary.seed).low;
        let keys: std::collections::HashSet<u64> = terms.iter().map(key).collect();
        assert!(keys.len() > 49_000, "{}", keys.len());
    }

    proptest! {
        #[test]
        fn it_numbers_like_a_map_from_strings(terms in proptest::collection::vec("[ab]{0,20}", 0..300)) {
            let mut vocabulary = Vocabulary::default();
            let mut map: HashMap<&str, u32> = HashMap::new();
            for term in &terms {
                let next = map.len() as u32;
                let number = *map.entry(term).or_insert(next);
                prop_assert_eq!(vocabulary.intern(term.as_str()), number);
            }
            prop_assert_eq!(vocabulary.len(), map.len());
        }
    }
}
