//! The end of a window's thread, told to the one who waits for it.
//!
//! On X11 baseview's window has a thread of its own, and a dropped window may leave it running for a while. A host that then
//! unloads the plugin would take the code away from under it.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// Longest wait. A window's thread ends within a picture; one that hangs must not hang the host.
const PATIENCE: Duration = Duration::from_secs(5);

thread_local! {
    /// Dropped when its thread ends, after all that the thread had on its stack.
    static STAY: Cell<Option<Sender<Infallible>>> = const { Cell::new(None) };
}

/// To be left in the window's thread.
pub(super) struct Farewell {
    stay: Sender<Infallible>,
    opener: ThreadId,
}

/// Dropped, it waits for the end of the thread where its [`Farewell`] was left.
pub(super) struct Departure(Receiver<Infallible>);

/// Of a window that this thread is about to open.
pub(super) fn pair() -> (Farewell, Departure) {
    let (stay, departure) = channel();
    (Farewell { stay, opener: thread::current().id() }, Departure(departure))
}

impl Farewell {
    /// Marks this thread as the window's. Where the window lives in its opener's thread there is no end to wait for.
    pub(super) fn leave_here(self) {
        if thread::current().id() != self.opener {
            STAY.set(Some(self.stay));
        }
    }
}

impl Drop for Departure {
    /// Returns when the thread has ended, or never was, or after [`PATIENCE`].
    fn drop(&mut self) {
        // Nothing is ever sent: the news is that the sender is gone.
        let _ = self.0.recv_timeout(PATIENCE);
    }
}
