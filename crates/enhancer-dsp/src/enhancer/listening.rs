//! Comparison by ear: the bypassed input at the processed loudness, and the difference alone.
//!
//! Neither belongs to an [`EnhancerConfig`](crate::EnhancerConfig), so neither is ever saved in a preset.
//!
//! ```text
//! output = processed                      delta: processed − input
//! output, bypassed = input                loudness match: input · gain
//! ```
//!
//! `input` is delayed by the latency, so that both line up to the sample. Bypass overrides delta. While both
//! switches are off, the module computes nothing and changes no bit of the output.

mod k_weighting;
mod loudness_match;

use super::Enhancer;
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::smoother::{CROSSFADE_MS, GLIDE_MS, Smoother};
use loudness_match::LoudnessMatch;

/// Switches for comparing by ear; both off by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Listening {
    /// While `bypass_all` is on, plays the input at the loudness of the processed signal, because the louder
    /// of two signals seems better. Uses BS.1770 short-term loudness (3 s, shorter at the start), ±24 dB;
    /// passages below −70 LUFS do not count. The gain may lift peaks of the input above full scale.
    pub loudness_match: bool,
    /// Plays the processed signal minus the input. Bypass overrides it.
    pub delta: bool,
}

/// The two switches with their crossfades.
#[derive(Debug)]
pub(super) struct Listener {
    wanted: Listening,
    /// Share of the input that is subtracted.
    delta: Smoother,
    /// Share of the loudness match's gain.
    matched: Smoother,
    loudness: LoudnessMatch,
}

impl Listener {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            wanted: Listening::default(),
            delta: Smoother::new(sample_rate_hz, CROSSFADE_MS, 0.0),
            matched: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            loudness: LoudnessMatch::new(sample_rate_hz, channels),
        }
    }

    fn set(&mut self, wanted: Listening) {
        if wanted.loudness_match && self.matched.rests_at(0.0) {
            self.loudness.reset();
        }
        self.wanted = wanted;
        self.delta.set_target(f64::from(u8::from(wanted.delta)));
        self.matched.set_target(f64::from(u8::from(wanted.loudness_match)));
    }

    /// True while a switch is on or still fades out; [`process`](Self::process) then needs the input.
    pub(super) fn is_on(&self) -> bool {
        !self.matched.rests_at(0.0) || !self.delta.rests_at(0.0)
    }

    /// Turns `processed` into the difference and `dry` into the matched input, by the present shares of the
    /// switches.
    pub(super) fn process(&mut self, processed: &mut Block, dry: &mut Block) {
        let mut gains = [1.0; MAX_CHUNK_FRAMES];
        let matches = !self.matched.rests_at(0.0);
        if matches {
            let gains = first_frames_mut(&mut gains, dry.frames());
            self.loudness.observe(processed, dry);
            self.loudness.fill(gains);
            for gain in gains {
                *gain = 1.0 + self.matched.next_value() * (*gain - 1.0);
            }
        }
        if !self.delta.rests_at(0.0) {
            let mut shares = [0.0; MAX_CHUNK_FRAMES];
            self.delta.fill(first_frames_mut(&mut shares, dry.frames()));
            for (processed, dry) in processed.pairs_mut().zip(dry.pairs()) {
                for ((processed, dry), share) in processed.iter_mut().zip(dry).zip(shares) {
                    for (processed, dry) in processed.iter_mut().zip(dry) {
                        *processed -= share * dry;
                    }
                }
            }
        }
        if matches {
            for pair in dry.pairs_mut() {
                for (lanes, gain) in pair.iter_mut().zip(gains) {
                    *lanes = lanes.map(|sample| sample * gain);
                }
            }
        }
    }

    /// Runs every [`MAX_CHUNK_FRAMES`] frames at fixed places of the stream.
    pub(super) fn housekeep(&mut self) {
        if !self.matched.rests_at(0.0) {
            self.loudness.housekeep();
        }
    }

    /// Clears the signal but not the loudness: after a change of quality the programme goes on.
    pub(super) fn interrupt(&mut self) {
        self.loudness.interrupt();
    }

    /// Clears the past and ends every glide.
    pub(super) fn reset(&mut self) {
        self.delta.snap();
        self.matched.snap();
        self.loudness.reset();
    }
}

impl Enhancer {
    /// Sets the listening switches. They crossfade in 10 ms, the gain of the match in 20 ms. Before the first
    /// frame after `new` or [`reset`](Self::reset) they apply immediately; a reset keeps them.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn set_listening(&mut self, listening: Listening) {
        self.listener.set(listening);
        if self.fresh {
            self.listener.reset();
        }
    }

    /// The listening switches, as set last.
    #[must_use]
    pub fn listening(&self) -> Listening {
        self.listener.wanted
    }
}
