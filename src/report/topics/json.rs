//! Topics for programs: one JSON object.
//!
//! `{"topics": [{"id", "name", "share", "words": [[word, weight], ...], ...}], "figures": {...}, ...}`; ids count from 1.

use serde_json::{Value, json};

use super::theme_sentences;
use crate::pipeline::topics::{TopicNotes, Topics};

/// The object, with the `n_words` weightiest words of each topic.
pub fn value(topics: &Topics, n_words: usize) -> Value {
    let digest = &topics.digest;
    let topic = |(topic, notes): (usize, &TopicNotes)| {
        let words: Vec<Value> = topics
            .top_terms(topic, n_words)
            .iter()
            .map(|(term, weight)| json!([term, weight]))
            .collect();
        json!({
            "id": topic + 1,
            "name": notes.name,
            "theme": notes.theme,
            "kept": notes.is_kept,
            "share": topics.model.shares()[topic],
            "words": words,
            "npmi": notes.npmi,
            "exclusivity": notes.exclusivity,
            "stability": notes.stability,
            "texts": notes.texts,
            "months": notes.over_time,
        })
    };
    json!({
        "topics": digest.topics.iter().enumerate().map(topic).collect::<Vec<_>>(),
        "texts": digest.n_texts,
        "articles": digest.n_articles,
        "words": digest.n_tokens,
        "terms": topics.terms.vocabulary().len(),
        "figures": digest.figures,
        "themes": digest.themes,
        "months": digest.months,
        "curve": digest.curve,
        "reason": digest.reason,
        "notes": theme_sentences(topics).into_iter().chain(digest.notes.iter().cloned()).collect::<Vec<_>>(),
        "settings": topics.settings,
    })
}
