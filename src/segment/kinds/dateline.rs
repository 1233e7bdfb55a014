//! Datelines, and dates in general.

use crate::segment::text::ends_sentence;

/// A date or a time with little beside it.
pub(super) fn is_dateline(text: &str) -> bool {
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
    let has_date = (n_numbers >= 1 && n_months >= 1)
        || words.iter().any(|word| is_full_date(word) || is_clock_time(word));
    let is_sentence = ends_sentence(text) && n_other > 0;
    has_date && n_other <= words.len() / 2 && n_other <= 4 && !is_sentence
}

/// Whether the last words are a day or a month with its year.
pub(super) fn ends_with_date(text: &str) -> bool {
    let words: Vec<String> = text
        .split_whitespace()
        .rev()
        .take(4)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let is_year =
        |word: &str| word.len() == 4 && word.parse().is_ok_and(|year| (1900..2100).contains(&year));
    let month_near = words.iter().skip(1).any(|word| is_month(word));
    let ends_in_year = words.first().is_some_and(|word| is_year(word));
    let day_first = words.get(1).is_some_and(|word| is_month(word))
        && words.first().is_some_and(|word| is_date_number(word));
    (ends_in_year && month_near) || day_first
}

/// A day, a year, a time of day or a full date in figures.
fn is_date_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let bare = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_figures = bare.chars().all(|c| c.is_ascii_digit() || ":.-".contains(c));
    (1..=8).contains(&digits) && is_figures && word.len() - bare.len() <= 2
}

/// "14:05", "08:34".
fn is_clock_time(word: &str) -> bool {
    let is_figures = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    word.split_once(':').is_some_and(|(hours, minutes)| {
        (is_figures(hours) || hours.len() == 1) && is_figures(minutes)
    })
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
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    MONTHS.contains(&word) || FULL.contains(&word) || word == "sept"
}

/// Words that stand beside a date.
fn is_time_word(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "published",
        "updated",
        "posted",
        "last",
        "modified",
        "first",
        "on",
        "at",
        "am",
        "pm",
        "a.m",
        "p.m",
        "gmt",
        "utc",
        "est",
        "edt",
        "bst",
        "cet",
        "ist",
        "et",
        "time",
        "local",
        "date",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "issue",
    ];
    WORDS.contains(&word) || matches!(word, "sat" | "sun" | "th" | "st" | "nd" | "rd" | "hrs")
}
