//! Texts to the terms that topics are made of: words without the small change of the language.
//!
//! Enters: texts, and a tokenizer. Leaves: a vocabulary in the order of the alphabet, and for each text the numbers of its
//! terms in their order ([`TermSequences`]), of which counts are made. A term is a word in small letters, of letters alone
//! (the parts of "group's" count each for itself; what a digit or an underscore stands in does not), long enough, not on the stop list, in
//! neither too few nor too many texts; where asked, also a pair of such words that stand side by side more often than chance
//! would have it (Mikolov et al. 2013, section 4; the measure is the normalised pointwise mutual information of Bouma 2009).
//!
//! Nothing is learned from a text when it is read by what was learned ([`TopicTerms::read`]): it gives what it gave in the
//! corpus.

use std::collections::HashSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Vocabulary, stop_words};
use crate::error::{Error, Result};
use crate::math::ln;
use crate::matrix::TermMatrix;
use crate::tokenize::{Tokenizer, Tokens};

/// Which words become terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicTermsParams {
    /// The fewest letters; 3, since shorter words seldom name a thing.
    pub min_letters: usize,
    /// In how many texts a term stands at least; where not said, 5, or 2 where there are fewer than
    /// [`TopicTermsParams::FEW_TEXTS`] texts.
    pub min_texts: Option<usize>,
    /// In which share of the texts a term stands at most, in 0..=1; one half, since what is in most texts tells none apart.
    pub max_share: f64,
    /// Words that never count; an empty list keeps all. They are kept sorted.
    pub stop_words: Vec<String>,
    /// Whether pairs of words that belong together become terms.
    pub phrases: bool,
}

impl Default for TopicTermsParams {
    fn default() -> Self {
        let stop_words = stop_words::english().map(Into::into).collect();
        TopicTermsParams {
            min_letters: 3,
            min_texts: None,
            max_share: 0.5,
            stop_words,
            phrases: false,
        }
    }
}

impl TopicTermsParams {
    /// Below so many texts a term need stand in two only.
    pub const FEW_TEXTS: usize = 500;

    /// In how many of `n_texts` texts a term must stand.
    pub fn min_texts(&self, n_texts: usize) -> usize {
        self.min_texts.unwrap_or(if n_texts < Self::FEW_TEXTS { 2 } else { 5 })
    }

    /// # Errors
    /// Where a setting is out of its range.
    pub fn check(&self) -> Result<()> {
        if !(self.max_share > 0.0 && self.max_share <= 1.0) {
            return Err(Error::settings(format!(
                "max share {}: must be above 0, at most 1",
                self.max_share
            )));
        }
        Ok(())
    }
}

/// What terms there are, and how they are found.
#[derive(Debug, Clone)]
pub struct TopicTerms {
    params: TopicTermsParams,
    vocabulary: Vocabulary,
    stop_words: HashSet<String>,
}

/// For each text the numbers of its terms, in the order in which they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermSequences {
    terms: Vec<u32>,
    ends: Vec<usize>,
}

impl TermSequences {
    /// Adds a text.
    pub fn push(&mut self, terms: &[u32]) {
        self.terms.extend_from_slice(terms);
        self.ends.push(self.terms.len());
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many terms all texts have.
    pub fn n_tokens(&self) -> usize {
        self.terms.len()
    }

    /// The terms of text `index`.
    pub fn text(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.terms[start..self.ends[index]]
    }

    /// The texts in order.
    pub fn texts(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|index| self.text(index))
    }

    /// How often each of `n_terms` terms stands in each text: shape (texts, terms).
    pub fn counts(&self, n_terms: usize) -> TermMatrix {
        let mut counts = TermMatrix::new(n_terms);
        let (mut sorted, mut row) = (Vec::new(), Vec::new());
        for text in self.texts() {
            count_terms(text, &mut sorted, &mut row);
            counts.push_row(row.iter().copied());
        }
        counts
    }
}

/// Fills `row` with (term, how often), terms rising; `sorted` is memory.
pub fn count_terms(terms: &[u32], sorted: &mut Vec<u32>, row: &mut Vec<(u32, f32)>) {
    sorted.clear();
    sorted.extend_from_slice(terms);
    sorted.sort_unstable();
    row.clear();
    row.extend(sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as f32)));
}

/// Stands between words that are not neighbours.
const BREAK: u32 = u32::MAX;
/// Texts that one thread reads together.
const CHUNK: usize = 256;
/// From which mutual information on, of at most 1, two words belong together; gensim's documentation and the topic
/// literature use .3 to .7.
const PHRASE_FROM: f64 = 0.5;

impl TopicTerms {
    /// Finds the terms of `texts`; `count_done` hears of every chunk of texts, from any thread.
    ///
    /// ```
    /// use leitmotif::tokenize::Tokenizer;
    /// use leitmotif::vectorize::{TopicTerms, TopicTermsParams};
    /// let texts = ["The oil of the group", "Oil and taxes", "Taxes, again: TAXES"];
    /// let params = TopicTermsParams { max_share: 1.0, ..TopicTermsParams::default() };
    /// let (terms, sequences) = TopicTerms::fit(params, &texts, &Tokenizer::default(), |_| {})?;
    /// assert_eq!(terms.vocabulary().iter().collect::<Vec<_>>(), ["oil", "taxes"]);
    /// assert_eq!(sequences.text(2), [1, 1]);
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where a setting is out of its range or a text cannot be tokenized.
    pub fn fit<S: AsRef<str> + Sync>(
        params: TopicTermsParams,
        texts: &[S],
        tokenizer: &Tokenizer,
        count_done: impl Fn(usize) + Sync,
    ) -> Result<(Self, TermSequences)> {
        params.check()?;
        let words = Words::read(
            &Self::from_parts(params.clone(), Vocabulary::default()),
            texts,
            tokenizer,
            count_done,
        )?;
        let pairs =
            if params.phrases { words.phrases(params.min_texts(texts.len())) } else { Vec::new() };
        let (min, max) = (params.min_texts(texts.len()), params.max_share * texts.len() as f64);
        let is_kept = |n_with: u32| n_with as usize >= min && f64::from(n_with) <= max;
        let mut names: Vec<String> = Vec::new();
        for (word, &n_with) in words.vocabulary.iter().zip(&words.n_with) {
            if is_kept(n_with) {
                names.push(word.to_string());
            }
        }
        for (a, b) in pairs {
            names.push(format!("{} {}", words.vocabulary.term(a), words.vocabulary.term(b)));
        }
        names.sort_unstable();
        let mut vocabulary = Vocabulary::default();
        for name in &names {
            vocabulary.intern(name.as_str());
        }
        let sequences = words.renumbered(&vocabulary, params.phrases);
        Ok((Self::from_parts(params, vocabulary), sequences))
    }

    /// The terms of `vocabulary`, found as `params` say.
    pub fn from_parts(params: TopicTermsParams, vocabulary: Vocabulary) -> Self {
        let stop_words = params.stop_words.iter().cloned().collect();
        TopicTerms { params, vocabulary, stop_words }
    }

    /// The settings.
    pub fn params(&self) -> &TopicTermsParams {
        &self.params
    }

    /// The terms; of one that was fitted, in the order of the alphabet.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Replaces `out` by the numbers of the terms of a text, in order. `text` is what `tokens` were made of.
    pub fn read(&self, text: &str, tokens: &Tokens, out: &mut Vec<u32>) {
        out.clear();
        let mut before: Option<(&str, bool)> = None;
        let mut pair = String::new();
        self.for_each_word(text, tokens, |word| {
            let Some(word) = word else { return before = None };
            let number = self.vocabulary.find(word);
            if let Some((first, was_taken)) = before.filter(|_| self.params.phrases) {
                pair.clear();
                pair.extend([first, " ", word]);
                if let Some(phrase) = self.vocabulary.find(pair.as_str()) {
                    if was_taken {
                        out.pop();
                    }
                    out.push(phrase);
                    return before = None;
                }
            }
            out.extend(number);
            before = Some((word, number.is_some()));
        });
    }

    /// Calls `take` with each word that could be a term, and with `None` where words are parted by another.
    fn for_each_word<'t>(
        &self,
        text: &str,
        tokens: &'t Tokens,
        mut take: impl FnMut(Option<&'t str>),
    ) {
        for index in 0..tokens.len() {
            let span = tokens.span(index);
            let bytes = text.as_bytes();
            let is_joined =
                |place: Option<usize>| place.and_then(|place| bytes.get(place)) == Some(&b'_');
            let joined_before = is_joined(span.start.checked_sub(1));
            let joined_behind = is_joined(Some(span.end));
            let token = tokens.ngram(index, 1).as_str();
            let last = token.split('\'').count() - 1;
            for (place, word) in token.split('\'').enumerate() {
                let is_joined = (place == 0 && joined_before) || (place == last && joined_behind);
                take((!is_joined && self.counts(word)).then_some(word));
            }
        }
    }

    fn counts(&self, word: &str) -> bool {
        word.chars().take(self.params.min_letters).count() == self.params.min_letters
            && !word.chars().any(char::is_numeric)
            && !self.stop_words.contains(word)
    }
}

/// All words of a corpus, before it is known which of them are kept.
#[derive(Default)]
struct Words {
    vocabulary: Vocabulary,
    /// For each word how many texts hold it.
    n_with: Vec<u32>,
    /// Words and breaks.
    sequences: TermSequences,
}

impl Words {
    fn read<S: AsRef<str> + Sync>(
        finder: &TopicTerms,
        texts: &[S],
        tokenizer: &Tokenizer,
        count_done: impl Fn(usize) + Sync,
    ) -> Result<Words> {
        let chunks = texts.par_chunks(CHUNK).map(|texts| {
            let (mut words, mut tokens, mut numbers) =
                (Words::default(), Tokens::default(), Vec::new());
            for text in texts {
                tokenizer.tokenize(text.as_ref(), &mut tokens)?;
                numbers.clear();
                finder.for_each_word(text.as_ref(), &tokens, |word| {
                    numbers.push(word.map_or(BREAK, |word| words.vocabulary.intern(word)));
                });
                words.sequences.push(&numbers);
            }
            count_done(texts.len());
            Ok(words)
        });
        // All chunks at once: of each there is little more than its numbers.
        let chunks = chunks.collect::<Result<Vec<Words>>>()?;
        let mut all = Words::default();
        chunks.into_iter().for_each(|chunk| all.join(&chunk));
        all.n_with = all.count_texts();
        Ok(all)
    }

    fn join(&mut self, chunk: &Words) {
        let numbers: Vec<u32> =
            chunk.vocabulary.iter().map(|word| self.vocabulary.intern(word)).collect();
        let mut text = Vec::new();
        for terms in chunk.sequences.texts() {
            text.clear();
            text.extend(
                terms.iter().map(|&term| numbers.get(term as usize).copied().unwrap_or(BREAK)),
            );
            self.sequences.push(&text);
        }
    }

    fn count_texts(&self) -> Vec<u32> {
        let mut n_with = vec![0; self.vocabulary.len()];
        let mut last = vec![usize::MAX; n_with.len()];
        for (text, terms) in self.sequences.texts().enumerate() {
            for &term in terms.iter().filter(|&&term| term != BREAK) {
                if last[term as usize] != text {
                    last[term as usize] = text;
                    n_with[term as usize] += 1;
                }
            }
        }
        n_with
    }

    /// Neighbours that belong together: they stand side by side in at least `min_texts` places, and
    /// ln(p(a b) / (p(a) p(b))) / -ln p(a b) is at least [`PHRASE_FROM`].
    fn phrases(&self, min_texts: usize) -> Vec<(u32, u32)> {
        let mut n_of_pair: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut n_of_word = vec![0_u32; self.vocabulary.len()];
        for terms in self.sequences.texts() {
            terms
                .iter()
                .filter(|&&term| term != BREAK)
                .for_each(|&term| n_of_word[term as usize] += 1);
            for pair in terms.windows(2).filter(|pair| !pair.contains(&BREAK) && pair[0] != pair[1])
            {
                *n_of_pair.entry((pair[0], pair[1])).or_default() += 1;
            }
        }
        let n_words = n_of_word.iter().map(|&n| f64::from(n)).sum::<f64>();
        let share = |n: u32| f64::from(n) / n_words;
        let belong = |&(&(a, b), &n): &(&(u32, u32), &u32)| {
            let apart = share(n_of_word[a as usize]) * share(n_of_word[b as usize]);
            n as usize >= min_texts.max(2) && ln(share(n) / apart) >= PHRASE_FROM * -ln(share(n))
        };
        let mut pairs: Vec<(u32, u32)> =
            n_of_pair.iter().filter(belong).map(|(pair, _)| *pair).collect();
        pairs.sort_unstable();
        pairs
    }

    /// The sequences in the numbers of `vocabulary`, by the rule of [`TopicTerms::read`].
    fn renumbered(&self, vocabulary: &Vocabulary, phrases: bool) -> TermSequences {
        let numbers: Vec<Option<u32>> =
            self.vocabulary.iter().map(|word| vocabulary.find(word)).collect();
        let mut known_pairs: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for (number, term) in (0..).zip(vocabulary.iter()).filter(|_| phrases) {
            if let Some((a, b)) = term.split_once(' ') {
                let (a, b) = (self.vocabulary.find(a), self.vocabulary.find(b));
                known_pairs.extend(a.zip(b).map(|pair| (pair, number)));
            }
        }
        let mut sequences = TermSequences::default();
        let mut out = Vec::new();
        for terms in self.sequences.texts() {
            out.clear();
            let mut before = None;
            for &term in terms {
                if term == BREAK {
                    before = None;
                    continue;
                }
                let phrase = before.and_then(|first| known_pairs.get(&(first, term)));
                match (phrase, before) {
                    (Some(&phrase), Some(first)) => {
                        if numbers[first as usize].is_some() {
                            out.pop();
                        }
                        out.push(phrase);
                        before = None;
                    }
                    _ => {
                        out.extend(numbers[term as usize]);
                        before = Some(term);
                    }
                }
            }
            sequences.push(&out);
        }
        sequences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(params: TopicTermsParams, texts: &[&str]) -> (Vec<String>, TopicTerms, TermSequences) {
        let (terms, sequences) =
            TopicTerms::fit(params, texts, &Tokenizer::default(), |_| {}).unwrap();
        (terms.vocabulary().iter().map(Into::into).collect(), terms, sequences)
    }

    fn all() -> TopicTermsParams {
        TopicTermsParams { min_texts: Some(1), max_share: 1.0, ..TopicTermsParams::default() }
    }

    #[test]
    fn words_are_of_letters_alone_and_three_at_least() {
        let texts = ["Don't tax the oil_field of Mosul's 3rd élysée, or UK's mid2014 x_y"];
        assert_eq!(fit(all(), &texts).0, ["don", "mosul", "tax", "élysée"]);
    }

    #[test]
    fn rare_and_common_words_are_left_out() {
        let params = TopicTermsParams { min_texts: Some(2), max_share: 0.5, ..all() };
        let texts = ["tax oil town", "tax oil siege", "tax", "tax army"];
        assert_eq!(fit(params, &texts).0, ["oil"]);
    }

    #[test]
    fn neighbours_that_belong_together_become_one_term() {
        let params = TopicTermsParams { phrases: true, ..all() };
        let texts =
            ["car bomb kills", "a car bomb near oil", "oil, car bomb", "kills oil near kills"];
        let (names, terms, sequences) = fit(params, &texts);
        assert_eq!(names, ["bomb", "car", "car bomb", "kills", "near", "oil"]);
        assert_eq!(sequences.text(0), [2, 3]);
        let (mut tokens, mut out) = (Tokens::default(), Vec::new());
        for (index, text) in texts.iter().enumerate() {
            Tokenizer::default().tokenize(text, &mut tokens).unwrap();
            terms.read(text, &tokens, &mut out);
            assert_eq!(out, sequences.text(index), "a text alone gives what it gave in the corpus");
        }
    }

    #[test]
    fn a_text_alone_has_the_terms_that_it_has_in_the_corpus() {
        let params = TopicTermsParams { min_texts: Some(2), ..all() };
        let texts = ["Oil of the town's army", "the oil_town army", "army Army town"];
        let (_, terms, sequences) = fit(params, &texts);
        let (mut tokens, mut out) = (Tokens::default(), Vec::new());
        for (index, text) in texts.iter().enumerate() {
            Tokenizer::default().tokenize(text, &mut tokens).unwrap();
            terms.read(text, &tokens, &mut out);
            assert_eq!(out, sequences.text(index));
        }
        let counts = sequences.counts(2);
        assert_eq!(counts.row(2).iter().collect::<Vec<_>>(), [(0, 2.0), (1, 1.0)]);
    }

    #[test]
    fn nothing_gives_no_term() {
        assert!(fit(all(), &["", "12 34"]).0.is_empty());
    }
}
