//! Meters: true peak, loudness, spectrum, and the analysis of a whole stream.
//!
//! [`Analyzer`] measures a whole stream in one pass and bounded memory and returns an [`AudioAnalysis`].
//! [`LoudnessMeter`], [`TruePeakMeter`] and [`Spectrum`] serve live displays. Levels are relative to full
//! scale: a sample of magnitude 1 is 0 dBFS, so a full-scale sine has a peak of 0 dBFS and an RMS of −3.01
//! dBFS. A level that silence leaves undefined is `None` (`null` in JSON), never −∞.

pub mod analysis;
mod channel;
pub mod features;
mod histogram;
pub mod loudness;
mod overview;
pub mod spectrum;
pub mod true_peak;
mod weights;

pub use analysis::{Analyzer, AudioAnalysis};
pub use features::Features;
pub use loudness::{LoudnessCurve, LoudnessMeter};
pub use overview::{MAX_POINTS, Waveform, WaveformBin};
pub use spectrum::{MeanSpectrum, Spectrum};
pub use true_peak::TruePeakMeter;

/// Level of a mean square, dB; `None` for 0.
pub(crate) fn power_db(power: f64) -> Option<f64> {
    (power > 0.0).then(|| 10.0 * power.log10())
}

/// Level of an amplitude, dB; `None` for 0.
pub(crate) fn amplitude_db(amplitude: f64) -> Option<f64> {
    power_db(amplitude * amplitude)
}
