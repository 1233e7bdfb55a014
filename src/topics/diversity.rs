//! Whether topics differ in their words: the share of distinct words among all top words.
//!
//! Enters: the top words of each topic. Leaves: one figure, 1 where no two topics share a word. It does not look at weights.
//! Dieng, Ruiz and Blei, "Topic Modeling in Embedding Spaces" (TACL 2020), section 6, where it is taken of 25 words.

use rustc_hash::FxHashSet;

/// Distinct words / all words, in 0..=1; `None` where there is no word. Cost: one look at each word.
///
/// ```
/// use leitmotif::topics::diversity::diversity;
/// assert_eq!(diversity(&[vec![3, 1], vec![1, 5]]), Some(0.75));
/// assert_eq!(diversity(&[]), None);
/// ```
pub fn diversity(topics: &[Vec<u32>]) -> Option<f64> {
    let n_words: usize = topics.iter().map(Vec::len).sum();
    let distinct: FxHashSet<u32> = topics.iter().flatten().copied().collect();
    (n_words > 0).then(|| distinct.len() as f64 / n_words as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_all_alike_have_the_least_diversity() {
        assert_eq!(diversity(&vec![vec![1, 2, 3]; 4]), Some(0.25));
        assert_eq!(diversity(&[vec![1, 2], vec![3, 4], vec![]]), Some(1.0));
        assert_eq!(diversity(&[vec![]]), None);
    }
}
