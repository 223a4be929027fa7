//! Imports presets of the ToneBoosters equalizer in USB Audio Player PRO: XML with a list of `Value`s from
//! 0 to 1.
//!
//! Six values form a band: frequency 16 + 19 984 v³ Hz, gain 40 v − 20 dB, on, Q 0.1 + 9.9 v³, type v · 14
//! (1 low shelf, 3 bell, 4 high shelf), and one unused. Six global values follow the bands; the second is
//! the preamp on the gains' scale.

use super::builder::Builder;
use super::filter::{Shape, Values, to_hundredths};
use super::tokens::only_number;
use super::{Format, ImportError, Imported, Source};
use enhancer_dsp::config::BandChannel;

/// The largest number of values that are read; ten bands and the global values are 66.
const MAX_VALUES: usize = 600;

/// Imports `source` if it is such a list.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    if !source.text.contains("<PresetInfo") {
        return None;
    }
    let values = values(source.text);
    (values.len() >= 12).then(|| read(&values, source))
}

fn values(text: &str) -> Vec<f64> {
    let parts = text.split("<Value>").skip(1).take(MAX_VALUES);
    parts.map_while(|part| only_number(part.split("</Value>").next()?)).collect()
}

fn read(values: &[f64], source: &Source<'_>) -> Result<Imported, ImportError> {
    let mut builder = Builder::default();
    let bands = values.len() / 6 - 1;
    for (index, band) in values.chunks_exact(6).take(bands).enumerate() {
        let &[frequency, gain, on, q, kind, _] = band else { continue };
        if on < 0.5 {
            continue;
        }
        let shape = match (kind * 14.0).round() {
            1.0 => "LSC",
            3.0 => "PK",
            4.0 => "HSC",
            _ => "",
        };
        let cubed = |value: f64, low: f64, high: f64| to_hundredths(low + value.powi(3) * (high - low));
        let values = Values::new(
            Some(cubed(frequency, 16.0, 20_000.0)),
            Some(gain_db(gain)),
            Some(cubed(q, 0.1, 10.0)),
        );
        builder.filter(
            None,
            &format!("band {}", index + 1),
            Shape::of(shape),
            &values,
            (true, BandChannel::Stereo),
        );
    }
    let preamp_db = values.get(6 * bands + 1).copied().map_or(0.0, gain_db);
    if !builder.draft.bands.is_empty() || preamp_db != 0.0 {
        builder.gain(preamp_db);
    }
    builder.finish(Format::ToneBoosters, &source.name)
}

fn gain_db(value: f64) -> f64 {
    to_hundredths(40.0 * value - 20.0)
}
