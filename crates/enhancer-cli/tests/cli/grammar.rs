//! The grammar of the command line, and its errors.

use crate::support::{Bench, Kind, noise, read_wav};

#[test]
fn invalid_command_lines_end_with_2_and_one_line_of_advice() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    std::fs::create_dir(bench.path("folder")).unwrap();
    std::fs::write(bench.path("broken.json"), "{\n  \"master_gain\": \"loud\"\n}").unwrap();
    std::fs::write(bench.path("range.json"), "{\"compressor\": {\"ratio\": 99}}").unwrap();
    std::fs::write(bench.path("unknown.json"), "{\"compresor\": {}}").unwrap();
    for (arguments, parts) in [
        (&["--set", "compresor.treshold=-3"][..], &["`compressor.threshold`"][..]),
        (&["--set", "compressor.ratio=99"], &["compressor.ratio", "from 1 to 20"]),
        (&["--set", "equalizer.bands.16.gain=1"], &["equalizer.bands."]),
        (&["--set", "master_gain"], &["ID=VALUE"]),
        (&["--set", "bass=3"], &["did you mean `bass_boost.amount`?"]),
        (&["--preset", "bass"], &["did you mean `bass-boost`?", "presets list"]),
        (&["--preset", "Bas-Boost"], &["did you mean `bass-boost`?"]),
        (&["--preset", "no such thing"], &["no such thing", "presets list"]),
        (&["--config", "nowhere.json"], &["nowhere.json", "can't be read"]),
        (&["--config", "broken.json"], &["broken.json", "master_gain"]),
        (&["--config", "range.json"], &["range.json", "compressor.ratio", "99"]),
        (&["--config", "unknown.json"], &["unknown.json", "compresor"]),
        (&["-o", "out.mp3"], &["out.mp3", "--format"]),
        (&["-o", "out.wav", "--format", "flac"], &["out.wav", "contradicts"]),
        (&["--format", "flac", "--bits", "32f"], &["32f", "--bits 24"]),
        (&["-o", "out.flac", "--bits", "32f"], &["FLAC", "--bits 24"]),
        (&["-o", "folder"], &["--out-dir"]),
        (&["in2.wav", "-o", "out.wav"], &["--out-dir"]),
    ] {
        let run = bench.run(&[&["enhance", "in.wav"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}: {run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{arguments:?}: {run:?}");
        for part in parts {
            assert!(run.stderr.contains(part), "{arguments:?}: {part}: {run:?}");
        }
    }
    for arguments in [
        &["enhance"][..],
        &["enhance", "in.wav", "--loudness", "3"],
        &["enhance", "in.wav", "--quality", "superb"],
        &["enhance", "in.wav", "--jobs", "0"],
        &["enhance", "in.wav", "--preset", "flat", "--config", "range.json"],
        &["improve", "in.wav"],
    ] {
        let run = bench.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {run:?}");
        assert!(run.stderr.starts_with("error:"), "{run:?}");
    }
    assert!(!bench.files().iter().any(|name| name.contains("enhanced")));
}

#[test]
fn settings_reach_the_chain() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Float, &noise(2, 96_000));
    std::fs::write(bench.path("quiet.json"), "{\"master_gain\": -12}").unwrap();
    let gain = |arguments: &[&str]| {
        let base = ["enhance", "in.wav", "--force", "--json", "--preset", "flat"];
        let base = if arguments.contains(&"--config") { &base[..4] } else { &base[..] };
        let json = bench.run(&[base, arguments].concat()).ok().json();
        let level = |side: &str| json["files"][0][side]["rms_dbfs"].as_f64().unwrap();
        (level("after") - level("before"), json["files"][0]["preset"].clone())
    };
    for (arguments, gain_db, preset) in [
        (&["--set", "master_gain=-6"][..], -6.0, Some("flat")),
        (&["--set", "master_gain=-6", "--set", "equalizer.preamp=3 dB"], -3.0, Some("flat")),
        (&["--config", "quiet.json"], -12.0, None),
        (&["--config", "quiet.json", "--set", "master_gain=-1,5"], -1.5, None),
        (&["--set", "master_gain=-6", "--set", "bypass_all=on"], 0.0, Some("flat")),
    ] {
        let (found, name) = gain(arguments);
        assert!((found - gain_db).abs() < 0.01, "{arguments:?}: {found}");
        assert_eq!(name.as_str(), preset);
    }
}

#[test]
fn a_band_s_setting_changes_only_its_band() {
    let bench = Bench::new();
    let tones = [100.0, 1000.0, 8000.0];
    let mut plane = vec![0.0f32; 48_000];
    for hz in tones {
        let tone = enhancer_measure::signal::sine(hz, 0.1, 0.0, 48_000.0, plane.len());
        plane.iter_mut().zip(tone).for_each(|(sum, sample)| *sum += sample);
    }
    bench.write_wav("in.wav", 48_000, Kind::Float, &[plane]);
    let bands =
        ["0.frequency=100", "1.frequency=1000", "2.frequency=8000"].map(|at| format!("equalizer.bands.{at}"));
    let mut arguments = vec!["enhance", "in.wav", "--preset", "flat", "--force"];
    bands.iter().for_each(|band| arguments.extend(["--set", band]));
    for (moved, set) in ["0.gain=-6", "1.gain=-6", "2.gain=-6"].iter().enumerate() {
        let set = format!("equalizer.bands.{set}");
        bench.run(&[&arguments[..], &["--set", &set]].concat()).ok();
        let (_, out) = read_wav(&bench.path("in.enhanced.wav"));
        for (index, hz) in tones.iter().enumerate() {
            let (level, _) = enhancer_measure::tone::fit_sine(&out[0][24_000..], *hz, 48_000.0);
            let gain_db = enhancer_measure::signal::to_db(level / 0.1);
            // A decade away, a peak of Q 0.71 has 0.15 dB left.
            let expected = if index == moved { -6.0 } else { 0.0 };
            assert!((gain_db - expected).abs() < 0.3, "{set}: {gain_db} dB at {hz} Hz");
        }
    }
}

#[test]
fn presets_are_listed_saved_shown_and_deleted() {
    let bench = Bench::new();
    let json = bench.run(&["presets", "list", "--json"]).ok().json();
    let presets = json["presets"].as_array().unwrap();
    assert!(presets.iter().any(|preset| preset["name"] == "flat" && preset["factory"] == true));
    for preset in presets {
        let mut keys: Vec<&String> = preset.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["category", "description", "factory", "name", "tags"]);
    }
    std::fs::write(bench.path("mine.json"), "{\"master_gain\": -3}").unwrap();
    bench.run(&["presets", "save", "mine", "--config", "mine.json"]).ok();
    assert!(bench.run(&["presets", "list"]).ok().stdout.contains("mine"));
    assert_eq!(bench.run(&["presets", "show", "mine"]).ok().json()["config"]["master_gain"], -3.0);
    let again = bench.run(&["presets", "save", "mine", "--config", "mine.json"]);
    assert_eq!(again.code, Some(1), "{again:?}");
    bench.run(&["presets", "save", "mine", "--config", "mine.json", "--force"]).ok();
    for refused in [
        &["save", "flat", "--config", "mine.json"][..],
        &["save", "../x", "--config", "mine.json"],
        &["delete", "flat"],
    ] {
        let run = bench.run(&[&["presets"], refused].concat());
        assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
    }
    bench.run(&["presets", "delete", "mine"]).ok();
    assert_eq!(bench.run(&["presets", "show", "mine"]).code, Some(1));
}

#[test]
fn presets_are_imported_from_and_exported_to_other_programs() {
    let bench = Bench::new();
    let apo = "Preamp: -4 dB\r\nFilter 1: ON PK Fc 1000 Hz Gain 3 dB Q 1.41\r\nNonsense here\r\n";
    std::fs::write(bench.path("Some Phones ParametricEQ.txt"), apo).unwrap();
    let run = bench.run(&["presets", "import", "Some Phones ParametricEQ.txt", "--name", "phones"]).ok();
    assert!(run.stderr.contains("line 3"), "{run:?}");
    let shown = bench.run(&["presets", "show", "phones"]).ok().json();
    assert_eq!(shown["config"]["equalizer"]["preamp"], -4.0);
    assert_eq!(shown["config"]["equalizer"]["bands"][0]["gain"], 3.0);
    let text = bench.run(&["presets", "export", "phones", "--format", "apo"]).ok().stdout;
    assert!(text.contains("Preamp: -4") && text.contains("PK Fc 1000"), "{text}");
    let json = bench.run(&["presets", "export", "phones"]).ok().stdout;
    std::fs::write(bench.path("back.json"), json).unwrap();
    bench.run(&["presets", "import", "back.json", "--force"]).ok();
    let run = bench.run(&["presets", "import", "nowhere.txt"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
}

/// Sections for several devices are never combined. Without a choice nothing is saved, and the error names
/// the devices.
#[test]
fn a_device_of_several_is_chosen_by_name() {
    let bench = Bench::new();
    let apo = "Device: Speakers High Definition Audio Device\nPreamp: -6 dB\nDevice: Headphones USB DAC\nPreamp: -3 dB\n";
    std::fs::write(bench.path("config.txt"), apo).unwrap();
    let run = bench.run(&["presets", "import", "config.txt"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
    assert!(run.stderr.contains("`Headphones USB DAC`") && run.stderr.contains("--device"), "{run:?}");
    assert_eq!(bench.run(&["presets", "show", "config"]).code, Some(1));
    bench.run(&["presets", "import", "config.txt", "--device", "headphones"]).ok();
    let shown = bench.run(&["presets", "show", "config"]).ok().json();
    assert_eq!(shown["config"]["equalizer"]["preamp"], -3.0);
    let run = bench.run(&["presets", "import", "config.txt", "--device", "bluetooth", "--name", "other"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
}

/// A preset without any usable setting, and a file of an unknown format, are refused with one line. Nothing
/// is saved.
#[test]
fn unusable_presets_are_refused_by_name() {
    let bench = Bench::new();
    let convolver =
        r#"{"output":{"blocklist":[],"plugins_order":["convolver#0"],"convolver#0":{"bypass":false}}}"#;
    for (file, text, part) in [
        ("room.json", convolver, "convolver"),
        ("setup.lua", "return { eq = 1 }", "`setup.lua` is in an unknown format"),
    ] {
        std::fs::write(bench.path(file), text).unwrap();
        let run = bench.run(&["presets", "import", file, "--name", "new"]);
        assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
        assert!(run.stderr.contains(part) && !run.stderr.contains("JSON there"), "{run:?}");
        assert_eq!(bench.run(&["presets", "show", "new"]).code, Some(1));
    }
}

#[test]
fn completions_and_manual_pages_are_made_from_the_grammar() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bench.run(&["completions", shell]).ok().stdout;
        assert!(script.contains("audio-enhancer") && script.contains("loudness"), "{shell}");
    }
    let page = bench.run(&["man"]).ok().stdout;
    assert!(page.starts_with(".ie") && page.contains("audio\\-enhancer"), "{page}");
    assert!(bench.run(&["man", "enhance"]).ok().stdout.contains("\\-\\-loudness"));
    assert_eq!(bench.run(&["man", "nonsense"]).code, Some(2));
}

#[test]
fn invalid_arguments_are_reported_on_one_line() {
    let bench = Bench::new();
    for (arguments, part) in [
        (&["enhance"][..], "<IN>"),
        (&["enhance", "a.wav", "--quality", "great"], "[possible values: draft, good, best]"),
        (&["enhance", "a.wav", "--qualty", "best"], "--qualty"),
        (&["enhence", "a.wav"], "enhence"),
        (&["enhance", "a.wav", "--loudness", "loud"], "loud"),
        (&["enhance", "a.wav", "--jobs"], "--jobs"),
    ] {
        let run = bench.command(arguments).output().unwrap();
        let printed = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{printed}");
        assert!(
            printed.starts_with("error: ") && printed.contains(part) && printed.contains("--help"),
            "{printed}"
        );
        assert_eq!(printed.lines().count(), 1, "{printed}");
    }
}
