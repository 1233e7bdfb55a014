//! What several tests share: a small labelled corpus, and where the material beside the checkout is.

#![allow(dead_code)] // each test file uses its part

pub mod desk;

use std::path::PathBuf;

use leitmotif::corpus::{LabelledCorpus, Record};
use leitmotif::math::Generator;

/// A drawn corpus of `n` texts in articles of two: three labels with words of their own beside
/// words that all share; some texts have two labels and some none.
pub fn corpus(n: usize) -> LabelledCorpus {
    LabelledCorpus::new(records(n, false), None).unwrap()
}

/// The same with exactly one label per text.
pub fn single_label_corpus(n: usize) -> LabelledCorpus {
    LabelledCorpus::new(records(n, true), None).unwrap()
}

fn records(n: usize, single: bool) -> Vec<Record> {
    const OWN: [(&str, [&str; 4]); 3] = [
        ("land", ["retook", "siege", "village", "front"]),
        ("money", ["oil", "tax", "ransom", "salaries"]),
        ("people", ["travelled", "passport", "returned", "recruits"]),
    ];
    const SHARED: [&str; 12] = [
        "the",
        "group",
        "said",
        "officials",
        "on",
        "Monday",
        "in",
        "north",
        "army",
        "city",
        "after",
        "year",
    ];
    let mut generator = Generator::new(17);
    (0..n)
        .map(|i| {
            let n_labels = if single { 1 } else { generator.below(3) };
            let first = generator.below(3);
            let labels: Vec<usize> = (0..n_labels).map(|k| (first + k) % 3).collect();
            let mut words: Vec<&str> = (0..12).map(|_| SHARED[generator.below(12)]).collect();
            for &label in &labels {
                words.extend((0..3).map(|_| OWN[label].1[generator.below(4)]));
            }
            // A little noise: a word of another label.
            if generator.below(8) == 0 {
                words.push(OWN[generator.below(3)].1[0]);
            }
            generator.shuffle(&mut words);
            Record {
                text: words.join(" "),
                labels: Some(labels.iter().map(|&label| OWN[label].0.to_string()).collect()),
                article: Some(format!("article {}", i / 2)),
                ..Record::default()
            }
        })
        .collect()
}

/// The folder beside the checkout with material for measuring, which a user does not have. Says
/// aloud where a test skips for want of it.
#[allow(clippy::print_stderr)]
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}
