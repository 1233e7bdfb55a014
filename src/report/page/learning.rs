//! How F1 grows with the number of labelled texts, and what more of them would likely buy.

use maud::{Markup, html};

use super::numbers::{DASH, brackets, count, signed, three};
use super::parts::{folded, scrolling};
use super::plot::{Axis, Frame};
use crate::evaluate::learning_curve::{Outlook, Point};
use crate::report::document::{Document, LearningCurve};

/// How many pieces a fitted curve is drawn in.
const PIECES: usize = 60;

/// The section.
pub fn body(document: &Document) -> Markup {
    let Some(curve) = &document.learning else {
        return html! {
            p.soft { "Not asked for. " code { "--learning-curve" } " adds what more labelled texts would likely buy." }
        };
    };
    html! {
        figure {
            (drawing(curve))
            figcaption {
                svg.sample viewBox="0 0 28 8" aria-hidden="true" { line.line.first x1="0" y1="4" x2="28" y2="4" {} }
                " micro-F1, "
                svg.sample viewBox="0 0 28 8" aria-hidden="true" { line.line.second x1="0" y1="4" x2="28" y2="4" {} }
                " macro-F1: a power law fitted to the points, one a fold; beyond the upright line it is extended, "
                "and nothing was measured."
            }
        }
        (gains(curve))
        (folded("Points of the learning curve", &points(curve)))
    }
}

fn sizes(curve: &LearningCurve) -> impl Iterator<Item = f64> {
    curve.micro.iter().chain(&curve.macro_).map(|point| point.n)
}

fn drawing(curve: &LearningCurve) -> Markup {
    let frame = frame(curve);
    let first = sizes(curve).fold(f64::INFINITY, f64::min);
    let now = sizes(curve).fold(0.0, f64::max);
    let about = format!(
        "Micro-F1 and macro-F1 against the number of labelled texts, {first:.0} to {now:.0}, and extended."
    );
    let inside = html! {
        (frame.upright(now, frame.y.ends, "chosen"))
        @for (points, outlook, line, dot) in [
            (&curve.macro_, &curve.macro_outlook, "second", "macro"),
            (&curve.micro, &curve.micro_outlook, "first", "micro"),
        ] {
            @if let Some(outlook) = outlook { (frame.line(fitted(outlook, first, frame.x.ends.1), line)) }
            @for point in points { (frame.dot((point.n, point.value), 2.5, dot)) }
        }
    };
    frame.drawing(&about, &inside)
}

fn fitted(outlook: &Outlook, from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
    let law = outlook.law;
    (0..=PIECES).map(move |piece| {
        let n = from + (to - from) * piece as f64 / PIECES as f64;
        (n, law.at(n))
    })
}

/// From 0 to the most texts that are asked about; from the tenth below the lowest point to the tenth above all.
fn frame(curve: &LearningCurve) -> Frame {
    let now = sizes(curve).fold(1.0, f64::max);
    let more =
        outlooks(curve).flat_map(|outlook| &outlook.gains).map(|gain| gain.0).max().unwrap_or(0);
    let last = now.max(curve.n_at_hand as f64) + more as f64;
    let values = || curve.micro.iter().chain(&curve.macro_).map(|point| point.value);
    let highest =
        outlooks(curve).map(|outlook| outlook.law.at(last)).chain(values()).fold(0.0, f64::max);
    let low = (values().fold(0.9, f64::min) * 10.0).floor().max(0.0) / 10.0;
    let high = ((highest * 10.0).ceil() / 10.0).clamp(low + 0.1, 1.0);
    let steps = ((high - low) * 10.0).round() as usize;
    let tenths = (0..=steps).map(|step| low + step as f64 / 10.0);
    let numbers = [0.0, now, last].map(|n| (n, count(n as usize)));
    // Two numbers that lie close would run into each other.
    let n_marks = if (more as f64) < 0.2 * last { 2 } else { 3 };
    Frame {
        size: (440.0, 270.0),
        x: Axis { name: "labelled texts", ends: (0.0, last), ticks: numbers[..n_marks].to_vec() },
        y: Axis {
            name: "F1",
            ends: (low, high),
            ticks: tenths.map(|at| (at, format!("{at:.1}"))).collect(),
        },
    }
}

fn outlooks(curve: &LearningCurve) -> impl Iterator<Item = &Outlook> {
    curve.micro_outlook.iter().chain(&curve.macro_outlook)
}

fn gains(curve: &LearningCurve) -> Markup {
    let mut asked: Vec<usize> = outlooks(curve).flat_map(|o| &o.gains).map(|gain| gain.0).collect();
    asked.sort_unstable();
    asked.dedup();
    let table = html! {
        table.figures {
            thead { tr { @for column in ["further texts", "micro-F1", "macro-F1"] { th scope="col" { (column) } } } }
            tbody { @for &n in &asked { tr {
                th scope="row" { (count(n)) }
                (gain(curve.micro_outlook.as_ref(), n))
                (gain(curve.macro_outlook.as_ref(), n))
            } } }
        }
    };
    html! {
        @if asked.is_empty() { p.soft { "Too few sizes were tried for a curve to be fitted." } } @else {
            h3 { "What further texts would likely buy" }
            (scrolling("Gains by further texts", &table))
            p.soft {
                "Beyond the " (count(curve.n_at_hand)) " that there are to learn from now. Intervals: fits to folds drawn with replacement. They know nothing of texts of another kind."
            }
        }
    }
}

fn gain(outlook: Option<&Outlook>, n: usize) -> Markup {
    let gain = outlook.and_then(|outlook| outlook.gains.iter().find(|gain| gain.0 == n));
    html! {
        td {
            @match gain {
                Some(&(_, gain, ends)) => { (signed(gain)) " " small { (brackets(ends)) } }
                None => (DASH),
            }
        }
    }
}

fn points(curve: &LearningCurve) -> Markup {
    let value = |points: &[Point], of: &Point| {
        let same = |point: &&Point| point.n == of.n && point.repetition == of.repetition;
        points.iter().find(same).map_or(DASH.into(), |point| three(point.value))
    };
    let table = html! {
        table.figures {
            thead { tr {
                @for column in ["labelled texts", "fold", "micro-F1", "macro-F1"] { th scope="col" { (column) } }
            } }
            tbody { @for point in &curve.micro { tr {
                th scope="row" { (count(point.n as usize)) }
                td { (point.repetition + 1) }
                td { (three(point.value)) }
                td { (value(&curve.macro_, point)) }
            } } }
        }
    };
    scrolling("Points of the learning curve", &table)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn without_a_curve_the_page_says_how_to_get_one() {
        assert!(body(&sample::single_label()).into_string().contains("--learning-curve"));
        let page = body(&sample::multilabel()).into_string();
        assert!(page.contains("What further texts would likely buy"), "{page}");
    }
}
