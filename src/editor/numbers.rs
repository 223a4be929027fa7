//! Numbers as text in the pictures and on the controls. The minus sign is U+2212.
//!
//! A typed value, a hint and the host show a parameter by the core's `ParamId::format_value`, in full. A
//! control has room for three significant digits, so it uses [`value_text`].

use super::model::{Model, Slot};
use enhancer_dsp::param::{ParamKind, Unit};

/// A parameter's value with its unit: levels with one decimal, other numbers with three significant digits.
#[must_use]
pub(crate) fn value_text(model: &Model, slot: Slot) -> String {
    let value = model.value(slot);
    let ParamKind::Float { unit, zero_is_off, .. } = model.param(slot).kind() else {
        return model.param(slot).format(value);
    };
    if zero_is_off && value == 0.0 {
        return "off".to_owned();
    }
    match unit {
        Unit::Hz if value >= 1000.0 => format!("{} kHz", three_digits(value / 1000.0)),
        Unit::Hz => format!("{} Hz", three_digits(value)),
        Unit::Ms if value >= 1000.0 => format!("{} s", three_digits(value / 1000.0)),
        Unit::Ms => format!("{} ms", three_digits(value)),
        Unit::Db | Unit::DbTp => format!("{} {}", tenths(value), unit.symbol()),
        Unit::Percent => format!("{} %", with_minus(format!("{value:.0}"))),
        Unit::Ratio => format!("{}:1", three_digits(value)),
        Unit::None => three_digits(value),
    }
}

/// A number with one decimal, such as `−6.0`. A value that rounds to zero has no sign.
#[must_use]
pub(crate) fn tenths(value: f32) -> String {
    with_minus(format!("{value:.1}"))
}

/// A level at a grid line, such as `−12`.
#[must_use]
pub(crate) fn axis_level(db: f32) -> String {
    with_minus(format!("{db}"))
}

/// A gain at a grid line, such as `+6` or `−6`.
#[must_use]
pub(crate) fn axis_gain(db: f32) -> String {
    if db > 0.0 { format!("+{db}") } else { axis_level(db) }
}

/// A frequency at a grid line, such as `200` or `2k`.
#[must_use]
pub(crate) fn axis_frequency(hz: f64) -> String {
    if hz >= 1000.0 { format!("{}k", hz / 1000.0) } else { format!("{hz}") }
}

/// A frequency with its unit: three significant digits from 100 Hz to 100 kHz, one decimal below.
#[must_use]
pub(crate) fn frequency_text(hz: f64) -> String {
    if hz >= 10_000.0 {
        format!("{:.1} kHz", hz / 1000.0)
    } else if hz >= 1000.0 {
        format!("{:.2} kHz", hz / 1000.0)
    } else if hz >= 100.0 {
        format!("{hz:.0} Hz")
    } else {
        format!("{hz:.1} Hz")
    }
}

/// The nearest note and the distance from it, such as `A4 +3 ct`. A4 is 440 Hz.
#[must_use]
pub(crate) fn note_name(hz: f64) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    let semitones = 69.0 + 12.0 * (hz / 440.0).log2();
    let nearest = semitones.round();
    let cents = (100.0 * (semitones - nearest)).round() as i32;
    let (name, octave) = ((nearest as i32).rem_euclid(12), (nearest as i32).div_euclid(12) - 1);
    let sign = if cents < 0 { "−" } else { "+" };
    let name = NAMES.get(name as usize).copied().unwrap_or_default();
    if cents == 0 { format!("{name}{octave}") } else { format!("{name}{octave} {sign}{} ct", cents.abs()) }
}

fn with_minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(number) if number.chars().all(|c| "0.".contains(c)) => number.to_owned(),
        Some(number) => format!("−{number}"),
        None => text,
    }
}

fn three_digits(value: f32) -> String {
    let before = value.abs().max(1e-3).log10().floor() as i32 + 1;
    let decimals = (3 - before.max(1)).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_their_names_and_cents() {
        for (hz, name) in
            [(440.0, "A4"), (261.6256, "C4"), (27.5, "A0"), (442.0, "A4 +8 ct"), (1000.0, "B5 +21 ct")]
        {
            assert_eq!(note_name(hz), name);
        }
    }

    #[test]
    fn numbers_are_short_and_have_a_real_minus_sign() {
        assert_eq!([-6.04, 0.0, -0.04, 12.35].map(tenths), ["−6.0", "0.0", "0.0", "12.4"]);
        assert_eq!([0.05, 7.25, 12.34, 1234.5].map(three_digits), ["0.05", "7.25", "12.3", "1234"]);
        assert_eq!([-12.0, 0.0, 6.0].map(axis_level), ["−12", "0", "6"]);
        assert_eq!([-12.0, 0.0, 6.0].map(axis_gain), ["−12", "0", "+6"]);
        assert_eq!([20.0, 1000.0, 20_000.0].map(axis_frequency), ["20", "1k", "20k"]);
        let hz = [20.0, 99.9, 440.4, 2345.0, 12_345.0];
        assert_eq!(hz.map(frequency_text), ["20.0 Hz", "99.9 Hz", "440 Hz", "2.35 kHz", "12.3 kHz"]);
    }
}
