//! Sliding windows, and in which of them words are: sets of bits, a bit a window.
//!
//! Enters: a stretch of a document of word numbers. Leaves: the bits of each word of interest. A window slides over a
//! document word by word; a document no longer than the window, even an empty one, is one window (Röder, Both and
//! Hinneburg, "Exploring the Space of Topic Coherence Measures", WSDM 2015, section 3.2). Nothing here counts.

/// Documents or windows of a block: bits that the first cache level holds for some topics' words.
pub(super) const BLOCK: usize = 4096;

/// Where a word has no set of bits.
pub(super) const NONE: u32 = u32::MAX;

pub(super) type Bits = [u64; BLOCK / 64];

/// A sliding window.
///
/// ```
/// use leitmotif::topics::window_bits::{Repeats, Windows};
/// assert_eq!(Windows::of(10), Windows { size: 10, repeats: Repeats::Stay });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// So many words, all tokens of a document counted; at least 1.
    pub size: usize,
    /// What happens where a word is in a window more than once.
    pub repeats: Repeats,
}

/// When a word that is in a window more than once is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// When its last occurrence has left, as the measures are defined.
    Stay,
    /// When one occurrence has left, until another comes in: what gensim 4.4 counts. For comparisons with its figures.
    Gensim,
}

impl Windows {
    /// Windows of `size` words, counted as the measures are defined.
    pub fn of(size: usize) -> Self {
        Windows { size, repeats: Repeats::Stay }
    }

    /// Windows of `size` words, counted as gensim does.
    pub fn as_gensim(size: usize) -> Self {
        Windows { size, repeats: Repeats::Gensim }
    }

    /// How many there are of a document of `length` words.
    pub(super) fn number(self, length: usize) -> usize {
        (length + 1).saturating_sub(self.size).max(1)
    }
}

/// How many bits two sets share.
#[inline(always)]
pub(super) fn both(one: &Bits, other: &Bits) -> u64 {
    let mut sum = 0;
    for (one, other) in one.iter().zip(other) {
        sum += u64::from((one & other).count_ones());
    }
    sum
}

/// A stretch of the windows of one document, and the bit of its first.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    pub begin: usize,
    pub end: usize,
    pub bit: usize,
}

/// The sets of bits of one block of at most [`BLOCK`] documents or windows.
pub(super) struct BlockBits {
    pub sets: Vec<Bits>,
    /// Whether a set has any.
    pub is_present: Vec<bool>,
    /// Where each word stands in the stretch at hand, rising; empty between stretches.
    positions: Vec<Vec<usize>>,
    /// The words that stand in it.
    seen: Vec<u32>,
}

impl BlockBits {
    pub fn new(n_sets: usize) -> Self {
        BlockBits {
            sets: vec![[0; BLOCK / 64]; n_sets],
            is_present: vec![false; n_sets],
            positions: vec![Vec::new(); n_sets],
            seen: Vec::new(),
        }
    }

    pub fn clear(&mut self) {
        for (set, is_present) in self.sets.iter_mut().zip(&mut self.is_present) {
            if std::mem::take(is_present) {
                set.fill(0);
            }
        }
    }

    pub fn set(&mut self, set: u32, bit: usize) {
        self.is_present[set as usize] = true;
        self.sets[set as usize][bit / 64] |= 1 << (bit % 64);
    }

    /// Sets the bits of the stretch's windows. What stands more than a window before its first cannot matter.
    pub fn slide(&mut self, set_of: &[u32], document: &[u32], windows: Windows, stretch: Stretch) {
        let first = stretch.begin.saturating_sub(windows.size);
        let end = document.len().min(stretch.end.saturating_add(windows.size - 1));
        for (position, &word) in document[..end].iter().enumerate().skip(first) {
            let set = set_of.get(word as usize).copied().unwrap_or(NONE);
            if set != NONE {
                if self.positions[set as usize].is_empty() {
                    self.seen.push(set);
                }
                self.positions[set as usize].push(position);
            }
        }
        for set in std::mem::take(&mut self.seen) {
            let mut positions = std::mem::take(&mut self.positions[set as usize]);
            self.set_ranges(set, &positions, windows, stretch);
            positions.clear();
            self.positions[set as usize] = positions;
        }
    }

    /// An occurrence at t is in the windows from max(0, t - size + 1) to t. For gensim it is in those up to the first
    /// occurrence of the same word that its first window holds.
    fn set_ranges(&mut self, set: u32, positions: &[usize], windows: Windows, stretch: Stretch) {
        let mut leaving = 0;
        for (place, &position) in positions.iter().enumerate() {
            let begin = (position + 1).saturating_sub(windows.size);
            while positions[leaving] < begin {
                leaving += 1;
            }
            let last = match windows.repeats {
                Repeats::Stay => positions[place],
                Repeats::Gensim => positions[leaving],
            };
            let (begin, end) = (begin.max(stretch.begin), (last + 1).min(stretch.end));
            if begin < end {
                let bit = |window: usize| stretch.bit + window - stretch.begin;
                self.is_present[set as usize] = true;
                set_range(&mut self.sets[set as usize], bit(begin), bit(end));
            }
        }
    }
}

/// Sets the bits begin..end, of which there is one or more.
fn set_range(bits: &mut Bits, begin: usize, end: usize) {
    let (first, last) = (begin / 64, (end - 1) / 64);
    let from_begin = u64::MAX << (begin % 64);
    let to_end = u64::MAX >> (63 - (end - 1) % 64);
    if first == last {
        bits[first] |= from_begin & to_end;
        return;
    }
    bits[first] |= from_begin;
    bits[first + 1..last].fill(u64::MAX);
    bits[last] |= to_end;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_set_as_bit_by_bit() {
        let ends = [0, 1, 63, 64, 65, 127, 128, 200, BLOCK - 1, BLOCK];
        for begin in ends {
            for end in ends.into_iter().filter(|&end| end > begin) {
                let mut bits = [0; BLOCK / 64];
                set_range(&mut bits, begin, end);
                let is_set = |bit: usize| bits[bit / 64] >> (bit % 64) & 1 == 1;
                assert!((0..BLOCK).all(|bit| is_set(bit) == (begin..end).contains(&bit)));
            }
        }
    }

    #[test]
    fn a_repeated_word_stays_or_goes_as_asked() {
        // Windows of 3 over 0 0 1 1 1: word 0 is in the first two; gensim drops it when the first one leaves.
        let first_word = |windows| {
            let mut bits = BlockBits::new(1);
            let whole = Stretch { begin: 0, end: 3, bit: 0 };
            bits.slide(&[0, NONE], &[0, 0, 1, 1, 1], windows, whole);
            bits.sets[0][0]
        };
        assert_eq!(first_word(Windows::of(3)), 0b011);
        assert_eq!(first_word(Windows::as_gensim(3)), 0b001);
    }
}
