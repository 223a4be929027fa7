//! The position of a channel sets its weight in the loudness (ITU-R BS.1770-4, annex 3, table 4): 1.41 from
//! 60° to 120°, 0 for the LFE, 1 elsewhere. A full-scale sine of 997 Hz in one channel of weight 1 reads
//! −3.01 LUFS (annex 1).

use enhancer_dsp::meter::{Analyzer, LoudnessMeter};
use enhancer_measure::signal::sine;

const RATE_HZ: f64 = 48_000.0;
/// Error of the filter's coefficients, which the standard states for 48 kHz.
const TOLERANCE_LU: f64 = 0.01;

/// Integrated loudness of the sine in channel `sounding` alone.
fn lufs(channels: usize, speakers: Option<u32>, sounding: usize) -> Option<f64> {
    let tone = sine(997.0, 1.0, 0.0, RATE_HZ, 48_000);
    let silence = vec![0.0; tone.len()];
    let planes: Vec<&[f32]> =
        (0..channels).map(|channel| if channel == sounding { &tone[..] } else { &silence[..] }).collect();
    let mut analyzer = Analyzer::with_speakers(RATE_HZ, channels, speakers).unwrap();
    analyzer.push(&planes);
    let mut meter = LoudnessMeter::with_speakers(RATE_HZ, channels, speakers).unwrap();
    meter.push(&planes);
    let integrated = analyzer.finish().lufs_integrated;
    assert_eq!(integrated.is_none(), meter.integrated_lufs().is_none());
    integrated
}

#[track_caller]
fn assert_weights(speakers: Option<u32>, weights: &[f64]) {
    for (channel, &weight) in weights.iter().enumerate() {
        let measured = lufs(weights.len(), speakers, channel);
        let expected = (weight > 0.0).then(|| -3.01 + 10.0 * weight.log10());
        let near = match (measured, expected) {
            (Some(measured), Some(expected)) => (measured - expected).abs() <= TOLERANCE_LU,
            (measured, expected) => measured == expected,
        };
        assert!(near, "mask {speakers:x?}, channel {channel}: {measured:?}, should be {expected:?}");
    }
}

#[test]
fn weights_follow_the_mask() {
    for (mask, weights) in [
        (0x3, &[1.0, 1.0][..]),
        (0x4, &[1.0]),
        // Front left and right, LFE.
        (0xB, &[1.0, 1.0, 0.0]),
        // Four channels, with the back pair and with the side pair as the surrounds.
        (0x33, &[1.0, 1.0, 1.41, 1.41]),
        (0x603, &[1.0, 1.0, 1.41, 1.41]),
        // 5.1 with back and with side surrounds.
        (0x3F, &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41]),
        (0x60F, &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41]),
        // 7.1: the back pair stands at 135°.
        (0x63F, &[1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.41, 1.41]),
        // 7.1 with five front channels.
        (0xFF, &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.0, 1.0]),
        // 6.1: back centre, then the sides.
        (0x70F, &[1.0, 1.0, 1.0, 0.0, 1.0, 1.41, 1.41]),
        // 5.1 and two top front channels.
        (0x503F, &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41, 1.0, 1.0]),
        // A single LFE.
        (0x8, &[0.0]),
    ] {
        assert_weights(Some(mask), weights);
    }
}

#[test]
fn without_known_positions_the_channel_count_decides() {
    for mask in [None, Some(0), Some(0x8000_0000)] {
        assert_weights(mask, &[1.0, 1.0, 1.0, 0.0, 1.41, 1.41]);
        assert_weights(mask, &[1.0, 1.0, 1.0]);
        assert_weights(mask, &[1.0, 1.0, 1.0, 0.0, 1.0, 1.41, 1.41]);
    }
    // A channel beyond the mask's bits counts as a front channel; a bit beyond the channels is ignored.
    assert_weights(Some(0x9), &[1.0, 0.0, 1.0]);
    assert_weights(Some(0x3F), &[1.0, 1.0, 1.0]);
}

/// The sum of differently weighted channels against the `ebur128` crate, with positions set by hand.
#[test]
fn another_meter_reads_the_same() {
    use ebur128::Channel::{Center, Left, LeftSurround, Right, RightSurround, Unused};
    let planes: Vec<Vec<f32>> =
        (0..6u64).map(|seed| enhancer_measure::signal::white_noise(0.1, 40 + seed, 96_000)).collect();
    let planes: Vec<&[f32]> = planes.iter().map(Vec::as_slice).collect();
    let mut other = ebur128::EbuR128::new(6, 48_000, ebur128::Mode::I).unwrap();
    other.set_channel_map(&[Left, Right, Center, Unused, LeftSurround, RightSurround]).unwrap();
    other.add_frames_planar_f32(&planes).unwrap();
    for mask in [0x3F, 0x60F] {
        let mut meter = LoudnessMeter::with_speakers(RATE_HZ, 6, Some(mask)).unwrap();
        meter.push(&planes);
        let (ours, theirs) = (meter.integrated_lufs().unwrap(), other.loudness_global().unwrap());
        assert!((ours - theirs).abs() < 0.01, "{ours} {theirs}");
    }
}
