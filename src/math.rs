//! Numbers that come out the same on every machine.
//!
//! Enters: plain `f64`. Leaves: functions that do not overflow, and a seeded generator. All
//! transcendental functions go through `libm`, never through the platform's library, because the
//! bytes of a model depend on them. Nothing here knows of texts or models.

use rand::{Error as DrawError, RngCore};

/// The logistic function 1 / (1 + exp(-x)), in 0..=1, without overflow for any finite `x`.
///
/// ```
/// assert_eq!(leitmotif::math::sigmoid(0.0), 0.5);
/// assert_eq!(leitmotif::math::sigmoid(-1e9), 0.0);
/// ```
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + libm::exp(-x))
    } else {
        let e = libm::exp(x);
        e / (1.0 + e)
    }
}

/// ln(1 + exp(x)), without overflow.
pub fn log1p_exp(x: f64) -> f64 {
    if x > 0.0 { x + libm::log1p(libm::exp(-x)) } else { libm::log1p(libm::exp(x)) }
}

/// Turns scores into probabilities that add up to 1: exp(x_i) / sum of exp(x_j), in place.
/// An empty slice stays empty.
pub fn softmax(scores: &mut [f64]) {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = libm::exp(*score - highest);
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

/// The natural logarithm, the same bits everywhere.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// SplitMix64 (Steele, Lea and Flood 2014): a small seeded generator whose sequence is part of
/// our promise, which that of a library's standard generator is not.
///
/// ```
/// let mut a = leitmotif::math::Generator::new(7);
/// let mut b = leitmotif::math::Generator::new(7);
/// assert_eq!(a.next_u64(), b.next_u64());
/// ```
#[derive(Debug, Clone)]
pub struct Generator(u64);

impl Generator {
    /// A generator; the same seed gives the same sequence.
    pub fn new(seed: u64) -> Self {
        Generator(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in 0..`bound` by multiplication (Lemire 2019); the bias is below 2^-32 for the
    /// bounds used here. `bound` must not be 0.
    pub fn below(&mut self, bound: usize) -> usize {
        debug_assert!(bound > 0);
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// linfa's learners draw by it, too.
impl RngCore for Generator {
    fn next_u32(&mut self) -> u32 {
        (Generator::next_u64(self) >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        Generator::next_u64(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&Generator::next_u64(self).to_le_bytes()[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), DrawError> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoid_and_its_integral_hold_at_the_ends() {
        assert_eq!(sigmoid(800.0), 1.0);
        assert_eq!(sigmoid(-800.0), 0.0);
        assert_eq!(log1p_exp(800.0), 800.0);
        assert_eq!(log1p_exp(-800.0), 0.0);
        assert!((sigmoid(1.3) + sigmoid(-1.3) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn softmax_adds_up_to_one_even_for_large_scores() {
        let mut scores = [1000.0, 1001.0, -1000.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!(scores[1] > scores[0] && scores[2] == 0.0);
        softmax(&mut []);
    }

    #[test]
    fn the_generator_gives_the_published_sequence() {
        // First outputs for seed 1234567 of the reference implementation by Vigna.
        let mut generator = Generator::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| generator.next_u64()).collect();
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn shuffling_keeps_every_item_and_moves_them() {
        let mut items: Vec<usize> = (0..50).collect();
        Generator::new(3).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
