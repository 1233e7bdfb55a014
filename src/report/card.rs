//! A model card in Markdown: what a model is, how good it is on given texts, and what it is bad at.

use std::fmt::Write;

use super::model::{settings_line, sources_line};
use super::{cell_text, plain, three_digits};
use crate::corpus::LabelledCorpus;
use crate::evaluate::{Counts, Evaluation, Interval, Judged, Measure, Panel, Row};
use crate::pipeline::{Classifier, Task};

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
    let panel = Panel::new(judged);
    let (figures, intervals) = (panel.figures(), panel.intervals(groups, 42));
    let n_articles = groups.iter().max().map_or(0, |last| last + 1);
    let plain_cell = |row, measure| three_digits(figures.get(row, measure).ok());
    let cell = |row, measure| {
        let place = figures.place(row, measure);
        with_interval(figures.values()[place].ok(), intervals[place])
    };

    let n = judged.truths.len();
    let mut page = format!("## {}\n\n{n} texts of {n_articles} articles.\n\n", cell_text(name));
    let _ =
        writeln!(page, "| | support | precision | recall | F1 | calibration error | Brier skill |");
    let _ = writeln!(page, "|---|---:|---:|---:|---|---|---|");
    for (label, name) in judged.names.iter().enumerate() {
        let row = Row::Label(label);
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell_text(name),
            figures.support[label],
            plain_cell(row, Measure::Precision),
            plain_cell(row, Measure::Recall),
            cell(row, Measure::F1),
            cell(row, Measure::CalibrationError),
            cell(row, Measure::BrierSkill),
        );
    }
    for (name, row) in [("micro average", Row::Micro), ("macro average", Row::Macro)] {
        let (p, r) = (plain_cell(row, Measure::Precision), plain_cell(row, Measure::Recall));
        let _ = writeln!(page, "| {name} | | {p} | {r} | {} | | |", cell(row, Measure::F1));
    }
    page += "\nIn brackets: the middle 95 % of ";
    let draws = panel.n_draws();
    let _ = writeln!(page, "{draws} draws of as many articles with replacement (bootstrap).\n");
    page += &weaknesses(judged, n_words);
    page
}

fn with_interval(value: Option<f64>, interval: Option<Interval>) -> String {
    match interval {
        Some((low, high)) => format!("{} [{low:.3}, {high:.3}]", three_digits(value)),
        None => three_digits(value),
    }
}

/// A line on judged texts that the model learned from; none where it learned from none of them.
pub fn leaks(classifier: &Classifier, corpus: &LabelledCorpus) -> String {
    let (texts, articles) = classifier.learned.again(corpus);
    if texts.is_empty() && articles.is_empty() {
        return String::new();
    }
    let n = corpus.len();
    format!(
        "\nThese figures flatter: of the {n} texts {} have the same words as one that the model learned from, and {} are of an article that it did.\n",
        texts.len(),
        articles.len()
    )
}

/// What the answers were worst at, in words.
fn weaknesses(judged: &Judged, n_words: &[usize]) -> String {
    let mut page = String::from("What it was bad at here:\n\n");
    let evaluation = Evaluation::new(judged);
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
        let micro = Evaluation::new(&judged.select(&texts)).micro.f1;
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
        assert!(page.contains("| land | 2 | 1.000 | 0.500 | 0.667 |"), "{page}");
        assert!(page.contains("| oil\\|tax | 1 |"), "{page}");
        assert!(page.contains("* land: missed 1 of 2, and gave it to 0 texts"), "{page}");
        assert!(page.contains("* Texts of under 35 words (1): micro-F1 1.000."), "{page}");
    }
}
