//! Two fits from different seeds: the topics that the first calls stable, and their cosines with their counterparts.
//!
//! The seed of the second is not among those of the rivals that graded the first.

use leitmotif::pipeline::Silent;
use leitmotif::pipeline::topics::{FitRequest, Matching, Method, TopicSettings, Topics};
use leitmotif::tokenize::Tokenizer;
use leitmotif::topics::stability::{FOUND_AGAIN, LEAST_OTHERS};
use leitmotif::topics::{Clustering, Grade};

use super::AP;
use crate::Result;
use crate::bench::Bench;
use crate::corpus::Corpus;
use crate::table::{Line, Outcome};

const N_TOPICS: usize = 20;
const SEEDS: [u64; 2] = [42, 4242];

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let corpus = bench.corpus(AP)?;
    let mut outcome = Outcome::default();
    for (name, method) in [("lda", Method::Lda), ("clusters", Method::Clusters(Clustering::KMeans))]
    {
        let n_sweeps = bench.options.sweeps;
        let of = |seed, n_rivals| {
            let (n_topics, n_rivals) = (Some(N_TOPICS), Some(n_rivals));
            let default = TopicSettings::default();
            fit(&corpus, TopicSettings { method, n_topics, seed, n_sweeps, n_rivals, ..default })
        };
        let first = bench.pool.install(|| of(SEEDS[0], LEAST_OTHERS))?;
        let second = bench.pool.install(|| of(SEEDS[1], 0))?;
        compared(name, &first, &second, &mut outcome)?;
    }
    Ok(outcome)
}

fn fit(corpus: &Corpus, settings: TopicSettings) -> leitmotif::Result<Topics> {
    let request = FitRequest { settings, ..FitRequest::default() };
    request.fit(&corpus.texts, Tokenizer::default(), &Silent)
}

fn compared(name: &str, first: &Topics, second: &Topics, outcome: &mut Outcome) -> Result<()> {
    let mut of_stable = Vec::new();
    for (notes, pair) in first.digest.topics.iter().zip(Matching::new(first, second)?.pairs) {
        let cosine = pair.map_or(0.0, |pair| pair.1);
        let grade = notes.stability.map(|stability| stability.grade);
        if grade == Some(Grade::Stable) {
            of_stable.push(cosine);
        }
        let (grade, topic) = (grade.map_or("not graded", Grade::name), &notes.name);
        outcome.tell(format!("{name}: {grade}, cosine {cosine:.3}: {topic}"));
    }
    let least = of_stable.iter().copied().fold(f64::INFINITY, f64::min);
    let n_again = of_stable.iter().filter(|&&cosine| cosine >= FOUND_AGAIN).count();
    let (n_stable, n_topics) = (of_stable.len(), first.len());
    outcome.lines.push(Line {
        work: format!(
            "{name}, ap, K = {N_TOPICS}: topics graded stable that another seed finds again"
        ),
        against: "another seed".into(),
        ours: format!("{n_stable} of {n_topics} stable, {n_again} of them found again"),
        theirs: "-".into(),
        reached: if n_stable > 0 {
            format!("least cosine {least:.3}")
        } else {
            "none stable".into()
        },
        wanted: format!("cosine {FOUND_AGAIN} each"),
    });
    Ok(())
}
