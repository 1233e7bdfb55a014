//! An article in, its tagged paragraphs out.

use rayon::prelude::*;

use super::{Classifier, Counterfactual, Evidence, Memory, Prediction};
use crate::corpus::{Article, FoldedText, Kind, Paragraph, Span};
use crate::error::Result;
use crate::segment::segment;

/// What is wanted of every paragraph beside its labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagOptions {
    /// Whether titles, bylines, boilerplate and repeats are classified, too.
    pub all_kinds: bool,
    /// Of which labels the scores are taken apart.
    pub explain: Explain,
    /// Whether to look for the words that each given label hangs on.
    pub counterfactual: bool,
}

/// Which labels are explained.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Explain {
    /// None.
    #[default]
    Nothing,
    /// Those that the text gets.
    Given,
    /// These, whether the text gets them or not.
    Labels(Vec<usize>),
}

/// A paragraph with what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// Its number in the article, from 1, all kinds counted.
    pub number: usize,
    /// Its kind and where it stands.
    pub paragraph: Paragraph,
    /// Its text.
    pub text: FoldedText,
    /// Its labels and probabilities.
    pub prediction: Prediction,
    /// Why, for the labels that were asked for; spans are those of `text`.
    pub evidence: Option<Vec<Evidence>>,
    /// For each given label the words that it hangs on, where few are enough; spans are those of
    /// `text`.
    pub counterfactuals: Option<Vec<(usize, Option<Counterfactual>)>>,
}

/// Finds the paragraphs of `article` and classifies those of the kinds that are classified, or of
/// all kinds. Paragraphs are classified in parallel, each by itself.
///
/// # Errors
/// Where the tokenizer cannot take one of them, or the model cannot be explained and is to be.
pub fn tag(
    classifier: &Classifier,
    article: &Article,
    options: &TagOptions,
) -> Result<Vec<Tagged>> {
    let chosen: Vec<(usize, Paragraph)> = (1..)
        .zip(segment(&article.text))
        .filter(|(_, paragraph)| options.all_kinds || paragraph.kind.is_classified())
        .collect();
    let texts: Vec<FoldedText> =
        chosen.iter().map(|(_, paragraph)| paragraph.text(&article.text)).collect();
    let texts: Vec<&str> = texts.iter().map(FoldedText::as_str).collect();
    let memory = classifier.memories_for(&texts);
    chosen
        .into_par_iter()
        .map_init(memory, |memory, (number, paragraph)| {
            tag_paragraph(classifier, &article.text, number, paragraph, options, memory)
        })
        .collect()
}

/// Classifies `text` as it is: one paragraph of the kind `record`, even where it is empty.
///
/// # Errors
/// As [`tag`].
pub fn tag_record(
    classifier: &Classifier,
    text: &str,
    number: usize,
    options: &TagOptions,
) -> Result<Tagged> {
    let spans = vec![Span { start: 0, end: text.len() }];
    let paragraph = Paragraph { kind: Kind::Record, spans };
    tag_paragraph(classifier, text, number, paragraph, options, &mut Memory::default())
}

fn tag_paragraph(
    classifier: &Classifier,
    article: &str,
    number: usize,
    paragraph: Paragraph,
    options: &TagOptions,
    memory: &mut Memory,
) -> Result<Tagged> {
    let text = paragraph.text(article);
    let prediction = classifier.classify(text.as_str(), memory)?;
    let explained = match &options.explain {
        Explain::Nothing => None,
        Explain::Given => Some(prediction.labels.as_slice()),
        Explain::Labels(labels) => Some(labels.as_slice()),
    };
    let evidence = explained.map(|labels| classifier.explain(text.as_str(), labels, memory));
    let evidence = evidence.transpose()?;
    let mut hangs_on = |&label: &usize| {
        let found = classifier.counterfactual(text.as_str(), label, memory);
        found.map(|found| (label, found))
    };
    let counterfactuals = options
        .counterfactual
        .then(|| prediction.labels.iter().map(&mut hangs_on).collect::<Result<Vec<_>>>())
        .transpose()?;
    Ok(Tagged { evidence, counterfactuals, number, paragraph, text, prediction })
}
