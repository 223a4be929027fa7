//! Parameter values as text: `1.2k`, `1,2 kHz`, `-3 dB`, `4:1`, `on`, `highshelf`.

use super::ParamId;
use crate::param::{ParamKind, Unit};

/// Text that does not name a value of the parameter.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{text}` is not a value of `{param}`; {expected}")]
pub struct ParseValueError {
    /// Parameter that the text was meant for.
    pub param: ParamId,
    /// The text, without spaces around it.
    pub text: String,
    /// Valid values, as an instruction: `use a number from 1 to 20:1`.
    pub expected: String,
}

impl ParamId {
    /// Reads a value written by a person or by [`format_value`](Self::format_value): a number with a decimal
    /// point or comma, an optional `k` and unit; `on`, `off`; or a label of a choice. The number must lie in
    /// the range.
    ///
    /// # Errors
    /// Text that is none of these, or a number out of range; the error gives the valid values.
    pub fn parse_value(&self, text: &str) -> Result<f32, ParseValueError> {
        let lower = text.trim().to_lowercase();
        let value = match self.spec.kind {
            ParamKind::Switch => match lower.as_str() {
                "on" | "true" | "yes" | "1" => Some(1.0),
                "off" | "false" | "no" | "0" => Some(0.0),
                _ => None,
            },
            ParamKind::Choice(labels) => {
                labels.iter().position(|&label| label == lower).map(|index| index as f32)
            }
            ParamKind::Float { zero_is_off: true, .. } if lower == "off" => Some(0.0),
            ParamKind::Float { unit, .. } => parse_number(&lower, unit),
        };
        let (min, max) = self.spec.kind.range();
        value.filter(|value| (min..=max).contains(value)).ok_or_else(|| ParseValueError {
            param: *self,
            text: text.trim().to_owned(),
            expected: self.expected(),
        })
    }

    /// Reads text typed into a host like [`parse_value`](Self::parse_value), but clamps a number out of
    /// range, such as `-inf`, to the nearest end. `None` if the text is not a value.
    #[must_use]
    pub fn parse_value_clamped(&self, text: &str) -> Option<f32> {
        if let Ok(value) = self.parse_value(text) {
            return Some(value);
        }
        let ParamKind::Float { min, max, unit, .. } = self.spec.kind else { return None };
        let value = parse_number(&text.trim().to_lowercase(), unit).filter(|value| !value.is_nan())?;
        Some(value.clamp(min, max))
    }

    /// The value with its unit, such as `1.2 kHz`, `-3 dB`, `on`; [`parse_value`](Self::parse_value) reads it
    /// back to the digits shown.
    #[must_use]
    pub fn format_value(&self, value: f32) -> String {
        match self.spec.kind {
            ParamKind::Switch => if value >= 0.5 { "on" } else { "off" }.to_owned(),
            ParamKind::Choice(labels) => {
                labels.get(value.round().max(0.0) as usize).copied().unwrap_or("").to_owned()
            }
            ParamKind::Float { zero_is_off: true, .. } if value == 0.0 => "off".to_owned(),
            ParamKind::Float { unit: Unit::Hz, .. } if value >= 1000.0 => {
                format!("{} kHz", rounded(value / 1000.0))
            }
            ParamKind::Float { unit: Unit::Ratio, .. } => format!("{}:1", rounded(value)),
            ParamKind::Float { unit: Unit::None, .. } => rounded(value),
            ParamKind::Float { unit, .. } => format!("{} {}", rounded(value), unit.symbol()),
        }
    }

    fn expected(&self) -> String {
        match self.spec.kind {
            ParamKind::Switch => "use `on` or `off`".to_owned(),
            ParamKind::Choice(labels) => format!("use one of {}", labels.join(", ")),
            ParamKind::Float { min, max, unit, zero_is_off, .. } => {
                let off = if zero_is_off { ", or `off`" } else { "" };
                let space = if matches!(unit, Unit::None | Unit::Ratio) { "" } else { " " };
                format!("use a number from {min} to {max}{space}{}{off}", unit.symbol())
            }
        }
    }
}

fn parse_number(lower: &str, unit: Unit) -> Option<f32> {
    let symbol = unit.symbol().to_lowercase();
    let number = lower.strip_suffix(&symbol).unwrap_or(lower);
    let number = if unit == Unit::DbTp { number.strip_suffix("db").unwrap_or(number) } else { number };
    let number = number.trim_end();
    let (number, factor) = match (unit, number.strip_suffix('k'), number.strip_suffix('s')) {
        (Unit::Hz, Some(kilo), _) => (kilo.trim_end(), 1000.0),
        (Unit::Ms, _, Some(seconds)) => (seconds.trim_end(), 1000.0),
        _ => (number, 1.0),
    };
    let value = number.replace('−', "-").replace(',', ".").parse::<f64>().ok()?;
    Some((value * factor) as f32)
}

/// Five significant digits at most, no trailing zeros.
fn rounded(value: f32) -> String {
    let magnitude = value.abs().max(1e-3).log10().floor() as i32;
    let decimals = (4 - magnitude).clamp(0, 4) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_units_prefixes_commas_and_labels() {
        for (id, text, value) in [
            ("equalizer.bands.0.frequency", "1.2k", 1200.0),
            ("equalizer.bands.0.frequency", "1,2 kHz", 1200.0),
            ("equalizer.bands.0.frequency", " 80 hz ", 80.0),
            ("equalizer.bands.0.gain", "-3 dB", -3.0),
            ("equalizer.bands.0.gain", "−3,5", -3.5),
            ("equalizer.bands.0.type", "HighShelf", 4.0),
            ("equalizer.bands.0.slope", "24", 2.0),
            ("compressor.ratio", "4:1", 4.0),
            ("compressor.release", "1.5 s", 1500.0),
            ("compressor.enabled", "On", 1.0),
            ("compressor.sidechain_highpass", "off", 0.0),
            ("limiter.ceiling", "-1 dBTP", -1.0),
            ("limiter.ceiling", "-1dB", -1.0),
        ] {
            assert_eq!(ParamId::find(id).unwrap().parse_value(text), Ok(value), "{id} {text}");
        }
    }

    #[test]
    fn rejects_invalid_text_and_gives_the_valid_values() {
        for (id, text, part) in [
            ("compressor.ratio", "21", "from 1 to 20:1"),
            ("compressor.ratio", "nan", "from 1 to 20:1"),
            ("equalizer.bands.0.type", "bell", "peak, lowpass"),
            ("limiter.enabled", "maybe", "`on` or `off`"),
            ("master_gain", "-inf", "from -24 to 24 dB"),
            ("master_gain", "", "from -24 to 24 dB"),
            ("compressor.sidechain_highpass", "none", "Hz, or `off`"),
        ] {
            let message = ParamId::find(id).unwrap().parse_value(text).unwrap_err().to_string();
            assert!(message.contains(part) && message.contains(id), "{message}");
        }
    }

    #[test]
    fn parse_value_clamped_clamps_numbers_to_the_range() {
        for (id, text, value) in [
            ("master_gain", "-inf", Some(-24.0)),
            ("master_gain", "inf dB", Some(24.0)),
            ("master_gain", "-99", Some(-24.0)),
            ("equalizer.bands.0.frequency", "1,2 kHz", Some(1200.0)),
            ("equalizer.bands.0.frequency", "99k", Some(30_000.0)),
            ("limiter.enabled", "on", Some(1.0)),
            ("limiter.enabled", "2", None),
            ("master_gain", "nan", None),
            ("master_gain", "loud", None),
        ] {
            assert_eq!(ParamId::find(id).unwrap().parse_value_clamped(text), value, "{id} {text}");
        }
    }

    #[test]
    fn formatted_values_parse_back() {
        for param in ParamId::all() {
            let (min, max) = param.spec.kind.range();
            for step in 0..=20 {
                let value = min + (max - min) * step as f32 / 20.0;
                let value =
                    if matches!(param.spec.kind, ParamKind::Float { .. }) { value } else { value.round() };
                let back = param.parse_value(&param.format_value(value)).unwrap();
                assert!((back - value).abs() <= 1e-4 * (1.0 + value.abs()), "{param} {value} {back}");
            }
        }
    }
}
