//! Judging a classifier on labelled texts, or a way of training by cross-validation.

use super::folds::whole_groups;
use super::{Classifier, Prediction, Progress, Silent, Task, TaskChoice, Whole, Wishes};
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::{Judged, grouped_folds};
use crate::tokenize::Tokenizer;

/// Classifies the texts of `corpus` and lines the answers up with its labels. Labels that the
/// classifier lacks come behind its own; they cannot be predicted and so count as missed.
///
/// # Errors
/// Where the tokenizer cannot take one of the texts.
pub fn judge(classifier: &Classifier, corpus: &LabelledCorpus) -> Result<Judged> {
    let mut names = classifier.labels.names().to_vec();
    let to_model: Vec<usize> = corpus
        .labels
        .names()
        .iter()
        .map(|name| {
            classifier.labels.find(name).unwrap_or_else(|| {
                names.push(name.clone());
                names.len() - 1
            })
        })
        .collect();
    let truths = corpus.targets.iter().map(|target| {
        let mut truth: Vec<usize> = target.iter().map(|&label| to_model[label]).collect();
        truth.sort_unstable();
        truth
    });
    let truths = truths.collect();
    let predictions = classifier.classify_all(&corpus.texts)?;
    let (predicted, probabilities) =
        predictions.into_iter().map(|p: Prediction| (p.labels, p.probabilities)).unzip();
    Ok(Judged { names, thresholds: classifier.thresholds(), truths, predicted, probabilities })
}

/// Trains on all folds but one and judges on that one, for each of `n_folds` folds that keep
/// articles whole. Everything is learned anew each time: thresholds, calibration, and the settings that
/// are left to a search. The thresholds reported are the means over the folds.
///
/// # Errors
/// Where there are fewer articles than folds, or training fails.
pub fn cross_validate(
    wishes: &Wishes,
    corpus: &LabelledCorpus,
    n_folds: usize,
    tokenizer: &Tokenizer,
    progress: &dyn Progress,
) -> Result<Judged> {
    let params = wishes.settled();
    let groups = whole_groups(&params, corpus);
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    if n_folds < 2 || n_groups < n_folds {
        let what = match params.whole {
            Whole::Article => "articles",
            Whole::Source => "sources",
        };
        return Err(Error::settings(format!(
            "{n_folds} folds of {n_groups} {what}: wanted are 2 folds or more and as many {what}"
        )));
    }
    params.check()?;
    let task = params.task_for(corpus)?;
    let folds = grouped_folds(&corpus.targets, groups, corpus.labels.len(), n_folds, params.seed);
    let n_labels = corpus.labels.len();
    let mut judged = Judged {
        names: corpus.labels.names().to_vec(),
        thresholds: vec![(task == Task::Multilabel).then_some(0.0); n_labels],
        truths: corpus.targets.clone(),
        predicted: vec![Vec::new(); corpus.len()],
        probabilities: vec![Vec::new(); corpus.len()],
    };
    progress.stage("cross-validating", n_folds);
    for fold in 0..n_folds {
        let (held, rest): (Vec<usize>, Vec<usize>) =
            (0..corpus.len()).partition(|&row| folds[row] == fold);
        let trained = wishes
            .for_task(task)
            .train(&corpus.select(&rest), tokenizer.clone(), Vec::new(), &Silent)
            .map_err(|error| {
                Error::data(format!("without fold {} of {n_folds}: {error}", fold + 1))
            })?;
        let part = judge(&trained.classifier, &corpus.select(&held))?;
        let answers = part.predicted.into_iter().zip(part.probabilities);
        for (&row, (labels, probabilities)) in held.iter().zip(answers) {
            judged.predicted[row] = labels;
            judged.probabilities[row] = probabilities;
        }
        for (mean, own) in judged.thresholds.iter_mut().zip(part.thresholds) {
            *mean = mean.zip(own).map(|(mean, own)| mean + own / n_folds as f64);
        }
        progress.advance(1);
    }
    Ok(judged)
}

impl Wishes {
    /// The same for a task already decided, so that a fold does not decide otherwise.
    fn for_task(&self, task: Task) -> Wishes {
        let task = match task {
            Task::Multiclass => TaskChoice::Multiclass,
            Task::Multilabel => TaskChoice::Multilabel,
        };
        Wishes { task: Some(task), ..self.clone() }
    }
}
