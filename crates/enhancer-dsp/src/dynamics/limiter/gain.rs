//! The limiter's gain: from peaks to the smoothed gain that keeps them below the ceiling.

use super::tuning::Tuning;
use crate::block::MAX_CHUNK_FRAMES;
use crate::bounds::{first_frames, first_frames_mut};
use crate::delay_line::DelayLine;
use crate::dynamics::lookahead::{GainSmoother, SlidingMax};
use crate::oversample::peak_finder::{Peaks, larger};
use crate::simd::{self, Isa, Kernel};

/// Two windows whose maxima differ by less than this ratio count as one steady sound.
const STEADY_RATIO: f64 = 0.99;

/// Added to a released gain each frame, so that it reaches 1 instead of approaching it for ever.
const LAST_STEP: f64 = 1e-10;

/// Computes the gain one lookahead after each peak.
#[derive(Debug)]
pub(super) struct LookaheadGain {
    short: SlidingMax,
    long: SlidingMax,
    /// Delays the long maximum by one long window.
    before: DelayLine<f32>,
    smoother: GainSmoother,
    /// The gain before smoothing.
    released: f64,
    release_share: f64,
}

impl LookaheadGain {
    /// A gain of 1, with memory for every tuning in `tunings`. Allocates.
    pub(super) fn new(tunings: &[Tuning]) -> Self {
        let most = |length: fn(&Tuning) -> usize| tunings.iter().map(length).max().unwrap_or(1);
        Self {
            short: SlidingMax::new(most(|tuning| tuning.window)),
            long: SlidingMax::new(most(|tuning| tuning.steady)),
            before: DelayLine::new(most(|tuning| tuning.steady), 0.0),
            smoother: GainSmoother::new(most(|tuning| tuning.average)),
            released: 1.0,
            release_share: 1.0,
        }
    }

    /// Applies the lengths of a quality and resets.
    pub(super) fn set_tuning(&mut self, tuning: &Tuning) {
        self.short.set_window(tuning.window);
        self.long.set_window(tuning.steady);
        self.before.set_length(tuning.steady);
        self.smoother.set_length(tuning.average);
        self.released = 1.0;
    }

    /// Sets the time to 63 % of the release, frames.
    pub(super) fn set_release_frames(&mut self, frames: f64) {
        self.release_share = 1.0 - (-1.0 / frames).exp();
    }

    pub(super) fn reset(&mut self) {
        self.short.reset();
        self.long.reset();
        self.before.reset();
        self.smoother.reset();
        self.released = 1.0;
    }

    /// Writes the gains of `frames` frames, each one lookahead after its peak. Returns false if all are
    /// exactly 1.
    pub(super) fn process(
        &mut self,
        peaks: &mut Peaks,
        frames: usize,
        ceilings: &[f64; MAX_CHUNK_FRAMES],
        gains: &mut [f64; MAX_CHUNK_FRAMES],
    ) -> bool {
        simd::run(Compute { computer: self, peaks, frames, ceilings, gains })
    }
}

/// The loops of [`LookaheadGain::process`].
struct Compute<'a> {
    computer: &'a mut LookaheadGain,
    peaks: &'a mut Peaks,
    frames: usize,
    ceilings: &'a [f64; MAX_CHUNK_FRAMES],
    gains: &'a mut [f64; MAX_CHUNK_FRAMES],
}

impl Kernel for Compute<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<I: Isa>(self) -> bool {
        let Self { computer, peaks, frames, ceilings, gains } = self;
        let (mut now, mut before) = (*peaks, [0.0; MAX_CHUNK_FRAMES]);
        computer.short.process(first_frames_mut(peaks, frames));
        computer.long.process(first_frames_mut(&mut now, frames));
        first_frames_mut(&mut before, frames).copy_from_slice(first_frames(&now, frames));
        computer.before.process(first_frames_mut(&mut before, frames));
        // `gains` bounds every frame's gain, `holds` bounds a rising gain.
        let mut holds = [1.0; MAX_CHUNK_FRAMES];
        let mut lowest = 1f64;
        for ((gain, &peak), &ceiling) in gains.iter_mut().zip(peaks.iter()).zip(ceilings) {
            let level = f64::from(peak);
            *gain = if level > ceiling { ceiling / level } else { 1.0 };
        }
        for (((hold, &now), &before), &ceiling) in holds.iter_mut().zip(&now).zip(&before).zip(ceilings) {
            let steady = steady_level(now, before);
            *hold = if steady > ceiling { ceiling / steady } else { 1.0 };
        }
        for gain in gains.iter().take(frames) {
            lowest = smaller(lowest, *gain);
        }
        if lowest == 1.0 && computer.released == 1.0 && computer.smoother.rests() {
            return false;
        }
        let (keep, share) = (1.0 - computer.release_share, computer.release_share);
        let mut steps = [0.0; MAX_CHUNK_FRAMES];
        for (step, gain) in steps.iter_mut().zip(gains.iter()) {
            *step = *gain * share + LAST_STEP;
        }
        let mut released = computer.released;
        for (((gain, hold), step), _) in gains.iter_mut().zip(holds).zip(steps).zip(0..frames) {
            let back = released * keep + step;
            // A steady level keeps the gain from rising; it never lowers the gain.
            let held = if hold > released { hold } else { released };
            released = smaller(back, smaller(held, *gain));
            *gain = computer.smoother.next_sum(released);
        }
        computer.released = released;
        let unit = computer.smoother.unit();
        for gain in gains.iter_mut() {
            *gain /= unit;
        }
        true
    }
}

#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The level that two long windows in a row have in common, reduced the more their maxima differ.
#[inline(always)]
fn steady_level(now: f32, before: f32) -> f64 {
    let (high, low) = (f64::from(larger(now, before)), f64::from(if now < before { now } else { before }));
    let ratio = low / high.max(f64::MIN_POSITIVE);
    low * smaller(1.0 - (STEADY_RATIO - ratio), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Quality;
    use enhancer_measure::signal::Random;

    /// Gains for peaks against a ceiling of 1, with the shortest release, in chunks of `chunk` frames.
    fn gains(tuning: &Tuning, peaks: &[f32], chunk: usize) -> Vec<f64> {
        let mut computer = LookaheadGain::new(&[*tuning]);
        computer.set_tuning(tuning);
        computer.set_release_frames(1e-3);
        let of_chunk = |part: &[f32]| {
            let (mut peaks, mut gains) = ([0.0; MAX_CHUNK_FRAMES], [1.0; MAX_CHUNK_FRAMES]);
            peaks[..part.len()].copy_from_slice(part);
            computer.process(&mut peaks, part.len(), &[1.0; MAX_CHUNK_FRAMES], &mut gains);
            gains[..part.len()].to_vec()
        };
        peaks.chunks(chunk).flat_map(of_chunk).collect()
    }

    #[test]
    fn a_lone_peak_meets_its_gain_for_as_long_as_the_hold() {
        for quality in [Quality::Draft, Quality::Good, Quality::Best] {
            let tuning = Tuning::new(48_000.0, quality);
            let lookahead = tuning.latency - tuning.side;
            let mut peaks = vec![0.0; 1000];
            peaks[200] = 2.0;
            let gains = gains(&tuning, &peaks, 37);
            let low: Vec<usize> = (0..1000).filter(|&n| gains[n] <= 0.5 + 1e-9).collect();
            let hold = (1.5e-3 * 48_000.0) as usize;
            assert_eq!(
                (low.first(), low.last()),
                (Some(&(200 + lookahead)), Some(&(200 + lookahead + hold)))
            );
        }
    }

    #[test]
    fn every_peak_meets_a_gain_low_enough() {
        let tuning = Tuning::new(48_000.0, Quality::Good);
        let lookahead = tuning.latency - tuning.side;
        // Peaks of all sizes at short and long distances.
        let mut random = Random::new(1);
        let peaks: Vec<f32> = (0..20_000)
            .map(|_| if random.unit() < 1.0 / 40.0 { random.between(0.5, 10.7) as f32 } else { 0.0 })
            .collect();
        let gains = gains(&tuning, &peaks, 64);
        for (n, &peak) in peaks.iter().enumerate().take(20_000 - lookahead) {
            assert!(f64::from(peak) * gains[n + lookahead] <= 1.0 + 1e-9, "frame {n}");
        }
    }
}
