//! What stands in a column of text and is no part of its flow: captions, pull quotes, headings.
//!
//! Enters: the lines of a wrapped text. Leaves: the flow, and the insets taken out of it, so that a
//! sentence that was interrupted goes on. An inset begins a block and differs from the column: it
//! is much wider (a caption set across the page), much narrower (words set apart to catch the eye,
//! with who said them), or it stands complete between the two halves of a broken sentence.

use std::collections::HashMap;

use super::Draft;
use super::layout::Column;
use super::lines::Line;
use super::text::{
    begins_inside, begins_quote, ends_open, ends_sentence, hash_of_run, plain_words,
};
use crate::corpus::Kind;

/// A part of a wrapped text.
pub(super) enum Piece {
    /// Taken out of the flow.
    Inset(Draft),
    /// All that flows, in order.
    Flow(Vec<usize>),
}

/// How many lines an inset may have.
const MOST_LINES: usize = 12;

/// Parts the lines from number `head` on.
pub(super) fn pieces(lines: &[Line<'_>], head: usize, column: &Column) -> Vec<Piece> {
    let runs = count_runs(lines.iter().map(|line| line.text));
    let mut finder = Finder { lines, column, flow: Vec::new(), insets: Vec::new(), runs };
    let numbers: Vec<usize> = (head..lines.len()).collect();
    for block in numbers.chunk_by(|&a, &b| lines[a].block == lines[b].block) {
        finder.block(block);
    }
    let insets = finder.insets.into_iter().map(Piece::Inset);
    insets.chain([Piece::Flow(finder.flow)]).collect()
}

struct Finder<'a> {
    lines: &'a [Line<'a>],
    column: &'a Column,
    flow: Vec<usize>,
    insets: Vec<Draft>,
    /// How often each run of three words stands in the article.
    runs: HashMap<u64, usize>,
}

/// Counts the runs of three words of lines that follow each other, by their hashes.
fn count_runs<'a>(lines: impl Iterator<Item = &'a str>) -> HashMap<u64, usize> {
    let words: Vec<u64> = lines.flat_map(plain_words).collect();
    let mut runs = HashMap::new();
    for run in words.windows(3) {
        *runs.entry(hash_of_run(run)).or_insert(0) += 1;
    }
    runs
}

impl Finder<'_> {
    fn block(&mut self, block: &[usize]) {
        let n_taken = self.belongs_to_pull_quote(block);
        if n_taken > 0 {
            let quote = self.insets.last_mut().expect("it was just looked at");
            quote.lines.extend(&block[..n_taken]);
        }
        let rest = &block[n_taken..];
        let (n_inset, kind) = self.inset(rest);
        if n_inset > 0 {
            self.insets.push(Draft::new(rest[..n_inset].to_vec(), kind));
        }
        self.flow.extend(&rest[n_inset..]);
    }

    fn text(&self, number: usize) -> &str {
        self.lines[number].text
    }

    /// Whether the flow so far is broken off within a sentence.
    fn is_broken(&self) -> bool {
        self.flow.last().is_some_and(|&last| !ends_sentence(self.text(last)))
    }

    fn is_narrow(&self, number: usize) -> bool {
        self.lines[number].width * 4 <= self.column.median * 3
    }

    /// So many lines of `block` belong to the pull quote just found: a closing mark that stands
    /// alone, or the name of who said it.
    fn belongs_to_pull_quote(&self, block: &[usize]) -> usize {
        let Some(quote) = self.insets.last().filter(|draft| draft.kind == Some(Kind::Pullquote))
        else {
            return 0;
        };
        if quote.lines.last().map(|last| last + 1) != block.first().copied() {
            return 0;
        }
        if block.iter().all(|&line| !self.text(line).contains(char::is_alphanumeric)) {
            return block.len();
        }
        let n_narrow = block.iter().take_while(|&&line| self.is_attribution(line)).count();
        let follows = block.get(n_narrow).map(|&line| self.text(line));
        let is_complete = follows.is_none_or(|text| begins_quote(text) || !begins_inside(text));
        let begins_new = block.first().is_some_and(|&line| !begins_inside(self.text(line)));
        if n_narrow <= 4 && is_complete && begins_new { n_narrow } else { 0 }
    }

    fn is_attribution(&self, number: usize) -> bool {
        let text = self.text(number);
        self.is_narrow(number) && !ends_sentence(text) && !begins_quote(text)
    }

    /// How many lines at the start of `block` are an inset, and of which kind.
    fn inset(&self, block: &[usize]) -> (usize, Option<Kind>) {
        let Some(&first) = block.first() else { return (0, None) };
        if begins_inside(self.text(first)) {
            return (0, None);
        }
        let caption = self.wide_caption(block).or_else(|| self.interrupting_caption(block));
        if let Some(n) = caption {
            return (n, Some(Kind::Caption));
        }
        if let Some(n) = self.pull_quote(block) {
            return (n, Some(Kind::Pullquote));
        }
        if self.is_heading(block) { (block.len(), None) } else { (0, None) }
    }

    /// Lines far wider than the column, up to the end of a sentence. Where the flow is whole, a line
    /// of up to two columns may as well be two that were joined.
    fn wide_caption(&self, block: &[usize]) -> Option<usize> {
        let times_wide = if self.is_broken() { 1.3 } else { 2.2 };
        let is_wide =
            |&&line: &&usize| self.lines[line].width as f64 > times_wide * self.column.width as f64;
        let n_wide = block.iter().take_while(is_wide).count();
        if n_wide == 0 {
            return None;
        }
        // The first end of a sentence ends it; its last line may be short.
        let until = (n_wide + 1).min(block.len());
        let end = block[..until].iter().position(|&line| ends_sentence(self.text(line)));
        end.map(|end| end + 1).or(self.is_broken().then_some(n_wide))
    }

    /// Whole sentences between the two halves of a broken one: what follows begins in the middle.
    fn interrupting_caption(&self, block: &[usize]) -> Option<usize> {
        if !self.is_broken() {
            return None;
        }
        let candidates = block.windows(2).take(MOST_LINES).position(|pair| {
            ends_sentence(self.text(pair[0])) && begins_inside(self.text(pair[1]))
        });
        candidates.map(|end| end + 1)
    }

    /// Two narrow lines or more that repeat words of the article, or three that are a block of
    /// their own.
    fn pull_quote(&self, block: &[usize]) -> Option<usize> {
        let n = block.iter().take_while(|&&line| self.is_narrow(line)).count();
        if !(2..=MOST_LINES).contains(&n) {
            return None;
        }
        let is_block = n == block.len();
        let ends = ends_sentence(self.text(block[n - 1]));
        let opens_anew = block.get(n).is_some_and(|&line| !begins_inside(self.text(line)));
        let is_apart = is_block && n >= 3 && self.has_text_on_both_sides(block);
        let found = (is_block || (ends && opens_anew)) && (is_apart || self.repeats(&block[..n]));
        found.then_some(n)
    }

    fn has_text_on_both_sides(&self, block: &[usize]) -> bool {
        !self.flow.is_empty() && block.last().is_some_and(|&last| last + 1 < self.lines.len())
    }

    /// Whether most runs of three words of these lines stand elsewhere in the article, too.
    fn repeats(&self, own: &[usize]) -> bool {
        let within = count_runs(own.iter().map(|&line| self.text(line)));
        let elsewhere = |(run, n): &(&u64, &usize)| self.runs.get(*run).is_some_and(|all| all > *n);
        within.len() >= 2 && within.iter().filter(elsewhere).count() * 5 >= within.len() * 3
    }

    /// One or two lines that stand alone and end no sentence.
    fn is_heading(&self, block: &[usize]) -> bool {
        let last = block[block.len() - 1];
        let ends_none = block.iter().all(|&line| !ends_sentence(self.text(line)));
        block.len() <= 2 && ends_none && !self.is_broken() && !ends_open(self.text(last))
    }
}
