//! How a model is trained, as arguments.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use leitmotif::classify::LearnerKind;
use leitmotif::pipeline::{self, Goal, TaskChoice, VectorizerWishes, Wishes};
use leitmotif::vectorize::Ngrams;

/// How a model is trained. What is not given comes from train.toml in the data's folder, or is the
/// default.
#[derive(ClapArgs)]
#[command(next_help_heading = "Training")]
pub struct Settings {
    /// How hard to look, by cross-validation on the training texts, for the settings that are not
    /// given [default: fast; off where --learner or --blend is given]
    #[arg(long, value_enum)]
    pub search: Option<Search>,
    /// What settings and thresholds are chosen for: balanced, micro-f1, macro-f1, or a promise to keep:
    /// precision=0.9 (of the labels given at least so many are right), recall=0.9 (of those that should be given at
    /// least so many are) [default: balanced]
    #[arg(long, value_name = "GOAL")]
    pub goal: Option<Goal>,
    /// Mark decisions as unsure so that of the others at most this share is wrong [default: what a promised
    /// precision or recall leaves; else nothing is marked]
    #[arg(long, value_name = "RATE")]
    pub unsure: Option<f64>,
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
            goal: self.goal,
            unsure: self.unsure,
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
