//! What an audit of the labels found, as text, JSON or one line a text.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{plain, three_digits};
use crate::audit::coders::LabelAgreement;
use crate::audit::labels::{FEW, NeverApart, never_apart, too_few};
use crate::audit::{Coders, Copies, Suspect, leaks::conflicts};
use crate::corpus::LabelledCorpus;
use crate::evaluate::Interval;

/// What an audit found.
#[derive(Debug)]
pub struct Audit<'a> {
    corpus: &'a LabelledCorpus,
    suspects: Vec<Suspect>,
    copies: &'a Copies,
    conflicts: Vec<(String, String)>,
    too_few: Vec<(usize, usize)>,
    never_apart: Vec<NeverApart>,
}

impl<'a> Audit<'a> {
    /// Gathers what was found; `suspects` are all texts, the most suspicious first.
    pub fn new(corpus: &'a LabelledCorpus, copies: &'a Copies, suspects: Vec<Suspect>) -> Self {
        Audit {
            conflicts: conflicts(copies, corpus),
            too_few: too_few(corpus),
            never_apart: never_apart(corpus),
            corpus,
            suspects,
            copies,
        }
    }

    fn name_of(&self, label: usize) -> String {
        plain(&self.corpus.labels.names()[label])
    }

    /// The page for people, with at most `top` suspects of each kind.
    pub fn page(&self, top: usize, width: usize) -> String {
        let corpus = self.corpus;
        let n_wrong = self.suspects.iter().filter(|own| !own.wrong.is_empty()).count();
        let n_missing = self.suspects.iter().filter(|own| !own.missing.is_empty()).count();
        let mut page = format!(
            "{} texts of {} articles, {} labels\n\n",
            corpus.len(),
            corpus.n_groups(),
            corpus.labels.len()
        );
        page += &self.copies_part();
        page += &self.labels_part();
        let most = |n: usize| if n > 0 { "; the most suspicious:" } else { "" };
        let _ = writeln!(page, "Labels that look wrong, on {n_wrong} texts{}\n", most(n_wrong));
        page += &self.suspects_part(top, width, |own| &own.wrong, "has", "should probably not");
        let more = most(n_missing);
        let _ = writeln!(page, "Labels that look missing, on {n_missing} texts{more}\n");
        page += &self.suspects_part(top, width, |own| &own.missing, "lacks", "probably should not");
        page += "Suspicion is no proof: read the texts. --format jsonl ranks all of them.\n";
        page
    }

    fn copies_part(&self) -> String {
        let n_exact = self.copies.exact.iter().enumerate().filter(|(i, first)| i != *first).count();
        let n_sets = self.copies.sets().len();
        let mut page = format!(
            "{n_exact} texts repeat the words of an earlier one; {n_sets} sets of copies or near copies.\n"
        );
        if !self.conflicts.is_empty() {
            let n = self.conflicts.len();
            let _ = writeln!(page, "{n} pairs have the same words and different labels:");
            for (a, b) in self.conflicts.iter().take(10) {
                let _ = writeln!(page, "  {} and {}", plain(a), plain(b));
            }
        }
        page.push('\n');
        page
    }

    fn labels_part(&self) -> String {
        let mut page = String::new();
        if !self.too_few.is_empty() {
            let shown = self.too_few.iter().take(20);
            let shown: Vec<String> =
                shown.map(|&(label, n)| format!("{} ({n})", self.name_of(label))).collect();
            let n = self.too_few.len();
            let _ =
                writeln!(page, "{n} labels have fewer than {FEW} texts: {}\n", shown.join(", "));
        }
        for pair in self.never_apart.iter().take(20) {
            let (a, b) = (self.name_of(pair.a), self.name_of(pair.b));
            let _ = writeln!(
                page,
                "{a} and {b} are hardly ever apart: {} of {} texts that have either have both\n",
                pair.both, pair.either
            );
        }
        page
    }

    fn suspects_part(
        &self,
        top: usize,
        width: usize,
        of: impl Fn(&Suspect) -> &Vec<(usize, f64)>,
        has: &str,
        should: &str,
    ) -> String {
        let mut page = String::new();
        for own in self.suspects.iter().filter(|own| !of(own).is_empty()).take(top) {
            let labels: Vec<String> = of(own)
                .iter()
                .map(|&(label, p)| format!("{} ({p:.2})", self.name_of(label)))
                .collect();
            let name = plain(&self.corpus.name(own.text));
            let _ = writeln!(page, "  {name} {has} {}, and {should}", labels.join(", "));
            let text: String = self.corpus.texts[own.text].chars().take(200).collect();
            let text = plain(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            let options =
                textwrap::Options::new(width).initial_indent("      ").subsequent_indent("      ");
            page += &(textwrap::fill(&text, options) + "\n");
        }
        page.push('\n');
        page
    }

    fn suspect(&self, rank: usize, own: &Suspect) -> Value {
        let names = self.corpus.labels.names();
        let named = |labels: &[(usize, f64)]| -> Value {
            labels.iter().map(|&(label, p)| json!({ "label": names[label], "p": p })).collect()
        };
        let labels: Vec<&str> =
            self.corpus.targets[own.text].iter().map(|&label| names[label].as_str()).collect();
        json!({
            "rank": rank, "id": self.corpus.name(own.text),
            "article": self.corpus.origins[own.text].article, "record": own.text + 1,
            "suspicion": own.suspicion, "labels": labels,
            "wrong": named(&own.wrong), "missing": named(&own.missing),
            "text": self.corpus.texts[own.text],
        })
    }

    /// One line a text, the most suspicious first.
    pub fn lines(&self) -> String {
        let line = |(rank, own): (usize, &Suspect)| format!("{}\n", self.suspect(rank + 1, own));
        self.suspects.iter().enumerate().map(line).collect()
    }

    /// All of it.
    pub fn json(&self) -> Value {
        let names = self.corpus.labels.names();
        let suspicious = self.suspects.iter().enumerate();
        let suspicious =
            suspicious.filter(|(_, own)| !own.wrong.is_empty() || !own.missing.is_empty());
        let sets = self.copies.sets();
        let named = |texts: &Vec<usize>| -> Vec<String> {
            texts.iter().map(|&text| self.corpus.name(text)).collect()
        };
        json!({
            "n": self.corpus.len(), "n_articles": self.corpus.n_groups(),
            "sets_of_copies": sets.iter().map(named).collect::<Vec<_>>(),
            "same_words_other_labels": self.conflicts,
            "too_few": self.too_few.iter().map(|&(label, n)| json!({ "label": names[label], "n": n }))
                .collect::<Vec<_>>(),
            "never_apart": self.never_apart.iter()
                .map(|own| json!({ "a": names[own.a], "b": names[own.b], "both": own.both, "either": own.either }))
                .collect::<Vec<_>>(),
            "suspects": suspicious.map(|(rank, own)| self.suspect(rank + 1, own)).collect::<Vec<_>>(),
        })
    }
}

/// How far two coders agree, for people.
pub fn agreement_page(coders: &Coders, agreement: &[LabelAgreement]) -> String {
    let n = coders.texts.len();
    let n_same = n - coders.differences().len();
    let mut page = format!(
        "{n} texts that both coders labelled; on {n_same} ({:.1} %) they gave exactly the same labels\n\n",
        100.0 * n_same as f64 / n as f64
    );
    let names = coders.names.iter().map(|name| name.chars().count());
    let column = names.chain([14]).max().unwrap_or(14).min(40);
    let _ = writeln!(
        page,
        "{:column$}  both  only 1  only 2  {:22}  {:22}  F1 of one against the other",
        "", "kappa", "alpha"
    );
    let cell = |value: Option<f64>, interval: Option<Interval>| match (value, interval) {
        (Some(value), Some((low, high))) => format!("{value:.3} [{low:.3}, {high:.3}]"),
        (value, _) => three_digits(value),
    };
    for (name, own) in coders.names.iter().zip(agreement) {
        let counts = own.counts;
        let line = format!(
            "{:column$}  {:>4}  {:>6}  {:>6}  {:22}  {:22}  {}",
            plain(name),
            counts.both,
            counts.only_first,
            counts.only_second,
            cell(counts.kappa(), own.kappa),
            cell(counts.alpha(), own.alpha),
            cell(counts.f1(), own.f1)
        );
        let _ = writeln!(page, "{}", line.trim_end());
    }
    let mixed = coders.mixed_up();
    if !mixed.is_empty() {
        page += "\nMixed up: one coder gave the one, the other the other\n";
        for (a, b, n) in mixed.iter().take(20) {
            let (a, b) = (plain(&coders.names[*a]), plain(&coders.names[*b]));
            let _ = writeln!(page, "  {a} and {b}: {n} texts");
        }
    }
    page
}

/// How far two coders agree, for programs; `evaluate --ceiling` reads it.
pub fn agreement_json(coders: &Coders, agreement: &[LabelAgreement]) -> Value {
    let label = |(name, own): (&String, &LabelAgreement)| {
        let interval = |interval: Option<Interval>| interval.map(|(low, high)| [low, high]);
        let counts = own.counts;
        json!({
            "label": name, "both": counts.both as u64, "only_first": counts.only_first as u64,
            "only_second": counts.only_second as u64, "neither": counts.neither as u64,
            "kappa": counts.kappa(), "kappa_interval": interval(own.kappa),
            "alpha": counts.alpha(), "alpha_interval": interval(own.alpha),
            "f1": counts.f1(), "f1_interval": interval(own.f1),
        })
    };
    let named = |labels: &[usize]| -> Vec<&str> {
        labels.iter().map(|&label| coders.names[label].as_str()).collect()
    };
    let difference = |text: usize| {
        json!({
            "id": coders.texts[text], "first": named(&coders.first[text]),
            "second": named(&coders.second[text]),
        })
    };
    let differences = coders.differences();
    json!({
        "n": coders.texts.len(),
        "same_label_set": (coders.texts.len() - differences.len()) as f64 / coders.texts.len() as f64,
        "agreement": coders.names.iter().zip(agreement).map(label).collect::<Vec<_>>(),
        "mixed_up": coders.mixed_up().iter()
            .map(|&(a, b, n)| json!({ "a": coders.names[a], "b": coders.names[b], "n": n }))
            .collect::<Vec<_>>(),
        "differences": differences.into_iter().map(difference).collect::<Vec<_>>(),
    })
}
