//! Lying bars with whiskers, one a line, from 0 to 1.
//!
//! Enters: values with intervals. Leaves: a list. Names and numbers are text of the page and not of the drawing, so
//! that they keep their size on a narrow screen; lengths are percentages.

use maud::{Markup, html};

use super::numbers::{brackets, three};
use super::parts::name;
use crate::evaluate::Interval;

/// One bar.
pub struct Bar<'a> {
    /// Of what.
    pub name: &'a str,
    /// Its length, or why it has none.
    pub value: Result<f64, &'static str>,
    /// The ends of its whisker.
    pub interval: Option<Interval>,
    /// Where a mark stands that the value is held against.
    pub ceiling: Option<f64>,
    /// Whether it stands back behind the others.
    pub is_quiet: bool,
}

/// A list of bars under one scale.
pub fn bars(bars: &[Bar]) -> Markup {
    html! {
        ol.bars {
            @for bar in bars {
                li.quiet[bar.is_quiet] {
                    span.name { (name(bar.name)) }
                    (track(bar))
                    span.value { (value(bar)) }
                }
            }
            li.scale aria-hidden="true" {
                span.name {}
                (scale())
                span.value {}
            }
        }
    }
}

fn value(bar: &Bar) -> Markup {
    html! {
        @match bar.value {
            Ok(value) => {
                b { (three(value)) }
                @if let Some(ends) = bar.interval { " " small { (brackets(ends)) } }
            }
            Err(why) => small { (why) },
        }
        @if let Some(ceiling) = bar.ceiling { " " small.ceiling { "ceiling " (three(ceiling)) } }
    }
}

/// The drawing of one bar; its numbers stand beside it as text.
pub fn track(bar: &Bar) -> Markup {
    html! {
        svg.track aria-hidden="true" {
            @for tick in ["0%", "25%", "50%", "75%", "100%"] {
                line.grid x1=(tick) x2=(tick) y1="0" y2="100%" {}
            }
            @if let Ok(value) = bar.value { rect.bar x="0" y="25%" width=(percent(value)) height="50%" {} }
            @if let (Ok(_), Some((low, high))) = (bar.value, bar.interval) {
                line.whisker x1=(percent(low)) x2=(percent(high)) y1="50%" y2="50%" {}
                @for end in [low, high] {
                    line.whisker x1=(percent(end)) x2=(percent(end)) y1="32%" y2="68%" {}
                }
            }
            @if let Some(ceiling) = bar.ceiling {
                line.ceiling x1=(percent(ceiling)) x2=(percent(ceiling)) y1="4%" y2="96%" {}
            }
        }
    }
}

/// The numbers under the drawings.
pub fn scale() -> Markup {
    html! {
        span.ticks aria-hidden="true" { @for tick in ["0", "0.25", "0.5", "0.75", "1"] { span { (tick) } } }
    }
}

fn percent(value: f64) -> String {
    format!("{:.2}%", value.clamp(0.0, 1.0) * 100.0)
}
