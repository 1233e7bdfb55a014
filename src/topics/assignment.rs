//! The cheapest way to give each row a column of its own.
//!
//! Enters: costs of shape (rows, columns). Leaves: for each row its column; where there are more rows than columns some
//! have none. This is the linear assignment problem:
//!
//! ```text
//! minimise sum over rows r of cost[r, c(r)],  c one-to-one
//! ```
//!
//! by shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant, "A Shortest Augmenting Path Algorithm for
//! Dense and Sparse Linear Assignment Problems", Computing 1987, without its reductions): rows join one at a time, and
//! each displaces others along the cheapest path to a free column. Cost: min(rows, columns)^2 x max(rows, columns).

use ndarray::ArrayView2;

use crate::error::{Error, Result};

/// For each row its column. Which of several equally cheap answers is given depends on the costs alone.
///
/// # Errors
/// Where a cost is not a number within 1e15 of 0.
///
/// ```
/// use leitmotif::topics::assignment::assign;
/// use ndarray::array;
/// let costs = array![[1.0, 2.0], [1.0, 9.0], [5.0, 5.0]];
/// assert_eq!(assign(costs.view())?, [Some(1), Some(0), None]);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn assign(costs: ArrayView2<'_, f64>) -> Result<Vec<Option<usize>>> {
    if let Some(cost) = costs.iter().find(|cost| !(-1e15..=1e15).contains(*cost)) {
        return Err(Error::data(format!("a cost is {cost}: wanted is a number up to 1e15")));
    }
    let (n_rows, n_columns) = costs.dim();
    if n_rows <= n_columns {
        return Ok(row_of_columns(costs).by_row(n_rows));
    }
    Ok(row_of_columns(costs.reversed_axes()).0)
}

/// For each column its row.
struct RowOfColumns(Vec<Option<usize>>);

impl RowOfColumns {
    fn by_row(self, n_rows: usize) -> Vec<Option<usize>> {
        let mut columns = vec![None; n_rows];
        for (column, row) in self.0.into_iter().enumerate() {
            if let Some(row) = row {
                columns[row] = Some(column);
            }
        }
        columns
    }
}

/// For no more rows than columns: every row gets a column.
///
/// Invariant: cost[r, c] - of_rows[r] - of_columns[c] >= 0, and 0 where c is r's column.
fn row_of_columns(costs: ArrayView2<'_, f64>) -> RowOfColumns {
    let (n_rows, n_columns) = costs.dim();
    let (mut of_rows, mut of_columns) = (vec![0.0; n_rows], vec![0.0; n_columns]);
    let mut row_of = vec![None; n_columns];
    for row in 0..n_rows {
        let path = Path::find(&costs, &of_rows, &of_columns, &row_of, row);
        path.shift(&mut of_rows, &mut of_columns, &row_of, row);
        path.apply(&mut row_of, row);
    }
    RowOfColumns(row_of)
}

/// The cheapest way from a new row to a free column.
struct Path {
    /// The column before each; `None` where the new row itself leads to it.
    before: Vec<Option<usize>>,
    /// The distance of each column that was reached.
    distance: Vec<f64>,
    /// The columns that were reached before the free one, all taken, in the order of their distance.
    reached: Vec<usize>,
    free: usize,
}

impl Path {
    /// Dijkstra's search over columns.
    fn find(
        costs: &ArrayView2<'_, f64>,
        of_rows: &[f64],
        of_columns: &[f64],
        row_of: &[Option<usize>],
        new_row: usize,
    ) -> Self {
        let n_columns = of_columns.len();
        let mut path = Path {
            before: vec![None; n_columns],
            distance: vec![f64::INFINITY; n_columns],
            reached: Vec::new(),
            free: 0,
        };
        let mut is_open = vec![true; n_columns];
        let (mut row, mut at, mut so_far) = (new_row, None, 0.0);
        loop {
            let mut nearest = None;
            for column in (0..n_columns).filter(|&column| is_open[column]) {
                let through = so_far + costs[[row, column]] - of_rows[row] - of_columns[column];
                if through < path.distance[column] {
                    (path.distance[column], path.before[column]) = (through, at);
                }
                if nearest.is_none_or(|nearest| path.distance[column] < path.distance[nearest]) {
                    nearest = Some(column);
                }
            }
            let column = nearest.expect("there are at least as many columns as rows: one is open");
            so_far = path.distance[column];
            match row_of[column] {
                None => {
                    path.free = column;
                    return path;
                }
                Some(taken_by) => {
                    is_open[column] = false;
                    path.reached.push(column);
                    (row, at) = (taken_by, Some(column));
                }
            }
        }
    }

    /// Moves the potentials so that the invariant holds along the path.
    fn shift(
        &self,
        of_rows: &mut [f64],
        of_columns: &mut [f64],
        row_of: &[Option<usize>],
        new_row: usize,
    ) {
        let length = self.distance[self.free];
        of_rows[new_row] += length;
        for &column in &self.reached {
            let by = length - self.distance[column];
            of_columns[column] -= by;
            if let Some(row) = row_of[column] {
                of_rows[row] += by;
            }
        }
    }

    /// Gives each column of the path the row of the one before it.
    fn apply(&self, row_of: &mut [Option<usize>], new_row: usize) {
        let mut column = self.free;
        while let Some(before) = self.before[column] {
            row_of[column] = row_of[before];
            column = before;
        }
        row_of[column] = Some(new_row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    /// The slow twin: the least cost of all ways to give the rows from `row` on columns of their own.
    fn least(costs: &Array2<f64>, row: usize, is_taken: &mut Vec<bool>) -> f64 {
        if row == costs.nrows() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..costs.ncols() {
            if !is_taken[column] {
                is_taken[column] = true;
                best = best.min(costs[[row, column]] + least(costs, row + 1, is_taken));
                is_taken[column] = false;
            }
        }
        best
    }

    fn assert_cheapest(costs: &Array2<f64>) {
        let columns = assign(costs.view()).unwrap();
        let (n_rows, n_columns) = costs.dim();
        let taken: Vec<usize> = columns.iter().copied().flatten().collect();
        let distinct: std::collections::BTreeSet<usize> = taken.iter().copied().collect();
        assert_eq!((taken.len(), distinct.len()), (n_rows.min(n_columns), n_rows.min(n_columns)));
        let cost =
            |(row, column): (usize, &Option<usize>)| column.map(|column| costs[[row, column]]);
        let found: f64 = columns.iter().enumerate().filter_map(cost).sum();
        let wide = if n_rows <= n_columns { costs.clone() } else { costs.t().to_owned() };
        let expected = least(&wide, 0, &mut vec![false; wide.ncols()]);
        assert!((found - expected).abs() < 1e-9, "{found}, {expected}, {costs}");
    }

    proptest! {
        #[test]
        fn no_permutation_is_cheaper(
            n_rows in 0_usize..6,
            n_columns in 0_usize..7,
            values in proptest::collection::vec(-5_i32..6, 42),
        ) {
            // Small whole numbers, so that many answers tie.
            let at = |(row, column): (usize, usize)| f64::from(values[row * 7 + column]);
            assert_cheapest(&Array2::from_shape_fn((n_rows, n_columns), at));
            let apart = |(row, column): (usize, usize)| at((row, column)) / (3 + row + 2 * column) as f64;
            assert_cheapest(&Array2::from_shape_fn((n_rows, n_columns), apart));
        }
    }

    #[test]
    fn what_is_no_cost_is_refused() {
        for wrong in [f64::NAN, f64::INFINITY, -1e300] {
            assert!(assign(Array2::from_elem((1, 2), wrong).view()).is_err());
        }
        assert_eq!(assign(Array2::zeros((2, 0)).view()).unwrap(), [None, None]);
    }
}
