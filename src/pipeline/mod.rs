//! The whole way of a text: tokenizer, vectorizer, one-vs-rest, calibration, thresholds.
//!
//! * [`params`]: the settings, with their defaults;
//! * [`wishes`]: what a user has said of them;
//! * [`search`]: the rest, by cross-validation;
//! * [`train`]: labelled texts to a [`Classifier`], with what may be expected of it;
//! * [`classifier`]: the fitted whole, text in, labels and probabilities out;
//! * [`evidence`]: why a text has a label, term by term;
//! * [`counterfactual`]: the words that a label hangs on;
//! * [`mod@tag`]: an article in, its tagged paragraphs out;
//! * [`mod@cross_validate`]: train and judge on folds that keep articles whole;
//! * [`progress`]: how long work is followed from outside.

mod candidates;
pub mod classifier;
pub mod counterfactual;
pub mod cross_validate;
pub mod evidence;
mod folds;
mod out_of_fold;
pub mod params;
pub mod progress;
pub mod search;
pub mod tag;
pub mod train;
pub mod wishes;

pub use classifier::{Classifier, Memory, Origin, Prediction, Source};
pub use counterfactual::Counterfactual;
pub use cross_validate::{cross_validate, judge};
pub use evidence::{Evidence, TermEvidence};
pub use params::{ClassifierParams, Goal, Task, TaskChoice, Whole};
pub use progress::{Progress, Silent};
pub use tag::{Explain, TagOptions, Tagged, tag};
pub use train::{Trained, Tried};
pub use wishes::{Search, VectorizerWishes, Wishes};
