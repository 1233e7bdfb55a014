//! Figures that are taken text by text: of one text's decisions, and of how its labels rank.
//!
//! Each is a mean over texts, so what a text adds is worked out once and a draw of texts only adds up.
//! The definitions are scikit-learn's `label_ranking_average_precision_score` (a text without labels,
//! or with all, counts 1) and `coverage_error` (a text without labels counts 0); labels that the model
//! lacks rank last.

use rayon::prelude::*;

use super::measures::Measure;
use super::metrics::average_precision;
use super::undefined::{Undefined, Value};
use super::{Counts, Judged};
use crate::math::ln;

/// What each text adds.
#[derive(Debug)]
pub(super) struct WholeTexts {
    texts: Vec<OneText>,
    n_labels: usize,
    /// Whether every text has and was given exactly one label.
    is_single: bool,
}

/// Precision, recall, F1, average precision and ROC AUC of one text's decisions.
type OfText = [Option<f64>; 5];

#[derive(Debug)]
struct OneText {
    of_text: OfText,
    is_right: bool,
    n_wrong: usize,
    label_ranking: f64,
    coverage: f64,
    /// The true and the given label, and -ln of the true one's probability, where there is one each.
    single: Option<(usize, usize, f64)>,
}

impl WholeTexts {
    pub fn new(judged: &Judged) -> Self {
        let n_labels = judged.names.len();
        let n = judged.truths.len();
        let texts: Vec<OneText> = (0..n)
            .into_par_iter()
            .map_init(Vec::new, |scored, text| one_text(judged, text, n_labels, scored))
            .collect();
        // One label per text is a matter of the task, not of these texts' luck.
        let is_single = judged.thresholds.iter().all(Option::is_none)
            && n > 0
            && texts.iter().all(|text| text.single.is_some());
        WholeTexts { texts, n_labels, is_single }
    }

    /// Adds the row "per text", then the figures over whole texts.
    pub fn add_values(&self, weights: &[u32], values: &mut Vec<Value>) {
        let (mut sums, mut defined) = ([0.0; 5], [0.0; 5]);
        let [mut n, mut n_right, mut n_wrong, mut ranking, mut coverage, mut entropy] = [0.0; 6];
        for (text, &weight) in self.texts.iter().zip(weights) {
            if weight == 0 {
                continue;
            }
            let weight = f64::from(weight);
            for (place, value) in text.of_text.iter().enumerate() {
                if let Some(value) = value {
                    sums[place] += weight * value;
                    defined[place] += weight;
                }
            }
            n += weight;
            n_right += if text.is_right { weight } else { 0.0 };
            n_wrong += weight * text.n_wrong as f64;
            ranking += weight * text.label_ranking;
            coverage += weight * text.coverage;
            entropy += weight * text.single.map_or(0.0, |(_, _, loss)| loss);
        }
        values.extend(Measure::ALL.map(|measure| match place_of(measure) {
            Some(place) if defined[place] > 0.0 => Ok(sums[place] / defined[place]),
            Some(_) => Err(Undefined::NothingToAverage),
            None => Err(Undefined::NotTaken),
        }));
        let mean = |sum: f64| if n > 0.0 { Ok(sum / n) } else { Err(Undefined::NoTexts) };
        let single = |value: Value| if self.is_single { value } else { Err(Undefined::NotTaken) };
        values.extend([
            mean(n_right),
            mean(n_wrong / self.n_labels.max(1) as f64),
            mean(ranking),
            mean(coverage),
            single(mean(entropy)),
            single(self.correlation(weights)),
        ]);
    }

    /// (c s - sum of t_k p_k) / sqrt((s^2 - sum of p_k^2) (s^2 - sum of t_k^2)), with s texts, c of them
    /// right, t_k of class k and p_k given it.
    fn correlation(&self, weights: &[u32]) -> Value {
        if !self.is_single {
            return Err(Undefined::NotTaken);
        }
        let (mut truths, mut given) = (vec![0.0; self.n_labels], vec![0.0; self.n_labels]);
        let (mut n, mut n_right) = (0.0, 0.0);
        for (text, &weight) in self.texts.iter().zip(weights) {
            let Some((truth, label, _)) = text.single else { continue };
            let weight = f64::from(weight);
            truths[truth] += weight;
            given[label] += weight;
            n += weight;
            n_right += if truth == label { weight } else { 0.0 };
        }
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let spread = (n * n - product(&given, &given)) * (n * n - product(&truths, &truths));
        let covariance = n_right * n - product(&truths, &given);
        if spread > 0.0 { Ok(covariance / spread.sqrt()) } else { Err(Undefined::NoContrast) }
    }
}

fn place_of(measure: Measure) -> Option<usize> {
    match measure {
        Measure::Precision => Some(0),
        Measure::Recall => Some(1),
        Measure::F1 => Some(2),
        Measure::AveragePrecision => Some(3),
        Measure::RocAuc => Some(4),
        _ => None,
    }
}

/// `scored` is memory that is used again.
fn one_text(
    judged: &Judged,
    text: usize,
    n_labels: usize,
    scored: &mut Vec<(f64, bool)>,
) -> OneText {
    let (truth, given) = (&judged.truths[text], &judged.predicted[text]);
    let probabilities = &judged.probabilities[text];
    let n_found = truth.iter().filter(|label| given.binary_search(label).is_ok()).count();
    let counts = Counts {
        true_positives: n_found,
        false_positives: given.len() - n_found,
        false_negatives: truth.len() - n_found,
    };
    let of = |label: usize| probabilities.get(label).copied().unwrap_or(f64::NEG_INFINITY);
    scored.clear();
    scored.extend((0..n_labels).map(|label| (of(label), truth.binary_search(&label).is_ok())));
    let (label_ranking, coverage, auc) = rank(scored, truth.len());
    let of_text =
        [counts.precision(), counts.recall(), counts.f1(), average_precision(scored.clone()), auc];
    let loss = |label: usize| {
        let p = probabilities.get(label).copied().unwrap_or(0.0);
        -ln(p.clamp(f64::EPSILON, 1.0 - f64::EPSILON))
    };
    let single = match (truth.as_slice(), given.as_slice()) {
        (&[truth], &[given]) => Some((truth, given, loss(truth))),
        _ => None,
    };
    OneText {
        of_text,
        is_right: truth == given,
        n_wrong: counts.false_positives + counts.false_negatives,
        label_ranking,
        coverage,
        single,
    }
}

/// Label ranking average precision, coverage and ROC AUC of one text's labels.
fn rank(scored: &mut [(f64, bool)], n_true: usize) -> (f64, f64, Option<f64>) {
    let n = scored.len();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut seen, mut found, mut precision, mut coverage, mut in_order) = (0, 0, 0.0, 0, 0.0);
    for tie in scored.chunk_by(|a, b| a.0 == b.0) {
        let gained = tie.iter().filter(|(_, is_true)| *is_true).count();
        in_order += (tie.len() - gained) as f64 * (found as f64 + gained as f64 / 2.0);
        seen += tie.len();
        found += gained;
        precision += gained as f64 * found as f64 / seen as f64;
        if gained > 0 {
            coverage = seen;
        }
    }
    let pairs = n_true * (n - n_true);
    let auc = (pairs > 0).then(|| in_order / pairs as f64);
    let ranking = if pairs > 0 { precision / n_true as f64 } else { 1.0 };
    (ranking, coverage as f64, auc)
}
