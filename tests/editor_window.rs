//! The editor in windows on a real X screen: a hundred openings leave no trace, a closed editor costs
//! nothing, and two editors do not affect each other.
//!
//! `cargo xtask test` runs these under Xvfb. They need `DISPLAY`.
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

/// Lets one test run at a time, since the counts below belong to the process. Also sets one memory arena for
/// all threads: else each window's thread may get its own, whose memory is not returned to the system.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: `mallopt` takes two numbers; no pointer is passed.
    #[allow(unsafe_code)]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
    alone
}
