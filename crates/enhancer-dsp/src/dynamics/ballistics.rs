//! Attack and release: smoothing of the gain reduction in dB. Each time is that to 63 % of a step.
//!
//! Two one-pole filters smooth the reduction in dB. The first one is symmetrical. The second one is the
//! smooth branching detector of Giannoulis, Massberg and Reiss (2012, eq. 16): its time constant is that of
//! the attack while the reduction rises and that of the release while it falls. Both are linear in dB, so the
//! time to 63 % does not depend on the size of the step.
//!
//! The time constant of the first filter is a quarter of the shorter time. It rounds the corners of the
//! gain's curve, and it attenuates the beats between partials before the branching filter, which follows
//! their peaks. The time constant of the second filter is solved so that both together take the set time.
//!
//! The `peak` detector holds for a quarter of the release, at most 25 ms (half the period of 20 Hz). The
//! filters take the rest of the release, so hold and fall together take the set time.

use super::compressor::{CompressorConfig, Detector};
use crate::simd::{self, Isa, Kernel, Vector};
use crate::smoother::{GLIDE_MS, Smoother};
use crate::units::ms_to_frames;

/// Longest hold, ms: the rectified wave of 20 Hz, the lowest audible tone, repeats every 25 ms.
const MAX_HOLD_MS: f64 = 25.0;

/// Share of the release that the detector holds.
const HOLD_SHARE: f64 = 0.25;

/// Time constant of the first filter, as a share of the shorter of attack and release.
const FIRST_SHARE: f64 = 0.25;

/// Hold of the peak detector, frames.
pub(super) fn hold_frames(config: &CompressorConfig, sample_rate_hz: f64) -> f64 {
    ms_to_frames((HOLD_SHARE * f64::from(config.release_ms)).min(MAX_HOLD_MS), sample_rate_hz)
}

/// The smoother of the gain reduction.
#[derive(Debug)]
pub(super) struct Ballistics {
    sample_rate_hz: f64,
    /// Weight of a new value in each filter. The weights glide. A jump of the attack from 20 to 2 ms would
    /// make the slope of the reduction ten times as steep in one frame; that corner left up to −78 dBFS above
    /// 5 kHz under a sine at −18 dBFS.
    first: Smoother,
    attack: Smoother,
    release: Smoother,
    smoothed_db: f64,
    reduction_db: f64,
}

impl Ballistics {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let share = Smoother::new(sample_rate_hz, GLIDE_MS, 1.0);
        let [first, attack, release] = [share; 3];
        Self { sample_rate_hz, first, attack, release, smoothed_db: 0.0, reduction_db: 0.0 }
    }

    /// Sets the times, which glide. `mean_hold_frames` is the mean hold of the peak detector.
    pub(super) fn set_config(&mut self, config: &CompressorConfig, mean_hold_frames: f64) {
        let held = match config.detector {
            Detector::Peak => mean_hold_frames,
            Detector::Rms => 0.0,
        };
        let attack = ms_to_frames(f64::from(config.attack_ms), self.sample_rate_hz);
        let release = ms_to_frames(f64::from(config.release_ms), self.sample_rate_hz) - held;
        let first = FIRST_SHARE * attack.min(release);
        self.first.set_target(share(first));
        self.attack.set_target(share(second_pole(attack, first)));
        self.release.set_target(share(second_pole(release, first)));
    }

    /// Forgets the past; every glide ends.
    pub(super) fn reset(&mut self) {
        [&mut self.first, &mut self.attack, &mut self.release].into_iter().for_each(Smoother::snap);
        self.smoothed_db = 0.0;
        self.reduction_db = 0.0;
    }

    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(core::slice::from_mut(&mut self.smoothed_db));
        crate::denormals::flush(core::slice::from_mut(&mut self.reduction_db));
    }

    /// The current reduction, dB, 0 or more.
    pub(super) fn reduction_db(&self) -> f64 {
        self.reduction_db
    }

    /// Smooths reductions in dB in place.
    pub(super) fn process(&mut self, reductions: &mut [f64]) {
        let gliding = [&self.first, &self.attack, &self.release].map(Smoother::remaining_frames);
        let gliding = gliding.into_iter().max().unwrap_or(0).min(reductions.len());
        let (gliding, settled) = reductions.split_at_mut(gliding);
        self.smooth_gliding(gliding);
        if settled.is_empty() {
            return;
        }
        simd::run(Smooth(self, settled));
    }

    /// True if no weight glides.
    pub(super) fn is_settled(&self) -> bool {
        [&self.first, &self.attack, &self.release].into_iter().all(Smoother::is_settled)
    }

    /// True if the attack is the shorter time.
    ///
    /// The attack's result counts while the target lies above the state, the release's while it lies below.
    /// If the attack is the shorter, that is the larger of both results in either case, otherwise the
    /// smaller. So the loops need no branch. (They compare, because `f64::max` handles NaN, too, and takes
    /// three more steps. No stage outputs NaN.)
    pub(super) fn rises_faster(&self) -> bool {
        self.attack.value() >= self.release.value()
    }

    /// Loads the states into registers. The weights must be settled.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = [f64; 2]>>(&self) -> BallisticsRegisters<V> {
        BallisticsRegisters {
            takes: [&self.first, &self.attack, &self.release].map(|share| V::splat(share.value())),
            keeps: [&self.first, &self.attack, &self.release].map(|share| V::splat(1.0 - share.value())),
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

/// States and weights in registers, equal in both lanes. In scalar code the compiler puts attack and release
/// into the lanes of one register and then waits for the comparison across lanes.
pub(super) struct BallisticsRegisters<V> {
    takes: [V; 3],
    keeps: [V; 3],
    smoothed: V,
    state: V,
}

impl<V: Vector<Element = f64, Array = [f64; 2]>> BallisticsRegisters<V> {
    /// Smooths one reduction in dB. `LARGER` is the result of [`Ballistics::rises_faster`].
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

/// Both filters in one loop, so the processor overlaps their waits.
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
        let mut running = self.0.start::<I::D2>();
        for reduction in self.1 {
            *reduction = running.step::<LARGER>(*reduction);
        }
        self.0.finish(&running);
    }
}

impl Ballistics {
    /// [`Ballistics::process`] while weights glide. A redirected glide can overshoot, so each weight is
    /// clamped to 0…1.
    fn smooth_gliding(&mut self, reductions: &mut [f64]) {
        let Self { first, attack, release, smoothed_db: smoothed, reduction_db: state, .. } = self;
        for reduction in reductions {
            let [first, attack, release] =
                [&mut *first, &mut *attack, &mut *release].map(|share| share.next_value().clamp(0.0, 1.0));
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

/// Time constant τ of the second filter, so that both filters take `total` to 63 % (1 − 1/e) of a step.
///
/// `first` is the time constant of the first filter. τ is the zero of `e⁻¹ − (τ e^(−total/τ) − first
/// e^(−total/first)) / (τ − first)`, found by bisection to 1.1e-9 of `total`. `first` is at most a quarter of
/// `total`, so τ lies above 0.7 `total` and the quotient stays away from 0 / 0.
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
    fn a_step_of_any_size_reaches_63_percent_at_the_set_time() {
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
                    while !reached(ballistics.reduction_db()) {
                        ballistics.process(&mut [target]);
                        count += 1;
                    }
                    f64::from(count)
                };
                let attack = frames(size_db, &|db| db >= goal * size_db);
                frames(size_db, &|db| db >= size_db * (1.0 - 1e-9));
                let release = frames(0.0, &|db| db <= (1.0 - goal) * size_db);
                let error = |frames: f64, ms: f32| frames - f64::from(ms) * 1e-3 * rate;
                // One frame for the count of the crossing; the error of the bisection is below 1e-3 frames.
                assert!(error(attack, attack_ms).abs() < 1.5, "attack {attack_ms} ms: {attack} frames");
                assert!(error(release, release_ms).abs() < 1.5, "release {release_ms} ms: {release} frames");
            }
        }
    }
}
