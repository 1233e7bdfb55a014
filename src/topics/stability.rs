//! Whether a topic comes again with another seed.
//!
//! Enters: several fits of the same number of topics to the same texts, from different seeds. Leaves: for each topic of the
//! first fit how alike its counterparts in the others are (`super::align`), and a grade. The grade holds for the settings
//! and texts of these fits; it says nothing of whether the topic is a good one.
//!
//! A grade is a promise about seeds that were not tried: a topic that is called stable is to be found again at a cosine of
//! [`FOUND_AGAIN`] or more. Fits do not drift apart little by little: they fall into one of several arrangements, in
//! which a topic is there or is not. So the number of fits that were asked says more than how alike they are. With
//! scikit-learn's NMF of the training texts of BBC (25 topics, random starts, 12 seeds, each in turn the first), topics whose
//! least cosine was 0.95 were missed by so many of the fits not asked: 7.0 % after 4 others, 3.1 % after 6, 1.1 % after 8;
//! with 0.9 for 0.95 it was 7.4 %, 4.7 % and 2.8 %. Of AP (20 topics) it was 2.4 to 2.8 % however many were asked, no topic
//! missed by more than one seed. Hence [`LEAST_OTHERS`] and [`STABLE`], and a promise that holds some 97 times of 100.

use ndarray::ArrayView2;

use super::align::align;
use crate::error::{Error, Result};

/// The cosine at which a topic counts as found again.
pub const FOUND_AGAIN: f64 = 0.9;

/// What the least cosine of a stable topic must be.
pub const STABLE: f64 = 0.95;

/// What the mean cosine of a fair topic must be: most of the topic comes again, its words in another order.
pub const FAIR: f64 = 0.7;

/// With fewer other fits no topic is called stable.
pub const LEAST_OTHERS: usize = 8;

/// How well a topic comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Other seeds give something else: the mean cosine is below [`FAIR`].
    Fleeting,
    /// Other seeds give something like it.
    Fair,
    /// Other seeds give it: the least cosine is [`STABLE`] or more, of [`LEAST_OTHERS`] other fits or more.
    Stable,
}

impl Grade {
    /// Its name, as reports print it.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Fleeting => "fleeting",
            Grade::Fair => "fair",
            Grade::Stable => "stable",
        }
    }
}

/// How well a topic of the first fit comes again in the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stability {
    /// The mean cosine with its counterparts.
    pub mean: f64,
    /// The least of these cosines.
    pub least: f64,
    /// What these numbers come to.
    pub grade: Grade,
}

/// The stability of each topic of the first of `fits`, each of shape (topics, terms). Cost: that of [`align`] for each
/// other fit.
///
/// # Errors
/// Where there are fewer than two fits, they differ in shape, or a weight is no number.
///
/// ```
/// use leitmotif::topics::stability::{Grade, stability};
/// use ndarray::array;
/// let fit = array![[0.9_f32, 0.1, 0.0], [0.0, 0.5, 0.5]];
/// let other = array![[0.9_f32, 0.1, 0.0], [0.5, 0.1, 0.4]];
/// let mut fits = vec![fit.view()];
/// fits.extend([other.view(); 8]);
/// let grades: Vec<Grade> = stability(&fits)?.iter().map(|topic| topic.grade).collect();
/// assert_eq!(grades, [Grade::Stable, Grade::Fleeting]);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn stability(fits: &[ArrayView2<'_, f32>]) -> Result<Vec<Stability>> {
    let Some((first, others)) = fits.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err(Error::settings(format!("{} fits: wanted are two or more", fits.len())));
    };
    if let Some(other) = others.iter().find(|other| other.dim() != first.dim()) {
        let (one, other) = (first.dim(), other.dim());
        return Err(Error::data(format!("fits of shapes {one:?} and {other:?}")));
    }
    let mut cosines = vec![Vec::with_capacity(others.len()); first.nrows()];
    for other in others {
        for (of_topic, found) in cosines.iter_mut().zip(align(first.view(), other.view())?) {
            of_topic.extend(found.map(|found| found.cosine));
        }
    }
    Ok(cosines.iter().map(|cosines| Stability::of(cosines)).collect())
}

/// The mean over topics of their mean cosines: one figure of a model. `None` of no topic.
pub fn mean_stability(topics: &[Stability]) -> Option<f64> {
    let sum: f64 = topics.iter().map(|topic| topic.mean).sum();
    (!topics.is_empty()).then(|| sum / topics.len() as f64)
}

impl Stability {
    /// Of one cosine or more.
    fn of(cosines: &[f64]) -> Self {
        let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
        let least = cosines.iter().copied().fold(f64::INFINITY, f64::min);
        let grade = if least >= STABLE && cosines.len() >= LEAST_OTHERS {
            Grade::Stable
        } else if mean >= FAIR {
            Grade::Fair
        } else {
            Grade::Fleeting
        };
        Stability { mean, least, grade }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use ndarray::{Array2, array};

    #[test]
    fn grades_follow_the_thresholds() {
        let grade = |cosines: &[f64]| Stability::of(cosines).grade;
        assert_eq!(grade(&[0.95; 8]), Grade::Stable);
        assert_eq!(grade(&[1.0; 7]), Grade::Fair, "too few fits");
        assert_eq!(grade(&[0.94, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]), Grade::Fair, "one below");
        assert_eq!(grade(&[0.3, 0.3, 0.99, 0.99]), Grade::Fleeting);
        assert!(Grade::Stable > Grade::Fair && Grade::Fair > Grade::Fleeting);
    }

    /// A fit: topics 0 to 3 of ten terms each, a little shaken; the last one of two terms drawn anew each time, which no
    /// other topic has; all in drawn order.
    fn fit(seed: u64) -> Array2<f32> {
        let mut generator = Generator::new(seed);
        let mut order: Vec<usize> = (0..5).collect();
        generator.shuffle(&mut order);
        let whim = 40 + generator.below(9);
        Array2::from_shape_fn((5, 50), |(row, term)| {
            let is_top = match order[row] {
                4 => term == whim || term == whim + 1,
                topic => term / 10 == topic,
            };
            if is_top { 1.0 + generator.below(100) as f32 / 500.0 } else { 0.01 }
        })
    }

    #[test]
    fn what_is_called_stable_is_found_again_by_seeds_that_were_not_asked() {
        let fits: Vec<Array2<f32>> = (0..9).map(fit).collect();
        let views: Vec<_> = fits.iter().map(|fit| fit.view()).collect();
        let topics = stability(&views).unwrap();
        assert_eq!(topics.iter().filter(|topic| topic.grade == Grade::Stable).count(), 4);
        for seed in 100..110 {
            let matches = align(views[0], fit(seed).view()).unwrap();
            for (topic, found) in topics.iter().zip(matches) {
                let is_found = found.unwrap().cosine >= FOUND_AGAIN;
                assert!(topic.grade != Grade::Stable || is_found);
            }
        }
    }

    #[test]
    fn one_fit_or_other_shapes_are_refused() {
        let fit = array![[1.0_f32, 0.0]];
        assert!(stability(&[]).is_err());
        assert!(stability(&[fit.view()]).is_err());
        assert!(stability(&[fit.view(), array![[1.0_f32, 0.0], [0.0, 1.0]].view()]).is_err());
        let twice = stability(&[fit.view(), fit.view()]).unwrap();
        assert_eq!(mean_stability(&twice), Some(1.0));
        assert_eq!(mean_stability(&[]), None);
    }
}
