//! The whole way of a text: tokenizer, vectorizer, one-vs-rest, calibration, thresholds.
//!
//! * [`params`]: the settings, with their defaults;
//! * [`wishes`]: what a user has said of them;
//! * [`search`]: the rest, by cross-validation;
//! * [`train`]: labelled texts to a [`Classifier`], with what may be expected of it;
//! * [`classifier`]: the fitted whole, text in, labels and probabilities out, by the quick way of `scorer` where there is one;
//! * [`split`]: which texts are learned from and which are judged;
//! * [`mod@learned`]: by what texts that were learned from are known again;
//! * [`evidence`]: why a text has a label, term by term;
//! * [`counterfactual`]: the words that a label hangs on;
//! * [`mod@tag`]: an article in, its tagged paragraphs out;
//! * [`mod@cross_validate`]: train on one side of a split and judge the other;
//! * [`mod@mistakes`]: the wrong answers most worth reading;
//! * [`mod@baselines`]: what no learning at all would reach;
//! * [`topics`]: topics as a whole, from texts without labels;
//! * [`progress`]: how long work is followed from outside.

pub mod baselines;
mod candidates;
pub mod classifier;
pub mod counterfactual;
pub mod cross_validate;
pub mod evidence;
mod field;
mod folds;
pub mod learned;
pub mod mistakes;
mod out_of_fold;
pub mod params;
pub mod progress;
mod scorer;
pub mod search;
pub mod split;
pub mod tag;
pub mod topics;
pub mod train;
pub mod wishes;

pub use classifier::{Classifier, Memory, Origin, Prediction, Source};
pub use counterfactual::Counterfactual;
pub use cross_validate::{Answers, CurvePoint, answer, cross_validate, judge};
pub use evidence::{Evidence, TermEvidence};
pub use learned::Learned;
pub use mistakes::Mistake;
pub use params::{ClassifierParams, Goal, Task, TaskChoice, Whole};
pub use progress::{Progress, Silent};
pub use split::Split;
pub use tag::{Explain, TagOptions, Tagged, tag};
pub use train::{Trained, Tried};
pub use wishes::{Search, VectorizerWishes, Wishes};
