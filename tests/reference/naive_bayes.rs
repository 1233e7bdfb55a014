//! Naive Bayes held against scikit-learn's, and the machine on terms weighed by it held against the
//! paper's formulas with scikit-learn's `LinearSVC` inside.
//!
//! Enters: `naive_bayes.json`. Rows that were not learned from are scored too; they have terms that
//! no learned row has. A label that no row has, or every row, is not compared: scikit-learn has no
//! finite prior for it.

use leitmotif::classify::{LinearModel, NaiveBayesParams, NbSvmParams};
use linfa::traits::Fit;
use serde::Deserialize;

use super::{Dataset, GAP_TOLERANCE, SVM_TOLERANCE, StoredRow};
use super::{assert_model, assert_near, dataset, matrix, stored};

/// naive_bayes.json.
#[derive(Deserialize)]
struct NaiveBayes {
    n_terms: usize,
    rows: Vec<StoredRow>,
    /// So many rows are learned from, the first ones; all are scored.
    n_fit: usize,
    /// Of the rows that are learned from: exactly one label each.
    exclusive: Vec<Vec<bool>>,
    /// Of the same rows: any number of labels.
    apart: Vec<Vec<bool>>,
    bayes: Vec<StoredScores>,
    nb_svm: Vec<StoredNbSvm>,
}

#[derive(Deserialize)]
struct StoredScores {
    event: String,
    exclusive: bool,
    smoothing: f64,
    /// Of each row, for each label: joint log likelihoods where labels are exclusive, else the log
    /// odds of yes against no.
    scores: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct StoredNbSvm {
    cost: f64,
    smoothing: f64,
    /// For each label the weight of each term.
    weights: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

/// Both compute in f64, but our weights are f32. They are below 16 in size, so that one rounding is
/// off by 2^-21 at most; where labels are exclusive a weight is rounded twice (before and after the
/// mean is taken off), and a difference of scores has two of them. The values of a row sum to 3.5 at
/// most (make.py asserts it), and the bias counts as one more: 4 * 2^-21 * 4.5 = 8.6e-6.
const SCORES_TOLERANCE: f64 = 9e-6;

impl NaiveBayes {
    fn learned_from(&self, targets: &[Vec<bool>]) -> Dataset {
        dataset(matrix(self.n_terms, &self.rows[..self.n_fit]), targets)
    }
}

fn fit(data: &NaiveBayes, theirs: &StoredScores) -> LinearModel {
    let params = match theirs.event.as_str() {
        "multinomial" => NaiveBayesParams::multinomial(),
        "complement" => NaiveBayesParams::complement(),
        other => panic!("no event {other}"),
    };
    let targets = if theirs.exclusive { &data.exclusive } else { &data.apart };
    let params = params.exclusive(theirs.exclusive).smoothing(theirs.smoothing);
    params.fit(&data.learned_from(targets)).expect("the settings are in range")
}

/// Compares the scores of every row, less what `base` makes of the row's scores.
fn assert_scores(event: &str, exclusive: bool, base: impl Fn(&[f64]) -> f64) {
    let data: NaiveBayes = stored("naive_bayes.json");
    assert!(data.n_fit < data.rows.len());
    let is_meant = |case: &&StoredScores| case.event == event && case.exclusive == exclusive;
    let cases: Vec<&StoredScores> = data.bayes.iter().filter(is_meant).collect();
    assert!(!cases.is_empty());
    for case in cases {
        let ours = fit(&data, case).scores(&matrix(data.n_terms, &data.rows));
        assert_eq!(ours.nrows(), case.scores.len());
        for (row, (ours, theirs)) in ours.rows().into_iter().zip(&case.scores).enumerate() {
            let ours = ours.to_vec();
            assert_eq!(ours.len(), theirs.len());
            let (our_base, their_base) = (base(&ours), base(theirs));
            for (label, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                let of_what = (event, "smoothing", case.smoothing, "row", row, "label", label);
                let (ours, theirs) = (ours - our_base, theirs - their_base);
                assert_near(ours, theirs, SCORES_TOLERANCE, &of_what);
            }
        }
    }
}

/// Ours have their mean over the labels taken off, so that differences are what can be compared.
fn of_first_label(scores: &[f64]) -> f64 {
    scores[0]
}

#[test]
fn scores_of_exclusive_labels_differ_as_those_of_multinomial_nb() {
    assert_scores("multinomial", true, of_first_label);
}

#[test]
fn scores_of_exclusive_labels_differ_as_those_of_complement_nb() {
    assert_scores("complement", true, of_first_label);
}

#[test]
fn scores_of_labels_apart_are_the_log_odds_of_multinomial_nb() {
    assert_scores("multinomial", false, |_| 0.0);
}

#[test]
fn scores_of_labels_apart_are_the_log_odds_of_complement_nb() {
    assert_scores("complement", false, |_| 0.0);
}

/// The weights v of the machine are as near as `SVM_TOLERANCE` says, and 1.6e-5 more for ratios and
/// weighed rows being f32 here (make.py asserts that bound): that is what a bias may be off. A weight
/// r (v / 4 + 3/4 |v|_1 / V) is off by at most |r| (1/4 + 3/4 / sqrt(V)) of it, |r| below 4.2 and
/// V = 76: by 1.4 times as much.
#[test]
fn nb_svm_weights_are_those_of_the_paper_with_linear_svc() {
    let data: NaiveBayes = stored("naive_bayes.json");
    let dataset = data.learned_from(&data.apart);
    assert!(!data.nb_svm.is_empty());
    for theirs in &data.nb_svm {
        let params = NbSvmParams::default().cost(theirs.cost).smoothing(theirs.smoothing);
        let ours = params.tolerance(GAP_TOLERANCE).fit(&dataset).expect("settings in range");
        let of_what = ("C", theirs.cost, "smoothing", theirs.smoothing);
        let learned = (&theirs.weights[..], &theirs.bias[..]);
        assert_model(&ours, learned, 1.4 * (SVM_TOLERANCE + 1.6e-5), &of_what);
    }
}
