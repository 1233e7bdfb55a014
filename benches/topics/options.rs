//! What is measured, how often and on how much.

use std::path::PathBuf;

use clap::Parser;

/// The table on topics, measured side by side with tomotopy, scikit-learn and gensim.
#[derive(Debug, Parser)]
#[command(name = "cargo bench --bench topics --")]
pub struct Options {
    /// Rows to measure, by the beginning of their names, with commas (--list shows them) [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub rows: Vec<String>,
    /// Show the names of the rows and stop
    #[arg(long)]
    pub list: bool,
    /// Corpora, folders of ../shared/bench or of bench in LEITMOTIF_SHARED, with commas; speed and likelihood are
    /// measured on the first, and "ap" has rows of its own
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "newsgroups20_stripped,bbc"
    )]
    pub corpora: Vec<String>,
    /// Numbers of topics, with commas
    #[arg(long, value_name = "K", value_delimiter = ',', default_values_t = [50, 20])]
    pub topics: Vec<usize>,
    /// Turns of each side where speed is measured
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub turns: usize,
    /// Turns of each side where gensim's measures of coherence are, which take their time
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub coherence_turns: usize,
    /// Sweeps of a turn of Gibbs sampling, after ten at the start
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub turn_sweeps: usize,
    /// Sweeps of Gibbs sampling, of either side
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub sweeps: usize,
    /// Iterations of scikit-learn's factorisation at most; ours takes 200 at most
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub iterations: usize,
    /// Passes of gensim
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub passes: usize,
    /// A virtual environment that has the peers [default: LEITMOTIF_TOPICS_VENV, else one is made]
    #[arg(long, value_name = "DIR")]
    pub venv: Option<PathBuf>,
    /// What cargo says to every bench
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Options {
    /// The options of the command line.
    pub fn from_program() -> Options {
        let mut options = Options::parse();
        for least_one in [
            &mut options.turns,
            &mut options.coherence_turns,
            &mut options.turn_sweeps,
            &mut options.sweeps,
        ] {
            *least_one = (*least_one).max(1);
        }
        options.venv =
            options.venv.or_else(|| Some(std::env::var_os("LEITMOTIF_TOPICS_VENV")?.into()));
        options
    }

    /// Whether a row is to be measured.
    pub fn wants(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|wanted| row.starts_with(wanted.as_str()))
    }
}
