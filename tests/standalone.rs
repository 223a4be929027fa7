//! The standalone program without a sound system: it starts, stops, records, and reports errors in one line.

use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// The program with an environment that hides JACK, PipeWire and the sound card.
fn standalone(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audio-enhancer-standalone"));
    command.args(arguments).stdin(Stdio::null());
    command.env("JACK_NO_START_SERVER", "1").env("JACK_DEFAULT_SERVER", "no-such-server");
    command.env("PIPEWIRE_REMOTE", "no-such-remote").env("ALSA_CONFIG_PATH", "/dev/null");
    command
}

fn run(arguments: &[&str]) -> Output {
    standalone(arguments).output().expect("it starts")
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[test]
fn help_lists_the_options() {
    let output = run(&["--help"]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).expect("text");
    for word in ["--backend", "--layout", "--input-device", "--record", "JACK", "dummy", "5.1"] {
        assert!(help.contains(word), "{word} is missing:\n{help}");
    }
}

#[test]
fn wrong_arguments_give_a_message_of_one_line() {
    for (arguments, word) in [
        (&["--loud"][..], "--loud"),
        (&["--layout", "9.1"], "9.1"),
        (&["--backend", "tape"], "tape"),
        (&["--sample-rate", "5"], "5 is not in 8000..=384000"),
        (&["--period-size", "x"], "--period-size"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let message = errors(&output);
        assert_eq!(message.lines().count(), 1, "{arguments:?}: {message}");
        assert!(message.contains(word), "{arguments:?}: {message}");
    }
}

// Only on Linux do environment variables hide ALSA and JACK.
#[cfg(target_os = "linux")]
#[test]
fn fails_with_a_message_without_a_sound_system() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(1));
    let last = errors(&output).lines().last().expect("a message").to_owned();
    assert!(last.starts_with("error: found neither") && last.contains("--backend dummy"), "{last}");
    let folder = tempfile::tempdir().expect("a folder");
    let recording = folder.path().join("recording.wav");
    for (backend, word) in [("jack", "JACK"), ("card", "ALSA")] {
        let output = run(&["--backend", backend, "--record", recording.to_str().expect("text")]);
        assert_eq!(output.status.code(), Some(1), "{backend}");
        assert!(!recording.exists(), "{backend}: no file without a recording");
        assert!(errors(&output).contains(word), "{backend}: {}", errors(&output));
    }
}

#[cfg(unix)]
#[test]
fn plays_in_every_layout_until_it_is_interrupted() {
    for layout in ["stereo", "mono", "5.1", "7.1"] {
        let mut child = standalone(&["--backend", "dummy", "--layout", layout]);
        let mut child = child.stderr(Stdio::piped()).spawn().expect("it starts");
        sleep(Duration::from_millis(700));
        let early = child.try_wait().expect("its state");
        assert!(early.is_none(), "{layout}: the program ended early with {early:?}");
        let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(interrupt.expect("kill starts").success());
        let output = child.wait_with_output().expect("its end");
        assert!(output.status.success(), "{layout}: {}", errors(&output));
    }
}

#[cfg(unix)]
#[test]
fn records_the_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let (song, recording) = (folder.path().join("song.wav"), folder.path().join("recording.wav"));
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    // The left channel rises and the right one falls; the default settings change neither.
    let ramp = |frame: usize| frame as f32 / 262_144.0;
    let mut writer = hound::WavWriter::create(&song, spec).expect("a file");
    for frame in 0..44_100 {
        writer.write_sample(ramp(frame)).expect("a sample");
        writer.write_sample(-ramp(frame)).expect("a sample");
    }
    writer.finalize().expect("a file");
    let (song, recording) = (song.to_str().expect("text"), recording.to_str().expect("text"));
    let arguments = ["--backend", "dummy", "--play", song, "--record", recording];
    let mut child =
        standalone(&arguments).env_remove("DISPLAY").stderr(Stdio::piped()).spawn().expect("it starts");
    sleep(Duration::from_millis(1500));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill starts").success());
    let status = child.wait().expect("its end");
    assert!(status.success());
    let mut recorded = hound::WavReader::open(recording).expect("a complete file");
    assert_eq!(recorded.spec(), spec);
    let samples: Vec<f32> = recorded.samples().collect::<Result<_, _>>().expect("samples");
    let left: Vec<f32> = samples.iter().copied().step_by(2).collect();
    let begin = left.iter().position(|sample| *sample > 0.0).expect("sound") - 1;
    let length = left.len() - begin;
    assert!(length > 4410, "{length} frames");
    for (frame, pair) in samples[2 * begin..].chunks_exact(2).enumerate() {
        let expected = ramp(frame % 44_100);
        assert_eq!(pair, [expected, -expected], "frame {frame}");
    }
    // A recording never overwrites a file.
    let again = run(&arguments);
    assert_eq!(again.status.code(), Some(1));
    assert!(errors(&again).contains("recording.wav"), "{}", errors(&again));
}
