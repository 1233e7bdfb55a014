//! `leitmotif evaluate`: labelled data in, figures out.

use leitmotif::Result;
use leitmotif::evaluate::{Evaluation, Judged};
use leitmotif::pipeline::{cross_validate, judge};
use leitmotif::report::figures;
use leitmotif::tokenize::Tokenizer;
use leitmotif::{Error, read};

use crate::args::{self, ReportFormat};
use crate::output::{Output, write_page};
use crate::progress::Bar;
use crate::{Outcome, load_model, notice, set_threads, train};

pub fn run(args: &args::Evaluate) -> Result<Outcome> {
    set_threads(&args.common)?;
    let output = Output::open(args.out.out.as_deref())?;
    let format = args.form.data_format.map(Into::into);
    let judged = match args.cv {
        Some(n_folds) => {
            let params = train::settings(&args.settings, &args.data)?;
            let (corpus, _) = train::load(&args.data, format, &params)?;
            cross_validate(&params, &corpus, n_folds, &Tokenizer::default(), &Bar::new(false))?
        }
        None if args.settings.is_given() => {
            return Err(Error::settings(
                "settings of training are for --cv K; a model has its own",
            ));
        }
        None => {
            let classifier = load_model(args.model.as_deref())?;
            let inputs = read::expand(&args.data, format, read::Wanted::Records);
            let data = read::read_labelled(inputs, read::LabelRule::Required, None)?;
            let judged = judge(&classifier, &data.into_corpus(None)?)?;
            say_what_is_missed(&judged, classifier.labels.len());
            judged
        }
    };
    let evaluation = Evaluation::new(&judged);
    let page = match args.format {
        ReportFormat::Text => figures::table(&evaluation),
        ReportFormat::Json => figures::json(&evaluation)
            .map(|page| page + "\n")
            .map_err(|error| Error::io("cannot write", error.into()))?,
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}

/// Labels of the data that the model lacks count as missed, which should surprise nobody.
fn say_what_is_missed(judged: &Judged, n_known: usize) {
    let missed = &judged.names[n_known..];
    if !missed.is_empty() {
        let shown = missed[..missed.len().min(5)].join(", ");
        let more = if missed.len() > 5 { ", ..." } else { "" };
        let n = missed.len();
        let what = if n == 1 {
            "label that the model lacks counts"
        } else {
            "labels that the model lacks count"
        };
        notice(&format!("{n} {what} as missed: {shown}{more}"));
    }
}
