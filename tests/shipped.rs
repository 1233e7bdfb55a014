//! The built-in model is what `seeds/` give, and `seeds/` are what they are said to be.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use leitmotif::read::codebook::read_codebook;
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};
use leitmotif::shipped;

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_built_in_model_is_reproduced_byte_for_byte_from_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    for threads in ["1", "2", "3"] {
        let out = folder.path().join("themes.leit");
        let mut train = Command::new(env!("CARGO_BIN_EXE_leitmotif"));
        train.arg("train").arg(root("seeds")).arg("--out").arg(&out).args(["--threads", threads]);
        assert!(train.current_dir(folder.path()).output().unwrap().status.success());
        assert!(fs::read(out).unwrap() == shipped::THEMES, "{threads} threads");
    }
}

#[test]
fn the_built_in_model_is_small_and_in_the_order_of_the_codebook() {
    assert!(shipped::THEMES.len() <= 8_000_000);
    let themes = read_codebook(&root("seeds/codebook.toml")).unwrap().themes;
    let ids: Vec<String> = themes.into_iter().map(|theme| theme.id).collect();
    assert_eq!(shipped::themes().unwrap().labels.names(), ids);
}

#[test]
fn the_labelled_paragraphs_are_as_varied_as_they_are_said_to_be() {
    let inputs = expand(&[root("seeds")], None, Wanted::Records);
    let records = read_labelled(inputs, LabelRule::Required, None).unwrap().records;
    let n = records.len();
    let articles: BTreeSet<_> =
        records.iter().map(|record| record.article.clone().unwrap()).collect();
    let ids: BTreeSet<_> = records.iter().map(|record| record.id.clone().unwrap()).collect();
    let texts: BTreeSet<_> = records.iter().map(|record| record.text.as_str()).collect();
    assert!(n >= 4_000 && articles.len() >= 2_000, "{n} paragraphs of {} articles", articles.len());
    assert_eq!((ids.len(), texts.len()), (n, n), "an id or a text stands twice");
    let mut support = BTreeMap::new();
    for label in records.iter().flat_map(|record| record.labels.as_ref().unwrap()) {
        *support.entry(label).or_insert(0) += 1;
    }
    assert_eq!(support.len(), 5);
    for (label, n_with) in support {
        assert!(n_with * 10 >= n && n_with * 5 <= n, "{label}: {n_with} of {n}");
    }
    let n_none = records.iter().filter(|record| record.labels.as_ref().unwrap().is_empty()).count();
    assert!(n_none * 100 >= n * 40 && n_none * 100 <= n * 60, "{n_none} of {n} have no theme");
    for record in &records {
        let n_words = record.text.split_whitespace().count();
        assert!((8..=230).contains(&n_words), "{:?}: {n_words} words", record.id);
    }
}
