//! Where the circles of the map stand.
//!
//! Enters: topics with shares and places in any unit. Leaves: circles in the units of the drawing, about the pixels of a
//! narrow screen. Areas are as shares, distances as between the places; only circles that would cover each other are
//! moved apart, so that each can be seen and pressed.

use crate::report::topics_document::TopicDigest;

/// The drawing's width and height.
pub const SIZE: (f64, f64) = (400.0, 340.0);

/// Kept free along the edges.
const MARGIN: f64 = 6.0;

/// The part of the drawing that all circles together cover; the rest is for their names.
const COVERED: f64 = 0.15;

/// The least and the greatest radius.
const RADII: (f64, f64) = (4.0, 44.0);

/// The least distance between two circles.
const GAP: f64 = 2.0;

/// How often circles are moved apart at most; in practice a few dozen times are enough.
const MOST_ROUNDS: usize = 300;

/// A topic on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Its radius.
    pub radius: f64,
}

/// A circle for each topic, in their order.
pub fn circles(topics: &[TopicDigest]) -> Vec<Circle> {
    let mut circles = fitted(topics, &radii(topics));
    for _ in 0..MOST_ROUNDS {
        if !moved_apart(&mut circles) {
            break;
        }
    }
    circles
}

fn radii(topics: &[TopicDigest]) -> Vec<f64> {
    let shares: Vec<f64> = topics.iter().map(|topic| positive(topic.share)).collect();
    let whole: f64 = shares.iter().sum();
    let area = COVERED * SIZE.0 * SIZE.1 / std::f64::consts::PI;
    let radius = |share: f64| (area * share / whole).sqrt();
    // `max` also takes the other side of 0 / 0.
    shares.into_iter().map(|share| radius(share).max(RADII.0).min(RADII.1)).collect()
}

fn positive(value: f64) -> f64 {
    if value.is_finite() { value.max(0.0) } else { 0.0 }
}

/// The places stretched evenly until the outermost circles touch the margin, all of them in the middle.
fn fitted(topics: &[TopicDigest], radii: &[f64]) -> Vec<Circle> {
    let across = centred(topics.iter().map(|topic| topic.place.0));
    let down = centred(topics.iter().map(|topic| topic.place.1));
    let scale = greatest_scale(&across, radii, SIZE.0).min(greatest_scale(&down, radii, SIZE.1));
    let (x, y) = (stretched(&across, radii, scale, SIZE.0), stretched(&down, radii, scale, SIZE.1));
    let places = x.into_iter().zip(y).zip(radii);
    places.map(|((x, y), &radius)| Circle { x, y, radius }).collect()
}

/// With 0 between the least and the greatest, so that no digits are lost; what is no number stands there too.
fn centred(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let finite = |value: f64| if value.is_finite() { value.clamp(-1e9, 1e9) } else { 0.0 };
    let values: Vec<f64> = values.map(finite).collect();
    let (low, high) = ends(&values, &vec![0.0; values.len()], 1.0);
    values.iter().map(|value| value - (low + high) / 2.0).collect()
}

fn stretched(values: &[f64], radii: &[f64], scale: f64, length: f64) -> Vec<f64> {
    let (low, high) = ends(values, radii, scale);
    values.iter().map(|value| length / 2.0 + value * scale - (low + high) / 2.0).collect()
}

/// The greatest stretch by which the circles stay on a length, found by halving.
fn greatest_scale(values: &[f64], radii: &[f64], length: f64) -> f64 {
    let (low, high) = ends(values, &vec![0.0; values.len()], 1.0);
    let (mut fits, mut too_much) = (0.0, length / (high - low).max(1e-9));
    for _ in 0..40 {
        let middle = (fits + too_much) / 2.0;
        let (low, high) = ends(values, radii, middle);
        if high - low <= length - 2.0 * MARGIN { fits = middle } else { too_much = middle }
    }
    fits
}

/// Where the first circle begins and the last one ends.
fn ends(values: &[f64], radii: &[f64], scale: f64) -> (f64, f64) {
    let circles = values.iter().zip(radii);
    circles.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (value, radius)| {
        (low.min(value * scale - radius), high.max(value * scale + radius))
    })
}

/// One round: each pair that is too near goes half of the missing way each; whether there was one.
fn moved_apart(circles: &mut [Circle]) -> bool {
    let mut is_moved = false;
    for a in 0..circles.len() {
        for b in a + 1..circles.len() {
            if let Some((across, up)) = missing(circles[a], circles[b], a + b) {
                circles[a] = shifted(circles[a], -across / 2.0, -up / 2.0);
                circles[b] = shifted(circles[b], across / 2.0, up / 2.0);
                is_moved = true;
            }
        }
    }
    is_moved
}

/// The way that the second must go until it is far enough from the first. Those in one place part along one of eight
/// directions, by `turn`.
fn missing(first: Circle, second: Circle, turn: usize) -> Option<(f64, f64)> {
    const DIRECTIONS: [(f64, f64); 8] = [
        (1.0, 0.0),
        (-0.6, 0.8),
        (0.0, -1.0),
        (0.8, 0.6),
        (-1.0, 0.0),
        (0.6, -0.8),
        (0.0, 1.0),
        (-0.8, -0.6),
    ];
    let (across, up) = (second.x - first.x, second.y - first.y);
    let apart = (across * across + up * up).sqrt();
    let lacking = first.radius + second.radius + GAP - apart;
    // A tenth of a unit is what a drawing's coordinates can tell.
    if lacking < 0.1 {
        return None;
    }
    let (x, y) = if apart < 1e-6 { DIRECTIONS[turn % 8] } else { (across / apart, up / apart) };
    Some((x * lacking, y * lacking))
}

fn shifted(circle: Circle, across: f64, up: f64) -> Circle {
    let within = |at: f64, length: f64| {
        let edge = MARGIN / 2.0 + circle.radius;
        at.clamp(edge, length - edge)
    };
    Circle { x: within(circle.x + across, SIZE.0), y: within(circle.y + up, SIZE.1), ..circle }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(places: &[(f64, f64)]) -> Vec<TopicDigest> {
        let share = 1.0 / places.len() as f64;
        places.iter().map(|&place| TopicDigest { share, place, ..Default::default() }).collect()
    }

    fn are_apart(circles: &[Circle]) -> bool {
        let pairs = (0..circles.len()).flat_map(|a| (0..a).map(move |b| (circles[a], circles[b])));
        pairs
            .into_iter()
            .all(|(a, b)| (a.x - b.x).powi(2) + (a.y - b.y).powi(2) > (a.radius + b.radius).powi(2))
    }

    fn are_inside(circles: &[Circle]) -> bool {
        circles.iter().all(|circle| {
            circle.x - circle.radius >= 0.0
                && circle.x + circle.radius <= SIZE.0
                && circle.y - circle.radius >= 0.0
                && circle.y + circle.radius <= SIZE.1
        })
    }

    #[test]
    fn a_single_topic_stands_in_the_middle() {
        let circles = circles(&topics(&[(7.0, -3.0)]));
        assert_eq!(circles, [Circle { x: 200.0, y: 170.0, radius: RADII.1 }]);
    }

    #[test]
    fn distances_are_kept_where_there_is_room() {
        let circles = circles(&topics(&[(0.0, 0.0), (2.0, 0.0), (5.0, 0.0)]));
        let ratio = (circles[2].x - circles[1].x) / (circles[1].x - circles[0].x);
        assert!((ratio - 1.5).abs() < 0.01, "{circles:?}");
    }

    #[test]
    fn no_circle_covers_another_wherever_the_places_are() {
        for places in [[(0.0, 0.0); 50], [(f64::NAN, f64::INFINITY); 50], [(1e300, -1e300); 50]] {
            let circles = circles(&topics(&places));
            assert!(are_apart(&circles) && are_inside(&circles), "{circles:?}");
        }
        let spiral: Vec<(f64, f64)> =
            (0..200).map(|i| (f64::from(i * i % 37), f64::from(i % 11))).collect();
        let circles = circles(&topics(&spiral));
        assert!(are_apart(&circles) && are_inside(&circles), "{circles:?}");
    }

    #[test]
    fn shares_that_are_none_are_small_circles() {
        let mut topics = topics(&[(0.0, 0.0), (1.0, 1.0)]);
        topics[0].share = f64::NAN;
        topics[1].share = 0.0;
        assert!(circles(&topics).iter().all(|circle| circle.radius == RADII.0));
    }
}
