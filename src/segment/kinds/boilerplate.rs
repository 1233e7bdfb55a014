//! Words of the page and not of the article: menus, invitations to share, section labels.

use super::n_words;
use crate::segment::text::ends_sentence;

/// Words of the page and not of the article.
pub(super) fn is_boilerplate(text: &str) -> bool {
    const BEGINNINGS: [&str; 33] = [
        "read more",
        "read also",
        "also read",
        "see also",
        "more:",
        "related:",
        "related stories",
        "related articles",
        "related topics",
        "related news",
        "share this",
        "share on",
        "share via",
        "follow us",
        "follow @",
        "click here",
        "click to",
        "©",
        "(c) 20",
        "all rights reserved",
        "leave a reply",
        "leave a comment",
        "post a comment",
        "add a comment",
        "view comments",
        "tags:",
        "topics:",
        "filed under",
        "print this",
        "email this",
        "skip to",
        "back to top",
        "we use cookies",
    ];
    // Words that may begin a sentence, too.
    const LABELS: [&str; 13] = [
        "advertisement",
        "advertising",
        "sponsored",
        "copyright",
        "comments",
        "cookie",
        "recommended",
        "most read",
        "subscribe",
        "sign up",
        "sign in",
        "log in",
        "photo gallery",
    ];
    const ENDINGS: [&str; 4] =
        ["all rights reserved", "leave a comment", "leave a reply", "terms of use"];
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '©' && c != '(');
    let words = n_words(text);
    let begins = BEGINNINGS.iter().any(|beginning| bare.starts_with(beginning));
    let is_label =
        words <= 8 && !ends_sentence(text) && LABELS.iter().any(|label| bare.starts_with(label));
    let is_series = words <= 14 && is_of_series(&lower);
    let is_page =
        words <= 5 && bare.starts_with("page ") && bare.chars().any(|c| c.is_ascii_digit());
    let is_link = words == 1 && (lower.starts_with("http") || lower.starts_with("www."));
    let no_words = !text.chars().any(char::is_alphabetic);
    (begins && words <= 25 && !(words > 12 && ends_sentence(text)))
        || ENDINGS.iter().any(|ending| bare.ends_with(ending) && words <= 20)
        || is_label
        || is_series
        || is_page
        || is_link
        || is_section(text)
        || no_words
}

/// "Part two of three", "the first in a series", "a four-part series".
fn is_of_series(lower: &str) -> bool {
    let in_series = lower.contains("in a series") || lower.contains("-part series");
    in_series || (lower.starts_with("part ") && lower.contains(" of "))
}

/// The usual names of a site's sections.
fn is_section(text: &str) -> bool {
    const SECTIONS: [&str; 22] = [
        "world news",
        "middle east",
        "news",
        "world",
        "politics",
        "opinion",
        "top stories",
        "latest news",
        "europe",
        "africa",
        "asia",
        "americas",
        "us news",
        "uk news",
        "home",
        "menu",
        "business",
        "security",
        "terrorism",
        "analysis",
        "features",
        "international",
    ];
    SECTIONS.contains(&text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str())
}
