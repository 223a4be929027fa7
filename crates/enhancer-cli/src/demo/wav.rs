//! Two channels as a 24-bit WAV file.

use super::synth::Noise;
use crate::audio::output_format::{Bits, EncodeError, Layout};
use crate::audio::wav;

/// The WAV file of `channels`, rounded to 24 bits with triangular dither of ±1 step (S. Lipshitz,
/// R. Wannamaker and J. Vanderkooy 1992).
pub(super) fn bytes(sample_rate_hz: f64, channels: &[Vec<f32>; 2]) -> Result<Vec<u8>, EncodeError> {
    const STEPS: f64 = 8_388_608.0;
    let [left, right] = channels;
    let mut noise = Noise::new(24);
    let mut rounded = |sample: f32| {
        let dither = 0.5 * (noise.next() + noise.next());
        (f64::from(sample) * STEPS + dither).round().clamp(-STEPS, STEPS - 1.0) as i32
    };
    let frames = left.iter().zip(right).map(|(&left, &right)| (rounded(left), rounded(right)));
    let (left, right): (Vec<i32>, Vec<i32>) = frames.unzip();
    let layout = Layout {
        sample_rate_hz: sample_rate_hz as u32,
        channels: 2,
        speakers: Some(0x3),
        frames: Some(left.len() as u64),
    };
    wav::bytes(&layout, Bits::Int24, &[left, right])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_that_of_plain_stereo() {
        let file = bytes(48_000.0, &[vec![0.25; 10], vec![-0.25; 10]]).unwrap();
        let header =
            b"RIFF\x60\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x80\xBB\0\0\0\x65\x04\0\x06\0\x18\0data\x3C\0\0\0";
        assert_eq!((&file[..44], file.len()), (&header[..], 44 + 60));
    }
}
