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
        (true, 0) => format!("No leak found: none of the {} judged texts is also among those learned from.", leaks.n_judged),
        (true, n) => format!(
            "{n} of the {} judged texts leak from those learned from, and flatter the figures.",
            leaks.n_judged
        ),
    });
    let mut count = |n: usize, what: &str| {
        if n > 0 {
            lines.push(format!("{n} {what}."));
        }
    };
    count(leaks.exact.len(), "judged texts have the same words as one learned from");
    count(leaks.near.len(), "judged texts are near copies of one learned from");
    count(leaks.same_article.len(), "judged texts are of an article that was learned from");
    if leaks.is_known && !leaks.near_is_known {
        lines.push(
            "Near copies take the texts themselves: name them with --trained-on DATA.".to_string(),
        );
    }
    let mut count = |n: usize, what: &str| {
        if n > 0 {
            lines.push(format!("{n} {what}."));
        }
    };
    count(leaks.n_sets_kept, "sets of copies were kept on one side of the split");
    count(leaks.conflicts.len(), "pairs of texts have the same words and different labels");
    if let Some(without) = document.headline_without_leaks {
        let (name, _) = document.headline();
        lines.push(format!("Without the texts that leak, {name} is {without:.3}."));
    }
    lines
}

/// The headline in a line that needs no training to be understood.
pub fn headline(document: &Document) -> String {
    let in_ten = |share: f64| {
        let tenths = (share * 10.0).round();
        match (share * 10.0).fract() {
            _ if tenths == 10.0 && share < 0.995 => "nearly all".to_string(),
            _ if tenths == 10.0 => "all".to_string(),
            _ if tenths == 0.0 => "hardly any".to_string(),
            _ => format!("about {tenths:.0} of ten"),
        }
    };
    let (_, estimate) = document.headline();
    let range = match estimate.interval {
        Some((low, high)) => format!(
            " With other articles of this kind the figure would lie between {low:.2} and {high:.2}, nineteen times of twenty."
        ),
        None => String::new(),
    };
    let of = |measure| document.estimate(Row::Micro, measure).value.ok();
    let said = if document.is_single {
        let right = document.whole(WholeMeasure::SubsetAccuracy).value.ok();
        right.map(|share| format!("Of the texts {} get their right label.", in_ten(share)))
    } else {
        match (of(Measure::Precision), of(Measure::Recall)) {
            (Some(precision), Some(recall)) => Some(format!(
                "Of the labels given {} are right, and of those that should be given {} are found.",
                in_ten(precision),
                in_ten(recall)
            )),
            (None, Some(_)) => Some("No label was given at all.".to_string()),
            _ => None,
        }
    };
    let said = said.unwrap_or_else(|| "There is nothing to judge by.".to_string());
    let few = match document.data.n_articles {
        n @ 0..10 => format!(" These are only {n} articles: the interval itself is unsure."),
        _ => String::new(),
    };
    format!("{said}{range}{few}")
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
