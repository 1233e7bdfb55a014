//! Figures of an evaluation, of agreement and of tests held against scikit-learn, statsmodels and
//! krippendorff.
//!
//! Enters: `evaluation.json`, which `make_evaluation.py` writes.

use leitmotif::evaluate::comparison::{Discordant, holm};
use leitmotif::evaluate::{
    Agreement, Confusion, Figures, Judged, Measure, Panel, Row, Value, WholeMeasure,
};
use serde::Deserialize;
use serde_json::Value as Json;

use super::{assert_near, stored};

/// evaluation.json.
#[derive(Deserialize)]
struct Reference {
    multilabel: Vec<Multilabel>,
    multiclass: Vec<Multiclass>,
    agreement: Vec<StoredAgreement>,
    mcnemar: Vec<McNemar>,
    holm: Vec<Holm>,
}

/// Measures by name.
type Named = serde_json::Map<String, Json>;

#[derive(Deserialize)]
struct Multilabel {
    name: String,
    n_labels: usize,
    truths: Vec<Vec<usize>>,
    predicted: Vec<Vec<usize>>,
    probabilities: Vec<Vec<f64>>,
    labels: Vec<Named>,
    micro: Named,
    #[serde(rename = "macro")]
    macro_: Named,
    weighted: Named,
    per_text: Named,
    subset_accuracy: f64,
    hamming_loss: f64,
    label_ranking_average_precision: f64,
    coverage_error: f64,
}

#[derive(Deserialize)]
struct Multiclass {
    name: String,
    n_labels: usize,
    truths: Vec<usize>,
    predicted: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    accuracy: f64,
    log_loss: f64,
    matthews: f64,
    confusion: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
struct StoredAgreement {
    name: String,
    n_labels: usize,
    first: Vec<Vec<usize>>,
    second: Vec<Vec<usize>>,
    kappa: Vec<Option<f64>>,
    alpha: Vec<Option<f64>>,
}

#[derive(Deserialize)]
struct McNemar {
    only_first: usize,
    only_second: usize,
    mid: Option<f64>,
}

#[derive(Deserialize)]
struct Holm {
    p: Vec<f64>,
    adjusted: Vec<f64>,
}

/// The order in which thousands of terms are added differs.
const TOLERANCE: f64 = 1e-9;

fn reference() -> Reference {
    stored("evaluation.json")
}

fn assert_value(ours: Value, theirs: &Json, of_what: &dyn std::fmt::Debug) {
    match (ours, theirs.as_f64()) {
        (Ok(ours), Some(theirs)) => assert_near(ours, theirs, TOLERANCE, &of_what),
        (Err(_), None) => {}
        (ours, _) => panic!("{of_what:?}: {ours:?}, theirs {theirs}"),
    }
}

/// Every measure that is stored for a row.
fn assert_row(figures: &Figures, row: Row, stored: &Named, name: &str) -> usize {
    for (id, theirs) in stored.iter().filter(|(id, _)| *id != "support") {
        let measure = Measure::ALL.into_iter().find(|measure| measure.id() == id).unwrap();
        assert_value(figures.get(row, measure), theirs, &(name, row, id));
    }
    stored.len()
}

#[test]
fn figures_of_labels_and_averages_are_scikit_learns() {
    let mut n_checked = 0;
    for case in reference().multilabel {
        let judged = Judged {
            names: (0..case.n_labels).map(|label| label.to_string()).collect(),
            thresholds: vec![Some(0.5); case.n_labels],
            truths: case.truths,
            predicted: case.predicted,
            probabilities: case.probabilities,
        };
        let figures = Panel::new(&judged).figures();
        for (label, stored) in case.labels.iter().enumerate() {
            n_checked += assert_row(&figures, Row::Label(label), stored, &case.name);
            assert_eq!(Some(figures.support[label] as u64), stored["support"].as_u64());
        }
        for (row, stored) in [
            (Row::Micro, &case.micro),
            (Row::Macro, &case.macro_),
            (Row::Weighted, &case.weighted),
            (Row::PerText, &case.per_text),
        ] {
            n_checked += assert_row(&figures, row, stored, &case.name);
        }
        for (measure, theirs) in [
            (WholeMeasure::SubsetAccuracy, case.subset_accuracy),
            (WholeMeasure::HammingLoss, case.hamming_loss),
            (WholeMeasure::LabelRanking, case.label_ranking_average_precision),
            (WholeMeasure::Coverage, case.coverage_error),
        ] {
            assert_value(figures.whole(measure), &theirs.into(), &(&case.name, measure));
        }
    }
    assert!(n_checked > 500, "{n_checked}");
}

#[test]
fn figures_of_classes_are_scikit_learns() {
    for case in reference().multiclass {
        let one = |labels: &[usize]| labels.iter().map(|&label| vec![label]).collect();
        let judged = Judged {
            names: (0..case.n_labels).map(|label| label.to_string()).collect(),
            thresholds: vec![None; case.n_labels],
            truths: one(&case.truths),
            predicted: one(&case.predicted),
            probabilities: case.probabilities,
        };
        let figures = Panel::new(&judged).figures();
        for (measure, theirs) in [
            (WholeMeasure::SubsetAccuracy, case.accuracy),
            (WholeMeasure::CrossEntropy, case.log_loss),
            (WholeMeasure::Correlation, case.matthews),
        ] {
            assert_value(figures.whole(measure), &theirs.into(), &(&case.name, measure));
        }
        let mistaken = Confusion::new(&judged).mistaken;
        for (ours, theirs) in mistaken.iter().zip(&case.confusion) {
            assert_eq!(&ours[..case.n_labels], theirs, "{}", case.name);
        }
    }
}

#[test]
fn kappa_and_alpha_are_those_of_the_packages() {
    for case in reference().agreement {
        for label in 0..case.n_labels {
            let mut agreement = Agreement::default();
            for (first, second) in case.first.iter().zip(&case.second) {
                agreement.add(first.contains(&label), second.contains(&label), 1.0);
            }
            for (ours, theirs) in
                [(agreement.kappa(), case.kappa[label]), (agreement.alpha(), case.alpha[label])]
            {
                assert_eq!(ours.is_some(), theirs.is_some(), "{} {label}", case.name);
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    assert_near(ours, theirs, TOLERANCE, &(&case.name, label));
                }
            }
        }
    }
}

#[test]
fn tests_of_differences_are_those_of_statsmodels() {
    for McNemar { only_first, only_second, mid } in reference().mcnemar {
        let ours = Discordant { only_first, only_second }.mid_p();
        assert_eq!(ours.is_some(), mid.is_some());
        if let (Some(ours), Some(mid)) = (ours, mid) {
            assert_near(ours, mid, TOLERANCE, &(only_first, only_second));
        }
    }
    for Holm { p, adjusted } in reference().holm {
        let p: Vec<Option<f64>> = p.into_iter().map(Some).collect();
        for (ours, theirs) in holm(&p).into_iter().zip(adjusted) {
            assert_near(ours.unwrap(), theirs, TOLERANCE, &p);
        }
    }
}
