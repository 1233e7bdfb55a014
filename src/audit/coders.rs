//! Two coders' labels of the same texts: how far they agree, and what they mix up.

use std::collections::HashMap;

use crate::corpus::LabelledCorpus;
use crate::error::{Error, Result};
use crate::evaluate::Agreement;
use crate::evaluate::bootstrap::{Interval, bootstrap};

/// The labels that two coders gave to the same texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coders {
    /// The labels that either used.
    pub names: Vec<String>,
    /// What each text is called.
    pub texts: Vec<String>,
    /// For each text its number in the first coder's data.
    pub places: Vec<usize>,
    /// For each text its article, as a number.
    pub groups: Vec<usize>,
    /// For each text the labels of the first coder.
    pub first: Vec<Vec<usize>>,
    /// For each text the labels of the second coder.
    pub second: Vec<Vec<usize>>,
}

/// How far two coders agree about a label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelAgreement {
    /// How their decisions fell out.
    pub counts: Agreement,
    /// The 95 % interval of kappa, by articles.
    pub kappa: Option<Interval>,
    /// The same of alpha.
    pub alpha: Option<Interval>,
    /// The same of the F1 of one held against the other.
    pub f1: Option<Interval>,
}

/// About how many decisions the draws of a bootstrap may visit.
const MOST_VISITS: usize = 200_000_000;

impl Coders {
    /// Finds the texts that both have: by id where every record of both has one, else by text.
    ///
    /// # Errors
    /// Where an id, or without ids a text, stands twice in the data of one, an id has two texts, or no text was labelled by
    /// both.
    pub fn pair(first: &LabelledCorpus, second: &LabelledCorpus) -> Result<Coders> {
        let all_named = |corpus: &LabelledCorpus| corpus.origins.iter().all(|o| o.id.is_some());
        let by_id = all_named(first) && all_named(second);
        let key = |corpus: &LabelledCorpus, text: usize| match &corpus.origins[text].id {
            Some(id) if by_id => id.clone(),
            _ => corpus.texts[text].clone(),
        };
        let index = |corpus: &LabelledCorpus, whose: &str| {
            let mut index = HashMap::new();
            for text in 0..corpus.len() {
                if index.insert(key(corpus, text), text).is_some() {
                    let (what, name) =
                        (if by_id { "the id" } else { "the text of" }, corpus.name(text));
                    return Err(Error::data(format!(
                        "{what} {name} stands twice in the {whose} coder's data"
                    )));
                }
            }
            Ok(index)
        };
        let of_second = index(second, "second")?;
        index(first, "first")?;
        let mut names = first.labels.names().to_vec();
        let to_common: Vec<usize> = (second.labels.names().iter())
            .map(|name| {
                names.iter().position(|known| known == name).unwrap_or_else(|| {
                    names.push(name.clone());
                    names.len() - 1
                })
            })
            .collect();
        let (mut coders, mut groups) = (Coders::empty(names), HashMap::new());
        for text in 0..first.len() {
            let Some(&other) = of_second.get(&key(first, text)) else { continue };
            if first.texts[text] != second.texts[other] {
                let name = first.name(text);
                return Err(Error::data(format!(
                    "{name} has another text in the second coder's data"
                )));
            }
            let mut labels: Vec<usize> =
                second.targets[other].iter().map(|&label| to_common[label]).collect();
            labels.sort_unstable();
            let next = groups.len();
            coders.groups.push(*groups.entry(first.groups[text]).or_insert(next));
            coders.texts.push(first.name(text));
            coders.places.push(text);
            coders.first.push(first.targets[text].clone());
            coders.second.push(labels);
        }
        if coders.texts.is_empty() {
            let what = if by_id { "id" } else { "text" };
            return Err(Error::data(format!(
                "no {what} of the second coder's is among the first's"
            )));
        }
        Ok(coders)
    }

    fn empty(names: Vec<String>) -> Coders {
        let (texts, places, groups, first, second) = Default::default();
        Coders { names, texts, places, groups, first, second }
    }

    /// Their agreement about each label, with intervals by articles.
    pub fn agreement(&self, seed: u64) -> Vec<LabelAgreement> {
        let n_labels = self.names.len();
        let counted = |weights: &[u32]| {
            let mut all = vec![Agreement::default(); n_labels];
            for (text, &weight) in weights.iter().enumerate() {
                let has = |labels: &[usize], label| labels.binary_search(&label).is_ok();
                for (label, counts) in all.iter_mut().enumerate() {
                    let (first, second) =
                        (has(&self.first[text], label), has(&self.second[text], label));
                    counts.add(first, second, f64::from(weight));
                }
            }
            all
        };
        let figures = |weights: &[u32]| {
            let of = |own: &Agreement| [own.kappa(), own.alpha(), own.f1()];
            counted(weights).iter().flat_map(of).collect()
        };
        let n_draws = (MOST_VISITS / (self.texts.len() * n_labels).max(1)).clamp(200, 1_000);
        let intervals = bootstrap(&self.groups, n_draws, seed, figures);
        let of = |(counts, own): (Agreement, &[Option<Interval>])| LabelAgreement {
            counts,
            kappa: own[0],
            alpha: own[1],
            f1: own[2],
        };
        let counts = counted(&vec![1; self.texts.len()]);
        counts.into_iter().zip(intervals.chunks_exact(3)).map(of).collect()
    }

    /// The texts on which they differ.
    pub fn differences(&self) -> Vec<usize> {
        (0..self.texts.len()).filter(|&text| self.first[text] != self.second[text]).collect()
    }

    /// Pairs of labels of which one coder gave the one and the other the other to the same text, with the number of
    /// texts, the most frequent first.
    pub fn mixed_up(&self) -> Vec<(usize, usize, usize)> {
        let mut pairs: HashMap<(usize, usize), usize> = HashMap::new();
        for text in self.differences() {
            let (first, second) = (&self.first[text], &self.second[text]);
            for &a in first.iter().filter(|label| !second.contains(label)) {
                for &b in second.iter().filter(|label| !first.contains(label)) {
                    *pairs.entry((a.min(b), a.max(b))).or_insert(0) += 1;
                }
            }
        }
        let mut pairs: Vec<(usize, usize, usize)> =
            pairs.into_iter().map(|((a, b), n)| (a, b, n)).collect();
        pairs.sort_by_key(|&(a, b, n)| (std::cmp::Reverse(n), a, b));
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;

    fn corpus(rows: &[(&str, &[&str])]) -> LabelledCorpus {
        let record = |&(id, labels): &(&str, &[&str])| Record {
            text: format!("text of {id}"),
            labels: Some(labels.iter().map(|&label| label.into()).collect()),
            id: Some(id.into()),
            ..Record::default()
        };
        LabelledCorpus::new(rows.iter().map(record).collect(), None).unwrap()
    }

    #[test]
    fn texts_are_found_by_their_ids_and_labels_by_their_names() {
        let first = corpus(&[("1", &["b"]), ("2", &["a", "b"]), ("3", &[])]);
        let second = corpus(&[("2", &["b"]), ("1", &["c"]), ("4", &["a"])]);
        let coders = Coders::pair(&first, &second).unwrap();
        assert_eq!(coders.names, ["a", "b", "c"]);
        assert_eq!(coders.texts, ["1", "2"]);
        assert_eq!(coders.second, [vec![2], vec![1]]);
        assert_eq!(coders.differences(), [0, 1]);
        assert_eq!(coders.mixed_up(), [(1, 2, 1)]);
        let agreement = coders.agreement(1);
        assert_eq!(agreement[0].counts.only_first, 1.0);
        assert_eq!(agreement[1].counts.f1(), Some(2.0 / 3.0));
    }

    #[test]
    fn coders_of_other_texts_are_refused() {
        let error = Coders::pair(&corpus(&[("1", &[])]), &corpus(&[("2", &[])])).unwrap_err();
        assert_eq!(error.to_string(), "no id of the second coder's is among the first's");
    }
}
