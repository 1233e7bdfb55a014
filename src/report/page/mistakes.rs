//! Wrong answers to read, with the words that spoke for the label and against it.

use maud::{Markup, html};

use super::numbers::{coordinate, count, signed, three};
use super::parts::{flowing, name, names};
use crate::report::document::{Document, Mistake};

/// The most words that are named as the strongest, on either side.
const MOST_WORDS: usize = 3;

/// The section.
pub fn body(document: &Document) -> Markup {
    html! {
        @if document.mistakes.is_empty() { p.soft { "There is no wrong answer to show." } } @else {
            p {
                "The " (count(document.mistakes.len())) " most confident wrong answers. "
                mark.for style="--w:0.7" { "Solid underline" } ": words that speak for the label; "
                mark.against style="--w:0.7" { "dashed underline" } ": words that speak against it. "
                "The deeper the tint, the more they weigh."
            }
            @for mistake in &document.mistakes { (shown(document, mistake)) }
        }
    }
}

fn shown(document: &Document, mistake: &Mistake) -> Markup {
    html! {
        article.mistake {
            h3 {
                span.what { @if mistake.is_given { "Wrongly given" } @else { "Missed" } }
                " " (name(&document.names[mistake.label]))
                span.probability { "probability " (three(mistake.probability)) }
            }
            p.text dir="auto" { (text(mistake)) }
            dl.answer {
                div { dt { "true" } dd { (names(document, &mistake.truth, "no label")) } }
                div { dt { "given" } dd { (names(document, &mistake.given, "no label")) } }
                (strongest(mistake, "for it", 1.0))
                (strongest(mistake, "against it", -1.0))
                div.source {
                    dt { "text" }
                    dd {
                        (name(&mistake.name))
                        @if let Some(article) = &mistake.article { ", article " (name(article)) }
                    }
                }
            }
        }
    }
}

fn text(mistake: &Mistake) -> Markup {
    let heaviest = mistake.pieces.iter().map(|(_, weight)| weight.abs()).fold(0.0, f64::max);
    html! {
        @for (piece, weight) in &mistake.pieces {
            @if *weight == 0.0 { (flowing(piece)) } @else {
                mark.(if *weight > 0.0 { "for" } else { "against" })
                    style={ "--w:" (tint(weight.abs() / heaviest)) } title=(signed(*weight)) { (flowing(piece)) }
            }
        }
    }
}

/// How deep a tint is, 0.1 to 1, so that the weakest can still be told from none.
fn tint(share: f64) -> String {
    coordinate(share.max(0.1))
}

/// The words that weigh most on one side, each once.
fn strongest(mistake: &Mistake, about: &str, side: f64) -> Markup {
    let mut words: Vec<(String, f64)> = Vec::new();
    for (piece, weight) in &mistake.pieces {
        let piece = flowing(piece.trim());
        if weight * side > 0.0 && !words.iter().any(|(known, _)| *known == piece) {
            words.push((piece, *weight));
        }
    }
    words.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    words.truncate(MOST_WORDS);
    html! {
        @if !words.is_empty() {
            div {
                dt { (about) }
                dd {
                    @for (place, (word, weight)) in words.iter().enumerate() {
                        @if place > 0 { ", " }
                        q { (name(word)) } " " small { (signed(*weight)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn evidence_is_marked_by_side_and_by_weight() {
        let page = body(&sample::multilabel()).into_string();
        assert!(
            page.contains("<mark class=\"for\" style=\"--w:1.0\" title=\"+1.400\">budget</mark>"),
            "{page}"
        );
        assert!(page.contains("<mark class=\"against\" style=\"--w:0.5\""), "{page}");
        assert!(page.contains("<q><bdi>budget</bdi></q> <small>+1.400</small>"), "{page}");
    }
}
