//! What there is to classify, in pieces that threads can share: articles, and blocks of records.
//!
//! Enters: the inputs. Leaves: the pieces in their order, each with how many bytes of the inputs it
//! stands for. Files of records are opened and read here, by whoever draws; articles are left to the
//! threads.

use std::io::{IsTerminal, stderr};

use leitmotif::read::{Block, Input, RecordBlocks};
use leitmotif::{Error, Result};

/// A piece of work.
pub enum Piece {
    /// An input, or a file's end, of which there is nothing but this to say.
    Failed(Error),
    Article(Input),
    Records(Block),
}

/// All pieces.
pub struct Work {
    inputs: std::vec::IntoIter<Result<Input>>,
    open: Option<RecordBlocks>,
    /// How many bytes of the open file are counted.
    n_counted: u64,
    is_watched: bool,
}

impl Work {
    /// The work that `inputs` make. Sizes are asked for where somebody can see them.
    pub fn new(inputs: Vec<Result<Input>>) -> Work {
        let is_watched = stderr().is_terminal();
        Work { inputs: inputs.into_iter(), open: None, n_counted: 0, is_watched }
    }

    /// How many bytes all inputs have, as far as their sizes are known.
    pub fn n_bytes(&self) -> u64 {
        self.inputs.as_slice().iter().flatten().map(|input| self.size(input)).sum()
    }

    fn size(&self, input: &Input) -> u64 {
        let path = input.path.as_ref().filter(|_| self.is_watched);
        path.and_then(|path| path.metadata().ok()).map_or(0, |found| found.len())
    }

    /// The next piece, and how many bytes further it leads. `memory` is used for blocks.
    pub fn next(&mut self, memory: &mut Vec<u8>) -> Option<(Piece, u64)> {
        if let Some(blocks) = &mut self.open {
            if let Some(block) = blocks.next_block(std::mem::take(memory)) {
                let n_before = std::mem::replace(&mut self.n_counted, blocks.n_read());
                return Some((Piece::Records(block), self.n_counted - n_before));
            }
            let is_empty = blocks.n_records() == 0;
            let name = blocks.name().to_string();
            self.open = None;
            if is_empty {
                let error = Error::empty("no record in this file").in_file(name);
                return Some((Piece::Failed(error), 0));
            }
            return self.next(memory);
        }
        match self.inputs.next()? {
            Err(error) => Some((Piece::Failed(error), 0)),
            Ok(input) if input.format.has_records() => match RecordBlocks::open(&input) {
                Ok(blocks) => {
                    (self.open, self.n_counted) = (Some(blocks), 0);
                    self.next(memory)
                }
                Err(error) => Some((Piece::Failed(error), self.size(&input))),
            },
            Ok(input) => {
                let size = self.size(&input);
                Some((Piece::Article(input), size))
            }
        }
    }
}
