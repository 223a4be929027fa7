//! Measures the compressor: static curve, attack, release, distortion.

use super::report::{Better, PerQuality, Picture, Row, Section, each};
use crate::picture::{Chart, Limit, Line, OTHERS, REFERENCE, Scale, Stroke};
use enhancer_dsp::config::Detector;
use enhancer_dsp::{Enhancer, Quality};
use enhancer_measure::compressor::{Rig, Step, static_gain_db, step_times, tone_thd_n_db};
use enhancer_measure::signal::{from_db, sine, to_db};

const RATE: f64 = 48_000.0;
const THRESHOLD_DB: f64 = -20.0;
const RATIO: f64 = 4.0;
/// A sine's RMS below its peak, dB.
const RMS_OF_SINE_DB: f64 = -3.010_299_956_639_812;
/// Settings of attack and release, ms.
const TIMES: [(f32, f32); 3] = [(1.0, 50.0), (10.0, 100.0), (50.0, 500.0)];

const DETECTORS: [(Detector, &str); 2] = [(Detector::Peak, "peak"), (Detector::Rms, "rms")];

fn compressor(quality: Quality, detector: Detector, times_ms: (f32, f32)) -> Enhancer {
    super::enhancer(RATE, quality, |config| {
        config.compressor.enabled = true;
        config.compressor.threshold_db = THRESHOLD_DB as f32;
        config.compressor.ratio = RATIO as f32;
        config.compressor.knee_db = 0.0;
        (config.compressor.attack_ms, config.compressor.release_ms) = times_ms;
        config.compressor.detector = detector;
    })
}

fn rig(enhancer: &Enhancer) -> Rig {
    Rig { sample_rate_hz: RATE, latency_frames: enhancer.latency_frames() }
}

/// The level that a detector reads for a sine of peak `peak_db`, dB.
fn level(detector: Detector, peak_db: f64) -> f64 {
    if detector == Detector::Rms { peak_db + RMS_OF_SINE_DB } else { peak_db }
}

/// Prescribed gain for a level, dB, with a hard knee.
fn prescribed_gain_db(level_db: f64) -> f64 {
    (level_db - THRESHOLD_DB).max(0.0) * (1.0 / RATIO - 1.0)
}

/// Peak level and measured gain of a 1 kHz sine, dB, from −42 to 0 dBFS.
fn curve(quality: Quality, detector: Detector) -> Vec<(f64, f64)> {
    let gain = |peak_db: f64| {
        let mut enhancer = compressor(quality, detector, (10.0, 100.0));
        static_gain_db(&rig(&enhancer), 1000.0, peak_db, 1.5, &mut |channels| enhancer.process(channels))
    };
    (-42..=0).step_by(2).map(|peak_db| (f64::from(peak_db), gain(f64::from(peak_db)))).collect()
}

fn curve_error(curve: &[(f64, f64)], detector: Detector) -> f64 {
    let error = |&(peak_db, gain): &(f64, f64)| (gain - prescribed_gain_db(level(detector, peak_db))).abs();
    curve.iter().map(error).fold(0.0, f64::max)
}

/// Deviation of attack and release from their settings, %.
fn time_errors(quality: Quality, detector: Detector, set: (f32, f32)) -> [f64; 2] {
    let mut enhancer = compressor(quality, detector, set);
    let rig = rig(&enhancer);
    let part_ms = 10.0 * f64::from(set.1);
    let step = Step { frequency_hz: 2000.0, low_db: -26.0, high_db: -6.0, part_ms };
    let mut process = |channels: &mut [&mut [f32]]| {
        enhancer.reset();
        enhancer.process(channels);
    };
    let times = step_times(&rig, &step, &mut process);
    let off = |measured: f64, set: f32| 100.0 * (measured / f64::from(set) - 1.0).abs();
    [off(times.attack_ms, set.0), off(times.release_ms, set.1)]
}

/// THD+N of a 100 Hz sine at 6 dB of reduction, attack 10 ms, release 100 ms, dB.
fn distortion(quality: Quality, detector: Detector) -> f64 {
    let peak_db = THRESHOLD_DB + 6.0 / (1.0 - 1.0 / RATIO) - level(detector, 0.0);
    let mut enhancer = compressor(quality, detector, (10.0, 100.0));
    tone_thd_n_db(&rig(&enhancer), 100.0, peak_db, 3.0, &mut |channels| enhancer.process(channels))
}

/// Gain over time, ms and dB, of a 2 kHz sine that jumps from −26 to −6 dBFS at 20 ms and back at 220 ms.
fn gain_over_time(quality: Quality, detector: Detector) -> Vec<(f64, f64)> {
    let frame = |ms: f64| (ms * 1e-3 * RATE) as usize;
    // Half a second before the jump settles the compressor on the soft tone.
    let (up, down, end) = (frame(500.0), frame(700.0), frame(1200.0));
    let tone = sine(2000.0, 1.0, 0.3, RATE, end);
    let loud = |n: usize| if (up..down).contains(&n) { from_db(-6.0) } else { from_db(-26.0) };
    let input: Vec<f32> = tone.iter().enumerate().map(|(n, sample)| sample * loud(n) as f32).collect();
    let mut enhancer = compressor(quality, detector, (10.0, 100.0));
    let output = rig(&enhancer).run(&input, &mut |channels| enhancer.process(channels));
    let shown = frame(480.0)..end;
    let near_peaks = shown.filter(|&n| tone[n].abs() > 0.9);
    near_peaks.map(|n| (n as f64 * 1e3 / RATE - 480.0, to_db(f64::from(output[n] / input[n])))).collect()
}

pub(super) fn measure() -> Section {
    let mut rows = vec![];
    let mut row = |subject: String, unit, digits, values: PerQuality, goal: f64| {
        rows.push(Row { subject, unit, digits, values, goals: [Some(goal); 3], better: Better::Less });
    };
    for (detector, name) in DETECTORS {
        let values = each(|quality| curve_error(&curve(quality, detector), detector));
        row(format!("compressor static curve, {name}: error"), "dB", 3, values, 0.05);
    }
    for (set, (detector, name)) in TIMES.into_iter().flat_map(|set| DETECTORS.map(|detector| (set, detector)))
    {
        let values = each(|quality| time_errors(quality, detector, set).into_iter().fold(0.0, f64::max));
        let subject = format!("attack of {} ms, release of {} ms, {name}: the worse is off by", set.0, set.1);
        row(subject, "%", 1, values, 3.0);
    }
    for (detector, name) in DETECTORS {
        let values = each(|quality| distortion(quality, detector));
        row(format!("compressor THD+N, 100 Hz, 6 dB of reduction, {name}"), "dB", 0, values, -60.0);
    }
    let curve = Picture {
        file: "compressor-curve.svg",
        caption: "Static curve of the compressor: measured points on the prescribed line".into(),
        svg: static_curve().svg(),
    };
    let steps = Picture {
        file: "compressor-steps.svg",
        caption: "Gain of the compressor over time as a sine jumps up and down".into(),
        svg: step_response().svg(),
    };
    Section { title: "Compressor", how: how(), rows, pictures: vec![curve, steps] }
}

fn static_curve() -> Chart {
    let prescribed =
        (-90..=0).map(|half| f64::from(half) / 2.0).map(|level| (level, level + prescribed_gain_db(level)));
    let reference = Line {
        name: "prescribed".into(),
        color: REFERENCE,
        points: prescribed.collect(),
        stroke: Stroke::Line,
    };
    let measured = DETECTORS.into_iter().zip(OTHERS).map(|((detector, name), color)| {
        let shift = level(detector, 0.0);
        let points = curve(Quality::Good, detector)
            .into_iter()
            .map(|(peak, gain)| (peak + shift, peak + shift + gain));
        Line { name: format!("measured, {name}"), color, points: points.collect(), stroke: Stroke::Dots }
    });
    Chart {
        title: "Compressor: static curve".into(),
        note: "−20 dB, 4:1, hard knee; a 1 kHz sine, its level as the detector counts it: peak, or RMS."
            .into(),
        x: Scale::linear("level in, dB", -45.0, 0.0, 5.0),
        y: Scale::linear("level out, dB", -45.0, -10.0, 5.0),
        lines: [reference].into_iter().chain(measured).collect(),
        limits: vec![],
    }
}

fn step_response() -> Chart {
    let lines = DETECTORS.into_iter().zip(OTHERS).map(|((detector, name), color)| Line {
        name: format!("{name} detector"),
        color,
        points: gain_over_time(Quality::Good, detector),
        stroke: Stroke::Line,
    });
    let share = 1.0 - (-1f64).exp();
    let limits = DETECTORS.into_iter().zip(OTHERS).map(|((detector, name), color)| Limit {
        at: share * prescribed_gain_db(level(detector, -6.0)),
        name: format!("63 % of the way down, {name}"),
        name_at: 1.0,
        color,
    });
    Chart {
        title: "Compressor: attack and release".into(),
        note: "A 2 kHz sine jumps from −26 to −6 dBFS at 20 ms and back at 220 ms; attack 10 ms, release 100 ms.".into(),
        x: Scale::linear("time, ms", 0.0, 720.0, 100.0),
        y: Scale::linear("gain, dB", -12.0, 2.0, 2.0),
        lines: lines.collect(),
        limits: limits.collect(),
    }
}

fn how() -> String {
    "Threshold −20 dB, ratio 4:1, hard knee, both detectors. The static curve is read with a 1 kHz sine of −42 to 0 dBFS; level \
     means the sine's peak for `peak` and its RMS for `rms`. Attack and release are the times to 63 % of the gain's change in dB \
     as a 2 kHz sine jumps from −26 to −6 dBFS and back, averaged over eight phases. \
     Distortion is THD+N of a 100 Hz sine held down by 6 dB with 10 and 100 ms. Procedures: `enhancer_measure::compressor`."
        .into()
}
