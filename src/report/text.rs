//! A report for the terminal: what flatters, the headline, a table of the labels, what no learning would reach.

use std::fmt::Write;

use super::document::{Document, Estimate};
use super::sentences::{headline, kept, leaks, outlooks, undefined, with_interval};
use super::{plain, three_digits};
use crate::evaluate::{Measure, Row, WholeMeasure};

/// The most labels that the table shows; the other forms have all.
const MOST_ROWS: usize = 100;

/// The page; undefined figures are dashes. `width` is that of the lines of running text, in columns.
pub fn page(document: &Document, width: usize) -> String {
    let fill = |text: &str| textwrap::fill(text, width) + "\n";
    let mut page = format!("{}\n{}\n", plain(&document.title), fill(&document.method));
    page += "Leaks\n";
    for line in leaks(document) {
        page += &textwrap::fill(
            &line,
            textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  "),
        );
        page.push('\n');
    }
    let (name, estimate) = document.headline();
    let data = &document.data;
    let _ = writeln!(
        page,
        "\n{name} {}   {} texts of {} articles, {} labels",
        with_interval(estimate),
        data.n_texts,
        data.n_articles,
        document.names.len()
    );
    page += &fill(&headline(document));
    page.push('\n');
    page += &label_table(document);
    page.push('\n');
    for measure in WholeMeasure::ALL {
        let estimate = document.whole(measure);
        if estimate.value.is_ok() {
            let _ = writeln!(page, "{:40} {}", measure.name(), with_interval(estimate));
        }
    }
    if !document.ceiling.is_empty() {
        page += "\nCeiling: the F1 of one coder's labels held against another's\n";
        for (name, f1) in document.names.iter().zip(&document.ceiling) {
            let _ = writeln!(page, "  {:38} {}", plain(name), three_digits(*f1));
        }
    }
    page += &baselines(document);
    page += &promises(document);
    if let Some(learning) = &document.learning {
        page += "\nMore labelled texts\n";
        outlooks(learning).iter().for_each(|line| page += &format!("  {line}\n"));
    }
    let draws = document.n_draws;
    page += "\n";
    page += &fill(&format!(
        "In brackets: the middle 95 % of {draws} draws of as many articles with replacement. \
         -o report.html shows all figures, plots and the errors to read; .json and .md hold them, too."
    ));
    undefined(document).iter().for_each(|line| page += &fill(&format!("- {line}")));
    page
}

fn label_table(document: &Document) -> String {
    let names = document.names.iter().take(MOST_ROWS).map(|name| name.chars().count());
    let width = names.chain([16]).max().unwrap_or(16).min(36);
    let mut page = format!(
        "{:width$}  support  precision  recall     F1  {:14}     AP    AUC  threshold\n",
        "", ""
    );
    let mut row = |name: &str, support: &str, row: Option<Row>, threshold: Option<f64>| {
        let of = |measure| {
            row.map_or(String::new(), |row| {
                three_digits(document.estimate(row, measure).value.ok())
            })
        };
        let interval = |estimate: Estimate| {
            estimate.interval.map_or(String::new(), |(low, high)| format!("[{low:.3}, {high:.3}]"))
        };
        let f1 = row.map_or(String::new(), |row| interval(document.estimate(row, Measure::F1)));
        let [p, r, f, ap, auc] = [
            Measure::Precision,
            Measure::Recall,
            Measure::F1,
            Measure::AveragePrecision,
            Measure::RocAuc,
        ]
        .map(of);
        let threshold = threshold.map(|t| format!("{t:.3}")).unwrap_or_default();
        let line = format!(
            "{name:width$}  {support:>7}  {p:>9}  {r:>6}  {f:>5}  {f1:14}  {ap:>5}  {auc:>5}  {threshold:>9}"
        );
        page.push_str(line.trim_end());
        page.push('\n');
    };
    for (label, name) in document.names.iter().enumerate().take(MOST_ROWS) {
        let support = document.figures.support[label].to_string();
        let threshold = document.thresholds.get(label).copied().flatten();
        row(&plain(name), &support, Some(Row::Label(label)), threshold);
    }
    let hidden = document.names.len().saturating_sub(MOST_ROWS);
    if hidden > 0 {
        row(&format!("({hidden} more)"), "", None, None);
    }
    for (name, average) in
        ["micro average", "macro average", "weighted average", "average per text"]
            .into_iter()
            .zip(Row::AVERAGES)
    {
        row(name, "", Some(average), None);
    }
    page
}

fn baselines(document: &Document) -> String {
    let mut page =
        String::from("\nWithout learning                 micro-F1  macro-F1  all right\n");
    for baseline in &document.baselines {
        let _ = writeln!(
            page,
            "  {:30} {:>8}  {:>8}  {:>9}",
            baseline.name,
            three_digits(baseline.micro_f1),
            three_digits(baseline.macro_f1),
            three_digits(baseline.subset_accuracy)
        );
    }
    page
}

fn promises(document: &Document) -> String {
    let mut page = String::new();
    for promise in &document.promises {
        if page.is_empty() {
            page += "\nWhat training promised\n";
        }
        let name = promise.label.map_or("all labels".to_string(), |l| plain(&document.names[l]));
        let measured =
            with_interval(Estimate { value: promise.measured, interval: promise.interval });
        let _ = writeln!(
            page,
            "  {name}: {:.3} {}: {measured} of {}, {}",
            promise.promised,
            promise.what,
            promise.n,
            kept(promise.kept())
        );
    }
    if let Some(share) = document.unsure_share {
        let _ = writeln!(page, "  marked as unsure: {:.1} % of all decisions", 100.0 * share);
    }
    page
}
