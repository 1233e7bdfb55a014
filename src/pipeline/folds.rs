//! Folds over a corpus, and fitting on all of them but one.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array2;

use super::{ClassifierParams, Whole};
use crate::audit::Copies;
use crate::classify::Model;
use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::grouped_folds;
use crate::matrix::TermMatrix;
use crate::vectorize::{CountedCorpus, Selection, VectorizerParams};

/// Which fold each text is in.
#[derive(Debug, Clone)]
pub(super) struct Folds {
    pub n: usize,
    pub of_text: Vec<usize>,
}

impl Folds {
    /// Folds that keep articles whole, or texts where there is but one article, and copies together; none where
    /// there is but one text and its copies.
    ///
    /// # Errors
    /// Where a text cannot be tokenized.
    pub fn new(
        params: &ClassifierParams,
        corpus: &LabelledCorpus,
        notices: &mut Vec<String>,
    ) -> Result<Option<Folds>> {
        let single: Vec<usize> = (0..corpus.len()).collect();
        let groups = if corpus.n_groups() > 1 { whole_groups(params, corpus) } else { single };
        let groups = Copies::find(&corpus.texts, params.seed)?.joined(&groups);
        let n = params.folds.min(groups.iter().max().map_or(0, |last| last + 1));
        if n < 2 {
            notices.push("one text: no out-of-fold figures, thresholds stay at 0.5".into());
            return Ok(None);
        }
        if corpus.n_groups() == 1 {
            notices.push(
                "all texts are of one article: the expected figures are too good, since parts of \
                 an article are alike"
                    .into(),
            );
        }
        let of_text = grouped_folds(&corpus.targets, &groups, corpus.labels.len(), n, params.seed);
        Ok(Some(Folds { n, of_text }))
    }

    /// How many texts are learned from where the largest fold is held out.
    pub fn fewest_learned(&self) -> usize {
        let mut n_held = vec![0; self.n];
        self.of_text.iter().for_each(|&fold| n_held[fold] += 1);
        self.of_text.len() - n_held.into_iter().max().unwrap_or(0)
    }

    /// The texts of this fold, and all others.
    pub fn split(&self, fold: usize) -> (Vec<usize>, Vec<usize>) {
        (0..self.of_text.len()).partition(|&row| self.of_text[row] == fold)
    }
}

/// For each text the group that folds keep whole: its article, or its source with all articles that have a text of it.
/// Copies come on top.
pub(super) fn whole_groups(params: &ClassifierParams, corpus: &LabelledCorpus) -> Vec<usize> {
    let has_sources = corpus.sources.iter().any(|&source| source > 0);
    if params.whole == Whole::Article || !has_sources {
        return corpus.groups.clone();
    }
    // An article whose texts name several sources joins them.
    let mut first_of = std::collections::HashMap::new();
    let firsts = corpus.sources.iter().enumerate();
    let near = firsts.map(|(text, source)| *first_of.entry(source).or_insert(text)).collect();
    Copies { exact: (0..corpus.len()).collect(), near }.joined(&corpus.groups)
}

/// Some texts as learners take them, and what was learned from them on the way.
pub(super) struct Prepared {
    pub selection: Selection,
    pub data: DatasetBase<TermMatrix, Array2<bool>>,
}

impl Prepared {
    /// Learns what is kept and idf from the texts `rows`, which were counted as `counted`.
    pub fn new(
        params: &VectorizerParams,
        counted: &CountedCorpus,
        corpus: &LabelledCorpus,
        rows: &[usize],
    ) -> Prepared {
        let selection = Selection::fit(params, counted, rows);
        let records = selection.matrix(counted, rows);
        let mut targets = Array2::from_elem((rows.len(), corpus.labels.len()), false);
        for (place, &row) in rows.iter().enumerate() {
            corpus.targets[row].iter().for_each(|&label| targets[[place, label]] = true);
        }
        Prepared { selection, data: DatasetBase::new(records, targets) }
    }

    /// A model of these texts.
    pub fn fit<L, M>(&self, learner: &L) -> Result<Model>
    where
        L: Fit<TermMatrix, Array2<bool>, Error, Object = M>,
        M: Into<Model>,
    {
        Self::fit_to(&self.data, learner)
    }

    /// A model of such data.
    pub fn fit_to<L, M>(data: &DatasetBase<TermMatrix, Array2<bool>>, learner: &L) -> Result<Model>
    where
        L: Fit<TermMatrix, Array2<bool>, Error, Object = M>,
        M: Into<Model>,
    {
        Ok(learner.fit(data)?.into())
    }
}
