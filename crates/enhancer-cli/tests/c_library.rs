//! The C library and the command give identical samples with the same config.

use enhancer_measure::signal::Random;
use enhancer_musicfox::instances::enhancer_process_batch;
use enhancer_musicfox::plugin::*;
use enhancer_musicfox::types::AudioBuffer;
use std::ffi::CString;
use std::process::Command;

const RATE: u32 = 44_100;
const FRAMES: usize = 20_000;

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// Loud noise in bursts, which makes the dynamics stages work.
fn music() -> [Vec<f32>; 2] {
    let mut random = Random::new(6);
    [(); 2].map(|()| {
        let level = |frame: usize| if (frame / 2500).is_multiple_of(2) { 0.6 } else { 0.05 };
        (0..FRAMES).map(|frame| (level(frame) * random.gaussian()) as f32).collect()
    })
}

/// The command's output with these arguments.
fn commanded(folder: &std::path::Path, music: &[Vec<f32>; 2], arguments: &[&str]) -> [Vec<f32>; 2] {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut wav = hound::WavWriter::create(folder.join("in.wav"), spec).unwrap();
    for (&left, &right) in music[0].iter().zip(&music[1]) {
        wav.write_sample(left).unwrap();
        wav.write_sample(right).unwrap();
    }
    wav.finalize().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_audio-enhancer"));
    command
        .args(["enhance", "in.wav", "-o", "out.wav", "--bits", "32f", "--force", "--quiet"])
        .args(arguments);
    let status = command.current_dir(folder).env("AUDIO_ENHANCER_DATA_DIR", folder).status().unwrap();
    assert!(status.success());
    let samples: Vec<f32> =
        hound::WavReader::open(folder.join("out.wav")).unwrap().into_samples().map(Result::unwrap).collect();
    [0, 1].map(|channel| samples.iter().skip(channel).step_by(2).copied().collect())
}

/// The plugin interface's output in blocks of growing lengths, without the latency.
fn plugged(folder: &std::path::Path, music: &[Vec<f32>; 2], document: &str) -> [Vec<f32>; 2] {
    let config = format!(
        r#"{{"sample_rate": {RATE}, "log_level": "off", "preset_folder": {:?}, {document}}}"#,
        folder.to_str().unwrap()
    );
    assert_ne!(PluginCreate(), 0);
    // SAFETY: `c` returns a C string that lives until the call returns.
    assert_eq!(unsafe { PluginInitialize(c(&config).as_ptr()) }, 0);
    assert_eq!(PluginStart(), 0);
    let metadata = serde_json::from_str::<serde_json::Value>(&metadata()).unwrap();
    let latency = metadata["latency_frames"].as_u64().unwrap() as usize;
    let mut channels = music.clone().map(|mut channel| {
        channel.resize(FRAMES + latency, 0.0);
        channel
    });
    let (mut start, mut length) = (0, 1);
    while start < FRAMES + latency {
        let end = (FRAMES + latency).min(start + length);
        let mut pointers = channels.each_mut().map(|channel| channel[start..end].as_mut_ptr());
        let frames = (end - start) as i64;
        let buffer = AudioBuffer {
            data: pointers.as_mut_ptr(),
            sample_rate: RATE.into(),
            channels: 2,
            frames,
            timestamp_ns: 0,
        };
        let mut output = buffer;
        // SAFETY: both channels hold this number of frames until the call returns.
        let answer = unsafe {
            PluginProcessAudio((&raw const buffer).expose_provenance(), (&raw mut output).expose_provenance())
        };
        assert_eq!(answer, 0);
        (start, length) = (end, length * 2 % 1999 + 1);
    }
    PluginDestroy();
    channels.map(|mut channel| channel.split_off(latency))
}

fn metadata() -> String {
    let mut metadata = std::mem::MaybeUninit::<enhancer_musicfox::types::PluginMetadata>::uninit();
    // SAFETY: the pointer is valid for a write; the library then owns the C string in it until the next call.
    unsafe {
        assert_eq!(PluginGetMetadata(metadata.as_mut_ptr().expose_provenance()), 0);
        std::ffi::CStr::from_ptr(metadata.assume_init().metadata_json).to_str().unwrap().to_owned()
    }
}

/// The output of batch processing.
fn batched(music: &[Vec<f32>; 2], config: &str) -> [Vec<f32>; 2] {
    let (mut ins, mut out) = (music.clone(), [vec![0f32; FRAMES], vec![0f32; FRAMES]]);
    let mut ins = ins.each_mut().map(|channel| channel.as_mut_ptr());
    let mut outs = out.each_mut().map(|channel| channel.as_mut_ptr());
    let buffer = |data: &mut [*mut f32; 2]| AudioBuffer {
        data: data.as_mut_ptr(),
        sample_rate: RATE.into(),
        channels: 2,
        frames: FRAMES as i64,
        timestamp_ns: 0,
    };
    let (input, mut output) = (buffer(&mut ins), buffer(&mut outs));
    // SAFETY: both channels hold this number of frames and do not overlap.
    let answer =
        unsafe { enhancer_process_batch(c(config).as_ptr(), &raw const input, &raw mut output, 1, 1) };
    assert_eq!(answer, 0);
    out
}

#[test]
fn command_plugin_and_batch_agree_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let music = music();
    for preset in ["pop", "loudness", "headphones", "night"] {
        let commanded = commanded(folder.path(), &music, &["--preset", preset]);
        assert_ne!(commanded, music);
        let plugged = plugged(folder.path(), &music, &format!(r#""preset": "{preset}""#));
        assert!(commanded == plugged, "{preset}: the plugin differs");
        let file = format!("{}/../../presets/{preset}.json", env!("CARGO_MANIFEST_DIR"));
        let batched = batched(&music, &std::fs::read_to_string(file).unwrap());
        assert!(commanded == batched, "{preset}: the batch differs");
    }
    let config = r#"{"processing_quality": "best", "master_gain": 6, "treble_boost": {"enabled": true}, "compressor": {"enabled": true}}"#;
    std::fs::write(folder.path().join("config.json"), config).unwrap();
    let commanded = commanded(folder.path(), &music, &["--config", "config.json"]);
    assert!(commanded == plugged(folder.path(), &music, &format!(r#""enhancer": {config}"#)));
}
