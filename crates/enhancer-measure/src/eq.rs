//! Measurements of the equalizer: frequency response by an impulse, precision at low frequencies by a sine.

use crate::Process;
use crate::signal::{sine, to_db};
use crate::tone::{fit_sine, thd_n_db};
use realfft::RealFftPlanner;

/// A measured magnitude response, one value per bin of a Fourier transform.
#[derive(Debug, Clone)]
pub struct Response {
    sample_rate_hz: f64,
    gains: Vec<f64>,
}

impl Response {
    /// Frequency (Hz) and level (dB) of the bins up to `top_hz`, without 0 Hz.
    pub fn points(&self, top_hz: f64) -> impl Iterator<Item = (f64, f64)> {
        let step = self.sample_rate_hz / (2.0 * (self.gains.len() - 1) as f64);
        let points =
            self.gains.iter().enumerate().skip(1).map(move |(bin, gain)| (bin as f64 * step, to_db(*gain)));
        points.take_while(move |&(frequency_hz, _)| frequency_hz <= top_hz)
    }

    /// Largest deviation from `expected_db` up to `top_hz`: frequency (Hz) and measured minus expected level
    /// (dB).
    #[must_use]
    pub fn worst_error(&self, top_hz: f64, expected_db: impl Fn(f64) -> f64) -> (f64, f64) {
        let errors = self.points(top_hz).map(|(hz, db)| (hz, db - expected_db(hz)));
        errors.fold((0.0, 0.0f64), |worst, error| if error.1.abs() > worst.1.abs() { error } else { worst })
    }
}

/// Response of `process` in the first of `channels` equal channels, to an impulse of 0.25.
///
/// `frames` is a power of two, long enough for the filters to decay. The response starts `latency` frames
/// after the impulse.
#[must_use]
pub fn impulse_response(
    process: &mut Process,
    sample_rate_hz: f64,
    channels: usize,
    latency: usize,
    frames: usize,
) -> Response {
    const AMPLITUDE: f32 = 0.25;
    let mut audio = vec![vec![0f32; latency + frames]; channels];
    audio.iter_mut().for_each(|channel| channel[0] = AMPLITUDE);
    let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
    process(&mut slices);
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(frames);
    let mut time: Vec<f64> =
        audio[0][latency..].iter().map(|&sample| f64::from(sample / AMPLITUDE)).collect();
    let mut spectrum = transform.make_output_vec();
    transform.process(&mut time, &mut spectrum).expect("the lengths are the transform's own");
    Response { sample_rate_hz, gains: spectrum.iter().map(|bin| bin.norm()).collect() }
}

/// Gain (dB) of a settled sine of peak `amplitude` at `frequency_hz`, and noise and distortion relative to it
/// (dB). `settle_frames` pass before `frames` are measured.
#[must_use]
pub fn sine_gain_and_noise(
    process: &mut Process,
    sample_rate_hz: f64,
    frequency_hz: f64,
    amplitude: f64,
    settle_frames: usize,
    frames: usize,
) -> (f64, f64) {
    let input = sine(frequency_hz, amplitude, 0.0, sample_rate_hz, settle_frames + frames);
    let (in_amplitude, _) = fit_sine(&input[settle_frames..], frequency_hz, sample_rate_hz);
    let mut output = input;
    process(&mut [&mut output]);
    let settled = &output[settle_frames..];
    let (out_amplitude, _) = fit_sine(settled, frequency_hz, sample_rate_hz);
    (to_db(out_amplitude / in_amplitude), thd_n_db(settled, frequency_hz, sample_rate_hz))
}

/// Energy above `from_hz` over the whole energy, dB.
///
/// The window is a Hann window squared, whose leakage falls by 30 dB per octave: 2000 bins from a tone its
/// leakage is below −170 dB. The middle of `samples` counts most.
#[must_use]
pub fn energy_above_db(samples: &[f32], from_hz: f64, sample_rate_hz: f64) -> f64 {
    let frames = samples.len();
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(frames);
    let window = |n: usize| (std::f64::consts::PI * (n as f64 + 0.5) / frames as f64).sin().powi(4);
    let mut time: Vec<f64> = samples.iter().enumerate().map(|(n, &s)| f64::from(s) * window(n)).collect();
    let mut spectrum = transform.make_output_vec();
    transform.process(&mut time, &mut spectrum).expect("the lengths are the transform's own");
    let first = (from_hz * frames as f64 / sample_rate_hz).ceil() as usize;
    let energy =
        |bins: &[realfft::num_complex::Complex<f64>]| bins.iter().map(|bin| bin.norm_sqr()).sum::<f64>();
    10.0 * (energy(&spectrum[first.min(spectrum.len())..]) / energy(&spectrum)).log10()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{from_db, white_noise};

    #[test]
    fn a_known_filter_is_measured() {
        // y[n] = (x[n] + x[n−1]) / 2 is cos(ω/2).
        let mut last = 0.0;
        let process = &mut |audio: &mut [&mut [f32]]| {
            for sample in audio[0].iter_mut() {
                (*sample, last) = (0.5 * (*sample + last), *sample);
            }
        };
        let response = impulse_response(process, 48_000.0, 1, 0, 1024);
        let expected = |hz: f64| to_db((std::f64::consts::PI * hz / 48_000.0).cos());
        assert!(response.worst_error(23_000.0, expected).1.abs() < 1e-4);
        assert!((response.worst_error(23_000.0, |hz| expected(hz) + 0.5).1 + 0.5).abs() < 1e-4);
        let (gain, noise) = sine_gain_and_noise(process, 48_000.0, 8000.0, 0.5, 100, 4801);
        assert!((gain - expected(8000.0)).abs() < 1e-4 && noise < -140.0, "{gain} {noise}");
    }

    #[test]
    fn energy_above_a_frequency_is_found_and_a_pure_tone_has_none() {
        let mut tone = sine(1000.0, 0.5, 0.0, 48_000.0, 32_768);
        assert!(energy_above_db(&tone, 5000.0, 48_000.0) < -145.0);
        // White noise at −90 dB of the tone; 19/24 of its energy lie above 5 kHz.
        for (sample, noise) in
            tone.iter_mut().zip(white_noise(0.5f64 / 2f64.sqrt() * from_db(-90.0), 3, 32_768))
        {
            *sample += noise;
        }
        let above = energy_above_db(&tone, 5000.0, 48_000.0);
        assert!((above + 90.0 - 10.0 * (19.0f64 / 24.0).log10()).abs() < 0.5, "{above}");
    }
}
