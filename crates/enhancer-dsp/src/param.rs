//! The parameter table: id, name, unit, range, default and taper of everything that can be set.
//!
//! It is the only source of ranges and defaults: validation, host parameters, `--set`, LV2's TTL and the C ABI's
//! parameter list all read it. Values cross it as `f32`: a switch is 0 or 1, a choice the index of its label.

use crate::config::{EnhancerConfig, MAX_BANDS};

/// Physical unit of a parameter, as written after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A bare number.
    None,
    /// Decibels of gain or level.
    Db,
    /// Decibels true peak, relative to full scale.
    DbTp,
    /// Hertz.
    Hz,
    /// Milliseconds.
    Ms,
    /// Percent.
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

/// How a control's travel maps to the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taper {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios; the range is positive.
    Logarithmic,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParamKind {
    /// A number in `min..=max`.
    Float {
        /// Smallest value.
        min: f32,
        /// Largest value.
        max: f32,
        /// Unit of the number.
        unit: Unit,
        /// Mapping of a control's travel.
        taper: Taper,
        /// Whether 0 means off.
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

    /// The value at a place of a control's travel, the inverse of [`position_of`](Self::position_of). Numbers come out
    /// with five significant digits (of the range's width, on a linear taper) and choices whole, so that a
    /// value set with that many digits survives the way through a host's 0…1 to the bit.
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
fn round_to_digits(value: f64, scale: f64) -> f64 {
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

/// One row of the table: a field of the config, or of each of its bands.
#[derive(Debug, Clone, Copy)]
pub struct ParamSpec {
    /// Dotted JSON path, such as `compressor.threshold`; of a band's field the part after `equalizer.bands.N.`.
    pub path: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// What it does to the sound, one sentence.
    pub help: &'static str,
    /// Values it takes.
    pub kind: ParamKind,
    /// Value of a fresh config; a band's frequency starts at its slot's own (see [`ParamId::default_value`]).
    pub default: f32,
    pub(crate) get: fn(&EnhancerConfig, usize) -> f32,
    pub(crate) set: fn(&mut EnhancerConfig, usize, f32),
}

/// One settable thing: a row of the table, and for a band's field the band.
#[derive(Debug, Clone, Copy)]
pub struct ParamId {
    /// The row.
    pub spec: &'static ParamSpec,
    /// The band slot, 0 to 15, for a field of `equalizer.bands`.
    pub band: Option<usize>,
}

/// By the path, not by the row's address: the table is a constant, of which a program may hold several copies.
impl PartialEq for ParamId {
    fn eq(&self, other: &Self) -> bool {
        self.band == other.band && self.spec.path == other.spec.path
    }
}

impl ParamId {
    /// The value in `config`. Of a band that the config does not use, the slot's default.
    #[must_use]
    pub fn get(&self, config: &EnhancerConfig) -> f32 {
        (self.spec.get)(config, self.band.unwrap_or(0))
    }

    /// Sets the value in `config`, unchecked ([`EnhancerConfig::validate`] checks); a choice rounds to its nearest
    /// label. Setting a field of a band that the config does not use yet extends the list to it, with the bands
    /// between switched off.
    pub fn set(&self, config: &mut EnhancerConfig, value: f32) {
        let band = self.band.unwrap_or(0);
        if self.band.is_some() {
            config.equalizer.bands.extend_to(band);
        }
        (self.spec.set)(config, band, value);
    }

    /// Value of a fresh config.
    #[must_use]
    pub fn default_value(&self) -> f32 {
        match self.band {
            Some(band) if self.spec.path == "frequency" => crate::config::default_band_frequency_hz(band),
            _ => self.spec.default,
        }
    }

    /// Finds a parameter by its id, such as `limiter.ceiling` or `equalizer.bands.2.gain`.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        if let Some(rest) = id.strip_prefix("equalizer.bands.") {
            let (band, field) = rest.split_once('.')?;
            let band = band.parse().ok().filter(|&band| band < MAX_BANDS)?;
            return band_params().find(|spec| spec.path == field).map(|spec| Self { spec, band: Some(band) });
        }
        params().find(|spec| spec.path == id).map(|spec| Self { spec, band: None })
    }

    /// Every parameter in a fixed order: the rows of [`params`], then band by band those of [`band_params`].
    pub fn all() -> impl Iterator<Item = Self> {
        let bands = (0..MAX_BANDS).flat_map(|band| band_params().map(move |spec| (spec, Some(band))));
        params().map(|spec| (spec, None)).chain(bands).map(|(spec, band)| Self { spec, band })
    }
}

/// The id, such as `equalizer.bands.2.gain`.
impl core::fmt::Display for ParamId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.band {
            Some(band) => write!(f, "equalizer.bands.{band}.{}", self.spec.path),
            None => f.write_str(self.spec.path),
        }
    }
}

/// The rows that stand once in a config.
pub fn params() -> impl Iterator<Item = &'static ParamSpec> {
    crate::config::SECTIONS.iter().flat_map(|section| section.iter())
}

/// The rows that stand once in each band.
pub fn band_params() -> impl Iterator<Item = &'static ParamSpec> {
    crate::config::EqBand::PARAMS.iter()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_the_same_in_every_copy_of_the_table() {
        for param in ParamId::all() {
            let copy = ParamId { spec: Box::leak(Box::new(*param.spec)), ..param };
            assert_eq!(param, copy);
            assert_eq!(ParamId::all().filter(|other| *other == copy).count(), 1, "{param}");
        }
    }

    #[test]
    fn five_digits_survive_the_way_through_a_position() {
        for param in ParamId::all() {
            let ParamKind::Float { min, max, .. } = param.spec.kind else {
                let (_, last) = param.spec.kind.range();
                for value in 0..=last as usize {
                    let value = value as f32;
                    assert_eq!(
                        param.spec.kind.value_at(param.spec.kind.position_of(value)),
                        value,
                        "{param}"
                    );
                }
                continue;
            };
            for step in 0..=1000 {
                let value = f64::from(min) + f64::from(max - min) * f64::from(step) / 1000.0;
                let scale = if min > 0.0 { value } else { f64::from(max - min) };
                let value = (round_to_digits(value, scale) as f32).clamp(min, max);
                let position = param.spec.kind.position_of(value);
                assert!((0.0..=1.0).contains(&position));
                assert_eq!(param.spec.kind.value_at(position), value, "{param} at {position}");
            }
            let default = param.default_value();
            assert_eq!(param.spec.kind.value_at(param.spec.kind.position_of(default)), default, "{param}");
        }
    }

    #[test]
    fn equal_travel_is_equal_ratio_on_a_logarithmic_taper() {
        let frequency = ParamId::find("equalizer.bands.0.frequency").unwrap().spec.kind;
        let (min, max) = frequency.range();
        assert!((frequency.value_at(0.5) - (min * max).sqrt()).abs() < 0.05);
        let gain = ParamId::find("master_gain").unwrap().spec.kind;
        assert_eq!(gain.value_at(0.5), 0.0);
        assert_eq!((gain.value_at(-1.0), gain.value_at(2.0), gain.value_at(f32::NAN)), (-24.0, 24.0, -24.0));
    }
}
