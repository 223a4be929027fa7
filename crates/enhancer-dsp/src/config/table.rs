//! The parameter table of the whole config: every parameter by id.

use super::{EnhancerConfig, SECTIONS};
use crate::eq::{MAX_BANDS, default_band_frequency_hz};
use crate::filter::EqBand;
use crate::param::{ParamSpec, Section};

/// One parameter: a row of the table, and for a band's field the band.
#[derive(Debug, Clone, Copy)]
pub struct ParamId {
    /// Row of the table: path, label, range, default.
    pub spec: &'static ParamSpec,
    /// Band slot, 0 to 15, for a field of `equalizer.bands`.
    pub band: Option<usize>,
    /// Place of the row's section in [`SECTIONS`]; unused for a band's field.
    section: usize,
    /// Place of the row in its section.
    row: usize,
}

/// Equal paths and bands, whatever the row's address: the table is a constant, and a program may hold several
/// copies.
impl PartialEq for ParamId {
    fn eq(&self, other: &Self) -> bool {
        self.band == other.band && self.spec.path == other.spec.path
    }
}

impl ParamId {
    /// The value in `config`. Returns the slot's default for a band that the config does not use.
    #[must_use]
    pub fn get(&self, config: &EnhancerConfig) -> f32 {
        match self.band {
            Some(band) => config.equalizer.bands.slot(band).value(self.row),
            None => config.section(self.section).value(self.row),
        }
    }

    /// Sets the value in `config`, unchecked ([`EnhancerConfig::validate`] checks); a choice rounds to its
    /// nearest label. Setting a field of an unused band extends the list of bands to it, with the bands
    /// between switched off.
    pub fn set(&self, config: &mut EnhancerConfig, value: f32) {
        match self.band {
            Some(band) => {
                config.equalizer.bands.extend_to(band);
                config.equalizer.bands.slot_mut(band).set_value(self.row, value);
            }
            None => config.section_mut(self.section).set_value(self.row, value),
        }
    }

    /// Default value: the row's, or for the frequency of a band its slot's.
    #[must_use]
    pub fn default_value(&self) -> f32 {
        match self.band {
            Some(band) if self.spec.path == "frequency" => default_band_frequency_hz(band),
            _ => self.spec.default,
        }
    }

    /// Finds a parameter by its id, such as `limiter.ceiling` or `equalizer.bands.2.gain`.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        if let Some(rest) = id.strip_prefix("equalizer.bands.") {
            let (band, field) = rest.split_once('.')?;
            let is_plain =
                band.bytes().all(|byte| byte.is_ascii_digit()) && (band == "0" || !band.starts_with('0'));
            let band = band.parse().ok().filter(|&band| is_plain && band < MAX_BANDS)?;
            return Self::of_band(band).find(|param| param.spec.path == field);
        }
        Self::of_sections().find(|param| param.spec.path == id)
    }

    /// Every parameter: the sections in the order of the chain, then the bands.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::of_sections().chain((0..MAX_BANDS).flat_map(Self::of_band))
    }

    /// The parameters of one band slot.
    pub fn of_band(band: usize) -> impl Iterator<Item = Self> {
        let rows = EqBand::PARAMS.iter().enumerate();
        rows.map(move |(row, spec)| Self { spec, band: Some(band), section: 0, row })
    }

    /// The parameters of the section at a place in [`SECTIONS`].
    #[expect(clippy::indexing_slicing, reason = "callers pass places in SECTIONS")]
    pub(super) fn of_section(section: usize) -> impl Iterator<Item = Self> {
        let rows = SECTIONS[section].iter().enumerate();
        rows.map(move |(row, spec)| Self { spec, band: None, section, row })
    }

    /// The parameter of a section's field, for constants: a missing field stops the compiler.
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "evaluated when compiling")]
    pub(super) const fn of_field(section: usize, field: &str) -> Self {
        let rows = SECTIONS[section];
        let mut row = 0;
        while row < rows.len() {
            if is_last_part(rows[row].path, field) {
                return Self { spec: &rows[row], band: None, section, row };
            }
            row += 1;
        }
        panic!("the section has no such field")
    }

    fn of_sections() -> impl Iterator<Item = Self> {
        (0..SECTIONS.len()).flat_map(Self::of_section)
    }
}

/// True if `path` ends in a dot and `field`.
#[expect(clippy::indexing_slicing, reason = "evaluated when compiling")]
const fn is_last_part(path: &str, field: &str) -> bool {
    let (path, field) = (path.as_bytes(), field.as_bytes());
    if path.len() <= field.len() || path[path.len() - field.len() - 1] != b'.' {
        return false;
    }
    let mut place = 0;
    while place < field.len() {
        if path[path.len() - field.len() + place] != field[place] {
            return false;
        }
        place += 1;
    }
    true
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::{ParamKind, round_to_digits};

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
