//! Buffers that the library lends, made before the audio thread needs them.

use std::sync::atomic::{AtomicBool, Ordering};

/// Buffers of one pool: a host that keeps a few blocks in flight finds one.
const ENTRIES: usize = 8;

/// Buffers of one shape.
#[derive(Debug)]
pub(crate) struct Pool {
    channels: usize,
    frames: usize,
    entries: Box<[Entry]>,
}

#[derive(Debug)]
struct Entry {
    lent: AtomicBool,
    /// Where each channel starts in `memory`: what `AudioBuffer.data` points to.
    pointers: Box<[*mut f32]>,
    /// The samples, from `Box::into_raw`; the borrower's while lent.
    memory: *mut [f32],
}

// SAFETY: `memory` and `pointers` belong to this entry alone; who turned `lent` from false to true has them until turning it
// back, and the pool itself never looks into them.
unsafe impl Send for Entry {}
// SAFETY: as above.
unsafe impl Sync for Entry {}

impl Entry {
    fn new(channels: usize, frames: usize) -> Self {
        let memory = Box::into_raw(vec![0f32; channels * frames].into_boxed_slice());
        let start = memory.cast::<f32>();
        let pointers = (0..channels).map(|channel| start.wrapping_add(channel * frames)).collect();
        Self { lent: AtomicBool::new(false), pointers, memory }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // SAFETY: `memory` came from `Box::into_raw` and is freed only here.
        drop(unsafe { Box::from_raw(self.memory) });
    }
}

impl Pool {
    /// Allocates [`Self::len`] buffers of up to `frames` frames.
    pub(crate) fn new(channels: usize, frames: usize) -> Self {
        Self::of(ENTRIES, channels, frames)
    }

    /// A pool of one buffer, for a block longer than was announced.
    pub(crate) fn single(channels: usize, frames: usize) -> Self {
        Self::of(1, channels, frames)
    }

    fn of(entries: usize, channels: usize, frames: usize) -> Self {
        let entries = (0..entries).map(|_| Entry::new(channels, frames)).collect();
        Self { channels, frames, entries }
    }

    /// Whether its buffers take such a block.
    pub(crate) fn fits(&self, channels: usize, frames: usize) -> bool {
        self.channels == channels && frames <= self.frames
    }

    /// Buffers, lent or not.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Buffers that are lent.
    pub(crate) fn lent(&self) -> usize {
        self.entries.iter().filter(|entry| entry.lent.load(Ordering::Relaxed)).count()
    }

    /// Bytes of samples.
    pub(crate) fn bytes(&self) -> usize {
        self.len() * self.channels * self.frames * size_of::<f32>()
    }

    /// Lends a buffer: the array of its channels' addresses, each of [`fits`](Self::fits) frames.
    ///
    /// # Realtime safety
    /// Atomic operations only.
    pub(crate) fn lend(&self) -> Option<*mut *mut f32> {
        let free = |entry: &&Entry| !entry.lent.swap(true, Ordering::Acquire);
        self.entries.iter().find(free).map(|entry| entry.pointers.as_ptr().cast_mut())
    }

    /// Takes a buffer back; false if it is none of this pool's, or not lent.
    pub(crate) fn take_back(&self, data: *mut *mut f32) -> bool {
        let entry = self.entries.iter().find(|entry| entry.pointers.as_ptr() == data.cast_const());
        entry.is_some_and(|entry| entry.lent.swap(false, Ordering::Release))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_buffer_is_lent_once_and_comes_back_once() {
        let pool = Pool::new(2, 16);
        let lent: Vec<_> = std::iter::from_fn(|| pool.lend()).collect();
        assert_eq!((lent.len(), pool.lent()), (ENTRIES, ENTRIES));
        let mut starts: Vec<*mut f32> = vec![];
        for &data in &lent {
            // SAFETY: a lent buffer has two channels of 16 frames.
            unsafe {
                for channel in 0..2 {
                    let start = *data.add(channel);
                    std::slice::from_raw_parts_mut(start, 16).fill(1.0);
                    starts.push(start);
                }
            }
        }
        starts.sort_unstable();
        assert!(starts.windows(2).all(|pair| pair[1].addr() - pair[0].addr() >= 64));
        assert!(pool.take_back(lent[3]) && !pool.take_back(lent[3]));
        assert_eq!(pool.lend(), Some(lent[3]));
        assert!(!pool.take_back(starts.as_mut_ptr()));
        assert!(pool.fits(2, 16) && !pool.fits(2, 17) && !pool.fits(1, 16));
    }
}
