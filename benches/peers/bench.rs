//! What all rows share: options, folders, the texts, the peers.

use std::fs;
use std::path::{Path, PathBuf};

use leitmotif::corpus::LabelledCorpus;
use leitmotif::model_file;
use leitmotif::pipeline::Classifier;
use leitmotif::read::{LabelRule, Wanted, expand, read_labelled};
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::{Value, json};

use crate::Result;
use crate::child;
use crate::machine::machine;
use crate::options::Options;
use crate::peer::Peer;
use crate::recombined::{Recombined, seeds};
use crate::venv;

/// The run.
pub struct Bench {
    /// What was asked for.
    pub options: Options,
    /// Where files are generated: `target/peers`.
    pub folder: PathBuf,
    /// The paragraphs of `seeds/`.
    pub seeds: LabelledCorpus,
    /// What they recombine to.
    pub recombined: Recombined,
    target: PathBuf,
    peer: Option<Peer>,
    versions: Option<Value>,
}

impl Bench {
    /// A run by `options`.
    pub fn new(options: Options) -> Result<Bench> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
        let folder = target.join("peers");
        fs::create_dir_all(&folder)?;
        let (target, folder) = (target.canonicalize()?, folder.canonicalize()?);
        let seeds = seeds();
        let recombined = Recombined::new(&seeds);
        Ok(Bench { options, folder, seeds, recombined, target, peer: None, versions: None })
    }

    /// The peers, started where they do not run yet.
    pub fn peer(&mut self) -> Result<&mut Peer> {
        if self.peer.is_none() {
            let python = venv::python(self.options.venv.as_deref(), &self.target, "peers")?;
            let mut peer = Peer::start(&python, "peers/speed_peer.py", 1)?;
            self.versions = Some(peer.ask(&json!({"do": "hello"}))?);
            self.peer = Some(peer);
        }
        Ok(self.peer.as_mut().expect("started above"))
    }

    /// Lets the peers go, who may be in the middle of something; the next row starts them anew.
    pub fn dismiss_peer(&mut self) {
        self.peer = None;
    }

    /// A model that the program has trained on `data` by these arguments, and its file.
    pub fn trained(&self, name: &str, data: &Path, args: &[&str]) -> Result<(Classifier, PathBuf)> {
        let path = self.folder.join(format!("{name}.leit"));
        let mut command = child::leitmotif();
        command.arg("train").arg(data).args(args).arg("--out").arg(&path);
        child::run(&mut command)?;
        Ok((model_file::load(&path)?, path))
    }

    /// Words 1-2 by a support vector machine, learned from `seeds/`.
    pub fn words_of_seeds(&self) -> Result<(Classifier, PathBuf)> {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
        self.trained("words12", &seeds, &["--learner", "svm", "--words", "1-2"])
    }

    /// The training and the test file of the 90 topics, where they are at hand.
    pub fn topics(&self) -> Option<(PathBuf, PathBuf)> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
        let shared = std::env::var_os("LEITMOTIF_SHARED").map_or_else(beside, PathBuf::from);
        let folder = shared.join("bench/reuters21578_90");
        let (train, test) = (folder.join("train.jsonl.gz"), folder.join("test.jsonl.gz"));
        (train.is_file() && test.is_file()).then_some((train, test))
    }

    /// On what machine and against which versions.
    pub fn machine(&self) -> Result<String> {
        let machine = machine()?;
        let peers = self.versions.as_ref().map_or_else(String::new, |versions| {
            let of = |name: &str| versions[name].as_str().unwrap_or("?").to_string();
            let (sklearn, numpy, scipy) = (of("sklearn"), of("numpy"), of("scipy"));
            format!(
                "; scikit-learn {sklearn}, numpy {numpy}, scipy {scipy}, Python {}",
                of("python")
            )
        });
        Ok(format!("{machine}{peers}"))
    }

    /// Takes the generated files away.
    pub fn tidy(&self) {
        if !self.options.keep {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The labelled texts of a file.
pub fn read(path: &Path) -> Result<LabelledCorpus> {
    let inputs = expand(&[path.to_path_buf()], None, Wanted::Records);
    Ok(read_labelled(inputs, LabelRule::Required, None)?.into_corpus(None)?)
}

/// So many threads for the library's work.
pub fn threads(n: usize) -> Result<ThreadPool> {
    Ok(ThreadPoolBuilder::new().num_threads(n).build()?)
}
