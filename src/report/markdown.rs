//! The tables of a report in Markdown.

use std::fmt::Write;

use super::document::{Document, Estimate};
use super::sentences::{headline, kept, leaks, outlooks, undefined, with_interval};
use super::{cell_text, plain, three_digits};
use crate::evaluate::{Measure, Row, WholeMeasure};

/// How many mistaken pairs are listed, and of how many labels the whole table is.
const MOST_PAIRS: usize = 30;
const MOST_COLUMNS: usize = 20;

/// The page.
pub fn page(document: &Document) -> String {
    let mut page =
        format!("# {}\n\n{}\n\n## Leaks\n\n", plain(&document.title), plain(&document.method));
    leaks(document).iter().for_each(|line| page += &format!("* {line}\n"));
    let (name, estimate) = document.headline();
    let _ = writeln!(page, "\n## {name} {}\n\n{}\n", with_interval(estimate), headline(document));
    page += &baselines(document);
    page += &labels(document);
    page += &promises(document);
    page += &confusion(document);
    if let Some(learning) = &document.learning {
        page += "\n## More labelled texts\n\n";
        outlooks(learning).iter().for_each(|line| page += &format!("* {line}\n"));
    }
    page += &cards(document);
    page
}

/// The head of a table: its columns, all but the first to the right.
fn head(columns: &[&str]) -> String {
    let rules: Vec<&str> = columns.iter().skip(1).map(|_| "---:").collect();
    format!("| {} |\n|---|{}|\n", columns.join(" | "), rules.join("|"))
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn baselines(document: &Document) -> String {
    let mut page = String::from("## Without learning\n\n");
    page += &head(&["", "micro-F1", "macro-F1", "all right", "Brier"]);
    for own in &document.baselines {
        let figures = [own.micro_f1, own.macro_f1, own.subset_accuracy, own.brier];
        let cells = figures.map(three_digits).to_vec();
        page += &row(&[vec![own.name.to_string()], cells].concat());
    }
    page
}

fn labels(document: &Document) -> String {
    let mut page = String::from("\n## Labels\n");
    // Ten measures with intervals do not fit on a page: two tables.
    for measures in [&Measure::ALL[..5], &Measure::ALL[5..]] {
        let names: Vec<&str> = measures.iter().map(|measure| measure.name()).collect();
        page.push('\n');
        page += &head(&[vec!["", "support", "threshold"], names].concat());
        let mut line = |name: String, support: String, threshold: String, of: Row| {
            let figures =
                measures.iter().map(|&measure| with_interval(document.estimate(of, measure)));
            page +=
                &row(&[name, support, threshold].into_iter().chain(figures).collect::<Vec<_>>());
        };
        for (label, name) in document.names.iter().enumerate() {
            let support = document.figures.support[label].to_string();
            let threshold = three_digits(document.thresholds.get(label).copied().flatten());
            line(cell_text(name), support, threshold, Row::Label(label));
        }
        for (name, average) in ["micro", "macro", "weighted", "per text"].iter().zip(Row::AVERAGES)
        {
            line(format!("{name} average"), String::new(), String::new(), average);
        }
    }
    page += "\nIn brackets: the middle 95 % of ";
    let draws = document.n_draws;
    let _ = writeln!(page, "{draws} draws of as many articles with replacement (bootstrap).\n");
    for measure in WholeMeasure::ALL {
        let estimate = document.whole(measure);
        if estimate.value.is_ok() {
            let _ = writeln!(page, "* {}: {}", measure.name(), with_interval(estimate));
        }
    }
    undefined(document).iter().for_each(|line| page += &format!("* -: {line}\n"));
    if !document.ceiling.is_empty() {
        page += "\nF1 of one coder against another:\n\n";
        for (name, f1) in document.names.iter().zip(&document.ceiling) {
            let _ = writeln!(page, "* {}: {}", plain(name), three_digits(*f1));
        }
    }
    page
}

fn promises(document: &Document) -> String {
    if document.promises.is_empty() {
        return String::new();
    }
    let mut page = String::from("\n## What training promised\n\n");
    page += &head(&["", "what", "promised", "here", "texts", ""]);
    for own in &document.promises {
        let name = own.label.map_or("all labels".to_string(), |l| cell_text(&document.names[l]));
        let measured = with_interval(Estimate { value: own.measured, interval: own.interval });
        let promised = format!("{:.3}", own.promised);
        let n = own.n.to_string();
        page +=
            &row(&[name, own.what.clone(), promised, measured, n, kept(own.kept()).to_string()]);
    }
    if let Some(share) = document.unsure_share {
        let _ = writeln!(page, "\nMarked as unsure: {:.1} % of all decisions.", 100.0 * share);
    }
    page
}

fn confusion(document: &Document) -> String {
    let mut page = String::from("\n## What is taken for what\n\n");
    page += &head(&["missed", "wrongly given", "texts"]);
    for (missed, wrong, n) in document.confusion.worst(MOST_PAIRS) {
        let name = |label: usize| cell_text(&document.names[label]);
        page += &row(&[name(missed), name(wrong), n.to_string()]);
    }
    if document.names.len() > MOST_COLUMNS {
        return page;
    }
    let names: Vec<String> = document.names.iter().map(|name| cell_text(name)).collect();
    let mut table = |title: &str, with_none: bool, cells: &[Vec<usize>]| {
        let mut names = names.clone();
        names.extend(with_none.then(|| "none".to_string()));
        let columns: Vec<&str> = names.iter().map(String::as_str).collect();
        let _ = writeln!(page, "\n{title}\n");
        page += &head(&[vec![""], columns].concat());
        for (name, counts) in names.iter().zip(cells) {
            let counts = counts.iter().map(usize::to_string);
            page += &row(&[name.clone()].into_iter().chain(counts).collect::<Vec<_>>());
        }
    };
    let title = "Rows: labels that were missed, columns: labels that were wrongly given in their place; on the \
                 diagonal those that were found.";
    table(title, true, &document.confusion.mistaken);
    if !document.is_single {
        table("Texts that have both labels:", false, &document.confusion.together);
    }
    page
}

fn cards(document: &Document) -> String {
    let data = &document.data;
    let mut page = String::from("\n## Data\n\n");
    for (name, n) in &data.files {
        let _ = writeln!(page, "* {}: {n} records", plain(name));
    }
    let [lower, median, upper] = data.words;
    let _ = writeln!(
        page,
        "* {} texts of {} articles; {} without a label, {} without a word\n* Words per text: half have {lower} to {upper}, the median is {median}",
        data.n_texts, data.n_articles, data.n_unlabelled, data.n_empty
    );
    if let Some((first, last)) = &data.dates {
        let _ = writeln!(page, "* Dates: {} to {}", plain(first), plain(last));
    }
    if !document.model.is_empty() {
        page += "\n## Model\n\n";
        for (name, value) in &document.model {
            let _ = writeln!(page, "* {}: {}", plain(name), plain(value));
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(page, "\nMade by leitmotif {version}: `{}`", plain(&document.command));
    page
}
