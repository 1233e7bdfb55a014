//! One fastText line to one record: labels first, each behind `__label__`, then the text.

use super::TextRecord;
use crate::corpus::{Record, check_label_name};
use crate::error::Result;

const PREFIX: &str = "__label__";

pub(super) fn parse(line: &str) -> Result<Record> {
    let (labels, text) = labels_and_text(line)?;
    let labels = labels.into_iter().map(str::to_string).collect();
    Ok(Record { text: text.to_string(), labels: Some(labels), ..Record::default() })
}

/// The same without the labels, which are checked all the same.
pub(super) fn parse_text(line: &str) -> Result<TextRecord<'_>> {
    let (_, text) = labels_and_text(line)?;
    Ok(TextRecord { text: text.into(), ..TextRecord::default() })
}

fn labels_and_text(line: &str) -> Result<(Vec<&str>, &str)> {
    let mut labels = Vec::new();
    let mut rest = line.trim_start();
    while let Some(behind) = rest.strip_prefix(PREFIX) {
        let end = behind.find(char::is_whitespace).unwrap_or(behind.len());
        if end > 0 {
            check_label_name(&behind[..end])?;
            labels.push(&behind[..end]);
        }
        rest = behind[end..].trim_start();
    }
    Ok((labels, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_labels_alone_has_an_empty_text() {
        let record = parse("__label__a  __label__b").unwrap();
        assert_eq!(record.text, "");
        assert_eq!(record.labels.unwrap(), ["a", "b"]);
    }
}
