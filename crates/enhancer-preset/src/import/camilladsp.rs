//! Configurations of CamillaDSP: YAML with named `filters` and a `pipeline` that says what they work on.
//!
//! Steps of the type `Filter` count, channel 0 as left and 1 as right, without channels both. Mixers and
//! processors change what a channel is and are reported, not followed.

mod biquad;
mod yaml;

use super::json::number;
use super::taken::Taken;
use super::{Format, ImportError, Imported, Source};
use crate::text::one_line;
use enhancer_dsp::config::BandChannel;
use serde_json::Value;

/// The most steps, and filters of one, that are looked at.
const MAX_STEPS: usize = 200;

/// Reads `source` if its top level has filters or a pipeline beside devices.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let has = |key: &str| source.text.lines().any(|line| line.trim_end().starts_with(key));
    if !(has("filters:") && (has("pipeline:") || has("devices:")) || has("pipeline:") && has("devices:")) {
        return None;
    }
    Some(match yaml::read(source.text) {
        Ok(document) => read(&document, source),
        Err(error) => Err(ImportError::Refused {
            format: Format::CamillaDsp,
            reason: format!("can't be read as YAML: {}; correct it there", one_line(&error)),
        }),
    })
}

fn read(document: &Value, source: &Source<'_>) -> Result<Imported, ImportError> {
    let mut taken = Taken::default();
    let steps = document.get("pipeline").and_then(Value::as_array);
    if steps.is_none() {
        taken.note(None, "there is no pipeline, so CamillaDSP plays no filter");
    }
    for step in steps.into_iter().flatten().take(MAX_STEPS) {
        let kind = step.get("type").and_then(Value::as_str).unwrap_or_default();
        if step.get("bypassed") == Some(&Value::Bool(true)) {
            continue;
        }
        if kind != "Filter" {
            let name = step.get("name").and_then(Value::as_str).unwrap_or_default();
            let text =
                format!("{} `{}` is not part of the chain and is left out", one_line(kind), one_line(name));
            taken.note(None, text);
            continue;
        }
        let names = step.get("names").and_then(Value::as_array).into_iter().flatten();
        for name in names.take(MAX_STEPS).filter_map(Value::as_str) {
            match channel(step) {
                Ok(channel) => filter(document, name, channel, &mut taken),
                Err(channels) => {
                    let text = format!("`{}` on channels {channels} is left out", one_line(name));
                    taken.note(None, text);
                }
            }
        }
    }
    taken.finish(Format::CamillaDsp, &source.name)
}

/// The channels of a step, or in words those that we don't have.
fn channel(step: &Value) -> Result<BandChannel, String> {
    let one = step.get("channel").filter(|channel| !channel.is_null()).map(std::slice::from_ref);
    let several = step.get("channels").and_then(Value::as_array).map(Vec::as_slice);
    let Some(channels) = several.or(one) else { return Ok(BandChannel::Stereo) };
    let has = |wanted: f64| channels.iter().any(|channel| channel.as_f64() == Some(wanted));
    match (has(0.0), has(1.0)) {
        (true, true) => Ok(BandChannel::Stereo),
        (true, false) => Ok(BandChannel::Left),
        (false, true) => Ok(BandChannel::Right),
        _ => Err(one_line(&channels.iter().map(Value::to_string).collect::<Vec<_>>().join(", "))),
    }
}

fn filter(document: &Value, name: &str, channel: BandChannel, taken: &mut Taken) {
    let Some(filter) = document.get("filters").and_then(|filters| filters.get(name)) else {
        return taken.note(None, format!("filter `{}` is nowhere defined", one_line(name)));
    };
    let kind = filter.get("type").and_then(Value::as_str).unwrap_or_default();
    let parameters = filter.get("parameters").unwrap_or(&Value::Null);
    let name = format!("filter `{}`", one_line(name));
    match kind {
        "Biquad" => biquad::biquad(taken, &name, parameters, channel),
        "BiquadCombo" => biquad::combo(taken, &name, parameters, channel),
        "Gain" => gain(taken, &name, parameters, channel),
        "Dither" => {}
        _ => taken.note(None, format!("{name} of the type {} is left out", one_line(kind))),
    }
}

fn gain(taken: &mut Taken, name: &str, parameters: &Value, channel: BandChannel) {
    let gain = number(parameters, "gain").unwrap_or(0.0);
    let is_linear = parameters.get("scale").and_then(Value::as_str) == Some("linear");
    let gain_db = if is_linear { 20.0 * gain.abs().max(1e-6).log10() } else { gain };
    let is_set = |key: &str| parameters.get(key) == Some(&Value::Bool(true));
    if is_set("inverted") || (is_linear && gain < 0.0) {
        taken.note(None, format!("{name}: the polarity is kept as it is"));
    }
    if is_set("mute") {
        taken.note(None, format!("{name}: muting is left out"));
    }
    taken.gain_of(channel, gain_db);
}
