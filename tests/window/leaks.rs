//! A hundred openings and closings: connections, threads and memory are as before.

use crate::alone;
use crate::daw::Track;
use crate::screen::Screen;
use std::fs;
use std::time::{Duration, Instant};

/// Openings until everything that is made once has been made: shaders, fonts, the allocator's arenas.
const WARM_UP: usize = 10;

/// Openings that are counted.
const OPENINGS: usize = 100;

/// Heap that an opening leaves in use, bytes, all of it outside of this project: baseview 0.4.2 never lets go of the keyboard map that
/// it asks libxkbcommon for, and libEGL keeps a display for each connection. heaptrack finds nothing else; with the allocator's own
/// bytes they are 83 000.
const LEFT_BY_AN_OPENING: usize = 90_000;

/// Resident memory that an opening may leave, kB: that, and what lies between it.
const LEFT_RESIDENT_KB: usize = 130;

/// What the process holds.
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
        // SAFETY: it only reads the allocator's own figures.
        #[allow(unsafe_code)]
        let heap = unsafe { libc::mallinfo2() };
        let heap = heap.uordblks + heap.hblkhd;
        Self { files: count("/proc/self/fd"), threads: count("/proc/self/task"), heap, resident_kb }
    }
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_hundred_openings_leave_nothing() {
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
    let heap = before.heap + OPENINGS * LEFT_BY_AN_OPENING;
    assert!(after.heap < heap, "heap: {before:?}, {after:?}");
    let resident_kb = before.resident_kb + OPENINGS * LEFT_RESIDENT_KB;
    assert!(after.resident_kb < resident_kb, "resident memory: {before:?}, {after:?}");
}

/// What is held when the clipboard's thread, which nobody can wait for, has had a second to end.
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
fn a_closed_window_has_ended_its_thread() {
    let _alone = alone();
    let screen = Screen::shared();
    let mut track = Track::new();
    // At once, every time: a host may unload the plugin's code now.
    for _ in 0..WARM_UP {
        let before = window_threads();
        let parent = track.open(screen, 0);
        assert!(window_threads() > before, "the window has a thread");
        track.close();
        assert_eq!(window_threads(), before);
        drop(parent);
    }
}

/// Threads with the X server's drawing in them: the window's own, which makes Mesa's (`llvmpipe-0`, ...) and waits for them.
fn window_threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux");
    let name = |task: std::io::Result<fs::DirEntry>| fs::read_to_string(task.ok()?.path().join("comm")).ok();
    tasks.filter_map(name).filter(|name| name.starts_with("llvmpipe")).count()
}
