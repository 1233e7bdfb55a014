//! What no learning at all would reach: the ground that figures stand on.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::corpus::Codebook;
use crate::error::Result;
use crate::evaluate::Judged;
use crate::math::Generator;
use crate::tokenize::{Tokenizer, Tokens};

/// A way of answering without learning from texts, and its answers.
#[derive(Debug)]
pub struct BaselineAnswers {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: String,
    /// Its answers to the same texts.
    pub judged: Judged,
    /// Each label's probability, the same for every text, where it gives any.
    pub shares: Option<Vec<f64>>,
}

/// How often labels were seen in training.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// For each label the number of texts.
    pub support: &'a [usize],
    /// Of so many.
    pub n_texts: usize,
}

/// The baselines for the texts that `judged` answers: always the same answer, labels by their share, and, with a
/// codebook, the themes whose seed words a text has. `is_single` says that every text gets exactly one label.
///
/// # Errors
/// Where a text cannot be tokenized.
pub fn baselines(
    judged: &Judged,
    texts: &[&str],
    seen: Seen<'_>,
    codebook: Option<&Codebook>,
    is_single: bool,
    seed: u64,
) -> Result<Vec<BaselineAnswers>> {
    let mut answers = vec![always_the_same(judged, seen, is_single)];
    answers.push(by_share(judged, seen, is_single, seed));
    let is_about =
        |own: &&Codebook| own.themes.iter().any(|theme| judged.names.contains(&theme.id));
    if let Some(codebook) = codebook.filter(is_about) {
        answers.push(by_seed_words(judged, texts, codebook, seen, is_single)?);
    }
    Ok(answers)
}

/// The same texts with other labels given, and no probabilities.
fn with(judged: &Judged, predicted: Vec<Vec<usize>>) -> Judged {
    Judged {
        names: judged.names.clone(),
        thresholds: judged.thresholds.clone(),
        truths: judged.truths.clone(),
        probabilities: Vec::new(),
        predicted,
    }
}

fn most_frequent(seen: Seen<'_>) -> usize {
    let labels = 0..seen.support.len();
    labels.max_by_key(|&label| (seen.support[label], usize::MAX - label)).unwrap_or(0)
}

fn shares(judged: &Judged, seen: Seen<'_>) -> Vec<f64> {
    let share = |label: usize| {
        seen.support.get(label).map_or(0.0, |&n| n as f64 / seen.n_texts.max(1) as f64)
    };
    (0..judged.thresholds.len()).map(share).collect()
}

fn always_the_same(judged: &Judged, seen: Seen<'_>, is_single: bool) -> BaselineAnswers {
    let n = judged.truths.len();
    let (name, about, labels) = if is_single {
        let label = most_frequent(seen);
        let about = format!("Gives every text the most frequent label, {}.", judged.names[label]);
        ("most frequent label", about, vec![label])
    } else {
        ("always none", "Gives no label to any text.".to_string(), Vec::new())
    };
    let judged = with(judged, vec![labels; n]);
    BaselineAnswers { name, about, judged, shares: None }
}

fn by_share(judged: &Judged, seen: Seen<'_>, is_single: bool, seed: u64) -> BaselineAnswers {
    let shares = shares(judged, seen);
    let mut generator = Generator::new(seed);
    let mut uniform = || generator.below(1 << 30) as f64 / f64::from(1 << 30);
    let mut one_of = |total: f64| {
        let mut left = uniform() * total;
        shares.iter().position(|share| {
            left -= share;
            left < 0.0
        })
    };
    let n = judged.truths.len();
    let predicted = if is_single {
        let total: f64 = shares.iter().sum();
        (0..n).map(|_| one_of(total).into_iter().collect()).collect()
    } else {
        let drawn = |_| (0..shares.len()).filter(|&label| uniform() < shares[label]).collect();
        (0..n).map(drawn).collect()
    };
    BaselineAnswers {
        name: "label shares",
        about: "Gives each label at random, as often as training texts have it, and that share as its probability."
            .to_string(),
        judged: with(judged, predicted),
        shares: Some(shares),
    }
}

fn by_seed_words(
    judged: &Judged,
    texts: &[&str],
    codebook: &Codebook,
    seen: Seen<'_>,
    is_single: bool,
) -> Result<BaselineAnswers> {
    let phrases = Phrases::new(codebook, &judged.names)?;
    let tokenizer = Tokenizer::default();
    let found = |tokens: &mut Tokens, text: &&str| -> Result<Vec<usize>> {
        tokenizer.tokenize(text, tokens)?;
        let words: Vec<&str> = tokens.iter().collect();
        let n_hits = phrases.hits(&words, judged.names.len());
        let best = (0..n_hits.len()).max_by_key(|&label| (n_hits[label], usize::MAX - label));
        Ok(match best {
            Some(best) if is_single && n_hits[best] > 0 => vec![best],
            _ if is_single => vec![most_frequent(seen)],
            _ => (0..n_hits.len()).filter(|&label| n_hits[label] > 0).collect(),
        })
    };
    let predicted = texts.par_iter().map_init(Tokens::default, found).collect::<Result<_>>()?;
    Ok(BaselineAnswers {
        name: "seed words",
        about: "Gives each theme to the texts that have one of its seed words from the codebook."
            .to_string(),
        judged: with(judged, predicted),
        shares: None,
    })
}

/// Seed words and phrases, by their first word: the rest of the phrase, and the label.
struct Phrases(HashMap<String, Vec<(Vec<String>, usize)>>);

impl Phrases {
    fn new(codebook: &Codebook, names: &[String]) -> Result<Phrases> {
        let tokenizer = Tokenizer::default();
        let (mut phrases, mut tokens) = (HashMap::new(), Tokens::default());
        for theme in &codebook.themes {
            let Some(label) = names.iter().position(|name| *name == theme.id) else { continue };
            for phrase in &theme.seed_words {
                tokenizer.tokenize(phrase, &mut tokens)?;
                let mut words = tokens.iter().map(str::to_string);
                if let Some(first) = words.next() {
                    let rest = words.collect();
                    phrases.entry(first).or_insert_with(Vec::new).push((rest, label));
                }
            }
        }
        Ok(Phrases(phrases))
    }

    /// For each label how often its phrases stand in a text.
    fn hits(&self, words: &[&str], n_labels: usize) -> Vec<usize> {
        let mut n_hits = vec![0; n_labels];
        for (place, &word) in words.iter().enumerate() {
            for (rest, label) in self.0.get(word).into_iter().flatten() {
                let behind = words[place + 1..].get(..rest.len());
                n_hits[*label] += usize::from(behind.is_some_and(|behind| behind == rest));
            }
        }
        n_hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Theme;
    use crate::evaluate::Evaluation;

    fn theme(id: &str, seed_words: &[&str]) -> Theme {
        let text = String::new;
        let (name, definition, take, leave) = (text(), text(), text(), text());
        let seed_words = seed_words.iter().map(|&word| word.into()).collect();
        Theme { id: id.into(), name, definition, take, leave, seed_words }
    }

    fn judged(thresholds: Option<f64>) -> Judged {
        Judged {
            names: vec!["land".into(), "money".into()],
            thresholds: vec![thresholds; 2],
            truths: vec![vec![0], vec![1], vec![0]],
            predicted: vec![vec![]; 3],
            probabilities: vec![vec![0.5, 0.5]; 3],
        }
    }

    #[test]
    fn seed_words_are_found_as_words_and_phrases() {
        let themes = vec![theme("land", &["Driven out"]), theme("money", &["tax", "oil sales"])];
        let texts = ["They were driven  out.", "Taxes, no: a TAX.", "Driven by oil"];
        let seen = Seen { support: &[2, 1], n_texts: 3 };
        let codebook = Codebook { themes };
        let found = |thresholds, is_single| {
            let judged = judged(thresholds);
            let all = baselines(&judged, &texts, seen, Some(&codebook), is_single, 1).unwrap();
            all.into_iter().last().unwrap().judged.predicted
        };
        assert_eq!(found(Some(0.5), false), [vec![0], vec![1], vec![]]);
        assert_eq!(found(None, true), [vec![0], vec![1], vec![0]]);
    }

    #[test]
    fn the_same_answer_for_all_is_right_as_often_as_its_label_is_frequent() {
        let seen = Seen { support: &[2, 1], n_texts: 3 };
        let all = baselines(&judged(None), &["", "", ""], seen, None, true, 1).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(Evaluation::new(&all[0].judged).subset_accuracy, Some(2.0 / 3.0));
        let none = baselines(&judged(Some(0.5)), &["", "", ""], seen, None, false, 1).unwrap();
        assert_eq!(Evaluation::new(&none[0].judged).micro.f1, Some(0.0));
    }
}
