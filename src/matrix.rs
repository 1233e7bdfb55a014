//! Sparse rows of term weights: what the vectorizer gives and every learner takes.
//!
//! Enters: rows of (term, value). Leaves: a [`TermMatrix`], which linfa accepts as records. It is
//! our own type and not one of `sprs`, so that users are not tied to linfa's pin of that crate.
//! Nothing here knows what a term is.

use linfa::dataset::Records;
use ndarray::{Array2, ArrayView2};

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
        let begin = self.terms.len();
        for (term, value) in row {
            assert!((term as usize) < self.n_terms, "term {term} of {}", self.n_terms);
            assert!(value.is_finite(), "term {term} has the value {value}");
            assert!(
                self.terms[begin..].last().is_none_or(|&last| last < term),
                "terms of a row must rise"
            );
            self.terms.push(term);
            self.values.push(value);
        }
        self.offsets.push(self.terms.len());
    }

    /// Adds the rows of another matrix over the same columns.
    ///
    /// # Panics
    /// Where the numbers of columns differ.
    pub fn append(&mut self, other: &TermMatrix) {
        assert_eq!(self.n_terms, other.n_terms);
        let begin = self.terms.len();
        self.offsets.extend(other.offsets[1..].iter().map(|offset| begin + offset));
        self.terms.extend_from_slice(&other.terms);
        self.values.extend_from_slice(&other.values);
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
    fn rows_of_another_matrix_come_behind() {
        let both = array![[0.0_f32, 2.0], [1.0, 0.0], [0.0, 3.0]];
        let mut matrix = TermMatrix::from_dense(both.slice(ndarray::s![..1, ..]));
        matrix.append(&TermMatrix::from_dense(both.slice(ndarray::s![1.., ..])));
        assert_eq!(matrix, TermMatrix::from_dense(both.view()));
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
