//! A fence around the `tokenizers` library, parts of which panic on definitions that make no sense.
//!
//! A definition may come from anywhere, within a model file, too; so a panic over it is caught here
//! and told to the caller. The panic hook belongs to the program: one that wants no word on standard
//! error about a panic that was caught asks [`is_fenced`] in its hook.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

/// Does `work`; `None` where it panics. What it was changing must not be trusted then.
pub(super) fn fenced<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = FENCED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    FENCED.set(before);
    result.ok()
}

/// Whether a panic of this thread would be caught and become an [`Error`](crate::Error) of the
/// tokenizer: a panic hook may then be silent.
///
/// ```
/// use leitmotif::tokenize::is_fenced;
/// let loud = std::panic::take_hook();
/// std::panic::set_hook(Box::new(move |panic| if !is_fenced() { loud(panic) }));
/// ```
pub fn is_fenced() -> bool {
    FENCED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_known_while_it_happens() {
        assert_eq!(fenced(is_fenced), Some(true));
        assert_eq!(fenced(|| panic!("within the fence")), None::<()>);
        assert!(!is_fenced());
    }
}
