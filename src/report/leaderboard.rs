//! Several learners judged on the same folds, the best first.

use std::fmt::Write;

use serde::Serialize;

use super::three_digits;
use crate::evaluate::Evaluation;

/// One learner's line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its name.
    pub learner: &'static str,
    /// The mean of the labels' F1.
    pub macro_f1: Option<f64>,
    /// The F1 of all decisions together.
    pub micro_f1: Option<f64>,
    /// The share of texts whose labels are exactly right.
    pub subset_accuracy: Option<f64>,
    /// How long all folds took, in seconds.
    pub seconds: f64,
    /// The most memory that the process held meanwhile, in bytes, where the system tells.
    pub peak_bytes: Option<u64>,
    /// Why there are no figures.
    pub error: Option<String>,
}

impl Entry {
    /// The line of a learner that was judged, or of one that could not be.
    pub fn new(
        learner: &'static str,
        judged: Result<&Evaluation, String>,
        seconds: f64,
        peak_bytes: Option<u64>,
    ) -> Self {
        let (figures, error) = match judged {
            Ok(evaluation) => (Some(evaluation), None),
            Err(error) => (None, Some(error)),
        };
        Entry {
            learner,
            macro_f1: figures.and_then(|figures| figures.macro_.f1),
            micro_f1: figures.and_then(|figures| figures.micro.f1),
            subset_accuracy: figures.and_then(|figures| figures.subset_accuracy),
            seconds,
            peak_bytes,
            error,
        }
    }
}

/// Puts the best first, by macro-F1 and then micro-F1; those without figures come last.
pub fn sort(entries: &mut [Entry]) {
    let rank = |entry: &Entry| (entry.macro_f1.unwrap_or(-1.0), entry.micro_f1.unwrap_or(-1.0));
    entries.sort_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
}

/// The leaderboard for people; `entries` in the order to be shown.
pub fn table(entries: &[Entry]) -> String {
    let mut page = String::new();
    let _ = writeln!(
        page,
        "{:15} {:>9} {:>9} {:>10} {:>9} {:>9}",
        "learner", "macro-F1", "micro-F1", "all right", "seconds", "MiB"
    );
    for entry in entries {
        let mib = entry.peak_bytes.map_or_else(|| "-".into(), |n| (n >> 20).to_string());
        let _ = match &entry.error {
            Some(error) => writeln!(page, "{:15} {error}", entry.learner),
            None => writeln!(
                page,
                "{:15} {:>9} {:>9} {:>10} {:>9.1} {:>9}",
                entry.learner,
                three_digits(entry.macro_f1),
                three_digits(entry.micro_f1),
                three_digits(entry.subset_accuracy),
                entry.seconds,
                mib
            ),
        };
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(learner: &'static str, macro_f1: Option<f64>) -> Entry {
        let error = macro_f1.is_none().then(|| "too many texts".to_string());
        let (micro_f1, subset_accuracy, seconds) = (Some(0.75), None, 1.25);
        let peak_bytes = Some(3 << 20);
        Entry { learner, macro_f1, micro_f1, subset_accuracy, seconds, peak_bytes, error }
    }

    #[test]
    fn the_best_comes_first_and_what_failed_last() {
        let mut entries = [entry("a", Some(0.5)), entry("b", None), entry("c", Some(0.625))];
        sort(&mut entries);
        let expected = "\
learner          macro-F1  micro-F1  all right   seconds       MiB
c                   0.625     0.750          -       1.2         3
a                   0.500     0.750          -       1.2         3
b               too many texts
";
        assert_eq!(table(&entries), expected);
    }
}
