//! A tokenizer of each kind of the `tokenizers` library's, trained on the shipped paragraphs with
//! typical steps before the model, special tokens and a post-processor that adds them. A new kind
//! joins by a line in [`KINDS`].

#![allow(dead_code)] // each test file uses its part

use std::path::Path;
use std::sync::OnceLock;

use leitmotif::corpus::LabelledCorpus;
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};
use serde_json::{Value, json};
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::models::unigram::{Unigram, UnigramTrainer};
use tokenizers::models::wordlevel::{WordLevel, WordLevelTrainer};
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainer};
use tokenizers::models::{ModelWrapper, TrainerWrapper};
use tokenizers::normalizers::{BertNormalizer, Lowercase, NFKC, NormalizerWrapper};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::metaspace::Metaspace;
use tokenizers::pre_tokenizers::whitespace::Whitespace;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{AddedToken, Tokenizer as Library};

pub const KINDS: [&str; 4] = ["WordPiece", "BPE", "Unigram", "WordLevel"];
pub const SPECIAL: [&str; 4] = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"];
const VOCABULARY: usize = 2_000;

/// Texts at which offsets go wrong, where they do.
pub const TEXTS: [&str; 12] = [
    "",
    " \t\n ",
    "The army retook Mosul’s “ﬁnal” districts — officials said.",
    "naïve café, Åre, İstanbul, Straße",
    "e\u{301}te\u{301} a\u{308}\u{323}b \u{301}x",
    "🙂 fighters 👩‍👩‍👧 fled 🇮🇶",
    "東京の石油 と 석유 and النفط",
    "[CLS] oil [SEP] [PAD] tax[UNK] [MASK]",
    "zyxqwv Ωmega ∀∃ \u{0}\u{7f}\u{fffd}",
    "\u{feff}ＩＳ ½ Ⅷ x²\u{200d}\u{a0}y",
    "Don't 'quote' U.S.-led 1,024's   oil\r\n\r\ntax",
    "▁oil Ġtax ##ing",
];

pub fn seeds() -> LabelledCorpus {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/paragraphs");
    let inputs = expand(&[folder], None, Wanted::Records);
    read_labelled(inputs, LabelRule::Required, None).unwrap().into_corpus(None).unwrap()
}

/// The definition of a kind, trained once.
pub fn definition(kind: &str) -> &'static str {
    static TRAINED: [OnceLock<String>; 4] = [const { OnceLock::new() }; 4];
    let index = KINDS.iter().position(|known| *known == kind).unwrap();
    TRAINED[index].get_or_init(|| train_tokenizer(kind, &seeds().texts))
}

pub fn train_tokenizer(kind: &str, texts: &[String]) -> String {
    let (model, mut trainer) = model_and_trainer(kind);
    let (normalizer, pre_tokenizer) = steps_before(kind);
    let mut library = Library::new(model);
    library.with_normalizer(normalizer).unwrap();
    library.with_pre_tokenizer(Some(pre_tokenizer));
    library.train(&mut trainer, texts.iter()).unwrap();
    let named = |token: &str| (token.to_string(), library.token_to_id(token).unwrap());
    let processor = BertProcessing::new(named("[SEP]"), named("[CLS]"));
    library.with_post_processor(Some(processor));
    library.to_string(false).unwrap()
}

fn model_and_trainer(kind: &str) -> (ModelWrapper, TrainerWrapper) {
    let special: Vec<AddedToken> = SPECIAL.map(|token| AddedToken::from(token, true)).into();
    let unknown = "[UNK]".to_string();
    match kind {
        "WordPiece" => {
            let model = WordPiece::builder().unk_token(unknown).build().unwrap();
            let trainer = WordPieceTrainer::builder().vocab_size(VOCABULARY).show_progress(false);
            (model.into(), trainer.special_tokens(special).build().into())
        }
        "BPE" => {
            let trainer = BpeTrainer::builder().vocab_size(VOCABULARY).show_progress(false);
            let bytes = ByteLevel::alphabet().into_iter().collect();
            let trainer = trainer.initial_alphabet(bytes).special_tokens(special);
            (BPE::default().into(), trainer.build().into())
        }
        "Unigram" => {
            let mut trainer = UnigramTrainer::builder();
            trainer.vocab_size(VOCABULARY as u32).show_progress(false).unk_token(Some(unknown));
            (Unigram::default().into(), trainer.special_tokens(special).build().unwrap().into())
        }
        _ => {
            let model = WordLevel::builder().unk_token(unknown).build().unwrap();
            let mut trainer = WordLevelTrainer::builder();
            trainer.vocab_size(VOCABULARY).show_progress(false).special_tokens(special);
            (model.into(), trainer.build().unwrap().into())
        }
    }
}

fn steps_before(kind: &str) -> (Option<NormalizerWrapper>, PreTokenizerWrapper) {
    match kind {
        "WordPiece" => (Some(BertNormalizer::default().into()), BertPreTokenizer.into()),
        "BPE" => (None, ByteLevel::new(false, true, true).into()),
        "Unigram" => (Some(NFKC.into()), Metaspace::default().into()),
        _ => (Some(Lowercase.into()), Whitespace.into()),
    }
}

/// A definition of one model and nothing else.
pub fn bare(model: Value) -> String {
    json!({ "version": "1.0", "added_tokens": [], "model": model }).to_string()
}
