//! The whole way from texts to topics where nobody says how many: the curve, the choice, the fit, the rivals that grade it.

use std::sync::Mutex;
use std::time::Instant;

use leitmotif::pipeline::Progress;
use leitmotif::pipeline::topics::{FitRequest, TopicSettings};
use leitmotif::tokenize::Tokenizer;

use super::AP;
use crate::Result;
use crate::bench::Bench;
use crate::measure::timed;
use crate::table::{Line, Outcome};

/// When each stage began.
#[derive(Default)]
struct Stages(Mutex<Vec<(String, Instant)>>);

impl Progress for Stages {
    fn stage(&self, name: &str, _n_steps: usize) {
        self.0.lock().expect("nobody panics with it").push((name.to_string(), Instant::now()));
    }

    fn advance(&self, _n_steps: usize) {}
}

impl Stages {
    /// Each stage and its seconds; the last one ends now.
    fn told(self) -> String {
        let mut stages = self.0.into_inner().expect("nobody panicked with it");
        stages.push((String::new(), Instant::now()));
        let told = |pair: &[(String, Instant)]| {
            format!("{} {:.1} s", pair[0].0, (pair[1].1 - pair[0].1).as_secs_f64())
        };
        stages.windows(2).map(told).collect::<Vec<_>>().join(", ")
    }
}

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let corpus = bench.corpus(AP)?;
    let settings = TopicSettings { n_sweeps: bench.options.sweeps, ..TopicSettings::default() };
    let (request, stages) = (FitRequest { settings, ..FitRequest::default() }, Stages::default());
    let fit = || request.fit(&corpus.texts, Tokenizer::default(), &stages);
    let (topics, seconds) = bench.pool.install(|| timed(fit));
    let topics = topics?;
    let mut outcome = Outcome::default();
    outcome.tell(format!("{seconds:.1} s: {}", stages.told()));
    outcome.account.extend(topics.digest.reason.clone());
    let told = |figure: Option<f64>| figure.map_or("-".into(), |figure| format!("{figure:.3}"));
    for point in &topics.digest.curve {
        outcome.tell(format!(
            "K = {}: score {:.2}, NPMI {}, diversity {}, held-out {}, stability {}",
            point.n_topics,
            point.score,
            told(point.npmi),
            told(point.diversity),
            told(point.held_out),
            told(point.stability)
        ));
    }
    outcome.lines.push(Line {
        work: "K auto, ap: texts to graded topics, with the curve, 2 threads".into(),
        against: "time".into(),
        ours: format!("{seconds:.1} s, K = {}", topics.len()),
        theirs: "-".into(),
        reached: format!("{seconds:.1} s"),
        wanted: "60 s".into(),
    });
    Ok(outcome)
}
