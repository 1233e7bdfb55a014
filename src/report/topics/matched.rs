//! Two fits side by side, for people and programs.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::pipeline::topics::matching::SAME_FROM;
use crate::pipeline::topics::{Matching, Topics};
use crate::report::plain;

/// The page: each topic of `a` beside its counterpart in `b`, the most alike first; then what stands alone.
pub fn page(a: &Topics, b: &Topics, matching: &Matching) -> String {
    let mut page = format!(
        "{} topics beside {}, by {} shared terms; the same from a cosine of {SAME_FROM}\n\n",
        a.len(),
        b.len(),
        matching.n_shared_terms
    );
    let mut pairs: Vec<(usize, usize, f64)> = matched(matching).collect();
    pairs.sort_by(|x, y| y.2.total_cmp(&x.2).then(x.0.cmp(&y.0)));
    let _ = writeln!(page, "cosine     a      b");
    for (of_a, of_b, cosine) in pairs {
        let same = if cosine >= SAME_FROM { ' ' } else { '?' };
        let (share_a, share_b) = (share(a, of_a), share(b, of_b));
        let (words_a, words_b) = (words(a, of_a), words(b, of_b));
        let _ = writeln!(page, "{cosine:>6.3}{same} {:>4} {share_a:>6}  {words_a}", of_a + 1);
        let _ = writeln!(page, "        {:>4} {share_b:>6}  {words_b}", of_b + 1);
    }
    alone(a, "a", &lone(a, matching), &mut page);
    alone(b, "b", &matching.alone, &mut page);
    let n_same = matched(matching).filter(|pair| pair.2 >= SAME_FROM).count();
    let _ = writeln!(page, "\n{n_same} topics are the same");
    page
}

/// The same for programs; ids count from 1.
pub fn value(a: &Topics, matching: &Matching) -> Value {
    let stability = |of_a: usize| a.digest.topics[of_a].stability.map(|found| found.grade.name());
    let pair = |(of_a, of_b, cosine): (usize, usize, f64)| json!({"a": of_a + 1, "b": of_b + 1, "cosine": cosine, "same": cosine >= SAME_FROM, "grade": stability(of_a)});
    let number = |topics: &[usize]| topics.iter().map(|topic| topic + 1).collect::<Vec<_>>();
    json!({
        "pairs": matched(matching).map(pair).collect::<Vec<_>>(),
        "only_a": number(&lone(a, matching)),
        "only_b": number(&matching.alone),
        "shared_terms": matching.n_shared_terms,
    })
}

fn matched(matching: &Matching) -> impl Iterator<Item = (usize, usize, f64)> {
    let pairs = matching.pairs.iter().enumerate();
    pairs.filter_map(|(of_a, pair)| pair.map(|(of_b, cosine)| (of_a, of_b, cosine)))
}

fn lone(a: &Topics, matching: &Matching) -> Vec<usize> {
    (0..a.len()).filter(|&topic| matching.pairs[topic].is_none()).collect()
}

fn share(topics: &Topics, topic: usize) -> String {
    format!("{:.1}%", 100.0 * topics.model.shares()[topic])
}

fn words(topics: &Topics, topic: usize) -> String {
    let words: Vec<&str> = topics.top_terms(topic, 8).into_iter().map(|(term, _)| term).collect();
    plain(&words.join(", "))
}

fn alone(topics: &Topics, name: &str, alone: &[usize], page: &mut String) {
    if !alone.is_empty() {
        let _ = writeln!(page, "\nin {name} alone");
        for &topic in alone {
            let _ = writeln!(
                page,
                "        {:>4} {:>6}  {}",
                topic + 1,
                share(topics, topic),
                words(topics, topic)
            );
        }
    }
}
