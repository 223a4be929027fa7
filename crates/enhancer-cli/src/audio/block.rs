//! Planar audio that moves between threads.

/// Target length of a block, frames: long enough to make the transfer between threads cheap, short enough for
/// the cache.
pub(crate) const BLOCK_FRAMES: usize = 4096;

/// Planar audio of any length; the planes have the same length.
#[derive(Debug, Default, Clone)]
pub(crate) struct Block {
    /// Samples, a plane per channel; ±1 is full scale.
    pub(crate) planes: Vec<Vec<f32>>,
}

impl Block {
    pub(crate) fn new(channels: usize) -> Self {
        Self { planes: vec![Vec::with_capacity(2 * BLOCK_FRAMES); channels] }
    }

    pub(crate) fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    pub(crate) fn clear(&mut self) {
        self.planes.iter_mut().for_each(Vec::clear);
    }

    /// Appends frames of silence.
    pub(crate) fn extend_silence(&mut self, frames: usize) {
        for plane in &mut self.planes {
            plane.resize(plane.len() + frames, 0.0);
        }
    }

    /// Drops frames at the start, at most all.
    pub(crate) fn drop_front(&mut self, frames: usize) {
        for plane in &mut self.planes {
            plane.drain(..frames.min(plane.len()));
        }
    }

    /// Keeps the first `frames` and drops the rest.
    pub(crate) fn truncate(&mut self, frames: usize) {
        self.planes.iter_mut().for_each(|plane| plane.truncate(frames));
    }

    pub(crate) fn as_slices(&self) -> Vec<&[f32]> {
        self.planes.iter().map(Vec::as_slice).collect()
    }

    pub(crate) fn as_mut_slices(&mut self) -> Vec<&mut [f32]> {
        self.planes.iter_mut().map(Vec::as_mut_slice).collect()
    }
}
