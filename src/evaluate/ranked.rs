//! Decisions about one label, sorted by probability once, so that all figures for any weights of the
//! texts come in one pass.
//!
//! Enters: for each text its probability, truth and decision. Leaves: figures for the texts drawn so
//! and so often, which is what the bootstrap asks a thousand times.
//!
//! With w the weights, y the truth (0 or 1), p the probability, N = sum of w:
//!
//! * average precision: sum over the distinct p, highest first, of the recall gained there times the
//!   precision reached there; equal p enter together (scikit-learn's `average_precision_score`);
//! * ROC AUC: the share of pairs of a true and an untrue text in which the true one has the higher p,
//!   equal ones counting half (Mann and Whitney 1947; Hanley and McNeil 1982);
//! * log loss: the mean of -ln of the probability of what is the case, kept 2^-52 away from 0 and 1;
//! * Brier: the mean of (p - y)^2 (Brier 1950);
//! * expected calibration error: ten bins of equal width, the mean distance of the mean p of a bin
//!   from its share of true texts (Naeini, Cooper and Hauskrecht 2015).

use crate::math::ln;

/// One decision about one text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decided {
    /// The text.
    pub text: usize,
    /// The probability of the label, 0 to 1.
    pub probability: f64,
    /// Whether the text has the label.
    pub is_true: bool,
    /// Whether it was given the label.
    pub is_given: bool,
}

/// Decisions about one label.
#[derive(Debug)]
pub struct Ranked {
    order: Order,
    /// By bin of probability, and within a bin in the order of the texts, so that weights are read in a row.
    rows: Vec<Row>,
    /// Where the rows of each bin begin, and the end.
    bins: Vec<usize>,
    /// (probability, whether true), probabilities falling.
    pairs: Vec<(f64, bool)>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    text: u32,
    is_true: bool,
    is_given: bool,
    apart: f64,
    log_loss: f64,
}

/// Who stands before whom: texts by falling probability, and whether they are true.
#[derive(Debug)]
pub struct Order(Vec<u32>);

/// In an entry of an order: the text is true; the next one has another probability.
const IS_TRUE: u32 = 1 << 31;
const ENDS_TIE: u32 = 1 << 30;
/// So many texts can be told apart beside the two marks.
const MOST_TEXTS: usize = 1 << 30;

/// How many bins of equal width calibration is judged in.
pub const N_BINS: usize = 10;

/// What one pass adds up. Sums of several labels can be joined, all but the two that rank.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Decisions.
    pub n: f64,
    /// Of these true,
    pub n_true: f64,
    /// given,
    pub n_given: f64,
    /// and both.
    pub n_found: f64,
    /// Sum of the log losses.
    pub log_loss: f64,
    /// Sum of the squared distances.
    pub brier: f64,
    /// For each bin the sum of the probabilities less the number that are true.
    pub excess: [f64; N_BINS],
    /// Sum over the true ones of the precision reached where they stand.
    pub precision_sum: f64,
    /// Number of pairs in the right order, equal ones counting half.
    pub pairs_in_order: f64,
}

impl Order {
    /// The order of decisions, probabilities falling.
    ///
    /// # Panics
    /// Where there are more than 2^30 texts.
    pub fn new(mut decided: Vec<Decided>) -> Self {
        sort(&mut decided);
        Order::of_sorted(&decided)
    }

    fn of_sorted(decided: &[Decided]) -> Self {
        let entry = |(place, own): (usize, &Decided)| {
            assert!(own.text < MOST_TEXTS, "texts are counted in 30 bits");
            let next = decided.get(place + 1);
            let ends_tie = next.is_none_or(|next| next.probability != own.probability);
            let marks = [(own.is_true, IS_TRUE), (ends_tie, ENDS_TIE)];
            let marked =
                marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark).sum::<u32>();
            own.text as u32 | marked
        };
        Order(decided.iter().enumerate().map(entry).collect())
    }

    /// The sum over the true ones of the precision reached where they stand, and the number of pairs in the right
    /// order, equal ones counting half. Cost: linear in the decisions.
    pub fn sums(&self, weights: &[u32]) -> (f64, f64) {
        let (mut seen, mut found, mut above, mut found_above) = (0_u64, 0_u64, 0_u64, 0_u64);
        let (mut precision, mut twice_in_order) = (0.0, 0.0);
        for &entry in &self.0 {
            let weight = u64::from(weights[(entry & !(IS_TRUE | ENDS_TIE)) as usize]);
            seen += weight;
            found += weight * u64::from(entry >> 31);
            if entry & ENDS_TIE != 0 {
                let gained = found - found_above;
                if gained > 0 {
                    precision += gained as f64 * (found as f64 / seen as f64);
                }
                let untrue = seen - above - gained;
                twice_in_order += (untrue * (found + found_above)) as f64;
                (above, found_above) = (seen, found);
            }
        }
        (precision, twice_in_order / 2.0)
    }
}

fn sort(decided: &mut [Decided]) {
    decided
        .sort_unstable_by(|a, b| b.probability.total_cmp(&a.probability).then(a.text.cmp(&b.text)));
}

impl Ranked {
    /// Sorts decisions. Cost: n log n.
    ///
    /// # Panics
    /// Where there are more than 2^30 texts.
    pub fn new(mut decided: Vec<Decided>) -> Self {
        sort(&mut decided);
        let order = Order::of_sorted(&decided);
        let pairs = decided.iter().map(|own| (own.probability, own.is_true)).collect();
        decided.sort_unstable_by_key(|own| (bin_of(own.probability), own.text));
        let begins = |bin: usize| decided.partition_point(|own| bin_of(own.probability) < bin);
        let bins = (0..=N_BINS).map(begins).collect();
        let row = |own: &Decided| Row {
            text: own.text as u32,
            is_true: own.is_true,
            is_given: own.is_given,
            apart: own.probability - f64::from(u8::from(own.is_true)),
            log_loss: log_loss(own.probability, own.is_true),
        };
        Ranked { order, rows: decided.iter().map(row).collect(), bins, pairs }
    }

    /// All sums, where text i counts `weights[i]` times. Cost: linear in the decisions.
    pub fn sums(&self, weights: &[u32]) -> Sums {
        let mut sums = Sums::default();
        let (mut n, mut n_true, mut n_given, mut n_found) = (0, 0, 0, 0);
        for (bin, ends) in self.bins.windows(2).enumerate() {
            let mut excess = 0.0;
            for row in &self.rows[ends[0]..ends[1]] {
                let count = weights[row.text as usize];
                n += count;
                n_true += count * u32::from(row.is_true);
                n_given += count * u32::from(row.is_given);
                n_found += count * u32::from(row.is_true & row.is_given);
                let weight = f64::from(count);
                sums.log_loss += weight * row.log_loss;
                sums.brier += weight * (row.apart * row.apart);
                excess += weight * row.apart;
            }
            sums.excess[bin] = excess;
        }
        [sums.n, sums.n_true, sums.n_given, sums.n_found] =
            [n, n_true, n_given, n_found].map(f64::from);
        (sums.precision_sum, sums.pairs_in_order) = self.order.sums(weights);
        sums
    }

    /// The decisions, probabilities falling, as (probability, whether true).
    pub fn pairs(&self) -> &[(f64, bool)] {
        &self.pairs
    }
}

/// -ln of the probability of what is the case.
fn log_loss(probability: f64, is_true: bool) -> f64 {
    let p = probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
    -ln(if is_true { p } else { 1.0 - p })
}

/// The bin of a probability: tenths, each without its upper end but the last.
pub fn bin_of(probability: f64) -> usize {
    ((probability * N_BINS as f64) as usize).min(N_BINS - 1)
}

impl Sums {
    /// Average precision; undefined where none is true.
    pub fn average_precision(&self) -> Option<f64> {
        (self.n_true > 0.0).then(|| self.precision_sum / self.n_true)
    }

    /// ROC AUC; undefined where all are true or none is.
    pub fn roc_auc(&self) -> Option<f64> {
        let pairs = self.n_true * (self.n - self.n_true);
        (pairs > 0.0).then(|| self.pairs_in_order / pairs)
    }

    /// Expected calibration error; undefined without decisions.
    pub fn calibration_error(&self) -> Option<f64> {
        let apart: f64 = self.excess.iter().map(|excess| excess.abs()).sum();
        (self.n > 0.0).then(|| apart / self.n)
    }

    /// Adds decisions about another label; the two sums that rank are left alone.
    pub fn join(&mut self, other: &Sums) {
        self.n += other.n;
        self.n_true += other.n_true;
        self.n_given += other.n_given;
        self.n_found += other.n_found;
        self.log_loss += other.log_loss;
        self.brier += other.brier;
        self.excess.iter_mut().zip(other.excess).for_each(|(sum, own)| *sum += own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::metrics::average_precision;
    use crate::evaluate::trust::expected_calibration_error;
    use proptest::prelude::*;

    fn decided(rows: &[(u8, bool, bool)]) -> Vec<Decided> {
        let one = |(text, &(tenth, is_true, is_given)): (usize, &(u8, bool, bool))| Decided {
            text,
            probability: f64::from(tenth) / 10.0,
            is_true,
            is_given,
        };
        rows.iter().enumerate().map(one).collect()
    }

    /// The share of ordered pairs, looked at one by one.
    fn auc_by_pairs(rows: &[Decided]) -> Option<f64> {
        let (mut n, mut in_order) = (0.0, 0.0);
        for a in rows.iter().filter(|row| row.is_true) {
            for b in rows.iter().filter(|row| !row.is_true) {
                n += 1.0;
                in_order += match a.probability.total_cmp(&b.probability) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        (n > 0.0).then(|| in_order / n)
    }

    fn near(a: Option<f64>, b: Option<f64>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-12,
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    proptest! {
        /// A text drawn twice counts as two texts would, judged the slow way.
        #[test]
        fn weights_are_repeats(
            rows in prop::collection::vec((0_u8..=10, any::<bool>(), any::<bool>()), 1..40),
            weights in prop::collection::vec(0_u32..4, 40),
        ) {
            let rows = decided(&rows);
            let repeated: Vec<Decided> = rows
                .iter()
                .flat_map(|row| std::iter::repeat_n(*row, weights[row.text] as usize))
                .collect();
            let pairs: Vec<(f64, bool)> =
                repeated.iter().map(|row| (row.probability, row.is_true)).collect();
            let sums = Ranked::new(rows).sums(&weights);
            prop_assert_eq!(sums.n as usize, repeated.len());
            let n_found = repeated.iter().filter(|row| row.is_true && row.is_given).count();
            prop_assert_eq!(sums.n_found as usize, n_found);
            prop_assert!(near(sums.average_precision(), average_precision(pairs.clone())));
            prop_assert!(near(sums.roc_auc(), auc_by_pairs(&repeated)));
            prop_assert!(near(sums.calibration_error(), expected_calibration_error(&pairs)));
        }
    }
}
