//! Words to a picture.

use super::dateline::ends_with_date;
use super::n_words;
use crate::segment::text::{ends_sentence, inner_sentence_ends};

/// Words to a picture: a credit, or one sentence in the present tense with the day it was taken.
pub(super) fn is_caption(text: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        "file -",
        "file –",
        "file photo",
        "(file photo",
        "photo:",
        "image:",
        "picture:",
        "pictured:",
        "caption:",
        "in this photo",
    ];
    const CREDITS: [&str; 9] = [
        "/afp)",
        "/reuters)",
        "(reuters)",
        "(ap photo",
        "/getty images",
        "getty images)",
        "/afp]",
        "/reuters]",
        "[reuters]",
    ];
    let lower = text.to_lowercase();
    let words = n_words(text);
    let has_credit = CREDITS.iter().any(|credit| lower.trim_end_matches('.').ends_with(credit))
        || lower.contains("(ap photo/");
    BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
        || (has_credit && words <= 60)
        || (words <= 60 && is_dated_scene(text))
}

/// One sentence, in the present tense, that ends with a date.
fn is_dated_scene(text: &str) -> bool {
    const PAST: [&str; 14] = [
        "was",
        "were",
        "said",
        "had",
        "has",
        "have",
        "will",
        "told",
        "would",
        "announced",
        "claimed",
        "began",
        "did",
        "became",
    ];
    let text = without_credit(text);
    if !ends_with_date(text) || inner_sentence_ends(text) > 0 {
        return false;
    }
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let in_present = words.iter().take(25).any(|word| is_scene_verb(word));
    in_present && !words.iter().any(|word| PAST.contains(&word.as_str()))
}

/// Leaves off what stands behind the last sentence, where it is a few words that are none: the
/// name of an agency or a photographer.
fn without_credit(text: &str) -> &str {
    match text.rmatch_indices(". ").find(|&(stop, _)| ends_with_date(&text[..stop])) {
        Some((stop, _)) if n_words(&text[stop + 2..]) <= 6 && !ends_sentence(text) => &text[..stop],
        _ => text,
    }
}

fn is_scene_verb(word: &str) -> bool {
    const STEMS: [&str; 54] = [
        "show",
        "stand",
        "walk",
        "watch",
        "hold",
        "sit",
        "gather",
        "detain",
        "ride",
        "pose",
        "inspect",
        "take",
        "carry",
        "look",
        "fire",
        "wave",
        "celebrate",
        "patrol",
        "attend",
        "flee",
        "drive",
        "arrive",
        "rise",
        "speak",
        "run",
        "wait",
        "advance",
        "guard",
        "search",
        "pass",
        "leave",
        "help",
        "aim",
        "point",
        "fly",
        "move",
        "keep",
        "queue",
        "line",
        "sweep",
        "cross",
        "enter",
        "prepare",
        "rest",
        "pray",
        "mourn",
        "march",
        "play",
        "read",
        "cheer",
        "load",
        "unload",
        "climb",
        "display",
    ];
    let stem = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let stems = [Some(word), word.strip_suffix("es"), word.strip_suffix('s'), stem.as_deref()];
    stems.into_iter().flatten().any(|stem| STEMS.contains(&stem)) || word == "seen"
}
