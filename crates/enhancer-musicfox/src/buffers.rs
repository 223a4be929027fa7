//! The caller's planar audio: format and addresses are checked before any access.

use crate::error::Error;
use crate::pointers::check_address;
use crate::settings::{CHANNELS, SAMPLE_RATES, check_range};
use crate::types::AudioBuffer;
use enhancer_dsp::enhancer::MAX_CHANNELS;

/// The longest block, 46 minutes at 48 kHz. A larger number points to an arithmetic error in the caller.
pub(crate) const MAX_FRAMES: i64 = 1 << 27;

/// Addresses of channels of equal length. [`Planes::at`] guarantees that none is null or misaligned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planes {
    pointers: [*mut f32; MAX_CHANNELS],
    channels: usize,
    frames: usize,
}

/// Sample rate (Hz) and number of channels of a block or a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
}

impl Format {
    /// The format in a buffer's fields.
    ///
    /// # Errors
    /// A field is out of the chain's range.
    pub(crate) fn of(buffer: &AudioBuffer) -> Result<Self, Error> {
        check_range("channels", buffer.channels, CHANNELS)?;
        check_range("sample_rate", buffer.sample_rate, SAMPLE_RATES)?;
        Ok(Self { sample_rate: buffer.sample_rate as u32, channels: buffer.channels as usize })
    }
}

impl Planes {
    /// The channels of an input that has the given format.
    ///
    /// # Errors
    /// Another format, a frame count out of range, or a null or misaligned address.
    ///
    /// # Safety
    /// If `buffer.data` is neither null nor misaligned, it points to `buffer.channels` addresses. Each that
    /// is neither null nor misaligned points to `buffer.frames` samples, which stay valid while the result is
    /// used.
    pub(crate) unsafe fn input(buffer: &AudioBuffer, format: Format) -> Result<Self, Error> {
        if buffer.channels != format.channels as i64 {
            return Err(Error::Channels { expected: format.channels, got: buffer.channels });
        }
        if buffer.sample_rate != i64::from(format.sample_rate) {
            return Err(Error::SampleRate { expected: format.sample_rate, got: buffer.sample_rate });
        }
        if !(1..=MAX_FRAMES).contains(&buffer.frames) {
            return Err(Error::Frames { got: buffer.frames, max: MAX_FRAMES });
        }
        // SAFETY: the caller guarantees `buffer.channels` channels of `buffer.frames` samples; the first
        // check above made sure that `format.channels` is that number.
        unsafe { Self::at("input->data", buffer.data, format.channels, buffer.frames as usize) }
    }

    /// The channels in an array of addresses. Errors call the array `what`.
    ///
    /// # Errors
    /// A null or misaligned address.
    ///
    /// # Safety
    /// If `data` is neither null nor misaligned, it points to `channels` addresses. Each that is neither null
    /// nor misaligned points to `frames` samples, which stay valid while the result is used.
    pub(crate) unsafe fn at(
        what: &'static str,
        data: *mut *mut f32,
        channels: usize,
        frames: usize,
    ) -> Result<Self, Error> {
        check_address(what, data.cast_const())?;
        let mut pointers = [std::ptr::null_mut(); MAX_CHANNELS];
        for (channel, pointer) in pointers.iter_mut().take(channels).enumerate() {
            // SAFETY: `check_address` excludes a null or misaligned `data`; the caller guarantees `channels`
            // addresses.
            *pointer = unsafe { *data.add(channel) };
            check_address(what, pointer.cast_const())?;
        }
        Ok(Self { pointers, channels, frames })
    }

    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// Rejects output channels that overlap. A channel may only be the whole input channel of the same index
    /// (in place).
    pub(crate) fn check_overlap(&self, input: &Self) -> Result<(), Error> {
        let bytes = self.frames * size_of::<f32>();
        let overlap = |a: *mut f32, b: *mut f32| a.addr().abs_diff(b.addr()) < bytes;
        for (channel, out) in self.starts() {
            let with_input =
                |(other, start): (usize, *mut f32)| overlap(out, start) && (other != channel || start != out);
            if input.starts().any(with_input)
                || self.starts().any(|(other, start)| other > channel && overlap(out, start))
            {
                return Err(Error::Overlap);
            }
        }
        Ok(())
    }

    /// Copies the input to these channels.
    ///
    /// # Errors
    /// The channels overlap, see [`check_overlap`](Self::check_overlap). Nothing was written.
    ///
    /// # Safety
    /// The samples of both are valid, those of `self` are writable, and no other thread uses either
    /// meanwhile.
    pub(crate) unsafe fn copy_from(&self, input: &Self) -> Result<(), Error> {
        self.check_overlap(input)?;
        for ((_, out), (_, start)) in self.starts().zip(input.starts()) {
            if out != start {
                // SAFETY: the caller guarantees `frames` readable and writable samples; `check_overlap` made
                // sure that different channels do not overlap.
                unsafe { out.copy_from_nonoverlapping(start, self.frames) };
            }
        }
        Ok(())
    }

    /// Index and address of each channel.
    fn starts(&self) -> impl Iterator<Item = (usize, *mut f32)> {
        self.pointers.into_iter().take(self.channels).enumerate()
    }

    /// Runs `work` on the channels as mutable slices.
    ///
    /// # Safety
    /// The channels are valid and writable, do not overlap, and nothing else accesses them until `work`
    /// returns.
    pub(crate) unsafe fn with_slices<T>(&self, work: impl FnOnce(&mut [&mut [f32]]) -> T) -> T {
        let mut slices: [&mut [f32]; MAX_CHANNELS] = Default::default();
        for (slice, &pointer) in slices.iter_mut().zip(&self.pointers).take(self.channels) {
            // SAFETY: the caller guarantees exclusive access to `frames` samples; `at` excluded null and
            // misaligned addresses.
            *slice = unsafe { std::slice::from_raw_parts_mut(pointer, self.frames) };
        }
        work(slices.get_mut(..self.channels).unwrap_or_default())
    }

    /// Runs `work` on the channels as shared slices.
    ///
    /// # Safety
    /// The channels are valid, and nothing writes to them until `work` returns.
    pub(crate) unsafe fn with_shared<T>(&self, work: impl FnOnce(&[&[f32]]) -> T) -> T {
        let mut slices: [&[f32]; MAX_CHANNELS] = Default::default();
        for (slice, &pointer) in slices.iter_mut().zip(&self.pointers).take(self.channels) {
            // SAFETY: the caller guarantees `frames` samples without a writer; `at` excluded null and
            // misaligned addresses.
            *slice = unsafe { std::slice::from_raw_parts(pointer, self.frames) };
        }
        work(slices.get(..self.channels).unwrap_or_default())
    }
}
