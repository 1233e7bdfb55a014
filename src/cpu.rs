//! The same code, compiled twice: for any machine, and for one with 256-bit registers.
//!
//! What is handed to [`wide`] or [`on_widest`] runs in the second form where the machine has it. Both do the same operations
//! on the same numbers in the same order (nothing is fused into one rounding), so that both give the same bits; tests hold
//! them to it.
//!
//! Only what is inlined is compiled twice: functions that are called on the way are marked `#[inline(always)]`. What the
//! compiler does not find by itself, comparing several numbers at a time, is asked of a [`Machine`].
#![allow(unsafe_code)] // Calls of what needs CPU features, made where they are there; hints, which change nothing.

/// What a machine does in one step.
pub trait Machine: Copy {
    /// Bit i tells whether `values[i]` is `value`.
    fn equal(self, values: &[u32; 8], value: u32) -> u32;

    /// Bit i tells whether `lows[i]` is `low` and `highs[i]` is `high`.
    fn equal_pairs(self, lows: &[u64; 4], low: u64, highs: &[u64; 4], high: u64) -> u32;

    /// Eight numbers in a register.
    type Lanes: Copy;

    /// The numbers of an array.
    fn load(self, values: &[f32; 8]) -> Self::Lanes;

    /// The array of the numbers.
    fn store(self, lanes: Self::Lanes) -> [f32; 8];

    /// One number in all lanes.
    fn splat(self, value: f32) -> Self::Lanes;

    /// Sums lane by lane.
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Differences lane by lane.
    fn subtract(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Products lane by lane.
    fn multiply(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// Quotients lane by lane.
    fn divide(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;

    /// For each lane how many of `rows` are at most `most` there.
    fn count_rows_up_to<const N: usize>(
        self,
        rows: &[Self::Lanes; N],
        most: Self::Lanes,
    ) -> [u32; 8];

    /// For each lane the sum of the lanes up to it, in three steps: of neighbours, of pairs, of fours.
    fn running_sums(self, lanes: Self::Lanes) -> Self::Lanes;

    /// How many lanes are at most `value`.
    fn count_up_to(self, lanes: Self::Lanes, value: f32) -> usize;
}

/// Any machine.
#[derive(Debug, Clone, Copy)]
pub struct Portable;

impl Machine for Portable {
    #[inline(always)]
    fn equal(self, values: &[u32; 8], value: u32) -> u32 {
        let bits = (0..8).map(|i| u32::from(values[i] == value) << i);
        bits.fold(0, |mask, bit| mask | bit)
    }

    #[inline(always)]
    fn equal_pairs(self, lows: &[u64; 4], low: u64, highs: &[u64; 4], high: u64) -> u32 {
        let differ = |i: usize| (lows[i] ^ low) | (highs[i] ^ high);
        (0..4).fold(0, |mask, i| mask | u32::from(differ(i) == 0) << i)
    }

    type Lanes = [f32; 8];

    #[inline(always)]
    fn load(self, values: &[f32; 8]) -> [f32; 8] {
        *values
    }

    #[inline(always)]
    fn store(self, lanes: [f32; 8]) -> [f32; 8] {
        lanes
    }

    #[inline(always)]
    fn splat(self, value: f32) -> [f32; 8] {
        [value; 8]
    }

    #[inline(always)]
    fn add(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    fn multiply(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|i| a[i] * b[i])
    }

    #[inline(always)]
    fn subtract(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|i| a[i] - b[i])
    }

    #[inline(always)]
    fn divide(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|i| a[i] / b[i])
    }

    #[inline(always)]
    fn count_rows_up_to<const N: usize>(self, rows: &[[f32; 8]; N], most: [f32; 8]) -> [u32; 8] {
        std::array::from_fn(|i| rows.iter().map(|row| u32::from(row[i] <= most[i])).sum())
    }

    #[inline(always)]
    fn running_sums(self, x: [f32; 8]) -> [f32; 8] {
        let two = |i: usize| if i % 2 == 1 { x[i - 1] + x[i] } else { x[i] };
        let four = |i: usize| if i % 4 >= 2 { two(i / 4 * 4 + 1) + two(i) } else { two(i) };
        std::array::from_fn(|i| if i >= 4 { four(3) + four(i) } else { four(i) })
    }

    #[inline(always)]
    fn count_up_to(self, lanes: [f32; 8], value: f32) -> usize {
        lanes.iter().filter(|&&lane| lane <= value).count()
    }
}

/// A machine with AVX2; there is none where that has not been found.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
pub struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Machine for Avx2 {
    #[inline(always)]
    fn equal(self, values: &[u32; 8], value: u32) -> u32 {
        use std::arch::x86_64::*;
        // SAFETY: the machine has AVX2, or `self` would not be; the array is as long as what is loaded.
        unsafe {
            let values = _mm256_loadu_si256(values.as_ptr().cast());
            let equal = _mm256_cmpeq_epi32(values, _mm256_set1_epi32(value as i32));
            _mm256_movemask_ps(_mm256_castsi256_ps(equal)) as u32
        }
    }

    #[inline(always)]
    fn equal_pairs(self, lows: &[u64; 4], low: u64, highs: &[u64; 4], high: u64) -> u32 {
        use std::arch::x86_64::*;
        // SAFETY: as above.
        unsafe {
            let lows = _mm256_loadu_si256(lows.as_ptr().cast());
            let highs = _mm256_loadu_si256(highs.as_ptr().cast());
            let lows = _mm256_cmpeq_epi64(lows, _mm256_set1_epi64x(low as i64));
            let highs = _mm256_cmpeq_epi64(highs, _mm256_set1_epi64x(high as i64));
            _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_and_si256(lows, highs))) as u32
        }
    }

    type Lanes = std::arch::x86_64::__m256;

    #[inline(always)]
    fn load(self, values: &[f32; 8]) -> Self::Lanes {
        // SAFETY: as above.
        unsafe { std::arch::x86_64::_mm256_loadu_ps(values.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, lanes: Self::Lanes) -> [f32; 8] {
        let mut values = [0.0; 8];
        // SAFETY: the machine has AVX2; the array is as long as what is stored.
        unsafe { std::arch::x86_64::_mm256_storeu_ps(values.as_mut_ptr(), lanes) };
        values
    }

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Lanes {
        // SAFETY: the machine has AVX2.
        unsafe { std::arch::x86_64::_mm256_set1_ps(value) }
    }

    #[inline(always)]
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: the machine has AVX2.
        unsafe { std::arch::x86_64::_mm256_add_ps(a, b) }
    }

    #[inline(always)]
    fn multiply(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: the machine has AVX2.
        unsafe { std::arch::x86_64::_mm256_mul_ps(a, b) }
    }

    #[inline(always)]
    fn subtract(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: the machine has AVX2.
        unsafe { std::arch::x86_64::_mm256_sub_ps(a, b) }
    }

    #[inline(always)]
    fn divide(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        // SAFETY: the machine has AVX2.
        unsafe { std::arch::x86_64::_mm256_div_ps(a, b) }
    }

    #[inline(always)]
    fn count_rows_up_to<const N: usize>(
        self,
        rows: &[Self::Lanes; N],
        most: Self::Lanes,
    ) -> [u32; 8] {
        use std::arch::x86_64::*;
        let mut counts = [0; 8];
        // SAFETY: the machine has AVX2; the array is as long as what is stored.
        unsafe {
            let mut sums = _mm256_setzero_si256();
            for row in rows {
                let found = _mm256_cmp_ps::<_CMP_LE_OQ>(*row, most);
                // What is found is all ones: -1.
                sums = _mm256_sub_epi32(sums, _mm256_castps_si256(found));
            }
            _mm256_storeu_si256(counts.as_mut_ptr().cast(), sums);
        }
        counts
    }

    #[inline(always)]
    fn running_sums(self, x: Self::Lanes) -> Self::Lanes {
        use std::arch::x86_64::*;
        // SAFETY: the machine has AVX2.
        unsafe {
            let zero = _mm256_setzero_ps();
            // (-, 0, -, 2, -, 4, -, 6), (-, -, 1, 1, -, -, 5, 5), (-, -, -, -, 3, 3, 3, 3); nothing is added where a dash stands.
            let two = _mm256_add_ps(_mm256_blend_ps::<0b1010_1010>(zero, _mm256_moveldup_ps(x)), x);
            let before =
                _mm256_blend_ps::<0b1100_1100>(zero, _mm256_permute_ps::<0b01_01_01_01>(two));
            let four = _mm256_add_ps(before, two);
            let last = _mm256_permute_ps::<0b11_11_11_11>(four);
            _mm256_add_ps(_mm256_permute2f128_ps::<0b0000_1000>(last, last), four)
        }
    }

    #[inline(always)]
    fn count_up_to(self, lanes: Self::Lanes, value: f32) -> usize {
        use std::arch::x86_64::*;
        // SAFETY: the machine has AVX2.
        unsafe {
            let most = _mm256_cmp_ps::<_CMP_LE_OQ>(lanes, _mm256_set1_ps(value));
            _mm256_movemask_ps(most).count_ones() as usize
        }
    }
}

/// Something to do, on whatever machine.
pub trait Work {
    /// What comes of it, the same on every machine.
    type Output;

    /// Does it; to be marked `#[inline(always)]`.
    fn run(self, machine: impl Machine) -> Self::Output;
}

/// Does `work` on the widest machine that this one is.
#[inline(always)]
pub fn on_widest<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if has_wide() {
        // SAFETY: the features that the function needs have just been found.
        return unsafe { by_avx2(work) };
    }
    work.run(Portable)
}

/// Gives what `work` gives.
///
/// ```
/// assert_eq!(leitmotif::cpu::wide(|| (0..100_u32).map(|n| n * n).sum::<u32>()), 328_350);
/// ```
#[inline(always)]
pub fn wide<R>(work: impl FnOnce() -> R) -> R {
    on_widest(Closure(work))
}

/// Work that asks nothing of the machine.
struct Closure<F>(F);

impl<R, F: FnOnce() -> R> Work for Closure<F> {
    type Output = R;

    #[inline(always)]
    fn run(self, _: impl Machine) -> R {
        (self.0)()
    }
}

/// Whether [`wide`] runs the second form here.
#[inline]
pub fn has_wide() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        // Each is looked up in what the standard library found out once.
        std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("lzcnt")
            && std::arch::is_x86_feature_detected!("popcnt")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Hints that `slice[index]` will be read soon, so that it is on its way when it is; nothing where there is no such place.
#[inline(always)]
pub fn prefetch<T>(slice: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint reads nothing and faults nowhere; the address is worked out without leaving the slice's by wrapping.
        unsafe { _mm_prefetch(slice.as_ptr().wrapping_add(index).cast(), _MM_HINT_T0) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, index);
}

/// Products and sums stay apart: the feature that would join them is not asked for.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn by_avx2<W: Work>(work: W) -> W::Output {
    work.run(Avx2(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Asks the machine both things.
    struct Compare([u32; 8], u32, [u64; 4], u64, [u64; 4], u64);

    impl Work for Compare {
        type Output = (u32, u32);

        #[inline(always)]
        fn run(self, machine: impl Machine) -> (u32, u32) {
            let Compare(values, value, lows, low, highs, high) = self;
            (machine.equal(&values, value), machine.equal_pairs(&lows, low, &highs, high))
        }
    }

    proptest! {
        #[test]
        fn machines_agree_on_what_is_equal(
            values in proptest::array::uniform8(0_u32..3),
            lows in proptest::array::uniform4(0_u64..2),
            highs in proptest::array::uniform4(0_u64..2),
            asked in 0_u32..3,
            high_bits in 0_u64..2,
        ) {
            // The same in the upper half of a number, which narrow comparisons would overlook.
            let lift = |values: [u64; 4]| values.map(|value| value << (high_bits * 40));
            let low = u64::from(asked & 1) << (high_bits * 40);
            let of = || Compare(values, asked, lift(lows), low, lift(highs), low);
            let expected = of().run(Portable);
            prop_assert_eq!(on_widest(of()), expected);
            let plain = (0..8).filter(|&i| values[i] == asked).fold(0, |mask, i| mask | 1 << i);
            prop_assert_eq!(expected.0, plain);
            for i in 0..4 {
                let both = (lift(lows)[i], lift(highs)[i]) == (low, low);
                prop_assert_eq!(expected.1 >> i & 1 == 1, both);
            }
        }
    }

    /// Asks the machine for all it does with lanes.
    struct Reckon([f32; 8], [f32; 8]);

    impl Work for Reckon {
        type Output = (Vec<[f32; 8]>, usize, [u32; 8]);

        #[inline(always)]
        fn run(self, machine: impl Machine) -> Self::Output {
            let (a, b) = (machine.load(&self.0), machine.load(&self.1));
            let sums = machine.running_sums(a);
            let lanes = [
                machine.add(a, b),
                machine.subtract(a, b),
                machine.multiply(a, b),
                machine.divide(a, b),
                machine.splat(self.1[3]),
                sums,
            ];
            let lanes = lanes.map(|lanes| machine.store(lanes)).to_vec();
            let counts = machine.count_rows_up_to(&[a, b, sums], b);
            (lanes, machine.count_up_to(sums, self.1[0]), counts)
        }
    }

    proptest! {
        #[test]
        fn machines_agree_on_lanes_to_the_last_bit(
            a in proptest::array::uniform8(-1e6_f32..1e6),
            b in proptest::array::uniform8(1e-3_f32..1e6),
        ) {
            let (lanes, count, counts) = on_widest(Reckon(a, b));
            prop_assert_eq!((lanes.clone(), count, counts), Reckon(a, b).run(Portable));
            // By hand, to within the rounding of seven sums.
            let mut sum = 0.0_f64;
            for i in 0..8 {
                sum += f64::from(a[i]);
                prop_assert!((f64::from(lanes[5][i]) - sum).abs() < 8.0);
                let rows = [a[i], b[i], lanes[5][i]];
                prop_assert_eq!(counts[i] as usize, rows.iter().filter(|&&row| row <= b[i]).count());
            }
            prop_assert_eq!(count, lanes[5].iter().filter(|&&lane| lane <= b[0]).count());
        }
    }
}
