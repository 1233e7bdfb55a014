//! All that the page of a topic model shows, worked out from the model.

use std::collections::BTreeSet;

use super::text::figures;
use super::{grouped, theme_sentences, unit_name};
use crate::error::Result;
use crate::pipeline::topics::{MonthShare, ShownText, TopicNotes, Topics};
use crate::report::topics_document::{
    Band, QualityFigure, TermDigest, TextDigest, ThemeDigest, TopicDigest, TopicsDocument,
};
use crate::topics::places::places;
use crate::topics::relevance::relevant_terms;

/// For each of these weights of lambda so many terms come to the page, which sorts them for any weight between.
const LAMBDAS: [f64; 6] = [1.0, 0.8, 0.6, 0.4, 0.2, 0.0];
const TERMS: usize = 20;

/// The document of `topics`, which `title` names.
///
/// # Errors
/// Where the model's numbers do not fit together.
pub fn document(topics: &Topics, title: &str) -> Result<TopicsDocument> {
    let terms = term_digests(topics)?;
    let probabilities = topics.model.probabilities();
    let places = places(probabilities.view());
    // Where nothing was asked for or kept, nothing is new.
    let can_be_new =
        topics.digest.topics.iter().any(|notes| notes.theme.is_some() || notes.is_kept);
    let notes = topics.digest.topics.iter().enumerate();
    let topic = |((topic, notes), terms): ((usize, &TopicNotes), Vec<TermDigest>)| TopicDigest {
        number: topic + 1,
        name: notes.name.clone(),
        theme: notes.theme.clone(),
        is_new: can_be_new && notes.theme.is_none() && !notes.is_kept,
        share: f64::from(topics.model.shares()[topic]),
        place: places[topic],
        grade: notes.stability.map(|found| found.grade.name().to_string()),
        coherence: notes.npmi,
        exclusivity: notes.exclusivity,
        terms,
        texts: notes.texts.iter().map(|text| text_digest(topics, text)).collect(),
        over_time: notes.over_time.iter().map(|share| share.map(band)).collect(),
    };
    let digest = &topics.digest;
    let quality = figures(&digest.figures).into_iter().filter(|figure| figure.1.is_some());
    Ok(TopicsDocument {
        title: title.to_string(),
        made_of: words_of(topics),
        method: topics.settings.method.name().to_string(),
        unit: unit_name(topics).to_string(),
        n_texts: digest.n_texts,
        n_terms: topics.terms.vocabulary().len(),
        topics: notes.zip(terms).map(topic).collect(),
        themes: theme_digests(topics),
        periods: digest.months.iter().map(ToString::to_string).collect(),
        quality: quality
            .map(|(name, value, meaning)| QualityFigure {
                name: name.into(),
                value,
                meaning: meaning.into(),
            })
            .collect(),
        notes: theme_sentences(topics).into_iter().chain(digest.notes.iter().cloned()).collect(),
    })
}

/// For each topic the terms that are among the most relevant for some lambda, the weightiest first.
fn term_digests(topics: &Topics) -> Result<Vec<Vec<TermDigest>>> {
    let probabilities = topics.model.probabilities();
    let counts: Vec<f64> = topics.term_counts.iter().map(|&count| f64::from(count)).collect();
    let n_tokens: f64 = counts.iter().sum();
    let mut wanted: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); topics.len()];
    for lambda in LAMBDAS {
        let relevant = relevant_terms(probabilities.view(), &counts, lambda, TERMS)?;
        for (wanted, relevant) in wanted.iter_mut().zip(relevant) {
            wanted.extend(relevant.iter().map(|(term, _)| *term));
        }
    }
    let digest = |topic: usize, term: u32| {
        let weight = f64::from(probabilities[[topic, term as usize]]);
        let lift = weight * n_tokens / counts[term as usize];
        TermDigest { term: topics.terms.vocabulary().term(term).to_string(), weight, lift }
    };
    let digests = |(topic, wanted): (usize, BTreeSet<u32>)| {
        let mut digests: Vec<TermDigest> =
            wanted.into_iter().map(|term| digest(topic, term)).collect();
        digests.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        digests
    };
    Ok(wanted.into_iter().enumerate().map(digests).collect())
}

fn text_digest(topics: &Topics, text: &ShownText) -> TextDigest {
    TextDigest {
        place: text.place.name(topics.settings.unit),
        text: text.text.clone(),
        share: text.share,
    }
}

fn band(share: MonthShare) -> Band {
    let (low, high) = share.band.unwrap_or((share.share, share.share));
    Band { share: share.share, low, high }
}

fn theme_digests(topics: &Topics) -> Vec<ThemeDigest> {
    let (themes, shares) = (topics.digest.themes.iter(), topics.model.shares());
    themes
        .map(|theme| ThemeDigest {
            name: theme.name.clone(),
            by_topic: theme.by_topic.clone(),
            covers: theme.covered(shares),
        })
        .collect()
}

/// What the page does not say by itself: "2,269 articles, 115,992 words".
fn words_of(topics: &Topics) -> String {
    let digest = &topics.digest;
    format!("{} articles, {} words", grouped(digest.n_articles), grouped(digest.n_tokens))
}
