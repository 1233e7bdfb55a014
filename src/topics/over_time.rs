//! How much of each period's texts is of each topic, and how sure that is.
//!
//! Enters: how much of each document is of each topic, what it weighs, its period and its article. Leaves: for each period
//! and topic a share with a 95 % band, by the bootstrap over articles: paragraphs of one article are alike, so articles
//! are drawn whole (`crate::evaluate::bootstrap`), from those of the period. With w_d the weight of document d and m(d, t)
//! its share of topic t, the share of t in a period is
//!
//! ```text
//! sum over d of w_d m(d, t) / sum over d of w_d         d: the documents of the period
//! ```
//!
//! It does not smooth over time, test for change, or know what a period is: a month, a year, an issue. Cost: one look at
//! each mixture, then draws x articles x topics.

use std::collections::BTreeMap;

use ndarray::ArrayView2;

use crate::error::{Error, Result};
use crate::evaluate::bootstrap::{Interval, bootstrap};

/// Documents in time.
#[derive(Debug, Clone, Copy)]
pub struct Dated<'a, F> {
    /// How much of each document is of each topic, shape (documents, topics).
    pub mixtures: ArrayView2<'a, F>,
    /// What each document weighs: its tokens, or 1 for all.
    pub weights: &'a [f64],
    /// The period of each document, counted from 0; documents without one are passed over.
    pub periods: &'a [Option<usize>],
    /// The article of each document.
    pub articles: &'a [usize],
}

/// How the bands are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bands {
    /// How often articles are drawn.
    pub n_draws: usize,
    /// The seed of the draws.
    pub seed: u64,
    /// A period of fewer articles has no bands.
    pub least_articles: usize,
}

impl Default for Bands {
    /// 1,000 draws, the usual number for ends of intervals; seed 42; five articles, below which the few that there are say
    /// little of what others could.
    fn default() -> Self {
        Bands { n_draws: 1_000, seed: 42, least_articles: 5 }
    }
}

/// One period.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// How many documents it has.
    pub n_documents: usize,
    /// How many articles they come from.
    pub n_articles: usize,
    /// For each topic its share; `None` where the period has no document of any weight.
    pub shares: Option<Vec<Share>>,
}

/// The share of a topic in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// In 0..=1 where mixtures are.
    pub share: f64,
    /// Its 95 % band; `None` where the period has too few articles, or no draw differs from another.
    pub band: Option<Interval>,
}

impl Bands {
    /// Periods 0 to `n_periods` - 1. The same data and settings give the same bits.
    ///
    /// # Errors
    /// Where the parts of the data differ in length, a period is not below `n_periods`, a number is NaN, infinite or below
    /// 0, or there are no draws.
    ///
    /// ```
    /// use leitmotif::topics::over_time::{Bands, Dated};
    /// use ndarray::array;
    /// let periods = Bands::default().over_time(2, &Dated {
    ///     mixtures: array![[1.0, 0.0], [0.5, 0.5], [0.1, 0.9]].view(),
    ///     weights: &[100.0, 300.0, 50.0],
    ///     periods: &[Some(0), Some(0), None],
    ///     articles: &[0, 1, 2],
    /// })?;
    /// let shares = periods[0].shares.as_ref().unwrap();
    /// assert_eq!((shares[0].share, shares[0].band), (0.625, None)); // two articles are too few for a band
    /// assert!(periods[1].shares.is_none());
    /// # Ok::<(), leitmotif::Error>(())
    /// ```
    pub fn over_time<F: Copy + Into<f64>>(
        &self,
        n_periods: usize,
        documents: &Dated<'_, F>,
    ) -> Result<Vec<Period>> {
        if self.n_draws == 0 {
            return Err(Error::settings("0 draws: wanted is 1 or more"));
        }
        documents.check(n_periods)?;
        let periods = documents.by_period(n_periods).into_iter().enumerate();
        Ok(periods.map(|(number, articles)| self.period(number, &articles)).collect())
    }

    fn period(&self, number: usize, articles: &BTreeMap<usize, Article>) -> Period {
        // Articles without weight change no share.
        let weighty: Vec<&Article> = articles.values().filter(|one| one.weight > 0.0).collect();
        let shares = shares_of(&weighty, |_| 1);
        Period {
            n_documents: articles.values().map(|article| article.n_documents).sum(),
            n_articles: articles.len(),
            shares: shares.map(|shares| {
                let bands = self.bands(number, &weighty, shares.len());
                let share = |(share, band)| Share { share, band };
                shares.into_iter().zip(bands).map(share).collect()
            }),
        }
    }

    fn bands(
        &self,
        number: usize,
        articles: &[&Article],
        n_topics: usize,
    ) -> Vec<Option<Interval>> {
        if articles.len() < self.least_articles {
            return vec![None; n_topics];
        }
        // Draws of one period take the seeds seed, seed + 1, ...: those of the next begin behind.
        let behind = (number as u64).wrapping_mul(self.n_draws as u64);
        let groups: Vec<usize> = (0..articles.len()).collect();
        bootstrap(&groups, self.n_draws, self.seed.wrapping_add(behind), |drawn| {
            let shares = shares_of(articles, |article| drawn[article]);
            shares.map_or(vec![None; n_topics], |shares| shares.into_iter().map(Some).collect())
        })
    }
}

/// What an article adds to a period.
#[derive(Debug, Clone, PartialEq)]
struct Article {
    n_documents: usize,
    weight: f64,
    /// For each topic the sum of weight x share.
    topics: Vec<f64>,
}

/// The shares of all topics, of articles that count so many times each; `None` where none counts.
fn shares_of(articles: &[&Article], times: impl Fn(usize) -> u32) -> Option<Vec<f64>> {
    let mut weight = 0.0;
    let mut topics = vec![0.0; articles.first()?.topics.len()];
    for (place, article) in articles.iter().enumerate() {
        let times = f64::from(times(place));
        if times > 0.0 {
            weight += times * article.weight;
            topics.iter_mut().zip(&article.topics).for_each(|(sum, topic)| *sum += times * topic);
        }
    }
    (weight > 0.0).then(|| topics.iter().map(|topic| topic / weight).collect())
}

impl<F: Copy + Into<f64>> Dated<'_, F> {
    fn check(&self, n_periods: usize) -> Result<()> {
        let n_documents = self.mixtures.nrows();
        let lengths = [self.weights.len(), self.periods.len(), self.articles.len()];
        if lengths != [n_documents; 3] {
            let [weights, periods, articles] = lengths;
            let found = format!("{weights} weights, {periods} periods, {articles} articles");
            return Err(Error::data(format!("{found} of {n_documents} documents")));
        }
        if let Some(period) = self.periods.iter().flatten().find(|&&period| period >= n_periods) {
            return Err(Error::data(format!("period {period} of {n_periods}")));
        }
        let mixtures = self.mixtures.iter().map(|&share| share.into());
        let mut numbers = mixtures.chain(self.weights.iter().copied());
        // Sums of products stay finite.
        if let Some(number) = numbers.find(|number| !(0.0..=1e12).contains(number)) {
            return Err(Error::data(format!("a share or weight is {number}: wanted is 0 to 1e12")));
        }
        Ok(())
    }

    /// For each period what each of its articles adds, by the article's number.
    fn by_period(&self, n_periods: usize) -> Vec<BTreeMap<usize, Article>> {
        let mut by_period = vec![BTreeMap::new(); n_periods];
        let none =
            Article { n_documents: 0, weight: 0.0, topics: vec![0.0; self.mixtures.ncols()] };
        for (document, mixture) in self.mixtures.outer_iter().enumerate() {
            let Some(period) = self.periods[document] else { continue };
            let weight = self.weights[document];
            let article =
                by_period[period].entry(self.articles[document]).or_insert_with(|| none.clone());
            article.n_documents += 1;
            article.weight += weight;
            let sums = article.topics.iter_mut().zip(mixture);
            sums.for_each(|(sum, &share)| *sum += weight * share.into());
        }
        by_period
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use ndarray::{Array2, array};

    #[test]
    fn shares_are_those_of_the_formula_and_add_up_to_one() {
        let mut generator = Generator::new(2);
        let mut mixtures = Array2::from_shape_fn((40, 3), |_| 1.0 + generator.below(9) as f64);
        mixtures.rows_mut().into_iter().for_each(|mut row| row /= row.sum());
        let weights: Vec<f64> = (0..40).map(|_| generator.below(50) as f64).collect();
        let periods: Vec<Option<usize>> = (0..40).map(|_| Some(generator.below(3))).collect();
        let articles: Vec<usize> = (0..40).map(|_| generator.below(25)).collect();
        let (weights, periods, articles) = (&weights[..], &periods[..], &articles[..]);
        let documents = Dated { mixtures: mixtures.view(), weights, periods, articles };
        let found = Bands::default().over_time(3, &documents).unwrap();
        for (number, period) in found.iter().enumerate() {
            let of_period = || (0..40).filter(|&d| periods[d] == Some(number));
            let weight: f64 = of_period().map(|d| weights[d]).sum();
            let shares = period.shares.as_ref().unwrap();
            for (topic, found) in shares.iter().enumerate() {
                let sum: f64 = of_period().map(|d| weights[d] * mixtures[[d, topic]]).sum();
                assert!((found.share - sum / weight).abs() < 1e-12);
                let (low, high) = found.band.unwrap();
                assert!(low < found.share && found.share < high);
            }
            assert!((shares.iter().map(|topic| topic.share).sum::<f64>() - 1.0).abs() < 1e-12);
            assert_eq!(period.n_documents, of_period().count());
        }
        assert_eq!(found, Bands::default().over_time(3, &documents).unwrap());
    }

    /// The band of period 0 of `articles`, whose documents are wholly of topic 0 or of topic 1 by turns of `run`.
    fn width(articles: &[usize], run: usize) -> f64 {
        let n = articles.len();
        let topic = |d: usize| d / run % 2;
        let mixtures = Array2::from_shape_fn((n, 2), |(d, t)| f32::from(u8::from(topic(d) == t)));
        let found = Bands::default().over_time(
            1,
            &Dated {
                mixtures: mixtures.view(),
                weights: &vec![1.0; n],
                periods: &vec![Some(0); n],
                articles,
            },
        );
        let (low, high) = found.unwrap()[0].shares.as_ref().unwrap()[0].band.unwrap();
        high - low
    }

    #[test]
    fn bands_are_as_wide_as_theory_says_and_articles_count_not_their_paragraphs() {
        // 400 articles, half of each topic: the share's deviation is 1/2 / sqrt(400).
        let alone: Vec<usize> = (0..400).collect();
        let expected = 2.0 * 1.96 * 0.5 / 20.0;
        assert!((width(&alone, 1) / expected - 1.0).abs() < 0.15);
        // Four paragraphs an article: 100 articles, twice as wide.
        let fours: Vec<usize> = (0..400).map(|d| d / 4).collect();
        assert!((width(&fours, 4) / expected / 2.0 - 1.0).abs() < 0.15);
    }

    #[test]
    fn too_few_articles_have_no_band_and_no_weight_has_no_share() {
        let mixtures = array![[1.0_f32], [0.5], [0.2], [0.9]];
        let periods = [Some(0), Some(0), Some(1), None];
        let (weights, articles) = (&[1.0, 3.0, 0.0, 1.0], &[7, 8, 9, usize::MAX]);
        let documents = Dated { mixtures: mixtures.view(), weights, periods: &periods, articles };
        let found = Bands::default().over_time(3, &documents).unwrap();
        assert_eq!(found[0].shares, Some(vec![Share { share: 0.625, band: None }]));
        assert_eq!((found[1].n_articles, &found[1].shares), (1, &None));
        assert_eq!(found[2], Period { n_documents: 0, n_articles: 0, shares: None });
        let two = Bands { least_articles: 2, ..Bands::default() };
        let found = two.over_time(3, &documents).unwrap();
        assert_eq!(found[0].shares.as_ref().unwrap()[0].band, Some((0.5, 1.0)));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let mixtures = array![[1.0_f64]];
        let (periods, articles) = (&[Some(0)], &[0]);
        let of = |weights: &[f64], n_periods, bands: Bands| {
            let documents = Dated { mixtures: mixtures.view(), weights, periods, articles };
            bands.over_time(n_periods, &documents)
        };
        assert!(of(&[1.0], 1, Bands::default()).is_ok());
        assert!(of(&[], 1, Bands::default()).is_err());
        assert!(of(&[1.0], 0, Bands::default()).is_err());
        assert!(of(&[f64::NAN], 1, Bands::default()).is_err());
        assert!(of(&[1.0], 1, Bands { n_draws: 0, ..Bands::default() }).is_err());
    }
}
