//! The editor in windows on a real X screen: opened and closed a hundred times it leaves nothing behind, closed it costs nothing, and
//! two of them don't meet.
//!
//! `cargo xtask test` runs these under Xvfb; they need `DISPLAY`.
#![cfg(target_os = "linux")]

#[path = "window/closed.rs"]
mod closed;
#[path = "window/daw.rs"]
mod daw;
#[path = "window/drop.rs"]
mod drop;
#[path = "window/hands.rs"]
mod hands;
#[path = "editor_rig/host.rs"]
mod host;
#[path = "window/leaks.rs"]
mod leaks;
#[path = "window/screen.rs"]
mod screen;
#[path = "window/slow.rs"]
mod slow;
#[path = "window/stand.rs"]
mod stand;
#[path = "window/two.rs"]
mod two;
#[path = "window/vst3.rs"]
mod vst3;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is counted here belongs to the process: one test at a time, and one arena for all threads. Else each window's thread may get
/// another, and what it holds is not given back to the system.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: a number for the allocator.
    #[allow(unsafe_code)]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
    alone
}
