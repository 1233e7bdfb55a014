//! linfa's decision tree, on dense columns that chi-squared selects for each label.
//!
//! A checked baseline. linfa looks at all rows for every column of every node, so that each label's
//! tree is grown from a drawn sample: at most `MAX_ROWS_PER_SIDE` rows that have it and as many that
//! have it not. A leaf's value is the log odds of the label among the rows of the sample that come
//! to it. Two habits of linfa-trees 0.8.1 are fenced here: of two classes as frequent in a leaf it
//! takes the one that a hash map happens to give first, and prunes by that, so that the tree is
//! pruned here once more, as far as any such luck could have; and it splits at "at most" but
//! predicts at "below", of which the first is kept.

use linfa::ParamGuard;
use linfa::dataset::{AsMultiTargets, Dataset, DatasetBase};
use linfa::traits::Fit;
use linfa_trees::{DecisionTree, DecisionTreeParams, TreeNode};
use ndarray::Array1;
use rayon::prelude::*;

use super::TreeModel;
use super::checks::{check_positive, check_shapes};
use super::one_vs_rest::TermRecords;
use super::sample::Sample;
use super::trees::Node;
use crate::error::{Error, Result};
use crate::math::ln;
use crate::matrix::TermMatrix;

/// How many rows with a label, and without it, its trees may see.
pub(super) const MAX_ROWS_PER_SIDE: usize = 600;

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaTreesValidParams {
    n_columns: usize,
    max_depth: usize,
    seed: u64,
}

/// Settings of linfa's decision tree.
#[derive(Debug, Clone, PartialEq)]
pub struct LinfaTreesParams(LinfaTreesValidParams);

impl Default for LinfaTreesParams {
    /// 100 columns per label, at most 12 questions deep.
    fn default() -> Self {
        LinfaTreesParams(LinfaTreesValidParams { n_columns: 100, max_depth: 12, seed: 42 })
    }
}

impl LinfaTreesParams {
    /// The seed of the drawn rows.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for LinfaTreesParams {
    type Checked = LinfaTreesValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LinfaTreesValidParams> {
        check_positive("depth", self.0.max_depth as f64)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<LinfaTreesValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: TermRecords, T: AsMultiTargets<Elem = bool>> Fit<R, T, Error> for LinfaTreesValidParams {
    type Object = TreeModel;

    fn fit(&self, dataset: &DatasetBase<R, T>) -> Result<TreeModel> {
        fit_labels(dataset, |matrix, truth| {
            let sample = Sample::drawn(matrix, truth, self.n_columns, MAX_ROWS_PER_SIDE, self.seed);
            let data = Dataset::new(sample.records.clone(), Array1::from(sample.truth.clone()));
            let tree = tree_params(self.max_depth)
                .fit(&data)
                .map_err(|error| Error::settings(format!("linfa-trees: {error}")))?;
            Ok(vec![sample.grown(&tree, None)])
        })
    }
}

/// How linfa is to grow a tree.
pub(super) fn tree_params(max_depth: usize) -> DecisionTreeParams<f64, bool> {
    DecisionTree::params().max_depth(Some(max_depth)).min_weight_split(4.0).min_weight_leaf(2.0)
}

/// A tree as nodes of which the first is the root.
pub(super) type Grown = Vec<Node>;

/// Grows each label's trees with `grow` and puts them together.
///
/// # Errors
/// Where rows and targets do not fit, or `grow` fails.
pub(super) fn fit_labels<R: TermRecords, T: AsMultiTargets<Elem = bool>>(
    dataset: &DatasetBase<R, T>,
    grow: impl Fn(&TermMatrix, &[bool]) -> Result<Vec<Grown>> + Sync,
) -> Result<TreeModel> {
    let targets = dataset.targets().as_multi_targets();
    check_shapes(dataset.records().nsamples(), targets.nrows())?;
    let matrix = dataset.records().to_terms()?;
    let grown: Result<Vec<Vec<Grown>>> = (0..targets.ncols())
        .into_par_iter()
        .map(|label| grow(&matrix, &targets.column(label).to_vec()))
        .collect();
    let (mut nodes, mut roots) = (Vec::new(), Vec::new());
    for (label, trees) in (0..).zip(grown?) {
        for tree in trees {
            let root = nodes.len() as u32;
            roots.push((root, label));
            nodes.extend(tree.into_iter().map(|node| match node {
                Node::Split { term, at, below, above } => {
                    Node::Split { term, at, below: root + below, above: root + above }
                }
                leaf @ Node::Leaf(_) => leaf,
            }));
        }
    }
    Ok(TreeModel::new(nodes, roots, targets.ncols()).expect("trees grown here lead on"))
}

impl Sample {
    /// The nodes of a tree of linfa's. `drawn` are the rows and columns of the sample that it was
    /// grown from, where not from all.
    pub(super) fn grown(
        &self,
        tree: &DecisionTree<f64, bool>,
        drawn: Option<(&[usize], &[usize])>,
    ) -> Grown {
        let all_rows: Vec<usize> = (0..self.truth.len()).collect();
        let all_columns: Vec<usize> = (0..self.columns.len()).collect();
        let (rows, columns) = drawn.unwrap_or((&all_rows, &all_columns));
        let mut nodes = Vec::new();
        self.grow(tree.root_node(), rows, columns, &mut nodes);
        nodes
    }

    /// Adds `node`, to which `rows` come, and all below it; gives how many of the rows have the label
    /// where the node ended as a leaf.
    fn grow(
        &self,
        node: &TreeNode<f64, bool>,
        rows: &[usize],
        columns: &[usize],
        nodes: &mut Grown,
    ) -> Option<usize> {
        let place = nodes.len();
        let n_yes = rows.iter().filter(|&&row| self.truth[row]).count();
        let odds = (n_yes as f64 + 0.5) / ((rows.len() - n_yes) as f64 + 0.5);
        nodes.push(Node::Leaf(ln(odds)));
        let children: Vec<&TreeNode<f64, bool>> =
            node.children().into_iter().filter_map(|child| child.as_deref()).collect();
        let ([below, above], false) = (children.as_slice(), node.is_leaf()) else {
            return Some(n_yes);
        };
        let (feature, at, _) = node.split();
        let column = columns[feature];
        let (left, right): (Vec<usize>, Vec<usize>) =
            rows.iter().partition(|&&row| self.records[[row, column]] <= at);
        let first = nodes.len() as u32;
        let left_yes = self.grow(below, &left, columns, nodes);
        let second = nodes.len() as u32;
        let right_yes = self.grow(above, &right, columns, nodes);
        if let (Some(left_yes), Some(right_yes)) = (left_yes, right_yes) {
            // Both leaves may say the same, if only by a tie: one leaf does.
            let side = |n_yes: usize, n: usize| (2 * n_yes).cmp(&n);
            let sides = (side(left_yes, left.len()), side(right_yes, right.len()));
            if sides.0 == sides.1 || sides.0.is_eq() || sides.1.is_eq() {
                nodes.truncate(place + 1);
                return Some(n_yes);
            }
        }
        nodes[place] = Node::Split { term: self.columns[column], at, below: first, above: second };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn a_tree_asks_for_the_term_that_tells() {
        let rows = Array2::from_shape_fn((40, 3), |(row, term)| match term {
            0 => (row % 5) as f32 / 5.0,
            1 => f32::from(u8::from(row % 2 == 0)),
            _ => 0.0,
        });
        let targets = Array2::from_shape_fn((40, 2), |(row, label)| label == 0 && row % 2 == 0);
        let model = LinfaTreesParams::default().fit(&DatasetBase::new(rows, targets)).unwrap();
        assert!(matches!(model.nodes()[0], Node::Split { term: 1, .. }));
        let mut scores = [0.0; 2];
        model.score_into([(1, 1.0)], &mut scores);
        assert!(scores[0] > 3.0 && scores[1] < -3.0, "{scores:?}");
        model.score_into([(0, 0.6)], &mut scores);
        assert!(scores[0] < -3.0, "{scores:?}");
    }

    #[test]
    fn leaves_that_differ_by_luck_alone_become_one() {
        // Rows alike but for their label: every leaf is a tie.
        let rows = array![[1.0_f32], [1.0], [0.0], [0.0], [1.0], [1.0], [0.0], [0.0]];
        let targets = Array2::from_shape_fn((8, 1), |(row, _)| row % 2 == 0);
        for _ in 0..20 {
            let data = DatasetBase::new(rows.clone(), targets.clone());
            let model = LinfaTreesParams::default().fit(&data).unwrap();
            assert_eq!(model.nodes(), [Node::Leaf(0.0)]);
        }
    }
}
