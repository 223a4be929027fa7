//! A parameter as an LV2 control port: its description for hosts, and the conversion to and from nice-plug's
//! range of 0 to 1.

mod unit;

pub(crate) use unit::Unit;

use nice_plug::params::ParamFlags;
use nice_plug::params::internals::ParamPtr;
use std::sync::Arc;

/// Converts between a port's value and nice-plug's normalized value. Called on the audio thread, so it must
/// not allocate.
pub type Conversion = Arc<dyn Fn(f32) -> f32 + Send + Sync>;

/// The values that a port accepts, and their distribution over its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortKind {
    /// Any number in the range.
    Number,
    /// Any number in a positive range; equal steps of a control are equal ratios.
    Logarithmic,
    /// Whole numbers in the range.
    Integer,
    /// 0 for off, 1 for on.
    Toggle,
    /// The value of one of the scale points.
    Enumeration,
}

/// The description of a parameter's port, and its conversions.
#[derive(Clone)]
pub struct PortSpec {
    /// Letters, digits and underscores, not starting with a digit; unique in the plugin.
    pub symbol: String,
    /// Name that hosts display.
    pub name: String,
    /// Effect on the sound; may be empty.
    pub comment: String,
    /// Path of the group in nice-plug's notation, such as `EQ/Band 3`; empty for none.
    pub group: String,
    /// Accepted values and their distribution.
    pub kind: PortKind,
    /// Symbol of the unit, such as `dB`; empty for none.
    pub unit: String,
    /// Smallest and largest value, in the port's unit.
    pub range: (f32, f32),
    /// Value of a new instance, in the port's unit.
    pub default: f32,
    /// Named values, for an enumeration.
    pub scale_points: Vec<(f32, String)>,
    /// False marks the port as unsuitable for automation.
    pub automatable: bool,
    /// True marks each change as expensive, such as a gap in the sound or a new latency. Default false.
    pub expensive: bool,
    /// True hides the port in generic user interfaces.
    pub hidden: bool,
    /// Converts a port value in the range to nice-plug's normalized value.
    pub to_normalized: Conversion,
    /// Converts a normalized value, 0 to 1, to the port's value.
    pub from_normalized: Conversion,
}

impl PortSpec {
    /// Describes a parameter from nice-plug's metadata. The port carries the parameter's plain value.
    ///
    /// # Safety
    /// The object that owns `param` must outlive this call and the result.
    #[must_use]
    pub unsafe fn of(id: &str, param: ParamPtr, group: &str) -> Self {
        // SAFETY: the caller guarantees that the parameter outlives the result.
        unsafe {
            let ends = (param.preview_plain(0.0), param.preview_plain(1.0));
            let kind = kind_of(param, ends);
            let flags = param.flags();
            Self {
                symbol: symbol_of(id),
                name: param.name().to_owned(),
                comment: String::new(),
                group: group.to_owned(),
                kind,
                unit: param.unit().trim().to_owned(),
                range: (ends.0.min(ends.1), ends.0.max(ends.1)),
                default: param.preview_plain(param.default_normalized_value()),
                scale_points: if kind == PortKind::Enumeration { points_of(param) } else { Vec::new() },
                automatable: !flags.intersects(ParamFlags::NON_AUTOMATABLE | ParamFlags::HIDDEN),
                expensive: false,
                hidden: flags.contains(ParamFlags::HIDDEN),
                to_normalized: Arc::new(move |plain| param.preview_normalized(plain)),
                from_normalized: Arc::new(move |normalized| param.preview_plain(normalized)),
            }
        }
    }

    /// Converts a value that a host wrote to the port. Clamps a value out of range; returns `None` for NaN.
    ///
    /// # Realtime safety
    /// Arithmetic only, apart from the conversion.
    #[must_use]
    pub fn normalized(&self, value: f32) -> Option<f32> {
        if value.is_nan() {
            return None;
        }
        let value = value.clamp(self.range.0, self.range.1);
        let value = match self.kind {
            PortKind::Number | PortKind::Logarithmic => value,
            PortKind::Integer | PortKind::Enumeration => value.round(),
            PortKind::Toggle => f32::from(u8::from(value > 0.5 * (self.range.0 + self.range.1))),
        };
        Some((self.to_normalized)(value).clamp(0.0, 1.0))
    }
}

/// The kind of a parameter's port.
///
/// # Safety
/// The parameter must be alive.
unsafe fn kind_of(param: ParamPtr, ends: (f32, f32)) -> PortKind {
    match param {
        ParamPtr::BoolParam(_) => PortKind::Toggle,
        ParamPtr::EnumParam(_) => PortKind::Enumeration,
        ParamPtr::IntParam(_) => PortKind::Integer,
        ParamPtr::FloatParam(_) => {
            // SAFETY: the caller guarantees that the parameter is alive.
            let middle = unsafe { param.preview_plain(0.5) };
            let geometric = (ends.0 * ends.1).sqrt();
            // LV2 has no skewed ranges. Logarithmic is close enough if the middle is within a factor of 2 of
            // the geometric mean.
            let wide = ends.0.min(ends.1) > 0.0 && ends.0.max(ends.1) > 10.0 * ends.0.min(ends.1);
            if wide && (0.5..=2.0).contains(&(middle / geometric)) {
                PortKind::Logarithmic
            } else {
                PortKind::Number
            }
        }
    }
}

/// The named values of an enumeration.
///
/// # Safety
/// The parameter must be alive.
unsafe fn points_of(param: ParamPtr) -> Vec<(f32, String)> {
    // SAFETY: the caller guarantees that the parameter is alive.
    unsafe {
        let last = param.step_count().unwrap_or(0);
        let point = |index: usize| {
            let normalized = index as f32 / last.max(1) as f32;
            (index as f32, param.normalized_value_to_string(normalized, false))
        };
        (0..=last).map(point).collect()
    }
}

/// Makes an LV2 symbol of an id: dots and other characters that LV2 forbids become underscores.
#[must_use]
pub(crate) fn symbol_of(id: &str) -> String {
    let mut symbol: String =
        id.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    if !symbol.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        symbol.insert(0, '_');
    }
    symbol
}

#[cfg(test)]
mod tests {
    use super::*;
    use nice_plug::params::{FloatParam, IntParam, Param};
    use nice_plug::prelude::{FloatRange, IntRange};

    #[test]
    fn symbols_are_valid_in_lv2() {
        assert_eq!(symbol_of("equalizer.bands.0.gain"), "equalizer_bands_0_gain");
        assert_eq!(symbol_of("3rd-order"), "_3rd_order");
        assert_eq!(symbol_of(""), "_");
        assert_eq!(symbol_of("größe"), "gr__e");
    }

    #[test]
    fn values_are_clamped_and_nan_is_ignored() {
        let gain = FloatParam::new("Gain", 0.0, FloatRange::Linear { min: -20.0, max: 20.0 });
        let steps = IntParam::new("Steps", 3, IntRange::Linear { min: 1, max: 5 });
        // SAFETY: both parameters live until the end of the test.
        let (gain, steps) =
            unsafe { (PortSpec::of("gain", gain.as_ptr(), ""), PortSpec::of("steps", steps.as_ptr(), "")) };
        assert_eq!(gain.normalized(0.0), Some(0.5));
        assert_eq!(gain.normalized(1e9), Some(1.0));
        assert_eq!(gain.normalized(f32::NEG_INFINITY), Some(0.0));
        assert_eq!(gain.normalized(f32::NAN), None);
        assert_eq!((gain.kind, gain.range, gain.default), (PortKind::Number, (-20.0, 20.0), 0.0));
        assert_eq!((steps.kind, steps.range, steps.default), (PortKind::Integer, (1.0, 5.0), 3.0));
        assert_eq!(steps.normalized(2.6), Some(0.5));
    }

    #[test]
    fn a_skewed_range_near_a_logarithm_is_logarithmic() {
        let of = |min, max, factor| {
            let param = FloatParam::new("", min, FloatRange::Skewed { min, max, factor });
            // SAFETY: the parameter outlives the description, of which only the kind remains.
            unsafe { PortSpec::of("", param.as_ptr(), "") }.kind
        };
        assert_eq!(of(20.0, 20_000.0, FloatRange::skew_factor(-2.2)), PortKind::Logarithmic);
        assert_eq!(of(20.0, 20_000.0, 1.0), PortKind::Number);
        assert_eq!(of(0.0, 1.0, FloatRange::skew_factor(-2.2)), PortKind::Number);
        assert_eq!(of(1.0, 2.0, 1.0), PortKind::Number);
    }
}
