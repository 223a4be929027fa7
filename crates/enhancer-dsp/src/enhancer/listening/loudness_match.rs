//! The difference in loudness between processed signal and input, as a gain that moves without pumping.
//!
//! Both signals are K-weighted and summed in slices of 0.1 s. The gain is the difference of their loudness
//! over the last 30 slices in which both are above −70 LUFS: the short-term loudness of EBU Tech 3341 while
//! the programme plays, and the previous value in a pause. So silence holds the gain, and neither a fade-out
//! nor a stage's ringing moves it. The gain follows in dB through two one-poles in a row, which never
//! overshoot.

use super::k_weighting::{KWeighting, Memory, channel_weight};
use crate::block::{Block, Lanes, MAX_CHANNELS, MAX_CHUNK_FRAMES};
use crate::units::{db_to_gain, ms_to_frames};

/// Length of a slice, ms; rounded to whole chunks of the chain.
const SLICE_MS: f64 = 100.0;
/// Slices in the window of 3 s.
const WINDOW_SLICES: usize = 30;
/// Most gain or attenuation, dB.
const MOST_DB: f64 = 24.0;
/// Energy of −70 LUFS: `10^((−70 + 0.691) / 10)`, BS.1770-4's absolute gate.
const GATE_ENERGY: f64 = 1.172_465_305e-7;
/// Time constant of each of the two one-poles: under the slices' length, so that steps from slice to slice
/// merge, and long enough that a jump of 24 dB leaves nothing above 5 kHz.
const SLEW_MS: f64 = 60.0;
/// Distance at which a gain jumps to its target, dB.
const THERE_DB: f64 = 1e-9;

/// One signal with its K-weighting filters.
#[derive(Debug, Clone, Copy, Default)]
struct Programme {
    memories: [Memory; MAX_CHANNELS / 2],
    /// Sum of squares in the slice so far, by channel.
    energies: [Lanes; MAX_CHANNELS / 2],
}

/// Mean weighted energies of a slice.
#[derive(Debug, Clone, Copy, Default)]
struct Slice {
    processed: f64,
    dry: f64,
}

#[derive(Debug)]
pub(super) struct LoudnessMatch {
    channels: usize,
    weighting: KWeighting,
    processed: Programme,
    dry: Programme,
    /// Frames of the present slice so far, and its full length.
    frames: usize,
    slice_frames: usize,
    window: [Slice; WINDOW_SLICES],
    /// Slices that entered the window.
    count: usize,
    target_db: f64,
    /// Outputs of the one-poles, the last one in force.
    gain_db: [f64; 2],
    step: f64,
}

impl LoudnessMatch {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let slice_chunks = (ms_to_frames(SLICE_MS, sample_rate_hz) / MAX_CHUNK_FRAMES as f64).round();
        Self {
            channels,
            weighting: KWeighting::new(sample_rate_hz),
            processed: Programme::default(),
            dry: Programme::default(),
            frames: 0,
            slice_frames: slice_chunks as usize * MAX_CHUNK_FRAMES,
            window: [Slice::default(); WINDOW_SLICES],
            count: 0,
            target_db: 0.0,
            gain_db: [0.0; 2],
            step: 1.0 - (-1.0 / ms_to_frames(SLEW_MS, sample_rate_hz)).exp(),
        }
    }

    /// Adds the next frames of both signals, aligned in time.
    pub(super) fn observe(&mut self, processed: &Block, dry: &Block) {
        self.frames += processed.frames();
        self.processed.observe(&self.weighting, processed);
        self.dry.observe(&self.weighting, dry);
    }

    /// Writes the gain of each of the next frames.
    pub(super) fn fill(&mut self, gains: &mut [f64]) {
        if self.gain_db == [self.target_db; 2] {
            gains.fill(db_to_gain(self.target_db));
            return;
        }
        let [first, second] = &mut self.gain_db;
        for gain in gains {
            *second += self.step * (*first - *second);
            *first += self.step * (self.target_db - *first);
            *gain = db_to_gain(*second);
        }
    }

    /// Ends a full slice. Called at fixed places of the stream.
    pub(super) fn housekeep(&mut self) {
        self.processed.flush_denormals();
        self.dry.flush_denormals();
        if self.gain_db.iter().all(|gain| (gain - self.target_db).abs() < THERE_DB) {
            self.gain_db = [self.target_db; 2];
        }
        if self.frames >= self.slice_frames {
            let frames = core::mem::take(&mut self.frames) as f64;
            let processed = self.processed.take_energy(self.channels) / frames;
            let dry = self.dry.take_energy(self.channels) / frames;
            self.end_slice(Slice { processed, dry });
        }
    }

    fn end_slice(&mut self, slice: Slice) {
        if slice.processed.min(slice.dry) < GATE_ENERGY {
            return;
        }
        if let Some(slot) = self.window.get_mut(self.count % WINDOW_SLICES) {
            *slot = slice;
        }
        self.count += 1;
        let window = self.window.iter().take(self.count);
        let (processed, dry) =
            window.fold((0.0, 0.0), |(processed, dry), slice| (processed + slice.processed, dry + slice.dry));
        self.target_db = (10.0 * (processed / dry).log10()).clamp(-MOST_DB, MOST_DB);
    }

    /// Clears the signals, but keeps their loudness.
    pub(super) fn interrupt(&mut self) {
        (self.processed, self.dry) = (Programme::default(), Programme::default());
        self.frames = 0;
    }

    /// Clears the signals and their loudness.
    pub(super) fn reset(&mut self) {
        self.interrupt();
        self.count = 0;
        self.target_db = 0.0;
        self.gain_db = [0.0; 2];
    }
}

impl Programme {
    fn observe(&mut self, weighting: &KWeighting, block: &Block) {
        let states = self.memories.iter_mut().zip(&mut self.energies);
        for ((memory, energy), frames) in states.zip(block.pairs()) {
            weighting.observe(memory, energy, frames);
        }
    }

    /// Returns the weighted sum of the channels' energies and clears them.
    fn take_energy(&mut self, channels: usize) -> f64 {
        let energies = core::mem::take(&mut self.energies);
        let by_channel = energies.as_flattened().iter().take(channels).enumerate();
        by_channel.map(|(channel, energy)| channel_weight(channel, channels) * energy).sum()
    }

    fn flush_denormals(&mut self) {
        self.memories.iter_mut().for_each(Memory::flush_denormals);
    }
}
