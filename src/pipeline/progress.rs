//! How long work tells how far it is. The library only calls; showing is the caller's.

/// Hears of progress, from any thread.
pub trait Progress: Sync {
    /// A stage of `n_steps` steps begins.
    fn stage(&self, name: &str, n_steps: usize);

    /// So many steps of it are done.
    fn advance(&self, n_steps: usize);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _n_steps: usize) {}

    fn advance(&self, _n_steps: usize) {}
}
