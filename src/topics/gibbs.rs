//! Collapsed Gibbs sampling, parallel and the same for any number of threads.
//!
//! Enters: counts, priors, a seed. Leaves: a topic for each token and what is counted by it.
//! A sweep over P x P blocks has P steps. In step s documents of part p meet terms of part (p + s) mod P, so that no
//! n_dk and no n_wk is held by two; n_k alone is shared: each part goes by what it was at the step's beginning and its
//! own changes, which are added up afterwards (Newman, Asuncion, Smyth and Welling 2009, but for n_k alone). Random
//! numbers come from a generator of each block's own in each sweep.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::dirichlet::Histogram;
use super::gibbs_blocks::{Block, Blocks};
use super::gibbs_kernel::{Chunk, LANES, Priors, Sampling, Scratch};
use crate::cpu;
use crate::error::Result;
use crate::math::Generator;
use crate::matrix::TermMatrix;

/// Counts that no token owns: so many more of a term for a topic.
pub(super) type PriorCounts = [(usize, usize, f64)];

/// A chain of samples.
#[derive(Debug)]
pub(super) struct Sampler {
    n_topics: usize,
    /// Chunks of a row.
    n_chunks: usize,
    blocks: Blocks,
    /// For each part of the documents n_dk, a row a document.
    documents: Vec<Vec<Chunk>>,
    /// For each part of the terms n_wk and what the prior adds to it, a row a term.
    terms: Vec<Vec<Chunk>>,
    /// n_k, without what the prior adds.
    n_tokens: Vec<f64>,
    scratch: Vec<Scratch>,
    seed: u64,
    n_sweeps: u64,
}

impl Sampler {
    /// A chain whose tokens have topics by chance: any, or one of those for which the prior counts the term.
    ///
    /// # Errors
    /// Where there is no token, or one that cannot be counted.
    pub fn new(
        counts: &TermMatrix,
        n_topics: usize,
        priors: &PriorCounts,
        seed: u64,
    ) -> Result<Self> {
        let blocks = Blocks::new(counts)?;
        let n_chunks = n_topics.div_ceil(LANES);
        let table = |rows: usize| vec![[0.0; LANES]; rows * n_chunks];
        let bounds = blocks.document_bounds.windows(2);
        let documents = bounds.map(|pair| table(pair[1] - pair[0])).collect();
        let terms: Vec<Vec<Chunk>> = blocks.n_terms.iter().map(|&n| table(n)).collect();
        let scratch = vec![Scratch::new(n_topics); terms.len()];
        let n_tokens = vec![0.0; n_topics];
        let mut sampler = Sampler {
            n_topics,
            n_chunks,
            blocks,
            documents,
            terms,
            n_tokens,
            scratch,
            seed,
            n_sweeps: 0,
        };
        sampler.assign(&sampler.guides(priors));
        sampler.add_priors(priors);
        Ok(sampler)
    }

    /// For each term, by part and place, for which the prior has counts: topics, and the counts up to and with each.
    fn guides(&self, priors: &PriorCounts) -> BTreeMap<(u32, u32), Vec<(usize, f64)>> {
        let mut guides: BTreeMap<_, Vec<(usize, f64)>> = BTreeMap::new();
        for &(topic, term, count) in priors {
            let guide = guides.entry(self.blocks.places[term]).or_default();
            let before = guide.last().map_or(0.0, |last| last.1);
            guide.push((topic, before + count));
        }
        guides
    }

    fn assign(&mut self, guides: &BTreeMap<(u32, u32), Vec<(usize, f64)>>) {
        let (n_topics, n_chunks) = (self.n_topics, self.n_chunks);
        let mut generator = generator(self.seed, u64::MAX - 1);
        for (blocks, documents) in self.blocks.blocks.iter_mut().zip(&mut self.documents) {
            for (part, (block, terms)) in (0..).zip(blocks.iter_mut().zip(&mut self.terms)) {
                let Block { runs, terms: places, topics } = block;
                let of_runs =
                    runs.iter().flat_map(|run| (0..run.n_tokens).map(|_| run.document as usize));
                for ((document, &place), topic) in of_runs.zip(&*places).zip(topics) {
                    let drawn = match guides.get(&(part, place)) {
                        Some(guide) => draw_guided(guide, &mut generator),
                        None => generator.below(n_topics),
                    };
                    let (chunk, lane) = (drawn / LANES, drawn % LANES);
                    documents[document * n_chunks + chunk][lane] += 1.0;
                    terms[place as usize * n_chunks + chunk][lane] += 1.0;
                    self.n_tokens[drawn] += 1.0;
                    *topic = drawn as u16;
                }
            }
        }
    }

    fn add_priors(&mut self, priors: &PriorCounts) {
        for &(topic, term, count) in priors {
            let (part, place) = self.blocks.places[term];
            let row = place as usize * self.n_chunks;
            self.terms[part as usize][row + topic / LANES][topic % LANES] += count as f32;
        }
    }

    /// Samples every token once.
    pub fn sweep(&mut self, priors: &Priors) {
        let n_parts = self.terms.len();
        for step in 0..n_parts {
            let number = self.n_sweeps * n_parts as u64 + step as u64;
            let (seed, n_tokens) = (self.seed, &self.n_tokens);
            let parts = self.documents.par_iter_mut().zip(&mut self.blocks.blocks);
            let parts =
                parts.zip(&mut self.terms).zip(&mut self.scratch).enumerate().with_max_len(1);
            parts.for_each(|(p, (((documents, blocks), terms), scratch))| {
                let block = &mut blocks[(p + step) % n_parts];
                let generator = generator(seed, number * n_parts as u64 + p as u64);
                cpu::on_widest(Sampling {
                    block,
                    documents,
                    terms,
                    n_tokens,
                    priors,
                    scratch,
                    generator,
                });
            });
            self.merge();
            // Part p of the documents meets the next part of the terms.
            self.terms.rotate_left(1);
        }
        self.n_sweeps += 1;
    }

    /// Adds up how all parts have changed n_k; whole numbers, so that no order shows.
    fn merge(&mut self) {
        for (topic, n) in self.n_tokens.iter_mut().enumerate() {
            let (chunk, lane) = (topic / LANES, topic % LANES);
            *n += self.scratch.iter().map(|part| f64::from(part.changes[chunk][lane])).sum::<f64>();
        }
    }
}

/// One of the topics, in proportion to its count.
fn draw_guided(guide: &[(usize, f64)], generator: &mut Generator) -> usize {
    let uniform = (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let wanted = uniform * guide[guide.len() - 1].1;
    let place = guide.partition_point(|&(_, up_to)| up_to <= wanted);
    guide[place.min(guide.len() - 1)].0
}

/// What is counted.
impl Sampler {
    /// How many tokens there are.
    pub fn total(&self) -> usize {
        self.blocks.n_tokens
    }

    /// n_k, without what the prior adds.
    pub fn n_tokens(&self) -> &[f64] {
        &self.n_tokens
    }

    /// How often each n_dk occurs, by topic, and each n_d.
    pub fn document_histograms(&self) -> (Vec<Histogram>, Histogram) {
        let of_parts: Vec<_> =
            self.documents.par_iter().map(|part| self.histograms(part)).collect();
        let mut all = (vec![Histogram::default(); self.n_topics], Histogram::default());
        for (topics, lengths) in &of_parts {
            all.0.iter_mut().zip(topics).for_each(|(all, part)| all.join(part));
            all.1.join(lengths);
        }
        all
    }

    fn histograms(&self, rows: &[Chunk]) -> (Vec<Histogram>, Histogram) {
        let mut topics = vec![Histogram::default(); self.n_topics];
        let mut lengths = Histogram::default();
        for row in rows.chunks(self.n_chunks) {
            let counts = row.as_flattened();
            topics.iter_mut().zip(counts).for_each(|(topic, &n)| topic.add(f64::from(n)));
            lengths.add(counts.iter().map(|&n| f64::from(n)).sum());
        }
        (topics, lengths)
    }

    /// How often each n_wk occurs, with what the prior adds.
    pub fn term_histogram(&self) -> Histogram {
        let of_part = |part: &Vec<Chunk>| {
            let mut histogram = Histogram::default();
            part.as_flattened().iter().for_each(|&n| histogram.add(f64::from(n)));
            histogram
        };
        let of_parts: Vec<Histogram> = self.terms.par_iter().map(of_part).collect();
        let mut all = Histogram::default();
        of_parts.iter().for_each(|part| all.join(part));
        all
    }

    /// n_wk of a term, and what the prior adds.
    pub fn term(&self, term: usize) -> &[f32] {
        let (part, place) = self.blocks.places[term];
        let row = &self.terms[part as usize][place as usize * self.n_chunks..][..self.n_chunks];
        &row.as_flattened()[..self.n_topics]
    }

    /// n_dk of all documents, in order.
    pub fn documents(&self) -> impl Iterator<Item = &[f32]> {
        let rows = self.documents.iter().flat_map(|part| part.chunks(self.n_chunks));
        rows.map(|row| &row.as_flattened()[..self.n_topics])
    }
}

/// The generator of a block in a sweep, seeded far from all others.
fn generator(seed: u64, number: u64) -> Generator {
    let stirred =
        Generator::new(seed ^ (number + 1).wrapping_mul(0xD134_2543_DE82_EF95)).next_u64();
    Generator::new(stirred)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(n_rows: usize, n_terms: usize, seed: u64) -> TermMatrix {
        let mut generator = Generator::new(seed);
        let mut counts = TermMatrix::new(n_terms);
        for row in 0..n_rows {
            // Documents are of one half of the terms or of the other.
            let of = |term: usize| if (term * 2 < n_terms) == (row % 2 == 0) { 6 } else { 2 };
            let row: Vec<(u32, f32)> =
                (0..n_terms).map(|term| (term as u32, generator.below(of(term)) as f32)).collect();
            counts.push_row(row);
        }
        counts
    }

    fn priors(n_topics: usize, n_terms: usize) -> Priors {
        let mut alpha = vec![[0.0; LANES]; n_topics.div_ceil(LANES)];
        alpha.as_flattened_mut()[..n_topics].fill(0.3);
        Priors { alpha, beta: 0.1, term_sums: vec![0.1 * n_terms as f64; n_topics] }
    }

    /// n_dk and n_wk and n_k as the topics of the tokens say.
    fn counted_anew(sampler: &Sampler) -> (Vec<Vec<Chunk>>, Vec<Vec<Chunk>>, Vec<f64>) {
        let empty = |tables: &[Vec<Chunk>]| {
            tables.iter().map(|t| vec![[0.0; LANES]; t.len()]).collect::<Vec<_>>()
        };
        let (mut documents, mut terms) = (empty(&sampler.documents), empty(&sampler.terms));
        let mut n_tokens = vec![0.0; sampler.n_topics];
        for (p, blocks) in sampler.blocks.blocks.iter().enumerate() {
            for (q, block) in blocks.iter().enumerate() {
                let of_runs = block
                    .runs
                    .iter()
                    .flat_map(|run| (0..run.n_tokens).map(|_| run.document as usize));
                for ((document, &term), &topic) in of_runs.zip(&block.terms).zip(&block.topics) {
                    let (chunk, lane) = (topic as usize / LANES, topic as usize % LANES);
                    documents[p][document * sampler.n_chunks + chunk][lane] += 1.0;
                    terms[q][term as usize * sampler.n_chunks + chunk][lane] += 1.0;
                    n_tokens[topic as usize] += 1.0;
                }
            }
        }
        (documents, terms, n_tokens)
    }

    #[test]
    fn threads_do_not_show_and_counts_are_those_of_the_topics() {
        let counts = corpus(900, 110, 2);
        for n_topics in [1, 3, 20, 75] {
            let run = |n_threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
                pool.install(|| {
                    let mut sampler = Sampler::new(&counts, n_topics, &[], 7).unwrap();
                    (0..3).for_each(|_| sampler.sweep(&priors(n_topics, 110)));
                    sampler
                })
            };
            let (one, four) = (run(1), run(4));
            assert!(one.blocks.blocks.len() > 2);
            assert_eq!(one.blocks.blocks, four.blocks.blocks);
            assert_eq!(
                (one.documents.clone(), one.terms.clone(), one.n_tokens.clone()),
                counted_anew(&four)
            );
        }
    }

    /// The slow twin: the textbook's sampler, one token after the other, in 64 bits. How often the tokens of two terms of a
    /// document have the same topic, on average over samples.
    fn plain_agreement(counts: &TermMatrix, n_topics: usize, n_sweeps: usize) -> f64 {
        let mut generator = Generator::new(99);
        let (n_terms, mut tokens) = (counts.n_terms(), Vec::new());
        for (document, row) in counts.rows().enumerate() {
            for (term, count) in row.iter() {
                tokens.extend((0..count as usize).map(|_| (document, term as usize, 0)));
            }
        }
        let mut n_dk = vec![vec![0.0; n_topics]; counts.n_rows()];
        let mut n_wk = vec![vec![0.0; n_topics]; n_terms];
        let mut n_k = vec![0.0; n_topics];
        for (document, term, topic) in &mut tokens {
            *topic = generator.below(n_topics);
            n_dk[*document][*topic] += 1.0;
            n_wk[*term][*topic] += 1.0;
            n_k[*topic] += 1.0;
        }
        let mut sum = 0.0;
        for sweep in 0..n_sweeps {
            for (d, w, topic) in &mut tokens {
                for (counts, by) in [(&mut n_dk[*d], -1.0), (&mut n_wk[*w], -1.0), (&mut n_k, -1.0)]
                {
                    counts[*topic] += by;
                }
                let weight = |k: usize| {
                    (n_dk[*d][k] + 0.3) * (n_wk[*w][k] + 0.1) / (n_k[k] + 0.1 * n_terms as f64)
                };
                let weights: Vec<f64> = (0..n_topics).map(weight).collect();
                let uniform = (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
                let mut wanted = uniform * weights.iter().sum::<f64>();
                let passed = weights.iter().take_while(|&&weight| {
                    wanted -= weight;
                    wanted >= 0.0
                });
                *topic = passed.count().min(n_topics - 1);
                n_dk[*d][*topic] += 1.0;
                n_wk[*w][*topic] += 1.0;
                n_k[*topic] += 1.0;
            }
            if sweep >= n_sweeps / 5 {
                sum += agreement(n_dk.iter().map(|row| row.as_slice()));
            }
        }
        sum / (n_sweeps - n_sweeps / 5) as f64
    }

    /// The share of pairs of tokens of a document that have the same topic.
    fn agreement<'a>(documents: impl Iterator<Item = &'a [f64]>) -> f64 {
        let (mut same, mut all) = (0.0, 0.0);
        for row in documents {
            let n: f64 = row.iter().sum();
            same += row.iter().map(|n| n * (n - 1.0)).sum::<f64>();
            all += n * (n - 1.0);
        }
        same / all
    }

    #[test]
    fn samples_are_distributed_like_those_of_the_plain_twin() {
        // So small that the chain forgets its start within a few sweeps and the mean is sharp; 3 and 70 topics go the
        // two ways of drawing.
        let counts = corpus(6, 8, 4);
        for n_topics in [3, 70] {
            let n_sweeps = 6_000;
            let twin = plain_agreement(&counts, n_topics, n_sweeps);
            let mut sampler = Sampler::new(&counts, n_topics, &[], 1).unwrap();
            let (priors, mut sum) = (priors(n_topics, 8), 0.0);
            for sweep in 0..n_sweeps {
                sampler.sweep(&priors);
                if sweep >= n_sweeps / 5 {
                    let rows: Vec<Vec<f64>> = sampler
                        .documents()
                        .map(|row| row.iter().map(|&n| f64::from(n)).collect())
                        .collect();
                    sum += agreement(rows.iter().map(|row| row.as_slice()));
                }
            }
            let ours = sum / (n_sweeps - n_sweeps / 5) as f64;
            // With 30,000 sweeps they differ by less than 0.01; chains of 6,000 are that much less sharp.
            assert!((ours - twin).abs() < 0.02, "{n_topics}: {ours} and {twin}");
        }
    }

    #[test]
    fn guided_terms_start_in_their_topics() {
        let counts = corpus(200, 20, 3);
        let sampler = Sampler::new(&counts, 5, &[(4, 7, 2.0)], 1).unwrap();
        let of_term = sampler.term(7);
        assert!(of_term[..4].iter().all(|&n| n == 0.0) && of_term[4] > 2.0);
    }
}
