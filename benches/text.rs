//! The text path, side by side in one run: `cargo bench --bench text`.
//!
//! Enters: the paragraphs of `seeds/`, repeated in a drawn order. Leaves: for each way of doing the
//! same work its speed in MB/s on one thread (the median of turns taken one after the other) and
//! its ratio to the first. Equal work is checked before it is timed.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use leitmotif::math::Generator;
use leitmotif::pipeline::Memory;
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};
use leitmotif::shipped;
use leitmotif::tokenize::{Tokenizer, Tokens};
use leitmotif::vectorize::{
    CountedCorpus, NgramRange, Scratch, Selection, Vectorizer, VectorizerParams,
};

/// How much text, and how many turns.
const MEGABYTES: usize = 8;
const TURNS: usize = 7;

/// A way of working through texts.
struct Way<'a> {
    name: &'static str,
    texts: &'a [String],
    work: Box<dyn FnMut(&str) + 'a>,
    seconds: Vec<f64>,
}

impl<'a> Way<'a> {
    fn new(name: &'static str, texts: &'a [String], work: impl FnMut(&str) + 'a) -> Self {
        Way { name, texts, work: Box::new(work), seconds: Vec::new() }
    }

    fn take_turn(&mut self) {
        let begin = Instant::now();
        self.texts.iter().for_each(|text| (self.work)(text));
        self.seconds.push(begin.elapsed().as_secs_f64());
    }

    /// MB/s, the median of the turns.
    fn speed(&mut self) -> f64 {
        self.seconds.sort_by(f64::total_cmp);
        let n_bytes: usize = self.texts.iter().map(String::len).sum();
        n_bytes as f64 / 1e6 / self.seconds[self.seconds.len() / 2]
    }
}

fn main() {
    let texts = texts(MEGABYTES << 20);
    // The slowest way takes a part of the text only; its speed is what is compared.
    let few = &texts[..texts.len() / 16];
    let tokenizer = Tokenizer::default();
    let words = vectorizer(&texts, VectorizerParams { words: range(1, 1), ..Default::default() });
    let pairs = vectorizer(&texts, VectorizerParams::default());
    let themes = shipped::themes().expect("the built-in model loads");
    check(&tokenizer, few);

    let by_definition = {
        let (tokenizer, mut tokens) = (&tokenizer, Tokens::default());
        move |text: &str| {
            tokenizer.tokenize_by_definition(text, &mut tokens).expect("text");
        }
    };
    let to_tokens = {
        let (tokenizer, mut tokens) = (&tokenizer, Tokens::default());
        move |text: &str| tokenizer.tokenize(text, black_box(&mut tokens)).expect("text")
    };
    let to_row = |vectorizer: &'static Vectorizer| {
        let mut memory = (Tokenizer::default(), Tokens::default(), Scratch::default());
        move |text: &str| {
            memory.0.tokenize(text, &mut memory.1).expect("text");
            black_box(vectorizer.vectorize(&memory.1, &mut memory.2).len());
        }
    };
    let to_themes = {
        let mut memory = Memory::default();
        move |text: &str| {
            black_box(themes.classify(text, &mut memory)).expect("text");
        }
    };
    let mut ways = vec![
        Way::new("tokens, by the definition", few, by_definition),
        Way::new("tokens", &texts, to_tokens),
        Way::new("tf-idf, words 1", &texts, to_row(words)),
        Way::new("tf-idf, words 1-2", &texts, to_row(pairs)),
        Way::new("themes of the built-in model", few, to_themes),
    ];
    // `cargo bench --bench text -- NAME` takes the ways whose names begin so.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    ways.retain(|way| {
        wanted.is_empty() || wanted.iter().any(|name| way.name.starts_with(name.as_str()))
    });
    for _ in 0..TURNS {
        ways.iter_mut().for_each(Way::take_turn);
    }
    println!("{:32}{:>10}{:>10}", "", "MB/s", "ratio");
    let mut first = None;
    for way in &mut ways {
        let speed = way.speed();
        let ratio = speed / *first.get_or_insert(speed);
        println!("{:32}{speed:>10.1}{ratio:>10.1}", way.name);
    }
}

/// The paragraphs of `seeds/` in a drawn order, until there are `n_bytes` of them.
fn texts(n_bytes: usize) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/paragraphs");
    let inputs = expand(&[folder.into()], None, Wanted::Records);
    let records = read_labelled(inputs, LabelRule::Required, None).expect("seeds are readable");
    let paragraphs = records.into_corpus(None).expect("seeds are a corpus").texts;
    let mut generator = Generator::new(1);
    let (mut texts, mut n) = (Vec::new(), 0);
    while n < n_bytes {
        let text = paragraphs[generator.below(paragraphs.len())].clone();
        n += text.len();
        texts.push(text);
    }
    texts
}

fn range(min: usize, max: usize) -> Option<NgramRange> {
    Some(NgramRange::new(min, max).expect("a range"))
}

fn vectorizer(texts: &[String], params: VectorizerParams) -> &'static Vectorizer {
    let tokenizer = Tokenizer::default();
    let counted = CountedCorpus::count(texts, &tokenizer, &params.analyzers(), |_| {});
    let counted = counted.expect("seeds can be tokenized");
    let rows: Vec<usize> = (0..texts.len()).collect();
    let selection = Selection::fit(&params, &counted, &rows);
    Box::leak(Box::new(selection.vectorizer(&params, &counted)))
}

/// The two ways to tokens give the same.
fn check(tokenizer: &Tokenizer, texts: &[String]) {
    let (mut fast, mut slow) = (Tokens::default(), Tokens::default());
    for text in texts {
        tokenizer.tokenize(text, &mut fast).expect("text");
        tokenizer.tokenize_by_definition(text, &mut slow).expect("text");
        assert!(fast == slow, "{text}");
    }
}
