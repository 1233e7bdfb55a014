//! A report on a set of answers: all that its forms (text, Markdown, JSON, HTML) show.
//!
//! Enters: answers and what is known of where they come from. Leaves: plain data, worked out once, so that every
//! form shows the same numbers. Nothing here formats.

use crate::audit::Leaks;
use crate::evaluate::curves::{Bin, Cut};
use crate::evaluate::learning_curve::{Outlook, Point};
use crate::evaluate::{Confusion, Figures, Interval, Measure, Row, Value, WholeMeasure};

/// A report.
#[derive(Debug)]
pub struct Document {
    /// What was judged on what, in a line.
    pub title: String,
    /// The command that made the report, as one would type it.
    pub command: String,
    /// How the answers were come by, in a sentence.
    pub method: String,
    /// The labels: those of the model first, then those that only the test data has.
    pub names: Vec<String>,
    /// Each model label's threshold, a probability; `None` where one label is always taken.
    pub thresholds: Vec<Option<f64>>,
    /// Whether every text has and gets exactly one label.
    pub is_single: bool,
    /// The texts.
    pub data: DataCard,
    /// What is known of the model, as lines of a name and a value; empty where several were trained.
    pub model: Vec<(String, String)>,
    /// What flatters, before anything else.
    pub leaks: Leaks,
    /// Micro-F1 (accuracy where there is one label per text) without the texts that leak; `None` where none does, or all
    /// do.
    pub headline_without_leaks: Option<f64>,
    /// All figures.
    pub figures: Figures,
    /// For each of the figures' values its 95 % interval.
    pub intervals: Vec<Option<Interval>>,
    /// How many draws of articles the intervals rest on.
    pub n_draws: usize,
    /// What no learning at all would reach.
    pub baselines: Vec<Baseline>,
    /// What is taken for what.
    pub confusion: Confusion,
    /// For each label its curves; none where the model lacks it.
    pub curves: Vec<Option<LabelCurves>>,
    /// The most confident wrong answers, the most confident first.
    pub mistakes: Vec<Mistake>,
    /// What training promised, and whether it held here.
    pub promises: Vec<Promise>,
    /// Of all decisions the share that is marked as unsure; `None` where none ever is.
    pub unsure_share: Option<f64>,
    /// For each label the F1 of one coder's labels held against another's; empty where that is not known.
    pub ceiling: Vec<Option<f64>>,
    /// How F1 grows with the number of labelled texts, where that was asked for.
    pub learning: Option<LearningCurve>,
    /// For each text what was true and what was said.
    pub answers: Vec<AnswerRow>,
}

/// The texts that were judged.
#[derive(Debug, Default)]
pub struct DataCard {
    /// The files, with the number of records of each.
    pub files: Vec<(String, usize)>,
    /// Number of judged texts.
    pub n_texts: usize,
    /// Number of their articles.
    pub n_articles: usize,
    /// Texts that name no article.
    pub n_without_article: usize,
    /// Texts without a word.
    pub n_empty: usize,
    /// Texts without a label.
    pub n_unlabelled: usize,
    /// Words per text: the lower quartile, the median, the upper quartile.
    pub words: [usize; 3],
    /// The first and the last date, where the records have dates.
    pub dates: Option<(String, String)>,
    /// For each label how many of the texts that were learned from have it; empty where that is not known.
    pub learned_support: Vec<usize>,
}

/// What no learning at all would reach.
#[derive(Debug)]
pub struct Baseline {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: String,
    /// Its micro-F1.
    pub micro_f1: Option<f64>,
    /// Its macro-F1.
    pub macro_f1: Option<f64>,
    /// The share of texts whose labels it has exactly right.
    pub subset_accuracy: Option<f64>,
    /// The mean Brier score of the labels, where it gives probabilities.
    pub brier: Option<f64>,
}

/// One label at every threshold, and its calibration.
#[derive(Debug)]
pub struct LabelCurves {
    /// Thresholds falling.
    pub cuts: Vec<Cut>,
    /// Ten bins of probability.
    pub bins: [Bin; 10],
}

/// A wrong answer worth reading.
#[derive(Debug)]
pub struct Mistake {
    /// The text's own name: its id, else its number in the data.
    pub name: String,
    /// Its article, where that is known.
    pub article: Option<String>,
    /// The label that was wrongly given, or missed.
    pub label: usize,
    /// Whether it was wrongly given; else it was missed.
    pub is_given: bool,
    /// Its probability.
    pub probability: f64,
    /// The labels that the text has.
    pub truth: Vec<usize>,
    /// The labels that it was given.
    pub given: Vec<usize>,
    /// The text in pieces, in order, each with what its words added to the label's score (0: nothing).
    pub pieces: Vec<(String, f64)>,
}

/// What training promised of a label.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The label; `None` for all together.
    pub label: Option<usize>,
    /// What is promised, in words: "right among those given for sure".
    pub what: String,
    /// At least so much, 0 to 1.
    pub promised: f64,
    /// What came out here.
    pub measured: Value,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
    /// How many texts it was measured on.
    pub n: usize,
}

/// How a promise fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// What came out is at least what was promised.
    Held,
    /// It is less, but the interval reaches what was promised.
    Undecided,
    /// It is less, and the interval does not reach it.
    Broken,
    /// There is nothing to judge it by.
    Unknown,
}

impl Promise {
    /// How it fared.
    pub fn kept(&self) -> Kept {
        match (self.measured, self.interval) {
            (Ok(measured), _) if measured >= self.promised => Kept::Held,
            (Ok(_), Some((_, high))) if high < self.promised => Kept::Broken,
            (Ok(_), _) => Kept::Undecided,
            (Err(_), _) => Kept::Unknown,
        }
    }
}

/// How F1 grows with the number of labelled texts.
#[derive(Debug)]
pub struct LearningCurve {
    /// How many texts there are to learn from now.
    pub n_at_hand: usize,
    /// Micro-F1 at each size, one point a fold.
    pub micro: Vec<Point>,
    /// Macro-F1 at each size, one point a fold.
    pub macro_: Vec<Point>,
    /// What more texts would likely buy of micro-F1, where a curve can be fitted.
    pub micro_outlook: Option<Outlook>,
    /// The same of macro-F1.
    pub macro_outlook: Option<Outlook>,
}

/// What was true of a text and what was said.
#[derive(Debug)]
pub struct AnswerRow {
    /// The text's own name.
    pub name: String,
    /// A fingerprint of its words, by which two reports find the same text.
    pub fingerprint: u64,
    /// The number of its article among those judged; copies share one.
    pub article: usize,
    /// Its labels.
    pub truth: Vec<usize>,
    /// The labels that it was given.
    pub given: Vec<usize>,
    /// The probability of each label of the model.
    pub probabilities: Vec<f64>,
}

/// A figure with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Its value, or why there is none.
    pub value: Value,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
}

impl Document {
    /// A figure of a label or of an average.
    pub fn estimate(&self, row: Row, measure: Measure) -> Estimate {
        self.at(self.figures.place(row, measure))
    }

    /// A figure over whole texts.
    pub fn whole(&self, measure: WholeMeasure) -> Estimate {
        self.at(self.figures.whole_place(measure))
    }

    /// The figure that a reader looks at first, with its name: micro-F1, or the accuracy where there is one label per
    /// text.
    pub fn headline(&self) -> (&'static str, Estimate) {
        match self.is_single {
            true => ("accuracy", self.whole(WholeMeasure::SubsetAccuracy)),
            false => ("micro-F1", self.estimate(Row::Micro, Measure::F1)),
        }
    }

    fn at(&self, place: usize) -> Estimate {
        Estimate { value: self.figures.values()[place], interval: self.intervals[place] }
    }
}
