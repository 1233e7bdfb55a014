//! A report as one page that a browser shows: no network, no program in it, nothing beside it.
//!
//! Enters: a [`Document`]. Leaves: HTML with its style and its drawings in it; the same document gives the same bytes.
//! What is on the page may come from anywhere, so `maud` escapes it, and the page forbids itself to load or run
//! anything. The answers themselves are not printed; the JSON form has them.
//!
//! * here: the order of the sections;
//! * `numbers`, `parts`, `bars`, `plot`: what they are made of; `style.css`: how they look;
//! * one file a section: `leaks`, `headline`, `baselines`, `labels`, `curves`, `promises`, `mistakes`, `confusion`,
//!   `learning`, `cards`, `terms`.

mod bars;
mod baselines;
mod cards;
mod confusion;
mod curves;
mod headline;
mod labels;
mod leaks;
mod learning;
mod mistakes;
pub(super) mod numbers;
pub(super) mod parts;
pub(super) mod plot;
mod promises;
#[cfg(test)]
mod sample;
mod terms;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::document::Document;
use super::{plain, three_digits};
use numbers::counted;

/// Nothing may be loaded or run; the style is the page's own.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

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
/// # fn show(document: &leitmotif::report::Document) -> std::io::Result<()> {
/// std::fs::write("report.html", leitmotif::report::page::page(document))
/// # }
/// ```
pub fn page(document: &Document) -> String {
    let sections = sections(document);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (plain(&document.title)) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                a.skip href="#leaks" { "Skip to the report" }
                (head(document))
                div.shell { (contents(&sections)) main { @for section in &sections { (shown(section)) } } }
                footer { "leitmotif " (env!("CARGO_PKG_VERSION")) }
            }
        }
    };
    page.into_string()
}

fn sections(document: &Document) -> Vec<Section> {
    let section = |id, title, body| Section { id, title, body };
    let mut sections = vec![
        section("leaks", "Leak audit", leaks::body(document)),
        section("headline", "Headline", headline::body(document)),
        section("baselines", "Baselines", baselines::body(document)),
        section("labels", "Labels", labels::body(document)),
        section("curves", "Curves", curves::body(document)),
    ];
    if !document.promises.is_empty() {
        sections.push(section("promises", "Promises", promises::body(document)));
    }
    sections.extend([
        section("mistakes", "Errors to read", mistakes::body(document)),
        section("confusion", "Confusion", confusion::body(document)),
        section("learning", "Learning curve", learning::body(document)),
        section("data", "Data", cards::data(document)),
        section("model", "Model", cards::model(document)),
        section("command", "Command", cards::command(document)),
        section("terms", "Terms", terms::body(document)),
    ]);
    sections
}

fn head(document: &Document) -> Markup {
    let data = &document.data;
    html! {
        header {
            p.kind { "Evaluation report" }
            h1 { (plain(&document.title)) }
            p.method { (plain(&document.method)) }
            p.extent {
                (counted(data.n_texts, "text")) " \u{b7} " (counted(data.n_articles, "article")) " \u{b7} "
                (counted(document.names.len(), "label"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_its_heading_in_order() {
        let page = page(&sample::multilabel());
        let places = [
            "Leak audit",
            "Headline",
            "Baselines",
            "Labels",
            "Curves",
            "Promises",
            "Errors to read",
            "Confusion",
            "Learning curve",
            "Data",
            "Model",
            "Command",
            "Terms",
        ]
        .map(|title| page.find(&format!("-heading\">{title}</h2>")).expect(title));
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn nothing_is_loaded_or_run() {
        for document in
            [sample::multilabel(), sample::single_label(), sample::many_labels(), sample::hostile()]
        {
            let page = page(&document);
            for wanted in ["http://", "https://", "<script", "<img", "<iframe", "url(", "@import"] {
                assert!(!page.contains(wanted), "{wanted}");
            }
        }
    }

    #[test]
    fn hostile_names_are_text() {
        let page = page(&sample::hostile());
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(page.contains("a|b"));
        assert!(!page.contains("\"onload=") && !page.contains('\u{1b}'));
        assert_eq!((page.matches("</title>").count(), page.matches("</style>").count()), (1, 1));
    }

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        assert_eq!(page(&sample::multilabel()), page(&sample::multilabel()));
    }
}
