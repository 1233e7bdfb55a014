//! Judging: pure arithmetic on truths and predictions. Knows no model and no text.
//!
//! * [`metrics`]: counts that add, ratios that may be undefined, ranking measures;
//! * [`evaluation`]: the main figures of one set of predictions;
//! * [`measures`]: what is measured, by name;
//! * [`panel`]: all figures, each with an interval; [`ranked`] is one label of it;
//! * [`mod@undefined`]: why a figure has no value;
//! * [`mod@confusion`]: what is taken for what;
//! * [`curves`]: a label at every threshold, and its calibration;
//! * [`trust`]: whether probabilities can be believed;
//! * [`mod@bootstrap`]: intervals by the articles that were judged;
//! * [`comparison`]: whether one set of answers is better than another;
//! * [`learning_curve`]: what more labelled texts would buy;
//! * [`mod@agreement`]: how far two coders agree;
//! * [`resample`]: folds that keep articles whole.

pub mod agreement;
pub mod bootstrap;
pub mod comparison;
pub mod confusion;
pub mod curves;
pub mod evaluation;
pub mod learning_curve;
pub mod measures;
pub mod metrics;
pub mod panel;
pub mod ranked;
pub mod resample;
pub mod trust;
pub mod undefined;
mod whole_texts;

pub use agreement::Agreement;
pub use bootstrap::{Interval, bootstrap};
pub use confusion::Confusion;
pub use evaluation::{Averages, Evaluation, Judged, LabelFigures};
pub use measures::{Measure, Row, WholeMeasure};
pub use metrics::Counts;
pub use panel::{Figures, Panel};
pub use resample::grouped_folds;
pub use undefined::{Undefined, Value};
