//! An answer as one line of JSON: the bytes that serde_json gives for it, by a shorter way.
//!
//! Text is searched for characters to escape many bytes at a time and copied in runs; numbers are
//! serde_json's own. What is rare (reasons, control characters) is left to serde.

use memchr::memchr2_iter;
use serde::Serialize;

use super::Answer;
use crate::corpus::Span;

/// Adds the line of `answer`, its end included.
pub(super) fn write(answer: &Answer<'_>, out: &mut Vec<u8>) {
    let Answer { article, id, paragraph, kind, spans, text, .. } = *answer;
    out.extend_from_slice(b"{\"article\":");
    push_optional(article, out);
    out.extend_from_slice(b",\"id\":");
    push_optional(id, out);
    push_number(",\"paragraph\":", paragraph, out);
    out.extend_from_slice(b",\"kind\":");
    push_string(kind.name(), out);
    out.extend_from_slice(b",\"spans\":[");
    push_list(spans, out, |&Span { start, end }, out| {
        push_number("[", start, out);
        push_number(",", end, out);
        out.push(b']');
    });
    out.extend_from_slice(b"],\"text\":");
    push_string(text, out);
    push_labels(b",\"labels\":[", answer.labels.as_deref(), out);
    push_labels(b",\"unsure\":[", answer.unsure.as_deref(), out);
    if let Some(probabilities) = &answer.probabilities {
        out.extend_from_slice(b",\"probabilities\":{");
        push_list(probabilities.pairs(), out, |(name, p), out| {
            push_string(name, out);
            out.push(b':');
            push_serialized(&p, out);
        });
        out.push(b'}');
    }
    if let Some(reasons) = &answer.reasons {
        push_members(reasons, out);
    }
    out.extend_from_slice(b"}\n");
}

fn push_labels(opening: &[u8], names: Option<&[&str]>, out: &mut Vec<u8>) {
    if let Some(names) = names {
        out.extend_from_slice(opening);
        push_list(names, out, |name, out| push_string(name, out));
        out.push(b']');
    }
}

/// The items with commas between.
fn push_list<T>(
    items: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    push: impl Fn(T, &mut Vec<u8>),
) {
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        push(item, out);
    }
}

/// The members of what is an object, behind others.
fn push_members(object: &impl Serialize, out: &mut Vec<u8>) {
    let start = out.len();
    push_serialized(object, out);
    if out[start..] == *b"{}" {
        out.truncate(start);
    } else {
        out[start] = b',';
        out.pop();
    }
}

fn push_optional(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        Some(text) => push_string(text, out),
        None => out.extend_from_slice(b"null"),
    }
}

fn push_number(before: &str, number: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(before.as_bytes());
    push_serialized(&number, out);
}

fn push_serialized(value: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("a vector takes all, and keys are text");
}

/// A string, with its quotes. Control characters are rare in text, and left to serde_json.
fn push_string(text: &str, out: &mut Vec<u8>) {
    const SHORT: usize = 48;
    let bytes = text.as_bytes();
    if bytes.len() <= SHORT && !bytes.iter().any(|&byte| is_escaped(byte)) {
        // Names and ids, for which it does not pay to make ready for many bytes at a time.
        out.push(b'"');
        out.extend_from_slice(bytes);
        return out.push(b'"');
    }
    // Without an early way out the compiler compares many bytes at once.
    if bytes.iter().fold(false, |found, &byte| found | (byte < b' ')) {
        return push_serialized(&text, out);
    }
    out.push(b'"');
    let mut copied = 0;
    for at in memchr2_iter(b'"', b'\\', bytes) {
        out.extend_from_slice(&bytes[copied..at]);
        out.push(b'\\');
        copied = at;
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Kind;
    use crate::math::Generator;
    use crate::report::Probabilities;

    /// The slow twin: serde's own way.
    fn expected(answer: &Answer<'_>) -> String {
        serde_json::to_string(answer).unwrap() + "\n"
    }

    fn written(answer: &Answer<'_>) -> String {
        let mut line = Vec::new();
        write(answer, &mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn any_text_and_number_is_written_as_serde_json_does_it() {
        let mut generator = Generator::new(7);
        let characters: Vec<char> =
            (0..=0x80_u8).map(char::from).chain("é—😀\u{2028}".chars()).collect();
        for round in 0..2_000 {
            let mut text = |longest: usize| -> String {
                let length = generator.below(longest + 1);
                let plain = round % 2 == 0;
                let any = |n: usize| if plain && n < 120 { 'a' } else { characters[n] };
                (0..length).map(|_| any(generator.below(characters.len()))).collect()
            };
            let (article, id, body) = (text(40), text(3), text(200));
            let names = [text(5), text(40)];
            let bits = [(); 2].map(|()| f64::from_bits(generator.next_u64()));
            let values = if round % 3 == 0 { bits } else { bits.map(|p| p.abs().fract()) };
            let spans = [Span { start: round, end: round * 1_000 }, Span { start: 0, end: 9 }];
            let answer = Answer {
                article: (round % 5 > 0).then_some(&article),
                id: (round % 7 > 0).then_some(&id),
                paragraph: round,
                kind: if round % 2 == 0 { Kind::Record } else { Kind::Body },
                spans: &spans[..round % 3],
                text: &body,
                labels: (round % 11 > 0).then(|| vec![names[0].as_str(); round % 4]),
                unsure: (round % 2 > 0).then(|| vec![names[1].as_str(); round % 3]),
                probabilities: (round % 13 > 0)
                    .then(|| Probabilities::new(&names, &values, Some(round % 4))),
                reasons: None,
            };
            assert_eq!(written(&answer), expected(&answer));
        }
    }
}
