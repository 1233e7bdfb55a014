//! A classifier to bytes and back; what [`topics`] are saved as stands beside it.
//!
//! The file is one of `container`, whose header holds settings and names and whose arrays hold numbers and
//! terms. Loading checks the checksum over every byte first, then every length, shape and value;
//! nothing in a file can make it run code or ask for more memory than a few times the file's size.
//! The same classifier gives the same bytes. A change of the format gets a new version and a frozen
//! sample in `tests/fixtures`.

mod arrays_in;
mod arrays_out;
mod container;
pub mod topics;

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use container::{fingerprint, read};

use arrays_in::Arrays;
use arrays_out::arrays_of;
use container::{Container, wrong};

use crate::classify::{Calibration, Model, Sigmoid};
use crate::corpus::LabelSet;
use crate::error::{Error, Result};
use crate::output::OutputFile;
use crate::pipeline::classifier::QuickWay;
use crate::pipeline::{Classifier, Learned, Origin, Task};
use crate::tokenize::Tokenizer;
use crate::vectorize::Vectorizer;

/// Version 2 brought models that are not linear, version 3 goals and blends of weighted members among the settings, version 4
/// what was learned from and unsure decisions.
const CLASSIFIER: Container = Container {
    magic: b"LEITMOTF",
    versions: 1..=4,
    not_one: "not a leitmotif model: make one with `leitmotif train` (topics have commands of their own: `leitmotif topics`)",
};
/// The first version that knows the texts again that it learned from.
const FIRST_WITH_LEARNED: u32 = 4;
/// What stands in a leaf where a split names a term and two nodes.
const LEAF: u32 = u32::MAX;
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
    let header = serde_json::to_vec(&header).map_err(|e| Error::model(e.to_string()))?;
    CLASSIFIER.pack(&header, &arrays_of(classifier)?)
}

/// The classifier that `bytes` hold.
///
/// # Errors
/// Where they are no model, of another version, damaged, or do not fit together.
pub fn from_bytes(bytes: &[u8]) -> Result<Classifier> {
    let classifier = open(bytes, true)?;
    // The quick way holds no term twice; where there is none, the vocabularies tell.
    let has_each_once =
        || classifier.vectorizer.parts().all(|(vocabulary, _)| vocabulary.has_each_once());
    if classifier.has_quick_way() || has_each_once() { Ok(classifier) } else { Err(wrong("terms")) }
}

/// The same for bytes that are part of this program: without a look at the checksum, or whether a term stands twice.
pub(crate) fn from_own_bytes(bytes: &[u8]) -> Result<Classifier> {
    open(bytes, false)
}

fn open(bytes: &[u8], is_checked: bool) -> Result<Classifier> {
    let (version, header, arrays) = CLASSIFIER.unpack(bytes, is_checked)?;
    let header: Header =
        serde_json::from_slice(header).map_err(|e| wrong(&format!("header: {e}")))?;
    assemble(header, &Arrays(arrays), version)
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

/// Writes a model into a file begun with [`OutputFile::create`], and gives the file its name.
///
/// # Errors
/// Where it cannot be written; what stood there before then stays.
pub fn save(classifier: &Classifier, mut file: OutputFile) -> Result<()> {
    let bytes = to_bytes(classifier)?;
    file.write_all(&bytes).map_err(|e| Error::io("cannot write the model", e))?;
    file.commit()
}
