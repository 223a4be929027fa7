//! Level meters for displays: a peak that falls slowly, a held peak, and an RMS.
//!
//! - Peak: rises at once, falls by 20 dB in 1.7 s (the return time of a digital programme meter, IEC 60268-18).
//! - Hold: the highest peak of the last 1.5 s or more, then falls like the peak.
//! - RMS: exponential average of the square with a time constant of 300 ms; a sine reads 3.01 dB below its peak.

use crate::block::MAX_CHANNELS;
use crate::units::db_to_gain;

/// Fall of the peak, dB per second.
const FALL_DB_PER_SECOND: f64 = 20.0 / 1.7;
/// Time that a peak is held, s.
const HOLD_SECONDS: f64 = 1.5;
/// Time constant of the mean square, s.
const RMS_SECONDS: f64 = 0.3;

/// Ballistics of up to [`MAX_CHANNELS`] channels.
#[derive(Debug, Clone)]
pub struct LevelMeter {
    sample_rate_hz: f64,
    levels: [Level; MAX_CHANNELS],
}

/// What a meter shows of a channel, linear.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Level {
    /// Peak with its slow fall.
    pub peak: f64,
    /// Held peak.
    pub held_peak: f64,
    /// Mean square; its root is the RMS.
    pub mean_square: f64,
    /// Time since the held peak, s.
    held_seconds: f64,
}

impl LevelMeter {
    /// A meter at rest.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        Self { sample_rate_hz, levels: [Level::default(); MAX_CHANNELS] }
    }

    /// Takes what happened over the last `frames` frames: each channel's largest magnitude and sum of squares, as in
    /// [`Meters`](crate::Meters). The mean square is exact for any `frames`; a peak is dated to the end of them.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn update(&mut self, peaks: &[f32], energies: &[f64], frames: u64) {
        if frames == 0 {
            return;
        }
        let seconds = frames as f64 / self.sample_rate_hz;
        let fall = db_to_gain(-FALL_DB_PER_SECOND * seconds);
        let keep = (-seconds / RMS_SECONDS).exp();
        for ((level, &peak), &energy) in self.levels.iter_mut().zip(peaks).zip(energies) {
            level.update(f64::from(peak), energy / frames as f64, seconds, fall, keep);
        }
    }

    /// The levels of the channels; those never updated are silent.
    #[must_use]
    pub fn levels(&self) -> &[Level; MAX_CHANNELS] {
        &self.levels
    }

    /// Forgets all.
    pub fn reset(&mut self) {
        self.levels = [Level::default(); MAX_CHANNELS];
    }
}

impl Level {
    fn update(&mut self, peak: f64, mean_square: f64, seconds: f64, fall: f64, keep: f64) {
        self.peak = peak.max(self.peak * fall);
        self.held_seconds += seconds;
        if peak >= self.held_peak {
            (self.held_peak, self.held_seconds) = (peak, 0.0);
        } else if self.held_seconds > HOLD_SECONDS {
            self.held_peak = self.peak.max(self.held_peak * fall);
        }
        self.mean_square = mean_square + (self.mean_square - mean_square) * keep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_falls_20_db_in_1_7_seconds_and_is_held_for_1_5() {
        let mut meter = LevelMeter::new(48_000.0);
        meter.update(&[1.0], &[480.0], 480);
        assert_eq!((meter.levels()[0].peak, meter.levels()[0].held_peak), (1.0, 1.0));
        for tenth in 1..=17 {
            (0..10).for_each(|_| meter.update(&[0.0], &[0.0], 480));
            assert!(tenth > 14 || meter.levels()[0].held_peak == 1.0);
        }
        let level = meter.levels()[0];
        assert!((level.peak - 0.1).abs() < 1e-9, "{}", level.peak);
        assert!(
            (level.held_peak - db_to_gain(-0.2 * FALL_DB_PER_SECOND)).abs() < 0.02,
            "{}",
            level.held_peak
        );
        meter.update(&[0.5], &[0.0], 480);
        assert_eq!(meter.levels()[0].peak, 0.5);
    }

    #[test]
    fn the_rms_has_its_time_constant_however_it_is_fed() {
        for frames in [48, 480, 14_400] {
            let mut meter = LevelMeter::new(48_000.0);
            (0..14_400 / frames).for_each(|_| meter.update(&[1.0, 0.0], &[0.5 * frames as f64, 0.0], frames));
            let [left, right, ..] = meter.levels();
            assert!((left.mean_square - 0.5 * (1.0 - (-1f64).exp())).abs() < 1e-9, "{}", left.mean_square);
            assert_eq!(right.mean_square, 0.0);
        }
    }
}
