//! The documents that show a topic best.
//!
//! Enters: how much of each document is of each topic, and the documents' counts. Leaves: for each topic the documents with
//! the most of it, the first one first, that are long enough to be read and are not near copies of one another. Nothing
//! here sees text. Documents are taken greedily; cost: one look at each mixture, and a comparison of rows for each document
//! that is considered.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::matrix::{Row, TermMatrix};

/// Which documents may stand for a topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Representatives {
    /// How many are wanted for each topic.
    pub n_documents: usize,
    /// Documents have at least so many counted tokens, or the median number where that is less.
    pub least_tokens: f64,
    /// The cosine of the counts of two of them is below this.
    pub most_alike: f64,
}

impl Default for Representatives {
    /// Five documents; of 30 tokens, two sentences or so (a shorter one is all of a topic by one word); less alike than 0.8,
    /// which versions of one article reach and articles of one event hardly do.
    fn default() -> Self {
        Representatives { n_documents: 5, least_tokens: 30.0, most_alike: 0.8 }
    }
}

impl Representatives {
    /// For each topic its documents, those with the most of it first, of equal ones the first. There are fewer than wanted
    /// where no others will do; documents without any of the topic never do. `mixtures` has the shape (documents, topics).
    ///
    /// # Errors
    /// Where mixtures and counts differ in the number of documents, a number is NaN or below 0, or a setting is out of its
    /// range.
    ///
    /// ```
    /// use leitmotif::matrix::TermMatrix;
    /// use leitmotif::topics::representative::Representatives;
    /// use ndarray::array;
    /// let mut counts = TermMatrix::new(3);
    /// counts.push_row([(0, 40.0), (1, 20.0)]);
    /// counts.push_row([(0, 40.0), (1, 21.0)]); // a near copy
    /// counts.push_row([(2, 50.0)]);
    /// let mixtures = array![[0.9_f32], [0.8], [0.7]];
    /// let found = Representatives::default().of_topics(mixtures.view(), &counts)?;
    /// assert_eq!(found, [[0, 2]]);
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    pub fn of_topics<F: Copy + Into<f64> + Sync>(
        &self,
        mixtures: ArrayView2<'_, F>,
        counts: &TermMatrix,
    ) -> Result<Vec<Vec<usize>>> {
        self.check()?;
        if mixtures.nrows() != counts.n_rows() {
            let (mixtures, counts) = (mixtures.nrows(), counts.n_rows());
            return Err(Error::data(format!(
                "mixtures of {mixtures} documents, counts of {counts}"
            )));
        }
        let mut shares = mixtures.iter().map(|&share| share.into());
        if let Some(share) = shares.find(|share| !(0.0..=f64::MAX).contains(share)) {
            return Err(Error::data(format!("a document's share is {share}: wanted is 0 or more")));
        }
        let is_long = self.long_enough(counts);
        let of_topic = |topic: usize| {
            let shares = mixtures.column(topic);
            let shares = shares.iter().enumerate().zip(&is_long);
            let candidates =
                shares.filter(|((_, share), is_long)| **is_long && (**share).into() > 0.0);
            let candidate = |((document, &share), _): ((usize, &F), &bool)| Candidate {
                share: share.into(),
                document,
            };
            self.choose(candidates.map(candidate).collect(), counts)
        };
        Ok((0..mixtures.ncols()).into_par_iter().map(of_topic).collect())
    }

    fn check(&self) -> Result<()> {
        if !(self.least_tokens >= 0.0 && self.most_alike > 0.0) {
            let Representatives { least_tokens, most_alike, .. } = self;
            let message = format!("least tokens {least_tokens}, most alike {most_alike}");
            return Err(Error::settings(format!("{message}: wanted are 0 or more, and above 0")));
        }
        Ok(())
    }

    fn long_enough(&self, counts: &TermMatrix) -> Vec<bool> {
        let sum = |row: Row<'_>| row.values.iter().map(|&value| f64::from(value)).sum();
        let lengths: Vec<f64> = counts.rows().map(sum).collect();
        let mut sorted = lengths.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        let least = self.least_tokens.min(median);
        lengths.into_iter().map(|length| length >= least).collect()
    }

    /// The heap gives candidates best first, and is only sorted as far as they are asked for.
    fn choose(&self, mut candidates: BinaryHeap<Candidate>, counts: &TermMatrix) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < self.n_documents {
            let Some(Candidate { document, .. }) = candidates.pop() else { break };
            let row = counts.row(document);
            let is_copy = |&other: &usize| cosine(row, counts.row(other)) >= self.most_alike;
            if !chosen.iter().any(is_copy) {
                chosen.push(document);
            }
        }
        chosen
    }
}

/// A document and how much of it is of the topic; greater is better.
#[derive(PartialEq)]
struct Candidate {
    share: f64,
    document: usize,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.share.total_cmp(&other.share).then_with(|| other.document.cmp(&self.document))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Of two rows of counts; 0 where one is empty.
fn cosine(one: Row<'_>, other: Row<'_>) -> f64 {
    let (mut at, mut product) = (0, 0.0);
    for (term, value) in one.iter() {
        while at < other.terms.len() && other.terms[at] < term {
            at += 1;
        }
        if at < other.terms.len() && other.terms[at] == term {
            product += f64::from(value) * f64::from(other.values[at]);
        }
    }
    let lengths = (one.squared_norm() * other.squared_norm()).sqrt();
    if lengths > 0.0 { product / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use ndarray::{Array2, array};

    fn matrix(rows: &[&[f32]]) -> TermMatrix {
        let mut matrix = TermMatrix::new(rows[0].len());
        for row in rows {
            let there = row.iter().enumerate().filter(|pair| *pair.1 > 0.0);
            matrix.push_row(there.map(|(term, &value)| (term as u32, value)));
        }
        matrix
    }

    #[test]
    fn short_documents_and_copies_are_passed_over() {
        let counts =
            matrix(&[&[1.0, 0.0], &[40.0, 0.0], &[39.0, 1.0], &[0.0, 50.0], &[20.0, 20.0]]);
        let mixtures = array![[1.0, 0.0], [0.9, 0.1], [0.95, 0.0], [0.2, 0.8], [0.5, 0.5]];
        let found = Representatives::default().of_topics(mixtures.view(), &counts).unwrap();
        assert_eq!(found, [vec![2, 4, 3], vec![3, 4, 1]]);
        let two = Representatives { n_documents: 2, least_tokens: 0.0, ..Default::default() };
        assert_eq!(two.of_topics(mixtures.view(), &counts).unwrap()[0], [0, 4]);
    }

    #[test]
    fn where_all_are_short_the_longer_half_will_do() {
        let counts = matrix(&[&[1.0, 0.0], &[0.0, 3.0], &[4.0, 4.0]]);
        let mixtures = array![[0.9_f32], [0.5], [0.4]];
        let found = Representatives::default().of_topics(mixtures.view(), &counts).unwrap();
        assert_eq!(found, [[1, 2]]);
    }

    /// The slow twin: all documents sorted, all pairs compared on dense rows.
    #[test]
    fn choices_are_those_of_sorting_everything() {
        let mut generator = Generator::new(8);
        let dense = Array2::from_shape_fn((60, 6), |_| generator.below(4) as f32);
        let mixtures = Array2::from_shape_fn((60, 3), |_| generator.below(10) as f32 / 10.0);
        let settings = Representatives { n_documents: 7, least_tokens: 9.0, most_alike: 0.7 };
        let found =
            settings.of_topics(mixtures.view(), &TermMatrix::from_dense(dense.view())).unwrap();
        for (topic, found) in found.iter().enumerate() {
            let mut order: Vec<usize> =
                (0..60).filter(|&row| dense.row(row).sum() >= 9.0).collect();
            order.retain(|&row| mixtures[[row, topic]] > 0.0);
            order.sort_by(|&a, &b| mixtures[[b, topic]].total_cmp(&mixtures[[a, topic]]));
            let mut expected: Vec<usize> = Vec::new();
            for row in order {
                let cosine = |&other: &usize| {
                    let (a, b) = (dense.row(row), dense.row(other));
                    a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
                };
                if expected.len() < 7 && expected.iter().all(|other| cosine(other) < 0.7) {
                    expected.push(row);
                }
            }
            assert_eq!(*found, expected);
        }
    }

    #[test]
    fn wrong_shapes_and_numbers_are_refused() {
        let counts = matrix(&[&[1.0]]);
        let settings = Representatives::default();
        assert!(settings.of_topics(array![[0.1_f32], [0.2]].view(), &counts).is_err());
        assert!(settings.of_topics(array![[f32::NAN]].view(), &counts).is_err());
        let wrong = Representatives { most_alike: f64::NAN, ..settings };
        assert!(wrong.of_topics(array![[0.1_f32]].view(), &counts).is_err());
        let none = settings.of_topics(Array2::<f32>::zeros((0, 2)).view(), &TermMatrix::new(1));
        assert_eq!(none.unwrap(), [[0; 0]; 2]);
    }
}
