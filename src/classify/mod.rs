//! Learning labels from rows of weights. Sees matrices, never text.
//!
//! The learners speak linfa's grammar: params, checked params, `fit`, a model of another type.
//! Whatever the loss, a linear model is one concrete type, so that it is saved, inspected and
//! explained once.
//!
//! Models:
//!
//! * [`linear`]: one weight vector and bias per label;
//! * [`kernel`], [`trees`]: what linfa's other learners become;
//! * [`model`]: any of them.
//!
//! Our learners, on sparse rows:
//!
//! * [`one_vs_rest`]: labels in parallel, the shared part;
//! * [`svm`], [`logistic`]: dual coordinate descent;
//! * [`naive_bayes`]: multinomial and complement;
//! * [`nb_svm`]: the one on the terms of the other;
//! * [`blend`]: several, averaged.
//!
//! linfa's own, on a few dense columns that [`chi_squared`] selects and rows that `sample` draws: [`linfa_logistic`],
//! [`linfa_bayes`], [`linfa_svm`], [`linfa_trees`], [`linfa_ensemble`].
//!
//! [`learner`] is the choice among them; [`calibration`] makes probabilities of scores, and
//! [`thresholds`] decisions of probabilities, or [`promises`] where so much must be right.

pub mod blend;
pub mod calibration;
mod checks;
pub mod chi_squared;
pub mod kernel;
mod lanes;
pub mod learner;
pub mod linear;
pub mod linfa_bayes;
pub mod linfa_ensemble;
pub mod linfa_logistic;
pub mod linfa_svm;
pub mod linfa_trees;
pub mod logistic;
pub mod model;
pub mod naive_bayes;
pub mod nb_svm;
pub mod one_vs_rest;
pub mod promises;
mod sample;
pub mod svm;
mod svm_block;
mod svm_gap;
mod svm_lanes;
mod svm_pass;
pub mod thresholds;
pub mod trees;

pub use blend::BlendParams;
pub use calibration::{Calibration, Sigmoid};
pub use kernel::KernelModel;
pub use learner::{Learner, LearnerKind, LearnerSettings, Member};
pub use linear::LinearModel;
pub use linfa_bayes::LinfaBayesParams;
pub use linfa_ensemble::LinfaEnsembleParams;
pub use linfa_logistic::LinfaLogisticParams;
pub use linfa_svm::LinfaSvmParams;
pub use linfa_trees::LinfaTreesParams;
pub use logistic::LogisticParams;
pub use model::Model;
pub use naive_bayes::NaiveBayesParams;
pub use nb_svm::NbSvmParams;
pub use promises::{Band, Promise};
pub use svm::{SvmParams, SvmPath};
pub use trees::TreeModel;
