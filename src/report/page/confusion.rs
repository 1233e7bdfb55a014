//! What is taken for what: tables of labels by labels, or the worst pairs where there are many labels.

use maud::{Markup, html};

use super::numbers::{coordinate, count};
use super::parts::{name, scrolling};
use crate::report::document::Document;

/// The most labels that a table of labels by labels has.
const MOST_LABELS: usize = 20;

/// The most pairs of a list.
const MOST_PAIRS: usize = 30;

/// What the row and the column are called that stand for no label.
const NONE: &str = "(none)";

/// The section.
pub fn body(document: &Document) -> Markup {
    // Texts may have no label, or several, where the model gives one: then some cells have no name.
    let n = document.names.len();
    let mistaken_cells = &document.confusion.mistaken;
    let all_named = mistaken_cells[n].iter().chain(mistaken_cells.iter().map(|row| &row[n]));
    let is_square = document.is_single && all_named.sum::<usize>() == 0;
    match (document.names.len() > MOST_LABELS, is_square) {
        (true, _) => {
            html! { (mistaken_pairs(document)) @if !document.is_single { (common_pairs(document)) } }
        }
        (false, true) => matrix(document),
        (false, false) => html! { (mistaken(document)) (together(document)) },
    }
}

fn label_names(document: &Document) -> Vec<&str> {
    document.names.iter().map(String::as_str).collect()
}

fn matrix(document: &Document) -> Markup {
    let n = document.names.len();
    let cells: Vec<&[usize]> =
        document.confusion.mistaken[..n].iter().map(|row| &row[..n]).collect();
    let names = label_names(document);
    html! {
        p { "A row is what texts are, a column what they were taken for; right answers stand on the diagonal." }
        (heat("Confusion matrix", ["true", "given"], &names, &names, &cells, "wrong"))
    }
}

fn mistaken(document: &Document) -> Markup {
    let cells: Vec<&[usize]> = document.confusion.mistaken.iter().map(Vec::as_slice).collect();
    let [mut rows, mut columns] = [label_names(document), label_names(document)];
    rows.push(NONE);
    columns.push(NONE);
    html! {
        h3 { "Missed, and wrongly given instead" }
        p {
            "A row is a label that a text has and was not given, a column one that it was given and does not have; "
            (NONE) ": nothing was missed, or nothing wrongly given. On the diagonal, labels found. A text with "
            "several such labels counts in several cells."
        }
        (heat("Labels missed by labels wrongly given", ["missed", "wrongly given"], &rows, &columns, &cells, "wrong"))
    }
}

fn together(document: &Document) -> Markup {
    let cells: Vec<&[usize]> = document.confusion.together.iter().map(Vec::as_slice).collect();
    let names = label_names(document);
    html! {
        h3 { "Labels that come together" }
        p { "Texts that truly have both labels; on the diagonal, all that have the label." }
        (heat("Labels that texts have together", ["has", "and"], &names, &names, &cells, "right"))
    }
}

/// A table tinted by the counts in it: the diagonal by its greatest, the other cells by theirs, in the hue of `others`.
fn heat(
    about: &str,
    sides: [&str; 2],
    rows: &[&str],
    columns: &[&str],
    cells: &[&[usize]],
    others: &str,
) -> Markup {
    let (on_diagonal, off_diagonal) = (greatest(cells, true), greatest(cells, false));
    let table = html! {
        table.heat {
            thead { tr {
                th.corner { (sides[0]) " \u{2193}  " (sides[1]) " \u{2192}" }
                @for column in columns { th scope="col" { span.turned { (name(column)) } } }
            } }
            tbody { @for (a, row) in cells.iter().enumerate() { tr {
                th scope="row" { (name(rows[a])) }
                @for (b, &n) in row.iter().enumerate() { (if a == b { heat_cell(n, on_diagonal, "right") } else { heat_cell(n, off_diagonal, others) }) }
            } } }
        }
    };
    scrolling(about, &table)
}

/// The greatest count on the diagonal or off it, at least 1.
fn greatest(cells: &[&[usize]], is_diagonal: bool) -> usize {
    let rows = cells.iter().enumerate();
    let all = rows.flat_map(|(a, row)| row.iter().enumerate().map(move |(b, &n)| (a == b, n)));
    all.filter(|cell| cell.0 == is_diagonal).map(|cell| cell.1).max().unwrap_or(0).max(1)
}

/// A count, tinted by the root of its share of the greatest, so that small ones still show beside a large one.
fn heat_cell(n: usize, most: usize, hue: &str) -> Markup {
    let tint = coordinate((n as f64 / most as f64).sqrt().max(0.1));
    html! {
        @if n == 0 { td.zero { "0" } } @else { td.(hue) style={ "--w:" (tint) } { (count(n)) } }
    }
}

fn mistaken_pairs(document: &Document) -> Markup {
    let columns = match document.is_single {
        true => ["true label", "taken for", "texts"],
        false => ["missed", "wrongly given instead", "texts"],
    };
    html! {
        p { "With so many labels, the pairs that are most often mistaken, at most " (MOST_PAIRS) "." }
        (pair_table(document, "Pairs most often mistaken", columns, &document.confusion.worst(MOST_PAIRS)))
    }
}

fn common_pairs(document: &Document) -> Markup {
    let together = &document.confusion.together;
    let cells = (0..together.len()).flat_map(|a| (a + 1..together.len()).map(move |b| (a, b)));
    let mut pairs: Vec<(usize, usize, usize)> =
        cells.filter(|&(a, b)| together[a][b] > 0).map(|(a, b)| (a, b, together[a][b])).collect();
    pairs.sort_by_key(|&(a, b, n)| (std::cmp::Reverse(n), a, b));
    pairs.truncate(MOST_PAIRS);
    html! {
        h3 { "Labels that come together" }
        (pair_table(document, "Labels that most often come together", ["label", "and", "texts with both"], &pairs))
    }
}

fn pair_table(
    document: &Document,
    about: &str,
    columns: [&str; 3],
    pairs: &[(usize, usize, usize)],
) -> Markup {
    let table = html! {
        table.figures {
            thead { tr {
                @for (place, column) in columns.iter().enumerate() { th.words[place == 1] scope="col" { (column) } }
            } }
            tbody { @for &(a, b, n) in pairs { tr {
                th scope="row" { (name(&document.names[a])) }
                td.words { (name(&document.names[b])) }
                td { (count(n)) }
            } } }
        }
    };
    html! { @if pairs.is_empty() { p.soft { "There is no such pair." } } @else { (scrolling(about, &table)) } }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_matrix_has_a_column_for_none_only_where_a_text_may_have_several_labels() {
        let [several, one] =
            [sample::multilabel(), sample::single_label()].map(|d| body(&d).into_string());
        assert!(several.contains(NONE) && several.contains("Labels that come together"));
        assert!(!one.contains(NONE) && one.contains("Confusion matrix"));
    }

    #[test]
    fn many_labels_come_as_pairs() {
        let page = body(&sample::many_labels()).into_string();
        assert!(page.contains("Pairs most often mistaken") && !page.contains("class=\"heat\""));
    }
}
