//! Terms to numbers and back: exact, without collisions, in a fixed order.

use std::hash::{BuildHasher, BuildHasherDefault};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

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
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    text: String,
    /// Where each term ends in `text`.
    ends: Vec<usize>,
    table: HashTable<u32>,
}

fn hash(term: &str) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(term.as_bytes())
}

impl Vocabulary {
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
        term_of(&self.text, &self.ends, index)
    }

    /// All terms in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|index| self.term(index))
    }

    /// The number of `term`, where it is known.
    pub fn find(&self, term: &str) -> Option<u32> {
        let is_it = |&index: &u32| self.term(index) == term;
        self.table.find(hash(term), is_it).copied()
    }

    /// The number of `term`, which is added where it is new.
    ///
    /// # Panics
    /// At the 2^32nd term.
    pub fn intern(&mut self, term: &str) -> u32 {
        let Vocabulary { text, ends, table } = self;
        let is_it = |&index: &u32| term_of(text, ends, index) == term;
        if let Some(&index) = table.find(hash(term), is_it) {
            return index;
        }
        let index = u32::try_from(ends.len()).expect("fewer than 2^32 terms fit in memory");
        text.push_str(term);
        ends.push(text.len());
        table.insert_unique(hash(term), index, |&other| hash(term_of(text, ends, other)));
        index
    }
}

fn term_of<'t>(text: &'t str, ends: &[usize], index: u32) -> &'t str {
    let index = index as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] };
    &text[start..ends[index]]
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
