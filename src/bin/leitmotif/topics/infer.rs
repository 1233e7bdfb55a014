//! `leitmotif topics infer`: topics and other texts in, how much of each text is of each topic out.

use leitmotif::pipeline::Progress;
use leitmotif::pipeline::topics::{TopicMemory, TopicTexts, Topics};
use leitmotif::report::topics::inferred::{Inferred, Table, write_json};
use leitmotif::{Error, Result};
use rayon::prelude::*;

use super::{load, read, unit};
use crate::args::topics::{Infer, InferFormat};
use crate::output::Output;
use crate::progress::Bar;
use crate::{Outcome, set_threads, train};

/// Texts that are worked on before any is written.
const BATCH: usize = 4_096;

pub fn run(args: &Infer) -> Result<Outcome> {
    set_threads(&args.common)?;
    if let Some(out) = &args.out.out {
        train::refuse_overwriting(out, &args.inputs)?;
    }
    let topics = load(&args.model)?;
    let mut output = Output::open(args.out.out.as_deref())?;
    // What is not said is done as when the topics were found.
    let unit = if args.unit.is_some() { unit(args.unit) } else { topics.settings.unit };
    let (texts, n_failed) = read(&args.inputs, args.data.data_format.map(Into::into), unit);
    if texts.is_empty() {
        if n_failed > 0 {
            return Ok(Outcome::NothingDone);
        }
        return Err(Error::empty("no text to see topics in"));
    }
    let bar = Bar::new(output.is_on_terminal());
    bar.stage("seeing topics", texts.len());
    let done = |n: usize| bar.advance(n);
    match args.format {
        InferFormat::Jsonl => {
            for_each(&topics, &texts, &done, |inferred| {
                write_json(&topics, inferred, args.top, &mut output)
            })?;
        }
        InferFormat::Csv => {
            let mut table = Table::new(&topics, output)?;
            for_each(&topics, &texts, &done, |inferred| table.write(&topics, inferred))?;
            output = table.finish()?;
        }
    }
    drop(bar);
    output.commit()?;
    Ok(Outcome::of(texts.len(), n_failed))
}

/// Calls `take` with every text in order; `done` hears of each batch.
fn for_each(
    topics: &Topics,
    texts: &TopicTexts,
    done: &dyn Fn(usize),
    mut take: impl FnMut(Inferred<'_>) -> Result<()>,
) -> Result<()> {
    for (batch, places) in texts.texts.chunks(BATCH).zip(texts.places.chunks(BATCH)) {
        let mixtures = batch
            .par_iter()
            .map_init(TopicMemory::default, |memory, text| topics.infer(text, memory))
            .collect::<Result<Vec<_>>>()?;
        for ((text, place), (mixture, n_words)) in batch.iter().zip(places).zip(&mixtures) {
            take(Inferred { place, text, mixture, n_words: *n_words })?;
        }
        done(batch.len());
    }
    Ok(())
}
