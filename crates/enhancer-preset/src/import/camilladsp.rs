//! Imports CamillaDSP configurations: YAML with named `filters` and a `pipeline` that assigns them to
//! channels.
//!
//! Pipeline steps of the type `Filter` are imported. Channel 0 is left, 1 is right; a step without channels
//! applies to both. Mixers and processors change the meaning of a channel; they are reported and left out.

mod biquad;
mod yaml;

use super::builder::Builder;
use super::json::number;
use super::{Format, ImportError, Imported, Source};
use crate::excerpt::excerpt;
use enhancer_dsp::config::BandChannel;
use serde_json::Value;

/// The largest number of steps, and of filters in a step, that are read.
const MAX_STEPS: usize = 200;

/// Imports `source` if its top level has filters or a pipeline, and devices.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let has = |key: &str| source.text.lines().any(|line| line.trim_end().starts_with(key));
    if !(has("filters:") && (has("pipeline:") || has("devices:")) || has("pipeline:") && has("devices:")) {
        return None;
    }
    Some(match yaml::read(source.text) {
        Ok(document) => read(&document, source),
        Err(error) => Err(ImportError::Refused {
            format: Format::CamillaDsp,
            reason: format!("is not valid YAML: {}", excerpt(&error)),
        }),
    })
}

fn read(document: &Value, source: &Source<'_>) -> Result<Imported, ImportError> {
    let mut builder = Builder::default();
    let steps = document.get("pipeline").and_then(Value::as_array);
    if steps.is_none() {
        builder.note(None, "the configuration has no pipeline, so none of its filters is active");
    }
    for step in steps.into_iter().flatten().take(MAX_STEPS) {
        let kind = step.get("type").and_then(Value::as_str).unwrap_or_default();
        if step.get("bypassed") == Some(&Value::Bool(true)) {
            continue;
        }
        if kind != "Filter" {
            let name = step.get("name").and_then(Value::as_str).unwrap_or_default();
            let text = format!("{} `{}` is not supported and is left out", excerpt(kind), excerpt(name));
            builder.note(None, text);
            continue;
        }
        let names = step.get("names").and_then(Value::as_array).into_iter().flatten();
        for name in names.take(MAX_STEPS).filter_map(Value::as_str) {
            match channel(step) {
                Ok(channel) => filter(document, name, channel, &mut builder),
                Err(channels) => {
                    let text = format!("`{}` on channels {channels} is left out", excerpt(name));
                    builder.note(None, text);
                }
            }
        }
    }
    builder.finish(Format::CamillaDsp, &source.name)
}

/// The channel of a step, or as the error the channels that are not left or right.
fn channel(step: &Value) -> Result<BandChannel, String> {
    let one = step.get("channel").filter(|channel| !channel.is_null()).map(std::slice::from_ref);
    let several = step.get("channels").and_then(Value::as_array).map(Vec::as_slice);
    let Some(channels) = several.or(one) else { return Ok(BandChannel::Stereo) };
    let has = |wanted: f64| channels.iter().any(|channel| channel.as_f64() == Some(wanted));
    match (has(0.0), has(1.0)) {
        (true, true) => Ok(BandChannel::Stereo),
        (true, false) => Ok(BandChannel::Left),
        (false, true) => Ok(BandChannel::Right),
        _ => Err(excerpt(&channels.iter().map(Value::to_string).collect::<Vec<_>>().join(", "))),
    }
}

fn filter(document: &Value, name: &str, channel: BandChannel, builder: &mut Builder) {
    let Some(filter) = document.get("filters").and_then(|filters| filters.get(name)) else {
        return builder.note(None, format!("filter `{}` is not defined", excerpt(name)));
    };
    let kind = filter.get("type").and_then(Value::as_str).unwrap_or_default();
    let parameters = filter.get("parameters").unwrap_or(&Value::Null);
    let name = format!("filter `{}`", excerpt(name));
    match kind {
        "Biquad" => biquad::biquad(builder, &name, parameters, channel),
        "BiquadCombo" => biquad::combo(builder, &name, parameters, channel),
        "Gain" => gain(builder, &name, parameters, channel),
        "Dither" => {}
        _ => builder.note(None, format!("{name} of the type {} is left out", excerpt(kind))),
    }
}

fn gain(builder: &mut Builder, name: &str, parameters: &Value, channel: BandChannel) {
    let gain = number(parameters, "gain").unwrap_or(0.0);
    let is_linear = parameters.get("scale").and_then(Value::as_str) == Some("linear");
    let gain_db = if is_linear { 20.0 * gain.abs().max(1e-6).log10() } else { gain };
    let is_set = |key: &str| parameters.get(key) == Some(&Value::Bool(true));
    if is_set("inverted") || (is_linear && gain < 0.0) {
        builder.note(None, format!("{name}: the inverted polarity is left out"));
    }
    if is_set("mute") {
        builder.note(None, format!("{name}: muting is left out"));
    }
    builder.gain_of(channel, gain_db);
}
