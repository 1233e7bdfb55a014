//! Folds that keep groups whole and labels evenly spread.
//!
//! After the iterative stratification of Sechidis, Tsoumakas and Vlahavas (2011), with groups in place
//! of single texts: the rarest label goes first, each of its groups to the fold that wants that label
//! most, then to the one that wants texts most. Groups without labels fill up what is left. Unlike
//! theirs the order of the labels is fixed once, by their number in all texts.

use crate::math::Generator;

/// For each text its fold, 0..`n_folds`. Texts of one group share a fold. The same arguments give
/// the same folds. Cost: groups x labels + groups x folds.
///
/// `targets[i]` are the labels of text i, below `n_labels`; `groups[i]` is its group.
///
/// ```
/// use leitmotif::evaluate::grouped_folds;
/// let folds = grouped_folds(&[vec![0], vec![0], vec![], vec![]], &[0, 1, 2, 2], 1, 2, 42);
/// assert_ne!(folds[0], folds[1]);
/// assert_eq!(folds[2], folds[3]);
/// ```
///
/// # Panics
/// Where `n_folds` is 0 or the lengths differ.
pub fn grouped_folds(
    targets: &[Vec<usize>],
    groups: &[usize],
    n_labels: usize,
    n_folds: usize,
    seed: u64,
) -> Vec<usize> {
    spread(targets, groups, n_labels, n_labels, n_folds, seed)
}

/// The same, which among folds that want a label equally looks at its pairs of labels, too, so that what stands
/// together is spread as evenly (after the second-order stratification of Szymanski and Kajdanowicz 2017; theirs lets
/// pairs go first, which with many rare pairs leaves rare labels to chance). Pairs of texts with more than 50 labels are
/// left out.
///
/// ```
/// use leitmotif::evaluate::resample::stratified_folds;
/// let targets = [vec![0, 1], vec![0, 1], vec![0], vec![0], vec![1], vec![1]];
/// let folds = stratified_folds(&targets, &[0, 1, 2, 3, 4, 5], 2, 2, 42);
/// assert_ne!(folds[0], folds[1]);
/// ```
///
/// # Panics
/// As [`grouped_folds`].
pub fn stratified_folds(
    targets: &[Vec<usize>],
    groups: &[usize],
    n_labels: usize,
    n_folds: usize,
    seed: u64,
) -> Vec<usize> {
    let (with_pairs, n_all) = with_pairs(targets, n_labels);
    spread(&with_pairs, groups, n_labels, n_all, n_folds, seed)
}

/// Folds by the first `n_labels` of `n_all` labels; the others only settle ties.
fn spread(
    targets: &[Vec<usize>],
    groups: &[usize],
    n_labels: usize,
    n_all: usize,
    n_folds: usize,
    seed: u64,
) -> Vec<usize> {
    assert!(n_folds > 0 && targets.len() == groups.len());
    let gathered = gather(targets, groups);
    let mut order: Vec<usize> = (0..gathered.len()).collect();
    Generator::new(seed).shuffle(&mut order);
    let mut bearers: Vec<Vec<usize>> = vec![Vec::new(); n_labels];
    for &group in &order {
        let labels = gathered[group].labels.range(..n_labels);
        labels.for_each(|(&label, _)| bearers[label].push(group));
    }

    let mut wanted = Wanted::new(targets, n_labels, n_all, n_folds);
    let mut fold_of_group = vec![usize::MAX; gathered.len()];
    for label in rarest_first(targets, n_labels) {
        for &group in &bearers[label] {
            if fold_of_group[group] == usize::MAX {
                fold_of_group[group] = wanted.place(&gathered[group], Some(label));
            }
        }
    }
    for &group in &order {
        if fold_of_group[group] == usize::MAX {
            fold_of_group[group] = wanted.place(&gathered[group], None);
        }
    }
    groups.iter().map(|&group| fold_of_group[group]).collect()
}

/// Of texts with more labels pairs are not looked at: there would be too many.
const MOST_LABELS_FOR_PAIRS: usize = 50;

/// `targets` with a label more for each pair of labels that stand together, and the number of labels then.
fn with_pairs(targets: &[Vec<usize>], n_labels: usize) -> (Vec<Vec<usize>>, usize) {
    let mut numbers = std::collections::HashMap::new();
    let mut add_pairs = |target: &Vec<usize>| {
        let mut all = target.clone();
        if target.len() > MOST_LABELS_FOR_PAIRS {
            return all;
        }
        for (place, &a) in target.iter().enumerate() {
            for &b in &target[place + 1..] {
                let next = n_labels + numbers.len();
                all.push(*numbers.entry((a, b)).or_insert(next));
            }
        }
        all
    };
    let targets = targets.iter().map(&mut add_pairs).collect();
    (targets, n_labels + numbers.len())
}

/// A group: how many texts, and how many of them have each of its labels.
#[derive(Default)]
struct Group {
    n_texts: usize,
    labels: std::collections::BTreeMap<usize, usize>,
}

fn gather(targets: &[Vec<usize>], groups: &[usize]) -> Vec<Group> {
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    let mut gathered: Vec<Group> = (0..n_groups).map(|_| Group::default()).collect();
    for (target, &group) in targets.iter().zip(groups) {
        gathered[group].n_texts += 1;
        for &label in target {
            *gathered[group].labels.entry(label).or_insert(0) += 1;
        }
    }
    gathered
}

fn rarest_first(targets: &[Vec<usize>], n_labels: usize) -> Vec<usize> {
    let mut support = vec![0_usize; n_labels];
    let labels = targets.iter().flatten().filter(|&&label| label < n_labels);
    labels.for_each(|&label| support[label] += 1);
    let mut labels: Vec<usize> = (0..n_labels).filter(|&label| support[label] > 0).collect();
    labels.sort_by_key(|&label| (support[label], label));
    labels
}

/// What each fold still wants: texts, and texts of each label (`labels[label * n_folds + fold]`).
struct Wanted {
    texts: Vec<f64>,
    labels: Vec<f64>,
    /// Labels from here on are pairs.
    n_labels: usize,
}

impl Wanted {
    fn new(targets: &[Vec<usize>], n_labels: usize, n_all: usize, n_folds: usize) -> Self {
        let share = 1.0 / n_folds as f64;
        let mut labels = vec![0.0; n_all * n_folds];
        for &label in targets.iter().flatten() {
            labels[label * n_folds..][..n_folds].iter_mut().for_each(|wanted| *wanted += share);
        }
        Wanted { texts: vec![targets.len() as f64 * share; n_folds], labels, n_labels }
    }

    /// The fold that wants `group` most; the first of equals. Its wants are then lowered.
    fn place(&mut self, group: &Group, label: Option<usize>) -> usize {
        let n_folds = self.texts.len();
        let want = |fold: usize| {
            let of_label = label.map_or(0.0, |label| self.labels[label * n_folds + fold]);
            let pairs = group.labels.range(self.n_labels..);
            let of_pairs: f64 = pairs.map(|(&pair, _)| self.labels[pair * n_folds + fold]).sum();
            (of_label, of_pairs, self.texts[fold])
        };
        let mut best = 0;
        for fold in 1..n_folds {
            if want(fold) > want(best) {
                best = fold;
            }
        }
        self.texts[best] -= group.n_texts as f64;
        for (&label, &n) in &group.labels {
            self.labels[label * n_folds + best] -= n as f64;
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rare_labels_are_spread_over_all_folds() {
        let targets: Vec<Vec<usize>> = (0..100)
            .map(|i| if i < 5 { vec![0, 1] } else { vec![1; usize::from(i % 2 == 0)] })
            .collect();
        let groups: Vec<usize> = (0..100).collect();
        let folds = grouped_folds(&targets, &groups, 2, 5, 1);
        let mut rare: Vec<usize> = folds[..5].to_vec();
        rare.sort_unstable();
        assert_eq!(rare, [0, 1, 2, 3, 4]);
        let size = |fold| folds.iter().filter(|&&f| f == fold).count();
        assert!((0..5).all(|fold| (18..=22).contains(&size(fold))));
    }

    #[test]
    fn labels_and_their_pairs_are_spread_where_most_pairs_are_rare() {
        let mut generator = Generator::new(8);
        let targets: Vec<Vec<usize>> = (0..300)
            .map(|_| {
                // The rarer the higher the number.
                let mut draw = || 1200 / (30 + generator.below(1200));
                let mut labels: Vec<usize> = (0..3).map(|_| draw()).collect();
                labels.sort_unstable();
                labels.dedup();
                labels
            })
            .collect();
        let groups: Vec<usize> = (0..300).collect();
        let n_labels = 41;
        for seed in 0..20 {
            let folds = stratified_folds(&targets, &groups, n_labels, 5, seed);
            for label in 0..n_labels {
                let bearers: Vec<usize> =
                    (0..300).filter(|&text| targets[text].contains(&label)).collect();
                let missing = (0..5).filter(|fold| !bearers.iter().any(|&t| folds[t] == *fold));
                let n_missing = missing.count();
                assert!(bearers.len() < 8 || n_missing == 0, "{label} of {}", bearers.len());
            }
        }
    }

    proptest! {
        #[test]
        fn groups_stay_whole_and_folds_stay_in_range(
            texts in prop::collection::vec((prop::collection::vec(0_usize..6, 0..3), 0_usize..20), 1..80),
            n_folds in 1_usize..7,
            seed in any::<u64>(),
        ) {
            let (targets, groups): (Vec<_>, Vec<_>) = texts.into_iter().unzip();
            let folds = grouped_folds(&targets, &groups, 6, n_folds, seed);
            let mut fold_of = std::collections::HashMap::new();
            for (&group, &fold) in groups.iter().zip(&folds) {
                prop_assert!(fold < n_folds);
                prop_assert_eq!(*fold_of.entry(group).or_insert(fold), fold);
            }
            prop_assert_eq!(&folds, &grouped_folds(&targets, &groups, 6, n_folds, seed));
        }
    }
}
