//! An evaluation as a table for people, or as JSON.

use std::fmt::Write;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::three_digits;
use crate::evaluate::{Averages, Evaluation, LabelFigures};

/// The most labels that the table shows; the JSON form has all.
const MOST_ROWS: usize = 100;

/// The table. Undefined figures are dashes.
pub fn table(evaluation: &Evaluation) -> String {
    let names = evaluation.labels.iter().map(|label| label.name.chars().count());
    let width = names.chain([14]).max().unwrap_or(14).min(40);
    let mut page = format!(
        "{} texts, {} labels\n\n{:width$}  support  precision  recall     F1     AP  threshold\n",
        evaluation.n,
        evaluation.labels.len(),
        "",
    );
    let mut row = |name: &str, support: &str, cells: &[Option<f64>]| {
        let cell =
            |place: usize| cells.get(place).map(|&value| three_digits(value)).unwrap_or_default();
        let [p, r, f1, ap, threshold] = [0, 1, 2, 3, 4].map(cell);
        let line = format!(
            "{name:width$}  {support:>7}  {p:>9}  {r:>6}  {f1:>5}  {ap:>5}  {threshold:>9}"
        );
        page.push_str(line.trim_end());
        page.push('\n');
    };
    for label in evaluation.labels.iter().take(MOST_ROWS) {
        let counts = label.counts;
        let cells = [
            counts.precision(),
            counts.recall(),
            counts.f1(),
            label.average_precision,
            label.threshold,
        ];
        row(&label.name, &counts.support().to_string(), &cells);
    }
    let hidden = evaluation.labels.len().saturating_sub(MOST_ROWS);
    if hidden > 0 {
        row(&format!("({hidden} more)"), "", &[]);
    }
    let averages = |a: Averages| [a.precision, a.recall, a.f1];
    row("micro average", "", &averages(evaluation.micro));
    row("macro average", "", &averages(evaluation.macro_));
    let exact = three_digits(evaluation.subset_accuracy);
    let hamming = three_digits(evaluation.hamming_loss);
    let _ =
        writeln!(page, "\nall labels of a text right: {exact}; single decisions wrong: {hamming}");
    if page.contains(" -\n") || page.contains(" - ") {
        page.push_str("- undefined: a label never true, or never given, or without a threshold\n");
    }
    page
}

/// The JSON form, part of the public interface. Undefined figures are `null`.
///
/// # Errors
/// Never in practice; a writer to memory cannot fail.
pub fn json(evaluation: &Evaluation) -> serde_json::Result<String> {
    let figures = Figures {
        n: evaluation.n,
        micro: evaluation.micro,
        macro_: evaluation.macro_,
        subset_accuracy: evaluation.subset_accuracy,
        hamming_loss: evaluation.hamming_loss,
        labels: InOrder(&evaluation.labels),
    };
    serde_json::to_string_pretty(&figures)
}

#[derive(Serialize)]
struct Figures<'a> {
    n: usize,
    micro: Averages,
    #[serde(rename = "macro")]
    macro_: Averages,
    subset_accuracy: Option<f64>,
    hamming_loss: Option<f64>,
    labels: InOrder<'a>,
}

/// Labels by name, in the order of the model.
struct InOrder<'a>(&'a [LabelFigures]);

#[derive(Serialize)]
struct LabelRow {
    support: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    average_precision: Option<f64>,
    threshold: Option<f64>,
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for label in self.0 {
            let row = LabelRow {
                support: label.counts.support(),
                precision: label.counts.precision(),
                recall: label.counts.recall(),
                f1: label.counts.f1(),
                average_precision: label.average_precision,
                threshold: label.threshold,
            };
            map.serialize_entry(&label.name, &row)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Judged;

    fn evaluation() -> Evaluation {
        Evaluation::new(&Judged {
            names: vec!["war".into(), "peace".into()],
            thresholds: vec![Some(0.5), Some(0.25)],
            truths: vec![vec![0], vec![]],
            predicted: vec![vec![0], vec![0]],
            probabilities: vec![vec![0.9, 0.1], vec![0.6, 0.2]],
        })
    }

    #[test]
    fn the_table_shows_dashes_for_what_is_undefined() {
        let expected = "\
2 texts, 2 labels

                support  precision  recall     F1     AP  threshold
war                   1      0.500   1.000  0.667  1.000      0.500
peace                 0          -       -      -      -      0.250
micro average                0.500   1.000  0.667
macro average                0.500   1.000  0.667

all labels of a text right: 0.500; single decisions wrong: 0.250
- undefined: a label never true, or never given, or without a threshold
";
        assert_eq!(table(&evaluation()), expected);
    }

    #[test]
    fn the_json_form_has_null_for_what_is_undefined() {
        let value: serde_json::Value = serde_json::from_str(&json(&evaluation()).unwrap()).unwrap();
        assert_eq!(value["n"], 2);
        assert_eq!(value["macro"]["f1"], 2.0 / 3.0);
        assert_eq!(value["labels"]["war"]["support"], 1);
        assert!(value["labels"]["peace"]["f1"].is_null());
        assert_eq!(value["labels"]["peace"]["threshold"], 0.25);
    }
}
