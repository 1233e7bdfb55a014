//! A model card in Markdown: what a model is, how good it is on given texts, and what it is bad at.

use std::fmt::Write;

use super::model::{settings_line, sources_line};
use super::{plain, three_digits};
use crate::evaluate::trust::{brier_skill, expected_calibration_error};
use crate::evaluate::{Counts, Evaluation, Interval, Judged, bootstrap};
use crate::pipeline::{Classifier, Task};

/// How many draws give an interval.
const DRAWS: usize = 1_000;

/// The head of a card: what the model is.
pub fn head(classifier: &Classifier, fingerprint: &str) -> String {
    let origin = &classifier.origin;
    let task = match classifier.task {
        Task::Multiclass => "exactly one label per text",
        Task::Multilabel => "any number of labels per text",
    };
    format!(
        "* Fingerprint: `{fingerprint}`\n* Labels: {}; {task}\n* Settings: {}\n* Trained on {}\n",
        plain(&classifier.labels.names().join(", ")),
        settings_line(&origin.params),
        sources_line(origin),
    )
}

/// A section of a card: how good the answers to the texts of `name` were. `groups[i]` is the article of
/// text i, of which `n_words[i]` is the number of words.
pub fn section(name: &str, judged: &Judged, groups: &[usize], n_words: &[usize]) -> String {
    let evaluation = Evaluation::new(judged);
    let n_labels = judged.names.len();
    let all: Vec<usize> = (0..judged.truths.len()).collect();
    let own = figures(judged, &all);
    let intervals = bootstrap(groups, DRAWS, 42, |texts| figures(judged, texts));
    let n_articles = groups.iter().max().map_or(0, |last| last + 1);
    let cell = |place: usize| with_interval(own[place], intervals[place]);

    let mut page =
        format!("## {}\n\n{} texts of {n_articles} articles.\n\n", cell_text(name), all.len());
    let _ =
        writeln!(page, "| | support | precision | recall | F1 | calibration error | Brier skill |");
    let _ = writeln!(page, "|---|---:|---:|---:|---|---|---|");
    for (label, row) in evaluation.labels.iter().enumerate() {
        let (p, r) = (row.counts.precision(), row.counts.recall());
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell_text(&row.name),
            row.counts.support(),
            three_digits(p),
            three_digits(r),
            cell(label),
            cell(n_labels + label),
            cell(2 * n_labels + label),
        );
    }
    for (name, averages, place) in [
        ("micro average", evaluation.micro, 3 * n_labels),
        ("macro average", evaluation.macro_, 3 * n_labels + 1),
    ] {
        let (p, r) = (three_digits(averages.precision), three_digits(averages.recall));
        let _ = writeln!(page, "| {name} | | {p} | {r} | {} | | |", cell(place));
    }
    page += "\nIn brackets: the middle 95 % of ";
    let _ = writeln!(page, "{DRAWS} draws of as many articles with replacement (bootstrap).\n");
    page += &weaknesses(judged, &evaluation, n_words);
    page
}

/// A name from outside, which must not end a cell or a line.
fn cell_text(name: &str) -> String {
    plain(name).replace('|', "\\|")
}

fn with_interval(value: Option<f64>, interval: Option<Interval>) -> String {
    match interval {
        Some((low, high)) => format!("{} [{low:.3}, {high:.3}]", three_digits(value)),
        None => three_digits(value),
    }
}

/// F1, calibration error and Brier skill of every label, then micro- and macro-F1, over some texts.
fn figures(judged: &Judged, texts: &[usize]) -> Vec<Option<f64>> {
    let n_labels = judged.names.len();
    let (mut counts, mut scored) = (vec![Counts::default(); n_labels], vec![Vec::new(); n_labels]);
    for &text in texts {
        let (truth, predicted) = (&judged.truths[text], &judged.predicted[text]);
        for label in 0..n_labels {
            let is_true = truth.contains(&label);
            counts[label].add(is_true, predicted.contains(&label));
            if let Some(&probability) = judged.probabilities[text].get(label) {
                scored[label].push((probability, is_true));
            }
        }
    }
    let mut all = Counts::default();
    counts.iter().for_each(|&own| all += own);
    let f1 = || counts.iter().map(|own| own.f1());
    let macro_ = crate::evaluate::metrics::mean(f1());
    let errors = scored.iter().map(|scored| expected_calibration_error(scored));
    let skills = scored.iter().map(|scored| brier_skill(scored));
    f1().chain(errors).chain(skills).chain([all.f1(), macro_]).collect()
}

/// What the answers were worst at, in words.
fn weaknesses(judged: &Judged, evaluation: &Evaluation, n_words: &[usize]) -> String {
    let mut page = String::from("What it was bad at here:\n\n");
    let mut labels: Vec<_> = evaluation.labels.iter().filter(|l| l.counts.support() > 0).collect();
    labels.sort_by(|a, b| a.counts.f1().unwrap_or(0.0).total_cmp(&b.counts.f1().unwrap_or(0.0)));
    for label in labels.iter().take(3) {
        let Counts { true_positives, false_positives, false_negatives } = label.counts;
        let n = true_positives + false_negatives;
        let _ = writeln!(
            page,
            "* {}: missed {false_negatives} of {n}, and gave it to {false_positives} texts that are not about it.",
            cell_text(&label.name)
        );
    }
    for (name, range) in [
        ("under 35 words", 0..35),
        ("35 to 79 words", 35..80),
        ("80 words and more", 80..usize::MAX),
    ] {
        let texts: Vec<usize> =
            (0..n_words.len()).filter(|&text| range.contains(&n_words[text])).collect();
        let figures = figures(judged, &texts);
        let micro = figures[figures.len() - 2];
        let n = texts.len();
        let _ = writeln!(page, "* Texts of {name} ({n}): micro-F1 {}.", three_digits(micro));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_tells_figures_intervals_and_weaknesses() {
        let judged = Judged {
            names: vec!["land".into(), "oil|tax".into()],
            thresholds: vec![Some(0.5); 2],
            truths: vec![vec![0], vec![0], vec![1], vec![]],
            predicted: vec![vec![0], vec![], vec![1], vec![1]],
            probabilities: vec![vec![0.9, 0.1], vec![0.4, 0.2], vec![0.1, 0.8], vec![0.2, 0.6]],
        };
        let page = section("data.jsonl", &judged, &[0, 0, 1, 2], &[10, 40, 90, 90]);
        assert!(page.contains("4 texts of 3 articles"));
        assert!(page.contains("| land | 2 | 1.000 | 0.500 | 0.667 ["), "{page}");
        assert!(page.contains("| oil\\|tax | 1 |"), "{page}");
        assert!(page.contains("* land: missed 1 of 2, and gave it to 0 texts"), "{page}");
        assert!(page.contains("* Texts of under 35 words (1): micro-F1 1.000."), "{page}");
    }
}
