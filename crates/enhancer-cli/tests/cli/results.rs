//! Reports: the JSON exactly as in docs/CLI.md, true figures, failures on one line each.

use crate::support::{Bench, Kind, noise};
use serde_json::Value;

/// The keys of an object in order. The schema lists all of them and no others.
fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).keys().map(String::as_str).collect()
}

const FILE: &[&str] = &[
    "after",
    "before",
    "channels",
    "frames",
    "input",
    "notes",
    "output",
    "preset",
    "quality",
    "realtime_factor",
    "sample_rate",
    "seconds",
];
const ANALYSIS: &[&str] = &[
    "dynamic_range_db",
    "features",
    "loudness_range",
    "lufs_integrated",
    "lufs_unmeasured",
    "rms_dbfs",
    "sample_peak_dbfs",
    "true_peak_dbtp",
];
const FEATURES: &[&str] = &[
    "clipped_samples",
    "crest_factor_db",
    "dc_offset",
    "lufs_momentary_max",
    "lufs_short_term_max",
    "non_finite_samples",
    "spectral_bandwidth_hz",
    "spectral_centroid_hz",
    "spectral_flatness",
    "spectral_rolloff_hz",
    "stereo_correlation",
    "zero_crossing_rate",
];

fn sorted(mut keys: Vec<&str>) -> Vec<&str> {
    keys.sort_unstable();
    keys
}

#[test]
fn enhance_reports_by_the_schema() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(2, 96_000));
    std::fs::write(bench.path("bad.wav"), b"no audio at all").unwrap();
    let run =
        bench.run(&["enhance", "in.wav", "bad.wav", "--preset", "flat", "--json", "--quality", "draft"]);
    assert_eq!(run.code, Some(1));
    let json = run.json();
    assert_eq!(sorted(keys(&json)), ["failed", "files"]);
    let file = &json["files"][0];
    assert_eq!(sorted(keys(file)), FILE);
    for analysis in ["before", "after"] {
        assert_eq!(sorted(keys(&file[analysis])), ANALYSIS);
        assert_eq!(sorted(keys(&file[analysis]["features"])), FEATURES);
    }
    assert_eq!(file["input"], "in.wav");
    assert_eq!(file["output"], "in.enhanced.wav");
    assert_eq!(file["preset"], "flat");
    assert_eq!(file["quality"], "draft");
    assert_eq!(
        (&file["sample_rate"], &file["channels"], &file["frames"]),
        (&48_000.into(), &2.into(), &96_000.into())
    );
    assert_eq!(file["seconds"], 2.0);
    assert!(file["realtime_factor"].as_f64().unwrap() > 0.0);
    // Noise of 0.05: −26.02 dBFS, and the chain is flat.
    for analysis in ["before", "after"] {
        let rms = file[analysis]["rms_dbfs"].as_f64().unwrap();
        assert!((rms + 26.02).abs() < 0.05, "{analysis} {rms}");
    }
    assert_eq!(json["failed"].as_array().unwrap().len(), 1);
    assert_eq!(sorted(keys(&json["failed"][0])), ["error", "input"]);
    assert_eq!(json["failed"][0]["input"], "bad.wav");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn silence_has_null_for_undefined_figures() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Float, &vec![vec![0.0; 48_000]; 2]);
    let json = bench.run(&["enhance", "in.wav", "--json", "--loudness", "-14"]).ok().json();
    let before = &json["files"][0]["before"];
    assert!(
        ["lufs_integrated", "true_peak_dbtp", "rms_dbfs"].iter().all(|key| before[key].is_null()),
        "{before}"
    );
    assert_eq!(before["lufs_unmeasured"], "too_quiet");
}

#[test]
fn audio_too_short_to_measure_is_reported_as_such() {
    let bench = Bench::new();
    // One gating block of BS.1770 lasts 400 ms.
    for (rate, frames, is_short) in
        [(48_000, 19_199, true), (48_000, 19_200, false), (44_100, 1, true), (11_025, 4_000, true)]
    {
        bench.write_wav("in.wav", rate, Kind::Float, &noise(2, frames));
        let run = bench.run(&["enhance", "in.wav", "-p", "flat", "--loudness", "-30", "--force"]).ok();
        let printed = run.stderr.contains("too short to measure its loudness");
        assert!(printed == is_short && !run.stderr.contains("silent"), "{frames}: {run:?}");
        assert_eq!(run.stdout.contains("too short"), is_short, "{run:?}");
        let run = bench.run(&["enhance", "in.wav", "-p", "flat", "--json", "--force"]).ok();
        for side in ["before", "after"] {
            let analysis = &run.json()["files"][0][side];
            let key = if is_short { Value::from("too_short") } else { Value::Null };
            assert_eq!(analysis["lufs_unmeasured"], key, "{frames} {analysis}");
            assert_eq!(analysis["lufs_integrated"].is_null(), is_short, "{frames} {analysis}");
        }
        let run = bench.run(&["analyze", "in.wav", "--plot", "a.svg", "--force"]).ok();
        assert_eq!(run.stdout.contains("too short"), is_short, "{run:?}");
        assert_eq!(run.stderr.contains("too short to measure"), is_short, "{run:?}");
        let picture = std::fs::read_to_string(bench.path("a.svg")).unwrap();
        assert_eq!(picture.contains("too short"), is_short);
    }
    // Short silence counts as too short; longer silence as too quiet.
    bench.write_wav("in.wav", 48_000, Kind::Float, &vec![vec![0.0; 9_600]; 2]);
    let run = bench.run(&["enhance", "in.wav", "--loudness", "-14", "--force"]).ok();
    assert!(run.stderr.contains("lasts 0.20 s, too short to measure"), "{run:?}");
}

#[test]
fn analyze_reports_by_the_schema() {
    let bench = Bench::new();
    let sine = enhancer_measure::signal::sine(997.0, 0.5, 0.0, 48_000.0, 240_000);
    bench.write_wav("in.wav", 48_000, Kind::Float, &[sine.clone(), sine]);
    let json = bench.run(&["analyze", "in.wav", "--json"]).ok().json();
    assert_eq!(keys(&json), ["files"]);
    let file = &json["files"][0];
    assert_eq!(sorted(keys(file)), ["analysis", "channels", "frames", "input", "notes", "sample_rate"]);
    let analysis = &file["analysis"];
    assert_eq!(sorted(keys(analysis)), sorted([ANALYSIS, &["spectrum"]].concat()));
    let spectrum = &analysis["spectrum"];
    assert_eq!(sorted(keys(spectrum)), ["frequencies_hz", "magnitudes_db"]);
    let list = |key: &str| -> Vec<f64> {
        spectrum[key].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    let (frequencies, magnitudes) = (list("frequencies_hz"), list("magnitudes_db"));
    let peak = (0..magnitudes.len()).max_by(|&a, &b| magnitudes[a].total_cmp(&magnitudes[b])).unwrap();
    assert!((frequencies[peak] - 997.0).abs() < 6.0, "{}", frequencies[peak]);
    // A sine of −6.02 dBFS. Between bins, Hann's window reads up to 1.42 dB less.
    assert!((-7.5..=-6.0).contains(&magnitudes[peak]), "{}", magnitudes[peak]);
    // A 997 Hz sine in two channels: by definition −3.01 + 3.01 = 0 LUFS at full scale in both, so −6.02
    // here.
    let lufs = analysis["lufs_integrated"].as_f64().unwrap();
    assert!((lufs + 6.02).abs() < 0.1, "{lufs}");
}

#[test]
fn the_table_is_the_default_and_quiet_prints_none() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(2, 48_000));
    let run = bench.run(&["enhance", "in.wav"]).ok();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{run:?}");
    assert_eq!(lines[0], "preset pop, quality good");
    assert!(lines[1].contains("loudness, LUFS") && lines[2].starts_with("in.enhanced.wav"), "{run:?}");
    assert_eq!(run.stderr, "", "no bars where there is no terminal");
    let run = bench.run(&["enhance", "in.wav", "--force", "--quiet"]).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    // A closed reader does not cause a panic.
    let mut head = bench.command(&["presets", "list", "--json"]);
    let mut child =
        head.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn clipped_samples_are_reported() {
    let bench = Bench::new();
    let mut plane = vec![0.1; 5000];
    plane[1000..1007].fill(1.5);
    plane[2000..2004].fill(-1.5);
    bench.write_wav("in.wav", 48_000, Kind::Float, &[plane]);
    let enhance = |arguments: &[&str]| {
        let base = ["enhance", "in.wav", "--preset", "flat", "--force", "--quiet"];
        bench.run(&[&base, arguments].concat()).ok().stderr
    };
    let printed = enhance(&["--set", "limiter.enabled=off", "--bits", "16"]);
    assert!(printed.starts_with("note: ") && printed.contains("11 samples are clipped"), "{printed}");
    assert_eq!(enhance(&["--set", "limiter.enabled=off"]), "", "floating point holds them");
    assert_eq!(enhance(&["--bits", "16"]), "", "the limiter brings them down");
}

#[cfg(target_os = "linux")]
#[test]
fn lost_output_is_a_failure() {
    let bench = Bench::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = bench.command(&["presets", "list", "--json"]).stdout(full).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let printed = String::from_utf8(run.stderr).unwrap();
    assert!(printed.starts_with("error: standard output can't be written: "), "{printed}");
    assert_eq!(printed.lines().count(), 1, "{printed}");
}

#[test]
fn tables_fit_a_terminal_of_80_columns() {
    let bench = Bench::new();
    let name = format!("{}.wav", "a long name ".repeat(8));
    bench.write_wav(&name, 8000, Kind::Int(16), &noise(2, 8000));
    for command in [["enhance", "--force", name.as_str()], ["analyze", "--force", name.as_str()]] {
        let run = bench.run(&command).ok();
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
