//! Cost of a call through the C interface compared with the core: `cargo bench -p enhancer-musicfox`.
//!
//! Blocks of 512 frames, stereo, 48 kHz; CPU time of the thread. Each round times the core and each function
//! of the library on the same programme, so that other load affects all alike. The table shows medians over
//! the rounds: of the times, and of the ratios to the core of the same round.

use cpu_time::ThreadTime;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::programme::programme;
use enhancer_musicfox::instances::*;
use enhancer_musicfox::types::{AudioBuffer, Enhancer as Handle};
use enhancer_preset::{factory_presets, to_json};
use std::ffi::{CString, c_int};

const RATE_HZ: f64 = 48_000.0;
const BLOCK: usize = 512;
/// Length of the programme. It fits into the second-level cache, so that the benchmark's own copying of
/// blocks costs little.
const FRAMES: usize = 24 * BLOCK;
const REPEATS: usize = 8;
const ROUNDS: usize = 101;

/// Copies the block of the programme that starts at this frame, and processes it.
type Way = Box<dyn FnMut(usize)>;

fn main() {
    println!("| preset | way | ns/call | over the core |\n|---|---|---:|---:|");
    for name in ["flat", "rock", "headphones"] {
        let preset = factory_presets().iter().find(|preset| preset.name == name).expect("a factory preset");
        compare(name, &preset.config, &to_json(preset));
    }
}

fn compare(name: &str, config: &EnhancerConfig, json: &str) {
    let mut ways = [
        ("core", core(config)),
        ("process_audio", planar(json, false)),
        ("process_audio, real time", planar(json, true)),
        ("process_interleaved_f32", interleaved(json, |sample| sample, enhancer_process_interleaved_f32)),
        ("process_interleaved_f64", interleaved(json, f64::from, enhancer_process_interleaved_f64)),
    ];
    let mut times: Vec<Vec<f64>> = vec![vec![]; ways.len()];
    for round in 0..=ROUNDS {
        for (times, (_, way)) in times.iter_mut().zip(&mut ways) {
            let taken = time(way);
            // The first round warms up caches, clock and filter states.
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

fn time(way: &mut Way) -> f64 {
    let start = ThreadTime::now();
    for _ in 0..REPEATS {
        for block in 0..FRAMES / BLOCK {
            way(block * BLOCK);
        }
    }
    start.elapsed().as_nanos() as f64 / (REPEATS * FRAMES / BLOCK) as f64
}

fn core(config: &EnhancerConfig) -> Way {
    let mut core = Enhancer::new(RATE_HZ, 2).expect("48 kHz stereo is supported");
    core.set_config(config).expect("a preset is valid");
    let programme = programme(-12.0, RATE_HZ, FRAMES);
    let mut block = [vec![0f32; BLOCK], vec![0f32; BLOCK]];
    Box::new(move |start| {
        copy(&programme, start, &mut block);
        let [left, right] = &mut block;
        core.process(&mut [left, right]);
    })
}

fn copy(programme: &[Vec<f32>; 2], start: usize, block: &mut [Vec<f32>; 2]) {
    for (block, programme) in block.iter_mut().zip(programme) {
        block.copy_from_slice(&programme[start..start + BLOCK]);
    }
}

fn start(json: &str) -> *mut Handle {
    let config =
        format!(r#"{{"sample_rate": 48000, "buffer_size": 512, "log_level": "off", "enhancer": {json}}}"#);
    let config = CString::new(config).expect("JSON has no NUL");
    // SAFETY: `config` is a C string.
    let handle = unsafe { enhancer_create(config.as_ptr()) };
    assert_eq!(enhancer_start(handle), 0);
    handle
}

fn planar(json: &str, real_time: bool) -> Way {
    let handle = start(json);
    if real_time {
        // SAFETY: the literal is a C string.
        assert_eq!(unsafe { enhancer_start_real_time(handle, c"{}".as_ptr()) }, 0);
    }
    let programme = programme(-12.0, RATE_HZ, FRAMES);
    let mut block = [vec![0f32; BLOCK], vec![0f32; BLOCK]];
    Box::new(move |start| {
        copy(&programme, start, &mut block);
        let mut channels = block.each_mut().map(|channel| channel.as_mut_ptr());
        let (data, frames) = (channels.as_mut_ptr(), BLOCK as i64);
        let input = AudioBuffer { data, sample_rate: 48_000, channels: 2, frames, timestamp_ns: 0 };
        let mut output = input;
        // SAFETY: `data` holds two channels of `frames` samples; in place is allowed.
        assert_eq!(unsafe { enhancer_process_audio(handle, &raw const input, &raw mut output) }, 0);
    })
}

fn interleaved<S: Copy + 'static>(
    json: &str,
    sample: fn(f32) -> S,
    process: unsafe extern "C" fn(*mut Handle, *mut S, i64, i64) -> c_int,
) -> Way {
    let handle = start(json);
    let [left, right] = programme(-12.0, RATE_HZ, FRAMES);
    let woven: Vec<S> =
        left.into_iter().zip(right).flat_map(|(left, right)| [sample(left), sample(right)]).collect();
    let mut block = vec![sample(0.0); 2 * BLOCK];
    Box::new(move |start| {
        block.copy_from_slice(&woven[2 * start..2 * (start + BLOCK)]);
        // SAFETY: `block` has `2 * BLOCK` samples.
        assert_eq!(unsafe { process(handle, block.as_mut_ptr(), BLOCK as i64, 2) }, 0);
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
