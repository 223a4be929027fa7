//! From `f32` to integers: TPDF dither, two uniform numbers a sample, which makes the rounding error's mean and variance
//! independent of the signal (Lipshitz, Wannamaker, Vanderkooy, *Quantization and dither*, JAES 1992).

use super::block::Block;

/// Adding and subtracting it rounds an `f64` below 2^51 to the nearest integer, and unlike `round` it vectorises.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Rounds planar audio to integers of some bits. The noise repeats itself from run to run.
#[derive(Debug)]
pub(crate) struct Dither {
    full_scale: f64,
    /// A generator a channel.
    states: Vec<u64>,
    clipped: u64,
}

impl Dither {
    /// For integers of `bits`, 2 to 24.
    pub(crate) fn new(bits: u32, channels: usize) -> Self {
        let seeds = (0..channels as u64).map(|channel| (channel + 1).wrapping_mul(0xA076_1D64_78BD_642F));
        Self { full_scale: f64::from(1u32 << (bits - 1)), states: seeds.collect(), clipped: 0 }
    }

    /// Rounds `block` into `integers`, and leaves in `block` what was kept.
    pub(crate) fn quantize(&mut self, block: &mut Block, integers: &mut Vec<Vec<i32>>) {
        integers.resize_with(block.planes.len(), Vec::new);
        let (min, max) = (-self.full_scale, self.full_scale - 1.0);
        let back = 1.0 / self.full_scale;
        for ((plane, integers), state) in block.planes.iter_mut().zip(integers).zip(&mut self.states) {
            integers.clear();
            integers.extend(plane.iter_mut().map(|sample| {
                let exact = f64::from(*sample) * self.full_scale;
                self.clipped += u64::from(exact > max + 0.5 || exact < min - 0.5);
                let rounded = (exact + triangular(state) + ROUNDER) - ROUNDER;
                let kept = rounded.clamp(min, max);
                *sample = (kept * back) as f32;
                kept as i32
            }));
        }
    }

    /// Samples beyond full scale so far.
    pub(crate) fn clipped(&self) -> u64 {
        self.clipped
    }
}

/// A number in −1…1 with a triangular distribution: the difference of two uniform ones, from both halves of one draw
/// (SplitMix64, Steele, Lea, Flood 2014).
fn triangular(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    const STEP: f64 = 1.0 / 4_294_967_296.0;
    (f64::from((z >> 32) as u32) - f64::from(z as u32)) * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of the error in steps, for a constant input `level` steps above zero.
    fn error(level: f64) -> (f64, f64) {
        let frames = 200_000;
        let mut dither = Dither::new(16, 1);
        let mut block = Block { planes: vec![vec![(level / 32_768.0) as f32; frames]] };
        let mut integers = Vec::new();
        dither.quantize(&mut block, &mut integers);
        let errors = integers[0].iter().map(|&value| f64::from(value) - level);
        let mean = errors.clone().sum::<f64>() / frames as f64;
        (mean, errors.map(|error| (error - mean).powi(2)).sum::<f64>() / frames as f64)
    }

    #[test]
    fn the_error_is_independent_of_the_signal() {
        // Variance: 1/12 of rounding and 2/12 of dither. Standard deviations here: 0.0011 of the mean, 0.0008 of the variance.
        for level in [0.0, 0.125, 0.25, 0.5, 0.75, 1.0 / 3.0, 17.9, -0.4] {
            let (mean, variance) = error(level);
            assert!(mean.abs() < 0.006, "{level}: mean {mean}");
            assert!((variance - 0.25).abs() < 0.005, "{level}: variance {variance}");
        }
    }

    #[test]
    fn full_scale_holds_and_what_lies_beyond_is_counted() {
        let mut dither = Dither::new(24, 2);
        let mut block = Block { planes: vec![vec![1.5, -1.5, 0.0], vec![f32::MAX, f32::MIN, -1.0]] };
        let mut integers = Vec::new();
        dither.quantize(&mut block, &mut integers);
        assert_eq!(integers[0][..2], [8_388_607, -8_388_608]);
        assert_eq!(integers[1][..2], [8_388_607, -8_388_608]);
        assert_eq!(dither.clipped(), 4);
        assert!(block.planes[0][0] < 1.0 && block.planes[0][1] == -1.0);
    }
}
