//! What no learning at all would reach, beside what the model reaches.

use maud::{Markup, html};

use super::bars::{Bar, bars};
use super::numbers::three_or_dash;
use super::parts::{Notes, name, scrolling};
use crate::evaluate::{Measure, Row, WholeMeasure};
use crate::report::document::{Baseline, Document};

/// What the judged answers are called among the baselines.
const OURS: &str = "this model";

/// The section.
pub fn body(document: &Document) -> Markup {
    let (measure, _) = document.headline();
    html! {
        p { "What the figures must beat to be worth anything: guesses that read no text." }
        figure {
            (bars(&compared(document)))
            figcaption { (measure) " of the model and of guesses; the whisker is the 95\u{a0}% interval." }
        }
        (table(document))
    }
}

fn compared(document: &Document) -> Vec<Bar<'_>> {
    let (_, own) = document.headline();
    let bar = |baseline: &Baseline| {
        let value = if document.is_single { baseline.subset_accuracy } else { baseline.micro_f1 };
        let value = value.ok_or("not defined");
        Bar { name: baseline.name, value, interval: None, ceiling: None, is_quiet: true }
    };
    let value = own.value.map_err(|why| why.reason());
    let own = Bar { name: OURS, value, interval: own.interval, ceiling: None, is_quiet: false };
    std::iter::once(own).chain(document.baselines.iter().map(bar)).collect()
}

fn table(document: &Document) -> Markup {
    let own = [
        document.estimate(Row::Micro, Measure::F1),
        document.estimate(Row::Macro, Measure::F1),
        document.whole(WholeMeasure::SubsetAccuracy),
        document.estimate(Row::Macro, Measure::Brier),
    ];
    let notes = Notes::of(own.iter().map(|estimate| estimate.value));
    let table = html! {
        table.figures.stacked {
            thead { tr {
                th scope="col" { "" }
                @for column in ["micro-F1", "macro-F1", "all labels right", "Brier"] { th scope="col" { (column) } }
            } }
            tbody {
                tr.own { th scope="row" { (OURS) } @for estimate in own { (notes.cell(estimate)) } }
                @for baseline in &document.baselines { (row(baseline)) }
            }
        }
    };
    html! { (scrolling("Baselines", &table)) (notes.list()) }
}

fn row(baseline: &Baseline) -> Markup {
    let values = [baseline.micro_f1, baseline.macro_f1, baseline.subset_accuracy, baseline.brier];
    html! {
        tr {
            th scope="row" { (name(baseline.name)) small.about { (name(&baseline.about)) } }
            @for value in values { td { (three_or_dash(value)) } }
        }
    }
}
