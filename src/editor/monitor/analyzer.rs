//! The spectrum picture: power in bands of 1/12 octave, smoothed in time. Pink noise is level before the
//! slope is added.
//!
//! Each band shows the channel with the most power, the LFE included. So a full-scale sine in any one channel
//! reads 0 dBFS, and a quiet channel never lowers the picture. Meters for mixing offer this as "max", beside
//! the sum (e.g. the surround meter of Logic Pro).
//!
//! A full-scale sine reads 0 dBFS where bands are wider than the window's main lobe, from about 500 Hz up. At
//! 200 Hz it reads 1 dB less, since the power beside the band doesn't count.

use enhancer_dsp::meter::Spectrum;

/// Left end of the frequency axis.
pub(crate) const MIN_HZ: f64 = 18.0;
/// Right end of the frequency axis.
pub(crate) const MAX_HZ: f64 = 22_000.0;

/// Points of the curve: 24 per octave, twice the density of the bands.
const POINTS: usize = 247;

/// Bands per octave.
const PER_OCTAVE: f64 = 12.0;

/// Level of silence, dBFS.
const FLOOR_DB: f32 = -160.0;

/// Slope that is added to the spectrum, so that music appears level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Slope {
    /// 0 dB per octave: white noise is level.
    White,
    /// 3 dB per octave: pink noise is level.
    Pink,
    /// 4.5 dB per octave: most music is level.
    #[default]
    Music,
}

impl Slope {
    /// All slopes, in the button's order.
    pub(crate) const ALL: [Self; 3] = [Self::White, Self::Pink, Self::Music];

    /// Text of the button.
    #[must_use]
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::White => "0 dB/oct",
            Self::Pink => "3 dB/oct",
            Self::Music => "4.5 dB/oct",
        }
    }

    /// Slope to add to bands of equal relative width, dB per octave. For white noise they rise by 3 dB
    /// themselves.
    fn missing_db(self) -> f64 {
        match self {
            Self::White => -3.0103,
            Self::Pink => 0.0,
            Self::Music => 1.4897,
        }
    }
}

/// Time constant of the spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Speed {
    /// 1.5 s, for balance.
    Slow,
    /// 0.4 s, for most uses.
    #[default]
    Medium,
    /// 0.12 s, for drums.
    Fast,
}

impl Speed {
    /// All speeds, in the button's order.
    pub(crate) const ALL: [Self; 3] = [Self::Slow, Self::Medium, Self::Fast];

    /// Text of the button.
    #[must_use]
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Slow => "Slow",
            Self::Medium => "Medium",
            Self::Fast => "Fast",
        }
    }

    /// Time to 63 % of a fall, s. A rise takes a third of it.
    fn fall_s(self) -> f32 {
        match self {
            Self::Slow => 1.5,
            Self::Medium => 0.4,
            Self::Fast => 0.12,
        }
    }
}

/// The spectrum of 1 to 8 channels.
pub(crate) struct Analyzer {
    channels: Vec<Spectrum>,
    centres_hz: Vec<f64>,
    /// Distance of the centres from 1 kHz, octaves.
    octaves: Vec<f64>,
    smoothed_db: Vec<f32>,
    /// Added slope.
    pub(crate) slope: Slope,
    /// Time constant.
    pub(crate) speed: Speed,
    /// True while the picture is frozen.
    pub(crate) frozen: bool,
}

impl Analyzer {
    /// Creates a spectrum at rest. Its bins lie 4 to 8 Hz apart.
    #[must_use]
    pub(crate) fn new(rate_hz: f32, channels: usize) -> Self {
        let size = ((rate_hz / 8.0) as usize).next_power_of_two();
        let channels = (0..channels).map(|_| Spectrum::new(f64::from(rate_hz), size)).collect();
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

    /// Adds the next samples of each channel.
    pub(crate) fn push(&mut self, channels: &[Vec<f32>]) {
        for (spectrum, samples) in self.channels.iter_mut().zip(channels) {
            spectrum.push(samples);
        }
    }

    /// Power of each band in the channel where it is largest.
    fn largest_powers(&mut self) -> Vec<f64> {
        let mut largest = vec![0.0f64; POINTS];
        for channel in &mut self.channels {
            let channel = std::slice::from_mut(channel);
            let powers = Spectrum::mean_band_powers(channel, &self.centres_hz, PER_OCTAVE);
            largest.iter_mut().zip(powers).for_each(|(largest, power)| *largest = largest.max(power));
        }
        largest
    }

    /// Moves the spectrum towards the latest samples, `elapsed_s` after the last call.
    pub(crate) fn update(&mut self, elapsed_s: f32) {
        if self.frozen {
            return;
        }
        let powers = self.largest_powers();
        let fall = 1.0 - (-elapsed_s / self.speed.fall_s()).exp();
        let rise = 1.0 - (-3.0 * elapsed_s / self.speed.fall_s()).exp();
        for (smoothed, power) in self.smoothed_db.iter_mut().zip(powers) {
            let db = (10.0 * power.max(1e-16).log10()) as f32;
            *smoothed += (db - *smoothed) * if db > *smoothed { rise } else { fall };
        }
    }

    /// Frequencies in Hz with their levels in dBFS, slope included; it turns about 1 kHz.
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
        let mut analyzer = Analyzer::new(48_000.0, 2);
        analyzer.slope = slope;
        analyzer.push(&[samples.to_vec(), samples.to_vec()]);
        (0..200).for_each(|_| analyzer.update(0.1));
        analyzer.points().collect()
    }

    #[test]
    fn a_full_scale_sine_reads_0_dbfs_at_its_frequency() {
        for (hz, tolerance_db) in [(200.0f32, 1.5), (500.0, 0.5), (1000.0, 0.3), (5000.0, 0.3)] {
            let sine: Vec<f32> = (0..16_384).map(|n| (TAU * hz * n as f32 / 48_000.0).sin()).collect();
            let points = settled(&sine, Slope::Pink);
            let top = points.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert!((top.0 / f64::from(hz)).log2().abs() < 1.0 / 12.0, "{top:?} for {hz} Hz");
            assert!(top.1.abs() < tolerance_db, "{top:?} for {hz} Hz");
        }
    }

    #[test]
    fn white_noise_is_level_without_slope_and_rises_with_it() {
        let mut random = enhancer_measure::signal::Random::new(1);
        let noise: Vec<f32> = (0..16_384).map(|_| random.between(-1.0, 1.0) as f32).collect();
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
