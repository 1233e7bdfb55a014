//! The same texts to label sets by fastText, which is another model: same texts, same labels.
//!
//! fastText is trained on the paragraphs of `seeds/` as its users do for several labels per text (one
//! against all, word pairs, 100 dimensions). Its time is that of predicting from texts that have been
//! cleaned beforehand; that of cleaning is told beside it.

use serde_json::json;

use super::classify::label_sets;
use crate::Result;
use crate::bench::Bench;
use crate::measure::{Turns, micro_f1, timed_for_a_turn};
use crate::peer::{Ways, number};
use crate::table::{Line, Outcome, ratio};

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let (classifier, _) = bench.words_of_seeds()?;
    let texts = bench.recombined.texts(bench.options.megabytes << 20, 1);
    let (n_turns, folder, seeds) = (bench.options.turns, bench.folder.clone(), bench.seeds.clone());
    let peer = bench.peer()?;
    peer.give_texts("recombined", &texts, &[], &folder)?;
    peer.give_texts("seeds", &seeds.texts, &seeds.targets, &folder)?;
    eprintln!("   training fastText");
    peer.ask(&json!({"do": "fasttext", "model": "fasttext", "texts": "seeds"}))?;

    let (mut ours, mut theirs, mut cleaning) =
        (Turns::default(), Ways::default(), Turns::default());
    for turn in 1..=n_turns {
        let (labelled, seconds) = timed_for_a_turn(|| label_sets(&classifier, &texts));
        (_, _) = (labelled?, ours.push(seconds));
        let answer = peer.predict("fasttext", "recombined", &mut theirs)?;
        cleaning.push(number(&answer, "cleaning")?);
        eprintln!("   turn {turn} of {n_turns}");
    }
    let n_bytes = texts.iter().map(String::len).sum();
    let speed = |turns: &Turns| format!("{:.1} MB/s", turns.megabytes_per_second(n_bytes));
    let (way, best) = theirs.best();
    let ratios = best.over(&ours);
    let with_cleaning = best.plus(&cleaning);
    let mut outcome = Outcome::default();
    outcome.tell(format!("{} texts, {:.1} MB", texts.len(), n_bytes as f64 / 1e6));
    outcome.tell(format!("leitmotif: {} s, {}", ours.told(3), speed(&ours)));
    for (way, turns) in &theirs.0 {
        outcome.tell(format!(
            "fastText, {way}, cleaned beforehand: {} s, {}",
            turns.told(3),
            speed(turns)
        ));
    }
    outcome.tell(format!("ratio, pair by pair, to {way}: {}", ratio(&ratios)));
    outcome.tell(format!(
        "with cleaning ({} s): {}",
        cleaning.told(3),
        ratio(&with_cleaning.over(&ours))
    ));
    outcome.tell(held_out(bench)?);
    outcome.lines.push(Line {
        work: "the same".into(),
        against: "fastText's predict, text cleaned beforehand".into(),
        ours: speed(&ours),
        theirs: speed(best),
        reached: ratio(&ratios),
        wanted: "15 x".into(),
    });
    Ok(outcome)
}

/// Micro-F1 of both on every fifth source of `seeds/`, learned from the others.
fn held_out(bench: &mut Bench) -> Result<String> {
    let seeds = bench.seeds.clone();
    let (held, rest): (Vec<usize>, Vec<usize>) =
        (0..seeds.len()).partition(|&text| seeds.sources[text].is_multiple_of(5));
    let (held, rest) = (seeds.select(&held), seeds.select(&rest));
    let (folder, n_labels) = (bench.folder.clone(), seeds.labels.len());
    let params = bench.words_of_seeds()?.0.origin.params;
    let trained =
        params.train(&rest, Default::default(), Vec::new(), &leitmotif::pipeline::Silent)?;
    let ours = micro_f1(&label_sets(&trained.classifier, &held.texts)?, &held.targets);
    let peer = bench.peer()?;
    peer.give_texts("rest", &rest.texts, &rest.targets, &folder)?;
    peer.give_texts("held", &held.texts, &held.targets, &folder)?;
    peer.ask(&json!({"do": "fasttext", "model": "of the rest", "texts": "rest"}))?;
    let f1 = json!({"do": "f1", "model": "of the rest", "texts": "held", "n_labels": n_labels});
    let theirs = number(&peer.ask(&f1)?, "micro_f1")?;
    Ok(format!(
        "micro-F1 on the {} paragraphs of every fifth source, learned from the others: \
         leitmotif {ours:.3}, fastText {theirs:.3}",
        held.len()
    ))
}
