//! What the texts that are judged share with the texts that were learned from: what flatters figures.

use std::collections::HashSet;

use super::Copies;
use crate::corpus::LabelledCorpus;

/// What was found between the two sides of a split, and within the data. Texts are numbers among the judged ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaks {
    /// Whether the texts that were learned from are known at all; where not, nothing across is.
    pub is_known: bool,
    /// Whether near copies of them could be looked for, which takes the texts themselves.
    pub near_is_known: bool,
    /// Number of texts that were judged.
    pub n_judged: usize,
    /// Judged texts of which training has a text with the same words.
    pub exact: Vec<usize>,
    /// Judged texts of which training has a near copy, and no exact one.
    pub near: Vec<usize>,
    /// Judged texts of an article that training has, too.
    pub same_article: Vec<usize>,
    /// Sets of copies that the split kept on one side, so that they did not leak.
    pub n_sets_kept: usize,
    /// Pairs of texts, whichever side, with the same words and different labels, by name.
    pub conflicts: Vec<(String, String)>,
}

impl Leaks {
    /// Looks for leaks between the texts that `parts` learn from and those that they judge. A text judged in one part may
    /// be learned from in another.
    ///
    /// ```
    /// use leitmotif::audit::{Copies, Leaks};
    /// use leitmotif::corpus::{LabelledCorpus, Record};
    /// let record = |text: &str, label: &str| Record {
    ///     text: text.into(),
    ///     labels: Some(vec![label.into()]),
    ///     ..Record::default()
    /// };
    /// let records = vec![record("Oil again.", "money"), record("Rain.", "sky"), record("oil again", "sky")];
    /// let corpus = LabelledCorpus::new(records, None)?;
    /// let copies = Copies::find(&corpus.texts, 42)?;
    /// let leaks = Leaks::find(&[(vec![0, 1], vec![2])], &copies, &corpus);
    /// assert_eq!((leaks.exact, leaks.conflicts.len()), (vec![0], 1));
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    pub fn find(
        parts: &[(Vec<usize>, Vec<usize>)],
        copies: &Copies,
        corpus: &LabelledCorpus,
    ) -> Leaks {
        let mut leaks = Leaks { is_known: true, near_is_known: true, ..Leaks::default() };
        let mut all: Vec<usize> = parts.iter().flat_map(|(_, judged)| judged.clone()).collect();
        all.sort_unstable();
        leaks.n_judged = all.len();
        let mut leaking_sets = HashSet::new();
        for (learned, judged) in parts {
            let of = |numbers: &[usize]| -> HashSet<usize> {
                learned.iter().map(|&text| numbers[text]).collect()
            };
            let (exact, near) = (of(&copies.exact), of(&copies.near));
            let articles = of(&corpus.groups);
            for &text in judged {
                let place = all.partition_point(|&other| other < text);
                if exact.contains(&copies.exact[text]) {
                    leaks.exact.push(place);
                } else if near.contains(&copies.near[text]) {
                    leaks.near.push(place);
                }
                if near.contains(&copies.near[text]) {
                    leaking_sets.insert(copies.near[text]);
                }
                if articles.contains(&corpus.groups[text]) {
                    leaks.same_article.push(place);
                }
            }
        }
        let sets = copies.sets();
        leaks.n_sets_kept = sets.iter().filter(|set| !leaking_sets.contains(&set[0])).count();
        leaks.conflicts = conflicts(copies, corpus);
        leaks
    }

    /// What is known where the texts that were learned from are not at hand: conflicts among the judged ones.
    pub fn within(copies: &Copies, corpus: &LabelledCorpus) -> Leaks {
        let (n_judged, conflicts) = (corpus.len(), conflicts(copies, corpus));
        Leaks { n_judged, conflicts, ..Leaks::default() }
    }

    /// The same with what a model knows again, where it knows anything: judged texts with the same words as one that it
    /// learned from, and those of an article that it did.
    pub fn and(self, is_known: bool, exact: Vec<usize>, same_article: Vec<usize>) -> Leaks {
        let joined = |a: Vec<usize>, b: Vec<usize>| {
            let mut all = [a, b].concat();
            all.sort_unstable();
            all.dedup();
            all
        };
        let exact = joined(self.exact, exact);
        let near = self.near.into_iter().filter(|text| exact.binary_search(text).is_err());
        Leaks {
            is_known: self.is_known || is_known,
            near: near.collect(),
            same_article: joined(self.same_article, same_article),
            exact,
            ..self
        }
    }

    /// Judged texts that leak in any way, rising, each once.
    pub fn leaking(&self) -> Vec<usize> {
        let all = self.exact.iter().chain(&self.near).chain(&self.same_article);
        let mut texts: Vec<usize> = all.copied().collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

/// Texts with the same words as an earlier one and other labels than it, by name.
pub fn conflicts(copies: &Copies, corpus: &LabelledCorpus) -> Vec<(String, String)> {
    let texts = copies.exact.iter().enumerate().map(|(text, &first)| (first, text));
    texts
        .filter(|&(first, text)| corpus.targets[first] != corpus.targets[text])
        .map(|(first, text)| (corpus.name(first), corpus.name(text)))
        .collect()
}
