//! One line of JSON to one record: `{"text": ..., "labels": [...], "id": ..., "article": ..., "source":
//! ..., "date": ...}`.
//! Other fields are passed over.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr2;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, de};

use super::{LabelRule, TextRecord};
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

#[derive(Deserialize)]
struct DatedLine {
    text: String,
    id: Option<Name>,
    article: Option<Name>,
    date: Option<serde_json::Value>,
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

/// A line of which all that is wanted can be had without copying it.
#[derive(Deserialize)]
struct PlainLine<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    id: Option<PlainName<'a>>,
    #[serde(borrow)]
    article: Option<PlainName<'a>>,
}

/// As [`Name`], which serde would copy first.
struct PlainName<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for PlainName<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor).map(PlainName)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a number")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }
}

/// What classifying needs of a line, borrowed from it where it stands there as it is. Whatever is
/// not plain (an error, an id of another kind) is left to [`parse`], so that both say the same.
pub(super) fn parse_text(line: &str) -> Result<TextRecord<'_>> {
    if let Some(record) = plain_record(line) {
        return Ok(record);
    }
    if line.starts_with('{')
        && let Ok(PlainLine { text, id, article }) = serde_json::from_str(line)
    {
        let article = article.map(|name: PlainName| name.0).filter(|name| !name.is_empty());
        return Ok(TextRecord { text, id: id.map(|name: PlainName| name.0), article });
    }
    parse(line, LabelRule::Ignored).map(TextRecord::from)
}

/// The record of a line that has members of strings alone, and no escapes in them: most lines, three
/// times as fast as serde_json. `None` for all others, good or bad.
fn plain_record(line: &str) -> Option<TextRecord<'_>> {
    let (mut text, mut id, mut article) = (None, None, None);
    let mut rest = line.strip_prefix('{')?;
    loop {
        let (key, behind) = plain_string(rest)?;
        let (value, behind) = plain_string(after_space(behind).strip_prefix(':')?)?;
        let member = match key {
            "text" => &mut text,
            "id" => &mut id,
            "article" => &mut article,
            _ => &mut None,
        };
        if member.replace(value).is_some() {
            return None;
        }
        let behind = after_space(behind);
        match behind.strip_prefix(',') {
            Some(more) => rest = more,
            None if behind == "}" => break,
            None => return None,
        }
    }
    let (id, article) = (id.map(Cow::Borrowed), article.filter(|article| !article.is_empty()));
    Some(TextRecord { text: text?.into(), id, article: article.map(Cow::Borrowed) })
}

/// A string without escapes and what stands behind it.
fn plain_string(line: &str) -> Option<(&str, &str)> {
    let line = after_space(line).strip_prefix('"')?;
    let end = memchr2(b'"', b'\\', line.as_bytes())?;
    let (text, behind) = (&line[..end], line[end..].strip_prefix('"')?);
    let has_control = text.bytes().fold(false, |found, byte| found | (byte < b' '));
    (!has_control).then_some((text, behind))
}

fn after_space(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '\n', '\r'])
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
        LabelRule::Dated => {
            let line: DatedLine = serde_json::from_str(line).map_err(json_error)?;
            (line.text, None, line.id, line.article, None, line.date)
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
    fn plain_lines_say_what_serde_makes_of_them() {
        let mut generator = crate::math::Generator::new(2);
        let parts = [
            "{",
            "}",
            ",",
            ":",
            "\"text\"",
            "\"id\"",
            "\"article\"",
            "\"x\"",
            "\"\"",
            "\"caf\u{e9}\"",
            " ",
            "\t",
            "\r",
            "\u{a0}",
            "\u{b}",
            "\"\\\"\"",
            "\"\u{1}\"",
            "7",
            "\"",
        ];
        let mut n_plain = 0;
        for round in 0..20_000 {
            let mut line = "{\"id\": \"a\", \"article\": \"\", \"text\" :\"caf\u{e9}\",\"x\":\"\"}"
                .to_string();
            for _ in 0..round % 4 {
                let places: Vec<usize> = line.char_indices().map(|(place, _)| place).collect();
                let place = places[generator.below(places.len())];
                let part = parts[generator.below(parts.len())];
                let n_removed = generator.below(3).min(line[place..].len());
                if generator.below(2) == 0 {
                    line.insert_str(place, part);
                } else if line.is_char_boundary(place + n_removed) && place + n_removed > 0 {
                    line.replace_range(place..place + n_removed, part);
                }
            }
            if let Some(found) = plain_record(&line) {
                n_plain += 1;
                let expected = parse(&line, LabelRule::Ignored).map(TextRecord::from);
                assert_eq!(found, expected.unwrap(), "{line}");
            }
        }
        assert!(n_plain > 5_000, "{n_plain}");
    }

    #[test]
    fn borrowed_and_copied_lines_say_the_same() {
        let names = ["null", "7", "-7", "-0", "1.50", "1e3", "18446744073709551616", "1e999"];
        let others =
            [r#""""#, r#""a""#, r#""\u0061\n""#, "true", "[1, [2]]", "{\"a\": 1}", r#""\ud800""#];
        let texts =
            [r#""t""#, r#""\"t\" \ud83d\ude00""#, "\"caf\u{e9}\"", "7", "null", "\"\u{1}\""];
        for name in names.into_iter().chain(others) {
            for text in texts {
                let line = format!(
                    "{{\"id\": {name}, \"x\": [{{}}], \"text\": {text}, \"article\": {name}}}"
                );
                for end in ["", "}", " x", ", \"text\": \"again\"}"] {
                    let line = line.clone() + end;
                    let copied = parse(&line, LabelRule::Ignored).map(TextRecord::from);
                    let told = |found: Result<TextRecord<'_>>| match found {
                        Ok(record) => format!("{record:?}"),
                        Err(error) => error.to_string(),
                    };
                    assert_eq!(told(parse_text(&line)), told(copied), "{line}");
                }
            }
        }
    }

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
