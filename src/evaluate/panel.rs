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
use super::metrics::ratio;
use super::ranked::{Decided, Order, Ranked, Sums};
use super::undefined::{Undefined, Value};
use super::whole_texts::WholeTexts;
use super::{Counts, Judged};

/// Answers prepared so that figures for any draw of the texts come quickly.
#[derive(Debug)]
pub struct Panel {
    labels: Vec<OneLabel>,
    /// All decisions about labels that the model knows, sorted together.
    all: Order,
    whole: WholeTexts,
    n_texts: usize,
}

#[derive(Debug)]
enum OneLabel {
    Known(Ranked),
    /// The texts that have a label which the model lacks.
    Unknown(Vec<usize>),
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
const MOST_VISITS: usize = 800_000_000;

impl Panel {
    /// Sorts the answers. Cost: texts x labels x log of that.
    pub fn new(judged: &Judged) -> Self {
        let labels = (0..judged.names.len())
            .into_par_iter()
            .map(|label| match label < judged.thresholds.len() {
                true => OneLabel::Known(Ranked::new(judged.decisions(label))),
                false => OneLabel::Unknown(
                    (0..judged.truths.len())
                        .filter(|&text| judged.truths[text].contains(&label))
                        .collect(),
                ),
            })
            .collect();
        let all = (0..judged.thresholds.len()).flat_map(|label| judged.decisions(label)).collect();
        Panel {
            labels,
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
        let n_texts: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        let sums: Vec<Option<Sums>> = self
            .labels
            .iter()
            .map(|label| match label {
                OneLabel::Known(ranked) => Some(ranked.sums(weights)),
                OneLabel::Unknown(_) => None,
            })
            .collect();
        let n_true = |label: usize| match (&sums[label], &self.labels[label]) {
            (Some(sums), _) => sums.n_true,
            (None, OneLabel::Unknown(texts)) => {
                texts.iter().map(|&text| f64::from(weights[text])).sum()
            }
            (None, OneLabel::Known(_)) => 0.0,
        };
        let support: Vec<f64> = (0..self.labels.len()).map(n_true).collect();

        let mut values = Vec::with_capacity((support.len() + 4) * N_MEASURES + 6);
        for (sums, &n_true) in sums.iter().zip(&support) {
            match sums {
                Some(sums) => values.extend(of_label(sums)),
                None => values.extend(of_unknown(n_true)),
            }
        }
        let unknown: f64 =
            sums.iter().zip(&support).filter(|(sums, _)| sums.is_none()).map(|(_, n)| n).sum();
        let n_unknown = sums.iter().filter(|sums| sums.is_none()).count() as f64;
        values.extend(self.micro(&sums, weights, unknown, n_unknown * n_texts));
        let rows: Vec<Value> = values[..support.len() * N_MEASURES].to_vec();
        values.extend(averaged(&rows, &vec![1.0; support.len()]));
        values.extend(averaged(&rows, &support));
        self.whole.add_values(weights, &mut values);
        Figures {
            n_labels: support.len(),
            values,
            support: support.iter().map(|&n| n as usize).collect(),
        }
    }

    fn micro(
        &self,
        sums: &[Option<Sums>],
        weights: &[u32],
        n_true_unknown: f64,
        n_unknown: f64,
    ) -> [Value; N_MEASURES] {
        let (mut joined, mut by_share) = (Sums::default(), 0.0);
        for own in sums.iter().flatten() {
            joined.join(own);
            by_share += of_share(own);
        }
        (joined.precision_sum, joined.pairs_in_order) = self.all.sums(weights);
        let mut values = of_label(&joined);
        let skill = 1.0 - joined.brier / by_share;
        values[Measure::BrierSkill as usize] =
            if by_share > 0.0 { Ok(skill) } else { Err(Undefined::OneSided) };
        // Decisions by thresholds count labels that the model lacks, as missed.
        let decided =
            Sums { n: joined.n + n_unknown, n_true: joined.n_true + n_true_unknown, ..joined };
        for measure in [Measure::Precision, Measure::Recall, Measure::F1, Measure::Matthews] {
            values[measure as usize] = of_label(&decided)[measure as usize];
        }
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
        bootstrap(groups, self.n_draws(), seed, |weights| {
            self.figures_of(weights).values.iter().map(|value| value.ok()).collect()
        })
    }

    /// The decisions about one label, probabilities falling, as (probability, whether true); none where
    /// the model lacks the label.
    pub fn ranked_pairs(&self, label: usize) -> &[(f64, bool)] {
        match &self.labels[label] {
            OneLabel::Known(ranked) => ranked.pairs(),
            OneLabel::Unknown(_) => &[],
        }
    }
}

impl Judged {
    fn decisions(&self, label: usize) -> Vec<Decided> {
        let decided = |text: usize| Decided {
            text,
            probability: self.probabilities[text][label],
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
fn of_unknown(n_true: f64) -> [Value; N_MEASURES] {
    Measure::ALL.map(|measure| match measure {
        Measure::Precision => Err(Undefined::NeverGiven),
        Measure::Recall => ratio(0, n_true as usize).ok_or(Undefined::NeverTrue),
        Measure::F1 => ratio(0, n_true as usize).ok_or(Undefined::NeverTrueNorGiven),
        Measure::Matthews => Err(Undefined::NoContrast),
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
