//! Reads JSON files: the product's own presets and configs, EasyEffects, Poweramp and OPRA.

use super::{Format, ImportError, Imported, Source, easyeffects, poweramp, roon};
use crate::parse::{parse_config, parse_preset};
use crate::preset::Preset;
use enhancer_dsp::EnhancerConfig;
use serde_json::{Map, Value};

/// Letters at the start that a mistyped key shares with the right one.
const SHARED_LETTERS: usize = 4;

/// Imports a JSON document of a known format.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    if !source.text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let document: Value = serde_json::from_str(source.text).ok()?;
    easyeffects::import(&document, source)
        .or_else(|| poweramp::import(&document, source))
        .or_else(|| roon::import(&document, source))
        .or_else(|| document.as_object().filter(|keys| is_own_format(keys)).map(|_| own(source)))
}

/// Reports the place of the mistake in a text that begins as JSON but isn't valid.
pub(super) fn import_broken(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let text = source.text.trim_start();
    let inner = text.strip_prefix('[').map_or(text, str::trim_start).strip_prefix('{')?;
    let begins_as_json = inner.trim_start().starts_with(['"', '}']);
    let is_broken = serde_json::from_str::<Value>(source.text).is_err();
    (begins_as_json && is_broken).then(|| own(source))
}

fn own(source: &Source<'_>) -> Result<Imported, ImportError> {
    let (preset, format) = match parse_preset(source.text) {
        Ok(preset) => (preset, Format::Preset),
        // For a preset file the error is the same; for a bare config it is the relevant one.
        Err(_) => (Preset::new(source.name.clone(), parse_config(source.text)?), Format::Config),
    };
    Ok(Imported { preset, format, notes: Vec::new() })
}

/// True if the keys, mistyped ones included, are those of the product's own presets or configs.
fn is_own_format(document: &Map<String, Value>) -> bool {
    let config = serde_json::to_value(EnhancerConfig::default()).unwrap_or_default();
    let mut known: Vec<&str> =
        config.as_object().map(|fields| fields.keys().map(String::as_str).collect()).unwrap_or_default();
    known.extend(["config", "description", "category"]);
    let alike = |key: &str, known: &str| {
        key == known || key.bytes().zip(known.bytes()).take_while(|(a, b)| a == b).count() >= SHARED_LETTERS
    };
    document.is_empty() || document.keys().any(|key| known.iter().any(|known| alike(key, known)))
}

/// The number under a key, written as a number or as text. A magnitude above 1e9 counts as absent.
pub(super) fn number(object: &Value, key: &str) -> Option<f64> {
    to_number(object.get(key)?).filter(|number| number.abs() <= 1e9)
}

/// The value of a number, or of a text that is a number with a decimal point or comma.
pub(super) fn to_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().replace(',', ".").parse().ok())
}
