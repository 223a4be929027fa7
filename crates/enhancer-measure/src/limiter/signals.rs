//! Signals that exceed a limiter's ceiling, each in its own way.

use std::f64::consts::{FRAC_PI_4, PI, TAU};

use crate::signal::{Random, from_db};

/// Class of a case; each class has its own tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Clicks, drums, squares, sweeps, tones: a meter can be accurate on them.
    Structured,
    /// Full-band white noise, on which meters differ.
    Noise,
}

/// A signal with its name.
#[derive(Debug, Clone)]
pub struct Case {
    /// Description with the level of its peaks over full scale.
    pub name: String,
    /// Class of the signal.
    pub kind: Kind,
    /// Planar channels, two of equal length.
    pub channels: Vec<Vec<f32>>,
}

/// All cases for a sample rate, about one second each.
#[must_use]
pub fn cases(sample_rate_hz: f64) -> Vec<Case> {
    let rate = sample_rate_hz;
    let structured = |name: &str, channels| Case { name: name.into(), kind: Kind::Structured, channels };
    let mut cases = vec![
        structured("clicks +12 dB", clicks(rate)),
        drums(rate),
        structured("sweep 20 Hz to 0.49 fs +12 dB", both(sweep(rate), 1.0)),
        structured("sweep 20 Hz to 0.49 fs +12 dB, anti-phase", both(sweep(rate), -1.0)),
        structured("bursts +12 dB, anti-phase", both(bursts(rate), -1.0)),
        structured("fs/4 at 45 degrees +3 dB", both(quarter_rate(rate, 3.0), 1.0)),
        structured("fs/4 at 45 degrees +12 dB", both(quarter_rate(rate, 12.0), 1.0)),
    ];
    for (frequency_hz, over_db) in [(1000.0, 6.0), (100.0, 6.0), (440.0, 12.0), (3007.0, 6.0), (7013.0, 12.0)]
    {
        if frequency_hz < 0.45 * rate {
            let name = format!("square {frequency_hz} Hz +{over_db} dB");
            cases.push(structured(&name, both(square(frequency_hz, over_db, rate), 1.0)));
        }
    }
    cases.push(noise(rate));
    cases
}

/// Drums with peaks 12 dB over full scale: kick, snare and hi-hat, two bars at 140 beats a minute.
#[must_use]
pub fn drums(sample_rate_hz: f64) -> Case {
    let eighth = (60.0 / 140.0 / 2.0 * sample_rate_hz) as usize;
    let (mut left, mut right) = (vec![0.0; 16 * eighth], vec![0.0; 16 * eighth]);
    let mut random = Random::new(3);
    for step in 0..14 {
        let start = step * eighth;
        let mut strike = |gains: (f64, f64), hit: &mut dyn FnMut(f64) -> f64| {
            for (n, (left, right)) in left.iter_mut().zip(&mut right).skip(start).take(eighth * 2).enumerate()
            {
                let value = hit(n as f64 / sample_rate_hz);
                *left += gains.0 * value;
                *right += gains.1 * value;
            }
        };
        if matches!(step, 0 | 3 | 8 | 10) {
            strike((1.0, 1.0), &mut |t| {
                (TAU * (45.0 * t + 6.0 * (1.0 - (-t / 0.03).exp()))).sin() * (-t / 0.14).exp()
            });
        }
        if matches!(step, 4 | 12) {
            strike((0.8, 0.7), &mut |t| {
                random.gaussian() * 0.35 * (-t / 0.09).exp()
                    + (TAU * 190.0 * t).sin() * 0.5 * (-t / 0.06).exp()
            });
        }
        let mut before = 0.0;
        strike((0.3, 0.5), &mut |t| {
            let now = random.gaussian();
            let high = 0.5 * (now - before);
            before = now;
            high * (-t / 0.025).exp()
        });
    }
    let peak = left.iter().chain(&right).fold(0f64, |peak, sample| peak.max(sample.abs()));
    let fader = from_db(12.0) / peak;
    let channels = vec![finish(&left, fader, sample_rate_hz), finish(&right, fader, sample_rate_hz)];
    Case { name: "drums +12 dB".into(), kind: Kind::Structured, channels }
}

/// White noise over the whole band in two independent channels, RMS 0 dBFS: −12 dBFS raised by 12 dB.
#[must_use]
pub fn noise(sample_rate_hz: f64) -> Case {
    let mut random = Random::new(11);
    let mut channel = || {
        let samples: Vec<f64> = (0..(2.0 * sample_rate_hz) as usize).map(|_| random.gaussian()).collect();
        finish(&samples, 1.0, sample_rate_hz)
    };
    Case { name: "white noise +12 dB".into(), kind: Kind::Noise, channels: vec![channel(), channel()] }
}

/// Clicks on a soft tone: single samples, equal neighbours (4/π between them) and opposite neighbours, from 6
/// dB below to 12 dB above full scale.
fn clicks(rate: f64) -> Vec<Vec<f32>> {
    let frames = rate as usize;
    let mut random = Random::new(7);
    let mut channel = |tone_hz: f64| {
        let mut samples: Vec<f64> =
            (0..frames).map(|n| 0.1 * (TAU * tone_hz * n as f64 / rate).sin()).collect();
        let mut place = frames / 50;
        while place + 8 < frames {
            let height = from_db(random.between(-6.0, 12.0)) * if random.unit() < 0.5 { -1.0 } else { 1.0 };
            let shape: &[f64] = match random.next_u64() % 4 {
                0 => &[1.0],
                1 => &[1.0, 1.0],
                2 => &[1.0, -1.0],
                _ => &[1.0, -1.0, -1.0, 1.0],
            };
            for (sample, factor) in samples.iter_mut().skip(place).zip(shape) {
                *sample += height * factor;
            }
            place += (rate * random.between(0.0005, 0.04)) as usize + 1;
        }
        finish(&samples, 1.0, rate)
    };
    vec![channel(220.0), channel(330.0)]
}

/// A logarithmic sweep, 20 Hz to 0.49 fs.
fn sweep(rate: f64) -> Vec<f32> {
    let (from, to, seconds) = (20.0, 0.49 * rate, 1.5);
    let slope = f64::ln(to / from) / seconds;
    let angle = |t: f64| TAU * from * ((slope * t).exp() - 1.0) / slope;
    let samples: Vec<f64> =
        (0..(seconds * rate) as usize).map(|n| from_db(12.0) * angle(n as f64 / rate).sin()).collect();
    finish(&samples, 1.0, rate)
}

/// Tones of many frequencies under a raised cosine of 1 to 30 ms.
fn bursts(rate: f64) -> Vec<f32> {
    let frames = rate as usize;
    let mut samples = vec![0.0; frames];
    let mut random = Random::new(5);
    let mut place = 0;
    while place < frames {
        let length = (rate * random.between(0.001, 0.03)) as usize + 2;
        let turn = TAU * random.between(0.0005, 0.46);
        let (phase, height) = (random.between(0.0, TAU), from_db(random.between(-3.0, 12.0)));
        for (n, sample) in samples.iter_mut().skip(place).take(length).enumerate() {
            let window = 0.5 - 0.5 * (TAU * n as f64 / length as f64).cos();
            *sample += height * window * (turn * n as f64 + phase).sin();
        }
        place += (length as f64 * random.between(0.3, 1.5)) as usize + 1;
    }
    let peak = samples.iter().fold(0f64, |peak, sample| peak.max(sample.abs()));
    finish(&samples, from_db(12.0) / peak, rate)
}

/// A tone at a quarter of the sample rate, every sample 3 dB below the peak between samples.
fn quarter_rate(rate: f64, over_db: f64) -> Vec<f32> {
    let height = from_db(over_db);
    let samples: Vec<f64> =
        (0..(0.5 * rate) as usize).map(|n| height * (PI / 2.0 * n as f64 + FRAC_PI_4).sin()).collect();
    finish(&samples, 1.0, rate)
}

/// A square of two sample values, with all overtones and their aliases.
fn square(frequency_hz: f64, over_db: f64, rate: f64) -> Vec<f32> {
    let height = from_db(over_db);
    let samples: Vec<f64> = (0..(0.5 * rate) as usize)
        .map(|n| if (frequency_hz * n as f64 / rate).fract() < 0.5 { height } else { -height })
        .collect();
    finish(&samples, 1.0, rate)
}

fn both(left: Vec<f32>, right_gain: f32) -> Vec<Vec<f32>> {
    let right = left.iter().map(|sample| sample * right_gain).collect();
    vec![left, right]
}

/// Adds silence, 20 ms before and 60 ms after: more than a limiter's latency and a meter's kernel.
fn finish(samples: &[f64], gain: f64, rate: f64) -> Vec<f32> {
    let silence = |seconds: f64| std::iter::repeat_n(0.0, (seconds * rate) as usize);
    silence(0.02).chain(samples.iter().map(|&sample| (gain * sample) as f32)).chain(silence(0.06)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::true_peak_16x;
    use crate::signal::to_db;
    use crate::tone::rms;

    #[test]
    fn each_case_has_the_level_in_its_name() {
        for case in cases(48_000.0) {
            let peak = case.channels.iter().flatten().fold(0f32, |peak, sample| peak.max(sample.abs()));
            let over = to_db(f64::from(peak));
            assert!(over > -0.1, "{}: {over} dB", case.name);
            if let Some(named) = case.name.split('+').nth(1).and_then(|rest| rest.split(' ').next()) {
                let named: f64 = named.parse().unwrap();
                let level = match (case.kind, case.name.contains("fs/4")) {
                    (Kind::Noise, _) => to_db(rms(&case.channels[0])) + 12.0 + 0.17, // the silence around it
                    (_, true) => over + 3.01,
                    _ => over,
                };
                assert!((level - named).abs() < 1.6, "{}: {level} dB", case.name);
            }
            assert!(case.channels.iter().all(|c| c.len() == case.channels[0].len()));
        }
    }

    #[test]
    fn a_quarter_of_the_rate_hides_3_db_between_its_samples() {
        let samples = quarter_rate(48_000.0, 0.0);
        let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        assert!((to_db(f64::from(peak)) + 3.01).abs() < 0.01);
        assert!(true_peak_16x(&samples) > 0.999);
    }
}
