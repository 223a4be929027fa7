//! The JSON that `--json` prints; docs/CLI.md describes it, and it stays as it is.

use super::Failure;
use crate::enhance::Enhanced;
use crate::settings::Settings;
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
    before: AudioAnalysis,
    after: AudioAnalysis,
    notes: &'a [String],
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
                before: file.before.clone().without_spectrum(),
                after: file.after.clone().without_spectrum(),
                notes: &file.notes,
            }
        });
        Self { files: files.collect(), failed }
    }
}

#[derive(Serialize)]
pub(crate) struct AnalyzeJson<'a> {
    pub(crate) files: Vec<AnalyzedJson<'a>>,
}

#[derive(Serialize)]
pub(crate) struct AnalyzedJson<'a> {
    pub(crate) input: String,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) frames: u64,
    pub(crate) analysis: &'a AudioAnalysis,
}

/// Prints a document and a line end.
pub(crate) fn print_json(document: &impl Serialize) {
    // Numbers, texts and lists: nothing in it can fail to become JSON.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    super::print(&(text + "\n"));
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
