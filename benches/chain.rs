//! Times each stage and the chain against a yardstick, in ns per stereo frame at 48 kHz:
//! `cargo bench -p enhancer-dsp`.
//!
//! The figures are the thread's CPU time. Each round times the yardstick and every case once, so that other
//! load on the machine affects all of them alike. The table shows medians over the rounds: of times, and of
//! ratios to the yardstick of the same round.

mod cases;
mod yardstick;

use cases::{Case, GOAL_YARDSTICK_NS};
use cpu_time::ThreadTime;
use enhancer_dsp::Enhancer;
use enhancer_measure::programme::programme;
use yardstick::Yardstick;

const SAMPLE_RATE_HZ: f64 = 48_000.0;
/// Length of the programme, 2 s, longer than every time constant of the stages.
const PROGRAMME_FRAMES: usize = 96_256;
const ROUNDS: usize = 15;
const BLOCKS: [usize; 2] = [64, 512];

/// A case with one block length, and its times.
struct Lane {
    case: Case,
    block: usize,
    enhancer: Enhancer,
    programme: [Vec<f32>; 2],
    /// ns per frame, by round.
    times: Vec<f64>,
    /// Times over the yardstick's, by round.
    ratios: Vec<f64>,
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let mut lanes = lanes(filter.as_deref().unwrap_or(""));
    let mut yardstick = Yardstick::new();
    let quiet = programme(-12.0, SAMPLE_RATE_HZ, PROGRAMME_FRAMES);
    let mut yardstick_times = vec![];
    // The first round isn't counted: it warms the caches, the clock and the filter states.
    for round in 0..=ROUNDS {
        let unit = time(&quiet, 512, |left, right| yardstick.process(left, right));
        if round > 0 {
            yardstick_times.push(unit);
        }
        for lane in &mut lanes {
            let taken =
                time(&lane.programme, lane.block, |left, right| lane.enhancer.process(&mut [left, right]));
            if round > 0 {
                lane.times.push(taken);
                lane.ratios.push(taken / unit);
            }
        }
    }
    print(&mut lanes, median(&mut yardstick_times));
}

fn lanes(filter: &str) -> Vec<Lane> {
    let lane = |case: Case, block| {
        let mut enhancer = Enhancer::new(SAMPLE_RATE_HZ, 2).expect("48 kHz stereo is supported");
        enhancer.set_config(&case.config).expect("the cases are in range");
        let programme = programme(case.level_dbfs, SAMPLE_RATE_HZ, PROGRAMME_FRAMES);
        Lane { case, block, enhancer, programme, times: vec![], ratios: vec![] }
    };
    let wanted = |case: &Case| case.name.contains(filter) || case.config.quality.label().contains(filter);
    BLOCKS
        .iter()
        .flat_map(|&block| cases::all().into_iter().filter(wanted).map(move |case| lane(case, block)))
        .collect()
}

/// CPU time of one pass over the programme in blocks, ns per frame.
fn time(programme: &[Vec<f32>; 2], block: usize, mut process: impl FnMut(&mut [f32], &mut [f32])) -> f64 {
    let (mut left, mut right) = (vec![0f32; block], vec![0f32; block]);
    let [left_in, right_in] = programme;
    let start = ThreadTime::now();
    for (left_in, right_in) in left_in.chunks_exact(block).zip(right_in.chunks_exact(block)) {
        left.copy_from_slice(left_in);
        right.copy_from_slice(right_in);
        process(&mut left, &mut right);
        std::hint::black_box((&left, &right));
    }
    start.elapsed().as_nanos() as f64 / PROGRAMME_FRAMES as f64
}

fn print(lanes: &mut [Lane], yardstick_ns: f64) {
    println!("yardstick (8 double biquads, two channels): {yardstick_ns:.1} ns/frame\n");
    println!("| quality | case | block | ns/frame | / yardstick | goal | |");
    println!("|---|---|---:|---:|---:|---:|---|");
    for Lane { case, block, times, ratios, .. } in lanes {
        let (quality, time, ratio) = (case.config.quality.label(), median(times), median(ratios));
        let goal = case.goal_ns.filter(|_| *block == 64).map(|goal| goal / GOAL_YARDSTICK_NS);
        let judged = goal.map_or_else(
            || "| |".to_owned(),
            |goal| format!("{goal:.2} | {} |", if ratio <= goal { "met" } else { "not met" }),
        );
        println!("| {quality} | {} | {block} | {time:.1} | {ratio:.2} | {judged}", case.name);
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
