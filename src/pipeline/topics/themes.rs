//! The seed words of a codebook as terms, and how the topics stand to its themes.

use serde::{Deserialize, Serialize};

use crate::corpus::Codebook;
use crate::error::Result;
use crate::tokenize::{Tokenizer, Tokens};
use crate::vectorize::TopicTerms;

/// A theme and the words that suggest it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its id, as in the codebook.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Terms that suggest it, each with its weight in 0..=1: one that is a seed word by itself has 1, those of a phrase of n
    /// terms 1/n each. Terms rise.
    pub seeds: Vec<(u32, f32)>,
}

/// The themes of `codebook` in the terms of a corpus, those of a stop list left out.
///
/// # Errors
/// Where a seed word cannot be tokenized.
pub fn themes_of(
    codebook: &Codebook,
    terms: &TopicTerms,
    tokenizer: &Tokenizer,
) -> Result<Vec<Theme>> {
    let (mut tokens, mut found) = (Tokens::default(), Vec::new());
    let mut themes = Vec::new();
    for theme in &codebook.themes {
        let mut seeds: Vec<(u32, f32)> = Vec::new();
        for phrase in &theme.seed_words {
            tokenizer.tokenize(phrase, &mut tokens)?;
            terms.read(phrase, &tokens, &mut found);
            seeds.extend(found.iter().map(|&term| (term, 1.0 / found.len() as f32)));
        }
        // The greatest weight of each term comes first, and stays.
        seeds.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        seeds.dedup_by_key(|seed| seed.0);
        themes.push(Theme { id: theme.id.clone(), name: theme.name.clone(), seeds });
    }
    Ok(themes)
}

/// How often the seed words of a theme must be as frequent in a topic as in all texts for the theme to cover it.
pub const COVERED_FROM: f64 = 2.0;

/// How the topics stand to one theme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeShare {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// For each topic which share of the occurrences of the theme's seed words are of it, in 0..=1; they add up to 1, or are
    /// all 0 where none of its words occurs.
    pub by_topic: Vec<f64>,
}

impl ThemeShare {
    /// How a theme's seed words are spread over topics, of which `probabilities(topic)` are the shares of terms and `shares` those
    /// of all words.
    pub fn new<'p>(
        theme: &Theme,
        probabilities: impl Fn(usize) -> &'p [f32],
        shares: &[f32],
    ) -> Self {
        let of_topic = |(topic, &share): (usize, &f32)| {
            let weight = |&(term, weight): &(u32, f32)| {
                f64::from(weight) * f64::from(probabilities(topic)[term as usize])
            };
            f64::from(share) * theme.seeds.iter().map(weight).sum::<f64>()
        };
        let mut by_topic: Vec<f64> = shares.iter().enumerate().map(of_topic).collect();
        let sum: f64 = by_topic.iter().sum();
        if sum > 0.0 {
            by_topic.iter_mut().for_each(|share| *share /= sum);
        }
        ThemeShare { id: theme.id.clone(), name: theme.name.clone(), by_topic }
    }

    /// How many times as frequent the theme's seed words are in the topic as in all texts.
    pub fn lift(&self, topic: usize, shares: &[f32]) -> f64 {
        if shares[topic] > 0.0 { self.by_topic[topic] / f64::from(shares[topic]) } else { 0.0 }
    }

    /// The topics that the theme covers: its seed words are [`COVERED_FROM`] times as frequent there as in all texts, or half of them
    /// stand there.
    pub fn covered(&self, shares: &[f32]) -> Vec<usize> {
        let is_covered = |topic: &usize| {
            self.lift(*topic, shares) >= COVERED_FROM || self.by_topic[*topic] >= 0.5
        };
        (0..shares.len()).filter(is_covered).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::codebook::parse_codebook;
    use crate::vectorize::TopicTermsParams;

    const CODEBOOK: &str = "[[theme]]\nid = \"money\"\nname = \"Money\"\ndefinition = \"\"\ntake = \"\"\nleave = \"\"\nseed_words = \
                            [\"oil sales\", \"oil\", \"the tax on wheat\"]\n";

    #[test]
    fn seed_words_become_terms_with_weights() {
        let params = TopicTermsParams { min_texts: Some(1), max_share: 1.0, ..Default::default() };
        let texts = ["oil sales and tax", "army"];
        let tokenizer = Tokenizer::default();
        let (terms, _) = TopicTerms::fit(params, &texts, &tokenizer, |_| {}).unwrap();
        let themes = themes_of(&parse_codebook(CODEBOOK).unwrap(), &terms, &tokenizer).unwrap();
        // army, oil, sales, tax: wheat does not occur, so that the tax stands alone.
        assert_eq!(themes[0].seeds, [(1, 1.0), (2, 0.5), (3, 1.0)]);
    }

    #[test]
    fn a_theme_covers_the_topics_that_its_words_are_in() {
        let theme = Theme { id: "m".into(), name: "M".into(), seeds: vec![(0, 1.0)] };
        let topics = [[0.8_f32, 0.2], [0.0, 1.0], [0.8, 0.2]];
        let shares = [0.2, 0.6, 0.2];
        let share = ThemeShare::new(&theme, |topic| &topics[topic], &shares);
        assert!((share.by_topic[0] - 0.5).abs() < 1e-6 && share.by_topic[1] == 0.0);
        assert_eq!(share.covered(&shares), [0, 2]);
    }
}
