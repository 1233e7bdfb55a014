//! A trained model for the peer: the very numbers of ours, so that both do the same work.
//!
//! Leaves in a folder `model.json` (terms, settings, what turns scores into labels) and the idf and
//! weights as little-endian f32. Calibration and threshold of a label together are a cut on its score:
//! sigmoid(slope * score + offset) >= threshold where score >= (logit(threshold) - offset) / slope.

use std::fs;
use std::path::Path;

use leitmotif::classify::{Calibration, Sigmoid};
use leitmotif::math::ln;
use leitmotif::pipeline::Classifier;
use leitmotif::vectorize::{Analyzer, NgramRange};
use serde_json::{Value, json};

use crate::Result;

/// A cut that no score reaches, or that each does.
const NEVER: f64 = 1e30;

/// Writes a linear model of several labels to `folder`.
pub fn export(classifier: &Classifier, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let linear = classifier.model.as_linear().ok_or("the model is not linear")?;
    let Calibration::PerLabel(sigmoids) = &classifier.calibration else {
        return Err("the model gives one label per text".into());
    };
    let analyzers = classifier.vectorizer.params().analyzers();
    let mut blocks = Vec::new();
    for (analyzer, (terms, idf)) in analyzers.into_iter().zip(classifier.vectorizer.parts()) {
        let terms: Vec<&str> = terms.iter().collect();
        let name = format!("idf{}.f32", blocks.len());
        fs::write(folder.join(&name), bytes(idf.iter().copied()))?;
        let (kind, range) = kind(analyzer);
        let range = [range.min(), range.max()];
        blocks.push(json!({"kind": kind, "range": range, "terms": terms, "idf": name}));
    }
    fs::write(folder.join("weights.f32"), bytes(linear.weights().iter().copied()))?;
    let numbers = |of: fn(&Sigmoid) -> f64| sigmoids.iter().map(of).collect::<Vec<f64>>();
    let both = sigmoids.iter().zip(&classifier.thresholds);
    let about: Value = json!({
        "sublinear": classifier.vectorizer.params().sublinear,
        "blocks": blocks,
        "bias": linear.bias().iter().copied().collect::<Vec<f32>>(),
        "slopes": numbers(|sigmoid| sigmoid.slope),
        "offsets": numbers(|sigmoid| sigmoid.offset),
        "thresholds": classifier.thresholds,
        "cuts": both.map(|(&sigmoid, &threshold)| cut(sigmoid, threshold)).collect::<Vec<f64>>(),
    });
    fs::write(folder.join("model.json"), serde_json::to_vec(&about)?)?;
    Ok(())
}

fn kind(analyzer: Analyzer) -> (&'static str, NgramRange) {
    match analyzer {
        Analyzer::Words(range) => ("words", range),
        Analyzer::Chars(range) => ("chars", range),
    }
}

fn cut(sigmoid: Sigmoid, threshold: f64) -> f64 {
    let logit = ln(threshold / (1.0 - threshold));
    let cut = (logit - sigmoid.offset) / sigmoid.slope;
    if cut.is_finite() { cut.clamp(-NEVER, NEVER) } else { NEVER }
}

fn bytes(numbers: impl Iterator<Item = f32>) -> Vec<u8> {
    numbers.flat_map(f32::to_le_bytes).collect()
}

/// The f64 numbers of a file that the peer wrote.
pub fn read_f64(path: &Path) -> Result<Vec<f64>> {
    let bytes = fs::read(path)?;
    let (numbers, _) = bytes.as_chunks::<8>();
    Ok(numbers.iter().map(|number| f64::from_le_bytes(*number)).collect())
}
