//! The true-peak limiter reduces the gain, early and smoothly, so that no peak passes the ceiling.
//!
//! ```text
//! samples ─┬─ detector ─┬─ short maximum ─ ceiling / level ─ release ─ two averages ─┐
//!          │            └─ steady level ────────────────────────┘ (holds it)          × ─ guard ─ output
//!          └──────────────── delay: detector's side + averages ──────────────────────┘
//! ```
//!
//! - **Detector**: the largest magnitude of any channel between one frame and the next, by polyphase
//!   interpolation (ITU-R BS.1770-4 annex 2; 4x in `good`, 8x in `best`, samples in `draft`) and a parabola
//!   through the top.
//! - **Short maximum**: the largest peak of the lookahead and 1.5 ms more.
//! - **Release**: one pole, 63 % of the way back in `release`. The gain does not rise above the gain that the
//!   **steady level** needs: the level that the last two windows of 25.5 ms have in common. A tone of 20 Hz
//!   or more has its peak in both windows, so its gain stays constant and the tone stays pure. A drum has its
//!   peak in one window only, so it is released at once.
//! - **Averages**: two in a row. Their window lies within that of the short maximum, so every averaged gain
//!   is low enough for the peak, and the ceiling holds by construction. Integer arithmetic keeps a gain of 1
//!   exactly 1.
//! - **Guard**: clips the excess that rounding can leave above the ceiling, some 1e-7 of it.
//!
//! A ceiling applies to the sound that enters while it is set. `docs/LIMITER.md` explains the constants.

mod detector;
mod gain;
mod tuning;

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::{first_frames, first_frames_mut};
use crate::delay_line::DelayLine;
use crate::param::ParamKind as K;
use crate::param::Unit::{DbTp, Ms};
use crate::param::section;
use crate::quality::Quality;
use crate::simd::{self, Isa, Kernel};
use crate::smoother::{CROSSFADE_MS, GLIDE_MS, Smoother};
use crate::stage::Stage;
use crate::units::{db_to_gain, gain_to_db, ms_to_frames};
use detector::Detector;
use gain::LookaheadGain;
use tuning::Tuning;

section! {
    /// True-peak limiter.
    LimiterConfig at "limiter.", {
    enabled: bool, "enabled", "Limiter", K::Switch, 1.0, "Switches the limiter; its delay stays.",
        "Leave it on: it acts on peaks above the ceiling only.";
    ceiling_dbtp: f32, "ceiling", "Ceiling", K::float(-24.0, 0.0, DbTp), -1.0,
        "Highest true peak of the output.",
        "−1 dBTP for streaming and lossy formats, −0.3 for files without loss.";
    release_ms: f32, "release", "Limiter Release", K::log(1.0, 1000.0, Ms), 80.0,
        "Time to 63 % of the way back after a peak.",
        "50 to 100 ms on music; longer is cleaner and quieter.";
    } also {
    }
}

/// The limiter stage, for 1 to 8 linked channels.
#[derive(Debug)]
pub struct Limiter {
    sample_rate_hz: f64,
    tuning: Tuning,
    detector: Detector,
    gain: LookaheadGain,
    delays: Box<[DelayLine<Lanes>]>,
    ceiling: Smoother,
    /// Highest ceiling of any frame in the delay.
    guard: f64,
    /// Frames until every frame in the delay has the current ceiling.
    guard_frames: usize,
    /// Share of the limiter's gain, 0…1; at 0 the limiter only delays.
    works: Smoother,
    /// Lowest gain of the last block.
    lowest_gain: f64,
}

impl Stage for Limiter {
    type Config = LimiterConfig;

    const NAME: &'static str = "Limiter";
    const MAIN: &'static str = "ceiling";
    const REDUCES_GAIN: bool = true;

    fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let tunings = [Quality::Draft, Quality::Good, Quality::Best].map(|q| Tuning::new(sample_rate_hz, q));
        let latency = tunings.iter().map(|tuning| tuning.latency).max().unwrap_or(0);
        let default = LimiterConfig::default();
        let ceiling = Smoother::new(sample_rate_hz, GLIDE_MS, ceiling_gain(&default));
        let mut limiter = Self {
            sample_rate_hz,
            tuning: Tuning::new(sample_rate_hz, Quality::Good),
            detector: Detector::new(channels),
            gain: LookaheadGain::new(&tunings),
            delays: (0..channels.div_ceil(2)).map(|_| DelayLine::new(latency, [0.0; 2])).collect(),
            ceiling,
            guard: ceiling.value(),
            guard_frames: 0,
            works: Smoother::new(sample_rate_hz, CROSSFADE_MS, f64::from(u8::from(default.enabled))),
            lowest_gain: 1.0,
        };
        limiter.retune();
        limiter.set_config(&default, Quality::Good);
        limiter
    }

    /// Always: the limiter delays even while it is switched off, and crossfades by itself.
    fn is_enabled(&self, _config: &LimiterConfig) -> bool {
        true
    }

    fn set_config(&mut self, config: &LimiterConfig, quality: Quality) {
        let tuning = Tuning::new(self.sample_rate_hz, quality);
        if tuning != self.tuning {
            self.tuning = tuning;
            self.retune();
        }
        if config.enabled && self.is_off() {
            self.detector.wake();
            self.gain.reset();
        }
        self.works.set_target(f64::from(u8::from(config.enabled)));
        self.ceiling.set_target(ceiling_gain(config));
        self.gain.set_release_frames(ms_to_frames(f64::from(config.release_ms), self.sample_rate_hz));
    }

    fn process(&mut self, block: &mut Block) {
        self.lowest_gain = 1.0;
        let (is_off, frames) = (self.is_off(), block.frames());
        if is_off && self.ceiling.is_settled() && self.guard_frames == 0 {
            self.detector.skip(block);
            self.delay(block);
            return;
        }
        let (mut ceilings, mut guards) = ([0.0; MAX_CHUNK_FRAMES], [0.0; MAX_CHUNK_FRAMES]);
        self.follow_ceiling(first_frames_mut(&mut ceilings, frames), first_frames_mut(&mut guards, frames));
        if is_off {
            self.detector.skip(block);
            self.delay(block);
            return;
        }
        let (mut peaks, mut gains) = ([0.0; MAX_CHUNK_FRAMES], [1.0; MAX_CHUNK_FRAMES]);
        self.detector.process(block, &ceilings, &mut peaks);
        let reduces = self.gain.process(&mut peaks, frames, &ceilings, &mut gains);
        self.delay(block);
        if self.works.is_settled() {
            if reduces {
                self.apply(block, &gains, &guards);
            }
            return;
        }
        for (gain, guard) in gains.iter_mut().zip(&mut guards).take(frames) {
            let works = self.works.next_value();
            *gain = 1.0 + works * (*gain - 1.0);
            *guard = if works == 1.0 { *guard } else { f64::INFINITY };
        }
        self.apply(block, &gains, &guards);
    }

    fn reset(&mut self) {
        self.detector.reset();
        self.gain.reset();
        self.delays.iter_mut().for_each(DelayLine::reset);
        self.ceiling.snap();
        self.works.snap();
        self.guard = self.ceiling.value();
        self.guard_frames = 0;
        self.lowest_gain = 1.0;
    }

    fn flush_denormals(&mut self) {}

    fn gain_reduction_db(&self) -> f64 {
        if self.lowest_gain == 1.0 { 0.0 } else { -gain_to_db(self.lowest_gain) }
    }

    fn latency_frames(sample_rate_hz: f64, quality: Quality) -> usize {
        Tuning::new(sample_rate_hz, quality).latency
    }
}

impl Limiter {
    fn is_off(&self) -> bool {
        self.works.rests_at(0.0)
    }

    fn retune(&mut self) {
        self.detector.set_interpolator(self.tuning.interpolator);
        self.gain.set_tuning(&self.tuning);
        for delay in &mut self.delays {
            delay.set_length(self.tuning.latency);
        }
    }

    fn delay(&mut self, block: &mut Block) {
        for (pair, delay) in block.pairs_mut().zip(&mut self.delays) {
            delay.process(pair);
        }
    }

    /// Writes the ceiling of each incoming frame and the highest magnitude allowed for each outgoing frame.
    fn follow_ceiling(&mut self, ceilings: &mut [f64], guards: &mut [f64]) {
        if self.ceiling.fill(ceilings) && self.guard_frames == 0 {
            guards.fill(self.guard);
            return;
        }
        let end = self.ceiling.target();
        for (&ceiling, guard) in ceilings.iter().zip(guards) {
            if ceiling != end {
                self.guard = self.guard.max(ceiling).max(end);
                self.guard_frames = self.tuning.latency;
            } else if self.guard_frames > 0 {
                self.guard_frames -= 1;
                if self.guard_frames == 0 {
                    self.guard = ceiling;
                }
            }
            *guard = self.guard;
        }
    }

    fn apply(
        &mut self,
        block: &mut Block,
        gains: &[f64; MAX_CHUNK_FRAMES],
        guards: &[f64; MAX_CHUNK_FRAMES],
    ) {
        for pair in block.pairs_mut() {
            simd::run(Apply { pair, gains, guards });
        }
        self.lowest_gain =
            first_frames(gains, block.frames()).iter().fold(1.0, |lowest, &gain| lowest.min(gain));
    }
}

/// Multiplies a pair by the gains and clips it to the guards.
struct Apply<'a> {
    pair: &'a mut [Lanes],
    gains: &'a [f64; MAX_CHUNK_FRAMES],
    guards: &'a [f64; MAX_CHUNK_FRAMES],
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        for ((lanes, &gain), &guard) in self.pair.iter_mut().zip(self.gains).zip(self.guards) {
            for sample in lanes {
                let turned_down = *sample * gain;
                let under = if turned_down < guard { turned_down } else { guard };
                *sample = if under > -guard { under } else { -guard };
            }
        }
    }
}

/// The ceiling as an amplitude, rounded down to `f32`: no output sample then rounds to a value above it.
fn ceiling_gain(config: &LimiterConfig) -> f64 {
    let exact = db_to_gain(f64::from(config.ceiling_dbtp));
    let nearest = exact as f32;
    f64::from(if f64::from(nearest) > exact { nearest.next_down() } else { nearest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reset_clears_the_ceilings_of_delayed_frames() {
        for quality in [Quality::Draft, Quality::Good, Quality::Best] {
            let config = LimiterConfig { ceiling_dbtp: -9.0, ..LimiterConfig::default() };
            let mut used = Limiter::new(48_000.0, 2);
            used.set_config(&LimiterConfig::default(), quality);
            used.reset();
            let mut block = Block::new(2);
            used.set_config(&config, quality);
            // 15 chunks: the ceiling's glide of 960 frames has just ended, and louder frames are still in the
            // delay.
            for chunk in 0..15 {
                block.first_pair_mut().fill([2.0 + f64::from(chunk), -3.0]);
                used.process(&mut block);
            }
            assert!(
                used.guard_frames > 0 && used.guard > used.ceiling.value(),
                "{quality:?}: louder frames are in the delay"
            );
            used.reset();
            assert_eq!((used.guard, used.guard_frames), (ceiling_gain(&config), 0), "{quality:?}");
        }
    }
}
