//! `demo`: synthesises music and a voice, plays them through three presets, and writes sound, pictures and a
//! page.

mod music;
mod page;
mod speech;
mod synth;
mod wav;

use crate::audio::output_format::EncodeError;
use crate::exit::Exit;
use crate::figure::{self, FigureData, FigureError, SpectraData};
use crate::output::{self, OutputError};
use crate::report;
use enhancer_dsp::config::EnhancerConfig;
use enhancer_dsp::meter::{Analyzer, AudioAnalysis};
use enhancer_dsp::{Enhancer, NewError, StageId};
use enhancer_preset::factory_presets;
use std::path::{Path, PathBuf};

/// Sample rate of all files, Hz.
const SAMPLE_RATE_HZ: f64 = 48_000.0;
/// File that marks a folder as a demonstration, which a later run may replace.
const MARK: &str = "demo.txt";
const MARK_TEXT: &str = "This folder was written by `audio-enhancer demo`, which replaces what is in it.\n";

/// An error that stops the demonstration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum DemoError {
    /// The folder has files that no demonstration wrote.
    #[error("{}: the folder has other files in it; choose a new one with -o", .0.display())]
    Foreign(PathBuf),
    /// The folder can't be read.
    #[error("{} can't be read: {source}; check its permissions", path.display())]
    Read {
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A figure could not be made.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// A preset of the demonstration is not built in, or the chain refuses it.
    #[error("the preset {0} can't be used; the program was built without it")]
    Preset(&'static str),
    /// A sound could not be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The chain can't be made.
    #[error("{0}; please report this line")]
    Chain(#[from] NewError),
}

/// One sound before and after one preset.
#[derive(Debug)]
pub(crate) struct Take {
    /// The sound: `music` or `speech`.
    pub(crate) sound: &'static str,
    /// Name of the preset.
    pub(crate) preset: &'static str,
    /// Description of the preset.
    pub(crate) description: String,
    /// Analysis of the input.
    pub(crate) before: AudioAnalysis,
    /// Analysis of the output.
    pub(crate) after: AudioAnalysis,
}

/// Result of a finished demonstration.
#[derive(Debug)]
pub(crate) struct DemoSummary {
    /// The page to open.
    pub(crate) page: PathBuf,
    /// Sounds and presets, in the order of the page.
    pub(crate) takes: Vec<Take>,
}

/// The sounds, each with a preset to play it through.
const TAKES: [(&str, &str); 3] =
    [("music", "loudness"), ("music", "headphones"), ("speech", "speech-clarity")];

/// Runs the command: makes the demonstration and prints the path of its page.
pub(crate) fn command(dir: &Path) -> Exit {
    match run(dir, |step| report::eprint_line(&format!("{step} …"))) {
        Ok(summary) => {
            let mut text = String::new();
            for take in &summary.takes {
                let lufs = |analysis: &AudioAnalysis| analysis.lufs_integrated.unwrap_or(f64::NEG_INFINITY);
                let (before, after) = (lufs(&take.before), lufs(&take.after));
                text += &format!(
                    "{} through {}: {before:.1} LUFS before, {after:.1} after\n",
                    take.sound, take.preset
                );
            }
            report::print(&format!("{text}Open {} in a browser.\n", summary.page.display()));
            Exit::Done
        }
        Err(error) => {
            report::eprint_line(&format!("error: {error}"));
            Exit::Failed
        }
    }
}

/// Makes the demonstration in `dir`, replacing an earlier one. Calls `progress` with the name of each step.
///
/// # Errors
/// A folder with other files in it; a file that can't be written.
pub(crate) fn run(dir: &Path, progress: impl Fn(&str)) -> Result<DemoSummary, DemoError> {
    claim(dir)?;
    progress("making music");
    let music = music::music(SAMPLE_RATE_HZ);
    progress("making a voice");
    let speech = speech::speech(SAMPLE_RATE_HZ);
    let mut takes = Vec::new();
    for (name, sound) in [("music", &music), ("speech", &speech)] {
        write(dir, &format!("{name}.wav"), &wav::bytes(SAMPLE_RATE_HZ, sound)?)?;
        let before = analyze(sound)?;
        let data = FigureData {
            title: &format!("{name}.wav"),
            sample_rate_hz: SAMPLE_RATE_HZ,
            channels: 2,
            analysis: &before,
        };
        figure::analysis_figure(&place(dir, &format!("{name}.svg"))?, true, &data)?;
        for (_, preset) in TAKES.into_iter().filter(|(of, _)| *of == name) {
            progress(&format!("playing {name} through {preset}"));
            takes.push(take(dir, name, sound, &before, preset)?);
        }
    }
    write(dir, "index.html", page::html(&takes).as_bytes())?;
    Ok(DemoSummary { page: dir.join("index.html"), takes })
}

/// Writes the mark into a folder that is missing, empty or an earlier demonstration.
fn claim(dir: &Path) -> Result<(), DemoError> {
    let mark = dir.join(MARK);
    let ours = std::fs::read_to_string(&mark).is_ok_and(|text| text == MARK_TEXT);
    let empty = match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(source) => return Err(DemoError::Read { path: dir.to_owned(), source }),
    };
    if !(ours || empty) {
        return Err(DemoError::Foreign(dir.to_owned()));
    }
    write(dir, MARK, MARK_TEXT.as_bytes())
}

/// The path of a file of the demonstration. A link or device there is an error: no demonstration makes one,
/// and a link may lead out of the folder.
fn place(dir: &Path, name: &str) -> Result<PathBuf, DemoError> {
    let path = dir.join(name);
    match path.symlink_metadata() {
        Ok(metadata) if !metadata.is_file() => Err(DemoError::Foreign(dir.to_owned())),
        _ => Ok(path),
    }
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), DemoError> {
    Ok(output::write(&place(dir, name)?, bytes, true)?)
}

/// Plays one sound through one preset; writes the result and its figure.
fn take(
    dir: &Path,
    sound: &'static str,
    input: &[Vec<f32>; 2],
    before: &AudioAnalysis,
    name: &'static str,
) -> Result<Take, DemoError> {
    let preset =
        factory_presets().iter().find(|preset| preset.name == name).ok_or(DemoError::Preset(name))?;
    let played = enhance(input, &preset.config).ok_or(DemoError::Preset(name))?;
    let file = format!("{sound}-{name}");
    write(dir, &format!("{file}.wav"), &wav::bytes(SAMPLE_RATE_HZ, &played)?)?;
    let after = analyze(&played)?;
    let response = response(&preset.config).ok_or(DemoError::Preset(name))?;
    let data = SpectraData {
        title: &format!("{sound} through {name}"),
        sample_rate_hz: SAMPLE_RATE_HZ,
        before,
        after: &after,
        response: &response,
    };
    figure::spectra_figure(&place(dir, &format!("{file}.svg"))?, &data)?;
    Ok(Take { sound, preset: name, description: preset.description.clone(), before: before.clone(), after })
}

/// Processes a sound with the whole chain and removes the latency.
fn enhance(input: &[Vec<f32>; 2], config: &EnhancerConfig) -> Option<[Vec<f32>; 2]> {
    let mut enhancer = Enhancer::new(SAMPLE_RATE_HZ, 2).ok()?;
    enhancer.set_config(config).ok()?;
    let latency = enhancer.latency_frames();
    let [mut left, mut right] = input.clone().map(|mut channel| {
        channel.resize(channel.len() + latency, 0.0);
        channel
    });
    enhancer.process(&mut [&mut left, &mut right]);
    Some([left.split_off(latency), right.split_off(latency)])
}

fn analyze(channels: &[Vec<f32>; 2]) -> Result<AudioAnalysis, DemoError> {
    let mut analyzer = Analyzer::new(SAMPLE_RATE_HZ, 2)?;
    analyzer.push(&[&channels[0], &channels[1]]);
    Ok(analyzer.finish())
}

/// The response of equalizer, bass and treble boost: pairs of Hz and dB. It is measured with a click 80 dB
/// below full scale, where the boosts' harmonics are far below the linear part.
fn response(config: &EnhancerConfig) -> Option<Vec<(f64, f64)>> {
    const FRAMES: usize = 1 << 15;
    const CLICK: f32 = 1e-4;
    let mut linear = *config;
    let shown = [StageId::Equalizer, StageId::BassBoost, StageId::TrebleBoost];
    for stage in StageId::ALL.iter().filter(|stage| !shown.contains(stage)) {
        stage.switch().set(&mut linear, 0.0);
    }
    linear.master_gain_db = 0.0;
    let mut click = vec![0.0; FRAMES];
    click[0] = CLICK;
    let [left, _] = enhance(&[click.clone(), click], &linear)?;
    let steps = 480;
    Some(
        (0..=steps)
            .map(|step| {
                let hz = 20.0 * 1100f64.powf(f64::from(step) / f64::from(steps));
                let turn = std::f64::consts::TAU * hz / SAMPLE_RATE_HZ;
                let (mut re, mut im) = (0.0, 0.0);
                for (n, &sample) in left.iter().enumerate() {
                    let (sin, cos) = (turn * n as f64).sin_cos();
                    re += f64::from(sample) * cos;
                    im -= f64::from(sample) * sin;
                }
                (hz, 20.0 * (re.hypot(im) / f64::from(CLICK)).max(1e-6).log10())
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sounds_have_plausible_length_level_and_width() {
        let music = analyze(&music::music(SAMPLE_RATE_HZ)).unwrap();
        let speech = analyze(&speech::speech(SAMPLE_RATE_HZ)).unwrap();
        let seconds = |analysis: &AudioAnalysis| analysis.frames as f64 / SAMPLE_RATE_HZ;
        assert!((15.0..30.0).contains(&seconds(&music)) && (8.0..25.0).contains(&seconds(&speech)));
        for analysis in [&music, &speech] {
            assert!((-30.0..-12.0).contains(&analysis.lufs_integrated.unwrap()), "{analysis:?}");
            assert_eq!(analysis.features.clipped_samples + analysis.features.non_finite_samples, 0);
        }
        assert!((0.3..0.98).contains(&music.features.stereo_correlation.unwrap()), "a stereo mix");
    }

    #[test]
    fn the_measured_response_equals_the_equalizer_s() {
        let mut config = EnhancerConfig::default();
        enhancer_dsp::ParamId::find("equalizer.bands.0.gain").unwrap().set(&mut config, 6.0);
        enhancer_dsp::ParamId::find("equalizer.bands.0.frequency").unwrap().set(&mut config, 1000.0);
        let response = response(&config).unwrap();
        let (hz, db) = response.iter().copied().fold((0.0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
        assert!((db - 6.0).abs() < 0.05 && (hz / 1000.0 - 1.0).abs() < 0.02, "{hz} Hz, {db} dB");
        assert!(response[0].1.abs() < 0.2, "{:?}", response[0]);
    }

    #[test]
    fn a_foreign_folder_is_refused_and_an_own_one_replaced() {
        let dir = std::env::temp_dir().join(format!("audio-enhancer-demo-test-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("mine.txt"), "mine").unwrap();
        assert!(matches!(run(&dir, |_| ()), Err(DemoError::Foreign(_))));
        std::fs::remove_file(dir.join("mine.txt")).unwrap();
        for _ in 0..2 {
            let summary = run(&dir, |_| ()).unwrap();
            let page = std::fs::read_to_string(&summary.page).unwrap();
            assert_eq!(summary.takes.len(), TAKES.len());
            for name in page.split('"').filter(|name| name.ends_with(".wav") || name.ends_with(".svg")) {
                assert!(dir.join(name).is_file(), "{name}");
            }
        }
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
