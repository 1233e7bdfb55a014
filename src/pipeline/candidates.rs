//! The ways of training that a search tries, and what each costs.
//!
//! The lists were drawn up on out-of-fold figures of training texts of five kinds (newswire with 90
//! topics, forum posts, short questions, news, the paragraphs of `seeds/`): what was among the best
//! on one kind stands in them. Those that help nearly everywhere come first, for where time does not
//! allow all.

use super::{ClassifierParams, Search, Task, Wishes};
use crate::classify::{LearnerKind, Member};
use crate::vectorize::{NgramRange, VectorizerParams};

/// Ways of training with one learner each, in the order of their promise.
pub(super) fn single(wishes: &Wishes, search: Search, task: Task) -> Vec<ClassifierParams> {
    let settled = wishes.settled();
    let mut candidates = Vec::new();
    for (learner, cost, smoothing, features) in ways(search, task) {
        let learner = settled_learner(wishes, learner);
        let params = ClassifierParams {
            learner,
            cost: wishes.cost.or(cost).filter(|_| takes(learner, LearnerKind::has_cost)),
            smoothing: wishes
                .smoothing
                .or(smoothing)
                .filter(|_| takes(learner, LearnerKind::has_smoothing)),
            vectorizer: with_features(wishes, &settled.vectorizer, features),
            ..settled.clone()
        };
        if !candidates.contains(&params) {
            candidates.push(params);
        }
    }
    candidates
}

/// The learner that has been named, else the one to try.
fn settled_learner(wishes: &Wishes, learner: LearnerKind) -> LearnerKind {
    match (&wishes.blend, wishes.learner) {
        (Some(_), None) => LearnerKind::Blend,
        (_, named) => named.unwrap_or(learner),
    }
}

fn takes(learner: LearnerKind, has: fn(LearnerKind) -> bool) -> bool {
    learner == LearnerKind::Blend || has(learner)
}

/// Which terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Features {
    /// Words and pairs of words.
    Words,
    /// The same, and characters.
    Both(usize, usize),
    /// Single words, and characters.
    SingleAndChars(usize, usize),
}

fn with_features(wishes: &Wishes, base: &VectorizerParams, features: Features) -> VectorizerParams {
    if wishes.vectorizer.words.is_some() || wishes.vectorizer.chars.is_some() {
        return base.clone();
    }
    let (longest, chars) = match features {
        Features::Words => (2, None),
        Features::Both(min, max) => (2, NgramRange::new(min, max).ok()),
        Features::SingleAndChars(min, max) => (1, NgramRange::new(min, max).ok()),
    };
    VectorizerParams { words: NgramRange::new(1, longest).ok(), chars, ..base.clone() }
}

type WayToTry = (LearnerKind, Option<f64>, Option<f64>, Features);

fn ways(search: Search, task: Task) -> Vec<WayToTry> {
    use Features::{Both, SingleAndChars, Words};
    use LearnerKind::{ComplementNb, Logistic, NaiveBayes, NbSvm, Svm};
    const CHARS: Features = Both(2, 5);
    let with_cost = |learner, cost, features| (learner, Some(cost), None, features);
    let smoothed = |learner, smoothing, features| (learner, None, Some(smoothing), features);
    let mut ways = vec![with_cost(Svm, 1.0, Words), with_cost(Svm, 1.0, CHARS)];
    match task {
        Task::Multiclass => {
            for features in [CHARS, Words] {
                ways.push(smoothed(NaiveBayes, 0.01, features));
                ways.push(smoothed(ComplementNb, 0.01, features));
                ways.push(smoothed(ComplementNb, 0.1, features));
            }
            ways.extend([with_cost(Svm, 0.3, CHARS), with_cost(Svm, 3.0, CHARS)]);
            ways.extend([with_cost(Svm, 0.3, Words), with_cost(Svm, 3.0, Words)]);
        }
        Task::Multilabel => {
            ways.push(with_cost(NbSvm, 0.1, CHARS));
            ways.push(with_cost(NbSvm, 0.1, SingleAndChars(2, 5)));
            ways.push(with_cost(Svm, 1.0, SingleAndChars(2, 5)));
            ways.extend([with_cost(Svm, 0.3, CHARS), with_cost(Svm, 3.0, CHARS)]);
            ways.extend([with_cost(NbSvm, 0.1, Words), with_cost(Svm, 3.0, Words)]);
            ways.extend([smoothed(NaiveBayes, 0.01, CHARS), smoothed(NaiveBayes, 0.01, Words)]);
        }
    }
    if search == Search::Full {
        ways.extend([with_cost(NbSvm, 0.1, CHARS), with_cost(NbSvm, 1.0, CHARS)]);
        ways.extend([with_cost(Svm, 1.0, Both(3, 5)), with_cost(Svm, 0.1, CHARS)]);
        ways.extend([with_cost(Logistic, 10.0, Words), with_cost(Logistic, 10.0, CHARS)]);
        ways.extend([smoothed(NaiveBayes, 0.03, CHARS), smoothed(NaiveBayes, 0.003, CHARS)]);
    }
    ways
}

/// Blends of two or three candidates, which take the same terms.
pub(super) fn blends(of: &[&ClassifierParams]) -> Vec<ClassifierParams> {
    let weights: &[&[f64]] = match of.len() {
        2 => &[&[1.0, 1.0], &[2.0, 1.0], &[1.0, 2.0]],
        3 => &[&[1.0, 1.0, 1.0], &[2.0, 1.0, 1.0]],
        _ => &[],
    };
    let member = |(params, &weight): (&&ClassifierParams, &f64)| Member {
        learner: params.learner,
        cost: params.cost,
        smoothing: params.smoothing,
        weight,
    };
    let blend = |weights: &&[f64]| ClassifierParams {
        learner: LearnerKind::Blend,
        cost: None,
        smoothing: None,
        blend: Some(of.iter().zip(*weights).map(member).collect()),
        ..of[0].clone()
    };
    weights.iter().map(blend).collect()
}

/// What fitting costs, in stored values that are visited once for up to 16 labels: a measure that is
/// the same on every machine, so that what is tried is, too. A unit takes some 100 nanoseconds on one
/// core.
pub(super) fn work(params: &ClassifierParams, n_values: usize, n_labels: usize) -> f64 {
    let blocks = n_labels.div_ceil(16) as f64;
    let cost = params.cost.unwrap_or(1.0);
    let relative = match params.learner {
        LearnerKind::NaiveBayes | LearnerKind::ComplementNb => 0.2,
        LearnerKind::Svm => (0.5 + cost / 2.0).min(4.0),
        LearnerKind::NbSvm => (2.0 + 2.0 * cost).min(6.0),
        LearnerKind::Blend => 5.0,
        _ => 20.0,
    };
    n_values as f64 * blocks * relative
}

/// How much a search may cost by [`work`].
pub(super) fn budget(search: Search) -> f64 {
    match search {
        Search::Off => 0.0,
        Search::Fast => 4e8,
        Search::Full => 16e8,
    }
}
