//! The JSON of `--json`, documented in docs/CLI.md. Its names and meanings stay the same.

use super::Failure;
use crate::enhance::Enhanced;
use crate::settings::Settings;
use crate::unmeasured::Unmeasured;
use enhancer_dsp::meter::AudioAnalysis;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
pub(crate) struct EnhanceJson<'a> {
    files: Vec<EnhancedJson<'a>>,
    failed: &'a [Failure],
}

#[derive(Serialize)]
struct EnhancedJson<'a> {
    input: String,
    output: String,
    preset: Option<&'a str>,
    quality: &'a str,
    sample_rate: u32,
    channels: usize,
    frames: u64,
    seconds: f64,
    realtime_factor: f64,
    before: AnalysisJson,
    after: AnalysisJson,
    notes: &'a [String],
}

#[derive(Serialize)]
pub(crate) struct AnalysisJson {
    #[serde(flatten)]
    analysis: AudioAnalysis,
    /// The reason why `lufs_integrated` is null.
    lufs_unmeasured: Option<&'static str>,
}

impl AnalysisJson {
    pub(crate) fn new(analysis: AudioAnalysis, sample_rate_hz: u32) -> Self {
        Self { lufs_unmeasured: Unmeasured::of(&analysis, sample_rate_hz).map(Unmeasured::key), analysis }
    }
}

impl<'a> EnhanceJson<'a> {
    pub(crate) fn new(enhanced: &'a [Enhanced], failed: &'a [Failure], settings: &'a Settings) -> Self {
        let files = enhanced.iter().map(|file| {
            let seconds = file.frames as f64 / f64::from(file.sample_rate_hz);
            EnhancedJson {
                input: text(&file.task.input),
                output: text(&file.task.output),
                preset: settings.preset.as_deref(),
                quality: settings.config.quality.label(),
                sample_rate: file.sample_rate_hz,
                channels: file.channels,
                frames: file.frames,
                seconds,
                realtime_factor: seconds / file.wall_seconds.max(1e-9),
                before: AnalysisJson::new(file.before.clone().without_spectrum(), file.sample_rate_hz),
                after: AnalysisJson::new(file.after.clone().without_spectrum(), file.sample_rate_hz),
                notes: &file.notes,
            }
        });
        Self { files: files.collect(), failed }
    }
}

#[derive(Serialize)]
pub(crate) struct AnalyzeJson {
    pub(crate) files: Vec<AnalyzedJson>,
}

#[derive(Serialize)]
pub(crate) struct AnalyzedJson {
    pub(crate) input: String,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) frames: u64,
    pub(crate) notes: Vec<String>,
    pub(crate) analysis: AnalysisJson,
}

/// Prints a document and a line feed.
pub(crate) fn print_json(document: &impl Serialize) {
    // Numbers, strings and lists always serialise.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    super::print(&(text + "\n"));
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
