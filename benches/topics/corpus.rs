//! A corpus as both sides see it: texts, their tokens, the counts of these.
//!
//! Texts without a token are left out, as the peers' script does. Whether the peer has the same tokens is asked, not
//! taken for granted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use leitmotif::matrix::TermMatrix;
use leitmotif::pipeline::topics::{TextUnit, TopicTexts};
use leitmotif::read::{LabelRule, RecordReader, Wanted, expand};
use leitmotif::tokenize::Tokenizer;
use leitmotif::vectorize::{TermSequences, TopicTerms, TopicTermsParams};
use serde_json::{Value, json};

use crate::Result;
use crate::peer::{Peer, number};

/// A corpus in terms.
pub struct Corpus {
    /// The name of its folder.
    pub name: String,
    /// All texts.
    pub texts: TopicTexts,
    /// Its terms.
    pub terms: TopicTerms,
    /// The terms of each text that has any, in their order.
    pub sequences: TermSequences,
    /// How often each stands there.
    pub counts: TermMatrix,
    file: PathBuf,
}

impl Corpus {
    /// Reads a file of records.
    pub fn read(name: &str, file: &Path) -> Result<Corpus> {
        let mut texts = TopicTexts::default();
        for input in expand(&[file.to_path_buf()], None, Wanted::Records) {
            let input = input?;
            for (place, record) in (1..).zip(RecordReader::open(&input, LabelRule::Ignored)?) {
                texts.add_record(record?, &input.name, place, TextUnit::Record);
            }
        }
        let params = TopicTermsParams { min_texts: Some(5), ..TopicTermsParams::default() };
        let (terms, all) = TopicTerms::fit(params, &texts.texts, &Tokenizer::default(), |_| ())?;
        let mut sequences = TermSequences::default();
        all.texts().filter(|text| !text.is_empty()).for_each(|text| sequences.push(text));
        let counts = sequences.counts(terms.vocabulary().len());
        let (name, file) = (name.to_string(), file.to_path_buf());
        Ok(Corpus { name, texts, terms, sequences, counts, file })
    }

    /// How our tokens stand to the peer's, which reads the same file.
    pub fn compared(&self, peer: &mut Peer) -> Result<String> {
        let answer = peer.ask(&json!({"do": "corpus", "corpus": self.name, "path": self.file}))?;
        let n = |name: &str| number(&answer, name).map(|number| number as usize);
        let theirs = [n("n_texts")?, n("n_tokens")?, n("n_values")?];
        let ours = [self.counts.n_rows(), self.sequences.n_tokens(), self.counts.n_values()];
        let of_peer = answer["vocabulary"].as_array().ok_or("an answer without a vocabulary")?;
        let of_peer: BTreeSet<&str> = of_peer.iter().filter_map(Value::as_str).collect();
        let own: BTreeSet<&str> = self.terms.vocabulary().iter().collect();
        let (name, n_terms) = (&self.name, own.len());
        if own == of_peer && ours == theirs {
            let [n_texts, n_tokens, _] = ours;
            return Ok(format!(
                "checked: {name}: the same {n_tokens} tokens of {n_terms} terms in {n_texts} texts on both sides"
            ));
        }
        let (only_ours, only_theirs) =
            (shown(own.difference(&of_peer)), shown(of_peer.difference(&own)));
        Ok(format!(
            "THE TOKENS OF {name} DIFFER: texts, tokens, counts above 0: leitmotif {ours:?} of {n_terms} terms, peers \
             {theirs:?} of {}; terms of leitmotif alone: {only_ours}; of the peers alone: {only_theirs}",
            of_peer.len()
        ))
    }

    /// The numbers of terms that a peer has named.
    pub fn numbers(&self, words: &Value) -> Result<Vec<Vec<u32>>> {
        let number = |word: &Value| {
            let found = word.as_str().and_then(|word| self.terms.vocabulary().find(word));
            found.ok_or_else(|| format!("{word} is no term of {}", self.name).into())
        };
        let topic = |topic: &Value| topic.as_array().into_iter().flatten().map(number).collect();
        words.as_array().ok_or("an answer without topics")?.iter().map(topic).collect()
    }

    /// The words of terms.
    pub fn words(&self, tops: &[Vec<u32>]) -> Vec<Vec<&str>> {
        let word = |&term: &u32| self.terms.vocabulary().term(term);
        tops.iter().map(|top| top.iter().map(word).collect()).collect()
    }
}

/// How many there are, and the first of them.
fn shown<'a>(terms: impl Iterator<Item = &'a &'a str>) -> String {
    let terms: Vec<&str> = terms.copied().collect();
    let first = terms.iter().take(10).copied().collect::<Vec<_>>().join(" ");
    format!("{} ({first})", terms.len())
}
