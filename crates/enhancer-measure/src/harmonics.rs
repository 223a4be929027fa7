//! Spectral lines of a process driven by one or two steady tones: harmonics, aliases, intermodulation.
//!
//! The process settles for one second. Then 1.35 s or more (a power of two samples) are transformed under the
//! 7-term Blackman-Harris window, whose sidelobes are below −180 dB. The rounding of `f32` output limits the
//! lines to −150 dBc.

use crate::Process;
use crate::signal::{from_db, to_db};
use realfft::RealFftPlanner;
use std::f64::consts::TAU;

/// Shortest transform, s. It separates bass tones 12 Hz apart.
const SECONDS: f64 = 1.35;

/// Half the window's main lobe plus one, bins.
const LOBE_BINS: f64 = 8.0;

const WINDOW: [f64; 7] = [
    0.271_051_400_693_424,
    -0.433_297_939_234_485,
    0.218_122_999_543_11,
    -0.065_925_446_388_031,
    0.010_811_742_098_371,
    -0.000_776_584_825_226,
    0.000_013_887_217_352,
];

/// Response to a sine; levels are relative to the fundamental at the output, dBc.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// Peak amplitude of the fundamental at the output, dBFS.
    pub fundamental_dbfs: f64,
    /// Levels of the second harmonic and up, to half the sample rate.
    pub harmonics_dbc: Vec<f64>,
    /// Level of the constant (DC).
    pub dc_dbc: f64,
    /// Level of the strongest line that is neither a harmonic nor the constant.
    pub worst_other_dbc: f64,
    /// Frequency of that line, Hz.
    pub worst_other_hz: f64,
}

/// Drives `process` with a sine of peak `level_dbfs` on `channels` channels and reads channel 0.
pub fn sine_lines(
    process: &mut Process,
    channels: usize,
    sample_rate_hz: f64,
    frequency_hz: f64,
    level_dbfs: f64,
) -> Lines {
    let spectrum = driven(process, channels, sample_rate_hz, &[frequency_hz], level_dbfs);
    let fundamental = spectrum.line(frequency_hz);
    let orders = (2..).map(|order| f64::from(order) * frequency_hz);
    let in_band = orders.take_while(|&hz| hz < sample_rate_hz / 2.0);
    let harmonics: Vec<f64> = in_band.collect();
    let known: Vec<f64> = harmonics.iter().copied().chain([0.0, frequency_hz]).collect();
    let (worst_hz, worst) = spectrum.worst_beside(&known, 0.0..sample_rate_hz);
    let dbc = |amplitude: f64| to_db(amplitude / fundamental);
    Lines {
        fundamental_dbfs: to_db(fundamental),
        harmonics_dbc: harmonics.iter().map(|&hz| dbc(spectrum.line(hz))).collect(),
        dc_dbc: dbc(spectrum.amplitudes.first().map_or(0.0, |a| a / 2.0)),
        worst_other_dbc: dbc(worst),
        worst_other_hz: worst_hz,
    }
}

/// Whole spectrum of a driven sine, with the window of [`sine_lines`]: frequency (Hz), amplitude over the
/// strongest (dB).
pub fn sine_spectrum(
    process: &mut Process,
    channels: usize,
    sample_rate_hz: f64,
    frequency_hz: f64,
    level_dbfs: f64,
) -> Vec<(f64, f64)> {
    let spectrum = driven(process, channels, sample_rate_hz, &[frequency_hz], level_dbfs);
    let strongest = spectrum.amplitudes.iter().copied().fold(1e-30, f64::max);
    let bins = spectrum.amplitudes.iter().enumerate();
    bins.map(|(bin, amplitude)| (bin as f64 * spectrum.bin_hz, to_db((amplitude / strongest).max(1e-15))))
        .collect()
}

/// Response to two tones of equal level, dB relative to one tone at the output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intermodulation {
    /// Strongest line below the lower tone; it makes the sound muddy.
    pub worst_below_dbc: f64,
    /// Strongest sum tone `m f1 + n f2` with m and n of 1 or more.
    pub worst_sum_dbc: f64,
    /// Strongest line that is no tone, harmonic or sum tone: mostly a difference tone.
    pub worst_other_dbc: f64,
    /// Frequency of that line, Hz.
    pub worst_other_hz: f64,
}

/// Drives `process` with two sines, each of peak `level_dbfs`, on `channels` channels and reads channel 0.
pub fn two_tone_lines(
    process: &mut Process,
    channels: usize,
    sample_rate_hz: f64,
    tones_hz: [f64; 2],
    level_dbfs: f64,
) -> Intermodulation {
    let spectrum = driven(process, channels, sample_rate_hz, &tones_hz, level_dbfs);
    let [f1, f2] = tones_hz;
    let mut sums = Vec::new();
    let mut known = vec![0.0];
    for (m, n) in (0..8).flat_map(|m| (0..8).map(move |n| (m, n))) {
        let hz = f64::from(m) * f1 + f64::from(n) * f2;
        if hz < sample_rate_hz / 2.0 {
            known.push(hz);
            if m > 0 && n > 0 {
                sums.push(hz);
            }
        }
    }
    let tone = spectrum.line(f1);
    let worst_sum = sums.iter().map(|&hz| spectrum.line(hz)).fold(0.0, f64::max);
    let (worst_other_hz, worst_other) = spectrum.worst_beside(&known, 0.0..sample_rate_hz);
    let (_, worst_below) = spectrum.worst_beside(&known, 0.0..f1.min(f2));
    Intermodulation {
        worst_below_dbc: to_db(worst_below / tone),
        worst_sum_dbc: to_db(worst_sum / tone),
        worst_other_dbc: to_db(worst_other / tone),
        worst_other_hz,
    }
}

struct Spectrum {
    bin_hz: f64,
    amplitudes: Vec<f64>,
}

impl Spectrum {
    /// Peak amplitude of the line at `hz`, from the power under its main lobe; the line may lie between bins.
    fn line(&self, hz: f64) -> f64 {
        let centre = hz / self.bin_hz;
        let (low, high) = ((centre - LOBE_BINS).ceil().max(0.0), (centre + LOBE_BINS).floor());
        let bins = self.amplitudes.get(low as usize..).unwrap_or_default();
        let power: f64 = bins.iter().take((high - low) as usize + 1).map(|a| a * a).sum();
        // The window's equivalent noise bandwidth converts the sum of squares to the power of one line.
        let noise_bandwidth =
            (WINDOW[0].powi(2) + WINDOW[1..].iter().map(|a| a * a / 2.0).sum::<f64>()) / WINDOW[0].powi(2);
        (power / noise_bandwidth).sqrt()
    }

    /// Frequency and amplitude of the strongest bin in `range` outside the lobes of `known` lines.
    fn worst_beside(&self, known: &[f64], range: std::ops::Range<f64>) -> (f64, f64) {
        let bins = self.amplitudes.iter().enumerate().map(|(bin, &a)| (bin as f64 * self.bin_hz, a));
        let lobe = LOBE_BINS * self.bin_hz;
        bins.filter(|(hz, _)| range.contains(hz) && known.iter().all(|k| (hz - k).abs() > lobe))
            .fold((0.0, 0.0), |worst, line| if line.1 > worst.1 { line } else { worst })
    }
}

/// Spectrum of the output for the given tones, in blocks of 512, after one second.
fn driven(
    process: &mut Process,
    channels: usize,
    sample_rate_hz: f64,
    tones_hz: &[f64],
    level_dbfs: f64,
) -> Spectrum {
    let settle = sample_rate_hz as usize;
    let frames = ((SECONDS * sample_rate_hz) as usize).next_power_of_two();
    let amplitude = from_db(level_dbfs);
    let sample = |n: usize| {
        let time = n as f64 / sample_rate_hz;
        tones_hz.iter().map(|hz| amplitude * (TAU * (hz * time).fract()).sin()).sum::<f64>() as f32
    };
    let signal: Vec<f32> = (0..settle + frames).map(sample).collect();
    let mut output = Vec::with_capacity(signal.len());
    for block in signal.chunks(512) {
        let mut copies = vec![block.to_vec(); channels];
        process(&mut copies.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
        output.extend_from_slice(&copies[0]);
    }
    transform(&output[settle..], sample_rate_hz)
}

fn transform(samples: &[f32], sample_rate_hz: f64) -> Spectrum {
    let frames = samples.len();
    let step = TAU / frames as f64;
    let window = |n: usize| -> f64 {
        WINDOW.iter().enumerate().map(|(k, a)| a * (step * (k * n % frames) as f64).cos()).sum()
    };
    let plan = RealFftPlanner::<f64>::new().plan_fft_forward(frames);
    let mut input: Vec<f64> = samples.iter().enumerate().map(|(n, &s)| f64::from(s) * window(n)).collect();
    let mut bins = plan.make_output_vec();
    // The lengths come from the plan, so this cannot fail.
    if plan.process(&mut input, &mut bins).is_err() {
        bins.clear();
    }
    let scale = 2.0 / (frames as f64 * WINDOW[0]);
    let amplitudes = bins.iter().map(|bin| scale * bin.norm()).collect();
    Spectrum { bin_hz: sample_rate_hz / frames as f64, amplitudes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_lines_read_their_levels() {
        // 0.5 sin plus 1e-3 of its square: constant and second harmonic of amplitude 1e-3 · 0.25 / 2.
        let mut bent = |channels: &mut [&mut [f32]]| {
            channels.iter_mut().flat_map(|c| c.iter_mut()).for_each(|x| *x += 1e-3 * *x * *x);
        };
        let lines = sine_lines(&mut bent, 2, 48_000.0, 5001.0, to_db(0.5));
        let expected = to_db(1e-3 * 0.125 / 0.5);
        assert!((lines.fundamental_dbfs - to_db(0.5)).abs() < 1e-3, "{lines:?}");
        assert!((lines.harmonics_dbc[0] - expected).abs() < 0.01, "{lines:?}");
        assert!((lines.dc_dbc - expected).abs() < 0.1, "{lines:?}");
        assert!(lines.worst_other_dbc < -150.0, "{lines:?}");
    }

    #[test]
    fn an_alias_and_a_difference_tone_are_seen() {
        let mut bent = |channels: &mut [&mut [f32]]| {
            channels.iter_mut().flat_map(|c| c.iter_mut()).for_each(|x| *x += 1e-2 * *x * *x * *x);
        };
        let lines = sine_lines(&mut bent, 1, 48_000.0, 9000.0, to_db(0.5));
        assert!((lines.worst_other_hz - 21_000.0).abs() < 2.0, "27 kHz folds to 21 kHz: {lines:?}");
        assert!((lines.worst_other_dbc - to_db(1e-2 * 0.25 / 4.0)).abs() < 1.0, "{lines:?}");
        let pair = two_tone_lines(&mut bent, 1, 48_000.0, [5000.0, 6000.0], to_db(0.25));
        // Each 2 f1 − f2 has 3/4 a³.
        assert!((pair.worst_other_hz - 4000.0).abs() < 2.0 || (pair.worst_other_hz - 7000.0).abs() < 2.0);
        assert!((pair.worst_other_dbc - to_db(1e-2 * 0.75 * 0.0625)).abs() < 1.0, "{pair:?}");
    }
}
