//! The lines of an article that are not blank.

/// A line, white space at its ends left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub text: &'a str,
    /// The byte of the article at which `text` begins.
    pub start: usize,
    /// The number of the run of lines without a blank line between them.
    pub block: usize,
    /// Characters of `text`.
    pub width: usize,
    /// Whether white space stood before `text`.
    pub indented: bool,
}

impl Line<'_> {
    /// The byte after the last.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Splits at LF, CR LF, CR, form feed and the Unicode separators of lines and paragraphs.
pub(super) fn split(article: &str) -> Vec<Line<'_>> {
    let is_break =
        |c: char| matches!(c, '\n' | '\r' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut lines = Vec::new();
    let (mut block, mut after_blank) = (0, false);
    let mut start = 0;
    for whole in article.split_inclusive(is_break) {
        let text = whole.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() {
            // The LF of a CR LF is no line of its own.
            after_blank |= !(whole == "\n" && article[..start].ends_with('\r'));
        } else {
            block += usize::from(after_blank && !lines.is_empty());
            after_blank = false;
            let lead = whole.find(text).unwrap_or(0);
            lines.push(Line {
                text,
                start: start + lead,
                block,
                width: text.chars().count(),
                indented: lead > 0 && start > 0,
            });
        }
        start += whole.len();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_part_blocks_and_every_line_knows_its_bytes() {
        let article = "\u{feff}one\r\ntwo\r\n \r\n  three\n";
        let lines = split(article);
        let seen: Vec<_> = lines.iter().map(|l| (l.text, l.block, l.indented)).collect();
        assert_eq!(seen, [("one", 0, false), ("two", 0, false), ("three", 1, true)]);
        assert!(lines.iter().all(|line| &article[line.start..line.end()] == line.text));
    }
}
