//! A topic model as one page that a browser shows: no network, nothing beside it, and readable without its script.
//!
//! Enters: a [`TopicsDocument`]. Leaves: HTML with style, drawings and a small script in it; the same document gives the
//! same bytes. What is on the page may come from anywhere, so `maud` escapes it, and the page forbids itself to load
//! anything or to run any script but its own. Nothing is worked out here but places on the map and orders of terms.
//!
//! * here: the order of the sections;
//! * `layout`, `labels`, `map`: where circles and their names stand, and their drawing;
//! * `topic`, `relevance`: a topic with its terms and texts; `data`: its terms for the script;
//! * `overview`, `themes`, `time`, `quality`: one file a section;
//! * `style.css` (behind the style of reports), `script.js`: looks, and the choice of topic and of lambda.

mod data;
mod labels;
mod layout;
mod map;
mod overview;
mod quality;
mod relevance;
#[cfg(test)]
mod sample;
mod themes;
mod time;
mod topic;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::page::numbers::{count, counted};
use super::page::parts::{flowing, name};
use super::plain;
use super::topics_document::{TopicDigest, TopicsDocument};

/// The style of all reports, and then that of this page.
const STYLE: &str = concat!(include_str!("../page/style.css"), "\n", include_str!("style.css"));

const SCRIPT: &str = include_str!("script.js");

/// A part of the page under a heading.
struct Section {
    /// What links call it.
    id: &'static str,
    /// Its heading.
    title: &'static str,
    /// What stands under it.
    body: Markup,
}

/// The page.
///
/// ```no_run
/// # fn show(document: &leitmotif::report::TopicsDocument) -> std::io::Result<()> {
/// std::fs::write("topics.html", leitmotif::report::topics_page::page(document))
/// # }
/// ```
pub fn page(document: &TopicsDocument) -> String {
    let sections = sections(document);
    let terms = data::terms(document);
    let pass = pass(document);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(policy(&pass));
                title { (plain(&document.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#topics" { "Skip to the topics" }
                (head(document))
                div.shell { (contents(&sections)) main { @for section in &sections { (shown(section)) } } }
                footer { "leitmotif " (env!("CARGO_PKG_VERSION")) }
                script #terms type="application/json" { (PreEscaped(&terms)) }
                script nonce=(pass) { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Nothing may be loaded, and no script be run but the one that has the pass.
fn policy(pass: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{pass}'; base-uri 'none'; form-action 'none'"
    )
}

/// A word that nobody who wrote a part of the page can know, for it is a digest of all of it; and yet the same every time.
fn pass(document: &TopicsDocument) -> String {
    let all = serde_json::to_vec(document).expect("plain data has a JSON form");
    blake3::hash(&all).to_hex()[..32].to_owned()
}

fn sections(document: &TopicsDocument) -> Vec<Section> {
    let section = |id, title, body| Section { id, title, body };
    let mut sections = vec![section("topics", "Topics", explorer(document))];
    if !document.topics.is_empty() {
        sections.push(section("overview", "Overview", overview::body(document)));
    }
    if !document.themes.is_empty() && !document.topics.is_empty() {
        sections.push(section("themes", "Themes", themes::body(document)));
    }
    if !document.periods.is_empty() {
        sections.push(section("time", "Over time", time::body(document)));
    }
    if !document.quality.is_empty() {
        sections.push(section("quality", "Quality", quality::body(document)));
    }
    if !document.notes.is_empty() {
        sections.push(section("notes", "Notes", notes(document)));
    }
    sections
}

/// The map, and beside it the topics: all of them, of which the script leaves the chosen one.
fn explorer(document: &TopicsDocument) -> Markup {
    html! {
        @if document.topics.is_empty() { p.soft { "The model has no topics." } } @else {
            div.explorer {
                (map::map(document))
                div.panel {
                    (topic::controls())
                    @for topic in &document.topics { (topic::shown(document, topic)) }
                }
            }
        }
    }
}

fn head(document: &TopicsDocument) -> Markup {
    let unit = if document.unit.is_empty() { "text" } else { &document.unit };
    html! {
        header {
            p.kind { "Topic model" }
            h1 dir="auto" { (plain(&document.title)) }
            p.method { (plain(&document.method)) }
            p.extent {
                @if !document.made_of.is_empty() { (plain(&document.made_of)) " \u{b7} " }
                (counted(document.n_texts, &plain(unit))) " \u{b7} " (counted(document.n_terms, "term")) " \u{b7} "
                (counted(document.topics.len(), "topic"))
            }
        }
    }
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        nav aria-label="Contents" {
            ol { @for section in sections { li { a href={ "#" (section.id) } { (section.title) } } } }
        }
    }
}

fn shown(section: &Section) -> Markup {
    let heading = format!("{}-heading", section.id);
    html! {
        section id=(section.id) aria-labelledby=(heading) {
            h2 id=(heading) { (section.title) }
            (section.body)
        }
    }
}

fn notes(document: &TopicsDocument) -> Markup {
    html! { ul.remarks { @for note in &document.notes { li dir="auto" { (flowing(note)) } } } }
}

/// A topic's number and name as one line of plain text.
fn called(topic: &TopicDigest) -> String {
    format!("{} {}", topic.number, flowing(&topic.name))
}

/// A link to a topic.
fn link(topic: &TopicDigest) -> Markup {
    html! {
        a.topic-link href={ "#topic-" (topic.number) } {
            span.number { (count(topic.number)) } " " (name(&topic.name))
        }
    }
}

/// A share in per cent: "12.3 %".
fn percent(share: f64, n_digits: usize) -> String {
    let share = if share.is_finite() { share } else { 0.0 };
    format!("{:.n_digits$}\u{a0}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_and_each_of_its_texts_stands_there_without_the_script() {
        let document = sample::small();
        let page = page(&document);
        for topic in &document.topics {
            assert!(page.contains(&format!("id=\"topic-{}\"", topic.number)));
            assert!(topic.texts.iter().all(|text| page.contains(&text.text)));
        }
        assert_eq!(page.matches("<article").count(), document.topics.len());
        assert!(!page.contains("<article class=\"topic\" hidden"));
    }

    #[test]
    fn nothing_is_loaded_and_one_script_alone_may_run() {
        for document in [sample::small(), sample::hostile(), sample::empty(), sample::many(200)] {
            let page = page(&document);
            for wanted in ["http://", "https://", "<img", "<iframe", "url(", "@import", "<link"] {
                assert!(!page.contains(wanted), "{wanted}");
            }
            assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
            assert_eq!(page.matches("nonce=\"").count(), 1);
        }
    }

    #[test]
    fn hostile_words_are_text() {
        let page = page(&sample::hostile());
        assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
        // In JSON a quote has its backslash, and cannot end an attribute, for there is none.
        assert!(!page.replace("\\\"onload=", "").contains("\"onload="));
        assert!(!page.contains('\u{1b}'));
        assert_eq!((page.matches("</title>").count(), page.matches("</style>").count()), (1, 1));
    }

    #[test]
    fn the_pass_hangs_on_the_texts() {
        let mut document = sample::small();
        let before = pass(&document);
        assert_eq!(before, pass(&sample::small()));
        document.topics[0].texts[0].text.push('!');
        assert_ne!(before, pass(&document));
    }

    #[test]
    fn sections_without_anything_to_show_are_left_out() {
        let page = page(&sample::empty());
        assert!(page.contains("The model has no topics."));
        for id in ["overview", "themes", "time", "quality", "notes"] {
            assert!(!page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        assert_eq!(page(&sample::many(30)), page(&sample::many(30)));
    }
}
