//! `leitmotif inspect`: a model in, what it holds out.

use leitmotif::report::model::Inspection;
use leitmotif::{Error, Result, model_file, shipped};

use crate::Outcome;
use crate::args::{self, ReportFormat};
use crate::output::{Output, write_page};

pub fn run(args: &args::Inspect) -> Result<Outcome> {
    let output = Output::open(args.out.out.as_deref())?;
    let (bytes, name) = match &args.model {
        Some(path) => (model_file::read(path)?, path.clone()),
        None => (shipped::THEMES.to_vec(), "(built in)".into()),
    };
    let classifier = model_file::from_bytes(&bytes).map_err(|error| error.in_file(name))?;
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
