//! The text of a paragraph, and the way back into its article.

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
