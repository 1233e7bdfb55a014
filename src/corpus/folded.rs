//! The text of a paragraph, and the way back into its article.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr3_iter};

use super::{Paragraph, Span};

impl Paragraph {
    /// Its text: the spans of `article` joined by one space, white space folded.
    pub fn text(&self, article: &str) -> FoldedText {
        let mut folded = FoldedText::default();
        for (part, span) in self.spans.iter().enumerate() {
            for word in span.slice(article).split_whitespace() {
                if !folded.text.is_empty() {
                    folded.text.push(' ');
                }
                let start = word.as_ptr() as usize - article.as_ptr() as usize;
                let place = Span { start, end: start + word.len() };
                folded.words.push(FoldedWord { start: folded.text.len(), place, part });
                folded.text.push_str(word);
            }
        }
        folded
    }
}

/// `text` with white space folded as in [`Paragraph::text`], for those who need no way back.
/// Borrowed where it is so already, as most records are.
///
/// ```
/// assert_eq!(leitmotif::corpus::fold(" The  oil\ntax"), "The oil tax");
/// ```
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    Cow::Owned(folded)
}

/// Whether words surely stand one space apart, with nothing around them and no other white space. Looks
/// at all neighbours without an early way out, so that the compiler takes many at once.
fn is_folded(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return true };
    let has_control = text.iter().fold(false, |found, &a| found | (a.wrapping_sub(9) < 5));
    let neighbours = text.iter().zip(&text[1..]);
    let has_gap = neighbours.fold(false, |found, (&a, &b)| found | ((a == b' ') & (b == b' ')));
    let is_plain = *first != b' ' && *last != b' ' && !has_control && !has_gap;
    is_plain && (text.is_ascii() || !has_wide_space(text))
}

/// Whether there is white space beyond ASCII: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028,
/// U+2029, U+202F, U+205F, U+3000.
fn has_wide_space(text: &[u8]) -> bool {
    let general = |rest: &[u8]| match rest {
        [0xe1, 0x9a, 0x80, ..] | [0xe2, 0x81, 0x9f, ..] | [0xe3, 0x80, 0x80, ..] => true,
        [0xe2, 0x80, last, ..] => matches!(last, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf),
        _ => false,
    };
    let latin = |rest: &[u8]| matches!(rest, [0xc2, 0x85 | 0xa0, ..]);
    memchr3_iter(0xe1, 0xe2, 0xe3, text).any(|at| general(&text[at..]))
        || memchr_iter(0xc2, text).any(|at| latin(&text[at..]))
}

/// A paragraph's text, white space folded, which knows where in the article its words stand.
///
/// ```
/// use leitmotif::corpus::{Kind, Paragraph, Span};
/// let article = "The  oil\ntax fell";
/// let spans = vec![Span { start: 0, end: article.len() }];
/// let text = Paragraph { kind: Kind::Body, spans }.text(article);
/// assert_eq!(text.as_str(), "The oil tax fell");
/// let places = text.in_article(Span { start: 4, end: 11 });
/// assert_eq!(places[0].slice(article), "oil\ntax");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoldedText {
    text: String,
    words: Vec<FoldedWord>,
}

/// A run of characters without white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FoldedWord {
    /// Where it begins in the folded text.
    start: usize,
    /// Where it stands in the article.
    place: Span,
    /// In which of the paragraph's spans.
    part: usize,
}

impl FoldedText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the bytes `span` of the text stand in the article: one span, or several where something
    /// else stands between.
    pub fn in_article(&self, span: Span) -> Vec<Span> {
        let first = self.words.partition_point(|word| word.end() <= span.start);
        let mut places: Vec<(usize, Span)> = Vec::new();
        for word in self.words[first..].iter().take_while(|word| word.start < span.end) {
            let start = word.place.start + span.start.max(word.start) - word.start;
            let end = word.place.start + span.end.min(word.end()) - word.start;
            match places.last_mut() {
                Some((part, place)) if *part == word.part => place.end = end,
                _ => places.push((word.part, Span { start, end })),
            }
        }
        places.into_iter().map(|(_, place)| place).collect()
    }
}

impl FoldedWord {
    fn end(&self) -> usize {
        self.start + self.place.end - self.place.start
    }
}

impl From<FoldedText> for String {
    fn from(folded: FoldedText) -> String {
        folded.text
    }
}

impl AsRef<str> for FoldedText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Kind;

    #[test]
    fn spans_are_joined_and_white_space_is_folded() {
        let article = "One\n  two. CAPTION three\u{a0}four.";
        let spans = vec![Span { start: 0, end: 10 }, Span { start: 19, end: article.len() }];
        let paragraph = Paragraph { kind: Kind::Body, spans };
        assert_eq!(paragraph.text(article).as_str(), "One two. three four.");
    }

    #[test]
    fn folding_without_a_way_back_gives_the_same_text() {
        let folded = |text: &str| {
            let spans = vec![Span { start: 0, end: text.len() }];
            String::from(Paragraph { kind: Kind::Record, spans }.text(text))
        };
        // Every character by itself, between words, and twice.
        for c in '\0'..=char::MAX {
            for text in [format!("{c}"), format!("a{c}b"), format!("—{c}{c}’")] {
                assert_eq!(fold(&text), folded(&text), "{c:?}");
            }
            assert_eq!(is_folded(format!("a{c}b").as_bytes()), !c.is_whitespace() || c == ' ');
        }
        for text in ["", " ", "a ", " a", "a b", "a  b", "a \u{a0}b", "it’s — so"] {
            assert_eq!(fold(text), folded(text), "{text:?}");
        }
        assert!(matches!(fold("It’s “so” — or not."), Cow::Borrowed(_)));
    }

    #[test]
    fn what_stands_on_both_sides_of_a_gap_has_a_span_for_each() {
        let article = "the oil CAPTION\n tax fell";
        let spans = vec![Span { start: 0, end: 7 }, Span { start: 16, end: article.len() }];
        let text = Paragraph { kind: Kind::Body, spans }.text(article);
        let slices = |start: usize, end: usize| -> Vec<&str> {
            let places = text.in_article(Span { start, end });
            places.into_iter().map(|place| place.slice(article)).collect()
        };
        assert_eq!(text.as_str(), "the oil tax fell");
        assert_eq!(slices(4, 11), ["oil", "tax"]);
        assert_eq!(slices(0, 6), ["the oi"]);
        assert!(slices(7, 8).is_empty());
    }
}
