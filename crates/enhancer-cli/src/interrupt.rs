//! Ctrl-C and its kin: work stops at the next block, and what was being written vanishes.

use signal_hook::consts::TERM_SIGNALS;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user wants to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Set by the signals that ask a program to end. Where they can't be caught, they end it as ever.
    pub(crate) fn on_signals() -> Self {
        let stop = Self::default();
        let hangup = [
            #[cfg(unix)]
            signal_hook::consts::SIGHUP,
        ];
        for signal in TERM_SIGNALS.iter().copied().chain(hangup) {
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop.0));
        }
        stop
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
