//! A report as JSON: all that it holds, part of the public interface. Undefined figures are `null`; why stands under
//! `undefined`.

use serde_json::{Map, Value, json};

use super::document::{Document, Estimate, Kept, Mistake};
use crate::evaluate::learning_curve::{Outlook, Point};
use crate::evaluate::{Counts, Interval, Measure, Row, WholeMeasure};

/// The form of the report, counted up when it changes.
const VERSION: u32 = 1;

/// The report in one line of JSON.
///
/// # Errors
/// Never in practice; a writer to memory cannot fail.
pub fn page(document: &Document) -> serde_json::Result<String> {
    let mut report = Map::new();
    let mut put = |name: &str, value: Value| report.insert(name.to_string(), value);
    put("report", VERSION.into());
    put("title", document.title.clone().into());
    put("command", document.command.clone().into());
    put("method", document.method.clone().into());
    put("n", document.data.n_texts.into());
    for row in Row::AVERAGES {
        put(row.id(), row_of(document, row).into());
    }
    for measure in WholeMeasure::ALL {
        put(measure.id(), value(document.whole(measure)));
    }
    put("labels", by_label(document, |label| labelled_row(document, label)));
    put("intervals", intervals(document));
    put("undefined", by_label(document, |label| undefined(document, label)));
    put("n_draws", document.n_draws.into());
    put("leaks", leaks(document));
    put("baselines", baselines(document));
    put("confusion", confusion(document));
    put("curves", curves(document));
    put("promises", promises(document));
    put("unsure_share", json!(document.unsure_share));
    put("mistakes", document.mistakes.iter().map(|own| mistake(document, own)).collect());
    put("ceiling", ceiling(document));
    put("learning_curve", learning(document));
    put("data", data(document));
    put("model", pairs(&document.model));
    put("names", json!(document.names));
    put("answers", answers(document));
    serde_json::to_string(&report)
}

fn value(estimate: Estimate) -> Value {
    estimate.value.map_or(Value::Null, |value| json!(value))
}

fn interval(interval: Option<Interval>) -> Value {
    interval.map_or(Value::Null, |(low, high)| json!([low, high]))
}

fn row_of(document: &Document, row: Row) -> Map<String, Value> {
    let of = |measure: Measure| (measure.id().into(), value(document.estimate(row, measure)));
    Measure::ALL.map(of).into_iter().collect()
}

fn labelled_row(document: &Document, label: usize) -> Value {
    let mut row = Map::new();
    row.insert("support".into(), document.figures.support[label].into());
    row.append(&mut row_of(document, Row::Label(label)));
    row.insert("threshold".into(), json!(document.thresholds.get(label).copied().flatten()));
    row.into()
}

fn by_label(document: &Document, of: impl Fn(usize) -> Value) -> Value {
    let rows = document.names.iter().enumerate().map(|(label, name)| (name.clone(), of(label)));
    Value::Object(rows.collect())
}

fn intervals(document: &Document) -> Value {
    let of_row = |row: Row| {
        let of = |measure: Measure| {
            (measure.id().into(), interval(document.estimate(row, measure).interval))
        };
        Value::Object(Measure::ALL.map(of).into_iter().collect())
    };
    let mut all = Map::new();
    for row in Row::AVERAGES {
        all.insert(row.id().into(), of_row(row));
    }
    for measure in WholeMeasure::ALL {
        all.insert(measure.id().into(), interval(document.whole(measure).interval));
    }
    all.insert("labels".into(), by_label(document, |label| of_row(Row::Label(label))));
    all.into()
}

/// For each measure that is undefined the reason.
fn undefined(document: &Document, label: usize) -> Value {
    let of = |measure: Measure| {
        let undefined = document.figures.get(Row::Label(label), measure).err()?;
        Some((measure.id().into(), undefined.reason().into()))
    };
    Value::Object(Measure::ALL.into_iter().filter_map(of).collect())
}

fn leaks(document: &Document) -> Value {
    let leaks = &document.leaks;
    let names = |texts: &[usize]| -> Vec<&str> {
        texts.iter().map(|&text| document.answers[text].name.as_str()).collect()
    };
    json!({
        "is_known": leaks.is_known,
        "near_is_known": leaks.near_is_known,
        "exact_copies": names(&leaks.exact),
        "near_copies": names(&leaks.near),
        "same_article": names(&leaks.same_article),
        "sets_of_copies_kept_together": leaks.n_sets_kept,
        "same_words_other_labels": leaks.conflicts,
        "headline_without_leaks": document.headline_without_leaks,
    })
}

fn baselines(document: &Document) -> Value {
    let of = |own: &super::document::Baseline| {
        json!({
            "name": own.name, "about": own.about, "micro_f1": own.micro_f1, "macro_f1": own.macro_f1,
            "subset_accuracy": own.subset_accuracy, "brier": own.brier,
        })
    };
    document.baselines.iter().map(of).collect()
}

/// Matrices in the order of `names`; the last row and column of `mistaken` mean no label.
fn confusion(document: &Document) -> Value {
    json!({ "together": document.confusion.together, "mistaken": document.confusion.mistaken })
}

fn curves(document: &Document) -> Value {
    by_label(document, |label| {
        let Some(curves) = &document.curves[label] else { return Value::Null };
        let cut = |cut: &crate::evaluate::curves::Cut| {
            let Counts { true_positives, false_positives, false_negatives } = cut.counts;
            json!([cut.threshold, true_positives, false_positives, false_negatives])
        };
        let bin = |bin: &crate::evaluate::curves::Bin| json!({ "n": bin.n, "n_true": bin.n_true, "mean_probability": bin.mean_probability });
        json!({
            "threshold_found_wrong_missed": curves.cuts.iter().map(cut).collect::<Vec<_>>(),
            "calibration": curves.bins.iter().map(bin).collect::<Vec<_>>(),
        })
    })
}

fn promises(document: &Document) -> Value {
    let of = |own: &super::document::Promise| {
        let kept = match own.kept() {
            Kept::Held => "held",
            Kept::Undecided => "undecided",
            Kept::Broken => "broken",
            Kept::Unknown => "unknown",
        };
        json!({
            "label": own.label.map(|label| &document.names[label]), "what": own.what,
            "promised": own.promised, "measured": own.measured.ok(),
            "interval": interval(own.interval), "n": own.n, "kept": kept,
        })
    };
    document.promises.iter().map(of).collect()
}

fn mistake(document: &Document, own: &Mistake) -> Value {
    let names =
        |labels: &[usize]| labels.iter().map(|&l| document.names[l].as_str()).collect::<Vec<_>>();
    json!({
        "id": own.name, "article": own.article, "label": document.names[own.label],
        "kind": if own.is_given { "wrongly given" } else { "missed" },
        "probability": own.probability, "truth": names(&own.truth), "given": names(&own.given),
        "pieces": own.pieces,
    })
}

fn ceiling(document: &Document) -> Value {
    let of = |(name, f1): (&String, &Option<f64>)| (name.clone(), json!(f1));
    Value::Object(document.names.iter().zip(&document.ceiling).map(of).collect())
}

fn learning(document: &Document) -> Value {
    let Some(learning) = &document.learning else { return Value::Null };
    let points = |points: &[Point]| -> Vec<Value> {
        points.iter().map(|own| json!([own.n, own.value, own.repetition])).collect()
    };
    let look = |outlook: &Option<Outlook>| {
        let Some(outlook) = outlook else { return Value::Null };
        let gain = |&(n, gain, (low, high)): &(usize, f64, Interval)| json!({ "more": n, "gain": gain, "interval": [low, high] });
        json!({
            "limit": outlook.law.limit, "drop": outlook.law.drop, "rate": outlook.law.rate,
            "gains": outlook.gains.iter().map(gain).collect::<Vec<_>>(),
        })
    };
    json!({
        "n_at_hand": learning.n_at_hand, "micro_f1": points(&learning.micro), "macro_f1": points(&learning.macro_),
        "micro_fit": look(&learning.micro_outlook), "macro_fit": look(&learning.macro_outlook),
    })
}

fn data(document: &Document) -> Value {
    let data = &document.data;
    json!({
        "files": data.files.iter().map(|(name, n)| json!({ "name": name, "n_records": n }))
            .collect::<Vec<_>>(),
        "n_texts": data.n_texts, "n_articles": data.n_articles, "n_empty": data.n_empty,
        "n_unlabelled": data.n_unlabelled,
        "n_without_article": data.n_without_article, "words_per_text": data.words, "dates": data.dates,
        "learned_support": data.learned_support,
    })
}

fn pairs(lines: &[(String, String)]) -> Value {
    Value::Object(lines.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect())
}

/// What was true and what was said, by numbers of `names`; probabilities to five digits.
fn answers(document: &Document) -> Value {
    let short = |p: &f64| json!((p * 1e5).round() / 1e5);
    let of = |own: &super::document::AnswerRow| {
        json!({
            "id": own.name, "words": format!("{:016x}", own.fingerprint), "article": own.article,
            "truth": own.truth, "given": own.given,
            "probabilities": own.probabilities.iter().map(short).collect::<Vec<_>>(),
        })
    };
    document.answers.iter().map(of).collect()
}
