//! `leitmotif topics`: topics without labels; each of its commands stands in the file of its name.

mod compare;
mod fit;
mod infer;
mod map;
mod show;

use std::path::{Path, PathBuf};

use leitmotif::pipeline::topics::{TextUnit, TopicTexts, Topics};
use leitmotif::read::{Format, LabelRule, RecordReader, Wanted, expand, read_article};
use leitmotif::{Result, model_file};

use crate::args::topics::{TextUnitArg, Topics as Args, TopicsCommand};
use crate::{Outcome, report};

pub fn run(args: &Args) -> Result<Outcome> {
    match &args.command {
        TopicsCommand::Fit(args) => fit::run(args),
        TopicsCommand::Show(args) => show::run(args),
        TopicsCommand::Infer(args) => infer::run(args),
        TopicsCommand::Compare(args) => compare::run(args),
        TopicsCommand::Map(args) => map::run(args),
    }
}

fn load(path: &Path) -> Result<Topics> {
    model_file::topics::load(path)
}

fn unit(given: Option<TextUnitArg>) -> TextUnit {
    match given {
        None => TextUnit::Natural,
        Some(TextUnitArg::Paragraph) => TextUnit::Paragraph,
        Some(TextUnitArg::Article) => TextUnit::Article,
        Some(TextUnitArg::Record) => TextUnit::Record,
    }
}

/// Reads all inputs; what fails is reported and counted, and the rest goes on.
fn read(inputs: &[PathBuf], format: Option<Format>, unit: TextUnit) -> (TopicTexts, usize) {
    let (mut texts, mut n_failed) = (TopicTexts::default(), 0);
    let mut fail = |error: &leitmotif::Error| {
        report(error);
        n_failed += 1;
    };
    for input in expand(inputs, format, Wanted::Texts) {
        let input = match input {
            Ok(input) => input,
            Err(error) => {
                fail(&error);
                continue;
            }
        };
        if !input.format.has_records() {
            match read_article(&input) {
                Ok(article) => {
                    texts.add_article(&article, unit);
                }
                Err(error) => fail(&error),
            }
            continue;
        }
        match RecordReader::open(&input, LabelRule::Dated) {
            Ok(records) => {
                for (number, record) in (1..).zip(records) {
                    match record {
                        Ok(record) => texts.add_record(record, &input.name, number, unit),
                        Err(error) => fail(&error),
                    }
                }
            }
            Err(error) => fail(&error),
        }
    }
    (texts, n_failed)
}
