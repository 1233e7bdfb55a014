//! All topics as a table; columns that no topic has anything in are left out.

use maud::{Markup, html};

use super::relevance::{LAMBDA, ordered};
use super::{link, percent};
use crate::report::page::numbers::{DASH, three_or_dash};
use crate::report::page::parts::{name, scrolling};
use crate::report::topics_document::{TopicDigest, TopicsDocument};

/// How many terms stand in a row.
const MOST_TERMS: usize = 8;

/// Which columns there are.
struct Columns {
    theme: bool,
    grade: bool,
    coherence: bool,
    exclusivity: bool,
}

/// The section.
pub fn body(document: &TopicsDocument) -> Markup {
    let has = |wanted: fn(&TopicDigest) -> bool| document.topics.iter().any(wanted);
    let columns = Columns {
        theme: has(|topic| topic.theme.is_some() || topic.is_new),
        grade: has(|topic| topic.grade.is_some()),
        coherence: has(|topic| topic.coherence.is_some()),
        exclusivity: has(|topic| topic.exclusivity.is_some()),
    };
    let table = html! {
        table.topics {
            (head(&columns))
            tbody { @for topic in &document.topics { (row(topic, &columns)) } }
        }
    };
    scrolling("All topics", &table)
}

fn head(columns: &Columns) -> Markup {
    html! {
        thead { tr {
            th scope="col" { "topic" }
            th scope="col" { "share" }
            th.words scope="col" { "terms" }
            @if columns.theme { th.words scope="col" { "theme" } }
            @if columns.grade { th.words scope="col" { "other runs" } }
            @if columns.coherence { th scope="col" { "coherence" } }
            @if columns.exclusivity { th scope="col" { "exclusivity" } }
        } }
    }
}

fn row(topic: &TopicDigest, columns: &Columns) -> Markup {
    html! {
        tr {
            th scope="row" { (link(topic)) }
            td { (percent(topic.share, 1)) }
            td.words { (best_terms(topic)) }
            @if columns.theme { td.words { (theme(topic)) } }
            @if columns.grade { td.words { (name(topic.grade.as_deref().unwrap_or(DASH))) } }
            @if columns.coherence { td { (three_or_dash(topic.coherence)) } }
            @if columns.exclusivity { td { (three_or_dash(topic.exclusivity)) } }
        }
    }
}

fn best_terms(topic: &TopicDigest) -> Markup {
    html! {
        @for (place, term) in ordered(&topic.terms, LAMBDA).into_iter().take(MOST_TERMS).enumerate() {
            @if place > 0 { ", " }
            (name(&term.term))
        }
    }
}

fn theme(topic: &TopicDigest) -> Markup {
    match &topic.theme {
        Some(theme) => name(theme),
        None if topic.is_new => html! { "new" },
        None => html! { (DASH) },
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn every_topic_has_its_row() {
        let page = body(&sample::small()).into_string();
        assert_eq!(page.matches("<th scope=\"row\">").count(), 4);
        assert!(page.contains("<bdi>harbour</bdi>, <bdi>ferry</bdi>"), "{page}");
    }

    #[test]
    fn columns_without_anything_are_left_out() {
        let mut document = sample::small();
        assert!(body(&document).into_string().contains(">coherence<"));
        document.topics.iter_mut().for_each(|topic| topic.coherence = None);
        assert!(!body(&document).into_string().contains(">coherence<"));
    }
}
