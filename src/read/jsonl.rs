//! One line of JSON to one record: `{"text": ..., "labels": [...], "id": ..., "article": ..., "source":
//! ..., "date": ...}`.
//! Other fields are passed over.

use serde::Deserialize;

use super::LabelRule;
use crate::corpus::{Record, check_label_name};
use crate::error::{Error, Result};

#[derive(Deserialize)]
struct LabelledLine {
    text: String,
    labels: Option<Vec<String>>,
    id: Option<Name>,
    article: Option<Name>,
    source: Option<Name>,
    date: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct TextLine {
    text: String,
    id: Option<Name>,
    article: Option<Name>,
}

/// Ids come as text or as numbers.
#[derive(Deserialize)]
#[serde(untagged, expecting = "wanted is text or a number")]
enum Name {
    Text(String),
    Number(serde_json::Number),
}

impl Name {
    fn into_string(self) -> String {
        match self {
            Name::Text(text) => text,
            Name::Number(number) => number.to_string(),
        }
    }
}

pub(super) fn parse(line: &str, rule: LabelRule) -> Result<Record> {
    if !line.starts_with('{') {
        return Err(Error::data("not a record: wanted is one JSON object per line"));
    }
    let (text, labels, id, article, source, date) = match rule {
        LabelRule::Ignored => {
            let line: TextLine = serde_json::from_str(line).map_err(json_error)?;
            (line.text, None, line.id, line.article, None, None)
        }
        LabelRule::Required | LabelRule::ExactlyOne => {
            let line: LabelledLine = serde_json::from_str(line).map_err(json_error)?;
            let labels = line
                .labels
                .ok_or_else(|| Error::data("no \"labels\": write [] for a text that has none"))?;
            labels.iter().try_for_each(|label| check_label_name(label))?;
            (line.text, Some(labels), line.id, line.article, line.source, line.date)
        }
    };
    Ok(Record {
        text,
        labels,
        id: id.map(Name::into_string),
        article: article.map(Name::into_string).filter(|article| !article.is_empty()),
        source: source.map(Name::into_string).filter(|source| !source.is_empty()),
        // Data may have dates in a form of their own; only a split by date asks for ours.
        date: date.and_then(|date| match date {
            serde_json::Value::String(date) => Some(date),
            serde_json::Value::Number(year) => Some(year.to_string()),
            _ => None,
        }),
    })
}

/// serde_json counts lines within what it is given, which is always one; only the column helps.
fn json_error(error: serde_json::Error) -> Error {
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or(&full);
    let form = if error.is_data() { "not a record" } else { "not valid JSON" };
    Error::data(format!("{form}: {what} (column {})", error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_serve_as_ids_and_null_as_none() {
        let record =
            parse(r#"{"text": "t", "id": 7, "article": null, "more": 1}"#, LabelRule::Ignored);
        let record = record.unwrap();
        assert_eq!((record.id.as_deref(), record.article), (Some("7"), None));
    }

    #[test]
    fn errors_say_what_is_wrong_and_where() {
        let message = |line| parse(line, LabelRule::Required).unwrap_err().to_string();
        assert_eq!(message("{"), "not valid JSON: EOF while parsing an object (column 1)");
        assert!(message(r#"{"labels": []}"#).starts_with("not a record: missing field `text`"));
        assert!(message(r#"{"text": "t"}"#).starts_with("no \"labels\""));
        assert_eq!(message(r#"{"text": "t", "labels": [""]}"#), "a label is empty");
    }
}
