//! Scores the quick way: from lower-cased tokens to the score of every label, in one pass over the terms.
//!
//! The score is that of [`Model::score_into`] on the row of [`Vectorizer::vectorize`]. With c the count of term t, tf(c) its
//! weight and i_t its idf, for each block of terms
//!
//! ```text
//! sum_t tf(c) i_t w_tl / sqrt(sum_t (tf(c) i_t)^2)
//! ```
//!
//! is added to the bias of label l, all in f64 and in the order in which the terms are first met. (The row rounds its values
//! to f32, so that the two differ by some 1e-7.) A term's idf and weights stand side by side, so that a term costs one visit.
//!
//! It takes linear models behind the shipped tokenizer; the others go the general way.

use crate::classify::{LinearModel, Model};
use crate::cpu;
use crate::error::Result;
use crate::tokenize::{Lowered, Tokenizer};
use crate::vectorize::tfidf::Tf;
use crate::vectorize::{Counted, IndexScratch, TermIndex, Vectorizer};

/// Everything that quick scores need beside the weights.
#[derive(Debug)]
pub(super) struct Scorer {
    index: TermIndex,
    rows: Rows,
    tf: Tf,
    n_labels: usize,
}

/// Memory that [`Scorer::scores`] reuses from text to text.
#[derive(Debug, Default)]
pub(super) struct ScorerMemory {
    lowered: Lowered,
    index: IndexScratch,
    /// Of the terms of a block.
    weights: Vec<f64>,
    /// Of the labels.
    sums: Vec<f64>,
}

/// For each term its idf and then the weights of its labels.
#[derive(Debug)]
enum Rows {
    /// Up to 7 labels.
    Of8(Vec<[f32; 8]>),
    /// Up to 15 labels.
    Of16(Vec<[f32; 16]>),
    /// More labels, whose weights stay where they are: the idf alone.
    Wide(Vec<f32>),
}

impl Scorer {
    /// The scorer of a model, where it is one of those that can be scored so.
    pub fn new(tokenizer: &Tokenizer, vectorizer: &Vectorizer, model: &Model) -> Option<Scorer> {
        let model = model.as_linear().filter(|_| tokenizer.is_default())?;
        let index = TermIndex::new(vectorizer)?;
        let rows = match model.n_labels() {
            ..8 => Rows::Of8(rows(vectorizer, model)),
            8..16 => Rows::Of16(rows(vectorizer, model)),
            _ => Rows::Wide(vectorizer.parts().flat_map(|(_, idf)| idf).copied().collect()),
        };
        let tf = Tf::new(vectorizer.params().sublinear);
        Some(Scorer { index, rows, tf, n_labels: model.n_labels() })
    }

    /// The score of every label of `model`, which is the one that this was made of, for one text.
    ///
    /// # Errors
    /// Where the tokenizer cannot take the text.
    pub fn scores(
        &self,
        tokenizer: &Tokenizer,
        model: &LinearModel,
        text: &str,
        memory: &mut ScorerMemory,
        scores: &mut [f64],
    ) -> Result<()> {
        tokenizer.lower(text, &mut memory.lowered)?;
        cpu::wide(
            #[inline(always)]
            || self.scores_of_tokens(model, memory, scores),
        );
        Ok(())
    }

    #[inline(always)]
    fn scores_of_tokens(&self, model: &LinearModel, memory: &mut ScorerMemory, scores: &mut [f64]) {
        assert_eq!(scores.len(), self.n_labels);
        scores.iter_mut().zip(model.bias()).for_each(|(score, &bias)| *score = f64::from(bias));
        let (weights, sums) = (&mut memory.weights, &mut memory.sums);
        for block in self.index.count(&memory.lowered, &mut memory.index) {
            match &self.rows {
                Rows::Of8(rows) => add_narrow(rows, &self.tf, block, weights, scores),
                Rows::Of16(rows) => add_narrow(rows, &self.tf, block, weights, scores),
                Rows::Wide(idf) => add_wide(model, idf, &self.tf, block, (weights, sums), scores),
            }
        }
    }
}

fn rows<const N: usize>(vectorizer: &Vectorizer, model: &LinearModel) -> Vec<[f32; N]> {
    let idf = vectorizer.parts().flat_map(|(_, idf)| idf);
    let weights = model.weights().as_slice().expect("standard layout is checked at the door");
    let of_terms = weights.chunks_exact(model.n_labels());
    let row = |(&idf, of_term): (&f32, &[f32])| {
        let mut row = [0.0; N];
        row[0] = idf;
        row[1..=of_term.len()].copy_from_slice(of_term);
        row
    };
    idf.zip(of_terms).map(row).collect()
}

/// Adds what one block gives. All rows are on their way before the first is needed.
#[inline(always)]
fn add_narrow<const N: usize>(
    rows: &[[f32; N]],
    tf: &Tf,
    block: Counted<'_>,
    weights: &mut Vec<f64>,
    scores: &mut [f64],
) {
    block.terms.iter().for_each(|&term| cpu::prefetch(rows, term as usize));
    let pairs = block.terms.iter().zip(block.counts);
    weights.clear();
    weights.extend(pairs.map(|(&term, &count)| tf.of(count) * f64::from(rows[term as usize][0])));
    let length = length(weights);
    let mut sums = [0.0; N];
    for (&term, weight) in block.terms.iter().zip(&*weights) {
        for (sum, &value) in sums.iter_mut().zip(&rows[term as usize]) {
            *sum += weight * f64::from(value);
        }
    }
    scores.iter_mut().zip(&sums[1..]).for_each(|(score, sum)| *score += sum / length);
}

/// How many rows ahead are fetched, and how many values one fetch brings.
const AHEAD: usize = 4;
const LINE: usize = 16;

/// The same with the weights of labels where they are.
#[inline(always)]
fn add_wide(
    model: &LinearModel,
    idf: &[f32],
    tf: &Tf,
    block: Counted<'_>,
    memory: (&mut Vec<f64>, &mut Vec<f64>),
    scores: &mut [f64],
) {
    let (weights, sums) = memory;
    block.terms.iter().for_each(|&term| cpu::prefetch(idf, term as usize));
    let pairs = block.terms.iter().zip(block.counts);
    weights.clear();
    weights.extend(pairs.map(|(&term, &count)| tf.of(count) * f64::from(idf[term as usize])));
    let length = length(weights);
    let of_labels = model.weights().as_slice().expect("standard layout is checked at the door");
    let n_labels = scores.len();
    sums.clear();
    sums.resize(n_labels, 0.0);
    let fetch = |term: u32| {
        let first = term as usize * n_labels;
        (first..first + n_labels).step_by(LINE).for_each(|place| cpu::prefetch(of_labels, place));
        cpu::prefetch(of_labels, first + n_labels - 1);
    };
    block.terms.iter().take(AHEAD).for_each(|&term| fetch(term));
    for (place, (&term, weight)) in block.terms.iter().zip(&*weights).enumerate() {
        if let Some(&soon) = block.terms.get(place + AHEAD) {
            fetch(soon);
        }
        let row = &of_labels[term as usize * n_labels..][..n_labels];
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += weight * f64::from(value);
        }
    }
    scores.iter_mut().zip(&*sums).for_each(|(score, sum)| *score += sum / length);
}

/// The Euclidean length of a block, 1 where it has no terms.
#[inline(always)]
fn length(weights: &[f64]) -> f64 {
    let square: f64 = weights.iter().map(|weight| weight * weight).sum();
    if square > 0.0 { square.sqrt() } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;
    use crate::vectorize::{CountedCorpus, NgramRange, Selection, VectorizerParams};
    use ndarray::{Array1, Array2};
    use proptest::prelude::*;

    const TEXTS: [&str; 5] = [
        "Oil and tax and oil, the group’s income from tax",
        "the town fell on Monday; the naïve mayor fled",
        "Öl-Preise ﬁelen, oil prices fell",
        "fighters returned from the town by the river and the oil fields of the east",
        "a counterrevolutionaries' averyverylongwordindeed oil",
    ];

    /// A model with drawn weights over the terms of [`TEXTS`].
    fn drawn(n_labels: usize, chars: bool) -> (Vectorizer, Model) {
        let chars = NgramRange::new(2, 4).ok().filter(|_| chars);
        let params = VectorizerParams { chars, ..VectorizerParams::default() };
        let tokenizer = Tokenizer::default();
        let counted =
            CountedCorpus::count(&TEXTS, &tokenizer, &params.analyzers(), |_| {}).unwrap();
        let rows: Vec<usize> = (0..TEXTS.len()).collect();
        let vectorizer = Selection::fit(&params, &counted, &rows).vectorizer(&params, &counted);
        let mut generator = Generator::new(3);
        let mut draw = || generator.below(2_000) as f32 / 1_000.0 - 1.0;
        let weights = Array2::from_shape_simple_fn((vectorizer.n_terms(), n_labels), &mut draw);
        let bias = Array1::from_shape_simple_fn(n_labels, &mut draw);
        (vectorizer, LinearModel::new(weights, bias).into())
    }

    /// The slow twin: the row of the text by strings, scored.
    fn by_row(vectorizer: &Vectorizer, model: &Model, text: &str) -> Vec<f64> {
        let (mut tokens, mut scratch) = (crate::tokenize::Tokens::default(), Default::default());
        Tokenizer::default().tokenize(text, &mut tokens).unwrap();
        let mut scores = vec![0.0; model.n_labels()];
        model.score_into(vectorizer.vectorize(&tokens, &mut scratch).iter().copied(), &mut scores);
        scores
    }

    fn check(text: &str) {
        for (n_labels, chars) in
            [(1, false), (5, true), (8, false), (15, true), (16, false), (90, true)]
        {
            let (vectorizer, model) = drawn(n_labels, chars);
            let tokenizer = Tokenizer::default();
            let scorer = Scorer::new(&tokenizer, &vectorizer, &model).unwrap();
            let linear = model.as_linear().unwrap();
            let mut memory = ScorerMemory::default();
            let mut scores = vec![0.0; n_labels];
            scorer.scores(&tokenizer, linear, text, &mut memory, &mut scores).unwrap();
            for (quick, slow) in scores.iter().zip(by_row(&vectorizer, &model, text)) {
                assert!((quick - slow).abs() < 1e-5, "{quick} and {slow}: {text:?}");
            }
            // Compiled for any machine it gives the same bits.
            let mut portable = vec![0.0; n_labels];
            scorer.scores_of_tokens(linear, &mut memory, &mut portable);
            assert_eq!(scores, portable, "{text:?}");
        }
    }

    #[test]
    fn scores_are_those_of_the_row_whatever_the_labels_and_the_registers() {
        TEXTS.iter().for_each(|text| check(text));
        check("");
        check("nothing known");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn scores_are_those_of_the_row_for_any_text(
            words in proptest::collection::vec("oil|tax|the town|group’s|and|ﬁelen|\\PC{0,8}", 0..40)
        ) {
            check(&words.join(" "));
        }
    }
}
