//! Invalid calls: each fails with a message, changes nothing and writes nothing.

mod support;

use enhancer_musicfox::instances::*;
use enhancer_musicfox::types::{AudioAnalysis, AudioBuffer, Enhancer, SpectrumData};
use std::collections::BTreeMap;
use std::ffi::{CString, c_int};
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};
use support::{LEND, Running, buffer, c, last_error};
use tempfile::TempDir;

/// All files below a folder with their contents.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => all.extend(files(&entry.path())),
            false => drop(all.insert(entry.path(), std::fs::read(entry.path()).unwrap_or_default())),
        }
    }
    all
}

/// A running instance, and the folder that contains its presets.
struct Subject {
    instance: Running,
    temp: TempDir,
}

impl Subject {
    fn new() -> Self {
        let temp = TempDir::new().unwrap();
        Self { instance: Running::stereo(&temp.path().join("presets")), temp }
    }

    /// Expects that the call fails with its own message and changes neither config nor files.
    fn rejects(&self, name: &str, call: impl FnOnce(*mut Enhancer) -> c_int) {
        let state = || (self.instance.config(), files(self.temp.path()));
        let before = state();
        // Differs from every message below, so a call that stores none is detected.
        assert_eq!(enhancer_start(null_mut()), -1);
        let stale = last_error();
        assert_eq!(call(self.instance.0), -1, "{name} was accepted");
        let message = last_error();
        assert!(message.len() > 15 && message != stale, "{name}: {message}");
        assert!(!message.contains('\n'), "{name}: {message}");
        assert_eq!(state(), before, "{name} changed something");
        assert_eq!(enhancer_get_status(self.instance.0), 2, "{name}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn rejects_invalid_texts() {
    let subject = Subject::new();
    let long = "x".repeat(10_000);
    let names: Vec<CString> = [
        "../../x",
        "/etc/passwd",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "con",
        "",
        " ",
        "a\nb",
        "no such preset",
        &long,
    ]
    .map(c)
    .into_iter()
    .chain([CString::new(b"\xff\xfe".to_vec()).unwrap()])
    .collect();
    for name in &names {
        let name = name.as_ptr();
        // SAFETY: `name` is a C string.
        unsafe {
            subject.rejects("load", |e| enhancer_load_preset(e, name));
            subject.rejects("delete", |e| enhancer_delete_preset(e, name));
            subject.rejects("parameter", |e| enhancer_set_parameter(e, name, 0.0));
        }
    }
    let config = c("{}");
    for name in
        names.iter().filter(|name| name.as_bytes() != b"no such preset").chain([&c("flat"), &c("ROCK")])
    {
        // SAFETY: `name` and `config` are C strings.
        subject.rejects("save", |e| unsafe { enhancer_save_preset(e, name.as_ptr(), config.as_ptr()) });
    }
    let deep = |open: &str| format!(r#"{{"enhancer": {}"#, open.repeat(100_000));
    let texts: Vec<CString> = [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        r#"[48000, 2, 512, null, "warm", "off", null]"#.to_owned(),
        "[512, true]".to_owned(),
        "{".to_owned(),
        "{}}".to_owned(),
        "garbage".to_owned(),
        r#"{"enhancer": null, "preset": 3}"#.to_owned(),
        r#"{"enhancer": {"compressor": {"ratio": 0}}}"#.to_owned(),
        r#"{"enhancer": {"master_gain": 1e400}}"#.to_owned(),
        r#"{"enhancer": {"master_gain": NaN}}"#.to_owned(),
        r#"{"enhancer": {"equalizer": {"bands": {}}}}"#.to_owned(),
        format!(r#"{{"enhancer": {{"equalizer": {{"bands": [{}]}}}}}}"#, vec!["{}"; 17].join(",")),
        r#"{"enhancer": {"unknown": 1}}"#.to_owned(),
        r#"{"preset": "../../x"}"#.to_owned(),
        r#"{"preset": "warm", "enhancer": {}}"#.to_owned(),
        r#"{"sample_rate": 44100}"#.to_owned(),
        r#"{"channels": 99999999999999999999}"#.to_owned(),
        r#"{"log_level": "loud"}"#.to_owned(),
        deep("["),
        deep(r#"{"a":"#),
        format!(r#"{{"preset": "{}"}}"#, "x".repeat(10 << 20)),
        " ".repeat(10 << 20),
    ]
    .into_iter()
    .map(c)
    .chain([CString::new(b"{\"preset\": \"\xff\"}".to_vec()).unwrap()])
    .collect();
    for text in &texts {
        let (text, name) = (text.as_ptr(), c("mine"));
        // SAFETY: `text` and `name` are C strings; the header allows null for the arrays.
        unsafe {
            subject.rejects("update", |e| enhancer_update_config(e, text));
            subject.rejects("initialize", |e| enhancer_initialize(e, text));
            subject.rejects("real time", |e| enhancer_start_real_time(e, text));
            subject.rejects("batch", |_| enhancer_process_batch(text, null(), null_mut(), 1, 0));
            subject.rejects("save", |e| enhancer_save_preset(e, name.as_ptr(), text));
        }
    }
}

#[test]
fn rejects_parameters_and_formats_out_of_range() {
    let subject = Subject::new();
    for (name, value) in [
        ("master_gain", 24.1),
        ("master_gain", f64::NAN),
        ("master_gain", f64::NEG_INFINITY),
        ("master_gain", 1e300),
        ("compressor.enabled", 0.5),
        ("compressor.enabled", 2.0),
        ("processing_quality", 1.5),
        ("processing_quality", -1.0),
        ("equalizer.bands.16.gain", 0.0),
        ("equalizer.bands.18446744073709551616.gain", 0.0),
        ("equalizer.bands.0", 0.0),
    ] {
        let text = c(name);
        // SAFETY: `text` is a C string.
        subject.rejects(name, |e| unsafe { enhancer_set_parameter(e, text.as_ptr(), value) });
    }
    for (rate, channels) in
        [(0, 2), (7999, 2), (384_001, 2), (-1, 2), (i32::MAX, 2), (48_000, 0), (48_000, 9), (48_000, -1)]
    {
        subject.rejects("format", |e| enhancer_set_audio_format(e, rate, channels));
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn rejects_invalid_audio() {
    let subject = Subject::new();
    let mut samples = vec![0.25f32; 4 * 480];
    let start = samples.as_mut_ptr();
    let at = |offset: usize| start.wrapping_add(offset);
    let (mut ins, mut outs) = ([at(0), at(480)], [at(960), at(1440)]);
    let good = buffer(&mut ins, 480);
    let target = buffer(&mut outs, 480);
    let odd = start.wrapping_byte_add(1);
    let (mut null_channel, mut odd_channel) = ([at(0), null_mut()], [at(0), odd]);
    let (mut crossed, mut shifted, mut twice) = ([at(480), at(0)], [at(1), at(481)], [at(960), at(960)]);
    let odd_data = outs.as_mut_ptr().wrapping_byte_add(1);
    let inputs = [
        ("no data", AudioBuffer { data: null_mut(), ..good }),
        ("odd data", AudioBuffer { data: odd_data, ..good }),
        ("a null channel", buffer(&mut null_channel, 480)),
        ("an odd channel", buffer(&mut odd_channel, 480)),
        ("one channel", AudioBuffer { channels: 1, ..good }),
        ("no channels", AudioBuffer { channels: 0, ..good }),
        ("absurd channels", AudioBuffer { channels: i64::MAX, ..good }),
        ("negative channels", AudioBuffer { channels: i64::MIN, ..good }),
        ("another rate", AudioBuffer { sample_rate: 44_100, ..good }),
        ("an absurd rate", AudioBuffer { sample_rate: i64::MIN, ..good }),
        ("no frames", AudioBuffer { frames: 0, ..good }),
        ("negative frames", AudioBuffer { frames: -1, ..good }),
        ("absurd frames", AudioBuffer { frames: i64::MAX, ..good }),
        ("too many frames", AudioBuffer { frames: (1 << 27) + 1, ..good }),
    ];
    let process = |input: *const AudioBuffer, output: *mut AudioBuffer| {
        // SAFETY: every address that the library reads is valid; it checks the others before any access.
        move |e| unsafe { enhancer_process_audio(e, input, output) }
    };
    for (name, input) in &inputs {
        let mut output = target;
        subject.rejects(name, process(input, &raw mut output));
        assert_eq!((output.data, output.timestamp_ns), (target.data, 0), "{name}");
    }
    let outputs = [
        ("an odd output", AudioBuffer { data: odd_data, ..target }),
        ("a null output channel", buffer(&mut null_channel, 480)),
        ("crossed channels", buffer(&mut crossed, 480)),
        ("shifted channels", buffer(&mut shifted, 480)),
        ("one memory for two channels", buffer(&mut twice, 480)),
    ];
    for (name, output) in outputs {
        let mut output = output;
        subject.rejects(name, process(&raw const good, &raw mut output));
    }
    let mut output = target;
    subject.rejects("null input", process(null(), &raw mut output));
    subject.rejects("null output", process(&raw const good, null_mut()));
    let shifted_struct = (&raw const good).wrapping_byte_add(4);
    subject.rejects("odd input", process(shifted_struct, &raw mut output));
    assert!(samples.iter().all(|&sample| sample == 0.25), "invalid audio was written");
    let start = samples.as_mut_ptr();
    for (name, frames, channels, data) in [
        ("null samples", 10, 2, null_mut()),
        ("odd samples", 10, 2, start.wrapping_byte_add(2)),
        ("negative frames", -1, 2, start),
        ("absurd frames", i64::MAX, 2, start),
        ("three channels", 10, 3, start),
        ("absurd channels", 10, i64::MAX, start),
        ("no channels", 10, 0, start),
    ] {
        // SAFETY: the library rejects these arguments before it accesses the audio.
        subject.rejects(name, |e| unsafe { enhancer_process_interleaved_f32(e, data, frames, channels) });
        // SAFETY: as for `float`; this address is misaligned.
        subject.rejects(name, |e| unsafe {
            enhancer_process_interleaved_f64(
                e,
                data.cast::<f64>().wrapping_byte_add(1),
                frames.max(1),
                channels,
            )
        });
    }
    let (text, mut output) = (c("{}"), target);
    for (count, workers) in [(-1, 0), (i64::MAX, 0), (1, -1), (1, 100_000)] {
        // SAFETY: the library rejects these arguments before it accesses the audio.
        subject.rejects("batch", |_| unsafe {
            enhancer_process_batch(text.as_ptr(), &raw const good, &raw mut output, count, workers)
        });
    }
    let mut two = [target, AudioBuffer { data: null_mut(), ..target }];
    // SAFETY: both arrays have two structs; the null `data` is an error.
    subject.rejects("one good, one bad", |_| unsafe {
        enhancer_process_batch(text.as_ptr(), [good, good].as_ptr(), two.as_mut_ptr(), 2, 0)
    });
    assert!(samples.iter().all(|&sample| sample == 0.25), "invalid audio was written");
}

#[test]
fn rejects_null_for_every_argument() {
    let subject = Subject::new();
    // SAFETY: the header allows null for every pointer.
    unsafe {
        subject.rejects("initialize", |e| enhancer_initialize(e, null()));
        subject.rejects("process", |e| enhancer_process_audio(e, null(), null_mut()));
        subject.rejects("enhance", |e| enhancer_enhance_audio(e, null(), null(), null_mut()));
        subject.rejects("release", |e| enhancer_release_audio(e, null_mut()));
        subject.rejects("parallel", |e| enhancer_process_parallel(e, null(), null_mut(), 1));
        subject.rejects("batch", |_| enhancer_process_batch(null(), null(), null_mut(), 0, 0));
        subject.rejects("analyze", |e| enhancer_analyze_audio(e, null(), null_mut()));
        subject.rejects("spectrum", |e| enhancer_get_spectrum(e, null(), null_mut()));
        subject.rejects("presets", |e| enhancer_get_presets(e, null_mut(), null_mut()));
        subject.rejects("load", |e| enhancer_load_preset(e, null()));
        subject.rejects("save", |e| enhancer_save_preset(e, null(), null()));
        subject.rejects("delete", |e| enhancer_delete_preset(e, null()));
        subject.rejects("real time", |e| enhancer_start_real_time(e, null()));
        subject.rejects("metadata", |e| enhancer_get_metadata(e, null_mut()));
        subject.rejects("update", |e| enhancer_update_config(e, null()));
        subject.rejects("set", |e| enhancer_set_parameter(e, null(), 0.0));
        subject.rejects("get", |e| enhancer_get_parameter(e, c("master_gain").as_ptr(), null_mut()));
        let (mut analysis, mut spectrum) =
            (MaybeUninit::<AudioAnalysis>::uninit(), MaybeUninit::<SpectrumData>::uninit());
        let (analysis, spectrum) = (analysis.as_mut_ptr(), spectrum.as_mut_ptr());
        subject.rejects("analyze", |e| enhancer_analyze_audio(e, null(), analysis));
        subject.rejects("live spectrum", |e| enhancer_get_spectrum(e, null(), spectrum));
        subject.rejects("analyze", |e| enhancer_analyze_audio(e, &LEND, analysis));
    }
}

#[test]
fn rejects_invalid_handles() {
    let temp = TempDir::new().unwrap();
    let dead = Running::stereo(temp.path());
    let handle = dead.0;
    drop(dead);
    let here = 5u64;
    let forged = handle.addr() ^ (1 << (usize::BITS - 1)); // Any other index may be live in another test.
    let numbers = [0usize, 1, 3, usize::MAX, handle.addr(), (&raw const here).addr(), forged, 0x1000];
    for number in numbers {
        let e: *mut Enhancer = std::ptr::without_provenance_mut(number);
        enhancer_destroy(e);
        assert_eq!(
            (enhancer_start(e), enhancer_stop(e), enhancer_reset(e), enhancer_health_check(e)),
            (-1, -1, -1, -1)
        );
        assert_eq!((enhancer_get_status(e), enhancer_latency_frames(e)), (0, -1));
        assert!(enhancer_get_config(e).is_null() && enhancer_get_parameters(e).is_null());
        assert!(enhancer_get_metrics(e).is_null() && enhancer_get_supported_formats(e).is_null());
        assert!(last_error().contains("belongs to no instance"), "{number:x}: {}", last_error());
    }
}

#[test]
fn rejects_calls_in_the_wrong_status() {
    let temp = TempDir::new().unwrap();
    // SAFETY: the header allows null: it creates an instance without a config.
    let e = unsafe { enhancer_create(null()) };
    let config =
        c(format!(r#"{{"log_level": "off", "preset_folder": {:?}}}"#, temp.path().to_str().unwrap()));
    let wrong = |calls: &[(&str, c_int)], status: c_int| {
        for (call, answer) in calls {
            assert_eq!(*answer, -1, "{call} while {status}");
        }
        assert_eq!(enhancer_get_status(e), status);
    };
    // SAFETY: `c` makes C strings; 0 frames need no samples.
    unsafe {
        let samples = || enhancer_process_interleaved_f32(e, null_mut(), 0, 2);
        let real_time = || enhancer_start_real_time(e, c("{}").as_ptr());
        let load = || enhancer_load_preset(e, c("warm").as_ptr());
        wrong(&[("start", enhancer_start(e)), ("stop", enhancer_stop(e)), ("process", samples())], 0);
        wrong(&[("load", load()), ("reset", enhancer_reset(e)), ("real time", real_time())], 0);
        assert!(enhancer_get_config(e).is_null() && enhancer_latency_frames(e) == -1);
        assert_eq!(enhancer_initialize(e, config.as_ptr()), 0);
        wrong(&[("stop", enhancer_stop(e)), ("process", samples()), ("real time", real_time())], 1);
        assert!(last_error().contains("start first"), "{}", last_error());
        assert_eq!((enhancer_start(e), load()), (0, 0));
        wrong(&[("initialize", enhancer_initialize(e, config.as_ptr())), ("start", enhancer_start(e))], 2);
        wrong(&[("stop real time", enhancer_stop_real_time(e))], 2);
        assert_eq!((real_time(), enhancer_stop(e)), (0, 0));
        wrong(
            &[
                ("stop", enhancer_stop(e)),
                ("process", samples()),
                ("stop real time", enhancer_stop_real_time(e)),
            ],
            3,
        );
        assert_eq!((enhancer_start(e), samples()), (0, 0));
        wrong(&[("stop real time, already ended by stop", enhancer_stop_real_time(e))], 2);
        assert_eq!(enhancer_stop(e), 0);
        assert_eq!(enhancer_initialize(e, config.as_ptr()), 0);
    }
    enhancer_destroy(e);
}

#[test]
fn a_lent_buffer_is_released_once() {
    let subject = Subject::new();
    let mut samples = [0.1f32; 960];
    let start = samples.as_mut_ptr();
    let mut channels = [start, start.wrapping_add(480)];
    let input = buffer(&mut channels, 480);
    // SAFETY: `input` has two channels of 480 samples; all structs are valid.
    unsafe {
        let mut lent = [LEND; 20];
        for output in &mut lent {
            assert_eq!(
                enhancer_process_audio(subject.instance.0, &raw const input, output),
                0,
                "{}",
                last_error()
            );
        }
        let mut copy = lent[0];
        for output in &mut lent {
            assert_eq!(enhancer_release_audio(subject.instance.0, output), 0, "{}", last_error());
            assert!(output.data.is_null());
        }
        subject.rejects("again", |e| enhancer_release_audio(e, &raw mut copy));
        let mut mine = input;
        subject.rejects("the caller's own", |e| enhancer_release_audio(e, &raw mut mine));
        // Real-time processing has a fixed number of buffers; a released one is available again.
        assert_eq!(enhancer_start_real_time(subject.instance.0, c("{}").as_ptr()), 0);
        let lend =
            |output: *mut AudioBuffer| enhancer_process_audio(subject.instance.0, &raw const input, output);
        let mut outputs = vec![];
        loop {
            let mut output = LEND;
            if lend(&raw mut output) != 0 {
                break;
            }
            outputs.push(output);
        }
        assert!(outputs.len() >= 4 && last_error().contains("lent"), "{}", last_error());
        assert_eq!(
            (enhancer_release_audio(subject.instance.0, &raw mut outputs[1]), lend(&raw mut outputs[1])),
            (0, 0)
        );
    }
}
