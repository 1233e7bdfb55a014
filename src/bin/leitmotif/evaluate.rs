//! `leitmotif evaluate`: labelled data in, figures out.

use std::time::Instant;

use leitmotif::classify::LearnerKind;
use leitmotif::evaluate::{Evaluation, Judged};
use leitmotif::model_file::fingerprint;
use leitmotif::pipeline::{Progress, Wishes, cross_validate, judge};
use leitmotif::report::{card, figures, leaderboard};
use leitmotif::{Error, Result, read};
use serde::Serialize;

use crate::args::{self, EvaluationFormat, Learner};
use crate::output::{Output, write_page};
use crate::progress::Bar;
use crate::{Outcome, load_model, load_model_bytes, memory, notice, set_threads, train};

pub fn run(args: &args::Evaluate) -> Result<Outcome> {
    set_threads(&args.common)?;
    let output = Output::open(args.out.out.as_deref())?;
    let page = match args.cv {
        Some(_) if args.format == EvaluationFormat::Card => {
            return Err(Error::settings("a card is of a model: leave out --cv"));
        }
        Some(n_folds) if args.settings.learner == Some(Learner::All) => {
            leaderboard_page(args, n_folds)?
        }
        Some(n_folds) => figures_page(&cross_validated(args, n_folds)?, args.format)?,
        None if args.settings.is_given() => {
            return Err(Error::settings(
                "settings of training are for --cv K; a model has its own",
            ));
        }
        None if args.format == EvaluationFormat::Card => card_page(args)?,
        None => figures_page(&judged(args)?, args.format)?,
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}

fn figures_page(judged: &Judged, format: EvaluationFormat) -> Result<String> {
    let evaluation = Evaluation::new(judged);
    match format {
        EvaluationFormat::Text => Ok(figures::table(&evaluation)),
        EvaluationFormat::Json => json_page(figures::json(&evaluation)),
        EvaluationFormat::Card => Err(Error::settings("a card is of a model: leave out --cv")),
    }
}

fn json_page(json: serde_json::Result<String>) -> Result<String> {
    json.map(|page| page + "\n").map_err(|error| Error::io("cannot write", error.into()))
}

/// The answers of a model.
fn judged(args: &args::Evaluate) -> Result<Judged> {
    let format = args.form.data_format.map(Into::into);
    let classifier = load_model(args.model.as_deref())?;
    let inputs = read::expand(&args.data, format, read::Wanted::Records);
    let data = read::read_labelled(inputs, read::LabelRule::Required, None)?;
    let judged = judge(&classifier, &data.into_corpus(None)?)?;
    say_what_is_missed(&judged, classifier.labels.len());
    Ok(judged)
}

/// A model card: a section for each of the files.
fn card_page(args: &args::Evaluate) -> Result<String> {
    let format = args.form.data_format.map(Into::into);
    let (classifier, bytes) = load_model_bytes(args.model.as_deref())?;
    let mut page = String::from("# Model card\n\n");
    page += &card::head(&classifier, &fingerprint(&bytes));
    for path in &args.data {
        let inputs = read::expand(std::slice::from_ref(path), format, read::Wanted::Records);
        let data = read::read_labelled(inputs, read::LabelRule::Required, None)?;
        let corpus = data.into_corpus(None)?;
        let judged = judge(&classifier, &corpus)?;
        say_what_is_missed(&judged, classifier.labels.len());
        let n_words = |text: &String| text.split_whitespace().count();
        let n_words: Vec<usize> = corpus.texts.iter().map(n_words).collect();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        page += "\n";
        page += &card::section(&name, &judged, &corpus.groups, &n_words);
    }
    Ok(page)
}

/// The answers of each fold by what was trained on the others.
fn cross_validated(args: &args::Evaluate, n_folds: usize) -> Result<Judged> {
    let format = args.form.data_format.map(Into::into);
    let wishes = train::settings(&args.settings, &args.data)?;
    let tokenizer = train::tokenizer(&args.settings)?;
    let (corpus, _) = train::load(&args.data, format, &wishes)?;
    cross_validate(&wishes, &corpus, n_folds, &tokenizer, &Bar::new(false))
}

/// Every learner in turn on the same folds.
fn leaderboard_page(args: &args::Evaluate, n_folds: usize) -> Result<String> {
    let format = args.form.data_format.map(Into::into);
    let wishes = train::unchecked_settings(&args.settings, &args.data)?;
    let tokenizer = train::tokenizer(&args.settings)?;
    let (corpus, _) = train::load(&args.data, format, &wishes)?;
    let mut entries = Vec::new();
    for learner in LearnerKind::ALL {
        let wishes = settings_of(learner, &wishes);
        memory::forget_peak();
        let begin = Instant::now();
        let bar = Named { bar: Bar::new(false), learner };
        let judged = cross_validate(&wishes, &corpus, n_folds, &tokenizer, &bar);
        let seconds = begin.elapsed().as_secs_f64();
        let judged = judged.map(|judged| Evaluation::new(&judged)).map_err(|e| e.to_string());
        let judged = judged.as_ref().map_err(String::clone);
        entries.push(leaderboard::Entry::new(learner.name(), judged, seconds, memory::peak()));
    }
    leaderboard::sort(&mut entries);
    match args.format {
        EvaluationFormat::Text | EvaluationFormat::Card => Ok(leaderboard::table(&entries)),
        EvaluationFormat::Json => {
            json_page(serde_json::to_string_pretty(&Board { n_folds, learners: &entries }))
        }
    }
}

/// The leaderboard as JSON.
#[derive(Serialize)]
struct Board<'a> {
    n_folds: usize,
    learners: &'a [leaderboard::Entry],
}

/// `wishes` for another learner, without what that learner does not have.
fn settings_of(learner: LearnerKind, wishes: &Wishes) -> Wishes {
    let is_blend = learner == LearnerKind::Blend;
    Wishes {
        learner: Some(learner),
        cost: wishes.cost.filter(|_| learner.has_cost() || is_blend),
        smoothing: wishes.smoothing.filter(|_| learner.has_smoothing() || is_blend),
        blend: wishes.blend.clone().filter(|_| is_blend),
        ..wishes.clone()
    }
}

/// A bar that tells the learner, too.
struct Named {
    bar: Bar,
    learner: LearnerKind,
}

impl Progress for Named {
    fn stage(&self, _name: &str, n_steps: usize) {
        self.bar.stage(self.learner.name(), n_steps);
    }

    fn advance(&self, n_steps: usize) {
        self.bar.advance(n_steps);
    }
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
