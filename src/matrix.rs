//! Sparse rows of term weights: what the vectorizer gives and every learner takes.
//!
//! Enters: rows of (term, value). Leaves: a [`TermMatrix`], which linfa accepts as records. It is
//! our own type and not one of `sprs`, so that users are not tied to linfa's pin of that crate.
//! Nothing here knows what a term is.

use linfa::dataset::Records;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

/// A matrix of shape (rows = paragraphs, columns = terms), stored by rows.
///
/// Invariants: columns rise within a row and are below `n_terms`; values are finite.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// let mut matrix = TermMatrix::new(4);
/// matrix.push_row([(0, 0.6), (3, 0.8)]);
/// matrix.push_row([]);
/// assert_eq!((matrix.n_rows(), matrix.n_terms()), (2, 4));
/// assert_eq!(matrix.row(0).iter().collect::<Vec<_>>(), [(0, 0.6), (3, 0.8)]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TermMatrix {
    n_terms: usize,
    /// Where row `r` begins; one longer than the number of rows.
    offsets: Vec<usize>,
    terms: Vec<u32>,
    values: Vec<f32>,
}

/// One row of a [`TermMatrix`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// The columns, rising.
    pub terms: &'a [u32],
    /// Their values, as many.
    pub values: &'a [f32],
}

impl<'a> Row<'a> {
    /// The (term, value) pairs, terms rising.
    pub fn iter(self) -> impl Iterator<Item = (u32, f32)> + 'a {
        self.terms.iter().copied().zip(self.values.iter().copied())
    }

    /// The sum of the squares of the values.
    pub fn squared_norm(self) -> f64 {
        self.values.iter().map(|&v| f64::from(v) * f64::from(v)).sum()
    }
}

impl TermMatrix {
    /// A matrix without rows over `n_terms` columns.
    pub fn new(n_terms: usize) -> Self {
        TermMatrix { n_terms, offsets: vec![0], terms: Vec::new(), values: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// Where columns do not rise, a column is not below `n_terms`, or a value is not finite.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        let row: Vec<(u32, f32)> = row.into_iter().collect();
        check_row(self.n_terms, &row);
        self.terms.extend(row.iter().map(|pair| pair.0));
        self.values.extend(row.iter().map(|pair| pair.1));
        self.offsets.push(self.terms.len());
    }

    /// A matrix of as many rows as `lengths`, of so many values each, made in parallel and without a second copy:
    /// `fill` writes the row at a place into what it is given, with `scratch` that it may use.
    ///
    /// # Panics
    /// Where a row is not as long as was said, or one that [`TermMatrix::push_row`] would refuse.
    ///
    /// ```
    /// use leitmotif::matrix::TermMatrix;
    /// let matrix = TermMatrix::filled(3, &[1, 2], || (), |row, _, out| {
    ///     (0..=row as u32).for_each(|term| out.push((term, 0.5)));
    /// });
    /// assert_eq!(matrix.row(1).terms, [0, 1]);
    /// ```
    pub fn filled<S>(
        n_terms: usize,
        lengths: &[usize],
        scratch: impl Fn() -> S + Sync,
        fill: impl Fn(usize, &mut S, &mut Vec<(u32, f32)>) + Sync,
    ) -> Self {
        let mut offsets = Vec::with_capacity(lengths.len() + 1);
        offsets.push(0);
        offsets.extend(lengths.iter().scan(0, |end, length| {
            *end += length;
            Some(*end)
        }));
        let n_values = offsets[lengths.len()];
        let (mut terms, mut values) = (vec![0; n_values], vec![0.0; n_values]);
        let parts = parts(lengths, &mut terms, &mut values);
        parts.into_par_iter().for_each(|(first, mut terms, mut values)| {
            let (mut scratch, mut row) = (scratch(), Vec::new());
            for (place, &length) in (first..).zip(&lengths[first..lengths.len().min(first + PART)])
            {
                row.clear();
                fill(place, &mut scratch, &mut row);
                check_row(n_terms, &row);
                assert_eq!(row.len(), length, "row {place} is not as long as was said");
                let (of_row, others) = std::mem::take(&mut terms).split_at_mut(length);
                of_row.iter_mut().zip(&row).for_each(|(to, pair)| *to = pair.0);
                terms = others;
                let (of_row, others) = std::mem::take(&mut values).split_at_mut(length);
                of_row.iter_mut().zip(&row).for_each(|(to, pair)| *to = pair.1);
                values = others;
            }
        });
        TermMatrix { n_terms, offsets, terms, values }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of columns.
    pub fn n_terms(&self) -> usize {
        self.n_terms
    }

    /// Number of stored values.
    pub fn n_values(&self) -> usize {
        self.values.len()
    }

    /// Row `index`.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row(&self, index: usize) -> Row<'_> {
        let range = self.offsets[index]..self.offsets[index + 1];
        Row { terms: &self.terms[range.clone()], values: &self.values[range] }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.n_rows()).map(|index| self.row(index))
    }

    /// Where each row begins among the stored values; one longer than the number of rows.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The stored values of all rows.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The matrix with each column multiplied by its factor.
    ///
    /// # Panics
    /// Where there are not as many factors as columns, or a product is not finite.
    pub fn scaled(&self, factors: &[f32]) -> TermMatrix {
        assert_eq!(factors.len(), self.n_terms);
        let pairs = self.terms.iter().zip(&self.values);
        let values: Vec<f32> = pairs.map(|(&term, value)| value * factors[term as usize]).collect();
        assert!(values.iter().all(|value| value.is_finite()), "a factor is too large");
        let (offsets, terms) = (self.offsets.clone(), self.terms.clone());
        TermMatrix { n_terms: self.n_terms, offsets, terms, values }
    }

    /// The sparse form of a dense matrix; zeros are left out.
    pub fn from_dense(dense: ArrayView2<'_, f32>) -> Self {
        let mut matrix = TermMatrix::new(dense.ncols());
        for row in dense.rows() {
            let cells = row.iter().enumerate().filter(|(_, value)| **value != 0.0);
            matrix.push_row(cells.map(|(term, value)| (term as u32, *value)));
        }
        matrix
    }

    /// The dense form restricted to `columns`, in their order: shape (rows, columns).
    pub fn to_dense(&self, columns: &[u32]) -> Array2<f64> {
        let mut place = vec![usize::MAX; self.n_terms];
        for (column, &term) in columns.iter().enumerate() {
            place[term as usize] = column;
        }
        let mut dense = Array2::zeros((self.n_rows(), columns.len()));
        for (index, row) in self.rows().enumerate() {
            for (term, value) in row.iter() {
                if place[term as usize] != usize::MAX {
                    dense[[index, place[term as usize]]] = f64::from(value);
                }
            }
        }
        dense
    }
}

/// Rows of a matrix that one thread makes.
const PART: usize = 256;

/// For each [`PART`] rows the first of them, and where their terms and values go.
fn parts<'m>(
    lengths: &[usize],
    mut terms: &'m mut [u32],
    mut values: &'m mut [f32],
) -> Vec<(usize, &'m mut [u32], &'m mut [f32])> {
    let mut parts = Vec::with_capacity(lengths.len().div_ceil(PART));
    for (place, lengths) in lengths.chunks(PART).enumerate() {
        let length = lengths.iter().sum();
        let (of_part, others) = std::mem::take(&mut terms).split_at_mut(length);
        terms = others;
        let (values_of_part, others) = std::mem::take(&mut values).split_at_mut(length);
        values = others;
        parts.push((place * PART, of_part, values_of_part));
    }
    parts
}

fn check_row(n_terms: usize, row: &[(u32, f32)]) {
    for (term, value) in row {
        assert!((*term as usize) < n_terms, "term {term} of {n_terms}");
        assert!(value.is_finite(), "term {term} has the value {value}");
    }
    assert!(row.is_sorted_by(|a, b| a.0 < b.0), "terms of a row must rise");
}

/// linfa's view: records are rows, features are terms.
impl Records for TermMatrix {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.n_rows()
    }

    fn nfeatures(&self) -> usize {
        self.n_terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn dense_and_back_is_the_same() {
        let dense = array![[0.0_f32, 2.0, 0.0], [1.0, 0.0, 3.0], [0.0, 0.0, 0.0]];
        let sparse = TermMatrix::from_dense(dense.view());
        assert_eq!(sparse.n_values(), 3);
        assert_eq!(sparse.to_dense(&[0, 1, 2]), dense.mapv(f64::from));
        assert_eq!(sparse.to_dense(&[2]), array![[0.0], [3.0], [0.0]]);
    }

    #[test]
    fn a_matrix_made_in_parallel_is_that_of_its_rows() {
        let row = |place: usize| (0..place as u32 % 7).map(move |term| (term, place as f32));
        let lengths: Vec<usize> = (0..PART * 3 + 5).map(|place| place % 7).collect();
        let mut twin = TermMatrix::new(6);
        (0..lengths.len()).for_each(|place| twin.push_row(row(place)));
        let filled = TermMatrix::filled(6, &lengths, || (), |place, _, out| out.extend(row(place)));
        assert_eq!(filled, twin);
    }

    #[test]
    fn columns_are_scaled_each_by_its_factor() {
        let matrix = TermMatrix::from_dense(array![[1.0_f32, 2.0], [0.0, 3.0]].view());
        let expected = array![[0.5, 20.0], [0.0, 30.0]];
        assert_eq!(matrix.scaled(&[0.5, 10.0]).to_dense(&[0, 1]), expected);
    }

    #[test]
    #[should_panic(expected = "must rise")]
    fn falling_terms_are_refused() {
        TermMatrix::new(3).push_row([(2, 1.0), (1, 1.0)]);
    }

    #[test]
    #[should_panic(expected = "has the value NaN")]
    fn nan_is_refused() {
        TermMatrix::new(3).push_row([(2, f32::NAN)]);
    }
}
