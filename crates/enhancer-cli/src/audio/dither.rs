//! Rounding from `f32` to integers with TPDF dither. Two uniform random numbers per sample make the mean and
//! variance of the rounding error independent of the signal (Lipshitz, Wannamaker, Vanderkooy, *Quantization
//! and dither*, JAES 1992).
//!
//! Samples that are integers already lose nothing by rounding, so they need no noise. 16-bit input that the
//! chain leaves unchanged stays identical, and digital silence stays silent. A single integer proves nothing:
//! above −6 dBFS, every second `f32` value is a 24-bit integer. So the noise stops after [`HOLD_SAMPLES`]
//! integers in a row and returns with the first other sample. It is off until the first such sample.

use super::block::Block;

/// Adding and subtracting this constant rounds an `f64` below 2^51 to the nearest integer. Unlike `round`, it
/// vectorises.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Integers in a row after which the noise stops. At most half of the `f32` values of an octave are 24-bit
/// integers, so processed sound has such a run with a probability of 2^-64 per sample.
const HOLD_SAMPLES: u32 = 64;

/// Rounds planar audio to integers. The noise is the same in every run.
#[derive(Debug)]
pub(crate) struct Dither {
    full_scale: f64,
    noises: Vec<Noise>,
    clipped: u64,
}

/// Noise generator and state of one channel.
#[derive(Debug)]
struct Noise {
    state: u64,
    /// Integers since the last sample that was not one.
    run: u32,
}

impl Dither {
    /// For integers of `bits` bits, 2 to 24.
    pub(crate) fn new(bits: u32, channels: usize) -> Self {
        let seeds = (0..channels as u64).map(|channel| (channel + 1).wrapping_mul(0xA076_1D64_78BD_642F));
        let noises = seeds.map(|state| Noise { state, run: HOLD_SAMPLES }).collect();
        Self { full_scale: f64::from(1u32 << (bits - 1)), noises, clipped: 0 }
    }

    /// Rounds `block` into `integers`, and writes the rounded values back into `block`.
    pub(crate) fn quantize(&mut self, block: &mut Block, integers: &mut Vec<Vec<i32>>) {
        integers.resize_with(block.planes.len(), Vec::new);
        let (min, max) = (-self.full_scale, self.full_scale - 1.0);
        let back = 1.0 / self.full_scale;
        for ((plane, integers), noise) in block.planes.iter_mut().zip(integers).zip(&mut self.noises) {
            integers.clear();
            integers.extend(plane.iter_mut().map(|sample| {
                let exact = f64::from(*sample) * self.full_scale;
                self.clipped += u64::from(exact > max + 0.5 || exact < min - 0.5);
                let kept = round(exact + noise.next(exact)).clamp(min, max);
                *sample = (kept * back) as f32;
                kept as i32
            }));
        }
    }

    /// Number of samples beyond full scale so far.
    pub(crate) fn clipped(&self) -> u64 {
        self.clipped
    }
}

impl Noise {
    /// The noise for a sample of `exact` steps, in steps.
    fn next(&mut self, exact: f64) -> f64 {
        let noise = triangular(&mut self.state);
        self.run = if round(exact) == exact { self.run.saturating_add(1) } else { 0 };
        if self.run > HOLD_SAMPLES { 0.0 } else { noise }
    }
}

fn round(value: f64) -> f64 {
    (value + ROUNDER) - ROUNDER
}

/// A number in −1…1 with a triangular distribution: the difference of two uniform numbers, from both halves
/// of one draw (SplitMix64, Steele, Lea, Flood 2014).
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

    fn quantized(bits: u32, plane: Vec<f32>) -> Vec<i32> {
        let mut integers = Vec::new();
        Dither::new(bits, 1).quantize(&mut Block { planes: vec![plane] }, &mut integers);
        integers.remove(0)
    }

    fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
        let count = values.len() as f64;
        values.sum::<f64>() / count
    }

    /// Mean and variance of the error in steps, for a constant input `level` steps above zero.
    fn error(level: f64) -> (f64, f64) {
        let values = quantized(16, vec![(level / 32_768.0) as f32; 200_000]);
        let errors = values.iter().map(|&value| f64::from(value) - level);
        let mean_error = mean(errors.clone());
        (mean_error, mean(errors.map(|error| (error - mean_error).powi(2))))
    }

    #[test]
    fn the_error_is_independent_of_the_signal() {
        // Expected variance: 1/12 from rounding and 2/12 from dither. Standard deviations here: 0.0011 of the
        // mean, 0.0008 of the variance.
        for level in [0.125, 0.25, 0.5, 0.75, 1.0 / 3.0, 17.9, -0.4] {
            let (mean, variance) = error(level);
            assert!(mean.abs() < 0.006, "{level}: mean {mean}");
            assert!((variance - 0.25).abs() < 0.005, "{level}: variance {variance}");
        }
    }

    #[test]
    fn loud_samples_of_24_bits_are_dithered_although_half_are_integers() {
        // Above −6 dBFS, `f32` has steps of half a 24-bit integer.
        let frames = 400_000;
        let noise = enhancer_measure::signal::white_noise(0.07, 3, frames);
        let plane: Vec<f32> = noise.iter().map(|sample| sample.clamp(-0.24, 0.24) + 0.75).collect();
        let steps: Vec<f64> = plane.iter().map(|&sample| f64::from(sample) * 8_388_608.0).collect();
        let share = steps.iter().filter(|step| step.fract() == 0.0).count() as f64 / frames as f64;
        assert!((0.45..0.6).contains(&share), "{share}");
        let values = quantized(24, plane);
        let errors = values.iter().zip(&steps).map(|(&value, step)| f64::from(value) - step);
        // Expected variance 0.25; standard deviation of the mean 0.0008, of the variance 0.0006.
        let (bias, variance) = (mean(errors.clone()), mean(errors.clone().map(|error| error * error)));
        assert!(bias.abs() < 0.004 && (variance - 0.25).abs() < 0.004, "{bias} {variance}");
        // The error does not follow the signal: the standard deviation of the correlation is 0.0016.
        let level = mean(steps.iter().copied());
        let spread = mean(steps.iter().map(|step| (step - level).powi(2))).sqrt();
        let common = mean(errors.zip(&steps).map(|(error, step)| error * (step - level)));
        assert!((common / (spread * 0.5)).abs() < 0.008, "{common}");
    }

    #[test]
    fn integers_stay_unchanged() {
        for (bits, full_scale) in [(16, 32_768.0), (24, 8_388_608.0)] {
            let integers: Vec<i32> =
                (0..5000).map(|n| (f64::from(n * 7919 % 5000 - 2500) * full_scale / 2501.0) as i32).collect();
            let plane = integers.iter().map(|&value| (f64::from(value) / full_scale) as f32).collect();
            assert_eq!(quantized(bits, plane), integers, "{bits}");
        }
        assert!(quantized(16, vec![0.0; 1000]).iter().all(|&value| value == 0));
    }

    #[test]
    fn noise_starts_with_the_first_fractional_sample_and_ends_after_the_hold() {
        let (quiet, end) = (1000, 3000);
        let hold = HOLD_SAMPLES as usize;
        let mut plane = vec![0.0; 5000];
        plane[quiet..end].fill(0.4 / 32_768.0);
        let values = quantized(16, plane);
        let has_noise = |range: std::ops::Range<usize>| values[range].iter().any(|&value| value != 0);
        assert!(!has_noise(0..quiet) && has_noise(quiet..quiet + 20));
        assert!(has_noise(end..end + hold) && !has_noise(end + hold..5000));
    }

    #[test]
    fn the_division_into_blocks_changes_nothing() {
        let mut plane = enhancer_measure::signal::white_noise(0.1, 5, 3000);
        plane[500..900].fill(0.0);
        let whole = quantized(16, plane.clone());
        let mut dither = Dither::new(16, 1);
        let (mut pieces, mut integers) = (Vec::new(), Vec::new());
        for piece in plane.chunks(37) {
            dither.quantize(&mut Block { planes: vec![piece.to_vec()] }, &mut integers);
            pieces.extend_from_slice(&integers[0]);
        }
        assert_eq!(pieces, whole);
    }

    #[test]
    fn samples_beyond_full_scale_are_clipped_and_counted() {
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
