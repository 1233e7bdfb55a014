//! As much text as one wants, recombined from the paragraphs of `seeds/`.
//!
//! Enters: the labelled paragraphs and a seed. Leaves: labelled paragraphs that never stood anywhere,
//! the same for the same seed. Each walks from a word to one that follows it somewhere in the corpus, so
//! that every pair of words is one of the corpus; most steps are taken in paragraphs with the labels of
//! the paragraph that it began with, the others anywhere, so that labels can be learned, but not
//! perfectly. Every twentieth word is replaced by a form that no corpus has, drawn by Zipf's law.
//! Punctuation and capitals stay. Lengths are the real ones, made an eighth longer.
#![allow(dead_code)] // Each bench takes what it needs.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use leitmotif::corpus::LabelledCorpus;
use leitmotif::math::Generator;
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};

/// Of a hundred steps, how many are taken in paragraphs with the same labels.
const OWN_STEPS: usize = 35;
/// One of so many words is a new form.
const NEW_FORM_EVERY: usize = 20;
/// How many new forms there are; the r-th is drawn with a probability of 1 / r.
const N_NEW_FORMS: usize = 1_000_000;
/// Label sets of fewer paragraphs than that are left out: there is nothing to recombine.
const FEWEST: usize = 20;

/// The paragraphs of `seeds/`.
pub fn seeds() -> LabelledCorpus {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/paragraphs");
    let inputs = expand(&[folder.into()], None, Wanted::Records);
    let records = read_labelled(inputs, LabelRule::Required, None).expect("seeds are readable");
    records.into_corpus(None).expect("seeds are a corpus")
}

/// A recombined paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text.
    pub text: String,
    /// The names of its labels.
    pub labels: Vec<String>,
}

/// What there is to recombine. A *place* is that of a word in the corpus, read from end to end.
pub struct Recombined {
    /// The words of the corpus, as they stand there.
    words: Vec<Word>,
    /// For each place the number of its word.
    word_at: Vec<u32>,
    /// Whether a place is the last of its paragraph.
    is_last: Vec<bool>,
    /// The places by word and, within a word, by label set.
    places: Vec<u32>,
    /// Where in `places` those of (word, label set) begin; one longer than there are such pairs.
    starts: Vec<u32>,
    /// The label sets.
    sets: Vec<Set>,
    /// For each paragraph its label set and its number of words.
    paragraphs: Vec<(usize, usize)>,
    /// What new forms are made of.
    stems: Vec<String>,
}

struct Word {
    text: String,
    /// The letters, without the marks before and after; empty where it has others within.
    letters: std::ops::Range<usize>,
}

struct Set {
    labels: Vec<String>,
    /// The places at which a sentence begins.
    sentences: Vec<u32>,
}

impl Recombined {
    /// What `corpus` gives.
    pub fn new(corpus: &LabelledCorpus) -> Self {
        let mut recombined = Recombined {
            words: Vec::new(),
            word_at: Vec::new(),
            is_last: Vec::new(),
            places: Vec::new(),
            starts: Vec::new(),
            sets: Vec::new(),
            paragraphs: Vec::new(),
            stems: Vec::new(),
        };
        let set_at = recombined.read(corpus);
        recombined.sort_places(&set_at);
        let letters = |word: &Word| word.text[word.letters.clone()].to_lowercase();
        let mut stems: Vec<String> = recombined.words.iter().map(letters).collect();
        stems.retain(|stem| stem.len() >= 4 && stem.bytes().all(|byte| byte.is_ascii_lowercase()));
        stems.sort_unstable();
        stems.dedup();
        recombined.stems = stems;
        recombined
    }

    /// Takes in the paragraphs; leaves for each place its label set.
    fn read(&mut self, corpus: &LabelledCorpus) -> Vec<usize> {
        let mut by_labels: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
        for (text, labels) in corpus.targets.iter().enumerate() {
            by_labels.entry(labels).or_default().push(text);
        }
        by_labels.retain(|_, texts| texts.len() >= FEWEST);
        let (mut numbers, mut set_at) = (HashMap::new(), Vec::new());
        for (labels, texts) in by_labels {
            let names = labels.iter().map(|&label| corpus.labels.names()[label].clone());
            self.sets.push(Set { labels: names.collect(), sentences: Vec::new() });
            for text in texts {
                self.read_paragraph(&corpus.texts[text], &mut numbers);
                set_at.resize(self.word_at.len(), self.sets.len() - 1);
            }
        }
        set_at
    }

    fn read_paragraph<'t>(&mut self, text: &'t str, numbers: &mut HashMap<&'t str, u32>) {
        let (set, begin) = (self.sets.len() - 1, self.word_at.len());
        let mut begins_sentence = true;
        for word in text.split_whitespace() {
            if begins_sentence {
                self.sets[set].sentences.push(self.word_at.len() as u32);
            }
            begins_sentence = word.ends_with(['.', '?', '!']) && word.len() > 4;
            let number = *numbers.entry(word).or_insert_with(|| {
                self.words.push(Word::new(word));
                self.words.len() as u32 - 1
            });
            self.word_at.push(number);
            self.is_last.push(false);
        }
        if let Some(last) = self.is_last.last_mut() {
            *last = true;
        }
        self.paragraphs.push((set, self.word_at.len() - begin));
    }

    fn sort_places(&mut self, set_at: &[usize]) {
        let n_sets = self.sets.len();
        let group =
            |place: u32| self.word_at[place as usize] as usize * n_sets + set_at[place as usize];
        let mut places: Vec<u32> = (0..self.word_at.len() as u32).collect();
        places.sort_by_key(|&place| group(place));
        self.starts = vec![0; self.words.len() * n_sets + 1];
        places.iter().for_each(|&place| self.starts[group(place) + 1] += 1);
        for group in 1..self.starts.len() {
            self.starts[group] += self.starts[group - 1];
        }
        self.places = places;
    }

    /// Replaces `paragraph` by the next one.
    pub fn draw(&self, generator: &mut Generator, paragraph: &mut Paragraph) {
        let (set, _) = self.paragraphs[generator.below(self.paragraphs.len())];
        let (_, n_words) = self.paragraphs[generator.below(self.paragraphs.len())];
        paragraph.labels.clone_from(&self.sets[set].labels);
        paragraph.text.clear();
        let mut place = self.sentence(set, generator);
        for _ in 0..n_words + n_words / 8 {
            if !paragraph.text.is_empty() {
                paragraph.text.push(' ');
            }
            let word = &self.words[self.word_at[place] as usize];
            if !word.letters.is_empty() && generator.below(NEW_FORM_EVERY) == 0 {
                self.push_new_form(word, generator, &mut paragraph.text);
            } else {
                paragraph.text.push_str(&word.text);
            }
            place = self.next(place, set, generator);
        }
        let end = paragraph.text.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
        paragraph.text.truncate(end);
        paragraph.text.push('.');
    }

    fn sentence(&self, set: usize, generator: &mut Generator) -> usize {
        let sentences = &self.sets[set].sentences;
        sentences[generator.below(sentences.len())] as usize
    }

    /// The place after one where the same word stands; at the end of a paragraph that of a new sentence.
    fn next(&self, place: usize, set: usize, generator: &mut Generator) -> usize {
        let (word, n_sets) = (self.word_at[place] as usize, self.sets.len());
        let places = |first: usize, end: usize| {
            &self.places[self.starts[first] as usize..self.starts[end] as usize]
        };
        let own = places(word * n_sets + set, word * n_sets + set + 1);
        let any = places(word * n_sets, (word + 1) * n_sets);
        let of_own = !own.is_empty() && generator.below(100) < OWN_STEPS;
        let places = if of_own { own } else { any };
        let same_word = places[generator.below(places.len())] as usize;
        if self.is_last[same_word] { self.sentence(set, generator) } else { same_word + 1 }
    }

    /// A word that stands nowhere, in the marks and with the capital of `word`.
    fn push_new_form(&self, word: &Word, generator: &mut Generator, text: &mut String) {
        let share = generator.below(1 << 30) as f64 / f64::from(1 << 30);
        let rank = libm::exp(share * libm::log(N_NEW_FORMS as f64)) as u64;
        let form = self.new_form(rank);
        text.push_str(&word.text[..word.letters.start]);
        let is_capital = word.text[word.letters.clone()].starts_with(char::is_uppercase);
        if is_capital {
            text.push(form.as_bytes()[0].to_ascii_uppercase() as char);
            text.push_str(&form[1..]);
        } else {
            text.push_str(&form);
        }
        text.push_str(&word.text[word.letters.end..]);
    }

    /// New form number `rank`: the head of one word, a syllable, the tail of another, perhaps an ending.
    fn new_form(&self, rank: u64) -> String {
        const SYLLABLES: [&str; 12] =
            ["ba", "ri", "shu", "mo", "ten", "al", "ka", "ze", "un", "dor", "il", "ve"];
        const ENDINGS: [&str; 8] = ["", "", "", "s", "ing", "ist", "abad", "ed"];
        let mut generator = Generator::new(rank ^ 0x6e65_7766_6f72_6d73);
        let mut stem = || self.stems[generator.below(self.stems.len())].as_str();
        let (head, tail) = (stem(), stem());
        let syllable = SYLLABLES[generator.below(SYLLABLES.len())];
        let ending = ENDINGS[generator.below(ENDINGS.len())];
        let (head, tail) = (&head[..head.len().div_ceil(2)], &tail[tail.len() / 2..]);
        format!("{head}{syllable}{tail}{ending}")
    }

    /// Paragraphs of at least so many bytes together.
    pub fn texts(&self, n_bytes: usize, seed: u64) -> Vec<String> {
        let mut generator = Generator::new(seed);
        let (mut texts, mut n, mut paragraph) = (Vec::new(), 0, Paragraph::default());
        while n < n_bytes {
            self.draw(&mut generator, &mut paragraph);
            n += paragraph.text.len();
            texts.push(std::mem::take(&mut paragraph.text));
        }
        texts
    }

    /// Writes records as `train` and `classify` read them, until `is_enough(records, bytes)`; `seen` is shown
    /// every text. Leaves how many records and bytes there are.
    pub fn write(
        &self,
        mut out: impl Write,
        seed: u64,
        is_enough: impl Fn(usize, usize) -> bool,
        mut seen: impl FnMut(&str),
    ) -> io::Result<(usize, usize)> {
        let (mut generator, mut paragraph) = (Generator::new(seed), Paragraph::default());
        let (mut n, mut n_bytes, mut line) = (0, 0, Vec::new());
        while !is_enough(n, n_bytes) {
            self.draw(&mut generator, &mut paragraph);
            seen(&paragraph.text);
            line.clear();
            write!(line, "{{\"id\":\"{n}\",\"text\":")?;
            serde_json::to_writer(&mut line, &paragraph.text)?;
            line.extend_from_slice(b",\"labels\":");
            serde_json::to_writer(&mut line, &paragraph.labels)?;
            line.extend_from_slice(b"}\n");
            out.write_all(&line)?;
            (n, n_bytes) = (n + 1, n_bytes + line.len());
        }
        out.flush()?;
        Ok((n, n_bytes))
    }
}

impl Word {
    fn new(text: &str) -> Self {
        let start = text.find(char::is_alphabetic).unwrap_or(text.len());
        let end = text
            .rfind(char::is_alphabetic)
            .map_or(start, |last| last + text[last..].chars().next().map_or(0, char::len_utf8));
        let is_plain = text[start..end].chars().all(char::is_alphabetic);
        let letters = if is_plain { start..end } else { start..start };
        Word { text: text.to_string(), letters }
    }
}
