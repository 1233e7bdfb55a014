//! What a character is to the shipped definition where it stands for itself.
//!
//! The table [`RUNS`] holds for every run of scalar values alike whether they are parts of words,
//! separators, or *unstable*: characters that normalisation changes or joins with their neighbours
//! (combining marks, jamo, ligatures, full-width forms), which only the definition can judge. A
//! test derives it anew from the definition.

use super::class_runs::RUNS;

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter or digit that stays itself but for its case.
    Word,
    /// Parts words, whatever stands beside it.
    Separator,
    /// Joins two parts of a word, and parts words elsewhere.
    Apostrophe,
    /// Only the definition can tell.
    Unstable,
}

impl Class {
    /// The classes in the order of their numbers in the table.
    const NUMBERED: [Class; 4] =
        [Class::Separator, Class::Word, Class::Apostrophe, Class::Unstable];
}

/// The class of a character. Cost: a look into a table for the scripts of two bytes, a search
/// through some hundred runs for the others.
pub(super) fn class_of(c: char) -> Class {
    const N_DIRECT: usize = 0x800;
    const DIRECT: [u8; N_DIRECT] = {
        let mut table = [0; N_DIRECT];
        let mut run = 0;
        let mut code = 0;
        while code < N_DIRECT {
            while (RUNS[run + 1] >> 2) as usize <= code {
                run += 1;
            }
            table[code] = (RUNS[run] & 3) as u8;
            code += 1;
        }
        table
    };
    let code = c as u32;
    let number = match DIRECT.get(code as usize) {
        Some(&number) => usize::from(number),
        None => {
            let run = RUNS.partition_point(|&run| run >> 2 <= code) - 1;
            (RUNS[run] & 3) as usize
        }
    };
    Class::NUMBERED[number]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenize::{Tokenizer, Tokens};
    use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
    use tokenizers::{
        OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, SplitDelimiterBehavior,
    };

    /// Whether a character joins with those before it: marks, and the parts of Korean syllables.
    struct Joining(Split);

    impl Joining {
        fn new() -> Self {
            let pattern = SplitPattern::Regex(
                r"[\p{M}\u{1100}-\u{11FF}\u{A960}-\u{A97F}\u{D7B0}-\u{D7FF}]".into(),
            );
            Joining(Split::new(pattern, SplitDelimiterBehavior::Isolated, false).unwrap())
        }

        fn holds(&self, c: char) -> bool {
            let mut text = PreTokenizedString::from(format!("a{c}"));
            self.0.pre_tokenize(&mut text).unwrap();
            text.get_splits(OffsetReferential::Original, OffsetType::Byte).len() == 2
        }
    }

    /// The class of `c` by what the definition makes of it between and beside letters.
    fn derived(c: char, tokenizer: &Tokenizer, joining: &Joining) -> Class {
        if c == '\'' || c == '’' {
            return Class::Apostrophe;
        }
        let mut tokens = Tokens::default();
        let mut split = |text: &str| -> Vec<(String, usize, usize)> {
            tokenizer.tokenize_by_definition(text, &mut tokens).unwrap();
            let spans = (0..tokens.len()).map(|i| tokens.span(i));
            tokens.iter().zip(spans).map(|(t, s)| (t.to_string(), s.start, s.end)).collect()
        };
        let lower: String = c.to_lowercase().collect();
        let behind = 1 + c.len_utf8();
        let inside = split(&format!("a{c}b"));
        let alone = split(&format!(" {c} "));
        if joining.holds(c) {
            Class::Unstable
        } else if inside == [("a".into(), 0, 1), ("b".into(), behind, behind + 1)]
            && alone.is_empty()
        {
            Class::Separator
        } else if inside == [(format!("a{lower}b"), 0, behind + 1)] && alone == [(lower, 1, behind)]
        {
            Class::Word
        } else {
            Class::Unstable
        }
    }

    /// The whole table: a number for every run, its first scalar value above two bits of class. It
    /// ends with a run behind the last scalar value.
    fn derived_runs() -> Vec<u32> {
        let (tokenizer, joining) = (Tokenizer::default(), Joining::new());
        let mut runs: Vec<u32> = Vec::new();
        let mut before = None;
        for c in '\0'..=char::MAX {
            let class = derived(c, &tokenizer, &joining);
            if before != Some(class) {
                let number = Class::NUMBERED.iter().position(|&other| other == class).unwrap();
                runs.push((c as u32) << 2 | number as u32);
                before = Some(class);
            }
        }
        runs.push((char::MAX as u32 + 1) << 2);
        runs
    }

    /// Where this fails after the `tokenizers` library has changed, write the table anew:
    /// `LEITMOTIF_WRITE=1 cargo test --release classes`.
    #[test]
    #[cfg_attr(debug_assertions, ignore = "takes a minute without optimisation")]
    fn the_table_is_what_the_definition_gives() {
        let runs = derived_runs();
        if std::env::var_os("LEITMOTIF_WRITE").is_some() {
            let numbers: Vec<String> = runs.iter().map(u32::to_string).collect();
            let table = format!(
                "//! Runs of scalar values of one class, written by a test of `classes`: each number is the \
                 first\n//! value of its run times 4, plus the number of the class.\n\n\
                 #[rustfmt::skip]\npub(super) const RUNS: [u32; {}] = [\n{}\n];\n",
                numbers.len(),
                textwrap::fill(
                    &(numbers.join(", ") + ","),
                    textwrap::Options::new(99).initial_indent("    ").subsequent_indent("    ")
                )
            );
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tokenize/class_runs.rs");
            std::fs::write(path, table).unwrap();
        }
        assert!(runs == RUNS, "the table is out of date");
    }

    #[test]
    fn characters_of_each_class() {
        for (class, characters) in [
            (Class::Word, "aZ9éßжاع中한"),
            (Class::Separator, " .-“”—…\u{a0}🔥"),
            (Class::Apostrophe, "'’"),
            (Class::Unstable, "\u{301}ﬁ²Ｉ\u{1161}＇"),
        ] {
            for c in characters.chars() {
                assert_eq!(class_of(c), class, "{c:?}");
            }
        }
        assert_ne!(class_of(char::MAX), Class::Word);
    }
}
