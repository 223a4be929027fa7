//! Bass and treble boost: a shelf, and harmonics of what it lifts.
//!
//! ```text
//! x ── shelf ─┬──────────────────────────────────────────────────────────────────────────── + ── y
//!             └─ band ─ analytic signal z ─ u = z / envelope ─ Re(c2 u² + c3 u³ + …) · envelope ─┘
//! ```
//!
//! `z` turns only one way round the circle, so that its powers hold harmonics and sums of tones alone: no copy of the
//! fundamental that could cancel it, no difference tones, no constant. See `docs/HARMONICS.md`.

mod analytic;
mod band;
mod bass_boost;
mod dc_blocker;
mod envelope;
mod section;
mod shelf;
mod treble_boost;

pub use bass_boost::BassBoost;
pub use treble_boost::TrebleBoost;

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
