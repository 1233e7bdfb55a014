//! How many topics: a choice among models of different numbers of topics, from their figures.
//!
//! Enters: for each number its figures, each of which flatters someone: coherence the few or the narrow, held-out
//! likelihood the many, stability and diversity the few. Leaves: the chosen one, and the numbers that led there. It fits
//! no model.
//!
//! With x the value of a figure and `least`, `most` its ends over the candidates, a candidate gets
//!
//! ```text
//! (x - least) / max(most - least, scale)                                    in 0..=1
//! ```
//!
//! where `scale` is a difference of that figure that matters: noise is not blown up where all candidates are alike. The
//! score is the mean over the figures. The choice is the smallest number of topics whose score is within [`NEAR`] of the
//! best: the idea of the one-standard-error rule (Breiman, Friedman, Olshen and Stone, "Classification and Regression
//! Trees", 1984, section 3.4.3), that of models that cannot be told apart the simplest is taken. A figure that some
//! candidate does not have is left out for all.

use crate::error::{Error, Result};

/// Scores that differ by less are taken as equal.
pub const NEAR: f64 = 0.05;

/// What is known of models of one number of topics; more is better in each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The number of topics.
    pub n_topics: usize,
    /// Mean NPMI of the topics (`super::coherence`).
    pub npmi: Option<f64>,
    /// Held-out log likelihood per word, in nats.
    pub held_out: Option<f64>,
    /// The mean matched cosine of fits of different seeds (`super::stability`).
    pub stability: Option<f64>,
    /// The share of distinct words among the top words (`super::diversity`).
    pub diversity: Option<f64>,
}

/// A figure of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    /// [`Candidate::npmi`].
    Npmi,
    /// [`Candidate::held_out`].
    HeldOut,
    /// [`Candidate::stability`].
    Stability,
    /// [`Candidate::diversity`].
    Diversity,
}

impl Figure {
    /// All of them, in the order in which they are told.
    pub const ALL: [Figure; 4] =
        [Figure::Npmi, Figure::HeldOut, Figure::Stability, Figure::Diversity];

    /// Its name, as reports print it.
    pub fn name(self) -> &'static str {
        match self {
            Figure::Npmi => "NPMI",
            Figure::HeldOut => "held-out likelihood",
            Figure::Stability => "stability",
            Figure::Diversity => "diversity",
        }
    }

    /// A difference that matters: of NPMI and stability one that shows in the words of topics; of the likelihood five
    /// hundredths of a nat, 5 % of perplexity; of diversity one word in ten.
    pub fn scale(self) -> f64 {
        match self {
            Figure::Npmi | Figure::HeldOut => 0.05,
            Figure::Stability | Figure::Diversity => 0.1,
        }
    }

    /// Its value of a candidate.
    pub fn of(self, candidate: &Candidate) -> Option<f64> {
        match self {
            Figure::Npmi => candidate.npmi,
            Figure::HeldOut => candidate.held_out,
            Figure::Stability => candidate.stability,
            Figure::Diversity => candidate.diversity,
        }
    }
}

/// What was chosen, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The place of the chosen candidate.
    pub chosen: usize,
    /// The place of the candidate of the highest score, the same or one of more topics.
    pub best: usize,
    /// The figures that all candidates have.
    pub figures: Vec<Figure>,
    /// For each candidate what each of these figures came to, in 0..=1.
    pub parts: Vec<Vec<f64>>,
    /// For each candidate the mean of its parts.
    pub scores: Vec<f64>,
    /// What was chosen in a sentence with its numbers.
    pub reason: String,
}

/// Chooses among candidates, in any order. With equal scores the smaller number of topics counts as better.
///
/// # Errors
/// Where there is no candidate, two have the same number of topics, no figure is there for all, or one is no number.
///
/// ```
/// use leitmotif::topics::choose_k::{Candidate, choose_k};
/// let of = |n_topics, npmi, held_out| Candidate {
///     n_topics, npmi: Some(npmi), held_out: Some(held_out), stability: None, diversity: None,
/// };
/// let choice = choose_k(&[of(5, 0.10, -8.4), of(10, 0.20, -8.1), of(40, 0.11, -8.0)])?;
/// assert_eq!(choice.chosen, 1);
/// assert_eq!(choice.reason, "10 topics: 0.88 of 1, the highest score (NPMI 1.00, held-out likelihood 0.75)");
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn choose_k(candidates: &[Candidate]) -> Result<Choice> {
    check(candidates)?;
    let has_all = |figure: &Figure| candidates.iter().all(|one| figure.of(one).is_some());
    let figures: Vec<Figure> = Figure::ALL.into_iter().filter(has_all).collect();
    if figures.is_empty() {
        return Err(Error::data("no figure is known of all numbers of topics"));
    }
    let columns: Vec<Vec<f64>> = figures.iter().map(|&figure| column(candidates, figure)).collect();
    let parts = |place: usize| columns.iter().map(|column| column[place]).collect::<Vec<f64>>();
    let parts: Vec<Vec<f64>> = (0..candidates.len()).map(parts).collect();
    let mean = |parts: &Vec<f64>| parts.iter().sum::<f64>() / parts.len() as f64;
    let scores: Vec<f64> = parts.iter().map(mean).collect();
    let (chosen, best) = chosen_and_best(candidates, &scores);
    let mut choice = Choice { chosen, best, figures, parts, scores, reason: String::new() };
    choice.reason = reason(&choice, candidates);
    Ok(choice)
}

fn check(candidates: &[Candidate]) -> Result<()> {
    if candidates.is_empty() {
        return Err(Error::empty("no number of topics to choose from"));
    }
    let mut numbers: Vec<usize> = candidates.iter().map(|one| one.n_topics).collect();
    numbers.sort_unstable();
    if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::data(format!("{} topics stand twice among the candidates", pair[0])));
    }
    for candidate in candidates {
        for figure in Figure::ALL {
            if let Some(value) = figure.of(candidate).filter(|value| !value.is_finite()) {
                let (name, n_topics) = (figure.name(), candidate.n_topics);
                return Err(Error::data(format!("{name} of {n_topics} topics is {value}")));
            }
        }
    }
    Ok(())
}

/// What a figure that all have comes to for each candidate.
fn column(candidates: &[Candidate], figure: Figure) -> Vec<f64> {
    let values: Vec<f64> = candidates.iter().filter_map(|one| figure.of(one)).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = (most - least).max(figure.scale());
    values.iter().map(|value| (value - least) / range).collect()
}

fn chosen_and_best(candidates: &[Candidate], scores: &[f64]) -> (usize, usize) {
    let mut places: Vec<usize> = (0..candidates.len()).collect();
    places.sort_unstable_by_key(|&place| candidates[place].n_topics);
    let mut best = places[0];
    for &place in &places {
        if scores[place] > scores[best] {
            best = place;
        }
    }
    let is_near = |place: &usize| scores[*place] >= scores[best] - NEAR;
    (places.into_iter().find(is_near).unwrap_or(best), best)
}

fn reason(choice: &Choice, candidates: &[Candidate]) -> String {
    let Choice { chosen, best, figures, parts, scores, .. } = choice;
    let part = |(figure, part): (&Figure, &f64)| format!("{} {part:.2}", figure.name());
    let parts: Vec<String> = figures.iter().zip(&parts[*chosen]).map(part).collect();
    let why = if chosen == best {
        "the highest score".to_string()
    } else {
        let (n_topics, score) = (candidates[*best].n_topics, scores[*best]);
        format!("the fewest within {NEAR} of the highest score, {score:.2} of {n_topics} topics")
    };
    let (n_topics, score) = (candidates[*chosen].n_topics, scores[*chosen]);
    format!("{n_topics} topics: {score:.2} of 1, {why} ({})", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(n_topics: usize, figures: [f64; 4]) -> Candidate {
        let [npmi, held_out, stability, diversity] = figures.map(Some);
        Candidate { n_topics, npmi, held_out, stability, diversity }
    }

    #[test]
    fn no_figure_alone_decides() {
        // Coherence, stability and diversity are for the fewest, likelihood for the most: the middle gives up little of each.
        let candidates = [
            candidate(100, [0.05, -7.80, 0.50, 0.60]),
            candidate(5, [0.15, -8.60, 0.95, 0.98]),
            candidate(20, [0.14, -7.90, 0.92, 0.95]),
        ];
        let choice = choose_k(&candidates).unwrap();
        assert_eq!((choice.chosen, choice.best), (2, 2));
        assert_eq!(choice.parts[1], [1.0, 0.0, 1.0, 1.0]);
        assert_eq!(choice.parts[0], [0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn of_models_that_cannot_be_told_apart_the_simplest_is_taken() {
        let candidates =
            [candidate(30, [0.141, -8.0, 0.9, 0.9]), candidate(20, [0.140, -8.001, 0.9, 0.9])];
        let choice = choose_k(&candidates).unwrap();
        assert_eq!((choice.chosen, choice.best), (1, 0));
        assert_eq!(
            choice.reason,
            "20 topics: 0.00 of 1, the fewest within 0.05 of the highest score, 0.01 of 30 topics \
             (NPMI 0.00, held-out likelihood 0.00, stability 0.00, diversity 0.00)"
        );
        // Apart by what matters, the better one is taken.
        let apart = [candidate(30, [0.2, -7.9, 0.9, 0.9]), candidates[1]];
        assert_eq!(choose_k(&apart).unwrap().chosen, 0);
    }

    #[test]
    fn a_figure_that_one_lacks_counts_for_none() {
        let full = candidate(10, [0.1, -8.0, 0.9, 0.9]);
        let lacking = Candidate { npmi: None, ..candidate(20, [0.0, -7.0, 0.9, 0.9]) };
        let choice = choose_k(&[full, lacking]).unwrap();
        assert_eq!(choice.figures, [Figure::HeldOut, Figure::Stability, Figure::Diversity]);
        assert_eq!(choice.chosen, 1);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let one = candidate(10, [0.1, -8.0, 0.9, 0.9]);
        assert!(choose_k(&[]).is_err());
        assert!(choose_k(&[one, one]).is_err());
        assert!(choose_k(&[candidate(5, [f64::NAN, 0.0, 0.0, 0.0])]).is_err());
        let bare =
            Candidate { n_topics: 3, npmi: None, held_out: None, stability: None, diversity: None };
        assert!(choose_k(&[one, bare]).is_err());
        assert_eq!(choose_k(&[one]).unwrap().chosen, 0);
    }
}
