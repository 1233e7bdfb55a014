//! All figures of one set of answers, each with an interval.
//!
//! Enters: [`Judged`]. Leaves: [`Figures`]: every [`Measure`] for every label and for their averages,
//! and what is taken over whole texts. The averages are scikit-learn's, undefined values left out:
//!
//! * micro: of all decisions, texts x labels, together;
//! * macro: the mean over the labels;
//! * weighted: the mean over the labels by their support;
//! * per text: the mean over the texts of the figure of one text's decisions ("samples").

use rayon::prelude::*;

use super::bootstrap::{Interval, bootstrap};
use super::measures::{Measure, Row, WholeMeasure};
use super::ranked::{Decided, Order, Ranked, Sums};
use super::undefined::{Undefined, Value};
use super::whole_texts::WholeTexts;
use super::{Counts, Judged};

/// Answers prepared so that figures for any draw of the texts come quickly.
#[derive(Debug)]
pub struct Panel {
    /// Of every label; one that the model lacks has the probability 0 everywhere.
    labels: Vec<Ranked>,
    /// So many labels the model knows, the first ones.
    n_known: usize,
    /// All decisions, sorted together.
    all: Order,
    whole: WholeTexts,
    n_texts: usize,
}

/// The figures of one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    n_labels: usize,
    /// The labels' rows, the averages' rows, what is taken over whole texts.
    values: Vec<Value>,
    /// For each label how many texts have it.
    pub support: Vec<usize>,
}

const N_MEASURES: usize = Measure::ALL.len();

impl Figures {
    /// Where a figure stands among [`Figures::values`].
    pub fn place(&self, row: Row, measure: Measure) -> usize {
        let row = match row {
            Row::Label(label) => label,
            Row::Micro => self.n_labels,
            Row::Macro => self.n_labels + 1,
            Row::Weighted => self.n_labels + 2,
            Row::PerText => self.n_labels + 3,
        };
        row * N_MEASURES + measure as usize
    }

    /// Where a figure over whole texts stands among [`Figures::values`].
    pub fn whole_place(&self, measure: WholeMeasure) -> usize {
        (self.n_labels + Row::AVERAGES.len()) * N_MEASURES + measure as usize
    }

    /// One figure.
    pub fn get(&self, row: Row, measure: Measure) -> Value {
        self.values[self.place(row, measure)]
    }

    /// One figure over whole texts.
    pub fn whole(&self, measure: WholeMeasure) -> Value {
        self.values[self.whole_place(measure)]
    }

    /// All figures in their fixed order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

/// About how many single decisions the draws of a bootstrap may visit, so that a report on many texts
/// stays a matter of seconds.
const MOST_VISITS: usize = 500_000_000;

impl Panel {
    /// Sorts the answers. Cost: texts x labels x log of that.
    pub fn new(judged: &Judged) -> Self {
        let n_labels = judged.names.len();
        let ranked = |label| Ranked::new(judged.decisions(label));
        let labels = (0..n_labels).into_par_iter().map(ranked).collect();
        let all = (0..n_labels).flat_map(|label| judged.decisions(label)).collect();
        Panel {
            labels,
            n_known: judged.thresholds.len(),
            all: Order::new(all),
            whole: WholeTexts::new(judged),
            n_texts: judged.truths.len(),
        }
    }

    /// The figures of all texts, each once.
    pub fn figures(&self) -> Figures {
        self.figures_of(&vec![1; self.n_texts])
    }

    /// The figures where text i counts `weights[i]` times.
    pub fn figures_of(&self, weights: &[u32]) -> Figures {
        self.figures_beside(weights, None)
    }

    /// The same; in the means over labels a value that this draw leaves undefined is that of `all` texts, so that the
    /// means are always of the same labels.
    fn figures_beside(&self, weights: &[u32], all: Option<&Figures>) -> Figures {
        let sums: Vec<Sums> = self.labels.iter().map(|label| label.sums(weights)).collect();
        let support: Vec<f64> = sums.iter().map(|sums| sums.n_true).collect();
        let mut values = Vec::with_capacity((support.len() + 4) * N_MEASURES + 6);
        for (label, sums) in sums.iter().enumerate() {
            let is_known = label < self.n_known;
            values.extend(if is_known { of_label(sums) } else { of_unknown(sums) });
        }
        values.extend(self.micro(&sums, weights));
        let mut rows: Vec<Value> = values[..support.len() * N_MEASURES].to_vec();
        if let Some(all) = all {
            rows.iter_mut().zip(&all.values).for_each(|(own, of_all)| *own = own.or(*of_all));
        }
        values.extend(averaged(&rows, &vec![1.0; support.len()]));
        values.extend(averaged(&rows, &support));
        self.whole.add_values(weights, &mut values);
        Figures {
            n_labels: support.len(),
            values,
            support: support.iter().map(|&n| n as usize).collect(),
        }
    }

    /// Of all decisions. A label that the model lacks is missed wherever it is true, and never likely.
    fn micro(&self, sums: &[Sums], weights: &[u32]) -> [Value; N_MEASURES] {
        let (mut joined, mut by_share) = (Sums::default(), 0.0);
        for own in sums {
            joined.join(own);
            by_share += of_share(own);
        }
        (joined.precision_sum, joined.pairs_in_order) = self.all.sums(weights);
        let mut values = of_label(&joined);
        let skill = 1.0 - joined.brier / by_share;
        values[Measure::BrierSkill as usize] =
            if by_share > 0.0 { Ok(skill) } else { Err(Undefined::OneSided) };
        values
    }

    /// How many draws the intervals of these answers rest on: 1,000, or fewer where there are so many
    /// decisions that it would take long; never fewer than 200.
    pub fn n_draws(&self) -> usize {
        let visits = 2 * self.n_texts.max(1) * self.labels.len().max(1);
        (MOST_VISITS / visits).clamp(200, 1_000)
    }

    /// For each of [`Figures::values`] its 95 % interval by `groups`, as [`bootstrap`] draws them.
    pub fn intervals(&self, groups: &[usize], seed: u64) -> Vec<Option<Interval>> {
        let all = self.figures();
        bootstrap(groups, self.n_draws(), seed, |weights| {
            self.figures_beside(weights, Some(&all)).values.iter().map(|value| value.ok()).collect()
        })
    }

    /// The decisions about one label, probabilities falling, as (probability, whether true); none where
    /// the model lacks the label.
    pub fn ranked_pairs(&self, label: usize) -> &[(f64, bool)] {
        if label < self.n_known { self.labels[label].pairs() } else { &[] }
    }
}

impl Judged {
    fn decisions(&self, label: usize) -> Vec<Decided> {
        let decided = |text: usize| Decided {
            text,
            probability: self.probabilities[text].get(label).copied().unwrap_or(0.0),
            is_true: self.truths[text].binary_search(&label).is_ok(),
            is_given: self.predicted[text].binary_search(&label).is_ok(),
        };
        (0..self.truths.len()).map(decided).collect()
    }
}

/// The squared distances of someone who knows the label's share alone, added up.
fn of_share(sums: &Sums) -> f64 {
    sums.n_true * (sums.n - sums.n_true) / sums.n.max(1.0)
}

fn of_label(sums: &Sums) -> [Value; N_MEASURES] {
    if sums.n == 0.0 {
        return [Err(Undefined::NoTexts); N_MEASURES];
    }
    let counts = Counts {
        true_positives: sums.n_found as usize,
        false_positives: (sums.n_given - sums.n_found) as usize,
        false_negatives: (sums.n_true - sums.n_found) as usize,
    };
    let by_share = of_share(sums);
    let skill = (by_share > 0.0).then(|| 1.0 - sums.brier / by_share);
    let value = |measure| match measure {
        Measure::Precision => counts.precision().ok_or(Undefined::NeverGiven),
        Measure::Recall => counts.recall().ok_or(Undefined::NeverTrue),
        Measure::F1 => counts.f1().ok_or(Undefined::NeverTrueNorGiven),
        Measure::AveragePrecision => sums.average_precision().ok_or(Undefined::NeverTrue),
        Measure::RocAuc => sums.roc_auc().ok_or(Undefined::OneSided),
        Measure::LogLoss => Ok(sums.log_loss / sums.n),
        Measure::Brier => Ok(sums.brier / sums.n),
        Measure::BrierSkill => skill.ok_or(Undefined::OneSided),
        Measure::CalibrationError => sums.calibration_error().ok_or(Undefined::NoTexts),
        Measure::Matthews => counts.matthews(sums.n as usize).ok_or(Undefined::NoContrast),
    };
    Measure::ALL.map(value)
}

/// Of a label that the model lacks: it is missed wherever it is true.
fn of_unknown(sums: &Sums) -> [Value; N_MEASURES] {
    let decided = of_label(sums);
    Measure::ALL.map(|measure| match measure {
        Measure::Precision | Measure::Recall | Measure::F1 | Measure::Matthews => {
            decided[measure as usize]
        }
        _ => Err(Undefined::NotInModel),
    })
}

/// For each measure the mean over the labels whose value is defined, by `weights`.
fn averaged(rows: &[Value], weights: &[f64]) -> [Value; N_MEASURES] {
    Measure::ALL.map(|measure| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (row, weight) in rows.chunks_exact(N_MEASURES).zip(weights) {
            if let Ok(value) = row[measure as usize] {
                sum += weight * value;
                total += weight;
            }
        }
        if total > 0.0 { Ok(sum / total) } else { Err(Undefined::NothingToAverage) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(rows: &[(Vec<bool>, Vec<bool>, Vec<u8>)]) -> Judged {
        let labels = |marks: &[bool]| (0..marks.len()).filter(|&label| marks[label]).collect();
        Judged {
            names: ["a", "b", "only in the test"].map(String::from).to_vec(),
            thresholds: vec![Some(0.5); 2],
            truths: rows.iter().map(|(truth, ..)| labels(truth)).collect(),
            predicted: rows.iter().map(|(_, given, _)| labels(given)).collect(),
            probabilities: rows
                .iter()
                .map(|(.., p)| p.iter().map(|&tenths| f64::from(tenths) / 10.0).collect())
                .collect(),
        }
    }

    proptest! {
        /// A text drawn twice counts as two texts would, for every figure there is.
        #[test]
        fn weights_are_repeats(
            rows in prop::collection::vec(
                (
                    prop::collection::vec(any::<bool>(), 3),
                    prop::collection::vec(any::<bool>(), 2),
                    prop::collection::vec(0_u8..=10, 2),
                ),
                1..20,
            ),
            weights in prop::collection::vec(0_u32..3, 20),
        ) {
            let weights = &weights[..rows.len()];
            let repeat = |(row, &n)| std::iter::repeat_n(row, n as usize);
            let repeated: Vec<_> =
                rows.iter().zip(weights).flat_map(repeat).cloned().collect();
            let drawn = Panel::new(&judged(&rows)).figures_of(weights);
            let counted = Panel::new(&judged(&repeated)).figures();
            for (a, b) in drawn.values().iter().zip(counted.values()) {
                match (a, b) {
                    (Ok(a), Ok(b)) => prop_assert!((a - b).abs() < 1e-9, "{a} and {b}"),
                    (a, b) => prop_assert_eq!(a.is_err(), b.is_err()),
                }
            }
        }
    }

    #[test]
    fn a_label_that_the_model_lacks_lowers_what_is_taken_of_all_decisions() {
        let row = |is_true| {
            (vec![is_true, false, true], vec![is_true], vec![if is_true { 9 } else { 1 }, 1])
        };
        let figures = Panel::new(&judged(&[row(true), row(false)])).figures();
        assert_eq!(figures.get(Row::Label(0), Measure::AveragePrecision), Ok(1.0));
        assert!(figures.get(Row::Micro, Measure::AveragePrecision).unwrap() < 0.8);
        assert_eq!(figures.get(Row::Label(2), Measure::Recall), Ok(0.0));
        let unknown = figures.get(Row::Label(2), Measure::RocAuc);
        assert_eq!(unknown, Err(Undefined::NotInModel));
    }
}
