//! The library's numbers held against those of scikit-learn 1.9.1.
//!
//! Enters: `tests/reference/*.json`, which `tests/reference/make.py` writes from texts, random
//! decisions and settings of its own. Leaves: the same numbers from the library's public interface,
//! within a tolerance that is given where it is used: tf-idf weights, figures of an evaluation, and
//! the weights of the linear models; naive Bayes, the coherence of topics and all other figures have files of their own. Nothing here computes what is
//! expected.

#[path = "reference/coherence.rs"]
mod coherence;
#[path = "reference/evaluation.rs"]
mod evaluation;
#[path = "reference/naive_bayes.rs"]
mod naive_bayes;

use std::collections::HashMap;
use std::fmt::Debug;
use std::path::Path;

use leitmotif::classify::{LinearModel, LogisticParams, SvmParams};
use leitmotif::evaluate::{Averages, Evaluation, Judged};
use leitmotif::matrix::TermMatrix;
use leitmotif::tokenize::{Tokenizer, Tokens};
use leitmotif::vectorize::Scratch;
use leitmotif::vectorize::{CountedCorpus, Selection, Vectorizer, VectorizerParams};
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array2;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A row as make.py writes it: (term, value), terms rising.
type StoredRow = Vec<(u32, f64)>;

/// tfidf.json.
#[derive(Deserialize)]
struct TfIdf {
    /// The vectorizers are fitted on so many texts, the first ones.
    n_fit: usize,
    texts: Vec<Text>,
    cases: Vec<TfIdfCase>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    tokens: Vec<String>,
}

#[derive(Deserialize)]
struct TfIdfCase {
    params: VectorizerParams,
    blocks: Vec<StoredBlock>,
    /// Of all texts, also those outside the fit.
    rows: Vec<StoredRow>,
}

#[derive(Deserialize)]
struct StoredBlock {
    terms: Vec<String>,
    idf: Vec<f64>,
}

/// metrics.json.
#[derive(Deserialize)]
struct Metrics {
    cases: Vec<MetricsCase>,
}

/// Triples are precision, recall and F1; what is undefined is `None`.
#[derive(Deserialize)]
struct MetricsCase {
    truths: Vec<Vec<usize>>,
    predicted: Vec<Vec<usize>>,
    scores: Vec<Vec<f64>>,
    micro: [Option<f64>; 3],
    #[serde(rename = "macro")]
    macro_: [Option<f64>; 3],
    subset_accuracy: f64,
    hamming_loss: f64,
    labels: Vec<[Option<f64>; 3]>,
    average_precision: Vec<Option<f64>>,
}

/// linear.json.
#[derive(Deserialize)]
struct Linear {
    n_terms: usize,
    rows: Vec<StoredRow>,
    targets: Vec<Vec<bool>>,
    models: Vec<StoredModel>,
}

#[derive(Deserialize)]
struct StoredModel {
    learner: String,
    cost: f64,
    /// For each label the weight of each term.
    weights: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

fn stored<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    let json = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&json).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn assert_near(ours: f64, theirs: f64, tolerance: f64, of_what: &impl Debug) {
    let differ = (ours - theirs).abs();
    assert!(differ <= tolerance, "{of_what:?}: ours {ours}, scikit-learn's {theirs}");
}

/// Both undefined, or both defined and near.
fn assert_same(ours: Option<f64>, theirs: Option<f64>, of_what: &impl Debug) {
    assert_eq!(ours.is_some(), theirs.is_some(), "{of_what:?}: ours {ours:?}, theirs {theirs:?}");
    if let (Some(ours), Some(theirs)) = (ours, theirs) {
        assert_near(ours, theirs, METRICS_TOLERANCE, of_what);
    }
}

/// A value is below 5 and computed in f64; it is stored as f32 here (half a unit in the last place
/// is 2.4e-7 at most) and with eight decimals there.
const TF_IDF_TOLERANCE: f64 = 1e-6;

/// Both compute in f64, from whole numbers; only the order of the additions differs.
const METRICS_TOLERANCE: f64 = 1e-9;

/// Both minimise the same strictly convex function, scikit-learn to a tolerance of 1e-8, we to
/// [`SOLVER_TOLERANCE`]: at most that is each of the n projected gradients g of the dual f when we
/// stop. With curvature m of f from its diagonal, at least 4 / C, f - f* <= |g|^2 / 2m <= n g^2 / 2m,
/// and |w - w*|^2 / 2 <= f - f*. For n = 32 and C = 10 weights are off by at most
/// sqrt(nC / 4) g = 9e-6; their rounding to f32 adds 1.2e-7. (Gradients move a little within the
/// last pass; against that stands that the bound is loose: the largest difference seen is 4e-7.)
const LOGISTIC_TOLERANCE: f64 = 1e-5;

/// Our machines compute in f32 and stop where the steps of all rows together gain less than 1e-11 of the dual, which is
/// below 20 here: a step is then some 1e-6, what rounding does to a dual variable above 8. The largest difference seen is
/// 1.6e-6.
const SVM_TOLERANCE: f64 = 6e-6;

/// What logistic regression is asked for here.
const SOLVER_TOLERANCE: f64 = 1e-6;

/// And machines: less than f32 can give, so that they stop where no step gains anything.
const GAP_TOLERANCE: f64 = 1e-12;

/// Enough passes for the tolerance to be what ends the search.
const MAX_PASSES: usize = 100_000;

/// One setting, counted and fitted. All texts are counted, and only the first `n_fit` learned from,
/// so that terms of the others must not leak in.
struct Fitted {
    counted: CountedCorpus,
    selection: Selection,
}

impl Fitted {
    fn new(data: &TfIdf, case: &TfIdfCase) -> Self {
        let texts: Vec<&str> = data.texts.iter().map(|text| text.text.as_str()).collect();
        let analyzers = case.params.analyzers();
        let counted =
            CountedCorpus::count(&texts, &Tokenizer::default(), &analyzers, |_| {}).unwrap();
        let rows: Vec<usize> = (0..data.n_fit).collect();
        let selection = Selection::fit(&case.params, &counted, &rows);
        Fitted { counted, selection }
    }

    fn matrix(&self, data: &TfIdf) -> TermMatrix {
        let rows: Vec<usize> = (0..data.texts.len()).collect();
        self.selection.matrix(&self.counted, &rows)
    }

    fn vectorizer(self, case: &TfIdfCase) -> Vectorizer {
        self.selection.vectorizer(&case.params, &self.counted)
    }
}

fn for_each_tf_idf_case(check: impl Fn(&TfIdf, &TfIdfCase)) {
    let data: TfIdf = stored("tfidf.json");
    assert!(!data.cases.is_empty() && data.n_fit < data.texts.len());
    data.cases.iter().for_each(|case| check(&data, case));
}

/// For each of scikit-learn's terms, which it numbers by their text, our number, which begins with those of many texts.
fn numbers(vectorizer: &Vectorizer, case: &TfIdfCase) -> Vec<u32> {
    let mut numbers = Vec::new();
    let mut first = 0;
    for ((terms, _), block) in vectorizer.parts().zip(&case.blocks) {
        let ours: HashMap<&str, u32> = terms.iter().zip(first..).collect();
        numbers.extend(block.terms.iter().map(|term| ours[term.as_str()]));
        first += terms.len() as u32;
    }
    numbers
}

fn assert_row(
    ours: impl Iterator<Item = (u32, f32)>,
    theirs: &StoredRow,
    numbers: &[u32],
    of_what: &impl Debug,
) {
    let ours: Vec<(u32, f32)> = ours.collect();
    let mut theirs: Vec<(u32, f64)> =
        theirs.iter().map(|&(term, value)| (numbers[term as usize], value)).collect();
    theirs.sort_unstable_by_key(|&(term, _)| term);
    assert_eq!(ours.len(), theirs.len(), "{of_what:?}");
    for ((term, value), (expected_term, expected)) in ours.into_iter().zip(theirs) {
        assert_eq!(term, expected_term, "{of_what:?}");
        assert_near(f64::from(value), expected, TF_IDF_TOLERANCE, &(of_what, term));
    }
}

#[test]
fn tokens_are_those_of_the_regular_expression() {
    let data: TfIdf = stored("tfidf.json");
    assert!(!data.texts.is_empty());
    let mut tokens = Tokens::default();
    for text in &data.texts {
        Tokenizer::default().tokenize(&text.text, &mut tokens).unwrap();
        assert_eq!(tokens.iter().collect::<Vec<_>>(), text.tokens, "{:?}", text.text);
    }
}

#[test]
fn vocabularies_are_scikit_learns() {
    for_each_tf_idf_case(|data, case| {
        let vectorizer = Fitted::new(data, case).vectorizer(case);
        assert_eq!(vectorizer.parts().count(), case.blocks.len(), "{:?}", case.params);
        for ((terms, _), block) in vectorizer.parts().zip(&case.blocks) {
            let mut terms: Vec<&str> = terms.iter().collect();
            terms.sort_unstable();
            assert_eq!(terms, block.terms, "{:?}", case.params);
        }
    });
}

#[test]
fn idf_values_are_scikit_learns() {
    for_each_tf_idf_case(|data, case| {
        let vectorizer = Fitted::new(data, case).vectorizer(case);
        let theirs = case.blocks.iter().flat_map(|block| &block.idf);
        let ours: Vec<f32> = vectorizer.parts().flat_map(|(_, idf)| idf.to_vec()).collect();
        assert_eq!(ours.len(), theirs.clone().count(), "{:?}", case.params);
        for (theirs, term) in theirs.zip(numbers(&vectorizer, case)) {
            let ours = f64::from(ours[term as usize]);
            assert_near(ours, *theirs, TF_IDF_TOLERANCE, &(&case.params, vectorizer.term(term)));
        }
    });
}

#[test]
fn tf_idf_values_of_the_corpus_are_scikit_learns() {
    for_each_tf_idf_case(|data, case| {
        let fitted = Fitted::new(data, case);
        let matrix = fitted.matrix(data);
        let numbers = numbers(&fitted.vectorizer(case), case);
        assert_eq!(matrix.n_rows(), case.rows.len());
        for (index, (ours, theirs)) in matrix.rows().zip(&case.rows).enumerate() {
            assert_row(ours.iter(), theirs, &numbers, &(&case.params, index));
        }
    });
}

#[test]
fn tf_idf_values_of_single_texts_are_scikit_learns() {
    let tokenizer = Tokenizer::default();
    for_each_tf_idf_case(|data, case| {
        let vectorizer = Fitted::new(data, case).vectorizer(case);
        let numbers = numbers(&vectorizer, case);
        let (mut tokens, mut scratch) = (Tokens::default(), Scratch::default());
        assert_eq!(data.texts.len(), case.rows.len());
        for (text, theirs) in data.texts.iter().zip(&case.rows) {
            tokenizer.tokenize(&text.text, &mut tokens).unwrap();
            let ours = vectorizer.vectorize(&tokens, &mut scratch);
            assert_row(ours.iter().copied(), theirs, &numbers, &(&case.params, &text.text));
        }
    });
}

fn evaluate(case: &MetricsCase) -> Evaluation {
    let n_labels = case.labels.len();
    Evaluation::new(&Judged {
        names: (0..n_labels).map(|label| label.to_string()).collect(),
        thresholds: vec![Some(0.5); n_labels],
        truths: case.truths.clone(),
        predicted: case.predicted.clone(),
        probabilities: case.scores.clone(),
    })
}

fn for_each_evaluation(check: impl Fn(usize, &Evaluation, &MetricsCase)) {
    let data: Metrics = stored("metrics.json");
    assert!(!data.cases.is_empty());
    data.cases.iter().enumerate().for_each(|(index, case)| check(index, &evaluate(case), case));
}

fn assert_averages(ours: Averages, theirs: [Option<f64>; 3], of_what: &impl Debug) {
    let ours = [("precision", ours.precision), ("recall", ours.recall), ("F1", ours.f1)];
    for ((name, ours), theirs) in ours.into_iter().zip(theirs) {
        assert_same(ours, theirs, &(of_what, name));
    }
}

#[test]
fn micro_averages_are_scikit_learns() {
    for_each_evaluation(|index, ours, theirs| assert_averages(ours.micro, theirs.micro, &index));
}

#[test]
fn macro_averages_over_the_defined_values_are_scikit_learns() {
    for_each_evaluation(|index, ours, theirs| assert_averages(ours.macro_, theirs.macro_, &index));
}

#[test]
fn subset_accuracy_and_hamming_loss_are_scikit_learns() {
    for_each_evaluation(|index, ours, theirs| {
        assert_same(ours.subset_accuracy, Some(theirs.subset_accuracy), &(index, "subset"));
        assert_same(ours.hamming_loss, Some(theirs.hamming_loss), &(index, "hamming"));
    });
}

#[test]
fn precision_recall_and_f1_of_each_label_are_scikit_learns() {
    for_each_evaluation(|index, ours, theirs| {
        for (label, (ours, &theirs)) in ours.labels.iter().zip(&theirs.labels).enumerate() {
            let c = ours.counts;
            let ours = Averages { precision: c.precision(), recall: c.recall(), f1: c.f1() };
            assert_averages(ours, theirs, &(index, label));
        }
    });
}

#[test]
fn average_precision_with_and_without_ties_is_scikit_learns() {
    for_each_evaluation(|index, ours, theirs| {
        assert_eq!(ours.labels.len(), theirs.average_precision.len());
        for (label, (ours, &theirs)) in
            ours.labels.iter().zip(&theirs.average_precision).enumerate()
        {
            assert_same(ours.average_precision, theirs, &(index, label));
        }
    });
}

type Dataset = DatasetBase<TermMatrix, Array2<bool>>;

/// The stored rows as such, so that no fault of the vectorizer can show here.
fn matrix(n_terms: usize, rows: &[StoredRow]) -> TermMatrix {
    let mut matrix = TermMatrix::new(n_terms);
    for row in rows {
        matrix.push_row(row.iter().map(|&(term, value)| (term, value as f32)));
    }
    matrix
}

fn dataset(matrix: TermMatrix, targets: &[Vec<bool>]) -> Dataset {
    let shape = (targets.len(), targets[0].len());
    let targets = targets.iter().flatten().copied().collect();
    DatasetBase::new(matrix, Array2::from_shape_vec(shape, targets).expect("rows of one length"))
}

fn assert_column(
    ours: impl Iterator<Item = f32>,
    theirs: &[f64],
    tolerance: f64,
    of_what: &impl Debug,
) {
    let ours: Vec<f32> = ours.collect();
    assert_eq!(ours.len(), theirs.len(), "{of_what:?}");
    for (index, (&ours, &theirs)) in ours.iter().zip(theirs).enumerate() {
        assert_near(f64::from(ours), theirs, tolerance, &(of_what, index));
    }
}

/// Compares every weight and bias.
fn assert_model(
    ours: &LinearModel,
    (weights, bias): (&[Vec<f64>], &[f64]),
    tolerance: f64,
    of_what: &impl Debug,
) {
    assert_column(ours.bias().iter().copied(), bias, tolerance, &(of_what, "biases"));
    assert_eq!(ours.n_labels(), weights.len());
    for (label, weights) in weights.iter().enumerate() {
        let column = ours.weights().column(label);
        let column = column.iter().copied();
        assert_column(column, weights, tolerance, &(of_what, "label", label));
    }
}

/// Learns with each stored cost.
fn assert_learns(learner: &str, tolerance: f64, fit: impl Fn(f64, &Dataset) -> LinearModel) {
    let data: Linear = stored("linear.json");
    let dataset = dataset(matrix(data.n_terms, &data.rows), &data.targets);
    let models: Vec<&StoredModel> = data.models.iter().filter(|m| m.learner == learner).collect();
    assert!(!models.is_empty());
    for theirs in models {
        let ours = fit(theirs.cost, &dataset);
        let theirs_learned = (&theirs.weights[..], &theirs.bias[..]);
        assert_model(&ours, theirs_learned, tolerance, &("C", theirs.cost));
    }
}

#[test]
fn svm_weights_are_those_of_linear_svc() {
    assert_learns("svm", SVM_TOLERANCE, |cost, data| {
        let params =
            SvmParams::default().cost(cost).tolerance(GAP_TOLERANCE).max_passes(MAX_PASSES);
        params.fit(data).expect("the settings are in range")
    });
}

#[test]
fn logistic_weights_are_those_of_liblinear() {
    assert_learns("logistic", LOGISTIC_TOLERANCE, |cost, data| {
        let params =
            LogisticParams::default().cost(cost).tolerance(SOLVER_TOLERANCE).max_passes(MAX_PASSES);
        params.fit(data).expect("the settings are in range")
    });
}
