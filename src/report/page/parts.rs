//! Small parts that many sections are made of: names from outside, marks, notes on what is undefined.
//!
//! Enters: strings and figures. Leaves: pieces of the page. All text from outside passes through here or is escaped by
//! `maud`; nothing from outside is taken as markup.

use maud::{Markup, html};

use super::numbers::{brackets, three};
use super::plain;
use crate::evaluate::{Undefined, Value};
use crate::report::document::{Document, Estimate};

/// A name from outside, whose writing direction ends with it.
pub fn name(text: &str) -> Markup {
    html! { bdi { (plain(text)) } }
}

/// Names of labels, one after the other, or `none` where there is none.
pub fn names(document: &Document, labels: &[usize], none: &str) -> Markup {
    html! {
        @if labels.is_empty() { span.soft { (none) } }
        @for (place, &label) in labels.iter().enumerate() {
            @if place > 0 { ", " }
            (name(&document.names[label]))
        }
    }
}

/// A text from outside that may have several lines.
pub fn flowing(text: &str) -> String {
    plain(&text.replace(['\r', '\n', '\t'], " "))
}

/// The labels, those that most texts have first.
pub fn by_support(document: &Document) -> Vec<usize> {
    let support = &document.figures.support;
    let mut labels: Vec<usize> = (0..document.names.len()).collect();
    labels.sort_by_key(|&label| (std::cmp::Reverse(support[label]), label));
    labels
}

/// How good something is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// To be looked at.
    Unsure,
    /// Not as it should be.
    Bad,
}

impl Mark {
    /// The mark with words: its shape and the words say what its colour says.
    pub fn with(self, words: &str) -> Markup {
        let (class, sign) = match self {
            Mark::Good => ("good", "M4.5 8.2 7 10.7 11.5 5.6"),
            Mark::Unsure => ("unsure", "M8 4.4V8.8M8 11.2V11.6"),
            Mark::Bad => ("bad", "M5.4 5.4 10.6 10.6M10.6 5.4 5.4 10.6"),
        };
        html! {
            span.mark.(class) {
                svg viewBox="0 0 16 16" aria-hidden="true" {
                    circle cx="8" cy="8" r="7.25" {}
                    path d=(sign) {}
                }
                (words)
            }
        }
    }
}

/// Why figures of a table are undefined: each reason once, in the order in which it comes up.
pub struct Notes(Vec<Undefined>);

impl Notes {
    /// The reasons among values.
    pub fn of(values: impl Iterator<Item = Value>) -> Self {
        let mut reasons = Vec::new();
        for why in values.filter_map(Result::err) {
            if !reasons.contains(&why) {
                reasons.push(why);
            }
        }
        Notes(reasons)
    }

    /// A table cell with a figure and its interval.
    pub fn cell(&self, estimate: Estimate) -> Markup {
        html! {
            td {
                @match estimate.value {
                    Ok(value) => {
                        (three(value))
                        @if let Some(ends) = estimate.interval { " " small { (brackets(ends)) } }
                    }
                    Err(why) => {
                        span.undefined title=(why.reason()) { "\u{2013}" sup { (self.letter(why)) } }
                    }
                }
            }
        }
    }

    /// The reasons in words.
    pub fn list(&self) -> Markup {
        html! {
            @if !self.0.is_empty() {
                ul.notes {
                    @for &why in &self.0 { li { sup { (self.letter(why)) } " " (why.reason()) } }
                }
            }
        }
    }

    fn letter(&self, why: Undefined) -> char {
        let place = self.0.iter().position(|&known| known == why).unwrap_or_default();
        char::from(b'a' + place as u8)
    }
}

/// A table that scrolls in its own frame where it is wider than the page.
pub fn scrolling(about: &str, table: &Markup) -> Markup {
    html! { div.scroll role="region" tabindex="0" aria-label=(plain(about)) { (table) } }
}

/// What is shown on request: a line to press, and what it opens.
pub fn folded(summary: &str, inside: &Markup) -> Markup {
    html! { details { summary { (plain(summary)) } (inside) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_noted_once() {
        let values = [
            Err(Undefined::NeverTrue),
            Ok(0.5),
            Err(Undefined::NoTexts),
            Err(Undefined::NeverTrue),
        ];
        let notes = Notes::of(values.into_iter());
        let list = notes.list().into_string();
        assert_eq!(list.matches("<li>").count(), 2, "{list}");
        assert!(list.contains("<sup>a</sup> no text has the label"), "{list}");
        let cell = notes.cell(Estimate { value: Err(Undefined::NoTexts), interval: None });
        assert!(cell.into_string().contains("title=\"no texts\">\u{2013}<sup>b</sup>"));
    }

    #[test]
    fn control_characters_do_not_reach_the_page() {
        assert_eq!(name("a\u{1b}[2J").into_string(), "<bdi>a\u{fffd}[2J</bdi>");
        assert_eq!(flowing("one\ntwo\u{0}"), "one two\u{fffd}");
    }
}
