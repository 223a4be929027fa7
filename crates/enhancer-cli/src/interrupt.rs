//! Signals that end the program: the first one stops the work at the next block and removes files being
//! written. The second one ends the program at once.

use signal_hook::consts::TERM_SIGNALS;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The flag that signals set, for waits without a [`Stop`] of their own, such as for another program's
/// output.
static BY_SIGNALS: OnceLock<Stop> = OnceLock::new();

/// True after a signal that requests the end of the program.
pub(crate) fn is_requested() -> bool {
    BY_SIGNALS.get().is_some_and(Stop::is_set)
}

/// A flag that requests the end of the work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// The flag that is set by signals that end programs. A signal that can't be caught ends the program as
    /// usual.
    pub(crate) fn on_signals() -> Self {
        let stop = BY_SIGNALS.get_or_init(Self::default).clone();
        let hangup = [
            #[cfg(unix)]
            signal_hook::consts::SIGHUP,
        ];
        for signal in TERM_SIGNALS.iter().copied().chain(hangup) {
            // The second signal ends the program without waiting, since the system may block.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop.0));
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop.0));
        }
        stop
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
