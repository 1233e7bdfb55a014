//! How many topics: a range is tried, and the figures decide.
//!
//! For each number two rival fits (`super::judge`), short ones, tell coherence, diversity, the likelihood of texts left out and
//! whether topics come again; `crate::topics::choose_k` weighs them. Large corpora are sampled, so that the search takes the
//! time of a few fits whatever their size.

use super::digest::CurvePoint;
use super::judge::{mean, rivals, tops};
use super::learn::{Draw, n_steps};
use super::settings::TopicSettings;
use crate::error::Result;
use crate::matrix::TermMatrix;
use crate::pipeline::Progress;
use crate::topics::Candidate;
use crate::topics::choose_k::choose_k;
use crate::topics::coherence::npmi;
use crate::topics::diversity::diversity;
use crate::topics::seeded::Given;
use crate::topics::stability::{mean_stability, stability};

/// The numbers of topics beside themes that are tried.
const RANGE: [usize; 10] = [5, 8, 12, 16, 20, 25, 30, 40, 50, 60];
/// A topic should be able to have so many texts.
const TEXTS_A_TOPIC: usize = 10;
/// Passes of Gibbs sampling, after which figures of fits can be compared though they are not at their best.
const SWEEPS: usize = 60;
/// Of larger corpora every so manieth text is taken that about so many words are.
const MOST_TOKENS: f64 = 400_000.0;

/// A number of topics, and how it was found.
pub(super) struct Choice {
    pub n_topics: usize,
    pub curve: Vec<CurvePoint>,
    pub reason: String,
}

/// How many topics `counts` have, `given.len()` of which are themes.
pub(super) fn choose(
    settings: &TopicSettings,
    counts: &TermMatrix,
    given: &[Given],
    progress: &dyn Progress,
) -> Result<Choice> {
    let sample = sample(counts);
    let draw = |n_topics| Draw {
        n_topics,
        seed: settings.seed,
        n_sweeps: settings.n_sweeps.min(SWEEPS),
        given,
    };
    let range = range(sample.n_rows(), given.len());
    let n_all = range.iter().map(|&k| 2 * n_steps(settings, draw(k))).sum();
    progress.stage("numbers of topics", n_all);
    let mut candidates = Vec::with_capacity(range.len());
    for n_topics in range {
        candidates.push(candidate(settings, &sample, draw(n_topics), &|n| progress.advance(n))?);
    }
    let choice = choose_k(&candidates)?;
    let curve = candidates.iter().zip(&choice.scores);
    let curve = curve.map(|(candidate, &score)| CurvePoint::new(candidate, score)).collect();
    Ok(Choice { n_topics: candidates[choice.chosen].n_topics, curve, reason: choice.reason })
}

/// What is tried for so many texts; at least one number.
fn range(n_texts: usize, n_themes: usize) -> Vec<usize> {
    let most = (n_texts / TEXTS_A_TOPIC).max(2);
    let mut range: Vec<usize> = RANGE.into_iter().filter(|&k| k <= most).collect();
    if range.len() < 4 {
        range.extend([2, 3, 4, 6].into_iter().filter(|&k| k <= most));
        range.sort_unstable();
    }
    range.iter().map(|k| k + n_themes).filter(|&k| k <= n_texts.max(n_themes + 1)).collect()
}

fn sample(counts: &TermMatrix) -> TermMatrix {
    let n_tokens: f64 = counts.values().iter().map(|&count| f64::from(count)).sum();
    let step = (n_tokens / MOST_TOKENS).ceil().max(1.0) as usize;
    let mut sample = TermMatrix::new(counts.n_terms());
    counts.rows().step_by(step).for_each(|row| sample.push_row(row.iter()));
    sample
}

fn candidate(
    settings: &TopicSettings,
    counts: &TermMatrix,
    draw: Draw<'_>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Candidate> {
    let rivals = rivals(settings, counts, draw, 2, done)?;
    let (mut coherence, mut diversities, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
    for rival in &rivals {
        let tops = tops(&rival.model);
        coherence.push(npmi(&tops, counts)?.mean);
        diversities.push(diversity(&tops));
        held_out.push(rival.held_out);
    }
    let (first, second) = (rivals[0].model.probabilities(), rivals[1].model.probabilities());
    let is_same_shape = first.dim() == second.dim();
    let found = is_same_shape.then(|| stability(&[first.view(), second.view()])).transpose()?;
    Ok(Candidate {
        n_topics: draw.n_topics,
        npmi: mean(&coherence),
        held_out: mean(&held_out),
        stability: found.and_then(|found| mean_stability(&found)),
        diversity: mean(&diversities),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_fits_the_number_of_texts() {
        assert_eq!(range(1_800, 0), RANGE);
        assert_eq!(range(100, 0), [2, 3, 4, 5, 6, 8]);
        assert_eq!(range(3, 0), [2]);
        assert_eq!(range(100, 5), [7, 8, 9, 10, 11, 13]);
    }
}
