//! How a mean square hears a beginning in time: half of the newest peak's power stands in until the mean square is there.
//!
//! The [quadrature](super::quadrature) comes a quarter of a period late where a tone begins; the wave's peak is known when it
//! is there, and half its power is the mean square of a steady tone, never more: the larger of both leaves its level as
//! it is. Peaks are held for a third of the time between those of 2 kHz, else the level would sag before the mean square has
//! risen. The price is that noise and beats read higher (white noise by 1.7 dB), so only an attack that is short enough to
//! need this has it: in full up to 1 ms, not at all from 5 ms on. `docs/COMPRESSOR.md` has figures.

use crate::block::MAX_CHUNK_FRAMES;
use crate::smoother::{GLIDE_MS, Smoother};
use crate::units::ms_to_frames;

/// How long a peak counts, ms: 2 kHz peaks every 0.25 ms.
const HOLD_MS: f64 = 0.25 / 3.0;

/// The longest attack that hears beginnings in full, and the shortest that leaves them to the mean square, ms: 2 kHz begins
/// 0.11 ms late without help, 2.2 % of 5 ms, and between the two the share keeps it within 2.4 %.
const FULL_MS: f64 = 1.0;
const NONE_MS: f64 = 5.0;

/// Frames of the past that a hold can reach back to: 1/12 ms at 384 kHz lasts 32 frames.
const PAST: usize = 31;

/// Powers of the past, oldest first, then of the present chunk.
type Powers = [f64; PAST + MAX_CHUNK_FRAMES];

/// Raises a level to that of what has just begun.
#[derive(Debug)]
pub(super) struct Onset {
    /// Frames that a peak counts, its own included; 32 at most.
    hold_frames: usize,
    past: [f64; PAST],
    /// Share of the peak's power that counts, 0…1.
    share: Smoother,
}

impl Onset {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let hold_frames = (ms_to_frames(HOLD_MS, sample_rate_hz).round() as usize).clamp(1, PAST + 1);
        Self { hold_frames, past: [0.0; PAST], share: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0) }
    }

    pub(super) fn set_attack_ms(&mut self, attack_ms: f64) {
        let share = ((NONE_MS - attack_ms) / (NONE_MS - FULL_MS)).clamp(0.0, 1.0);
        if share > 0.0 && self.is_off() {
            self.past = [0.0; PAST];
        }
        self.share.set_target(share);
    }

    pub(super) fn reset(&mut self) {
        self.past = [0.0; PAST];
        self.share.snap();
    }

    /// Nothing is added: there is no need to call [`raise`](Self::raise).
    pub(super) fn is_off(&self) -> bool {
        self.share.rests_at(0.0)
    }

    /// Raises mean squares to half of the held peak powers, as far as they count.
    pub(super) fn raise(&mut self, peak_powers: &[f64], mean_squares: &mut [f64]) {
        let frames = mean_squares.len().min(MAX_CHUNK_FRAMES);
        let mut powers: Powers = [0.0; PAST + MAX_CHUNK_FRAMES];
        let (past, present) = powers.split_at_mut(PAST);
        past.copy_from_slice(&self.past);
        present.iter_mut().zip(peak_powers).for_each(|(power, &peak)| *power = peak);
        self.past.copy_from_slice(&powers[frames..frames + PAST]);

        let held = hold(powers, self.hold_frames);
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.share.fill(&mut shares[..frames]);
        for ((mean_square, held), share) in mean_squares.iter_mut().zip(&held[PAST..]).zip(shares) {
            let risen = 0.5 * share * held;
            *mean_square = if risen > *mean_square { risen } else { *mean_square };
        }
    }
}

/// The maximum of each value and those before it, `frames` together. Windows grow by joining two that overlap or touch:
/// 1, 2, 4 …
fn hold(mut powers: Powers, frames: usize) -> Powers {
    let mut width = 1;
    while width < frames {
        let shift = width.min(frames - width);
        let before = powers;
        for (power, earlier) in powers.iter_mut().skip(shift).zip(&before) {
            *power = if *earlier > *power { *earlier } else { *power };
        }
        width += shift;
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs powers through in chunks of several lengths, over a mean square of nothing.
    fn raised(rate: f64, attack_ms: f64, powers: &[f64]) -> Vec<f64> {
        let mut onset = Onset::new(rate);
        onset.set_attack_ms(attack_ms);
        onset.reset();
        let (mut output, mut rest, mut turn) = (vec![], powers, 0);
        while !rest.is_empty() {
            let (chunk, next) = rest.split_at([64, 1, 7, 33][turn % 4].min(rest.len()));
            let mut level = vec![0.0; chunk.len()];
            onset.raise(chunk, &mut level);
            output.extend(level);
            (rest, turn) = (next, turn + 1);
        }
        output
    }

    #[test]
    fn a_peak_counts_half_its_power_for_a_twelfth_of_a_millisecond() {
        for (rate, frames) in [(8_000.0, 1), (44_100.0, 4), (48_000.0, 4), (96_000.0, 8), (384_000.0, 32)] {
            for at in [0, 50, 63, 64, 70] {
                let mut powers = vec![0.0; 300];
                powers[at] = 3.0;
                let mut expected = vec![0.0; 300];
                expected[at..at + frames].fill(1.5);
                assert_eq!(raised(rate, 1.0, &powers), expected, "frame {at} at {rate} Hz");
            }
        }
    }

    #[test]
    fn the_highest_of_overlapping_peaks_counts() {
        let powers: Vec<f64> = (0..500).map(|n| f64::from(n * 7919 % 101)).collect();
        let expected: Vec<f64> = (0..500usize)
            .map(|n| 0.5 * powers[n.saturating_sub(10)..=n].iter().copied().fold(0.0, f64::max))
            .collect();
        // 11 frames: windows of 1, 2, 4, 8, then 8 and 8 that overlap.
        assert_eq!(raised(132_000.0, 0.05, &powers), expected);
    }

    #[test]
    fn longer_attacks_hear_less_and_a_level_is_never_lowered() {
        for (attack_ms, share) in [(0.05, 1.0), (1.0, 1.0), (3.0, 0.5), (5.0, 0.0), (250.0, 0.0)] {
            assert!((raised(48_000.0, attack_ms, &[1.0])[0] - 0.5 * share).abs() < 1e-12, "{attack_ms} ms");
        }
        let mut onset = Onset::new(48_000.0);
        onset.set_attack_ms(1.0);
        onset.reset();
        let mut levels = [0.6, 0.4];
        onset.raise(&[1.0, 0.0], &mut levels);
        assert_eq!(levels, [0.6, 0.5]);
    }

    #[test]
    fn what_was_heard_before_a_rest_or_a_reset_is_forgotten() {
        let mut onset = Onset::new(48_000.0);
        onset.set_attack_ms(1.0);
        onset.reset();
        onset.raise(&[1.0], &mut [0.0]);
        onset.reset();
        let mut levels = [0.0; 9];
        onset.raise(&[0.0; 9], &mut levels);
        assert_eq!(levels, [0.0; 9]);

        onset.set_attack_ms(10.0);
        assert!(!onset.is_off(), "it fades");
        while !onset.is_off() {
            onset.raise(&[1.0], &mut [0.0]);
        }
        onset.set_attack_ms(1.0);
        onset.raise(&[0.0; 9], &mut levels);
        assert_eq!(levels, [0.0; 9]);
    }
}
