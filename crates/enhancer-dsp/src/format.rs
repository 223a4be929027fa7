//! The formats of audio that the core works on: sample rates and channel counts.

/// Sample rates that the chain and the meters accept, Hz.
pub const SAMPLE_RATE_RANGE_HZ: core::ops::RangeInclusive<f64> = 8_000.0..=384_000.0;

/// A format that [`Enhancer::new`](crate::Enhancer::new) and the meters refuse.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NewError {
    /// A sample rate outside [`SAMPLE_RATE_RANGE_HZ`], or not a number.
    #[error("sample rate {0} Hz is outside 8000 to 384000 Hz")]
    SampleRate(f64),
    /// No channel, or more than [`MAX_CHANNELS`](crate::block::MAX_CHANNELS).
    #[error("{0} channels, but 1 to 8 are supported")]
    Channels(usize),
}
