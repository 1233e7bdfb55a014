//! Topics as a page for people.

use std::fmt::Write;

use super::{made_of, theme_sentences, unit_name};
use crate::pipeline::topics::{Figures, Topics};
use crate::report::{plain, three_digits};

/// How much of the topics is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Words of each topic.
    pub n_words: usize,
    /// Texts of each topic.
    pub n_texts: usize,
    /// Columns to fill.
    pub width: usize,
}

/// The page: what it was made of, a line or two a topic, figures, themes, the curve.
pub fn page(topics: &Topics, shown: Shown) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "{} topics by {}", topics.len(), topics.settings.method.name());
    let _ = writeln!(page, "{}\n", made_of(topics));
    topic_lines(topics, shown, &mut page);
    figure_lines(&topics.digest.figures, &mut page);
    let notes = theme_sentences(topics).into_iter().chain(topics.digest.notes.iter().cloned());
    let notes: Vec<String> = notes.collect();
    if !notes.is_empty() {
        page.push('\n');
        notes.iter().for_each(|note| page += &folded(note, "", shown.width));
    }
    curve_lines(topics, &mut page);
    page
}

fn topic_lines(topics: &Topics, shown: Shown, page: &mut String) {
    let has_grades = topics.digest.topics.iter().any(|notes| notes.stability.is_some());
    let grades = if has_grades { "  comes again" } else { "" };
    let _ = writeln!(page, "   #  share   NPMI  own{grades}  words");
    let indent = " ".repeat(if has_grades { 38 } else { 25 });
    for (topic, notes) in topics.digest.topics.iter().enumerate() {
        let share = format!("{:.1}%", 100.0 * topics.model.shares()[topic]);
        let grade = notes.stability.map_or(String::new(), |found| {
            format!("  {:<8} {:.2}", found.grade.name(), found.mean)
        });
        let grade = if has_grades && grade.is_empty() { " ".repeat(13) } else { grade };
        let (npmi, own) = (two_digits(notes.npmi), two_digits(notes.exclusivity));
        let head = format!("{:>4} {share:>6} {npmi:>6} {own:>4}{grade}  ", topic + 1);
        let words: Vec<&str> =
            topics.top_terms(topic, shown.n_words).into_iter().map(|(term, _)| term).collect();
        let mut words = plain(&words.join(", "));
        let is_named = notes.theme.is_some() || notes.is_kept;
        if is_named {
            let kept = if notes.is_kept { " (kept)" } else { "" };
            words = format!("{}{kept}: {words}", plain(&notes.name));
        }
        let lines = textwrap::wrap(&words, shown.width.saturating_sub(indent.len()).max(20));
        for (place, line) in lines.iter().enumerate() {
            let _ = writeln!(page, "{}{line}", if place == 0 { &head } else { &indent });
        }
        for text in notes.texts.iter().take(shown.n_texts) {
            let place = text.place.name(topics.settings.unit);
            let line =
                format!("{:.0}% of {}: {}", 100.0 * text.share, plain(&place), plain(&text.text));
            *page += &folded(&line, "      ", shown.width);
        }
    }
}

fn two_digits(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.2}"))
}

fn folded(line: &str, indent: &str, width: usize) -> String {
    let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(indent);
    let mut lines = textwrap::wrap(line, options).join("\n");
    lines.push('\n');
    lines
}

/// Each figure with what it means.
pub fn figures(figures: &Figures) -> Vec<(&'static str, Option<f64>, &'static str)> {
    let perplexity = figures.held_out.map(|log_likelihood| libm::exp(-log_likelihood));
    vec![
        (
            "NPMI",
            figures.npmi,
            "whether a topic's ten weightiest words stand in the same texts, -1 to 1",
        ),
        ("C_V", figures.c_v, "the same within 110 words, 0 to 1, nearest to what people judge"),
        ("UMass", figures.u_mass, "the same by conditional probability, at most 0"),
        ("diversity", figures.diversity, "the share of distinct words among these, 0 to 1"),
        ("exclusivity", figures.exclusivity, "how far these words are their topic's own, 0 to 1"),
        (
            "stability",
            figures.stability,
            "the cosine with which topics come again from other seeds and texts",
        ),
        ("perplexity", perplexity, "of texts left out, the lower the better"),
        ("log likelihood", figures.log_likelihood, "of words and topics together, per word"),
    ]
}

fn figure_lines(of: &Figures, page: &mut String) {
    page.push('\n');
    for (name, value, meaning) in figures(of).into_iter().filter(|figure| figure.1.is_some()) {
        let digits = if name == "perplexity" { 1 } else { 3 };
        let value = value.map_or_else(|| "-".into(), |value| format!("{value:.digits$}"));
        let _ = writeln!(page, "{name:<15}{value:>9}  {meaning}");
    }
}

fn curve_lines(topics: &Topics, page: &mut String) {
    let Some(reason) = &topics.digest.reason else { return };
    let _ = writeln!(page, "\nHow many topics: {reason}\n");
    let _ = writeln!(page, "topics   NPMI  held out  stability  diversity  score");
    for point in &topics.digest.curve {
        let bar = "#".repeat((point.score * 20.0).round().clamp(0.0, 20.0) as usize);
        let _ = writeln!(
            page,
            "{:>6} {:>6} {:>9} {:>10} {:>10} {:>6.3}  {bar}",
            point.n_topics,
            three_digits(point.npmi),
            three_digits(point.held_out),
            three_digits(point.stability),
            three_digits(point.diversity),
            point.score
        );
    }
    let unit = unit_name(topics);
    let _ = writeln!(
        page,
        "(short fits to nine tenths of the {unit}s; held out: log likelihood per word of the others)"
    );
}
