//! What a paragraph is for, by its words and by its place in the article.
//!
//! Each rule is a small function that says yes to one kind, in the file of its kind. They look at
//! English news; where none says yes, a paragraph is body.

mod boilerplate;
mod byline;
mod caption;
mod dateline;
mod title;

pub(super) use title::is_name;

use super::Draft;
use super::text::ends_sentence;
use crate::corpus::Kind;
use boilerplate::is_boilerplate;
use byline::is_byline;
use caption::is_caption;
use dateline::is_dateline;

/// The kind of each paragraph but for repeats, which are found later.
pub(super) fn assign(drafts: &[Draft], texts: &[String]) -> Vec<Kind> {
    let first_body = texts.iter().position(|text| is_running_text(text)).unwrap_or(texts.len());
    let mut kinds = Vec::with_capacity(texts.len());
    for (place, (draft, text)) in drafts.iter().zip(texts).enumerate() {
        let kind = draft.kind.unwrap_or_else(|| {
            let at_head = place < first_body;
            kind_by_words(text)
                .or_else(|| title::byline_under_title(text, kinds.last().copied(), at_head))
                .or_else(|| title::title(text, at_head, place == 0))
                .or_else(|| title::label(text, place + 1 == texts.len()))
                .unwrap_or(Kind::Body)
        });
        kinds.push(kind);
    }
    kinds
}

/// No byline, menu or caption that the rules know has more words.
const LONGEST_NOTE: usize = 60;

/// What the words alone tell.
fn kind_by_words(text: &str) -> Option<Kind> {
    if n_words(text) > LONGEST_NOTE {
        return None;
    }
    if is_boilerplate(text) {
        return Some(Kind::Boilerplate);
    }
    note_kind(text).or_else(|| is_caption(text).then_some(Kind::Caption))
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

/// A sentence of some length.
fn is_running_text(text: &str) -> bool {
    ends_sentence(text) && n_words(text) >= 12 && kind_by_words(text).is_none()
}

fn n_words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_from_sentences_that_begin_alike() {
        for byline in [
            "By Ann Lee",
            "Reporting by Ann Lee; Editing by Bob Day",
            "Ann Lee contributed to this report.",
        ] {
            assert_eq!(kind_by_words(byline), Some(Kind::Byline), "{byline}");
        }
        for dateline in [
            "Published 4 May 2018",
            "03-11-2019 10:04 AM",
            "Tuesday, 7 March 2017",
            "Updated: 14:05 GMT, 2 June 2016",
        ] {
            assert_eq!(kind_by_words(dateline), Some(Kind::Dateline), "{dateline}");
        }
        for other in [
            "By Friday the town had fallen to the army and its allies.",
            "In March 2017 they left.",
            "By then it was over",
        ] {
            assert_eq!(kind_by_words(other), None, "{other}");
        }
    }

    #[test]
    fn the_words_of_a_page_are_boilerplate() {
        for text in [
            "Read more: the siege in pictures",
            "leave a comment",
            "© 2018 The Paper. All rights reserved.",
            "* * *",
            "Page 3 of 8",
        ] {
            assert_eq!(kind_by_words(text), Some(Kind::Boilerplate), "{text}");
        }
        for sentence in [
            "Comments by the minister drew anger in the capital.",
            "Sponsored by Iran, the militias entered Tikrit.",
            "12 of 30 died.",
            "On 4 May 2018 Raqqa fell.",
            "Donors in the Gulf contributed from their own pockets.",
            "By Friday Raqqa had fallen.",
        ] {
            assert_eq!(kind_by_words(sentence), None, "{sentence}");
        }
    }

    #[test]
    fn a_scene_with_its_date_is_a_caption() {
        assert_eq!(
            kind_by_words("A soldier stands guard at a gate in Sirte, Libya, on August 4, 2016."),
            Some(Kind::Caption)
        );
        assert_eq!(
            kind_by_words("Smoke rises over the old town (AP Photo/Ann Lee)"),
            Some(Kind::Caption)
        );
        assert_eq!(kind_by_words("The soldiers said they stood guard until August 4, 2016."), None);
    }

    #[test]
    fn names_are_capitalised_words() {
        assert!(is_name("Abu Omar al-Shishani") && is_name("James Bruce"));
        assert!(!is_name("World news") && !is_name("TOP STORIES") && !is_name("Mosul"));
    }
}
