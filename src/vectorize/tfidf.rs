//! Counts to tf-idf weights.
//!
//! For term t in text d, with n texts of which df(t) hold t (Salton and Buckley 1988, in the
//! smoothed form of scikit-learn):
//!
//! ```text
//! tf  = count(t, d), or 1 + ln(count(t, d)) where sublinear
//! idf = ln((1 + n) / (1 + df(t))) + 1
//! weight(t, d) = tf * idf, then each block of the row divided by its Euclidean length
//! ```
//!
//! A row without known terms is all zeros.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Analyzer, NgramRange};
use crate::error::{Error, Result};
use crate::math;

/// How texts become weights. `Default` gives the settings described at each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VectorizerParams {
    /// Lengths of word n-grams; default 1-2: pairs carry names and set phrases.
    pub words: Option<NgramRange>,
    /// Lengths of character n-grams within words; default none.
    pub chars: Option<NgramRange>,
    /// A term must stand in at least so many texts. The default `None` is 1 below
    /// [`VectorizerParams::SMALL_CORPUS`] texts, where rare words are all there is, and 2 above.
    pub min_count: Option<usize>,
    /// A term may stand in at most this share of the texts, 0..=1; default 1.
    pub max_share: f64,
    /// Whether a repeated term counts by the logarithm; default true, for long texts repeat words.
    pub sublinear: bool,
}

impl Default for VectorizerParams {
    fn default() -> Self {
        VectorizerParams {
            words: NgramRange::new(1, 2).ok(),
            chars: None,
            min_count: None,
            max_share: 1.0,
            sublinear: true,
        }
    }
}

impl VectorizerParams {
    /// The number of texts below which `min_count` defaults to 1.
    pub const SMALL_CORPUS: usize = 1_000;

    /// Checks the ranges.
    ///
    /// # Errors
    /// Where there are neither word nor character n-grams, `min_count` is 0, or `max_share` is not
    /// above 0 and at most 1.
    pub fn check(&self) -> Result<()> {
        if self.words.is_none() && self.chars.is_none() {
            return Err(Error::settings("neither word nor character n-grams: give one of them"));
        }
        if self.min_count == Some(0) {
            return Err(Error::settings("min_count is 0: wanted is 1 or more"));
        }
        if !(self.max_share > 0.0 && self.max_share <= 1.0) {
            let found = self.max_share;
            return Err(Error::settings(format!(
                "max_share is {found}: wanted is above 0, at most 1"
            )));
        }
        Ok(())
    }

    /// The analyzers, in the order of the blocks.
    pub fn analyzers(&self) -> Vec<Analyzer> {
        let words = self.words.map(Analyzer::Words);
        words.into_iter().chain(self.chars.map(Analyzer::Chars)).collect()
    }

    pub(super) fn min_count_for(&self, n_texts: usize) -> usize {
        self.min_count.unwrap_or(if n_texts < Self::SMALL_CORPUS { 1 } else { 2 })
    }
}

/// Appends the weights of one block's row; its terms are numbered from `first`.
pub(super) fn weigh(
    counts: &[(u32, u32)],
    idf: &[f32],
    sublinear: bool,
    first: u32,
    weights: &mut Vec<(u32, f32)>,
) {
    let weight = |&(term, n): &(u32, u32)| {
        let tf = if sublinear { sublinear_tf(n) } else { f64::from(n) };
        tf * f64::from(idf[term as usize])
    };
    let length = counts.iter().map(|count| weight(count).powi(2)).sum::<f64>().sqrt();
    weights.extend(counts.iter().map(|count| (first + count.0, (weight(count) / length) as f32)));
}

/// What a count weighs: itself, or 1 + ln(count).
#[derive(Debug, Clone)]
pub struct Tf {
    sublinear: bool,
    /// Of the counts that occur in paragraphs.
    small: [f64; 32],
}

impl Tf {
    /// As it is, or by the logarithm.
    pub fn new(sublinear: bool) -> Self {
        let of = |n: usize| if sublinear { sublinear_tf(n as u32) } else { n as f64 };
        Tf { sublinear, small: std::array::from_fn(of) }
    }

    /// The weight of a count.
    #[inline(always)]
    pub fn of(&self, count: u32) -> f64 {
        match self.small.get(count as usize) {
            Some(&tf) => tf,
            None if self.sublinear => sublinear_tf(count),
            None => f64::from(count),
        }
    }
}

/// 1 + ln(n) of a count; those that occur in paragraphs stand in a table.
fn sublinear_tf(n: u32) -> f64 {
    static SMALL: LazyLock<[f64; 32]> =
        LazyLock::new(|| std::array::from_fn(|n| 1.0 + math::ln(n.max(1) as f64)));
    match SMALL.get(n as usize) {
        Some(&tf) => tf,
        None => 1.0 + math::ln(f64::from(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused() {
        let default = VectorizerParams::default;
        assert!(VectorizerParams { words: None, ..default() }.check().is_err());
        assert!(VectorizerParams { min_count: Some(0), ..default() }.check().is_err());
        assert!(VectorizerParams { max_share: f64::NAN, ..default() }.check().is_err());
        assert!(default().check().is_ok());
    }
}
