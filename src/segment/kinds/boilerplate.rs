//! Words of the page and not of the article: menus, invitations to share, section labels.

use super::n_words;
use crate::segment::text::ends_sentence;

/// Words of the page and not of the article.
pub(super) fn is_boilerplate(text: &str) -> bool {
    const BEGINNINGS: [&str; 46] = [
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
        "subscribe",
        "sign up",
        "sign in",
        "log in",
        "click here",
        "click to",
        "advertisement",
        "advertising",
        "sponsored",
        "copyright",
        "©",
        "(c) 20",
        "all rights reserved",
        "leave a reply",
        "leave a comment",
        "post a comment",
        "add a comment",
        "comments",
        "view comments",
        "tags:",
        "topics:",
        "filed under",
        "photo gallery",
        "print this",
        "email this",
        "skip to",
        "back to top",
        "cookie",
        "we use cookies",
        "most read",
        "recommended",
    ];
    const ENDINGS: [&str; 4] =
        ["all rights reserved", "leave a comment", "leave a reply", "terms of use"];
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '©' && c != '(');
    let words = n_words(text);
    let begins = BEGINNINGS.iter().any(|beginning| bare.starts_with(beginning));
    let is_series = words <= 14 && lower.contains("-part series");
    let is_page =
        words <= 5 && bare.starts_with("page ") && bare.chars().any(|c| c.is_ascii_digit());
    let is_link = words == 1 && (lower.starts_with("http") || lower.starts_with("www."));
    let no_words = !text.chars().any(char::is_alphabetic);
    (begins && words <= 25 && !(words > 12 && ends_sentence(text)))
        || ENDINGS.iter().any(|ending| bare.ends_with(ending) && words <= 20)
        || is_series
        || is_page
        || is_link
        || is_section(text)
        || no_words
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
