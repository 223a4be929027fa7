//! Glides a section's coefficients to new ones, smoothly and without ever leaving the stable region.
//!
//! All five coefficients go through the same four one-pole smoothers in a row. Each value on the way is then a mean, with the
//! same positive weights, of the targets that were set: g and k stay positive, and the gain at the resonance, a
//! quotient c/k, stays below the largest one of the targets (the mediant's inequality), however wildly they are set.
//! A polynomial glide that is redirected overshoots and gives neither. Four poles of 1.25 ms pass a jump
//! within 1e-4 in 20 ms, fall by 80 dB a decade above 130 Hz, and follow automation with a lag of 5 ms.

use crate::filter::Svf;
use crate::units::ms_to_frames;

/// Time constant of each of the four smoothers.
const TIME_CONSTANT_MS: f64 = 1.25;

/// After this many time constants the rest of a jump, e⁻³² (1 + 32 + 32²/2 + 32³/6) = 8e-11 of it, is skipped.
const SETTLE_TIME_CONSTANTS: f64 = 32.0;

/// g, k, c0, c1, c2, and one more to fill SIMD lanes.
type Values = [f64; 6];

#[derive(Debug, Clone, Copy)]
pub(super) struct Glide {
    /// The smoothers' outputs, the last one in force.
    stages: [Values; 4],
    target: Values,
    remaining: u32,
    settle_frames: u32,
    step: f64,
}

impl Glide {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let frames = ms_to_frames(TIME_CONSTANT_MS, sample_rate_hz);
        let values = values(&Svf::IDENTITY);
        Self {
            stages: [values; 4],
            target: values,
            remaining: 0,
            settle_frames: (SETTLE_TIME_CONSTANTS * frames).ceil() as u32,
            step: 1.0 - (-1.0 / frames).exp(),
        }
    }

    pub(super) fn set_target(&mut self, target: &Svf) {
        let target = values(target);
        if target != self.target {
            self.target = target;
            self.remaining = self.settle_frames;
        }
    }

    /// Ends at the target at once.
    pub(super) fn snap(&mut self) {
        self.stages = [self.target; 4];
        self.remaining = 0;
    }

    pub(super) fn is_settled(&self) -> bool {
        self.remaining == 0
    }

    /// Frames until the target is in force.
    pub(super) fn remaining_frames(&self) -> usize {
        self.remaining as usize
    }

    pub(super) fn target(&self) -> Svf {
        svf(&self.target)
    }

    /// Advances one frame.
    pub(super) fn next(&mut self) -> Svf {
        if self.remaining > 1 {
            self.remaining -= 1;
            let [first, second, third, fourth] = &mut self.stages;
            for lane in 0..6 {
                fourth[lane] += self.step * (third[lane] - fourth[lane]);
                third[lane] += self.step * (second[lane] - third[lane]);
                second[lane] += self.step * (first[lane] - second[lane]);
                first[lane] += self.step * (self.target[lane] - first[lane]);
            }
        } else if self.remaining == 1 {
            self.snap();
        }
        svf(&self.stages[3])
    }
}

fn values(svf: &Svf) -> Values {
    let [c0, c1, c2] = svf.c;
    [svf.g, svf.k, c0, c1, c2, 0.0]
}

fn svf(&[g, k, c0, c1, c2, _]: &Values) -> Svf {
    Svf { g, k, c: [c0, c1, c2] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glide_is_nearly_there_in_20_ms_and_exactly_in_40() {
        let mut glide = Glide::new(48_000.0);
        let target = Svf { g: 3.0, k: 0.1, c: [2.0, 1.0, 0.0] };
        glide.set_target(&target);
        let path: Vec<Svf> = (0..1920).map(|_| glide.next()).collect();
        assert!((path[959].g - 3.0).abs() < 2.0 * 1.1e-4, "{:?}", path[959]);
        assert!((path[1918].g - 3.0).abs() < 1e-9 && !path[..1919].contains(&target));
        assert!(path[1919] == target && glide.is_settled());
    }

    #[test]
    fn it_never_leaves_the_range_of_its_targets() {
        let mut glide = Glide::new(8000.0);
        for index in 0..500u32 {
            let k = if index % 2 == 0 { 40.0 } else { 1e-3 };
            glide.set_target(&Svf { g: 1.0 / k, k, c: [1.0, 100.0 * k, 0.0] });
            for _ in 0..index % 13 {
                let now = glide.next();
                assert!((1e-3..=40.0).contains(&now.k) && now.g > 0.0 && now.c[1] / now.k < 100.0 + 1e-9);
            }
        }
    }
}
