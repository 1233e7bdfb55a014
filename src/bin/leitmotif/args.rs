//! The command line as types, with the help that teaches it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use leitmotif::classify::LearnerKind;
use leitmotif::pipeline::{self, TaskChoice, VectorizerWishes, Wishes};
use leitmotif::read;
use leitmotif::vectorize::Ngrams;

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
    Inspect(Inspect),
    Segment(Segment),
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

/// Judge a model on labelled texts, or a way of training by cross-validation.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif evaluate test.jsonl --model my.leit
  leitmotif evaluate paragraphs.jsonl --cv 5 --learner svm
  leitmotif evaluate paragraphs.jsonl --cv 5 --learner all     which learner is the best here?
  leitmotif evaluate test.jsonl --model my.leit --format json -o scores.json")]
pub struct Evaluate {
    /// Files with labelled records, or folders of them
    #[arg(required = true, value_name = "DATA")]
    pub data: Vec<PathBuf>,
    /// The model [default: the five themes built into the program]
    #[arg(long, value_name = "FILE", conflicts_with = "cv")]
    pub model: Option<PathBuf>,
    /// Train and judge on K folds that keep articles whole, instead of judging a model
    #[arg(long, value_name = "K")]
    pub cv: Option<usize>,
    /// A table for people, JSON, or a model card in Markdown with an interval at every figure
    #[arg(long, value_enum, default_value = "text")]
    pub format: EvaluationFormat,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub form: DataArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
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

/// How a model is trained. What is not given comes from train.toml in the data's folder, or is the
/// default.
#[derive(ClapArgs)]
#[command(next_help_heading = "Training")]
pub struct Settings {
    /// How hard to look, by cross-validation on the training texts, for the settings that are not
    /// given [default: fast; off where --learner or --blend is given]
    #[arg(long, value_enum)]
    pub search: Option<Search>,
    /// What settings and thresholds are chosen for [default: balanced]
    #[arg(long, value_enum)]
    pub goal: Option<Goal>,
    /// What learns [default: what the search finds; without a search svm]
    #[arg(long, value_enum)]
    pub learner: Option<Learner>,
    /// One label per text or several [default: auto: one where every training text has exactly one]
    #[arg(long, value_enum)]
    pub task: Option<Task>,
    /// C: the weight of the loss against long weights [default: 10 for logistic, 1 for svm]
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    pub cost: Option<f64>,
    /// What naive Bayes and its kin add to each count [default: the learner's own, 0.01 to 1]
    #[arg(long, value_name = "A", allow_negative_numbers = true)]
    pub smoothing: Option<f64>,
    /// The members of a blend, with commas between [default: svm,naive-bayes,nb-svm]
    #[arg(long, value_name = "LEARNERS", value_enum, value_delimiter = ',')]
    pub blend: Option<Vec<Member>>,
    /// A tokenizer.json with a WordPiece, BPE, Unigram or WordLevel model, whose tokens are then
    /// the words [default: runs of letters and digits]
    #[arg(long, value_name = "FILE")]
    pub tokenizer: Option<PathBuf>,
    /// Lengths of word n-grams, or none [default: what the search finds; without a search 1-2]
    #[arg(long, value_name = "MIN-MAX")]
    pub words: Option<Ngrams>,
    /// Lengths of character n-grams within words, or none [default: what the search finds; without a
    /// search none]
    #[arg(long, value_name = "MIN-MAX")]
    pub chars: Option<Ngrams>,
    /// A term must stand in so many texts [default: 1 below 1,000 texts, else 2]
    #[arg(long, value_name = "N")]
    pub min_count: Option<usize>,
    /// A term may stand in at most this share of the texts, 0 to 1 [default: 1]
    #[arg(long, value_name = "SHARE")]
    pub max_share: Option<f64>,
    /// What folds keep whole: articles, or all articles of a "source", as the records name it; figures
    /// then are those for sources not seen in training [default: article]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub keep_whole: Option<Whole>,
    /// Folds for the search, calibration, thresholds and expected figures [default: 5, above 6,000
    /// texts 3]
    #[arg(long, value_name = "K")]
    pub folds: Option<usize>,
    /// The seed of all that is drawn [default: 42]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

impl Settings {
    /// Whether anything was given.
    pub fn is_given(&self) -> bool {
        self.wishes() != Wishes::default() || self.learner.is_some() || self.tokenizer.is_some()
    }

    /// What was given on the command line.
    pub fn wishes(&self) -> Wishes {
        Wishes {
            search: self.search.map(Into::into),
            goal: self.goal.map(Into::into),
            task: self.task.map(Into::into),
            learner: self.learner.and_then(Learner::kind),
            cost: self.cost,
            smoothing: self.smoothing,
            blend: self.blend.as_ref().map(|members| {
                members.iter().map(|&member| LearnerKind::from(member).into()).collect()
            }),
            whole: self.keep_whole.map(Into::into),
            folds: self.folds,
            seed: self.seed,
            vectorizer: VectorizerWishes {
                words: self.words,
                chars: self.chars,
                min_count: self.min_count,
                max_share: self.max_share,
                sublinear: None,
            },
        }
    }
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
pub enum EvaluationFormat {
    Text,
    Json,
    /// For a model: what it is, how good it is on each of the files, by article, and what it is bad at
    Card,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Learner {
    /// L2 logistic regression, dual coordinate descent
    Logistic,
    /// Linear support vector machine, squared hinge, dual coordinate descent
    Svm,
    /// Multinomial naive Bayes
    NaiveBayes,
    /// Complement naive Bayes: learns from the texts without a label
    ComplementNb,
    /// Support vector machine on terms weighed by naive Bayes
    NbSvm,
    /// Several of the above, their standardised scores averaged (--blend says which)
    Blend,
    /// linfa's logistic regression on 300 columns that chi-squared selects
    LinfaLogistic,
    /// linfa's Bernoulli naive Bayes on 300 selected columns
    LinfaBayes,
    /// linfa's support vector machine with a Gaussian kernel, at most 5,000 texts
    LinfaSvm,
    /// linfa's decision tree, one per label
    LinfaTrees,
    /// linfa's random forest, 30 trees per label
    LinfaEnsemble,
    /// Every one in turn, for `evaluate --cv` alone: prints a leaderboard
    All,
}

/// What can be blended.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Member {
    Logistic,
    Svm,
    NaiveBayes,
    ComplementNb,
    NbSvm,
}

impl From<Member> for LearnerKind {
    fn from(member: Member) -> Self {
        match member {
            Member::Logistic => LearnerKind::Logistic,
            Member::Svm => LearnerKind::Svm,
            Member::NaiveBayes => LearnerKind::NaiveBayes,
            Member::ComplementNb => LearnerKind::ComplementNb,
            Member::NbSvm => LearnerKind::NbSvm,
        }
    }
}

impl Learner {
    /// The learner; `None` for all of them.
    pub fn kind(self) -> Option<LearnerKind> {
        Some(match self {
            Learner::Logistic => LearnerKind::Logistic,
            Learner::Svm => LearnerKind::Svm,
            Learner::NaiveBayes => LearnerKind::NaiveBayes,
            Learner::ComplementNb => LearnerKind::ComplementNb,
            Learner::NbSvm => LearnerKind::NbSvm,
            Learner::Blend => LearnerKind::Blend,
            Learner::LinfaLogistic => LearnerKind::LinfaLogistic,
            Learner::LinfaBayes => LearnerKind::LinfaBayes,
            Learner::LinfaSvm => LearnerKind::LinfaSvm,
            Learner::LinfaTrees => LearnerKind::LinfaTrees,
            Learner::LinfaEnsemble => LearnerKind::LinfaEnsemble,
            Learner::All => return None,
        })
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Search {
    /// Not at all: a support vector machine on single words
    Off,
    /// The ways that do best nearly everywhere
    Fast,
    /// More ways, for up to four times the work
    Full,
}

impl From<Search> for pipeline::Search {
    fn from(search: Search) -> Self {
        match search {
            Search::Off => pipeline::Search::Off,
            Search::Fast => pipeline::Search::Fast,
            Search::Full => pipeline::Search::Full,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Whole {
    Article,
    Source,
}

impl From<Whole> for pipeline::Whole {
    fn from(whole: Whole) -> Self {
        match whole {
            Whole::Article => pipeline::Whole::Article,
            Whole::Source => pipeline::Whole::Source,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Goal {
    /// The mean of the two below
    Balanced,
    /// F1 of all decisions together; with one label per text the accuracy
    MicroF1,
    /// The mean F1 of the labels: rare ones count as much as frequent ones
    MacroF1,
}

impl From<Goal> for pipeline::Goal {
    fn from(goal: Goal) -> Self {
        match goal {
            Goal::Balanced => pipeline::Goal::Balanced,
            Goal::MicroF1 => pipeline::Goal::MicroF1,
            Goal::MacroF1 => pipeline::Goal::MacroF1,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Task {
    Auto,
    /// Exactly one label per text
    Multiclass,
    /// Any number of labels per text
    Multilabel,
}

impl From<Task> for TaskChoice {
    fn from(task: Task) -> Self {
        match task {
            Task::Auto => TaskChoice::Auto,
            Task::Multiclass => TaskChoice::Multiclass,
            Task::Multilabel => TaskChoice::Multilabel,
        }
    }
}
