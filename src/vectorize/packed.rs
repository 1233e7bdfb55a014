//! Counts of terms in few bytes: rows of (term, count), terms rising.
//!
//! A term is written as its distance from the one before, doubled, and 1 more where the count is not 1; then comes the
//! count less 2. Numbers take seven bits a byte, the lowest first (LEB128). Where frequent terms have low numbers that
//! makes some two and a half bytes a pair.

use rayon::prelude::*;

use super::sequences::{Chunk, GROUP};

/// Rows of (term, count).
///
/// Invariant: `bytes` is what [`PackedRows::push`] wrote, row by row up to `ends`.
#[derive(Debug, Default)]
pub(super) struct PackedRows {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl PackedRows {
    /// The rows that `rows_of` makes of each chunk, one after the other; many chunks are under way together, but few
    /// of all.
    pub fn of_chunks(
        chunks: &[Chunk<'_>],
        rows_of: impl Fn(&Chunk<'_>) -> PackedRows + Sync,
    ) -> PackedRows {
        let mut all = PackedRows::default();
        for group in chunks.chunks(GROUP) {
            let rows: Vec<PackedRows> = group.par_iter().map(&rows_of).collect();
            for rows in rows {
                all.ends.extend(rows.ends.iter().map(|end| all.bytes.len() + end));
                all.bytes.extend(rows.bytes);
            }
        }
        all.bytes.shrink_to_fit();
        all
    }

    /// Adds the row of these terms, which may repeat and come in any order; leaves them sorted.
    pub fn push(&mut self, terms: &mut [u32]) {
        terms.sort_unstable();
        let mut before = 0;
        for run in terms.chunk_by(|a, b| a == b) {
            self.push_pair(run[0] - before, run.len() as u32);
            before = run[0];
        }
        self.ends.push(self.bytes.len());
    }

    fn push_pair(&mut self, distance: u32, count: u32) {
        self.push_number(u64::from(distance) << 1 | u64::from(count > 1));
        if count > 1 {
            self.push_number(u64::from(count - 2));
        }
    }

    fn push_number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// The pairs of one row, terms rising.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row(&self, index: usize) -> Counts<'_> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Counts { bytes: &self.bytes[start..self.ends[index]], term: 0 }
    }
}

/// The (term, count) pairs of a text, terms rising.
#[derive(Debug, Clone)]
pub struct Counts<'a> {
    bytes: &'a [u8],
    term: u32,
}

impl Counts<'_> {
    #[inline]
    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }
}

impl Iterator for Counts<'_> {
    type Item = (u32, u32);

    #[inline]
    fn next(&mut self) -> Option<(u32, u32)> {
        let number = self.number()?;
        self.term += (number >> 1) as u32;
        let count = if number & 1 == 1 { self.number()? as u32 + 2 } else { 1 };
        Some((self.term, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn packed_rows_are_those_of_a_map(
            rows in proptest::collection::vec(
                proptest::collection::vec(prop_oneof![0..9_u32, 0..40_000_u32, any::<u32>()], 0..60), 0..8,
            )
        ) {
            let mut packed = PackedRows::default();
            rows.iter().for_each(|row| packed.push(&mut row.clone()));
            for (index, row) in rows.iter().enumerate() {
                let mut twin: BTreeMap<u32, u32> = BTreeMap::new();
                row.iter().for_each(|&term| *twin.entry(term).or_default() += 1);
                let counts: Vec<(u32, u32)> = packed.row(index).collect();
                prop_assert_eq!(counts, twin.into_iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_term_of_any_count_comes_back() {
        let mut packed = PackedRows::default();
        packed.push(&mut [7; 1_000]);
        packed.push(&mut []);
        assert_eq!(packed.row(0).collect::<Vec<_>>(), [(7, 1_000)]);
        assert_eq!(packed.row(1).count(), 0);
    }
}
