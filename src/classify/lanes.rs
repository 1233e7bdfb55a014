//! Numbers of several labels side by side: one *lane* per label.
//!
//! The labels of a corpus share its rows. Where the weights of a term stand side by side, a visit of a row
//! fetches each term once and works on all lanes at a time. Sums run in an order that is written down here, lane by
//! lane and never across but by [`sum`], so that they are the same however wide the machine's instructions are
//! ([`crate::cpu`]).

use crate::matrix::Row;

/// H groups of W lanes.
pub(super) type Lanes<const W: usize, const H: usize> = [[f32; W]; H];

/// The same value in each lane.
pub(super) fn filled<const W: usize, const H: usize>(value: f32) -> Lanes<W, H> {
    [[value; W]; H]
}

/// Lane by lane `to += factor * by`.
#[inline(always)]
pub(super) fn add<const W: usize, const H: usize>(
    to: &mut Lanes<W, H>,
    factor: f32,
    by: &Lanes<W, H>,
) {
    for (to, by) in to.iter_mut().zip(by) {
        for lane in 0..W {
            to[lane] += factor * by[lane];
        }
    }
}

/// The sum of W values, by halves; W is a power of two.
#[inline(always)]
pub(super) fn sum<const W: usize>(mut values: [f32; W]) -> f32 {
    let mut width = W / 2;
    while width > 0 {
        for lane in 0..width {
            values[lane] += values[lane + width];
        }
        width /= 2;
    }
    values[0]
}

/// `start` and in each lane the sum over the terms of a row of value x weight: terms at even places and terms at odd
/// ones add up by themselves, so that no addition waits for the one before.
#[inline(always)]
pub(super) fn scores<const W: usize, const H: usize>(
    weights: &[Lanes<W, H>],
    row: Row<'_>,
    start: &Lanes<W, H>,
) -> Lanes<W, H> {
    let (mut even, mut odd) = (*start, filled(0.0));
    let (terms, last_term) = row.terms.as_chunks::<2>();
    let (values, last_value) = row.values.as_chunks::<2>();
    for (term, value) in terms.iter().zip(values) {
        add(&mut even, value[0], &weights[term[0] as usize]);
        add(&mut odd, value[1], &weights[term[1] as usize]);
    }
    for (&term, &value) in last_term.iter().zip(last_value) {
        add(&mut even, value, &weights[term as usize]);
    }
    add(&mut even, 1.0, &odd);
    even
}

/// W x H values per term, laid so that those of a term share a cache line.
pub(super) struct Table<const W: usize, const H: usize> {
    values: Vec<f32>,
    /// Where the first term begins.
    first: usize,
    n_terms: usize,
}

/// Values in a cache line.
pub(super) const LINE: usize = 16;

impl<const W: usize, const H: usize> Table<W, H> {
    pub fn zeros(n_terms: usize) -> Self {
        let values = vec![0.0; n_terms * W * H + LINE];
        let first = values.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        Table { values, first, n_terms }
    }

    pub fn terms(&self) -> &[Lanes<W, H>] {
        let values = &self.values[self.first..][..self.n_terms * W * H];
        values.as_chunks::<W>().0.as_chunks::<H>().0
    }

    pub fn terms_mut(&mut self) -> &mut [Lanes<W, H>] {
        let values = &mut self.values[self.first..][..self.n_terms * W * H];
        values.as_chunks_mut::<W>().0.as_chunks_mut::<H>().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Machine, Portable, Work, on_widest};
    use crate::math::Generator;
    use crate::matrix::TermMatrix;

    struct Scores<'a, const W: usize, const H: usize>(&'a Table<W, H>, &'a TermMatrix);

    impl<const W: usize, const H: usize> Work for Scores<'_, W, H> {
        type Output = Vec<Lanes<W, H>>;

        #[inline(always)]
        fn run(self, _: impl Machine) -> Self::Output {
            self.1.rows().map(|row| scores(self.0.terms(), row, &filled(0.25))).collect()
        }
    }

    fn drawn<const W: usize, const H: usize>() -> (Table<W, H>, TermMatrix) {
        let mut generator = Generator::new(3);
        let mut value = || (generator.below(2_000_001) as f32 - 1e6) / 1e6;
        let mut table = Table::zeros(50);
        table.terms_mut().as_flattened_mut().as_flattened_mut().fill_with(&mut value);
        let mut matrix = TermMatrix::new(50);
        for n in 0..50 {
            matrix.push_row((0..n).map(|term| (term, value())));
        }
        (table, matrix)
    }

    #[test]
    fn wide_instructions_give_the_bits_of_the_portable_ones() {
        fn check<const W: usize, const H: usize>() {
            let (table, matrix) = drawn::<W, H>();
            let (wide, portable) =
                (on_widest(Scores(&table, &matrix)), Scores(&table, &matrix).run(Portable));
            assert_eq!(wide, portable);
        }
        check::<4, 1>();
        check::<8, 1>();
        check::<8, 2>();
    }

    #[test]
    fn scores_are_what_every_lane_gives_by_itself() {
        let (table, matrix) = drawn::<8, 2>();
        for row in matrix.rows() {
            let scores = scores(table.terms(), row, &filled(0.25));
            for lane in 0..16 {
                let of = |(term, value): (u32, f32)| {
                    f64::from(value) * f64::from(table.terms()[term as usize].as_flattened()[lane])
                };
                let twin = 0.25 + row.iter().map(of).sum::<f64>();
                assert!((f64::from(scores.as_flattened()[lane]) - twin).abs() < 1e-5);
            }
        }
        assert_eq!(sum([1.0, 2.0, 4.0, 8.0]), 15.0);
    }
}
