//! Tokens to rows of tf-idf weights.
//!
//! * [`ngrams`]: tokens to terms (word n-grams, character n-grams);
//! * [`vocabulary`]: terms to numbers and back;
//! * [`counts`]: texts to term counts, in parallel, once for all folds;
//! * [`tfidf`]: counts to weights: what is kept and each term's idf are learned by
//!   [`Selection::fit`], and nothing is learned when a text is vectorized.
//!
//! Nothing here knows of labels.

pub mod counts;
pub mod ngrams;
pub mod tfidf;
pub mod vocabulary;

pub use counts::CountedCorpus;
pub use ngrams::{Analyzer, NgramRange, Ngrams};
pub use tfidf::{Scratch, Selection, Vectorizer, VectorizerParams};
pub use vocabulary::Vocabulary;
