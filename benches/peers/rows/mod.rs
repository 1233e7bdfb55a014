//! The rows of the table, one function each.

mod classify;
mod disk;
mod fasttext;
mod grid;
mod million;
mod plain;
mod process;

use crate::Result;
use crate::bench::Bench;
use crate::table::Outcome;

/// A row.
pub struct Row {
    /// The name by which it is chosen.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// Measures it.
    pub run: fn(&mut Bench) -> Result<Outcome>,
}

/// All rows, in the order of the table.
pub const ALL: &[Row] = &[
    Row {
        name: "classify-words",
        about: "classify, words 1-2, a support vector machine trained from seeds/, one thread",
        run: classify::words,
    },
    Row {
        name: "classify-fasttext",
        about: "the same against fastText, one thread",
        run: fasttext::run,
    },
    Row {
        name: "classify-shipped",
        about: "classify with the shipped model, one thread",
        run: classify::shipped,
    },
    Row {
        name: "classify-topics",
        about: "classify 90 labels (reuters21578_90, words 1-2), one thread",
        run: classify::topics,
    },
    Row {
        name: "train-plain",
        about: "train a plain one-vs-rest linear support vector machine, 2 threads",
        run: plain::run,
    },
    Row { name: "train-grid", about: "train over the peer's own grid, 2 threads", run: grid::run },
    Row {
        name: "process",
        about: "whole process: start, load the shipped model, classify one article, print",
        run: process::run,
    },
    Row { name: "disk", about: "classify from disk to disk", run: disk::run },
    Row {
        name: "train-million",
        about: "train on very many paragraphs, 5 labels",
        run: million::run,
    },
];
