//! Hard-wrapped lines to paragraphs.
//!
//! Where a sentence ends at the end of a line, either the paragraph ends, too, or the next sentence
//! just began on a new line. If the next line's first word would have fitted behind the sentence,
//! it was kept back on purpose: the paragraph ends. If it would not have fitted, both are possible.
//! These open ends are decided together, for each stretch between two certain ends, by the cut
//! that makes the lengths of the paragraphs likeliest: lengths are skewed, so they are taken as
//! log-normal, with mean and spread from the article itself; words that take up what was said ("He",
//! "But", "This") speak against a new paragraph. Dynamic programming over the open ends finds the
//! best cut exactly.

use super::insets::{self, Piece};
use super::layout::Column;
use super::lines::Line;
use super::text::{
    begins_inside, begins_quote, ends_sentence, ends_with_colon, inner_sentence_ends,
};
use super::{Draft, kinds};
use crate::corpus::Kind;

/// The paragraphs of a wrapped text.
pub(super) fn paragraphs(lines: &[Line<'_>], column: &Column) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let head = peel_head(lines, column, &mut drafts);
    for piece in insets::pieces(lines, head, column) {
        match piece {
            Piece::Inset(draft) => drafts.push(draft),
            Piece::Flow(flow) => drafts.extend(cut(lines, &flow, column)),
        }
    }
    drafts
}

/// Takes the head of the article off: a title that is wider than the column or stands before a
/// byline, and the byline or dateline. Returns the first line that is left.
fn peel_head(lines: &[Line<'_>], column: &Column, drafts: &mut Vec<Draft>) -> usize {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let next = lines.get(at + 1);
        let apart = next.is_none_or(|next| next.block != line.block);
        let before_byline = next.is_some_and(|next| is_head_note(next.text, column));
        let kind = if ends_sentence(line.text) {
            None
        } else if at > 0 && is_head_note(line.text, column) {
            kinds::note_kind(line.text).or(Some(Kind::Byline))
        } else if let Some(kind) = kinds::note_kind(line.text) {
            Some(kind)
        } else if apart || before_byline || line.width as f64 > 1.3 * column.width as f64 {
            next.is_some_and(|next| !begins_inside(next.text) || apart || before_byline)
                .then_some(Kind::Title)
        } else {
            None
        };
        let Some(kind) = kind else { break };
        drafts.push(Draft::new(vec![at], Some(kind)));
        at += 1;
    }
    at
}

/// Whether a line is a byline or a dateline, or a bare name on a short line.
fn is_head_note(text: &str, column: &Column) -> bool {
    let is_short = text.chars().count() * 4 <= column.median * 3;
    kinds::note_kind(text).is_some() || (is_short && kinds::is_name(text))
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// Within a paragraph.
    Inside,
    /// With its paragraph.
    Certain,
    /// One or the other; the number is the log odds that the next line's first words give.
    Open(f64),
}

/// Cuts a flow of lines into paragraphs.
fn cut(lines: &[Line<'_>], flow: &[usize], column: &Column) -> Vec<Draft> {
    let ends = ends_of(lines, flow, column);
    let lengths: Vec<f64> = flow.iter().map(|&line| 1.0 + lines[line].width as f64).collect();
    let model = LengthModel::learn(lines, flow, &ends, &lengths);
    let mut drafts = Vec::new();
    let mut start = 0;
    for end in 0..flow.len() {
        if ends[end] == End::Certain || end + 1 == flow.len() {
            for (first, last) in best_cut(start, end, &ends, &lengths, &model) {
                drafts.push(Draft::new(flow[first..=last].to_vec(), None));
            }
            start = end + 1;
        }
    }
    drafts
}

fn ends_of(lines: &[Line<'_>], flow: &[usize], column: &Column) -> Vec<End> {
    let mut open_quote = false;
    let mut ends = Vec::with_capacity(flow.len());
    for (place, &number) in flow.iter().enumerate() {
        let line = &lines[number];
        open_quote = quote_state(open_quote, line.text);
        let Some(next) = flow.get(place + 1).map(|&next| &lines[next]) else {
            ends.push(End::Certain);
            break;
        };
        // A blank line parts paragraphs, unless the sentence goes on behind it.
        let apart = next.block != line.block;
        let sentence = ends_sentence(line.text);
        let before_quote =
            (ends_with_colon(line.text) || line.text.ends_with(',')) && begins_quote(next.text);
        let fits = would_fit(line, next, column);
        let end = match () {
            () if sentence && apart => End::Certain,
            () if begins_inside(next.text) => End::Inside,
            // A quotation that goes on is opened anew with each paragraph and not closed before.
            () if sentence && open_quote && begins_quote(next.text) => End::Certain,
            () if sentence && (fits || next_is_indented(line, next)) => End::Certain,
            () if sentence => End::Open(opening_odds(next.text)),
            () if before_quote && fits && ends_with_colon(line.text) => End::Certain,
            () => End::Inside,
        };
        if end == End::Certain {
            open_quote = false;
        }
        ends.push(end);
    }
    ends
}

fn next_is_indented(line: &Line<'_>, next: &Line<'_>) -> bool {
    next.indented && !line.indented
}

/// Whether the first word of `next` would have fitted on `line`. A line wider than the column was
/// joined from two; only what stands on its last line counts.
fn would_fit(line: &Line<'_>, next: &Line<'_>, column: &Column) -> bool {
    let used = match line.width % column.width {
        _ if line.width <= column.width => line.width,
        0 => column.width,
        rest => rest,
    };
    let word = next.text.split_whitespace().next().map_or(0, |word| word.chars().count());
    used + 1 + word <= column.width
}

/// Whether a quotation is open after `text`, given whether one was before it.
fn quote_state(open: bool, text: &str) -> bool {
    text.chars().fold(open, |open, c| match c {
        '“' | '«' | '„' => true,
        '”' | '»' => false,
        _ => open,
    })
}

/// The log odds for a new paragraph that its first words give. Words that take up what was said
/// speak against it; a quotation, a date or a figure speak a little for it.
fn opening_odds(text: &str) -> f64 {
    const TAKING_UP: [&str; 32] = [
        "he", "she", "it", "they", "his", "her", "its", "their", "this", "that", "these", "those",
        "but", "and", "yet", "so", "then", "there", "such", "both", "neither", "nor", "or",
        "still", "instead", "also", "even", "others", "another", "again", "some", "who",
    ];
    let word = text.split_whitespace().next().unwrap_or("");
    let word = word.trim_end_matches([',', ';']).to_lowercase();
    if TAKING_UP.contains(&word.as_str()) {
        -1.2
    } else if begins_quote(text) || word.starts_with(|c: char| c.is_numeric()) {
        0.5
    } else {
        0.3
    }
}

/// How long paragraphs are, in characters: log-normal.
struct LengthModel {
    mean: f64,
    deviation: f64,
    /// Log odds that a sentence's end is a paragraph's end, from the ends that are certain.
    prior: f64,
}

impl LengthModel {
    /// Learns from the stretches between certain ends that hold no open end, and from what is known
    /// of paragraphs in general.
    fn learn(lines: &[Line<'_>], flow: &[usize], ends: &[End], lengths: &[f64]) -> Self {
        let (mut whole, mut length, mut clean) = (Vec::new(), 0.0, true);
        let (mut n_certain, mut n_inside) = (0.0, 0.0);
        for (place, end) in ends.iter().enumerate() {
            length += lengths[place];
            n_inside += inner_sentence_ends(lines[flow[place]].text) as f64;
            clean &= !matches!(end, End::Open(_));
            if *end == End::Certain {
                n_certain += 1.0;
                if clean {
                    whole.push(libm::log(length));
                }
                (length, clean) = (0.0, true);
            }
        }
        let n = whole.len() as f64 + KNOWN;
        let mean = (whole.iter().sum::<f64>() + KNOWN * KNOWN_MEAN) / n;
        let squares = whole.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        let known = KNOWN * ((KNOWN_MEAN - mean).powi(2) + KNOWN_DEVIATION * KNOWN_DEVIATION);
        LengthModel {
            mean,
            deviation: ((squares + known) / n).sqrt(),
            prior: libm::log((n_certain + 1.0) / (n_inside + 1.0)),
        }
    }

    /// The log likelihood of a paragraph of this length, up to a constant.
    fn likelihood(&self, length: f64) -> f64 {
        let z = (libm::log(length) - self.mean) / self.deviation;
        -0.5 * z * z
    }
}

/// What is known of paragraphs in general counts like one of the article's own: the logarithm of
/// their length in characters has about this mean (some 380 characters) and deviation.
const KNOWN: f64 = 1.0;
const KNOWN_MEAN: f64 = 5.94;
const KNOWN_DEVIATION: f64 = 0.5;

/// The best cut of the lines `start..=end` at their open ends, as (first, last) pairs.
fn best_cut(
    start: usize,
    end: usize,
    ends: &[End],
    lengths: &[f64],
    model: &LengthModel,
) -> Vec<(usize, usize)> {
    // Candidates for a last line: the open ends, and the end itself, which is given.
    let mut candidates: Vec<(usize, f64)> = Vec::new();
    for (place, end) in ends.iter().enumerate().take(end).skip(start) {
        if let End::Open(odds) = end {
            candidates.push((place, odds + model.prior));
        }
    }
    candidates.push((end, 0.0));
    let mut sums = vec![0.0];
    for length in &lengths[start..=end] {
        sums.push(sums[sums.len() - 1] + length);
    }
    // best[c]: the best value of a cut whose last paragraph ends at candidate c, and where the
    // paragraph before that one ends.
    let mut best: Vec<(f64, Option<usize>)> = Vec::new();
    for (c, &(last, odds)) in candidates.iter().enumerate() {
        // Farther back than this no paragraph reaches; it keeps hostile input linear.
        let reach = c.saturating_sub(MOST_OPEN_ENDS);
        let from_start =
            if reach == 0 { model.likelihood(sums[last + 1 - start]) } else { f64::NEG_INFINITY };
        let mut chosen = (from_start, None);
        for before in reach..c {
            let first = candidates[before].0 + 1;
            let length = sums[last + 1 - start] - sums[first - start];
            let value = best[before].0 + model.likelihood(length);
            if value > chosen.0 {
                chosen = (value, Some(before));
            }
        }
        best.push((chosen.0 + odds, chosen.1));
    }
    let (mut cuts, mut at) = (Vec::new(), Some(candidates.len() - 1));
    while let Some(c) = at {
        let first = best[c].1.map_or(start, |before| candidates[before].0 + 1);
        cuts.push((first, candidates[c].0));
        at = best[c].1;
    }
    cuts.reverse();
    cuts
}

/// How many open ends a paragraph may hold.
const MOST_OPEN_ENDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::layout;
    use crate::segment::lines::split;

    fn texts(article: &str) -> Vec<String> {
        let lines = split(article);
        let column = layout::column(&lines).expect("a wrapped text");
        paragraphs(&lines, &column).iter().map(|draft| draft.text(&lines)).collect()
    }

    #[test]
    fn a_short_line_ends_the_paragraph_and_a_full_one_does_not() {
        let article = "The river rose again in the night and\n\
                       the guards left. Nobody saw them leave.\n\
                       It was the third time this year that\n\
                       they had gone without a word.\n\
                       The baker opened late, as he does on\n\
                       days when the flour has not arrived,\n\
                       and sold what he had.\n";
        let found = texts(article);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].ends_with("without a word."));
        assert!(found[1].starts_with("The baker"));
    }

    #[test]
    fn the_best_cut_is_the_best_of_all_cuts() {
        // The slow twin: all subsets of the open ends.
        let lengths = [30.0, 80.0, 25.0, 60.0, 90.0, 40.0, 70.0];
        let ends = [
            End::Open(0.3),
            End::Inside,
            End::Open(-1.2),
            End::Open(0.5),
            End::Inside,
            End::Open(0.3),
            End::Certain,
        ];
        let model = LengthModel { mean: libm::log(100.0), deviation: 0.4, prior: -0.3 };
        let open = [0, 2, 3, 5];
        let mut top = (f64::NEG_INFINITY, Vec::new());
        for chosen in 0..16_u32 {
            let mut lasts: Vec<usize> =
                (0..4).filter(|bit| chosen >> bit & 1 == 1).map(|bit| open[bit]).collect();
            lasts.push(6);
            let (mut value, mut first, mut cuts) = (0.0, 0, Vec::new());
            for &last in &lasts {
                value += model.likelihood(lengths[first..=last].iter().sum());
                if let End::Open(odds) = ends[last] {
                    value += odds + model.prior;
                }
                cuts.push((first, last));
                first = last + 1;
            }
            if value > top.0 {
                top = (value, cuts);
            }
        }
        assert_eq!(best_cut(0, 6, &ends, &lengths, &model), top.1);
    }
}
