//! Topics over time: small drawings, one a topic, of its share in each period with the band that it lies in.

use maud::{Markup, html};

use super::{called, link, percent};
use crate::report::page::numbers::counted;
use crate::report::page::parts::{flowing, folded};
use crate::report::page::plot::{Axis, Frame};
use crate::report::topics_document::{Band, TopicDigest, TopicsDocument};

/// The most topics whose drawings are open at once.
const MOST_OPEN: usize = 24;

/// The most characters of a period's name: a day has ten.
const MOST_CHARACTERS: usize = 10;

/// The section.
pub fn body(document: &TopicsDocument) -> Markup {
    let drawn: Vec<&TopicDigest> = document
        .topics
        .iter()
        .filter(|topic| topic.over_time.iter().any(Option::is_some))
        .collect();
    let (open, rest) = drawn.split_at(drawn.len().min(MOST_OPEN));
    html! {
        @if drawn.is_empty() { p.soft { "No topic has a share in any period." } } @else {
            p { "The share of each topic, in per cent, and the band that it lies in. Every drawing has its own height: compare the numbers at the side. Gaps are periods without texts." }
            (drawings(document, open))
            @if !rest.is_empty() {
                (folded(&format!("{} more", counted(rest.len(), "topic")), &drawings(document, rest)))
            }
        }
    }
}

fn drawings(document: &TopicsDocument, topics: &[&TopicDigest]) -> Markup {
    html! {
        div.panels.times {
            @for topic in topics { figure { (drawing(document, topic)) figcaption { (link(topic)) } } }
        }
    }
}

fn drawing(document: &TopicsDocument, topic: &TopicDigest) -> Markup {
    let bands: Vec<Option<Band>> =
        topic.over_time.iter().map(|band| band.and_then(sound)).collect();
    let highest = bands.iter().flatten().map(|band| band.high.max(band.share)).fold(0.0, f64::max);
    let frame = Frame { size: (240.0, 132.0), x: periods(document), y: shares(highest) };
    frame.drawing(
        &told(document, topic, &bands),
        &html! { @for run in runs(&bands) { (line(&frame, &run)) } },
    )
}

/// A band of numbers only.
fn sound(band: Band) -> Option<Band> {
    [band.share, band.low, band.high].iter().all(|end| end.is_finite()).then_some(band)
}

/// One stretch without gaps: its band, its line; a dot where it is a single period.
fn line(frame: &Frame, run: &[(usize, Band)]) -> Markup {
    let area: Vec<(f64, f64, f64)> =
        run.iter().map(|(at, band)| (*at as f64, band.low, band.high)).collect();
    let points = run.iter().map(|(at, band)| (*at as f64, band.share));
    html! {
        @if let [(at, band)] = run {
            (frame.upright(*at as f64, (band.low, band.high), "whisker"))
            (frame.dot((*at as f64, band.share), 2.5, "single"))
        } @else {
            (frame.area(&area, "band"))
            (frame.line(points, "first"))
        }
    }
}

/// The stretches without gaps, with the place of each period.
fn runs(bands: &[Option<Band>]) -> Vec<Vec<(usize, Band)>> {
    let mut runs: Vec<Vec<(usize, Band)>> = Vec::new();
    let mut is_inside = false;
    for (at, band) in bands.iter().enumerate() {
        match band {
            Some(band) if is_inside => runs.last_mut().expect("a run was begun").push((at, *band)),
            Some(band) => runs.push(vec![(at, *band)]),
            None => {}
        }
        is_inside = band.is_some();
    }
    runs
}

fn periods(document: &TopicsDocument) -> Axis {
    let last = document.periods.len() - 1;
    let tick = |at: usize| (at as f64, short(&document.periods[at]));
    let mut ticks = vec![tick(0)];
    if last > 0 {
        ticks.push(tick(last));
    }
    // A single period stands in the middle of nothing.
    Axis { name: "", ends: (0.0, last.max(1) as f64), ticks }
}

/// As much of a period's name as has room under the drawing.
fn short(period: &str) -> String {
    flowing(period).chars().take(MOST_CHARACTERS).collect()
}

fn shares(highest: f64) -> Axis {
    let top = round_number(highest);
    let tick = |part: f64| (top * part, per_cent(top * part));
    Axis { name: "%", ends: (0.0, top), ticks: vec![tick(0.0), tick(0.5), tick(1.0)] }
}

/// The least of 1, 2, 4 or 6 times a power of ten that is not below; from 0.001 on.
fn round_number(value: f64) -> f64 {
    let mut power = 0.001;
    while power * 10.0 < value.min(1.0) {
        power *= 10.0;
    }
    [1.0, 2.0, 4.0, 6.0, 10.0]
        .map(|times| times * power)
        .into_iter()
        .find(|&top| top >= value.min(1.0))
        .unwrap_or(1.0)
}

/// Without digits that say nothing: "20", "0.5".
fn per_cent(share: f64) -> String {
    let digits = format!("{:.2}", share * 100.0);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the drawing shows, in a sentence.
fn told(document: &TopicsDocument, topic: &TopicDigest, bands: &[Option<Band>]) -> String {
    let known = bands
        .iter()
        .zip(&document.periods)
        .filter_map(|(band, period)| Some((band.as_ref()?.share, period)));
    let said =
        |(share, period): (f64, &String)| format!("{} in {}", percent(share, 1), flowing(period));
    let mut known: Vec<(f64, &String)> = known.collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else {
        return format!("Topic {}: no share in any period", called(topic));
    };
    known.sort_by(|a, b| b.0.total_cmp(&a.0));
    format!(
        "Topic {} over time: {} at first, most with {}, {} at last",
        called(topic),
        said(first),
        said(known[0]),
        said(last)
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_gap_cuts_the_line_and_a_single_period_is_a_dot() {
        let document = sample::small();
        let page = drawing(&document, &document.topics[0]).into_string();
        assert_eq!(
            (page.matches("<polygon").count(), page.matches("class=\"single\"").count()),
            (1, 1),
            "{page}"
        );
        assert!(page.contains("most with 40.0\u{a0}% in 2017-11"), "{page}");
    }

    #[test]
    fn the_axis_ends_at_a_round_number() {
        let tops =
            [0.0, 0.0011, 0.05, 0.35, 0.61, 1.0, 7.0].map(|value| per_cent(round_number(value)));
        assert_eq!(tops, ["0.1", "0.2", "6", "40", "100", "100", "100"]);
    }

    #[test]
    fn times_that_are_none_do_not_reach_the_drawing() {
        let mut document = sample::small();
        let nothing = Band { share: f64::NAN, low: 0.0, high: f64::INFINITY };
        document.topics[0].over_time = vec![Some(nothing); 9];
        let page = body(&document).into_string();
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
        document.topics.iter_mut().for_each(|topic| topic.over_time.clear());
        assert!(body(&document).into_string().contains("No topic has a share in any period."));
    }
}
