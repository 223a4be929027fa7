//! Features of a sound beside its loudness.

/// Share of the magnitudes below the rolloff frequency.
const ROLLOFF_SHARE: f64 = 0.85;

/// Features of a whole stream; `None` where silence leaves a feature undefined.
///
/// The spectral features describe the mean spectrum ([`MeanSpectrum`](super::MeanSpectrum)) without its bin
/// at 0 Hz. P is the power of a bin, M = √P its magnitude, f its frequency.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Features {
    /// Highest momentary loudness (400 ms), LUFS (EBU Tech 3341).
    pub lufs_momentary_max: Option<f64>,
    /// Highest short-term loudness (3 s), LUFS (EBU Tech 3341).
    pub lufs_short_term_max: Option<f64>,
    /// Sample peak over RMS, dB: 3.01 for a sine, 0 for a square wave.
    pub crest_factor_db: Option<f64>,
    /// Mean of the samples, linear, in the channel where its magnitude is largest.
    pub dc_offset: f64,
    /// Share of neighbouring samples with different signs, 0 to 1, over all channels; 0 counts as positive. A
    /// sine reads twice its frequency over the sample rate, white noise 0.5.
    pub zero_crossing_rate: f64,
    /// Centre of the magnitudes, Hz: Σ f M / Σ M. Brighter sounds read higher (G. Tzanetakis and P. Cook,
    /// *Musical genre classification of audio signals*, 2002).
    pub spectral_centroid_hz: Option<f64>,
    /// Frequency below which 85 % of Σ M lie, Hz (Tzanetakis and Cook 2002).
    pub spectral_rolloff_hz: Option<f64>,
    /// Geometric over arithmetic mean of P, 0 (a tone) to 1 (white noise). From ISO/IEC 15938-4,
    /// AudioSpectrumFlatness, here over the full band.
    pub spectral_flatness: Option<f64>,
    /// Spread around the centroid c, Hz: √(Σ (f − c)² M / Σ M) (G. Peeters, *A large set of audio features*,
    /// 2004).
    pub spectral_bandwidth_hz: Option<f64>,
    /// Σ L R / √(Σ L² Σ R²) of the first two channels: 1 for mono, 0 for unrelated, −1 for inverted channels.
    /// `None` for a single channel, too.
    pub stereo_correlation: Option<f64>,
    /// Clipped samples in all channels: those beyond ±1, and those of each run of three or more at or above
    /// 32767/32768.
    pub clipped_samples: u64,
    /// Samples that were not finite. They count as 0 in all other figures.
    pub non_finite_samples: u64,
}

/// The spectral part of [`Features`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SpectralShape {
    pub(crate) centroid_hz: f64,
    pub(crate) rolloff_hz: f64,
    pub(crate) flatness: f64,
    pub(crate) bandwidth_hz: f64,
}

impl SpectralShape {
    /// The shape of a power spectrum with bins at multiples of `bin_hz`; `None` without power.
    pub(crate) fn of(power: &[f64], bin_hz: f64) -> Option<Self> {
        let bins = || power.iter().enumerate().skip(1).map(|(bin, &power)| (bin as f64 * bin_hz, power));
        let magnitudes: f64 = bins().map(|(_, power)| power.sqrt()).sum();
        if magnitudes <= 0.0 {
            return None;
        }
        let moment =
            |of: &dyn Fn(f64) -> f64| bins().map(|(f, power)| of(f) * power.sqrt()).sum::<f64>() / magnitudes;
        let centroid_hz = moment(&|f| f);
        let mut below = 0.0;
        let rolloff = bins().find(|(_, power)| {
            below += power.sqrt();
            below >= ROLLOFF_SHARE * magnitudes
        });
        let count = power.len().saturating_sub(1).max(1) as f64;
        let log_mean = bins().map(|(_, power)| power.max(f64::MIN_POSITIVE).ln()).sum::<f64>() / count;
        let mean = bins().map(|(_, power)| power).sum::<f64>() / count;
        Some(Self {
            centroid_hz,
            rolloff_hz: rolloff.map_or(0.0, |(f, _)| f),
            flatness: log_mean.exp() / mean,
            bandwidth_hz: moment(&|f| (f - centroid_hz).powi(2)).sqrt(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bins at 100 to 400 Hz of powers 1, 1, 16, 16 (magnitudes 1, 1, 4, 4), each figure computed by hand.
    #[test]
    fn the_shape_of_two_steps_matches_its_formulas() {
        let shape = SpectralShape::of(&[1e9, 1.0, 1.0, 16.0, 16.0], 100.0).unwrap();
        let near = |value: f64, expected: f64| {
            assert!((value / expected - 1.0).abs() < 1e-12, "{value} should be {expected}");
        };
        // Geometric over arithmetic mean of the powers: (16 · 16)^(1/4) / 8.5.
        near(shape.flatness, 4.0 / 8.5);
        // Σ f M / Σ M = (100 + 200 + 4 · 300 + 4 · 400) / 10.
        near(shape.centroid_hz, 310.0);
        // Σ (f − 310)² M / Σ M = (210² + 110² + 4 · 10² + 4 · 90²) / 10.
        near(shape.bandwidth_hz, 8_900f64.sqrt());
        // The magnitudes sum to 10: 6 up to 300 Hz, and the share is 8.5.
        near(shape.rolloff_hz, 400.0);
        assert_eq!(SpectralShape::of(&[1.0, 0.0, 0.0], 100.0), None, "a constant has no shape");
    }
}
