//! Each label at every threshold, and its probabilities held against shares: small drawings, three a label.

use maud::{Markup, html};

use super::numbers::{count, counted, three, three_or_dash};
use super::parts::{by_support, folded, name, scrolling};
use super::plain;
use super::plot::Frame;
use crate::evaluate::curves::{Bin, Cut};
use crate::evaluate::{Measure, Row};
use crate::report::document::{Document, LabelCurves};

/// The most labels that are drawn.
const MOST_LABELS: usize = 12;

/// The most rows of a table of thresholds.
const MOST_ROWS: usize = 20;

/// The section.
pub fn body(document: &Document) -> Markup {
    let labels: Vec<(usize, &LabelCurves)> = by_support(document)
        .into_iter()
        .filter(|&label| document.figures.support[label] > 0)
        .filter_map(|label| Some((label, document.curves.get(label)?.as_ref()?)))
        .collect();
    let n = labels.len();
    html! {
        @if n == 0 { p.soft { "No label has both texts and probabilities, so there is nothing to draw." } } @else {
            (legend())
            @if n > MOST_LABELS {
                p.soft { "Shown are the " (MOST_LABELS) " labels that most texts have, of " (count(n)) "." }
            }
            @for (label, curves) in labels.into_iter().take(MOST_LABELS) { (of_label(document, label, curves)) }
        }
    }
}

fn legend() -> Markup {
    html! {
        ul.legend {
            li {
                b { "Precision and recall. " }
                "The higher and the further to the right, the better; the ring is what was decided, the dotted line "
                "what guessing would reach."
            }
            li {
                b { "Threshold. " }
                (sample("first")) " F1, " (sample("second")) " precision, " (sample("third"))
                " recall, if the label were given from that probability on; the upright line is the threshold in use."
            }
            li {
                b { "Calibration. " }
                "How many texts of about that probability have the label. Dots on the dotted line: probabilities can "
                "be taken at their word. Bigger dots are more texts, whiskers 95\u{a0}% intervals (Wilson)."
            }
        }
    }
}

fn sample(class: &str) -> Markup {
    html! {
        svg.sample viewBox="0 0 28 8" aria-hidden="true" { line.line.(class) x1="0" y1="4" x2="28" y2="4" {} }
    }
}

fn of_label(document: &Document, label: usize, curves: &LabelCurves) -> Markup {
    let of = plain(&document.names[label]);
    html! {
        div.curves {
            h3 {
                (name(&document.names[label])) " "
                small { (counted(document.figures.support[label], "text")) }
            }
            div.panels {
                (precision_recall(document, label, &curves.cuts, &of))
                (thresholds(document, label, &curves.cuts, &of))
                (calibration(&curves.bins, &of))
            }
            (folded(&format!("Tables of {of}"), &html! { (cut_table(&curves.cuts)) (bin_table(&curves.bins)) }))
        }
    }
}

fn precision_recall(document: &Document, label: usize, cuts: &[Cut], of: &str) -> Markup {
    let frame = Frame::of_shares("recall", "precision");
    let get = |measure| document.figures.get(Row::Label(label), measure).ok();
    let share = document.figures.support[label] as f64 / document.data.n_texts.max(1) as f64;
    let points =
        cuts.iter().filter_map(|cut| Some((cut.counts.recall()?, cut.counts.precision()?)));
    let decided = get(Measure::Recall).zip(get(Measure::Precision));
    let average = three_or_dash(get(Measure::AveragePrecision));
    let about = format!("Precision against recall of {of}: average precision {average}.");
    let inside = html! {
        (frame.line([(0.0, share), (1.0, share)].into_iter(), "guess"))
        (frame.line(points, "first"))
        @if let Some(point) = decided { (frame.dot(point, 4.5, "ring")) }
    };
    panel(&frame, &about, &inside, &html! { "average precision " (average) })
}

fn thresholds(document: &Document, label: usize, cuts: &[Cut], of: &str) -> Markup {
    let frame = Frame::of_shares("threshold", "F1, precision, recall");
    let chosen = document.thresholds.get(label).copied().flatten();
    let points = |value: fn(&Cut) -> Option<f64>| {
        cuts.iter().filter_map(move |cut| Some((cut.threshold, value(cut)?)))
    };
    let inside = html! {
        (frame.line(points(|cut| cut.counts.recall()), "third"))
        (frame.line(points(|cut| cut.counts.precision()), "second"))
        (frame.line(points(|cut| cut.counts.f1()), "first"))
        @if let Some(chosen) = chosen { (frame.upright(chosen, (0.0, 1.0), "chosen")) }
    };
    let caption = match chosen {
        Some(chosen) => format!("threshold {}", three(chosen)),
        None => "one label is always taken".into(),
    };
    let best = points(|cut| cut.counts.f1()).max_by(|a, b| a.1.total_cmp(&b.1));
    let best = best.map_or(String::new(), |(threshold, f1)| {
        format!(" F1 is highest, {}, at {}.", three(f1), three(threshold))
    });
    let about = format!("Precision, recall and F1 of {of} against the threshold; {caption}.{best}");
    panel(&frame, &about, &inside, &html! { (caption) })
}

fn calibration(bins: &[Bin], of: &str) -> Markup {
    let frame = Frame::of_shares("mean probability", "share with the label");
    let most = bins.iter().map(|bin| bin.n).max().unwrap_or(0).max(1) as f64;
    let radius = |bin: &Bin| 2.0 + 6.0 * (bin.n as f64 / most).sqrt();
    let inside = html! {
        (frame.line([(0.0, 0.0), (1.0, 1.0)].into_iter(), "guess"))
        @for bin in bins {
            @if let Some((share, low, high)) = bin.share() {
                (frame.upright(bin.mean_probability, (low, high), "whisker"))
                (frame.dot((bin.mean_probability, share), radius(bin), "bubble"))
            }
        }
    };
    let n_bins = bins.iter().filter(|bin| bin.n > 0).count();
    let about = format!(
        "Share of texts that have {of} against its mean probability, {n_bins} bins with texts."
    );
    panel(&frame, &about, &inside, &html! { (counted(n_bins, "bin")) " with texts" })
}

fn panel(frame: &Frame, about: &str, inside: &Markup, caption: &Markup) -> Markup {
    html! { figure { (frame.drawing(about, inside)) figcaption { (caption) } } }
}

/// Cuts evenly spread over a curve, its ends among them.
fn evenly(cuts: &[Cut]) -> Vec<Cut> {
    if cuts.len() <= MOST_ROWS {
        return cuts.to_vec();
    }
    (0..MOST_ROWS).map(|row| cuts[row * (cuts.len() - 1) / (MOST_ROWS - 1)]).collect()
}

fn cut_table(cuts: &[Cut]) -> Markup {
    let rows = evenly(cuts);
    let table = html! {
        table.figures {
            thead { tr {
                @for column in ["threshold", "given", "precision", "recall", "F1"] { th scope="col" { (column) } }
            } }
            tbody { @for cut in &rows { tr {
                th scope="row" { (three(cut.threshold)) }
                td { (count(cut.counts.true_positives + cut.counts.false_positives)) }
                td { (three_or_dash(cut.counts.precision())) }
                td { (three_or_dash(cut.counts.recall())) }
                td { (three_or_dash(cut.counts.f1())) }
            } } }
        }
    };
    html! {
        @if rows.len() < cuts.len() { p.soft { (rows.len()) " thresholds of the " (count(cuts.len())) " drawn." } }
        (scrolling("Figures by threshold", &table))
    }
}

fn bin_table(bins: &[Bin]) -> Markup {
    let table = html! {
        table.figures {
            thead { tr {
                @for column in ["mean probability", "texts", "with the label", "share", "95\u{a0}% interval"] {
                    th scope="col" { (column) }
                }
            } }
            tbody { @for bin in bins {
                @if let Some((share, low, high)) = bin.share() { tr {
                    th scope="row" { (three(bin.mean_probability)) }
                    td { (count(bin.n)) }
                    td { (count(bin.n_true)) }
                    td { (three(share)) }
                    td { (super::numbers::brackets((low, high))) }
                } }
            } }
        }
    };
    scrolling("Calibration", &table)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn many_labels_are_drawn_in_part() {
        let page = body(&sample::many_labels()).into_string();
        assert_eq!(page.matches("class=\"curves\"").count(), MOST_LABELS);
        assert!(page.contains("Shown are the 12 labels"), "{page}");
    }

    #[test]
    fn a_long_table_keeps_the_ends_of_its_curve() {
        let cut = |place: u32| Cut {
            threshold: 1.0 - f64::from(place) / 100.0,
            counts: Default::default(),
        };
        let cuts: Vec<Cut> = (0..=100).map(cut).collect();
        let rows = evenly(&cuts);
        assert_eq!((rows.len(), rows[0], rows[MOST_ROWS - 1]), (MOST_ROWS, cuts[0], cuts[100]));
    }
}
