//! Gibbs sampling against tomotopy's, in turns: each samples a new chain of which the first sweeps are not timed.
//!
//! Both fit alpha every ten sweeps, and ours sums up its last samples besides.

use std::sync::Mutex;
use std::time::Instant;

use leitmotif::topics::LdaParams;
use linfa::ParamGuard;
use serde_json::json;

use crate::Result;
use crate::bench::Bench;
use crate::corpus::Corpus;
use crate::measure::Turns;
use crate::peer::number;
use crate::table::{Line, Outcome, ratio};

/// Sweeps before the clock runs.
const START: usize = 10;

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let (mut outcome, corpus) = (Outcome::default(), bench.main_corpus()?);
    let (name, k) = (&corpus.name, bench.options.topics[0]);
    let (sweeps, n_turns) = (bench.options.turn_sweeps, bench.options.turns);
    outcome.account.extend(bench.compare(&corpus)?);
    let (mut ours, mut theirs) = (Turns::default(), Turns::default());
    for turn in 1..=n_turns {
        let seconds = bench.pool.install(|| our_turn(&corpus, k, sweeps))?;
        ours.push(seconds);
        let command =
            json!({"do": "speed", "corpus": name, "k": k, "start": START, "sweeps": sweeps});
        let other = number(&bench.ask(&corpus, &command)?, "seconds")?;
        theirs.push(other);
        eprintln!("   turn {turn} of {n_turns}: leitmotif {seconds:.2} s, tomotopy {other:.2} s");
    }
    let millions = (corpus.sequences.n_tokens() * sweeps) as f64 / 1e6;
    let ratios = theirs.over(&ours);
    outcome.tell(format!("{sweeps} sweeps of {name}, leitmotif: {} s", ours.told(2)));
    outcome.tell(format!("the same, tomotopy: {} s", theirs.told(2)));
    outcome.lines.push(Line {
        work: format!("Gibbs sampling, {name}, K = {k}, tokens x sweeps a second, 2 threads"),
        against: "tomotopy".into(),
        ours: format!("{:.1} M", millions / ours.median()),
        theirs: format!("{:.1} M", millions / theirs.median()),
        reached: ratio(&ratios),
        wanted: "2 x".into(),
    });
    Ok(outcome)
}

/// The seconds of `sweeps` sweeps after the start.
fn our_turn(corpus: &Corpus, k: usize, sweeps: usize) -> leitmotif::Result<f64> {
    let ends = Mutex::new(Vec::with_capacity(START + sweeps));
    let watch = |_: usize| ends.lock().expect("nobody panics with it").push(Instant::now());
    LdaParams::new(k).n_sweeps(START + sweeps).check()?.fit_watched(&corpus.counts, &watch)?;
    let ends = ends.into_inner().expect("nobody panicked with it");
    Ok((ends[START + sweeps - 1] - ends[START - 1]).as_secs_f64())
}
