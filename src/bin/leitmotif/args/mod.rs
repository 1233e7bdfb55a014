//! The command line as types, with the help that teaches it.

mod judging;
mod settings;
pub mod topics;

pub use judging::{Audit, AuditFormat, Compare, Evaluate, PageFormat, ReportFormat, SplitBy};
pub use settings::{Learner, Settings};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use leitmotif::read;

/// Finds the paragraphs of articles, tags each with every theme that it is about, and says how far
/// to trust the tag.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "\
Start with:
  leitmotif classify articles/            tag your articles with the built-in themes
  leitmotif train data.jsonl --out my.leit   learn labels of your own
  leitmotif topics fit articles/ --out news.topics   find topics that nobody has named
Exit codes: 0 all good, 1 some input failed, 2 wrong usage, 3 nothing could be done."
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

impl Args {
    /// The arguments of the program. `--explain all` is taken as `--explain=all`: its value is
    /// optional, and any other word behind it is an input.
    pub fn from_program() -> Args {
        let mut args: Vec<OsString> = std::env::args_os().collect();
        let pair = args.windows(2).position(|pair| pair == ["--explain", "all"]);
        if let Some(place) = pair {
            args.splice(place..place + 2, ["--explain=all".into()]);
        }
        Args::parse_from(args)
    }
}

#[derive(Subcommand)]
pub enum Command {
    Classify(Classify),
    Train(Train),
    Evaluate(Evaluate),
    Compare(Compare),
    Audit(Audit),
    Inspect(Inspect),
    Segment(Segment),
    Topics(topics::Topics),
}

/// Tag every paragraph of articles, or every record of data files.
///
/// Articles are plain text (.txt; UTF-8, UTF-16 or Windows-1252), alone or in folders; records are
/// .jsonl, .csv or .tsv (also .gz). Titles, bylines, menus and repeats are found and set aside.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif classify article.txt
  leitmotif classify articles/ --format jsonl -o tags.jsonl
  leitmotif classify article.txt --explain --counterfactual
  cat article.txt | leitmotif classify -")]
pub struct Classify {
    /// Files, folders (searched recursively), or - for standard input
    #[arg(required = true, value_name = "FILE|FOLDER|-")]
    pub inputs: Vec<PathBuf>,
    /// The model [default: the five themes built into the program]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// The form of the output: for people, for programs, for a spreadsheet
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
    /// What gets an answer [default: record for .jsonl, .csv and .tsv, else paragraph]
    #[arg(long, value_enum)]
    pub unit: Option<Unit>,
    /// Classify titles, bylines, boilerplate and repeats, too
    #[arg(long)]
    pub all_kinds: bool,
    /// Give the N highest probabilities only, the highest first (jsonl and csv)
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Show what decided, term by term: for the labels given, for `all`, or for labels by name with
    /// commas between (--explain=a,b); text shows the weightiest words, jsonl every term. Not for
    /// linfa-svm, linfa-trees and linfa-ensemble
    #[arg(
        long,
        value_name = "all|LABELS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "given"
    )]
    pub explain: Option<String>,
    /// Show for each label given the words, at most 20, without which it would not be
    #[arg(long)]
    pub counterfactual: bool,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
}

/// Learn a model from labelled texts.
///
/// Data are records {"text": ..., "labels": [...]} with optional "id" and "article" as .jsonl, the
/// same as columns of .csv or .tsv (labels separated by |), or fastText lines. Texts of one article
/// are kept together when the model is judged. A folder may hold codebook.toml, which gives the
/// labels and their order, and train.toml, which gives the settings.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif train paragraphs.jsonl --out my.leit
  leitmotif train tickets.csv --learner svm --words 1-2 --chars 2-5 --out tickets.leit
  leitmotif train paragraphs.jsonl --tokenizer bert/tokenizer.json --out bert.leit
  leitmotif train seeds --out models/themes.leit")]
pub struct Train {
    /// Files with labelled records, or folders of them
    #[arg(required = true, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    /// Where to write the model
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub form: DataArgs,
    #[command(flatten)]
    pub common: Common,
}

/// Show what a model holds: labels, settings, heaviest terms, data, fingerprint.
#[derive(ClapArgs)]
#[command(after_help = "Example:\n  leitmotif inspect my.leit --top 20")]
pub struct Inspect {
    /// The model [default: the five themes built into the program]
    pub model: Option<PathBuf>,
    /// How many terms to show for each label
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub top: usize,
    /// A page for people, or JSON
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    #[command(flatten)]
    pub out: Out,
}

/// Show the paragraphs that would be classified, with their kind and bytes.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif segment article.txt
  leitmotif segment articles/ --all-kinds --format jsonl")]
pub struct Segment {
    /// Files, folders (searched recursively), or - for standard input
    #[arg(required = true, value_name = "FILE|FOLDER|-")]
    pub inputs: Vec<PathBuf>,
    /// For people, or one JSON object per paragraph
    #[arg(long, value_enum, default_value = "text")]
    pub format: SegmentFormat,
    /// Show titles, bylines, boilerplate and repeats, too
    #[arg(long)]
    pub all_kinds: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
}

#[derive(ClapArgs)]
pub struct DataArgs {
    /// The form of the data, where the name does not tell it
    #[arg(long, value_enum)]
    pub data_format: Option<DataFormat>,
}

#[derive(ClapArgs)]
pub struct Common {
    /// How many threads compute [default: all cores]; the result is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

#[derive(ClapArgs)]
pub struct Out {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    Text,
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SegmentFormat {
    Text,
    Jsonl,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    Paragraph,
    Record,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum DataFormat {
    /// An article as plain text
    Text,
    Jsonl,
    Csv,
    Tsv,
    /// Lines such as: __label__a __label__b the text
    Fasttext,
}

impl From<DataFormat> for read::Format {
    fn from(format: DataFormat) -> Self {
        match format {
            DataFormat::Text => read::Format::Text,
            DataFormat::Jsonl => read::Format::Jsonl,
            DataFormat::Csv => read::Format::Csv,
            DataFormat::Tsv => read::Format::Tsv,
            DataFormat::Fasttext => read::Format::FastText,
        }
    }
}
