//! Tokens to rows of tf-idf weights.
//!
//! * [`ngrams`]: tokens to terms (word n-grams, character n-grams);
//! * [`vocabulary`]: terms to numbers and back;
//! * [`counts`]: texts to term counts, in parallel, once for all folds: by `sequences` of words and `runs` of words, of
//!   which `word_terms` and `char_terms` make terms, kept in few bytes by `packed`;
//! * [`tfidf`]: the settings, and the formula from counts to weights;
//! * [`selection`]: what is kept and each term's idf, learned from a corpus;
//! * [`vectorizer`]: texts to rows by what was learned;
//! * [`index`]: the same terms and counts the quick way, by [`lexicon`] and [`phrases`], with a memory of words
//!   (`word_memo`);
//! * [`topic_terms`]: the words that topics are made of, without those of [`stop_words`].
//!
//! Nothing here knows of labels.

mod char_terms;
pub mod counts;
pub mod index;
pub mod lexicon;
pub mod ngrams;
mod packed;
pub mod phrases;
mod runs;
pub mod selection;
mod sequences;
mod sieve;
pub mod stop_words;
pub mod tfidf;
pub mod topic_terms;
pub mod vectorizer;
pub mod vocabulary;
mod word_memo;
mod word_terms;

pub use counts::CountedCorpus;
pub use index::{Counted, Finder, IndexScratch, Tally, TermIndex};
pub use ngrams::{Analyzer, NgramRange, Ngrams};
pub use selection::Selection;
pub use sieve::terms_of;
pub use tfidf::VectorizerParams;
pub use topic_terms::{TermSequences, TopicTerms, TopicTermsParams};
pub use vectorizer::{Scratch, Vectorizer};
pub use vocabulary::Vocabulary;
