//! Topics as clusters of document vectors.
//!
//! Enters: counts of terms in documents. Leaves: a [`ClustersModel`]: topics as weights of terms, and of each document, old or
//! new, how much is about which topic. The way is that of Grootendorst's BERTopic (2022): document vectors, clusters of them,
//! words of clusters; but vectors are learned from the documents themselves (`super::vectors`), and no document is left out.
//! What is not done: nothing is read that was learned elsewhere; words of a topic are not ranked again afterwards.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::class_tfidf::class_weights;
use super::membership::{likeliest, mix, mixtures, of_clusters, sharpness};
use super::partition::{Clustering, Partition, part};
use super::vectors::{document_vector, document_vectors, term_vectors};
use super::weighting::Weighting;
use crate::error::{Error, Result};
use crate::matrix::{Row, TermMatrix};

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
/// let data = DatasetBase::from(TermMatrix::from_dense(counts.view()));
/// let model = ClustersParams::new(2).fit(&data)?;
/// let mixtures = model.predict(&data);
/// assert_eq!(mixtures.dim(), (4, 2));
/// assert!((mixtures[[0, 0]] > 0.5) == (mixtures[[1, 0]] > 0.5) && (mixtures[[0, 0]] > 0.5) != (mixtures[[2, 0]] > 0.5));
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ClustersParams(ClustersValidParams);

impl ClustersParams {
    /// So many topics, vectors of 100 dimensions, by k-means, seed 42. (50 to 200 dimensions gave topics as good.)
    pub fn new(n_topics: usize) -> Self {
        ClustersParams(ClustersValidParams { n_topics, n_dimensions: 100, clustering: Clustering::default(), seed: 42 })
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
    pub fn fit_watched(&self, counts: &TermMatrix, watch: &(dyn Fn(usize) + Sync)) -> Result<ClustersModel> {
        let weighting = Weighting::learn(counts)?;
        let term_vectors = term_vectors(counts, self.n_dimensions, self.seed)?;
        watch(1);
        let points = document_vectors(counts, &weighting, &term_vectors);
        watch(2);
        let placed: Vec<usize> = (0..points.nrows()).filter(|&row| points.row(row).iter().any(|&value| value != 0.0)).collect();
        let Partition { clusters, centres } = match placed.len() {
            0 => Partition { clusters: Vec::new(), centres: Array2::zeros((1, points.ncols())) },
            _ => part(&points.select(Axis(0), &placed), self.n_topics, self.clustering, self.seed)?,
        };
        watch(3);
        let mut learned = Learned { counts, weighting, term_vectors, points, placed, clusters, centres };
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
        let largest = (0..sizes.len()).max_by_key(|&cluster| (sizes[cluster], std::cmp::Reverse(cluster)));
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
            probabilities: probabilities.select(Axis(0), &order),
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

/// Topics by clusters; made by [`ClustersParams`].
///
/// Topics are ordered by their share, the largest first.
#[derive(Debug, Clone)]
pub struct ClustersModel {
    /// What names each topic, shape (topics, terms): not negative, rows add up to 1. The top words are those of most weight.
    pub weights: Array2<f32>,
    /// p(term | topic), shape (topics, terms): above 0 for all terms that were met, rows add up to 1.
    pub probabilities: Array2<f32>,
    /// p(topic | document) of the documents learned from, shape (documents, topics); rows add up to 1.
    pub mixtures: Array2<f32>,
    /// The mean of the mixtures; adds up to 1.
    pub shares: Vec<f32>,
    /// Shape (terms, dimensions).
    pub term_vectors: Array2<f32>,
    /// Of length 1, shape (topics, dimensions).
    pub centres: Array2<f32>,
    /// How much a nearer centre is favoured.
    pub sharpness: f64,
    weighting: Weighting,
}

/// Room to work in, used again from document to document.
#[derive(Debug, Clone, Default)]
pub struct ClustersScratch {
    weights: Vec<(u32, f32)>,
    vector: Vec<f32>,
    mixture: Vec<f64>,
}

impl ClustersModel {
    /// How many topics there are.
    pub fn n_topics(&self) -> usize {
        self.shares.len()
    }

    /// The idf of each term, learned from the documents.
    pub fn idf(&self) -> &[f32] {
        self.weighting.idf()
    }

    /// How much of a document is about each topic; adds up to 1. What else is classified makes no difference. A document of no
    /// known term is taken for an average one: [`ClustersModel::shares`].
    pub fn mixture(&self, counts: Row<'_>, scratch: &mut ClustersScratch) -> Vec<f32> {
        let ClustersScratch { weights, vector, mixture } = scratch;
        vector.resize(self.term_vectors.ncols(), 0.0);
        mixture.resize(self.n_topics(), 0.0);
        document_vector(counts, &self.weighting, &self.term_vectors, weights, vector);
        if vector.iter().all(|&value| value == 0.0) {
            return self.shares.clone();
        }
        mix(vector, &self.centres, self.sharpness, mixture);
        mixture.iter().map(|&share| share as f32).collect()
    }
}

impl PredictInplace<TermMatrix, Array2<f32>> for ClustersModel {
    fn predict_inplace(&self, counts: &TermMatrix, mixtures: &mut Array2<f32>) {
        let rows = mixtures.outer_iter_mut().into_par_iter().enumerate();
        rows.for_each_init(ClustersScratch::default, |scratch, (row, mut to)| {
            let mixture = self.mixture(counts.row(row), scratch);
            to.iter_mut().zip(mixture).for_each(|(to, share)| *to = share);
        });
    }

    fn default_target(&self, counts: &TermMatrix) -> Array2<f32> {
        Array2::zeros((counts.n_rows(), self.n_topics()))
    }
}

/// TEMP
#[derive(Debug, Clone)]
pub struct ClustersLearned { pub weights: Array2<f32>, pub probabilities: Array2<f32>, pub mixtures: Array2<f32>, pub shares: Vec<f32>, pub term_vectors: Array2<f32>, pub centres: Array2<f32>, pub sharpness: f64, pub idf: Vec<f32> }
impl ClustersModel { pub fn from_learned(l: ClustersLearned) -> Result<Self> { let ClustersLearned{weights,probabilities,mixtures,shares,term_vectors,centres,sharpness,idf}=l; Ok(ClustersModel{weights,probabilities,mixtures,shares,term_vectors,centres,sharpness,weighting:Weighting::of(idf)}) } }
