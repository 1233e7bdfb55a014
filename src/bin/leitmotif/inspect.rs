//! `leitmotif inspect`: a model in, what it holds out.

use leitmotif::report::model::Inspection;
use leitmotif::{Error, Result};

use crate::args::{self, ReportFormat};
use crate::output::{Output, write_page};
use crate::{Outcome, load_model_bytes};

pub fn run(args: &args::Inspect) -> Result<Outcome> {
    let output = Output::open(args.out.out.as_deref())?;
    let (classifier, bytes) = load_model_bytes(args.model.as_deref())?;
    let inspection = Inspection::new(&classifier, &bytes, args.top);
    let page = match args.format {
        ReportFormat::Text => inspection.page(),
        ReportFormat::Json => serde_json::to_string_pretty(&inspection)
            .map(|page| page + "\n")
            .map_err(|error| Error::io("cannot write", error.into()))?,
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}
