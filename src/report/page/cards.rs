//! What was judged, what judged it, and the command that did it.

use maud::{Markup, html};

use super::numbers::{DASH, count};
use super::parts::{folded, name, scrolling};
use super::plain;
use crate::report::document::Document;

/// The most labels whose support is shown without asking.
const MOST_LABELS: usize = 30;

/// The section on the texts.
pub fn data(document: &Document) -> Markup {
    let data = &document.data;
    let [low, median, high] = data.words.map(count);
    let facts = [
        ("texts", count(data.n_texts)),
        ("articles", count(data.n_articles)),
        ("texts without a word", count(data.n_empty)),
        ("texts without a label", count(data.n_unlabelled)),
        ("words per text", format!("{median}; the middle half {low} to {high}")),
    ];
    html! {
        dl.card {
            @for (about, value) in facts { dt { (about) } dd { (value) } }
            @if let Some((first, last)) = &data.dates { dt { "dates" } dd { (name(first)) " to " (name(last)) } }
            @for (file, n) in &data.files { dt { "file" } dd { (name(file)) " (" (count(*n)) ")" } }
        }
        (support(document))
    }
}

fn support(document: &Document) -> Markup {
    let learned = &document.data.learned_support;
    let table = html! {
        table.figures {
            thead { tr {
                th scope="col" { "label" }
                th scope="col" { "texts judged" }
                @if !learned.is_empty() { th scope="col" { "texts learned from" } }
            } }
            tbody { @for (label, text) in document.names.iter().enumerate() { tr {
                th scope="row" { (name(text)) }
                td { (count(document.figures.support[label])) }
                @if !learned.is_empty() { td { (learned.get(label).map_or(DASH.into(), |&n| count(n))) } }
            } } }
        }
    };
    let table = scrolling("Texts by label", &table);
    let n = document.names.len();
    html! {
        h3 { "Texts by label" }
        @if n > MOST_LABELS { (folded(&format!("All {} labels", count(n)), &table)) } @else { (table) }
    }
}

/// The section on the model.
pub fn model(document: &Document) -> Markup {
    html! {
        @if document.model.is_empty() {
            p.soft { "Several models were trained, one a part of the data; none of them is described here." }
        } @else {
            dl.card { @for (about, value) in &document.model { dt { (name(about)) } dd { (name(value)) } } }
        }
    }
}

/// The section on the command.
pub fn command(document: &Document) -> Markup {
    html! {
        p { "This page was made by leitmotif " (env!("CARGO_PKG_VERSION")) " with" }
        pre tabindex="0" { code { (plain(&document.command)) } }
    }
}
