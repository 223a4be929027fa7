//! Imports presets of Poweramp and Poweramp Equalizer: a JSON list of presets with bands.
//!
//! The types in the app's exports are 0 low-pass, 1 high-pass, 2 band-pass, 3 bell, 4 low shelf and 5 high
//! shelf. The channels are 0 both, 1 left and 2 right. The first two bands are the bass and treble dials,
//! of types 0 and 1. A preset that is not `parametric` has sliders, all of type 2: bells as wide as the
//! distance between them.

use super::builder::Builder;
use super::filter::{Shape, Values};
use super::json::number;
use super::{Format, ImportError, Imported, Source};
use crate::excerpt::excerpt;
use crate::parse::locate;
use enhancer_dsp::config::BandChannel;
use serde_json::Value;

/// The largest number of bands that are read.
const MAX_BANDS: usize = 64;

/// Imports a document of that form.
pub(super) fn import(document: &Value, source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let presets = document.as_array().map_or(std::slice::from_ref(document), Vec::as_slice);
    let preset = presets.first()?;
    let bands = preset.get("bands")?.as_array()?;
    let is_band =
        |band: &Value| band.get("type").is_some_and(Value::is_u64) && number(band, "frequency").is_some();
    if number(preset, "preamp").is_none() || bands.is_empty() || !bands.iter().all(is_band) {
        return None;
    }
    let mut builder = Builder::default();
    if presets.len() > 1 {
        let name = preset.get("name").and_then(Value::as_str).unwrap_or_default();
        let others = presets.len() - 1;
        builder.note(
            None,
            format!("only the first preset, `{}`, is imported; {others} more are left out", excerpt(name)),
        );
    }
    builder.gain(number(preset, "preamp").unwrap_or(0.0));
    let is_parametric = preset.get("parametric").and_then(Value::as_bool).unwrap_or(true);
    let octaves = (!is_parametric).then(|| spacing_octaves(bands));
    for (index, band) in bands.iter().take(MAX_BANDS).enumerate() {
        let path =
            [if document.is_array() { "0" } else { "" }, "bands", &index.to_string()].map(str::to_owned);
        let path: Vec<&String> = path.iter().filter(|step| !step.is_empty()).collect();
        let (line, _) = locate(source.text, &path);
        read_band(&mut builder, line, index, band, octaves);
    }
    if bands.len() > MAX_BANDS {
        builder.note(None, format!("more than {MAX_BANDS} bands; the others are left out"));
    }
    Some(builder.finish(Format::Poweramp, &source.name))
}

/// `slider_octaves` is the width of the sliders; `None` for a parametric preset.
fn read_band(builder: &mut Builder, line: usize, index: usize, band: &Value, slider_octaves: Option<f64>) {
    let kind = band.get("type").and_then(Value::as_u64).unwrap_or(0);
    let gain_db = number(band, "gain").unwrap_or(0.0);
    let is_dial = (index == 0 && kind == 0) || (index == 1 && kind == 1);
    let name = format!("band {index}");
    let channel = match number(band, "channels") {
        None | Some(0.0) => BandChannel::Stereo,
        Some(1.0) => BandChannel::Left,
        Some(2.0) => BandChannel::Right,
        Some(other) => {
            return builder.note(line, format!("{name} left out: channels {other} are not supported"));
        }
    };
    let mut values = Values::new(number(band, "frequency"), Some(gain_db), number(band, "q"));
    let shape = match (kind, slider_octaves) {
        (0 | 1, _) if is_dial => {
            if gain_db == 0.0 {
                return;
            }
            values.q = values.q.filter(|&q| q > 0.0);
            builder.note(line, format!("{name}: the dial is approximated by a shelf"));
            if kind == 0 { "LSC" } else { "HSC" }
        }
        (2, Some(octaves)) => {
            values.octaves = Some(octaves);
            "PK"
        }
        (0, None) => "LPQ",
        (1, None) => "HPQ",
        (2, None) => "BP",
        (3, _) => "PK",
        (4, _) => "LSC",
        (5, _) => "HSC",
        _ => "",
    };
    builder.filter(line, &name, Shape::of(shape), &values, (true, channel));
}

/// The median distance between neighbouring sliders, octaves.
fn spacing_octaves(bands: &[Value]) -> f64 {
    let sliders = bands.iter().filter(|band| band.get("type").and_then(Value::as_u64) == Some(2));
    let mut octaves: Vec<f64> =
        sliders.filter_map(|band| number(band, "frequency")).filter(|&hz| hz > 0.0).map(f64::log2).collect();
    octaves.sort_by(f64::total_cmp);
    let mut distances: Vec<f64> =
        octaves.iter().zip(octaves.iter().skip(1)).map(|(low, high)| high - low).collect();
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(1.0).clamp(0.05, 4.0)
}
