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
    fn change<M: Machine>(&mut self, machine: M, row: &mut [Chunk], topic: usize, by: &[Chunk; LANES]) {
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
