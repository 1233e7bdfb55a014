//! What a model holds, for people and as JSON.

use std::fmt::Write;

use serde::Serialize;

use super::{plain, three_digits};
use crate::classify::{LearnerKind, Member};
use crate::pipeline::{Classifier, ClassifierParams, Goal, Origin, Task};
use crate::vectorize::{Analyzer, Ngrams, VectorizerParams};

/// A model looked into.
#[derive(Debug, Serialize)]
pub struct Inspection<'a> {
    /// First digits of the checksum of its bytes.
    pub fingerprint: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// One label per text or several.
    pub task: Task,
    /// Number of terms.
    pub n_terms: usize,
    /// The labels, in the model's order.
    pub labels: Vec<LabelInspection>,
    /// Settings, data files, counts, what was expected.
    pub origin: &'a Origin,
}

/// One label looked into.
#[derive(Debug, Serialize)]
pub struct LabelInspection {
    /// Its name.
    pub name: String,
    /// How many training texts had it.
    pub support: usize,
    /// From which probability on it is given; absent where exactly one label is.
    pub threshold: Option<f64>,
    /// From which probability on, and below which, a decision is unsure, where the model marks doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<(f64, f64)>,
    /// The terms with the greatest weight, the greatest first; none where the learner is one whose
    /// scores are no sums over terms.
    pub top_terms: Vec<(String, f32)>,
}

impl<'a> Inspection<'a> {
    /// Looks into `classifier`, whose file has these bytes, for the `n_top` heaviest terms.
    pub fn new(classifier: &'a Classifier, bytes: &[u8], n_top: usize) -> Self {
        let label = |(index, name): (usize, &String)| LabelInspection {
            name: name.clone(),
            support: classifier.origin.support[index],
            threshold: classifier.thresholds()[index],
            unsure: classifier.bands.get(index).map(|band| (band.low, band.high)),
            top_terms: top_terms(classifier, index, n_top),
        };
        Inspection {
            fingerprint: crate::model_file::fingerprint(bytes),
            bytes: bytes.len(),
            task: classifier.task,
            n_terms: classifier.vectorizer.n_terms(),
            labels: classifier.labels.names().iter().enumerate().map(label).collect(),
            origin: &classifier.origin,
        }
    }

    /// The page for people.
    pub fn page(&self) -> String {
        let task = match self.task {
            Task::Multiclass => "one label per text",
            Task::Multilabel => "any number of labels per text",
        };
        let rows = [
            ("fingerprint", self.fingerprint.clone()),
            ("size", format!("{} bytes", self.bytes)),
            ("task", task.to_string()),
            ("terms", self.n_terms.to_string()),
            ("settings", settings_line(&self.origin.params)),
            ("trained on", sources_line(self.origin)),
            ("expected", expected_line(self.origin)),
        ];
        let mut page = String::new();
        for (name, value) in rows {
            let _ = writeln!(page, "{name:12} {value}");
        }
        let _ = writeln!(page, "\nlabel, texts that have it, threshold, heaviest terms");
        for label in &self.labels {
            let terms: Vec<&str> = label.top_terms.iter().map(|(term, _)| term.as_str()).collect();
            let mut threshold = three_digits(label.threshold);
            if let Some((low, high)) = label.unsure {
                threshold += &format!("  unsure from {low:.3} to {high:.3}");
            }
            let _ = writeln!(
                page,
                "\n{}  {}  {threshold}\n    {}",
                label.name,
                label.support,
                if terms.is_empty() { "-".to_string() } else { plain(&terms.join(", ")) }
            );
        }
        page
    }
}

/// What a model is, as lines of a name and a value.
pub fn lines(classifier: &Classifier, fingerprint: &str) -> Vec<(String, String)> {
    let task = match classifier.task {
        Task::Multiclass => "exactly one label per text",
        Task::Multilabel => "any number of labels per text",
    };
    let origin = &classifier.origin;
    [
        ("fingerprint", fingerprint.to_string()),
        ("task", task.to_string()),
        ("labels", classifier.labels.names().join(", ")),
        ("terms", classifier.vectorizer.n_terms().to_string()),
        ("settings", settings_line(&origin.params)),
        ("trained on", sources_line(origin)),
        ("expected", expected_line(origin)),
    ]
    .map(|(name, value)| (name.to_string(), value))
    .to_vec()
}

/// The settings of training in one line.
pub fn settings_line(params: &ClassifierParams) -> String {
    let (learner, terms) = (learner_line(params), terms_line(&params.vectorizer));
    let vectorizer = &params.vectorizer;
    let min_count =
        vectorizer.min_count.map_or_else(|| "default".to_string(), |count| count.to_string());
    format!(
        "{learner}, {terms}, min count {min_count}, max share {}, {} folds, seed {}",
        vectorizer.max_share, params.folds, params.seed
    ) + &aims(params)
}

/// What thresholds were chosen for, where it is not the default.
fn aims(params: &ClassifierParams) -> String {
    let goal = (params.goal != Goal::default()).then(|| format!(", goal {}", params.goal));
    let unsure = params.unsure.map(|rate| format!(", unsure {rate}"));
    goal.unwrap_or_default() + &unsure.unwrap_or_default()
}

/// Which terms are taken.
pub(super) fn terms_line(vectorizer: &VectorizerParams) -> String {
    format!("words {}, characters {}", Ngrams(vectorizer.words), Ngrams(vectorizer.chars))
}

/// The learner with what is set of it.
pub(super) fn learner_line(params: &ClassifierParams) -> String {
    let set_of = |kind: LearnerKind, cost: Option<f64>, smoothing: Option<f64>| {
        let cost = cost.filter(|_| kind.has_cost()).map(|cost| format!("C {cost}"));
        let smoothing = smoothing.filter(|_| kind.has_smoothing());
        let smoothing = smoothing.map(|smoothing| format!("smoothing {smoothing}"));
        let set: Vec<String> = cost.into_iter().chain(smoothing).collect();
        if set.is_empty() { kind.to_string() } else { format!("{kind} ({})", set.join(", ")) }
    };
    if params.learner != LearnerKind::Blend {
        return set_of(params.learner, params.cost, params.smoothing);
    }
    let member = |member: &Member| {
        let cost = member.cost.or(params.cost);
        let line = set_of(member.learner, cost, member.smoothing.or(params.smoothing));
        if member.weight == 1.0 { line } else { format!("{} x {line}", member.weight) }
    };
    let members: Vec<String> = params.members().iter().map(member).collect();
    format!("blend of {}", members.join(" + "))
}

pub(super) fn sources_line(origin: &Origin) -> String {
    let files: Vec<String> = origin
        .sources
        .iter()
        .map(|source| format!("{} ({})", source.name, source.n_records))
        .collect();
    format!("{} texts of {} articles: {}", origin.n_texts, origin.n_groups, files.join(", "))
}

fn expected_line(origin: &Origin) -> String {
    match origin.expected {
        Some(expected) => format!(
            "micro-F1 {}, macro-F1 {}, all labels right {} (out of fold)",
            three_digits(expected.micro_f1),
            three_digits(expected.macro_f1),
            three_digits(expected.subset_accuracy)
        ),
        None => "-".into(),
    }
}

/// The heaviest terms of a label; character n-grams stand in quotes, so that their spaces show.
fn top_terms(classifier: &Classifier, label: usize, n: usize) -> Vec<(String, f32)> {
    let Some(model) = classifier.model.as_linear() else { return Vec::new() };
    let weights = model.weights().column(label);
    let mut terms: Vec<u32> = (0..weights.len() as u32).collect();
    terms.sort_by(|&a, &b| weights[b as usize].total_cmp(&weights[a as usize]).then(a.cmp(&b)));
    let named = |&term: &u32| match classifier.vectorizer.term(term) {
        (Analyzer::Words(_), text) => text.to_string(),
        (Analyzer::Chars(_), text) => format!("'{text}'"),
    };
    let heaviest = terms.iter().take(n).filter(|&&term| weights[term as usize] > 0.0);
    heaviest.map(|term| (named(term), weights[*term as usize])).collect()
}
