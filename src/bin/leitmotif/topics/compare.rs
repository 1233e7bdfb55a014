//! `leitmotif topics compare`: two files of topics in, which of them are the same out.

use leitmotif::Result;
use leitmotif::pipeline::topics::Matching;
use leitmotif::report::topics::matched;

use super::load;
use crate::Outcome;
use crate::args::ReportFormat;
use crate::args::topics::CompareTopics;
use crate::evaluate::json_page;
use crate::output::{Output, write_page};

pub fn run(args: &CompareTopics) -> Result<Outcome> {
    let (a, b) = (load(&args.a)?, load(&args.b)?);
    let matching = Matching::new(&a, &b)?;
    let output = Output::open(args.out.out.as_deref())?;
    let page = match args.format {
        ReportFormat::Json => {
            json_page(serde_json::to_string_pretty(&matched::value(&a, &matching)))?
        }
        ReportFormat::Text => matched::page(&a, &b, &matching),
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}
