//! The library's own way through a tokenizer definition: slow, and right by definition.

use std::panic::AssertUnwindSafe;

use serde_json::Value;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{
    ModelWrapper, NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString,
    PreTokenizer,
};

use super::Tokens;
use crate::corpus::Span;
use crate::error::{Error, Result};

/// A parsed definition.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    tokenizer: tokenizers::Tokenizer,
    /// Whether the definition has a vocabulary of its own; if not, its pre-tokens are the terms.
    has_vocabulary: bool,
}

impl Definition {
    pub(super) fn parse(json: &str) -> Result<Self> {
        let refused = |why: &str| Error::model(format!("not a tokenizer definition: {why}"));
        let mut value: Value = serde_json::from_str(json).map_err(|e| refused(&e.to_string()))?;
        let parts = value.as_object_mut().ok_or_else(|| refused("no JSON object"))?;
        // What we never use is not even read: the library's readers of decoders panic on some input.
        for unused in ["decoder", "post_processor", "truncation", "padding"] {
            parts.insert(unused.into(), Value::Null);
        }
        // Its other readers are fenced, for a model file may come from anywhere.
        let parse = || serde_json::from_value::<tokenizers::Tokenizer>(value);
        let tokenizer = std::panic::catch_unwind(AssertUnwindSafe(parse))
            .map_err(|_| refused("the tokenizers library gave up on it"))?
            .map_err(|e| refused(&e.to_string()))?;
        let has_vocabulary = match tokenizer.get_model() {
            ModelWrapper::WordLevel(_) => tokenizer.get_vocab_size(false) > 1,
            _ => true,
        };
        Ok(Definition { tokenizer, has_vocabulary })
    }

    /// Adds the tokens of `text`, which begins at byte `offset` of the original.
    pub(super) fn tokenize(&self, text: &str, offset: usize, tokens: &mut Tokens) {
        let mut push = |token: &str, (start, end): (usize, usize)| {
            tokens.push(token, Span { start: start + offset, end: end + offset });
        };
        if self.has_vocabulary {
            if let Ok(encoding) = self.tokenizer.encode(text, false) {
                let offsets = encoding.get_offsets().iter().copied();
                encoding.get_tokens().iter().zip(offsets).for_each(|(t, span)| push(t, span));
            }
        } else if let Ok(pre_tokens) = self.pre_tokenize(text) {
            let splits = pre_tokens.get_splits(OffsetReferential::Original, OffsetType::Byte);
            splits
                .into_iter()
                .filter(|split| !split.0.is_empty())
                .for_each(|(t, span, _)| push(t, span));
        }
    }

    fn pre_tokenize(&self, text: &str) -> tokenizers::Result<PreTokenizedString> {
        let mut normalized = NormalizedString::from(text);
        let normalizer: Option<&NormalizerWrapper> = self.tokenizer.get_normalizer();
        if let Some(normalizer) = normalizer {
            normalizer.normalize(&mut normalized)?;
        }
        let mut pre_tokens = PreTokenizedString::from(normalized);
        let pre_tokenizer: Option<&PreTokenizerWrapper> = self.tokenizer.get_pre_tokenizer();
        if let Some(pre_tokenizer) = pre_tokenizer {
            pre_tokenizer.pre_tokenize(&mut pre_tokens)?;
        }
        Ok(pre_tokens)
    }
}

/// The shipped definition, built by the library; `models/tokenizer.json` holds what this gives.
#[cfg(test)]
pub(super) fn default_json() -> String {
    use tokenizers::models::wordlevel::WordLevel;
    use tokenizers::normalizers::{Lowercase, NFKC, Replace, Sequence};
    use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
    use tokenizers::{SplitDelimiterBehavior, Tokenizer};

    let model = WordLevel::builder()
        .vocab([("[UNK]".to_string(), 0)].into_iter().collect())
        .unk_token("[UNK]".to_string())
        .build()
        .unwrap();
    let word = r"[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*";
    let pattern = SplitPattern::Regex(word.to_string());
    let split = Split::new(pattern, SplitDelimiterBehavior::Removed, true).unwrap();
    let apostrophe = Replace::new("’".to_string(), "'".to_string()).unwrap();
    let mut tokenizer = Tokenizer::new(model);
    let steps = vec![NFKC.into(), Lowercase.into(), apostrophe.into()];
    tokenizer.with_normalizer(Some(Sequence::new(steps))).unwrap();
    tokenizer.with_pre_tokenizer(Some(split));
    tokenizer.to_string(true).unwrap()
}
