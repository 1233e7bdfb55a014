//! What the texts that are judged share with the texts that were learned from: what flatters figures.

use std::collections::HashSet;

use super::Copies;

/// What was found between the two sides of a split, and within the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaks {
    /// Whether the texts that were learned from are known at all; where not, nothing across is.
    pub is_known: bool,
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
    /// Pairs of texts, whichever side, with the same words and different labels.
    pub conflicts: Vec<(usize, usize)>,
}

impl Leaks {
    /// Looks for leaks. `parts` are pairs of texts learned from and texts judged by that, all of them numbers of the
    /// texts that `copies`, `groups` and `targets` are about. A text judged in one part may be learned from in
    /// another.
    ///
    /// ```
    /// use leitmotif::audit::{Copies, Leaks};
    /// let copies = Copies { exact: vec![0, 1, 0], near: vec![0, 1, 0] };
    /// let labels = [vec![0], vec![], vec![1]];
    /// let leaks = Leaks::find(&[(vec![0, 1], vec![2])], &copies, &[0, 1, 2], &labels);
    /// assert_eq!((leaks.exact, leaks.conflicts), (vec![2], vec![(0, 2)]));
    /// ```
    pub fn find(
        parts: &[(Vec<usize>, Vec<usize>)],
        copies: &Copies,
        groups: &[usize],
        targets: &[Vec<usize>],
    ) -> Leaks {
        let mut leaks = Leaks { is_known: true, ..Leaks::default() };
        let mut leaking_sets = HashSet::new();
        for (learned, judged) in parts {
            let of = |numbers: &[usize]| -> HashSet<usize> {
                learned.iter().map(|&text| numbers[text]).collect()
            };
            let (exact, near, articles) = (of(&copies.exact), of(&copies.near), of(groups));
            leaks.n_judged += judged.len();
            for &text in judged {
                if exact.contains(&copies.exact[text]) {
                    leaks.exact.push(text);
                } else if near.contains(&copies.near[text]) {
                    leaks.near.push(text);
                }
                if near.contains(&copies.near[text]) {
                    leaking_sets.insert(copies.near[text]);
                }
                if articles.contains(&groups[text]) {
                    leaks.same_article.push(text);
                }
            }
        }
        let sets = copies.sets();
        leaks.n_sets_kept = sets.iter().filter(|set| !leaking_sets.contains(&set[0])).count();
        leaks.conflicts = conflicts(copies, targets);
        leaks
    }

    /// What is known where the texts that were learned from are not: conflicts among the judged ones.
    pub fn unknown(copies: &Copies, targets: &[Vec<usize>]) -> Leaks {
        let (n_judged, conflicts) = (targets.len(), conflicts(copies, targets));
        Leaks { n_judged, conflicts, ..Leaks::default() }
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

/// Texts with the same words as an earlier one and other labels than it.
pub fn conflicts(copies: &Copies, targets: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let texts = copies.exact.iter().enumerate();
    let pairs = texts.map(|(text, &first)| (first, text));
    pairs.filter(|&(first, text)| targets[first] != targets[text]).collect()
}
