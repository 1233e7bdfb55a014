//! `leitmotif classify`: articles and records in, answers out, in the order of the inputs.
//!
//! Inputs are worked through in batches of bounded size, each in parallel. What fails is reported
//! where its answers would stand, and the rest goes on.

use leitmotif::corpus::{Article, Record};
use leitmotif::pipeline::tag::tag_record;
use leitmotif::pipeline::{Classifier, Explain, Progress, TagOptions, Tagged, tag};
use leitmotif::read::{Input, LabelRule, RecordReader, Wanted, expand, read_article};
use leitmotif::report::{Answer, AnswerWriter, Format, Probabilities, Reasons};
use leitmotif::{Error, Result};
use rayon::prelude::*;

use crate::args::{self, OutputFormat, Unit};
use crate::output::Output;
use crate::progress::Bar;
use crate::{Outcome, load_model, report, set_threads, train};

/// Articles read and classified together.
const ARTICLES: usize = 64;

/// Records read and classified together, and about how much text they may hold.
const RECORDS: usize = 4_096;
const RECORD_BYTES: usize = 8 << 20;

pub fn run(args: &args::Classify) -> Result<Outcome> {
    set_threads(&args.common)?;
    if let Some(out) = &args.out.out {
        train::refuse_overwriting(out, &args.inputs)?;
    }
    let output = Output::open(args.out.out.as_deref())?;
    let classifier = load_model(args.model.as_deref())?;
    let options = options(args, &classifier)?;
    let inputs = expand(&args.inputs, args.data.data_format.map(Into::into), Wanted::Texts);
    let bar = Bar::new(output.is_on_terminal());
    bar.stage("classifying", inputs.len());

    let format = match args.format {
        OutputFormat::Text => Format::Text,
        OutputFormat::Jsonl => Format::Jsonl,
        OutputFormat::Csv => Format::Csv,
    };
    let (is_coloured, width) = (output.is_coloured(), output.width());
    let names = classifier.labels.names();
    let writer = AnswerWriter::new(output, format, names, is_coloured, width);
    let tagger = Tagger { classifier: &classifier, unit: args.unit, options: &options };
    // People see the labels that are given, each with its probability.
    let top = args.top.filter(|_| format != Format::Text);
    let mut run = Run { tagger, top, writer, bar: &bar, n_done: 0, n_failed: 0 };
    run.inputs(inputs)?;
    let outcome = Outcome::of(run.n_done, run.n_failed);
    if outcome != Outcome::NothingDone {
        run.writer.finish()?.commit()?;
    }
    Ok(outcome)
}

/// What is wanted of each paragraph; what cannot be had is said before any work is done.
fn options(args: &args::Classify, classifier: &Classifier) -> Result<TagOptions> {
    let explain = match args.explain.as_deref() {
        None => Explain::Nothing,
        Some("given") => Explain::Given,
        Some("all") => Explain::Labels((0..classifier.labels.len()).collect()),
        Some(names) => Explain::Labels(named_labels(names, classifier)?),
    };
    if explain != Explain::Nothing {
        classifier.check_explainable()?;
    }
    let has_reasons = explain != Explain::Nothing || args.counterfactual;
    if has_reasons && args.format == OutputFormat::Csv {
        return Err(Error::settings("reasons do not fit in a table: take --format jsonl or text"));
    }
    let counterfactual = args.counterfactual;
    Ok(TagOptions { all_kinds: args.all_kinds, explain, counterfactual })
}

/// The labels of a list with commas between; or the one label that is called so, commas and all.
fn named_labels(names: &str, classifier: &Classifier) -> Result<Vec<usize>> {
    if let Some(label) = classifier.labels.find(names) {
        return Ok(vec![label]);
    }
    let mut labels = Vec::new();
    for name in names.split(',').map(str::trim) {
        let known = classifier.labels.names();
        let unknown = || {
            let shown = known[..known.len().min(10)].join(", ");
            Error::settings(format!("--explain: no label {name:?} among {shown}"))
        };
        let label = classifier.labels.find(name).ok_or_else(unknown)?;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    Ok(labels)
}

/// What every thread needs to answer one input.
#[derive(Clone, Copy)]
struct Tagger<'a> {
    classifier: &'a Classifier,
    unit: Option<Unit>,
    options: &'a TagOptions,
}

struct Run<'a> {
    tagger: Tagger<'a>,
    top: Option<usize>,
    writer: AnswerWriter<'a, Output>,
    bar: &'a Bar,
    n_done: usize,
    n_failed: usize,
}

impl Tagger<'_> {
    /// The answers to one article: its paragraphs, or all of it as one record.
    fn article(self, article: &Article) -> Result<Vec<Tagged>> {
        if self.unit == Some(Unit::Record) {
            return tag_record(self.classifier, &article.text, 1, self.options)
                .map(|tagged| vec![tagged]);
        }
        let tagged = tag(self.classifier, article, self.options)?;
        if tagged.is_empty() {
            let message = "no paragraph to classify (empty, or titles and boilerplate alone; \
                           --all-kinds takes these, too)";
            return Err(Error::empty(message).in_file(&article.name));
        }
        Ok(tagged)
    }

    /// The answers to one record: itself, or the paragraphs that its text has.
    fn record(
        self,
        record: Result<Record>,
        number: usize,
        file: &str,
    ) -> Result<(Record, Vec<Tagged>)> {
        let record = record?;
        if self.unit != Some(Unit::Paragraph) {
            let tagged = tag_record(self.classifier, &record.text, number, self.options)?;
            return Ok((record, vec![tagged]));
        }
        let article =
            Article { name: format!("{file}, record {number}"), text: record.text.clone() };
        self.article(&article).map(|tagged| (record, tagged))
    }
}

impl Run<'_> {
    fn inputs(&mut self, inputs: Vec<Result<Input>>) -> Result<()> {
        let mut articles = Vec::new();
        for input in inputs {
            match input {
                Ok(input) if input.format.has_records() => {
                    self.articles(&mut articles)?;
                    self.records(&input)?;
                    self.bar.advance(1);
                }
                other => articles.push(other),
            }
            if articles.len() == ARTICLES {
                self.articles(&mut articles)?;
            }
        }
        self.articles(&mut articles)
    }

    fn articles(&mut self, inputs: &mut Vec<Result<Input>>) -> Result<()> {
        let tagger = self.tagger;
        let answer = |input: Result<Input>| {
            let article = read_article(&input?)?;
            tagger.article(&article).map(|tagged| (article, tagged))
        };
        let answers: Vec<_> = inputs.par_drain(..).map(answer).collect();
        for answer in answers {
            match answer {
                Ok((article, tagged)) => self.write(Some(&article.name), None, &tagged)?,
                Err(error) => self.fail(&error),
            }
            self.bar.advance(1);
        }
        Ok(())
    }

    fn records(&mut self, input: &Input) -> Result<()> {
        let mut reader = match RecordReader::open(input, LabelRule::Ignored) {
            Ok(reader) => reader,
            Err(error) => {
                self.fail(&error);
                return Ok(());
            }
        };
        let mut number = 0;
        loop {
            let (mut batch, mut n_bytes) = (Vec::new(), 0);
            while batch.len() < RECORDS && n_bytes < RECORD_BYTES {
                let Some(record) = reader.next() else { break };
                number += 1;
                n_bytes += record.as_ref().map_or(0, |record| record.text.len());
                batch.push((number, record));
            }
            if batch.is_empty() {
                break;
            }
            self.batch(&input.name, batch)?;
        }
        if number == 0 {
            self.fail(&Error::empty("no record in this file").in_file(&input.name));
        }
        Ok(())
    }

    fn batch(&mut self, name: &str, batch: Vec<(usize, Result<Record>)>) -> Result<()> {
        let tagger = self.tagger;
        let answer = |(number, record)| tagger.record(record, number, name);
        let answers: Vec<Result<(Record, Vec<Tagged>)>> =
            batch.into_par_iter().map(answer).collect();
        for answer in answers {
            match answer {
                Ok((record, tagged)) => {
                    self.write(record.article.as_deref(), Some(record.id.as_deref()), &tagged)?;
                }
                Err(error) => self.fail(&error),
            }
        }
        Ok(())
    }

    /// Writes the answers to one article or record; `id` is the record's.
    fn write(
        &mut self,
        article: Option<&str>,
        id: Option<Option<&str>>,
        tagged: &[Tagged],
    ) -> Result<()> {
        let names = self.tagger.classifier.labels.names();
        for tagged in tagged {
            let own = article.map(|article| format!("{article}#{}", tagged.number));
            let labels = tagged.prediction.labels.iter().map(|&label| names[label].as_str());
            let unsure = tagged.prediction.unsure.iter().map(|&label| names[label].as_str());
            let marks_doubt = !self.tagger.classifier.bands.is_empty();
            let probabilities = &tagged.prediction.probabilities;
            self.writer.write(&Answer {
                article,
                id: id.unwrap_or(own.as_deref()),
                paragraph: tagged.number,
                kind: tagged.paragraph.kind,
                spans: &tagged.paragraph.spans,
                text: tagged.text.as_str(),
                labels: Some(labels.collect()),
                unsure: marks_doubt.then(|| unsure.collect()),
                probabilities: Some(Probabilities::new(names, probabilities, self.top)),
                reasons: Reasons::of(tagged, names),
            })?;
        }
        self.n_done += 1;
        Ok(())
    }

    fn fail(&mut self, error: &Error) {
        self.bar.say(|| report(error));
        self.n_failed += 1;
    }
}
