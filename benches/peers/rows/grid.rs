//! The peer's own grid (words 1 and 1-2, C of 0.5, 1, 2, 4, 3 folds, a threshold per label), searched by both.
//!
//! Which search ends with the better model is not the question: the time is, and micro-F1 on the test file
//! shows that the work was the same.

use leitmotif::corpus::LabelledCorpus;
use leitmotif::evaluate::Evaluation;
use leitmotif::pipeline::{ClassifierParams, Goal, Silent, Trained, judge};
use leitmotif::tokenize::Tokenizer;
use leitmotif::vectorize::{NgramRange, VectorizerParams};
use serde_json::{Value, json};

use crate::Result;
use crate::bench::{Bench, read, threads};
use crate::measure::{Turns, timed};
use crate::peer::number;
use crate::table::{Line, Outcome, ratio};

/// What both have found, and in what time.
struct Searched {
    ours: Turns,
    theirs: Turns,
    trained: Trained,
    /// Of the peer's last turn.
    answer: Value,
    /// The peer once more with two jobs.
    with_two: f64,
}

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let work = "train over the peer's grid (words 1 and 1-2, 4 values of C, 3 folds, \
                per-label thresholds), reuters21578_90, 2 threads";
    let Some((train, test)) = bench.topics() else {
        return Ok(Outcome::skipped(work, "reuters21578_90 is missing"));
    };
    let (train, test) = (read(&train)?, read(&test)?);
    let searched = search(bench, &train, &test)?;
    let judged = judge(&searched.trained.classifier, &test)?;
    let micro = Evaluation::new(&judged).micro.f1.ok_or("micro-F1 is undefined")?;
    told(&searched, work, micro)
}

fn search(bench: &mut Bench, train: &LabelledCorpus, test: &LabelledCorpus) -> Result<Searched> {
    let (folder, n_turns, two) = (bench.folder.clone(), bench.options.tuned_turns, threads(2)?);
    let to_train = |label: &usize| {
        train.labels.find(&test.labels.names()[*label]).ok_or("a label of the test file alone")
    };
    let test_targets = test.targets.iter().map(|labels| labels.iter().map(to_train).collect());
    let test_targets = test_targets.collect::<std::result::Result<Vec<Vec<usize>>, _>>()?;
    let peer = bench.peer()?;
    peer.give_texts("topics-train", &train.texts, &train.targets, &folder)?;
    peer.give_texts("topics-test", &test.texts, &test_targets, &folder)?;
    let mut ask = |jobs: usize| {
        peer.ask(&json!({
            "do": "grid", "texts": "topics-train", "test": "topics-test",
            "n_labels": train.labels.len(), "jobs": jobs,
        }))
    };
    let (mut ours, mut theirs, mut last) = (Turns::default(), Turns::default(), None);
    for turn in 1..=n_turns {
        let (trained, seconds) = timed(|| two.install(|| grid_search(train)));
        ours.push(seconds);
        eprintln!("   turn {turn} of {n_turns}: leitmotif {seconds:.1} s");
        let answer = ask(1)?;
        theirs.push(number(&answer, "seconds")?);
        eprintln!("   turn {turn} of {n_turns}: {answer}");
        last = Some((trained?, answer));
    }
    let (trained, answer) = last.ok_or("no turn")?;
    let with_two = number(&ask(2)?, "seconds")?;
    Ok(Searched { ours, theirs, trained, answer, with_two })
}

fn told(searched: &Searched, work: &str, micro: f64) -> Result<Outcome> {
    let Searched { ours, theirs, trained, answer, with_two } = searched;
    let (cutting, their_micro) = (number(answer, "cutting")?, number(answer, "micro_f1")?);
    let (theirs_told, ratios) = (theirs.told(1), theirs.over(ours));
    let params = &trained.classifier.origin.params;
    let words = params.vectorizer.words.map_or("none".into(), |words| words.to_string());
    let cost = params.cost.map_or("default".into(), |cost| cost.to_string());
    let (their_words, their_cost) = (&answer["words"], &answer["cost"]);
    let mut outcome = Outcome::default();
    outcome.tell(format!("leitmotif: {} s", ours.told(2)));
    outcome.tell(format!(
        "scikit-learn: {theirs_told} s; of the last turn {cutting:.1} s choose thresholds"
    ));
    outcome.tell(format!("the same with n_jobs=2 in its cross-validation, once: {with_two:.1} s"));
    outcome.tell(format!("ratio, pair by pair: {}", ratio(&ratios)));
    outcome.tell(format!(
        "checked: micro-F1 on the test file: leitmotif {micro:.4} (words {words}, C {cost}), \
         scikit-learn {their_micro:.4} (words 1-{their_words}, C {their_cost})"
    ));
    outcome.lines.push(Line {
        work: work.into(),
        against: "the tuned scikit-learn".into(),
        ours: format!("{:.2} s, micro-F1 {micro:.3}", ours.median()),
        theirs: format!("{:.0} s, micro-F1 {their_micro:.3}", theirs.median()),
        reached: ratio(&ratios),
        wanted: "15 x".into(),
    });
    Ok(outcome)
}

/// The best of the grid by out-of-fold micro-F1, trained on all texts. Nothing else is tried.
fn grid_search(corpus: &LabelledCorpus) -> leitmotif::Result<Trained> {
    let mut best: Option<(f64, Trained)> = None;
    for (longest, min_count) in [(1, 1), (2, 2)] {
        for cost in [0.5, 1.0, 2.0, 4.0] {
            let words = Some(NgramRange::new(1, longest)?);
            let vectorizer =
                VectorizerParams { words, min_count: Some(min_count), ..Default::default() };
            let (cost, folds, goal) = (Some(cost), 3, Goal::MicroF1);
            let params = ClassifierParams { cost, folds, goal, vectorizer, ..Default::default() };
            let trained = params.train(corpus, Tokenizer::default(), Vec::new(), &Silent)?;
            let reached = trained.expected.as_ref().and_then(|expected| expected.micro.f1);
            let reached = reached.unwrap_or(0.0);
            if best.as_ref().is_none_or(|(highest, _)| reached > *highest) {
                best = Some((reached, trained));
            }
        }
    }
    Ok(best.expect("the grid is not empty").1)
}
