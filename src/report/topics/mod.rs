//! What people and programs see of topics.
//!
//! * [`text`]: a page for people; [`json`]: the same for programs;
//! * [`inferred`]: the topics of other texts, as JSON lines or a table;
//! * [`matched`]: two fits side by side;
//! * [`assemble`]: all that the page for the browser shows ([`super::topics_page`]).

pub mod assemble;
pub mod inferred;
pub mod json;
pub mod matched;
pub mod text;

use crate::pipeline::topics::{TextUnit, Topics};

/// What one text is called, in the singular.
pub fn unit_name(topics: &Topics) -> &'static str {
    match topics.settings.unit {
        TextUnit::Natural => "text",
        TextUnit::Paragraph => "paragraph",
        TextUnit::Article => "article",
        TextUnit::Record => "record",
    }
}

/// What topics were made of: "1,821 texts of 300 articles, 308,795 words, 7,754 terms".
pub fn made_of(topics: &Topics) -> String {
    let digest = &topics.digest;
    let (unit, n_terms) = (unit_name(topics), topics.terms.vocabulary().len());
    let articles = match digest.n_articles {
        n if n == digest.n_texts => String::new(),
        n => format!(" of {} articles", grouped(n)),
    };
    let (texts, words) = (grouped(digest.n_texts), grouped(digest.n_tokens));
    format!("{texts} {unit}s{articles}, {words} words, {} terms", grouped(n_terms))
}

/// A number with a comma behind thousands.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// What each theme says of the topics, a sentence each: what no theme covers, which theme hides several.
pub fn theme_sentences(topics: &Topics) -> Vec<String> {
    let (digest, shares) = (&topics.digest, topics.model.shares());
    if digest.themes.is_empty() {
        return Vec::new();
    }
    let name = |topic: usize| format!("{} ({})", topic + 1, digest.topics[topic].name);
    let covered: Vec<Vec<usize>> =
        digest.themes.iter().map(|theme| theme.covered(shares)).collect();
    let mut sentences = Vec::new();
    for (theme, covered) in digest.themes.iter().zip(&covered) {
        match covered.as_slice() {
            [] => sentences.push(format!(
                "{}: no topic has its words more often than other topics do.",
                theme.name
            )),
            [_] => {}
            _ => {
                let names: Vec<String> = covered.iter().map(|&topic| name(topic)).collect();
                sentences.push(format!(
                    "{} hides {} topics: {}.",
                    theme.name,
                    covered.len(),
                    names.join("; ")
                ));
            }
        }
    }
    let is_covered = |topic: &usize| covered.iter().any(|covered| covered.contains(topic));
    let uncovered: Vec<String> =
        (0..topics.len()).filter(|topic| !is_covered(topic)).map(name).collect();
    if uncovered.is_empty() {
        sentences.push("Every topic is covered by a theme.".into());
    } else {
        sentences.push(format!("No theme covers: {}.", uncovered.join("; ")));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
