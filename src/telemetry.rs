//! Levels and samples from the audio thread to the editor, through lock-free rings of fixed size.
//!
//! The audio thread never waits. It copies samples only while an editor is open, and drops them when a ring
//! is full. Every channel is copied, so that the meters read the surrounds of 5.1 and 7.1, too. Cost: one
//! pass over the block for each end of the chain. A block of 64 stereo frames takes about 30 ns an end.

use enhancer_dsp::{Meters, StageId};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Frames that each ring holds: a third of a second at 192 kHz, over a second at 48 kHz.
const RING_FRAMES: usize = 1 << 16;

/// Blocks whose levels each ring holds: over a second of blocks of 64 frames at 192 kHz.
const RING_BLOCKS: usize = 4096;

/// Largest sample that no picture shows: −120 dBFS.
const INVISIBLE_PEAK: f32 = 1e-6;

/// Seconds of silence after which every picture rests. Bars take 7.6 s from full scale to their floor, the
/// slowest spectrum five times its time constant of 1.5 s.
pub(crate) const SETTLE_S: f64 = 8.0;

/// The reader's half. Every editor of one plugin instance shares it.
pub struct Telemetry {
    watched: AtomicBool,
    rings: Mutex<Rings>,
}

/// Samples and levels that the reader has not taken yet, with their format.
pub struct Rings {
    /// Sample rate of both sample rings, Hz.
    pub sample_rate_hz: f32,
    /// Channels of both sample rings, 1 to 8, in the host's order: L R C LFE and the surrounds for 5.1 and
    /// 7.1.
    pub channels: usize,
    /// Samples before the chain, interleaved. Always whole frames.
    pub input: Consumer<f32>,
    /// Samples after the chain, interleaved. Always whole frames.
    pub output: Consumer<f32>,
    /// Levels of each block, oldest first.
    pub blocks: Consumer<BlockLevels>,
}

/// Levels of one block.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BlockLevels {
    /// Length of the block, frames.
    pub frames: u32,
    /// Largest sample magnitude before the chain, over all channels, linear.
    pub input_peak: f32,
    /// Largest sample magnitude after the chain, over all channels, linear.
    pub output_peak: f32,
    /// Largest gain reduction of each stage, dB, 0 or more, in the order of [`StageId::ALL`].
    pub reductions_db: [f32; StageId::ALL.len()],
}

impl Telemetry {
    /// Returns the audio thread's half, which holds the reader's. Stereo at 48 kHz until
    /// [`TelemetrySender::activate`].
    pub(crate) fn channel() -> TelemetrySender {
        let (sample_rate_hz, channels) = (48_000.0, 2);
        let (writers, rings) = rings(sample_rate_hz, channels);
        let shared = Arc::new(Self { watched: AtomicBool::new(false), rings: Mutex::new(rings) });
        TelemetrySender { shared, writers, sample_rate_hz, channels, quiet_s: 0.0 }
    }

    /// Starts or stops the copies. Off at first; then the audio thread copies nothing.
    pub fn set_watched(&self, watched: bool) {
        self.watched.store(watched, Relaxed);
    }

    /// True while an editor reads the rings.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.watched.load(Relaxed)
    }

    /// Sample rate of the samples in the rings, Hz. Locks the rings, so call it from a reader's thread.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f32 {
        self.rings().sample_rate_hz
    }

    /// Locks the readers' ends of the rings. The audio thread owns the other ends and never takes this lock.
    pub fn rings(&self) -> MutexGuard<'_, Rings> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writers' ends of the rings.
struct Writers {
    input: Producer<f32>,
    output: Producer<f32>,
    blocks: Producer<BlockLevels>,
}

/// Allocates empty rings for frames of `channels` samples. The memory of a ring is touched only as samples
/// arrive.
fn rings(sample_rate_hz: f32, channels: usize) -> (Writers, Rings) {
    let (input, input_reader) = RingBuffer::new(RING_FRAMES * channels);
    let (output, output_reader) = RingBuffer::new(RING_FRAMES * channels);
    let (blocks, blocks_reader) = RingBuffer::new(RING_BLOCKS);
    let readers =
        Rings { sample_rate_hz, channels, input: input_reader, output: output_reader, blocks: blocks_reader };
    (Writers { input, output, blocks }, readers)
}

/// The audio thread's half.
pub(crate) struct TelemetrySender {
    shared: Arc<Telemetry>,
    writers: Writers,
    sample_rate_hz: f32,
    channels: usize,
    /// Seconds since a picture last changed.
    quiet_s: f64,
}

impl TelemetrySender {
    pub(crate) fn shared(&self) -> Arc<Telemetry> {
        self.shared.clone()
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.shared.is_watched()
    }

    /// True while an editor is open and its next picture would differ from the last.
    pub(crate) fn has_news(&self) -> bool {
        self.is_watched() && self.quiet_s < SETTLE_S
    }

    /// Starts the time until the pictures rest again. Call it when a parameter changes, which silence does
    /// not show.
    pub(crate) fn wake(&mut self) {
        self.quiet_s = 0.0;
    }

    /// Sets the format of the samples, with 1 to 8 channels. A new format replaces the rings and drops their
    /// samples.
    ///
    /// Locks and allocates: call it while the host activates the plugin, never from `process`.
    pub(crate) fn activate(&mut self, sample_rate_hz: f32, channels: usize) {
        if (self.sample_rate_hz, self.channels) == (sample_rate_hz, channels) {
            return;
        }
        let (writers, readers) = rings(sample_rate_hz, channels);
        *self.shared.rings() = readers;
        self.writers = writers;
        (self.sample_rate_hz, self.channels) = (sample_rate_hz, channels);
    }

    /// Copies a block before the chain. Long silence is left out, so that the rings have room when it ends.
    ///
    /// # Realtime safety
    /// Never allocates, locks or waits.
    pub(crate) fn observe_input(&mut self, channels: &[&mut [f32]]) {
        let is_visible = |channel: &[f32]| channel.iter().any(|sample| sample.abs() > INVISIBLE_PEAK);
        if !self.is_watched() || channels.iter().any(|channel| is_visible(channel)) {
            self.wake();
        }
        if self.has_news() {
            push(&mut self.writers.input, channels, self.channels);
        }
    }

    /// Copies the block after the chain, and the chain's meters for it.
    ///
    /// # Realtime safety
    /// Never allocates, locks or waits.
    pub(crate) fn observe_output(&mut self, channels: &[&mut [f32]], meters: &Meters) {
        if meters.output_peak.iter().any(|peak| *peak > INVISIBLE_PEAK) {
            self.wake();
        }
        if !self.has_news() {
            return;
        }
        self.quiet_s += meters.frames as f64 / f64::from(self.sample_rate_hz);
        push(&mut self.writers.output, channels, self.channels);
        let largest = |peaks: &[f32]| peaks.iter().copied().fold(0.0, f32::max);
        let levels = BlockLevels {
            frames: u32::try_from(meters.frames).unwrap_or(u32::MAX),
            input_peak: largest(&meters.input_peak),
            output_peak: largest(&meters.output_peak),
            reductions_db: meters.reductions_db,
        };
        // Dropped when the ring is full.
        let _ = self.writers.blocks.push(levels);
    }
}

/// Copies as many frames as fit, interleaved. A block of another channel count than the ring's is left out.
///
/// The ring holds whole frames alone and its capacity is a multiple of a frame, so neither part of a chunk
/// ends inside one.
fn push(ring: &mut Producer<f32>, channels: &[&mut [f32]], count: usize) {
    if count == 0 || channels.len() != count {
        return;
    }
    let shortest = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
    let frames = shortest.min(ring.slots() / count);
    let Ok(mut chunk) = ring.write_chunk(frames * count) else { return };
    let (first, second) = chunk.as_mut_slices();
    let middle = first.len() / count;
    interleave(first, channels, 0);
    interleave(second, channels, middle);
    chunk.commit_all();
}

/// Fills `frames` from the channels' samples, the first from index `start`.
fn interleave(frames: &mut [f32], channels: &[&mut [f32]], start: usize) {
    if let [left, right] = channels {
        // One loop for both channels: 64 frames take 32 ns, and 50 with the loop below.
        let pairs = left.iter().zip(right.iter()).skip(start);
        for (frame, (&left, &right)) in frames.chunks_exact_mut(2).zip(pairs) {
            frame.copy_from_slice(&[left, right]);
        }
        return;
    }
    for (place, channel) in channels.iter().enumerate() {
        let slots = frames.iter_mut().skip(place).step_by(channels.len());
        slots.zip(channel.iter().skip(start)).for_each(|(slot, &sample)| *slot = sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: usize = 480;

    fn watched(channels: usize) -> TelemetrySender {
        let mut sender = Telemetry::channel();
        sender.activate(48_000.0, channels);
        sender.shared.set_watched(true);
        sender
    }

    /// Samples that name their channel and frame.
    fn numbered(channels: usize, frames: std::ops::Range<usize>) -> Vec<Vec<f32>> {
        let sample = |channel: usize| move |frame: usize| (channel * 100_000 + frame + 1) as f32;
        (0..channels).map(|channel| frames.clone().map(sample(channel)).collect()).collect()
    }

    fn observe(sender: &mut TelemetrySender, block: &mut [Vec<f32>]) {
        let channels: Vec<&mut [f32]> = block.iter_mut().map(Vec::as_mut_slice).collect();
        sender.observe_input(&channels);
        let frames = channels[0].len() as u64;
        sender.observe_output(&channels, &Meters { frames, output_peak: [1.0; 8], ..Meters::default() });
    }

    fn take(ring: &mut Consumer<f32>) -> Vec<f32> {
        let waiting = ring.slots();
        ring.read_chunk(waiting).unwrap().into_iter().collect()
    }

    /// Sends a mono block of constant samples; returns the frames that arrive at each end.
    fn pass(sender: &mut TelemetrySender, input: f32, output: f32) -> [usize; 2] {
        sender.observe_input(&[&mut [input; BLOCK]]);
        let meters = Meters { frames: BLOCK as _, output_peak: [output; 8], ..Meters::default() };
        sender.observe_output(&[&mut [output; BLOCK]], &meters);
        let mut rings = sender.shared.rings();
        let Rings { input, output, blocks, .. } = &mut *rings;
        while blocks.pop().is_ok() {}
        [input, output].map(|ring| take(ring).len())
    }

    #[test]
    fn rings_hold_every_channel_in_the_hosts_order() {
        for channels in 1..=8 {
            let mut sender = watched(channels);
            let (mut sent, step) = (0, 7919);
            // More than two turns of the ring, in blocks that meet its end at different frames.
            while sent < 3 * RING_FRAMES {
                observe(&mut sender, &mut numbered(channels, sent..sent + step));
                let mut rings = sender.shared.rings();
                let interleaved =
                    |frame: usize| (0..channels).map(move |channel| (channel * 100_000 + frame + 1) as f32);
                let expected: Vec<f32> = (sent..sent + step).flat_map(interleaved).collect();
                assert_eq!(rings.channels, channels);
                assert!(take(&mut rings.input) == expected, "{channels} channels, input");
                assert!(take(&mut rings.output) == expected, "{channels} channels, output");
                sent += step;
            }
        }
    }

    #[test]
    fn a_full_ring_keeps_whole_frames() {
        for channels in [1, 2, 3, 6, 8] {
            let mut sender = watched(channels);
            for block in 0..=RING_FRAMES / 5000 {
                observe(&mut sender, &mut numbered(channels, block * 5000..(block + 1) * 5000));
            }
            let samples = take(&mut sender.shared.rings().output);
            assert_eq!(samples.len(), RING_FRAMES * channels);
            let last = (0..channels).map(|channel| (channel * 100_000 + RING_FRAMES) as f32);
            assert!(samples[samples.len() - channels..].iter().copied().eq(last));
        }
    }

    #[test]
    fn block_levels_cover_every_channel() {
        for place in 0..8 {
            let mut sender = watched(8);
            let mut meters = Meters { frames: 1, ..Meters::default() };
            (meters.input_peak[place], meters.output_peak[place]) = (0.5, 0.25);
            sender.observe_input(&[&mut [0.5]]);
            sender.observe_output(&[&mut [0.5]], &meters);
            let levels = sender.shared.rings().blocks.pop().unwrap();
            assert_eq!((levels.input_peak, levels.output_peak), (0.5, 0.25), "channel {place}");
        }
    }

    #[test]
    fn a_new_format_drops_the_samples_of_the_old_one() {
        let mut sender = watched(2);
        observe(&mut sender, &mut numbered(2, 0..100));
        sender.activate(48_000.0, 2);
        assert_eq!(sender.shared.rings().input.slots(), 200, "the same format keeps them");
        sender.activate(96_000.0, 6);
        let rings = sender.shared.rings();
        assert_eq!((rings.sample_rate_hz, rings.channels), (96_000.0, 6));
        assert_eq!((rings.input.slots(), rings.output.slots(), rings.blocks.slots()), (0, 0, 0));
    }

    #[test]
    fn silence_is_news_until_every_picture_has_settled() {
        let mut sender = watched(1);
        assert_eq!(pass(&mut sender, 0.5, 0.5), [BLOCK; 2]);
        let silent = |sender: &mut TelemetrySender, seconds: f32| {
            let blocks = (seconds * 100.0) as usize;
            (0..blocks).fold([0; 2], |_, _| pass(sender, 0.0, 0.0))
        };
        assert_eq!(silent(&mut sender, 7.9), [BLOCK; 2]);
        assert!(sender.has_news());
        assert_eq!(silent(&mut sender, 0.3), [0; 2]);
        assert!(!sender.has_news());
        assert_eq!(pass(&mut sender, 0.001, 0.0), [BLOCK; 2], "the first block of a new sound arrives");
        assert!(sender.has_news());
        silent(&mut sender, 9.0);
        assert_eq!(pass(&mut sender, 0.0, 0.001)[1], BLOCK, "an output that rings on arrives");
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
