//! What figures mean, in sentences that every form of a report shares.

use super::document::{Document, Estimate, Kept, LearningCurve};
use super::{plain, three_digits};
use crate::evaluate::learning_curve::Outlook;
use crate::evaluate::{Measure, Row, WholeMeasure};

/// A figure with its interval: `0.686 [0.620, 0.745]`; a dash where it is undefined.
pub(super) fn with_interval(estimate: Estimate) -> String {
    match (estimate.value, estimate.interval) {
        (Ok(value), Some((low, high))) => format!("{value:.3} [{low:.3}, {high:.3}]"),
        (value, _) => three_digits(value.ok()),
    }
}

/// What was looked for and found that flatters, a sentence each; the first says whether all is well.
pub fn leaks(document: &Document) -> Vec<String> {
    let leaks = &document.leaks;
    let mut lines = Vec::new();
    let n = leaks.leaking().len();
    lines.push(match (leaks.is_known, n) {
        (false, _) => "Not known which texts the model learned from, so copies of them could not be looked for: \
                       name them with --trained-on DATA."
            .to_string(),
        (true, 0) if leaks.near_is_known => format!(
            "No leak found: none of the {} judged texts is also among those learned from.",
            leaks.n_judged
        ),
        (true, 0) if leaks.near_is_known => format!(
            "No leak found: none of the {} judged texts is also among those learned from.",
            leaks.n_judged
        ),
        (true, 0) => format!(
            "None of the {} judged texts has the words of one learned from, or is of the same article.",
            leaks.n_judged
        ),
        (true, n) => format!(
            "{n} of the {} judged texts leak from those learned from, and flatter the figures.",
            leaks.n_judged
        ),
    });
    let mut count = |n: usize, what: &str| {
        if n > 0 {
            lines.push(format!("{what}: {n}."));
        }
    };
    count(leaks.exact.len(), "Judged texts with the same words as one learned from");
    count(leaks.near.len(), "Judged texts that are near copies of one learned from");
    count(leaks.same_article.len(), "Judged texts of an article that was learned from");
    count(leaks.n_sets_kept, "Sets of copies that were kept on one side of the split");
    count(leaks.conflicts.len(), "Pairs of texts with the same words and different labels");
    if leaks.is_known && !leaks.near_is_known {
        let where_to = "Near copies take the texts themselves: name them with --trained-on DATA.";
        lines.push(where_to.to_string());
    }
    let (name, _) = document.headline();
    match document.headline_without_leaks {
        Some(without) => {
            lines.push(format!("Without the texts that leak, {name} is {without:.3}."))
        }
        None if n > 0 => {
            lines.push("Without the texts that leak there is nothing to judge by.".into())
        }
        None => {}
    }
    match document.data.n_without_article {
        0 => {}
        n => lines.push(format!(
            "{n} texts name no article: texts of one article may stand on both sides, and intervals are then too narrow."
        )),
    }
    lines
}

/// The headline in a line that needs no training to be understood.
pub fn headline(document: &Document) -> String {
    let range = match document.headline().1.interval {
        Some((low, high)) => format!(
            " With other articles of this kind the figure would lie between {low:.2} and {high:.2}, nineteen times of twenty."
        ),
        None => String::new(),
    };
    let of = |measure| document.estimate(Row::Micro, measure).value.ok();
    let said = if document.is_single {
        let right = document.whole(WholeMeasure::SubsetAccuracy).value.ok();
        right.map(|share| format!("Of ten texts {} right.", of_ten(share)))
    } else {
        match (of(Measure::Precision), of(Measure::Recall)) {
            (Some(precision), Some(recall)) => Some(format!(
                "Of ten labels given {} right; of ten that should be given {} found.",
                of_ten(precision),
                of_ten(recall)
            )),
            (Some(_), None) => Some("No text should have got a label, and some did.".to_string()),
            (None, Some(_)) => Some("No label was given at all.".to_string()),
            (None, None) => None,
        }
    };
    let said = said.unwrap_or_else(|| "There is nothing to judge by.".to_string());
    let few = match document.data.n_articles {
        1 => " It is but one article, so there is no interval.".to_string(),
        n @ 0..10 => format!(" These are only {n} articles: the interval itself is unsure."),
        _ => String::new(),
    };
    format!("{said}{range}{few}")
}

/// A share in words, with its verb.
fn of_ten(share: f64) -> String {
    let tenths = (share * 10.0).round() as usize;
    match tenths {
        _ if share == 1.0 => "all are".to_string(),
        _ if share == 0.0 => "none is".to_string(),
        10 => "nearly all are".to_string(),
        0 => "hardly one is".to_string(),
        1 => "about one is".to_string(),
        n => format!("about {n} are"),
    }
}

/// Why figures are undefined, each reason once with the labels it is about.
pub fn undefined(document: &Document) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (label, name) in document.names.iter().enumerate() {
        for measure in Measure::ALL {
            let Err(undefined) = document.figures.get(Row::Label(label), measure) else { continue };
            let reason = undefined.reason();
            let entry = match reasons.iter_mut().position(|(known, _)| *known == reason) {
                Some(place) => &mut reasons[place].1,
                None => {
                    reasons.push((reason, Vec::new()));
                    let last = reasons.len() - 1;
                    &mut reasons[last].1
                }
            };
            let name = plain(name);
            if entry.last() != Some(&name) {
                entry.push(name);
            }
        }
    }
    let line = |(reason, names): (&str, Vec<String>)| {
        let shown = names[..names.len().min(8)].join(", ");
        let more =
            if names.len() > 8 { format!(" and {} more", names.len() - 8) } else { String::new() };
        format!("{reason}: {shown}{more}")
    };
    reasons.into_iter().map(line).collect()
}

/// How a promise fared, in a word or two.
pub fn kept(kept: Kept) -> &'static str {
    match kept {
        Kept::Held => "held",
        Kept::Undecided => "below, by no more than chance",
        Kept::Broken => "broken",
        Kept::Unknown => "nothing to judge by",
    }
}

/// What more labelled texts would likely buy, a sentence for each number of them.
pub fn outlooks(learning: &LearningCurve) -> Vec<String> {
    let mut lines = vec![format!("Now there are {} texts to learn from.", learning.n_at_hand)];
    let mut of = |name: &str, outlook: &Option<Outlook>| match outlook {
        None => lines.push(format!("{name}: too few points to fit a curve.")),
        Some(outlook) => {
            for (n, gain, (low, high)) in &outlook.gains {
                lines.push(format!(
                    "{n} more labelled texts would likely buy {gain:+.3} of {name} (95 % interval {low:+.3} to {high:+.3})."
                ));
            }
        }
    };
    of("micro-F1", &learning.micro_outlook);
    of("macro-F1", &learning.macro_outlook);
    lines
}
