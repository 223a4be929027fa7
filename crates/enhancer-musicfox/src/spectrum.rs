//! Ring of the latest output samples, for the live spectrum of another thread.
//!
//! The audio thread stores samples and never waits. A reader detects from the counters that samples were
//! overwritten during its read, and then reads again.

use enhancer_dsp::block::Sample;
use std::sync::atomic::{AtomicU64, Ordering, fence};

/// Frames in the ring. A window of up to half of them stays unchanged long enough to be read.
const KEPT_FRAMES: usize = 1 << 15;
/// Most attempts of a reader. After the last one it returns samples of different times.
const TRIES: usize = 8;

/// The latest frames of the first two channels. Each frame is one 64-bit word, so a read never splits it.
#[derive(Debug)]
pub(crate) struct SpectrumRing {
    frames: Box<[AtomicU64]>,
    /// Number of frames written since `new`.
    written: AtomicU64,
    /// Value of `written` after the present write; ahead of `written` during a write.
    begun: AtomicU64,
}

impl SpectrumRing {
    pub(crate) fn new() -> Self {
        let frames = (0..KEPT_FRAMES).map(|_| AtomicU64::new(0)).collect();
        Self { frames, written: AtomicU64::new(0), begun: AtomicU64::new(0) }
    }

    /// Appends a block of planar channels. A single channel is used as left and right.
    ///
    /// # Realtime safety
    /// Atomic stores; constant time per frame.
    pub(crate) fn push(&self, channels: &[&mut [f32]]) {
        let Some(left) = channels.first() else { return };
        let right = channels.get(1).unwrap_or(left);
        self.push_frames(left.iter().copied().zip(right.iter().copied()));
    }

    /// Appends a block of interleaved samples with `channels` samples per frame.
    ///
    /// # Realtime safety
    /// Atomic stores; constant time per frame.
    pub(crate) fn push_interleaved<S: Sample>(&self, samples: &[S], channels: usize) {
        let frames = samples.chunks_exact(channels);
        // `chunks_exact` yields frames of `channels` samples, at least one.
        self.push_frames(frames.map(|frame| (frame[0].to_f32(), frame[1.min(channels - 1)].to_f32())));
    }

    fn push_frames(&self, frames: impl ExactSizeIterator<Item = (f32, f32)>) {
        let start = self.written.load(Ordering::Relaxed);
        let end = start + frames.len() as u64;
        self.begun.store(end, Ordering::Relaxed);
        fence(Ordering::Release);
        let mut at = start as usize % KEPT_FRAMES;
        for (left, right) in frames {
            let word = u64::from(left.to_bits()) | u64::from(right.to_bits()) << 32;
            if let Some(slot) = self.frames.get(at) {
                slot.store(word, Ordering::Relaxed);
            }
            at = (at + 1) % KEPT_FRAMES;
        }
        self.written.store(end, Ordering::Release);
    }

    /// The latest `frames` frames, left and right; zeros before the first frame. At most half of the ring.
    pub(crate) fn latest(&self, frames: usize) -> [Vec<f32>; 2] {
        let frames = frames.min(KEPT_FRAMES / 2);
        let mut channels = [vec![], vec![]];
        for _ in 0..TRIES {
            let end = self.written.load(Ordering::Acquire);
            channels = [Vec::with_capacity(frames), Vec::with_capacity(frames)];
            for frame in (0..frames as u64).rev() {
                let slot = (end.wrapping_sub(frame + 1)) as usize % KEPT_FRAMES;
                let word = self.frames.get(slot).map_or(0, |slot| slot.load(Ordering::Relaxed));
                channels[0].push(f32::from_bits(word as u32));
                channels[1].push(f32::from_bits((word >> 32) as u32));
            }
            fence(Ordering::Acquire);
            let begun = self.begun.load(Ordering::Relaxed);
            if begun - end <= (KEPT_FRAMES - frames) as u64 {
                break;
            }
        }
        channels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latest_returns_the_last_frames_in_order() {
        let ring = SpectrumRing::new();
        assert_eq!(ring.latest(3), [vec![0.0; 3], vec![0.0; 3]]);
        let mut left: Vec<f32> = (0..50_000).map(|n| n as f32).collect();
        let mut right: Vec<f32> = left.iter().map(|sample| -sample).collect();
        for (left, right) in left.chunks_mut(77).zip(right.chunks_mut(77)) {
            ring.push(&[left, right]);
        }
        let [got_left, got_right] = ring.latest(4096);
        assert_eq!(got_left, left[50_000 - 4096..]);
        assert_eq!(got_right, right[50_000 - 4096..]);
        ring.push(&[&mut [7.0]]);
        assert_eq!(ring.latest(1), [vec![7.0], vec![7.0]]);
        ring.push_interleaved(&[1.0f64, 2.0, 3.0, 4.0, 5.0, 6.0], 3);
        ring.push_interleaved(&[8.0f32, 9.0], 1);
        assert_eq!(ring.latest(4), [vec![1.0, 4.0, 8.0, 9.0], vec![2.0, 5.0, 8.0, 9.0]]);
    }

    #[test]
    fn a_reader_never_gets_frames_of_different_times() {
        let ring = SpectrumRing::new();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut block = [0f32; 512];
                // Long enough that the scheduler interrupts the reader in the middle of a window.
                for number in 0..60_000u32 {
                    let start = number * 512 % (1 << 22);
                    block.iter_mut().enumerate().for_each(|(n, sample)| *sample = start as f32 + n as f32);
                    ring.push(&[&mut block]);
                }
            });
            while !writer.is_finished() {
                let [left, _] = ring.latest(8192);
                let steps = left
                    .windows(2)
                    .filter(|pair| pair[0] > 0.0 && pair[1] > 0.0)
                    .all(|pair| pair[1] - pair[0] == 1.0);
                assert!(steps, "a gap in {left:?}");
            }
        });
    }
}
