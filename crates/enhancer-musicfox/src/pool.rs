//! Buffers that the library lends. They are allocated before the audio thread needs them.

use std::sync::atomic::{AtomicBool, Ordering};

/// Buffers of one pool: enough for a host that keeps a few blocks in use at the same time.
const ENTRIES: usize = 8;

/// Buffers of one format: a number of channels and a largest number of frames.
#[derive(Debug)]
pub(crate) struct Pool {
    channels: usize,
    frames: usize,
    entries: Box<[Entry]>,
}

#[derive(Debug)]
struct Entry {
    lent: AtomicBool,
    /// Address of each channel in `memory`. `AudioBuffer.data` of a lent buffer points to this array.
    pointers: Box<[*mut f32]>,
    /// The samples, from `Box::into_raw`. Only the borrower accesses them while `lent` is true.
    memory: *mut [f32],
}

// SAFETY: `memory` and `pointers` belong to this entry alone, and the pool never accesses the samples. `lend`
// gives the buffer to the one call that changed `lent` from false to true; that borrower has it until
// `take_back`.
unsafe impl Send for Entry {}
// SAFETY: the same conditions hold for a shared entry: `lent` is atomic, and `pointers` never changes.
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
        // SAFETY: `new` got `memory` from `Box::into_raw`, and only `drop` frees it.
        drop(unsafe { Box::from_raw(self.memory) });
    }
}

impl Pool {
    /// Allocates [`Self::len`] buffers of up to `frames` frames.
    pub(crate) fn new(channels: usize, frames: usize) -> Self {
        Self::of(ENTRIES, channels, frames)
    }

    /// Allocates one buffer, for a block that no existing pool fits.
    pub(crate) fn single(channels: usize, frames: usize) -> Self {
        Self::of(1, channels, frames)
    }

    fn of(entries: usize, channels: usize, frames: usize) -> Self {
        let entries = (0..entries).map(|_| Entry::new(channels, frames)).collect();
        Self { channels, frames, entries }
    }

    /// True if a block of this format and length fits into each buffer.
    pub(crate) fn fits(&self, channels: usize, frames: usize) -> bool {
        self.channels == channels && frames <= self.frames
    }

    /// Number of buffers, lent ones included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Number of lent buffers.
    pub(crate) fn lent(&self) -> usize {
        self.entries.iter().filter(|entry| entry.lent.load(Ordering::Relaxed)).count()
    }

    /// Memory for samples, bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.len() * self.channels * self.frames * size_of::<f32>()
    }

    /// Lends a buffer: the array of its channels' addresses. `None` if all are lent.
    ///
    /// # Realtime safety
    /// Atomic operations only.
    pub(crate) fn lend(&self) -> Option<*mut *mut f32> {
        let free = |entry: &&Entry| !entry.lent.swap(true, Ordering::Acquire);
        self.entries.iter().find(free).map(|entry| entry.pointers.as_ptr().cast_mut())
    }

    /// Takes a buffer back. False if it is not lent or belongs to another pool.
    pub(crate) fn take_back(&self, data: *mut *mut f32) -> bool {
        let entry = self.entries.iter().find(|entry| entry.pointers.as_ptr() == data.cast_const());
        entry.is_some_and(|entry| entry.lent.swap(false, Ordering::Release))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_lent_once_and_taken_back_once() {
        let pool = Pool::new(2, 16);
        let lent: Vec<_> = std::iter::from_fn(|| pool.lend()).collect();
        assert_eq!((lent.len(), pool.lent()), (ENTRIES, ENTRIES));
        let mut starts: Vec<*mut f32> = vec![];
        for &data in &lent {
            // SAFETY: `Pool::new` made two channels of 16 frames, and this test alone borrows them.
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
