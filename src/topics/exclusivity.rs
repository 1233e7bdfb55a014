//! Whether the top words of a topic are its own.
//!
//! Enters: the weights of all topics, and the top words of each. Leaves: a figure a topic. With p(w | t) the rows of the
//! weights, each divided by its sum, the exclusivity of word w to topic t is
//!
//! ```text
//! p(w | t) / sum over all topics s of p(w | s)
//! ```
//!
//! (Bischof and Airoldi, "Summarizing topical content with word frequency and exclusivity", ICML 2012, section 2), and that
//! of a topic the mean over its top words. This is exclusivity alone: FREX ranks words by its harmonic mean with
//! frequency; here words have been chosen already. It lies between 0 and 1; where all topics are alike it is 1 / topics.

use ndarray::ArrayView2;

use super::shares::term_shares;
use crate::error::{Error, Result};

/// For each topic the mean exclusivity of its words; `None` where it has no words, or none of them has a weight in any
/// topic (such words are passed over). `weights` has the shape (topics, terms). Cost: one look at each weight.
///
/// # Errors
/// Where a weight is below 0 or no number, weights and lists differ in the number of topics, or a word is not a term.
///
/// ```
/// use leitmotif::topics::exclusivity::exclusivity;
/// use ndarray::array;
/// let weights = array![[0.5_f32, 0.5, 0.0], [0.0, 0.5, 0.5]];
/// assert_eq!(exclusivity(weights.view(), &[vec![0], vec![2, 1]])?, [Some(1.0), Some(0.75)]);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn exclusivity(weights: ArrayView2<'_, f32>, topics: &[Vec<u32>]) -> Result<Vec<Option<f64>>> {
    let (n_topics, n_terms) = weights.dim();
    if n_topics != topics.len() {
        return Err(Error::data(format!("{} lists of words of {n_topics} topics", topics.len())));
    }
    if let Some(word) = topics.iter().flatten().find(|&&word| word as usize >= n_terms) {
        return Err(Error::data(format!("word {word} of {n_terms}")));
    }
    let shares = term_shares(weights)?;
    let of_word = |topic: usize, word: u32| {
        let of_topics = shares.column(word as usize);
        let sum: f64 = of_topics.iter().sum();
        (sum > 0.0).then(|| of_topics[topic] / sum)
    };
    let of_topic = |(topic, words): (usize, &Vec<u32>)| {
        let known: Vec<f64> = words.iter().filter_map(|&word| of_word(topic, word)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    Ok(topics.iter().enumerate().map(of_topic).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn the_scale_of_a_topic_does_not_matter_and_likeness_gives_the_least() {
        let weights = array![[1.0_f32, 1.0, 2.0], [100.0, 100.0, 200.0]];
        let found = exclusivity(weights.view(), &[vec![0, 2], vec![1]]).unwrap();
        assert_eq!(found, [Some(0.5), Some(0.5)]);
    }

    #[test]
    fn what_has_no_weight_has_no_figure_and_wrong_shapes_are_refused() {
        let weights = array![[1.0_f32, 0.0], [0.0, 0.0]];
        let topics = [vec![0, 1], vec![1]];
        assert_eq!(exclusivity(weights.view(), &topics).unwrap(), [Some(1.0), None]);
        assert!(exclusivity(weights.view(), &topics[..1]).is_err());
        assert!(exclusivity(weights.view(), &[vec![2], vec![]]).is_err());
        assert!(exclusivity(Array2::zeros((0, 0)).view(), &[]).unwrap().is_empty());
    }
}
