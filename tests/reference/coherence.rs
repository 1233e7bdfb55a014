//! Coherence of topics held against gensim 4.4's `CoherenceModel`.
//!
//! Enters: `coherence.json`, which `make_coherence.py` writes. gensim's windows lose a word when one of its occurrences
//! leaves; ours are held to it where they are asked to do the same, and else to its arithmetic on windows that do not.

use leitmotif::matrix::TermMatrix;
use leitmotif::topics::coherence::{CV_WINDOW, Coherence, NPMI_WINDOW, c_npmi, c_v, u_mass};
use leitmotif::topics::window_bits::Windows;
use serde::Deserialize;

use super::{assert_near, stored};

/// coherence.json.
#[derive(Deserialize)]
struct Stored {
    cases: Vec<Case>,
}

/// Documents and topics, and a figure for each topic.
#[derive(Deserialize)]
struct Case {
    name: String,
    n_terms: usize,
    documents: Vec<Vec<u32>>,
    topics: Vec<Vec<u32>>,
    u_mass: Vec<f64>,
    c_npmi: Vec<f64>,
    c_v: Vec<f64>,
    c_npmi_plain: Vec<f64>,
    c_v_plain: Vec<f64>,
}

/// Both compute in f64 from the same whole numbers; only the order of the additions differs. Where a pair is in nearly
/// every window two logarithms near 0 are divided, each right to 1e-16 of 1: with 2,000 windows 1e-13 of the quotient.
const TOLERANCE: f64 = 1e-9;

impl Case {
    fn matrix(&self) -> TermMatrix {
        let mut matrix = TermMatrix::new(self.n_terms);
        for document in &self.documents {
            let mut terms = document.clone();
            terms.sort_unstable();
            terms.dedup();
            matrix.push_row(terms.into_iter().map(|term| (term, 1.0)));
        }
        matrix
    }

    fn assert_are(&self, ours: &Coherence, theirs: &[f64], measure: &str) {
        assert_eq!(ours.topics.len(), theirs.len());
        for (topic, (ours, theirs)) in ours.topics.iter().zip(theirs).enumerate() {
            let ours = ours.expect("every topic of the reference is defined");
            assert_near(ours, *theirs, TOLERANCE, &(&self.name, measure, topic));
        }
    }
}

fn for_each_case(check: impl Fn(&Case)) {
    let stored: Stored = stored("coherence.json");
    assert!(!stored.cases.is_empty());
    stored.cases.iter().for_each(check);
}

#[test]
fn umass_is_gensims() {
    for_each_case(|case| {
        case.assert_are(&u_mass(&case.topics, &case.matrix()).unwrap(), &case.u_mass, "UMass");
    });
}

#[test]
fn npmi_in_windows_is_gensims() {
    for_each_case(|case| {
        let of = |windows| c_npmi(&case.topics, &case.documents, case.n_terms, windows).unwrap();
        case.assert_are(&of(Windows::as_gensim(NPMI_WINDOW)), &case.c_npmi, "C_NPMI");
        case.assert_are(&of(Windows::of(NPMI_WINDOW)), &case.c_npmi_plain, "C_NPMI, plain");
    });
}

#[test]
fn cv_is_gensims() {
    for_each_case(|case| {
        let of = |windows| c_v(&case.topics, &case.documents, case.n_terms, windows).unwrap();
        case.assert_are(&of(Windows::as_gensim(CV_WINDOW)), &case.c_v, "C_V");
        case.assert_are(&of(Windows::of(CV_WINDOW)), &case.c_v_plain, "C_V, plain");
    });
}
