//! Paragraphs of real shapes of text: our own hard-wrapped prose, our example articles, and, where
//! they are at hand, five articles with gold paragraphs.

mod common;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use leitmotif::corpus::Kind;
use leitmotif::segment::segment;

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn paragraphs() -> Vec<String> {
    let text = fs::read_to_string(root("tests/fixtures/paragraphs.txt")).unwrap();
    text.lines().map(str::to_string).collect()
}

/// How many of `paragraphs` come out whole of `article`.
fn n_whole(article: &str, paragraphs: &[String]) -> usize {
    let found: HashSet<String> = segment(article).iter().map(|p| p.text(article).into()).collect();
    paragraphs.iter().filter(|paragraph| found.contains(*paragraph)).count()
}

fn wrap(paragraphs: &[String], width: usize) -> String {
    let options = textwrap::Options::new(width)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    let wrapped: Vec<String> =
        paragraphs.iter().map(|text| textwrap::fill(text, &options)).collect();
    wrapped.join("\n") + "\n"
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', ')', '”', '’']).ends_with(['.', '!', '?', '…'])
}

#[test]
fn nine_in_ten_hard_wrapped_paragraphs_come_out_whole() {
    let (article, paragraphs) =
        (fs::read_to_string(root("tests/fixtures/wrapped.txt")).unwrap(), paragraphs());
    assert_eq!(paragraphs.len(), 60);
    let n_ends = article.lines().filter(|line| ends_sentence(line)).count();
    let n_inner = n_ends - paragraphs.len();
    assert!(n_inner * 5 >= n_ends, "too easy: {n_inner} of {n_ends} ends are within paragraphs");
    let n_whole = n_whole(&article, &paragraphs);
    assert!(n_whole >= 54, "{n_whole} of 60");
}

#[test]
fn paragraphs_come_out_whole_at_any_width() {
    let paragraphs = paragraphs();
    let (mut n_whole_in_all, mut n) = (0, 0);
    for width in (34..=84).step_by(2) {
        n_whole_in_all += n_whole(&wrap(&paragraphs, width), &paragraphs);
        n += paragraphs.len();
    }
    assert!(n_whole_in_all * 100 >= n * 96, "{n_whole_in_all} of {n}");
}

#[test]
fn short_articles_are_unwrapped_too() {
    let paragraphs = paragraphs();
    let (mut n_whole_in_all, mut n) = (0, 0);
    for article in paragraphs.chunks(10) {
        for width in (34..=84).step_by(2) {
            n_whole_in_all += n_whole(&wrap(article, width), article);
            n += article.len();
        }
    }
    assert!(n_whole_in_all * 100 >= n * 93, "{n_whole_in_all} of {n}");
}

#[test]
fn blank_lines_between_wrapped_paragraphs_are_kept_as_ends() {
    let paragraphs = paragraphs();
    for width in [40, 60, 72] {
        let article = wrap(&paragraphs, width);
        let mut rest = article.as_str();
        let mut apart = String::new();
        for paragraph in &paragraphs {
            let n_lines = wrap(std::slice::from_ref(paragraph), width).lines().count();
            let end = rest.match_indices('\n').nth(n_lines - 1).unwrap().0 + 1;
            apart += &rest[..end];
            apart.push('\n');
            rest = &rest[end..];
        }
        let n_whole = n_whole(&apart, &paragraphs);
        assert!(n_whole >= 59, "width {width}: {n_whole} of 60");
    }
}

/// (kind, first words) of every paragraph of one of our example articles.
fn outline(article: &str) -> Vec<(Kind, String)> {
    let article = fs::read_to_string(root("seeds/articles").join(article)).unwrap();
    let first_words = |text: String| text.split(' ').take(3).collect::<Vec<_>>().join(" ");
    segment(&article).iter().map(|p| (p.kind, first_words(p.text(&article).into()))).collect()
}

#[test]
fn a_wire_story_keeps_its_body_and_sets_the_rest_aside() {
    let outline = outline("wire-report.txt");
    let kinds: Vec<Kind> = outline.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds[..3], [Kind::Title, Kind::Byline, Kind::Dateline]);
    let n = |kind| kinds.iter().filter(|&&k| k == kind).count();
    assert_eq!((n(Kind::Body), n(Kind::Duplicate), n(Kind::Caption)), (9, 1, 1), "{outline:#?}");
    assert_eq!((n(Kind::Byline), n(Kind::Boilerplate)), (2, 2));
}

#[test]
fn a_column_with_a_caption_and_a_pull_quote_in_it_is_put_together_again() {
    let outline = outline("hard-wrapped.txt");
    let n = |kind| outline.iter().filter(|(k, _)| *k == kind).count();
    assert_eq!((n(Kind::Title), n(Kind::Byline)), (1, 1), "{outline:#?}");
    assert_eq!((n(Kind::Caption), n(Kind::Pullquote)), (1, 1), "{outline:#?}");
    assert_eq!(n(Kind::Body), 13, "{outline:#?}");
}

#[test]
fn a_web_page_loses_its_menus_and_repeats() {
    let outline = outline("web-page.txt");
    let n = |kind| outline.iter().filter(|(k, _)| *k == kind).count();
    assert_eq!((n(Kind::Body), n(Kind::Caption), n(Kind::Duplicate)), (11, 1, 1), "{outline:#?}");
    assert_eq!((n(Kind::Title), n(Kind::Boilerplate)), (2, 4), "{outline:#?}");
}

#[test]
#[allow(clippy::print_stdout, clippy::print_stderr)]
fn the_gold_paragraphs_of_five_articles_are_found() {
    let Some(articles) = common::shared("seeds") else { return };
    let Some(gold) = common::shared("gold/seeds.jsonl") else { return };
    let script = root("tests/gold/segments.py");
    let binary = env!("CARGO_BIN_EXE_leitmotif");
    let run = Command::new("python3").arg(script).arg(binary).arg(articles).arg(gold).output();
    let Ok(run) = run else {
        eprintln!("SKIPPED: no python3");
        return;
    };
    println!("{}", String::from_utf8_lossy(&run.stdout));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}
