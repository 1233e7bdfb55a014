//! The numbers and terms of a classifier as named arrays.

use safetensors::tensor::Dtype;

use super::LEAF;
use crate::classify::trees::Node;
use crate::classify::{Calibration, KernelModel, LinearModel, Model, TreeModel};
use crate::error::{Error, Result};
use crate::pipeline::{Classifier, Learned};
use crate::vectorize::Vocabulary;

pub(super) struct NamedArray {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// The bytes of all values, one behind the other.
fn joined<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.size_hint().0 * N);
    values.for_each(|value| bytes.extend_from_slice(&value));
    bytes
}

impl NamedArray {
    fn of_u32(name: &str, shape: Vec<usize>, values: impl Iterator<Item = u32>) -> Self {
        let bytes = joined(values.map(u32::to_le_bytes));
        NamedArray { name: name.into(), dtype: Dtype::U32, shape, bytes }
    }

    fn of_u64(name: &str, values: &[u64]) -> Self {
        let bytes = joined(values.iter().copied().map(u64::to_le_bytes));
        NamedArray { name: name.into(), dtype: Dtype::U64, shape: vec![values.len()], bytes }
    }

    pub fn of_f32(name: &str, shape: Vec<usize>, values: impl Iterator<Item = f32>) -> Self {
        let bytes = joined(values.map(f32::to_le_bytes));
        NamedArray { name: name.into(), dtype: Dtype::F32, shape, bytes }
    }

    pub fn of_f64(name: &str, shape: Vec<usize>, values: impl Iterator<Item = f64>) -> Self {
        let bytes = joined(values.map(f64::to_le_bytes));
        NamedArray { name: name.into(), dtype: Dtype::F64, shape, bytes }
    }
}

pub(super) fn arrays_of(classifier: &Classifier) -> Result<Vec<NamedArray>> {
    let n_labels = classifier.labels.len();
    let mut arrays = match &classifier.model {
        Model::Linear(model) => arrays_of_linear(model),
        Model::Kernel(model) => arrays_of_kernel(model),
        Model::Trees(model) => arrays_of_trees(model),
    };
    let thresholds = classifier.thresholds.iter().copied();
    arrays.push(NamedArray::of_f64("thresholds", vec![n_labels], thresholds));
    if let Calibration::PerLabel(sigmoids) = &classifier.calibration {
        let values = sigmoids.iter().flat_map(|s| [s.slope, s.offset]);
        arrays.push(NamedArray::of_f64("sigmoids", vec![n_labels, 2], values));
    }
    if !classifier.bands.is_empty() {
        let values = classifier.bands.iter().flat_map(|band| [band.low, band.high]);
        arrays.push(NamedArray::of_f64("bands", vec![n_labels, 2], values));
    }
    let Learned { texts, articles } = &classifier.learned;
    arrays.push(NamedArray::of_u64("learned.texts", texts));
    arrays.push(NamedArray::of_u64("learned.articles", articles));
    for (block, (vocabulary, idf)) in classifier.vectorizer.parts().enumerate() {
        let idf = idf.iter().copied();
        arrays.push(NamedArray::of_f32(&format!("idf.{block}"), vec![vocabulary.len()], idf));
        arrays.extend(terms_of(&block.to_string(), vocabulary)?);
    }
    Ok(arrays)
}

/// The terms of a vocabulary as the arrays `ends.NAME` and `terms.NAME`.
pub(super) fn terms_of(name: &str, vocabulary: &Vocabulary) -> Result<[NamedArray; 2]> {
    let (mut text, mut ends) = (Vec::new(), Vec::new());
    for term in vocabulary.iter() {
        text.extend_from_slice(term.as_bytes());
        let end = u32::try_from(text.len())
            .map_err(|_| Error::model("the terms are longer than 4 GiB: raise --min-count"))?;
        ends.push(end);
    }
    let ends =
        NamedArray::of_u32(&format!("ends.{name}"), vec![vocabulary.len()], ends.into_iter());
    let (name, shape) = (format!("terms.{name}"), vec![text.len()]);
    Ok([ends, NamedArray { name, dtype: Dtype::U8, shape, bytes: text }])
}

fn arrays_of_linear(model: &LinearModel) -> Vec<NamedArray> {
    let (weights, bias) = (model.weights().iter().copied(), model.bias().iter().copied());
    let n_labels = model.n_labels();
    vec![
        NamedArray::of_f32("weights", vec![model.n_terms(), n_labels], weights),
        NamedArray::of_f32("bias", vec![n_labels], bias),
    ]
}

fn arrays_of_kernel(model: &KernelModel) -> Vec<NamedArray> {
    let (n_vectors, n_columns) = model.vectors.dim();
    let n_labels = model.n_labels();
    let vectors = model.vectors.iter().copied();
    let weights = model.weights.iter().copied();
    vec![
        NamedArray::of_u32("columns", vec![n_columns], model.columns.iter().copied()),
        NamedArray::of_f32("vectors", vec![n_vectors, n_columns], vectors),
        NamedArray::of_f64("weights", vec![n_vectors, n_labels], weights),
        NamedArray::of_f64("rho", vec![n_labels], model.rho.iter().copied()),
    ]
}

/// A split is (term, below, above) and its value; a leaf is three times [`LEAF`] and its value.
fn arrays_of_trees(model: &TreeModel) -> Vec<NamedArray> {
    let links = model.nodes().iter().flat_map(|node| match *node {
        Node::Split { term, below, above, .. } => [term, below, above],
        Node::Leaf(_) => [LEAF; 3],
    });
    let values = model.nodes().iter().map(|node| match *node {
        Node::Split { at, .. } => at,
        Node::Leaf(value) => value,
    });
    let roots = model.roots().iter().flat_map(|&(root, label)| [root, label]);
    let (n_nodes, n_roots) = (model.nodes().len(), model.roots().len());
    vec![
        NamedArray::of_u32("links", vec![n_nodes, 3], links),
        NamedArray::of_f64("values", vec![n_nodes], values),
        NamedArray::of_u32("roots", vec![n_roots, 2], roots),
    ]
}
