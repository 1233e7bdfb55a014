//! Why a figure has no value.
//!
//! A figure whose denominator is 0 is neither 0 nor 1: it is absent, and a report says why.

/// A figure, or why there is none.
pub type Value = Result<f64, Undefined>;

/// Why a figure has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// There is no text.
    NoTexts,
    /// No text has the label.
    NeverTrue,
    /// No text was given the label.
    NeverGiven,
    /// No text has the label and none was given it.
    NeverTrueNorGiven,
    /// All texts have the label or none has, so there is nothing to tell apart.
    OneSided,
    /// All texts have the label or none has, or all were given it or none was.
    NoContrast,
    /// The model does not know the label and has no probability for it.
    NotInModel,
    /// The figure is not of this kind: it is not taken text by text, say.
    NotTaken,
    /// No value that it would be the mean of is defined.
    NothingToAverage,
}

impl Undefined {
    /// The reason in words, as a report prints it.
    pub fn reason(self) -> &'static str {
        match self {
            Undefined::NoTexts => "no texts",
            Undefined::NeverTrue => "no text has the label",
            Undefined::NeverGiven => "never given",
            Undefined::NeverTrueNorGiven => "no text has the label and none was given it",
            Undefined::OneSided => "all texts have the label or none has",
            Undefined::NoContrast => "all texts have it or none, or all were given it or none",
            Undefined::NotInModel => "the model does not know the label",
            Undefined::NotTaken => "not defined for this row",
            Undefined::NothingToAverage => "no value to average",
        }
    }
}
