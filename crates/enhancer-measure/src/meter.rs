//! True-peak meters, independent of those of the core.

use std::f64::consts::PI;

/// The interpolation filter of ITU-R BS.1770-4 annex 2: four phases of twelve taps.
const BS1770_PHASES: [[f64; 12]; 4] = [
    [
        0.001_708_984_375,
        0.010_986_328_125,
        -0.019_653_320_312_5,
        0.033_203_125,
        -0.059_448_242_187_5,
        0.137_329_101_562_5,
        0.972_167_968_75,
        -0.102_294_921_875,
        0.047_607_421_875,
        -0.026_611_328_125,
        0.014_892_578_125,
        -0.008_300_781_25,
    ],
    [
        -0.029_174_804_687_5,
        0.029_296_875,
        -0.051_757_812_5,
        0.089_111_328_125,
        -0.166_503_906_25,
        0.465_087_890_625,
        0.779_785_156_25,
        -0.200_317_382_812_5,
        0.101_562_5,
        -0.058_227_539_062_5,
        0.033_081_054_687_5,
        -0.018_920_898_437_5,
    ],
    [
        -0.018_920_898_437_5,
        0.033_081_054_687_5,
        -0.058_227_539_062_5,
        0.101_562_5,
        -0.200_317_382_812_5,
        0.779_785_156_25,
        0.465_087_890_625,
        -0.166_503_906_25,
        0.089_111_328_125,
        -0.051_757_812_5,
        0.029_296_875,
        -0.029_174_804_687_5,
    ],
    [
        -0.008_300_781_25,
        0.014_892_578_125,
        -0.026_611_328_125,
        0.047_607_421_875,
        -0.102_294_921_875,
        0.972_167_968_75,
        0.137_329_101_562_5,
        -0.059_448_242_187_5,
        0.033_203_125,
        -0.019_653_320_312_5,
        0.010_986_328_125,
        0.001_708_984_375,
    ],
];

/// Largest magnitude on the meter of ITU-R BS.1770-4 annex 2 (4x, 48 taps).
pub(crate) fn true_peak_bs1770(samples: &[f32]) -> f64 {
    true_peak(samples, BS1770_PHASES.iter().map(|phase| &phase[..]))
}

/// Largest magnitude on a 16x meter: windowed sinc of 64 taps per side, Kaiser β = 12.
#[must_use]
pub fn true_peak_16x(samples: &[f32]) -> f64 {
    let phases = interpolator(64, 16, 12.0);
    true_peak(samples, phases.iter().map(|phase| &phase[..]))
}

/// A polyphase interpolator, `[phase][tap]`: a sinc of `side` taps per side under Kaiser's window. Phase p of
/// n lies p/n of a sample after tap `side − 1`.
pub(crate) fn interpolator(side: usize, phases: usize, beta: f64) -> Vec<Vec<f64>> {
    let tap = |phase: usize, tap: usize| {
        let x = tap as f64 - side as f64 + 1.0 - phase as f64 / phases as f64;
        sinc(x) * kaiser(x / side as f64, beta)
    };
    (0..phases).map(|phase| (0..2 * side).map(|index| tap(phase, index)).collect()).collect()
}

fn true_peak<'a>(samples: &[f32], phases: impl Iterator<Item = &'a [f64]>) -> f64 {
    /// Results computed in parallel, few enough for the sums to stay in registers.
    const WIDTH: usize = 16;
    let mut peak = 0f64;
    let mut padded = Vec::new();
    for phase in phases {
        padded.clear();
        padded.resize(phase.len(), 0.0);
        padded.extend(samples.iter().map(|&sample| f64::from(sample)));
        padded.resize(padded.len() + phase.len() + WIDTH, 0.0);
        for window in padded.windows(phase.len() + WIDTH).step_by(WIDTH) {
            let mut sums = [0.0; WIDTH];
            for (shifted, tap) in window.windows(WIDTH).zip(phase) {
                for (sum, sample) in sums.iter_mut().zip(shifted) {
                    *sum += tap * sample;
                }
            }
            peak = sums.iter().fold(peak, |peak, sum| peak.max(sum.abs()));
        }
    }
    peak
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
}

/// Kaiser's window for `x` in −1…1; 0 outside.
pub(crate) fn kaiser(x: f64, beta: f64) -> f64 {
    if x.abs() > 1.0 { 0.0 } else { bessel_i0(beta * (1.0 - x * x).sqrt()) / bessel_i0(beta) }
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= (x / (2.0 * k)).powi(2);
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{sine, to_db};

    #[test]
    fn a_sine_between_the_samples_reads_its_peak() {
        // fs/4 at 45°: every sample lies 3 dB below the peak.
        let samples = sine(12_000.0, 1.0, std::f64::consts::FRAC_PI_4, 48_000.0, 4800);
        let middle: Vec<f32> = samples.iter().enumerate().map(|(n, s)| s * fade(n, 4800)).collect();
        assert!(to_db(true_peak_16x(&middle)).abs() < 0.01);
        assert!(to_db(true_peak_bs1770(&middle)).abs() < 0.3, "the standard's own filter ripples");
        assert!((to_db(f64::from(middle.iter().fold(0f32, |a, s| a.max(s.abs())))) + 3.01).abs() < 0.01);
    }

    #[test]
    fn the_16x_meter_reads_every_tone_of_its_band() {
        // Half a step of 1/16 sample beside a peak at 0.47 fs costs 20 log cos(π 0.47 / 16) = −0.037 dB; the
        // fade adds 0.002.
        for turn in [0.01, 0.13, 0.25, 0.37, 0.4473, 0.469] {
            for phase in [0.0, 0.4, 1.1, 1.57] {
                let samples = sine(turn, 1.0, phase, 1.0, 4800);
                let middle: Vec<f32> = samples.iter().enumerate().map(|(n, s)| s * fade(n, 4800)).collect();
                let level = to_db(true_peak_16x(&middle));
                assert!((-0.038..0.003).contains(&level), "{turn} fs, phase {phase}: {level} dB");
            }
        }
    }

    fn fade(n: usize, frames: usize) -> f32 {
        (n.min(frames - n) as f32 / 1000.0).min(1.0)
    }
}
