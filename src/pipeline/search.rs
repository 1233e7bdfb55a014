//! Settings by cross-validation on the training texts.
//!
//! All candidates are scored on the same folds; where several were fitted on the same terms, blends
//! of them, too, are judged by their standardised out-of-fold scores. The best by the goal is fitted
//! on all texts. Figures to expect are those of choosing anew for each fold by the other folds, so
//! that the luck of the choice does not flatter them.
//!
//! Where the work would pass the budget, candidates race: after the first fold the terms are
//! settled, and of each kind of learner the best candidate goes on. The budget is counted in work,
//! never in time, so that the same texts give the same model on any machine.

use linfa::ParamGuard;
use ndarray::Array2;

use super::candidates::{blends, budget, single, work};
use super::folds::{Folds, Prepared};
use super::out_of_fold::{Bench, Scores, Way};
use super::train::{Lesson, Parts, notices};
use super::{Progress, Search, Source, Task, Trained, Tried, Wishes};
use crate::classify::blend::standardised;
use crate::corpus::LabelledCorpus;
use crate::error::Result;
use crate::evaluate::Evaluation;
use crate::pipeline::ClassifierParams;
use crate::tokenize::Tokenizer;
use crate::vectorize::{Analyzer, CountedCorpus, VectorizerParams};

/// More text than this, in bytes, is not tried with characters, of which it has too many.
const MOST_FOR_CHARS: usize = 40 << 20;

/// How many scores are held at a time, some 1 GiB: with very many texts and labels less is tried.
const MOST_SCORES: usize = 128 << 20;

/// Where support vector machines stop that are fitted to be compared: what they score hardly differs
/// from what those of the default do.
const TOLERANCE: f64 = 0.3;

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
        let mut notices = notices(corpus);
        let Some(folds) = Folds::new(&wishes.settled(), corpus, &mut notices)? else {
            return wishes.settled().train(corpus, tokenizer, sources, progress);
        };
        let candidates = wishes.candidates(corpus, task);
        let analyzers = analyzers(&candidates);
        progress.stage("reading words", corpus.len());
        let advance = |n| progress.advance(n);
        let counted = CountedCorpus::count(&corpus.texts, &tokenizer, &analyzers, advance)?;

        let (goal, error_rate) = (settled.goal, settled.error_rate());
        let bench = Bench { task, goal, error_rate, corpus, folds: &folds };
        let field = Field { bench: &bench, counted: &counted, progress };
        let ways = field.judge(field.run(candidates, budget(self.search()))?);
        let (best, rule) = bench.best(&ways, None);
        let lesson = Lesson {
            decision: bench.settle(&ways[best], rule),
            expected: Some(Evaluation::new(&bench.expect(&ways))),
        };
        let chosen = ways[best].params.clone();
        progress.stage("training", 1);
        let all: Vec<usize> = (0..corpus.len()).collect();
        let counted = counted.restricted_to(&chosen.vectorizer.analyzers());
        let prepared = Prepared::new(&chosen.vectorizer, &counted, corpus, &all);
        let model = prepared.fit(&chosen.learner_for(task))?;
        progress.advance(1);
        let parts = Parts { task, corpus, counted: &counted, tokenizer, sources, notices };
        let trained = chosen.finish(parts, lesson, (model, prepared.selection))?;
        Ok(Trained { tried: tried(&bench, &ways), ..trained })
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

/// A candidate under way.
struct Run {
    params: ClassifierParams,
    scores: Scores,
    /// Standardised as a blend takes them; none where the learner cannot be blended.
    standardised: Option<Scores>,
}

/// Where candidates run.
struct Field<'a> {
    bench: &'a Bench<'a>,
    counted: &'a CountedCorpus,
    progress: &'a dyn Progress,
}

impl Field<'_> {
    /// Gives the candidates their out-of-fold scores; those that are left behind are not returned.
    fn run(&self, mut candidates: Vec<ClassifierParams>, budget: f64) -> Result<Vec<Run>> {
        candidates.truncate((self.most_ways() / 4).max(1));
        let n_folds = self.bench.folds.n;
        let share = (n_folds - 1) as f64 / n_folds as f64;
        let work_of = |params: &ClassifierParams| share * self.work(params);
        let total: f64 = candidates.iter().map(|params| n_folds as f64 * work_of(params)).sum();
        let races = total > budget;
        let mut runs: Vec<Run> = candidates.into_iter().map(|params| self.start(params)).collect();
        if races {
            // The first fold may take half of the budget; the first candidate always runs.
            let mut used = 0.0;
            let mut place = 0;
            runs.retain(|run| {
                used += work_of(&run.params);
                place += 1;
                place == 1 || used <= budget / 2.0
            });
        }
        self.progress.stage("choosing settings", runs.len() * n_folds);
        for fold in 0..n_folds {
            self.advance_all(&mut runs, fold)?;
            if races && fold == 0 {
                let n_before = runs.len();
                runs = self.leave_behind(runs);
                self.progress.advance((n_before - runs.len()) * (n_folds - 1));
            }
        }
        Ok(runs)
    }

    /// For how many ways there is room for the scores of all texts.
    fn most_ways(&self) -> usize {
        let n_scores = self.bench.corpus.len() * self.bench.corpus.labels.len();
        MOST_SCORES / n_scores.max(1)
    }

    fn work(&self, params: &ClassifierParams) -> f64 {
        let counted = self.counted.restricted_to(&params.vectorizer.analyzers());
        work(params, counted.n_values(), self.bench.corpus.labels.len())
    }

    fn start(&self, params: ClassifierParams) -> Run {
        let empty = || vec![vec![0.0; self.bench.corpus.labels.len()]; self.bench.corpus.len()];
        let standardised = params.learner.can_be_blended().then(empty);
        Run { params, scores: empty(), standardised }
    }

    /// Scores the texts of one fold by what is learned from the others.
    fn advance_all(&self, runs: &mut [Run], fold: usize) -> Result<()> {
        let (held, rest) = self.bench.folds.split(fold);
        if held.is_empty() || rest.is_empty() {
            return Ok(());
        }
        for features in features(runs) {
            let counted = self.counted.restricted_to(&features.analyzers());
            let prepared = Prepared::new(&features, &counted, self.bench.corpus, &rest);
            let of_held = prepared.selection.matrix(&counted, &held);
            let exclusive = self.bench.task == Task::Multiclass;
            for run in runs.iter_mut().filter(|run| run.params.vectorizer == features) {
                let learner = run.params.learner_within(self.bench.task, Some(TOLERANCE));
                let model = prepared.fit(&learner.check()?)?;
                let scores = model.scores(&of_held);
                if let Some(of_run) = &mut run.standardised {
                    let of_training = model.scores(prepared.data.records());
                    let targets = prepared.data.targets().view();
                    let standardised = standardised(&scores, &of_training, targets, exclusive);
                    put(of_run, &held, &standardised);
                }
                put(&mut run.scores, &held, &scores);
                self.progress.advance(1);
            }
        }
        Ok(())
    }

    /// After the first fold: the terms of the best candidate, and of each learner the best.
    fn leave_behind(&self, runs: Vec<Run>) -> Vec<Run> {
        let values: Vec<f64> = runs.iter().map(|run| self.bench.glimpse(&run.scores, 0)).collect();
        let best = (0..runs.len()).max_by(|&a, &b| values[a].total_cmp(&values[b]).then(b.cmp(&a)));
        let Some(best) = best else { return runs };
        let features = runs[best].params.vectorizer.clone();
        let is_beaten = |place: usize| {
            let is_rival = |other: &usize| {
                let run: &Run = &runs[*other];
                run.params.vectorizer == features
                    && run.params.learner == runs[place].params.learner
            };
            let better = |other: usize| (values[other], place) > (values[place], other);
            (0..runs.len()).filter(is_rival).any(better)
        };
        let stays: Vec<bool> = (0..runs.len())
            .map(|place| runs[place].params.vectorizer == features && !is_beaten(place))
            .collect();
        runs.into_iter().zip(stays).filter(|(_, stays)| *stays).map(|(run, _)| run).collect()
    }

    /// Every run, and blends of runs on the same terms, judged.
    fn judge(&self, runs: Vec<Run>) -> Vec<Way> {
        let mut ways = Vec::new();
        for (params, scores) in self.blended(&runs) {
            let outcomes = self.bench.judge(&scores);
            ways.push(Way { params, scores, outcomes });
        }
        let singles = runs.into_iter().map(|run| {
            let outcomes = self.bench.judge(&run.scores);
            Way { params: run.params, scores: run.scores, outcomes }
        });
        // Single learners first: of equals the simpler is taken.
        let mut all: Vec<Way> = singles.collect();
        all.append(&mut ways);
        all
    }

    fn blended(&self, runs: &[Run]) -> Vec<(ClassifierParams, Scores)> {
        let champions = self.champions(runs);
        let mut blended = Vec::new();
        for members in pairs_and_triples(&champions) {
            let features = &members[0].params.vectorizer;
            if members.iter().any(|member| member.params.vectorizer != *features) {
                continue;
            }
            let params: Vec<&ClassifierParams> = members.iter().map(|run| &run.params).collect();
            let scores: Vec<&Scores> =
                members.iter().filter_map(|run| run.standardised.as_ref()).collect();
            let room = (self.most_ways() / 2).saturating_sub(blended.len());
            for blend in blends(&params).into_iter().take(room) {
                let weights: Vec<f64> = blend.members().iter().map(|m| m.weight).collect();
                blended.push((blend, mixed(&scores, &weights)));
            }
        }
        blended
    }

    /// The candidates that are blended: for each learner and each choice of terms the best one, as
    /// all folds show.
    fn champions<'r>(&self, runs: &'r [Run]) -> Vec<&'r Run> {
        let key = |run: &Run| (run.params.learner, run.params.vectorizer.clone());
        let mut champions: Vec<(&Run, f64)> = Vec::new();
        for run in runs.iter().filter(|run| run.standardised.is_some()) {
            let outcomes = self.bench.judge(&run.scores);
            let values = outcomes.iter().map(|outcome| self.bench.value(outcome, None));
            let value = values.fold(0.0, f64::max);
            match champions.iter_mut().find(|(champion, _)| key(champion) == key(run)) {
                Some(champion) if champion.1 < value => *champion = (run, value),
                Some(_) => {}
                None => champions.push((run, value)),
            }
        }
        champions.into_iter().map(|(run, _)| run).collect()
    }
}

/// The choices of terms among the runs, each once.
fn features(runs: &[Run]) -> Vec<VectorizerParams> {
    let mut features: Vec<VectorizerParams> = Vec::new();
    for run in runs {
        if !features.contains(&run.params.vectorizer) {
            features.push(run.params.vectorizer.clone());
        }
    }
    features
}

fn put(scores: &mut Scores, rows: &[usize], of_rows: &Array2<f64>) {
    for (&row, of_row) in rows.iter().zip(of_rows.rows()) {
        scores[row] = of_row.to_vec();
    }
}

fn pairs_and_triples<'r>(runs: &[&'r Run]) -> Vec<Vec<&'r Run>> {
    let mut sets = Vec::new();
    for (i, a) in runs.iter().enumerate() {
        for (j, b) in runs.iter().enumerate().skip(i + 1) {
            sets.push(vec![*a, *b]);
            sets.extend(runs[j + 1..].iter().map(|c| vec![*a, *b, *c]));
        }
    }
    sets
}

/// The mean of several scores by their weights.
fn mixed(scores: &[&Scores], weights: &[f64]) -> Scores {
    let total: f64 = weights.iter().sum();
    let mut mixed: Scores = scores[0].iter().map(|row| vec![0.0; row.len()]).collect();
    for (of_member, weight) in scores.iter().zip(weights) {
        for (sum, row) in mixed.iter_mut().zip(*of_member) {
            sum.iter_mut().zip(row).for_each(|(sum, score)| *sum += weight / total * score);
        }
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::pipeline::Silent;

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
        let field = Field { bench: &bench, counted: &counted, progress: &Silent };
        let runs = field.run(candidates, budget).unwrap();
        for run in &runs {
            assert!(run.scores.iter().all(|row| row.iter().any(|&score| score != 0.0)));
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
