//! Onsets of the RMS detector: half the power of the newest peak counts until the mean square has risen.
//!
//! Where a tone begins, the [quadrature](super::quadrature) detects it a quarter of a period late. The wave's
//! peak is detected at once. Half the power of a peak is the mean square of a steady tone, never more, so the
//! larger of both leaves the level of a steady tone unchanged. Peaks are held for a third of the time between
//! the peaks of 2 kHz; without the hold the level would sag before the mean square has risen.
//!
//! The price: noise and beats read higher (white noise by 1.7 dB). So the share of the peaks depends on the
//! attack: 1 up to 1 ms, 0 from 5 ms on. `docs/COMPRESSOR.md` has figures.

use crate::block::MAX_CHUNK_FRAMES;
use crate::bounds::first_frames_mut;
use crate::smoother::{GLIDE_MS, Smoother};
use crate::units::ms_to_frames;

/// Hold of a peak, ms: 2 kHz peaks every 0.25 ms.
const HOLD_MS: f64 = 0.25 / 3.0;

/// Longest attack with the full share of the peaks, ms.
const FULL_MS: f64 = 1.0;

/// Shortest attack without the peaks, ms. Without them 2 kHz is detected 0.11 ms late, 2.2 % of 5 ms. Between
/// the two limits the share keeps the error within 2.4 %.
const NONE_MS: f64 = 5.0;

/// Frames of the past within the longest hold: 1/12 ms at 384 kHz is 32 frames.
const PAST: usize = 31;

/// Powers of the past, oldest first, then those of the current chunk.
type Powers = [f64; PAST + MAX_CHUNK_FRAMES];

/// Raises mean squares at onsets.
#[derive(Debug)]
pub(super) struct Onset {
    /// Hold of a peak, its own frame included, 1 to 32 frames.
    hold_frames: usize,
    past: [f64; PAST],
    /// Share of the peaks' power, 0…1.
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

    /// True if [`raise`](Self::raise) would change nothing.
    pub(super) fn is_off(&self) -> bool {
        self.share.rests_at(0.0)
    }

    /// Raises mean squares to half of the held peak powers, times the share.
    pub(super) fn raise(&mut self, peak_powers: &[f64], mean_squares: &mut [f64]) {
        let frames = mean_squares.len().min(MAX_CHUNK_FRAMES);
        let mut powers: Powers = [0.0; PAST + MAX_CHUNK_FRAMES];
        let (past, present) = powers.split_at_mut(PAST);
        past.copy_from_slice(&self.past);
        present.iter_mut().zip(peak_powers).for_each(|(power, &peak)| *power = peak);
        self.past.iter_mut().zip(powers.iter().skip(frames)).for_each(|(past, &power)| *past = power);

        let held = hold(powers, self.hold_frames);
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.share.fill(first_frames_mut(&mut shares, frames));
        for ((mean_square, held), share) in mean_squares.iter_mut().zip(&held[PAST..]).zip(shares) {
            let risen = 0.5 * share * held;
            *mean_square = if risen > *mean_square { risen } else { *mean_square };
        }
    }
}

/// For each value the maximum of it and the values before it, `frames` in all. Two windows that overlap or
/// touch join to a longer one: 1, 2, 4 …
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

    /// Runs powers through in chunks of several lengths, over mean squares of 0.
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
    fn the_highest_of_overlapping_peaks_is_held() {
        let powers: Vec<f64> = (0..500).map(|n| f64::from(n * 7919 % 101)).collect();
        let expected: Vec<f64> = (0..500usize)
            .map(|n| 0.5 * powers[n.saturating_sub(10)..=n].iter().copied().fold(0.0, f64::max))
            .collect();
        // 11 frames: windows of 1, 2, 4 and 8 values, then two windows of 8 that overlap.
        assert_eq!(raised(132_000.0, 0.05, &powers), expected);
    }

    #[test]
    fn longer_attacks_reduce_the_share_and_no_level_is_lowered() {
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
    fn switching_on_and_reset_clear_the_held_peaks() {
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
