//! The meters read every channel, up to 7.1. Expected values come from ITU-R BS.1770-4 alone.

use super::{Monitor, Speed};
use crate::telemetry::{Telemetry, TelemetrySender};
use enhancer_dsp::Meters;
use std::f32::consts::TAU;

const RATE_HZ: f32 = 48_000.0;
const LFE: usize = 3;

/// Frames in a tenth of a second.
const BLOCK: usize = 4800;

/// Channels that BS.1770-4 weighs with +1.5 dB: Ls Rs of L R C LFE Ls Rs, and the side pair of L R C LFE Lb
/// Rb Ls Rs.
const SURROUNDS: [(usize, &[usize]); 4] = [(1, &[]), (2, &[]), (6, &[4, 5]), (8, &[6, 7])];

fn sine(number: usize, amplitude: f32) -> Vec<f32> {
    let frames = number * BLOCK..(number + 1) * BLOCK;
    frames.map(|frame| amplitude * (TAU * 997.0 * (frame % 48_000) as f32 / RATE_HZ).sin()).collect()
}

fn watch(channels: usize) -> (TelemetrySender, Monitor) {
    let mut sender = Telemetry::channel();
    sender.activate(RATE_HZ, channels);
    let mut monitor = Monitor::new(sender.shared());
    monitor.set_watching(true);
    for end in [&mut monitor.input, &mut monitor.output] {
        end.analyzer.speed = Speed::Fast;
    }
    (sender, monitor)
}

fn send(sender: &mut TelemetrySender, block: &mut [Vec<f32>]) {
    let mut meters = Meters { frames: BLOCK as u64, ..Meters::default() };
    for (peak, channel) in meters.output_peak.iter_mut().zip(&*block) {
        *peak = channel.iter().fold(0.0, |peak, sample| peak.max(sample.abs()));
    }
    meters.input_peak = meters.output_peak;
    let channels: Vec<&mut [f32]> = block.iter_mut().map(Vec::as_mut_slice).collect();
    sender.observe_input(&channels);
    sender.observe_output(&channels, &meters);
}

/// A monitor after 2 s of a 997 Hz sine in one of `channels` channels, silence in the others.
fn after_sine(channels: usize, place: usize, amplitude: f32) -> Monitor {
    let (mut sender, mut monitor) = watch(channels);
    for number in 0..20 {
        let mut block = vec![vec![0.0; BLOCK]; channels];
        block[place] = sine(number, amplitude);
        send(&mut sender, &mut block);
        monitor.update(0.1 * (number + 1) as f64);
    }
    monitor
}

#[test]
fn loudness_weighs_each_channel_by_its_speaker() {
    for (channels, surrounds) in SURROUNDS {
        for place in 0..channels {
            let loudness = after_sine(channels, place, 0.5).loudness;
            let measured = (loudness.momentary, loudness.integrated);
            if place == LFE {
                assert_eq!(measured, (None, None), "the LFE does not count");
                continue;
            }
            // A 997 Hz sine of 0 dBFS in one front channel reads −3.01 LUFS.
            let weight_db = if surrounds.contains(&place) { 10.0 * 1.41f64.log10() } else { 0.0 };
            let expected = -3.01 + 20.0 * 0.5f64.log10() + weight_db;
            for lufs in [measured.0, measured.1] {
                let lufs = lufs.unwrap_or(f64::NEG_INFINITY);
                let case = format!("{lufs} for {expected} LUFS, channel {place} of {channels}");
                assert!((lufs - expected).abs() < 0.02, "{case}");
            }
        }
    }
}

#[test]
fn true_peak_bars_and_history_read_each_channel() {
    for channels in 1..=8 {
        for place in 0..channels {
            let monitor = after_sine(channels, place, 0.5);
            let case = format!("channel {place} of {channels}");
            let close = |db: f32| (db - 20.0 * 0.5f32.log10()).abs() < 0.1;
            assert!(monitor.true_peak_dbtp().is_some_and(close), "{case}");
            for end in [&monitor.input, &monitor.output] {
                let (silent, loud): (Vec<usize>, Vec<usize>) =
                    (0..channels).partition(|&bar| end.bars_db[bar] <= -90.0);
                assert_eq!((silent.len(), loud), (channels - 1, vec![place]), "{case}");
                assert!(close(end.bars_db[place]) && close(end.peak_db) && close(end.rms_db), "{case}");
            }
            let moment = monitor.trace.latest().unwrap();
            assert!(close(moment.input_db) && close(moment.output_db), "{case}");
        }
    }
}

#[test]
fn the_clip_light_reads_each_channel() {
    for channels in 1..=8 {
        for place in 0..channels {
            assert!(after_sine(channels, place, 1.1).clipped, "channel {place} of {channels}");
            assert!(!after_sine(channels, place, 0.99).clipped, "channel {place} of {channels}");
        }
    }
}

#[test]
fn the_spectrum_shows_the_loudest_channel() {
    for channels in 1..=8 {
        for place in 0..channels {
            let monitor = after_sine(channels, place, 0.5);
            for end in [&monitor.input, &monitor.output] {
                let top = end.analyzer.points().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                let case = format!("{top:?}, channel {place} of {channels}");
                assert!((top.0 / 997.0).log2().abs() < 1.0 / 12.0, "{case}");
                assert!((top.1 - 20.0 * 0.5f32.log10()).abs() < 0.3, "{case}");
            }
        }
    }
}

#[test]
fn another_format_restarts_the_meters() {
    let (mut sender, mut monitor) = watch(2);
    send(&mut sender, &mut vec![vec![1.5; BLOCK]; 2]);
    monitor.update(0.1);
    assert!(monitor.true_peak_dbtp() > Some(3.0));
    sender.activate(RATE_HZ, 6);
    for number in 0..10 {
        let mut block = vec![vec![0.0; BLOCK]; 6];
        block[5] = sine(number, 0.5);
        send(&mut sender, &mut block);
        monitor.update(0.2 + 0.1 * number as f64);
    }
    assert!(monitor.true_peak_dbtp() < Some(-5.9), "{:?}", monitor.true_peak_dbtp());
    assert!(monitor.loudness.momentary.is_some());
    assert_eq!(monitor.output.bars_db.len(), 6);
}
