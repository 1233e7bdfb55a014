//! Judging models, ways of training, and the labels themselves, as arguments.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use super::{Common, DataArgs, Out, Settings};

/// Judge a model on labelled texts, or a way of training by a split of them.
///
/// The report begins with what flatters: copies of judged texts among those learned from, articles on both sides.
/// Every figure has an interval, by articles drawn with replacement. -o report.html makes a page to read and to print,
/// .json holds everything, .md the tables.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif evaluate test.jsonl --model my.leit -o report.html
  leitmotif evaluate paragraphs.jsonl --cv 5 --learner svm
  leitmotif evaluate train.jsonl --test test.jsonl          train on the one, judge on the other
  leitmotif evaluate paragraphs.jsonl --split-by date       learn from the past, judge the latest fifth
  leitmotif evaluate paragraphs.jsonl --learning-curve      what would more labelled texts buy?
  leitmotif evaluate paragraphs.jsonl --cv 5 --learner all  which learner is the best here?")]
pub struct Evaluate {
    /// Files with labelled records, or folders of them
    #[arg(required = true, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    /// The model [default: the five themes built into the program]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cv", "test", "split_by", "learning_curve"])]
    pub model: Option<PathBuf>,
    /// Train and judge on K folds that keep articles and copies whole, instead of judging a model
    #[arg(long, value_name = "K", conflicts_with_all = ["test", "split_by"])]
    pub cv: Option<usize>,
    /// Train on DATA and judge on these files
    #[arg(long, value_name = "FILE", conflicts_with = "split_by")]
    pub test: Vec<PathBuf>,
    /// Train on the earlier records and judge on the latest fifth; every record needs a "date" like 2017-10-17
    #[arg(long, value_enum)]
    pub split_by: Option<SplitBy>,
    /// Train on parts of the data, too, and say what more labelled texts would likely buy [default split: --cv 5]
    #[arg(long)]
    pub learning_curve: bool,
    /// The data that the model was trained on, to look for copies of the judged texts in
    #[arg(long, value_name = "DATA", conflicts_with_all = ["cv", "test", "split_by", "learning_curve"])]
    pub trained_on: Vec<PathBuf>,
    /// Themes with seed words, for a baseline [default: codebook.toml in the data's folder; that of the built-in
    /// model with it]
    #[arg(long, value_name = "FILE")]
    pub codebook: Option<PathBuf>,
    /// How far two coders agree, as `audit --second` wrote it: the ceiling of every figure [default: agreement.json
    /// in the data's folder]
    #[arg(long, value_name = "FILE")]
    pub ceiling: Option<PathBuf>,
    /// The form of the report [default: by the name of the output file, else text]
    #[arg(long, value_enum)]
    pub format: Option<PageFormat>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub form: DataArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
}

/// Say whether one model, or one report, is better than another on the same texts.
///
/// Differences come with an interval, by articles drawn with replacement for both sides at once; single labels are
/// tested by McNemar's test with Holm's correction. Where the two are not told apart it says how many more articles
/// would tell.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif compare before.json after.json                  reports of `evaluate -o FILE.json`
  leitmotif compare a.leit b.leit --data test.jsonl         two models on labelled texts")]
pub struct Compare {
    /// A report (.json), or with --data a model
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// Another, on the same texts
    #[arg(value_name = "B")]
    pub second: PathBuf,
    /// Labelled texts to judge two models by
    #[arg(long, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    /// For people, or JSON [default: by the name of the output file, else text]
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    #[command(flatten)]
    pub form: DataArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
}

/// Look for wrong and missing labels, copies that are labelled differently, and labels that cannot be learned; or say
/// how far two coders agree.
///
/// Texts are ranked by how strongly a model that has not seen their article contradicts their labels (confident
/// learning). The model is a quick one unless settings are given.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif audit paragraphs.jsonl
  leitmotif audit paragraphs.jsonl --format jsonl -o ranked.jsonl      all texts, the most suspicious first
  leitmotif audit first.jsonl --second second.jsonl --differences settle.jsonl -o agreement.json")]
pub struct Audit {
    /// Files with labelled records, or folders of them
    #[arg(required = true, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    /// The same texts as another coder labelled them: how far do the two agree?
    #[arg(long, value_name = "FILE")]
    pub second: Vec<PathBuf>,
    /// Write the texts on which the coders differ to this file, to be settled
    #[arg(long, value_name = "FILE", requires = "second")]
    pub differences: Option<PathBuf>,
    /// How many suspects of each kind to show in the text form
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// How many folds give the probabilities by which labels are suspected
    #[arg(long, value_name = "K", default_value_t = 5)]
    pub cv: usize,
    /// The form: text; json; or jsonl, one line a text, the most suspicious first [default: by the name of the
    /// output file, else text]
    #[arg(long, value_enum)]
    pub format: Option<AuditFormat>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub form: DataArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitBy {
    /// Learn from the earlier, judge the later
    Date,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For the terminal
    Text,
    /// Everything, for programs and for `compare`
    Json,
    /// The tables
    Markdown,
    /// A page to read and to print, in one file
    Html,
    /// For a model: a short card in Markdown, a section for each of the files
    Card,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    Text,
    Json,
    Jsonl,
}

/// The end of an output's name, in small letters.
fn ending(out: &Out) -> String {
    let end = out.out.as_deref().and_then(Path::extension);
    end.map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default()
}

impl Evaluate {
    /// The form that was asked for, by name or by the output file's.
    pub fn page_format(&self) -> PageFormat {
        self.format.unwrap_or(match ending(&self.out).as_str() {
            "html" | "htm" => PageFormat::Html,
            "json" => PageFormat::Json,
            "md" => PageFormat::Markdown,
            _ => PageFormat::Text,
        })
    }
}

impl Compare {
    /// The form that was asked for, by name or by the output file's.
    pub fn page_format(&self) -> ReportFormat {
        let by_name =
            if ending(&self.out) == "json" { ReportFormat::Json } else { ReportFormat::Text };
        self.format.unwrap_or(by_name)
    }
}

impl Audit {
    /// The form that was asked for, by name or by the output file's.
    pub fn page_format(&self) -> AuditFormat {
        self.format.unwrap_or(match ending(&self.out).as_str() {
            "json" => AuditFormat::Json,
            "jsonl" => AuditFormat::Jsonl,
            _ => AuditFormat::Text,
        })
    }
}
