//! Ctrl-C and its kin: work stops at the next block, and what was being written vanishes. A second one ends the program at once.

use signal_hook::consts::TERM_SIGNALS;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The one that signals set, for waits that no caller's own can reach, such as that for another program's output.
static BY_SIGNALS: OnceLock<Stop> = OnceLock::new();

/// True once a signal asked the program to end.
pub(crate) fn is_requested() -> bool {
    BY_SIGNALS.get().is_some_and(Stop::is_set)
}

/// Whether the user wants to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Set by the signals that ask a program to end. Where they can't be caught, they end it as ever.
    pub(crate) fn on_signals() -> Self {
        let stop = BY_SIGNALS.get_or_init(Self::default).clone();
        let hangup = [
            #[cfg(unix)]
            signal_hook::consts::SIGHUP,
        ];
        for signal in TERM_SIGNALS.iter().copied().chain(hangup) {
            // The second time there is no waiting: what hangs, hangs in the system.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop.0));
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop.0));
        }
        stop
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
