//! `--loudness`: within 0.1 LU of the target on an independent meter, or a reason.

use crate::support::{Bench, Kind, noise, read_wav};
use enhancer_measure::signal::from_db;

/// Integrated loudness of a file by the `ebur128` crate.
fn lufs(bench: &Bench, name: &str) -> f64 {
    let (spec, planes) = read_wav(&bench.path(name));
    let mut meter =
        ebur128::EbuR128::new(u32::from(spec.channels), spec.sample_rate, ebur128::Mode::I).unwrap();
    let planes: Vec<&[f32]> = planes.iter().map(Vec::as_slice).collect();
    meter.add_frames_planar_f32(&planes).unwrap();
    meter.loudness_global().unwrap()
}

/// Noise that swells and fades, with peaks 12 dB above its RMS, as in music.
fn lively(level_db: f64, frames: usize) -> Vec<Vec<f32>> {
    let mut planes = noise(2, frames);
    for plane in &mut planes {
        for (n, sample) in plane.iter_mut().enumerate() {
            let swell = 0.6 + 0.4 * (n as f64 * 1e-4).sin();
            *sample = (f64::from(*sample) / 0.05 * swell * from_db(level_db)) as f32;
        }
    }
    planes
}

#[test]
fn the_target_is_reached() {
    let bench = Bench::new();
    for (level_db, target, arguments) in [
        (-25.0, -23.0, &[][..]),
        (-25.0, -16.0, &[]),
        (-25.0, -40.0, &["--quality", "best"]),
        // 30 dB and more: beyond the range of the master gain.
        (-55.0, -20.0, &[]),
        (-62.0, -24.0, &["--set", "master_gain=-6"]),
        // The limiter works hard here.
        (-25.0, -12.0, &["--set", "limiter.ceiling=-3"]),
        // The master gain and the equalizer count.
        (-30.0, -23.0, &["--set", "master_gain=5", "--set", "equalizer.bands.0.gain=6", "--bits", "16"]),
    ] {
        bench.write_wav("in.wav", 48_000, Kind::Float, &lively(level_db, 480_000));
        let loudness = target.to_string();
        let run = bench
            .run(
                &[
                    &["enhance", "in.wav", "--preset", "flat", "--force", "--json", "--loudness", &loudness],
                    arguments,
                ]
                .concat(),
            )
            .ok();
        let (measured, name) =
            (lufs(&bench, "in.enhanced.wav"), format!("{level_db} → {target} {arguments:?}"));
        assert!((measured - target).abs() <= 0.1, "{name}: {measured}");
        assert_eq!(run.stderr, "", "{name}");
        let reported = run.json()["files"][0]["after"]["lufs_integrated"].as_f64().unwrap();
        assert!((reported - measured).abs() <= 0.1, "{name}: {reported} {measured}");
    }
}

/// Enhances a file and checks the result's loudness; there must be no note.
#[track_caller]
fn reaches(bench: &Bench, target: f64, arguments: &[&str]) {
    let loudness = target.to_string();
    let base = ["enhance", "in.wav", "--preset", "flat", "--force", "--loudness", &loudness];
    let run = bench.run(&[&base, arguments].concat()).ok();
    let measured = lufs(bench, "in.enhanced.wav");
    assert!((measured - target).abs() <= 0.1, "{target} {arguments:?}: {measured}");
    assert_eq!(run.stderr, "", "{target} {arguments:?}");
}

#[test]
fn less_gain_always_reaches_the_target() {
    let bench = Bench::new();
    // RMS from 12 dB below full scale to 18 above it; peaks are 12 dB higher. The limiter would flatten most
    // of them.
    for level_db in [-12.0, 0.0, 6.0, 18.0] {
        bench.write_wav("in.wav", 48_000, Kind::Float, &lively(level_db, 96_000));
        for target in [-14.0, -23.0, -40.0] {
            reaches(&bench, target, &[]);
        }
        reaches(&bench, -23.0, &["--bits", "16"]);
        reaches(&bench, -23.0, &["--set", "limiter.enabled=off"]);
        reaches(&bench, -23.0, &["--set", "master_gain=24"]);
        reaches(&bench, -12.0, &["--quality", "draft"]);
    }
    // Dense sound: a tone 30 dB over full scale, and the lowest allowed target.
    let tone = enhancer_measure::signal::sine(997.0, from_db(30.0), 0.0, 48_000.0, 96_000);
    bench.write_wav("in.wav", 48_000, Kind::Float, &[tone.clone(), tone]);
    for target in [-8.0, -23.0, -40.0, -69.0] {
        reaches(&bench, target, &[]);
    }
}

#[test]
fn a_flat_slope_of_the_limiter_does_not_end_the_search() {
    let bench = Bench::new();
    // Beats 30 dB over full scale and a tone 32 dB lower. Limited beats do not grow louder until the tone
    // does.
    let tone = enhancer_measure::signal::sine(1000.0, 0.02 * from_db(30.0), 0.0, 48_000.0, 192_000);
    let beat = enhancer_measure::signal::sine(90.0, 0.8 * from_db(30.0), 0.0, 48_000.0, 192_000);
    let decay = |n: usize| (-30.0 * (n % 24_000) as f64 / 48_000.0).exp() as f32;
    let plane: Vec<f32> = (0..192_000).map(|n| tone[n] + beat[n] * decay(n)).collect();
    bench.write_wav("in.wav", 48_000, Kind::Float, &[plane.clone(), plane]);
    for target in [-12.0, -14.0, -16.0, -18.0, -23.0] {
        reaches(&bench, target, &[]);
    }
}

#[test]
fn a_bypassed_chain_keeps_its_level_with_a_reason() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Float, &lively(-25.0, 96_000));
    let run = bench.run(&["enhance", "in.wav", "--set", "bypass_all=on", "--loudness", "-40"]).ok();
    assert!(run.stderr.contains("bypass_all is on"), "{run:?}");
    assert!(read_wav(&bench.path("in.wav")).1 == read_wav(&bench.path("in.enhanced.wav")).1);
}

#[test]
fn a_target_beyond_full_scale_gets_a_note() {
    let bench = Bench::new();
    // Even fully clipped, a low tone in one channel does not reach 0 LUFS.
    bench.write_wav(
        "in.wav",
        48_000,
        Kind::Float,
        &[enhancer_measure::signal::sine(40.0, 0.1, 0.0, 48_000.0, 96_000)],
    );
    let base = ["enhance", "in.wav", "-p", "flat", "--set", "limiter.enabled=off", "--loudness", "0"];
    let run = bench.run(&[&base[..], &["--bits", "16"]].concat()).ok();
    assert!(run.stderr.contains("louder samples don't fit the file"), "{run:?}");
}

#[test]
fn a_ceiling_below_the_target_gets_a_note() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Float, &lively(-25.0, 240_000));
    let run = bench
        .run(&[
            "enhance",
            "in.wav",
            "--preset",
            "flat",
            "--loudness",
            "-1",
            "--set",
            "limiter.ceiling=-12",
            "--json",
        ])
        .ok();
    assert!(run.stderr.contains("ceiling of -12 dBTP"), "{run:?}");
    let after = &run.json()["files"][0]["after"];
    assert!(after["true_peak_dbtp"].as_f64().unwrap() < -11.0, "{after}");
}

#[test]
fn silence_keeps_its_level() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Float, &vec![vec![1e-6; 100_000]; 2]);
    let run = bench.run(&["enhance", "in.wav", "--loudness", "-14", "--preset", "flat"]).ok();
    assert!(run.stderr.contains("too quiet to measure"), "{run:?}");
    assert_eq!(read_wav(&bench.path("in.enhanced.wav")).1[0][50_000], 1e-6);
}

/// Front left, front right, LFE (BS.1770-4, annex 3: the LFE has no weight).
#[test]
fn an_lfe_has_no_loudness() {
    let bench = Bench::new();
    let silence = vec![0.0; 48_000];
    let path = bench.write_wav(
        "in.wav",
        48_000,
        Kind::Int(16),
        &[silence.clone(), silence, noise(1, 48_000).remove(0)],
    );
    // `hound` writes more than two channels as WAVEFORMATEXTENSIBLE, whose mask is at byte 40.
    let mut bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes[20..22], [0xFE, 0xFF]);
    for (mask, is_silent) in [(0xBu32, true), (0x7, false)] {
        bytes[40..44].copy_from_slice(&mask.to_le_bytes());
        std::fs::write(&path, &bytes).unwrap();
        let analysis = &bench.run(&["analyze", "in.wav", "--json"]).ok().json()["files"][0]["analysis"];
        assert_eq!(analysis["lufs_integrated"].is_null(), is_silent, "{mask:x}: {analysis}");
        let run = bench.run(&["enhance", "in.wav", "-p", "flat", "--json", "-f", "--loudness", "-23"]).ok();
        let after = &run.json()["files"][0]["after"];
        assert_eq!(after["lufs_integrated"].is_null(), is_silent, "{mask:x}: {after}");
    }
}
