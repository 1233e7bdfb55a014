//! Labelled texts to a classifier.
//!
//! The corpus is counted once. On each fold, what is kept, idf and weights are learned from the
//! other folds alone and give scores for the fold; calibration and thresholds are learned from
//! these out-of-fold scores (`out_of_fold.rs`), and the weights of the final model from all
//! texts.

use linfa::traits::Fit;
use ndarray::Array2;

use super::classifier::{Expected, QuickWay};
use super::folds::{Folds, Prepared};
use super::out_of_fold::{Bench, Decision, Scores, Way, put};
use super::{Classifier, ClassifierParams, Goal, Origin, Progress, Source, Task};
use crate::classify::Model;
use crate::classify::thresholds::NEVER;
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::Evaluation;
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
    /// The ways of training that were tried, the best first; none where all was said beforehand.
    pub tried: Vec<Tried>,
}

/// A way of training that was tried, with its out-of-fold figures.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The settings.
    pub params: ClassifierParams,
    /// F1 of all decisions together.
    pub micro_f1: Option<f64>,
    /// The mean F1 of the labels.
    pub macro_f1: Option<f64>,
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
        let mut notices = notices(corpus);
        let folds = Folds::new(self, corpus, &mut notices)?;
        let fewest = folds.as_ref().map_or(corpus.len(), Folds::fewest_learned);
        let least = CountedCorpus::least([&self.vectorizer], fewest);
        let counted =
            CountedCorpus::count_from(least, &corpus.texts, &tokenizer, &analyzers, advance)?;
        progress.stage("training", folds.as_ref().map_or(0, |folds| folds.n) + 1);
        let lesson = match &folds {
            None => Lesson { decision: Decision::blind(task, corpus), expected: None },
            Some(folds) => {
                let (goal, error_rate) = (self.goal, self.error_rate());
                let bench = Bench { task, goal, error_rate, corpus, folds };
                let scores = self.out_of_fold(learner, &bench, &counted, progress)?;
                let outcomes = bench.judge(&scores);
                let ways = [Way { params: self.clone(), scores, outcomes }];
                let (_, rule) = bench.best(&ways, None);
                Lesson {
                    decision: bench.settle(&ways[0], rule),
                    expected: Some(Evaluation::new(&bench.expect(&ways))),
                }
            }
        };
        let all: Vec<usize> = (0..corpus.len()).collect();
        let Prepared { selection, data } = Prepared::new(&self.vectorizer, &counted, corpus, &all);
        let fitted = (Prepared::fit_to(&data, learner)?, selection);
        drop(data);
        progress.advance(1);
        self.finish(
            Parts { task, corpus, counted: &counted, tokenizer, sources, notices },
            lesson,
            fitted,
        )
    }

    fn out_of_fold<L, M>(
        &self,
        learner: &L,
        bench: &Bench<'_>,
        counted: &CountedCorpus,
        progress: &dyn Progress,
    ) -> Result<Scores>
    where
        L: Fit<TermMatrix, Array2<bool>, Error, Object = M>,
        M: Into<Model>,
    {
        let mut scores = Scores::zeros((bench.corpus.len(), bench.corpus.labels.len()));
        for fold in 0..bench.folds.n {
            let (held, rest) = bench.folds.split(fold);
            if !rest.is_empty() && !held.is_empty() {
                let prepared = Prepared::new(&self.vectorizer, counted, bench.corpus, &rest);
                let of_held = prepared.selection.matrix(counted, &held);
                let model = prepared.fit(learner)?;
                put(&mut scores, &held, &model.scores(&of_held));
            }
            progress.advance(1);
        }
        Ok(scores)
    }

    /// Puts the classifier together; `self` are the settings it was trained with.
    pub(super) fn finish(
        &self,
        parts: Parts<'_>,
        lesson: Lesson,
        (model, selection): (Model, Selection),
    ) -> Result<Trained> {
        if selection.n_terms() == 0 {
            return Err(Error::empty(
                "no term is left: the texts have no words, or none that --min-count and --max-share allow",
            ));
        }
        let Parts { task, corpus, counted, tokenizer, sources, mut notices } = parts;
        let Lesson { decision, expected } = lesson;
        notices.extend(self.not_promised(corpus, &decision));
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
            vectorizer: selection.vectorizer(&self.vectorizer, counted),
            model,
            calibration: decision.calibration,
            thresholds: decision.thresholds,
            bands: decision.bands,
            learned: super::Learned::of(corpus),
            labels: corpus.labels.clone(),
            task,
            origin,
            quick: QuickWay::default(),
        };
        let expected = expected.map(|mut expected| {
            let thresholds = classifier.thresholds();
            expected.labels.iter_mut().zip(thresholds).for_each(|(label, t)| label.threshold = t);
            expected
        });
        Ok(Trained { classifier, expected, notices, tried: Vec::new() })
    }
}

impl ClassifierParams {
    /// Labels of which the promised precision is reached nowhere surely enough.
    fn not_promised(&self, corpus: &LabelledCorpus, decision: &Decision) -> Option<String> {
        let Goal::Precision(share) = self.goal else { return None };
        let support = corpus.support();
        let is_never = |&label: &usize| support[label] > 0 && decision.thresholds[label] >= NEVER;
        let names: Vec<&str> = (0..support.len())
            .filter(is_never)
            .map(|label| corpus.labels.names()[label].as_str())
            .collect();
        let shown = names[..names.len().min(5)].join(", ");
        let more =
            if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
        (!names.is_empty()).then(|| {
            format!("a precision of {share} cannot be promised, so these are never given, only marked unsure: {shown}{more}")
        })
    }
}

/// What a classifier is made of beside what is learned.
pub(super) struct Parts<'a> {
    pub task: Task,
    pub corpus: &'a LabelledCorpus,
    pub counted: &'a CountedCorpus,
    pub tokenizer: Tokenizer,
    pub sources: Vec<Source>,
    pub notices: Vec<String>,
}

/// What out-of-fold scores have taught.
pub(super) struct Lesson {
    pub decision: Decision,
    pub expected: Option<Evaluation>,
}

/// What a user should know about the labels before trusting them.
pub(super) fn notices(corpus: &LabelledCorpus) -> Vec<String> {
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
