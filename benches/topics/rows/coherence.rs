//! Judging topics against gensim's CoherenceModel, in turns: the same topics, tokens, windows; the same figures within 1e-6.

use leitmotif::topics::coherence::{CV_WINDOW, NPMI_WINDOW, c_npmi, c_v, u_mass};
use leitmotif::topics::window_bits::Windows;
use serde_json::json;

use crate::Result;
use crate::bench::Bench;
use crate::corpus::Corpus;
use crate::fitted::Learner;
use crate::measure::{Turns, timed_for_a_turn};
use crate::peer::{Ways, number};
use crate::table::{Line, Outcome, ratio};

/// gensim's names, and ours.
const MEASURES: [(&str, &str); 3] =
    [("c_npmi", "NPMI in windows of 10"), ("u_mass", "UMass"), ("c_v", "C_V")];

const N_TOPICS: usize = 50;

/// How far figures may be apart.
const TOLERANCE: f64 = 1e-6;

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for corpus in bench.wanted()? {
        outcome.account.extend(bench.compare(&corpus)?);
        let tops = bench.ours(&corpus, Learner::Nmf, N_TOPICS)?.tops.clone();
        for measure in MEASURES {
            of_measure(bench, &corpus, &tops, measure, &mut outcome)?;
        }
    }
    Ok(outcome)
}

fn of_measure(
    bench: &mut Bench,
    corpus: &Corpus,
    tops: &[Vec<u32>],
    (measure, name): (&str, &str),
    outcome: &mut Outcome,
) -> Result<()> {
    let command = json!({
        "do": "coherence", "corpus": corpus.name, "tops": corpus.words(tops), "measure": measure,
    });
    let (mut turns, mut ways, mut apart) = (Turns::default(), Ways::default(), 0.0_f64);
    for turn in 1..=bench.options.coherence_turns {
        let (own, seconds) =
            bench.pool.install(|| timed_for_a_turn(|| ours(corpus, tops, measure)));
        turns.push(seconds);
        let answer = bench.ask(corpus, &command)?;
        for (way, seconds) in answer["ways"].as_object().ok_or("an answer without ways")? {
            ways.push(way, seconds.as_f64().unwrap_or(f64::NAN));
        }
        apart = apart.max((own?.ok_or("undefined")? - number(&answer, "coherence")?).abs());
        eprintln!("   turn {turn}: {}, {measure}: {seconds:.5} s, gensim {answer}", corpus.name);
    }
    let (way, best) = ways.best();
    let differ = if apart <= TOLERANCE { "" } else { ", FIGURES DIFFER" };
    outcome.tell(format!(
        "{}, {name}: leitmotif {} ms; gensim by {way} {} ms; figures {apart:.1e} apart{differ}",
        corpus.name,
        turns.times(1e3).told(2),
        best.times(1e3).told(0)
    ));
    outcome.lines.push(Line {
        work: format!("{name} of {} topics of 10 words, {}", tops.len(), corpus.name),
        against: format!("gensim's CoherenceModel, {way}"),
        ours: format!("{:.1} ms", turns.median() * 1e3),
        theirs: format!("{:.0} ms", best.median() * 1e3),
        reached: format!("{}{differ}", ratio(&best.over(&turns))),
        wanted: "20 x".into(),
    });
    Ok(())
}

fn ours(corpus: &Corpus, tops: &[Vec<u32>], measure: &str) -> leitmotif::Result<Option<f64>> {
    let documents: Vec<&[u32]> = corpus.sequences.texts().collect();
    let n_terms = corpus.counts.n_terms();
    let found = match measure {
        "u_mass" => u_mass(tops, &corpus.counts)?,
        "c_v" => c_v(tops, &documents, n_terms, Windows::as_gensim(CV_WINDOW))?,
        _ => c_npmi(tops, &documents, n_terms, Windows::as_gensim(NPMI_WINDOW))?,
    };
    Ok(found.mean)
}
