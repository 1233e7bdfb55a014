//! What training promised, and whether it held.

use maud::{Markup, html};

use super::numbers::{count, three, with_interval};
use super::parts::{Mark, name, scrolling};
use crate::report::document::{Document, Kept, Promise};

/// The section.
pub fn body(document: &Document) -> Markup {
    let table = html! {
        table.figures {
            thead { tr {
                @for column in ["label", "what", "promised", "measured", "texts", "verdict"] {
                    th.words[column == "what" || column == "verdict"] scope="col" { (column) }
                }
            } }
            tbody { @for promise in &document.promises { (row(document, promise)) } }
        }
    };
    html! {
        p {
            "What training promised, held against what came out here. A promise is broken only where the whole "
            "interval lies below it."
        }
        (scrolling("Promises", &table))
        @if let Some(share) = document.unsure_share {
            p { "Marked as unsure: " (format!("{:.1}", 100.0 * share)) " % of all decisions." }
        }
    }
}

fn row(document: &Document, promise: &Promise) -> Markup {
    html! {
        tr {
            th scope="row" {
                @match promise.label { Some(label) => (name(&document.names[label])), None => "all labels" }
            }
            td.words { (name(&promise.what)) }
            td { "\u{2265}\u{a0}" (three(promise.promised)) }
            td { (with_interval(promise.measured, promise.interval)) }
            td { (count(promise.n)) }
            td.words { (verdict(promise)) }
        }
    }
}

fn verdict(promise: &Promise) -> Markup {
    match (promise.kept(), promise.measured) {
        (Kept::Held, _) => Mark::Good.with("held"),
        (Kept::Undecided, _) => Mark::Unsure.with("not decided"),
        (Kept::Broken, _) => Mark::Bad.with("broken"),
        (Kept::Unknown, Err(why)) => Mark::Unsure.with(&format!("not known: {}", why.reason())),
        (Kept::Unknown, Ok(_)) => Mark::Unsure.with("not known"),
    }
}
