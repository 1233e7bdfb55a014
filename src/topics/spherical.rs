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
use crate::math::{self, Generator};

/// Points that a thread takes at a time.
const ROWS: usize = 128;

/// Numbers added side by side.
const LANES: usize = 16;

/// Below this, cosines differ from 1 by rounding alone.
const SAME: f32 = 1e-5;

/// Up to `k` points to start from, by greedy k-means++ (Arthur and Vassilvitskii 2007): each is the best of some that are drawn
/// in proportion to how far they are from those before. Fewer where there are fewer different points. Cost: n k d ln k.
pub(super) fn starts(points: &Array2<f32>, k: usize, generator: &mut Generator) -> Array2<f32> {
    let n_trials = 2 + math::ln(k.max(1) as f64) as usize;
    let mut chosen = vec![generator.below(points.nrows())];
    let mut distances = distances(points, points.row(chosen[0]), None);
    while chosen.len() < k {
        let trials = (0..n_trials).filter_map(|_| drawn(&distances, generator));
        let tried = trials.map(|point| (point, self::distances(points, points.row(point), Some(&distances))));
        let best = tried.min_by(|a, b| total(&a.1).total_cmp(&total(&b.1)));
        let Some((point, left)) = best else { break };
        chosen.push(point);
        distances = left;
    }
    points.select(ndarray::Axis(0), &chosen)
}

/// 1 - cosine of each point with `centre`, or what it was before where that is less.
fn distances(points: &Array2<f32>, centre: ArrayView1<'_, f32>, before: Option<&[f32]>) -> Vec<f32> {
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
    for (point, &distance) in distances.iter().enumerate().filter(|(_, distance)| **distance > 0.0) {
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

/// Moves the centres until no point changes its centre, `most` times at most; gives the centre of each point. A centre without points goes to the
/// point that is farthest from its own.
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
        let Some(farthest) = movable.min_by(|&a, &b| nearest[a].1.total_cmp(&nearest[b].1)) else { break };
        sizes[nearest[farthest].0] -= 1;
        nearest[farthest] = (empty, 1.0);
        sizes[empty] = 1;
    }
    let mut means = Array2::<f32>::zeros((k, points.ncols()));
    for (point, (centre, _)) in points.rows().into_iter().zip(nearest.iter()) {
        means.row_mut(*centre).iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
    }
    means.rows_mut().into_iter().for_each(|mut row| normalise(row.as_slice_mut().expect("made by rows")));
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
