//! `leitmotif classify`: articles and records in, answers out, in the order of the inputs.
//!
//! All threads do the same with one piece of the inputs after the other: read, classify, lay the
//! answers out; whoever has the next page writes it. What fails is reported where its answers would
//! stand, and the rest goes on.

use leitmotif::corpus::{Article, Kind, Span, fold};
use leitmotif::pipeline::tag::tag_record;
use leitmotif::pipeline::{
    Classifier, Explain, Memory, Prediction, Progress, TagOptions, Tagged, tag,
};
use leitmotif::read::{TextRecord, Wanted, expand, read_article};
use leitmotif::report::{Answer, AnswerWriter, Format, Layout, Page, Probabilities, Reasons};
use leitmotif::{Error, Result};

use crate::args::{self, OutputFormat, Unit};
use crate::in_order::in_order;
use crate::output::Output;
use crate::progress::Bar;
use crate::work::{Piece, Work};
use crate::{Outcome, load_model, report, set_threads, train};

pub fn run(args: &args::Classify) -> Result<Outcome> {
    set_threads(&args.common)?;
    if let Some(out) = &args.out.out {
        train::refuse_overwriting(out, &args.inputs)?;
    }
    let output = Output::open(args.out.out.as_deref())?;
    // The process ends with it: its memory need not be given back by itself.
    let classifier = std::mem::ManuallyDrop::new(load_model(args.model.as_deref())?);
    let options = options(args, &classifier)?;
    let inputs = expand(&args.inputs, args.data.data_format.map(Into::into), Wanted::Texts);
    let mut work = Work::new(inputs);
    let bar = Bar::new(output.is_on_terminal());
    bar.stage_of_bytes("classifying", work.n_bytes());

    let tagger = Tagger {
        classifier: &classifier,
        unit: args.unit,
        options: &options,
        // People see the labels that are given, each with its probability.
        top: args.top.filter(|_| args.format != OutputFormat::Text),
        layout: layout(args.format, &output, &classifier),
    };
    let mut writer = AnswerWriter::new(output, tagger.layout);
    let (mut n_done, mut n_failed) = (0, 0);
    in_order(
        |memory: &mut Memories| work.next(&mut memory.block),
        |memory, (piece, n_bytes), answers: &mut Answers| {
            answers.n_bytes = n_bytes;
            tagger.answer(piece, memory, answers);
        },
        |answers| {
            writer.write_page(&answers.page)?;
            answers.errors.iter().for_each(|error| bar.say(|| report(error)));
            bar.advance(answers.n_bytes as usize);
            n_done += answers.n_done;
            n_failed += answers.errors.len();
            answers.clear();
            Ok(())
        },
    )?;
    let outcome = Outcome::of(n_done, n_failed);
    if outcome != Outcome::NothingDone {
        writer.finish()?.commit()?;
    }
    Ok(outcome)
}

fn layout<'n>(format: OutputFormat, output: &Output, classifier: &'n Classifier) -> Layout<'n> {
    let format = match format {
        OutputFormat::Text => Format::Text,
        OutputFormat::Jsonl => Format::Jsonl,
        OutputFormat::Csv => Format::Csv,
    };
    let (is_coloured, width) = (output.is_coloured(), output.width());
    Layout { format, names: classifier.labels.names(), is_coloured, width }
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

/// What a thread reuses from piece to piece.
#[derive(Default)]
struct Memories {
    block: Vec<u8>,
    classifying: Memory,
}

/// The answers to a piece of the inputs.
#[derive(Default)]
struct Answers {
    page: Page,
    errors: Vec<Error>,
    n_done: usize,
    n_bytes: u64,
}

impl Answers {
    fn clear(&mut self) {
        self.page.clear();
        self.errors.clear();
        self.n_done = 0;
    }

    fn count(&mut self, answered: Result<()>) {
        match answered {
            Ok(()) => self.n_done += 1,
            Err(error) => self.errors.push(error),
        }
    }
}

/// What every thread needs to answer a piece.
#[derive(Clone, Copy)]
struct Tagger<'a> {
    classifier: &'a Classifier,
    unit: Option<Unit>,
    options: &'a TagOptions,
    top: Option<usize>,
    layout: Layout<'a>,
}

impl Tagger<'_> {
    fn answer(self, piece: Piece, memory: &mut Memories, answers: &mut Answers) {
        match piece {
            Piece::Failed(error) => answers.errors.push(error),
            Piece::Article(input) => {
                let answered = read_article(&input).and_then(|article| {
                    let tagged = self.article(&article)?;
                    self.put(Some(&article.name), None, &tagged, &mut answers.page);
                    Ok(())
                });
                answers.count(answered);
            }
            Piece::Records(block) => {
                let (name, classifying) = (block.name().to_string(), &mut memory.classifying);
                memory.block = block.parse(|number, record| {
                    let answered = record.and_then(|record| {
                        self.record(&record, number, &name, classifying, &mut answers.page)
                    });
                    answers.count(answered);
                });
            }
        }
    }

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

    /// Answers one record: itself, or the paragraphs that its text has.
    fn record(
        self,
        record: &TextRecord<'_>,
        number: usize,
        file: &str,
        memory: &mut Memory,
        page: &mut Page,
    ) -> Result<()> {
        let TextRecord { text, id, article } = record;
        let (article, id) = (article.as_deref(), Some(id.as_deref()));
        if self.unit == Some(Unit::Paragraph) {
            let whole =
                Article { name: format!("{file}, record {number}"), text: text.to_string() };
            self.put(article, id, &self.article(&whole)?, page);
        } else if self.options.explain != Explain::Nothing || self.options.counterfactual {
            let tagged = tag_record(self.classifier, text, number, self.options)?;
            self.put(article, id, &[tagged], page);
        } else {
            // What most records are asked for, without a way back from words to bytes.
            let folded = fold(text);
            let prediction = self.classifier.classify(&folded, memory)?;
            let spans = [Span { start: 0, end: text.len() }];
            let bare = Answer {
                article,
                id: id.flatten(),
                paragraph: number,
                kind: Kind::Record,
                spans: &spans,
                text: &folded,
                ..Answer::default()
            };
            self.put_answer(bare, &prediction, page);
        }
        Ok(())
    }

    /// Lays out the answers to one article or record; `id` is the record's.
    fn put(
        self,
        article: Option<&str>,
        id: Option<Option<&str>>,
        tagged: &[Tagged],
        page: &mut Page,
    ) {
        for tagged in tagged {
            let own = article.map(|article| format!("{article}#{}", tagged.number));
            let bare = Answer {
                article,
                id: id.unwrap_or(own.as_deref()),
                paragraph: tagged.number,
                kind: tagged.paragraph.kind,
                spans: &tagged.paragraph.spans,
                text: tagged.text.as_str(),
                reasons: Reasons::of(tagged, self.layout.names),
                ..Answer::default()
            };
            self.put_answer(bare, &tagged.prediction, page);
        }
    }

    fn put_answer(self, bare: Answer<'_>, prediction: &Prediction, page: &mut Page) {
        let names = self.layout.names;
        let named = |labels: &[usize]| labels.iter().map(|&label| names[label].as_str()).collect();
        let marks_doubt = !self.classifier.bands.is_empty();
        let answer = Answer {
            labels: Some(named(&prediction.labels)),
            unsure: marks_doubt.then(|| named(&prediction.unsure)),
            probabilities: Some(Probabilities::new(names, &prediction.probabilities, self.top)),
            ..bare
        };
        self.layout.write(&answer, page);
    }
}
