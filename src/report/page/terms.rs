//! Every measure of the page in plain words.

use maud::{Markup, html};

use crate::report::document::Document;

/// The terms, in the order in which the page uses them.
const TERMS: [(&str, &str); 26] = [
    ("support", "How many of the judged texts have the label."),
    ("threshold", "The probability from which on a label is given."),
    (
        "precision",
        "Of the texts that were given the label, the share that have it. Low: the label is given too freely.",
    ),
    (
        "recall",
        "Of the texts that have the label, the share that were given it. Low: the label is often missed.",
    ),
    ("F1", "The harmonic mean of precision and recall: high only where both are."),
    (
        "interval",
        "Where the figure would lie with other articles of this kind, nineteen times of twenty. Whole articles are drawn anew, since texts of one article are alike.",
    ),
    (
        "ceiling",
        "How far one person's labels agree with another's, as F1. More cannot be asked of a model.",
    ),
    (
        "average precision",
        "Precision taken at every text that has the label, the likeliest first, and averaged: how good the order is, whatever the threshold.",
    ),
    (
        "ROC AUC",
        "How often a text with the label has a higher probability than one without; 0.5 is guessing.",
    ),
    (
        "log loss",
        "How surprised the probabilities are by the truth, on average; 0 is never. Confident mistakes cost most.",
    ),
    ("Brier", "The mean squared distance of the probability from the truth; 0 is best."),
    (
        "Brier skill",
        "How much better Brier is than for someone who knows only how frequent the label is; 0 is no better, 1 is perfect.",
    ),
    (
        "calibration error",
        "How far probabilities lie from shares: of the texts with a probability of about 0.8, do 8 of 10 have the label? 0 is best.",
    ),
    (
        "Matthews",
        "The correlation of decision and truth, \u{2212}1 to 1; 0 is guessing, however frequent the label is.",
    ),
    ("micro average", "All decisions together, so that frequent labels weigh most."),
    ("macro average", "The mean of the labels, so that each weighs the same."),
    ("weighted average", "The mean of the labels, each by its support."),
    ("per-text average", "The mean of the texts, each judged by its own labels."),
    ("accuracy", "Where every text has exactly one label: the share of texts that got theirs."),
    (
        "all labels of a text right",
        "The share of texts with no label missed and none wrongly given.",
    ),
    (
        "Hamming loss",
        "The share of single decisions, texts times labels, that are wrong; 0 is best.",
    ),
    (
        "label ranking average precision",
        "Whether a text's own labels come first when all are ordered by probability; 1 is always.",
    ),
    (
        "coverage error",
        "How many labels, the likeliest first, must be taken to have all of a text's own.",
    ),
    (
        "log loss of the classes",
        "With one label per text: how surprised the probabilities are by the true label; 0 is never.",
    ),
    (
        "Matthews of the classes",
        "With one label per text: the correlation of given and true labels, \u{2212}1 to 1.",
    ),
    (
        "leak",
        "A judged text that the model has learned from, or one much like it. It flatters the figures.",
    ),
];

/// The section.
pub fn body(document: &Document) -> Markup {
    html! {
        p { "Figures lie between 0 and 1, and more is better, unless said otherwise: losses, errors and Brier are better the lower, and Matthews begins at -1." }
        @if !document.is_single {
            p { "A text may have several labels, or none; each label of each text is a decision of its own." }
        }
        dl.terms { @for (term, meaning) in TERMS { div { dt { (term) } dd { (meaning) } } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Measure, WholeMeasure};

    #[test]
    fn every_measure_is_explained() {
        let is_told = |name: &str| TERMS.iter().any(|(term, _)| name.contains(term));
        assert!(Measure::ALL.iter().all(|measure| is_told(measure.name())));
        assert!(WholeMeasure::ALL.iter().all(|measure| is_told(measure.name())));
    }
}
