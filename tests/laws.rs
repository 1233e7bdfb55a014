//! Laws that hold for every learner and both tasks, checked for all by the same functions.
//!
//! The same input twice gives the same bytes; so does any number of threads; a saved model scores
//! like the one that was saved, to the last bit; a text alone is answered as in a batch; an empty
//! text gets an answer; what was learned beats chance. A new
//! learner joins with its line in `LearnerKind::ALL`. What a score is made of adds up to it.

mod common;

use common::{corpus, single_label_corpus};
use leitmotif::classify::{Learner, LearnerKind, LearnerSettings, LinearModel};
use leitmotif::corpus::LabelledCorpus;
use leitmotif::error::{Error, Result};
use leitmotif::matrix::TermMatrix;
use leitmotif::model_file;
use leitmotif::pipeline::{Classifier, ClassifierParams, Memory, Silent, judge};
use leitmotif::tokenize::Tokenizer;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::Array2;

const LEARNERS: [LearnerKind; 11] = LearnerKind::ALL;

fn params(learner: LearnerKind) -> ClassifierParams {
    ClassifierParams { learner, ..ClassifierParams::default() }
}

fn train(learner: LearnerKind, corpus: &LabelledCorpus) -> Classifier {
    let trained = params(learner).train(corpus, Tokenizer::default(), Vec::new(), &Silent);
    trained.unwrap().classifier
}

/// Calls `law` with each learner on both tasks.
fn for_all(law: impl Fn(LearnerKind, &LabelledCorpus)) {
    for learner in LEARNERS {
        law(learner, &corpus(120));
        law(learner, &single_label_corpus(120));
    }
}

fn with_threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(work)
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    for_all(|learner, corpus| {
        let bytes = |n| with_threads(n, || model_file::to_bytes(&train(learner, corpus)).unwrap());
        let one = bytes(1);
        for n in [1, 2, 3, 8] {
            assert!(bytes(n) == one, "{learner:?} differs on {n} threads");
        }
    });
}

#[test]
fn a_saved_model_scores_to_the_last_bit_like_the_one_that_was_saved() {
    for_all(|learner, corpus| {
        let before = train(learner, corpus);
        let bytes = model_file::to_bytes(&before).unwrap();
        let after = model_file::from_bytes(&bytes).unwrap();
        assert_eq!(
            before.classify_all(&corpus.texts).unwrap(),
            after.classify_all(&corpus.texts).unwrap()
        );
        assert_eq!(before.thresholds, after.thresholds);
        assert!(model_file::to_bytes(&after).unwrap() == bytes, "{learner:?} is saved differently");
    });
}

#[test]
fn a_text_alone_is_answered_as_in_a_batch_of_any_order() {
    for_all(|learner, corpus| {
        let classifier = train(learner, corpus);
        let mut batch = classifier.classify_all(&corpus.texts).unwrap();
        let mut turned = corpus.texts.clone();
        turned.reverse();
        let mut answers = classifier.classify_all(&turned).unwrap();
        answers.reverse();
        assert_eq!(batch, answers);
        let alone = classifier.classify(&corpus.texts[7], &mut Memory::default()).unwrap();
        assert_eq!(batch.swap_remove(7), alone);
    });
}

#[test]
fn an_empty_text_and_foreign_words_get_the_same_valid_answer() {
    for_all(|learner, corpus| {
        let classifier = train(learner, corpus);
        let mut memory = Memory::default();
        let empty = classifier.classify("", &mut memory).unwrap();
        assert_eq!(empty, classifier.classify("Ωmega zyx", &mut memory).unwrap());
        assert!(empty.probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{learner:?}");
    });
}

#[test]
fn probabilities_of_one_label_per_text_add_up_to_one() {
    for learner in LEARNERS {
        let corpus = single_label_corpus(120);
        for answer in train(learner, &corpus).classify_all(&corpus.texts).unwrap() {
            assert_eq!(answer.labels.len(), 1);
            assert!((answer.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn what_was_learned_holds_on_new_texts() {
    for_all(|learner, corpus| {
        let train_rows: Vec<usize> = (0..80).collect();
        let test_rows: Vec<usize> = (80..120).collect();
        let classifier = train(learner, &corpus.select(&train_rows));
        let judged = judge(&classifier, &corpus.select(&test_rows)).unwrap();
        let micro = leitmotif::evaluate::Evaluation::new(&judged).micro.f1.unwrap();
        assert!(micro > 0.75, "{learner:?}: {micro}");
    });
}

#[test]
fn every_learner_speaks_linfas_grammar_on_sparse_and_on_dense_records() {
    let dense = Array2::from_shape_fn((40, 6), |(row, term)| {
        if (row + term) % 3 == 0 { 0.5 + term as f32 / 10.0 } else { 0.0 }
    });
    let targets = Array2::from_shape_fn((40, 2), |(row, label)| (row + label) % 3 == 0);
    for kind in LEARNERS {
        let learner = Learner::new(kind, &LearnerSettings::default());
        let sparse = DatasetBase::new(TermMatrix::from_dense(dense.view()), targets.clone());
        let from_sparse = learner.fit(&sparse).unwrap();
        let from_dense = learner.fit(&DatasetBase::new(dense.clone(), targets.clone())).unwrap();
        assert_eq!(from_sparse, from_dense);
        let predicted: Array2<bool> = from_sparse.predict(&sparse);
        let n_right = predicted.iter().zip(&targets).filter(|(ours, truth)| ours == truth).count();
        assert!(n_right >= 60, "{kind:?}: {n_right} of 80");
    }
}

#[test]
fn a_value_that_is_not_a_number_is_refused() {
    let mut dense = Array2::from_elem((4, 2), 0.5_f32);
    dense[[1, 1]] = f32::NAN;
    let targets = Array2::from_shape_fn((4, 1), |(row, _)| row > 1);
    for kind in LEARNERS {
        let learner = Learner::new(kind, &LearnerSettings::default());
        let fitted = learner.fit(&DatasetBase::new(dense.clone(), targets.clone()));
        assert!(fitted.is_err(), "{kind:?}");
    }
}

#[test]
fn bias_and_weights_add_up_to_the_score_and_spans_slice_the_text() {
    for_all(|learner, corpus| {
        let classifier = train(learner, corpus);
        let mut memory = Memory::default();
        let labels: Vec<usize> = (0..classifier.labels.len()).collect();
        for text in corpus.texts.iter().take(20) {
            let explained = classifier.explain(text, &labels, &mut memory);
            let Some(_) = classifier.model.as_linear() else {
                let message = explained.unwrap_err().to_string();
                assert!(message.contains("cannot be explained"), "{message}");
                continue;
            };
            let scores = classifier.scores(text, &mut memory).unwrap();
            for evidence in explained.unwrap() {
                let sum: f64 = evidence.terms.iter().map(|term| term.weight).sum();
                assert!((evidence.bias + sum - evidence.score).abs() < 1e-6, "{learner:?}");
                assert_eq!(evidence.score, scores[evidence.label]);
                for term in &evidence.terms {
                    assert!(!term.spans.is_empty());
                    for span in &term.spans {
                        assert_eq!(span.slice(text).to_lowercase(), term.term);
                    }
                }
            }
        }
    });
}

#[test]
fn without_the_words_of_a_counterfactual_the_label_goes_and_none_can_be_spared() {
    for_all(|learner, corpus| {
        let classifier = train(learner, corpus);
        let mut memory = Memory::default();
        let mut n_found = 0;
        for text in corpus.texts.iter().take(20) {
            for label in classifier.classify(text, &mut memory).unwrap().labels {
                let found = classifier.counterfactual(text, label, &mut memory).unwrap();
                let Some(found) = found else { continue };
                n_found += 1;
                let without = |spared: Option<&String>| {
                    let is_kept = |word: &&str| {
                        let word = word.to_lowercase();
                        !found.words.contains(&word) || Some(&word) == spared
                    };
                    text.split(' ').filter(is_kept).collect::<Vec<_>>().join(" ")
                };
                let mut gets = |text: &str| {
                    let prediction = classifier.classify(text, &mut memory).unwrap();
                    (prediction.labels.contains(&label), prediction.probabilities[label])
                };
                assert_eq!(gets(&without(None)), (false, found.probability), "{learner:?}");
                for word in &found.words {
                    assert!(gets(&without(Some(word))).0, "{learner:?}: {word} can be spared");
                }
            }
        }
        assert!(n_found > 0, "{learner:?}");
    });
}

/// A learner of a stranger's: it knows nothing of the library but linfa's `Fit`.
struct Majority;

impl Fit<TermMatrix, Array2<bool>, Error> for Majority {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<TermMatrix, Array2<bool>>) -> Result<LinearModel> {
        let share = |label: usize| {
            let yes = dataset.targets().column(label).iter().filter(|&&yes| yes).count();
            yes as f32 / dataset.targets().nrows() as f32 - 0.5
        };
        let bias = (0..dataset.targets().ncols()).map(share).collect();
        let weights = Array2::zeros((dataset.records().n_terms(), dataset.targets().ncols()));
        Ok(LinearModel::new(weights, bias))
    }
}

#[test]
fn the_pipeline_trains_through_linfas_fit_alone() {
    let corpus = corpus(60);
    let params = ClassifierParams::default();
    let trained = params.train_with(&Majority, &corpus, Tokenizer::default(), Vec::new(), &Silent);
    let classifier = trained.unwrap().classifier;
    let model = classifier.model.as_linear().unwrap();
    assert!(model.weights().iter().all(|&weight| weight == 0.0));
    let answers = classifier.classify_all(&corpus.texts).unwrap();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}
