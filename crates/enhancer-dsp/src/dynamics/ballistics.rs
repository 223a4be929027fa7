//! Attack and release of the compressor's gain, in the log domain. Each is the time to 63 % of a step in dB.
//!
//! Two poles smooth the reduction in dB. The first is symmetrical. The second is the branching one of
//! Giannoulis, Massberg and Reiss (2012, eq. 16): its time constant is that of the attack towards more
//! reduction and that of the release towards less. Both are linear in dB, so the time to 63 % doesn't depend
//! on the size of the step.
//!
//! The first pole takes a quarter of the shorter time. It rounds the corners of the gain's curve. It also
//! weakens beats between partials by 17 dB before they reach the branching pole, which follows their peaks.
//! The time constant of the second pole is solved so that the pair reaches 63 % in the set time.
//!
//! In `peak` the detector holds for a quarter of the release, at most 25 ms (half the period of 20 Hz). The
//! poles take the rest, so that hold and fall together last as long as the release.

use super::compressor::{CompressorConfig, Detector};
use crate::filter::glide::Glide;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::units::ms_to_frames;

/// Longest hold, ms: the rectified wave of 20 Hz, the lowest audible tone, repeats every 25 ms.
const MAX_HOLD_MS: f64 = 25.0;

/// Share of the release that the detector holds.
const HOLD_SHARE: f64 = 0.25;

/// Time constant of the first filter, as a share of the shorter of attack and release.
const FIRST_SHARE: f64 = 0.25;

/// Least time that the peak detector must hold, frames.
pub(super) fn hold_frames(config: &CompressorConfig, sample_rate_hz: f64) -> f64 {
    ms_to_frames((HOLD_SHARE * f64::from(config.release_ms)).min(MAX_HOLD_MS), sample_rate_hz)
}

/// The smoother of the gain reduction.
#[derive(Debug)]
pub(super) struct Ballistics {
    sample_rate_hz: f64,
    /// Shares of a new value in the first pole, in the attack and in the release, 0…1. They glide: a jump
    /// from 20 to 2 ms under way would make the slope of the reduction ten times as steep at once, a kink
    /// that left up to −78 dBFS above 5 kHz under a sine at −18 dBFS.
    shares: Glide<3>,
    smoothed_db: f64,
    reduction_db: f64,
}

impl Ballistics {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let shares = Glide::new(sample_rate_hz, [1.0; 3]);
        Self { sample_rate_hz, shares, smoothed_db: 0.0, reduction_db: 0.0 }
    }

    /// Glides to the times of a config. `mean_hold_frames` is the mean time that the peak detector holds.
    pub(super) fn set_config(&mut self, config: &CompressorConfig, mean_hold_frames: f64) {
        let held = match config.detector {
            Detector::Peak => mean_hold_frames,
            Detector::Rms => 0.0,
        };
        let attack = ms_to_frames(f64::from(config.attack_ms), self.sample_rate_hz);
        let release = ms_to_frames(f64::from(config.release_ms), self.sample_rate_hz) - held;
        let first = FIRST_SHARE * attack.min(release);
        let frames = [first, second_pole(attack, first), second_pole(release, first)];
        self.shares.set_target(frames.map(share));
    }

    /// Clears the states and ends every glide.
    pub(super) fn reset(&mut self) {
        self.shares.snap();
        self.smoothed_db = 0.0;
        self.reduction_db = 0.0;
    }

    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(core::slice::from_mut(&mut self.smoothed_db));
        crate::denormals::flush(core::slice::from_mut(&mut self.reduction_db));
    }

    /// Smooths reductions in dB in place.
    pub(super) fn process(&mut self, reductions: &mut [f64]) {
        let (gliding, settled) =
            reductions.split_at_mut(self.shares.remaining_frames().min(reductions.len()));
        self.smooth_gliding(gliding);
        if settled.is_empty() {
            return;
        }
        simd::run(Smooth(self, settled));
    }

    /// True while the shares are constant.
    pub(super) fn is_settled(&self) -> bool {
        self.shares.is_settled()
    }

    /// True if the attack is shorter than the release.
    ///
    /// Towards a higher target the step is that of the attack, towards a lower one that of the release. If
    /// the attack is the shorter, the right step is the larger of both either way, else the smaller. So the
    /// loops need no branch. (They compare, because `f64::max` also handles NaN, which no stage passes, at
    /// the cost of three instructions.)
    pub(super) fn rises_faster(&self) -> bool {
        let [_, attack, release] = self.shares.values();
        attack >= release
    }

    /// Loads the states into registers; the shares must be settled.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = [f64; 2]>>(&self) -> BallisticsRegisters<V> {
        BallisticsRegisters {
            takes: self.shares.values().map(V::splat),
            keeps: self.shares.values().map(|share| V::splat(1.0 - share)),
            smoothed: V::splat(self.smoothed_db),
            state: V::splat(self.reduction_db),
        }
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = [f64; 2]>>(
        &mut self,
        registers: &BallisticsRegisters<V>,
    ) {
        let mut values = [0.0; 2];
        registers.smoothed.store(&mut values);
        self.smoothed_db = values[0];
        registers.state.store(&mut values);
        self.reduction_db = values[0];
    }
}

/// States and shares in registers, the same in every lane. Otherwise the compiler puts attack and release
/// into two lanes, and a comparison across lanes costs time.
pub(super) struct BallisticsRegisters<V> {
    takes: [V; 3],
    keeps: [V; 3],
    smoothed: V,
    state: V,
}

impl<V: Vector<Element = f64, Array = [f64; 2]>> BallisticsRegisters<V> {
    /// Advances one frame and returns the smoothed reduction, dB. `LARGER` means that the attack is the
    /// shorter.
    #[inline(always)]
    pub(super) fn step<const LARGER: bool>(&mut self, reduction_db: f64) -> f64 {
        let ([first, attack, release], [keep, keep_attack, keep_release]) = (self.takes, self.keeps);
        self.smoothed = keep * self.smoothed + first * V::splat(reduction_db);
        let attacked = keep_attack * self.state + attack * self.smoothed;
        let released = keep_release * self.state + release * self.smoothed;
        self.state = if LARGER { V::larger(attacked, released) } else { V::smaller(attacked, released) };
        let mut values = [0.0; 2];
        self.state.store(&mut values);
        values[0]
    }
}

/// Both poles in one loop, so that the processor works on one pole while the other waits for its last frame.
struct Smooth<'a>(&'a mut Ballistics, &'a mut [f64]);

impl Kernel for Smooth<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        if self.0.rises_faster() {
            self.run_towards::<I, true>();
        } else {
            self.run_towards::<I, false>();
        }
    }
}

impl Smooth<'_> {
    #[inline(always)]
    fn run_towards<I: Isa, const LARGER: bool>(self) {
        let mut registers = self.0.start::<I::D2>();
        for reduction in self.1 {
            *reduction = registers.step::<LARGER>(*reduction);
        }
        self.0.finish(&registers);
    }
}

impl Ballistics {
    /// Smooths reductions in place while the shares glide.
    fn smooth_gliding(&mut self, reductions: &mut [f64]) {
        let Self { shares, smoothed_db: smoothed, reduction_db: state, .. } = self;
        for reduction in reductions {
            let [first, attack, release] = shares.next_values();
            *smoothed += first * (*reduction - *smoothed);
            *state += if *smoothed > *state { attack } else { release } * (*smoothed - *state);
            *reduction = *state;
        }
    }
}

/// Weight of a new value in a one-pole filter with a time constant in frames.
fn share(frames: f64) -> f64 {
    1.0 - (-1.0 / frames.max(1e-3)).exp()
}

/// Time constant τ of the second pole, so that a step reaches 63 % (1 − 1/e) after `total` behind a pole of
/// time constant `first`.
///
/// It is the zero of `e⁻¹ − (τ e^(−total/τ) − first e^(−total/first)) / (τ − first)`, by bisection to 1e-9 of
/// `total`. `first` is at most a quarter of `total`, so τ is at least 0.7 `total` and the quotient stays far
/// from 0 / 0.
fn second_pole(total: f64, first: f64) -> f64 {
    let rest = |tau: f64| (tau * (-total / tau).exp() - first * (-total / first).exp()) / (tau - first);
    let (mut low, mut high) = (total - 1.2 * first, total);
    for _ in 0..28 {
        let middle = 0.5 * (low + high);
        if rest(middle) < (-1f64).exp() { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_any_size_reaches_63_percent_in_the_set_time() {
        let rate = 192_000.0;
        for (attack_ms, release_ms) in [(10.0, 120.0), (0.5, 20.0), (250.0, 5.0), (50.0, 60.0), (1.0, 2500.0)]
        {
            for size_db in [0.1, 12.0, 60.0] {
                let mut config = CompressorConfig::default();
                (config.attack_ms, config.release_ms) = (attack_ms, release_ms);
                let mut ballistics = Ballistics::new(rate);
                ballistics.set_config(&config, 0.0);
                ballistics.reset();
                let goal = 1.0 - (-1f64).exp();
                let mut frames = |target: f64, reached: &dyn Fn(f64) -> bool| {
                    let mut count = 0;
                    while !reached(ballistics.reduction_db) {
                        ballistics.process(&mut [target]);
                        count += 1;
                    }
                    f64::from(count)
                };
                let attack = frames(size_db, &|db| db >= goal * size_db);
                frames(size_db, &|db| db >= size_db * (1.0 - 1e-9));
                let release = frames(0.0, &|db| db <= (1.0 - goal) * size_db);
                let error = |frames: f64, ms: f32| frames - f64::from(ms) * 1e-3 * rate;
                // One frame for the crossing, and 1e-6 of the set time for the bisection.
                assert!(error(attack, attack_ms).abs() < 1.5, "attack {attack_ms} ms: {attack} frames");
                assert!(error(release, release_ms).abs() < 1.5, "release {release_ms} ms: {release} frames");
            }
        }
    }
}
