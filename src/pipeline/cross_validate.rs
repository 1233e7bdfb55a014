//! Judging a classifier on labelled texts, or a way of training by a split of them.

use super::mistakes::{Mistake, best_of, explain, mistakes};
use super::{Classifier, Prediction, Progress, Silent, Split, Task, TaskChoice, Wishes};
use crate::classify::thresholds::NEVER;
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::{Evaluation, Judged};
use crate::math::Generator;
use crate::tokenize::Tokenizer;

/// Answers to labelled texts, and what is worth knowing of how they came about.
#[derive(Debug)]
pub struct Answers {
    /// The answers, text by text.
    pub judged: Judged,
    /// For each text the labels about which the decision is unsure.
    pub unsure: Vec<Vec<usize>>,
    /// The most confident wrong answers, with evidence.
    pub mistakes: Vec<Mistake>,
    /// For each label how many of the texts that were learned from have it.
    pub support: Vec<usize>,
    /// How many texts were learned from.
    pub n_learned: usize,
    /// How many there are to learn from: with folds all of them, though each part learns from fewer.
    pub n_at_hand: usize,
    /// Figures at smaller sizes, where these were asked for.
    pub curve: Vec<CurvePoint>,
}

/// What was reached with fewer texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// How many were learned from.
    pub n: usize,
    /// Points of one repetition share the texts that were judged, and each its texts with the next greater.
    pub repetition: usize,
    /// Micro-F1.
    pub micro_f1: Option<f64>,
    /// Macro-F1.
    pub macro_f1: Option<f64>,
}

/// Classifies the texts of `corpus` and lines the answers up with its labels. Labels that the
/// classifier lacks come behind its own; they cannot be predicted and so count as missed.
///
/// # Errors
/// Where the tokenizer cannot take one of the texts.
pub fn judge(classifier: &Classifier, corpus: &LabelledCorpus) -> Result<Judged> {
    judge_with_doubt(classifier, corpus).map(|(judged, _)| judged)
}

fn judge_with_doubt(
    classifier: &Classifier,
    corpus: &LabelledCorpus,
) -> Result<(Judged, Vec<Vec<usize>>)> {
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
    let (mut predicted, mut unsure, mut probabilities) = (Vec::new(), Vec::new(), Vec::new());
    for prediction in classifier.classify_all(&corpus.texts)? {
        let Prediction { labels, unsure: own_unsure, probabilities: own } = prediction;
        predicted.push(labels);
        unsure.push(own_unsure);
        probabilities.push(own);
    }
    let thresholds = classifier.thresholds();
    Ok((Judged { names, thresholds, truths, predicted, probabilities }, unsure))
}

/// The answers of a classifier to the texts of `corpus`, as [`judge`] lines them up.
///
/// # Errors
/// Where the tokenizer cannot take one of the texts.
pub fn answer(classifier: &Classifier, corpus: &LabelledCorpus) -> Result<Answers> {
    let (judged, unsure) = judge_with_doubt(classifier, corpus)?;
    let mut mistakes = mistakes(&judged);
    explain(&mut mistakes, classifier, |text| corpus.texts[text].clone())?;
    let mut support = classifier.origin.support.clone();
    support.resize(judged.names.len(), 0);
    let n_learned = classifier.origin.n_texts;
    let (n_at_hand, curve) = (n_learned, Vec::new());
    Ok(Answers { judged, unsure, mistakes, support, n_learned, n_at_hand, curve })
}

/// For each part of `split` trains on the one side and judges the other. Everything is learned anew each time:
/// thresholds, calibration, and the settings that are left to a search. The answers are those to [`Split::judged`],
/// in that order; the thresholds reported are the means over the parts that give the label at all.
///
/// Where `sizes`, shares between 0 and 1, are given, training is repeated on so much of its side with the settings
/// found on all of it.
///
/// # Errors
/// Where training fails.
pub fn cross_validate(
    wishes: &Wishes,
    corpus: &LabelledCorpus,
    split: &Split,
    tokenizer: &Tokenizer,
    sizes: &[f64],
    progress: &dyn Progress,
) -> Result<Answers> {
    let params = wishes.settled();
    params.check()?;
    let at_hand = split.learned();
    let task = params.task_for(&corpus.select(&at_hand))?;
    let texts = split.judged();
    let mut answers = Answers::empty(corpus, &texts, task);
    let mut thresholds = Vec::new();
    let place_of = |text: usize| texts.partition_point(|&other| other < text);
    progress.stage("cross-validating", split.parts.len() * (1 + repeats(split) * sizes.len()));
    for (number, (learned, judged)) in split.parts.iter().enumerate() {
        let trained = wishes
            .for_task(task)
            .train(&corpus.select(learned), tokenizer.clone(), Vec::new(), &Silent)
            .map_err(|error| match split.parts.len() {
                1 => error,
                n => Error::data(format!("without fold {} of {n}: {error}", number + 1)),
            })?;
        let held = corpus.select(judged);
        let part = answer(&trained.classifier, &held)?;
        progress.advance(1);
        let points = Points { corpus, learned, held: &held, tokenizer, sizes, progress };
        let whole = Evaluation::new(&part.judged);
        for repeat in 0..repeats(split) {
            let repetition = number * repeats(split) + repeat;
            answers.curve.extend(points.curve(&trained.classifier, &whole, repetition)?);
        }
        thresholds.push(part.judged.thresholds.clone());
        answers.take_in(part, judged, place_of);
    }
    answers.judged.thresholds = mean_thresholds(&thresholds);
    answers.n_at_hand = at_hand.len();
    answers.mistakes = best_of(std::mem::take(&mut answers.mistakes), corpus.labels.len());
    Ok(answers)
}

/// For each label the mean threshold of the parts that give it at all; [`NEVER`] where none does.
fn mean_thresholds(of_parts: &[Vec<Option<f64>>]) -> Vec<Option<f64>> {
    let n_labels = of_parts.first().map_or(0, Vec::len);
    let of_label = |label: usize| {
        let own: Vec<f64> = of_parts.iter().filter_map(|part| part[label]).collect();
        let given = || own.iter().copied().filter(|&threshold| threshold < NEVER);
        let n_given = given().count();
        match (own.len(), n_given) {
            (0, _) => None,
            (_, 0) => Some(NEVER),
            _ => Some(given().sum::<f64>() / n_given as f64),
        }
    };
    (0..n_labels).map(of_label).collect()
}

/// One part alone says nothing of the luck of the draw, so smaller sizes are drawn several times.
fn repeats(split: &Split) -> usize {
    if split.parts.len() == 1 { 3 } else { 1 }
}

impl Answers {
    fn empty(corpus: &LabelledCorpus, texts: &[usize], task: Task) -> Answers {
        let n_labels = corpus.labels.len();
        let judged = Judged {
            names: corpus.labels.names().to_vec(),
            thresholds: vec![(task == Task::Multilabel).then_some(0.0); n_labels],
            truths: texts.iter().map(|&text| corpus.targets[text].clone()).collect(),
            predicted: vec![Vec::new(); texts.len()],
            probabilities: vec![Vec::new(); texts.len()],
        };
        Answers {
            judged,
            unsure: vec![Vec::new(); texts.len()],
            mistakes: Vec::new(),
            support: vec![0; n_labels],
            n_learned: 0,
            n_at_hand: 0,
            curve: Vec::new(),
        }
    }

    /// Puts the answers of one part in their places.
    fn take_in(&mut self, part: Answers, judged: &[usize], place_of: impl Fn(usize) -> usize) {
        let rows = part.judged.predicted.into_iter().zip(part.judged.probabilities);
        for ((&text, (labels, probabilities)), unsure) in judged.iter().zip(rows).zip(part.unsure) {
            let place = place_of(text);
            self.judged.predicted[place] = labels;
            self.judged.probabilities[place] = probabilities;
            self.unsure[place] = unsure;
        }
        let renamed = part
            .mistakes
            .into_iter()
            .map(|mistake| Mistake { text: place_of(judged[mistake.text]), ..mistake });
        self.mistakes.extend(renamed);
        // What a part learned from; with several it is the greatest of them that a report tells.
        if part.n_learned > self.n_learned {
            self.n_learned = part.n_learned;
            self.support = part.support;
        }
    }
}

/// Training on less of one side of a part.
struct Points<'a> {
    corpus: &'a LabelledCorpus,
    learned: &'a [usize],
    held: &'a LabelledCorpus,
    tokenizer: &'a Tokenizer,
    sizes: &'a [f64],
    progress: &'a dyn Progress,
}

impl Points<'_> {
    /// A point for each size, and the one of all texts, with the settings of `classifier`.
    fn curve(
        &self,
        classifier: &Classifier,
        whole: &Evaluation,
        repetition: usize,
    ) -> Result<Vec<CurvePoint>> {
        let point = |n: usize, evaluation: &Evaluation| CurvePoint {
            n,
            repetition,
            micro_f1: evaluation.micro.f1,
            macro_f1: evaluation.macro_.f1,
        };
        let mut points = Vec::new();
        if self.sizes.is_empty() {
            return Ok(points);
        }
        let order = self.order(classifier.origin.params.seed.wrapping_add(repetition as u64));
        let wishes = Wishes::from(classifier.origin.params.clone()).for_task(classifier.task);
        let mut ns: Vec<usize> =
            self.sizes.iter().map(|size| (size * order.len() as f64).max(1.0) as usize).collect();
        ns.dedup();
        for n in ns {
            let part = self.corpus.select(&order[..n]);
            let trained = wishes.train(&part, self.tokenizer.clone(), Vec::new(), &Silent);
            self.progress.advance(1);
            // Too few texts to learn from are no failure of the curve: it begins later.
            if let Ok(trained) = trained {
                let evaluation = Evaluation::new(&judge(&trained.classifier, self.held)?);
                points.push(point(n, &evaluation));
            }
        }
        points.push(point(order.len(), whole));
        Ok(points)
    }

    /// The texts learned from, articles in an order that is drawn.
    fn order(&self, seed: u64) -> Vec<usize> {
        let mut articles: Vec<usize> =
            self.learned.iter().map(|&text| self.corpus.groups[text]).collect();
        articles.sort_unstable();
        articles.dedup();
        let mut drawn = articles.clone();
        Generator::new(seed).shuffle(&mut drawn);
        let rank =
            |text: &usize| drawn[articles.partition_point(|&a| a < self.corpus.groups[*text])];
        let mut order = self.learned.to_vec();
        order.sort_by_key(|text| (rank(text), *text));
        order
    }
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
