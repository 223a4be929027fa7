//! What a call through the C interface costs over the core itself, 512 frames of stereo at 48 kHz: `cargo bench -p enhancer-musicfox`.
//!
//! CPU time of the thread. Each round times the core and each way through the library on the same programme, so that a
//! busy spell hits all alike; the table shows medians over the rounds, of times and of ratios to the same round's core.

use cpu_time::ThreadTime;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::programme::programme;
use enhancer_musicfox::instances::*;
use enhancer_musicfox::types::{AudioBuffer, Enhancer as Handle};
use enhancer_preset::{factory_presets, to_json};
use std::ffi::CString;

const RATE_HZ: f64 = 48_000.0;
const BLOCK: usize = 512;
const FRAMES: usize = 192 * BLOCK;
const ROUNDS: usize = 101;

/// A way to process a block in place.
type Way = Box<dyn FnMut(&mut [f32], &mut [f32])>;

fn main() {
    println!("| preset | way | ns/call | over the core |\n|---|---|---:|---:|");
    for name in ["flat", "rock", "headphones"] {
        let preset = factory_presets().iter().find(|preset| preset.name == name).expect("a factory preset");
        compare(name, &preset.config, &to_json(preset));
    }
}

fn compare(name: &str, config: &EnhancerConfig, json: &str) {
    let mut core = Enhancer::new(RATE_HZ, 2, BLOCK).expect("48 kHz stereo is supported");
    core.set_config(config).expect("a preset is valid");
    let core: Way = Box::new(move |left, right| core.process(&mut [left, right]));
    let ways = [("core", core), ("process_audio", planar(json, false)), ("…, real time", planar(json, true))];
    let [f32s, f64s] = [interleaved(json, false), interleaved(json, true)];
    let mut ways: Vec<(&str, Way)> =
        ways.into_iter().chain([("interleaved f32", f32s), ("interleaved f64", f64s)]).collect();
    let [left, right] = programme(-12.0, RATE_HZ, FRAMES);
    let mut times: Vec<Vec<f64>> = vec![vec![]; ways.len()];
    for round in 0..=ROUNDS {
        for (times, (_, way)) in times.iter_mut().zip(&mut ways) {
            let taken = time(&left, &right, way);
            // The first round warms caches, clock and states.
            if round > 0 {
                times.push(taken);
            }
        }
    }
    let core_times = times[0].clone();
    for ((way, _), times) in ways.iter().zip(&mut times) {
        let mut ratios: Vec<f64> = times.iter().zip(&core_times).map(|(time, core)| time / core).collect();
        println!("| {name} | {way} | {:.0} | {:+.2} % |", median(times), 100.0 * (median(&mut ratios) - 1.0));
    }
}

fn time(left_in: &[f32], right_in: &[f32], way: &mut Way) -> f64 {
    let (mut left, mut right) = (vec![0f32; BLOCK], vec![0f32; BLOCK]);
    let start = ThreadTime::now();
    for (left_in, right_in) in left_in.chunks_exact(BLOCK).zip(right_in.chunks_exact(BLOCK)) {
        left.copy_from_slice(left_in);
        right.copy_from_slice(right_in);
        way(&mut left, &mut right);
        std::hint::black_box((&left, &right));
    }
    start.elapsed().as_nanos() as f64 / (FRAMES / BLOCK) as f64
}

fn start(json: &str) -> *mut Handle {
    let config =
        format!(r#"{{"sample_rate": 48000, "buffer_size": 512, "log_level": "off", "enhancer": {json}}}"#);
    let config = CString::new(config).expect("JSON has no NUL");
    // SAFETY: a C string.
    let handle = unsafe { enhancer_create(config.as_ptr()) };
    assert_eq!(enhancer_start(handle), 0);
    handle
}

fn planar(json: &str, real_time: bool) -> Way {
    let handle = start(json);
    if real_time {
        // SAFETY: a C string.
        assert_eq!(unsafe { enhancer_start_real_time(handle, c"{}".as_ptr()) }, 0);
    }
    Box::new(move |left, right| {
        let mut channels = [left.as_mut_ptr(), right.as_mut_ptr()];
        let (data, frames) = (channels.as_mut_ptr(), left.len() as i64);
        let input = AudioBuffer { data, sample_rate: 48_000, channels: 2, frames, timestamp_ns: 0 };
        let mut output = input;
        // SAFETY: two channels of these frames.
        assert_eq!(unsafe { enhancer_process_audio(handle, &raw const input, &raw mut output) }, 0);
    })
}

/// The time includes weaving the channels together, which a player has done already.
fn interleaved(json: &str, wide: bool) -> Way {
    let handle = start(json);
    let (mut f32s, mut f64s) = (vec![0f32; 2 * BLOCK], vec![0f64; 2 * BLOCK]);
    Box::new(move |left, right| {
        let frames = left.len() as i64;
        // SAFETY: two channels of these frames.
        let answer = unsafe {
            if wide {
                for (pair, (left, right)) in f64s.chunks_exact_mut(2).zip(left.iter().zip(right.iter())) {
                    pair.copy_from_slice(&[f64::from(*left), f64::from(*right)]);
                }
                enhancer_process_interleaved_f64(handle, f64s.as_mut_ptr(), frames, 2)
            } else {
                for (pair, (left, right)) in f32s.chunks_exact_mut(2).zip(left.iter().zip(right.iter())) {
                    pair.copy_from_slice(&[*left, *right]);
                }
                enhancer_process_interleaved_f32(handle, f32s.as_mut_ptr(), frames, 2)
            }
        };
        assert_eq!(answer, 0);
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
