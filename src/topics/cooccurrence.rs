//! How often the words of a topic come alone and together: the counts behind every measure of coherence.
//!
//! Enters: topics as lists of word numbers, and either a count matrix (words count as together when one document has both)
//! or documents as sequences of word numbers (when one window of so many words has both). Leaves: whole numbers. What is
//! made of them is `super::coherence`'s.
//!
//! Documents or windows come in blocks of `BLOCK`, in which each word is a set of bits (`super::window_bits`), so that a
//! pair is counted by a few dozen "and"s; pairs of which the block lacks a word are passed over. Cost: one look at each
//! stored count or token, then at most `BLOCK` / 64 words of bits per block and pair. Blocks are counted on all threads:
//! sums of whole numbers do not depend on their order.

use rayon::prelude::*;

use super::window_bits::{BLOCK, BlockBits, NONE, Stretch, Windows, both};
use crate::cpu::wide;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// For each topic in how many documents, or windows, each word and each pair of its words is.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::cooccurrence::PairCounts;
/// use leitmotif::topics::window_bits::Windows;
/// let topics = [vec![0, 2]];
/// let windows = PairCounts::in_windows(&topics, &[vec![0, 1, 2]], 3, Windows::of(2))?;
/// assert_eq!((windows.n_units(), windows.with(0, 0), windows.with_both(0, 0, 1)), (2, 1, 0));
/// let mut matrix = TermMatrix::new(3);
/// matrix.push_row([(0, 1.0), (1, 1.0), (2, 1.0)]);
/// let documents = PairCounts::in_documents(&topics, &matrix)?;
/// assert_eq!((documents.n_units(), documents.with_both(0, 0, 1)), (1, 1));
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairCounts {
    n_units: u64,
    topics: Vec<TopicCounts>,
}

/// The counts of one topic of n words, shape (n, n), symmetric; of single words on the diagonal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TopicCounts {
    n_words: usize,
    counts: Vec<u64>,
}

impl PairCounts {
    /// Counts within documents, the rows of `matrix`; values do not matter, zeros count as absent.
    ///
    /// # Errors
    /// Where a topic names a word twice or one that is not a term of the matrix.
    pub fn in_documents(topics: &[Vec<u32>], matrix: &TermMatrix) -> Result<Self> {
        let words = Words::new(topics, matrix.n_terms())?;
        let counts = words.count(matrix.n_rows().div_ceil(BLOCK), |block, bits| {
            let first = block * BLOCK;
            for row in first..matrix.n_rows().min(first + BLOCK) {
                let row_of_matrix = matrix.row(row);
                for (&term, &value) in row_of_matrix.terms.iter().zip(row_of_matrix.values) {
                    let set = words.set_of[term as usize];
                    if set != NONE && value != 0.0 {
                        bits.set(set, row - first);
                    }
                }
            }
        });
        Ok(words.pair_counts(matrix.n_rows() as u64, counts))
    }

    /// Counts within sliding windows over documents of word numbers; `n_terms` and above stands for words that no topic has.
    ///
    /// # Errors
    /// Where a topic names a word twice or one not below `n_terms`, or windows hold no word.
    pub fn in_windows<D: AsRef<[u32]> + Sync>(
        topics: &[Vec<u32>],
        documents: &[D],
        n_terms: usize,
        windows: Windows,
    ) -> Result<Self> {
        if windows.size == 0 {
            return Err(Error::settings("windows of 0 words: wanted is 1 or more"));
        }
        let words = Words::new(topics, n_terms)?;
        let ends = window_ends(documents, windows);
        let n_windows = ends.last().copied().unwrap_or(0);
        let counts = words.count(n_windows.div_ceil(BLOCK), |block, bits| {
            let of_block = block * BLOCK..n_windows.min((block + 1) * BLOCK);
            let mut document = ends.partition_point(|&end| end <= of_block.start);
            let mut at = of_block.start;
            while at < of_block.end {
                let first = if document == 0 { 0 } else { ends[document - 1] };
                let end = ends[document].min(of_block.end);
                let stretch =
                    Stretch { begin: at - first, end: end - first, bit: at - of_block.start };
                bits.slide(&words.set_of, documents[document].as_ref(), windows, stretch);
                (at, document) = (end, document + 1);
            }
        });
        Ok(words.pair_counts(n_windows as u64, counts))
    }

    /// How many documents or windows there are.
    pub fn n_units(&self) -> u64 {
        self.n_units
    }

    /// How many topics.
    pub fn n_topics(&self) -> usize {
        self.topics.len()
    }

    /// How many words the topic has.
    ///
    /// # Panics
    /// Where there is no such topic, here and below.
    pub fn n_words(&self, topic: usize) -> usize {
        self.topics[topic].n_words
    }

    /// How many documents or windows have the topic's word of this place.
    pub fn with(&self, topic: usize, place: usize) -> u64 {
        self.with_both(topic, place, place)
    }

    /// How many have both words.
    pub fn with_both(&self, topic: usize, one: usize, other: usize) -> u64 {
        let TopicCounts { n_words, counts } = &self.topics[topic];
        assert!(one < *n_words && other < *n_words, "a topic of {n_words} words");
        counts[one * n_words + other]
    }
}

/// The number of windows of all documents up to each, itself included.
fn window_ends<D: AsRef<[u32]>>(documents: &[D], windows: Windows) -> Vec<usize> {
    let number = |document: &D| windows.number(document.as_ref().len());
    let add = |end: &mut usize, number| {
        *end += number;
        Some(*end)
    };
    documents.iter().map(number).scan(0, add).collect()
}

/// The words of all topics, each with a set of bits.
struct Words {
    /// For each term its set, or [`NONE`].
    set_of: Vec<u32>,
    n_sets: usize,
    /// For each topic the sets of its words.
    topics: Vec<Vec<u32>>,
    /// Where each topic's counts begin among those of all: n (n + 1) / 2 of n words.
    offsets: Vec<usize>,
}

impl Words {
    fn new(topics: &[Vec<u32>], n_terms: usize) -> Result<Self> {
        let mut words = Words {
            set_of: vec![NONE; n_terms],
            n_sets: 0,
            topics: Vec::with_capacity(topics.len()),
            offsets: vec![0],
        };
        for (place, topic) in topics.iter().enumerate() {
            let mut sorted = topic.clone();
            sorted.sort_unstable();
            if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Error::data(format!("topic {place} names word {} twice", pair[0])));
            }
            if let Some(&word) = sorted.last().filter(|&&word| word as usize >= n_terms) {
                return Err(Error::data(format!("topic {place} names word {word} of {n_terms}")));
            }
            words.add(topic);
        }
        Ok(words)
    }

    fn add(&mut self, topic: &[u32]) {
        let sets = topic.iter().map(|&word| {
            let set = &mut self.set_of[word as usize];
            if *set == NONE {
                *set = self.n_sets as u32;
                self.n_sets += 1;
            }
            *set
        });
        self.topics.push(sets.collect());
        self.offsets.push(self.offsets[self.offsets.len() - 1] + triangle(topic.len()));
    }

    /// The counts of all topics, summed over blocks that `fill` writes.
    fn count(&self, n_blocks: usize, fill: impl Fn(usize, &mut BlockBits) + Sync) -> Vec<u64> {
        let n_counts = self.offsets[self.offsets.len() - 1];
        let begin = || (BlockBits::new(self.n_sets), vec![0_u64; n_counts]);
        let of_block = |(mut bits, mut counts): (BlockBits, Vec<u64>), block| {
            bits.clear();
            fill(block, &mut bits);
            wide(|| self.add_counts(&bits, &mut counts));
            (bits, counts)
        };
        let sum = |mut sum: Vec<u64>, counts: Vec<u64>| {
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            sum
        };
        let parts = (0..n_blocks).into_par_iter().fold(begin, of_block).map(|(_, counts)| counts);
        parts.reduce(|| vec![0; n_counts], sum)
    }

    #[inline(always)]
    fn add_counts(&self, bits: &BlockBits, counts: &mut [u64]) {
        for (topic, &offset) in self.topics.iter().zip(&self.offsets) {
            let mut count = offset;
            for (place, &set) in topic.iter().enumerate() {
                if bits.is_present[set as usize] {
                    let bits_of_set = &bits.sets[set as usize];
                    for (other, &other_set) in topic[..=place].iter().enumerate() {
                        if bits.is_present[other_set as usize] {
                            counts[count + other] +=
                                both(bits_of_set, &bits.sets[other_set as usize]);
                        }
                    }
                }
                count += place + 1;
            }
        }
    }

    /// The counts of pairs (i, j <= i), one topic after the other, as a table a topic.
    fn pair_counts(&self, n_units: u64, counts: Vec<u64>) -> PairCounts {
        let topics = self.topics.iter().zip(&self.offsets).map(|(topic, &offset)| {
            let n_words = topic.len();
            let at = |i: usize, j: usize| counts[offset + triangle(i.max(j)) + i.min(j)];
            let places = (0..n_words).flat_map(|i| (0..n_words).map(move |j| (i, j)));
            TopicCounts { n_words, counts: places.map(|(i, j)| at(i, j)).collect() }
        });
        PairCounts { n_units, topics: topics.collect() }
    }
}

/// 1 + 2 + ... + n.
fn triangle(n: usize) -> usize {
    n * (n + 1) / 2
}

#[cfg(test)]
mod tests {
    use super::super::window_bits::Repeats;
    use super::*;
    use crate::math::Generator;
    use proptest::prelude::*;

    /// The slow twin: every window laid out by itself, with the words that are in it.
    fn by_definition(document: &[u32], windows: Windows) -> Vec<Vec<u32>> {
        if document.len() <= windows.size {
            return vec![document.to_vec()];
        }
        let mut present: Vec<u32> = document[..windows.size].to_vec();
        let mut all = vec![present.clone()];
        for begin in 1..=document.len() - windows.size {
            match windows.repeats {
                Repeats::Stay => present = document[begin..begin + windows.size].to_vec(),
                Repeats::Gensim => {
                    present.retain(|&word| word != document[begin - 1]);
                    present.push(document[begin + windows.size - 1]);
                }
            }
            all.push(present.clone());
        }
        all
    }

    fn count(units: &[Vec<u32>], one: u32, other: u32) -> u64 {
        units.iter().filter(|unit| unit.contains(&one) && unit.contains(&other)).count() as u64
    }

    fn assert_counts(counts: &PairCounts, topics: &[Vec<u32>], units: &[Vec<u32>]) {
        assert_eq!(counts.n_units(), units.len() as u64);
        for (number, topic) in topics.iter().enumerate() {
            for (i, &one) in topic.iter().enumerate() {
                for (j, &other) in topic.iter().enumerate() {
                    let expected = count(units, one, other);
                    assert_eq!(
                        counts.with_both(number, i, j),
                        expected,
                        "{number}: {one}, {other}"
                    );
                }
            }
        }
    }

    fn documents(n_terms: usize, lengths: &[usize], seed: u64) -> Vec<Vec<u32>> {
        let mut generator = Generator::new(seed);
        let mut text =
            |&length: &usize| (0..length).map(|_| generator.below(n_terms) as u32).collect();
        lengths.iter().map(&mut text).collect()
    }

    fn assert_windows(documents: &[Vec<u32>], windows: Windows) {
        let topics = [vec![0, 1, 2], vec![5, 1], vec![7], vec![]];
        let counts = PairCounts::in_windows(&topics, documents, 8, windows).unwrap();
        let units: Vec<Vec<u32>> =
            documents.iter().flat_map(|document| by_definition(document, windows)).collect();
        assert_counts(&counts, &topics, &units);
    }

    proptest! {
        #[test]
        fn windows_are_counted_as_laid_out_one_by_one(
            documents in proptest::collection::vec(proptest::collection::vec(0_u32..12, 0..60), 0..6),
            size in 1_usize..14,
        ) {
            assert_windows(&documents, Windows::of(size));
            assert_windows(&documents, Windows::as_gensim(size));
        }
    }

    #[test]
    fn documents_that_fill_several_blocks_are_counted_whole() {
        let documents = documents(12, &[3 * BLOCK, 0, 5, BLOCK - 7, 2 * BLOCK + 1, 40], 3);
        for size in [1, 10, 110, 5000] {
            assert_windows(&documents, Windows::of(size));
            assert_windows(&documents, Windows::as_gensim(size));
        }
    }

    #[test]
    fn one_thread_counts_what_many_do() {
        let documents = documents(12, &[2 * BLOCK, 300, BLOCK, 77, 3 * BLOCK], 4);
        let count = || PairCounts::in_windows(&[vec![3, 0, 9]], &documents, 12, Windows::of(10));
        let with = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(count).unwrap()
        };
        assert_eq!(with(1), with(5));
    }

    #[test]
    fn documents_are_counted_as_looked_through_one_by_one() {
        let lengths: Vec<usize> = (0..2 * BLOCK + 100).map(|place| place % 9).collect();
        let documents = documents(20, &lengths, 5);
        let mut matrix = TermMatrix::new(20);
        for document in &documents {
            let terms: std::collections::BTreeSet<u32> = document.iter().copied().collect();
            matrix.push_row(terms.into_iter().map(|term| (term, 2.0)));
        }
        let topics = [vec![0, 3, 19, 4], vec![4, 0]];
        assert_counts(&PairCounts::in_documents(&topics, &matrix).unwrap(), &topics, &documents);
    }

    #[test]
    fn words_named_twice_or_unknown_and_empty_windows_are_refused() {
        let refused = |topic: Vec<u32>, size| {
            let windows = Windows::of(size);
            PairCounts::in_windows(&[topic], &[vec![0]], 3, windows).unwrap_err().to_string()
        };
        assert_eq!(refused(vec![1, 0, 1], 10), "topic 0 names word 1 twice");
        assert_eq!(refused(vec![3], 10), "topic 0 names word 3 of 3");
        assert_eq!(refused(vec![1], 0), "windows of 0 words: wanted is 1 or more");
        assert!(PairCounts::in_documents(&[vec![2]], &TermMatrix::new(2)).is_err());
    }
}
