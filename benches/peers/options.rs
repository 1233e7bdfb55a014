//! What is measured, how often and on how much.

use std::path::PathBuf;

use clap::Parser;

/// The table, measured side by side with scikit-learn and fastText.
#[derive(Debug, Parser)]
#[command(name = "cargo bench --bench peers --")]
pub struct Options {
    /// Rows to measure, by the beginning of their names (--list shows them) [default: all]
    pub rows: Vec<String>,
    /// Show the names of the rows and stop
    #[arg(long)]
    pub list: bool,
    /// Turns of each side
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub turns: usize,
    /// Turns of the search over the grid, of which scikit-learn's take minutes
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub tuned_turns: usize,
    /// Turns on the large file
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub disk_turns: usize,
    /// Turns of training on very many paragraphs
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub million_turns: usize,
    /// Text to classify from memory
    #[arg(long, value_name = "MB", default_value_t = 8)]
    pub megabytes: usize,
    /// Size of the large file; the small one has 10 MB
    #[arg(long, value_name = "MB", default_value_t = 1000)]
    pub disk_megabytes: usize,
    /// How many paragraphs are very many; compared is the time for a tenth of them
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub paragraphs: usize,
    /// Train on very many paragraphs by the defaults, too, once
    #[arg(long)]
    pub default_search: bool,
    /// A virtual environment that has the peers [default: LEITMOTIF_PEERS_VENV, else one is made]
    #[arg(long, value_name = "DIR")]
    pub venv: Option<PathBuf>,
    /// Keep the generated files
    #[arg(long)]
    pub keep: bool,
    /// What cargo says to every bench
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Options {
    /// The options of the command line.
    pub fn from_program() -> Options {
        let mut options = Options::parse();
        for turns in [
            &mut options.turns,
            &mut options.tuned_turns,
            &mut options.disk_turns,
            &mut options.million_turns,
        ] {
            *turns = (*turns).max(1);
        }
        options.venv =
            options.venv.or_else(|| Some(std::env::var_os("LEITMOTIF_PEERS_VENV")?.into()));
        options
    }

    /// Whether a row is to be measured.
    pub fn wants(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|wanted| row.starts_with(wanted.as_str()))
    }
}
