//! Mean square without ripple: the mean power of a wave and of its copy a quarter period later.
//!
//! The square of a sine swings between 0 and twice its mean. So a plain RMS detector averages over many
//! periods: its gain either ripples, which distorts bass, or comes late. Here two all-pass chains, whose
//! phases differ by 90° at every audible frequency, give the cosine and the sine of each partial. (cos² +
//! sin²) / 2 is the mean square at every instant. Of several partials only the beats remain, their difference
//! frequencies. All-passes preserve energy, so the long-term mean equals that of the plain square. (The
//! analytic signal as a compressor's level: J. Peissig, J. R. ter Haseborg, F. Keiler, U. Zölzer, *Digital
//! emulation of analog companding algorithms for FM radio transmission*, DAFx 2004.)
//!
//! The network is the equiripple one for 20 Hz to 20 kHz with twelve real poles (S. D. Bedrosian, *Normalized
//! design of 90° phase-difference networks*, IRE Trans. Circuit Theory 7(2), 1960). Pole r lies at `√(fl fh
//! k) · sc((2 r + 1) K / 24)`. There sc is the elliptic function sn / cn of modulus √(1 − k²), k is fl / fh,
//! and K is the quarter period. Even and odd r form the two chains. The phase error is 0.182°, a ripple of
//! ±0.014 dB.
//!
//! The bilinear transform compresses the top of the band, at 48 kHz to 14 kHz. The ripple above, at twice the
//! frequency, is averaged by the smoothing that follows.

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::oversample::all_passes::AllPasses;
use crate::simd::{self, Isa, Kernel, Vector};
use core::f64::consts::PI;

/// All-passes per chain.
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

/// A frame in both chains of a pair of channels: left and right of the even chain, left and right of the odd
/// chain.
///
/// Single precision suffices for a detector. The slowest pole, 7 Hz at 384 kHz, amplifies rounding by 66, to
/// −108 dB of the level.
pub(in crate::dynamics) type QuadratureLanes = [f32; 4];

/// Largest input magnitude, +300 dB, so that its square is finite.
const CEILING: f64 = 1e15;

/// Offset of the input, −300 dB: in silence the states settle here instead of at subnormal numbers.
const BIAS: f32 = 1e-15;

/// The chains of a pair: all-passes `(c + z⁻¹) / (1 + c z⁻¹)`.
pub(in crate::dynamics) type Chains = AllPasses<ORDER, 4, f32>;

/// Mean square of the loudest channel.
#[derive(Debug, Clone)]
pub(in crate::dynamics) struct Quadrature {
    /// `[pair]`.
    pairs: Box<[Chains]>,
}

impl Quadrature {
    #[expect(clippy::indexing_slicing, reason = "chains have ORDER places and four lanes, two per chain")]
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

    /// The all-passes, if there is a single pair of channels.
    pub(super) fn lone_pair(&mut self) -> Option<&mut Chains> {
        if let [pair] = &mut *self.pairs { Some(pair) } else { None }
    }

    /// Writes the mean square of the loudest channel at each frame.
    pub(super) fn process(&mut self, block: &Block, powers: &mut [f64]) {
        powers.fill(0.0);
        for (chains, pair) in self.pairs.iter_mut().zip(block.pairs()) {
            simd::run(Advance { chains, pair, powers });
        }
    }
}

/// Runs a pair through its chains and raises the powers to its mean squares.
struct Advance<'a> {
    chains: &'a mut Chains,
    pair: &'a [Lanes],
    powers: &'a mut [f64],
}

impl Kernel for Advance<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let mut frames = [QuadratureLanes::default(); MAX_CHUNK_FRAMES];
        for (frame, lanes) in frames.iter_mut().zip(self.pair) {
            *frame = enter(lanes);
        }
        let frames = first_frames_mut(&mut frames, self.pair.len());
        let mut registers = self.chains.start::<I::F4>();
        // The outer loop runs over frames: the processor overlaps the all-passes of neighbouring frames,
        // while along one all-pass each frame waits for the last.
        for frame in frames.iter_mut() {
            let signal = registers.all(I::F4::load(frame));
            (signal * signal).store(frame);
        }
        self.chains.finish(&registers);
        for (power, frame) in self.powers.iter_mut().zip(frames.iter()) {
            let loudest = louder(frame);
            *power = if loudest > *power { loudest } else { *power };
        }
    }
}

/// Mean square of the louder channel, from the squares of both chains' outputs.
#[inline(always)]
pub(in crate::dynamics) fn louder([left_cos, right_cos, left_sin, right_sin]: &QuadratureLanes) -> f64 {
    let (left, right) = (left_cos + left_sin, right_cos + right_sin);
    0.5 * f64::from(if left > right { left } else { right })
}

/// Converts a frame to the input of both chains.
#[inline(always)]
pub(in crate::dynamics) fn enter(lanes: &Lanes) -> QuadratureLanes {
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
    fn the_mean_square_of_a_tone_is_constant() {
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
                // A phase error e makes cos² + sin² swing by sin e; for 0.182° that is 3.2e-3.
                assert!(low > 0.5 - 0.0017 && high < 0.5 + 0.0017, "{low}…{high} at {hz} Hz of {rate}");
            }
        }
    }
}
