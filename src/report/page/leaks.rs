//! What flatters the figures, told before them.

use maud::{Markup, html};

use super::numbers::{DASH, count, counted, three};
use super::parts::{Mark, name};
use crate::report::document::Document;

/// The most pairs that are named.
const MOST_PAIRS: usize = 10;

/// The share of leaking texts from which on the figures cannot stand as they are.
const MUCH: f64 = 0.01;

/// The section.
pub fn body(document: &Document) -> Markup {
    let leaks = &document.leaks;
    html! {
        p.verdict { (verdict(document)) }
        @if leaks.is_known { (found(document)) } @else {
            p {
                "The model does not tell which texts it learned from. If texts judged here are among them, the "
                "figures below are too good. With " code { "--trained-on DATA" } " the report looks for them."
            }
        }
        (without(document))
        @if document.data.n_without_article > 0 {
            p {
                (count(document.data.n_without_article)) " texts name no article: texts of one article may stand on both "
                "sides, and intervals are then too narrow."
            }
        }
        (conflicts(document))
    }
}

fn verdict(document: &Document) -> Markup {
    let leaks = &document.leaks;
    let n = leaks.leaking().len();
    let share = n as f64 / leaks.n_judged.max(1) as f64;
    match (leaks.is_known, n) {
        (false, _) => Mark::Unsure.with("Not known whether texts leak"),
        (true, 0) if !leaks.near_is_known => {
            Mark::Unsure.with("No exact copy was learned from; near copies were not looked for")
        }
        (true, 0) => Mark::Good.with("No judged text was learned from"),
        _ => {
            let mark = if share < MUCH { Mark::Unsure } else { Mark::Bad };
            let of = count(leaks.n_judged);
            mark.with(&format!("{} of {of} judged leak from training", counted(n, "text")))
        }
    }
}

fn found(document: &Document) -> Markup {
    let leaks = &document.leaks;
    let near = leaks.near_is_known.then_some(leaks.near.len());
    let facts = [
        ("judged texts", Some(leaks.n_judged)),
        ("have an exact copy in training", Some(leaks.exact.len())),
        ("have a near copy in training", near),
        ("are of an article that training has, too", Some(leaks.same_article.len())),
        ("sets of copies kept on one side", Some(leaks.n_sets_kept)),
    ];
    html! {
        dl.facts { @for (about, n) in facts {
            div { dt { (about) } dd { (n.map_or(DASH.into(), count)) } }
        } }
        @if near.is_none() {
            p.soft {
                "Near copies were not looked for: that takes the texts that were learned from. With "
                code { "--trained-on DATA" } " the report looks for them."
            }
        }
    }
}

fn without(document: &Document) -> Markup {
    let (measure, estimate) = document.headline();
    html! {
        @if let Some(clean) = document.headline_without_leaks {
            p {
                "Without the texts that leak: " (measure) " " b { (three(clean)) }
                @if let Ok(value) = estimate.value { ", with them " (three(value)) }
                "."
            }
        }
    }
}

fn conflicts(document: &Document) -> Markup {
    let pairs = &document.leaks.conflicts;
    let hidden = pairs.len().saturating_sub(MOST_PAIRS);
    html! {
        @if pairs.is_empty() {
            p.soft { "No two texts with the same words have different labels." }
        } @else {
            p {
                b { (counted(pairs.len(), "pair")) } " of texts with the same words and different labels. "
                "One of the two must be wrong, or the labels need more than the words:"
            }
            ul.pairs {
                @for (first, second) in pairs.iter().take(MOST_PAIRS) {
                    li { (name(first)) " and " (name(second)) }
                }
                @if hidden > 0 { li.soft { "and " (count(hidden)) " more" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_was_not_looked_for_is_not_said_to_be_absent() {
        let mut document = sample::multilabel();
        document.leaks.near_is_known = false;
        let page = body(&document).into_string();
        assert!(page.contains("in training</dt><dd>\u{2013}</dd>"), "{page}");
        assert!(page.contains("Near copies were not looked for"), "{page}");
        let unknown = body(&sample::single_label()).into_string();
        assert!(
            unknown.contains("Not known whether texts leak") && !unknown.contains("<dl"),
            "{unknown}"
        );
    }
}
