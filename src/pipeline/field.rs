//! Ways of training, run on the same folds.
//!
//! Enters: candidates, and texts that have been counted. Leaves: the out-of-fold scores of those that went all the way,
//! and of blends of them. Where the work would pass the budget, candidates race: after the first fold the terms are
//! settled, and of each kind of learner the best candidate goes on. The budget is counted in work, never in time, so
//! that the same texts give the same model on any machine.

use linfa::ParamGuard;

use super::candidates::{blends, work};
use super::folds::Prepared;
use super::out_of_fold::{Bench, Scores, Way, put};
use super::{ClassifierParams, Progress, Task};
use crate::classify::blend::standardised;
use crate::classify::{LearnerKind, Model, SvmParams};
use crate::error::Result;
use crate::matrix::TermMatrix;
use crate::vectorize::{CountedCorpus, VectorizerParams};

/// How many scores are held at a time, some 1 GiB: with very many texts and labels less is tried.
const MOST_SCORES: usize = 128 << 20;

/// How far support vector machines may be from their optimum that are fitted to be compared: what they score hardly
/// differs from what those of the default do.
const TOLERANCE: f64 = 3e-3;

/// A candidate under way.
pub(super) struct Run {
    pub params: ClassifierParams,
    pub scores: Scores,
    /// Standardised as a blend takes them; none where there are to be no blends of it.
    standardised: Option<Scores>,
}

/// Where candidates run.
pub(super) struct Field<'a> {
    pub bench: &'a Bench<'a>,
    pub counted: &'a CountedCorpus,
    pub progress: &'a dyn Progress,
    /// What may be spent, as [`work`] counts it.
    pub budget: f64,
    /// Whether blends of the candidates are candidates, too.
    pub blends: bool,
}

impl Field<'_> {
    /// Gives the candidates their out-of-fold scores; those that are left behind are not returned.
    ///
    /// # Errors
    /// Where a candidate cannot be fitted.
    pub fn run(&self, mut candidates: Vec<ClassifierParams>) -> Result<Vec<Run>> {
        let budget = self.budget;
        if budget.is_finite() {
            candidates.truncate((self.most_ways() / 4).max(1));
        }
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
        let shape = (self.bench.corpus.len(), self.bench.corpus.labels.len());
        let empty = || Scores::zeros(shape);
        let standardised = (self.blends && params.learner.can_be_blended()).then(empty);
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
            let fold = Fold { field: self, prepared, of_held, held: &held };
            let (mut machines, others): (Vec<&mut Run>, Vec<&mut Run>) = runs
                .iter_mut()
                .filter(|run| run.params.vectorizer == features)
                .partition(|run| run.params.learner == LearnerKind::Svm);
            machines.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
            fold.advance_machines(machines)?;
            others.into_iter().try_for_each(|run| fold.advance(run))?;
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
    pub fn judge(&self, runs: Vec<Run>) -> Vec<Way> {
        let mut ways = Vec::new();
        let blended = if self.blends { self.blended(&runs) } else { Vec::new() };
        for (params, scores) in blended {
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

impl Run {
    fn cost(&self) -> f64 {
        self.params.cost.unwrap_or(1.0)
    }
}

/// A fold, and what is learned on the others from one choice of terms.
struct Fold<'a, 'f> {
    field: &'a Field<'f>,
    prepared: Prepared,
    of_held: TermMatrix,
    held: &'a [usize],
}

impl Fold<'_, '_> {
    /// Support vector machines, which go from one cost to the next higher one without beginning anew.
    fn advance_machines(&self, runs: Vec<&mut Run>) -> Result<()> {
        let Some(first) = runs.first() else { return Ok(()) };
        let params = SvmParams::default().tolerance(TOLERANCE).seed(first.params.seed);
        let mut path = params.path(&self.prepared.data)?;
        for run in runs {
            let model = path.fit(run.cost())?.into();
            self.take(run, &model);
        }
        Ok(())
    }

    fn advance(&self, run: &mut Run) -> Result<()> {
        let learner = run.params.learner_within(self.field.bench.task, Some(TOLERANCE));
        let model = self.prepared.fit(&learner.check()?)?;
        self.take(run, &model);
        Ok(())
    }

    fn take(&self, run: &mut Run, model: &Model) {
        let scores = model.scores(&self.of_held);
        if let Some(of_run) = &mut run.standardised {
            let of_training = model.scores(self.prepared.data.records());
            let targets = self.prepared.data.targets().view();
            let exclusive = self.field.bench.task == Task::Multiclass;
            put(of_run, self.held, &standardised(&scores, &of_training, targets, exclusive));
        }
        put(&mut run.scores, self.held, &scores);
        self.field.progress.advance(1);
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
    let mut mixed = Scores::zeros(scores[0].dim());
    for (of_member, weight) in scores.iter().zip(weights) {
        mixed.scaled_add(weight / total, of_member);
    }
    mixed
}
