//! `leitmotif segment`: articles in, their paragraphs with kind and bytes out.

use leitmotif::corpus::{Article, Paragraph};
use leitmotif::read::{Input, Wanted, expand, read_article};
use leitmotif::report::{Answer, AnswerWriter, Format, Layout};
use leitmotif::segment::segment;
use leitmotif::{Error, Result};
use rayon::prelude::*;

use crate::args::{self, SegmentFormat};
use crate::output::Output;
use crate::{Outcome, report, set_threads};

/// Articles read and segmented together.
const ARTICLES: usize = 64;

pub fn run(args: &args::Segment) -> Result<Outcome> {
    set_threads(&args.common)?;
    let output = Output::open(args.out.out.as_deref())?;
    let format = match args.format {
        SegmentFormat::Text => Format::Text,
        SegmentFormat::Jsonl => Format::Jsonl,
    };
    let (is_coloured, width) = (output.is_coloured(), output.width());
    let layout = Layout { format, names: &[], is_coloured, width };
    let mut writer = AnswerWriter::new(output, layout);
    let (mut n_done, mut n_failed) = (0, 0);
    let mut inputs = expand(&args.inputs, None, Wanted::Articles);
    let find = |input: Result<Input>| find(read_article(&input?)?, args.all_kinds);
    while !inputs.is_empty() {
        let batch: Vec<_> = inputs.drain(..inputs.len().min(ARTICLES)).collect();
        let found: Vec<_> = batch.into_par_iter().map(find).collect();
        for found in found {
            match found {
                Ok((article, found)) => {
                    write(&mut writer, &article, found)?;
                    n_done += 1;
                }
                Err(error) => {
                    report(&error);
                    n_failed += 1;
                }
            }
        }
    }
    let outcome = Outcome::of(n_done, n_failed);
    if outcome != Outcome::NothingDone {
        writer.finish()?.commit()?;
    }
    Ok(outcome)
}

/// The paragraphs to show, with their numbers; none is an error.
fn find(article: Article, all_kinds: bool) -> Result<(Article, Vec<(usize, Paragraph)>)> {
    let found: Vec<(usize, Paragraph)> = (1..)
        .zip(segment(&article.text))
        .filter(|(_, paragraph)| all_kinds || paragraph.kind.is_classified())
        .collect();
    if found.is_empty() {
        let message = "no paragraph (--all-kinds shows titles and boilerplate, too)";
        return Err(Error::empty(message).in_file(&article.name));
    }
    Ok((article, found))
}

fn write(
    writer: &mut AnswerWriter<'_, Output>,
    article: &Article,
    found: Vec<(usize, Paragraph)>,
) -> Result<()> {
    for (number, paragraph) in found {
        writer.write(&Answer {
            article: Some(&article.name),
            id: Some(&format!("{}#{number}", article.name)),
            paragraph: number,
            kind: paragraph.kind,
            spans: &paragraph.spans,
            text: paragraph.text(&article.text).as_str(),
            labels: None,
            unsure: None,
            probabilities: None,
            reasons: None,
        })?;
    }
    Ok(())
}
