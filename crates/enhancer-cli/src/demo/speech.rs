//! A synthesised voice: four phrases of syllables with pitch, vowels and consonants.
//!
//! Source and filter (G. Fant, *Acoustic theory of speech production*, 1960). A glottal pulse after A. E.
//! Rosenberg (1971) and breath noise run through four resonances. Their frequencies move from phoneme to
//! phoneme as in D. Klatt's cascade synthesiser (*Software for a cascade/parallel formant synthesizer*,
//! 1980). Fricatives and bursts are filtered noise. The recording has the faults of home recordings: a boomy
//! room, mains hum, hiss, little brilliance and a level that varies.

use super::synth::{LowPass, Noise, Room, TAU};

/// The articulation of one phoneme.
#[derive(Debug, Clone, Copy)]
struct Phone {
    seconds: f64,
    /// Formants, Hz.
    formants: [f64; 4],
    /// Gain of the glottal source.
    voice: f64,
    /// Gain, centre (Hz) and Q of noise made at the teeth or lips.
    noise: (f64, f64, f64),
}

const fn vowel(seconds: f64, f1: f64, f2: f64, f3: f64) -> Phone {
    Phone { seconds, formants: [f1, f2, f3, 3500.0], voice: 1.0, noise: (0.0, 4000.0, 1.0) }
}

const fn soft(seconds: f64, f1: f64, f2: f64, f3: f64, voice: f64) -> Phone {
    Phone { seconds, formants: [f1, f2, f3, 3400.0], voice, noise: (0.0, 4000.0, 1.0) }
}

const fn hiss(seconds: f64, formants: [f64; 4], level: f64, hz: f64, q: f64) -> Phone {
    Phone { seconds, formants, voice: 0.0, noise: (level, hz, q) }
}

const NEUTRAL: [f64; 4] = [400.0, 1600.0, 2500.0, 3500.0];
const PAUSE: Phone = hiss(0.32, NEUTRAL, 0.0, 4000.0, 1.0);
const BREATH: Phone = hiss(0.45, [600.0, 1400.0, 2500.0, 3500.0], 0.05, 1500.0, 0.6);
const STOP: Phone = hiss(0.055, NEUTRAL, 0.0, 4000.0, 1.0);
const AH: Phone = vowel(0.15, 700.0, 1180.0, 2500.0);
const EH: Phone = vowel(0.12, 550.0, 1800.0, 2500.0);
const EE: Phone = vowel(0.15, 290.0, 2250.0, 2950.0);
const IH: Phone = vowel(0.09, 400.0, 1950.0, 2550.0);
const OH: Phone = vowel(0.15, 480.0, 880.0, 2450.0);
const OO: Phone = vowel(0.14, 320.0, 900.0, 2300.0);
const UH: Phone = vowel(0.08, 560.0, 1250.0, 2450.0);
const AA: Phone = vowel(0.17, 680.0, 1650.0, 2450.0);
const M: Phone = soft(0.085, 270.0, 1000.0, 2200.0, 0.32);
const N: Phone = soft(0.075, 270.0, 1600.0, 2500.0, 0.34);
const L: Phone = soft(0.07, 350.0, 1050.0, 2850.0, 0.6);
const R: Phone = soft(0.08, 330.0, 1150.0, 1600.0, 0.6);
const W: Phone = soft(0.075, 300.0, 650.0, 2200.0, 0.55);
const D: Phone = Phone {
    seconds: 0.04,
    formants: [300.0, 1750.0, 2600.0, 3500.0],
    voice: 0.25,
    noise: (0.14, 3600.0, 1.2),
};
const B: Phone =
    Phone { seconds: 0.04, formants: [280.0, 900.0, 2200.0, 3400.0], voice: 0.28, noise: (0.08, 900.0, 1.0) };
const V: Phone = Phone {
    seconds: 0.06,
    formants: [300.0, 1200.0, 2300.0, 3400.0],
    voice: 0.35,
    noise: (0.05, 5000.0, 0.6),
};
const Z: Phone = Phone {
    seconds: 0.08,
    formants: [300.0, 1650.0, 2600.0, 3600.0],
    voice: 0.3,
    noise: (0.16, 6300.0, 1.4),
};
const S: Phone = hiss(0.115, [300.0, 1650.0, 2600.0, 3600.0], 0.34, 6500.0, 1.6);
const SH: Phone = hiss(0.11, [300.0, 1800.0, 2500.0, 3500.0], 0.32, 3200.0, 1.5);
const F: Phone = hiss(0.09, [300.0, 1200.0, 2300.0, 3400.0], 0.10, 6500.0, 0.6);
const TH: Phone = hiss(0.07, [300.0, 1400.0, 2500.0, 3400.0], 0.07, 6000.0, 0.7);
const H: Phone = hiss(0.06, [550.0, 1500.0, 2500.0, 3500.0], 0.10, 1700.0, 0.7);
const T: Phone = hiss(0.03, [350.0, 1750.0, 2600.0, 3500.0], 0.40, 4300.0, 1.2);
const K: Phone = hiss(0.035, [350.0, 1800.0, 2300.0, 3500.0], 0.34, 1900.0, 1.8);
const P: Phone = hiss(0.028, [350.0, 1000.0, 2300.0, 3400.0], 0.26, 1000.0, 0.9);

/// "Hello and welcome. This is a small test of a voice / that was never spoken. / Listen to the letters: sea,
/// shore, tea, key, / and how they come out of the noise." Each entry is a level and a phrase: speakers turn
/// away from the microphone.
const PHRASES: &[(f64, &[Phone])] = &[
    (
        1.0,
        &[
            H, EH, L, OH, PAUSE, AA, N, D, W, EH, L, STOP, K, UH, M, PAUSE, TH, IH, S, IH, Z, UH, S, M, OH,
            L, STOP, T, EH, S, STOP, T, UH, V, UH, V, OH, IH, S,
        ],
    ),
    (0.55, &[BREATH, TH, AA, STOP, T, W, UH, Z, N, EH, V, R, S, STOP, P, OH, STOP, K, UH, N]),
    (
        0.9,
        &[
            PAUSE, L, IH, S, UH, N, STOP, T, OO, TH, UH, L, EH, STOP, T, R, Z, PAUSE, S, EE, PAUSE, SH, OH,
            R, PAUSE, STOP, T, EE, PAUSE, STOP, K, EE,
        ],
    ),
    (
        0.4,
        &[
            BREATH, AA, N, D, H, AH, OO, TH, EH, IH, STOP, K, UH, M, AH, OO, STOP, T, UH, V, TH, UH, N, OH,
            IH, Z, PAUSE, F, R, UH, M, B, IH, L, OH, PAUSE,
        ],
    ),
];

/// The derivative of the glottal flow at `phase` (0 to 1) of a period: open for 60 %, closing fast.
fn glottis(phase: f64) -> f64 {
    const RISE: f64 = 0.40;
    const FALL: f64 = 0.16;
    if phase < RISE {
        0.5 * TAU / 4.0 * (0.5 * TAU * phase / RISE).sin()
    } else if phase < RISE + FALL {
        -(RISE / FALL) * 0.5 * TAU / 4.0 * (0.25 * TAU * (phase - RISE) / FALL).sin() * 1.27
    } else {
        0.0
    }
}

/// The two channels of the recording, almost the same, as from two close microphones.
pub(super) fn speech(sample_rate_hz: f64) -> [Vec<f32>; 2] {
    let dry = voice(sample_rate_hz);
    let mut room = Room::new(sample_rate_hz, 0.45);
    let mut dull = LowPass::new(sample_rate_hz, 5200.0, 0.6);
    let mut boom = LowPass::new(sample_rate_hz, 190.0, 0.9);
    let (mut left_hiss, mut right_hiss) = (Noise::new(5), Noise::new(6));
    let mut peak = 0.0f64;
    let frames: Vec<[f64; 2]> = dry
        .iter()
        .enumerate()
        .map(|(n, &sample)| {
            let direct = 0.72 * dull.next(sample) + 0.2 * sample + 0.7 * boom.next(sample);
            let wet = room.next(sample);
            let t = n as f64 / sample_rate_hz;
            let hum = 0.004 * (TAU * 50.0 * t).sin() + 0.0025 * (TAU * 150.0 * t).sin();
            let frame = [
                direct + 0.10 * wet[0] + hum + 0.0022 * left_hiss.next(),
                direct + 0.10 * wet[1] + hum + 0.0022 * right_hiss.next(),
            ];
            peak = peak.max(frame[0].abs()).max(frame[1].abs());
            frame
        })
        .collect();
    let gain = 0.5 / peak.max(1e-9);
    [0, 1].map(|side| frames.iter().map(|frame| (gain * frame[side]) as f32).collect())
}

/// The dry voice, with peaks near 1.
fn voice(sample_rate_hz: f64) -> Vec<f64> {
    let mut mouth = Mouth::new(sample_rate_hz);
    let mut samples = Vec::new();
    for &(level, phones) in PHRASES {
        let length: f64 = phones.iter().map(|phone| phone.seconds).sum();
        let mut at = 0.0;
        for (index, phone) in phones.iter().enumerate() {
            let next = phones.get(index + 1).unwrap_or(phone);
            for n in 0..(phone.seconds * sample_rate_hz) as usize {
                let inside = n as f64 / sample_rate_hz;
                let through = (at + inside) / length;
                // The pitch falls through a phrase, with an accent every half second.
                let accent = 0.5 - 0.5 * (TAU * (at + inside) / 0.52).cos();
                let hz = 132.0 - 38.0 * through + 24.0 * accent * accent;
                samples.push(level * mouth.next(phone, next, inside, hz));
            }
            at += phone.seconds;
        }
    }
    samples
}

/// Source and formant filters, with their state.
struct Mouth {
    sample_rate_hz: f64,
    phase: f64,
    jitter: f64,
    formants: [f64; 4],
    voice: f64,
    hiss: f64,
    resonances: [LowPass; 4],
    teeth: LowPass,
    lips: LowPass,
    noise: Noise,
}

/// Bandwidths of the formants, Hz.
const BANDWIDTHS: [f64; 4] = [70.0, 90.0, 130.0, 210.0];

impl Mouth {
    fn new(sample_rate_hz: f64) -> Self {
        Self {
            sample_rate_hz,
            phase: 0.0,
            jitter: 0.0,
            formants: NEUTRAL,
            voice: 0.0,
            hiss: 0.0,
            resonances: NEUTRAL.map(|hz| LowPass::new(sample_rate_hz, hz, 5.0)),
            teeth: LowPass::new(sample_rate_hz, 4000.0, 1.0),
            lips: LowPass::new(sample_rate_hz, 900.0, 0.5),
            noise: Noise::new(3),
        }
    }

    fn next(&mut self, phone: &Phone, next: &Phone, inside: f64, hz: f64) -> f64 {
        // The formants move to the next phoneme over the last third of a phoneme; levels follow in
        // milliseconds.
        let lead = ((inside / phone.seconds - 0.67) / 0.33).clamp(0.0, 1.0);
        let slow = 1.0 - (-1.0 / (0.012 * self.sample_rate_hz)).exp();
        let fast = 1.0 - (-1.0 / (0.005 * self.sample_rate_hz)).exp();
        for (n, formant) in self.formants.iter_mut().enumerate() {
            let target = phone.formants[n] + 0.5 * lead * (next.formants[n] - phone.formants[n]);
            *formant += slow * (target - *formant);
            self.resonances[n].tune(*formant, *formant / BANDWIDTHS[n]);
        }
        self.voice += fast * (phone.voice - self.voice);
        self.hiss += 2.0 * fast * (phone.noise.0 - self.hiss);
        self.phase += hz * (1.0 + self.jitter) / self.sample_rate_hz;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
            self.jitter = 0.008 * self.noise.next();
        }
        let noise = self.noise.next();
        let aspiration = 0.035 * noise * if self.phase < 0.56 { 1.0 } else { 0.3 };
        let source = self.voice * (glottis(self.phase) + aspiration);
        // A cascade of resonances, each with unity gain at low frequencies.
        let voiced = self.resonances.iter_mut().fold(source, |sample, resonance| resonance.next(sample));
        // Radiation from the lips raises the highs.
        let voiced = voiced + 1.3 * (voiced - self.lips.next(voiced));
        self.teeth.tune(phone.noise.1, phone.noise.2);
        self.teeth.next(noise);
        0.16 * voiced + 0.9 * self.hiss * self.teeth.band()
    }
}
