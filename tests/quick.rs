//! The quick way to labels gives the labels of the slow one.
//!
//! Enters: the built-in model, and texts of its kind and of none. Terms and scores are judged beside the code
//! (`vectorize/index.rs`, `pipeline/scorer.rs`); here it is what users see.

use leitmotif::corpus::{Article, LabelledCorpus, Record};
use leitmotif::math::Generator;
use leitmotif::pipeline::{Classifier, ClassifierParams, Explain, Memory, Silent, TagOptions, tag};
use leitmotif::shipped;
use leitmotif::tokenize::Tokenizer;
use proptest::prelude::*;

fn check(classifier: &Classifier, text: &str) {
    let mut memory = Memory::default();
    let (quick, slow) = (
        classifier.scores(text, &mut memory).unwrap(),
        classifier.scores_of_row(text, &mut memory).unwrap(),
    );
    for (quick, slow) in quick.iter().zip(&slow) {
        assert!((quick - slow).abs() < 1e-5, "{quick} and {slow}: {text:?}");
    }
    let prediction = classifier.classify(text, &mut memory).unwrap();
    assert_eq!(classifier.label(text, &mut memory).unwrap(), prediction.labels, "{text:?}");
}

#[test]
fn labels_alone_are_those_of_the_whole_answer() {
    let themes = shipped::themes().unwrap();
    for name in ["wire-report.txt", "web-page.txt", "hard-wrapped.txt"] {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/articles/").to_string() + name;
        let article = std::fs::read_to_string(path).unwrap();
        article.split("\n\n").for_each(|paragraph| check(&themes, paragraph));
        check(&themes, &article);
    }
}

/// Texts of up to ten words of a hundred, and 70 labels, each of the texts that hold its word.
fn of_many_labels() -> LabelledCorpus {
    let mut generator = Generator::new(2);
    let record = |_| {
        let mut numbers: Vec<usize> = (0..10).map(|_| generator.below(100)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let words: Vec<String> = numbers.iter().map(|number| format!("word{number}")).collect();
        let labels = numbers.iter().filter(|&&number| number < 70);
        let labels = labels.map(|number| format!("label{number}")).collect();
        Record { text: words.join(" "), labels: Some(labels), ..Record::default() }
    };
    LabelledCorpus::new((0..700).map(record).collect(), None).unwrap()
}

#[test]
fn labels_alone_are_those_of_the_whole_answer_where_there_are_many() {
    let corpus = of_many_labels();
    for chars in [None, "2-3".parse().ok()] {
        let mut params = ClassifierParams { folds: 2, ..ClassifierParams::default() };
        params.vectorizer.chars = chars;
        let trained = params.train(&corpus, Tokenizer::default(), Vec::new(), &Silent).unwrap();
        let classifier = trained.classifier;
        let mut memory = Memory::default();
        let mut n_given = 0;
        for text in &corpus.texts {
            check(&classifier, text);
            n_given += classifier.label(text, &mut memory).unwrap().len();
        }
        assert!(n_given > 2_000, "{n_given} labels");
        check(&classifier, "");
        check(&classifier, &corpus.texts.concat());
    }
}

#[test]
fn an_article_alone_is_answered_as_among_many() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/articles/wire-report.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let article = Article { name: "wire-report".into(), text };
    let options =
        TagOptions { explain: Explain::Given, counterfactual: true, ..TagOptions::default() };
    // Of many articles the first few go by their own terms alone, the others by all.
    let themes = shipped::themes().unwrap();
    let first = tag(&themes, &article, &options).unwrap();
    assert!(first.iter().any(|tagged| !tagged.prediction.labels.is_empty()));
    for _ in 0..5 {
        assert_eq!(tag(&themes, &article, &options).unwrap(), first);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn labels_are_the_same_for_any_text(
        words in proptest::collection::vec("oil|tax|Syria|the|emir|fighters|town|cells|\\PC{0,12}", 0..60)
    ) {
        thread_local! {
            static THEMES: Classifier = shipped::themes().unwrap();
        }
        THEMES.with(|themes| check(themes, &words.join(" ")));
    }
}
