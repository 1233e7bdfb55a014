//! Every figure of every label, of their averages, and of whole texts.

use maud::{Markup, html};

use super::bars::{Bar, bars};
use super::numbers::{DASH, count, three};
use super::parts::{Notes, by_support, folded, name, scrolling};
use crate::evaluate::{Measure, Row, WholeMeasure};
use crate::report::document::Document;

/// The most labels that are drawn, and above which the tables are folded.
const MOST_BARS: usize = 30;

/// Measures of what was decided: each label by its threshold.
const DECIDED: [Measure; 4] = [Measure::Precision, Measure::Recall, Measure::F1, Measure::Matthews];

/// Measures of the probabilities, whatever the threshold.
const PROBABLE: [Measure; 6] = [
    Measure::AveragePrecision,
    Measure::RocAuc,
    Measure::LogLoss,
    Measure::Brier,
    Measure::BrierSkill,
    Measure::CalibrationError,
];

/// The section.
pub fn body(document: &Document) -> Markup {
    html! {
        (chart(document))
        (tables(document, "What was decided", &DECIDED))
        (tables(document, "Probabilities and order", &PROBABLE))
        h3 { "Whole texts" }
        (whole(document))
    }
}

/// The labels and their averages; where there are many labels the averages, and the labels on request.
fn tables(document: &Document, title: &str, measures: &[Measure]) -> Markup {
    let n = document.names.len();
    let labels: Vec<Row> = (0..n).map(Row::Label).collect();
    html! {
        h3 { (title) }
        @if n > MOST_BARS {
            (table(document, title, measures, [&[], &Row::AVERAGES]))
            (folded(&format!("All {} labels", count(n)), &table(document, title, measures, [&labels, &[]])))
        } @else {
            (table(document, title, measures, [&labels, &Row::AVERAGES]))
        }
    }
}

fn chart(document: &Document) -> Markup {
    let labels = drawn(document);
    let has_ceiling = document.ceiling.iter().any(Option::is_some);
    html! {
        figure {
            (bars(&labels.iter().map(|&label| bar(document, label)).collect::<Vec<_>>()))
            figcaption {
                "F1 of each label, the highest first; the whisker is the 95\u{a0}% interval."
                @if has_ceiling {
                    " The dashed mark is the ceiling: the F1 of one coder's labels held against another's."
                }
                @if labels.len() < document.names.len() {
                    " Shown are the " (labels.len()) " labels that most texts have, of "
                    (count(document.names.len())) "."
                }
            }
        }
    }
}

/// The labels of most support, highest F1 first, undefined last.
fn drawn(document: &Document) -> Vec<usize> {
    let f1 = |label: usize| document.figures.get(Row::Label(label), Measure::F1).unwrap_or(-1.0);
    let mut labels = by_support(document);
    labels.truncate(MOST_BARS);
    labels.sort_by(|&a, &b| f1(b).total_cmp(&f1(a)).then(a.cmp(&b)));
    labels
}

fn bar(document: &Document, label: usize) -> Bar<'_> {
    let estimate = document.estimate(Row::Label(label), Measure::F1);
    Bar {
        name: &document.names[label],
        value: estimate.value.map_err(|why| why.reason()),
        interval: estimate.interval,
        ceiling: document.ceiling.get(label).copied().flatten(),
        is_quiet: false,
    }
}

/// A table of some measures, labels above averages.
fn table(document: &Document, about: &str, measures: &[Measure], parts: [&[Row]; 2]) -> Markup {
    let values = parts.concat().into_iter().flat_map(|row| measures.iter().map(move |&m| (row, m)));
    let notes = Notes::of(values.map(|(row, measure)| document.figures.get(row, measure)));
    // Support and threshold belong to what was decided, and to labels alone.
    let is_decided = measures.contains(&Measure::F1) && !parts[0].is_empty();
    let table = html! {
        table.figures.stacked {
            thead { tr {
                th scope="col" { @if parts[0].is_empty() { "average" } @else { "label" } }
                @if is_decided { th scope="col" { "support" } th scope="col" { "threshold" } }
                @for measure in measures { th scope="col" { (measure.name()) } }
            } }
            @for (place, part) in parts.iter().enumerate() {
                tbody.averages[place == 1] {
                    @for &row in *part {
                        tr {
                            (row_head(document, row))
                            @if is_decided { (support_and_threshold(document, row)) }
                            @for &measure in measures { (notes.cell(document.estimate(row, measure))) }
                        }
                    }
                }
            }
        }
    };
    html! { (scrolling(about, &table)) (notes.list()) }
}

fn row_head(document: &Document, row: Row) -> Markup {
    html! {
        th scope="row" {
            @match row {
                Row::Label(label) => (name(&document.names[label])),
                Row::Micro => "micro average",
                Row::Macro => "macro average",
                Row::Weighted => "weighted average",
                Row::PerText => "per-text average",
            }
        }
    }
}

fn support_and_threshold(document: &Document, row: Row) -> Markup {
    let Row::Label(label) = row else {
        return html! { td {} td {} };
    };
    let threshold = document.thresholds.get(label).copied();
    html! {
        td { (count(document.figures.support[label])) }
        @match threshold {
            Some(Some(threshold)) => td { (three(threshold)) },
            Some(None) => td { span.undefined title="one label is always taken" { (DASH) } },
            None => td { span.undefined title="the model does not know the label" { (DASH) } },
        }
    }
}

fn whole(document: &Document) -> Markup {
    let values = WholeMeasure::ALL.map(|measure| document.figures.whole(measure));
    let notes = Notes::of(values.into_iter());
    let table = html! {
        table.figures {
            thead { tr { th scope="col" { "over whole texts" } th scope="col" { "figure" } } }
            tbody {
                @for measure in WholeMeasure::ALL {
                    tr { th scope="row" { (measure.name()) } (notes.cell(document.whole(measure))) }
                }
            }
        }
    };
    html! { (scrolling("Figures over whole texts", &table)) (notes.list()) }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn an_undefined_figure_is_a_dash_with_its_reason() {
        let page = body(&sample::multilabel()).into_string();
        assert!(page.contains("title=\"never given\">\u{2013}<sup>a</sup>"), "{page}");
        assert!(page.contains("<li><sup>a</sup> never given</li>"), "{page}");
    }

    #[test]
    fn many_labels_are_drawn_in_part_and_folded_whole() {
        let page = body(&sample::many_labels()).into_string();
        assert!(page.contains("Shown are the 30 labels that most texts have, of 40."), "{page}");
        assert!(page.contains("All 40 labels"), "{page}");
    }
}
