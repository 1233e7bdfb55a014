//! Themes by topics: where topics lie in the themes that somebody has named, which have no theme, which share one.

use maud::{Markup, html};

use super::link;
use crate::report::page::numbers::{coordinate, count};
use crate::report::page::parts::{name, scrolling};
use crate::report::topics_document::{ThemeDigest, TopicDigest, TopicsDocument};

/// The most topics side by side, so that a table fits on a page of paper.
const MOST_COLUMNS: usize = 16;

/// The section.
pub fn body(document: &TopicsDocument) -> Markup {
    let topics = &document.topics;
    html! {
        p { "Where a theme's seed words stand: the share of their occurrences that is of each topic, in per cent. Read along a row to see where a theme is spoken of, down a column to see what a topic is about." }
        @for first in (0..topics.len()).step_by(MOST_COLUMNS) {
            (table(document, first..(first + MOST_COLUMNS).min(topics.len())))
        }
        (uncovered(document))
        (crowded(document))
    }
}

fn table(document: &TopicsDocument, columns: std::ops::Range<usize>) -> Markup {
    let topics = &document.topics[columns.clone()];
    let about = match topics {
        [first, .., last] => format!("Themes by topics {} to {}", first.number, last.number),
        _ => "Themes by topics".to_owned(),
    };
    let table = html! {
        table.heat {
            thead { tr {
                th.corner { "theme \u{2193}  topic \u{2192}" }
                @for topic in topics { th scope="col" { span.turned { (link(topic)) } } }
            } }
            tbody { @for theme in &document.themes { tr {
                th scope="row" { (name(&theme.name)) }
                @for column in columns.clone() { (cell(part(theme, column))) }
            } } }
        }
    };
    scrolling(&about, &table)
}

/// A part in per cent, tinted by itself. What rounds to nothing is written soft.
fn cell(part: f64) -> Markup {
    let rounded = (part * 100.0).round() as usize;
    html! {
        @if rounded == 0 { td.zero { "0" } } @else { td.right style={ "--w:" (coordinate(part.max(0.1))) } { (rounded) } }
    }
}

/// How much of a topic lies in the theme; nothing where that is not said.
fn part(theme: &ThemeDigest, topic: usize) -> f64 {
    let part = theme.by_topic.get(topic).copied().unwrap_or(0.0);
    if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 }
}

fn uncovered(document: &TopicsDocument) -> Markup {
    let is_covered =
        |topic: usize| document.themes.iter().any(|theme| theme.covers.contains(&topic));
    let lonely = selected(document, |topic| !is_covered(topic));
    html! {
        @if !lonely.is_empty() {
            h3 { "Topics that no theme covers " small { (count(lonely.len())) } }
            p { "No theme's seed words are much more frequent in them than in the whole: something is talked about that has no name yet, or it is the way of talking and not a theme." }
            (list(&lonely))
        }
    }
}

fn crowded(document: &TopicsDocument) -> Markup {
    let inside = |theme: &ThemeDigest| selected(document, |topic| theme.covers.contains(&topic));
    let crowded: Vec<(&ThemeDigest, Vec<&TopicDigest>)> = document
        .themes
        .iter()
        .map(|theme| (theme, inside(theme)))
        .filter(|(_, topics)| topics.len() > 1)
        .collect();
    html! {
        @if !crowded.is_empty() {
            h3 { "Themes that hide several topics " small { (count(crowded.len())) } }
            p { "The theme's seed words are much more frequent in each of these topics than in the whole: it may be worth dividing." }
            dl.card { @for (theme, topics) in &crowded { dt { (name(&theme.name)) } dd { (list(topics)) } } }
        }
    }
}

fn selected(document: &TopicsDocument, is_wanted: impl Fn(usize) -> bool) -> Vec<&TopicDigest> {
    let all = document.topics.iter().enumerate();
    all.filter(|&(place, _)| is_wanted(place)).map(|(_, topic)| topic).collect()
}

fn list(topics: &[&TopicDigest]) -> Markup {
    html! { ul.links { @for topic in topics { li { (link(topic)) } } } }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn parts_are_numbers_as_well_as_tints() {
        let page = body(&sample::small()).into_string();
        assert!(page.contains("<td class=\"right\" style=\"--w:0.8\">80</td>"), "{page}");
        assert!(page.contains("<td class=\"zero\">0</td>"), "{page}");
    }

    #[test]
    fn topics_without_a_theme_and_themes_of_several_topics_are_named() {
        let document = sample::small();
        let lonely = uncovered(&document).into_string();
        assert!(lonely.contains("#topic-3\"") && !lonely.contains("#topic-1\""), "{lonely}");
        let crowded = crowded(&document).into_string();
        assert!(crowded.contains("<bdi>transport</bdi></dt>"), "{crowded}");
        assert!(crowded.contains("#topic-1\"") && crowded.contains("#topic-2\""), "{crowded}");
    }

    #[test]
    fn many_topics_are_several_tables_and_short_rows_are_filled_up() {
        let mut document = sample::many(40);
        document.themes[0].by_topic.clear();
        assert_eq!(body(&document).into_string().matches("<table").count(), 3);
    }
}
