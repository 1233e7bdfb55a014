//! The same code, compiled twice: for any machine, and for one with 256-bit registers.
//!
//! What is handed to [`wide`] runs in the second form where the machine has it. Both do the same operations on the same
//! numbers in the same order (nothing is fused into one rounding), so that both give the same bits; tests hold them to it.
//!
//! Only what is inlined is compiled twice: functions that are called on the way are marked `#[inline(always)]`.
#![allow(unsafe_code)] // A call of what needs CPU features, made where they are there; hints, which change nothing.

/// Gives what `work` gives.
///
/// ```
/// assert_eq!(leitmotif::cpu::wide(|| (0..100_u32).map(|n| n * n).sum::<u32>()), 328_350);
/// ```
#[inline(always)]
pub fn wide<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if has_wide() {
        // SAFETY: the features that the function needs have just been found.
        return unsafe { by_avx2(work) };
    }
    work()
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

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn by_avx2<R>(work: impl FnOnce() -> R) -> R {
    work()
}
