//! Finds the paragraphs of articles, tags each with every theme that it is about, and says how far
//! to trust the tag.
//!
//! The path of the data, in the order of the modules:
//!
//! ```
//! use leitmotif::corpus::Article;
//! use leitmotif::pipeline::{ClassifierParams, Silent, TagOptions, tag};
//! use leitmotif::{corpus::{LabelledCorpus, Record}, tokenize::Tokenizer};
//!
//! // Labelled texts: made here by hand, read from files by `read`.
//! let record = |text: &str, labels: &[&str]| Record {
//!     text: text.into(),
//!     labels: Some(labels.iter().map(|&label| label.into()).collect()),
//!     ..Record::default()
//! };
//! let records = (0..8).flat_map(|i| [
//!     record(&format!("The army retook village {i} from the group"), &["land"]),
//!     record(&format!("Its oil brought in {i} million a day"), &["money"]),
//!     record(&format!("Schools opened in district {i}"), &[]),
//! ]);
//! let corpus = LabelledCorpus::new(records.collect(), None)?;
//!
//! // `tokenize`, `vectorize`, `classify`: words, weights, learners, put together by `pipeline`.
//! let trained = ClassifierParams::default().train(&corpus, Tokenizer::default(), vec![], &Silent)?;
//!
//! // `segment` finds the paragraphs of an article; `tag` classifies each.
//! let text = "Town falls\n\nThe army retook the town from the group on Monday after a long siege.\n";
//! let article = Article { name: "a.txt".into(), text: text.into() };
//! let tagged = tag(&trained.classifier, &article, &TagOptions::default())?;
//! assert_eq!(tagged.len(), 1);
//! assert_eq!(trained.classifier.labels.names()[tagged[0].prediction.labels[0]], "land");
//! # Ok::<(), leitmotif::Error>(())
//! ```
//!
//! [`evaluate`] judges, [`report`] shows, [`model_file`] saves and loads, and [`shipped`] holds the
//! model that is built in. The map of the house is `ARCHITECTURE.md`.

pub mod error;

pub mod corpus;
pub mod cpu;
pub mod math;
pub mod matrix;
pub mod output;

pub mod read;
pub mod segment;
pub mod tokenize;

pub mod evaluate;
pub mod vectorize;

pub mod audit;
pub mod classify;
pub mod topics;

pub mod pipeline;

pub mod model_file;
pub mod report;
pub mod shipped;

pub use error::{Error, ErrorKind, Result};
