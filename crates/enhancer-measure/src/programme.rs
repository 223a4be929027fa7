//! A substitute for music: pink noise and three sines with a moving level, so that dynamics react.

use crate::signal::{Random, from_db};
use std::f64::consts::TAU;

/// Two channels of programme with the given RMS over both, dBFS. The channels differ in noise and in phase.
#[must_use]
pub fn programme(rms_dbfs: f64, sample_rate_hz: f64, frames: usize) -> [Vec<f32>; 2] {
    let channels = [0.0, 1.0].map(|phase| channel(phase, sample_rate_hz, frames));
    let squares: f64 = channels.iter().flatten().map(|sample| sample * sample).sum();
    let gain = from_db(rms_dbfs) / (squares / (2 * frames) as f64).sqrt();
    channels.map(|channel| channel.iter().map(|sample| (sample * gain) as f32).collect())
}

fn channel(phase: f64, sample_rate_hz: f64, frames: usize) -> Vec<f64> {
    let mut random = Random::new(1 + phase as u64);
    let mut pink = Pink::default();
    let sample = |n| {
        let turn = TAU * n as f64 / sample_rate_hz;
        let sines = [(110.0, 1.0, 0.0), (997.0, 0.5, phase), (6301.0, 0.2, 2.0 * phase)];
        let sines: f64 =
            sines.iter().map(|(hz, amplitude, phase)| amplitude * (turn * hz + phase).sin()).sum();
        (0.3 * pink.filter(random.gaussian()) + sines) * (0.55 + 0.45 * (1.7 * turn).sin())
    };
    (0..frames).map(sample).collect()
}

/// Filters white noise to pink noise, −3 dB per octave within 0.05 dB above 9 Hz at 44.1 kHz (P. Kellet's
/// refined filter, musicdsp.org no. 76).
#[derive(Default)]
struct Pink {
    poles: [f64; 6],
    delayed: f64,
}

impl Pink {
    const POLES: [(f64, f64); 6] = [
        (0.99886, 0.055_517_9),
        (0.99332, 0.075_075_9),
        (0.969, 0.153_852),
        (0.8665, 0.310_485_6),
        (0.55, 0.532_952_2),
        (-0.7616, -0.016_898),
    ];

    fn filter(&mut self, white: f64) -> f64 {
        for (state, (pole, gain)) in self.poles.iter_mut().zip(Self::POLES) {
            *state = *state * pole + white * gain;
        }
        let pink = self.poles.iter().sum::<f64>() + self.delayed + 0.5362 * white;
        self.delayed = 0.115_926 * white;
        pink
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::to_db;
    use crate::tone::rms;

    #[test]
    fn the_programme_has_the_given_level_and_two_different_channels() {
        let [left, right] = programme(-12.0, 48_000.0, 96_000);
        let both: Vec<f32> = left.iter().chain(&right).copied().collect();
        assert!((to_db(rms(&both)) + 12.0).abs() < 1e-3);
        let difference: Vec<f32> = left.iter().zip(&right).map(|(left, right)| left - right).collect();
        assert!(to_db(rms(&difference)) > -30.0);
    }

    #[test]
    fn pink_noise_falls_3_db_per_octave() {
        let (mut pink, mut random) = (Pink::default(), Random::new(7));
        let samples: Vec<f32> = (0..1 << 17).map(|_| pink.filter(random.gaussian()) as f32).collect();
        let level = |hz: f64| {
            // Mean power of short tone fits around the frequency.
            let fits =
                samples.chunks_exact(1024).map(|chunk| crate::tone::fit_sine(chunk, hz, 48_000.0).0.powi(2));
            10.0 * (fits.sum::<f64>() / 128.0).log10()
        };
        let slope = (level(8000.0) - level(500.0)) / 4.0;
        assert!((slope + 3.01).abs() < 0.5, "{slope} dB per octave");
    }
}
