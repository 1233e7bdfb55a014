//! The terms that a few texts can have, without a table of all terms.
//!
//! Who classifies one article and no more would spend most of the time on a table of which hardly anything is asked. Here it
//! is the other way around: the words of the texts go into a small table, and each term of the vocabulary is asked whether
//! it is made of them. Cost: one look at every term, most of which fail at their first word.

use rayon::prelude::*;

use super::index::for_each_gram;
use super::lexicon::{Lexicon, fold};
use super::{Analyzer, NgramRange, Vectorizer, Vocabulary};
use crate::tokenize::{Lowered, Word};

/// For each block of `vectorizer`, rising, all terms that a text can have whose words are all among those of `texts`: terms of
/// words that are made of these, and the character n-grams of these. A few others are among them.
///
/// ```
/// use leitmotif::tokenize::{Lowered, Tokenizer};
/// use leitmotif::vectorize::{Vectorizer, VectorizerParams, Vocabulary, terms_of};
/// let terms: Vocabulary = ["tax", "oil tax", "war", "oil"].into_iter().collect();
/// let vectorizer = Vectorizer::from_parts(VectorizerParams::default(), vec![(terms, vec![1.0; 4])]);
/// let mut text = Lowered::default();
/// Tokenizer::default().lower("Tax on oil", &mut text)?;
/// assert_eq!(terms_of(&vectorizer, &[text]), [[0, 1, 3]]);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn terms_of(vectorizer: &Vectorizer, texts: &[Lowered]) -> Vec<Vec<u32>> {
    let mut words = Lexicon::with_capacity(texts.iter().map(Lowered::len).sum::<usize>() / 2);
    let (mut distinct, mut heads) = (Vec::new(), Heads::default());
    for word in texts.iter().flat_map(|text| text.iter()) {
        if words.insert_word(word, distinct.len() as u32) {
            distinct.push(word);
            heads.insert(word.head());
        }
    }
    let analyzers = vectorizer.params().analyzers();
    let blocks: Vec<_> = analyzers.into_iter().zip(vectorizer.parts()).collect();
    let of_block = |(analyzer, (vocabulary, _)): (Analyzer, (&Vocabulary, _))| match analyzer {
        Analyzer::Words(_) => terms_with(vocabulary, |term| {
            heads.contains(first_part(term.head()))
                && term.parts().all(|part| heads.contains(part.head()))
        }),
        Analyzer::Chars(range) => {
            let grams = grams_of(&distinct, range);
            terms_with(vocabulary, |term| grams.contains(term.head()))
        }
    };
    blocks.into_par_iter().map(of_block).collect()
}

/// The first [`Lowered::HEAD`] bytes of strings, as far as one bit for each tells them: some that were not put in seem to be,
/// too, which lets terms pass that no text has, and does no harm.
struct Heads(Vec<u64>);

impl Default for Heads {
    fn default() -> Self {
        Heads(vec![0; 1 << (Heads::BITS - 6)])
    }
}

impl Heads {
    /// As many as the nearest memory holds: one in forty is set by the character n-grams of an article.
    const BITS: u32 = 18;

    /// The word of the bit, and the bit.
    #[inline(always)]
    fn place(head: u128) -> (usize, u64) {
        let hash =
            fold(head as u64 ^ 0x243f_6a88_85a3_08d3, (head >> 64) as u64 ^ 0xb7e1_5162_8aed_2a6b);
        let bit = hash >> (64 - Heads::BITS);
        (bit as usize / 64, 1 << (bit % 64))
    }

    fn insert(&mut self, head: u128) {
        let (word, bit) = Heads::place(head);
        self.0[word] |= bit;
    }

    #[inline(always)]
    fn contains(&self, head: u128) -> bool {
        let (word, bit) = Heads::place(head);
        self.0[word] & bit != 0
    }
}

/// The head of the first part of a term whose head is `head`: what stands in front of the first space.
#[inline(always)]
fn first_part(head: u128) -> u128 {
    const ONES: u128 = u128::from_ne_bytes([1; Lowered::HEAD]);
    let differs = head ^ (ONES * b' ' as u128);
    // The upper bit of the first byte that is a space, and perhaps of some behind it.
    let spaces = differs.wrapping_sub(ONES) & !differs & ONES << 7;
    // All bits below the space; all there are where there is none.
    head & ((spaces & spaces.wrapping_neg()) >> 7).wrapping_sub(1)
}

fn grams_of(words: &[Word<'_>], range: NgramRange) -> Heads {
    let mut grams = Heads::default();
    for &word in words {
        for_each_gram(word, range, |gram| {
            let mut head = [0; Lowered::HEAD];
            let len = gram.len().min(Lowered::HEAD);
            head[..len].copy_from_slice(&gram.as_bytes()[..len]);
            grams.insert(u128::from_le_bytes(head));
        });
    }
    grams
}

fn terms_with(vocabulary: &Vocabulary, holds: impl Fn(Word<'_>) -> bool) -> Vec<u32> {
    (0..vocabulary.len() as u32).filter(|&term| holds(vocabulary.word(term))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Portable;
    use crate::tokenize::Tokenizer;
    use crate::vectorize::index::tests::vectorizer;
    use crate::vectorize::{IndexScratch, TermIndex, VectorizerParams};
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Terms as the whole vectorizer numbers them, and their counts.
    fn counted(
        index: &TermIndex,
        number: impl Fn(u32) -> u32,
        text: &Lowered,
    ) -> HashMap<u32, u32> {
        let mut scratch = IndexScratch::default();
        let mut all = HashMap::new();
        for block in index.count(Portable, text, &mut scratch) {
            all.extend(block.terms.iter().map(|&term| number(term)).zip(block.counts.to_vec()));
        }
        all
    }

    #[test]
    fn the_first_part_ends_at_the_first_space() {
        let head = |text: &str| Word::within(text, 0, text.len() as u32).head();
        for (term, first) in [
            ("oil tax", "oil"),
            ("oil tax on a", "oil"),
            ("oil", "oil"),
            ("a! b", "a!"),
            ("sixteen-letters! and", "sixteen-letters!"),
            ("seventeen-letters of", "seventeen-letter"),
        ] {
            assert_eq!(first_part(head(term)), head(first), "{term}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn what_is_kept_is_enough_for_all_texts_of_these_words(
            known in proptest::collection::vec("([a-c ]|\\PC){0,60}", 1..12),
            words in proptest::collection::vec("[a-cé]{1,20}", 1..12),
            n_left_out in 0_usize..4,
        ) {
            let range = |min, max| NgramRange::new(min, max).ok();
            for chars in [None, range(1, 4)] {
                let params = VectorizerParams { words: range(1, 3), chars, ..Default::default() };
                let tokenizer = Tokenizer::default();
                let known: Vec<String> = known.iter().cloned().chain([words.join(" ")]).collect();
                let vectorizer = vectorizer(&known, &params);
                let lower = |text: String| {
                    let mut lowered = Lowered::default();
                    tokenizer.lower(&text, &mut lowered).unwrap();
                    lowered
                };
                let kept = terms_of(&vectorizer, &[lower(words.join(" "))]);
                let firsts = [0, vectorizer.parts().next().unwrap().0.len() as u32];
                let numbers: Vec<u32> = kept
                    .iter()
                    .zip(firsts)
                    .flat_map(|(kept, first)| kept.iter().map(move |term| first + term))
                    .collect();
                let (whole, some) =
                    (TermIndex::new(&vectorizer).unwrap(), TermIndex::of(&vectorizer, &kept).unwrap());
                // Words left out bring others together.
                let rest = words.iter().skip(n_left_out).step_by(2).cloned().collect::<Vec<_>>();
                for text in [words.join(" "), rest.join(" ")] {
                    let text = lower(text);
                    let number = |term: u32| numbers[term as usize];
                    prop_assert_eq!(counted(&some, number, &text), counted(&whole, |term| term, &text));
                }
            }
        }
    }
}
