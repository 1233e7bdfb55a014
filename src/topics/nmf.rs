//! Topics by non-negative matrix factorisation.
//!
//! Enters: counts of terms, a row a text. Leaves: an [`NmfModel`]: topics as weights of terms, largest topic first, and each
//! text as a mixture of topics. Counts are weighed (tf-idf, `weighting`), factorised (`nmf_factors`: Frobenius loss, coordinate
//! descent of Cichocki and Phan 2009 from the start of Boutsidis and Gallopoulos 2008), and the factors read as topics
//! (`nmf_weights`). Nothing is random but the columns by which the start's singular vectors are found.
//!
//! A new text's mixture is the non-negative least squares fit of its weights to the topics, which stay as they are.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array2;

use super::nmf_factors::{Descent, Factors};
use super::nmf_model::{NmfLearned, NmfModel};
use super::nmf_weights::weights;
use super::panel::Panel;
use super::weighting::Weighting;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Checked settings of the factorisation.
#[derive(Debug, Clone, PartialEq)]
pub struct NmfValidParams {
    n_topics: usize,
    descent: Descent,
}

/// Settings of the factorisation.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::NmfParams;
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
/// let counts = array![[2.0_f32, 1.0, 0.0, 0.0], [1.0, 3.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0]];
/// let data = DatasetBase::new(TermMatrix::from_dense(counts.view()), ());
/// let model = NmfParams::new(2).fit(&data)?;
/// let mixtures = model.predict(&data);
/// assert!(mixtures[[0, 0]] > 0.99 && mixtures[[2, 1]] > 0.99);
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NmfParams(NmfValidParams);

impl NmfParams {
    /// So many topics, at most 200 iterations, tolerance 0.0001 (as scikit-learn's), seed 42. Fewer topics come where the
    /// counts have not so many: texts that are all alike have one.
    pub fn new(n_topics: usize) -> Self {
        let descent = Descent { max_iterations: 200, tolerance: 1e-4, seed: 42 };
        NmfParams(NmfValidParams { n_topics, descent })
    }

    /// The most iterations, at least 1; what is reached then is kept.
    pub fn max_iterations(mut self, max_iterations: usize) -> Self {
        self.0.descent.max_iterations = max_iterations;
        self
    }

    /// To what share of the first iteration's the projected gradient must fall; 0 or more, finite.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.descent.tolerance = tolerance;
        self
    }

    /// The seed of the columns by which the start is found.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.descent.seed = seed;
        self
    }
}

impl ParamGuard for NmfParams {
    type Checked = NmfValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&NmfValidParams> {
        let NmfValidParams { n_topics, descent } = &self.0;
        if *n_topics == 0 {
            return Err(Error::settings("0 topics: wanted is 1 or more"));
        }
        if descent.max_iterations == 0 {
            return Err(Error::settings("0 iterations: wanted is 1 or more"));
        }
        if !(descent.tolerance >= 0.0 && descent.tolerance.is_finite()) {
            let found = descent.tolerance;
            return Err(Error::settings(format!("tolerance is {found}: wanted is 0 or more")));
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<NmfValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<T> Fit<TermMatrix, T, Error> for NmfValidParams {
    type Object = NmfModel;

    fn fit(&self, dataset: &DatasetBase<TermMatrix, T>) -> Result<NmfModel> {
        self.fit_watched(dataset.records(), &|_| ())
    }
}

impl NmfValidParams {
    /// Learns from counts; `watch` is told the number of each iteration when it is done.
    ///
    /// # Errors
    /// Data where a count is not a whole number from 0 on; Empty where no text has a term.
    pub fn fit_watched(
        &self,
        counts: &TermMatrix,
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<NmfModel> {
        let weighting = Weighting::learn(counts)?;
        let matrix = weighting.weigh_all(counts);
        let factors = self.descent.factorise(&matrix, self.n_topics, watch)?;
        let model = NmfModel::from_learned(of_factors(&factors, &weighting))?;
        ordered(model, counts, &matrix)
    }
}

/// What was learned, topics as they come and not yet weighed.
fn of_factors(factors: &Factors, weighting: &Weighting) -> NmfLearned {
    let (n_topics, n_terms) = (factors.columns.width(), factors.columns.n_rows());
    let parts = Array2::from_shape_fn((n_topics, n_terms), |(topic, term)| {
        factors.columns.row(term)[topic]
    });
    NmfLearned {
        weights: parts.clone(),
        parts,
        idf: weighting.idf().to_vec(),
        mixtures: Array2::zeros((0, n_topics)),
        shares: vec![1.0 / n_topics as f32; n_topics],
        objective: factors.objective,
        n_iterations: factors.n_iterations,
    }
}

/// The model with its topics by their shares, those that no text has a part of left out, and the texts' mixtures.
fn ordered(model: NmfModel, counts: &TermMatrix, matrix: &TermMatrix) -> Result<NmfModel> {
    let (mixtures, _) = model.fit_texts(counts);
    let shares = shares(&mixtures, counts);
    let mut order: Vec<usize> = (0..shares.len()).filter(|&topic| shares[topic] > 0.0).collect();
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    if order.is_empty() {
        return Err(Error::empty("no topic was found in these texts"));
    }
    let mut learned = model.into_learned();
    learned.parts = learned.parts.select(ndarray::Axis(0), &order);
    learned.weights = learned.parts.clone();
    learned.mixtures = Array2::zeros((0, order.len()));
    learned.shares = order.iter().map(|&topic| shares[topic] as f32).collect();
    let model = NmfModel::from_learned(learned)?;
    // Once more, now in the order in which the model will fit other texts, so that the same text has the same mixture.
    let (mixtures, texts): (Array2<f32>, Panel) = model.fit_texts(counts);
    let weights = weights(matrix, &texts, model.terms());
    let learned = NmfLearned { weights, mixtures, ..model.into_learned() };
    NmfModel::from_learned(learned)
}

/// The mean mixture of the texts that have a term, in f64.
fn shares(mixtures: &Array2<f32>, counts: &TermMatrix) -> Vec<f64> {
    let mut sums = vec![0.0; mixtures.ncols()];
    for (mixture, row) in mixtures.rows().into_iter().zip(counts.rows()) {
        if row.values.iter().any(|&count| count > 0.0) {
            sums.iter_mut().zip(mixture).for_each(|(sum, &part)| *sum += f64::from(part));
        }
    }
    let all: f64 = sums.iter().sum();
    sums.iter().map(|sum| sum / all).collect()
}

#[cfg(test)]
mod tests {
    use super::super::NmfScratch;
    use super::super::small_counts::counts;
    use super::*;
    use linfa::traits::Predict;
    use ndarray::array;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn fit(n_topics: usize, counts: &TermMatrix) -> Result<NmfModel> {
        NmfParams::new(n_topics).fit(&DatasetBase::new(counts.clone(), ()))
    }

    fn predicted(model: &NmfModel, counts: TermMatrix) -> Array2<f32> {
        model.predict(&DatasetBase::new(counts, ()))
    }

    #[test]
    fn topics_are_weights_and_texts_are_mixtures_that_sum_to_one() {
        let model = fit(3, &counts()).unwrap();
        let learned = model.learned();
        assert_eq!((learned.weights.dim(), learned.mixtures.dim()), ((3, 8), (12, 3)));
        let rows = learned.weights.rows().into_iter().chain(learned.mixtures.rows());
        for row in rows {
            assert!((row.sum() - 1.0).abs() < 1e-5 && row.iter().all(|&part| part >= 0.0));
        }
        assert!((learned.shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(learned.shares.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn texts_of_two_kinds_are_told_apart() {
        // Terms 0, 3 and 6 stand in texts 0, 3, 6 and 9; the others in the others.
        let model = fit(2, &counts()).unwrap();
        for (text, mixture) in model.learned().mixtures.rows().into_iter().enumerate() {
            assert!(mixture[usize::from(text % 3 == 0)] > 0.99, "text {text}: {mixture}");
        }
    }

    #[test]
    fn a_text_learned_from_is_fitted_as_it_was_alone_and_among_others() {
        let model = fit(3, &counts()).unwrap();
        assert_eq!(predicted(&model, counts()), model.learned().mixtures);
        let mut scratch = NmfScratch::default();
        for (row, mixture) in counts().rows().zip(model.learned().mixtures.rows()) {
            assert_eq!(model.mixture(row, &mut scratch), mixture.as_slice().unwrap());
        }
    }

    #[test]
    fn a_text_without_a_known_term_has_the_shares() {
        let model = fit(3, &counts()).unwrap();
        let mut strange = TermMatrix::new(20);
        strange.push_row([]);
        strange.push_row([(8, 2.0), (19, 1.0)]);
        for mixture in predicted(&model, strange).rows() {
            assert_eq!(mixture.as_slice().unwrap(), model.learned().shares);
        }
    }

    #[test]
    fn threads_leave_no_trace() {
        let run = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| fit(4, &counts()).unwrap().into_learned())
        };
        assert_eq!(run(1), run(3));
    }

    #[test]
    fn fewer_topics_come_where_texts_are_alike_or_few() {
        let alike = TermMatrix::from_dense(array![[1.0_f32, 2.0], [1.0, 2.0], [1.0, 2.0]].view());
        assert_eq!(fit(3, &alike).unwrap().n_topics(), 1);
        let one = TermMatrix::from_dense(array![[3.0_f32, 0.0, 1.0]].view());
        let model = fit(10, &one).unwrap();
        assert_eq!((model.n_topics(), &model.learned().shares[..]), (1, &[1.0_f32][..]));
        assert!(fit(50, &counts()).unwrap().n_topics() <= 8);
    }

    #[test]
    fn empty_texts_among_others_are_no_trouble() {
        let with = TermMatrix::from_dense(array![[1.0_f32, 0.0], [0.0, 0.0], [0.0, 2.0]].view());
        let model = fit(2, &with).unwrap();
        assert_eq!(model.learned().mixtures.row(1).to_vec(), model.learned().shares);
    }

    #[test]
    fn what_cannot_be_learned_from_is_refused() {
        assert_eq!(fit(0, &counts()).unwrap_err().kind(), crate::error::ErrorKind::Settings);
        assert_eq!(fit(2, &TermMatrix::new(5)).unwrap_err().kind(), crate::error::ErrorKind::Empty);
        let data = DatasetBase::new(counts(), ());
        assert!(NmfParams::new(2).tolerance(f64::NAN).fit(&data).is_err());
        assert!(NmfParams::new(2).max_iterations(0).fit(&data).is_err());
        let half = TermMatrix::from_dense(array![[0.5_f32, 1.0]].view());
        assert_eq!(fit(1, &half).unwrap_err().kind(), crate::error::ErrorKind::Data);
    }

    #[test]
    fn who_watches_is_told_of_each_iteration() {
        let last = AtomicUsize::new(0);
        let params = NmfParams::new(3).check().unwrap();
        let model = params.fit_watched(&counts(), &|n| last.store(n, Ordering::Relaxed)).unwrap();
        assert_eq!(last.into_inner(), model.learned().n_iterations);
    }

    #[test]
    fn what_was_learned_makes_the_same_model_and_damage_is_refused() {
        let model = fit(3, &counts()).unwrap();
        let again = NmfModel::from_learned(model.learned().clone()).unwrap();
        assert_eq!(predicted(&again, counts()), predicted(&model, counts()));
        let damage = |change: &dyn Fn(&mut NmfLearned)| {
            let mut learned = model.learned().clone();
            change(&mut learned);
            NmfModel::from_learned(learned).is_err()
        };
        assert!(damage(&|learned| learned.parts[[0, 0]] = f32::NAN));
        assert!(damage(&|learned| learned.weights[[1, 1]] = -1.0));
        assert!(damage(&|learned| learned.idf.truncate(3)));
    }
}
