//! The static curve: gain reduction as a function of level, with a quadratic soft knee.
//!
//! D. Giannoulis, M. Massberg, J. D. Reiss, *Digital dynamic range compressor design*, JAES 60(6), 2012, eq.
//! 4, written as the reduction in dB for a level of x dB, threshold T, ratio R and knee W:
//!
//! ```text
//! 0                                     x ≤ T − W/2
//! (1 − 1/R) (x − T + W/2)² / (2 W)      between
//! (1 − 1/R) (x − T)                     x ≥ T + W/2
//! ```

use super::compressor::CompressorConfig;
use crate::block::MAX_CHUNK_FRAMES;
use crate::filter::glide::Glide;
use crate::simd::{self, Isa, Kernel};

/// The curve at constant settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve {
    /// T − W/2, dB.
    start_db: f64,
    knee_db: f64,
    half_inverse_knee: f64,
    /// 1 − 1/R.
    slope: f64,
}

impl Curve {
    pub(super) fn new(threshold_db: f64, knee_db: f64, slope: f64) -> Self {
        // A knee below 1e-6 dB counts as none: its quadratic vanishes without a division by zero.
        let half_inverse_knee = 0.5 / knee_db.max(1e-6);
        Self { start_db: threshold_db - 0.5 * knee_db, knee_db, half_inverse_knee, slope }
    }

    pub(super) fn of(config: &CompressorConfig) -> Self {
        Self::new(f64::from(config.threshold_db), f64::from(config.knee_db), slope(config))
    }

    /// Reduction for a level, dB, 0 or more: quadratic inside the knee, linear above it.
    #[inline(always)]
    pub(super) fn reduction_db(&self, level_db: f64) -> f64 {
        let over = level_db - self.start_db;
        let over = if over > 0.0 { over } else { 0.0 };
        let bent = if over < self.knee_db { over } else { self.knee_db };
        self.slope * (bent * bent * self.half_inverse_knee + (over - bent))
    }
}

/// The curve with gliding threshold, knee and slope. The glide keeps the knee and the slope in their ranges:
/// a negative knee would bend the curve by hundreds of thousands of decibels.
#[derive(Debug)]
pub(super) struct GainComputer {
    /// Threshold and knee, dB, and slope.
    glide: Glide<3>,
}

impl GainComputer {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self { glide: Glide::new(sample_rate_hz, [0.0; 3]) }
    }

    pub(super) fn set_config(&mut self, config: &CompressorConfig) {
        let [threshold_db, knee_db] = [config.threshold_db, config.knee_db].map(f64::from);
        self.glide.set_target([threshold_db, knee_db, slope(config)]);
    }

    pub(super) fn reset(&mut self) {
        self.glide.snap();
    }

    /// The curve while it does not glide.
    pub(super) fn settled(&self) -> Option<Curve> {
        let [threshold_db, knee_db, slope] = self.glide.values();
        self.glide.is_settled().then(|| Curve::new(threshold_db, knee_db, slope))
    }

    /// Converts levels to reductions in place, both in dB.
    pub(super) fn process(&mut self, levels: &mut [f64]) {
        if let Some(curve) = self.settled() {
            simd::run(Reduce(curve, levels));
            return;
        }
        debug_assert!(levels.len() <= MAX_CHUNK_FRAMES);
        for level in levels {
            let [threshold_db, knee_db, slope] = self.glide.next_values();
            *level = Curve::new(threshold_db, knee_db, slope).reduction_db(*level);
        }
    }
}

/// Converts levels to reductions at constant settings.
struct Reduce<'a>(Curve, &'a mut [f64]);

impl Kernel for Reduce<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        for level in self.1 {
            *level = self.0.reduction_db(*level);
        }
    }
}

fn slope(config: &CompressorConfig) -> f64 {
    1.0 - 1.0 / f64::from(config.ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_joins_both_lines_without_a_step_or_corner() {
        let curve = Curve::new(-20.0, 12.0, 0.75);
        assert_eq!(curve.reduction_db(-26.0), 0.0);
        assert_eq!(curve.reduction_db(-140.0), 0.0);
        assert!((curve.reduction_db(-20.0) - 0.75 * 12.0 / 8.0).abs() < 1e-12);
        assert!((curve.reduction_db(-14.0) - 4.5).abs() < 1e-12);
        assert!((curve.reduction_db(0.0) - 15.0).abs() < 1e-12);
        for edge in [-26.0, -14.0] {
            let slope = |a: f64, b: f64| (curve.reduction_db(b) - curve.reduction_db(a)) / (b - a);
            assert!((slope(edge - 1e-5, edge) - slope(edge, edge + 1e-5)).abs() < 1e-5, "a kink at {edge}");
        }
    }

    #[test]
    fn a_hard_knee_is_two_straight_lines() {
        let curve = Curve::new(-20.0, 0.0, 0.75);
        assert_eq!(curve.reduction_db(-20.0), 0.0);
        assert!((curve.reduction_db(-19.0) - 0.75).abs() < 1e-12);
        assert!((curve.reduction_db(0.0) - 15.0).abs() < 1e-12);
    }
}
