//! Settings by cross-validation on the training texts.
//!
//! All candidates are scored on the same folds (`super::field`); where several were fitted on the same terms, blends
//! of them, too, are judged by their standardised out-of-fold scores. The best by the goal is fitted on all texts.
//! Figures to expect are those of choosing anew for each fold by the other folds, so that the luck of the choice does
//! not flatter them.

use super::candidates::{budget, single};
use super::field::Field;
use super::folds::{Folds, Prepared};
use super::out_of_fold::{Bench, Way};
use super::train::{Lesson, Parts, notices};
use super::{ClassifierParams, Progress, Search, Source, Task, Trained, Tried, Wishes};
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::Evaluation;
use crate::tokenize::Tokenizer;
use crate::vectorize::{Analyzer, CountedCorpus};

/// More text than this, in bytes, is not tried with characters, of which it has too many.
const MOST_FOR_CHARS: usize = 40 << 20;

/// Up to so many texts five folds are the default of a search, above it three.
const FEW_TEXTS: usize = 6_000;

impl Wishes {
    /// Trains a classifier: what has not been said is chosen by cross-validation, as hard as
    /// [`Wishes::search`] says. The same corpus, wishes and tokenizer give the same classifier on any number
    /// of threads.
    ///
    /// # Errors
    /// As [`ClassifierParams::train`].
    pub fn train(
        &self,
        corpus: &LabelledCorpus,
        tokenizer: Tokenizer,
        sources: Vec<Source>,
        progress: &dyn Progress,
    ) -> Result<Trained> {
        let settled = self.settled();
        settled.check()?;
        let task = settled.task_for(corpus)?;
        let mut wishes = self.clone();
        let n_folds = if corpus.len() <= FEW_TEXTS { 5 } else { 3 };
        wishes.folds = self.folds.or(Some(n_folds));
        if self.search() == Search::Off {
            return wishes.settled().train(corpus, tokenizer, sources, progress);
        }
        let contest = Contest {
            task,
            candidates: wishes.candidates(corpus, task),
            settled: wishes.settled(),
            budget: budget(self.search()),
            blends: true,
        };
        contest.run(corpus, tokenizer, sources, progress)
    }

    fn candidates(&self, corpus: &LabelledCorpus, task: Task) -> Vec<ClassifierParams> {
        let n_bytes: usize = corpus.texts.iter().map(String::len).sum();
        let said = self.vectorizer.chars.is_some();
        let mut candidates = single(self, self.search(), task);
        candidates.retain(|params| {
            said || params.vectorizer.chars.is_none() || n_bytes <= MOST_FOR_CHARS
        });
        candidates
    }
}

/// Trains the best of these settings: each is judged on the same folds, and the best by the goal is fitted on all texts.
/// Texts are read once; settings that differ in nothing but the cost of their support vector machine share its way to
/// the optimum. Nothing else is tried, and no blends.
///
/// ```
/// use leitmotif::corpus::{LabelledCorpus, Record};
/// use leitmotif::pipeline::{ClassifierParams, Silent, search::train_best};
/// use leitmotif::tokenize::Tokenizer;
/// let record = |i: usize| Record {
///     text: format!("report {i} of the {}", ["oil tax", "siege front"][i % 2]),
///     labels: Some(vec![["money", "land"][i % 2].into()]),
///     ..Record::default()
/// };
/// let corpus = LabelledCorpus::new((0..40).map(record).collect(), None)?;
/// let mut grid = Vec::new();
/// for words in ["1-1", "1-2"] {
///     for cost in [0.5, 1.0, 2.0, 4.0] {
///         let mut params = ClassifierParams { folds: 3, cost: Some(cost), ..ClassifierParams::default() };
///         params.vectorizer.words = Some(words.parse()?);
///         grid.push(params);
///     }
/// }
/// let trained = train_best(&grid, &corpus, Tokenizer::default(), Vec::new(), &Silent)?;
/// assert_eq!(trained.tried.len(), 8);
/// assert!(grid.contains(&trained.classifier.origin.params));
/// # Ok::<(), leitmotif::Error>(())
/// ```
///
/// # Errors
/// Where there are no settings, or they differ in more than the learner, what it is given, and the terms; and as
/// [`ClassifierParams::train`].
pub fn train_best(
    candidates: &[ClassifierParams],
    corpus: &LabelledCorpus,
    tokenizer: Tokenizer,
    sources: Vec<Source>,
    progress: &dyn Progress,
) -> Result<Trained> {
    let Some(first) = candidates.first() else {
        return Err(Error::settings("no settings to choose among"));
    };
    for params in candidates {
        params.check()?;
        let ClassifierParams { learner, cost, smoothing, .. } = *params;
        let (blend, vectorizer) = (params.blend.clone(), params.vectorizer.clone());
        let but_for_these =
            ClassifierParams { learner, cost, smoothing, blend, vectorizer, ..first.clone() };
        if but_for_these != *params {
            return Err(Error::settings(
                "the settings to choose among differ in task, folds, goal or seed: those have to be the same",
            ));
        }
    }
    let contest = Contest {
        task: first.task_for(corpus)?,
        candidates: candidates.to_vec(),
        settled: first.clone(),
        budget: f64::INFINITY,
        blends: false,
    };
    contest.run(corpus, tokenizer, sources, progress)
}

/// Candidates, and what they have in common.
struct Contest {
    task: Task,
    candidates: Vec<ClassifierParams>,
    settled: ClassifierParams,
    budget: f64,
    blends: bool,
}

impl Contest {
    fn run(
        self,
        corpus: &LabelledCorpus,
        tokenizer: Tokenizer,
        sources: Vec<Source>,
        progress: &dyn Progress,
    ) -> Result<Trained> {
        let Contest { task, candidates, settled, budget, blends } = self;
        let mut notices = notices(corpus);
        let Some(folds) = Folds::new(&settled, corpus, &mut notices)? else {
            return settled.train(corpus, tokenizer, sources, progress);
        };
        let analyzers = analyzers(&candidates);
        progress.stage("reading words", corpus.len());
        let vectorizers = candidates.iter().map(|params| &params.vectorizer);
        let least = CountedCorpus::least(vectorizers, folds.fewest_learned());
        let advance = |n| progress.advance(n);
        let counted =
            CountedCorpus::count_from(least, &corpus.texts, &tokenizer, &analyzers, advance)?;

        let (goal, error_rate) = (settled.goal, settled.error_rate());
        let bench = Bench { task, goal, error_rate, corpus, folds: &folds };
        let field = Field { bench: &bench, counted: &counted, progress, budget, blends };
        let ways = field.judge(field.run(candidates)?);
        let (best, rule) = bench.best(&ways, None);
        let lesson = Lesson {
            decision: bench.settle(&ways[best], rule),
            expected: Some(Evaluation::new(&bench.expect(&ways))),
        };
        let (chosen, tried) = (ways[best].params.clone(), tried(&bench, &ways));
        drop(ways);
        progress.stage("training", 1);
        let counted = {
            let chosen = counted.restricted_to(&chosen.vectorizer.analyzers());
            drop(counted);
            chosen
        };
        let all: Vec<usize> = (0..corpus.len()).collect();
        let Prepared { selection, data } =
            Prepared::new(&chosen.vectorizer, &counted, corpus, &all);
        let model = Prepared::fit_to(&data, &chosen.learner_for(task))?;
        drop(data);
        progress.advance(1);
        let parts = Parts { task, corpus, counted: &counted, tokenizer, sources, notices };
        let trained = chosen.finish(parts, lesson, (model, selection))?;
        Ok(Trained { tried, ..trained })
    }
}

/// All analyzers that the candidates need, each once.
fn analyzers(candidates: &[ClassifierParams]) -> Vec<Analyzer> {
    let mut analyzers = Vec::new();
    for analyzer in candidates.iter().flat_map(|params| params.vectorizer.analyzers()) {
        if !analyzers.contains(&analyzer) {
            analyzers.push(analyzer);
        }
    }
    analyzers
}

/// What was tried, the best first.
fn tried(bench: &Bench<'_>, ways: &[Way]) -> Vec<Tried> {
    let value = |way: &Way| {
        way.outcomes.iter().map(|outcome| bench.value(outcome, None)).fold(0.0, f64::max)
    };
    let mut order: Vec<(usize, f64)> = ways.iter().map(value).enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let tried = |(place, _): (usize, f64)| {
        let way = &ways[place];
        let (_, rule) = bench.best(std::slice::from_ref(way), None);
        let (micro_f1, macro_f1) = bench.figures(&way.outcomes[rule]);
        Tried { params: way.params.clone(), micro_f1, macro_f1 }
    };
    order.into_iter().map(tried).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::pipeline::Silent;
    use crate::vectorize::VectorizerParams;

    /// Texts of two labels, of which the last words tell.
    fn corpus() -> LabelledCorpus {
        let record = |i: usize| {
            let (word, label) =
                [("oil tax ransom", "money"), ("siege front retreat", "land")][i % 2];
            let labels = Some(vec![label.to_string()]);
            Record { text: format!("report {i} of the {word}"), labels, ..Record::default() }
        };
        LabelledCorpus::new((0..60).map(record).collect(), None).unwrap()
    }

    /// Learner and terms of what is left of the candidates.
    fn left(budget: f64) -> Vec<(crate::classify::LearnerKind, VectorizerParams)> {
        let (corpus, wishes) = (corpus(), Wishes::default());
        let settled = wishes.settled();
        let candidates = wishes.candidates(&corpus, Task::Multiclass);
        let analyzers = analyzers(&candidates);
        let tokenizer = Tokenizer::default();
        let counted = CountedCorpus::count(&corpus.texts, &tokenizer, &analyzers, |_| {}).unwrap();
        let folds = Folds::new(&settled, &corpus, &mut Vec::new()).unwrap().unwrap();
        let (task, goal) = (Task::Multiclass, settled.goal);
        let bench = Bench { task, goal, error_rate: None, corpus: &corpus, folds: &folds };
        let counted = &counted;
        let field = Field { bench: &bench, counted, progress: &Silent, budget, blends: true };
        let runs = field.run(candidates).unwrap();
        for run in &runs {
            assert!(run.scores.rows().into_iter().all(|row| row.iter().any(|&score| score != 0.0)));
        }
        runs.into_iter().map(|run| (run.params.learner, run.params.vectorizer)).collect()
    }

    #[test]
    fn with_a_great_budget_every_candidate_goes_all_the_way() {
        let n = Wishes::default().candidates(&corpus(), Task::Multiclass).len();
        assert_eq!(left(f64::INFINITY).len(), n);
    }

    #[test]
    fn with_a_small_one_the_best_of_each_learner_on_the_same_terms_goes_on() {
        let candidates = Wishes::default().candidates(&corpus(), Task::Multiclass);
        let left = left(60_000.0);
        assert!(!left.is_empty() && left.len() < candidates.len());
        for (place, (learner, terms)) in left.iter().enumerate() {
            assert_eq!(*terms, left[0].1);
            assert!(left[..place].iter().all(|(other, _)| other != learner));
        }
    }

    #[test]
    fn with_none_the_first_candidate_runs_alone() {
        assert_eq!(left(0.0).len(), 1);
    }
}
