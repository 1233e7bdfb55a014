//! Learning labels from rows of weights. Sees matrices, never text.
//!
//! The learners speak linfa's grammar: params, checked params, `fit`, a model of another type.
//! Whatever the loss, the model is one concrete type, so that it is saved, inspected and explained
//! once.
//!
//! * [`linear`]: the model: one weight vector and bias per label;
//! * [`one_vs_rest`]: labels in parallel, the shared part of our own learners;
//! * [`svm`], [`logistic`]: our own learners, dual coordinate descent on sparse rows;
//! * [`chi_squared`], [`linfa_logistic`]: linfa's logistic regression on selected dense columns;
//! * [`learner`]: the choice among them;
//! * [`calibration`], [`thresholds`]: scores to probabilities, probabilities to decisions.

pub mod calibration;
pub mod chi_squared;
pub mod learner;
pub mod linear;
pub mod linfa_logistic;
pub mod logistic;
pub mod one_vs_rest;
pub mod svm;
pub mod thresholds;

pub use calibration::{Calibration, Sigmoid};
pub use learner::{Learner, LearnerKind};
pub use linear::LinearModel;
pub use linfa_logistic::LinfaLogisticParams;
pub use logistic::LogisticParams;
pub use svm::SvmParams;
