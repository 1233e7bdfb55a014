//! What all rows share: options, corpora, the peers, and topics found before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::{Value, json};

use crate::Result;
use crate::corpus::Corpus;
use crate::fitted::{Fitted, Learner, Worth, ours};
use crate::machine::machine;
use crate::options::Options;
use crate::peer::{Peer, number};
use crate::venv;

/// Threads of either side.
pub const THREADS: usize = 2;

/// The run.
pub struct Bench {
    /// What was asked for.
    pub options: Options,
    /// So many threads as the peers have.
    pub pool: ThreadPool,
    corpora: BTreeMap<String, Arc<Corpus>>,
    /// By corpus, learner and number of topics.
    fitted: BTreeMap<(String, &'static str, usize), Arc<Fitted>>,
    peer: Option<Peer>,
    /// The corpora that the peer has read.
    read: BTreeSet<String>,
    versions: Option<Value>,
}

impl Bench {
    /// A run by `options`.
    pub fn new(options: Options) -> Result<Bench> {
        let pool = ThreadPoolBuilder::new().num_threads(THREADS).build()?;
        let (corpora, fitted) = (BTreeMap::new(), BTreeMap::new());
        Ok(Bench {
            options,
            pool,
            corpora,
            fitted,
            peer: None,
            read: BTreeSet::new(),
            versions: None,
        })
    }

    /// The training file of a corpus, where it is at hand.
    pub fn file_of(&self, corpus: &str) -> Option<PathBuf> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
        let shared = std::env::var_os("LEITMOTIF_SHARED").map_or_else(beside, PathBuf::from);
        let file = shared.join("bench").join(corpus).join("train.jsonl.gz");
        file.canonicalize().ok()
    }

    /// A corpus, read where it has not been yet.
    pub fn corpus(&mut self, name: &str) -> Result<Arc<Corpus>> {
        if let Some(corpus) = self.corpora.get(name) {
            return Ok(corpus.clone());
        }
        let file = self.file_of(name).ok_or_else(|| format!("{name} is missing"))?;
        let corpus = Arc::new(Corpus::read(name, &file)?);
        self.corpora.insert(name.to_string(), corpus.clone());
        Ok(corpus)
    }

    /// All corpora that were asked for.
    pub fn wanted(&mut self) -> Result<Vec<Arc<Corpus>>> {
        self.options.corpora.clone().iter().map(|name| self.corpus(name)).collect()
    }

    /// The first of the corpora that were asked for: what is measured on one alone is measured on it.
    pub fn main_corpus(&mut self) -> Result<Arc<Corpus>> {
        let name = self.options.corpora.first().ok_or("no corpus was asked for")?.clone();
        self.corpus(&name)
    }

    /// The answer of the peers, started where they do not run yet, about a corpus, which they have read.
    pub fn ask(&mut self, corpus: &Corpus, command: &Value) -> Result<Value> {
        self.compare(corpus)?;
        self.peer()?.ask(command)
    }

    /// Lets the peers read a corpus; says how their tokens stand to ours where they had not read it before.
    pub fn compare(&mut self, corpus: &Corpus) -> Result<Option<String>> {
        if self.read.contains(&corpus.name) {
            return Ok(None);
        }
        let told = corpus.compared(self.peer()?)?;
        eprintln!("   {told}");
        self.read.insert(corpus.name.clone());
        Ok(Some(told))
    }

    fn peer(&mut self) -> Result<&mut Peer> {
        if self.peer.is_none() {
            let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..").canonicalize()?;
            let python = venv::python(self.options.venv.as_deref(), &target, "topics")?;
            let mut peer = Peer::start(&python, "topics/topics_peer.py", THREADS)?;
            self.versions = Some(peer.ask(&json!({"do": "hello"}))?);
            self.peer = Some(peer);
        }
        Ok(self.peer.as_mut().expect("started above"))
    }

    /// Lets the peers go, who may be in the middle of something; the next row starts them anew.
    pub fn dismiss_peer(&mut self) {
        self.peer = None;
        self.read.clear();
    }

    /// Our topics; the same that an earlier row has found.
    pub fn ours(&mut self, corpus: &Corpus, learner: Learner, k: usize) -> Result<Arc<Fitted>> {
        let key = (corpus.name.clone(), learner.name(), k);
        if !self.fitted.contains_key(&key) {
            // Threads of the pool cannot carry an error of any kind.
            let found =
                self.pool.install(|| ours(corpus, learner, k).map_err(|e| e.to_string()))?;
            self.found(key.clone(), found);
        }
        Ok(self.fitted[&key].clone())
    }

    /// The topics of a peer, after `n` rounds of what it does.
    pub fn theirs(
        &mut self,
        corpus: &Corpus,
        peer: &'static str,
        k: usize,
        n: usize,
    ) -> Result<Arc<Fitted>> {
        let key = (corpus.name.clone(), peer, k);
        if !self.fitted.contains_key(&key) {
            let command = json!({"do": peer, "corpus": corpus.name, "k": k, "n": n});
            let answer = self.ask(corpus, &command)?;
            let tops = corpus.numbers(&answer["tops"])?;
            let worth = Worth::of(&tops, corpus)?;
            let remark = match answer["by_formula"].as_f64() {
                Some(figure) => format!("its log likelihood by our formula {figure:.4}"),
                None => format!("{} topics", tops.len()),
            };
            let (seconds, log_likelihood) =
                (number(&answer, "seconds")?, answer["log_likelihood"].as_f64());
            let by_their_rule = None;
            self.found(
                key.clone(),
                Fitted { tops, seconds, worth, by_their_rule, log_likelihood, remark },
            );
        }
        Ok(self.fitted[&key].clone())
    }

    fn found(&mut self, key: (String, &'static str, usize), fitted: Fitted) {
        let ((corpus, name, k), told, remark) = (&key, fitted.told(), &fitted.remark);
        eprintln!("   {corpus}, {name}, K = {k}: NPMI / diversity {told}; {remark}");
        self.fitted.insert(key, Arc::new(fitted));
    }

    /// On what machine and against which versions.
    pub fn machine(&self) -> Result<String> {
        let peers = self.versions.as_ref().map_or_else(String::new, |versions| {
            let of = |name: &str| versions[name].as_str().unwrap_or("?").to_string();
            format!(
                "; tomotopy {} ({}), gensim {}, scikit-learn {}, numpy {}, scipy {}, Python {}",
                of("tomotopy"),
                of("isa"),
                of("gensim"),
                of("sklearn"),
                of("numpy"),
                of("scipy"),
                of("python")
            )
        });
        Ok(format!("{}{peers}", machine()?))
    }
}
