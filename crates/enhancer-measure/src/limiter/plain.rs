//! A plain lookahead limiter, the reference for the loudness that a limiter preserves.
//!
//! A textbook design: an 8x detector of 24 taps per side, the largest peak of 5 ms, the minimum of the gain
//! smoothed by a box of the same length, and a release of 80 ms. Written for clarity, not for speed.

use std::collections::VecDeque;

use crate::meter::interpolator;

const SIDE: usize = 24;
const PHASES: usize = 8;
const WINDOW_MS: f64 = 5.0;
const RELEASE_MS: f64 = 80.0;

/// Limits planar channels in place to `ceiling_gain` (linear) by one gain, without latency.
pub fn plain_limiter(channels: &mut [&mut [f32]], ceiling_gain: f64, sample_rate_hz: f64) {
    let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
    let window = (WINDOW_MS * 1e-3 * sample_rate_hz).round() as usize;
    let release = 1.0 - (-1.0 / (RELEASE_MS * 1e-3 * sample_rate_hz)).exp();
    let peaks = peaks(channels, frames);
    let target = |n: usize| peaks.get(n).map_or(1.0, |&peak| (ceiling_gain / peak.max(1e-9)).min(1.0));
    // gain[k] is the released minimum of the targets k − window to k. A box over k to k + window then ends
    // before each peak.
    let mut wedge: VecDeque<(usize, f64)> = VecDeque::new();
    let mut envelope = 1f64;
    let gains: Vec<f64> = (0..frames + window)
        .map(|k| {
            while wedge.back().is_some_and(|&(_, value)| value >= target(k)) {
                wedge.pop_back();
            }
            wedge.push_back((k, target(k)));
            while wedge.front().is_some_and(|&(place, _)| place + window < k) {
                wedge.pop_front();
            }
            let lowest = wedge.front().map_or(1.0, |&(_, value)| value);
            envelope = lowest.min(envelope + release * (lowest - envelope));
            envelope
        })
        .collect();
    for n in 0..frames {
        let gain = gains[n..=n + window].iter().sum::<f64>() / (window + 1) as f64;
        for channel in channels.iter_mut() {
            channel[n] = (f64::from(channel[n]) * gain) as f32;
        }
    }
}

/// Largest magnitude around each frame over all channels, one interval to either side.
fn peaks(channels: &[&mut [f32]], frames: usize) -> Vec<f64> {
    let phases = interpolator(SIDE, PHASES, 8.0);
    let mut peaks = vec![0f64; frames];
    for channel in channels {
        let silence = || std::iter::repeat_n(0.0, SIDE);
        let samples: Vec<f64> =
            silence().chain(channel.iter().map(|&sample| f64::from(sample))).chain(silence()).collect();
        for (n, window) in samples.windows(2 * SIDE).enumerate().take(frames + 1) {
            for phase in &phases {
                let value = window.iter().zip(phase).map(|(sample, tap)| sample * tap).sum::<f64>().abs();
                // The value lies between frames n − 1 and n, and both must be reduced.
                for end in [n.checked_sub(1), Some(n)].into_iter().flatten().filter(|&end| end < frames) {
                    peaks[end] = peaks[end].max(value);
                }
            }
        }
    }
    peaks
}
