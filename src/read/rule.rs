//! What is asked of a record's labels.

/// Whether records must say their labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelRule {
    /// A record without labels is an error: for training and evaluating.
    Required,
    /// So is one with any other number of labels than one.
    ExactlyOne,
    /// Labels are not even looked at: for classifying.
    Ignored,
    /// Nor are they here, but dates are: for topics.
    Dated,
}
