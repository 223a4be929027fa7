//! Reasons for audio without integrated loudness.

use enhancer_dsp::meter::AudioAnalysis;

/// The reason why audio has no integrated loudness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmeasured {
    /// Shorter than one gating block of 400 ms (ITU-R BS.1770-4, annex 1).
    TooShort,
    /// Never above the absolute gate of −70 LUFS.
    TooQuiet,
}

impl Unmeasured {
    /// The reason why `analysis`, of audio at `sample_rate_hz`, has no loudness; `None` where it has one.
    pub(crate) fn of(analysis: &AudioAnalysis, sample_rate_hz: u32) -> Option<Self> {
        analysis.lufs_integrated.is_none().then(|| unmeasured(analysis.frames, sample_rate_hz))
    }

    /// The reason's name in JSON.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooQuiet => "too_quiet",
        }
    }
}

/// The reason for `frames` of audio without a loudness.
pub(crate) fn unmeasured(frames: u64, sample_rate_hz: u32) -> Unmeasured {
    // The meter's block is 40 slices of 10 ms, of whole frames.
    let block_frames = u64::from(sample_rate_hz / 100) * 40;
    if frames < block_frames { Unmeasured::TooShort } else { Unmeasured::TooQuiet }
}
