//! Which bytes of 64 belong to words: two bit masks, by the widest instructions that there are.
//!
//! Enters: 64 bytes of ASCII. Leaves: a bit per byte, the lowest for the first. Chosen once, when
//! the program runs, among AVX2, SSE2 and a portable form; all give the same masks.
#![allow(unsafe_code)] // Calls of functions that need a CPU feature, made where it is there.

use std::sync::LazyLock;

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 64;

/// What is said of a block, a bit per byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Masks {
    /// ASCII letters and digits.
    pub word: u64,
    /// The plain apostrophe.
    pub apostrophe: u64,
}

/// A way of making masks.
pub(super) type Classify = fn(&[u8; BLOCK]) -> Masks;

/// The fastest way on this machine.
pub(super) fn fastest() -> Classify {
    static FASTEST: LazyLock<Classify> = LazyLock::new(|| all()[0].1);
    *FASTEST
}

/// Every way that this machine can go, the fastest first.
pub(super) fn all() -> Vec<(&'static str, Classify)> {
    let mut ways: Vec<(&'static str, Classify)> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the feature that the function needs has just been found.
            ways.push(("avx2", |block| unsafe { x86::by_avx2(block) }));
        }
        ways.push(("sse2", x86::by_sse2));
    }
    ways.push(("portable", portable));
    ways
}

/// For each block of the ASCII bytes `start..end`, before and behind which no word goes on, where it begins and which
/// of its bytes belong to tokens: those of words, and apostrophes between two of them.
#[inline(always)]
pub(super) fn token_masks(
    bytes: &[u8],
    start: usize,
    end: usize,
    classify: Classify,
) -> impl Iterator<Item = (usize, u64)> + '_ {
    let bytes = &bytes[..end];
    // Whether the byte before the block is part of a word (0 or 1).
    let mut word_before = 0;
    (start..end).step_by(BLOCK).map(
        #[inline(always)]
        move |block_start| {
            let masks = match bytes[block_start..].first_chunk::<BLOCK>() {
                Some(block) => classify(block),
                None => {
                    let mut block = [b' '; BLOCK];
                    block[..end - block_start].copy_from_slice(&bytes[block_start..]);
                    classify(&block)
                }
            };
            let is_word = |place: &u8| place.is_ascii_alphanumeric();
            let next_word = u64::from(bytes.get(block_start + BLOCK).is_some_and(is_word));
            let behind_word = masks.word << 1 | word_before;
            let before_word = masks.word >> 1 | next_word << (BLOCK - 1);
            word_before = masks.word >> (BLOCK - 1);
            (block_start, masks.word | masks.apostrophe & behind_word & before_word)
        },
    )
}

/// Byte by byte, with a table: the slow twin of the others.
fn portable(block: &[u8; BLOCK]) -> Masks {
    const IS_WORD: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        table
    };
    let mut masks = Masks { word: 0, apostrophe: 0 };
    for (place, &byte) in block.iter().enumerate() {
        masks.word |= u64::from(IS_WORD[usize::from(byte)]) << place;
        masks.apostrophe |= u64::from(byte == b'\'') << place;
    }
    masks
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{BLOCK, Masks};

    /// A letter is a byte that, with the bit of small letters set, lies at most 25 above `a`; a
    /// digit lies at most 9 above `0`. "At most" for bytes without sign: the smaller of the two is
    /// the byte itself.
    #[target_feature(enable = "avx2")]
    pub fn by_avx2(block: &[u8; BLOCK]) -> Masks {
        let (halves, _) = block.as_chunks::<32>();
        let (mut word, mut apostrophe) = (0, 0);
        for (half, bytes) in halves.iter().enumerate() {
            // SAFETY: the 32 bytes read are those of `bytes`.
            let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
            let small = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
            let letter = _mm256_sub_epi8(small, _mm256_set1_epi8(b'a' as i8));
            let letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(25)), letter);
            let digit = _mm256_sub_epi8(bytes, _mm256_set1_epi8(b'0' as i8));
            let digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, _mm256_set1_epi8(9)), digit);
            let quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\'' as i8));
            let bits = |mask| u64::from(_mm256_movemask_epi8(mask) as u32) << (32 * half);
            word |= bits(_mm256_or_si256(letter, digit));
            apostrophe |= bits(quote);
        }
        Masks { word, apostrophe }
    }

    /// The same with 16 bytes at a time, which every x86-64 has.
    pub fn by_sse2(block: &[u8; BLOCK]) -> Masks {
        let (quarters, _) = block.as_chunks::<16>();
        let (mut word, mut apostrophe) = (0, 0);
        for (quarter, bytes) in quarters.iter().enumerate() {
            // SAFETY: SSE2 is part of x86-64; the 16 bytes read are those of `bytes`.
            let (in_word, quote) = unsafe {
                let bytes = _mm_loadu_si128(bytes.as_ptr().cast());
                let small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
                let letter = _mm_sub_epi8(small, _mm_set1_epi8(b'a' as i8));
                let letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
                let digit = _mm_sub_epi8(bytes, _mm_set1_epi8(b'0' as i8));
                let digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
                let quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\'' as i8));
                (_mm_movemask_epi8(_mm_or_si128(letter, digit)), _mm_movemask_epi8(quote))
            };
            word |= u64::from(in_word as u32) << (16 * quarter);
            apostrophe |= u64::from(quote as u32) << (16 * quarter);
        }
        Masks { word, apostrophe }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_has_the_same_bits_in_every_place_and_every_way() {
        for byte in 0..128_u8 {
            for place in 0..BLOCK {
                let mut block = [b' '; BLOCK];
                block[place] = byte;
                let expected = Masks {
                    word: u64::from(byte.is_ascii_alphanumeric()) << place,
                    apostrophe: u64::from(byte == b'\'') << place,
                };
                for (name, classify) in all() {
                    assert_eq!(classify(&block), expected, "{name}, byte {byte} at {place}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn all_ways_agree_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), BLOCK)) {
            let block: &[u8; BLOCK] = bytes.as_slice().try_into().unwrap();
            for (name, classify) in all() {
                prop_assert_eq!(classify(block), portable(block), "{}", name);
            }
        }
    }
}
