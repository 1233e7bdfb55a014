//! What is known of topics beside their numbers: names, grades, texts that show them, themes, months.
//!
//! Plain data, saved with the model, so that it can be shown without the texts it was made of.

use serde::{Deserialize, Serialize};

use super::texts::TextPlace;
use super::themes::ThemeShare;
use crate::corpus::Month;
use crate::topics::{Candidate, Grade};

/// What is known of a fit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// Texts with at least one term.
    pub n_texts: usize,
    /// Articles that they are of.
    pub n_articles: usize,
    /// Terms in all texts, each as often as it occurs.
    pub n_tokens: usize,
    /// The topics in the model's order.
    pub topics: Vec<TopicNotes>,
    /// Figures on the whole.
    pub figures: Figures,
    /// How the topics stand to each theme; none where no codebook was given.
    pub themes: Vec<ThemeShare>,
    /// The months, one after the other, that the topics' shares are told for.
    pub months: Vec<Month>,
    /// What was tried where the number of topics was chosen.
    pub curve: Vec<CurvePoint>,
    /// Why that number.
    pub reason: Option<String>,
    /// What a reader should know, a sentence each.
    pub notes: Vec<String>,
}

/// What is known of a topic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicNotes {
    /// The theme's name, or the topic's most relevant terms.
    pub name: String,
    /// The id of the theme that its seed words pulled it to.
    pub theme: Option<String>,
    /// Whether it was kept from an earlier fit.
    pub is_kept: bool,
    /// NPMI of its ten weightiest terms, within texts.
    pub npmi: Option<f64>,
    /// How far these terms are its own.
    pub exclusivity: Option<f64>,
    /// How well it came again in rival fits.
    pub stability: Option<StabilityNotes>,
    /// The texts that show it best.
    pub texts: Vec<ShownText>,
    /// Its share in each month; as many as there are months.
    pub over_time: Vec<Option<MonthShare>>,
}

/// How well a topic came again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StabilityNotes {
    /// The mean cosine with its counterparts.
    pub mean: f64,
    /// The least of them.
    pub least: f64,
    /// What this comes to.
    #[serde(with = "grade")]
    pub grade: Grade,
}

/// A text that shows a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownText {
    /// Where it stands.
    pub place: TextPlace,
    /// What it says, cut where it is long.
    pub text: String,
    /// How much of it is of the topic.
    pub share: f64,
}

/// A topic's share of a month's words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthShare {
    /// The share.
    pub share: f64,
    /// Its 95 % interval by the bootstrap over articles; none where there are too few.
    pub band: Option<(f64, f64)>,
}

/// Figures on topics as a whole; `None` where one is not defined or was not asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Mean NPMI of the ten weightiest terms of each topic, within texts.
    pub npmi: Option<f64>,
    /// Mean C_V of the same, in windows of 110 terms.
    pub c_v: Option<f64>,
    /// Mean UMass of the same.
    pub u_mass: Option<f64>,
    /// The share of distinct ones among these terms.
    pub diversity: Option<f64>,
    /// How far these terms are their topics' own, on average.
    pub exclusivity: Option<f64>,
    /// The joint log likelihood of words and topics per word, of Gibbs sampling.
    pub log_likelihood: Option<f64>,
    /// Log likelihood per word of texts left out, the mean over rival fits.
    pub held_out: Option<f64>,
    /// The mean cosine with which topics came again in rival fits.
    pub stability: Option<f64>,
}

/// One number of topics that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurvePoint {
    /// How many topics.
    pub n_topics: usize,
    /// See [`Figures::npmi`].
    pub npmi: Option<f64>,
    /// See [`Figures::held_out`].
    pub held_out: Option<f64>,
    /// See [`Figures::stability`].
    pub stability: Option<f64>,
    /// See [`Figures::diversity`].
    pub diversity: Option<f64>,
    /// What these come to, in 0..=1.
    pub score: f64,
}

impl CurvePoint {
    /// A candidate and its score.
    pub fn new(candidate: &Candidate, score: f64) -> Self {
        let Candidate { n_topics, npmi, held_out, stability, diversity } = *candidate;
        CurvePoint { n_topics, npmi, held_out, stability, diversity, score }
    }
}

/// A grade as its name.
mod grade {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::topics::Grade;

    pub fn serialize<S: Serializer>(grade: &Grade, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(grade.name())
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Grade, D::Error> {
        let name = String::deserialize(from)?;
        let grades = [Grade::Stable, Grade::Fair, Grade::Fleeting];
        let grade = grades.into_iter().find(|grade| grade.name() == name);
        grade.ok_or_else(|| D::Error::custom(format!("{name:?} is no grade")))
    }
}
