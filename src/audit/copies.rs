//! Texts that are copies of one another, word for word or nearly.
//!
//! Enters: texts. Leaves: for each the set of copies it belongs to. Two texts are near copies where the Jaccard
//! similarity of their shingles, runs of three words, is at least a half (of a paragraph of 80 words some eight may
//! differ), or where one has four fifths of the other's. Texts of fewer than 18 words ask for a similarity of .8, for short
//! questions are alike without being copies. Words are those of the default tokenizer, so case and punctuation never
//! count.
//!
//! Candidates come from MinHash (Broder 1997) in bands (Leskovec, Rajaraman and Ullman, "Mining of Massive
//! Datasets", section 3.4): 40 bands of 3 hashes find a pair of similarity s with probability 1 - (1 - s^3)^40:
//! .995 at a half, .93 at .4 and .66 at .3, so that a short excerpt may go unseen. Every candidate is then compared
//! shingle by shingle, so nothing that is not similar is ever called a copy. Texts without a word are nobody's copies.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::error::Result;
use crate::math::Generator;
use crate::tokenize::{Tokenizer, Tokens};

/// Words of a shingle.
const SHINGLE: usize = 3;
/// Near copies have at least this Jaccard similarity.
const SIMILAR: f64 = 0.5;
/// Below so many shingles it takes more.
const FEW_SHINGLES: usize = 16;
const SIMILAR_OF_FEW: f64 = 0.8;
/// Or the greater has this share of the smaller: an excerpt.
const CONTAINED: f64 = 0.8;
const BANDS: usize = 40;
const HASHES_OF_A_BAND: usize = 3;
/// A text of a band is compared with at most so many that are not alike.
const MOST_COMPARED: usize = 8;

/// Which texts are copies of one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// For each text the first text with the same words in the same order; itself where it is the first.
    pub exact: Vec<usize>,
    /// For each text the first text of its set of near copies. Sets are closed: a copy of a copy belongs to it.
    pub near: Vec<usize>,
}

impl Copies {
    /// Finds the copies among `texts`. The same texts and seed give the same sets. Cost: linear in the text, but
    /// for the texts that share bands.
    ///
    /// # Errors
    /// Where a text cannot be tokenized.
    ///
    /// ```
    /// use leitmotif::audit::Copies;
    /// let wire = "The army retook the last town on the road to the border on Monday after nine days of fighting.";
    /// let reprint = format!("PARIS - {wire} It gave no other news.");
    /// let copies = Copies::find(&[wire, &wire.to_uppercase(), "Rain is expected.", &reprint], 42)?;
    /// assert_eq!(copies.exact, [0, 0, 2, 3]);
    /// assert_eq!(copies.near, [0, 0, 2, 0]);
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    pub fn find<S: AsRef<str> + Sync>(texts: &[S], seed: u64) -> Result<Copies> {
        let shingled = Shingled::of(texts)?;
        let (mut first_of, mut exact) = (HashMap::new(), Vec::with_capacity(texts.len()));
        for text in 0..texts.len() {
            let is_empty = shingled.shingles(text).is_empty();
            let words = shingled.words[text];
            exact.push(if is_empty { text } else { *first_of.entry(words).or_insert(text) });
        }
        drop(first_of);
        let mut sets = Sets((0..texts.len()).collect());
        let is_first = |text: &usize| exact[*text] == *text && !shingled.shingles(*text).is_empty();
        let firsts: Vec<usize> = (0..texts.len()).filter(is_first).collect();
        let hashes = hashes(seed);
        for band in hashes.chunks_exact(HASHES_OF_A_BAND) {
            join_within(band, &firsts, &shingled, &mut sets);
        }
        for (text, &first) in exact.iter().enumerate() {
            sets.join(text, first);
        }
        let near = (0..texts.len()).map(|text| sets.first(text)).collect();
        Ok(Copies { exact, near })
    }

    /// `groups` with those joined that share copies, numbered anew in the order of their first texts.
    pub fn joined(&self, groups: &[usize]) -> Vec<usize> {
        let n_groups = groups.iter().max().map_or(0, |last| last + 1);
        let mut sets = Sets((0..n_groups).collect());
        for (text, &first) in self.near.iter().enumerate() {
            sets.join(groups[text], groups[first]);
        }
        let mut numbers = HashMap::new();
        let mut number = |group: &usize| {
            let next = numbers.len();
            *numbers.entry(sets.first(*group)).or_insert(next)
        };
        groups.iter().map(&mut number).collect()
    }

    /// The sets of two texts and more, each with its texts in order, in the order of their first texts.
    pub fn sets(&self) -> Vec<Vec<usize>> {
        let mut sets: Vec<Vec<usize>> = vec![Vec::new(); self.near.len()];
        self.near.iter().enumerate().for_each(|(text, &first)| sets[first].push(text));
        sets.retain(|set| set.len() > 1);
        sets
    }
}

/// For each text a hash of all words in order, and the hashes of its shingles, rising, each once. A text of fewer words
/// than a shingle has is one shingle.
#[derive(Default)]
struct Shingled {
    words: Vec<u64>,
    shingles: Vec<u32>,
    ends: Vec<usize>,
}

/// The texts that one thread takes at a time, and how many such pieces are under way: what lasts lies in one piece.
const PIECE: usize = 256;
const PIECES: usize = 64;

impl Shingled {
    fn of<S: AsRef<str> + Sync>(texts: &[S]) -> Result<Shingled> {
        let tokenizer = Tokenizer::default();
        let piece = |texts: &[S]| {
            let (mut piece, mut tokens) = (Shingled::default(), Tokens::default());
            for text in texts {
                tokenizer.tokenize(text.as_ref(), &mut tokens)?;
                piece.push(&tokens);
            }
            Ok(piece)
        };
        let mut all = Shingled::default();
        for texts in texts.chunks(PIECE * PIECES) {
            let pieces: Vec<Result<Shingled>> = texts.par_chunks(PIECE).map(piece).collect();
            for piece in pieces {
                let piece = piece?;
                all.ends.extend(piece.ends.iter().map(|end| all.shingles.len() + end));
                all.shingles.extend(piece.shingles);
                all.words.extend(piece.words);
            }
        }
        Ok(all)
    }

    fn push(&mut self, tokens: &Tokens) {
        let words: Vec<u64> = tokens.iter().map(hash_of).collect();
        let shortest = words.len().clamp(1, SHINGLE);
        let mut shingles: Vec<u32> =
            words.windows(shortest).map(|run| (hash_of(run) >> 32) as u32).collect();
        shingles.sort_unstable();
        shingles.dedup();
        self.words.push(hash_of(&words));
        self.shingles.extend(shingles);
        self.ends.push(self.shingles.len());
    }

    fn shingles(&self, text: usize) -> &[u32] {
        let start = if text == 0 { 0 } else { self.ends[text - 1] };
        &self.shingles[start..self.ends[text]]
    }
}

fn hash_of<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    // The high bits of this hash are its good ones; a last mix spreads them (Steele, Lea and Flood 2014).
    Generator::new(hasher.finish()).next_u64()
}

/// A hash x -> (a x + b) of 32 bits, of which the high ones count.
type Affine = (u64, u64);

fn hashes(seed: u64) -> Vec<Affine> {
    let mut generator = Generator::new(seed);
    (0..BANDS * HASHES_OF_A_BAND)
        .map(|_| (generator.next_u64() | 1, generator.next_u64()))
        .collect()
}

fn min_hash((factor, addend): Affine, shingles: &[u32]) -> u64 {
    let hash = |&shingle: &u32| u64::from(shingle).wrapping_mul(factor).wrapping_add(addend) >> 32;
    shingles.iter().map(hash).min().unwrap_or(u64::MAX)
}

/// Joins the sets of those `texts` that share a band and are similar.
fn join_within(band: &[Affine], texts: &[usize], shingled: &Shingled, sets: &mut Sets) {
    let key = |&text: &usize| {
        let shingles = shingled.shingles(text);
        let lowest: Vec<u64> = band.iter().map(|&hash| min_hash(hash, shingles)).collect();
        (hash_of(&lowest), text)
    };
    let mut keyed: Vec<(u64, usize)> = texts.par_iter().map(key).collect();
    keyed.par_sort_unstable();
    for bucket in keyed.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
        let mut seen: Vec<usize> = Vec::new();
        for &(_, text) in bucket {
            let alike = seen.iter().find(|&&other| {
                sets.first(other) == sets.first(text)
                    || are_copies(shingled.shingles(other), shingled.shingles(text))
            });
            match alike {
                Some(&other) => sets.join(text, other),
                None if seen.len() < MOST_COMPARED => seen.push(text),
                None => {}
            }
        }
    }
}

fn are_copies(a: &[u32], b: &[u32]) -> bool {
    let (shorter, n_shared) = (a.len().min(b.len()), n_shared(a, b));
    let similarity = n_shared as f64 / (a.len() + b.len() - n_shared).max(1) as f64;
    if shorter < FEW_SHINGLES {
        return similarity >= SIMILAR_OF_FEW;
    }
    similarity >= SIMILAR || n_shared as f64 >= CONTAINED * shorter as f64
}

/// How many two sets share, each rising.
fn n_shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut n_shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        n_shared += usize::from(a[i] == b[j]);
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    n_shared
}

/// Disjoint sets (Tarjan 1975) whose first member stands for them.
struct Sets(Vec<usize>);

impl Sets {
    fn first(&self, mut of: usize) -> usize {
        while self.0[of] != of {
            of = self.0[of];
        }
        of
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of 60 drawn words; every tenth is a copy of the one before with `n_changed` words changed.
    fn texts(n: usize, n_changed: usize) -> Vec<String> {
        let mut generator = Generator::new(9);
        let mut texts: Vec<Vec<String>> = Vec::new();
        for i in 0..n {
            let mut words: Vec<String> =
                (0..60).map(|_| format!("w{}", generator.below(500))).collect();
            if i % 10 == 9 {
                words.clone_from(&texts[i - 1]);
                (0..n_changed).for_each(|_| words[generator.below(60)] = "changed".into());
            }
            texts.push(words);
        }
        texts.iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn near_copies_are_those_that_all_pairs_show() {
        let texts = texts(300, 4);
        let copies = Copies::find(&texts, 1).unwrap();
        let tokenizer = Tokenizer::default();
        let shingles: Vec<Vec<u32>> = texts
            .iter()
            .map(|text| {
                let (mut tokens, mut piece) = (Tokens::default(), Shingled::default());
                tokenizer.tokenize(text, &mut tokens).unwrap();
                piece.push(&tokens);
                piece.shingles
            })
            .collect();
        let mut n_pairs = 0;
        for a in 0..texts.len() {
            for b in a + 1..texts.len() {
                let similar = are_copies(&shingles[a], &shingles[b]);
                assert_eq!(similar, copies.near[a] == copies.near[b], "{a} and {b}");
                n_pairs += usize::from(similar);
            }
        }
        assert_eq!((n_pairs, copies.sets().len()), (30, 30));
        assert_eq!(copies.exact, (0..300).collect::<Vec<_>>());
    }

    #[test]
    fn groups_that_share_a_copy_become_one() {
        let copies = Copies { exact: vec![0, 1, 2, 3], near: vec![0, 1, 0, 3] };
        assert_eq!(copies.joined(&[0, 0, 1, 2]), [0, 0, 0, 1]);
        assert_eq!(copies.sets(), [[0, 2]]);
    }

    #[test]
    fn empty_texts_are_no_copies_and_short_ones_only_of_themselves() {
        let copies = Copies::find(&["", " ", "Oil", "oil!", "tax", ""], 1).unwrap();
        assert_eq!(copies.near, [0, 1, 2, 2, 4, 5]);
    }
}
