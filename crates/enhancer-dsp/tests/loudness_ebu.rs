//! The loudness meter reads the test signals of EBU Tech 3341 and 3342 within their tolerances (2023
//! editions, table 1; all cases but the authentic programmes).

use enhancer_dsp::meter::{Analyzer, AudioAnalysis, LoudnessCurve, LoudnessMeter};
use enhancer_measure::ebu::{Tone, samples, segment_3341, sine_3341, tones_3341, tones_3342, transient_3341};
use enhancer_measure::signal::{from_db, sine, white_noise};

const TOLERANCE_LU: f64 = 0.1;

fn analyze(channels: &[&[f32]], sample_rate_hz: f64) -> AudioAnalysis {
    let mut analyzer = Analyzer::new(sample_rate_hz, channels.len()).unwrap();
    analyzer.push(channels);
    analyzer.finish()
}

fn analyze_tones(tones: &[Tone], sample_rate_hz: f64) -> AudioAnalysis {
    let channel = samples(tones, sample_rate_hz);
    analyze(&[&channel, &channel], sample_rate_hz)
}

#[track_caller]
fn assert_near(value: Option<f64>, expected: f64, tolerance: f64, context: &str) {
    let value = value.unwrap_or(f64::NAN);
    assert!((value - expected).abs() <= tolerance, "{context}: {value:.3}, should be {expected}");
}

#[test]
fn tech_3341_cases_1_to_5_integrated() {
    for rate in [44_100.0, 48_000.0, 96_000.0, 11_025.0] {
        for (case, expected) in [(1, -23.0), (2, -33.0), (3, -23.0), (4, -23.0), (5, -23.0)] {
            let analysis = analyze_tones(&tones_3341(case), rate);
            assert_near(
                analysis.lufs_integrated,
                expected,
                TOLERANCE_LU,
                &format!("case {case} at {rate} Hz"),
            );
        }
    }
}

#[test]
fn tech_3341_cases_1_and_2_momentary_and_short_term() {
    for (case, expected) in [(1, -23.0), (2, -33.0)] {
        let analysis = analyze_tones(&tones_3341(case), 48_000.0);
        assert_near(analysis.features.lufs_momentary_max, expected, TOLERANCE_LU, "max M");
        assert_near(analysis.features.lufs_short_term_max, expected, TOLERANCE_LU, "max S");
        let curve = &analysis.loudness_curve;
        assert!((curve.step_seconds - 0.1).abs() < 1e-12 && curve.momentary_lufs.len() == 200);
        curve.momentary_lufs.iter().skip(10).for_each(|&m| assert_near(m, expected, TOLERANCE_LU, "M"));
        curve.short_term_lufs.iter().skip(30).for_each(|&s| assert_near(s, expected, TOLERANCE_LU, "S"));
        assert_eq!(
            (curve.momentary_lufs[0], curve.short_term_lufs[28]),
            (None, None),
            "no window has passed"
        );
    }
}

/// 5.0: L, R, C, Ls, Rs; then 5.1 and 7.1 in WAV order, with an LFE of any level.
#[test]
fn tech_3341_case_6_surround_weights() {
    let tone = |level: f64| sine(1000.0, from_db(level), 0.0, 48_000.0, 960_000);
    let (front, centre, surround) = (tone(-28.0), tone(-24.0), tone(-30.0));
    let (lfe, none) = (tone(-6.0), tone(f64::NEG_INFINITY));
    let five = analyze(&[&front, &front, &centre, &surround, &surround], 48_000.0);
    assert_near(five.lufs_integrated, -23.0, TOLERANCE_LU, "5.0");
    let six = analyze(&[&front, &front, &centre, &lfe, &surround, &surround], 48_000.0);
    assert_near(six.lufs_integrated, -23.0, TOLERANCE_LU, "5.1");
    let eight = analyze(&[&front, &front, &centre, &lfe, &none, &none, &surround, &surround], 48_000.0);
    assert_near(eight.lufs_integrated, -23.0, TOLERANCE_LU, "7.1 with its sides");
    // BS.1770-4 annex 3: speakers behind 120° have weight 1, the sides 1.41.
    let back = analyze(&[&none, &none, &none, &none, &front, &none, &none, &none], 48_000.0);
    let side = analyze(&[&none, &none, &none, &none, &none, &none, &front, &none], 48_000.0);
    let front = analyze(&[&front], 48_000.0);
    assert_near(back.lufs_integrated, front.lufs_integrated.unwrap(), 0.001, "rear");
    assert_near(side.lufs_integrated, front.lufs_integrated.unwrap() + 1.492, 0.001, "side");
}

#[test]
fn tech_3341_cases_9_and_12_constant_windows() {
    let nine = analyze_tones(&tones_3341(9), 48_000.0).loudness_curve;
    assert_eq!(nine.short_term_lufs.len(), 150);
    nine.short_term_lufs.iter().skip(30).for_each(|&s| assert_near(s, -23.0, TOLERANCE_LU, "S"));
    let twelve = analyze_tones(&tones_3341(12), 48_000.0).loudness_curve;
    assert_eq!(twelve.momentary_lufs.len(), 100);
    twelve.momentary_lufs.iter().skip(10).for_each(|&m| assert_near(m, -23.0, TOLERANCE_LU, "M"));
}

/// Cases 10 and 13, for meters of files: the meter finds the window of a tone at any start.
#[test]
fn tech_3341_cases_10_and_13_any_start() {
    for i in 0..20 {
        let ten = analyze_tones(&segment_3341(10, i), 48_000.0).features;
        assert_near(ten.lufs_short_term_max, -23.0, TOLERANCE_LU, &format!("max S, segment {i}"));
        let thirteen = analyze_tones(&segment_3341(13, i), 48_000.0).features;
        assert_near(thirteen.lufs_momentary_max, -23.0, TOLERANCE_LU, &format!("max M, segment {i}"));
    }
}

/// Cases 11 and 14, for live meters: successive values of one running meter.
#[test]
fn tech_3341_cases_11_and_14_running() {
    let mut meter = LoudnessMeter::new(48_000.0, 2).unwrap();
    for case in [11, 14] {
        meter.reset();
        for i in 0..20 {
            let channel = samples(&segment_3341(case, i), 48_000.0);
            let (mut momentary, mut short_term) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            for block in channel.chunks(480) {
                meter.push(&[block, block]);
                momentary = momentary.max(meter.momentary_lufs().unwrap_or(momentary));
                short_term = short_term.max(meter.short_term_lufs().unwrap_or(short_term));
            }
            let highest = if case == 11 { short_term } else { momentary };
            assert_near(Some(highest), -38.0 + f64::from(i), TOLERANCE_LU, &format!("case {case}, tone {i}"));
        }
    }
}

#[test]
fn tech_3341_cases_15_to_23_true_peak() {
    let within = |peak: Option<f64>, expected: f64, context: &str| {
        let error = peak.unwrap() - expected;
        assert!((-0.4..=0.2).contains(&error), "{context}: {error:+.3} dB off");
    };
    for rate in [44_100.0, 48_000.0, 96_000.0] {
        for case in 15..=19 {
            let (channel, expected) = sine_3341(case, rate);
            let peak = analyze(&[&channel, &channel], rate).true_peak_dbtp;
            within(peak, expected, &format!("case {case} at {rate} Hz"));
        }
    }
    for case in 20..=23 {
        let channel = transient_3341(case);
        within(analyze(&[&channel, &channel], 48_000.0).true_peak_dbtp, 0.0, &format!("case {case}"));
    }
}

#[test]
fn tech_3342_cases_1_to_4_range() {
    for case in 1..=4 {
        let (tones, expected) = tones_3342(case);
        let range = analyze_tones(&tones, 48_000.0).loudness_range;
        assert_near(range, expected, 1.0, &format!("case {case}"));
        assert_near(range, expected, 0.1, &format!("case {case}, whose levels are exact"));
    }
}

/// BS.1770-4, annex 1: a full-scale sine of 997 Hz in one channel reads −3.01 LUFS.
#[test]
fn the_calibration_tone_reads_minus_3_01() {
    let tone = sine(997.0, 1.0, 0.0, 48_000.0, 480_000);
    assert_near(analyze(&[&tone], 48_000.0).lufs_integrated, -3.01, 0.01, "0 dBFS in one channel");
    let silent = vec![0.0; tone.len()];
    assert_near(analyze(&[&silent, &tone], 48_000.0).lufs_integrated, -3.01, 0.01, "in the right channel");
}

/// The absolute gate: blocks below −70 LUFS count neither for the loudness nor for the relative gate.
#[test]
fn blocks_below_minus_70_lufs_do_not_count() {
    // With the quiet part the relative gate would be −73 instead of −63 LUFS and admit the middle part.
    let analysis = analyze_tones(&[(10.0, -50.0), (10.0, -64.0), (200.0, -75.0)], 48_000.0);
    assert_near(analysis.lufs_integrated, -50.0, TOLERANCE_LU, "integrated");
    // The relative gate, −75 LUFS, alone would admit the quiet part.
    let analysis = analyze_tones(&[(10.0, -65.0), (60.0, -74.0)], 48_000.0);
    assert_near(analysis.lufs_integrated, -65.0, TOLERANCE_LU, "integrated");
    assert_eq!(analyze_tones(&[(10.0, -75.0)], 48_000.0).lufs_integrated, None);
}

/// An hour reads like a minute: bounded memory loses no accuracy, and the curves keep a bounded number of
/// points.
#[test]
fn a_long_stream_reads_like_a_short_one() {
    let second = white_noise(0.1, 7, 8_000);
    let run = |seconds: usize| {
        let mut analyzer = Analyzer::new(8_000.0, 1).unwrap();
        (0..seconds).for_each(|_| analyzer.push(&[&second]));
        analyzer.finish()
    };
    let (short, long) = (run(60), run(3600));
    assert_near(long.lufs_integrated, short.lufs_integrated.unwrap(), 0.005, "integrated");
    assert_near(long.dynamic_range_db, short.dynamic_range_db.unwrap(), 0.05, "dynamic range");
    let points = long.loudness_curve.momentary_lufs.len();
    assert!((2048..=4096).contains(&points) && long.waveform.bins.len() <= 4096);
    let seconds = long.loudness_curve.step_seconds * points as f64;
    assert!((3600.0..3600.0 + long.loudness_curve.step_seconds).contains(&seconds), "{seconds}");
    let seconds = long.waveform.bin_seconds * long.waveform.bins.len() as f64;
    assert!((3600.0..3600.0 + long.waveform.bin_seconds).contains(&seconds), "{seconds}");
}

/// All values of a meter.
fn values(meter: &LoudnessMeter) -> (Vec<Option<f64>>, LoudnessCurve) {
    let figures = vec![
        meter.momentary_lufs(),
        meter.short_term_lufs(),
        meter.max_momentary_lufs(),
        meter.max_short_term_lufs(),
        meter.integrated_lufs(),
        meter.range_lu(),
    ];
    (figures, meter.curve())
}

#[test]
fn a_reset_meter_equals_a_new_one() {
    // The stream stops within a slice, with bass in the filters.
    let before: Vec<f32> = sine(25.0, 1.0, 0.2, 48_000.0, 240_000 + 123);
    let quiet: Vec<f32> = (0..240_000).map(|n| if n < 120_000 { 0.0 } else { 0.1 * before[n] }).collect();
    let (mut used, mut fresh) =
        (LoudnessMeter::new(48_000.0, 1).unwrap(), LoudnessMeter::new(48_000.0, 1).unwrap());
    used.push(&[&before]);
    assert!(values(&used).0.iter().all(Option::is_some));
    used.reset();
    assert_eq!(
        values(&used),
        (vec![None; 6], LoudnessCurve { step_seconds: 0.1, ..LoudnessCurve::default() })
    );
    for part in quiet.chunks(12_000) {
        used.push(&[part]);
        fresh.push(&[part]);
        assert_eq!(values(&used), values(&fresh));
    }
    assert!(values(&used).0.iter().all(Option::is_some));
}
