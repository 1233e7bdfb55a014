//! Topics of either side, and what they are worth by the one measure for all.
//!
//! Enters: a corpus, a learner, a number of topics. Leaves: [`Fitted`]. The clock runs from counts to topics; tokens
//! are there before. Held-out likelihood is of ours alone: the model fitted again without every tenth text completes these.

use leitmotif::matrix::{Row, TermMatrix};
use leitmotif::topics::coherence::npmi;
use leitmotif::topics::diversity::diversity;
use leitmotif::topics::held_out::held_out;
use leitmotif::topics::{
    ClustersParams, LdaParams, NmfParams, TopicModel, TopicScratch, top_terms,
};
use linfa::ParamGuard;
use ndarray::Array2;

use crate::Result;
use crate::corpus::Corpus;
use crate::measure::timed;

/// How many words of a topic are judged.
const TOP: usize = 10;

/// Our learners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learner {
    /// Latent Dirichlet allocation, with so many sweeps.
    Lda(usize),
    /// Factorisation.
    Nmf,
    /// Clusters by k-means.
    Clusters,
}

impl Learner {
    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Learner::Lda(_) => "lda",
            Learner::Nmf => "nmf",
            Learner::Clusters => "clusters",
        }
    }

    /// Learns by the defaults.
    fn learn(self, counts: &TermMatrix, n_topics: usize) -> leitmotif::Result<TopicModel> {
        let silent = &|_: usize| ();
        Ok(match self {
            Learner::Lda(n_sweeps) => {
                let params = LdaParams::new(n_topics).n_sweeps(n_sweeps);
                params.check()?.fit_watched(counts, silent)?.into()
            }
            Learner::Nmf => NmfParams::new(n_topics).check()?.fit_watched(counts, silent)?.into(),
            Learner::Clusters => {
                ClustersParams::new(n_topics).check()?.fit_watched(counts, silent)?.into()
            }
        })
    }
}

/// What topics are worth.
#[derive(Debug, Clone, Copy)]
pub struct Worth {
    /// Mean NPMI of the top words within texts.
    pub npmi: f64,
    /// The share of distinct ones among them.
    pub diversity: f64,
}

/// Topics that were found.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The weightiest terms of each.
    pub tops: Vec<Vec<u32>>,
    /// How long finding them took.
    pub seconds: f64,
    /// What they are worth.
    pub worth: Worth,
    /// What they are worth by the words that the peer's rule would take, where ours is another.
    pub by_their_rule: Option<Worth>,
    /// The joint log likelihood of words and topics per word, where there is one.
    pub log_likelihood: Option<f64>,
    /// What else is to be said.
    pub remark: String,
}

impl Worth {
    /// Of the top words of topics.
    pub fn of(tops: &[Vec<u32>], corpus: &Corpus) -> Result<Worth> {
        let npmi = npmi(tops, &corpus.counts)?.mean.ok_or("NPMI is undefined")?;
        let diversity = diversity(tops).ok_or("diversity is undefined")?;
        Ok(Worth { npmi, diversity })
    }

    /// How far these are above another's.
    pub fn minus(self, other: Worth) -> Worth {
        Worth { npmi: self.npmi - other.npmi, diversity: self.diversity - other.diversity }
    }

    /// Both figures, as the table has them.
    pub fn told(self) -> String {
        format!("{:.3} / {:.3}", self.npmi, self.diversity)
    }

    /// Both figures of a difference, and which of them is not enough.
    pub fn reached(self) -> String {
        let below = match (self.npmi < 0.0, self.diversity < 0.0) {
            (false, false) => "",
            (true, false) => ", NPMI BELOW",
            (false, true) => ", DIVERSITY BELOW",
            (true, true) => ", BOTH BELOW",
        };
        format!("{:+.3} / {:+.3}{below}", self.npmi, self.diversity)
    }
}

impl Fitted {
    /// What these are worth and how long they took, as the table has it.
    pub fn told(&self) -> String {
        let more = self.by_their_rule.map(|worth| format!(" (by their rule {})", worth.told()));
        let (told, more) = (self.worth.told(), more.unwrap_or_default());
        format!("{told}{more}, {:.1} s", self.seconds)
    }
}

/// Our topics.
pub fn ours(corpus: &Corpus, learner: Learner, n_topics: usize) -> Result<Fitted> {
    let (model, seconds) = timed(|| learner.learn(&corpus.counts, n_topics));
    let model = model?;
    let tops = tops(model.weights());
    let by_their_rule =
        their_weights(&model).map(|weights| Worth::of(&self::tops(weights), corpus));
    let by_their_rule = by_their_rule.transpose()?;
    let completed = completed(learner, &corpus.counts, n_topics)?;
    let completed = completed.map_or("undefined".into(), |figure| format!("{figure:.3}"));
    let remark =
        format!("{} topics; held-out log likelihood per word {completed}", model.n_topics());
    let (worth, log_likelihood) = (Worth::of(&tops, corpus)?, model.log_likelihood());
    Ok(Fitted { tops, seconds, worth, by_their_rule, log_likelihood, remark })
}

/// What peers take the top words by: p(word | topic), and the factor of the terms; clusters are named by class tf-idf everywhere.
fn their_weights(model: &TopicModel) -> Option<&Array2<f32>> {
    match model {
        TopicModel::Lda(model) => Some(&model.probabilities),
        TopicModel::Nmf(model, _) => Some(&model.learned().parts),
        TopicModel::Clusters(_) => None,
    }
}

fn tops(weights: &Array2<f32>) -> Vec<Vec<u32>> {
    weights.rows().into_iter().map(|row| top_terms(row, TOP)).collect()
}

/// Log likelihood per word of every tenth text by topics of the others.
fn completed(learner: Learner, counts: &TermMatrix, n_topics: usize) -> Result<Option<f64>> {
    let (mut kept, mut left_out) =
        (TermMatrix::new(counts.n_terms()), TermMatrix::new(counts.n_terms()));
    for (place, row) in counts.rows().enumerate() {
        let side = if place % 10 == 9 { &mut left_out } else { &mut kept };
        side.push_row(row.iter());
    }
    let model = learner.learn(&kept, n_topics)?;
    let mixture = |row: Row<'_>| model.mixture(row, &mut TopicScratch::default());
    let found = held_out(model.probabilities().view(), &left_out, mixture);
    Ok(found.map(|found| found.log_likelihood_per_word))
}
