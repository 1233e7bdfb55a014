//! The model of decision trees: each label's score is the mean over its trees of the value at the
//! leaf that a row comes to. Cost: the depth of the trees times their number.

/// Decision trees, all nodes in one list.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeModel {
    nodes: Vec<Node>,
    /// The root of each tree and the label it is about, labels rising.
    roots: Vec<(u32, u32)>,
    n_labels: usize,
}

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node {
    /// Rows whose value of `term` is at most `at` go on at node `below`, the others at `above`;
    /// both stand behind this node in the list.
    Split {
        /// The term asked for.
        term: u32,
        /// The greatest value that goes `below`.
        at: f64,
        /// The number of a node.
        below: u32,
        /// The number of a node.
        above: u32,
    },
    /// The end, with its value.
    Leaf(f64),
}

impl TreeModel {
    /// A model from its nodes and, for each tree, its root and label; `None` where a root or label
    /// is out of range, roots or labels do not rise, a label has no tree, or a node leads back.
    pub fn new(nodes: Vec<Node>, roots: Vec<(u32, u32)>, n_labels: usize) -> Option<Self> {
        let leads_on = |(number, node): (usize, &Node)| match *node {
            Node::Leaf(value) => value.is_finite(),
            Node::Split { below, above, at, .. } => {
                let is_behind = |next: u32| (number + 1..nodes.len()).contains(&(next as usize));
                is_behind(below) && is_behind(above) && at.is_finite()
            }
        };
        let has_tree: Vec<u32> = roots.iter().map(|root| root.1).collect();
        let all_labels = (0..n_labels as u32).all(|label| has_tree.binary_search(&label).is_ok());
        let fits = roots
            .iter()
            .all(|&(root, label)| (root as usize) < nodes.len() && (label as usize) < n_labels);
        let holds = fits
            && all_labels
            && has_tree.is_sorted()
            && roots.is_sorted_by(|a, b| a.0 < b.0)
            && nodes.iter().enumerate().all(leads_on);
        holds.then_some(TreeModel { nodes, roots, n_labels })
    }

    /// Number of labels.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// All nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The root of each tree and its label.
    pub fn roots(&self) -> &[(u32, u32)] {
        &self.roots
    }

    /// The score of each label for one row of (term, value), terms rising.
    ///
    /// # Panics
    /// Where `scores` has not one place per label.
    pub fn score_into(&self, row: impl IntoIterator<Item = (u32, f32)>, scores: &mut [f64]) {
        assert_eq!(scores.len(), self.n_labels);
        let row: Vec<(u32, f32)> = row.into_iter().collect();
        scores.fill(0.0);
        for trees in self.roots.chunk_by(|a, b| a.1 == b.1) {
            let sum: f64 = trees.iter().map(|&(root, _)| self.value(root, &row)).sum();
            scores[trees[0].1 as usize] = sum / trees.len() as f64;
        }
    }

    fn value(&self, root: u32, row: &[(u32, f32)]) -> f64 {
        let mut number = root;
        loop {
            match self.nodes[number as usize] {
                Node::Leaf(value) => return value,
                Node::Split { term, at, below, above } => {
                    let place = row.binary_search_by_key(&term, |&(term, _)| term);
                    let value = place.map_or(0.0, |place| f64::from(row[place].1));
                    number = if value <= at { below } else { above };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(term: u32, below: u32, above: u32) -> Node {
        Node::Split { term, at: 0.5, below, above }
    }

    #[test]
    fn a_score_is_the_mean_of_the_leaves() {
        let nodes = vec![
            split(3, 1, 2),
            Node::Leaf(-1.0),
            split(5, 3, 4),
            Node::Leaf(1.0),
            Node::Leaf(4.0),
            Node::Leaf(2.0),
            Node::Leaf(1.0),
        ];
        let model = TreeModel::new(nodes, vec![(0, 0), (5, 0), (6, 1)], 2).unwrap();
        let mut scores = [0.0; 2];
        model.score_into([(3, 0.75), (5, 0.25)], &mut scores);
        assert_eq!(scores, [1.5, 1.0]);
        model.score_into([], &mut scores);
        assert_eq!(scores, [0.5, 1.0]);
    }

    #[test]
    fn trees_that_lead_back_or_nowhere_are_refused() {
        let leaf = Node::Leaf(0.0);
        assert!(TreeModel::new(vec![split(0, 0, 1), leaf], vec![(0, 0)], 1).is_none());
        assert!(TreeModel::new(vec![split(0, 1, 2), leaf], vec![(0, 0)], 1).is_none());
        assert!(TreeModel::new(vec![leaf], vec![(1, 0)], 1).is_none());
        assert!(TreeModel::new(vec![leaf], vec![(0, 0)], 2).is_none());
        assert!(TreeModel::new(vec![leaf], vec![(0, 1), (0, 0)], 2).is_none());
        assert!(TreeModel::new(vec![Node::Leaf(f64::NAN)], vec![(0, 0)], 1).is_none());
        assert!(TreeModel::new(vec![leaf], vec![(0, 0)], 1).is_some());
    }
}
