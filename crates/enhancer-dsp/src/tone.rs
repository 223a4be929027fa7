//! Bass and treble boost: a shelf, and harmonics of the band that it lifts.
//!
//! ```text
//! x ── shelf ─┬──────────────────────────────────────────────────────────────────────────── + ── y
//!             └─ band ─ analytic signal z ─ u = z / envelope ─ Re(c2 u² + c3 u³ + …) · envelope ─┘
//! ```
//!
//! `z` has positive frequencies alone. So its powers hold harmonics and sums of tones: no copy of the
//! fundamental that could cancel it, no difference tones, no constant. See `docs/HARMONICS.md`.

mod analytic;
mod band;
mod bass_boost;
mod dc_blocker;
mod envelope;
mod phasors;
mod treble_boost;

pub use bass_boost::{BassBoost, BassBoostConfig};
pub use treble_boost::{TrebleBoost, TrebleBoostConfig};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use crate::quality::Quality;
    use crate::stage::Stage;

    /// Count of subnormal numbers in the debug output of a stage.
    fn subnormal_states(stage: &impl core::fmt::Debug) -> usize {
        let text = format!("{stage:?}");
        let words = text.split(|c: char| !(c.is_ascii_digit() || "+-.e".contains(c)));
        words.filter_map(|word| word.parse::<f64>().ok()).filter(|x| x.is_subnormal()).count()
    }

    /// `good` and `best` have different oversampling filters.
    fn fades_out_cleanly<S: Stage + core::fmt::Debug>(stage: impl Fn() -> S, config: &S::Config) {
        for quality in [Quality::Good, Quality::Best] {
            fades_out_cleanly_at(quality, stage(), config);
        }
    }

    fn fades_out_cleanly_at<S: Stage + core::fmt::Debug>(quality: Quality, mut stage: S, config: &S::Config) {
        stage.set_config(config, quality);
        stage.reset();
        let mut block = Block::new(2);
        // Long enough for every state to decay through the subnormal numbers.
        for round in 0..48_000 / 64 * 4 {
            for (n, lanes) in block.first_pair_mut().iter_mut().enumerate() {
                *lanes = if round < 10 { [0.5 * (n as f64 * 0.7).sin(), 0.3] } else { [0.0; 2] };
            }
            stage.process(&mut block);
            stage.flush_denormals();
            assert_eq!(subnormal_states(&stage), 0, "{quality:?}, round {round}");
        }
    }

    #[test]
    fn states_never_become_subnormal() {
        let bass = BassBoostConfig { harmonics_percent: 100.0, ..BassBoostConfig::default() };
        fades_out_cleanly(|| BassBoost::new(8000.0, 2), &bass);
        let treble =
            TrebleBoostConfig { harmonics_percent: 100.0, frequency_hz: 2000.0, ..Default::default() };
        fades_out_cleanly(|| TrebleBoost::new(8000.0, 2), &treble);
    }
}
