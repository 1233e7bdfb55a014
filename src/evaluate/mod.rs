//! Judging: pure arithmetic on truths and predictions. Knows no model and no text.
//!
//! * [`metrics`]: counts that add, ratios that may be undefined, ranking measures;
//! * [`evaluation`]: all figures of one set of predictions;
//! * [`trust`]: whether probabilities can be believed;
//! * [`mod@bootstrap`]: intervals by the articles that were judged;
//! * [`resample`]: folds that keep articles whole.

pub mod bootstrap;
pub mod evaluation;
pub mod metrics;
pub mod resample;
pub mod trust;

pub use bootstrap::{Interval, bootstrap};
pub use evaluation::{Averages, Evaluation, Judged, LabelFigures};
pub use metrics::Counts;
pub use resample::grouped_folds;
