//! Is a line a paragraph, or is the text hard-wrapped into a column?

use super::Draft;
use super::lines::Line;
use super::text::{begins_inside, ends_open, ends_sentence};

/// A hard-wrapped column of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    /// Characters of a full line.
    pub width: usize,
    /// Characters of the median line that is broken within a sentence.
    pub median: usize,
}

/// A line more than so much wider than the median is no single line of the column: it was joined
/// from two when a hyphen was taken out, or is no part of the column.
const WIDER: f64 = 1.35;

/// The column, where lines are broken within sentences: such breaks must be a third of all breaks
/// between lines that stand together, and after two of them at least, and a quarter, a small letter
/// follows (else they are the lines of a list).
pub(super) fn column(lines: &[Line<'_>]) -> Option<Column> {
    let breaks: Vec<(&Line<'_>, &Line<'_>)> = lines
        .windows(2)
        .map(|pair| (&pair[0], &pair[1]))
        .filter(|(a, b)| a.block == b.block)
        .collect();
    let inside: Vec<_> = breaks.iter().filter(|(a, _)| !ends_sentence(a.text)).collect();
    let n_small = inside.iter().filter(|(_, b)| begins_inside(b.text)).count();
    if n_small < 2 || inside.len() * 3 < breaks.len() || n_small * 4 < inside.len() {
        return None;
    }
    let mut widths: Vec<usize> = inside.iter().map(|(a, _)| a.width).collect();
    widths.sort_unstable();
    let median = widths[widths.len() / 2];
    let most = (median as f64 * WIDER) as usize;
    let all = breaks.iter().map(|(a, _)| a.width).filter(|&width| width <= most);
    let width = all.max().unwrap_or(median);
    Some(Column { width, median })
}

/// Paragraphs of a text that is not wrapped: each line is one, but a line that is plainly broken off
/// takes in what follows it.
pub(super) fn line_paragraphs(lines: &[Line<'_>]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let goes_on = number.checked_sub(1).map(|before| &lines[before]).is_some_and(|before| {
            let neighbours = before.block == line.block;
            let broken = !ends_sentence(before.text) && begins_inside(line.text);
            broken && (neighbours || ends_open(before.text))
        });
        match drafts.last_mut() {
            Some(draft) if goes_on => draft.lines.push(number),
            _ => drafts.push(Draft::new(vec![number], None)),
        }
    }
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::lines::split;

    #[test]
    fn a_line_is_a_paragraph_unless_it_is_broken_off() {
        let article =
            "One sentence here.\nAnother one\nwith a tail.\n\nA title\n\nlower but apart.";
        let lines = split(article);
        assert_eq!(column(&lines), None);
        let drafts: Vec<Vec<usize>> =
            line_paragraphs(&lines).into_iter().map(|d| d.lines).collect();
        assert_eq!(drafts, [vec![0], vec![1, 2], vec![3], vec![4]]);
    }

    #[test]
    fn a_column_is_as_wide_as_its_fullest_line() {
        let article = "the quick brown fox\njumps over a dog and\nthen it sleeps for an\nhour or so, until it\n\
                       wakes again to jump\nover the dog. That\nis all there is.";
        let column = column(&split(article)).unwrap();
        assert_eq!(column.width, 21);
    }

    #[test]
    fn a_list_is_no_column() {
        let article = "Baghdad\nMosul\nErbil\nTikrit\nKirkuk\nBasra\nRamadi\nFallujah";
        assert_eq!(column(&split(article)), None);
    }
}
