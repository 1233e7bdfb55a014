//! The character n-grams of words that have come before.
//!
//! Words repeat: what was looked up for one is kept until the memory is full, then all is forgotten at once. A word that is
//! longer than its key is looked up each time.

use std::hash::{BuildHasher, RandomState};

use super::lexicon::fold;
use crate::tokenize::{Lowered, Word};

/// So many words are remembered at the most.
const MOST_WORDS: usize = 1 << 16;

/// So many numbers are.
const MOST_NUMBERS: usize = 1 << 22;

/// Lists of numbers by word.
#[derive(Debug, Default)]
pub(super) struct WordMemo {
    /// A power of two of them, at most half of them taken; none at the beginning.
    slots: Vec<Slot>,
    n: usize,
    /// Drawn when the first word comes, so that nobody can write words that fall together.
    seed: u64,
    numbers: Vec<u32>,
    /// The list of a word that is not remembered.
    passing: Vec<u32>,
}

/// The key is 0 where no word is.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u128,
    begin: u32,
    end: u32,
}

impl WordMemo {
    /// The list of `word`, which `list` writes where it is not remembered.
    #[inline(always)]
    pub fn terms_of(&mut self, word: Word<'_>, list: impl FnOnce(&mut Vec<u32>)) -> &[u32] {
        if word.len() > Lowered::HEAD {
            self.passing.clear();
            list(&mut self.passing);
            return &self.passing;
        }
        if 2 * self.n >= self.slots.len() || self.numbers.len() > MOST_NUMBERS {
            self.make_room();
        }
        let key = word.head();
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot.key == key {
                return &self.numbers[slot.begin as usize..slot.end as usize];
            }
            if slot.key == 0 {
                break;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        let begin = self.numbers.len();
        list(&mut self.numbers);
        self.slots[at] = Slot { key, begin: begin as u32, end: self.numbers.len() as u32 };
        self.n += 1;
        &self.numbers[begin..]
    }

    #[inline(always)]
    fn home(&self, key: u128) -> usize {
        let (low, high) = (key as u64 ^ self.seed, (key >> 64) as u64 ^ self.seed.rotate_left(32));
        fold(low, high ^ 0xd6e8_feb8_6659_fd93) as usize & (self.slots.len() - 1)
    }

    #[cold]
    fn make_room(&mut self) {
        if self.slots.is_empty() {
            self.seed = RandomState::new().hash_one(0);
        }
        if self.slots.len() >= 2 * MOST_WORDS || self.numbers.len() > MOST_NUMBERS {
            self.slots.fill(Slot::default());
            self.n = 0;
            self.numbers.clear();
            return;
        }
        let room = (2 * self.slots.len()).max(1 << 12);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); room]);
        for slot in old.into_iter().filter(|slot| slot.key != 0) {
            let mut at = self.home(slot.key);
            while self.slots[at].key != 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenize::Tokenizer;

    #[test]
    fn a_word_has_its_list_however_many_have_come_between() {
        let (mut memo, mut lowered) = (WordMemo::default(), Lowered::default());
        let tokenizer = Tokenizer::default();
        let mut n_listed = 0;
        for round in 0..3 {
            for i in 0..50_000_u32 {
                tokenizer
                    .lower(&format!("w{i} averylongwordofmorethan16bytes{i}"), &mut lowered)
                    .unwrap();
                for (word, number) in lowered.iter().zip([i, i + 1]) {
                    let list = memo.terms_of(word, |list| {
                        n_listed += 1;
                        list.extend(vec![number; 100]);
                    });
                    assert_eq!(list, [number; 100], "{round}, {i}");
                }
            }
        }
        // Long words each time; short ones nearly so, for the numbers of 50,000 are more than are kept.
        assert!((280_000..=300_000).contains(&n_listed), "{n_listed}");
    }
}
