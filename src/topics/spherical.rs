//! Spherical k-means: centres on the unit sphere (Dhillon and Modha 2001).
//!
//! Enters: points of length 1, shape (n, d). Leaves: centres of length 1, shape (k, d), for which
//!
//! ```text
//! sum over points x of max over centres c of x . c
//! ```
//!
//! is at a (local) maximum. Two steps: [`starts`] draws centres far from one another, [`refine`] moves centres until no point
//! changes. In between, or instead, another learner may move them. The same bits on any machine and any number of threads:
//! points are taken in parallel, sums over them by one thread in their order.

use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;

use super::vectors::normalise;
use crate::cpu::wide;
use crate::math::Generator;

/// Points that a thread takes at a time.
const ROWS: usize = 128;

/// Numbers added side by side.
const LANES: usize = 16;

/// Below this, cosines differ from 1 by rounding alone.
const SAME: f32 = 1e-5;

/// Up to `k` points to start from, by k-means++ (Arthur and Vassilvitskii 2007): each is drawn in proportion to how far it is
/// from those before, by 1 - cosine. Fewer where there are fewer different points. There must be one point. Cost: n k d.
pub(super) fn starts(points: &Array2<f32>, k: usize, generator: &mut Generator) -> Array2<f32> {
    let mut chosen = vec![generator.below(points.nrows())];
    let mut distances = distances(points, points.row(chosen[0]), None);
    while chosen.len() < k {
        let Some(point) = drawn(&distances, generator) else { break };
        chosen.push(point);
        distances = self::distances(points, points.row(point), Some(&distances));
    }
    points.select(ndarray::Axis(0), &chosen)
}

/// 1 - cosine of each point with `centre`, or what it was before where that is less.
fn distances(
    points: &Array2<f32>,
    centre: ArrayView1<'_, f32>,
    before: Option<&[f32]>,
) -> Vec<f32> {
    let (all, centre) = (flat(points), centre.to_vec());
    let mut distances = vec![0.0; points.nrows()];
    distances.par_chunks_mut(ROWS).enumerate().for_each(|(block, out)| {
        wide(|| {
            for (row, out) in out.iter_mut().enumerate() {
                let point = block * ROWS + row;
                let distance = 1.0 - dot(&all[point * centre.len()..][..centre.len()], &centre);
                let distance = if distance < SAME { 0.0 } else { distance };
                *out = before.map_or(distance, |before| distance.min(before[point]));
            }
        });
    });
    distances
}

fn total(distances: &[f32]) -> f64 {
    distances.iter().map(|&distance| f64::from(distance)).sum()
}

/// A point drawn in proportion to its distance; none where all are at a centre.
fn drawn(distances: &[f32], generator: &mut Generator) -> Option<usize> {
    let share = (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut left = share * total(distances);
    let mut last = None;
    for (point, &distance) in distances.iter().enumerate().filter(|(_, distance)| **distance > 0.0)
    {
        last = Some(point);
        left -= f64::from(distance);
        if left < 0.0 {
            break;
        }
    }
    last
}

/// The nearest centre of each point, the first of several, and its cosine.
pub(super) fn assign(points: &Array2<f32>, centres: &Array2<f32>) -> Vec<(usize, f32)> {
    let (all, centres, d) = (flat(points), flat(centres), points.ncols());
    let mut nearest = vec![(0, f32::NEG_INFINITY); points.nrows()];
    nearest.par_chunks_mut(ROWS).enumerate().for_each(|(block, out)| {
        wide(|| {
            for (row, best) in out.iter_mut().enumerate() {
                let point = &all[(block * ROWS + row) * d..][..d];
                for (index, centre) in centres.chunks_exact(d.max(1)).enumerate() {
                    let cosine = dot(point, centre);
                    if cosine > best.1 {
                        *best = (index, cosine);
                    }
                }
            }
        });
    });
    nearest
}

/// Moves the centres until no point changes its centre, `most` times at most; gives the centre of each point. A centre without
/// points goes to the point that is farthest from its own.
pub(super) fn refine(points: &Array2<f32>, centres: &mut Array2<f32>, most: usize) -> Vec<usize> {
    let mut nearest = assign(points, centres);
    for _ in 0..most {
        *centres = means(points, &mut nearest, centres.nrows());
        let now = assign(points, centres);
        let moved = now.iter().zip(&nearest).any(|(now, before)| now.0 != before.0);
        nearest = now;
        if !moved {
            break;
        }
    }
    nearest.into_iter().map(|(centre, _)| centre).collect()
}

/// The mean direction of the points of each centre.
fn means(points: &Array2<f32>, nearest: &mut [(usize, f32)], k: usize) -> Array2<f32> {
    let mut sizes = vec![0_usize; k];
    nearest.iter().for_each(|(centre, _)| sizes[*centre] += 1);
    for empty in (0..k).filter(|&centre| sizes[centre] == 0).collect::<Vec<_>>() {
        let movable = (0..nearest.len()).filter(|&point| sizes[nearest[point].0] > 1);
        let Some(farthest) = movable.min_by(|&a, &b| nearest[a].1.total_cmp(&nearest[b].1)) else {
            break;
        };
        sizes[nearest[farthest].0] -= 1;
        nearest[farthest] = (empty, 1.0);
        sizes[empty] = 1;
    }
    let mut means = Array2::<f32>::zeros((k, points.ncols()));
    for (point, (centre, _)) in points.rows().into_iter().zip(nearest.iter()) {
        means.row_mut(*centre).iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
    }
    means
        .rows_mut()
        .into_iter()
        .for_each(|mut row| normalise(row.as_slice_mut().expect("made by rows")));
    means
}

/// The product of two vectors of one length.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let whole = a.len() / LANES * LANES;
    for (a, b) in a[..whole].chunks_exact(LANES).zip(b[..whole].chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let mut sum = 0.0;
    for lane in sums {
        sum += lane;
    }
    for (a, b) in a[whole..].iter().zip(&b[whole..]) {
        sum += a * b;
    }
    sum
}

fn flat(matrix: &Array2<f32>) -> &[f32] {
    matrix.as_slice().expect("made by rows")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// Points around three axes.
    fn points() -> Array2<f32> {
        let mut generator = Generator::new(2);
        let mut points = Array2::from_shape_fn((90, 20), |(point, dimension)| {
            let near = if dimension == point % 3 { 4.0 } else { 0.0 };
            near + generator.below(1_000) as f32 / 1_000.0
        });
        points.rows_mut().into_iter().for_each(|mut row| normalise(row.as_slice_mut().unwrap()));
        points
    }

    #[test]
    fn starts_lie_apart_and_refined_centres_are_the_means_of_their_points() {
        let points = points();
        let mut centres = starts(&points, 3, &mut Generator::new(1));
        let clusters = refine(&points, &mut centres, 50);
        (0..90).for_each(|point| assert_eq!(clusters[point], clusters[point % 3]));
        let of_first: Array2<f32> =
            points.select(ndarray::Axis(0), &(0..90).step_by(3).collect::<Vec<_>>());
        let mut mean = of_first.sum_axis(ndarray::Axis(0)).to_vec();
        normalise(&mut mean);
        let centre = centres.row(clusters[0]);
        assert!(centre.iter().zip(&mean).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn the_nearest_centre_is_that_of_plain_products() {
        let points = points();
        let centres = points.slice(ndarray::s![..7, ..]).to_owned();
        for (point, (centre, cosine)) in assign(&points, &centres).into_iter().enumerate() {
            let cosines = centres.dot(&points.row(point));
            assert!((cosines[centre] - cosine).abs() < 1e-5);
            assert!(cosines.iter().all(|&other| other < cosine + 1e-5));
        }
    }

    #[test]
    fn there_are_no_more_starts_than_different_points_and_no_empty_centre() {
        let twins = array![[1.0_f32, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]];
        assert_eq!(starts(&twins, 4, &mut Generator::new(1)).nrows(), 2);
        let mut centres = array![[1.0_f32, 0.0], [1.0, 0.0]];
        let clusters = refine(&twins, &mut centres, 5);
        assert!(clusters[0] != clusters[1]);
    }
}
