//! Scores the quick way: from lower-cased tokens to the score of every label, in one pass over the terms.
//!
//! The score is that of [`Model::score_into`] on the row of [`Vectorizer::vectorize`]. With c the count of term t, tf(c) its
//! weight and i_t its idf, for each block of terms
//!
//! ```text
//! sum_t tf(c) i_t w_tl / sqrt(sum_t (tf(c) i_t)^2)
//! ```
//!
//! is added to the bias of label l. (The row rounds its values to f32, so that the two differ by some 1e-7.) Where labels are
//! few, both sums run at once and from occurrence to occurrence: when a term comes for the c-th time, tf(c) - tf(c - 1) of
//! its i_t w_tl are added, and tf(c)^2 - tf(c - 1)^2 of its i_t^2, all of which stand side by side. Where labels are many,
//! terms are counted first, so that the weights of each are visited once.
//!
//! It takes linear models behind the shipped tokenizer; the others go the general way.

use rayon::prelude::*;

use crate::classify::{LinearModel, Model};
use crate::cpu::{self, Machine, Work};
use crate::error::Result;
use crate::tokenize::{Lowered, Tokenizer};
use crate::vectorize::tfidf::Tf;
use crate::vectorize::{Counted, Finder, IndexScratch, Tally, TermIndex, Vectorizer, terms_of};

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
    finder: Finder,
    tally: Tally,
    scratch: IndexScratch,
    /// Of the terms of a block.
    weights: Vec<f32>,
}

/// What stands at each term.
#[derive(Debug)]
enum Rows {
    /// Up to 7 labels.
    Of8(Narrow<8>),
    /// Up to 15 labels.
    Of16(Narrow<16>),
    /// More labels.
    Wide(Wide),
}

/// Up to N - 1 labels.
#[derive(Debug)]
struct Narrow<const N: usize> {
    /// For each term i_t^2 and then i_t w_tl; zeros for numbers of no term.
    rows: Vec<[f32; N]>,
    /// What is added of these when a term has come 0, 1, 2 ... times before.
    steps: Box<[[f64; N]; STEPS]>,
}

/// So many counts have their steps in a table.
const STEPS: usize = 64;

impl Scorer {
    /// The scorer of a model, where it is one of those that can be scored so.
    pub fn new(tokenizer: &Tokenizer, vectorizer: &Vectorizer, model: &Model) -> Option<Scorer> {
        let model = model.as_linear().filter(|_| tokenizer.is_default())?;
        let n_terms = vectorizer.n_terms();
        Self::of(vectorizer, model, 0..n_terms, || TermIndex::new(vectorizer))
    }

    /// The same for texts whose words are all among those of `texts`, and which are few: it is made more quickly, and gives
    /// the same scores. `None` also where labels are many.
    pub fn for_words_of(
        tokenizer: &Tokenizer,
        vectorizer: &Vectorizer,
        model: &Model,
        texts: &[&str],
    ) -> Option<Scorer> {
        let is_fit = |model: &&LinearModel| tokenizer.is_default() && model.n_labels() < 16;
        let model = model.as_linear().filter(is_fit)?;
        let lower = |text: &&str| {
            let mut lowered = Lowered::default();
            tokenizer.lower(text, &mut lowered).ok().map(|()| lowered)
        };
        let kept = terms_of(vectorizer, &texts.iter().map(lower).collect::<Option<Vec<_>>>()?);
        let mut terms = Vec::new();
        let mut first = 0;
        for (kept, (vocabulary, _)) in kept.iter().zip(vectorizer.parts()) {
            terms.extend(kept.iter().map(|&term| first + term as usize));
            first += vocabulary.len();
        }
        let index = || TermIndex::of(vectorizer, &kept);
        Self::of(vectorizer, model, terms.into_iter(), index)
    }

    /// The scorer of some terms and their index, in which they have the same order.
    fn of(
        vectorizer: &Vectorizer,
        model: &LinearModel,
        terms: impl Iterator<Item = usize> + Send,
        index: impl FnOnce() -> Option<TermIndex> + Send,
    ) -> Option<Scorer> {
        let tf = Tf::new(vectorizer.params().sublinear);
        let make_rows = || match model.n_labels() {
            ..8 => Rows::Of8(Narrow::new(vectorizer, model, terms, &tf)),
            8..16 => Rows::Of16(Narrow::new(vectorizer, model, terms, &tf)),
            _ => Rows::Wide(Wide::new(vectorizer, model)),
        };
        let (index, mut rows) = rayon::join(index, make_rows);
        let index = index?;
        match &mut rows {
            Rows::Of8(narrow) => narrow.rows.resize(index.n_numbers(), [0.0; 8]),
            Rows::Of16(narrow) => narrow.rows.resize(index.n_numbers(), [0.0; 16]),
            // Asked for terms alone.
            Rows::Wide(_) => {}
        }
        Some(Scorer { index, rows, n_labels: model.n_labels(), tf })
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
        cpu::on_widest(OfTokens { scorer: self, model, memory, scores });
        Ok(())
    }
}

/// The scores of the tokens that the memory holds.
struct OfTokens<'a> {
    scorer: &'a Scorer,
    model: &'a LinearModel,
    memory: &'a mut ScorerMemory,
    scores: &'a mut [f64],
}

impl Work for OfTokens<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, machine: impl Machine) {
        let OfTokens { scorer: Scorer { index, rows, tf, n_labels }, model, memory, scores } = self;
        assert_eq!(scores.len(), *n_labels);
        scores.iter_mut().zip(model.bias()).for_each(|(score, &bias)| *score = f64::from(bias));
        match rows {
            Rows::Of8(narrow) => narrow.add(machine, index, tf, memory, scores),
            Rows::Of16(narrow) => narrow.add(machine, index, tf, memory, scores),
            Rows::Wide(wide) => {
                let ScorerMemory { lowered, scratch, weights, .. } = memory;
                for block in index.count(machine, lowered, scratch) {
                    wide.add(tf, block, weights, scores);
                }
            }
        }
    }
}

impl<const N: usize> Narrow<N> {
    fn new(
        vectorizer: &Vectorizer,
        model: &LinearModel,
        terms: impl Iterator<Item = usize>,
        tf: &Tf,
    ) -> Self {
        let weights = model.weights().as_slice().expect("standard layout is checked at the door");
        let n_labels = model.n_labels();
        let blocks: Vec<&[f32]> = vectorizer.parts().map(|(_, idf)| idf).collect();
        let (mut first, mut rest) = (0, blocks.iter());
        let mut idf: &[f32] = rest.next().copied().unwrap_or_default();
        // One more, so that there is room for that of no term.
        let mut rows = Vec::with_capacity(terms.size_hint().0 + 1);
        for term in terms {
            while term - first >= idf.len() {
                first += idf.len();
                idf = rest.next().expect("a term is of some block");
            }
            let (idf, mut row) = (idf[term - first], [0.0; N]);
            row[1..=n_labels].copy_from_slice(&weights[term * n_labels..][..n_labels]);
            row[0] = idf;
            rows.push(row.map(|value| value * idf));
        }
        let steps = Box::new(std::array::from_fn(|before| step(tf, before as u32)));
        Narrow { rows, steps }
    }

    /// Adds what each block gives.
    #[inline(always)]
    fn add(
        &self,
        machine: impl Machine,
        index: &TermIndex,
        tf: &Tf,
        memory: &mut ScorerMemory,
        scores: &mut [f64],
    ) {
        let ScorerMemory { lowered, finder, tally, .. } = memory;
        tally.begin(index);
        let rows = self.rows.as_slice();
        for block in 0..index.n_blocks() {
            let mut sums = [0.0; N];
            index.for_each_list(
                machine,
                block,
                lowered,
                finder,
                #[inline(always)]
                |number| cpu::prefetch(rows, number as usize),
                #[inline(always)]
                |numbers| sums = self.add_list(numbers, tf, tally, sums),
            );
            let length = if sums[0] > 0.0 { sums[0].sqrt() } else { 1.0 };
            scores.iter_mut().zip(&sums[1..]).for_each(|(score, sum)| *score += sum / length);
        }
    }

    /// `sums` and what a list of numbers adds to them.
    #[inline(always)]
    fn add_list(
        &self,
        numbers: &[u32],
        tf: &Tf,
        tally: &mut Tally,
        mut sums: [f64; N],
    ) -> [f64; N] {
        let (seen, base) = tally.expect(numbers.len());
        let (rows, steps) = (&self.rows[..seen.len()], &*self.steps);
        let none = seen.len() - 1;
        for &number in numbers {
            let at = number as usize;
            let before = seen[at].saturating_sub(base);
            seen[at] = base + before + u32::from(at != none);
            let rare;
            let step = match steps.get(before as usize) {
                Some(step) => step,
                None => {
                    rare = step_of_many(tf, before);
                    &rare
                }
            };
            for lane in 0..N {
                sums[lane] += step[lane] * f64::from(rows[at][lane]);
            }
        }
        sums
    }
}

/// What one more of a term that has come `before` times adds.
fn step<const N: usize>(tf: &Tf, before: u32) -> [f64; N] {
    let (old, new) = (if before == 0 { 0.0 } else { tf.of(before) }, tf.of(before + 1));
    let mut step = [new - old; N];
    step[0] = new * new - old * old;
    step
}

#[cold]
fn step_of_many<const N: usize>(tf: &Tf, before: u32) -> [f64; N] {
    step(tf, before)
}

/// More labels, their weights in lines of memory.
#[derive(Debug)]
struct Wide {
    /// For each term its idf.
    idf: Vec<f32>,
    /// For each term so many lines, zeros behind the last label.
    lines: Vec<Line>,
    n_lines: usize,
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

impl Wide {
    fn new(vectorizer: &Vectorizer, model: &LinearModel) -> Self {
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
        Wide { idf, lines, n_lines }
    }

    /// Adds what one block gives; `weights` is memory for it.
    #[inline(always)]
    fn add(&self, tf: &Tf, block: Counted<'_>, weights: &mut Vec<f32>, scores: &mut [f64]) {
        let Counted { terms, counts } = block;
        for &term in terms {
            cpu::prefetch(&self.idf, term as usize);
        }
        if weights.len() < terms.len() {
            weights.resize(terms.len().next_power_of_two(), 0.0);
        }
        let weights = &mut weights[..terms.len()];
        let mut square = 0.0;
        for ((weight, &term), &count) in weights.iter_mut().zip(terms).zip(counts) {
            let value = tf.of(count) * f64::from(self.idf[term as usize]);
            square += value * value;
            *weight = value as f32;
        }
        let length = if square > 0.0 { square.sqrt() } else { 1.0 };
        let mut first = 0;
        for scores in scores.chunks_mut(MOST_LINES * LINE) {
            match scores.len().div_ceil(LINE) {
                1 => self.add_lines::<1>(first, terms, weights, length, scores),
                2 => self.add_lines::<2>(first, terms, weights, length, scores),
                3 => self.add_lines::<3>(first, terms, weights, length, scores),
                4 => self.add_lines::<4>(first, terms, weights, length, scores),
                5 => self.add_lines::<5>(first, terms, weights, length, scores),
                _ => self.add_lines::<MOST_LINES>(first, terms, weights, length, scores),
            }
            first += MOST_LINES;
        }
    }

    /// The same for `N` lines of labels, from line `first` of each term on.
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
            // So does one for these words alone.
            let sifted = Scorer::for_words_of(&tokenizer, &vectorizer, &model, &[text, "oil"]);
            assert_eq!(sifted.is_some(), n_labels < 16);
            if let Some(sifted) = sifted {
                let (mut memory, mut again) = (ScorerMemory::default(), vec![0.0; n_labels]);
                sifted.scores(&tokenizer, linear, text, &mut memory, &mut again).unwrap();
                assert_eq!(scores, again, "{text:?}");
            }
            // Compiled for any machine it gives the same bits.
            let mut portable = vec![0.0; n_labels];
            let (memory, scores_of) = (&mut memory, &mut portable[..]);
            let work = OfTokens { scorer: &scorer, model: linear, memory, scores: scores_of };
            work.run(cpu::Portable);
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
