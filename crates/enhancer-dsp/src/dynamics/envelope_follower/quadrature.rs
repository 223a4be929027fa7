//! Mean square without ripple: the power of a wave and of its copy a quarter period later.
//!
//! The square of a sine swings between 0 and twice its mean, so an RMS detector must average over many periods, and
//! its gain either ripples (distortion on bass) or comes late. Two all-pass chains whose phases differ by 90° at
//! every audible frequency give cos and sin of each partial: (cos² + sin²) / 2 is the mean square at every instant.
//! Between partials only the true beats are left, their difference frequencies. All-passes keep energy, so the
//! long-term mean is that of the plain square. (The analytic signal as a compressor's level: J. Peissig, J. R. ter
//! Haseborg, F. Keiler, U. Zölzer, *Digital emulation of analog companding algorithms for FM radio transmission*, DAFx 2004.)
//!
//! The network is the equiripple one for 20 Hz to 20 kHz with twelve real poles (S. D. Bedrosian, *Normalized design
//! of 90° phase-difference networks*, IRE Trans. Circuit Theory 7(2), 1960): pole r lies at
//! `√(fl fh k) · sc((2 r + 1) K / 24)`, with sc the elliptic function sn / cn of modulus √(1 − k²), k = fl / fh, and K its
//! quarter period; even and odd r form the chains. It errs by 0.182°, a ripple of ±0.014 dB. The bilinear transform
//! squeezes its top (at 48 kHz to 14 kHz, above which ripple at twice the frequency is averaged away anyway).

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::oversample::all_passes::AllPasses;
use crate::simd::{self, Isa, Kernel, Vector};
use core::f64::consts::PI;

/// All-passes in a chain.
pub(in crate::dynamics) const ORDER: usize = 6;

/// Pole frequencies of the two chains, Hz.
const POLES_HZ: [[f64; ORDER]; 2] = [
    [7.050_110_376, 54.513_318_763, 223.831_831_909, 893.877_898_108, 3_588.472_324_380, 16_224.199_889_361],
    [
        24.654_528_588,
        111.468_046_521,
        447.488_410_711,
        1_787.055_918_642,
        7_337.656_357_540,
        56_736.700_375_485,
    ],
];

/// One stage of both chains for a pair of channels: left and right of the even chain, left and right of the odd.
///
/// Single precision does for a detector: the slowest pole, 7 Hz at 384 kHz, gains rounding by 66, to −108 dB of the level.
pub(in crate::dynamics) type Stage = [f32; 4];

/// Largest magnitude that is told apart, +300 dB: its square still fits.
const CEILING: f64 = 1e15;

/// Added to the input, −300 dB: in silence the states come to rest here, and never at subnormal numbers.
const BIAS: f32 = 1e-15;

/// The chains of a pair's all-passes `(c + z⁻¹) / (1 + c z⁻¹)`.
pub(in crate::dynamics) type Chains = AllPasses<ORDER, 4, f32>;

/// The mean square of the loudest channel.
#[derive(Debug, Clone)]
pub(in crate::dynamics) struct Quadrature {
    /// `[pair]`.
    pairs: Box<[Chains]>,
}

impl Quadrature {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let all_pass = |pole_hz: f64| {
            let pole = PI * pole_hz / sample_rate_hz;
            ((pole - 1.0) / (pole + 1.0)) as f32
        };
        let chains = Chains::new(|place, lane| all_pass(POLES_HZ[lane / 2][place]));
        Self { pairs: vec![chains; channels.div_ceil(2)].into_boxed_slice() }
    }

    pub(super) fn reset(&mut self) {
        self.pairs.iter_mut().for_each(Chains::reset);
    }

    /// The all-passes, if there is but one pair of channels.
    pub(super) fn lone_pair(&mut self) -> Option<&mut Chains> {
        if let [pair] = &mut *self.pairs { Some(pair) } else { None }
    }

    /// Writes the largest channel's mean square at each frame.
    pub(super) fn process(&mut self, block: &Block, powers: &mut [f64]) {
        powers.fill(0.0);
        for (chains, pair) in self.pairs.iter_mut().zip(block.pairs()) {
            simd::run(Advance { chains, pair, powers });
        }
    }
}

/// A pair through its chains, and what it raises the powers to.
struct Advance<'a> {
    chains: &'a mut Chains,
    pair: &'a [Lanes],
    powers: &'a mut [f64],
}

impl Kernel for Advance<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let mut frames = [Stage::default(); MAX_CHUNK_FRAMES];
        for (frame, lanes) in frames.iter_mut().zip(self.pair) {
            *frame = enter(lanes);
        }
        let frames = &mut frames[..self.pair.len().min(MAX_CHUNK_FRAMES)];
        let mut running = self.chains.start::<I::F4>();
        // Frames in the outer loop: the all-passes of neighbouring frames overlap in the processor, while along one all-pass
        // each frame waits for the last.
        for frame in frames.iter_mut() {
            let signal = running.all(I::F4::load(frame));
            (signal * signal).store(frame);
        }
        self.chains.finish(&running);
        for (power, frame) in self.powers.iter_mut().zip(frames.iter()) {
            let loudest = louder(frame);
            *power = if loudest > *power { loudest } else { *power };
        }
    }
}

/// Mean square of the louder channel, of the squares of both chains' outputs.
#[inline(always)]
pub(in crate::dynamics) fn louder([left_cos, right_cos, left_sin, right_sin]: &Stage) -> f64 {
    let (left, right) = (left_cos + left_sin, right_cos + right_sin);
    0.5 * f64::from(if left > right { left } else { right })
}

/// A frame at the door of both chains.
#[inline(always)]
pub(in crate::dynamics) fn enter(lanes: &Lanes) -> Stage {
    let hold = |sample: f64| {
        let sample = if sample < CEILING { sample } else { CEILING };
        (if sample > -CEILING { sample } else { -CEILING }) as f32 + BIAS
    };
    let (left, right) = (hold(lanes[0]), hold(lanes[1]));
    [left, right, left, right]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_square_of_a_tone_is_there_at_every_instant() {
        for (rate, tones) in [
            (8_000.0, &[20.0, 100.0, 1000.0, 3000.0][..]),
            (48_000.0, &[20.0, 41.0, 100.0, 997.0, 5000.0, 14_000.0]),
            (384_000.0, &[20.0, 100.0, 997.0, 19_000.0]),
        ] {
            for &hz in tones {
                let mut quadrature = Quadrature::new(rate, 1);
                let mut block = Block::new(1);
                let (mut low, mut high) = (f64::MAX, f64::MIN);
                for chunk in 0..(0.5 * rate) as usize / MAX_CHUNK_FRAMES {
                    for (frame, lanes) in block.first_pair_mut().iter_mut().enumerate() {
                        let n = (chunk * MAX_CHUNK_FRAMES + frame) as f64;
                        lanes[0] = (2.0 * PI * hz / rate * n).sin();
                    }
                    let mut powers = [0.0; MAX_CHUNK_FRAMES];
                    quadrature.process(&block, &mut powers);
                    if chunk * MAX_CHUNK_FRAMES > (0.3 * rate) as usize {
                        low = powers.iter().copied().fold(low, f64::min);
                        high = powers.iter().copied().fold(high, f64::max);
                    }
                }
                // cos² + sin² with the phase off by e swings by sin e: 0.182° is 3.2e-3.
                assert!(low > 0.5 - 0.0017 && high < 0.5 + 0.0017, "{low}…{high} at {hz} Hz of {rate}");
            }
        }
    }
}
