//! Whether the top words of a topic belong together: UMass, NPMI and C_V coherence.
//!
//! Enters: [`PairCounts`], how often the words of each topic come alone and together. Leaves: a figure a topic, and their
//! mean. It does not say whether a topic is a good one: small and narrow topics score high.
//!
//! With N units (documents or windows), p(i) the share of those that have a topic's word i, p(i, j) that of those that
//! have both, e = 1e-12, and words in the order of the topic:
//!
//! ```text
//! UMass    mean over j < i of ln((p(i, j) + e) / p(j))                                      documents   below 0 (nearly)
//! NPMI     mean over j < i of n(i, j),  n = ln(p(i, j) / (p(i) p(j))) / -ln p(i, j)         documents   -1..=1
//! C_NPMI   the same with m(i, j) = ln((p(i, j) + e) / (p(i) p(j))) / -ln(p(i, j) + e)       windows     -1..=1
//! C_V      mean over i of cos(v_i, sum of all v_j),  v_i = (m(i, 1), ..., m(i, n))          windows     -1..=1
//! ```
//!
//! UMass: Mimno, Wallach, Talley, Leenders and McCallum (EMNLP 2011); the others, and the frame: Röder, Both and
//! Hinneburg, "Exploring the Space of Topic Coherence Measures" (WSDM 2015), equations 1 to 7. UMass, C_NPMI and C_V are
//! computed as gensim 4.4 does: `tests/reference/coherence.rs` holds them to it. Cost: the squared number of words a topic.

use crate::error::Result;
use crate::math::ln;
use crate::matrix::TermMatrix;

use super::cooccurrence::PairCounts;
use super::window_bits::Windows;

/// What keeps logarithms finite where two words never meet.
const EPSILON: f64 = 1e-12;

/// The window of C_NPMI, in words.
pub const NPMI_WINDOW: usize = 10;

/// The window of C_V, in words.
pub const CV_WINDOW: usize = 110;

/// How coherent topics are.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::coherence::npmi;
/// let mut matrix = TermMatrix::new(3);
/// matrix.push_row([(0, 1.0), (1, 4.0)]);
/// matrix.push_row([(2, 1.0)]);
/// let coherence = npmi(&[vec![0, 1], vec![0, 2], vec![2]], &matrix)?;
/// // Always together; never; and alone, where there is nothing to compare.
/// assert_eq!(coherence.topics, [Some(1.0), Some(-1.0), None]);
/// assert_eq!(coherence.mean, Some(0.0));
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Coherence {
    /// For each topic its figure; `None` where it is not defined, which each measure tells.
    pub topics: Vec<Option<f64>>,
    /// The mean of those that are defined.
    pub mean: Option<f64>,
}

/// NPMI within documents: the project's main figure of topics. A pair that never meets counts -1, one that every document
/// has 1. Not defined for topics of fewer than two words, nor without documents.
///
/// # Errors
/// Where a topic names a word twice or one that is not a term of the matrix.
pub fn npmi(topics: &[Vec<u32>], matrix: &TermMatrix) -> Result<Coherence> {
    Ok(npmi_of(&PairCounts::in_documents(topics, matrix)?))
}

/// [`npmi()`] of counts.
pub fn npmi_of(counts: &PairCounts) -> Coherence {
    of_pairs(counts, |counts, topic, i, j| {
        let shares = Shares::of(counts, topic, i, j);
        Some(match shares.both {
            0.0 => -1.0,
            1.0 => 1.0,
            both => ln(both / (shares.one * shares.other)) / -ln(both),
        })
    })
}

/// UMass coherence within documents; nearer 0 is better. A pair whose first word no document has counts 0. Not defined for
/// topics of fewer than two words, nor without documents.
///
/// # Errors
/// Where a topic names a word twice or one that is not a term of the matrix.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::coherence::u_mass;
/// let mut matrix = TermMatrix::new(2);
/// matrix.push_row([(0, 1.0), (1, 1.0)]);
/// matrix.push_row([(0, 1.0)]);
/// let coherence = u_mass(&[vec![0, 1]], &matrix)?;
/// assert!((coherence.mean.unwrap() - 0.5_f64.ln()).abs() < 1e-9);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn u_mass(topics: &[Vec<u32>], matrix: &TermMatrix) -> Result<Coherence> {
    Ok(u_mass_of(&PairCounts::in_documents(topics, matrix)?))
}

/// [`u_mass()`] of counts.
pub fn u_mass_of(counts: &PairCounts) -> Coherence {
    of_pairs(counts, |counts, topic, i, j| {
        let shares = Shares::of(counts, topic, i, j);
        let has_other = shares.other > 0.0;
        Some(if has_other { ln((shares.both + EPSILON) / shares.other) } else { 0.0 })
    })
}

/// C_NPMI: NPMI within windows, of [`NPMI_WINDOW`] words as it is defined; documents and `n_terms` as for
/// [`PairCounts::in_windows`]. Not defined for topics of fewer than two words, nor of a word that no document has. A pair
/// that every window has counts -1, as with gensim: the formula is 0 / 0 there, and e decides.
///
/// # Errors
/// As [`PairCounts::in_windows`].
///
/// ```
/// use leitmotif::topics::coherence::{NPMI_WINDOW, c_npmi};
/// use leitmotif::topics::window_bits::Windows;
/// let documents = [vec![0, 1], vec![0, 1], vec![2], vec![2]];
/// let coherence = c_npmi(&[vec![0, 1]], &documents, 3, Windows::of(NPMI_WINDOW))?;
/// assert!((coherence.mean.unwrap() - 1.0).abs() < 1e-9);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn c_npmi<D: AsRef<[u32]> + Sync>(
    topics: &[Vec<u32>],
    documents: &[D],
    n_terms: usize,
    windows: Windows,
) -> Result<Coherence> {
    Ok(c_npmi_of(&PairCounts::in_windows(topics, documents, n_terms, windows)?))
}

/// [`c_npmi()`] of counts.
pub fn c_npmi_of(counts: &PairCounts) -> Coherence {
    of_pairs(counts, smoothed_npmi)
}

/// C_V: how alike the words of a topic are in the company that they keep, within windows, of [`CV_WINDOW`] words as it is
/// defined. Not defined for empty topics, nor for those of a word that no document has.
///
/// # Errors
/// As [`PairCounts::in_windows`].
///
/// ```
/// use leitmotif::topics::coherence::{CV_WINDOW, c_v};
/// use leitmotif::topics::window_bits::Windows;
/// let documents = [vec![0, 1], vec![0, 1], vec![2], vec![2]];
/// let coherence = c_v(&[vec![0, 1]], &documents, 3, Windows::of(CV_WINDOW))?;
/// assert!((coherence.mean.unwrap() - 1.0).abs() < 1e-9);
/// # Ok::<(), leitmotif::Error>(())
/// ```
pub fn c_v<D: AsRef<[u32]> + Sync>(
    topics: &[Vec<u32>],
    documents: &[D],
    n_terms: usize,
    windows: Windows,
) -> Result<Coherence> {
    Ok(c_v_of(&PairCounts::in_windows(topics, documents, n_terms, windows)?))
}

/// [`c_v()`] of counts.
pub fn c_v_of(counts: &PairCounts) -> Coherence {
    Coherence::new((0..counts.n_topics()).map(|topic| c_v_of_topic(counts, topic)).collect())
}

fn c_v_of_topic(counts: &PairCounts, topic: usize) -> Option<f64> {
    let n_words = counts.n_words(topic);
    let of_word = |i: usize| -> Option<Vec<f64>> {
        (0..n_words).map(|j| smoothed_npmi(counts, topic, i, j)).collect()
    };
    let company: Vec<Vec<f64>> = (0..n_words).map(of_word).collect::<Option<_>>()?;
    let whole: Vec<f64> = (0..n_words).map(|j| company.iter().map(|row| row[j]).sum()).collect();
    mean(company.iter().map(|row| cosine(row, &whole)))
}

/// The shares of units that have a topic's word, another, and both.
struct Shares {
    one: f64,
    other: f64,
    both: f64,
}

impl Shares {
    fn of(counts: &PairCounts, topic: usize, i: usize, j: usize) -> Self {
        let share = |count: u64| count as f64 / counts.n_units() as f64;
        Shares {
            one: share(counts.with(topic, i)),
            other: share(counts.with(topic, j)),
            both: share(counts.with_both(topic, i, j)),
        }
    }
}

/// m(i, j) of the file's head; `None` where no unit has one of the words.
fn smoothed_npmi(counts: &PairCounts, topic: usize, i: usize, j: usize) -> Option<f64> {
    let Shares { one, other, both } = Shares::of(counts, topic, i, j);
    let is_defined = one > 0.0 && other > 0.0;
    is_defined.then(|| ln((both + EPSILON) / (one * other)) / -ln(both + EPSILON))
}

/// The mean of a figure over all pairs (i, j < i) of each topic; `None` where one of them is.
fn of_pairs(
    counts: &PairCounts,
    figure: impl Fn(&PairCounts, usize, usize, usize) -> Option<f64>,
) -> Coherence {
    let of_topic = |topic| {
        let pairs = (1..counts.n_words(topic)).flat_map(|i| (0..i).map(move |j| (i, j)));
        let figures: Option<Vec<f64>> = pairs.map(|(i, j)| figure(counts, topic, i, j)).collect();
        mean(figures?.into_iter().filter(|_| counts.n_units() > 0))
    };
    Coherence::new((0..counts.n_topics()).map(of_topic).collect())
}

impl Coherence {
    fn new(topics: Vec<Option<f64>>) -> Self {
        let mean = mean(topics.iter().copied().flatten());
        Coherence { topics, mean }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u64, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / n as f64)
}

/// Of two vectors of the same length that are not 0: m(i, i) is near 1.
fn cosine(one: &[f64], other: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[u32]], n_terms: usize) -> TermMatrix {
        let mut matrix = TermMatrix::new(n_terms);
        rows.iter().for_each(|row| matrix.push_row(row.iter().map(|&term| (term, 1.0))));
        matrix
    }

    #[test]
    fn figures_are_those_worked_out_by_hand() {
        // Of four documents word 0 is in three, word 1 in two, both in one.
        let matrix = matrix(&[&[0, 1], &[0], &[0], &[1]], 2);
        let expected = (0.25_f64 / (0.75 * 0.5)).ln() / -(0.25_f64.ln());
        let found = npmi(&[vec![0, 1]], &matrix).unwrap().mean.unwrap();
        assert!((found - expected).abs() < 1e-15);
        let umass = |topic| u_mass(&[topic], &matrix).unwrap().mean.unwrap();
        assert!((umass(vec![0, 1]) - (1.0_f64 / 3.0).ln()).abs() < 1e-11);
        assert!((umass(vec![1, 0]) - 0.5_f64.ln()).abs() < 1e-11, "the earlier word divides");
    }

    #[test]
    fn cv_of_two_words_is_the_cosine_worked_out_by_hand() {
        let documents = [vec![0, 1], vec![0], vec![0], vec![1]];
        let m = |both: f64, one: f64, other: f64| (both / (one * other)).ln() / -both.ln();
        let (own, others, between) = (m(0.75, 0.75, 0.75), m(0.5, 0.5, 0.5), m(0.25, 0.75, 0.5));
        let whole = [own + between, others + between];
        let cosine = |v: [f64; 2]| {
            (v[0] * whole[0] + v[1] * whole[1]) / (v[0].hypot(v[1]) * whole[0].hypot(whole[1]))
        };
        let expected = (cosine([own, between]) + cosine([between, others])) / 2.0;
        let found = c_v(&[vec![0, 1]], &documents, 2, Windows::of(CV_WINDOW)).unwrap();
        assert!((found.mean.unwrap() - expected).abs() < 1e-9, "{found:?}, {expected}");
    }

    #[test]
    fn what_cannot_be_compared_has_no_figure() {
        let topics = [vec![], vec![0], vec![0, 2]];
        let windows = Windows::of(NPMI_WINDOW);
        let documents = [vec![0, 1]];
        assert_eq!(c_npmi(&topics, &documents, 3, windows).unwrap().topics, [None, None, None]);
        let cv = c_v(&topics, &documents, 3, windows).unwrap().topics;
        assert!(cv[0].is_none() && cv[2].is_none() && (cv[1].unwrap() - 1.0).abs() < 1e-12);
        let none: [Vec<u32>; 0] = [];
        assert_eq!(c_v(&topics, &none, 3, windows).unwrap().mean, None);
        let empty = matrix(&[], 3);
        assert_eq!(npmi(&topics, &empty).unwrap().topics, [None, None, None]);
        assert_eq!(u_mass(&topics, &empty).unwrap().topics, [None, None, None]);
        // A word that no document has: never together, and nothing to divide by.
        let matrix = matrix(&[&[0], &[1]], 3);
        assert_eq!(npmi(&topics, &matrix).unwrap().topics[2], Some(-1.0));
        assert_eq!(u_mass(&[vec![2, 0]], &matrix).unwrap().mean, Some(0.0));
    }
}
