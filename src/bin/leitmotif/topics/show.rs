//! `leitmotif topics show`: a file of topics in, a page out.

use leitmotif::Result;
use leitmotif::report::topics::json;
use leitmotif::report::topics::text::{self, Shown};

use super::load;
use crate::Outcome;
use crate::args::ReportFormat;
use crate::args::topics::Show;
use crate::evaluate::json_page;
use crate::output::{Output, write_page};

pub fn run(args: &Show) -> Result<Outcome> {
    let topics = load(&args.model)?;
    let output = Output::open(args.out.out.as_deref())?;
    let page = match args.format {
        ReportFormat::Json => {
            json_page(serde_json::to_string_pretty(&json::value(&topics, args.top)))?
        }
        ReportFormat::Text => text::page(
            &topics,
            Shown { n_words: args.top, n_texts: args.texts, width: output.width() },
        ),
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}
