//! How likely words and topics are together after Gibbs sampling: log p(words, topics) per word, of ours and of tomotopy's.
//!
//! The formula is that of `LdaModel::log_likelihood_per_word`; tomotopy's last sample is put into it, too, so that
//! its own figure is known to mean the same.

use crate::Result;
use crate::bench::Bench;
use crate::fitted::Learner;
use crate::table::{Line, Outcome};

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let (mut outcome, corpus) = (Outcome::default(), bench.main_corpus()?);
    let (name, sweeps) = (&corpus.name, bench.options.sweeps);
    outcome.account.extend(bench.compare(&corpus)?);
    for k in bench.options.topics.clone() {
        let ours = bench.ours(&corpus, Learner::Lda(sweeps), k)?;
        let theirs = bench.theirs(&corpus, "tomotopy", k, sweeps)?;
        let (own, other) = ours.log_likelihood.zip(theirs.log_likelihood).ok_or("no likelihood")?;
        outcome.tell(format!(
            "K = {k}: leitmotif {own:.4} in {:.1} s; tomotopy {other:.4} in {:.1} s, {}",
            ours.seconds, theirs.seconds, theirs.remark
        ));
        let below = if own < other { ", BELOW" } else { "" };
        outcome.lines.push(Line {
            work: format!("log likelihood per word, {name}, K = {k}, {sweeps} sweeps"),
            against: "tomotopy".into(),
            ours: format!("{own:.3}"),
            theirs: format!("{other:.3}"),
            reached: format!("{:+.3}{below}", own - other),
            wanted: "the same".into(),
        });
    }
    Ok(outcome)
}
