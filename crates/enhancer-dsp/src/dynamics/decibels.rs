//! Fast conversion between powers, amplitudes and decibels, for every sample of a detector.
//!
//! Both directions split a number into its binary exponent and a mantissa around 1 and approximate the rest
//! with a minimax polynomial (Lawson's algorithm). The code has no branches and vectorises. Errors: 1e-6 dB
//! for the logarithm, 2e-8 dB for the exponential. Power 1 and 0 dB convert to each other exactly, so a
//! compressor without reduction changes no bit.

use crate::simd::{self, Isa, Kernel};

/// Lowest power that the logarithm distinguishes, −140 dB: far below any threshold.
const FLOOR_POWER: f64 = 1e-14;

/// Decibels of power per octave, 10 log10 2.
const DB_PER_DOUBLING: f64 = 3.010_299_956_639_812;

/// Octaves of amplitude per dB, 1 / (20 log10 2).
const OCTAVES_PER_DB: f64 = 0.166_096_404_744_368_1;

const EXPONENT_BITS: u32 = 52;

/// Bits of 1/√2. Subtracting them before reading the exponent leaves a mantissa in √½…√2.
const SQRT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;

/// log2(1 + t) / t for t in √½ − 1…√2 − 1, lowest power first; error of log2: 3.0e-7.
const LOG2: [f64; 7] = [
    1.442_699_726_369_536_3,
    -0.721_375_871_921_411_8,
    0.480_465_028_989_253,
    -0.358_961_831_504_255_65,
    0.297_262_635_209_339_77,
    -0.272_698_110_794_348_47,
    0.170_634_564_210_923_63,
];

/// (2^t − 1) / t for t in −½…½, lowest power first; relative error of 2^t: 2.0e-9.
const EXP2: [f64; 6] = [
    0.693_147_202_855_409_8,
    0.240_226_479_135_972_23,
    0.055_503_324_703_311_194,
    0.009_618_437_359_043_705,
    0.001_339_887_474_344_522_5,
    0.000_153_533_622_490_247_44,
];

/// Level of a power, dB: `10 log10 power`, at least −140, to 1e-6 dB.
#[inline(always)]
pub(super) fn fast_power_to_db(power: f64) -> f64 {
    // 2^52 as a float: its lowest mantissa bits count in units of one.
    const COUNT: f64 = 4_503_599_627_370_496.0;
    // A bias of 1024 exponents keeps the shifted number positive for any normal float.
    const BIAS: u64 = 1024;
    let bits = (if power > FLOOR_POWER { power } else { FLOOR_POWER }).to_bits();
    let exponent = bits.wrapping_sub(SQRT_HALF).wrapping_add(BIAS << EXPONENT_BITS) >> EXPONENT_BITS;
    let octaves = f64::from_bits(exponent | COUNT.to_bits()) - (COUNT + BIAS as f64);
    let mantissa = f64::from_bits(bits.wrapping_sub(exponent.wrapping_sub(BIAS) << EXPONENT_BITS));
    let t = mantissa - 1.0;
    DB_PER_DOUBLING * (octaves + t * horner(&LOG2, t))
}

/// Linear amplitude of a gain in dB: `10^(db / 20)` to 2e-8 dB; exactly 1 for 0 dB. Valid from −6000 to 6000
/// dB.
#[inline(always)]
pub(super) fn fast_db_to_gain(db: f64) -> f64 {
    // 1.5 · 2^52: adding it rounds to whole numbers, negative ones included, and leaves them in the lowest
    // bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let octaves = db * OCTAVES_PER_DB;
    let rounded = octaves + ROUND;
    let t = octaves - (rounded - ROUND);
    let fraction = 1.0 + t * horner(&EXP2, t);
    f64::from_bits(fraction.to_bits().wrapping_add(rounded.to_bits() << EXPONENT_BITS))
}

#[inline(always)]
fn horner<const N: usize>(coefficients: &[f64; N], t: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * t + c)
}

/// Converts powers to levels in place, each by [`fast_power_to_db`].
pub(super) fn fast_powers_to_db(powers: &mut [f64]) {
    simd::run(Levels(powers));
}

struct Levels<'a>(&'a mut [f64]);

impl Kernel for Levels<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        for power in self.0 {
            *power = fast_power_to_db(*power);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_errs_by_less_than_1e_6_db() {
        let mut worst = 0f64;
        for step in 0..400_000 {
            let db = -139.9 + f64::from(step) * 6e-4;
            let power = 10f64.powf(db / 10.0);
            worst = worst.max((fast_power_to_db(power) - db).abs());
        }
        assert!(worst < 1e-6, "{worst}");
        assert_eq!(fast_power_to_db(1.0), 0.0);
        for tiny in [0.0, 1e-320, 1e-15] {
            assert!((fast_power_to_db(tiny) + 140.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_exponential_errs_by_less_than_2e_8_db() {
        let mut worst = 0f64;
        for step in -200_000..200_000 {
            let db = f64::from(step) * 1e-3;
            worst = worst.max((20.0 * fast_db_to_gain(db).log10() - db).abs());
        }
        assert!(worst < 2e-8, "{worst}");
        assert_eq!(fast_db_to_gain(0.0), 1.0);
    }
}
