//! What a user has said of the settings; the rest is left to the search, or to the defaults.

use serde::{Deserialize, Serialize};

use super::{ClassifierParams, Goal, TaskChoice, Whole};
use crate::classify::{LearnerKind, Member};
use crate::vectorize::{NgramRange, Ngrams, VectorizerParams};

/// How hard settings that nobody has said are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    /// Not at all: a support vector machine on single words, the quickest way that does well.
    Off,
    /// Among those that do best nearly everywhere.
    Fast,
    /// Among more, for up to four times the work.
    Full,
}

/// What has been said; `train.toml` is this structure written out.
///
/// ```
/// use leitmotif::pipeline::{Search, Wishes};
/// let wishes: Wishes = toml::from_str("goal = \"macro-f1\"\nvectorizer.words = \"1-3\"").unwrap();
/// assert_eq!(wishes.search(), Search::Fast);
/// assert_eq!(wishes.settled().vectorizer.words.unwrap().to_string(), "1-3");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wishes {
    /// How hard to look for the rest.
    pub search: Option<Search>,
    /// What to choose by.
    pub goal: Option<Goal>,
    /// The error rate outside of the band of unsure decisions.
    pub unsure: Option<f64>,
    /// One label per text or several.
    pub task: Option<TaskChoice>,
    /// What learns.
    pub learner: Option<LearnerKind>,
    /// Its C.
    pub cost: Option<f64>,
    /// Its smoothing.
    pub smoothing: Option<f64>,
    /// The members of a blend.
    pub blend: Option<Vec<Member>>,
    /// What folds keep whole.
    #[serde(rename = "keep_whole")]
    pub whole: Option<Whole>,
    /// How many folds.
    pub folds: Option<usize>,
    /// The seed of all that is drawn.
    pub seed: Option<u64>,
    /// How texts become weights.
    pub vectorizer: VectorizerWishes,
}

/// What has been said of how texts become weights.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VectorizerWishes {
    /// Lengths of word n-grams.
    pub words: Option<Ngrams>,
    /// Lengths of character n-grams.
    pub chars: Option<Ngrams>,
    /// In how many texts a term must stand.
    pub min_count: Option<usize>,
    /// In what share of the texts it may stand.
    pub max_share: Option<f64>,
    /// Whether a repeated term counts by the logarithm.
    pub sublinear: Option<bool>,
}

impl Wishes {
    /// How hard to look: as said, else not at all where a learner has been named, else fast.
    pub fn search(&self) -> Search {
        let named = self.learner.is_some() || self.blend.is_some();
        self.search.unwrap_or(if named { Search::Off } else { Search::Fast })
    }

    /// The settings without a search: what has been said, and defaults.
    pub fn settled(&self) -> ClassifierParams {
        let base = ClassifierParams::default();
        let of_text = VectorizerParams::default();
        let wished = &self.vectorizer;
        let quickest = self.search == Some(Search::Off) && self.learner.is_none();
        let words = if quickest { NgramRange::new(1, 1).ok() } else { of_text.words };
        ClassifierParams {
            task: self.task.unwrap_or(base.task),
            learner: self.learner.unwrap_or(base.learner),
            cost: self.cost,
            smoothing: self.smoothing,
            blend: self.blend.clone(),
            folds: self.folds.unwrap_or(base.folds),
            whole: self.whole.unwrap_or(base.whole),
            goal: self.goal.unwrap_or(base.goal),
            unsure: self.unsure,
            seed: self.seed.unwrap_or(base.seed),
            vectorizer: VectorizerParams {
                words: wished.words.map_or(words, |Ngrams(words)| words),
                chars: wished.chars.map_or(of_text.chars, |Ngrams(chars)| chars),
                min_count: wished.min_count,
                max_share: wished.max_share.unwrap_or(of_text.max_share),
                sublinear: wished.sublinear.unwrap_or(of_text.sublinear),
            },
        }
    }

    /// These wishes where they say something, else those of `base`.
    pub fn over(self, base: Wishes) -> Wishes {
        let (own, under) = (self.vectorizer, base.vectorizer);
        Wishes {
            search: self.search.or(base.search),
            goal: self.goal.or(base.goal),
            unsure: self.unsure.or(base.unsure),
            task: self.task.or(base.task),
            learner: self.learner.or(base.learner),
            cost: self.cost.or(base.cost),
            smoothing: self.smoothing.or(base.smoothing),
            blend: self.blend.or(base.blend),
            whole: self.whole.or(base.whole),
            folds: self.folds.or(base.folds),
            seed: self.seed.or(base.seed),
            vectorizer: VectorizerWishes {
                words: own.words.or(under.words),
                chars: own.chars.or(under.chars),
                min_count: own.min_count.or(under.min_count),
                max_share: own.max_share.or(under.max_share),
                sublinear: own.sublinear.or(under.sublinear),
            },
        }
    }
}

/// Every setting said, nothing left to a search.
impl From<ClassifierParams> for Wishes {
    fn from(params: ClassifierParams) -> Self {
        let vectorizer = params.vectorizer;
        Wishes {
            search: Some(Search::Off),
            goal: Some(params.goal),
            unsure: params.unsure,
            task: Some(params.task),
            learner: Some(params.learner),
            cost: params.cost,
            smoothing: params.smoothing,
            blend: params.blend,
            whole: Some(params.whole),
            folds: Some(params.folds),
            seed: Some(params.seed),
            vectorizer: VectorizerWishes {
                words: Some(Ngrams(vectorizer.words)),
                chars: Some(Ngrams(vectorizer.chars)),
                min_count: vectorizer.min_count,
                max_share: Some(vectorizer.max_share),
                sublinear: Some(vectorizer.sublinear),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_the_default_and_a_search() {
        let wishes = Wishes::default();
        assert_eq!(
            (wishes.settled(), wishes.search()),
            (ClassifierParams::default(), Search::Fast)
        );
        let said = Wishes::from(ClassifierParams { folds: 4, ..ClassifierParams::default() });
        assert_eq!((said.settled().folds, said.search()), (4, Search::Off));
        let named = Wishes { learner: Some(LearnerKind::Logistic), ..Wishes::default() };
        assert_eq!(named.search(), Search::Off);
    }

    #[test]
    fn what_is_said_later_wins_and_none_is_something_said() {
        let file: Wishes =
            toml::from_str("cost = 2.0\nseed = 7\nvectorizer.chars = \"2-5\"").unwrap();
        let said = Wishes {
            cost: Some(3.0),
            vectorizer: VectorizerWishes { chars: Some(Ngrams(None)), ..Default::default() },
            ..Wishes::default()
        };
        let params = said.over(file).settled();
        assert_eq!((params.cost, params.seed, params.vectorizer.chars), (Some(3.0), 7, None));
        assert!(toml::from_str::<Wishes>("unheard = 1").is_err());
    }
}
