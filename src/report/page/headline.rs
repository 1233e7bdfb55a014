//! The figure to look at first, and what it means for someone who does not know its name.

use maud::{Markup, html};

use super::bars::{Bar, scale, track};
use super::numbers::{count, counted, of_ten, three};
use super::parts::{Mark, name};
use crate::evaluate::{Measure, Row};
use crate::report::document::{Document, Estimate};

/// The fewest articles that an interval can rest on.
const FEW_ARTICLES: usize = 10;

/// The fewest texts that a label's figures can rest on.
const FEW_TEXTS: usize = 10;

/// The most labels that a warning names.
const MOST_NAMED: usize = 8;

/// The section.
pub fn body(document: &Document) -> Markup {
    let (measure, estimate) = document.headline();
    let data = &document.data;
    html! {
        div.headline {
            p.figure {
                span.number {
                    @match estimate.value { Ok(value) => (three(value)), Err(_) => "\u{2013}" }
                }
                span.measure { (measure) }
            }
            (extent(estimate))
        }
        p.lay { (told(document)) }
        p.soft {
            "Judged on " (counted(data.n_texts, "text")) " of " (counted(data.n_articles, "article"))
            ". Intervals here and below: the middle 95\u{a0}% of " (counted(document.n_draws, "draw"))
            " of as many articles with replacement (bootstrap)."
        }
        (warnings(document))
    }
}

fn extent(estimate: Estimate) -> Markup {
    let value = estimate.value.map_err(|why| why.reason());
    let bar = Bar { name: "", value, interval: estimate.interval, ceiling: None, is_quiet: false };
    html! {
        div.extent {
            @match (estimate.value, estimate.interval) {
                (Ok(_), Some((low, high))) => {
                    p { "95\u{a0}% interval " b { (three(low)) } " to " b { (three(high)) } }
                }
                (Ok(_), None) => p.soft { "without an interval" },
                (Err(why), _) => p.soft { (why.reason()) },
            }
            (track(&bar))
            (scale())
        }
    }
}

fn told(document: &Document) -> String {
    let mut told = match document.is_single {
        true => of_texts(document.headline().1),
        false => of_labels(
            document.estimate(Row::Micro, Measure::Precision),
            document.estimate(Row::Micro, Measure::Recall),
        ),
    };
    if let Some((low, high)) = document.headline().1.interval {
        told += &format!(
            "; with other articles of this kind the figure would lie between {} and {} nineteen times of twenty",
            three(low),
            three(high)
        );
    }
    told + "."
}

fn of_texts(accuracy: Estimate) -> String {
    match accuracy.value {
        Ok(share) => format!("Of ten texts {} their right label", with_verb(share, "gets", "get")),
        Err(_) => "There is no text to judge by".into(),
    }
}

fn of_labels(precision: Estimate, recall: Estimate) -> String {
    let given = match precision.value {
        Ok(share) => format!("Of ten labels given {} right", with_verb(share, "is", "are")),
        Err(_) => "No label was given".into(),
    };
    let found = match recall.value {
        Ok(share) => format!("of ten that should be given {} found", with_verb(share, "is", "are")),
        Err(_) => "none should have been".into(),
    };
    format!("{given}, and {found}")
}

fn with_verb(share: f64, one: &str, several: &str) -> String {
    let part = of_ten(share);
    let verb = if part.ends_with("one") { one } else { several };
    format!("{part} {verb}")
}

fn warnings(document: &Document) -> Markup {
    let n_articles = document.data.n_articles;
    let support = &document.figures.support;
    let rare: Vec<usize> = (0..support.len()).filter(|&label| support[label] < FEW_TEXTS).collect();
    let hidden = rare.len().saturating_sub(MOST_NAMED);
    html! {
        @if n_articles < FEW_ARTICLES {
            p.warning {
                (Mark::Unsure.with(&format!("Only {}", counted(n_articles, "article"))))
                ": intervals from so few are themselves unsure, and rather too narrow."
            }
        }
        @if !rare.is_empty() {
            p.warning {
                (Mark::Unsure.with(&format!("{} with fewer than {FEW_TEXTS} texts", counted(rare.len(), "label"))))
                ", whose own figures say little: "
                @for (place, &label) in rare.iter().take(MOST_NAMED).enumerate() {
                    @if place > 0 { ", " }
                    (name(&document.names[label])) " (" (count(support[label])) ")"
                }
                @if hidden > 0 { " and " (count(hidden)) " more" }
                "."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_line_for_laypeople_counts_in_tens() {
        let estimate = |value| Estimate { value: Ok(value), interval: None };
        assert_eq!(
            of_labels(estimate(0.81), estimate(0.1)),
            "Of ten labels given about eight are right, and of ten that should be given about one is found"
        );
        assert_eq!(of_texts(estimate(0.97)), "Of ten texts nearly all get their right label");
        let told = told(&sample::multilabel());
        assert!(told.contains("nineteen times of twenty."), "{told}");
    }

    #[test]
    fn few_articles_and_rare_labels_are_warned_of() {
        let page = warnings(&sample::multilabel()).into_string();
        assert!(page.contains("Only 6 articles"), "{page}");
        assert!(page.contains("with fewer than 10 texts"), "{page}");
    }
}
