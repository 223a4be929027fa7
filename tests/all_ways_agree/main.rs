//! The core, the command, the CLAP plugin and the VST3 plugin give the same samples for the same music and
//! config, to the bit.
//!
//! The test uses the products as users do: the built command on a file, and the bundles in hosts.
//! `cargo xtask test` builds them and passes their paths in environment variables.

mod clap_host;
mod vst3_host;

use audio_enhancer::params::EnhancerParams;
use enhancer_dsp::param::{ParamKind, ParamSpec};
use enhancer_dsp::{Enhancer, EnhancerConfig, ParamId, Quality};
use enhancer_preset::factory_presets;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Length of the music, s.
const SECONDS: usize = 5;

/// Block lengths for the CLAP cases, in turn. None is a multiple of another.
const CLAP_BLOCKS: [usize; 3] = [64, 441, 1000];

/// Block lengths for the VST3 cases, in turn; see [`CLAP_BLOCKS`].
const VST3_BLOCKS: [usize; 3] = [96, 512, 1500];

/// A piece of music and the config to process it with.
struct Case {
    name: String,
    config: EnhancerConfig,
    rate_hz: u32,
    /// Samples of each channel.
    music: Vec<Vec<f32>>,
}

#[test]
#[ignore = "needs the command, the bundles, a VST3 host and songs: `cargo xtask test`"]
fn core_command_clap_and_vst3_give_the_same_samples() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cases = cases();
    assert!(cases.len() > 25, "{} cases are few", cases.len());
    let expected: Vec<_> = cases.iter().map(core_way).collect();
    for (index, (case, expected)) in cases.iter().zip(&expected).enumerate() {
        assert_changed(case, expected);
        assert_same(&command_way(case, folder.path()), expected, case, "the command");
        let block = CLAP_BLOCKS[index % CLAP_BLOCKS.len()];
        assert_same(&clap_host::render(case, block), expected, case, "CLAP");
    }
    let rendered = vst3_host::render(&cases, folder.path());
    for ((case, expected), rendered) in cases.iter().zip(&expected).zip(&rendered) {
        assert_same(rendered, expected, case, "VST3");
    }
}

/// Every factory preset on one song; every stage in every quality on another, in stereo and in mono.
fn cases() -> Vec<Case> {
    let songs = songs();
    let (first, last) = (songs.first().expect("a song"), songs.last().expect("a song"));
    let of = |(rate_hz, music): &(u32, Vec<Vec<f32>>), name: &str, config| Case {
        name: name.to_owned(),
        config,
        rate_hz: *rate_hz,
        music: music.clone(),
    };
    // `flat` is left out: it changes nothing.
    let presets = factory_presets().iter().filter(|preset| preset.config != EnhancerConfig::default());
    let mut cases: Vec<Case> = presets.map(|preset| of(first, &preset.name, preset.config)).collect();
    for &quality in Quality::ALL {
        let case = of(last, &format!("everything on, {quality:?}"), everything(quality));
        let mono = Case { name: case.name.clone() + ", mono", music: case.music[..1].to_vec(), ..case };
        cases.push(of(last, &format!("everything on, {quality:?}"), everything(quality)));
        cases.push(mono);
    }
    cases
}

/// A config with every switch on and every number away from its default.
fn everything(quality: Quality) -> EnhancerConfig {
    let mut config = factory_presets()[0].config;
    for (index, id) in ParamId::all().enumerate() {
        let ParamSpec { kind, path, .. } = id.spec;
        let value = match (kind, *path) {
            (ParamKind::Switch, path) => f32::from(u8::from(path != "bypass_all")),
            (ParamKind::Choice(labels), _) => (index % labels.len()) as f32,
            // 16 bands add up, so each gets little gain; otherwise the limiter would hide the other stages.
            (_, "gain") => kind.value_at(0.5 + 0.06 * (index as f32 * 0.37).sin()),
            (_, "master_gain" | "equalizer.preamp") => kind.value_at(0.47),
            (_, "frequency") if id.band.is_some() => {
                kind.value_at(0.2 + 0.7 * (index as f32 * 0.618).fract())
            }
            _ => kind.value_at(0.3 + 0.4 * (index as f32 * 0.618_034).fract()),
        };
        let filter = matches!(*path, "type") && value > 0.0;
        id.set(&mut config, if filter { [0.0, 3.0, 4.0, 7.0][index % 4] } else { value });
    }
    config.quality = quality;
    config.validate().expect("values of the table");
    config
}

/// The excerpts that `cargo xtask test` creates: sample rate, and samples of each channel.
fn songs() -> Vec<(u32, Vec<Vec<f32>>)> {
    let folder = PathBuf::from(variable("AUDIO_ENHANCER_TEST_MATERIAL")).join("music");
    let entries = std::fs::read_dir(&folder).expect("a folder of music");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(".float.wav"));
    paths.sort();
    let cut = |path: &PathBuf| {
        let (rate_hz, mut channels) = read_wav(path);
        channels.iter_mut().for_each(|channel| channel.truncate(SECONDS * rate_hz as usize));
        (rate_hz, channels)
    };
    paths.iter().map(cut).collect()
}

/// Processes a case in the core and removes the latency.
fn core_way(case: &Case) -> Vec<Vec<f32>> {
    let mut enhancer = Enhancer::new(f64::from(case.rate_hz), case.music.len()).expect("a rate and channels");
    enhancer.set_config(&case.config).expect("a valid config");
    let latency = enhancer.latency_frames();
    let mut output = case.music.clone();
    output.iter_mut().for_each(|channel| channel.extend(std::iter::repeat_n(0.0, latency)));
    enhancer.process(&mut output.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    output.iter_mut().for_each(|channel| drop(channel.drain(..latency)));
    output
}

/// Processes a case with the command, from file to file.
fn command_way(case: &Case, folder: &Path) -> Vec<Vec<f32>> {
    let (input, config, output) = (folder.join("in.wav"), folder.join("config.json"), folder.join("out.wav"));
    write_wav(&input, case.rate_hz, &case.music);
    std::fs::write(&config, serde_json::to_string(&case.config).expect("JSON")).expect("a file");
    // `cargo test --workspace` builds the command in the tests' folder.
    let mut program = std::env::current_exe().expect("a path");
    program.pop();
    program.set_file_name(format!("audio-enhancer{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&program);
    command.arg("enhance").arg(&input).arg("-o").arg(&output).arg("--config").arg(&config);
    let run = command.args(["--bits", "32f", "--force", "--quiet"]).output().expect("the command starts");
    assert!(run.status.success(), "{}: {}", case.name, String::from_utf8_lossy(&run.stderr));
    read_wav(&output).1
}

fn assert_changed(case: &Case, output: &[Vec<f32>]) {
    let moved = |a: &[f32], b: &[f32]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 0.001);
    let changed = case.music.iter().zip(output).any(|(a, b)| moved(a, b));
    assert!(changed, "{}: the config must change the samples", case.name);
}

fn assert_same(output: &[Vec<f32>], expected: &[Vec<f32>], case: &Case, way: &str) {
    assert_eq!(output.len(), expected.len(), "{}, {way}: channels", case.name);
    for (channel, (output, expected)) in output.iter().zip(expected).enumerate() {
        assert_eq!(output.len(), expected.len(), "{}, {way}: frames", case.name);
        let differing = output.iter().zip(expected).filter(|(a, b)| a.to_bits() != b.to_bits());
        let worst = differing.clone().map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let first = output.iter().zip(expected).position(|(a, b)| a.to_bits() != b.to_bits());
        assert!(
            first.is_none(),
            "{}, {way}, channel {channel}: {} samples differ, by up to {worst:e}, the first is {first:?}",
            case.name,
            differing.count()
        );
    }
}

/// Id, host's name and position, 0 to 1, of every parameter.
fn host_values(config: &EnhancerConfig) -> Vec<(ParamId, String, f32)> {
    use nice_plug::params::Params;
    let params = EnhancerParams::default();
    let value = |(id, ptr, _): (String, nice_plug::prelude::ParamPtr, String)| {
        // The listening switches have no row in the table; they stay off.
        let id = ParamId::find(&id)?;
        // SAFETY: `ptr` points into `params`, which lives until the end of this function.
        #[allow(unsafe_code)]
        let name = unsafe { ptr.name() }.to_owned();
        let unused = id.band.is_some_and(|band| band >= config.equalizer.bands.len());
        let value = if unused && id.spec.path == "enabled" { 0.0 } else { id.get(config) };
        let (_, last) = id.spec.kind.range();
        let position = match id.spec.kind {
            ParamKind::Float { .. } => id.spec.kind.position_of(value),
            _ => value / last,
        };
        Some((id, name, position))
    };
    params.param_map().into_iter().filter_map(value).collect()
}

fn read_wav(path: &Path) -> (u32, Vec<Vec<f32>>) {
    let mut reader = hound::WavReader::open(path).expect("a WAV file");
    let spec = reader.spec();
    assert_eq!(spec.sample_format, hound::SampleFormat::Float, "{}", path.display());
    let samples: Vec<f32> = reader.samples().collect::<Result<_, _>>().expect("samples");
    let channels = usize::from(spec.channels);
    (
        spec.sample_rate,
        (0..channels).map(|c| samples.iter().skip(c).step_by(channels).copied().collect()).collect(),
    )
}

fn write_wav(path: &Path, rate_hz: u32, channels: &[Vec<f32>]) {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: rate_hz,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file");
    for frame in 0..channels[0].len() {
        channels.iter().for_each(|channel| writer.write_sample(channel[frame]).expect("a sample"));
    }
    writer.finalize().expect("a file");
}

fn variable(name: &str) -> std::ffi::OsString {
    std::env::var_os(name)
        .unwrap_or_else(|| panic!("the variable {name} is not set; run `cargo xtask test`, which sets it"))
}
