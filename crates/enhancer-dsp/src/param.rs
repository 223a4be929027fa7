//! The parameter table's building blocks: unit, taper, range, row.
//!
//! One row declares a parameter. Ranges, defaults, host parameters, `--set`, LV2's TTL, the C library's
//! parameter list and docs/PARAMETERS.md all derive from it. Values cross the table as `f32`: a switch is 0
//! or 1, a choice is the index of its label.

mod choice;
mod section;

pub(crate) use choice::{as_text, choice};
pub(crate) use section::section;

/// Physical unit of a parameter, as written after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number without a unit.
    None,
    /// Decibels of gain or level.
    Db,
    /// Decibels true peak, relative to full scale.
    DbTp,
    /// Hertz, cycles per second.
    Hz,
    /// Milliseconds, thousandths of a second.
    Ms,
    /// Percent of the full effect.
    Percent,
    /// The n of a compression ratio n:1.
    Ratio,
}

impl Unit {
    /// The unit's symbol, empty for a bare number.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Db => "dB",
            Self::DbTp => "dBTP",
            Self::Hz => "Hz",
            Self::Ms => "ms",
            Self::Percent => "%",
            Self::Ratio => ":1",
        }
    }
}

/// Mapping from a control's travel, 0 to 1, to the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taper {
    /// Equal steps of travel are equal differences of value.
    Linear,
    /// Equal steps of travel are equal ratios of value; the range is positive.
    Logarithmic,
}

/// Range, unit and taper of a parameter, or its list of choices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParamKind {
    /// A number in `min..=max`.
    Float {
        /// Smallest valid value, in `unit`.
        min: f32,
        /// Largest valid value, in `unit`.
        max: f32,
        /// Unit of `min`, `max` and the value.
        unit: Unit,
        /// Mapping from a control's travel to the value.
        taper: Taper,
        /// True if 0 switches the effect off.
        zero_is_off: bool,
    },
    /// Off (0) or on (1).
    Switch,
    /// The index of one of the labels, which are also the JSON values.
    Choice(&'static [&'static str]),
}

impl ParamKind {
    /// Smallest and largest value.
    #[must_use]
    pub const fn range(&self) -> (f32, f32) {
        match self {
            Self::Float { min, max, .. } => (*min, *max),
            Self::Switch => (0.0, 1.0),
            Self::Choice(labels) => (0.0, (labels.len() - 1) as f32),
        }
    }

    /// The place of `value` on a control's travel, 0 to 1; a value out of range counts as the nearest end.
    ///
    /// # Realtime safety
    /// Constant time.
    #[must_use]
    pub fn position_of(&self, value: f32) -> f32 {
        let (min, max) = self.range();
        let (value, min, max) = (f64::from(value.clamp(min, max)), f64::from(min), f64::from(max));
        let position = match self {
            Self::Float { taper: Taper::Logarithmic, .. } => (value / min).ln() / (max / min).ln(),
            _ => (value - min) / (max - min),
        };
        position as f32
    }

    /// The value at a place of a control's travel, the inverse of [`position_of`](Self::position_of). Numbers
    /// come out with five significant digits (of the range's width, on a linear taper) and choices whole, so
    /// that a value set with that many digits survives the way through a host's 0…1 to the bit.
    ///
    /// # Realtime safety
    /// Constant time.
    #[must_use]
    pub fn value_at(&self, position: f32) -> f32 {
        let (min, max) = self.range();
        let position = f64::from(if position.is_nan() { 0.0 } else { position.clamp(0.0, 1.0) });
        let (low, high) = (f64::from(min), f64::from(max));
        let value = match self {
            Self::Float { taper: Taper::Logarithmic, .. } => {
                let value = low * (high / low).powf(position);
                round_to_digits(value, value)
            }
            Self::Float { .. } => {
                let value = low + (high - low) * position;
                round_to_digits(value, high - low)
            }
            Self::Switch | Self::Choice(_) => (low + (high - low) * position).round(),
        };
        (value as f32).clamp(min, max)
    }

    pub(crate) const fn float(min: f32, max: f32, unit: Unit) -> Self {
        Self::Float { min, max, unit, taper: Taper::Linear, zero_is_off: false }
    }

    pub(crate) const fn log(min: f32, max: f32, unit: Unit) -> Self {
        Self::Float { min, max, unit, taper: Taper::Logarithmic, zero_is_off: false }
    }

    pub(crate) const fn float_or_off(max: f32, unit: Unit) -> Self {
        Self::Float { min: 0.0, max, unit, taper: Taper::Linear, zero_is_off: true }
    }
}

/// Rounds to the decimals that give a number as large as `scale` five significant digits.
pub(crate) fn round_to_digits(value: f64, scale: f64) -> f64 {
    let decimals = 4 - scale.abs().log10().floor() as i32;
    // Dividing by the inverse power keeps the nearest double of the decimal number.
    if decimals >= 0 {
        let power = 10f64.powi(decimals);
        (value * power).round() / power
    } else {
        let power = 10f64.powi(-decimals);
        (value / power).round() * power
    }
}

/// One row of the table: a field of one section of the config.
#[derive(Debug, Clone, Copy)]
pub struct ParamSpec {
    /// Dotted JSON path, such as `compressor.threshold`; for a band's field the part after
    /// `equalizer.bands.N.`.
    pub path: &'static str,
    /// Label in hosts and in the editor.
    pub name: &'static str,
    /// Effect on the sound, one or two sentences.
    pub help: &'static str,
    /// When to use it, and with which values.
    pub usage: &'static str,
    /// Range, unit and taper; or the list of choices.
    pub kind: ParamKind,
    /// Default value; a band's frequency defaults to its slot's own (see `ParamId::default_value`).
    pub default: f32,
}

/// The values of one section of the config, by row of its table.
pub(crate) trait Section {
    /// Value of a row; not a number for a row that the section does not have.
    fn value(&self, row: usize) -> f32;
    /// Sets the value of a row, unchecked.
    fn set_value(&mut self, row: usize, value: f32);
}

/// A field's type as it crosses the table.
pub(crate) trait ParamValue: Copy {
    fn to_param(self) -> f32;
    fn from_param(value: f32) -> Self;
}

impl ParamValue for f32 {
    fn to_param(self) -> f32 {
        self
    }
    fn from_param(value: f32) -> Self {
        value
    }
}

impl ParamValue for bool {
    fn to_param(self) -> f32 {
        f32::from(u8::from(self))
    }
    fn from_param(value: f32) -> Self {
        value >= 0.5
    }
}
