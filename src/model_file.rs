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

mod arrays_in;
mod arrays_out;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use rayon::prelude::*;
use safetensors::tensor::{SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use arrays_in::Arrays;
use arrays_out::arrays_of;

use crate::classify::{Calibration, Model, Sigmoid};
use crate::corpus::LabelSet;
use crate::error::{Error, Result};
use crate::output::OutputFile;
use crate::pipeline::classifier::QuickWay;
use crate::pipeline::{Classifier, Learned, Origin, Task};
use crate::tokenize::Tokenizer;
use crate::vectorize::Vectorizer;

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
/// What stands in a leaf where a split names a term and two nodes.
const LEAF: u32 = u32::MAX;
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

/// The classifier that `bytes` hold.
///
/// # Errors
/// Where they are no model, of another version, damaged, or do not fit together.
pub fn from_bytes(bytes: &[u8]) -> Result<Classifier> {
    let is_whole = |content: &[u8], checksum: &[u8]| blake3::hash(content).as_bytes() == checksum;
    let classifier = from_bytes_if(bytes, is_whole)?;
    // The quick way holds no term twice; where there is none, the vocabularies tell.
    let has_each_once =
        || classifier.vectorizer.parts().all(|(vocabulary, _)| vocabulary.has_each_once());
    if classifier.has_quick_way() || has_each_once() { Ok(classifier) } else { Err(wrong("terms")) }
}

/// The same for bytes that are part of this program: without a look at the checksum, or whether a term stands twice.
pub(crate) fn from_own_bytes(bytes: &[u8]) -> Result<Classifier> {
    from_bytes_if(bytes, |_, _| true)
}

fn from_bytes_if(bytes: &[u8], is_whole: impl Fn(&[u8], &[u8]) -> bool) -> Result<Classifier> {
    if !bytes.starts_with(MAGIC) {
        return Err(Error::model("not a leitmotif model: make one with `leitmotif train`"));
    }
    let damaged = || Error::model("the model is damaged or cut off: copy it anew, or train again");
    if bytes.len() < HEADER_AT + CHECKSUM_BYTES {
        return Err(damaged());
    }
    let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    let version = read_u32(&content[8..12]);
    let is_whole = is_whole(content, checksum);
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
    // The large parts, side by side.
    let blocks = (0..n_blocks).into_par_iter().map(|block| arrays.vocabulary(block));
    let n_terms = arrays.n_terms(n_blocks)?;
    let model = || -> Result<Model> {
        Ok(match header.form {
            Form::Linear => arrays.linear(n_terms, n_labels)?.into(),
            Form::Kernel { width } => arrays.kernel(n_terms, n_labels, width)?.into(),
            Form::Trees => arrays.trees(n_terms, n_labels)?.into(),
        })
    };
    let (parts, model) = rayon::join(|| blocks.collect::<Result<Vec<_>>>(), model);
    let (vectorizer, model) =
        (Vectorizer::from_parts(origin.params.vectorizer.clone(), parts?), model?);
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
        quick: QuickWay::default(),
    })
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
