//! Two fits side by side: which topics are the same.

use crate::error::{Error, Result};
use crate::topics::align::align;

use super::reader::Topics;
use ndarray::Array2;

/// The topics of two fits, matched one to one so that the sum of the cosines of their term probabilities is greatest.
#[derive(Debug, Clone, PartialEq)]
pub struct Matching {
    /// For each topic of the first its counterpart in the second and their cosine.
    pub pairs: Vec<Option<(usize, f64)>>,
    /// Topics of the second that have no counterpart.
    pub alone: Vec<usize>,
    /// How many terms both have.
    pub n_shared_terms: usize,
}

/// From which cosine on two topics are called the same.
pub const SAME_FROM: f64 = 0.7;

impl Matching {
    /// Matches the topics of `a` and `b` by the terms of either; what one does not know has no weight there.
    ///
    /// # Errors
    /// Where they share no term.
    pub fn new(a: &Topics, b: &Topics) -> Result<Matching> {
        let (of_a, of_b) = (a.terms.vocabulary(), b.terms.vocabulary());
        // The terms of a, then those of b alone.
        let n_a = of_a.len();
        let mut n_terms = n_a;
        let place_of_b: Vec<usize> = of_b
            .iter()
            .map(|term| {
                of_a.find(term).map_or_else(
                    || {
                        n_terms += 1;
                        n_terms - 1
                    },
                    |number| number as usize,
                )
            })
            .collect();
        let n_shared_terms = n_a + of_b.len() - n_terms;
        if n_shared_terms == 0 {
            return Err(Error::data(
                "these topics share no term: they are of different languages or kinds",
            ));
        }
        let spread = |topics: &Topics, place: &dyn Fn(usize) -> usize| {
            let own = topics.model.probabilities();
            let mut spread = Array2::<f32>::zeros((topics.len(), n_terms));
            for (topic, row) in own.rows().into_iter().enumerate() {
                for (term, &weight) in row.iter().enumerate() {
                    spread[[topic, place(term)]] = weight;
                }
            }
            spread
        };
        let (a, b) = (spread(a, &|term| term), spread(b, &|term| place_of_b[term]));
        let pairs: Vec<Option<(usize, f64)>> = align(a.view(), b.view())?
            .iter()
            .map(|found| found.map(|f| (f.topic, f.cosine)))
            .collect();
        let is_taken = |topic: &usize| pairs.iter().flatten().any(|pair| pair.0 == *topic);
        let alone = (0..b.nrows()).filter(|topic| !is_taken(topic)).collect();
        Ok(Matching { pairs, alone, n_shared_terms })
    }
}
