//! What topics are worth: NPMI and diversity of ours and of the peers', judged alike, and how long each took.
//!
//! Each fit is done once, by all with the same tokens and number of topics. What BERTopic came to was measured by others
//! (the issue has their figures); it is held against clusters of as many topics as it gave.

use super::{BBC, NEWSGROUPS};
use crate::Result;
use crate::bench::Bench;
use crate::corpus::Corpus;
use crate::fitted::{Fitted, Learner, Worth};
use crate::table::{Line, Outcome};

/// Figures of BERTopic with the pretrained embeddings of MiniLM, quoted from the issue, not measured here.
struct Quoted {
    corpus: &'static str,
    n_topics: usize,
    worth: Worth,
    /// Embedding and all that comes after.
    seconds: f64,
    remark: &'static str,
}

const BERTOPIC: [Quoted; 2] = [
    Quoted {
        corpus: NEWSGROUPS,
        n_topics: 49,
        worth: Worth { npmi: 0.267, diversity: 0.904 },
        seconds: 434.0,
        remark: "34 % outliers, 2.6 GB",
    },
    Quoted {
        corpus: BBC,
        n_topics: 26,
        worth: Worth { npmi: 0.371, diversity: 0.888 },
        seconds: 96.0,
        remark: "11 % outliers, 2.4 GB",
    },
];

/// What the best of ours is to reach at 20 topics.
const BEST: [(&str, Worth); 2] = [
    (NEWSGROUPS, Worth { npmi: 0.37, diversity: 0.90 }),
    (BBC, Worth { npmi: 0.47, diversity: 0.93 }),
];

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for corpus in bench.wanted()? {
        outcome.account.extend(bench.compare(&corpus)?);
        for k in bench.options.topics.clone() {
            let all = beside_peers(bench, &corpus, k, &mut outcome)?;
            if let Some((_, wanted)) = BEST.iter().find(|best| best.0 == corpus.name && k == 20) {
                outcome.lines.push(best(&corpus, &all, *wanted));
            }
        }
        if let Some(quoted) = BERTOPIC.iter().find(|quoted| quoted.corpus == corpus.name) {
            beside_quoted(bench, &corpus, quoted, &mut outcome)?;
        }
    }
    Ok(outcome)
}

/// A line for each learner and its peer; leaves the names of ours and what they are worth.
fn beside_peers(
    bench: &mut Bench,
    corpus: &Corpus,
    k: usize,
    outcome: &mut Outcome,
) -> Result<Vec<(&'static str, Worth)>> {
    let (sweeps, iterations, passes) =
        (bench.options.sweeps, bench.options.iterations, bench.options.passes);
    let lda = bench.ours(corpus, Learner::Lda(sweeps), k)?;
    let nmf = bench.ours(corpus, Learner::Nmf, k)?;
    let clusters = bench.ours(corpus, Learner::Clusters, k)?;
    for (name, fitted) in [("lda", &lda), ("nmf", &nmf), ("clusters", &clusters)] {
        outcome.tell(told(corpus, name, k, fitted));
    }
    let (by_sweeps, by_passes) = (format!("{sweeps} sweeps"), format!("{passes} passes"));
    let pairs = [
        ("lda", &lda, "tomotopy", sweeps, by_sweeps),
        ("lda", &lda, "gensim", passes, by_passes),
        ("nmf", &nmf, "sklearn", iterations, format!("{iterations} iterations at most")),
    ];
    for (name, fitted, peer, n, rounds) in pairs {
        let theirs = bench.theirs(corpus, peer, k, n)?;
        outcome.tell(told(corpus, peer, k, &theirs));
        let against = match peer {
            "sklearn" => format!("scikit-learn's NMF, {rounds}"),
            "gensim" => format!("gensim's LdaMulticore, {rounds}"),
            _ => format!("{peer}'s LDA, {rounds}"),
        };
        let work = format!("{name}, {}, K = {k}: NPMI / diversity", corpus.name);
        outcome.lines.push(line(work, against, fitted, theirs.worth, theirs.seconds));
    }
    Ok(vec![("lda", lda.worth), ("nmf", nmf.worth), ("clusters", clusters.worth)])
}

fn told(corpus: &Corpus, name: &str, k: usize, fitted: &Fitted) -> String {
    format!("{}, K = {k}, {name}: {}; {}", corpus.name, fitted.told(), fitted.remark)
}

fn line(work: String, against: String, ours: &Fitted, worth: Worth, seconds: f64) -> Line {
    let (reached, quicker) = (ours.worth.minus(worth).reached(), seconds / ours.seconds);
    Line {
        work,
        against,
        ours: ours.told(),
        theirs: format!("{}, {seconds:.1} s", worth.told()),
        reached: format!("{reached}; time {quicker:.1} x"),
        wanted: "the same in both".into(),
    }
}

/// Of those of ours that reach both figures, or lack the least, the one of the highest NPMI.
fn best(corpus: &Corpus, all: &[(&'static str, Worth)], wanted: Worth) -> Line {
    let lacking = |worth: Worth| {
        let above = worth.minus(wanted);
        -above.npmi.min(0.0) - above.diversity.min(0.0)
    };
    let order = |a: &&(&str, Worth), b: &&(&str, Worth)| {
        lacking(a.1).total_cmp(&lacking(b.1)).then(b.1.npmi.total_cmp(&a.1.npmi))
    };
    let (name, worth) = all.iter().min_by(order).expect("there are three");
    Line {
        work: format!("the best of ours, {}, K = 20: NPMI / diversity", corpus.name),
        against: "the floor".into(),
        ours: format!("{} ({name})", worth.told()),
        theirs: "-".into(),
        reached: worth.minus(wanted).reached(),
        wanted: wanted.told(),
    }
}

/// Clusters beside what others measured of BERTopic.
fn beside_quoted(
    bench: &mut Bench,
    corpus: &Corpus,
    quoted: &Quoted,
    outcome: &mut Outcome,
) -> Result<()> {
    let Quoted { n_topics: k, worth, seconds, remark, .. } = *quoted;
    let ours = bench.ours(corpus, Learner::Clusters, k)?;
    outcome.tell(told(corpus, "clusters", k, &ours));
    let work = format!("clusters, {}, K = {k}: NPMI / diversity", corpus.name);
    let against = format!("BERTopic on MiniLM ({remark}), QUOTED from the issue, not measured");
    let line = line(work, against, &ours, worth, seconds);
    outcome.lines.push(Line { wanted: "above in both, 10 x, no outliers".into(), ..line });
    Ok(())
}
