//! A topic with all that is known of it: figures, terms, texts. And the controls for all of them.

use maud::{Markup, html};

use super::percent;
use super::relevance::{LAMBDA, ordered};
use crate::report::page::numbers::{counted, three_or_dash};
use crate::report::page::parts::{flowing, name};
use crate::report::topics_document::{TermDigest, TextDigest, TopicDigest, TopicsDocument};

/// How many terms are shown at a time.
const MOST_TERMS: usize = 20;

/// What needs the script: it shows them.
pub fn controls() -> Markup {
    html! {
        form.controls.needs-script hidden {
            p.turning {
                button type="button" data-step="-1" { "\u{2190} previous" }
                button type="button" data-step="1" { "next \u{2192}" }
            }
            label for="lambda" { "Order of the terms" }
            div.slider {
                span aria-hidden="true" { "its own" }
                input #lambda type="range" min="0" max="1" step="0.05" value=(LAMBDA) autocomplete="off"
                    aria-describedby="lambda-about";
                span aria-hidden="true" { "frequent" }
                output for="lambda" { "\u{3bb} " (format!("{LAMBDA:.2}")) }
            }
            p.soft #lambda-about {
                "Relevance, by Sievert and Shirley: at 1 the most frequent words of the topic come first, at 0 those "
                "that hardly any other topic has."
            }
        }
        p.visually-hidden role="status" {}
    }
}

/// The topic.
pub fn shown(document: &TopicsDocument, topic: &TopicDigest) -> Markup {
    let heading = format!("topic-{}-heading", topic.number);
    html! {
        article.topic id={ "topic-" (topic.number) } aria-labelledby=(heading) tabindex="-1" {
            h3 id=(heading) { span.number { (topic.number) } " " (name(&topic.name)) }
            (facts(topic))
            (terms(topic))
            (texts(document, topic))
        }
    }
}

fn facts(topic: &TopicDigest) -> Markup {
    html! {
        dl.answer {
            div { dt { "share" } dd { (percent(topic.share, 1)) } }
            @if let Some(theme) = &topic.theme { div { dt { "theme" } dd { (name(theme)) } } }
            @if topic.is_new { div { dt { "theme" } dd { "none (new)" } } }
            @if let Some(grade) = &topic.grade { div { dt { "other runs" } dd { (name(grade)) } } }
            @if topic.coherence.is_some() { div { dt { "coherence" } dd { (three_or_dash(topic.coherence)) } } }
            @if topic.exclusivity.is_some() { div { dt { "exclusivity" } dd { (three_or_dash(topic.exclusivity)) } } }
        }
    }
}

fn terms(topic: &TopicDigest) -> Markup {
    let longest = topic.terms.iter().map(|term| term.weight).fold(0.0, f64::max);
    html! {
        h4 { "Terms" }
        @if topic.terms.is_empty() { p.soft { "The topic has no terms." } } @else {
            p.soft.columns {
                "Share of the topic's words, and how many times as often as in the whole; by relevance at \u{3bb} "
                span.lambda { (format!("{LAMBDA:.2}")) } "."
            }
            ol.bars.term-bars {
                @for term in ordered(&topic.terms, LAMBDA).into_iter().take(MOST_TERMS) { (bar(term, longest)) }
            }
        }
    }
}

fn bar(term: &TermDigest, longest: f64) -> Markup {
    let part = (term.weight / longest).clamp(0.0, 1.0);
    let part = if part.is_finite() { part } else { 0.0 };
    html! {
        li {
            span.name { (name(&term.term)) }
            svg.track aria-hidden="true" { rect.bar x="0" y="20%" height="60%" width=(format!("{:.1}%", part * 100.0)) {} }
            span.value { b { (percent(term.weight, 2)) } " " small { (times(term.lift)) } }
        }
    }
}

/// How many times as often: "×14", "×1.4".
fn times(lift: f64) -> String {
    let lift = if lift.is_finite() { lift.max(0.0) } else { 0.0 };
    if lift < 9.95 { format!("\u{d7}{lift:.1}") } else { format!("\u{d7}{lift:.0}") }
}

fn texts(document: &TopicsDocument, topic: &TopicDigest) -> Markup {
    let unit = if document.unit.is_empty() { "text" } else { &document.unit };
    html! {
        @if !topic.texts.is_empty() {
            h4 { (counted(topic.texts.len(), &flowing(unit))) " with much of it" }
            @for (place, text) in topic.texts.iter().enumerate() { (folded_text(text, place == 0)) }
        }
    }
}

fn folded_text(text: &TextDigest, is_open: bool) -> Markup {
    html! {
        details.source open[is_open] {
            summary { (name(&text.place)) " " small { (percent(text.share, 0)) } }
            p.text dir="auto" { (flowing(&text.text)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn terms_stand_by_relevance_with_both_their_numbers() {
        let document = sample::small();
        let page = shown(&document, &document.topics[0]).into_string();
        let at = |word: &str| page.find(&format!("<bdi>{word}</bdi></span><svg")).expect(word);
        assert!(at("harbour") < at("ferry") && at("ferry") < at("water"), "{page}");
        assert!(page.contains("<b>4.00\u{a0}%</b> <small>\u{d7}20</small>"), "{page}");
    }

    #[test]
    fn texts_open_on_request_and_say_where_they_stand() {
        let document = sample::small();
        let page = shown(&document, &document.topics[0]).into_string();
        assert!(page.contains("<details class=\"source\" open>"));
        assert!(
            page.contains(
                "<summary><bdi>quay.txt, paragraph 3</bdi> <small>83\u{a0}%</small></summary>"
            ),
            "{page}"
        );
    }

    #[test]
    fn lifts_have_one_digit_below_ten() {
        assert_eq!(
            [1.44, 9.96, 140.2, f64::NAN].map(times),
            ["\u{d7}1.4", "\u{d7}10", "\u{d7}140", "\u{d7}0.0"]
        );
    }
}
