//! A classifier to bytes and back.
//!
//! ```text
//! magic "LEITMOTF" | version u32 | length of the header u32 | header, JSON | arrays, safetensors
//!   | BLAKE3 of all that stands before, 32 bytes
//! ```
//!
//! Numbers are little-endian. The header holds settings and names, the arrays hold numbers and
//! terms. Loading checks the checksum over every byte first, then every length, shape and value;
//! nothing in a file can make it run code or ask for more memory than a few times the file's size.
//! The same classifier gives the same bytes. A change of the format gets a new version and a frozen
//! sample in `tests/fixtures`.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use ndarray::{Array1, Array2};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::classify::trees::Node;
use crate::classify::{Band, Calibration, KernelModel, LinearModel, Model, Sigmoid, TreeModel};
use crate::corpus::LabelSet;
use crate::error::{Error, Result};
use crate::output::OutputFile;
use crate::pipeline::{Classifier, Learned, Origin, Task};
use crate::tokenize::Tokenizer;
use crate::vectorize::{Vectorizer, Vocabulary};

const MAGIC: &[u8; 8] = b"LEITMOTF";
/// The version that is written. Version 2 brought models that are not linear, version 3 goals and
/// blends of weighted members among the settings, version 4 what was learned from and unsure decisions.
const VERSION: u32 = 4;
/// The first version that knows the texts again that it learned from.
const FIRST_WITH_LEARNED: u32 = 4;
const OLDEST_VERSION: u32 = 1;
const CHECKSUM_BYTES: usize = 32;
/// Where the header begins.
const HEADER_AT: usize = 16;
const MAX_HEADER_BYTES: usize = 256 << 20;
/// The largest model that is read (16 GiB); what is longer is cut there and so refused.
const MAX_MODEL_BYTES: u64 = 16 << 30;

/// What stands in the header.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    task: Task,
    labels: Vec<String>,
    /// The slope of the softmax, where one label is given.
    softmax: Option<f64>,
    tokenizer: String,
    #[serde(default)]
    form: Form,
    origin: Origin,
}

/// The form of the model, which says what arrays there are.
#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Linear,
    Kernel {
        width: f64,
    },
    Trees,
}

/// The bytes of a classifier.
///
/// # Errors
/// Where the parts are larger than the format can hold.
pub fn to_bytes(classifier: &Classifier) -> Result<Vec<u8>> {
    let softmax = match &classifier.calibration {
        Calibration::Softmax(slope) => Some(*slope),
        Calibration::PerLabel(_) => None,
    };
    let header = Header {
        task: classifier.task,
        labels: classifier.labels.names().to_vec(),
        softmax,
        tokenizer: classifier.tokenizer.json().to_string(),
        form: match &classifier.model {
            Model::Linear(_) => Form::Linear,
            Model::Kernel(model) => Form::Kernel { width: model.width },
            Model::Trees(_) => Form::Trees,
        },
        origin: classifier.origin.clone(),
    };
    let too_large = |what: &str| Error::model(format!("{what} too large for a model file"));
    let header = serde_json::to_vec(&header).map_err(|e| Error::model(e.to_string()))?;
    if header.len() > MAX_HEADER_BYTES {
        return Err(too_large("labels and settings are"));
    }
    let arrays = arrays_of(classifier)?;
    let mut views = Vec::new();
    for array in &arrays {
        let view = TensorView::new(array.dtype, array.shape.clone(), &array.bytes);
        views.push((array.name.clone(), view.map_err(|_| too_large("an array is"))?));
    }
    let arrays = safetensors::serialize(views, None).map_err(|e| Error::model(e.to_string()))?;

    let mut bytes = Vec::with_capacity(HEADER_AT + header.len() + arrays.len() + CHECKSUM_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&arrays);
    let checksum = blake3::hash(&bytes);
    bytes.extend_from_slice(checksum.as_bytes());
    Ok(bytes)
}

struct NamedArray {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
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

    fn of_f32(name: &str, shape: Vec<usize>, values: impl Iterator<Item = f32>) -> Self {
        let bytes = joined(values.map(f32::to_le_bytes));
        NamedArray { name: name.into(), dtype: Dtype::F32, shape, bytes }
    }

    fn of_f64(name: &str, shape: Vec<usize>, values: impl Iterator<Item = f64>) -> Self {
        let bytes = joined(values.map(f64::to_le_bytes));
        NamedArray { name: name.into(), dtype: Dtype::F64, shape, bytes }
    }
}

fn arrays_of(classifier: &Classifier) -> Result<Vec<NamedArray>> {
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
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        for term in vocabulary.iter() {
            text.extend_from_slice(term.as_bytes());
            let end = u32::try_from(text.len())
                .map_err(|_| Error::model("the terms are longer than 4 GiB: raise --min-count"))?;
            ends.push(end);
        }
        let shape = vec![vocabulary.len()];
        let name = |what: &str| format!("{what}.{block}");
        arrays.push(NamedArray::of_f32(&name("idf"), shape.clone(), idf.iter().copied()));
        arrays.push(NamedArray::of_u32(&name("ends"), shape, ends.into_iter()));
        let (dtype, shape) = (Dtype::U8, vec![text.len()]);
        arrays.push(NamedArray { name: name("terms"), dtype, shape, bytes: text });
    }
    Ok(arrays)
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

/// What stands in a leaf where a split names a term and two nodes.
const LEAF: u32 = u32::MAX;

/// The classifier that `bytes` hold.
///
/// # Errors
/// Where they are no model, of another version, damaged, or do not fit together.
pub fn from_bytes(bytes: &[u8]) -> Result<Classifier> {
    if !bytes.starts_with(MAGIC) {
        return Err(Error::model("not a leitmotif model: make one with `leitmotif train`"));
    }
    let damaged = || Error::model("the model is damaged or cut off: copy it anew, or train again");
    if bytes.len() < HEADER_AT + CHECKSUM_BYTES {
        return Err(damaged());
    }
    let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    let version = read_u32(&content[8..12]);
    let is_whole = blake3::hash(content).as_bytes() == checksum;
    if !(OLDEST_VERSION..=VERSION).contains(&version) && is_whole {
        return Err(Error::model(format!(
            "a model of version {version}, and this program reads versions {OLDEST_VERSION} to \
             {VERSION}: train it again"
        )));
    }
    if !is_whole {
        return Err(damaged());
    }
    let header_length = read_u32(&content[12..16]) as usize;
    let rest = &content[HEADER_AT..];
    if header_length > rest.len().min(MAX_HEADER_BYTES) {
        return Err(damaged());
    }
    let (header, arrays) = rest.split_at(header_length);
    let header: Header =
        serde_json::from_slice(header).map_err(|e| wrong(&format!("header: {e}")))?;
    let arrays = SafeTensors::deserialize(arrays).map_err(|e| wrong(&e.to_string()))?;
    assemble(header, &Arrays(arrays), version)
}

/// What is said of a file that is whole and yet makes no sense, as only a forged one is.
fn wrong(what: &str) -> Error {
    Error::model(format!("the model does not fit together ({what}): train it again"))
}

fn read_u32(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes are asked for"))
}

fn assemble(header: Header, arrays: &Arrays<'_>, version: u32) -> Result<Classifier> {
    let labels = LabelSet::new(header.labels).map_err(|e| wrong(&e.to_string()))?;
    let n_labels = labels.len();
    let origin = header.origin;
    origin.params.check().map_err(|e| wrong(&e.to_string()))?;
    if n_labels == 0 || origin.support.len() != n_labels {
        return Err(wrong("labels"));
    }
    let n_blocks = origin.params.vectorizer.analyzers().len();
    let parts = (0..n_blocks).map(|block| arrays.vocabulary(block)).collect::<Result<Vec<_>>>()?;
    let vectorizer = Vectorizer::from_parts(origin.params.vectorizer.clone(), parts);
    let n_terms = vectorizer.n_terms();

    let model = match header.form {
        Form::Linear => arrays.linear(n_terms, n_labels)?.into(),
        Form::Kernel { width } => arrays.kernel(n_terms, n_labels, width)?.into(),
        Form::Trees => arrays.trees(n_terms, n_labels)?.into(),
    };
    let calibration = match (header.task, header.softmax) {
        (Task::Multiclass, Some(slope)) if slope > 0.0 && slope < 1e6 => {
            Calibration::Softmax(slope)
        }
        (Task::Multilabel, None) => {
            let values = arrays.f64s("sigmoids", &[n_labels, 2])?;
            let sigmoids = values.chunks_exact(2).map(|v| Sigmoid { slope: v[0], offset: v[1] });
            Calibration::PerLabel(sigmoids.collect())
        }
        _ => return Err(wrong("calibration")),
    };
    let learned = if version < FIRST_WITH_LEARNED {
        Learned::default()
    } else {
        let (texts, articles) = (arrays.u64s("learned.texts")?, arrays.u64s("learned.articles")?);
        Learned { texts, articles }
    };
    let bands =
        if origin.params.error_rate().is_some() { arrays.bands(n_labels)? } else { Vec::new() };
    Ok(Classifier {
        tokenizer: Tokenizer::from_json(&header.tokenizer)?,
        vectorizer,
        model,
        calibration,
        thresholds: arrays.f64s("thresholds", &[n_labels])?,
        bands,
        learned,
        labels,
        task: header.task,
        origin,
    })
}

fn shaped<T>(n_rows: usize, n_columns: usize, values: Vec<T>) -> Result<Array2<T>> {
    Array2::from_shape_vec((n_rows, n_columns), values).map_err(|_| wrong("shapes"))
}

/// The arrays of a file, checked as they are taken out.
struct Arrays<'a>(SafeTensors<'a>);

impl Arrays<'_> {
    fn bytes(&self, name: &str, dtype: Dtype, shape: Option<&[usize]>) -> Result<&[u8]> {
        let view = self.0.tensor(name).map_err(|_| wrong(&format!("{name} is missing")))?;
        let fits = shape.is_none_or(|shape| view.shape() == shape);
        if view.dtype() != dtype || view.shape().is_empty() || !fits {
            return Err(wrong(&format!("{name} has another form")));
        }
        Ok(view.data())
    }

    fn f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let (values, _) = self.bytes(name, Dtype::F32, Some(shape))?.as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|&v| f32::from_le_bytes(v)).collect();
        if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(wrong(name)) }
    }

    fn f64s(&self, name: &str, shape: &[usize]) -> Result<Vec<f64>> {
        let (values, _) = self.bytes(name, Dtype::F64, Some(shape))?.as_chunks::<8>();
        let values: Vec<f64> = values.iter().map(|&v| f64::from_le_bytes(v)).collect();
        // What is larger was never learned, and its sums could overflow.
        if values.iter().all(|v| v.abs() <= 1e30) { Ok(values) } else { Err(wrong(name)) }
    }

    /// Hashes, rising.
    fn u64s(&self, name: &str) -> Result<Vec<u64>> {
        let (values, _) = self.bytes(name, Dtype::U64, None)?.as_chunks::<8>();
        let values: Vec<u64> = values.iter().map(|&v| u64::from_le_bytes(v)).collect();
        if values.is_sorted_by(|a, b| a < b) { Ok(values) } else { Err(wrong(name)) }
    }

    fn bands(&self, n_labels: usize) -> Result<Vec<Band>> {
        // One text gives no out-of-fold scores and so no bands.
        if self.0.tensor("bands").is_err() {
            return Ok(Vec::new());
        }
        let values = self.f64s("bands", &[n_labels, 2])?;
        Ok(values.chunks_exact(2).map(|v| Band { low: v[0], high: v[1] }).collect())
    }

    /// The numbers of an array that has so many columns, and how many rows.
    fn u32s(&self, name: &str, n_columns: usize) -> Result<Vec<u32>> {
        let (values, rest) = self.bytes(name, Dtype::U32, None)?.as_chunks::<4>();
        if !rest.is_empty() || !values.len().is_multiple_of(n_columns) {
            return Err(wrong(name));
        }
        Ok(values.iter().map(|&v| u32::from_le_bytes(v)).collect())
    }

    fn linear(&self, n_terms: usize, n_labels: usize) -> Result<LinearModel> {
        let weights = self.f32s("weights", &[n_terms, n_labels])?;
        let weights = shaped(n_terms, n_labels, weights)?;
        Ok(LinearModel::new(weights, Array1::from(self.f32s("bias", &[n_labels])?)))
    }

    fn kernel(&self, n_terms: usize, n_labels: usize, width: f64) -> Result<KernelModel> {
        let columns = self.u32s("columns", 1)?;
        let rises = columns.is_sorted_by(|a, b| a < b);
        let is_known = columns.last().is_none_or(|&last| (last as usize) < n_terms);
        if !(rises && is_known && width.is_finite() && width > 0.0) {
            return Err(wrong("columns"));
        }
        let view = self.0.tensor("vectors").map_err(|_| wrong("vectors is missing"))?;
        let n_vectors = *view.shape().first().ok_or_else(|| wrong("vectors"))?;
        let vectors = self.f32s("vectors", &[n_vectors, columns.len()])?;
        let vectors = shaped(n_vectors, columns.len(), vectors)?;
        let weights = shaped(n_vectors, n_labels, self.f64s("weights", &[n_vectors, n_labels])?)?;
        let rho = Array1::from(self.f64s("rho", &[n_labels])?);
        Ok(KernelModel::new(columns, vectors, weights, rho, width))
    }

    fn trees(&self, n_terms: usize, n_labels: usize) -> Result<TreeModel> {
        let links = self.u32s("links", 3)?;
        let (links, _) = links.as_chunks::<3>();
        let values = self.f64s("values", &[links.len()])?;
        let node = |(&[term, below, above], at): (&[u32; 3], f64)| {
            if [term, below, above] == [LEAF; 3] {
                Ok(Node::Leaf(at))
            } else if (term as usize) < n_terms {
                Ok(Node::Split { term, at, below, above })
            } else {
                Err(wrong("links"))
            }
        };
        let nodes = links.iter().zip(values).map(node).collect::<Result<Vec<Node>>>()?;
        let roots = self.u32s("roots", 2)?;
        let roots = roots.as_chunks::<2>().0.iter().map(|&[root, label]| (root, label)).collect();
        TreeModel::new(nodes, roots, n_labels).ok_or_else(|| wrong("trees"))
    }

    /// The terms of one block, in order and each once, and their idf.
    fn vocabulary(&self, block: usize) -> Result<(Vocabulary, Vec<f32>)> {
        let name = format!("terms.{block}");
        let text = self.bytes(&name, Dtype::U8, None)?;
        let text = std::str::from_utf8(text).map_err(|_| wrong(&name))?;
        let (ends, _) = self.bytes(&format!("ends.{block}"), Dtype::U32, None)?.as_chunks::<4>();
        let mut vocabulary = Vocabulary::default();
        let mut start = 0;
        for &end in ends {
            let end = u32::from_le_bytes(end) as usize;
            let term = text.get(start..end).ok_or_else(|| wrong(&name))?;
            vocabulary.intern(term);
            start = end;
        }
        if start != text.len() || vocabulary.len() != ends.len() {
            return Err(wrong(&name));
        }
        let idf = self.f32s(&format!("idf.{block}"), &[ends.len()])?;
        if idf.iter().any(|&idf| idf <= 0.0) {
            return Err(wrong("idf"));
        }
        Ok((vocabulary, idf))
    }
}

/// Loads a model.
///
/// # Errors
/// Where the file cannot be read or holds no usable model.
pub fn load(path: &Path) -> Result<Classifier> {
    from_bytes(&read(path)?).map_err(|error| error.in_file(path))
}

/// The bytes of a model file, of bounded size.
///
/// # Errors
/// Where it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let read = || {
        let found = fs::metadata(path).map_err(|e| Error::io("cannot open", e))?;
        if found.is_dir() {
            return Err(Error::model("this is a folder, not a model"));
        }
        let file = File::open(path).map_err(|e| Error::io("cannot open", e))?;
        let mut bytes = Vec::new();
        let mut take = |n: u64| match (&file).take(n).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes.starts_with(MAGIC)),
            Err(error) => Err(Error::io("cannot read", error)),
        };
        // A device tells no size and may be endless: look at the first bytes before the others.
        if take(MAGIC.len() as u64)? {
            take(MAX_MODEL_BYTES)?;
        }
        Ok(bytes)
    };
    read().map_err(|error| error.in_file(path))
}

/// Writes a model into a file begun with [`OutputFile::create`], and gives the file its name.
///
/// # Errors
/// Where it cannot be written; what stood there before then stays.
pub fn save(classifier: &Classifier, mut file: OutputFile) -> Result<()> {
    let bytes = to_bytes(classifier)?;
    file.write_all(&bytes).map_err(|e| Error::io("cannot write the model", e))?;
    file.commit()
}

/// A short name for exactly these bytes: the first 16 hexadecimal digits of their checksum.
pub fn fingerprint(bytes: &[u8]) -> String {
    let checksum = &bytes[bytes.len().saturating_sub(CHECKSUM_BYTES)..];
    checksum.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
