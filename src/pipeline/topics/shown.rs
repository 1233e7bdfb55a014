//! What shows a topic: the texts that have most of it, and its course over months.

use std::collections::BTreeSet;

use ndarray::Array2;

use super::digest::{Digest, MonthShare, ShownText};
use super::material::Material;
use super::texts::TopicTexts;
use crate::corpus::Month;
use crate::error::Result;
use crate::topics::over_time::{Bands, Dated};
use crate::topics::representative::Representatives;

/// Adds to each topic of `digest` the texts that show it.
///
/// # Errors
/// Where a mixture is no number.
pub(super) fn add_texts(
    digest: &mut Digest,
    mixtures: &Array2<f32>,
    material: &Material,
    texts: &TopicTexts,
) -> Result<()> {
    let shown = Representatives::default().of_topics(mixtures.view(), &material.counts)?;
    for (topic, rows) in shown.iter().enumerate() {
        let show = |&row: &usize| {
            let text = material.kept[row];
            let share = f64::from(mixtures[[row, topic]]);
            ShownText { place: texts.places[text].clone(), text: cut(&texts.texts[text]), share }
        };
        digest.topics[topic].texts = rows.iter().map(show).collect();
    }
    Ok(())
}

/// Adds to each topic of `digest` its share of each month, where texts are of two months or more.
///
/// # Errors
/// Where a mixture is no number.
pub(super) fn add_months(
    digest: &mut Digest,
    mixtures: &Array2<f32>,
    material: &Material,
    texts: &TopicTexts,
    seed: u64,
) -> Result<()> {
    let months: Vec<Option<Month>> = material.kept.iter().map(|&text| texts.months[text]).collect();
    let all = months_between(&months);
    if all.len() < 2 {
        return Ok(());
    }
    let period = |month: &Option<Month>| month.and_then(|m| all.binary_search(&m).ok());
    let periods: Vec<Option<usize>> = months.iter().map(period).collect();
    let weights: Vec<f64> = material.sequences.texts().map(|terms| terms.len() as f64).collect();
    let articles: Vec<usize> = material.kept.iter().map(|&text| texts.groups[text]).collect();
    let dated = Dated {
        mixtures: mixtures.view(),
        weights: &weights,
        periods: &periods,
        articles: &articles,
    };
    for period in (Bands { seed, ..Bands::default() }).over_time(all.len(), &dated)? {
        for (topic, notes) in digest.topics.iter_mut().enumerate() {
            let share = period.shares.as_ref().map(|shares| shares[topic]);
            let share = share.map(|share| MonthShare { share: share.share, band: share.band });
            notes.over_time.push(share);
        }
    }
    digest.months = all;
    Ok(())
}

/// The longest text that is kept to show a topic, in characters.
const SHOWN: usize = 1_200;

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_string(),
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
    }
}

/// More months than this are told only where there are texts.
const MOST_MONTHS: usize = 240;

/// The months from the first to the last of `months`.
fn months_between(months: &[Option<Month>]) -> Vec<Month> {
    let known: BTreeSet<Month> = months.iter().flatten().copied().collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return Vec::new() };
    let all: Vec<Month> = std::iter::successors(Some(first), |month| Some(month.next()))
        .take_while(|month| *month <= last)
        .take(MOST_MONTHS + 1)
        .collect();
    if all.len() > MOST_MONTHS { known.into_iter().collect() } else { all }
}
