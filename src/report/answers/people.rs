//! An answer for people: a heading per article, the themes, and under them the words.
//!
//! Control characters are replaced, which could command the terminal.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use super::{Answer, Layout, Page};
use crate::corpus::Kind;
use crate::report::plain;
use crate::report::reasons::WeighedWord;

impl Layout<'_> {
    /// A heading per article, then for each paragraph its themes and, indented, its words.
    pub(super) fn write_for_people(self, answer: &Answer<'_>, out: &mut Page) {
        let mut page = String::new();
        let article = plain(answer.article.unwrap_or("(no article)"));
        if out.article.as_ref() != Some(&article) {
            let blank = if out.article.is_some() { "\n" } else { "" };
            page += &format!("{blank}{}\n", self.styled(&article, Style::new().bold()));
            if out.article.is_none() {
                (out.n_heading, out.first_article) = (page.len(), Some(article.clone()));
            }
            out.article = Some(article);
        }
        let number = format!("{:>4}  ", answer.paragraph);
        page += &format!("\n{number}{}\n", self.heading(answer));
        let indent = " ".repeat(number.len());
        let options = textwrap::Options::new(self.width.max(40))
            .initial_indent(&indent)
            .subsequent_indent(&indent)
            .break_words(false);
        let words = answer.reasons.map(|reasons| reasons.words()).unwrap_or_default();
        page += &textwrap::fill(&self.marked(answer, &words), &options);
        page.push('\n');
        for line in self.reason_lines(answer, &words) {
            page += &textwrap::fill(&line, &options);
            page.push('\n');
        }
        out.bytes.extend_from_slice(page.as_bytes());
    }

    /// The text, with the words that are shown for a given label underlined in its colour.
    fn marked(self, answer: &Answer<'_>, words: &[(&str, Vec<WeighedWord>)]) -> String {
        let text = answer.text;
        if !self.is_coloured {
            return plain(text);
        }
        let mut marks: BTreeMap<usize, (usize, f64, &str)> = BTreeMap::new();
        for (name, words) in words.iter().filter(|(name, _)| answer.is_given(name)) {
            for word in speaking_for(words) {
                for span in &word.spans {
                    let mark = marks.entry(span.start).or_insert((span.end, word.weight, name));
                    if mark.1 < word.weight {
                        *mark = (span.end, word.weight, name);
                    }
                }
            }
        }
        let (mut page, mut shown) = (String::new(), 0);
        for (start, (end, _, name)) in marks {
            page += &plain(&text[shown..start]);
            page += &self.styled(&plain(&text[start..end]), self.style_of(name).underline());
            shown = end;
        }
        page + &plain(&text[shown..])
    }

    /// For each explained label the words that speak for it and against it; and what it hangs on.
    fn reason_lines(self, answer: &Answer<'_>, words: &[(&str, Vec<WeighedWord>)]) -> Vec<String> {
        let list = |words: &mut dyn Iterator<Item = &WeighedWord>| {
            let shown = words.map(|word| format!("{} {:+.2}", plain(&word.word), word.weight));
            let shown: Vec<String> = shown.collect();
            if shown.is_empty() { "nothing".to_string() } else { shown.join(", ") }
        };
        let line = |(name, words): &(&str, Vec<WeighedWord>)| {
            let p = answer.probabilities.as_ref().and_then(|p| p.of(name));
            let p = p.map(|p| format!(", {p:.2}")).unwrap_or_default();
            let not_given =
                if answer.is_given(name) { String::new() } else { format!(" (not given{p})") };
            let against = words.iter().rev().take_while(|word| word.weight < 0.0).take(SHOWN / 2);
            format!(
                "{}{not_given} for {}; against {}",
                self.styled(&plain(name), self.style_of(name)),
                list(&mut speaking_for(words)),
                list(&mut against.into_iter())
            )
        };
        let hangs_on = answer.reasons.map(|reasons| reasons.counterfactual_lines());
        words.iter().map(line).chain(hangs_on.unwrap_or_default()).collect()
    }

    fn heading(self, answer: &Answer<'_>) -> String {
        let kind = match answer.kind {
            Kind::Body | Kind::Record if answer.labels.is_some() => String::new(),
            kind => format!("[{}] ", kind.name()),
        };
        let Some(labels) = &answer.labels else {
            return self.styled(kind.trim_end(), Style::new().dimmed());
        };
        let unsure = answer.unsure.as_deref().unwrap_or_default();
        if labels.is_empty() && unsure.is_empty() {
            return self.styled(&format!("{kind}no theme"), Style::new().dimmed());
        }
        let tag = |name: &&str| {
            let p = answer.probabilities.as_ref().and_then(|p| p.of(name));
            let p = p.map(|p| format!(" {p:.2}")).unwrap_or_default();
            let doubt = if unsure.contains(name) { "?" } else { "" };
            self.styled(&format!("{}{p}{doubt}", plain(name)), self.style_of(name).bold())
        };
        // What is not given and yet may be so stands behind, in brackets.
        let perhaps = unsure.iter().filter(|name| !labels.contains(name));
        let perhaps = perhaps.map(|name| {
            let p = answer.probabilities.as_ref().and_then(|p| p.of(name));
            let p = p.map(|p| format!(" {p:.2}")).unwrap_or_default();
            self.styled(&format!("({}{p}?)", plain(name)), self.style_of(name))
        });
        let tags: Vec<String> = labels.iter().map(tag).chain(perhaps).collect();
        format!("{}{}", self.styled(&kind, Style::new().dimmed()), tags.join("  "))
    }

    /// Each label keeps its colour.
    fn style_of(self, name: &str) -> Style {
        const COLOURS: [AnsiColor; 6] = [
            AnsiColor::Red,
            AnsiColor::Green,
            AnsiColor::Magenta,
            AnsiColor::Cyan,
            AnsiColor::Yellow,
            AnsiColor::Blue,
        ];
        let place = self.names.iter().position(|other| other == name).unwrap_or(0);
        COLOURS[place % COLOURS.len()].on_default()
    }

    fn styled(self, text: &str, style: Style) -> String {
        if self.is_coloured && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }
}

/// How many words are shown for a label, and half as many against it.
const SHOWN: usize = 8;

/// The words that are shown for a label.
fn speaking_for(words: &[WeighedWord]) -> impl Iterator<Item = &WeighedWord> {
    words.iter().take_while(|word| word.weight > 0.0).take(SHOWN)
}
