//! The names of all figures: what is measured, of what, and how reports call it.

/// What is measured of each label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Of the texts that were given the label, the share that have it.
    Precision,
    /// Of the texts that have the label, the share that were given it.
    Recall,
    /// The harmonic mean of the two.
    F1,
    /// The mean of the precision over the texts that have the label, highest probability first.
    AveragePrecision,
    /// How often a text with the label has a higher probability than one without.
    RocAuc,
    /// The mean of -ln of the probability of what is the case.
    LogLoss,
    /// The mean squared distance of the probability from the truth.
    Brier,
    /// 1 less Brier by what it would be for someone who knows the label's share alone.
    BrierSkill,
    /// How far probabilities lie from shares, in ten bins.
    CalibrationError,
    /// The correlation of decision and truth.
    Matthews,
}

impl Measure {
    /// All of them, in the order in which a report shows them.
    pub const ALL: [Measure; 10] = [
        Measure::Precision,
        Measure::Recall,
        Measure::F1,
        Measure::AveragePrecision,
        Measure::RocAuc,
        Measure::LogLoss,
        Measure::Brier,
        Measure::BrierSkill,
        Measure::CalibrationError,
        Measure::Matthews,
    ];

    /// Its name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Measure::Precision => "precision",
            Measure::Recall => "recall",
            Measure::F1 => "f1",
            Measure::AveragePrecision => "average_precision",
            Measure::RocAuc => "roc_auc",
            Measure::LogLoss => "log_loss",
            Measure::Brier => "brier",
            Measure::BrierSkill => "brier_skill",
            Measure::CalibrationError => "calibration_error",
            Measure::Matthews => "matthews",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Precision => "precision",
            Measure::Recall => "recall",
            Measure::F1 => "F1",
            Measure::AveragePrecision => "average precision",
            Measure::RocAuc => "ROC AUC",
            Measure::LogLoss => "log loss",
            Measure::Brier => "Brier",
            Measure::BrierSkill => "Brier skill",
            Measure::CalibrationError => "calibration error",
            Measure::Matthews => "Matthews",
        }
    }
}

/// Of what a measure is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// One label.
    Label(usize),
    /// All decisions together.
    Micro,
    /// The mean of the labels.
    Macro,
    /// The mean of the labels by support.
    Weighted,
    /// The mean of the texts.
    PerText,
}

impl Row {
    /// The averages, in the order in which a report shows them.
    pub const AVERAGES: [Row; 4] = [Row::Micro, Row::Macro, Row::Weighted, Row::PerText];

    /// Its name in JSON; a label's name is the label's.
    pub fn id(self) -> &'static str {
        match self {
            Row::Label(_) => "label",
            Row::Micro => "micro",
            Row::Macro => "macro",
            Row::Weighted => "weighted",
            Row::PerText => "per_text",
        }
    }
}

/// What is taken over whole texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeMeasure {
    /// Share of the texts whose labels are exactly right; with one label per text the accuracy.
    SubsetAccuracy,
    /// Share of the decisions, texts x labels, that are wrong.
    HammingLoss,
    /// Label ranking average precision (Schapire and Singer 2000): the mean over a text's true labels of
    /// the share of true ones among the labels ranked as high.
    LabelRanking,
    /// Coverage error: how many labels, the likeliest first, must be taken to have all the true ones.
    Coverage,
    /// With one label per text: the mean of -ln of the true label's probability.
    CrossEntropy,
    /// With one label per text: Matthews' correlation for several classes (Gorodkin 2004).
    Correlation,
}

impl WholeMeasure {
    /// All of them, in the order in which a report shows them.
    pub const ALL: [WholeMeasure; 6] = [
        WholeMeasure::SubsetAccuracy,
        WholeMeasure::HammingLoss,
        WholeMeasure::LabelRanking,
        WholeMeasure::Coverage,
        WholeMeasure::CrossEntropy,
        WholeMeasure::Correlation,
    ];

    /// Its name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            WholeMeasure::SubsetAccuracy => "subset_accuracy",
            WholeMeasure::HammingLoss => "hamming_loss",
            WholeMeasure::LabelRanking => "label_ranking_average_precision",
            WholeMeasure::Coverage => "coverage_error",
            WholeMeasure::CrossEntropy => "cross_entropy",
            WholeMeasure::Correlation => "matthews_of_classes",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            WholeMeasure::SubsetAccuracy => "all labels of a text right",
            WholeMeasure::HammingLoss => "single decisions wrong (Hamming loss)",
            WholeMeasure::LabelRanking => "label ranking average precision",
            WholeMeasure::Coverage => "coverage error, in labels",
            WholeMeasure::CrossEntropy => "log loss of the classes",
            WholeMeasure::Correlation => "Matthews of the classes",
        }
    }
}
