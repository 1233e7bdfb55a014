//! `leitmotif evaluate`: labelled data in, a report out.

use std::path::{Path, PathBuf};

use leitmotif::audit::{Copies, Leaks};
use leitmotif::corpus::{Codebook, LabelledCorpus};
use leitmotif::model_file::fingerprint;
use leitmotif::pipeline::{Classifier, Learned, Search, Split, answer, cross_validate, judge};
use leitmotif::read::ceiling::read_ceiling;
use leitmotif::read::codebook::read_codebook;
use leitmotif::report::{Aims, Document, Material, card, json, markdown, model, page, text};
use leitmotif::{Error, Result, read, shipped};

use crate::args::{self, Learner, PageFormat};
use crate::output::{Output, write_page};
use crate::progress::Bar;
use crate::{Outcome, leaderboard, load_model_bytes, notice, set_threads, train};

/// Shares of the training texts that a learning curve is drawn through, beside all of them.
const SIZES: [f64; 4] = [0.1, 0.2, 0.4, 0.7];

pub fn run(args: &args::Evaluate) -> Result<Outcome> {
    set_threads(&args.common)?;
    if let Some(out) = &args.out.out {
        let files = args.model.iter().chain(&args.codebook).chain(&args.ceiling);
        let read = args.data.iter().chain(&args.test).chain(&args.trained_on).chain(files);
        train::refuse_overwriting(out, &read.cloned().collect::<Vec<_>>())?;
    }
    let output = Output::open(args.out.out.as_deref())?;
    let format = args.page_format();
    let trains = args.cv.is_some()
        || args.split_by.is_some()
        || args.learning_curve
        || !args.test.is_empty();
    if !trains && args.settings.is_given() {
        return Err(Error::settings(
            "settings of training are for --cv K, --test and --split-by; a model has its own",
        ));
    }
    let page = match format {
        _ if args.settings.learner == Some(Learner::All) => leaderboard::page(args, format)?,
        PageFormat::Card if trains => {
            return Err(Error::settings("a card is of a model: leave out --cv and other splits"));
        }
        PageFormat::Card => card_page(args)?,
        _ if trains => form(&of_training(args)?, format, &output)?,
        _ => form(&of_model(args)?, format, &output)?,
    };
    write_page(output, &page)?;
    Ok(Outcome::AllGood)
}

fn form(document: &Document, format: PageFormat, output: &Output) -> Result<String> {
    match format {
        PageFormat::Json => json_page(json::page(document)),
        PageFormat::Markdown => Ok(markdown::page(document)),
        PageFormat::Html => Ok(page::page(document)),
        PageFormat::Text | PageFormat::Card => Ok(text::page(document, output.width())),
    }
}

/// JSON that is ready, as a page.
pub fn json_page(json: serde_json::Result<String>) -> Result<String> {
    json.map(|page| page + "\n").map_err(|error| Error::io("cannot write", error.into()))
}

/// A report on a model.
fn of_model(args: &args::Evaluate) -> Result<Document> {
    let (classifier, bytes) = load_model_bytes(args.model.as_deref())?;
    let (corpus, files) = labelled(&args.data, args)?;
    let answers = answer(&classifier, &corpus)?;
    say_what_is_missed(&answers.judged.names, classifier.labels.len());
    let params = &classifier.origin.params;
    let copies = Copies::find(&corpus.texts, params.seed)?;
    let leaks = leaks_of_model(args, &classifier, &corpus, &copies)?;
    let groups = copies.joined(&corpus.groups);
    let shipped = if args.model.is_none() { Some(shipped::codebook()?) } else { None };
    let codebook = codebook(args)?.or(shipped);
    let name = args.model.as_deref().map_or("the built-in model".into(), shown);
    let error_rate = params.error_rate().filter(|_| !classifier.bands.is_empty());
    let aims = Aims { goal: params.goal, error_rate };
    Document::new(Material {
        title: format!("{name} on {}", shown_all(&args.data)),
        command: command(),
        method: "A model judged on labelled texts.".to_string(),
        corpus: &corpus,
        groups,
        files,
        leaks,
        model: model::lines(&classifier, &fingerprint(&bytes)),
        codebook: codebook.as_ref(),
        ceiling: ceiling(args)?,
        aims,
        seed: params.seed,
        answers,
    })
}

/// What the model knows again; and where the training texts are at hand near copies, too.
fn leaks_of_model(
    args: &args::Evaluate,
    classifier: &Classifier,
    corpus: &LabelledCorpus,
    copies: &Copies,
) -> Result<Leaks> {
    let leaks = if args.trained_on.is_empty() {
        Leaks::within(copies, corpus)
    } else {
        let (both, n_learned, _) = one_behind_the_other(&args.trained_on, &args.data, args)?;
        let own = Learned::of(&both.select(&(0..n_learned).collect::<Vec<_>>()));
        let n_strange = classifier.learned.n_not_in(&own);
        if n_strange > 0 {
            let n = classifier.learned.texts.len();
            notice(&format!(
                "{n_strange} of the {n} texts that the model learned from are not in --trained-on"
            ));
        }
        let copies = Copies::find(&both.texts, classifier.origin.params.seed)?;
        of_given_split(Leaks::find(&Split::given(&both, n_learned).parts, &copies, &both))
    };
    let (exact, same_article) = classifier.learned.again(corpus);
    Ok(leaks.and(!classifier.learned.is_empty(), exact, same_article))
}

/// Where the sides were given, copies on one side were not kept there by us.
fn of_given_split(leaks: Leaks) -> Leaks {
    Leaks { n_sets_kept: 0, ..leaks }
}

/// A report on a way of training.
fn of_training(args: &args::Evaluate) -> Result<Document> {
    let wishes = train::settings(&args.settings, &args.data)?;
    let params = wishes.settled();
    let tokenizer = train::tokenizer(&args.settings)?;
    let (corpus, n_learned, files) = if args.test.is_empty() {
        let (corpus, files) =
            train::load(&args.data, args.form.data_format.map(Into::into), &wishes)?;
        let files = files.into_iter().map(|file| (file.name, file.n_records)).collect();
        (corpus, 0, files)
    } else {
        one_behind_the_other(&args.data, &args.test, args)?
    };
    let copies = Copies::find(&corpus.texts, params.seed)?;
    let split = match (args.split_by, n_learned) {
        (Some(args::SplitBy::Date), _) => Split::by_date(&corpus, &copies)?,
        (None, 0) => Split::folds(&params, &corpus, &copies, args.cv.unwrap_or(5))?,
        (None, n_learned) => Split::given(&corpus, n_learned),
    };
    let sizes: &[f64] = if args.learning_curve { &SIZES } else { &[] };
    let bar = Bar::new(false);
    let answers = cross_validate(&wishes, &corpus, &split, &tokenizer, sizes, &bar)?;
    drop(bar);
    let codebook = codebook(args)?;
    let (texts, joined) = (split.judged(), copies.joined(&corpus.groups));
    let judged = corpus.select(&texts);
    let way = match wishes.search() {
        Search::Off => model::settings_line(&params),
        Search::Fast | Search::Full => "the settings that `train` finds".to_string(),
    };
    let on = if args.test.is_empty() { &args.data } else { &args.test };
    let leaks = Leaks::find(&split.parts, &copies, &corpus);
    let leaks = if n_learned > 0 { of_given_split(leaks) } else { leaks };
    Document::new(Material {
        title: format!("{way} on {}", shown_all(on)),
        command: command(),
        leaks,
        method: split.method,
        corpus: &judged,
        groups: texts.iter().map(|&text| joined[text]).collect(),
        files,
        model: Vec::new(),
        codebook: codebook.as_ref(),
        ceiling: ceiling(args)?,
        aims: Aims { goal: params.goal, error_rate: params.error_rate() },
        seed: params.seed,
        answers,
    })
}

/// Files, with the number of records of each.
type Files = Vec<(String, usize)>;

fn records(paths: &[PathBuf], args: &args::Evaluate) -> Result<read::LabelledData> {
    let inputs = read::expand(paths, args.form.data_format.map(Into::into), read::Wanted::Records);
    read::read_labelled(inputs, read::LabelRule::Required, None)
}

fn labelled(paths: &[PathBuf], args: &args::Evaluate) -> Result<(LabelledCorpus, Files)> {
    let data = records(paths, args)?;
    let files = data.files.clone();
    Ok((data.into_corpus(None)?, files))
}

/// Texts to learn from and texts to judge in one corpus, how many the first are, and the files of the others.
fn one_behind_the_other(
    learned: &[PathBuf],
    judged: &[PathBuf],
    args: &args::Evaluate,
) -> Result<(LabelledCorpus, usize, Files)> {
    let (mut data, judged) = (records(learned, args)?, records(judged, args)?);
    let n_learned = data.records.len();
    data.records.extend(judged.records);
    Ok((data.into_corpus(None)?, n_learned, judged.files))
}

/// The codebook that was named, or the one beside the data.
fn codebook(args: &args::Evaluate) -> Result<Option<Codebook>> {
    let beside = train::beside(&args.data, "codebook.toml")?;
    args.codebook.clone().or(beside).map(|path| read_codebook(&path)).transpose()
}

fn ceiling(args: &args::Evaluate) -> Result<Vec<(String, f64)>> {
    if let Some(path) = &args.ceiling {
        return read_ceiling(path);
    }
    let Some(path) = train::beside(&args.data, "agreement.json")? else { return Ok(Vec::new()) };
    // Nobody asked for this file, so that it is of another kind is no failure.
    Ok(read_ceiling(&path).unwrap_or_else(|error| {
        notice(&error.to_string());
        Vec::new()
    }))
}

/// The last part of a path.
fn shown(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn shown_all(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", ")
}

/// The command line, as one would type it again.
fn command() -> String {
    let quoted = |arg: String| {
        let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%".contains(c);
        if !arg.is_empty() && arg.chars().all(is_plain) {
            arg
        } else {
            format!("'{}'", arg.replace('\'', "'\\''"))
        }
    };
    let given = std::env::args_os().skip(1).map(|arg| quoted(arg.to_string_lossy().into_owned()));
    std::iter::once("leitmotif".to_string()).chain(given).collect::<Vec<_>>().join(" ")
}

/// A model card: a section for each of the files.
fn card_page(args: &args::Evaluate) -> Result<String> {
    let (classifier, bytes) = load_model_bytes(args.model.as_deref())?;
    let mut page = String::from("# Model card\n\n");
    page += &card::head(&classifier, &fingerprint(&bytes));
    for path in &args.data {
        let (corpus, _) = labelled(std::slice::from_ref(path), args)?;
        let judged = judge(&classifier, &corpus)?;
        say_what_is_missed(&judged.names, classifier.labels.len());
        let n_words = |text: &String| text.split_whitespace().count();
        let n_words: Vec<usize> = corpus.texts.iter().map(n_words).collect();
        page += "\n";
        page += &card::section(&shown(path), &judged, &corpus.groups, &n_words);
        page += &card::leaks(&classifier, &corpus);
    }
    Ok(page)
}

/// Labels of the data that the model lacks count as missed, which should surprise nobody.
fn say_what_is_missed(names: &[String], n_known: usize) {
    let missed = &names[n_known..];
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
