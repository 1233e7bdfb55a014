//! Work done by all threads, its results taken in the order of the work.
//!
//! Every thread of the pool does the same: it draws a piece of work, does it, and hands the result in;
//! whoever finds that the next results are there takes them to the sink, while the others work on. So
//! one thread is one thread, and no thread waits for another but where it is too far ahead: results
//! that wait for an earlier one are bounded in number.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};

use leitmotif::Result;

/// How many pieces of work may be drawn per thread whose results are not taken yet.
const AHEAD: usize = 4;

/// Draws work by `draw` until there is none, does it by `work` on all threads and gives the results,
/// in the order in which the work was drawn, to `take`. Each thread has an `M` of its own; results are
/// reused: `work` gets one that is new or was taken.
///
/// # Errors
/// The first of `take`, which ends the work.
pub fn in_order<M, W, R>(
    draw: impl FnMut(&mut M) -> Option<W> + Send,
    work: impl Fn(&mut M, W, &mut R) + Sync,
    take: impl FnMut(&mut R) -> Result<()> + Send,
) -> Result<()>
where
    M: Default,
    R: Default + Send,
{
    let window = AHEAD * rayon::current_num_threads();
    let counter = Mutex::new(Counter { draw, n_drawn: 0 });
    let line = Line { desk: Mutex::new(Desk::new(take)), is_shorter: Condvar::new(), window };
    rayon::broadcast(|_| {
        let mut memory = M::default();
        while let Some((mut turn, piece)) = line.draw(&counter, &mut memory) {
            work(&mut memory, piece, &mut turn.result);
            turn.hand_in();
        }
    });
    match line.desk.into_inner() {
        Ok(Desk { failure: Some(failure), .. }) => Err(failure),
        _ => Ok(()),
    }
}

/// Where work is drawn.
struct Counter<D> {
    draw: D,
    n_drawn: usize,
}

/// The results that wait to be taken.
struct Line<R, T> {
    desk: Mutex<Desk<R, T>>,
    /// Told where results were taken, or the work has ended.
    is_shorter: Condvar,
    window: usize,
}

struct Desk<R, T> {
    /// `None` while somebody takes results.
    take: Option<T>,
    /// From the next one on; `None` for those that are not ready.
    waiting: VecDeque<Option<R>>,
    /// How many were taken, or are being taken.
    n_taken: usize,
    /// To be used again.
    spare: Vec<R>,
    failure: Option<leitmotif::Error>,
    is_closed: bool,
}

impl<R, T> Desk<R, T> {
    fn new(take: T) -> Self {
        let (waiting, spare) = (VecDeque::new(), Vec::new());
        Desk { take: Some(take), waiting, n_taken: 0, spare, failure: None, is_closed: false }
    }
}

impl<R: Default, T: FnMut(&mut R) -> Result<()>> Line<R, T> {
    /// Draws the next piece of work, when it is not too far ahead.
    fn draw<M, W, D: FnMut(&mut M) -> Option<W>>(
        &self,
        counter: &Mutex<Counter<D>>,
        memory: &mut M,
    ) -> Option<(Turn<'_, R, T>, W)> {
        let mut counter = counter.lock().ok()?;
        let result = {
            let is_ahead = |desk: &mut Desk<R, T>| {
                !desk.is_closed && counter.n_drawn >= desk.n_taken + self.window
            };
            let mut desk = self.is_shorter.wait_while(self.desk(), is_ahead).ok()?;
            if desk.is_closed {
                return None;
            }
            desk.spare.pop().unwrap_or_default()
        };
        // Made before the work is drawn: whatever happens then, the others are told.
        let mut turn = Turn { line: self, number: counter.n_drawn, result, is_handed_in: false };
        let Some(piece) = (counter.draw)(memory) else {
            turn.is_handed_in = true;
            return None;
        };
        counter.n_drawn += 1;
        Some((turn, piece))
    }

    /// The desk, even where somebody has panicked over it: it is closed then.
    fn desk(&self) -> MutexGuard<'_, Desk<R, T>> {
        self.desk.lock().unwrap_or_else(|poisoned| {
            let mut desk = poisoned.into_inner();
            desk.is_closed = true;
            desk
        })
    }

    fn hand_in(&self, number: usize, result: R) {
        let mut desk = self.desk();
        let place = number - desk.n_taken;
        while desk.waiting.len() <= place {
            desk.waiting.push_back(None);
        }
        desk.waiting[place] = Some(result);
        while let Some(mut take) = desk.take.take() {
            let Some(Some(mut next)) = desk.waiting.pop_front_if(|next| next.is_some()) else {
                desk.take = Some(take);
                return;
            };
            desk.n_taken += 1;
            drop(desk);
            self.is_shorter.notify_all();
            let taken = take(&mut next);
            desk = self.desk();
            desk.spare.push(next);
            match taken {
                Ok(()) => desk.take = Some(take),
                // Nobody takes anything any more.
                Err(failure) => {
                    (desk.failure, desk.is_closed) = (Some(failure), true);
                    self.is_shorter.notify_all();
                }
            }
        }
    }
}

/// A piece of work that was drawn. Dropped without being handed in, which a panic does, it ends the
/// work, so that nobody waits for it.
struct Turn<'l, R: Default, T: FnMut(&mut R) -> Result<()>> {
    line: &'l Line<R, T>,
    number: usize,
    result: R,
    is_handed_in: bool,
}

impl<R: Default, T: FnMut(&mut R) -> Result<()>> Turn<'_, R, T> {
    fn hand_in(mut self) {
        let result = std::mem::take(&mut self.result);
        self.line.hand_in(self.number, result);
        self.is_handed_in = true;
    }
}

impl<R: Default, T: FnMut(&mut R) -> Result<()>> Drop for Turn<'_, R, T> {
    fn drop(&mut self) {
        if !self.is_handed_in {
            self.line.desk().is_closed = true;
            self.line.is_shorter.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leitmotif::Error;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Squares 0..n, some of them slowly, until `take` has had enough.
    fn squares(n: usize, threads: usize, enough: usize) -> (Result<()>, Vec<usize>, usize) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (mut numbers, mut taken) = (0..n, Vec::new());
        let furthest = AtomicUsize::new(0);
        let done = AtomicUsize::new(0);
        let ran = pool.install(|| {
            in_order(
                |drawn: &mut usize| {
                    *drawn += 1;
                    let next = numbers.next()?;
                    furthest.fetch_max(next - done.load(Ordering::SeqCst), Ordering::SeqCst);
                    Some(next)
                },
                |_, number, square: &mut Vec<usize>| {
                    if number % 7 == 0 {
                        std::thread::yield_now();
                        std::hint::black_box(
                            (0..20_000).fold(0_u64, |sum, i| sum ^ (sum << 1) ^ i),
                        );
                    }
                    square.push(number * number);
                },
                |square| {
                    done.fetch_add(1, Ordering::SeqCst);
                    taken.append(square);
                    if taken.len() == enough { Err(Error::data("enough")) } else { Ok(()) }
                },
            )
        });
        (ran, taken, furthest.into_inner())
    }

    #[test]
    fn results_come_in_the_order_of_the_work_and_none_runs_far_ahead() {
        let expected: Vec<usize> = (0..500).map(|number| number * number).collect();
        for threads in [1, 2, 3, 8] {
            let (ran, taken, furthest) = squares(500, threads, usize::MAX);
            assert!(ran.is_ok());
            assert_eq!(taken, expected);
            assert!(furthest <= AHEAD * threads, "{furthest} on {threads}");
        }
    }

    #[test]
    fn the_first_failure_ends_the_work() {
        for threads in [1, 2, 3, 8] {
            let (ran, taken, _) = squares(500, threads, 20);
            assert_eq!((ran.unwrap_err().to_string().as_str(), taken.len()), ("enough", 20));
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_leaves_nobody_waiting() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let mut numbers = 0..1_000;
        let work = |(): &mut (), number: usize, _: &mut ()| assert_ne!(number, 3);
        let run = || in_order(|()| numbers.next(), work, |()| Ok(()));
        let run = std::panic::AssertUnwindSafe(|| pool.install(run));
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
