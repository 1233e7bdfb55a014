//! Many small clusters merged into few.
//!
//! Enters: points of length 1 and which small cluster each is in. Leaves: up to `k` centres of length 1. Again and again the two
//! clusters a, b are merged for which the sum of squares within clusters grows least (Ward 1963):
//!
//! ```text
//! cost(a, b) = n_a n_b / (n_a + n_b) |m_a - m_b|^2        n sizes, m means
//! ```
//!
//! As the start of k-means this depends less on what was drawn than drawn centres do, and ended nearer to the points, too (as
//! BERTopic reduces its topics, but before the last steps). Cost: m^3 / 3 comparisons for m small clusters, m^2 d products.

use ndarray::{Array2, ArrayView1};

use super::vectors::normalise;

/// The centres of `k` merged clusters, or of as many as there are.
pub(super) fn merged(points: &Array2<f32>, clusters: &[usize], k: usize) -> Array2<f32> {
    let mut groups = Groups::new(points, clusters);
    while groups.means.len() > k.max(1) {
        groups.merge();
    }
    let mut centres = Array2::zeros((groups.means.len(), points.ncols()));
    for (mut centre, (_, mean)) in centres.rows_mut().into_iter().zip(&groups.means) {
        centre.iter_mut().zip(mean).for_each(|(to, &value)| *to = value as f32);
        normalise(centre.as_slice_mut().expect("made by rows"));
    }
    centres
}

/// Clusters that are left.
struct Groups {
    /// Sizes and means.
    means: Vec<(f64, Vec<f64>)>,
    /// Of each group the costs of merging it with those before it.
    costs: Vec<Vec<f64>>,
}

impl Groups {
    fn new(points: &Array2<f32>, clusters: &[usize]) -> Self {
        let n_clusters = clusters.iter().max().map_or(0, |most| most + 1);
        let mut means = vec![(0.0, vec![0.0; points.ncols()]); n_clusters];
        for (point, &cluster) in points.rows().into_iter().zip(clusters) {
            add(&mut means[cluster], point);
        }
        means.retain(|(size, _)| *size > 0.0);
        for (size, mean) in &mut means {
            mean.iter_mut().for_each(|value| *value /= *size);
        }
        let costs = (0..means.len()).map(|a| (0..a).map(|b| cost(&means[a], &means[b])).collect());
        Groups { costs: costs.collect(), means }
    }

    /// Merges the two whose merging costs least, the first of several; there are two at least.
    fn merge(&mut self) {
        let (mut least, mut a, mut b) = (f64::INFINITY, 1, 0);
        for (index, costs) in self.costs.iter().enumerate() {
            for (other, &cost) in costs.iter().enumerate() {
                if cost < least {
                    (least, a, b) = (cost, index, other);
                }
            }
        }
        let (size, mean) = self.means.remove(a);
        self.costs.remove(a);
        for costs in &mut self.costs[a..] {
            costs.remove(a);
        }
        let (kept_size, kept) = &mut self.means[b];
        for (value, other) in kept.iter_mut().zip(mean) {
            *value = (*value * *kept_size + other * size) / (*kept_size + size);
        }
        *kept_size += size;
        for other in 0..self.means.len() {
            if other != b {
                self.costs[other.max(b)][other.min(b)] = cost(&self.means[other], &self.means[b]);
            }
        }
    }
}

fn add(sum: &mut (f64, Vec<f64>), point: ArrayView1<'_, f32>) {
    sum.0 += 1.0;
    sum.1.iter_mut().zip(point).for_each(|(sum, &value)| *sum += f64::from(value));
}

fn cost(a: &(f64, Vec<f64>), b: &(f64, Vec<f64>)) -> f64 {
    let square: f64 = a.1.iter().zip(&b.1).map(|(a, b)| (a - b) * (a - b)).sum();
    square * a.0 * b.0 / (a.0 + b.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn near_clusters_are_merged_and_far_ones_are_not() {
        let points = array![[1.0_f32, 0.0], [0.0, 1.0], [0.6, 0.8], [0.8, 0.6], [0.0, 1.0]];
        let centres = merged(&points, &[0, 1, 2, 3, 4], 3);
        // The two that are the same cost nothing, then the middle two: 1/2 (0.04 + 0.04).
        let root = 0.5_f32.sqrt();
        let expected = array![[1.0, 0.0], [0.0, 1.0], [root, root]];
        assert!((centres - expected).iter().all(|difference| difference.abs() < 1e-6));
    }

    #[test]
    fn sizes_count_and_empty_clusters_do_not() {
        let points = array![[1.0_f32, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
        let centre = merged(&points, &[0, 0, 5, 2], 1);
        assert_eq!(centre.nrows(), 1);
        assert!((centre[[0, 0]] / centre[[0, 1]] - 3.0).abs() < 1e-6);
        assert_eq!(merged(&points, &[0, 0, 5, 2], 9).nrows(), 3);
    }
}
