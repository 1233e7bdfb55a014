//! An article in, its tagged paragraphs out.

use super::{Classifier, Prediction};
use crate::corpus::{Article, Kind, Paragraph, Span};
use crate::error::Result;
use crate::segment::segment;

/// A paragraph with what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// Its number in the article, from 1, all kinds counted.
    pub number: usize,
    /// Its kind and where it stands.
    pub paragraph: Paragraph,
    /// Its text, white space folded.
    pub text: String,
    /// Its labels and probabilities.
    pub prediction: Prediction,
}

/// Finds the paragraphs of `article` and classifies those of the kinds that are classified, or of
/// all kinds. Paragraphs are classified in parallel, each by itself.
///
/// # Errors
/// Where the tokenizer cannot take one of them.
pub fn tag(classifier: &Classifier, article: &Article, all_kinds: bool) -> Result<Vec<Tagged>> {
    let paragraphs = segment(&article.text);
    let chosen: Vec<(usize, Paragraph)> = (1..)
        .zip(paragraphs)
        .filter(|(_, paragraph)| all_kinds || paragraph.kind.is_classified())
        .collect();
    classify_paragraphs(classifier, &article.text, chosen)
}

/// Classifies `text` as it is: one paragraph of the kind `record`, even where it is empty.
///
/// # Errors
/// Where the tokenizer cannot take it.
pub fn tag_record(classifier: &Classifier, text: &str, number: usize) -> Result<Tagged> {
    let spans = vec![Span { start: 0, end: text.len() }];
    let paragraph = Paragraph { kind: Kind::Record, spans };
    Ok(classify_paragraphs(classifier, text, vec![(number, paragraph)])?.remove(0))
}

fn classify_paragraphs(
    classifier: &Classifier,
    article: &str,
    chosen: Vec<(usize, Paragraph)>,
) -> Result<Vec<Tagged>> {
    let texts: Vec<String> = chosen.iter().map(|(_, paragraph)| paragraph.text(article)).collect();
    let predictions = classifier.classify_all(&texts)?;
    let answers = chosen.into_iter().zip(texts).zip(predictions);
    let tagged = answers.map(|(((number, paragraph), text), prediction)| Tagged {
        number,
        paragraph,
        text,
        prediction,
    });
    Ok(tagged.collect())
}
