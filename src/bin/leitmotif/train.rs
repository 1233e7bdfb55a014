//! `leitmotif train`: labelled data in, a model file out.

use std::path::{Path, PathBuf};

use leitmotif::corpus::{LabelSet, LabelledCorpus};
use leitmotif::output::OutputFile;
use leitmotif::pipeline::{Classifier, Source, Task, TaskChoice, Trained, Whole, Wishes};
use leitmotif::read::codebook::{label_set, read_codebook, read_toml};
use leitmotif::read::{Format, LabelRule, Wanted, expand, read_definition, read_labelled};
use leitmotif::report::{figures, model, search};
use leitmotif::tokenize::Tokenizer;
use leitmotif::{Error, Result, model_file};

use crate::args::{self, Learner, Settings};
use crate::progress::Bar;
use crate::{Outcome, notice, set_threads};

pub fn run(args: &args::Train) -> Result<Outcome> {
    set_threads(&args.common)?;
    let file = OutputFile::create(&args.out)?;
    refuse_overwriting(&args.out, &args.data)?;
    let wishes = settings(&args.settings, &args.data)?;
    if args.settings.learner == Some(Learner::All) {
        return Err(Error::settings(
            "--learner all is for evaluate --cv K, which says which is the best; train takes one",
        ));
    }
    let tokenizer = tokenizer(&args.settings)?;
    let (corpus, sources) = load(&args.data, args.form.data_format.map(Into::into), &wishes)?;

    for source in sources.iter().filter(|source| source.n_records == 0) {
        notice(&format!("{} has no record", source.name));
    }
    let bar = Bar::new(false);
    let trained = wishes.train(&corpus, tokenizer, sources, &bar)?;
    drop(bar);
    print_summary(&trained)?;
    model_file::save(&trained.classifier, file)?;
    notice(&format!("wrote {}", args.out.display()));
    Ok(Outcome::AllGood)
}

/// Refuses to write over a file that is read.
pub fn refuse_overwriting(out: &Path, inputs: &[PathBuf]) -> Result<()> {
    let is_same = |input: &&PathBuf| match (out.canonicalize(), input.canonicalize()) {
        (Ok(out), Ok(input)) => out == input && out.is_file(),
        _ => false,
    };
    match inputs.iter().find(is_same) {
        Some(_) => {
            Err(Error::settings("this is one of the inputs: name another file").in_file(out))
        }
        None => Ok(()),
    }
}

/// The tokenizer that is asked for.
pub fn tokenizer(given: &Settings) -> Result<Tokenizer> {
    let Some(path) = &given.tokenizer else { return Ok(Tokenizer::default()) };
    Tokenizer::from_json(&read_definition(path)?).map_err(|error| error.in_file(path))
}

/// What has been said of the settings: on the command line, else in `train.toml` in the data's folder.
pub fn settings(given: &Settings, data: &[PathBuf]) -> Result<Wishes> {
    let wishes = unchecked_settings(given, data)?;
    wishes.settled().check()?;
    Ok(wishes)
}

/// The same without a check, for settings that are to serve several learners.
pub fn unchecked_settings(given: &Settings, data: &[PathBuf]) -> Result<Wishes> {
    let base = match beside(data, "train.toml")? {
        Some(path) => read_toml(&path)?,
        None => Wishes::default(),
    };
    Ok(given.wishes().over(base))
}

/// Reads the labelled data; the labels are those of `codebook.toml` in its folder, or those that
/// occur.
pub fn load(
    data: &[PathBuf],
    format: Option<Format>,
    wishes: &Wishes,
) -> Result<(LabelledCorpus, Vec<Source>)> {
    let labels: Option<LabelSet> = match beside(data, "codebook.toml")? {
        Some(path) => Some(label_set(&read_codebook(&path)?)?),
        None => None,
    };
    let rule = match wishes.settled().task {
        TaskChoice::Multiclass => LabelRule::ExactlyOne,
        TaskChoice::Auto | TaskChoice::Multilabel => LabelRule::Required,
    };
    let records = read_labelled(expand(data, format, Wanted::Records), rule, labels.as_ref())?;
    let sources = records
        .files
        .iter()
        .map(|(name, n_records)| Source { name: name.clone(), n_records: *n_records });
    let sources = sources.collect();
    Ok((records.into_corpus(labels)?, sources))
}

/// The file of this name in one of the folders among `data`.
pub fn beside(data: &[PathBuf], name: &str) -> Result<Option<PathBuf>> {
    let found: Vec<PathBuf> = data
        .iter()
        .map(|folder| folder.join(name))
        .filter(|path: &PathBuf| Path::is_file(path))
        .collect();
    match found.as_slice() {
        [] => Ok(None),
        [path] => Ok(Some(path.clone())),
        [first, second, ..] => Err(Error::settings(format!(
            "two files {name}: {} and {}; train from one of the folders",
            first.display(),
            second.display()
        ))),
    }
}

/// One line on what was chosen, by the command line, the data's folder or the defaults.
fn chosen(classifier: &Classifier) -> String {
    let task = match classifier.task {
        Task::Multiclass => "one label per text",
        Task::Multilabel => "any number of labels per text",
    };
    format!("{task}; {}\n", model::settings_line(&classifier.origin.params))
}

/// Prints what was chosen and what to expect, on standard output.
fn print_summary(trained: &Trained) -> Result<()> {
    use std::io::Write;
    trained.notices.iter().for_each(|line| notice(line));
    let classifier = &trained.classifier;
    let mut page = format!(
        "{} texts of {} articles, {} labels, {} terms\n",
        classifier.origin.n_texts,
        classifier.origin.n_groups,
        classifier.labels.len(),
        classifier.vectorizer.n_terms(),
    );
    page += &chosen(classifier);
    if !trained.tried.is_empty() {
        page += &search::table(&trained.tried);
    }
    if let Some(expected) = &trained.expected {
        let whole = match classifier.origin.params.whole {
            Whole::Article => "articles",
            Whole::Source => "sources",
        };
        page += &format!(
            "\nExpected on new texts of the same kind (out of fold, {whole} kept whole):\n\n"
        );
        page += &figures::table(expected);
    }
    let written = std::io::stdout().write_all(page.as_bytes());
    match written.map_err(|error| Error::io("cannot write", error)) {
        // Nobody reads the summary; the model is still wanted.
        Err(error) if error.is_broken_pipe() => Ok(()),
        other => other,
    }
}
