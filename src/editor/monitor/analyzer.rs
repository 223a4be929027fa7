//! A spectrum for the eyes: power in bands of 1/12 octave, so pink noise is level before the slope is added, smoothed in time.
//!
//! A full-scale sine reads 0 dBFS where bands are wider than the window's main lobe, from about 500 Hz up; at 200 Hz it reads
//! 1 dB less, since the power beside the band doesn't count.

use enhancer_dsp::meter::Spectrum;

/// Where the frequency axis begins.
pub(crate) const MIN_HZ: f64 = 18.0;
/// Where it ends.
pub(crate) const MAX_HZ: f64 = 22_000.0;

/// Points of the curve: 24 an octave, twice as dense as the bands are wide.
const POINTS: usize = 247;

/// Bands an octave.
const PER_OCTAVE: f64 = 12.0;

/// What stands for no power, dBFS.
const FLOOR_DB: f32 = -160.0;

/// How the spectrum is tilted, so that music looks level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Slope {
    /// As white noise is level.
    White,
    /// 3 dB an octave: as pink noise is level.
    Pink,
    /// 4.5 dB an octave: as most music is level.
    #[default]
    Music,
}

impl Slope {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::White, Self::Pink, Self::Music];

    /// As shown.
    #[must_use]
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::White => "0 dB/oct",
            Self::Pink => "3 dB/oct",
            Self::Music => "4.5 dB/oct",
        }
    }

    /// What bands of equal relative width, which rise by 3 dB an octave on their own, still lack, dB an octave.
    fn missing_db(self) -> f64 {
        match self {
            Self::White => -3.0103,
            Self::Pink => 0.0,
            Self::Music => 1.4897,
        }
    }
}

/// How fast the spectrum follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Speed {
    /// For balance.
    Slow,
    /// For most things.
    #[default]
    Medium,
    /// For drums.
    Fast,
}

impl Speed {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Slow, Self::Medium, Self::Fast];

    /// As shown.
    #[must_use]
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Slow => "Slow",
            Self::Medium => "Medium",
            Self::Fast => "Fast",
        }
    }

    /// Time to 63 % of a fall; a rise takes a third of it.
    fn fall_s(self) -> f32 {
        match self {
            Self::Slow => 1.5,
            Self::Medium => 0.4,
            Self::Fast => 0.12,
        }
    }
}

/// The spectrum of a stereo signal.
pub(crate) struct Analyzer {
    channels: [Spectrum; 2],
    centres_hz: Vec<f64>,
    /// Octaves of the centres above 1 kHz.
    octaves: Vec<f64>,
    smoothed_db: Vec<f32>,
    /// Tilt.
    pub(crate) slope: Slope,
    /// Inertia.
    pub(crate) speed: Speed,
    /// Whether it stands still.
    pub(crate) frozen: bool,
}

impl Analyzer {
    /// A silent one. Bins lie 4 to 8 Hz apart.
    #[must_use]
    pub(crate) fn new(rate_hz: f32) -> Self {
        let size = ((rate_hz / 8.0) as usize).next_power_of_two();
        let spectrum = || Spectrum::new(f64::from(rate_hz), size);
        let channels = [spectrum(), spectrum()];
        let ratio = (MAX_HZ / MIN_HZ).powf(1.0 / (POINTS - 1) as f64);
        let centres_hz: Vec<f64> = (0..POINTS).map(|point| MIN_HZ * ratio.powi(point as i32)).collect();
        Self {
            channels,
            octaves: centres_hz.iter().map(|hz| (hz / 1000.0).log2()).collect(),
            centres_hz,
            smoothed_db: vec![FLOOR_DB; POINTS],
            slope: Slope::default(),
            speed: Speed::default(),
            frozen: false,
        }
    }

    /// Takes the next samples.
    pub(crate) fn push(&mut self, left: &[f32], right: &[f32]) {
        self.channels[0].push(left);
        self.channels[1].push(right);
    }

    /// Follows the sound for one frame of the picture.
    pub(crate) fn update(&mut self, elapsed_s: f32) {
        if self.frozen {
            return;
        }
        let powers = Spectrum::mean_band_powers(&mut self.channels, &self.centres_hz, PER_OCTAVE);
        let fall = 1.0 - (-elapsed_s / self.speed.fall_s()).exp();
        let rise = 1.0 - (-3.0 * elapsed_s / self.speed.fall_s()).exp();
        for (smoothed, power) in self.smoothed_db.iter_mut().zip(powers) {
            let db = (10.0 * power.max(1e-16).log10()) as f32;
            *smoothed += (db - *smoothed) * if db > *smoothed { rise } else { fall };
        }
    }

    /// Frequencies in Hz with their levels in dBFS, tilted by the slope about 1 kHz.
    pub(crate) fn points(&self) -> impl Iterator<Item = (f64, f32)> + '_ {
        let missing_db = self.slope.missing_db();
        let levels_db = self.smoothed_db.iter().zip(&self.octaves);
        let tilted = levels_db.map(move |(db, octaves)| db + (missing_db * octaves) as f32);
        self.centres_hz.iter().copied().zip(tilted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn settled(samples: &[f32], slope: Slope) -> Vec<(f64, f32)> {
        let mut analyzer = Analyzer::new(48_000.0);
        analyzer.slope = slope;
        analyzer.push(samples, samples);
        (0..200).for_each(|_| analyzer.update(0.1));
        analyzer.points().collect()
    }

    #[test]
    fn a_full_scale_sine_reads_0_dbfs_where_it_is() {
        for (hz, tolerance_db) in [(200.0f32, 1.5), (500.0, 0.5), (1000.0, 0.3), (5000.0, 0.3)] {
            let sine: Vec<f32> = (0..16_384).map(|n| (TAU * hz * n as f32 / 48_000.0).sin()).collect();
            let points = settled(&sine, Slope::Pink);
            let top = points.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert!((top.0 / f64::from(hz)).log2().abs() < 1.0 / 12.0, "{top:?} for {hz} Hz");
            assert!(top.1.abs() < tolerance_db, "{top:?} for {hz} Hz");
        }
    }

    #[test]
    fn white_noise_is_level_without_a_slope_and_rises_with_one() {
        let mut seed = 1u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 8_388_608.0 - 1.0
        };
        let noise: Vec<f32> = (0..16_384).map(|_| noise()).collect();
        let level = |points: &[(f64, f32)], low: f64, high: f64| {
            let inside: Vec<f32> =
                points.iter().filter(|(hz, _)| (low..high).contains(hz)).map(|p| p.1).collect();
            inside.iter().sum::<f32>() / inside.len() as f32
        };
        let rise = |slope| {
            let points = settled(&noise, slope);
            // Six octaves lie between the middles.
            level(&points, 8000.0, 16_000.0) - level(&points, 1000.0, 2000.0)
        };
        assert!(rise(Slope::White).abs() < 1.5, "{}", rise(Slope::White));
        assert!((rise(Slope::Pink) - 9.0).abs() < 1.5, "{}", rise(Slope::Pink));
        assert!((rise(Slope::Music) - 13.5).abs() < 1.5, "{}", rise(Slope::Music));
    }
}
