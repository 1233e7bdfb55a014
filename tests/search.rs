//! What a search for settings promises: the same bytes on any number of threads, what has been said
//! is kept, and the figures to expect do not flatter.

mod common;

use common::desk::Desk;
use common::{corpus, single_label_corpus};
use leitmotif::classify::LearnerKind;
use leitmotif::corpus::{LabelledCorpus, Record};
use leitmotif::math::Generator;
use leitmotif::model_file;
use leitmotif::pipeline::{Goal, Search, Silent, Trained, VectorizerWishes, Whole, Wishes, judge};
use leitmotif::tokenize::Tokenizer;
use leitmotif::vectorize::{NgramRange, Ngrams};

fn train(wishes: &Wishes, corpus: &LabelledCorpus) -> Trained {
    wishes.train(corpus, Tokenizer::default(), Vec::new(), &Silent).unwrap()
}

fn with(search: Search) -> Wishes {
    Wishes { search: Some(search), ..Wishes::default() }
}

#[test]
fn the_same_texts_give_the_same_bytes_on_any_number_of_threads() {
    for search in [Search::Off, Search::Fast, Search::Full] {
        for goal in [Goal::Balanced, Goal::MicroF1, Goal::MacroF1] {
            for corpus in [corpus(60), single_label_corpus(60)] {
                let wishes = Wishes { goal: Some(goal), ..with(search) };
                let bytes = |n| {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
                    pool.install(|| {
                        model_file::to_bytes(&train(&wishes, &corpus).classifier).unwrap()
                    })
                };
                let one = bytes(1);
                assert!([2, 3].iter().all(|&n| bytes(n) == one), "{search:?} {goal:?}");
            }
        }
    }
}

#[test]
fn what_was_chosen_is_what_training_with_those_settings_gives() {
    for corpus in [corpus(80), single_label_corpus(80)] {
        let trained = train(&with(Search::Fast), &corpus);
        assert!(trained.tried.len() > 10);
        let chosen = &trained.classifier.origin.params;
        assert!(trained.tried.iter().any(|tried| tried.params == *chosen));
        let again = chosen.train(&corpus, Tokenizer::default(), Vec::new(), &Silent).unwrap();
        assert_eq!(again.classifier.model, trained.classifier.model);
        assert_eq!(again.classifier.vectorizer.n_terms(), trained.classifier.vectorizer.n_terms());
        let bytes = model_file::to_bytes(&trained.classifier).unwrap();
        let loaded = model_file::from_bytes(&bytes).unwrap();
        assert_eq!(loaded.origin.params, *chosen);
        let text = "the siege of the village and the oil tax";
        let scores = |c: &leitmotif::pipeline::Classifier| c.scores(text, &mut Default::default());
        assert_eq!(scores(&loaded).unwrap(), scores(&trained.classifier).unwrap());
    }
}

#[test]
fn what_has_been_said_is_kept() {
    let words = NgramRange::new(1, 3).ok();
    let wishes = Wishes {
        learner: Some(LearnerKind::NaiveBayes),
        smoothing: Some(0.5),
        vectorizer: VectorizerWishes { words: Some(Ngrams(words)), ..Default::default() },
        ..with(Search::Full)
    };
    let trained = train(&wishes, &corpus(60));
    let params = &trained.classifier.origin.params;
    assert_eq!((params.learner, params.smoothing), (LearnerKind::NaiveBayes, Some(0.5)));
    assert_eq!((params.vectorizer.words, params.vectorizer.chars), (words, None));
    let open = Wishes { vectorizer: wishes.vectorizer.clone(), ..with(Search::Fast) };
    for tried in train(&open, &corpus(60)).tried {
        assert_eq!((tried.params.vectorizer.words, tried.params.vectorizer.chars), (words, None));
    }
}

#[test]
fn on_labels_that_no_text_tells_nothing_is_promised() {
    let mut generator = Generator::new(8);
    let words = ["oil", "tax", "siege", "front", "river", "market", "road", "school"];
    let record = |i: usize| {
        let text: Vec<&str> = (0..12).map(|_| words[generator.below(words.len())]).collect();
        let labels = Some(vec![if generator.below(2) == 0 { "a" } else { "b" }.to_string()]);
        Record { text: format!("{} {i}", text.join(" ")), labels, ..Record::default() }
    };
    let corpus = LabelledCorpus::new((0..400).map(record).collect(), None).unwrap();
    let trained = train(&with(Search::Full), &corpus);
    let expected = trained.expected.unwrap().subset_accuracy.unwrap();
    assert!((0.4..0.57).contains(&expected), "{expected}");
}

#[test]
fn what_a_search_finds_is_at_least_as_good_as_no_search_on_new_texts() {
    for corpus in [corpus(240), single_label_corpus(240)] {
        let (train_rows, test_rows): (Vec<usize>, Vec<usize>) = (0..240).partition(|i| *i < 160);
        let (seen, unseen) = (corpus.select(&train_rows), corpus.select(&test_rows));
        let micro = |search| {
            let classifier = train(&with(search), &seen).classifier;
            let judged = judge(&classifier, &unseen).unwrap();
            leitmotif::evaluate::Evaluation::new(&judged).micro.f1.unwrap()
        };
        let (off, fast) = (micro(Search::Off), micro(Search::Fast));
        assert!(fast > 0.75 && fast > off - 0.05, "off {off}, fast {fast}");
    }
}

#[test]
fn folds_by_source_keep_a_source_whole() {
    // Each source has a word of its own that tells the label there and nowhere else.
    let record = |i: usize| {
        let (source, label) = (i % 8, i / 8 % 2);
        Record {
            text: format!("report {} number {i}", ["ash", "elm"][label].repeat(source + 1)),
            labels: Some(vec![["a", "b"][label].to_string()]),
            source: Some(format!("source {source}")),
            ..Record::default()
        }
    };
    let corpus = LabelledCorpus::new((0..160).map(record).collect(), None).unwrap();
    let accuracy = |whole| {
        let vectorizer = VectorizerWishes { chars: Some(Ngrams(None)), ..Default::default() };
        let wishes = Wishes { whole: Some(whole), vectorizer, ..with(Search::Off) };
        train(&wishes, &corpus).expected.unwrap().subset_accuracy.unwrap()
    };
    assert!(accuracy(Whole::Article) > 0.95);
    assert!(accuracy(Whole::Source) < 0.7);
}

#[test]
fn the_program_tells_what_it_chose_among() {
    let desk = Desk::new();
    desk.write("d.jsonl", common::desk::data());
    let ran = desk.run(&["train", "d.jsonl", "--goal", "macro-f1", "--out", "m.leit"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("ways by cross-validation on these texts"), "{}", ran.out);
    let ran = desk.run(&["train", "d.jsonl", "--search", "off", "--out", "m.leit"]);
    assert!(!ran.out.contains("ways by cross-validation"), "{}", ran.out);
    assert!(ran.out.contains("svm, words 1-1, characters none"), "{}", ran.out);
    let ran = desk.run(&["evaluate", "d.jsonl", "--cv", "2", "--search", "fast"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = desk.run(&["evaluate", "d.jsonl", "--model", "m.leit", "--format", "card"]);
    assert!(ran.out.starts_with("# Model card\n\n* Fingerprint: `"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("\n## d.jsonl\n\n24 texts of 12 articles."), "{}", ran.out);
    let ran = desk.run(&["evaluate", "d.jsonl", "--cv", "2", "--format", "card"]);
    assert_eq!(ran.code, 2);
}
