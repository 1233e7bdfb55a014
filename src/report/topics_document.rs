//! A topic model as it is shown: all that its page has, worked out before.
//!
//! Enters: nothing; whoever has the model fills it in. Leaves: plain data. Nothing here formats or computes.
//! Shares and weights lie in 0..1; what is unknown is `None`, and a list may be empty.

use serde::Serialize;

/// A topic model, its themes and its course over time.
///
/// ```
/// use leitmotif::report::topics_document::{TopicDigest, TopicsDocument};
/// let topic = TopicDigest { number: 1, name: "harbour, ferry".into(), share: 1.0, ..Default::default() };
/// let document = TopicsDocument { title: "Letters".into(), topics: vec![topic], ..Default::default() };
/// assert!(document.periods.is_empty());
/// ```
#[derive(Debug, Clone, Default, Serialize)]
pub struct TopicsDocument {
    /// What was modelled, in a line.
    pub title: String,
    /// What it was learned from: "1,821 records, 308,795 words".
    pub made_of: String,
    /// How it was learned, in a sentence.
    pub method: String,
    /// What one text is called, in the singular: "paragraph".
    pub unit: String,
    /// Number of texts.
    pub n_texts: usize,
    /// Number of different terms.
    pub n_terms: usize,
    /// The topics, in the order of their numbers.
    pub topics: Vec<TopicDigest>,
    /// The themes that the topics are held against.
    pub themes: Vec<ThemeDigest>,
    /// The periods of all time lines, the earliest first: "2017-10".
    pub periods: Vec<String>,
    /// Figures on the model as a whole.
    pub quality: Vec<QualityFigure>,
    /// What a reader should know, a sentence each.
    pub notes: Vec<String>,
}

/// A topic.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TopicDigest {
    /// Its number, from 1; links are made of it, so that no two topics have the same.
    pub number: usize,
    /// Its best words, or the name of its theme.
    pub name: String,
    /// The theme that it belongs to.
    pub theme: Option<String>,
    /// Whether no theme asked for it.
    pub is_new: bool,
    /// Its share of the whole.
    pub share: f64,
    /// Where it stands on the map, in any unit: near topics are alike.
    pub place: (f64, f64),
    /// How well it is found again by other runs: "stable", "fair" or "fleeting".
    pub grade: Option<String>,
    /// Whether its best terms stand in the same texts.
    pub coherence: Option<f64>,
    /// Whether its best terms are its own.
    pub exclusivity: Option<f64>,
    /// Its terms, about 60: the best by relevance for any lambda.
    pub terms: Vec<TermDigest>,
    /// The texts that have most of it.
    pub texts: Vec<TextDigest>,
    /// Its share in each period, `None` where a period has no text; as long as the periods, or empty.
    pub over_time: Vec<Option<Band>>,
}

/// A term of a topic.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermDigest {
    /// The term.
    pub term: String,
    /// Its share of the topic's words, p(w|t).
    pub weight: f64,
    /// How many times as frequent it is in the topic as in the whole, p(w|t) / p(w).
    pub lift: f64,
}

/// A text that shows what a topic is about.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TextDigest {
    /// Where it stands: "article.txt, paragraph 12".
    pub place: String,
    /// Its words.
    pub text: String,
    /// How much of it is of the topic.
    pub share: f64,
}

/// A share with the interval that it lies in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Band {
    /// The share.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A theme, held against the topics.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ThemeDigest {
    /// Its name.
    pub name: String,
    /// For each topic, in their order, which share of the occurrences of the theme's seed words is of it.
    pub by_topic: Vec<f64>,
    /// The places of the topics that it covers: those in which its seed words are much more frequent than in the whole.
    pub covers: Vec<usize>,
}

/// A figure on the model as a whole.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QualityFigure {
    /// Its name.
    pub name: String,
    /// Its value; `None` where it is undefined.
    pub value: Option<f64>,
    /// What it means, in a sentence.
    pub meaning: String,
}
