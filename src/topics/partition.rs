//! Documents parted into clusters by the learners of `linfa-clustering`.
//!
//! Enters: points of length 1, one a document. Leaves: the cluster of each, all of them somewhere, and the clusters' centres, of
//! length 1.
//!
//! What linfa 0.8.1 is not asked for: its k-means|| draws by thread, so that its centres hang on the number of threads, and its
//! k-means++ goes over all centres again for each new one (n k^2 d); centres to start from therefore come from
//! `super::spherical` and `super::merging`. Its k-means counts old centres among the points and leaves the sphere, so the last
//! steps are ours, too. Its Gaussian mixtures have full covariances only, take exponentials without guarding them from underflow,
//! and go on from where they are instead of starting anew (`n_runs`): they get few dimensions and one run. Its DBSCAN asks for a
//! distance and not for a number of clusters, and takes n^2 time in many dimensions.

use linfa::DatasetBase;
use linfa::ParamGuard;
use linfa::traits::{Fit, Transformer};
use linfa_clustering::{Dbscan, GaussianMixtureModel, KMeans, KMeansInit};
use ndarray::{Array2, Axis, s};
use serde::{Deserialize, Serialize};

use super::merging::merged;
use super::spherical::{assign, refine, starts};
use super::vectors::normalise;
use crate::error::{Error, Result};
use crate::math::Generator;

/// How documents are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clustering {
    /// k-means on the sphere: the default, for it takes the number of topics as it is given and leaves no document out.
    #[default]
    KMeans,
    /// Gaussian mixtures with full covariances, in the first 16 dimensions: clusters may be long and thin.
    GaussianMixture,
    /// Dense regions, in the first 16 dimensions, of at most 4,000 of the documents; all others go to the nearest.
    /// May find fewer clusters than asked for.
    Dbscan,
}

/// Small clusters for each that is wanted, how many there are at most, and how many points one has in the mean at least.
const SMALL_PER_TOPIC: usize = 8;
const MOST_SMALL: usize = 300;
const LEAST_POINTS: usize = 4;

/// Passes that settle small clusters, passes of linfa's k-means, and the most that refine it.
const ROUGH: usize = 5;
const PASSES: u64 = 8;
const REFINED: usize = 100;

/// Dimensions for learners that many dimensions overtax.
const FEW: usize = 16;

/// Added to variances, so that clusters of a few points keep some.
const VARIANCE: f64 = 1e-4;

/// Documents among which dense regions are looked for, and how many make one.
const MOST_POINTS: usize = 4_000;
const DENSE: usize = 5;

/// Shares of the points that are to have so many near; each gives a distance that is tried.
const DENSITIES: [f64; 7] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

/// Points in clusters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Partition {
    /// Of each point, below the number of centres.
    pub(super) clusters: Vec<usize>,
    /// Of length 1, shape (clusters, dimensions); each has a point at least.
    pub(super) centres: Array2<f32>,
}

/// Parts points, at least one, into up to `k` clusters.
pub(super) fn part(
    points: &Array2<f32>,
    k: usize,
    clustering: Clustering,
    seed: u64,
) -> Result<Partition> {
    match clustering {
        Clustering::KMeans => by_means(points, k, seed),
        Clustering::GaussianMixture => by_gaussians(points, k, seed),
        Clustering::Dbscan => Ok(by_density(points, k)),
    }
}

/// linfa's k-means from merged clusters; the last steps on the sphere.
fn by_means(points: &Array2<f32>, k: usize, seed: u64) -> Result<Partition> {
    let mut generator = Generator::new(seed);
    let start = merged_start(points, k, &mut generator);
    let model = KMeans::params_with_rng(start.nrows(), generator)
        .init_method(KMeansInit::Precomputed(start))
        .n_runs(1)
        .max_n_iterations(PASSES)
        .fit(&DatasetBase::from(points.view()))
        .map_err(|error| Error::settings(format!("linfa's k-means: {error}")))?;
    let mut centres = model.centroids().clone();
    normalise_rows(&mut centres);
    let clusters = refine(points, &mut centres, REFINED);
    Ok(gathered(points, clusters.into_iter().map(Some).collect()))
}

/// Centres of small clusters, merged into `k`. Over four seeds k-means from here (4 to 12 small clusters a topic) gave 20 topics
/// of more NPMI than from the best of four draws (bbc .495 to .504 against .475, newsgroups .456 to .464 against .447), and
/// seeds made less difference.
fn merged_start(points: &Array2<f32>, k: usize, generator: &mut Generator) -> Array2<f32> {
    let n_small = (SMALL_PER_TOPIC * k).min(MOST_SMALL).min(points.nrows() / LEAST_POINTS).max(k);
    let mut centres = starts(points, n_small, generator);
    let clusters = refine(points, &mut centres, ROUGH);
    merged(points, &clusters, k)
}

/// The likeliest of linfa's Gaussians.
fn by_gaussians(points: &Array2<f32>, k: usize, seed: u64) -> Result<Partition> {
    let mut generator = Generator::new(seed);
    // As many as there are different points: linfa would divide by an empty cluster.
    let k = starts(points, k, &mut generator).nrows();
    let few = first_dimensions(points).mapv(f64::from);
    let data = DatasetBase::from(few.view());
    let model = GaussianMixtureModel::params_with_rng(k, generator)
        .n_runs(1)
        .reg_covariance(VARIANCE)
        .tolerance(1e-2)
        .fit(&data)
        .map_err(|error| {
            Error::settings(format!("linfa's Gaussian mixtures: {error}; k-means always settles"))
        })?;
    let likeliest = |row: ndarray::ArrayView1<'_, f64>| {
        let known = row.iter().enumerate().filter(|(_, share)| share.is_finite());
        known.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0))).map(|(cluster, _)| cluster)
    };
    Ok(gathered(points, model.predict_proba(&few).rows().into_iter().map(likeliest).collect()))
}

/// linfa's dense regions, at the density that gives nearest to `k` of them, and then leaves out fewest points; of more the
/// largest `k`.
fn by_density(points: &Array2<f32>, k: usize) -> Partition {
    let step = points.nrows().div_ceil(MOST_POINTS).max(1);
    let few = first_dimensions(points).slice(s![..; step, ..]).mapv(f64::from);
    let n_regions =
        |found: &Vec<Option<usize>>| found.iter().flatten().max().map_or(0, |most| most + 1);
    let tried = reaches(&few).into_iter().filter_map(|reach| {
        let params = Dbscan::params(DENSE).tolerance(reach).check().ok()?;
        Some(params.transform(&few).to_vec())
    });
    let n_left_out =
        |found: &Vec<Option<usize>>| found.iter().filter(|region| region.is_none()).count();
    let found = tried
        .min_by_key(|found| (n_regions(found).abs_diff(k), n_left_out(found)))
        .unwrap_or_default();
    let mut sizes: Vec<(usize, usize)> = (0..n_regions(&found)).map(|region| (0, region)).collect();
    found.iter().flatten().for_each(|&region| sizes[region].0 += 1);
    sizes.sort_by_key(|&(size, region)| (std::cmp::Reverse(size), region));
    sizes.truncate(k);
    let kept = |region: usize| sizes.iter().position(|&(_, other)| other == region);
    let mut clusters = vec![None; points.nrows()];
    for (place, region) in found.into_iter().enumerate() {
        clusters[place * step] = region.and_then(kept);
    }
    gathered(points, clusters)
}

/// Distances within which the given shares of the points have [`DENSE`] points, themselves among them.
fn reaches(points: &Array2<f64>) -> Vec<f64> {
    let n = points.nrows();
    // Some hundred points tell well enough.
    let mut distances: Vec<f64> = (0..n)
        .step_by(n.div_ceil(500).max(1))
        .filter_map(|place| {
            let from = points.row(place);
            let square = |to: ndarray::ArrayView1<'_, f64>| {
                from.iter().zip(to).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
            };
            let mut squares: Vec<f64> = points.rows().into_iter().map(square).collect();
            squares.sort_by(f64::total_cmp);
            squares.get(DENSE - 1).map(|square| square.sqrt())
        })
        .collect();
    distances.sort_by(f64::total_cmp);
    let at = |share: f64| distances.get((share * distances.len() as f64) as usize).copied();
    // A little more than the distance itself; not 0, which linfa refuses.
    DENSITIES.into_iter().filter_map(at).map(|distance| distance * (1.0 + 1e-9) + 1e-9).collect()
}

/// The first dimensions, which hold most, each row again of length 1.
fn first_dimensions(points: &Array2<f32>) -> Array2<f32> {
    let mut few = points.slice(s![.., ..points.ncols().min(FEW)]).as_standard_layout().into_owned();
    normalise_rows(&mut few);
    few
}

fn normalise_rows(rows: &mut Array2<f32>) {
    rows.axis_iter_mut(Axis(0))
        .for_each(|mut row| normalise(row.as_slice_mut().expect("made by rows")));
}

/// Centres of the clusters that have points, numbered anew in their order; points without one go to the nearest.
fn gathered(points: &Array2<f32>, clusters: Vec<Option<usize>>) -> Partition {
    let mut numbers: Vec<usize> = clusters.iter().flatten().copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let number = |cluster: usize| numbers.binary_search(&cluster).expect("gathered just now");
    // Without any cluster all points are one.
    let mut centres = Array2::<f32>::zeros((numbers.len().max(1), points.ncols()));
    for (point, cluster) in points.rows().into_iter().zip(&clusters) {
        let to = cluster.map_or(numbers.is_empty().then_some(0), |cluster| Some(number(cluster)));
        if let Some(to) = to {
            centres.row_mut(to).iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
        }
    }
    normalise_rows(&mut centres);
    let nearest = assign(points, &centres);
    let settled = clusters
        .into_iter()
        .zip(nearest)
        .map(|(cluster, (nearest, _))| cluster.map_or(nearest, number));
    Partition { clusters: settled.collect(), centres }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` points around five axes of 24 dimensions, unequally many.
    fn points(n: usize) -> Array2<f32> {
        let mut generator = Generator::new(6);
        let mut points = Array2::from_shape_fn((n, 24), |(point, dimension)| {
            let near = if dimension == point % 7 % 5 { 5.0 } else { 0.0 };
            near + generator.below(1_000) as f32 / 1_000.0
        });
        normalise_rows(&mut points);
        points
    }

    const ALL: [Clustering; 3] =
        [Clustering::KMeans, Clustering::GaussianMixture, Clustering::Dbscan];

    #[test]
    fn each_learner_finds_what_is_plain_to_see() {
        let points = points(350);
        for clustering in ALL {
            let found = part(&points, 5, clustering, 1).unwrap();
            assert_eq!(found.centres.nrows(), 5, "{clustering:?}");
            let alike = |point: usize| found.clusters[point] == found.clusters[point % 7 % 5];
            let n_alike = (0..350).filter(|&point| alike(point)).count();
            assert!(n_alike > 340, "{clustering:?}: {n_alike}");
        }
    }

    #[test]
    fn one_point_or_many_alike_are_one_cluster_and_each_cluster_has_a_point() {
        for clustering in ALL {
            for n in [1, 2, 9] {
                let alike = Array2::from_shape_fn(
                    (n, 3),
                    |(_, dimension)| if dimension == 1 { 1.0 } else { 0.0 },
                );
                assert_eq!(
                    part(&alike, 4, clustering, 1).unwrap().centres.nrows(),
                    1,
                    "{clustering:?} of {n}"
                );
            }
            if let Ok(found) = part(&points(6), 50, clustering, 1) {
                (0..found.centres.nrows())
                    .for_each(|cluster| assert!(found.clusters.contains(&cluster)));
            }
        }
    }

    #[test]
    fn threads_leave_no_trace() {
        let points = points(500);
        for clustering in ALL {
            let run = |n_threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
                pool.install(|| part(&points, 6, clustering, 3).unwrap())
            };
            assert_eq!(run(1), run(3), "{clustering:?}");
        }
    }
}
