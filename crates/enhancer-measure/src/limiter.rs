//! A limiter's quality, measured from outside: signals that break ceilings, and levels of the output.
//!
//! Each procedure takes the limiter as a closure that processes planar channels in place, with any latency.
//! Signals follow formulas and a seeded generator, begin and end in silence, and have the level in their
//! name.

mod plain;
mod signals;

pub use plain::plain_limiter;
pub use signals::{Case, Kind, cases, drums, noise};

use crate::Process;
use crate::meter::{true_peak_16x, true_peak_bs1770};
use crate::signal::{from_db, sine, to_db};
use crate::tone::{rms, thd_n_db};

/// Ceiling of the measurements, dBTP.
pub const CEILING_DBTP: f64 = -1.0;

/// Levels of the output for a [`Case`], over all channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Largest sample over the ceiling, dB; negative below it.
    pub sample_over_db: f64,
    /// Largest value on the meter of BS.1770-4 annex 2 over the ceiling, dB.
    pub bs1770_over_db: f64,
    /// Largest value on the 16x Kaiser meter over the ceiling, dB.
    pub kaiser_16x_over_db: f64,
    /// Root mean square over the channels, dBFS.
    pub rms_dbfs: f64,
}

/// Processes a case and measures the output against `ceiling_dbtp`.
pub fn levels(case: &Case, ceiling_dbtp: f64, process: &mut Process) -> Levels {
    let mut channels = case.channels.clone();
    process(&mut channels.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    let over = |meter: fn(&[f32]) -> f64| {
        to_db(channels.iter().map(|channel| meter(channel)).fold(0.0, f64::max)) - ceiling_dbtp
    };
    let power = channels.iter().map(|channel| rms(channel).powi(2)).sum::<f64>() / channels.len() as f64;
    Levels {
        sample_over_db: over(sample_peak),
        bs1770_over_db: over(true_peak_bs1770),
        kaiser_16x_over_db: over(true_peak_16x),
        rms_dbfs: 10.0 * power.log10(),
    }
}

/// THD+N in dB of a stereo sine `reduction_db` above the ceiling, over the second before the last 0.1 s.
///
/// The last 0.1 s do not count, because a tone that is cut off has no true peak of its own. In 2.5 `seconds`
/// or more the gain settles.
pub fn tone_thd_n_db(
    frequency_hz: f64,
    reduction_db: f64,
    sample_rate_hz: f64,
    seconds: f64,
    process: &mut Process,
) -> f64 {
    let amplitude = from_db(CEILING_DBTP + reduction_db);
    let frame = |seconds: f64| (seconds * sample_rate_hz) as usize;
    let mut left = sine(frequency_hz, amplitude, 0.3, sample_rate_hz, frame(seconds));
    let mut right = left.clone();
    process(&mut [&mut left, &mut right]);
    let steady = left.get(frame(seconds - 1.1)..frame(seconds - 0.1)).unwrap_or_default();
    thd_n_db(steady, frequency_hz, sample_rate_hz)
}

fn sample_peak(samples: &[f32]) -> f64 {
    samples.iter().fold(0.0, |peak, &sample| f64::from(sample).abs().max(peak))
}
