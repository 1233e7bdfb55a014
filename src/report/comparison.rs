//! Two sets of answers to the same texts side by side: which is better, and how sure that is.

use std::collections::HashSet;
use std::fmt::Write;

use serde_json::{Value, json};

use super::saved::Side;
use super::{plain, three_digits};
use crate::error::{Error, Result};
use crate::evaluate::Counts;
use crate::evaluate::comparison::{Difference, Discordant, Verdict, holm, paired};
use crate::evaluate::metrics::{mean, ratio};

/// A comparison, worked out.
#[derive(Debug)]
pub struct Comparison {
    /// What each side is.
    pub titles: [String; 2],
    /// How many of the texts each side had learned from, or from copies of them.
    pub n_leaking: [usize; 2],
    /// Number of texts.
    pub n_texts: usize,
    /// Number of their articles.
    pub n_articles: usize,
    /// Micro-F1, macro-F1, the share of texts whose labels are all right.
    pub figures: Vec<Line>,
    /// F1 label by label, with the decisions that only one side got right.
    pub labels: Vec<LabelLine>,
}

/// One figure of both sides.
#[derive(Debug)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// The figure of each side.
    pub values: [Option<f64>; 2],
    /// The second less the first.
    pub difference: Option<Difference>,
}

/// One label of both sides.
#[derive(Debug)]
pub struct LabelLine {
    /// F1, by the label's name.
    pub f1: Line,
    /// How many texts have it.
    pub support: usize,
    /// Decisions that only one side got right.
    pub discordant: Discordant,
    /// McNemar's p, corrected for the number of labels.
    pub p: Option<f64>,
}

/// Differences are called real where a corrected p is below this.
const LEVEL: f64 = 0.05;
/// About how many texts and labels the draws of a bootstrap may visit.
const MOST_VISITS: usize = 300_000_000;
/// With fewer articles an interval is itself unsure.
const FEW_ARTICLES: usize = 10;

impl Comparison {
    /// Compares `second` with `first`.
    ///
    /// # Errors
    /// Where they are not about the same texts with the same true labels.
    pub fn new(first: &Side, second: &Side, seed: u64) -> Result<Comparison> {
        let mut names = first.names.clone();
        let known: HashSet<&String> = first.names.iter().collect();
        names.extend(second.names.iter().filter(|name| !known.contains(name)).cloned());
        let (first, second) = (first.lined_up(first, &names)?, second.lined_up(first, &names)?);
        let mut pairs = first.answers.iter().zip(&second.answers);
        if let Some((a, _)) = pairs.find(|(a, b)| a.truth != b.truth) {
            return Err(Error::data(format!("{} has other true labels on the two sides", a.id)));
        }
        let groups: Vec<usize> = first.answers.iter().map(|own| own.article).collect();
        let sides = [&first, &second];
        let n_labels = names.len();
        let all = vec![1; groups.len()];
        let own = sides.map(|side| figures(side, n_labels, &all));
        let visits = (groups.len() + n_labels).max(1);
        let n_draws = (MOST_VISITS / visits).clamp(200, 1_000);
        let own_labels = own.clone();
        let differences = paired(&groups, n_draws, seed, |weights| {
            let [a, b] = [0, 1].map(|side| {
                let mut drawn = figures(sides[side], n_labels, weights);
                // The mean is always of the same labels: one that a draw leaves out keeps its F1.
                let labels = drawn[3..].iter().zip(&own_labels[side][3..]).map(|(a, b)| a.or(*b));
                drawn[1] = mean(labels);
                drawn
            });
            a.iter().zip(&b).map(|(a, b)| Some((*b)? - (*a)?)).collect()
        });
        let line = |name: &str, place: usize| Line {
            name: name.to_string(),
            values: [own[0][place], own[1][place]],
            difference: differences[place],
        };
        let discordant: Vec<Discordant> =
            (0..n_labels).map(|label| discordant(&first, &second, label)).collect();
        let p_values: Vec<Option<f64>> = discordant.iter().map(|own| own.mid_p()).collect();
        let label = |(label, p): (usize, Option<f64>)| LabelLine {
            f1: line(&names[label], 3 + label),
            support: first.answers.iter().filter(|own| own.truth.contains(&label)).count(),
            discordant: discordant[label],
            p,
        };
        let mut articles = groups.clone();
        articles.sort_unstable();
        articles.dedup();
        Ok(Comparison {
            n_texts: groups.len(),
            n_articles: articles.len(),
            figures: ["micro-F1", "macro-F1", "all labels right"]
                .iter()
                .enumerate()
                .map(|(place, name)| line(name, place))
                .collect(),
            labels: holm(&p_values).into_iter().enumerate().map(label).collect(),
            n_leaking: [first.leaks.n(), second.leaks.n()],
            titles: [first.title, second.title],
        })
    }
}

/// Micro-F1, macro-F1, share of texts all right, then F1 of each label.
fn figures(side: &Side, n_labels: usize, weights: &[u32]) -> Vec<Option<f64>> {
    let mut counts = vec![Counts::default(); n_labels];
    let (mut n, mut n_right) = (0, 0);
    for (own, &weight) in side.answers.iter().zip(weights) {
        let weight = weight as usize;
        if weight == 0 {
            continue;
        }
        n += weight;
        n_right += if own.truth == own.given { weight } else { 0 };
        for label in &own.given {
            let is_right = own.truth.binary_search(label).is_ok();
            let counts = &mut counts[*label];
            if is_right {
                counts.true_positives += weight
            } else {
                counts.false_positives += weight
            }
        }
        for label in own.truth.iter().filter(|label| own.given.binary_search(label).is_err()) {
            counts[*label].false_negatives += weight;
        }
    }
    let mut all = Counts::default();
    counts.iter().for_each(|&own| all += own);
    let macro_ = mean(counts.iter().map(|own| own.f1()));
    [all.f1(), macro_, ratio(n_right, n)]
        .into_iter()
        .chain(counts.iter().map(|own| own.f1()))
        .collect()
}

fn discordant(first: &Side, second: &Side, label: usize) -> Discordant {
    let mut found = Discordant::default();
    for (a, b) in first.answers.iter().zip(&second.answers) {
        let is_right = |given: &[usize]| given.contains(&label) == a.truth.contains(&label);
        match (is_right(&a.given), is_right(&b.given)) {
            (true, false) => found.only_first += 1,
            (false, true) => found.only_second += 1,
            _ => {}
        }
    }
    found
}

impl Comparison {
    /// The page for people.
    pub fn page(&self, width: usize) -> String {
        let mut page = format!(
            "A  {}\nB  {}\n\n{} texts of {} articles\n\n",
            plain(&self.titles[0]),
            plain(&self.titles[1]),
            self.n_texts,
            self.n_articles
        );
        let names = self.labels.iter().map(|own| own.f1.name.chars().count());
        let column = names.chain([18]).max().unwrap_or(18).min(40);
        let _ = writeln!(page, "{:column$}      A      B   B - A  95 % interval", "");
        self.figures.iter().for_each(|own| page += &(line(own, column) + "\n"));
        let _ = writeln!(
            page,
            "\n{:column$}      A      B   B - A  {:18}  only A right  only B right  p (Holm)",
            "F1", "95 % interval"
        );
        for own in &self.labels {
            let Discordant { only_first, only_second } = own.discordant;
            let p = own.p.map_or("-".to_string(), |p| format!("{p:.4}"));
            let figures = line(&own.f1, column);
            let wide = column + 43;
            let _ = writeln!(page, "{figures:wide$}  {only_first:>12}  {only_second:>12}  {p:>8}");
        }
        page.push('\n');
        for sentence in self.sentences() {
            page += &(textwrap::fill(&sentence, width) + "\n");
        }
        page
    }

    /// What may be said, in words.
    pub fn sentences(&self) -> Vec<String> {
        let leaks = ["A", "B"].iter().zip(self.n_leaking).filter(|(_, n)| *n > 0);
        let flatters = |(side, n): (&&str, usize)| {
            format!(
                "{side} had learned from {n} of these texts, or from their articles: that flatters it."
            )
        };
        let mut said: Vec<String> = leaks.map(flatters).collect();
        if self.n_articles < FEW_ARTICLES {
            said.push(format!("With only {} articles no verdict is sure.", self.n_articles));
        }
        said.extend(self.figures.iter().filter_map(|own| verdict(own, self.n_articles)));
        // The test takes decisions for independent, which those on one article are not: the interval by articles must
        // tell, too.
        let is_told = |own: &&LabelLine| {
            let by_article = own.f1.difference.map(|d| d.verdict());
            own.p.is_some_and(|p| p < LEVEL)
                && by_article.is_some_and(|verdict| verdict != Verdict::NotToldApart)
        };
        let told = |of: &dyn Fn(&LabelLine) -> bool| -> Vec<String> {
            let real = self.labels.iter().filter(is_told);
            real.filter(|own| of(own)).map(|own| plain(&own.f1.name)).collect()
        };
        let better = told(&|own| own.discordant.only_second > own.discordant.only_first);
        let worse = told(&|own| own.discordant.only_second < own.discordant.only_first);
        said.push(match (better.as_slice(), worse.as_slice()) {
            ([], []) => {
                "Label by label: none is told apart (McNemar, corrected for looking at all).".to_string()
            }
            _ => {
                let list = |names: &[String]| {
                    if names.is_empty() { "none".to_string() } else { names.join(", ") }
                };
                format!(
                    "Label by label (McNemar, corrected for looking at all): B decides better on {}; worse on {}.",
                    list(&better),
                    list(&worse)
                )
            }
        });
        said
    }

    /// The comparison as JSON.
    pub fn json(&self) -> Value {
        let line = |own: &Line| {
            json!({
                "a": own.values[0], "b": own.values[1],
                "difference": own.difference.map(|d| d.value),
                "interval": own.difference.map(|d| [d.interval.0, d.interval.1]),
                "verdict": own.difference.map(|d| word(d.verdict())),
                "articles_needed": own.difference.and_then(|d| d.articles_needed()),
            })
        };
        let figures = self.figures.iter().map(|own| (own.name.clone(), line(own)));
        let label = |own: &LabelLine| {
            let mut value = line(&own.f1);
            value["support"] = own.support.into();
            value["only_a_right"] = own.discordant.only_first.into();
            value["only_b_right"] = own.discordant.only_second.into();
            value["p_holm"] = json!(own.p);
            (own.f1.name.clone(), value)
        };
        json!({
            "a": self.titles[0], "b": self.titles[1],
            "n_texts": self.n_texts, "n_articles": self.n_articles, "n_leaking": self.n_leaking,
            "figures": figures.collect::<serde_json::Map<_, _>>(),
            "labels": self.labels.iter().map(label).collect::<serde_json::Map<_, _>>(),
            "in_words": self.sentences(),
        })
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::NotToldApart => "not told apart",
    }
}

fn line(own: &Line, column: usize) -> String {
    let (difference, interval) = match own.difference {
        Some(Difference { value, interval: (low, high), .. }) => {
            (format!("{value:+.3}"), format!("[{low:+.3}, {high:+.3}]"))
        }
        None => ("-".to_string(), String::new()),
    };
    let [a, b] = own.values.map(three_digits);
    format!("{:column$}  {a:>5}  {b:>5}  {difference:>6}  {interval}", plain(&own.name))
        .trim_end()
        .to_string()
}

fn verdict(own: &Line, n_articles: usize) -> Option<String> {
    let difference = own.difference?;
    let name = &own.name;
    Some(match difference.verdict() {
        Verdict::Better => format!("By {name} B is better."),
        Verdict::Worse => format!("By {name} B is worse."),
        Verdict::NotToldApart => {
            let needed = match difference.articles_needed() {
                Some(n) if n > n_articles => {
                    format!(
                        " A difference of this size would show with some {n} articles like these, against {n_articles} here."
                    )
                }
                _ => String::new(),
            };
            format!("By {name} the two are not told apart.{needed}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::saved::{Said, SideLeaks};
    use super::*;

    /// `n` texts of one label; the side is right on those for which `is_right` holds.
    fn side(n: usize, is_right: impl Fn(usize) -> bool) -> Side {
        let said = |text: usize| {
            let truth = vec![0; text % 2];
            let given = if is_right(text) { truth.clone() } else { vec![0; 1 - text % 2] };
            Said { id: text.to_string(), words: text.to_string(), article: text / 2, truth, given }
        };
        Side {
            title: "side".into(),
            names: vec!["a".into()],
            answers: (0..n).map(said).collect(),
            leaks: SideLeaks::default(),
        }
    }

    #[test]
    fn a_clear_winner_is_called_so_and_equals_are_not_told_apart() {
        let (good, bad) = (side(400, |text| text % 10 != 0), side(400, |text| text % 2 == 0));
        let won = Comparison::new(&bad, &good, 1).unwrap();
        assert!(won.sentences()[0].ends_with("B is better."), "{:?}", won.sentences());
        assert!(won.sentences().last().unwrap().contains("B decides better on a"));
        let lost = Comparison::new(&good, &bad, 1).unwrap();
        assert!(lost.sentences()[0].ends_with("B is worse."));
        let other = side(400, |text| text % 10 != 1);
        let close = Comparison::new(&good, &other, 1).unwrap();
        assert!(close.sentences()[2].contains("not told apart"), "{:?}", close.sentences());
    }

    #[test]
    fn the_order_of_texts_and_labels_does_not_matter_but_the_texts_do() {
        let first = side(40, |text| text % 3 == 0);
        let mut second = first.clone();
        second.answers.reverse();
        second.names = vec!["new".into(), "a".into()];
        for own in &mut second.answers {
            own.truth.iter_mut().chain(&mut own.given).for_each(|label| *label = 1);
        }
        let same = Comparison::new(&first, &second, 1).unwrap();
        assert!(same.figures.iter().all(|own| own.values[0] == own.values[1]));
        second.answers.pop();
        let error = Comparison::new(&first, &second, 1).unwrap_err().to_string();
        assert_eq!(error, "judged on other texts: 0 is missing");
        let mut third = first.clone();
        third.answers[5].truth = vec![];
        assert!(
            Comparison::new(&first, &third, 1).unwrap_err().to_string().contains("5 has other")
        );
    }
}
