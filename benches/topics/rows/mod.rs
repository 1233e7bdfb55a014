//! The rows of the table, one file each.

mod coherence;
mod gibbs_speed;
mod k_auto;
mod likelihood;
mod quality;
mod stability;

use crate::Result;
use crate::bench::Bench;
use crate::table::Outcome;

/// A row.
pub struct Row {
    /// The name by which it is chosen.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// What it is measured on; where none is named, on the corpora that were asked for.
    pub corpora: &'static [&'static str],
    /// Measures it.
    pub run: fn(&mut Bench) -> Result<Outcome>,
}

const NEWSGROUPS: &str = "newsgroups20_stripped";
const BBC: &str = "bbc";
const AP: &str = "ap";

/// All rows, in the order of the table.
pub const ALL: &[Row] = &[
    Row {
        name: "gibbs-speed",
        about: "tokens x sweeps a second of Gibbs sampling, 2 threads",
        corpora: &[],
        run: gibbs_speed::run,
    },
    Row {
        name: "likelihood",
        about: "log likelihood per word after Gibbs sampling",
        corpora: &[],
        run: likelihood::run,
    },
    Row {
        name: "quality",
        about: "NPMI and diversity of the ten weightiest words of each topic",
        corpora: &[],
        run: quality::run,
    },
    Row {
        name: "coherence",
        about: "seconds to judge 50 topics of 10 words, 2 threads",
        corpora: &[],
        run: coherence::run,
    },
    Row {
        name: "k-auto",
        about: "how many topics, chosen from the texts",
        corpora: &[AP],
        run: k_auto::run,
    },
    Row {
        name: "stability",
        about: "topics graded stable, found again from another seed",
        corpora: &[AP],
        run: stability::run,
    },
];
