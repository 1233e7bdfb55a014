//! Text to tokens, each with its bytes in the original.
//!
//! A tokenizer *is* a Hugging Face `tokenizers` definition (JSON), saved inside every model. The
//! shipped one (`models/tokenizer.json`) folds Unicode by NFKC, lower-cases, writes the typographic
//! apostrophe as the plain one, and takes runs of letters, marks and digits with inner apostrophes;
//! its terms are the pre-tokens. A definition with a vocabulary of its own gives its model's tokens.
//!
//! * [`tokens`]: what comes out, laid out so that every n-gram is one slice;
//! * [`lowered`]: the same, as little of it as classifying needs;
//! * `definition`: the library's own way through the definition, the reference;
//! * `fence`: panics of the library become errors;
//! * `words`: a direct way for the shipped definition, held to the reference by tests; it rests on
//!   `blocks` (masks of 64 bytes of ASCII) and `classes` (what other characters are).

mod blocks;
mod class_runs;
mod classes;
mod definition;
mod fence;
pub mod lowered;
pub mod tokens;
mod words;

pub use fence::is_fenced;
pub use lowered::{Lowered, Word};
pub use tokens::{Places, Term, Tokens};

use std::sync::OnceLock;

use crate::cpu;
use crate::error::{Error, Result};
use blocks::Classify;
use definition::Definition;

/// The shipped definition.
pub const DEFAULT_DEFINITION: &str = include_str!("../../models/tokenizer.json");

/// A tokenizer.
///
/// ```
/// use leitmotif::tokenize::{Tokenizer, Tokens};
/// let text = "The group’s oil-fields";
/// let mut tokens = Tokens::default();
/// Tokenizer::default().tokenize(text, &mut tokens)?;
/// assert_eq!(tokens.iter().collect::<Vec<_>>(), ["the", "group's", "oil", "fields"]);
/// assert_eq!(tokens.span(1).slice(text), "group’s");
/// # Ok::<(), leitmotif::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tokenizer {
    json: String,
    /// Built when first needed: compiling the definition's expressions takes longer than tagging
    /// a paragraph, and the direct way seldom asks for it.
    definition: OnceLock<Definition>,
    is_default: bool,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Tokenizer {
            json: DEFAULT_DEFINITION.to_string(),
            definition: OnceLock::new(),
            is_default: true,
        }
    }
}

impl Tokenizer {
    /// A tokenizer by its definition.
    ///
    /// # Errors
    /// Where `json` is no definition that the `tokenizers` library accepts.
    pub fn from_json(json: &str) -> Result<Self> {
        if json == DEFAULT_DEFINITION {
            return Ok(Tokenizer::default());
        }
        let definition = OnceLock::from(Definition::parse(json)?);
        Ok(Tokenizer { json: json.to_string(), definition, is_default: false })
    }

    /// Its definition.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Replaces the content of `tokens` by the tokens of `text`. Cost: linear in the text.
    ///
    /// # Errors
    /// Where the text is longer than [`Tokens::MAX_BYTES`], or a definition with a vocabulary cannot
    /// tokenize it, as one cannot that knows no token for unknown words.
    pub fn tokenize(&self, text: &str, tokens: &mut Tokens) -> Result<()> {
        if self.is_default {
            self.tokenize_directly(text, tokens, blocks::fastest())
        } else {
            self.tokenize_by_definition(text, tokens)
        }
    }

    /// The same by the library alone: the slow twin that judges [`Tokenizer::tokenize`].
    ///
    /// # Errors
    /// As [`Tokenizer::tokenize`].
    pub fn tokenize_by_definition(&self, text: &str, tokens: &mut Tokens) -> Result<()> {
        begin(text, tokens)?;
        self.definition().tokenize(text, 0, tokens)
    }

    fn tokenize_directly(&self, text: &str, tokens: &mut Tokens, classify: Classify) -> Result<()> {
        begin(text, tokens)?;
        words::tokenize(text, tokens, classify, |part, offset, tokens| {
            self.definition().tokenize(part, offset, tokens)
        })
    }

    /// Whether its tokens are runs of letters, marks and digits, none with a space in it, which
    /// [`Tokenizer::lower`] can give: those of the shipped definition are.
    pub fn is_default(&self) -> bool {
        self.is_default
    }

    /// Replaces the content of `lowered` by the tokens of `text`, the same as [`Tokenizer::tokenize`] gives. Cost: linear
    /// in the text.
    ///
    /// # Errors
    /// As [`Tokenizer::tokenize`].
    pub fn lower(&self, text: &str, lowered: &mut Lowered) -> Result<()> {
        if self.is_default {
            let classify = blocks::fastest();
            return cpu::wide(
                #[inline(always)]
                || self.lower_directly(text, lowered, classify),
            );
        }
        let mut tokens = Tokens::default();
        self.tokenize_by_definition(text, &mut tokens)?;
        lowered.clear();
        tokens.iter().for_each(|token| lowered.push(token));
        lowered.finish();
        Ok(())
    }

    #[inline(always)]
    fn lower_directly(&self, text: &str, lowered: &mut Lowered, classify: Classify) -> Result<()> {
        check_length(text)?;
        lowered.clear();
        words::tokenize(text, lowered, classify, |part, _, lowered| {
            let mut tokens = Tokens::default();
            self.definition().tokenize(part, 0, &mut tokens)?;
            tokens.iter().for_each(|token| lowered.push(token));
            Ok(())
        })?;
        lowered.finish();
        Ok(())
    }

    fn definition(&self) -> &Definition {
        self.definition.get_or_init(|| {
            Definition::parse(&self.json).expect("the shipped definition is parsed by a test")
        })
    }
}

/// Empties `tokens` for `text`, whose length is checked.
fn begin(text: &str, tokens: &mut Tokens) -> Result<()> {
    tokens.clear();
    check_length(text)
}

fn check_length(text: &str) -> Result<()> {
    if text.len() > Tokens::MAX_BYTES {
        let (found, most) = (text.len() >> 20, Tokens::MAX_BYTES >> 20);
        return Err(Error::data(format!("a text of {found} MiB: at most {most} MiB are read")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What every way of the machine gives, which must be alike, and what the definition gives.
    fn both_ways(text: &str) -> (Tokens, Tokens) {
        thread_local! {
            static TOKENIZER: Tokenizer = Tokenizer::default();
        }
        TOKENIZER.with(|tokenizer| {
            let (mut fast, mut slow) = (Tokens::default(), Tokens::default());
            tokenizer.tokenize(text, &mut fast).unwrap();
            tokenizer.tokenize_by_definition(text, &mut slow).unwrap();
            let (mut other, mut lowered) = (Tokens::default(), Lowered::default());
            for (name, classify) in blocks::all() {
                tokenizer.tokenize_directly(text, &mut other, classify).unwrap();
                assert_eq!(other, fast, "{name}: {text:?}");
                let is_same = |lowered: &Lowered| {
                    lowered.iter().map(Word::as_bytes).eq(fast.iter().map(str::as_bytes))
                };
                tokenizer.lower_directly(text, &mut lowered, classify).unwrap();
                assert!(is_same(&lowered), "{name}: {text:?}");
                tokenizer.lower(text, &mut lowered).unwrap();
                assert!(is_same(&lowered), "{text:?}");
            }
            (fast, slow)
        })
    }

    fn tokens_of(text: &str) -> Vec<String> {
        both_ways(text).0.iter().map(str::to_string).collect()
    }

    #[test]
    fn the_shipped_definition_is_the_one_described() {
        assert_eq!(DEFAULT_DEFINITION.trim_end(), definition::default_json());
    }

    #[test]
    fn words_numbers_and_inner_apostrophes() {
        assert_eq!(
            tokens_of("Don't 'quote' the U.S.-led 1,024's"),
            ["don't", "quote", "the", "u", "s", "led", "1", "024's"]
        );
        assert_eq!(
            tokens_of("İstanbul ﬁghters Ⅷ x² Straße"),
            ["i\u{307}stanbul", "fighters", "viii", "x2", "straße"]
        );
        assert!(tokens_of(" — “” … '").is_empty());
    }

    #[test]
    fn spans_slice_the_original() {
        let text = "Mosul’s “ﬁnal” hours — ＩＳ fell";
        let tokens = both_ways(text).0;
        let slices: Vec<&str> = (0..tokens.len()).map(|i| tokens.span(i).slice(text)).collect();
        assert_eq!(slices, ["Mosul’s", "ﬁnal", "hours", "ＩＳ", "fell"]);
    }

    #[test]
    fn both_ways_agree_on_every_scalar_value_alone_and_within_a_word() {
        for code in (0..=0x10_FFFF).step_by(if cfg!(debug_assertions) { 97 } else { 1 }) {
            let Some(c) = char::from_u32(code) else { continue };
            let text = format!("ab{c}cd {c} e{c}'{c}f");
            let (fast, slow) = both_ways(&text);
            assert_eq!(fast, slow, "U+{code:04X}");
        }
    }

    #[test]
    fn both_ways_agree_on_the_lines_of_many_scripts() {
        for line in include_str!("../../tests/fixtures/tokens.txt").lines() {
            let (fast, slow) = both_ways(line);
            assert_eq!(fast, slow, "{line}");
        }
    }

    #[test]
    fn both_ways_agree_wherever_a_word_stands_in_a_block() {
        for before in 0..140 {
            for word in ["Word", "don't", "a'", "'b", "x''y", "é’à", "naïve'", "ﬁn", "e\u{301}'s"]
            {
                let text = format!("{}{word} it{word}, {word}", "-".repeat(before));
                let (fast, slow) = both_ways(&text);
                assert_eq!(fast, slow, "{text}");
                let text = format!("{}{word}", "w".repeat(before));
                let (fast, slow) = both_ways(&text);
                assert_eq!(fast, slow, "{text}");
            }
        }
    }

    #[test]
    fn a_text_too_long_for_its_numbers_is_refused() {
        let text = " ".repeat(Tokens::MAX_BYTES + 1);
        let mut tokens = Tokens::default();
        assert!(Tokenizer::default().tokenize(&text, &mut tokens).is_err());
        assert!(Tokenizer::default().tokenize(&text[1..], &mut tokens).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn both_ways_agree_on_any_text(text in any::<String>()) {
            let (fast, slow) = both_ways(&text);
            prop_assert_eq!(fast, slow);
        }

        #[test]
        fn both_ways_agree_on_ascii(text in "[ -~\t\n]{0,300}") {
            let (fast, slow) = both_ways(&text);
            prop_assert_eq!(fast, slow);
        }

        #[test]
        fn both_ways_agree_on_words_with_marks_and_quotes(
            text in "([a-cX'’ \u{301}\u{308}é\u{1161}\u{1100}“.İǅΣς한ﬁ²-]){0,90}"
        ) {
            let (fast, slow) = both_ways(&text);
            prop_assert_eq!(fast, slow);
        }

        #[test]
        fn both_ways_agree_on_words_of_any_script(
            words in proptest::collection::vec("[\\pL\\pM\\pN'’]{1,8}", 0..20)
        ) {
            let (fast, slow) = both_ways(&words.join(" "));
            prop_assert_eq!(fast, slow);
        }
    }
}
