//! The quick way to labels gives the labels of the slow one.
//!
//! Enters: the built-in model, and texts of its kind and of none. Terms and scores are judged beside the code
//! (`vectorize/index.rs`, `pipeline/scorer.rs`); here it is what users see.

use leitmotif::corpus::Article;
use leitmotif::pipeline::{Classifier, Explain, Memory, TagOptions, tag};
use leitmotif::shipped;
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
