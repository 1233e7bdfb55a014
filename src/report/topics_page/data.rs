//! The terms for the script, as JSON that cannot end the element it stands in.
//!
//! Enters: a document. Leaves: for each topic, in their order, a list of `[term, weight, lift]`. Texts are not in it:
//! the page itself has them.

use crate::report::plain;
use crate::report::topics_document::{TermDigest, TopicDigest, TopicsDocument};

/// The JSON; `<`, `>` and `&` are written as `\u003c` and so on, which means the same inside of its strings.
pub fn terms(document: &TopicsDocument) -> String {
    let all: Vec<Vec<(String, f64, f64)>> = document.topics.iter().map(of_topic).collect();
    let json = serde_json::to_string(&all).expect("strings and finite numbers have a JSON form");
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn of_topic(topic: &TopicDigest) -> Vec<(String, f64, f64)> {
    let row = |term: &TermDigest| (plain(&term.term), short(term.weight), short(term.lift));
    topic.terms.iter().map(row).collect()
}

/// A number with five digits that count, and 0 for what is none.
fn short(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.4e}").parse().unwrap_or(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn terms_cannot_end_the_element() {
        let mut document = sample::small();
        document.topics[0].terms[0].term = "</script><!--&".into();
        let json = terms(&document);
        assert!(!json.contains(['<', '>', '&']), "{json}");
        let read: Vec<Vec<(String, f64, f64)>> = serde_json::from_str(&json).unwrap();
        assert_eq!(read[0][0].0, "</script><!--&");
        assert_eq!(read.len(), document.topics.len());
    }

    #[test]
    fn numbers_are_short_and_always_numbers() {
        assert_eq!([0.012_345_678, f64::NAN, f64::INFINITY].map(short), [0.012_346, 0.0, 0.0]);
    }
}
