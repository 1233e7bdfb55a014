//! Topics to places on a map: near topics share their words.
//!
//! Enters: term probabilities of shape (topics, terms). Leaves: a place in the plane for each topic. Classical scaling (Torgerson 1952) of
//! the Hellinger distances d_ij^2 = 1 - sum over w of sqrt(p_iw p_jw): with B = -1/2 J D^2 J, J the centring matrix, the
//! coordinates are the two leading eigenvectors of B times the roots of their eigenvalues. A map in two dimensions
//! cannot keep all distances; it says nothing of why topics are near.

use ndarray::ArrayView2;
use rayon::prelude::*;

/// Passes of the power iteration; topics are few, and a map need not be exact to the last digit.
const PASSES: usize = 1_000;

/// The place of each topic, the origin in the middle of all; in units of distance, of at most 1. Cost: topics^2 x terms.
///
/// ```
/// use leitmotif::topics::places::places;
/// use ndarray::array;
/// let places = places(array![[1.0_f32, 0.0, 0.0], [0.9, 0.1, 0.0], [0.0, 0.0, 1.0]].view());
/// let far = |a: usize, b: usize| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1);
/// assert!(far(0, 1) < 0.5 * far(0, 2));
/// ```
pub fn places(probabilities: ArrayView2<'_, f32>) -> Vec<(f64, f64)> {
    let n = probabilities.nrows();
    let roots = probabilities.mapv(|p| f64::from(p).max(0.0).sqrt());
    let row = |i: usize| -> Vec<f64> {
        let distance = |j: usize| {
            let alike: f64 = roots.row(i).iter().zip(roots.row(j)).map(|(a, b)| a * b).sum();
            (1.0 - alike).max(0.0)
        };
        (0..n).map(|j| if i == j { 0.0 } else { distance(j) }).collect()
    };
    let mut centred: Vec<Vec<f64>> = (0..n).into_par_iter().map(row).collect();
    centre(&mut centred);
    let first = leading(&centred, &[]);
    let second = leading(&centred, std::slice::from_ref(&first));
    first.iter().zip(&second).map(|(&x, &y)| (x, y)).collect()
}

/// -1/2 of the squared distances, rows and columns centred.
fn centre(squares: &mut [Vec<f64>]) {
    let n = squares.len().max(1) as f64;
    let means: Vec<f64> = squares.iter().map(|row| row.iter().sum::<f64>() / n).collect();
    let mean = means.iter().sum::<f64>() / n;
    for (row, of_row) in squares.iter_mut().zip(&means) {
        let columns = row.iter_mut().zip(&means);
        columns.for_each(|(value, of_column)| *value = -0.5 * (*value - of_row - of_column + mean));
    }
}

/// The leading eigenvector beside `others`, times the root of its eigenvalue; zeros where there is none above 0. Its greatest
/// entry is positive, so that a map does not turn over.
fn leading(matrix: &[Vec<f64>], others: &[Vec<f64>]) -> Vec<f64> {
    let n = matrix.len();
    // Any start will do that is not orthogonal to what is sought.
    let mut vector: Vec<f64> = (0..n).map(|i| 1.0 / (1.0 + i as f64)).collect();
    let mut value = 0.0;
    for _ in 0..PASSES {
        for other in others {
            let (along, length) = (dot(&vector, other), dot(other, other));
            if length > 0.0 {
                vector.iter_mut().zip(other).for_each(|(v, o)| *v -= along / length * o);
            }
        }
        let length = dot(&vector, &vector).sqrt();
        if length < 1e-12 {
            return vec![0.0; n];
        }
        vector.iter_mut().for_each(|v| *v /= length);
        let next: Vec<f64> = matrix.iter().map(|row| dot(row, &vector)).collect();
        value = dot(&next, &vector);
        vector = next;
    }
    if value <= 1e-12 {
        return vec![0.0; n];
    }
    let length = dot(&vector, &vector).sqrt();
    let greatest =
        vector.iter().fold(0.0_f64, |most, v| if v.abs() > most.abs() { *v } else { most });
    let scale = value.sqrt() / length * greatest.signum();
    vector.iter().map(|v| v * scale).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn distances_in_a_plane_are_kept() {
        // Three topics always lie in a plane.
        let topics = array![[0.7_f32, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]];
        let found = places(topics.view());
        for i in 0..3 {
            for j in 0..3 {
                let alike: f64 =
                    (0..3).map(|w| f64::from(topics[[i, w]] * topics[[j, w]]).sqrt()).sum();
                let distance = (found[i].0 - found[j].0).hypot(found[i].1 - found[j].1);
                assert!((distance - (1.0 - alike).max(0.0).sqrt()).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn one_topic_and_equal_topics_stand_in_the_middle() {
        assert_eq!(places(array![[1.0_f32]].view()), [(0.0, 0.0)]);
        assert_eq!(places(array![[0.5_f32, 0.5], [0.5, 0.5]].view()), [(0.0, 0.0); 2]);
        assert!(places(Array2::<f32>::zeros((0, 3)).view()).is_empty());
    }
}
