//! By what a model knows the texts again that it learned from, so that nobody judges it by them unawares.
//!
//! A text is known by a hash of its words, an article by one of its name; neither can be read back. Near copies
//! cannot be found so: that takes the texts themselves.

use rayon::prelude::*;

use crate::corpus::{LabelledCorpus, Origin};
use crate::tokenize::{Tokenizer, Tokens};

/// Hashes of what was learned from, rising, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Learned {
    /// Of the words of the texts.
    pub texts: Vec<u64>,
    /// Of the names of the articles.
    pub articles: Vec<u64>,
}

impl Learned {
    /// What is known again of a corpus. A text without a word is not.
    pub fn of(corpus: &LabelledCorpus) -> Learned {
        let texts = fingerprints(&corpus.texts).into_iter().flatten().collect();
        let names = corpus.origins.iter().filter_map(|origin| origin.article.as_ref());
        let articles = names.map(|name| first_bytes(&blake3::hash(name.as_bytes()))).collect();
        Learned { texts: rising(texts), articles: rising(articles) }
    }

    /// Whether nothing is known, as of a model that an older version wrote.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// How many of the texts `other` does not know.
    pub fn n_not_in(&self, other: &Learned) -> usize {
        self.texts.iter().filter(|hash| other.texts.binary_search(hash).is_err()).count()
    }

    /// The texts of `corpus` that were learned from, and those of an article that was.
    ///
    /// ```
    /// use leitmotif::corpus::{LabelledCorpus, Record};
    /// use leitmotif::pipeline::Learned;
    /// let record = |text: &str| Record { text: text.into(), labels: Some(vec![]), ..Record::default() };
    /// let one = LabelledCorpus::new(vec![record("The army retook the town.")], None)?;
    /// let two = LabelledCorpus::new(vec![record("Rain."), record("the army retook the town")], None)?;
    /// assert_eq!(Learned::of(&one).again(&two), (vec![1], vec![]));
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    pub fn again(&self, corpus: &LabelledCorpus) -> (Vec<usize>, Vec<usize>) {
        let again = |hashes: Vec<Option<u64>>, known: &[u64]| -> Vec<usize> {
            let is_known =
                |hash: &Option<u64>| hash.is_some_and(|h| known.binary_search(&h).is_ok());
            (0..hashes.len()).filter(|&text| is_known(&hashes[text])).collect()
        };
        let article_of = |origin: &Origin| {
            origin.article.as_ref().map(|name| first_bytes(&blake3::hash(name.as_bytes())))
        };
        let articles = corpus.origins.iter().map(article_of).collect();
        (again(fingerprints(&corpus.texts), &self.texts), again(articles, &self.articles))
    }
}

/// For each text a hash of its words, in small letters, the same on every machine; `None` without a word.
pub fn fingerprints(texts: &[String]) -> Vec<Option<u64>> {
    let tokenizer = Tokenizer::default();
    let of_text = |tokens: &mut Tokens, text: &String| {
        tokenizer.tokenize(text, tokens).ok().and_then(|()| fingerprint(tokens))
    };
    texts.par_iter().map_init(Tokens::default, of_text).collect()
}

fn fingerprint(tokens: &Tokens) -> Option<u64> {
    if tokens.is_empty() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(tokens.ngram(0, tokens.len()).as_str().as_bytes()).update(b" ");
    Some(first_bytes(&hasher.finalize()))
}

fn first_bytes(hash: &blake3::Hash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn rising(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
