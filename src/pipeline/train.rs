//! Labelled texts to a classifier.
//!
//! The corpus is counted once. On each fold, what is kept, idf and weights are learned from the
//! other folds alone and give scores for the fold; calibration and thresholds are learned from
//! these out-of-fold scores, and the weights of the final model from all texts. What to expect is
//! told by figures for which calibration and thresholds, too, came from the other folds.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array2;

use super::classifier::{Expected, decide};
use super::{Classifier, ClassifierParams, Origin, Progress, Source, Task};
use crate::classify::thresholds::{DEFAULT_THRESHOLD, NEVER, best_thresholds};
use crate::classify::{Calibration, Model, Sigmoid};
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::{Evaluation, Judged, grouped_folds};
use crate::matrix::TermMatrix;
use crate::tokenize::Tokenizer;
use crate::vectorize::{CountedCorpus, Selection};

/// A classifier with what was learned about it on the way.
#[derive(Debug)]
pub struct Trained {
    /// The classifier.
    pub classifier: Classifier,
    /// Out-of-fold figures, beside each label the final threshold; `None` without folds.
    pub expected: Option<Evaluation>,
    /// What a user should know about the data: a label never seen, too few examples.
    pub notices: Vec<String>,
}

impl ClassifierParams {
    /// Trains a classifier. `sources` are kept with it as its origin.
    ///
    /// The result depends on the corpus, the settings and the tokenizer alone, not on the number of
    /// threads.
    ///
    /// # Errors
    /// Where a setting is out of range, the labels do not fit the task, or no term is left.
    pub fn train(
        &self,
        corpus: &LabelledCorpus,
        tokenizer: Tokenizer,
        sources: Vec<Source>,
        progress: &dyn Progress,
    ) -> Result<Trained> {
        self.check()?;
        let learner = self.learner_for(self.task_for(corpus)?);
        self.train_with(&learner, corpus, tokenizer, sources, progress)
    }

    /// Trains with any learner that fits one of our models on sparse rows.
    ///
    /// # Errors
    /// As [`ClassifierParams::train`].
    pub fn train_with<L, M>(
        &self,
        learner: &L,
        corpus: &LabelledCorpus,
        tokenizer: Tokenizer,
        sources: Vec<Source>,
        progress: &dyn Progress,
    ) -> Result<Trained>
    where
        L: Fit<TermMatrix, Array2<bool>, Error, Object = M>,
        M: Into<Model>,
    {
        let task = self.task_for(corpus)?;
        progress.stage("reading words", corpus.len());
        let analyzers = self.vectorizer.analyzers();
        let advance = |n| progress.advance(n);
        let counted = CountedCorpus::count(&corpus.texts, &tokenizer, &analyzers, advance)?;
        let mut notices = notices(corpus);

        let folds = self.folds_of(corpus, &mut notices);
        progress.stage("training", folds.as_ref().map_or(0, |folds| folds.n) + 1);
        let training = Training { params: self, learner, corpus, counted: &counted };
        let out_of_fold = folds.map(|folds| training.out_of_fold(folds, progress)).transpose()?;
        let decision = Decision::learn(task, out_of_fold.as_ref(), corpus);
        let expected = out_of_fold.as_ref().map(|scores| scores.expect(task, corpus));

        let all: Vec<usize> = (0..corpus.len()).collect();
        let (selection, model) = training.fit(&all)?;
        progress.advance(1);
        if selection.n_terms() == 0 {
            return Err(Error::empty(
                "no term is left: the texts have no words, or none that --min-count and --max-share allow",
            ));
        }
        let origin = Origin {
            params: self.clone(),
            sources,
            n_texts: corpus.len(),
            n_groups: corpus.n_groups(),
            support: corpus.support(),
            expected: expected
                .as_ref()
                .map(|e| Expected::new(e.micro, e.macro_, e.subset_accuracy)),
        };
        let classifier = Classifier {
            tokenizer,
            vectorizer: selection.vectorizer(&self.vectorizer, &counted),
            model,
            calibration: decision.calibration,
            thresholds: decision.thresholds,
            labels: corpus.labels.clone(),
            task,
            origin,
        };
        let expected = expected.map(|mut expected| {
            let thresholds = classifier.thresholds();
            expected.labels.iter_mut().zip(thresholds).for_each(|(label, t)| label.threshold = t);
            expected
        });
        Ok(Trained { classifier, expected, notices })
    }

    /// Folds that keep articles whole, or texts where there is but one article; none for one text.
    fn folds_of(&self, corpus: &LabelledCorpus, notices: &mut Vec<String>) -> Option<Folds> {
        let single: Vec<usize> = (0..corpus.len()).collect();
        let groups = if corpus.n_groups() > 1 { &corpus.groups } else { &single };
        let n = self.folds.min(groups.iter().max()? + 1);
        if n < 2 {
            notices.push("one text: no out-of-fold figures, thresholds stay at 0.5".into());
            return None;
        }
        if corpus.n_groups() == 1 {
            notices.push(
                "all texts are of one article: the expected figures are too good, since parts of \
                 an article are alike"
                    .into(),
            );
        }
        let of_text = grouped_folds(&corpus.targets, groups, corpus.labels.len(), n, self.seed);
        Some(Folds { n, of_text })
    }
}

/// What a user should know about the labels before trusting them.
fn notices(corpus: &LabelledCorpus) -> Vec<String> {
    let support = corpus.support();
    let names = |wanted: &dyn Fn(usize) -> bool| -> Vec<&str> {
        let labels = (0..support.len()).filter(|&label| wanted(support[label]));
        labels.map(|label| corpus.labels.names()[label].as_str()).collect()
    };
    let mut notices = Vec::new();
    let mut say = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            let n = names.len();
            let shown = names[..n.min(5)].join(", ");
            let more = if n > 5 { format!(" and {} more", n - 5) } else { String::new() };
            notices.push(format!("{what}: {shown}{more}"));
        }
    };
    say("no text has this label, it will not be given", names(&|n| n == 0));
    say(
        "fewer than 10 texts have this label, its figures say little",
        names(&|n| (1..10).contains(&n)),
    );
    say("every text has this label", names(&|n| n == corpus.len()));
    notices
}

struct Folds {
    n: usize,
    of_text: Vec<usize>,
}

/// What every fit of one training shares.
struct Training<'a, L> {
    params: &'a ClassifierParams,
    learner: &'a L,
    corpus: &'a LabelledCorpus,
    counted: &'a CountedCorpus,
}

impl<L, M> Training<'_, L>
where
    L: Fit<TermMatrix, Array2<bool>, Error, Object = M>,
    M: Into<Model>,
{
    /// Learns what is kept, idf and weights from the texts `rows`.
    fn fit(&self, rows: &[usize]) -> Result<(Selection, Model)> {
        let selection = Selection::fit(&self.params.vectorizer, self.counted, rows);
        let records = selection.matrix(self.counted, rows);
        let mut targets = Array2::from_elem((rows.len(), self.corpus.labels.len()), false);
        for (place, &row) in rows.iter().enumerate() {
            self.corpus.targets[row].iter().for_each(|&label| targets[[place, label]] = true);
        }
        let model = self.learner.fit(&DatasetBase::new(records, targets))?;
        Ok((selection, model.into()))
    }

    fn out_of_fold(&self, folds: Folds, progress: &dyn Progress) -> Result<OutOfFold> {
        let mut scores = vec![Vec::new(); self.corpus.len()];
        for fold in 0..folds.n {
            let is_held = |&row: &usize| folds.of_text[row] == fold;
            let (held, rest): (Vec<usize>, Vec<usize>) = (0..scores.len()).partition(is_held);
            if !rest.is_empty() && !held.is_empty() {
                let (selection, model) = self.fit(&rest)?;
                let of_held = model.scores(&selection.matrix(self.counted, &held));
                for (&row, of_row) in held.iter().zip(of_held.rows()) {
                    scores[row] = of_row.to_vec();
                }
            }
            progress.advance(1);
        }
        Ok(OutOfFold { folds, scores })
    }
}

/// For each text the scores of a model that had not seen its article.
struct OutOfFold {
    folds: Folds,
    scores: Vec<Vec<f64>>,
}

impl OutOfFold {
    /// Judges the scores; calibration and thresholds for each fold come from the other folds.
    fn expect(&self, task: Task, corpus: &LabelledCorpus) -> Evaluation {
        let mut judged = Judged {
            names: corpus.labels.names().to_vec(),
            thresholds: vec![None; corpus.labels.len()],
            truths: corpus.targets.clone(),
            predicted: vec![Vec::new(); corpus.len()],
            probabilities: self.scores.clone(),
        };
        for fold in 0..self.folds.n {
            let decision = Decision::learn_from(task, self, corpus, |of_text| of_text != fold);
            for row in (0..corpus.len()).filter(|&row| self.folds.of_text[row] == fold) {
                let probabilities = &mut judged.probabilities[row];
                decision.calibration.apply(probabilities);
                judged.predicted[row] = decide(task, probabilities, &decision.thresholds);
            }
        }
        Evaluation::new(&judged)
    }
}

/// Thresholds that are not chosen: only a label that no text has is ruled out.
fn default_thresholds(corpus: &LabelledCorpus) -> Vec<f64> {
    let of_support = |n| if n == 0 { NEVER } else { DEFAULT_THRESHOLD };
    corpus.support().into_iter().map(of_support).collect()
}

/// What turns scores into labels.
struct Decision {
    calibration: Calibration,
    thresholds: Vec<f64>,
}

impl Decision {
    fn learn(task: Task, scores: Option<&OutOfFold>, corpus: &LabelledCorpus) -> Decision {
        let n_labels = corpus.labels.len();
        match (scores, task) {
            (Some(scores), _) => Decision::learn_from(task, scores, corpus, |_| true),
            (None, Task::Multiclass) => Decision {
                calibration: Calibration::Softmax(1.0),
                thresholds: default_thresholds(corpus),
            },
            (None, Task::Multilabel) => Decision {
                calibration: Calibration::PerLabel(vec![Sigmoid::IDENTITY; n_labels]),
                thresholds: vec![DEFAULT_THRESHOLD; n_labels],
            },
        }
    }

    /// Learns from the texts of the folds for which `is_used` holds.
    fn learn_from(
        task: Task,
        scores: &OutOfFold,
        corpus: &LabelledCorpus,
        is_used: impl Fn(usize) -> bool,
    ) -> Decision {
        let used: Vec<usize> =
            (0..corpus.len()).filter(|&row| is_used(scores.folds.of_text[row])).collect();
        let mut rows: Vec<Vec<f64>> = used.iter().map(|&row| scores.scores[row].clone()).collect();
        let n_labels = corpus.labels.len();
        if task == Task::Multiclass {
            let classes: Vec<usize> = used.iter().map(|&row| corpus.targets[row][0]).collect();
            let calibration = Calibration::fit_softmax(&rows, &classes);
            return Decision { calibration, thresholds: default_thresholds(corpus) };
        }
        let targets: Vec<Vec<usize>> =
            used.iter().map(|&row| corpus.targets[row].clone()).collect();
        let calibration = Calibration::fit_per_label(&rows, &targets, n_labels);
        rows.iter_mut().for_each(|row| calibration.apply(row));
        let thresholds = best_thresholds(&rows, &targets, n_labels);
        Decision { calibration, thresholds }
    }
}
