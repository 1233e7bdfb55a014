//! Labels that are probably wrong or missing, by confident learning.
//!
//! Enters: for each text its labels and the probabilities of a model that had not seen its article. Leaves: the
//! texts, the most suspicious first, with the labels that look wrong and those that look missing.
//!
//! After Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70 (2021),
//! label by label: with t1 the mean probability of a label among the texts that have it and t0 the mean of its
//! complement among those that do not, a text counts confidently as having the label where p >= t1, as not having it
//! where 1 - p >= t0, and where both hold the likelier counts. A label is suspected where this contradicts what is
//! written and the opposite is the likelier.
//!
//! Texts are ranked by log odds. With m those of the likeliest label that is not there and w those against the least
//! likely one that is, a swapped label shows in both: m + w - ln(number of labels), m kept between -4 and 2. Above 2 it
//! counts no more, since real data hold many labels left out beside right ones; below -4 no less, so that one label too
//! many is found, too; and of many labels one is always unlikely. A missing label alone counts m - 2. (Chosen on the
//! training file of a public newswire set with labels swapped at random and for the likeliest wrong one.)

use rayon::prelude::*;

use crate::math::ln;

/// A text whose labels are suspicious.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The text.
    pub text: usize,
    /// How suspicious: log odds, higher is more.
    pub suspicion: f64,
    /// Labels that it has and probably should not, with their probabilities, the least likely first.
    pub wrong: Vec<(usize, f64)>,
    /// Labels that it does not have and probably should, the likeliest first.
    pub missing: Vec<(usize, f64)>,
}

/// No log odds count more than that of one in a million.
const LEAST: f64 = 1e-6;
const LEAST_OF_MISSING: f64 = -4.0;
const MOST_OF_MISSING: f64 = 2.0;

/// All texts, the most suspicious first. `targets[i]` are the labels of text i, `probabilities[i][l]` that of label l
/// by a model that had not seen the text.
///
/// ```
/// use leitmotif::audit::suspects;
/// let targets = [vec![0], vec![0], vec![1], vec![1]];
/// let probabilities = [[0.9, 0.1], [0.1, 0.95], [0.2, 0.9], [0.1, 0.9]].map(Vec::from);
/// let first = &suspects(&targets, &probabilities, 2)[0];
/// assert_eq!((first.text, first.wrong[0].0, first.missing[0].0), (1, 0, 1));
/// ```
pub fn suspects(
    targets: &[Vec<usize>],
    probabilities: &[Vec<f64>],
    n_labels: usize,
) -> Vec<Suspect> {
    let limits: Vec<Limits> = (0..n_labels)
        .into_par_iter()
        .map(|label| Limits::new(targets, probabilities, label))
        .collect();
    let suspect = |(text, (target, p)): (usize, (&Vec<usize>, &Vec<f64>))| {
        let mut found = Suspect {
            text,
            suspicion: suspicion(target, p),
            wrong: Vec::new(),
            missing: Vec::new(),
        };
        for label in 0..n_labels {
            let is_there = target.binary_search(&label).is_ok();
            match limits[label].confident(p[label]) {
                Some(true) if !is_there && p[label] > 0.5 => found.missing.push((label, p[label])),
                Some(false) if is_there && p[label] < 0.5 => found.wrong.push((label, p[label])),
                _ => {}
            }
        }
        found.wrong.sort_by(|a, b| a.1.total_cmp(&b.1));
        found.missing.sort_by(|a, b| b.1.total_cmp(&a.1));
        found
    };
    let texts = targets.iter().zip(probabilities).enumerate();
    let mut suspects: Vec<Suspect> = texts.map(suspect).collect();
    suspects.sort_by(|a, b| b.suspicion.total_cmp(&a.suspicion).then(a.text.cmp(&b.text)));
    suspects
}

/// The mean probabilities from which on one is confident.
struct Limits {
    if_there: f64,
    if_not: f64,
}

impl Limits {
    fn new(targets: &[Vec<usize>], probabilities: &[Vec<f64>], label: usize) -> Limits {
        let (mut there, mut n_there, mut not, mut n_not) = (0.0, 0.0, 0.0, 0.0);
        for (target, p) in targets.iter().zip(probabilities) {
            if target.binary_search(&label).is_ok() {
                there += p[label];
                n_there += 1.0;
            } else {
                not += 1.0 - p[label];
                n_not += 1.0;
            }
        }
        // Of a label that no text has nothing can be said, nor of one that all have.
        let mean = |sum: f64, n: f64| if n > 0.0 { sum / n } else { f64::INFINITY };
        Limits { if_there: mean(there, n_there), if_not: mean(not, n_not) }
    }

    fn confident(&self, p: f64) -> Option<bool> {
        match (p >= self.if_there, 1.0 - p >= self.if_not) {
            (true, true) => Some(p > 0.5),
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }
}

fn suspicion(target: &[usize], probabilities: &[f64]) -> f64 {
    let odds = |p: f64| {
        let p = p.clamp(LEAST, 1.0 - LEAST);
        ln(p / (1.0 - p))
    };
    let (mut missing, mut wrong) = (odds(0.0), odds(0.0));
    for (label, &p) in probabilities.iter().enumerate() {
        if target.binary_search(&label).is_ok() {
            wrong = wrong.max(-odds(p));
        } else {
            missing = missing.max(odds(p));
        }
    }
    if target.is_empty() {
        return missing - MOST_OF_MISSING;
    }
    let missing_part = missing.clamp(LEAST_OF_MISSING, MOST_OF_MISSING);
    let swapped = missing_part + wrong - ln(target.len() as f64);
    swapped.max(missing - MOST_OF_MISSING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_more_suspicious_than_a_label_left_out_or_one_too_many() {
        let swapped = suspicion(&[0], &[0.05, 0.9]);
        let left_out = suspicion(&[0], &[0.95, 0.9]);
        let too_many = suspicion(&[0, 1], &[0.95, 0.05]);
        let right = suspicion(&[0], &[0.95, 0.05]);
        assert!(swapped > too_many && too_many > right, "{swapped} {too_many} {right}");
        assert!(swapped > left_out && left_out > right, "{swapped} {left_out} {right}");
        assert!(suspicion(&[], &[0.9, 0.1]) > suspicion(&[], &[0.2, 0.1]));
    }

    #[test]
    fn a_label_that_no_text_has_is_never_missing() {
        let found = suspects(&[vec![0], vec![0]], &[vec![0.9, 0.9], vec![0.8, 0.1]], 2);
        assert!(found.iter().all(|suspect| suspect.missing.is_empty()));
    }
}
