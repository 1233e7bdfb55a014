//! Topics to bytes and back.
//!
//! The file is one of `container`: its header holds settings and what is known of the topics, texts that show them among
//! it; its arrays hold terms and numbers. What is checked of a classifier's file is checked of these.

use std::io::Write;
use std::path::Path;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::arrays_in::Arrays;
use super::arrays_out::{NamedArray, terms_of};
use super::container::{Container, read, wrong};
use crate::error::{Error, Result};
use crate::output::OutputFile;
use crate::pipeline::topics::{Digest, TopicSettings, Topics};
use crate::tokenize::Tokenizer;
use crate::topics::{ClustersLearned, ClustersModel, LdaModel, NmfLearned, NmfModel, TopicModel};
use crate::vectorize::TopicTerms;

const TOPICS: Container = Container {
    magic: b"LEITOPIC",
    versions: 1..=1,
    not_one: "no topics: make them with `leitmotif topics fit` (a classifier is used by other commands)",
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    settings: TopicSettings,
    digest: Digest,
    tokenizer: String,
    form: Form,
}

/// The form of the model, which says what arrays there are.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Form {
    Lda { beta: f64, log_likelihood: Option<f64> },
    Nmf { objective: f64, n_iterations: usize },
    Clusters { sharpness: f64 },
}

/// The bytes of topics; the mixtures of the texts that they were found in are not among them.
///
/// # Errors
/// Where the parts are larger than the format can hold.
pub fn to_bytes(topics: &Topics) -> Result<Vec<u8>> {
    let form = match &topics.model {
        TopicModel::Lda(model) => {
            Form::Lda { beta: model.beta, log_likelihood: model.log_likelihood_per_word }
        }
        TopicModel::Nmf(model, _) => {
            let NmfLearned { objective, n_iterations, .. } = *model.learned();
            Form::Nmf { objective, n_iterations }
        }
        TopicModel::Clusters(model) => Form::Clusters { sharpness: model.sharpness },
    };
    let header = Header {
        settings: topics.settings.clone(),
        digest: topics.digest.clone(),
        tokenizer: topics.tokenizer.json().to_string(),
        form,
    };
    let header = serde_json::to_vec(&header).map_err(|e| Error::model(e.to_string()))?;
    TOPICS.pack(&header, &arrays_of(topics)?)
}

fn arrays_of(topics: &Topics) -> Result<Vec<NamedArray>> {
    let values = |name: &str, values: &[f32]| {
        NamedArray::of_f32(name, vec![values.len()], values.iter().copied())
    };
    let matrix = |name: &str, matrix: &Array2<f32>| {
        NamedArray::of_f32(name, matrix.shape().to_vec(), matrix.iter().copied())
    };
    let mut arrays = vec![
        values("shares", topics.model.shares()),
        values("term_counts", &topics.term_counts),
        matrix("weights", topics.model.weights()),
    ];
    match &topics.model {
        TopicModel::Lda(model) => {
            let alpha = model.alpha.iter().copied();
            arrays.push(NamedArray::of_f64("alpha", vec![model.alpha.len()], alpha));
            arrays.push(matrix("probabilities", &model.probabilities));
        }
        TopicModel::Nmf(model, _) => {
            arrays.extend([
                values("idf", &model.learned().idf),
                matrix("parts", &model.learned().parts),
            ]);
        }
        TopicModel::Clusters(model) => arrays.extend([
            values("idf", model.idf()),
            matrix("probabilities", &model.probabilities),
            matrix("term_vectors", &model.term_vectors),
            matrix("centres", &model.centres),
        ]),
    }
    arrays.extend(terms_of("topics", topics.terms.vocabulary())?);
    Ok(arrays)
}

/// The topics that `bytes` hold.
///
/// # Errors
/// Where they are no topics, of another version, damaged, or do not fit together.
pub fn from_bytes(bytes: &[u8]) -> Result<Topics> {
    let (_, header, arrays) = TOPICS.unpack(bytes, true)?;
    let Header { settings, digest, tokenizer, form } =
        serde_json::from_slice(header).map_err(|e| wrong(&format!("header: {e}")))?;
    settings.check().map_err(|e| wrong(&e.to_string()))?;
    let arrays = Arrays(arrays);
    let vocabulary = arrays.terms("topics")?;
    let (n_topics, n_terms) = (digest.topics.len(), vocabulary.len());
    let fits = digest.themes.iter().all(|theme| theme.by_topic.len() == n_topics)
        && digest
            .topics
            .iter()
            .all(|topic| [0, digest.months.len()].contains(&topic.over_time.len()));
    if n_topics == 0 || n_terms == 0 || !fits || !vocabulary.has_each_once() {
        return Err(wrong("topics"));
    }
    let term_counts = not_negative(arrays.f32s("term_counts", &[n_terms])?, "term_counts")?;
    Ok(Topics {
        tokenizer: Tokenizer::from_json(&tokenizer)?,
        terms: TopicTerms::from_parts(settings.terms.clone(), vocabulary),
        term_counts,
        model: model(&arrays, form, n_topics, n_terms)?,
        settings,
        digest,
    })
}

fn model(arrays: &Arrays<'_>, form: Form, n_topics: usize, n_terms: usize) -> Result<TopicModel> {
    let shares = not_negative(arrays.f32s("shares", &[n_topics])?, "shares")?;
    let matrix = |name: &str, n_rows, n_columns| -> Result<Array2<f32>> {
        let matrix = arrays.matrix(name, n_rows, n_columns)?;
        if matrix.iter().any(|&value| value < 0.0) { Err(wrong(name)) } else { Ok(matrix) }
    };
    let weights = matrix("weights", n_topics, n_terms)?;
    let mixtures = Array2::zeros((0, n_topics));
    let idf = || not_negative(arrays.f32s("idf", &[n_terms])?, "idf");
    Ok(match form {
        Form::Lda { beta, log_likelihood } => {
            let alpha = arrays.f64s("alpha", &[n_topics])?;
            if !(beta > 0.0 && alpha.iter().all(|&alpha| alpha > 0.0)) {
                return Err(wrong("alpha"));
            }
            let log_likelihood_per_word = log_likelihood;
            let probabilities = matrix("probabilities", n_topics, n_terms)?;
            LdaModel {
                weights,
                probabilities,
                alpha,
                beta,
                mixtures,
                shares,
                log_likelihood_per_word,
            }
            .into()
        }
        Form::Nmf { objective, n_iterations } => {
            let (parts, idf) = (matrix("parts", n_topics, n_terms)?, idf()?);
            if idf.contains(&0.0) {
                return Err(wrong("idf"));
            }
            let learned =
                NmfLearned { weights, parts, idf, mixtures, shares, objective, n_iterations };
            NmfModel::from_learned(learned).map_err(|e| wrong(&e.to_string()))?.into()
        }
        Form::Clusters { sharpness } => {
            let n_dimensions = arrays.n_columns("centres")?;
            let learned = ClustersLearned {
                weights,
                probabilities: matrix("probabilities", n_topics, n_terms)?,
                mixtures,
                shares,
                term_vectors: arrays.matrix("term_vectors", n_terms, n_dimensions)?,
                centres: arrays.matrix("centres", n_topics, n_dimensions)?,
                sharpness,
                idf: idf()?,
            };
            ClustersModel::from_learned(learned).map_err(|e| wrong(&e.to_string()))?.into()
        }
    })
}

fn not_negative(values: Vec<f32>, name: &str) -> Result<Vec<f32>> {
    if values.iter().any(|&value| value < 0.0) { Err(wrong(name)) } else { Ok(values) }
}

/// Loads topics.
///
/// # Errors
/// Where the file cannot be read or holds no usable topics.
pub fn load(path: &Path) -> Result<Topics> {
    from_bytes(&read(path)?).map_err(|error| error.in_file(path))
}

/// Writes topics into a file begun with [`OutputFile::create`], and gives the file its name.
///
/// # Errors
/// Where it cannot be written; what stood there before then stays.
pub fn save(topics: &Topics, mut file: OutputFile) -> Result<()> {
    let bytes = to_bytes(topics)?;
    file.write_all(&bytes).map_err(|e| Error::io("cannot write the topics", e))?;
    file.commit()
}
