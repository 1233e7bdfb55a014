//! Scores of many labels: their weights are more than a cache holds, and what counts is how much of them is fetched.
//!
//! Enters: the counted terms of a text. Leaves: the score of every label, or what settles its labels. The weights of a term
//! stand in lines of memory, 16 labels each. Beside them stands a *coarse* copy in a quarter of the space: with m_t the
//! largest |w_tl| of term t and d_t = m_t / 127, each weight is rounded to q_tl d_t, q_tl whole. With v_t > 0 what a term
//! weighs in the text, the coarse score of a label is then off by at most
//!
//! ```text
//! |sum_t v_t w_tl - sum_t v_t d_t q_tl|  <=  1/2 sum_t v_t d_t
//! ```
//!
//! and by what rounding adds. Nearly every label lies farther than that from where it would be given; only the others are
//! scored by their weights.

use rayon::prelude::*;

use crate::classify::LinearModel;
use crate::cpu;
use crate::vectorize::tfidf::Tf;
use crate::vectorize::{Counted, Vectorizer};

/// Says whether a label's decision is the same for all scores from the one to the other.
pub(super) type Settled<'a> = &'a dyn Fn(usize, f64, f64) -> bool;

/// More labels than [`super::scorer`] takes at once.
#[derive(Debug)]
pub(super) struct Wide {
    /// For each term its idf.
    idf: Vec<f32>,
    /// For each term so many lines, zeros behind the last label.
    lines: Vec<Line>,
    n_lines: usize,
    /// Where labels are so many that it pays.
    coarse: Option<Coarse>,
}

/// What memory brings at a time: the weights of 16 labels.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Line([f32; LINE]);

const LINE: usize = 16;

/// So many lines of sums are in registers.
const MOST_LINES: usize = 6;

/// How many terms ahead are fetched.
const AHEAD: usize = 8;

/// So many terms are summed in f32 before their sum is added in f64.
const RUN: usize = 16;

/// The weights of every term, rounded.
#[derive(Debug)]
struct Coarse {
    /// For each term so many chunks.
    chunks: Vec<Chunk>,
    n_chunks: usize,
    /// d_t
    steps: Vec<f32>,
}

/// The rounded weights of 32 labels.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Chunk([i8; CHUNK]);

const CHUNK: usize = 32;

/// So many chunks of sums are in registers.
const MOST_CHUNKS: usize = 3;

/// Up to so many lines are fetched whole.
const FEW_LINES: usize = 2;

/// Memory that is reused from text to text.
#[derive(Debug, Default)]
pub(super) struct WideMemory {
    /// v_t of the terms of a block, before they are divided by their length, and v_t d_t.
    weights: Vec<f32>,
    factors: Vec<f32>,
    coarse: Vec<f64>,
}

impl Wide {
    pub fn new(vectorizer: &Vectorizer, model: &LinearModel) -> Self {
        let n_lines = model.n_labels().div_ceil(LINE);
        let weights = model.weights().as_slice().expect("standard layout is checked at the door");
        let mut lines = vec![Line([0.0; LINE]); vectorizer.n_terms() * n_lines];
        let of_terms = lines.par_chunks_exact_mut(n_lines).with_min_len(1_024);
        of_terms.zip(weights.par_chunks_exact(model.n_labels())).for_each(|(lines, of_term)| {
            for (line, weights) in lines.iter_mut().zip(of_term.chunks(LINE)) {
                line.0[..weights.len()].copy_from_slice(weights);
            }
        });
        let idf = vectorizer.parts().flat_map(|(_, idf)| idf).copied().collect();
        let coarse = (n_lines > FEW_LINES).then(|| Coarse::new(weights, model.n_labels()));
        Wide { idf, lines, n_lines, coarse }
    }

    /// Adds what each block gives.
    #[inline(always)]
    pub fn add<'s>(
        &self,
        tf: &Tf,
        blocks: impl Iterator<Item = Counted<'s>>,
        memory: &mut WideMemory,
        scores: &mut [f64],
    ) {
        for block in blocks {
            let length = self.weigh(tf, block, &mut memory.weights);
            let weights = &memory.weights[..block.terms.len()];
            let mut first = 0;
            for scores in scores.chunks_mut(MOST_LINES * LINE) {
                match scores.len().div_ceil(LINE) {
                    1 => self.add_lines::<1>(first, block.terms, weights, length, scores),
                    2 => self.add_lines::<2>(first, block.terms, weights, length, scores),
                    3 => self.add_lines::<3>(first, block.terms, weights, length, scores),
                    4 => self.add_lines::<4>(first, block.terms, weights, length, scores),
                    5 => self.add_lines::<5>(first, block.terms, weights, length, scores),
                    _ => self.add_lines::<MOST_LINES>(first, block.terms, weights, length, scores),
                }
                first += MOST_LINES;
            }
        }
    }

    /// Adds to the biases in `scores` what each block gives, to the last digit or, for labels that are then `settled`, near
    /// enough.
    #[inline(always)]
    pub fn settle<'s>(
        &self,
        tf: &Tf,
        blocks: impl Iterator<Item = Counted<'s>> + Clone,
        memory: &mut WideMemory,
        scores: &mut [f64],
        settled: Settled<'_>,
    ) {
        let Some(coarse) = &self.coarse else { return self.add(tf, blocks, memory, scores) };
        memory.coarse.clear();
        memory.coarse.extend_from_slice(scores);
        let mut error = 0.0;
        for block in blocks.clone() {
            let length = self.weigh(tf, block, &mut memory.weights);
            error += coarse.add(block.terms, length, memory);
        }
        for (line, scores) in scores.chunks_mut(LINE).enumerate() {
            let rounded = &memory.coarse[line * LINE..][..scores.len()];
            let is_settled =
                |(lane, &score)| settled(line * LINE + lane, score - error, score + error);
            if rounded.iter().enumerate().all(is_settled) {
                scores.copy_from_slice(rounded);
                continue;
            }
            for block in blocks.clone() {
                let length = self.weigh(tf, block, &mut memory.weights);
                let weights = &memory.weights[..block.terms.len()];
                self.add_lines::<1>(line, block.terms, weights, length, scores);
            }
        }
    }

    /// Writes what each term of a block weighs to the beginning of `weights`; gives the length of them all.
    #[inline(always)]
    fn weigh(&self, tf: &Tf, block: Counted<'_>, weights: &mut Vec<f32>) -> f64 {
        let Counted { terms, counts } = block;
        for &term in terms {
            cpu::prefetch(&self.idf, term as usize);
        }
        if weights.len() < terms.len() {
            weights.resize(terms.len().next_power_of_two(), 0.0);
        }
        let mut square = 0.0;
        for ((weight, &term), &count) in weights[..terms.len()].iter_mut().zip(terms).zip(counts) {
            let value = tf.of(count) * f64::from(self.idf[term as usize]);
            square += value * value;
            *weight = value as f32;
        }
        if square > 0.0 { square.sqrt() } else { 1.0 }
    }

    /// Adds what one block gives for `N` lines of labels, from line `first` of each term on.
    // By number the compiler finds 8 lanes at a time; by iterators it takes them one by one, at half the speed.
    #[expect(clippy::needless_range_loop)]
    #[inline(always)]
    fn add_lines<const N: usize>(
        &self,
        first: usize,
        terms: &[u32],
        weights: &[f32],
        length: f64,
        scores: &mut [f64],
    ) {
        let (lines, n_lines) = (self.lines.as_slice(), self.n_lines);
        let fetch = |term: u32| {
            for line in 0..N {
                cpu::prefetch(lines, term as usize * n_lines + first + line);
            }
        };
        terms.iter().take(AHEAD).for_each(|&term| fetch(term));
        let mut sums = [[0.0_f64; LINE]; N];
        let mut begin = 0;
        while begin < terms.len() {
            let end = (begin + RUN).min(terms.len());
            let mut run = [[0.0_f32; LINE]; N];
            for place in begin..end {
                fetch(terms[(place + AHEAD).min(terms.len() - 1)]);
                let row = &lines[terms[place] as usize * n_lines + first..][..N];
                for line in 0..N {
                    for lane in 0..LINE {
                        run[line][lane] += weights[place] * row[line].0[lane];
                    }
                }
            }
            for (sums, run) in sums.iter_mut().zip(run) {
                sums.iter_mut().zip(run).for_each(|(sum, run)| *sum += f64::from(run));
            }
            begin = end;
        }
        let sums = sums.as_flattened().iter();
        scores.iter_mut().zip(sums).for_each(|(score, sum)| *score += sum / length);
    }
}

impl Coarse {
    /// Room for rounding: of the quotients and the factors, and of the sums of `add_lines`.
    const ROUNDING: f64 = 0.01;
    /// And for each term added: twice what one addition in f32 may lose of a sum that is at most 127 times its steps.
    const PER_TERM: f64 = 2.0 * 127.0 / (1_u64 << 24) as f64;

    /// Of weights of shape (terms, labels).
    fn new(weights: &[f32], n_labels: usize) -> Self {
        let n_chunks = n_labels.div_ceil(CHUNK);
        let n_terms = weights.len() / n_labels;
        let (mut chunks, mut steps) =
            (vec![Chunk([0; CHUNK]); n_terms * n_chunks], vec![0.0; n_terms]);
        let of_terms = chunks.par_chunks_exact_mut(n_chunks).zip(&mut steps).with_min_len(1_024);
        let of_terms = of_terms.zip(weights.par_chunks_exact(n_labels));
        of_terms.for_each(|((chunks, step), weights)| {
            *step = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs())) / 127.0;
            for (chunk, weights) in chunks.iter_mut().zip(weights.chunks(CHUNK)) {
                for (rounded, &weight) in chunk.0.iter_mut().zip(weights) {
                    // Saturates; 0 where the step is.
                    *rounded = (weight / *step).round() as i8;
                }
            }
        });
        Coarse { chunks, n_chunks, steps }
    }

    /// Adds what one block gives, its weights being in the memory, to the scores there; gives by how much they may be off.
    #[inline(always)]
    fn add(&self, terms: &[u32], length: f64, memory: &mut WideMemory) -> f64 {
        let WideMemory { weights, factors, coarse: scores } = memory;
        if factors.len() < terms.len() {
            factors.resize(terms.len().next_power_of_two(), 0.0);
        }
        let factors = &mut factors[..terms.len()];
        for &term in terms {
            cpu::prefetch(&self.steps, term as usize);
        }
        let mut sum = 0.0;
        for ((factor, &weight), &term) in factors.iter_mut().zip(&*weights).zip(terms) {
            *factor = weight * self.steps[term as usize];
            sum += f64::from(*factor);
        }
        let mut first = 0;
        for scores in scores.chunks_mut(MOST_CHUNKS * CHUNK) {
            match scores.len().div_ceil(CHUNK) {
                1 => self.add_chunks::<1>(first, terms, factors, length, scores),
                2 => self.add_chunks::<2>(first, terms, factors, length, scores),
                _ => self.add_chunks::<MOST_CHUNKS>(first, terms, factors, length, scores),
            }
            first += MOST_CHUNKS;
        }
        sum / length * (0.5 + Self::ROUNDING + Self::PER_TERM * terms.len() as f64)
    }

    /// The same for `N` chunks of labels, from chunk `first` of each term on.
    // By number, as lines are.
    #[expect(clippy::needless_range_loop)]
    #[inline(always)]
    fn add_chunks<const N: usize>(
        &self,
        first: usize,
        terms: &[u32],
        factors: &[f32],
        length: f64,
        scores: &mut [f64],
    ) {
        let (chunks, n_chunks) = (self.chunks.as_slice(), self.n_chunks);
        let fetch = |term: u32| {
            let at = term as usize * n_chunks + first;
            cpu::prefetch(chunks, at);
            cpu::prefetch(chunks, at + N - 1);
        };
        terms.iter().take(AHEAD).for_each(|&term| fetch(term));
        let mut sums = [[0.0_f32; CHUNK]; N];
        for place in 0..terms.len() {
            fetch(terms[(place + AHEAD).min(terms.len() - 1)]);
            let row = &chunks[terms[place] as usize * n_chunks + first..][..N];
            for chunk in 0..N {
                for lane in 0..CHUNK {
                    sums[chunk][lane] += factors[place] * f32::from(row[chunk].0[lane]);
                }
            }
        }
        let sums = sums.as_flattened().iter();
        scores.iter_mut().zip(sums).for_each(|(score, &sum)| *score += f64::from(sum) / length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use crate::tokenize::{Lowered, Tokenizer};
    use crate::vectorize::index::tests::vectorizer;
    use crate::vectorize::{IndexScratch, NgramRange, TermIndex, VectorizerParams};
    use ndarray::{Array1, Array2};
    use std::cell::RefCell;

    const WORDS: [&str; 12] = [
        "oil",
        "tax",
        "the",
        "town",
        "fell",
        "group’s",
        "naïve",
        "mayor",
        "river",
        "fields",
        "and",
        "a",
    ];

    /// Weights of very different size, a fifth of them 0.
    fn drawn(n_terms: usize, n_labels: usize, generator: &mut Generator) -> LinearModel {
        let mut weight = |size: f32| {
            if generator.below(5) == 0 {
                return 0.0;
            }
            size * (generator.below(2_001) as f32 - 1_000.0) / 1_000.0
        };
        let weights = Array2::from_shape_fn((n_terms, n_labels), |(term, label)| {
            weight([1.0, 1e-3, 40.0][(term + label / 40) % 3])
        });
        LinearModel::new(weights, Array1::from_elem(n_labels, -0.25))
    }

    #[test]
    fn what_settles_is_within_its_bounds_and_the_rest_is_exact() {
        let mut generator = Generator::new(8);
        let mut draw_text =
            |n: usize| (0..n).map(|_| WORDS[generator.below(12)]).collect::<Vec<_>>().join(" ");
        let texts: Vec<String> = (0..60).map(|n| draw_text(3 * n)).collect();
        for (n_labels, chars) in [(33, None), (90, NgramRange::new(2, 4).ok()), (131, None)] {
            let params = VectorizerParams { chars, ..VectorizerParams::default() };
            let vectorizer = vectorizer(&texts, &params);
            let model = drawn(vectorizer.n_terms(), n_labels, &mut Generator::new(4));
            let (wide, tf) = (Wide::new(&vectorizer, &model), Tf::new(params.sublinear));
            assert!(wide.coarse.is_some());
            let index = TermIndex::new(&vectorizer).unwrap();
            let (mut lowered, mut scratch) = (Lowered::default(), IndexScratch::default());
            let mut memory = WideMemory::default();
            let (mut n_exact, mut n_rounded) = (0, 0);
            for text in &texts {
                Tokenizer::default().lower(text, &mut lowered).unwrap();
                let blocks = index.count(cpu::Portable, &lowered, &mut scratch);
                let mut exact = vec![-0.25; n_labels];
                wide.add(&tf, blocks.clone(), &mut memory, &mut exact);
                for at in [-1.0, 0.0, 0.5] {
                    let unsettled = RefCell::new(vec![false; n_labels]);
                    let settled = |label: usize, least: f64, most: f64| {
                        assert!(least <= exact[label] && exact[label] <= most, "{text:?}");
                        let is_settled = most < at || least > at;
                        unsettled.borrow_mut()[label] |= !is_settled;
                        is_settled
                    };
                    let mut scores = vec![-0.25; n_labels];
                    wide.settle(&tf, blocks.clone(), &mut memory, &mut scores, &settled);
                    for (label, (&score, &exact)) in scores.iter().zip(&exact).enumerate() {
                        assert_eq!(score > at, exact > at, "{text:?}");
                        if unsettled.borrow()[label] {
                            assert_eq!(score, exact, "{text:?}");
                        }
                        n_exact += usize::from(score == exact);
                        n_rounded += usize::from(score != exact);
                    }
                }
            }
            // Neither way stands idle.
            assert!(n_exact > 100 && n_rounded > 1_000, "{n_exact} and {n_rounded}");
        }
    }
}
