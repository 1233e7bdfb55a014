//! One block of tokens sampled anew, each token from its exact conditional.
//!
//! Enters: a [`Block`], the counts of its documents and terms, of which nobody else holds any, and the counts of the topics
//! as wholes. Leaves: new topics and counts. For a token of term w in document d, itself not counted (Griffiths and
//! Steyvers 2004, equation 5; alpha one number a topic):
//!
//! ```text
//! p(topic = k) ~ (n_dk + alpha_k) (n_wk + beta) / (n_k + V beta)
//! ```
//!
//! Topics lie in chunks of 8 lanes. Sums run down the lanes, not along the topics: the last sum of a lane is what the lane
//! weighs, so a lane is drawn first, then a chunk among the lane's sums, and no sum over lanes is made but one. Cost: K / 8
//! vector steps a token, which up to many hundreds of topics is less than what cleverer ways spend on cache misses.

use super::gibbs_blocks::Block;
use crate::cpu::{self, Machine, Work};
use crate::math::Generator;

/// Topics that are worked on at once.
pub(super) const LANES: usize = 8;

/// Numbers of as many topics.
pub(super) type Chunk = [f32; LANES];

/// The numbers that blocks are sampled by, the same for all of them.
#[derive(Debug, Clone)]
pub(super) struct Priors {
    /// alpha, by topic; 0 beyond the last.
    pub alpha: Vec<Chunk>,
    /// beta.
    pub beta: f32,
    /// The sum of the terms' prior counts of each topic, V beta where there is no other.
    pub term_sums: Vec<f64>,
}

/// What a thread needs beside the counts.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    /// How much each n_k has been changed by the block: whole numbers; a row of lanes as long as that of a term.
    pub changes: Vec<Chunk>,
    /// n_k before, and what of the prior belongs to it; infinite beyond the last topic.
    totals: Vec<Chunk>,
    /// (n_dk + alpha_k) / (n_k + V beta) of the document at hand.
    weights: Vec<Chunk>,
    /// Running sums down the lanes.
    sums: Vec<Chunk>,
}

impl Scratch {
    pub fn new(n_topics: usize) -> Self {
        let chunks = vec![[0.0; LANES]; n_topics.div_ceil(LANES)];
        let totals = vec![[f32::INFINITY; LANES]; chunks.len()];
        Scratch { changes: chunks.clone(), totals, weights: chunks.clone(), sums: chunks }
    }

    fn start(&mut self, n_tokens: &[f64], priors: &Priors) {
        self.changes.fill([0.0; LANES]);
        for (topic, (n, sum)) in n_tokens.iter().zip(&priors.term_sums).enumerate() {
            self.totals[topic / LANES][topic % LANES] = (n + sum) as f32;
        }
    }
}

/// The sampling of a block.
pub(super) struct Sampling<'a> {
    /// Its tokens.
    pub block: &'a mut Block,
    /// n_dk of the part's documents, a row a document.
    pub documents: &'a mut [Chunk],
    /// n_wk of the part's terms, a row a term.
    pub terms: &'a mut [Chunk],
    /// n_k before; `scratch.changes` is what comes to it.
    pub n_tokens: &'a [f64],
    pub priors: &'a Priors,
    pub scratch: &'a mut Scratch,
    pub generator: Generator,
}

impl Work for Sampling<'_> {
    type Output = ();

    /// Loops of a known length are unrolled; those of more chunks are long enough not to need it.
    #[inline(always)]
    fn run(self, machine: impl Machine) {
        self.scratch.start(self.n_tokens, self.priors);
        match self.priors.alpha.len() {
            1 => self.sample::<1>(machine),
            2 => self.sample::<2>(machine),
            3 => self.sample::<3>(machine),
            4 => self.sample::<4>(machine),
            5 => self.sample::<5>(machine),
            6 => self.sample::<6>(machine),
            7 => self.sample::<7>(machine),
            8 => self.sample::<8>(machine),
            _ => self.sample::<0>(machine),
        }
    }
}

impl Sampling<'_> {
    #[inline(always)]
    fn sample<const N: usize>(self, machine: impl Machine) {
        let Sampling { block, documents, terms, priors, scratch, mut generator, n_tokens } = self;
        let n_chunks = if N == 0 { priors.alpha.len() } else { N };
        let n_topics = n_tokens.len();
        let beta = machine.splat(priors.beta);
        let sums = &mut scratch.sums[..n_chunks];
        let mut first = 0;
        for run in &block.runs {
            let mut document = Document {
                counts: &mut documents[run.document as usize * n_chunks..][..n_chunks],
                weights: &mut scratch.weights[..n_chunks],
                changes: &mut scratch.changes[..n_chunks],
                totals: &scratch.totals[..n_chunks],
                alpha: &priors.alpha[..n_chunks],
            };
            for chunk in 0..n_chunks {
                document.weigh(machine, chunk);
            }
            for i in first..first + run.n_tokens as usize {
                if let Some(&ahead) = block.terms.get(i + 4) {
                    for c in (0..n_chunks).step_by(2) {
                        cpu::prefetch(terms, ahead as usize * n_chunks + c);
                    }
                }
                let row = &mut terms[block.terms[i] as usize * n_chunks..][..n_chunks];
                document.change(machine, row, block.topics[i] as usize, &MINUS_ONE);
                let uniform = (generator.next_u64() >> 41) as f32 * (1.0 / (1 << 23) as f32);
                let topic = if N == 0 {
                    draw(machine, row, document.weights, sums, beta, uniform)
                } else {
                    draw_unrolled::<_, N>(machine, row, document.weights, beta, uniform)
                };
                let topic = topic.min(n_topics - 1);
                document.change(machine, row, topic, &ONE);
                block.topics[i] = topic as u16;
            }
            first += run.n_tokens as usize;
        }
    }
}

/// The document at hand.
struct Document<'a> {
    counts: &'a mut [Chunk],
    weights: &'a mut [Chunk],
    changes: &'a mut [Chunk],
    totals: &'a [Chunk],
    alpha: &'a [Chunk],
}

/// One in one lane, by lane.
const ONE: [Chunk; LANES] = one_in_a_lane(1.0);

/// The same, to be taken away.
const MINUS_ONE: [Chunk; LANES] = one_in_a_lane(-1.0);

const fn one_in_a_lane(value: f32) -> [Chunk; LANES] {
    let mut rows = [[0.0; LANES]; LANES];
    let mut lane = 0;
    while lane < LANES {
        rows[lane][lane] = value;
        lane += 1;
    }
    rows
}

impl Document<'_> {
    #[inline(always)]
    fn weigh<M: Machine>(&mut self, machine: M, chunk: usize) {
        let add = |a: &Chunk, b: &Chunk| machine.add(machine.load(a), machine.load(b));
        let totals = add(&self.totals[chunk], &self.changes[chunk]);
        let counts = add(&self.counts[chunk], &self.alpha[chunk]);
        let inverse = machine.divide(machine.splat(1.0), totals);
        self.weights[chunk] = machine.store(machine.multiply(counts, inverse));
    }

    /// Adds to the counts of a topic what stands in its lane. The whole chunk is stored, because what is stored as one
    /// number and read with its neighbours is not there at once.
    #[inline(always)]
    fn change<M: Machine>(
        &mut self,
        machine: M,
        row: &mut [Chunk],
        topic: usize,
        by: &[Chunk; LANES],
    ) {
        let (chunk, by) = (topic / LANES, machine.load(&by[topic % LANES]));
        let add = |to: &mut Chunk| *to = machine.store(machine.add(machine.load(to), by));
        add(&mut row[chunk]);
        add(&mut self.counts[chunk]);
        add(&mut self.changes[chunk]);
        self.weigh(machine, chunk);
    }
}

/// A topic, drawn in proportion to weights x (row + beta) by a uniform number in 0..1.
#[inline(always)]
fn draw<M: Machine>(
    machine: M,
    row: &[Chunk],
    weights: &[Chunk],
    sums: &mut [Chunk],
    beta: M::Lanes,
    uniform: f32,
) -> usize {
    let mut sum = machine.splat(0.0);
    for ((row, weights), sums) in row.iter().zip(weights).zip(&mut *sums) {
        let counts = machine.add(machine.load(row), beta);
        sum = machine.add(sum, machine.multiply(machine.load(weights), counts));
        *sums = machine.store(sum);
    }
    let ends = machine.running_sums(sum);
    let end = machine.store(ends);
    let wanted = uniform * end[LANES - 1];
    let lane = machine.count_up_to(ends, wanted).min(LANES - 1);
    let last = sums.len() - 1;
    let rest = wanted - (end[lane] - sums[last][lane]);
    let chunk = sums[..last].partition_point(|sums| sums[lane] <= rest);
    chunk * LANES + lane
}

/// The same where the number of chunks is known, all sums in registers.
#[inline(always)]
fn draw_unrolled<M: Machine, const N: usize>(
    machine: M,
    row: &[Chunk],
    weights: &[Chunk],
    beta: M::Lanes,
    uniform: f32,
) -> usize {
    let (row, weights) = (&row[..N], &weights[..N]);
    let mut sums = [machine.splat(0.0); N];
    for c in 0..N {
        let counts = machine.add(machine.load(&row[c]), beta);
        sums[c] = machine.multiply(machine.load(&weights[c]), counts);
    }
    for c in (1..N).step_by(2) {
        let pair = machine.add(sums[c - 1], sums[c]);
        if c > 1 {
            sums[c - 1] = machine.add(sums[c - 2], sums[c - 1]);
            sums[c] = machine.add(sums[c - 2], pair);
        } else {
            sums[c] = pair;
        }
    }
    if N % 2 == 1 && N > 1 {
        sums[N - 1] = machine.add(sums[N - 2], sums[N - 1]);
    }
    let ends = machine.running_sums(sums[N - 1]);
    let wanted = uniform * machine.store(ends)[LANES - 1];
    let starts = machine.subtract(ends, sums[N - 1]);
    let rest = machine.subtract(machine.splat(wanted), starts);
    let chunks = machine.count_rows_up_to(&sums, rest);
    let lane = machine.count_up_to(ends, wanted) % LANES;
    chunks[lane] as usize * LANES + lane
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::{Portable, on_widest};
    use crate::topics::gibbs_blocks::Run;

    /// A block of 40 documents of 25 tokens of 30 terms, topics drawn, and the counts of it.
    struct Corpus {
        block: Block,
        documents: Vec<Chunk>,
        terms: Vec<Chunk>,
        n_tokens: Vec<f64>,
    }

    fn corpus(n_topics: usize) -> Corpus {
        let mut generator = Generator::new(n_topics as u64);
        let n_chunks = n_topics.div_ceil(LANES);
        let runs = (0..40).map(|document| Run { document, n_tokens: 25 }).collect();
        let terms: Vec<u32> = (0..1_000).map(|_| generator.below(30) as u32).collect();
        let topics: Vec<u16> = (0..1_000).map(|_| generator.below(n_topics) as u16).collect();
        let empty = |rows: usize| vec![[0.0; LANES]; rows * n_chunks];
        let (mut of_documents, mut of_terms) = (empty(40), empty(30));
        let mut n_tokens = vec![0.0; n_topics];
        for (i, (&term, &topic)) in terms.iter().zip(&topics).enumerate() {
            let (chunk, lane) = (topic as usize / LANES, topic as usize % LANES);
            of_documents[i / 25 * n_chunks + chunk][lane] += 1.0;
            of_terms[term as usize * n_chunks + chunk][lane] += 1.0;
            n_tokens[topic as usize] += 1.0;
        }
        let block = Block { runs, terms, topics };
        Corpus { block, documents: of_documents, terms: of_terms, n_tokens }
    }

    fn priors(n_topics: usize) -> Priors {
        let mut alpha = vec![[0.0; LANES]; n_topics.div_ceil(LANES)];
        alpha.as_flattened_mut()[..n_topics].fill(0.5);
        Priors { alpha, beta: 0.1, term_sums: vec![3.0; n_topics] }
    }

    fn sample(n_topics: usize, run: impl Fn(Sampling<'_>)) -> Vec<u16> {
        let mut corpus = corpus(n_topics);
        run(Sampling {
            block: &mut corpus.block,
            documents: &mut corpus.documents,
            terms: &mut corpus.terms,
            n_tokens: &corpus.n_tokens,
            priors: &priors(n_topics),
            scratch: &mut Scratch::new(n_topics),
            generator: Generator::new(5),
        });
        corpus.block.topics
    }

    /// The slow twin: the same uniform number, the weights of all topics in 64 bits, laid end to end lane by lane.
    fn plain(n_topics: usize) -> Vec<u16> {
        let Corpus { mut block, mut documents, mut terms, mut n_tokens } = corpus(n_topics);
        let (n_chunks, mut generator) = (n_topics.div_ceil(LANES), Generator::new(5));
        for i in 0..block.terms.len() {
            let document = documents[i / 25 * n_chunks..][..n_chunks].as_flattened_mut();
            let term = terms[block.terms[i] as usize * n_chunks..][..n_chunks].as_flattened_mut();
            let before = block.topics[i] as usize;
            document[before] -= 1.0;
            term[before] -= 1.0;
            n_tokens[before] -= 1.0;
            let weight = |k: usize| {
                (f64::from(document[k]) + 0.5) * (f64::from(term[k]) + 0.1) / (n_tokens[k] + 3.0)
            };
            let lanes = (0..LANES).flat_map(|lane| (lane..n_topics).step_by(LANES));
            let total: f64 = lanes.clone().map(weight).sum();
            let mut wanted = (generator.next_u64() >> 41) as f64 / (1 << 23) as f64 * total;
            let passed = lanes.clone().take_while(|&k| {
                wanted -= weight(k);
                wanted >= 0.0
            });
            let topic = lanes.clone().nth(passed.count()).unwrap();
            document[topic] += 1.0;
            term[topic] += 1.0;
            n_tokens[topic] += 1.0;
            block.topics[i] = topic as u16;
        }
        block.topics
    }

    #[test]
    fn topics_are_those_of_the_plain_twin() {
        for n_topics in [1, 2, 8, 9, 31, 50, 64, 65, 100, 300] {
            assert_eq!(
                sample(n_topics, |sampling| on_widest(sampling)),
                plain(n_topics),
                "{n_topics}"
            );
        }
    }

    #[test]
    fn machines_agree() {
        for n_topics in [1, 7, 20, 50, 64, 130] {
            let portable = sample(n_topics, |sampling| sampling.run(Portable));
            assert_eq!(sample(n_topics, |sampling| on_widest(sampling)), portable, "{n_topics}");
        }
    }
}
