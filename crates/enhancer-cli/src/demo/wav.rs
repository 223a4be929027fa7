//! Two channels as a 24-bit WAV file.

/// The file of `channels`, rounded to 24 bits with triangular dither of ±1 step (S. Lipshitz, R. Wannamaker and J. Vanderkooy 1992).
pub(super) fn bytes(sample_rate_hz: f64, channels: &[Vec<f32>; 2]) -> Vec<u8> {
    const BYTES: u32 = 3;
    const STEPS: f64 = 8_388_608.0;
    let [left, right] = channels;
    let rate = sample_rate_hz as u32;
    let data = left.len() as u32 * 2 * BYTES;
    let mut file = Vec::with_capacity(44 + data as usize);
    file.extend(b"RIFF");
    file.extend((36 + data).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(2u16.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2 * BYTES).to_le_bytes());
    file.extend((2 * BYTES as u16).to_le_bytes());
    file.extend(24u16.to_le_bytes());
    file.extend(b"data");
    file.extend(data.to_le_bytes());
    let mut noise = super::synth::Noise::new(24);
    for (left, right) in left.iter().zip(right) {
        for sample in [left, right] {
            let dither = 0.5 * (noise.next() + noise.next());
            let value = (f64::from(*sample) * STEPS + dither).round().clamp(-STEPS, STEPS - 1.0) as i32;
            file.extend(&value.to_le_bytes()[..3]);
        }
    }
    file
}
