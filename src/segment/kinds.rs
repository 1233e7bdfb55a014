//! What a paragraph is for, by its words and by its place in the article.
//!
//! Each rule is one small function that says yes to one kind. They look at English news; where none
//! says yes, a paragraph is body.

use super::Draft;
use super::text::{ends_open, ends_sentence};
use crate::corpus::Kind;

/// The kind of each paragraph but for repeats, which are found later.
pub(super) fn assign(drafts: &[Draft], texts: &[String]) -> Vec<Kind> {
    let first_body = texts.iter().position(|text| is_running_text(text)).unwrap_or(texts.len());
    let mut kinds = Vec::with_capacity(texts.len());
    for (place, (draft, text)) in drafts.iter().zip(texts).enumerate() {
        let kind = draft.kind.unwrap_or_else(|| {
            let at_head = place < first_body;
            boilerplate(text)
                .or_else(|| note_kind(text))
                .or_else(|| caption(text))
                .or_else(|| byline_under_title(text, kinds.last().copied(), at_head))
                .or_else(|| title(text, at_head, place == 0))
                .or_else(|| label(text, &texts[..first_body.min(place)], place + 1 == texts.len()))
                .unwrap_or(Kind::Body)
        });
        kinds.push(kind);
    }
    kinds
}

/// A sentence of some length.
fn is_running_text(text: &str) -> bool {
    ends_sentence(text) && n_words(text) >= 12 && boilerplate(text).is_none() && note_kind(text).is_none()
}

fn n_words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// A byline or a dateline by its words alone.
pub(super) fn note_kind(text: &str) -> Option<Kind> {
    if is_byline(text) {
        Some(Kind::Byline)
    } else if is_dateline(text) {
        Some(Kind::Dateline)
    } else {
        None
    }
}

fn is_byline(text: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "by ", "reporting by ", "additional reporting", "(reporting by", "writing by ", "(writing by",
        "editing by ", "(editing by", "(additional reporting", "story by ", "words by ", "written by ",
    ];
    const ENDINGS: [&str; 5] = [
        "contributed to this report", "contributed to this story", "contributed reporting",
        "contributed to this article", "contributed from",
    ];
    let lower = text.to_lowercase();
    let bare = lower.trim_end_matches(['.', ')']);
    let words = n_words(text);
    let of_name = text.get(3..).is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let begins = BEGINNINGS.iter().any(|&beginning| lower.starts_with(beginning));
    let is_plain_by = lower.starts_with("by ");
    (begins && words <= 30 && (!is_plain_by || (of_name && words <= 14 && !ends_in_verb(text))))
        || (words <= 40 && ENDINGS.iter().any(|&ending| bare.contains(ending)))
}

/// "By Friday the town had fallen." begins like a byline and is none.
fn ends_in_verb(text: &str) -> bool {
    ends_sentence(text) && n_words(text) > 6
}

/// A date or a time with little beside it.
fn is_dateline(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '(' | ')' | '/' | '–' | '—'))
        .map(|word| word.trim_matches(['.', ':', '-', '•']).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() || words.len() > 14 {
        return false;
    }
    let n_numbers = words.iter().filter(|word| is_date_number(word)).count();
    let n_months = words.iter().filter(|word| is_month(word)).count();
    let n_known = words.iter().filter(|word| is_time_word(word)).count();
    let n_other = words.len() - n_numbers - n_months - n_known;
    let has_date = n_numbers >= 2 || (n_numbers >= 1 && n_months >= 1) || words.iter().any(|w| is_full_date(w));
    has_date && n_other <= words.len() / 2 && n_other <= 4 && !(ends_sentence(text) && n_other > 2)
}

/// A day, a year, a time of day or a full date in figures.
fn is_date_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let bare = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_figures = bare.chars().all(|c| c.is_ascii_digit() || ":.-".contains(c));
    (1..=8).contains(&digits) && is_figures && word.len() - bare.len() <= 2
}

fn is_full_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '.']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const FULL: [&str; 12] = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ];
    MONTHS.contains(&word) || FULL.contains(&word) || word == "sept"
}

/// Words that stand beside a date.
fn is_time_word(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "published", "updated", "posted", "last", "modified", "first", "on", "at", "am", "pm", "a.m", "p.m",
        "gmt", "utc", "est", "edt", "bst", "cet", "ist", "et", "time", "local", "date", "monday", "tuesday",
        "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "issue",
    ];
    WORDS.contains(&word) || matches!(word, "sat" | "sun" | "th" | "st" | "nd" | "rd" | "hrs")
}

/// Words of the page and not of the article.
fn boilerplate(text: &str) -> Option<Kind> {
    const BEGINNINGS: [&str; 46] = [
        "read more", "read also", "also read", "see also", "more:", "related:", "related stories",
        "related articles", "related topics", "related news", "share this", "share on", "share via",
        "follow us", "follow @", "subscribe", "sign up", "sign in", "log in", "click here", "click to",
        "advertisement", "advertising", "sponsored", "copyright", "©", "(c) 20", "all rights reserved",
        "leave a reply", "leave a comment", "post a comment", "add a comment", "comments", "view comments",
        "tags:", "topics:", "filed under", "photo gallery", "print this", "email this", "skip to",
        "back to top", "cookie", "we use cookies", "most read", "recommended",
    ];
    const ENDINGS: [&str; 4] =
        ["all rights reserved", "leave a comment", "leave a reply", "terms of use"];
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '©' && c != '(');
    let words = n_words(text);
    let begins = BEGINNINGS.iter().any(|beginning| bare.starts_with(beginning));
    let is_series = words <= 14 && lower.contains("-part series");
    let is_page = words <= 5 && bare.starts_with("page ") && bare.chars().any(|c| c.is_ascii_digit());
    let is_link = words == 1 && (lower.starts_with("http") || lower.starts_with("www."));
    let no_words = !text.chars().any(char::is_alphabetic);
    let found = (begins && words <= 25 && !(words > 12 && ends_sentence(text)))
        || ENDINGS.iter().any(|ending| bare.ends_with(ending) && words <= 20)
        || is_series
        || is_page
        || is_link
        || no_words;
    found.then_some(Kind::Boilerplate)
}

/// Words to a picture: a credit, or one sentence in the present tense with the day it was taken.
fn caption(text: &str) -> Option<Kind> {
    const BEGINNINGS: [&str; 10] = [
        "file -", "file –", "file photo", "(file photo", "photo:", "image:", "picture:", "pictured:",
        "caption:", "in this photo",
    ];
    const CREDITS: [&str; 9] = [
        "/afp)", "/reuters)", "(reuters)", "(ap photo", "/getty images", "getty images)", "/afp]",
        "/reuters]", "[reuters]",
    ];
    let lower = text.to_lowercase();
    let words = n_words(text);
    let has_credit = CREDITS.iter().any(|credit| lower.trim_end_matches('.').ends_with(credit))
        || lower.contains("(ap photo/");
    let found = BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
        || (has_credit && words <= 60)
        || (words <= 60 && is_dated_scene(text));
    found.then_some(Kind::Caption)
}

/// One sentence, in the present tense, that ends with a date.
fn is_dated_scene(text: &str) -> bool {
    const PAST: [&str; 14] = [
        "was", "were", "said", "had", "has", "have", "will", "told", "would", "announced", "claimed",
        "began", "did", "became",
    ];
    if !ends_with_date(text) || super::text::inner_sentence_ends(text) > 0 {
        return false;
    }
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let in_present = words.iter().take(25).any(|word| is_scene_verb(word));
    in_present && !words.iter().any(|word| PAST.contains(&word.as_str()))
}

fn is_scene_verb(word: &str) -> bool {
    const STEMS: [&str; 54] = [
        "show", "stand", "walk", "watch", "hold", "sit", "gather", "detain", "ride", "pose", "inspect",
        "take", "carry", "look", "fire", "wave", "celebrate", "patrol", "attend", "flee", "drive",
        "arrive", "rise", "speak", "run", "wait", "advance", "guard", "search", "pass", "leave", "help",
        "aim", "point", "fly", "move", "keep", "queue", "line", "sweep", "cross", "enter", "prepare",
        "rest", "pray", "mourn", "march", "play", "read", "cheer", "load", "unload", "climb", "display",
    ];
    let stem = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let stems = [Some(word), word.strip_suffix("es"), word.strip_suffix('s'), stem.as_deref()];
    stems.into_iter().flatten().any(|stem| STEMS.contains(&stem)) || word == "seen"
}

/// Whether the last words are a day or a month with its year.
fn ends_with_date(text: &str) -> bool {
    let words: Vec<String> = text
        .split_whitespace()
        .rev()
        .take(4)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let is_year = |word: &str| word.len() == 4 && word.parse().is_ok_and(|year| (1900..2100).contains(&year));
    let month_near = words.iter().skip(1).any(|word| is_month(word));
    let ends_in_year = words.first().is_some_and(|word| is_year(word));
    let day_first = words.get(1).is_some_and(|word| is_month(word))
        && words.first().is_some_and(|word| is_date_number(word));
    (ends_in_year && month_near) || day_first
}

/// A bare name under a title.
fn byline_under_title(text: &str, before: Option<Kind>, at_head: bool) -> Option<Kind> {
    (at_head && before == Some(Kind::Title) && is_name(text)).then_some(Kind::Byline)
}

/// Before the first running text: anything short that ends no sentence, or a question at the top.
fn title(text: &str, at_head: bool, is_first: bool) -> Option<Kind> {
    let words = n_words(text);
    let asks = is_first && words <= 16 && text.ends_with(['?', '!']);
    let is_title = at_head && words <= 30 && (!ends_sentence(text) || asks) && !ends_open(text);
    is_title.then_some(Kind::Title)
}

/// After it: a short line that ends no sentence. A name is the caption of a portrait; a line of two
/// or three words at the end of the page is a section's label; the others are subheadings.
fn label(text: &str, _head: &[String], is_last: bool) -> Option<Kind> {
    let words = n_words(text);
    if words > 14 || ends_sentence(text) || ends_open(text) || text.ends_with(':') {
        return None;
    }
    if is_name(text) && !is_section(text) {
        return Some(Kind::Caption);
    }
    Some(if (is_last && words <= 3) || is_section(text) { Kind::Boilerplate } else { Kind::Title })
}

/// The usual names of a site's sections.
fn is_section(text: &str) -> bool {
    const SECTIONS: [&str; 22] = [
        "world news", "middle east", "news", "world", "politics", "opinion", "top stories", "latest news",
        "europe", "africa", "asia", "americas", "us news", "uk news", "home", "menu", "business", "security",
        "terrorism", "analysis", "features", "international",
    ];
    SECTIONS.contains(&text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str())
}

/// Two to five words that are all capitalised, as a person's name is.
pub(super) fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 12] =
        ["al", "bin", "ibn", "de", "van", "von", "der", "la", "el", "and", "di", "du"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capitalised = |word: &&str| {
        let bare = word.trim_matches(|c: char| matches!(c, ',' | '.' | '“' | '”' | '"'));
        let small = PARTICLES.contains(&bare) || bare.starts_with("al-") || bare.starts_with("el-");
        let letters = bare.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '’' | '\'' | '.'));
        letters && (small || bare.starts_with(char::is_uppercase))
    };
    (2..=5).contains(&words.len())
        && words.iter().all(is_capitalised)
        && !words.iter().all(|word| word.chars().all(|c| !c.is_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(text: &str) -> Option<Kind> {
        boilerplate(text).or_else(|| note_kind(text)).or_else(|| caption(text))
    }

    #[test]
    fn notes_are_told_from_sentences_that_begin_alike() {
        for byline in ["By Ann Lee", "Reporting by Ann Lee; Editing by Bob Day", "Ann Lee contributed to this report."] {
            assert_eq!(kind_of(byline), Some(Kind::Byline), "{byline}");
        }
        for dateline in ["Published 4 May 2018", "03-11-2019 10:04 AM", "Tuesday, 7 March 2017", "Updated: 14:05 GMT, 2 June 2016"] {
            assert_eq!(kind_of(dateline), Some(Kind::Dateline), "{dateline}");
        }
        for other in ["By Friday the town had fallen to the army and its allies.", "In March 2017 they left.", "By then it was over"] {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_words_of_a_page_are_boilerplate() {
        for text in ["Read more: the siege in pictures", "leave a comment", "© 2018 The Paper. All rights reserved.", "* * *", "Page 3 of 8"] {
            assert_eq!(kind_of(text), Some(Kind::Boilerplate), "{text}");
        }
        assert_eq!(kind_of("Comments by the minister drew anger in the capital, where residents waited all day for the bread."), None);
    }

    #[test]
    fn a_scene_with_its_date_is_a_caption() {
        assert_eq!(kind_of("A soldier stands guard at a gate in Sirte, Libya, on August 4, 2016."), Some(Kind::Caption));
        assert_eq!(kind_of("Smoke rises over the old town (AP Photo/Ann Lee)"), Some(Kind::Caption));
        assert_eq!(kind_of("The soldiers said they stood guard until August 4, 2016."), None);
    }

    #[test]
    fn names_are_capitalised_words() {
        assert!(is_name("Abu Omar al-Shishani") && is_name("James Bruce"));
        assert!(!is_name("World news") && !is_name("TOP STORIES") && !is_name("Mosul"));
    }
}
