//! Planar audio of the caller, checked before it is touched.

use crate::boundary::check;
use crate::error::Error;
use crate::types::AudioBuffer;
use enhancer_dsp::enhancer::MAX_CHANNELS;

/// The longest block, 46 minutes at 48 kHz: more is a mistake in the caller's arithmetic.
pub(crate) const MAX_FRAMES: i64 = 1 << 27;

/// Addresses of equally long channels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planes {
    pointers: [*mut f32; MAX_CHANNELS],
    channels: usize,
    frames: usize,
}

/// What audio an instance takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
}

impl Format {
    /// The format that a buffer says it has, within what the chain can do.
    pub(crate) fn of(buffer: &AudioBuffer) -> Result<Self, Error> {
        let channels =
            usize::try_from(buffer.channels).ok().filter(|channels| (1..=MAX_CHANNELS).contains(channels));
        let most = MAX_CHANNELS as i64;
        let range = |field, value, min, max| Error::Range { field, value, min, max };
        let channels = channels.ok_or_else(|| range("channels", buffer.channels, 1, most))?;
        let sample_rate =
            u32::try_from(buffer.sample_rate).ok().filter(|rate| (8000..=384_000).contains(rate));
        let sample_rate =
            sample_rate.ok_or_else(|| range("sample_rate", buffer.sample_rate, 8000, 384_000))?;
        Ok(Self { sample_rate, channels })
    }
}

impl Planes {
    /// The channels of an input in the given format.
    ///
    /// # Safety
    /// Where `buffer.data` is valid for a buffer of this format, it stays so while the result is used.
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
        // SAFETY: handed on.
        unsafe { Self::at("input->data", buffer.data, format.channels, buffer.frames as usize) }
    }

    /// The channels at an array of their addresses.
    ///
    /// # Safety
    /// `data` is null, or points to `channels` addresses, each null or of `frames` samples.
    pub(crate) unsafe fn at(
        what: &'static str,
        data: *mut *mut f32,
        channels: usize,
        frames: usize,
    ) -> Result<Self, Error> {
        check(what, data.cast_const())?;
        let mut pointers = [std::ptr::null_mut(); MAX_CHANNELS];
        for (channel, pointer) in pointers.iter_mut().take(channels).enumerate() {
            // SAFETY: `data` is not null and aligned, and holds that many addresses.
            *pointer = unsafe { *data.add(channel) };
            check(what, pointer.cast_const())?;
        }
        Ok(Self { pointers, channels, frames })
    }

    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// Copies the input here. Channels may be the input's own, one for one; any other overlap is refused.
    ///
    /// # Safety
    /// Both are valid for their frames; here they may be written.
    pub(crate) unsafe fn copy_from(&self, input: &Self) -> Result<(), Error> {
        let starts = |planes: &Self| planes.pointers.into_iter().take(planes.channels).enumerate();
        let bytes = self.frames * size_of::<f32>();
        let overlap = |a: *mut f32, b: *mut f32| a.addr().abs_diff(b.addr()) < bytes;
        for (channel, out) in starts(self) {
            let with_input =
                |(other, start): (usize, *mut f32)| overlap(out, start) && (other != channel || start != out);
            if starts(input).any(with_input)
                || starts(self).any(|(other, start)| other > channel && overlap(out, start))
            {
                return Err(Error::Overlap);
            }
        }
        for ((_, out), (_, start)) in starts(self).zip(starts(input)) {
            if out != start {
                // SAFETY: both are valid for `frames` samples and do not overlap.
                unsafe { out.copy_from_nonoverlapping(start, self.frames) };
            }
        }
        Ok(())
    }

    /// The channels as slices, for `work`.
    ///
    /// # Safety
    /// They are valid, may be written, do not overlap, and nobody else touches them meanwhile.
    pub(crate) unsafe fn with_slices<T>(&self, work: impl FnOnce(&mut [&mut [f32]]) -> T) -> T {
        let mut slices: [&mut [f32]; MAX_CHANNELS] = Default::default();
        for (slice, &pointer) in slices.iter_mut().zip(&self.pointers).take(self.channels) {
            // SAFETY: as the caller promises; `at` saw that it is neither null nor misaligned.
            *slice = unsafe { std::slice::from_raw_parts_mut(pointer, self.frames) };
        }
        work(slices.get_mut(..self.channels).unwrap_or_default())
    }

    /// The channels to read, for `work`.
    ///
    /// # Safety
    /// They are valid and nobody writes them meanwhile.
    pub(crate) unsafe fn with_shared<T>(&self, work: impl FnOnce(&[&[f32]]) -> T) -> T {
        let mut slices: [&[f32]; MAX_CHANNELS] = Default::default();
        for (slice, &pointer) in slices.iter_mut().zip(&self.pointers).take(self.channels) {
            // SAFETY: as the caller promises; `at` saw that it is neither null nor misaligned.
            *slice = unsafe { std::slice::from_raw_parts(pointer, self.frames) };
        }
        work(slices.get(..self.channels).unwrap_or_default())
    }
}
