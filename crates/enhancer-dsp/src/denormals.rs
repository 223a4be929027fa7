//! Keeps recursive states out of the subnormal numbers, on which processors take many times as long.

/// Magnitudes below this count as silence: −600 dB.
const SILENCE: f64 = 1e-30;

/// Sets magnitudes below −600 dB to zero.
pub(crate) fn flush(states: &mut [f64]) {
    for state in states {
        if state.abs() < SILENCE {
            *state = 0.0;
        }
    }
}
