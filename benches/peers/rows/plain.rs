//! Text in memory to a fitted linear support vector machine per label, against scikit-learn's.
//!
//! Both minimise, for each label with signs y_i of the rows x_i, the intercept held short as the weights are:
//!
//! ```text
//! 1/2 (|w|^2 + b^2) + sum_i max(0, 1 - y_i (w . x_i + b))^2
//! ```
//!
//! The weights of both are put into this on the same matrix; ours may lie at most 0.1 % above.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use leitmotif::classify::{LinearModel, SvmParams};
use leitmotif::corpus::LabelledCorpus;
use leitmotif::matrix::TermMatrix;
use leitmotif::tokenize::Tokenizer;
use leitmotif::vectorize::{CountedCorpus, NgramRange, Selection, Vectorizer, VectorizerParams};
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array2;
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::Result;
use crate::bench::{Bench, read, threads};
use crate::export::read_f64;
use crate::measure::{Turns, timed};
use crate::peer::{Ways, number};
use crate::table::{Line, Outcome, ratio};

/// Measures, with words 1 and with words 1-2.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let work = "train, plain one-vs-rest linear SVM, reuters21578_90, 2 threads";
    let Some((train, _)) = bench.topics() else {
        return Ok(Outcome::skipped(work, "reuters21578_90 is missing"));
    };
    let corpus = read(&train)?;
    let folder = bench.folder.clone();
    bench.peer()?.give_texts("topics-train", &corpus.texts, &corpus.targets, &folder)?;
    let mut outcome = Outcome::default();
    for (longest, min_count) in [(1, 1), (2, 2)] {
        let words = NgramRange::new(1, longest).ok();
        let params = VectorizerParams { words, min_count: Some(min_count), ..Default::default() };
        let of_words = with_words(bench, &corpus, &params)?;
        outcome.lines.extend(of_words.lines);
        outcome.account.extend(of_words.account);
    }
    Ok(outcome)
}

/// What training leaves.
struct Fitted {
    vectorizer: Vectorizer,
    model: LinearModel,
    /// What it learned from, for the loss.
    data: DatasetBase<TermMatrix, Array2<bool>>,
}

fn fit(corpus: &LabelledCorpus, params: &VectorizerParams) -> leitmotif::Result<Fitted> {
    let tokenizer = Tokenizer::default();
    let counted = CountedCorpus::count(&corpus.texts, &tokenizer, &params.analyzers(), |_| {})?;
    let rows: Vec<usize> = (0..corpus.len()).collect();
    let selection = Selection::fit(params, &counted, &rows);
    let mut targets = Array2::from_elem((corpus.len(), corpus.labels.len()), false);
    for (row, labels) in corpus.targets.iter().enumerate() {
        labels.iter().for_each(|&label| targets[[row, label]] = true);
    }
    let data = DatasetBase::new(selection.matrix(&counted, &rows), targets);
    let model = SvmParams::default().fit(&data)?;
    Ok(Fitted { vectorizer: selection.vectorizer(params, &counted), model, data })
}

/// Turns of both, and the last model of ours.
struct Trained {
    ours: Turns,
    theirs: Ways,
    /// How long the peer's vectorizer takes of its time.
    vectorizing: Turns,
    fitted: Fitted,
}

fn with_words(
    bench: &mut Bench,
    corpus: &LabelledCorpus,
    params: &VectorizerParams,
) -> Result<Outcome> {
    let folder = bench.folder.clone();
    let trained = take_turns(bench, corpus, params)?;
    let about = bench.peer()?.ask(&json!({"do": "linear", "out": folder}))?;
    let losses = Losses::new(&trained.fitted, &about, &folder)?;
    let words = params.words.ok_or("words are what is counted")?;
    Ok(told(corpus, words, &trained, &losses))
}

fn take_turns(
    bench: &mut Bench,
    corpus: &LabelledCorpus,
    params: &VectorizerParams,
) -> Result<Trained> {
    let (n_turns, two) = (bench.options.turns, threads(2)?);
    let words = params.words.ok_or("words are what is counted")?;
    let peer = bench.peer()?;
    let (mut ours, mut theirs, mut vectorizing) = <(Turns, Ways, Turns)>::default();
    let mut fitted = None;
    for turn in 1..=n_turns {
        let (own, seconds) = timed(|| two.install(|| fit(corpus, params)));
        (fitted, _) = (Some(own?), ours.push(seconds));
        for jobs in [1, 2] {
            let answer = peer.ask(&json!({
                "do": "fit", "texts": "topics-train", "n_labels": corpus.labels.len(),
                "words": [words.min(), words.max()], "min_count": params.min_count, "jobs": jobs,
            }))?;
            theirs.push(&format!("n_jobs={jobs}"), number(&answer, "seconds")?);
            vectorizing.push(number(&answer, "vectorizing")?);
        }
        eprintln!("   words {words}, turn {turn} of {n_turns}");
    }
    Ok(Trained { ours, theirs, vectorizing, fitted: fitted.ok_or("no turn")? })
}

fn told(corpus: &LabelledCorpus, words: NgramRange, trained: &Trained, losses: &Losses) -> Outcome {
    let Trained { ours, theirs, vectorizing, fitted } = trained;
    let single = words.min() == words.max();
    let words = if single { words.min().to_string() } else { words.to_string() };
    let (way, best) = theirs.best();
    let (reached, percent) = (ratio(&best.over(ours)), losses.percent_above());
    let (n_texts, n_terms, n_labels) =
        (corpus.len(), fitted.vectorizer.n_terms(), corpus.labels.len());
    let mut outcome = Outcome::default();
    let mut tell = |line: String| outcome.tell(format!("words {words}: {line}"));
    tell(format!("{n_texts} texts, {n_terms} terms, {n_labels} labels"));
    tell(format!("leitmotif: {} s", ours.told(3)));
    theirs
        .0
        .iter()
        .for_each(|(way, turns)| tell(format!("scikit-learn, {way}: {} s", turns.told(2))));
    tell(format!("of scikit-learn's time {} s are vectorizing", vectorizing.told(2)));
    tell(format!("ratio, pair by pair, to {way}: {reached}"));
    tell(losses.told());
    let work =
        format!("train, plain one-vs-rest linear SVM, reuters21578_90, words {words}, 2 threads");
    outcome.lines.push(Line {
        work,
        against: format!("scikit-learn, {way}; loss {percent:+.3} %"),
        ours: format!("{:.3} s", ours.median()),
        theirs: format!("{:.2} s", best.median()),
        reached,
        wanted: "10 x; loss at most 0.1 % above".into(),
    });
    outcome
}

/// The objective of both, summed over the labels.
struct Losses {
    ours: f64,
    theirs: f64,
    /// Terms that only one of both has.
    n_only_ours: usize,
    n_only_theirs: usize,
}

impl Losses {
    fn new(fitted: &Fitted, about: &Value, folder: &Path) -> Result<Losses> {
        let n_labels = fitted.model.n_labels();
        let n_terms = fitted.vectorizer.n_terms();
        let own = (0..n_labels).map(|label| {
            fitted.model.weights().column(label).iter().map(|&w| f64::from(w)).collect()
        });
        let own_bias = fitted.model.bias().iter().map(|&b| f64::from(b)).collect::<Vec<f64>>();
        let ours = loss(&fitted.data, &own.collect::<Vec<Vec<f64>>>(), &own_bias);

        let terms: Vec<String> = serde_json::from_slice(&fs::read(folder.join("terms.json"))?)?;
        let flat = read_f64(&folder.join("weights.f64"))?;
        let column: HashMap<&str, usize> =
            (0..n_terms).map(|term| (fitted.vectorizer.term(term as u32).1, term)).collect();
        let columns: Vec<Option<usize>> =
            terms.iter().map(|term| column.get(term.as_str()).copied()).collect();
        let of_label = |flat: &[f64]| {
            let mut weights = vec![0.0; n_terms];
            columns.iter().zip(flat).for_each(|(column, &weight)| {
                if let Some(column) = column {
                    weights[*column] = weight;
                }
            });
            weights
        };
        let weights: Vec<Vec<f64>> = flat.chunks(terms.len()).map(of_label).collect();
        let bias: Vec<f64> = serde_json::from_value(about["bias"].clone())?;
        let theirs = loss(&fitted.data, &weights, &bias);
        let n_shared = columns.iter().flatten().count();
        let (n_only_ours, n_only_theirs) = (n_terms - n_shared, terms.len() - n_shared);
        Ok(Losses { ours, theirs, n_only_ours, n_only_theirs })
    }

    fn percent_above(&self) -> f64 {
        100.0 * (self.ours / self.theirs - 1.0)
    }

    fn told(&self) -> String {
        let Losses { ours, theirs, n_only_ours, n_only_theirs } = self;
        let percent = self.percent_above();
        format!(
            "checked: training loss {ours:.3} against {theirs:.3}, {percent:+.4} %; \
             terms that only leitmotif has: {n_only_ours}, only scikit-learn: {n_only_theirs}"
        )
    }
}

/// The objective with C = 1, summed over the labels; weights by label.
fn loss(data: &DatasetBase<TermMatrix, Array2<bool>>, weights: &[Vec<f64>], bias: &[f64]) -> f64 {
    let of_label = |label: usize| {
        let (weights, bias) = (&weights[label], bias[label]);
        let length: f64 = weights.iter().map(|w| w * w).sum::<f64>() + bias * bias;
        let slack = |(row, &yes): (leitmotif::matrix::Row<'_>, &bool)| {
            let score = bias
                + row.iter().map(|(term, x)| f64::from(x) * weights[term as usize]).sum::<f64>();
            (1.0 - if yes { score } else { -score }).max(0.0).powi(2)
        };
        let truth = data.targets.column(label);
        length / 2.0 + data.records.rows().zip(truth).map(slack).sum::<f64>()
    };
    (0..weights.len()).into_par_iter().map(of_label).collect::<Vec<f64>>().iter().sum()
}
