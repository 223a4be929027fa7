//! Why audio has no integrated loudness.

use enhancer_dsp::meter::AudioAnalysis;

/// Audio without integrated loudness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmeasured {
    /// Shorter than one gating block of 400 ms (ITU-R BS.1770-4, annex 1).
    TooShort,
    /// Never above the absolute gate of −70 LUFS.
    TooQuiet,
}

impl Unmeasured {
    /// Why `analysis`, of audio at `sample_rate_hz`, has no loudness; `None` where it has.
    pub(crate) fn of(analysis: &AudioAnalysis, sample_rate_hz: u32) -> Option<Self> {
        analysis.lufs_integrated.is_none().then(|| unmeasured(analysis.frames, sample_rate_hz))
    }

    /// The word for it in JSON.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooQuiet => "too_quiet",
        }
    }
}

/// Why `frames` that have no loudness have none.
pub(crate) fn unmeasured(frames: u64, sample_rate_hz: u32) -> Unmeasured {
    // The meter's block is 40 slices of 10 ms, of whole frames.
    let block_frames = u64::from(sample_rate_hz / 100) * 40;
    if frames < block_frames { Unmeasured::TooShort } else { Unmeasured::TooQuiet }
}
