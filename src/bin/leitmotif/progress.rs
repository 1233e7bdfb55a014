//! Progress bars on standard error, where that is a terminal.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use leitmotif::pipeline::Progress;

/// A bar with the time left; draws nothing where standard error is no terminal.
pub struct Bar {
    bar: Mutex<ProgressBar>,
    is_hidden: bool,
}

impl Bar {
    /// A bar; `is_hidden` where it would be drawn over the output.
    pub fn new(is_hidden: bool) -> Self {
        Bar { bar: Mutex::new(ProgressBar::hidden()), is_hidden }
    }

    fn with(&self, act: impl FnOnce(&mut ProgressBar)) {
        if let Ok(mut bar) = self.bar.lock() {
            act(&mut bar);
        }
    }

    /// Says something above the bar.
    pub fn say(&self, say: impl FnOnce()) {
        self.with(|bar| bar.suspend(say));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.with(|bar| bar.finish_and_clear());
    }
}

impl Bar {
    /// A stage that is counted in bytes.
    pub fn stage_of_bytes(&self, name: &str, n_bytes: u64) {
        self.begin(name, n_bytes, "{bytes}/{total_bytes}");
    }

    fn begin(&self, name: &str, length: u64, place: &str) {
        if self.is_hidden {
            return;
        }
        let template = format!("{{msg:18}} [{{bar:30}}] {place}, {{eta}} left");
        let style = ProgressStyle::with_template(&template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ");
        self.with(|bar| {
            bar.finish_and_clear();
            *bar = ProgressBar::new(length).with_style(style).with_message(name.to_string());
            bar.tick();
        });
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, n_steps: usize) {
        self.begin(name, n_steps as u64, "{pos}/{len}");
    }

    fn advance(&self, n_steps: usize) {
        self.with(|bar| bar.inc(n_steps as u64));
    }
}
