//! Labelled data for training and evaluating: all files, in order, stopping at the first bad line.

use std::path::Path;

use super::{Input, LabelRule, RecordReader};
use crate::corpus::{LabelSet, LabelledCorpus, Record};
use crate::error::{Error, Result};

/// The records of several files.
#[derive(Debug, Default)]
pub struct LabelledData {
    /// The records, file by file.
    pub records: Vec<Record>,
    /// Each file's name, without folders, and how many records it gave.
    pub files: Vec<(String, usize)>,
}

/// Reads all of `inputs`. Labels outside `allowed` are an error, where that is given.
///
/// # Errors
/// At the first bad line, or where there is no record at all.
pub fn read_labelled(
    inputs: Vec<Result<Input>>,
    rule: LabelRule,
    allowed: Option<&LabelSet>,
) -> Result<LabelledData> {
    let mut data = LabelledData::default();
    for input in inputs {
        let input = input?;
        let before = data.records.len();
        let mut reader = RecordReader::open(&input, rule)?;
        while let Some(record) = reader.next() {
            let record = record?;
            let foreign = record
                .labels
                .iter()
                .flatten()
                .find(|label| allowed.is_some_and(|allowed| allowed.find(label).is_none()));
            if let Some(label) = foreign {
                let message = format!("the label {label:?} is not in the codebook");
                return Err(Error::data(message).at_line(reader.line()).in_file(&input.name));
            }
            data.records.push(record);
        }
        let name = Path::new(&input.name).file_name();
        let name =
            name.map_or_else(|| input.name.clone(), |name| name.to_string_lossy().into_owned());
        data.files.push((name, data.records.len() - before));
    }
    if data.records.is_empty() {
        let names: Vec<&str> = data.files.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Error::empty("no record in the data").in_file(names.join(", ")));
    }
    Ok(data)
}

impl LabelledData {
    /// Gathers the records under `labels`, or under those that occur.
    ///
    /// # Errors
    /// As [`LabelledCorpus::new`].
    pub fn into_corpus(self, labels: Option<LabelSet>) -> Result<LabelledCorpus> {
        LabelledCorpus::new(self.records, labels)
    }
}
