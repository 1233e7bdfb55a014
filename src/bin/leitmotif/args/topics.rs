//! The arguments of `leitmotif topics` and its commands.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{Common, DataArgs, Out, ReportFormat};

/// Find what texts are about, without labels: fit a topic model, show it, and see it in new texts.
#[derive(ClapArgs)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Start with:
  leitmotif topics fit articles/ --out news.topics     find topics, and how many there are
  leitmotif topics show news.topics                    read their words and how far to trust them
  leitmotif topics map news.topics -o topics.html      look at them in a browser"
)]
pub struct Topics {
    #[command(subcommand)]
    pub command: TopicsCommand,
}

#[derive(Subcommand)]
pub enum TopicsCommand {
    Fit(Fit),
    Show(Show),
    Infer(Infer),
    Compare(CompareTopics),
    Map(Map),
}

/// Find the topics of articles or records.
///
/// Terms are words of three letters or more that are in neither too few nor too many texts, without the small words of
/// English. Labels in the data are not looked at.
#[derive(ClapArgs)]
#[command(after_help = "\
Methods:
  lda       latent Dirichlet allocation by collapsed Gibbs sampling: topics as word probabilities, for mixed texts
  nmf       non-negative matrix factorisation of tf-idf weights: crisp topics, quick
  clusters  clusters of text vectors learned from the texts themselves, named by what sets them apart
Examples:
  leitmotif topics fit articles/ --out news.topics
  leitmotif topics fit records.jsonl --method clusters --k 20 --out records.topics
  leitmotif topics fit articles/ --guided seeds/codebook.toml --k 15 --out themes.topics
  leitmotif topics fit december/ --beside news.topics --new 3 --out december.topics")]
pub struct Fit {
    /// Files, folders (searched recursively), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Where to write the topics
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// How topics are found
    #[arg(long, value_enum, default_value = "lda")]
    pub method: MethodArg,
    /// How many topics; `auto` tries a range and shows the curve. With --guided the themes are among them
    #[arg(long, value_name = "N|auto", default_value = "auto", value_parser = parse_k)]
    pub k: KArg,
    /// A codebook whose seed words pull a topic to each of its themes (lda)
    #[arg(long, value_name = "CODEBOOK")]
    pub guided: Option<PathBuf>,
    /// A codebook to hold the topics against, without pulling any
    #[arg(long, value_name = "CODEBOOK", conflicts_with = "guided")]
    pub themes: Option<PathBuf>,
    /// Keep the topics of this model as they are, and look for new ones beside them (lda)
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["guided", "online"])]
    pub beside: Option<PathBuf>,
    /// How many new topics to look for beside the kept ones
    #[arg(long, value_name = "N", default_value_t = 5, requires = "beside")]
    pub new: usize,
    /// What counts as one text [default: a paragraph of an article, a record of a data file]
    #[arg(long, value_enum)]
    pub unit: Option<TextUnitArg>,
    /// Where the same data, settings and seed come in, the same topics come out
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Further fits, from other seeds and nine tenths of the texts, that grade each topic by whether it comes back and
    /// measure the fit to the texts left out; 0 for none
    #[arg(long, value_name = "N")]
    pub rivals: Option<usize>,
    /// Passes over all words (lda)
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub sweeps: usize,
    /// Learn from the texts in small batches, for what does not fit into memory (lda, by variational Bayes)
    #[arg(long)]
    pub online: bool,
    /// How texts are clustered (clusters)
    #[arg(long, value_enum, default_value = "kmeans")]
    pub clustering: ClusteringArg,
    /// In how many texts a term must be [default: 5; 2 where there are fewer than 500 texts]
    #[arg(long, value_name = "N")]
    pub min_texts: Option<usize>,
    /// In which share of the texts a term may be
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    pub max_share: f64,
    /// A file of words to leave out instead of the English list; `none` leaves none out
    #[arg(long, value_name = "FILE|none")]
    pub stop_words: Option<PathBuf>,
    /// Take pairs of words that belong together ("car bomb") as terms
    #[arg(long)]
    pub phrases: bool,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub common: Common,
}

/// Show topics: their words, shares and grades, how well they fit, and what no theme covers.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif topics show news.topics
  leitmotif topics show news.topics --top 20 --texts 2
  leitmotif topics show news.topics --format json -o topics.json")]
pub struct Show {
    /// The topics
    pub model: PathBuf,
    /// How many words of each topic
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,
    /// How many texts that show each topic best (at most 5)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub texts: usize,
    /// A page for people, or JSON
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    #[command(flatten)]
    pub out: Out,
}

/// See which topics other texts are about; the topics stay as they are.
#[derive(ClapArgs)]
#[command(after_help = "\
Examples:
  leitmotif topics infer news.topics article.txt
  leitmotif topics infer news.topics december/ --format csv -o december.csv")]
pub struct Infer {
    /// The topics
    pub model: PathBuf,
    /// Files, folders (searched recursively), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// One JSON object a line, or a table
    #[arg(long, value_enum, default_value = "jsonl")]
    pub format: InferFormat,
    /// What counts as one text [default: a paragraph of an article, a record of a data file]
    #[arg(long, value_enum)]
    pub unit: Option<TextUnitArg>,
    /// Name the N weightiest topics of each text only (jsonl)
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub out: Out,
}

/// Match the topics of two models one to one, and say which are the same, which are new.
#[derive(ClapArgs)]
#[command(after_help = "Example:\n  leitmotif topics compare november.topics december.topics")]
pub struct CompareTopics {
    /// The first
    pub a: PathBuf,
    /// The second
    pub b: PathBuf,
    /// A page for people, or JSON
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    #[command(flatten)]
    pub out: Out,
}

/// Draw topics as one page for the browser, which needs no network: a map, words, paragraphs, themes, time.
#[derive(ClapArgs)]
#[command(after_help = "Example:\n  leitmotif topics map news.topics -o topics.html")]
pub struct Map {
    /// The topics
    pub model: PathBuf,
    /// Where to write the page
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    Lda,
    Nmf,
    Clusters,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClusteringArg {
    Kmeans,
    Gmm,
    Dbscan,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InferFormat {
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextUnitArg {
    Paragraph,
    Article,
    Record,
}

/// How many topics.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum KArg {
    Auto,
    Fixed(usize),
}

fn parse_k(text: &str) -> Result<KArg, String> {
    match text {
        "auto" => Ok(KArg::Auto),
        _ => match text.parse() {
            Ok(0) => Err("there must be at least one topic".into()),
            Ok(k) => Ok(KArg::Fixed(k)),
            Err(_) => Err("a number of topics, or auto".into()),
        },
    }
}
