//! How good topics are: figures on one fit, and rival fits that say whether it would come again.
//!
//! A rival is fitted from another seed to nine tenths of the texts. That it finds a topic again says that the topic hangs neither on chance nor on a
//! few texts; the tenth left out is what it is judged on.

use rayon::prelude::*;

use super::digest::{Figures, StabilityNotes};
use super::learn::{Draw, learn};
use super::settings::TopicSettings;
use crate::error::Result;
use crate::math::Generator;
use crate::matrix::{Row, TermMatrix};
use crate::topics::coherence::{CV_WINDOW, c_v, npmi, u_mass};
use crate::topics::diversity::diversity;
use crate::topics::exclusivity::exclusivity;
use crate::topics::held_out;
use crate::topics::stability::{mean_stability, stability};
use crate::topics::window_bits::Windows;
use crate::topics::{TopicModel, TopicScratch, top_terms};
use crate::vectorize::TermSequences;

/// How many top terms figures are of.
pub(super) const TOP: usize = 10;

/// The figures of a fit, and those of each topic.
pub(super) struct Judged {
    pub figures: Figures,
    pub npmi: Vec<Option<f64>>,
    pub exclusivity: Vec<Option<f64>>,
}

/// The weightiest terms of each topic.
pub(super) fn tops(model: &TopicModel) -> Vec<Vec<u32>> {
    model.weights().rows().into_iter().map(|row| top_terms(row, TOP)).collect()
}

/// The figures of `model` on the texts that it was fitted to.
pub(super) fn judge(
    model: &TopicModel,
    counts: &TermMatrix,
    sequences: &TermSequences,
) -> Result<Judged> {
    let tops = tops(model);
    let documents: Vec<&[u32]> = sequences.texts().collect();
    let within = npmi(&tops, counts)?;
    let exclusivity = exclusivity(model.probabilities().view(), &tops)?;
    let figures = Figures {
        npmi: within.mean,
        c_v: c_v(&tops, &documents, counts.n_terms(), Windows::as_gensim(CV_WINDOW))?.mean,
        u_mass: u_mass(&tops, counts)?.mean,
        diversity: diversity(&tops),
        exclusivity: mean(&exclusivity),
        log_likelihood: model.log_likelihood(),
        held_out: None,
        stability: None,
    };
    Ok(Judged { figures, npmi: within.topics, exclusivity })
}

/// The mean of those that are defined.
pub(super) fn mean(values: &[Option<f64>]) -> Option<f64> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// A fit to nine tenths of the texts.
pub(super) struct Rival {
    pub model: TopicModel,
    /// The log likelihood per word of the other tenth; none where it has no word to be judged on.
    pub held_out: Option<f64>,
}

/// Rival number `number`, from 0: every number leaves out other texts and starts from another seed.
pub(super) fn rival(
    settings: &TopicSettings,
    counts: &TermMatrix,
    draw: Draw<'_>,
    number: usize,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Rival> {
    let (kept, left_out) = split(counts, settings.seed, number);
    let seed = draw.seed.wrapping_add(1 + number as u64);
    let model = learn(settings, &kept, Draw { seed, ..draw }, done)?;
    let mixture = |row: Row<'_>| model.mixture(row, &mut TopicScratch::default());
    let held_out = held_out(model.probabilities().view(), &left_out, mixture);
    Ok(Rival { held_out: held_out.map(|found| found.log_likelihood_per_word), model })
}

/// The texts of which every tenth, in a drawn order, is left out.
fn split(counts: &TermMatrix, seed: u64, number: usize) -> (TermMatrix, TermMatrix) {
    let mut order: Vec<usize> = (0..counts.n_rows()).collect();
    Generator::new(seed).shuffle(&mut order);
    let mut is_left_out = vec![false; order.len()];
    // Where texts are few, none is left out and the rival differs by its seed alone.
    if order.len() >= 20 {
        order.iter().skip(number % 10).step_by(10).for_each(|&text| is_left_out[text] = true);
    }
    let side = |wanted: bool| {
        let mut side = TermMatrix::new(counts.n_terms());
        let rows = counts.rows().zip(&is_left_out).filter(|(_, is_out)| **is_out == wanted);
        rows.for_each(|(row, _)| side.push_row(row.iter()));
        side
    };
    (side(false), side(true))
}

/// How well the topics of `model` come again in `rivals`; none where these are of another number of topics.
pub(super) fn grades(
    model: &TopicModel,
    rivals: &[Rival],
) -> Result<(Vec<Option<StabilityNotes>>, Option<f64>)> {
    let own = model.probabilities();
    let others: Vec<_> = rivals.iter().map(|rival| rival.model.probabilities()).collect();
    if others.is_empty() || others.iter().any(|other| other.dim() != own.dim()) {
        return Ok((vec![None; model.n_topics()], None));
    }
    let fits: Vec<_> =
        std::iter::once(own.view()).chain(others.iter().map(|other| other.view())).collect();
    let found = stability(&fits)?;
    let notes = found.iter().map(|one| {
        let (mean, least, grade) = (one.mean, one.least, one.grade);
        Some(StabilityNotes { mean, least, grade })
    });
    Ok((notes.collect(), mean_stability(&found)))
}

/// Rivals 0 to `n_rivals` - 1, one after the other: each uses all threads by itself.
pub(super) fn rivals(
    settings: &TopicSettings,
    counts: &TermMatrix,
    draw: Draw<'_>,
    n_rivals: usize,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Rival>> {
    (0..n_rivals).map(|number| rival(settings, counts, draw, number, done)).collect()
}

/// The mixtures of the texts that a model was fitted to, where its method does not give them.
pub(super) fn mixtures(model: &TopicModel, counts: &TermMatrix) -> ndarray::Array2<f32> {
    if model.mixtures().nrows() == counts.n_rows() {
        return model.mixtures().clone();
    }
    let rows: Vec<Vec<f32>> = (0..counts.n_rows())
        .into_par_iter()
        .map_init(TopicScratch::default, |scratch, row| model.mixture(counts.row(row), scratch))
        .collect();
    let mut all = ndarray::Array2::zeros((counts.n_rows(), model.n_topics()));
    for (mut to, row) in all.rows_mut().into_iter().zip(&rows) {
        to.iter_mut().zip(row).for_each(|(to, &share)| *to = share);
    }
    all
}
