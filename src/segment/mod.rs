//! An article's text to its paragraphs, each with its kind and the bytes it stands on.
//!
//! * `lines`: the lines that are not blank, and which of them stand together;
//! * `layout`: is a line a paragraph, or is the text hard-wrapped into columns;
//! * `unwrap`: hard-wrapped lines to paragraphs, from line lengths and punctuation;
//! * `insets`: what a column of text is interrupted by: captions and pull quotes;
//! * `kinds`: titles, bylines, datelines, captions, boilerplate, by their words and their place;
//! * `repeats`: near repeats of earlier paragraphs, and words set apart to catch the eye;
//! * `text`: what a line says at its ends.
//!
//! Every line that is not blank belongs to exactly one paragraph. Nothing is changed or dropped:
//! a paragraph is spans of the original.

mod insets;
mod kinds;
mod layout;
mod lines;
mod repeats;
mod text;
mod unwrap;

use crate::corpus::{Kind, Paragraph, Span};
use lines::Line;

/// The paragraphs of an article, in the order in which they begin.
///
/// ```
/// use leitmotif::corpus::Kind;
/// use leitmotif::segment::segment;
/// let article = "Town falls\n\nBy A. Writer\n\nThe town fell on Monday, officials said, after a long \
///                siege that had emptied its streets.\n";
/// let paragraphs = segment(article);
/// let kinds: Vec<Kind> = paragraphs.iter().map(|p| p.kind).collect();
/// assert_eq!(kinds, [Kind::Title, Kind::Byline, Kind::Body]);
/// assert_eq!(paragraphs[0].text(article).as_str(), "Town falls");
/// ```
pub fn segment(article: &str) -> Vec<Paragraph> {
    let lines = lines::split(article);
    let mut drafts = match layout::column(&lines) {
        Some(column) => unwrap::paragraphs(&lines, &column),
        None => layout::line_paragraphs(&lines),
    };
    drafts.sort_by_key(|draft| draft.lines.first().copied());
    let texts: Vec<String> = drafts.iter().map(|draft| draft.text(&lines)).collect();
    let mut kinds = kinds::assign(&drafts, &texts);
    repeats::mark(&texts, &mut kinds);
    let paragraphs = drafts.iter().zip(kinds);
    paragraphs.map(|(draft, kind)| Paragraph { kind, spans: draft.spans(&lines) }).collect()
}

/// A paragraph in the making: the numbers of its lines, and its kind where the layout tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Draft {
    lines: Vec<usize>,
    kind: Option<Kind>,
}

impl Draft {
    fn new(lines: Vec<usize>, kind: Option<Kind>) -> Self {
        Draft { lines, kind }
    }

    /// Its lines joined by spaces.
    fn text(&self, lines: &[Line<'_>]) -> String {
        let pieces: Vec<&str> = self.lines.iter().map(|&line| lines[line].text).collect();
        pieces.join(" ")
    }

    /// One span for each run of neighbouring lines.
    fn spans(&self, lines: &[Line<'_>]) -> Vec<Span> {
        let runs = self.lines.chunk_by(|a, b| a + 1 == *b);
        runs.map(|run| Span { start: lines[run[0]].start, end: lines[run[run.len() - 1]].end() })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_belongs_to_exactly_one_paragraph(
            text in "([A-Za-z.,“”:0-9-]{1,9}[ \n]{1,3}){0,120}"
        ) {
            let mut covered = vec![false; text.len()];
            for span in segment(&text).iter().flat_map(|paragraph| &paragraph.spans) {
                for byte in &mut covered[span.start..span.end] {
                    prop_assert!(!*byte, "a byte in two paragraphs");
                    *byte = true;
                }
            }
            for (byte, c) in text.bytes().enumerate() {
                prop_assert!(covered[byte] || c.is_ascii_whitespace(), "byte {} is lost", byte);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            for paragraph in segment(&text) {
                paragraph.text(&text);
            }
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(segment("").is_empty());
        assert!(segment(" \n\u{feff}\r\n\u{a0}\n").is_empty());
    }
}
