//! Labels that cannot be learned, or not be told apart, whatever the model.

use crate::corpus::LabelledCorpus;

/// Two labels that nearly always stand together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NeverApart {
    /// One label.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Texts that have both.
    pub both: usize,
    /// Texts that have either.
    pub either: usize,
}

/// Labels with fewer texts than this cannot be judged.
pub const FEW: usize = 10;
const TOGETHER: f64 = 0.9;

/// Labels of fewer than [`FEW`] texts, with their number, the rarest first.
pub fn too_few(corpus: &LabelledCorpus) -> Vec<(usize, usize)> {
    let support = corpus.support();
    let mut few: Vec<(usize, usize)> =
        support.into_iter().enumerate().filter(|&(_, n)| n < FEW).collect();
    few.sort_by_key(|&(label, n)| (n, label));
    few
}

/// Pairs of labels that stand together in at least nine of ten texts that have either; only labels of two texts and
/// more are looked at.
///
/// ```
/// use leitmotif::audit::labels::never_apart;
/// use leitmotif::corpus::{LabelledCorpus, Record};
/// let record = |labels: &[&str]| Record {
///     labels: Some(labels.iter().map(|&label| label.into()).collect()),
///     ..Record::default()
/// };
/// let records = vec![record(&["oil", "money"]), record(&["money", "oil"]), record(&["sky"])];
/// let pairs = never_apart(&LabelledCorpus::new(records, None)?);
/// assert_eq!((pairs.len(), pairs[0].both, pairs[0].either), (1, 2, 2));
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn never_apart(corpus: &LabelledCorpus) -> Vec<NeverApart> {
    let support = corpus.support();
    let mut together = std::collections::BTreeMap::new();
    // What stands beside fifty others tells nothing of pairs, and there would be too many.
    for target in corpus.targets.iter().filter(|target| target.len() <= 50) {
        for (place, &a) in target.iter().enumerate() {
            for &b in &target[place + 1..] {
                *together.entry((a, b)).or_insert(0_usize) += 1;
            }
        }
    }
    let pair = |((a, b), both): ((usize, usize), usize)| {
        let either = support[a] + support[b] - both;
        let is_one = support[a].min(support[b]) >= 2 && both as f64 >= TOGETHER * either as f64;
        is_one.then_some(NeverApart { a, b, both, either })
    };
    together.into_iter().filter_map(pair).collect()
}
