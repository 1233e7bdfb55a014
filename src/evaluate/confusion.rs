//! What is taken for what.
//!
//! With one label per text the confusion matrix. With several no text says which wrong label stands for
//! which missed one, so what is counted is how often they come together.

use super::Judged;

/// Counts by pairs of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// `together[a][b]`: texts that have both a and b; on the diagonal those that have a.
    pub together: Vec<Vec<usize>>,
    /// `mistaken[a][b]`: texts that have a, were not given it, and were wrongly given b; on the diagonal those
    /// that have a and were given it. The last row counts texts on which no label was missed, the last column
    /// those on which none was wrongly given.
    pub mistaken: Vec<Vec<usize>>,
}

impl Confusion {
    /// Counts. Cost: the labels of all texts, and memory for labels x labels.
    ///
    /// ```
    /// use leitmotif::evaluate::{Confusion, Judged};
    /// let judged = Judged {
    ///     names: vec!["a".into(), "b".into()],
    ///     thresholds: vec![None, None],
    ///     truths: vec![vec![0], vec![1], vec![0]],
    ///     predicted: vec![vec![1], vec![1], vec![0]],
    ///     probabilities: vec![vec![0.4, 0.6], vec![0.1, 0.9], vec![0.8, 0.2]],
    /// };
    /// let confusion = Confusion::new(&judged);
    /// assert_eq!(confusion.mistaken, [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
    /// ```
    pub fn new(judged: &Judged) -> Self {
        let n = judged.names.len();
        let mut together = vec![vec![0; n]; n];
        let mut mistaken = vec![vec![0; n + 1]; n + 1];
        for (truth, given) in judged.truths.iter().zip(&judged.predicted) {
            for &a in truth {
                truth.iter().for_each(|&b| together[a][b] += 1);
            }
            let found = truth.iter().filter(|label| given.contains(label));
            found.for_each(|&label| mistaken[label][label] += 1);
            let or_none = |labels: Vec<usize>| if labels.is_empty() { vec![n] } else { labels };
            let outside = |own: &[usize], other: &[usize]| -> Vec<usize> {
                own.iter().copied().filter(|label| !other.contains(label)).collect()
            };
            let (missed, wrong) = (outside(truth, given), outside(given, truth));
            if missed.is_empty() && wrong.is_empty() {
                continue;
            }
            let wrong = or_none(wrong);
            for a in or_none(missed) {
                wrong.iter().for_each(|&b| mistaken[a][b] += 1);
            }
        }
        Confusion { together, mistaken }
    }

    /// The pairs of labels that are most often mistaken, as (missed, wrongly given, texts), at most `n`.
    pub fn worst(&self, n: usize) -> Vec<(usize, usize, usize)> {
        let labels = 0..self.together.len();
        let cells = labels.clone().flat_map(|a| labels.clone().map(move |b| (a, b)));
        let mut pairs: Vec<(usize, usize, usize)> = cells
            .filter(|(a, b)| a != b && self.mistaken[*a][*b] > 0)
            .map(|(a, b)| (a, b, self.mistaken[a][b]))
            .collect();
        pairs.sort_by_key(|&(a, b, count)| (std::cmp::Reverse(count), a, b));
        pairs.truncate(n);
        pairs
    }
}
