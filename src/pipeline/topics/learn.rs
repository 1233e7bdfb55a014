//! One fit: counts to topics, by the method that the settings name.

use std::sync::atomic::{AtomicUsize, Ordering};

use linfa::ParamGuard;

use super::settings::{Method, TopicSettings};
use crate::error::Result;
use crate::matrix::TermMatrix;
use crate::topics::seeded::Given;
use crate::topics::{
    ClustersParams, ClustersValidParams, LdaModel, LdaParams, NmfParams, OnlineLda,
    OnlineLdaParams, TopicModel,
};

/// What distinguishes one fit from another of the same settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draw<'a> {
    /// How many topics.
    pub n_topics: usize,
    /// Where chance comes from.
    pub seed: u64,
    /// Passes of Gibbs sampling.
    pub n_sweeps: usize,
    /// Counts that the first topics are given from the start.
    pub given: &'a [Given],
}

/// How often the online learner sees all texts, and how many at a time.
const PASSES: usize = 5;
const BATCH: usize = 1_024;
/// The prior count of each topic in a document where topics are guided; chosen, among .03 to .5, by how well themes rank labelled
/// paragraphs of `seeds/`.
const GUIDED_ALPHA: f64 = 0.5;
/// The most iterations of the factorisation, which mostly ends before.
const NMF_ITERATIONS: usize = 200;

/// How many steps of work a fit tells of.
pub(super) fn n_steps(settings: &TopicSettings, draw: Draw<'_>) -> usize {
    match settings.method {
        Method::Lda => draw.n_sweeps,
        Method::Online => PASSES,
        Method::Nmf => NMF_ITERATIONS,
        Method::Clusters(_) => ClustersValidParams::STEPS,
    }
}

/// The topics of `counts`; `done` hears of each step.
pub(super) fn learn(
    settings: &TopicSettings,
    counts: &TermMatrix,
    draw: Draw<'_>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<TopicModel> {
    let Draw { n_topics, seed, n_sweeps, given } = draw;
    // Learners tell how far they are, bars want to know how much further.
    let so_far = AtomicUsize::new(0);
    let done = &|now: usize| done(now.saturating_sub(so_far.swap(now, Ordering::Relaxed)));
    Ok(match settings.method {
        Method::Lda => {
            let mut params = LdaParams::new(n_topics).seed(seed).n_sweeps(n_sweeps);
            if !given.is_empty() {
                // Fitted, it would starve topics that few texts are of, as a theme may be.
                params = params.guides(guides(given)).alpha(GUIDED_ALPHA).optimise_alpha(false);
            }
            params.check()?.fit_watched(counts, done)?.into()
        }
        Method::Online => online(counts, n_topics, seed, done)?.into(),
        Method::Nmf => NmfParams::new(n_topics).check()?.fit_watched(counts, done)?.into(),
        Method::Clusters(clustering) => {
            let params = ClustersParams::new(n_topics).seed(seed).clustering(clustering);
            params.check()?.fit_watched(counts, done)?.into()
        }
    })
}

/// Topics from batch after batch, several times over: a small corpus has too few batches for one pass.
fn online(
    counts: &TermMatrix,
    n_topics: usize,
    seed: u64,
    done: &(dyn Fn(usize) + Sync),
) -> Result<LdaModel> {
    let params = OnlineLdaParams::new(n_topics).seed(seed).check()?;
    let mut learner = OnlineLda::new(params, counts.n_terms(), counts.n_rows())?;
    let rows: Vec<usize> = (0..counts.n_rows()).collect();
    for pass in 0..PASSES {
        for rows in rows.chunks(BATCH) {
            let mut batch = TermMatrix::new(counts.n_terms());
            rows.iter().for_each(|&row| batch.push_row(counts.row(row).iter()));
            learner.step(&batch)?;
        }
        done(pass + 1);
    }
    Ok(learner.finish())
}

/// (topic, term, count) of all that is given.
fn guides(given: &[Given]) -> impl Iterator<Item = (usize, usize, f64)> {
    let cells = given.iter().enumerate();
    cells.flat_map(|(topic, cells)| {
        // Counts are taken in 64ths.
        let rounded = cells.iter().filter(|cell| cell.1 >= 1.0 / 64.0);
        rounded.map(move |&(term, count)| (topic, term as usize, f64::from(count)))
    })
}
