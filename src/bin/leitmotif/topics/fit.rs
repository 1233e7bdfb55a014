//! `leitmotif topics fit`: articles and records in, a file of topics out.

use std::io::Write;
use std::path::Path;

use leitmotif::output::OutputFile;
use leitmotif::pipeline::topics::{Beside, FitRequest, Method, TopicSettings};
use leitmotif::read::codebook::read_codebook;
use leitmotif::read::read_list;
use leitmotif::report::topics::text::{self, Shown};
use leitmotif::tokenize::Tokenizer;
use leitmotif::topics::Clustering;
use leitmotif::vectorize::{TopicTermsParams, stop_words};
use leitmotif::{Error, Result, model_file};

use super::{load, read, unit};
use crate::args::topics::{ClusteringArg, Fit, KArg, MethodArg};
use crate::progress::Bar;
use crate::{Outcome, notice, set_threads, train};

pub fn run(args: &Fit) -> Result<Outcome> {
    set_threads(&args.common)?;
    let file = OutputFile::create(&args.out)?;
    train::refuse_overwriting(&args.out, &args.inputs)?;
    let settings = settings(args)?;
    settings.check()?;
    let guided = args.guided.as_deref().map(read_codebook).transpose()?;
    let themes = args.themes.as_deref().map(read_codebook).transpose()?;
    let kept = args.beside.as_deref().map(load).transpose()?;
    let (texts, n_failed) =
        read(&args.inputs, args.data.data_format.map(Into::into), settings.unit);
    if texts.is_empty() && n_failed > 0 {
        return Ok(Outcome::NothingDone);
    }

    let beside = kept.as_ref().map(|kept| Beside { kept, n_new: args.new });
    let request = FitRequest { settings, guided: guided.as_ref(), themes: themes.as_ref(), beside };
    let bar = Bar::new(false);
    let topics = request.fit(&texts, Tokenizer::default(), &bar)?;
    drop(bar);
    model_file::topics::save(&topics, file)?;
    let page = text::page(&topics, Shown { n_words: 10, n_texts: 0, width: 100 });
    match std::io::stdout().write_all(page.as_bytes()).map_err(|e| Error::io("cannot write", e)) {
        // Nobody reads the summary; the topics are still wanted.
        Err(error) if !error.is_broken_pipe() => return Err(error),
        _ => notice(&format!("wrote {}", args.out.display())),
    }
    Ok(Outcome::of(1, n_failed))
}

fn settings(args: &Fit) -> Result<TopicSettings> {
    let method = match (args.method, args.online) {
        (MethodArg::Lda, false) => Method::Lda,
        (MethodArg::Lda, true) => Method::Online,
        (_, true) => return Err(Error::settings("--online goes with --method lda")),
        (MethodArg::Nmf, _) => Method::Nmf,
        (MethodArg::Clusters, _) => Method::Clusters(match args.clustering {
            ClusteringArg::Kmeans => Clustering::KMeans,
            ClusteringArg::Gmm => Clustering::GaussianMixture,
            ClusteringArg::Dbscan => Clustering::Dbscan,
        }),
    };
    let n_topics = match args.k {
        KArg::Auto => None,
        KArg::Fixed(n_topics) => Some(n_topics),
    };
    let mut terms = TopicTermsParams {
        min_texts: args.min_texts,
        max_share: args.max_share,
        phrases: args.phrases,
        ..TopicTermsParams::default()
    };
    if let Some(path) = &args.stop_words {
        terms.stop_words = stop_list(path)?;
    }
    let (seed, unit) = (args.seed, unit(args.unit));
    let (n_sweeps, n_rivals) = (args.sweeps, args.rivals);
    Ok(TopicSettings { method, n_topics, seed, unit, terms, n_sweeps, n_rivals })
}

fn stop_list(path: &Path) -> Result<Vec<String>> {
    if path.as_os_str() == "none" {
        return Ok(Vec::new());
    }
    let mut words: Vec<String> = stop_words::parse(&read_list(path)?).into_iter().collect();
    words.sort_unstable();
    Ok(words)
}
