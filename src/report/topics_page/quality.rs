//! Figures on the model as a whole, each with a sentence that says what it means.

use maud::{Markup, html};

use crate::report::page::numbers::three_or_dash;
use crate::report::page::parts::{flowing, name};
use crate::report::topics_document::TopicsDocument;

/// The section.
pub fn body(document: &TopicsDocument) -> Markup {
    html! {
        dl.quality {
            @for figure in &document.quality {
                div {
                    dt { (name(&figure.name)) }
                    dd.figure { (three_or_dash(figure.value.filter(|value| value.is_finite()))) }
                    dd { (flowing(&figure.meaning)) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_is_undefined_is_a_dash() {
        let page = body(&sample::small()).into_string();
        assert!(page.contains("<dd class=\"figure\">0.412</dd>"), "{page}");
        assert!(page.contains("<dd class=\"figure\">\u{2013}</dd>"), "{page}");
    }
}
