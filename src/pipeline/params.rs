//! The settings of training, all in one place and all decided. What a user leaves open is in
//! `wishes.rs`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::classify::{Learner, LearnerKind, LearnerSettings, Member, Promise};
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::vectorize::VectorizerParams;

/// How many labels a text gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Exactly one.
    Multiclass,
    /// Any number, none included.
    Multilabel,
}

/// Which task is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskChoice {
    /// One label per text where every training text has exactly one.
    #[default]
    Auto,
    /// One label per text; the training texts must be so.
    Multiclass,
    /// Any number of labels per text.
    Multilabel,
}

/// What training aims at where settings or thresholds are chosen.
///
/// ```
/// use leitmotif::pipeline::Goal;
/// assert_eq!("precision=0.9".parse(), Ok(Goal::Precision(0.9)));
/// assert_eq!(Goal::MicroF1.to_string(), "micro-f1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Goal {
    /// The mean of the two below.
    #[default]
    Balanced,
    /// F1 of all decisions together: frequent labels count most. With one label per text it is the
    /// accuracy.
    MicroF1,
    /// The mean F1 of the labels: rare ones count as much as frequent ones.
    MacroF1,
    /// As many labels found as can be while of those given at least this share is right, label by label.
    Precision(f64),
    /// As many labels given rightly as can be while at least this share of the true ones is found, label by label.
    Recall(f64),
}

impl Goal {
    /// The promise that thresholds have to keep, where it is one.
    pub fn promise(self) -> Option<Promise> {
        match self {
            Goal::Precision(share) => Some(Promise::Precision(share)),
            Goal::Recall(share) => Some(Promise::Recall(share)),
            Goal::Balanced | Goal::MicroF1 | Goal::MacroF1 => None,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Goal::Balanced => f.write_str("balanced"),
            Goal::MicroF1 => f.write_str("micro-f1"),
            Goal::MacroF1 => f.write_str("macro-f1"),
            Goal::Precision(share) => write!(f, "precision={share}"),
            Goal::Recall(share) => write!(f, "recall={share}"),
        }
    }
}

impl FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let share = |digits: &str| {
            let share: Option<f64> = digits.parse().ok();
            share.filter(|share| (0.5..1.0).contains(share)).ok_or_else(|| {
                format!("{text:?}: wanted is a share from 0.5 to below 1, as in precision=0.9")
            })
        };
        match text {
            "balanced" => Ok(Goal::Balanced),
            "micro-f1" => Ok(Goal::MicroF1),
            "macro-f1" => Ok(Goal::MacroF1),
            _ => match text.split_once('=') {
                Some(("precision", digits)) => share(digits).map(Goal::Precision),
                Some(("recall", digits)) => share(digits).map(Goal::Recall),
                _ => Err(format!(
                    "{text:?}: wanted is balanced, micro-f1, macro-f1, precision=P or recall=R"
                )),
            },
        }
    }
}

impl TryFrom<String> for Goal {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        text.parse()
    }
}

impl From<Goal> for String {
    fn from(goal: Goal) -> String {
        goal.to_string()
    }
}

/// What never sits on both sides of a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whole {
    /// The texts of an article.
    #[default]
    Article,
    /// All articles of a source: figures, thresholds and choices are then those for sources that
    /// training has not seen.
    Source,
}

/// How a classifier is trained, every setting decided.
///
/// ```
/// use leitmotif::pipeline::ClassifierParams;
/// let params: ClassifierParams = toml::from_str("learner = \"svm\"\nvectorizer.words = \"1-3\"").unwrap();
/// assert_eq!(params.folds, 5);
/// assert!(params.check().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClassifierParams {
    /// One label per text or several.
    pub task: TaskChoice,
    /// What learns; default the support vector machine.
    pub learner: LearnerKind,
    /// The learner's C, or that of a blend's members; default the learner's own.
    pub cost: Option<f64>,
    /// What naive Bayes and its kin add to each count; default the learner's own.
    pub smoothing: Option<f64>,
    /// The members of a blend; default [`LearnerSettings::BLEND`].
    pub blend: Option<Vec<Member>>,
    /// How many folds give the out-of-fold scores for calibration and thresholds; default 5.
    pub folds: usize,
    /// What folds keep whole.
    pub whole: Whole,
    /// What thresholds are chosen for.
    pub goal: Goal,
    /// The error rate outside of the band of unsure decisions; without one nothing is unsure, unless the goal is a
    /// promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<f64>,
    /// The seed of all that is drawn.
    pub seed: u64,
    /// How texts become weights.
    pub vectorizer: VectorizerParams,
}

impl Default for ClassifierParams {
    fn default() -> Self {
        ClassifierParams {
            task: TaskChoice::Auto,
            learner: LearnerKind::Svm,
            cost: None,
            smoothing: None,
            blend: None,
            folds: 5,
            whole: Whole::Article,
            goal: Goal::Balanced,
            unsure: None,
            seed: 42,
            vectorizer: VectorizerParams::default(),
        }
    }
}

impl ClassifierParams {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Where a setting is out of its range.
    pub fn check(&self) -> Result<()> {
        if !(2..=100).contains(&self.folds) {
            let found = self.folds;
            return Err(Error::settings(format!("folds is {found}: wanted is 2 to 100")));
        }
        if self.unsure.is_some_and(|rate| !(rate > 0.0 && rate <= 0.5)) {
            let found = self.unsure.unwrap_or_default();
            return Err(Error::settings(format!(
                "unsure is {found}: wanted is an error rate above 0 and up to 0.5"
            )));
        }
        self.check_learner()?;
        linfa::ParamGuard::check(self.learner_for(Task::Multilabel))?;
        self.vectorizer.check()
    }

    /// The error rate outside of the band of unsure decisions: as said, else what a promise leaves.
    pub fn error_rate(&self) -> Option<f64> {
        self.unsure.or(match self.goal {
            Goal::Precision(share) | Goal::Recall(share) => Some(1.0 - share),
            Goal::Balanced | Goal::MicroF1 | Goal::MacroF1 => None,
        })
    }

    /// Refuses settings that the learner does not have.
    fn check_learner(&self) -> Result<()> {
        let members = match self.learner {
            LearnerKind::Blend => self.members(),
            _ if self.blend.is_some() => {
                let learner = self.learner;
                return Err(Error::settings(format!(
                    "{learner} has no members: they go with the learner blend"
                )));
            }
            _ => vec![self.learner.into()],
        };
        let is_blend = self.learner == LearnerKind::Blend;
        let kinds = || members.iter().map(|member| member.learner);
        if let Some(kind) = kinds().find(|kind| is_blend && !kind.can_be_blended()) {
            return Err(Error::settings(format!(
                "{kind} cannot be blended: take logistic, svm, naive-bayes, complement-nb or nb-svm"
            )));
        }
        let mut others = kinds();
        while let Some(kind) = others.next() {
            if others.clone().any(|other| other == kind) {
                return Err(Error::settings(format!("{kind} stands twice in the blend")));
            }
        }
        let refuse = |what: &str| {
            let learner = self.learner;
            Err(Error::settings(format!("{learner} has no {what}: leave it out")))
        };
        if self.cost.is_some() && !kinds().any(LearnerKind::has_cost) {
            return refuse("cost");
        }
        if self.smoothing.is_some() && !kinds().any(LearnerKind::has_smoothing) {
            return refuse("smoothing");
        }
        Ok(())
    }

    /// The members of the blend that is set, or of the default one.
    pub fn members(&self) -> Vec<Member> {
        self.blend.clone().unwrap_or_else(|| LearnerSettings::BLEND.map(Member::from).to_vec())
    }

    /// The learner with its settings, for texts that have one label or several.
    pub fn learner_for(&self, task: Task) -> Learner {
        self.learner_within(task, None)
    }

    /// The same, whose support vector machines stop at `tolerance`.
    pub(super) fn learner_within(&self, task: Task, tolerance: Option<f64>) -> Learner {
        let blend = self.members();
        let exclusive = task == Task::Multiclass;
        let (cost, smoothing, seed) = (self.cost, self.smoothing, self.seed);
        let settings = LearnerSettings { cost, smoothing, tolerance, blend, exclusive, seed };
        Learner::new(self.learner, &settings)
    }

    /// The task for this corpus.
    ///
    /// # Errors
    /// Where one label per text is wanted and a text has none or several, or there are not two
    /// labels to tell apart; or where no text has any label.
    pub fn task_for(&self, corpus: &LabelledCorpus) -> Result<Task> {
        if corpus.targets.iter().all(Vec::is_empty) {
            return Err(Error::empty("no text has a label: there is nothing to learn"));
        }
        let uneven = corpus.targets.iter().position(|target| target.len() != 1);
        let task = match (self.task, uneven) {
            (TaskChoice::Multilabel, _) | (TaskChoice::Auto, Some(_)) => Task::Multilabel,
            (TaskChoice::Auto, None) | (TaskChoice::Multiclass, None) => Task::Multiclass,
            (TaskChoice::Multiclass, Some(text)) => {
                let n = corpus.targets[text].len();
                let number = text + 1;
                return Err(Error::data(format!(
                    "text {number} has {n} labels, and the task is one label per text: \
                     mend it, or use --task multilabel"
                )));
            }
        };
        let used = corpus.support().iter().filter(|&&n| n > 0).count();
        if task == Task::Multiclass && used < 2 {
            return Err(Error::data(
                "all texts have the same one label: add texts of another, or texts without it",
            ));
        }
        if let (Task::Multiclass, Goal::Recall(_)) = (task, self.goal) {
            return Err(Error::settings(
                "one label per text is always given, so no recall can be promised: take --goal precision=P, which marks \
                 the others as unsure",
            ));
        }
        Ok(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;

    fn corpus(labels: &[&[&str]]) -> LabelledCorpus {
        let record = |labels: &&[&str]| Record {
            labels: Some(labels.iter().map(|&label| label.into()).collect()),
            ..Record::default()
        };
        LabelledCorpus::new(labels.iter().map(record).collect(), None).unwrap()
    }

    #[test]
    fn the_task_follows_the_data_unless_said() {
        let (auto, multilabel) = (ClassifierParams::default(), TaskChoice::Multilabel);
        let single = corpus(&[&["a"], &["b"]]);
        assert_eq!(auto.task_for(&single).unwrap(), Task::Multiclass);
        assert_eq!(auto.task_for(&corpus(&[&["a"], &[]])).unwrap(), Task::Multilabel);
        let said = ClassifierParams { task: multilabel, ..auto };
        assert_eq!(said.task_for(&single).unwrap(), Task::Multilabel);
    }

    #[test]
    fn settings_that_a_learner_does_not_have_are_refused() {
        let refused = |params: ClassifierParams| params.check().unwrap_err().to_string();
        let of = |learner| ClassifierParams { learner, ..Default::default() };
        let costly = ClassifierParams { cost: Some(1.0), ..of(LearnerKind::NaiveBayes) };
        assert_eq!(refused(costly), "naive-bayes has no cost: leave it out");
        let smooth = ClassifierParams { smoothing: Some(1.0), ..of(LearnerKind::Svm) };
        assert_eq!(refused(smooth), "svm has no smoothing: leave it out");
        let members = Some([LearnerKind::Svm, LearnerKind::LinfaTrees].map(Member::from).to_vec());
        let trees = ClassifierParams { blend: members.clone(), ..of(LearnerKind::Blend) };
        assert!(refused(trees).starts_with("linfa-trees cannot be blended"));
        let blend = ClassifierParams { blend: members, ..of(LearnerKind::Svm) };
        assert_eq!(refused(blend), "svm has no members: they go with the learner blend");
        let both =
            ClassifierParams { cost: Some(2.0), smoothing: Some(0.5), ..of(LearnerKind::Blend) };
        assert!(both.check().is_ok());
        for learner in LearnerKind::ALL {
            assert!(of(learner).check().is_ok());
        }
    }

    #[test]
    fn what_cannot_be_learned_is_said() {
        let params = ClassifierParams { task: TaskChoice::Multiclass, ..Default::default() };
        let message =
            |labels: &[&[&str]]| params.task_for(&corpus(labels)).unwrap_err().to_string();
        assert!(message(&[&["a"], &["a", "b"]]).starts_with("text 2 has 2 labels"));
        assert!(message(&[&[], &[]]).starts_with("no text has a label"));
        assert!(message(&[&["a"], &["a"]]).starts_with("all texts have the same one label"));
    }
}
