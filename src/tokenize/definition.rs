//! The library's own way through a tokenizer definition: slow, and right by definition.

use std::collections::HashSet;

use serde_json::{Map, Value};
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{
    Model, ModelWrapper, NormalizedString, Normalizer, OffsetReferential, OffsetType,
    PreTokenizedString, PreTokenizer,
};

use super::Tokens;
use super::fence::fenced;
use super::words::Sink;
use crate::corpus::Span;
use crate::error::{Error, Result};

/// A parsed definition.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    tokenizer: tokenizers::Tokenizer,
    /// Whether the definition has a vocabulary of its own; if not, its pre-tokens are the terms.
    has_vocabulary: bool,
    /// Tokens that are no terms: special ones, which stand for no words, and that of unknown words.
    unsaid: HashSet<u32>,
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
        if let Some(model) = parts.get_mut("model").and_then(Value::as_object_mut) {
            // Dropout draws the tokens; a text gets the same answer each time.
            model.remove("dropout");
            check_merges(model).map_err(refused)?;
        }
        check_charsmaps(&Value::Object(parts.clone())).map_err(refused)?;
        let named = |name: &str| parts.get("model").and_then(|model| model.get(name)).cloned();
        let unknown = [named("unk_token"), named("unk_id")];
        // Its other readers are fenced, for a model file may come from anywhere.
        let tokenizer = fenced(|| serde_json::from_value::<tokenizers::Tokenizer>(value))
            .ok_or_else(|| refused("the tokenizers library gave up on it"))?
            .map_err(|e| refused(&e.to_string()))?;
        let has_vocabulary = match tokenizer.get_model() {
            ModelWrapper::WordLevel(model) => {
                model.get_vocab().keys().any(|token| *token != model.unk_token)
            }
            _ => true,
        };
        let unsaid = unsaid(&tokenizer, &unknown);
        Ok(Definition { tokenizer, has_vocabulary, unsaid })
    }

    /// Adds the tokens of `text`, which begins at byte `offset` of the original.
    ///
    /// # Errors
    /// Where the library cannot tokenize it.
    pub(super) fn tokenize(&self, text: &str, offset: usize, tokens: &mut Tokens) -> Result<()> {
        let refused =
            |why: &str| Error::data(format!("the tokenizer cannot take this text: {why}"));
        let n_before = tokens.len();
        let work = || match self.has_vocabulary {
            true => self.push_tokens(text, offset, tokens),
            false => self.push_pre_tokens(text, offset, tokens),
        };
        let result = match fenced(work) {
            Some(result) => result.map_err(|error| refused(&error.to_string())),
            None => Err(refused("the tokenizers library gave up on it")),
        };
        if result.is_err() {
            tokens.truncate(n_before);
        }
        result
    }

    /// Adds the tokens of the definition's model.
    fn push_tokens(&self, text: &str, offset: usize, to: &mut Tokens) -> tokenizers::Result<()> {
        let encoding = self.tokenizer.encode(text, false)?;
        let found = encoding.get_ids().iter().zip(encoding.get_tokens());
        for ((id, token), &span) in found.zip(encoding.get_offsets()) {
            if !token.is_empty() && !self.unsaid.contains(id) {
                let (start, end) = on_characters(text, span);
                to.push(token, Span { start: start + offset, end: end + offset });
            }
        }
        Ok(())
    }

    /// Adds the pre-tokens.
    fn push_pre_tokens(
        &self,
        text: &str,
        offset: usize,
        to: &mut Tokens,
    ) -> tokenizers::Result<()> {
        let pre_tokens = self.pre_tokenize(text)?;
        let splits = pre_tokens.get_splits(OffsetReferential::Original, OffsetType::Byte);
        for (token, (start, end), _) in splits.into_iter().filter(|split| !split.0.is_empty()) {
            to.push(token, Span { start: start + offset, end: end + offset });
        }
        Ok(())
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

/// Refuses merges whose second part would be cut within a character: the library takes as many bytes
/// off it as the prefix of continuing subwords has, unchecked.
fn check_merges(model: &Map<String, Value>) -> Result<(), &'static str> {
    let prefix = model.get("continuing_subword_prefix").and_then(Value::as_str).unwrap_or("");
    let merges = model.get("merges").and_then(Value::as_array);
    let second = |merge: &'_ Value| match merge {
        Value::String(pair) => pair.split_once(' ').map(|(_, second)| second.to_string()),
        pair => pair.get(1).and_then(Value::as_str).map(str::to_string),
    };
    let mut seconds = merges.into_iter().flatten().filter_map(second);
    if seconds.any(|second| !second.is_char_boundary(prefix.len())) {
        return Err("a merge is shorter than the prefix of continuing subwords, or cut by it");
    }
    Ok(())
}

/// Refuses a compiled character map that says it is larger than it is: the library would ask for
/// as much memory as it says, and a program that cannot get that ends at once.
fn check_charsmaps(value: &Value) -> std::result::Result<(), &'static str> {
    match value {
        Value::Object(parts) => {
            if let Some(map) = parts.get("precompiled_charsmap").and_then(Value::as_str)
                && size_told_by(map) > map.len() as u64
            {
                return Err("a character map is shorter than it says");
            }
            parts.values().try_for_each(check_charsmaps)
        }
        Value::Array(parts) => parts.iter().try_for_each(check_charsmaps),
        _ => Ok(()),
    }
}

/// The number in the first four bytes of what is written in base 64.
fn size_told_by(base64: &str) -> u64 {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    // Six digits hold 36 bits, of which the first 32 are the four bytes, the first the lowest.
    let bits = base64.bytes().take(6).fold(0_u64, |bits, byte| bits << 6 | u64::from(digit(byte)));
    u64::from(((bits >> 4) as u32).swap_bytes())
}

/// The special tokens of a definition, and its model's token for what it does not know, which the
/// JSON names by its text or its number.
fn unsaid(tokenizer: &tokenizers::Tokenizer, unknown: &[Option<Value>]) -> HashSet<u32> {
    let added = tokenizer.get_added_tokens_decoder().into_iter();
    let special = added.filter(|(_, token)| token.special).map(|(id, _)| id);
    let id_of = |unknown: &Value| match unknown {
        Value::String(token) => tokenizer.token_to_id(token),
        number => number.as_u64().and_then(|id| u32::try_from(id).ok()),
    };
    special.chain(unknown.iter().flatten().filter_map(id_of)).collect()
}

/// The smallest range of whole characters that holds `start..end`: tokens of bytes may end within
/// a character.
fn on_characters(text: &str, (start, end): (usize, usize)) -> (usize, usize) {
    (text.floor_char_boundary(start), text.ceil_char_boundary(end))
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
