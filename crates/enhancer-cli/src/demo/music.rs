//! Twenty seconds of synthesised music: drums, bass, electric piano, strings and a lead, in a stereo room.
//!
//! Piano and lead are two-operator FM (J. Chowning, *The synthesis of complex audio spectra by means of
//! frequency modulation*, 1973). Strings and bass are detuned saws through a state-variable low-pass. Drums
//! are pitch-swept sines and filtered noise. The room is a feedback delay network (J.-M. Jot 1991). The mix
//! is deliberately a little dull, boxy and uneven, as home recordings are, so that presets have something to
//! enhance.

use super::synth::{LowPass, Noise, Room, TAU, decay, note_hz, saw};

/// Beats per minute.
const TEMPO: f64 = 92.0;
/// Chords of four notes, one to a bar: Am9, Fmaj7, C, G6 (MIDI notes).
const CHORDS: [[u8; 4]; 4] = [[57, 60, 64, 71], [53, 57, 60, 64], [55, 60, 64, 67], [55, 59, 62, 64]];
/// Roots for the bass.
const ROOTS: [u8; 4] = [33, 29, 36, 31];
/// The lead, as (beat within eight bars, MIDI note, beats).
const LEAD: [(f64, u8, f64); 18] = [
    (0.0, 76, 1.5),
    (1.5, 74, 0.5),
    (2.0, 72, 1.0),
    (3.0, 71, 1.0),
    (4.0, 69, 3.0),
    (8.0, 67, 1.0),
    (9.0, 72, 1.0),
    (10.0, 74, 2.0),
    (12.0, 71, 3.0),
    (16.0, 76, 1.0),
    (17.0, 79, 1.5),
    (18.5, 76, 0.5),
    (19.0, 74, 1.0),
    (20.0, 72, 2.5),
    (22.5, 69, 1.5),
    (24.0, 72, 2.0),
    (26.0, 74, 2.0),
    (28.0, 76, 3.5),
];
/// Bars played.
const BARS: usize = 8;

/// The two channels of the piece, ±1 full scale.
pub(super) fn music(sample_rate_hz: f64) -> [Vec<f32>; 2] {
    let beat = 60.0 / TEMPO;
    let frames = ((BARS as f64 * 4.0 * beat + 1.6) * sample_rate_hz) as usize;
    let mut mix =
        Mix { dry: [vec![0.0; frames], vec![0.0; frames]], send: vec![0.0; frames], sample_rate_hz };
    for bar in 0..BARS {
        let start = bar as f64 * 4.0 * beat;
        drums(&mut mix, start, beat, bar);
        bass(&mut mix, start, beat, ROOTS[bar % 4], bar);
        piano(&mut mix, start, beat, &CHORDS[bar % 4], bar);
        if bar >= 2 {
            strings(&mut mix, start, 4.0 * beat, &CHORDS[bar % 4]);
        }
    }
    for (at, note, beats) in LEAD {
        lead(&mut mix, at * beat, beats * beat, note_hz(note));
    }
    mix.finish()
}

/// The mix: two dry channels and the mono send to the room.
struct Mix {
    dry: [Vec<f64>; 2],
    send: Vec<f64>,
    sample_rate_hz: f64,
}

impl Mix {
    /// Adds a voice of `seconds` from `start` s on, at `place` between left (0) and right (1), with equal
    /// power.
    fn add(
        &mut self,
        start: f64,
        seconds: f64,
        gain: f64,
        place: f64,
        send: f64,
        mut voice: impl FnMut(f64) -> f64,
    ) {
        let from = (start * self.sample_rate_hz) as usize;
        let to = (from + (seconds * self.sample_rate_hz) as usize).min(self.send.len());
        let (left, right) = ((place * TAU / 4.0).cos() * gain, (place * TAU / 4.0).sin() * gain);
        for frame in from..to {
            let sample = voice((frame - from) as f64 / self.sample_rate_hz);
            self.dry[0][frame] += left * sample;
            self.dry[1][frame] += right * sample;
            self.send[frame] += send * gain * sample;
        }
    }

    /// Adds the room, dulls the sum and scales it.
    fn finish(self) -> [Vec<f32>; 2] {
        let mut room = Room::new(self.sample_rate_hz, 1.4);
        let wet: Vec<[f64; 2]> = self.send.iter().map(|&send| room.next(send)).collect();
        let mut peak = 0.0f64;
        let channels: Vec<Vec<f64>> = self
            .dry
            .iter()
            .enumerate()
            .map(|(side, dry)| {
                let mut dull = LowPass::new(self.sample_rate_hz, 7500.0, 0.6);
                dry.iter()
                    .zip(&wet)
                    .map(|(dry, wet)| {
                        let sum = dry + 0.55 * wet[side];
                        let sample = 0.6 * dull.next(sum) + 0.4 * sum;
                        peak = peak.max(sample.abs());
                        sample
                    })
                    .collect()
            })
            .collect();
        let gain = 0.71 / peak.max(1e-9);
        [0, 1].map(|side| channels[side].iter().map(|sample| (gain * sample) as f32).collect())
    }
}

fn drums(mix: &mut Mix, start: f64, beat: f64, bar: usize) {
    let rate = mix.sample_rate_hz;
    for at in [0.0f64, 1.75, 2.0, if bar % 4 == 3 { 3.5 } else { 2.5 }] {
        let mut phase = 0.0;
        let mut click = Noise::new(at.to_bits() ^ bar as u64);
        mix.add(start + at * beat, 0.35, if at == 1.75 { 0.5 } else { 0.95 }, 0.5, 0.05, |t| {
            phase += (48.0 + 120.0 * decay(t, 0.03)) / rate;
            (TAU * phase).sin() * decay(t, 0.11) + 0.15 * click.next() * decay(t, 0.003)
        });
    }
    for at in [1.0, 3.0] {
        let mut noise = Noise::new(77 + bar as u64 + at as u64);
        let mut low = LowPass::new(rate, 6500.0, 0.8);
        let mut body = LowPass::new(rate, 900.0, 0.7);
        mix.add(start + at * beat, 0.3, 0.5, 0.48, 0.35, |t| {
            let hiss = noise.next();
            let crack = low.next(hiss) - 0.6 * body.next(hiss);
            crack * decay(t, 0.06) + 0.6 * (TAU * 187.0 * t).sin() * decay(t, 0.05)
        });
    }
    for eighth in 0..8 {
        let open = eighth == 7 && bar % 2 == 1;
        let mut noise = Noise::new(1000 + bar as u64 * 8 + eighth);
        let mut high = LowPass::new(rate, 6000.0, 0.7);
        let swing = if eighth % 2 == 1 { 0.04 } else { 0.0 };
        let gain = if eighth % 2 == 0 { 0.17 } else { 0.11 };
        mix.add(start + (eighth as f64 * 0.5 + swing) * beat, 0.3, gain, 0.62, 0.08, |t| {
            let hiss = noise.next();
            (hiss - high.next(hiss)) * decay(t, if open { 0.09 } else { 0.022 })
        });
    }
}

fn bass(mix: &mut Mix, start: f64, beat: f64, root: u8, bar: usize) {
    let rate = mix.sample_rate_hz;
    let fifth = root + 7;
    let walk = [
        (0.0, root, 1.4),
        (1.5, root, 0.4),
        (2.0, fifth, 0.9),
        (3.0, root + 12, 0.45),
        (3.5, if bar % 4 == 1 { root + 5 } else { fifth }, 0.45),
    ];
    for (at, note, beats) in walk {
        let (hz, seconds) = (note_hz(note), beats * beat);
        let mut filter = LowPass::new(rate, 420.0, 0.9);
        let mut phase = 0.0;
        mix.add(start + at * beat, seconds + 0.06, 0.52, 0.5, 0.02, |t| {
            phase += hz / rate;
            let gate = if t < seconds { 1.0 } else { decay(t - seconds, 0.015) };
            let tone = 0.7 * (TAU * phase).sin() + filter.next(0.55 * saw(phase, hz / rate));
            tone * gate * (t / 0.006).min(1.0) * (0.45 + 0.55 * decay(t, 0.35))
        });
    }
}

fn piano(mix: &mut Mix, start: f64, beat: f64, chord: &[u8; 4], bar: usize) {
    for (at, beats, loudness) in [(0.0, 1.6, 1.0), (1.5, 1.2, 0.7), (2.75, 1.2, 0.8)] {
        for (voice, &note) in chord.iter().enumerate() {
            let hz = note_hz(note) * (1.0 + 0.0006 * (voice as f64 - 1.5));
            let late = 0.008 * voice as f64 + 0.003 * ((bar * 7 + voice * 3) % 5) as f64;
            let seconds = beats * beat;
            let place = 0.22 + 0.19 * voice as f64;
            mix.add(start + at * beat + late, seconds + 0.5, 0.105 * loudness, place, 0.35, |t| {
                let gate = if t < seconds { 1.0 } else { decay(t - seconds, 0.1) };
                let bell = 0.9 * decay(t, 0.18) * (TAU * 14.0 * hz * t).sin();
                let index = (1.1 * decay(t, 0.5) + 0.25) * (TAU * hz * t).sin();
                let tremolo = 1.0 + 0.12 * (TAU * 4.6 * t).sin();
                (TAU * hz * t + index + 0.25 * bell).sin()
                    * decay(t, 1.1)
                    * gate
                    * tremolo
                    * (t / 0.003).min(1.0)
            });
        }
    }
}

fn strings(mix: &mut Mix, start: f64, seconds: f64, chord: &[u8; 4]) {
    let rate = mix.sample_rate_hz;
    for (voice, &note) in chord.iter().enumerate() {
        for (player, detune) in [-0.0031, 0.0007, 0.0028].into_iter().enumerate() {
            let hz = note_hz(note + 12) * (1.0 + detune);
            let mut filter = LowPass::new(rate, 2400.0, 0.6);
            let mut phase = 0.37 * (voice * 3 + player) as f64;
            let place = 0.08 + 0.84 * ((voice * 3 + player * 5) % 12) as f64 / 11.0;
            mix.add(start, seconds + 0.35, 0.022, place, 0.6, |t| {
                phase += hz * (1.0 + 0.003 * (TAU * (5.1 + 0.2 * player as f64) * t).sin()) / rate;
                let bow = (t / 0.45).min(1.0) * if t < seconds { 1.0 } else { decay(t - seconds, 0.1) };
                filter.next(saw(phase, hz / rate)) * bow
            });
        }
    }
}

fn lead(mix: &mut Mix, start: f64, seconds: f64, hz: f64) {
    let rate = mix.sample_rate_hz;
    let mut phase = 0.0;
    mix.add(start, seconds + 0.25, 0.15, 0.46, 0.4, |t| {
        let vibrato = 0.004 * ((t - 0.25) / 0.3).clamp(0.0, 1.0) * (TAU * 5.4 * t).sin();
        phase += hz * (1.0 + vibrato) / rate;
        let gate = if t < seconds { 1.0 } else { decay(t - seconds, 0.06) };
        let breath = (t / 0.035).min(1.0);
        let index = 0.7 * breath + 0.9 * decay(t, 0.08);
        (TAU * phase + index * (TAU * phase).sin()).sin() * breath * gate * (0.65 + 0.35 * decay(t, 0.6))
    });
}
