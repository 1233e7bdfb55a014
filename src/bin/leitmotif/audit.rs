//! `leitmotif audit`: labelled data in, what is suspicious about the labels out.

use std::io::Write;
use std::path::{Path, PathBuf};

use leitmotif::audit::{Coders, Copies, suspects};
use leitmotif::corpus::LabelledCorpus;
use leitmotif::output::OutputFile;
use leitmotif::pipeline::{Search, Split, Wishes, cross_validate};
use leitmotif::report::audit::{self, Audit};
use leitmotif::{Error, Result, read};
use serde_json::json;

use crate::args::{self, AuditFormat};
use crate::evaluate::json_page;
use crate::output::{Output, write_page};
use crate::progress::Bar;
use crate::{Outcome, notice, set_threads, train};

pub fn run(args: &args::Audit) -> Result<Outcome> {
    set_threads(&args.common)?;
    if let Some(out) = &args.out.out {
        train::refuse_overwriting(out, &[args.data.clone(), args.second.clone()].concat())?;
    }
    let output = Output::open(args.out.out.as_deref())?;
    let page =
        if args.second.is_empty() { labels_page(args, &output)? } else { coders_page(args)? };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}

fn labels_page(args: &args::Audit, output: &Output) -> Result<String> {
    let said = train::settings(&args.settings, &args.data)?;
    // A quick learner finds suspects as well as a blend does, and many times sooner.
    let wishes = match said.search {
        None => Wishes { search: Some(Search::Off), ..said },
        Some(_) => said,
    };
    let params = wishes.settled();
    let tokenizer = train::tokenizer(&args.settings)?;
    let (corpus, _) = train::load(&args.data, args.form.data_format.map(Into::into), &wishes)?;
    let copies = Copies::find(&corpus.texts, params.seed)?;
    let split = Split::folds(&params, &corpus, &copies, args.cv)?;
    let bar = Bar::new(false);
    let judged = cross_validate(&wishes, &corpus, &split, &tokenizer, &[], &bar)?.judged;
    drop(bar);
    let suspects = suspects(&corpus.targets, &judged.probabilities, corpus.labels.len());
    let audit = Audit::new(&corpus, &copies, suspects);
    match args.page_format() {
        AuditFormat::Text => Ok(audit.page(args.top, output.width())),
        AuditFormat::Json => json_page(serde_json::to_string_pretty(&audit.json())),
        AuditFormat::Jsonl => Ok(audit.lines()),
    }
}

fn coders_page(args: &args::Audit) -> Result<String> {
    if args.page_format() == AuditFormat::Jsonl {
        return Err(Error::settings("the agreement of coders comes as text or json"));
    }
    let (first, second) = (labelled(&args.data, args)?, labelled(&args.second, args)?);
    let coders = Coders::pair(&first, &second)?;
    let n_alone = first.len() - coders.texts.len();
    if n_alone > 0 {
        notice(&format!("{n_alone} texts of the first coder's were not labelled by the second"));
    }
    if let Some(path) = &args.differences {
        train::refuse_overwriting(path, &[args.data.clone(), args.second.clone()].concat())?;
        write_differences(path, &coders, &first)?;
    }
    let agreement = coders.agreement(args.settings.seed.unwrap_or(42));
    match args.page_format() {
        AuditFormat::Json => {
            json_page(serde_json::to_string_pretty(&audit::agreement_json(&coders, &agreement)))
        }
        AuditFormat::Text | AuditFormat::Jsonl => Ok(audit::agreement_page(&coders, &agreement)),
    }
}

fn labelled(paths: &[PathBuf], args: &args::Audit) -> Result<LabelledCorpus> {
    let inputs = read::expand(paths, args.form.data_format.map(Into::into), read::Wanted::Records);
    read::read_labelled(inputs, read::LabelRule::Required, None)?.into_corpus(None)
}

/// The texts on which the coders differ, as labelled data: "labels" hold what both gave, to be completed.
fn write_differences(path: &Path, coders: &Coders, first: &LabelledCorpus) -> Result<()> {
    let mut file = OutputFile::create(path)?;
    let named = |labels: &[usize]| -> Vec<&str> {
        labels.iter().map(|&label| coders.names[label].as_str()).collect()
    };
    for place in coders.differences() {
        let text = coders.places[place];
        let (one, other) = (&coders.first[place], &coders.second[place]);
        let both: Vec<usize> = one.iter().copied().filter(|label| other.contains(label)).collect();
        let record = json!({
            "id": coders.texts[place], "article": first.origins[text].article,
            "text": first.texts[text], "labels": named(&both),
            "first": named(one), "second": named(other),
        });
        writeln!(file, "{record}").map_err(|e| Error::io("cannot write", e).in_file(path))?;
    }
    file.commit()
}
