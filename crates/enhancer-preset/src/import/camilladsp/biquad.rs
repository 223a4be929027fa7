//! Converts CamillaDSP's biquads and combinations of them.
//!
//! Its peaking, shelf, notch, band-pass and pass filters are the cookbook's. A first-order shelf of gain G
//! = 10^(g/20) with A = √G is A (A s + 1)/(s + A) for highs: a gain of g/2 dB at all frequencies and a tilt
//! of g/2 dB. A low shelf has the opposite tilt.

use crate::excerpt::excerpt;
use crate::import::builder::Builder;
use crate::import::filter::{Shape, Values, clamp};
use crate::import::json::number;
use crate::import::passes::{butterworth, linkwitz_riley};
use enhancer_dsp::config::{BandChannel, BandType, EqBand};
use serde_json::Value;

/// Q of a first-order tilt.
const FIRST_ORDER_Q: f32 = 0.5;

pub(super) fn biquad(builder: &mut Builder, name: &str, parameters: &Value, channel: BandChannel) {
    let kind = parameters.get("type").and_then(Value::as_str).unwrap_or_default();
    let values = Values {
        frequency_hz: number(parameters, "freq"),
        gain_db: number(parameters, "gain"),
        q: number(parameters, "q"),
        octaves: number(parameters, "bandwidth"),
        slope_db: number(parameters, "slope"),
    };
    let shape = match kind {
        "Peaking" => "PK",
        "Lowshelf" => "LSC",
        "Highshelf" => "HSC",
        "Lowpass" => "LPQ",
        "Highpass" => "HPQ",
        "LowpassFO" => "LP1",
        "HighpassFO" => "HP1",
        "Notch" => "NO",
        "Bandpass" => "BP",
        "LowshelfFO" | "HighshelfFO" => {
            let sign = if kind == "HighshelfFO" { 1.0 } else { -1.0 };
            return first_order_shelf(builder, name, &values, sign, channel);
        }
        "Allpass" | "AllpassFO" => {
            return builder.note(None, format!("{name} left out: an all-pass has no effect on levels"));
        }
        _ => {
            return builder
                .note(None, format!("{name} left out: the type {} is not supported", excerpt(kind)));
        }
    };
    builder.filter(None, name, Shape::of(shape), &values, (true, channel));
}

fn first_order_shelf(builder: &mut Builder, name: &str, values: &Values, sign: f64, channel: BandChannel) {
    let (Some(frequency_hz), Some(gain_db)) = (values.frequency_hz.filter(|&hz| hz > 0.0), values.gain_db)
    else {
        return builder.note(None, format!("{name} left out: its frequency or gain is missing"));
    };
    let mut changes = Vec::new();
    let band = EqBand {
        kind: BandType::Tilt,
        frequency_hz: clamp("frequency", frequency_hz, 10.0, 30_000.0, &mut changes),
        gain_db: clamp("gain", sign * gain_db / 2.0, -24.0, 24.0, &mut changes),
        q: FIRST_ORDER_Q,
        channel,
        ..EqBand::default()
    };
    builder.notes(None, changes.iter().map(|change| format!("{name}: {change}")).collect());
    builder.gain_of(channel, gain_db / 2.0);
    builder.band(None, band);
}

pub(super) fn combo(builder: &mut Builder, name: &str, parameters: &Value, channel: BandChannel) {
    let kind = parameters.get("type").and_then(Value::as_str).unwrap_or_default();
    let frequency_hz = number(parameters, "freq").filter(|&hz| hz > 0.0);
    let order = number(parameters, "order").unwrap_or(0.0).clamp(0.0, 99.0) as u32;
    let bands = match kind {
        "ButterworthLowpass" => frequency_hz.and_then(|hz| butterworth(BandType::Lowpass, hz, order)),
        "ButterworthHighpass" => frequency_hz.and_then(|hz| butterworth(BandType::Highpass, hz, order)),
        "LinkwitzRileyLowpass" => frequency_hz.and_then(|hz| linkwitz_riley(BandType::Lowpass, hz, order)),
        "LinkwitzRileyHighpass" => frequency_hz.and_then(|hz| linkwitz_riley(BandType::Highpass, hz, order)),
        "FivePointPeq" => return five_points(builder, name, parameters, channel),
        _ => None,
    };
    match bands {
        Some(bands) => bands.into_iter().for_each(|band| builder.band(None, EqBand { channel, ..band })),
        None => builder
            .note(None, format!("{name} left out: {} is not supported with these parameters", excerpt(kind))),
    }
}

/// A shelf at each end and three bells between them, each with a frequency `f…`, a gain `g…` and a Q `q…`.
fn five_points(builder: &mut Builder, name: &str, parameters: &Value, channel: BandChannel) {
    for (point, shape) in [("ls", "LSC"), ("p1", "PK"), ("p2", "PK"), ("p3", "PK"), ("hs", "HSC")] {
        let value = |letter: &str| number(parameters, &format!("{letter}{point}"));
        let values = Values::new(value("f"), value("g"), value("q"));
        builder.filter(None, &format!("{name} ({point})"), Shape::of(shape), &values, (true, channel));
    }
}
