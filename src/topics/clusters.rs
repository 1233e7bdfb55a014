//! Topics as clusters of document vectors.
//!
//! Enters: counts of terms in documents. Leaves: a [`ClustersModel`]: topics as weights of terms, and of each document, old or
//! new, how much is about which topic. The way is that of Grootendorst's BERTopic (2022): document vectors, clusters of them,
//! words of clusters; but vectors are learned from the documents themselves (`super::vectors`), and no document is left out.
//! What is not done: nothing is read that was learned elsewhere; words of a topic are not ranked again afterwards.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array2, Axis};

use super::class_tfidf::class_weights;
use super::clusters_model::ClustersModel;
use super::membership::{likeliest, mixtures, of_clusters, sharpness};
use super::partition::{Clustering, Partition, part};
use super::vectors::{document_vectors, term_vectors};
use super::weighting::Weighting;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;

/// Checked settings of topics by clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct ClustersValidParams {
    n_topics: usize,
    n_dimensions: usize,
    clustering: Clustering,
    seed: u64,
}

/// Settings of topics by clusters.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::ClustersParams;
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
/// let counts = array![[2.0_f32, 1.0, 0.0, 0.0], [1.0, 3.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 2.0, 1.0]];
/// let data = DatasetBase::new(TermMatrix::from_dense(counts.view()), ());
/// let model = ClustersParams::new(2).fit(&data)?;
/// let mixtures = model.predict(&data);
/// assert_eq!(mixtures.dim(), (4, 2));
/// assert!((mixtures[[0, 0]] > 0.5) == (mixtures[[1, 0]] > 0.5) && (mixtures[[0, 0]] > 0.5) != (mixtures[[2, 0]] > 0.5));
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClustersParams(ClustersValidParams);

impl ClustersParams {
    /// So many topics, vectors of 100 dimensions, by k-means, seed 42. (64 dimensions gave topics about as good.)
    pub fn new(n_topics: usize) -> Self {
        ClustersParams(ClustersValidParams {
            n_topics,
            n_dimensions: 100,
            clustering: Clustering::default(),
            seed: 42,
        })
    }

    /// Dimensions of the vectors, above 0; there are never more than the documents have.
    pub fn n_dimensions(mut self, n_dimensions: usize) -> Self {
        self.0.n_dimensions = n_dimensions;
        self
    }

    /// How documents are parted.
    pub fn clustering(mut self, clustering: Clustering) -> Self {
        self.0.clustering = clustering;
        self
    }

    /// The seed of all draws.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for ClustersParams {
    type Checked = ClustersValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&ClustersValidParams> {
        for (name, value) in [("topics", self.0.n_topics), ("dimensions", self.0.n_dimensions)] {
            if value == 0 {
                return Err(Error::settings(format!("0 {name}: wanted is 1 or more")));
            }
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<ClustersValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl Fit<TermMatrix, (), Error> for ClustersValidParams {
    type Object = ClustersModel;

    fn fit(&self, dataset: &DatasetBase<TermMatrix, ()>) -> Result<ClustersModel> {
        self.fit_watched(dataset.records(), &|_| ())
    }
}

impl ClustersValidParams {
    /// The steps that `fit_watched` tells of.
    pub const STEPS: usize = 4;

    /// Fits, and tells after each of [`ClustersValidParams::STEPS`] steps how many are done: vectors of terms, vectors of
    /// documents, clusters, words.
    ///
    /// There are fewer topics than asked for where there are fewer documents that differ: a single one where all are alike.
    ///
    /// # Errors
    /// Data where a count is not a whole number from 0 on; Empty where no document has a term; Settings where Gaussian mixtures
    /// do not settle.
    pub fn fit_watched(
        &self,
        counts: &TermMatrix,
        watch: &(dyn Fn(usize) + Sync),
    ) -> Result<ClustersModel> {
        let weighting = Weighting::learn(counts)?;
        let term_vectors = term_vectors(counts, self.n_dimensions, self.seed)?;
        watch(1);
        let points = document_vectors(counts, &weighting, &term_vectors);
        watch(2);
        let placed: Vec<usize> = (0..points.nrows())
            .filter(|&row| points.row(row).iter().any(|&value| value != 0.0))
            .collect();
        let Partition { clusters, centres } = match placed.len() {
            0 => Partition { clusters: Vec::new(), centres: Array2::zeros((1, points.ncols())) },
            _ => part(&points.select(Axis(0), &placed), self.n_topics, self.clustering, self.seed)?,
        };
        watch(3);
        let mut learned =
            Learned { counts, weighting, term_vectors, points, placed, clusters, centres };
        learned.settle();
        let model = learned.model();
        watch(4);
        Ok(model)
    }
}

/// What has been learned before words are.
struct Learned<'a> {
    counts: &'a TermMatrix,
    weighting: Weighting,
    term_vectors: Array2<f32>,
    points: Array2<f32>,
    /// The documents that have a vector.
    placed: Vec<usize>,
    /// Of documents: at first of those that have a vector, then of all.
    clusters: Vec<usize>,
    centres: Array2<f32>,
}

impl Learned<'_> {
    /// Gives documents without a vector to the cluster of most documents, so that their words count somewhere.
    fn settle(&mut self) {
        let mut sizes = vec![0_usize; self.centres.nrows()];
        self.clusters.iter().for_each(|&cluster| sizes[cluster] += 1);
        let largest =
            (0..sizes.len()).max_by_key(|&cluster| (sizes[cluster], std::cmp::Reverse(cluster)));
        let mut of_all = vec![largest.unwrap_or(0); self.counts.n_rows()];
        for (&row, &cluster) in self.placed.iter().zip(&self.clusters) {
            of_all[row] = cluster;
        }
        self.clusters = of_all;
    }

    fn model(self) -> ClustersModel {
        let Learned { counts, weighting, term_vectors, points, placed, clusters, centres } = self;
        let k = centres.nrows();
        let start = of_clusters(counts, &clusters, k);
        let sharpness = sharpness(counts, &weighting, &term_vectors, &centres, &start);
        let mut mixtures = mixtures(&points, &centres, sharpness);
        let shares = mean_of(&mixtures, &placed);
        let probabilities = likeliest(counts, &mixtures, start);
        let weights = class_weights(counts, &clusters, k);
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
        let shares: Vec<f32> = order.iter().map(|&topic| shares[topic]).collect();
        mixtures = mixtures.select(Axis(1), &order).as_standard_layout().into_owned();
        for (row, mut mixture) in mixtures.rows_mut().into_iter().enumerate() {
            if placed.binary_search(&row).is_err() {
                mixture.iter_mut().zip(&shares).for_each(|(to, share)| *to = *share);
            }
        }
        ClustersModel {
            weights: weights.select(Axis(0), &order),
            probabilities: probabilities
                .t()
                .select(Axis(0), &order)
                .as_standard_layout()
                .into_owned(),
            mixtures,
            shares,
            centres: centres.select(Axis(0), &order),
            term_vectors,
            weighting,
            sharpness,
        }
    }
}

/// The mean of some rows; equal shares where there are none.
fn mean_of(mixtures: &Array2<f32>, rows: &[usize]) -> Vec<f32> {
    let mut sums = vec![0.0_f64; mixtures.ncols()];
    for &row in rows {
        sums.iter_mut().zip(mixtures.row(row)).for_each(|(sum, &share)| *sum += f64::from(share));
    }
    let total: f64 = sums.iter().sum();
    let even = 1.0 / sums.len() as f64;
    sums.into_iter().map(|sum| if total > 0.0 { sum / total } else { even } as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::math::Generator;
    use crate::topics::ClustersScratch;
    use linfa::traits::Predict;

    /// Documents of eight words drawn from one of four topics of ten terms, and now and then from another.
    fn counts(n_rows: usize) -> TermMatrix {
        let mut generator = Generator::new(11);
        let mut counts = TermMatrix::new(41);
        for row in 0..n_rows {
            let mut words = [0.0_f32; 41];
            for _ in 0..8 {
                let topic = if generator.below(8) == 0 { generator.below(4) } else { row % 4 };
                words[topic * 10 + generator.below(10)] += 1.0;
            }
            let present = (0..41).filter(|&term| words[term] > 0.0);
            counts.push_row(present.map(|term| (term as u32, words[term])).collect::<Vec<_>>());
        }
        counts
    }

    fn fit(counts: &TermMatrix, params: ClustersParams) -> Result<ClustersModel> {
        params.check()?.fit_watched(counts, &|_| ())
    }

    #[test]
    fn topics_that_were_laid_in_are_found() {
        let counts = counts(400);
        for clustering in [Clustering::KMeans, Clustering::GaussianMixture] {
            let model = fit(&counts, ClustersParams::new(4).clustering(clustering)).unwrap();
            for topic in 0..4 {
                let mut terms: Vec<usize> = (0..41).collect();
                terms.sort_by(|&a, &b| {
                    model.weights[[topic, b]].total_cmp(&model.weights[[topic, a]])
                });
                assert!(
                    terms[..10].iter().all(|term| term / 10 == terms[0] / 10),
                    "{clustering:?}: {terms:?}"
                );
            }
        }
    }

    #[test]
    fn all_that_adds_up_to_one_does_and_topics_fall_by_share() {
        let model = fit(&counts(200), ClustersParams::new(6)).unwrap();
        for matrix in [&model.weights, &model.probabilities, &model.mixtures] {
            for row in matrix.rows() {
                assert!((row.sum() - 1.0).abs() < 1e-4 && row.iter().all(|&value| value >= 0.0));
            }
        }
        assert!((model.shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(model.shares.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn a_document_alone_has_the_mixture_it_had_in_the_fit_and_an_unknown_one_the_shares() {
        let counts = counts(100);
        let model = fit(&counts, ClustersParams::new(4)).unwrap();
        let predicted = model.predict(&DatasetBase::new(counts.clone(), ()));
        assert_eq!(predicted, model.mixtures);
        let mut scratch = ClustersScratch::default();
        assert_eq!(model.mixture(counts.row(42), &mut scratch), model.mixtures.row(42).to_vec());
        let mut unknown = TermMatrix::new(60);
        unknown.push_row([(40, 1.0), (59, 3.0)]);
        assert_eq!(model.mixture(unknown.row(0), &mut scratch), model.shares);
    }

    #[test]
    fn threads_leave_no_trace() {
        let counts = counts(300);
        let run = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let model = pool.install(|| fit(&counts, ClustersParams::new(5)).unwrap());
            (model.weights, model.probabilities, model.mixtures, model.centres)
        };
        assert_eq!(run(1), run(3));
    }

    #[test]
    fn fewer_topics_come_of_few_or_equal_documents() {
        let mut alike = TermMatrix::new(3);
        (0..5).for_each(|_| alike.push_row([(0, 1.0), (2, 2.0)]));
        for n_rows in [1, 5] {
            let mut some = TermMatrix::new(3);
            alike.rows().take(n_rows).for_each(|row| some.push_row(row.iter()));
            let model = fit(&some, ClustersParams::new(3)).unwrap();
            assert_eq!((model.n_topics(), model.shares[0]), (1, 1.0));
            assert_eq!(model.mixtures, Array2::<f32>::ones((n_rows, 1)));
        }
        for clustering in [Clustering::KMeans, Clustering::Dbscan] {
            let model = fit(&counts(6), ClustersParams::new(50).clustering(clustering)).unwrap();
            assert!((1..=6).contains(&model.n_topics()));
        }
    }

    #[test]
    fn wrong_settings_and_counts_are_refused() {
        let kind = |counts: &TermMatrix, params| fit(counts, params).unwrap_err().kind();
        assert_eq!(kind(&counts(9), ClustersParams::new(0)), ErrorKind::Settings);
        assert_eq!(kind(&counts(9), ClustersParams::new(2).n_dimensions(0)), ErrorKind::Settings);
        assert_eq!(kind(&TermMatrix::new(4), ClustersParams::new(2)), ErrorKind::Empty);
        let mut broken = TermMatrix::new(4);
        broken.push_row([(1, -0.5)]);
        assert_eq!(kind(&broken, ClustersParams::new(2)), ErrorKind::Data);
    }
}
