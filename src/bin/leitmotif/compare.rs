//! `leitmotif compare`: two reports, or two models and data, in; which is better out.

use std::path::Path;

use leitmotif::corpus::LabelledCorpus;
use leitmotif::pipeline::judge;
use leitmotif::report::{Comparison, Side};
use leitmotif::{Error, Result, model_file, read};

use crate::args::{self, ReportFormat};
use crate::evaluate::json_page;
use crate::output::{Output, write_page};
use crate::{Outcome, set_threads, train};

/// The seed of the draws.
const SEED: u64 = 42;

pub fn run(args: &args::Compare) -> Result<Outcome> {
    set_threads(&args.common)?;
    if let Some(out) = &args.out.out {
        let read = [&args.first, &args.second].into_iter().chain(&args.data);
        train::refuse_overwriting(out, &read.cloned().collect::<Vec<_>>())?;
    }
    let output = Output::open(args.out.out.as_deref())?;
    let paths = [&args.first, &args.second];
    let [first, second] = if args.data.is_empty() {
        let is_report = |path: &Path| path.extension().is_some_and(|end| end == "json");
        if let Some(path) = paths.iter().find(|path| !is_report(path)) {
            let message = "two reports (.json), or two models and --data DATA";
            return Err(Error::settings(format!("{}: wanted are {message}", path.display())));
        }
        [Side::read(paths[0])?, Side::read(paths[1])?]
    } else {
        let inputs =
            read::expand(&args.data, args.form.data_format.map(Into::into), read::Wanted::Records);
        let data = read::read_labelled(inputs, read::LabelRule::Required, None)?;
        let corpus = data.into_corpus(None)?;
        [side(paths[0], &corpus)?, side(paths[1], &corpus)?]
    };
    let comparison = Comparison::new(&first, &second, SEED)?;
    let page = match args.page_format() {
        ReportFormat::Text => comparison.page(output.width()),
        ReportFormat::Json => json_page(serde_json::to_string_pretty(&comparison.json()))?,
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}

fn side(path: &Path, corpus: &LabelledCorpus) -> Result<Side> {
    let classifier = model_file::load(path)?;
    let judged = judge(&classifier, corpus)?;
    Ok(Side::new(path.display().to_string(), &classifier, corpus, &judged))
}
