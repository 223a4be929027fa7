//! A hundred openings leave no connection, thread or memory behind.

use crate::alone;
use crate::daw::Track;
use crate::screen::Screen;
use std::fs;
use std::time::{Duration, Instant};

/// Openings before counting, which create all that is made once: shaders, fonts, the allocator's arenas.
const WARM_UP: usize = 10;

/// Openings counted.
const OPENINGS: usize = 100;

/// Largest growth of the heap, bytes. The allocator's own memory varies by some 4000.
const HEAP_NOISE: usize = 20_000;

/// Largest growth of the resident memory, kB. The driver's share varies by up to 9000. The heap is the
/// stricter test.
const RESIDENT_NOISE_KB: usize = 24_000;

/// Resources of the process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    pub(crate) files: usize,
    threads: usize,
    heap: usize,
    resident_kb: usize,
}

impl Held {
    pub(crate) fn now() -> Self {
        let count = |folder| fs::read_dir(folder).expect("Linux").count();
        let status = fs::read_to_string("/proc/self/status").expect("Linux");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("memory");
        let resident_kb = resident.trim().trim_end_matches(" kB").parse().expect("kB");
        // SAFETY: `mallinfo2` only reads the allocator's counters.
        #[allow(unsafe_code)]
        let heap = unsafe { libc::mallinfo2() };
        let heap = heap.uordblks + heap.hblkhd;
        Self { files: count("/proc/self/fd"), threads: count("/proc/self/task"), heap, resident_kb }
    }
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_hundred_openings_leave_no_resources() {
    let _alone = alone();
    let screen = Screen::shared();
    let mut track = Track::new();
    let mut cycle = || {
        let parent = track.open(screen, 0);
        track.play(0.5);
        track.close();
        drop(parent);
    };
    (0..WARM_UP).for_each(|_| cycle());
    let before = settled(Held::default());
    (0..OPENINGS).for_each(|_| cycle());
    let after = settled(before);
    assert_eq!(after.files, before.files, "connections and files");
    assert_eq!(after.threads, before.threads, "threads");
    assert!(after.heap < before.heap + HEAP_NOISE, "heap: {before:?}, {after:?}");
    let resident_kb = before.resident_kb + RESIDENT_NOISE_KB;
    assert!(after.resident_kb < resident_kb, "resident memory: {before:?}, {after:?}");
}

/// The resources after at most a second, in which threads and connections may end.
pub(crate) fn settled(wanted: Held) -> Held {
    let begin = Instant::now();
    loop {
        let held = Held::now();
        let settled = held.files <= wanted.files && held.threads <= wanted.threads;
        if settled || begin.elapsed() > Duration::from_secs(1) {
            return held;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn closing_a_window_ends_its_thread() {
    let _alone = alone();
    let screen = Screen::shared();
    let mut track = Track::new();
    let mut before = None;
    // Immediately, every time: a host may unload the plugin's code next.
    for _ in 0..WARM_UP {
        let parent = track.open(screen, 0);
        let open = window_threads();
        track.close();
        let closed = window_threads();
        // The driver's threads, created with the first window and kept, bear the name of their creator.
        assert_eq!(closed, *before.get_or_insert(closed));
        assert_eq!(open, closed + 1, "the window has a thread");
        drop(parent);
    }
}

/// Number of window threads.
fn window_threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux");
    let name = |task: std::io::Result<fs::DirEntry>| fs::read_to_string(task.ok()?.path().join("comm")).ok();
    tasks.filter_map(name).filter(|name| name.trim_end() == "enhancer-editor").count()
}
