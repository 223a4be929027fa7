//! A whole-frame delay that keeps the bypassed signal in time with the processed one.

use crate::block::{Block, Lanes};

#[derive(Debug)]
pub(super) struct Delay {
    /// `[pair]`, each a ring of the longest delay.
    rings: Box<[Box<[Lanes]>]>,
    frames: usize,
    position: usize,
}

impl Delay {
    pub(super) fn new(channels: usize, max_frames: usize) -> Self {
        let ring = || vec![[0.0; 2]; max_frames].into_boxed_slice();
        Self { rings: (0..channels.div_ceil(2)).map(|_| ring()).collect(), frames: max_frames, position: 0 }
    }

    /// Sets the delay, at most the longest; [`reset`](Self::reset) must follow a change.
    pub(super) fn set_frames(&mut self, frames: usize) {
        self.frames = frames;
    }

    pub(super) fn process(&mut self, block: &mut Block) {
        let mut end = self.position;
        for (pair, ring) in block.pairs_mut().zip(self.rings.iter_mut()) {
            let Some(ring) = ring.get_mut(..self.frames) else { continue };
            let mut position = self.position;
            for lanes in pair {
                if let Some(slot) = ring.get_mut(position) {
                    core::mem::swap(slot, lanes);
                    position = if position + 1 == self.frames { 0 } else { position + 1 };
                }
            }
            end = position;
        }
        self.position = end;
    }

    pub(super) fn reset(&mut self) {
        self.position = 0;
        for ring in &mut self.rings {
            ring.fill([0.0; 2]);
        }
    }
}
