//! Imports equalizers of OPRA, the open collection for headphones that Roon uses: JSON with `parameters`
//! and `bands`.
//!
//! Bands are `peak_dip`, `low_shelf`, `high_shelf` (centre and Q as in the cookbook), `low_pass` and
//! `high_pass` with a slope in dB per octave, `band_pass` and `band_stop`.

use super::builder::Builder;
use super::filter::{Shape, Values};
use super::json::number;
use super::{Format, ImportError, Imported, Source, passes};
use crate::excerpt::excerpt;
use crate::parse::locate;
use enhancer_dsp::config::{BandChannel, BandType};
use serde_json::Value;

/// The largest number of bands that are read.
const MAX_BANDS: usize = 64;

/// Imports a document of that form.
pub(super) fn import(document: &Value, source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let data = document.get("data").unwrap_or(document);
    let parameters = data.get("parameters")?;
    let bands = parameters.get("bands")?.as_array()?;
    let mut builder = Builder::default();
    if let Some(gain_db) = number(parameters, "gain_db") {
        builder.gain(gain_db);
    }
    for (index, band) in bands.iter().take(MAX_BANDS).enumerate() {
        let (line, _) = locate(source.text, &path(document, index));
        read_band(&mut builder, line, index, band);
    }
    if bands.len() > MAX_BANDS {
        builder.note(None, format!("more than {MAX_BANDS} bands; the others are left out"));
    }
    Some(builder.finish(Format::Roon, &source.name))
}

fn path(document: &Value, index: usize) -> Vec<String> {
    let data = document.get("data").map(|_| "data".to_owned());
    data.into_iter().chain(["parameters".to_owned(), "bands".to_owned(), index.to_string()]).collect()
}

fn read_band(builder: &mut Builder, line: usize, index: usize, band: &Value) {
    let kind = band.get("type").and_then(Value::as_str).unwrap_or_default();
    let name = format!("band {index} ({})", excerpt(kind));
    let values = Values::new(number(band, "frequency"), number(band, "gain_db"), number(band, "q"));
    let shape = match kind {
        "peak_dip" => "PK",
        "low_shelf" => "LSC",
        "high_shelf" => "HSC",
        "band_pass" => "BP",
        "band_stop" => "NO",
        "low_pass" | "high_pass" if values.q.is_none() => {
            let kind = if kind == "low_pass" { BandType::Lowpass } else { BandType::Highpass };
            let order = (number(band, "slope").unwrap_or(12.0) / 6.0).round().clamp(0.0, 99.0) as u32;
            let frequency_hz = values.frequency_hz.filter(|&hz| hz > 0.0);
            match frequency_hz.and_then(|hz| passes::butterworth(kind, hz, order)) {
                Some(bands) => bands.into_iter().for_each(|band| builder.band(line, band)),
                None => {
                    builder.note(line, format!("{name} left out: its slope or frequency is not supported"))
                }
            }
            return;
        }
        "low_pass" => "LPQ",
        "high_pass" => "HPQ",
        _ => "",
    };
    builder.filter(line, &name, Shape::of(shape), &values, (true, BandChannel::Stereo));
}
