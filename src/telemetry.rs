//! What leaves the audio thread for the eyes: levels in atomics, samples in a lock-free ring.
//!
//! The audio thread never waits. Samples are copied only while somebody watches, and dropped when the ring is full.

use atomic_float::AtomicF32;
use enhancer_dsp::Meters;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Frames that each ring holds: a third of a second at 192 kHz, over a second at 48 kHz.
const RING_FRAMES: usize = 1 << 16;

/// Blocks whose levels wait for the reader: over a second of blocks of 64 frames at 192 kHz.
const RING_BLOCKS: usize = 4096;

/// A sample that no picture shows: −120 dBFS.
const UNSEEN: f32 = 1e-6;

/// Silence after which no picture moves any more, s: bars from full scale to their floor take 7.6, the slowest spectrum five times
/// its 1.5.
pub(crate) const SETTLE_S: f64 = 8.0;

/// A frame's first two channels (a mono signal twice).
pub type StereoFrame = [f32; 2];

/// The reader's half, shared with editors.
pub struct Telemetry {
    watched: AtomicBool,
    sample_rate_hz: AtomicF32,
    input_peak: [AtomicF32; 2],
    output_peak: [AtomicF32; 2],
    compressor_reduction_db: AtomicF32,
    limiter_reduction_db: AtomicF32,
    rings: Mutex<Rings>,
}

/// Samples on their way to the reader.
pub struct Rings {
    /// What came into the chain.
    pub input: Consumer<StereoFrame>,
    /// What left it.
    pub output: Consumer<StereoFrame>,
    /// Levels block by block.
    pub blocks: Consumer<BlockLevels>,
}

/// Levels of one block.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BlockLevels {
    /// Its length.
    pub frames: u32,
    /// Largest sample magnitude that came in, left or right.
    pub input_peak: f32,
    /// Largest sample magnitude that went out, left or right.
    pub output_peak: f32,
    /// Most gain that the compressor took away, dB.
    pub compressor_reduction_db: f32,
    /// Most gain that the limiter took away, dB.
    pub limiter_reduction_db: f32,
}

/// Levels since the previous call of [`Telemetry::take_levels`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Levels {
    /// Largest sample magnitude that came in, left and right.
    pub input_peak: [f32; 2],
    /// Largest sample magnitude that went out, left and right.
    pub output_peak: [f32; 2],
    /// Most gain that the compressor took away, dB.
    pub compressor_reduction_db: f32,
    /// Most gain that the limiter took away, dB.
    pub limiter_reduction_db: f32,
}

impl Telemetry {
    /// A pair of halves: the audio thread's, which holds the reader's.
    pub(crate) fn channel() -> TelemetrySender {
        let (input, input_reader) = RingBuffer::new(RING_FRAMES);
        let (output, output_reader) = RingBuffer::new(RING_FRAMES);
        let (blocks, blocks_reader) = RingBuffer::new(RING_BLOCKS);
        let shared = Arc::new(Self {
            watched: AtomicBool::new(false),
            sample_rate_hz: AtomicF32::new(48_000.0),
            input_peak: [AtomicF32::new(0.0), AtomicF32::new(0.0)],
            output_peak: [AtomicF32::new(0.0), AtomicF32::new(0.0)],
            compressor_reduction_db: AtomicF32::new(0.0),
            limiter_reduction_db: AtomicF32::new(0.0),
            rings: Mutex::new(Rings { input: input_reader, output: output_reader, blocks: blocks_reader }),
        });
        TelemetrySender { shared, input, output, blocks, quiet_s: 0.0 }
    }

    /// Says whether somebody looks. While nobody does, the audio thread copies nothing.
    pub fn set_watched(&self, watched: bool) {
        self.watched.store(watched, Relaxed);
    }

    /// Whether somebody looks.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.watched.load(Relaxed)
    }

    /// Sample rate of the samples in the rings, Hz.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f32 {
        self.sample_rate_hz.load(Relaxed)
    }

    /// Levels since the previous call.
    pub fn take_levels(&self) -> Levels {
        let take = |level: &AtomicF32| level.swap(0.0, Relaxed);
        Levels {
            input_peak: [take(&self.input_peak[0]), take(&self.input_peak[1])],
            output_peak: [take(&self.output_peak[0]), take(&self.output_peak[1])],
            compressor_reduction_db: take(&self.compressor_reduction_db),
            limiter_reduction_db: take(&self.limiter_reduction_db),
        }
    }

    /// The samples that wait. Only readers lock here; the audio thread has the other ends.
    pub fn rings(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The audio thread's half.
pub(crate) struct TelemetrySender {
    shared: Arc<Telemetry>,
    input: Producer<StereoFrame>,
    output: Producer<StereoFrame>,
    blocks: Producer<BlockLevels>,
    /// Time since something was to be seen, s.
    quiet_s: f64,
}

impl TelemetrySender {
    pub(crate) fn shared(&self) -> Arc<Telemetry> {
        self.shared.clone()
    }

    /// Whether somebody looks.
    pub(crate) fn is_watched(&self) -> bool {
        self.shared.is_watched()
    }

    /// Whether somebody looks and a picture would differ from the one before.
    pub(crate) fn has_news(&self) -> bool {
        self.is_watched() && self.quiet_s < SETTLE_S
    }

    /// Something changed that the sound may not tell.
    pub(crate) fn wake(&mut self) {
        self.quiet_s = 0.0;
    }

    pub(crate) fn set_sample_rate_hz(&self, sample_rate_hz: f32) {
        self.shared.sample_rate_hz.store(sample_rate_hz, Relaxed);
    }

    /// Takes a block before the chain. Long silence is left out, so that the rings have room when it ends.
    pub(crate) fn observe_input(&mut self, channels: &[&mut [f32]]) {
        let is_seen = || channels.iter().any(|channel| channel.iter().any(|sample| sample.abs() > UNSEEN));
        if !self.is_watched() || is_seen() {
            self.wake();
        }
        if self.has_news() {
            push(&mut self.input, channels);
        }
    }

    /// Takes the block after the chain, and what the chain's meters say of it.
    pub(crate) fn observe_output(&mut self, channels: &[&mut [f32]], meters: &Meters) {
        if meters.output_peak.iter().any(|peak| *peak > UNSEEN) {
            self.wake();
        }
        if !self.has_news() {
            return;
        }
        self.quiet_s += meters.frames as f64 / f64::from(self.shared.sample_rate_hz());
        push(&mut self.output, channels);
        for side in 0..2 {
            self.shared.input_peak[side].fetch_max(meters.input_peak[side], Relaxed);
            self.shared.output_peak[side].fetch_max(meters.output_peak[side], Relaxed);
        }
        self.shared
            .compressor_reduction_db
            .fetch_max(meters.reduction_db(enhancer_dsp::StageId::Compressor), Relaxed);
        self.shared
            .limiter_reduction_db
            .fetch_max(meters.reduction_db(enhancer_dsp::StageId::Limiter), Relaxed);
        let levels = BlockLevels {
            frames: u32::try_from(meters.frames).unwrap_or(u32::MAX),
            input_peak: meters.input_peak[0].max(meters.input_peak[1]),
            output_peak: meters.output_peak[0].max(meters.output_peak[1]),
            compressor_reduction_db: meters.reduction_db(enhancer_dsp::StageId::Compressor),
            limiter_reduction_db: meters.reduction_db(enhancer_dsp::StageId::Limiter),
        };
        // Dropped when the ring is full.
        let _ = self.blocks.push(levels);
    }
}

/// Copies as many frames as fit.
fn push(ring: &mut Producer<StereoFrame>, channels: &[&mut [f32]]) {
    let (Some(left), Some(right)) = (channels.first(), channels.get(1).or(channels.first())) else { return };
    let frames = left.len().min(right.len()).min(ring.slots());
    if let Ok(chunk) = ring.write_chunk_uninit(frames) {
        chunk.fill_from_iter(left.iter().zip(right.iter()).map(|(&left, &right)| [left, right]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: usize = 480;

    /// Passes a block of this height through and says how many frames arrived at each end.
    fn pass(sender: &mut TelemetrySender, input: f32, output: f32) -> [usize; 2] {
        sender.observe_input(&[&mut [input; BLOCK]]);
        let meters = Meters { frames: BLOCK as _, output_peak: [output; 8], ..Meters::default() };
        sender.observe_output(&[&mut [output; BLOCK]], &meters);
        let mut rings = sender.shared.rings();
        let Rings { input, output, blocks } = &mut *rings;
        while blocks.pop().is_ok() {}
        [input, output].map(|ring| {
            let waiting = ring.slots();
            ring.read_chunk(waiting).unwrap().commit_all();
            waiting
        })
    }

    #[test]
    fn silence_is_news_until_every_picture_has_settled() {
        let mut sender = Telemetry::channel();
        sender.shared.set_watched(true);
        assert_eq!(pass(&mut sender, 0.5, 0.5), [BLOCK; 2]);
        let silent = |sender: &mut TelemetrySender, seconds: f32| {
            let blocks = (seconds * 100.0) as usize;
            (0..blocks).fold([0; 2], |_, _| pass(sender, 0.0, 0.0))
        };
        assert_eq!(silent(&mut sender, 7.9), [BLOCK; 2]);
        assert!(sender.has_news());
        assert_eq!(silent(&mut sender, 0.3), [0; 2]);
        assert!(!sender.has_news());
        assert_eq!(
            pass(&mut sender, 0.001, 0.0),
            [BLOCK; 2],
            "sound that begins is seen from its first block on"
        );
        assert!(sender.has_news());
        silent(&mut sender, 9.0);
        assert_eq!(pass(&mut sender, 0.0, 0.001)[1], BLOCK, "so is what sounds on");
        silent(&mut sender, 9.0);
        sender.wake();
        assert!(sender.has_news());
        silent(&mut sender, 9.0);
        sender.shared.set_watched(false);
        assert_eq!((pass(&mut sender, 0.5, 0.5), sender.has_news()), ([0; 2], false));
        sender.shared.set_watched(true);
        assert!(sender.has_news(), "a window that opens is drawn");
    }
}
