//! Runs the same work on many files, several at a time.

use crate::panics::{self, Panic};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `work` on each item, `jobs` at a time, by default one per processor. Returns the results in the order
/// of the items. A panic is the result of its item alone.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    jobs: Option<NonZeroUsize>,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<Result<R, Panic>> {
    let jobs = jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        while let Some((index, item)) = take(items, &next) {
            let result = panics::catch(|| work(item));
            results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(items.len()) {
            scope.spawn(worker);
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_runs_once_and_results_keep_the_order() {
        let items: Vec<usize> = (0..1000).collect();
        for jobs in [1, 3, 64] {
            let count = AtomicUsize::new(0);
            let squares = map(&items, NonZeroUsize::new(jobs), |item| {
                count.fetch_add(1, Ordering::Relaxed);
                item * item
            });
            let squares: Result<Vec<usize>, Panic> = squares.into_iter().collect();
            assert_eq!(squares, Ok(items.iter().map(|item| item * item).collect()));
            assert_eq!(count.into_inner(), 1000);
        }
    }

    #[test]
    fn a_panic_fails_its_item_alone_and_leaves_no_part_of_its_file() {
        use crate::interrupt::Stop;
        use crate::output::PendingFile;
        use std::io::Write;
        panics::install_hook();
        let folder = tempfile::tempdir().unwrap();
        let items = ["a", "b", "c", "d"];
        let write = |name: &&str| {
            let file = PendingFile::create(&folder.path().join(name), false).unwrap();
            file.writer().unwrap().write_all(b"half").unwrap();
            assert!(*name != "b", "provoked");
            file.commit(&Stop::default()).unwrap();
        };
        let results = map(&items, NonZeroUsize::new(2), write);
        let failed: Vec<bool> = results.iter().map(Result::is_err).collect();
        assert_eq!(failed, [false, true, false, false]);
        let panic = results[1].as_ref().unwrap_err().to_string();
        assert!(panic.starts_with("provoked, at ") && panic.contains("src/parallel.rs:"), "{panic}");
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let mut left: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a", "c", "d"]);
    }
}
