//! Keeps recursive states out of the subnormal numbers, which processors take many times as long to work with.

/// States below this are silence: −600 dB.
const SILENCE: f64 = 1e-30;

/// Sets values too small to matter to zero.
pub(crate) fn flush(states: &mut [f64]) {
    for state in states {
        if state.abs() < SILENCE {
            *state = 0.0;
        }
    }
}
