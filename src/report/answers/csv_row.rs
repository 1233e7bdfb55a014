//! An answer as one row of a table: the bytes that csv gives for it, by a shorter way.
//!
//! A cell is put into quotes where a comma, a quote or an end of line stands in it. Numbers have the
//! fewest digits that give them back, never with an exponent.

use std::collections::HashMap;
use std::fmt::Display;
use std::io::Write;

use memchr::{memchr, memchr3};

use super::{Answer, Probabilities};

/// Adds the row of the columns' names.
pub(super) fn write_header(names: &[String], has_unsure: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(b"article,paragraph,start,end,kind,labels");
    out.extend_from_slice(if has_unsure { b",unsure" } else { b"" });
    for name in names {
        out.push(b',');
        push_cell(&format!("p_{name}"), out);
    }
    out.extend_from_slice(b",text\n");
}

/// Adds the row of `answer`, its end included.
pub(super) fn write(answer: &Answer<'_>, names: &[String], out: &mut Vec<u8>) {
    push_cell(answer.article.unwrap_or_default(), out);
    push_number(Some(answer.paragraph), out);
    push_number(answer.spans.first().map(|span| span.start), out);
    push_number(answer.spans.last().map(|span| span.end), out);
    out.push(b',');
    push_cell(answer.kind.name(), out);
    out.push(b',');
    push_labels(answer.labels.as_deref().unwrap_or_default(), out);
    if let Some(unsure) = &answer.unsure {
        out.push(b',');
        push_labels(unsure, out);
    }
    push_probabilities(answer.probabilities.as_ref(), names, out);
    out.push(b',');
    push_cell(answer.text, out);
    out.push(b'\n');
}

fn push_labels(labels: &[&str], out: &mut Vec<u8>) {
    match labels {
        [] => {}
        [label] => push_cell(label, out),
        _ => push_cell(&labels.join("|"), out),
    }
}

/// One cell for each of `names`, in their order.
fn push_probabilities(given: Option<&Probabilities<'_>>, names: &[String], out: &mut Vec<u8>) {
    let Some(given) = given else { return names.iter().for_each(|_| out.push(b',')) };
    if given.chosen.is_none() && given.names == names {
        return given.pairs().for_each(|(_, p)| push_number(Some(p), out));
    }
    let by_name: HashMap<&str, f64> = given.pairs().collect();
    names.iter().for_each(|name| push_number(by_name.get(name.as_str()), out));
}

/// A comma, and behind it the number as Rust shows it, where there is one. (serde_json is faster, but
/// of two shortest numbers that are equally near it takes the other one.)
fn push_number(number: Option<impl Display>, out: &mut Vec<u8>) {
    out.push(b',');
    if let Some(number) = number {
        write!(out, "{number}").expect("a vector takes all that is written");
    }
}

fn push_cell(cell: &str, out: &mut Vec<u8>) {
    let mut rest = cell.as_bytes();
    if memchr3(b',', b'\n', b'\r', rest).or_else(|| memchr(b'"', rest)).is_none() {
        out.extend_from_slice(rest);
        return;
    }
    out.push(b'"');
    while let Some(quote) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        out.push(b'"');
        rest = &rest[quote + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Kind, Span};
    use crate::math::Generator;

    /// The slow twin: csv's own way.
    fn expected(cells: &[String]) -> String {
        let mut row = csv::Writer::from_writer(Vec::new());
        row.write_record(cells).unwrap();
        String::from_utf8(row.into_inner().unwrap()).unwrap()
    }

    #[test]
    fn any_row_is_written_as_csv_does_it() {
        let mut generator = Generator::new(3);
        let characters: Vec<char> = "ab \t|,\"\n\ré😀\0".chars().collect();
        for round in 0..2_000 {
            let mut text = |longest: usize| -> String {
                let length = generator.below(longest + 1);
                let n_characters = if round % 2 == 0 { 5 } else { characters.len() };
                (0..length).map(|_| characters[generator.below(n_characters)]).collect()
            };
            let (article, body) = (text(10), text(100));
            let names = [text(5) + "0", text(10) + "1"];
            let bits = [(); 2].map(|()| f64::from_bits(generator.next_u64()));
            let values = if round % 3 == 0 { bits } else { bits.map(|p| p.abs().fract()) };
            let top = (round % 5 == 0).then_some(1);
            let spans = [Span { start: round, end: 2 * round }, Span { start: 1, end: 9 }];
            let answer = Answer {
                article: (round % 7 > 0).then_some(&article),
                id: None,
                paragraph: round,
                kind: Kind::Record,
                spans: &spans[..round % 3],
                text: &body,
                labels: Some(vec![names[0].as_str(); round % 4]),
                unsure: (round % 2 > 0).then(|| vec![names[1].as_str(); round % 3]),
                probabilities: Some(Probabilities::new(&names, &values, top)),
                reasons: None,
            };
            let given = answer.probabilities.as_ref().unwrap();
            let shown =
                |place: usize| given.of(&names[place]).map(|p| p.to_string()).unwrap_or_default();
            let mut cells = vec![answer.article.unwrap_or_default().into(), round.to_string()];
            cells.push(answer.spans.first().map_or(String::new(), |span| span.start.to_string()));
            cells.push(answer.spans.last().map_or(String::new(), |span| span.end.to_string()));
            cells.push("record".into());
            cells.push(answer.labels.as_ref().unwrap().join("|"));
            cells.extend(answer.unsure.as_ref().map(|names| names.join("|")));
            cells.extend([shown(0), shown(1), body.clone()]);
            let mut row = Vec::new();
            write(&answer, &names, &mut row);
            assert_eq!(String::from_utf8(row).unwrap(), expected(&cells));
        }
    }

    #[test]
    fn the_header_names_the_labels() {
        let mut row = Vec::new();
        write_header(&["a,b".into(), "c".into()], true, &mut row);
        let shown = String::from_utf8(row).unwrap();
        assert_eq!(shown, "article,paragraph,start,end,kind,labels,unsure,\"p_a,b\",p_c,text\n");
    }
}
