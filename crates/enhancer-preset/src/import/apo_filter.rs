//! One filter line of Equalizer APO: `ON PK Fc 105 Hz Gain -3.0 dB Q 0.70`.
//!
//! Types, defaults and the meaning of slopes follow Equalizer APO's configuration reference and its observable
//! behaviour: a shelf without Q or slope has S = 0.9, a notch without Q has 30, a pass without Q is Butterworth's;
//! `LS` and `HS` with a slope or Q give the corner, where `LSC` and `HSC` give the centre. Shelf slope S and Q are related as
//! in R. Bristow-Johnson's cookbook, 1/Q² = (A + 1/A)(1/S − 1) + 2; a bandwidth of B octaves between half-gain points is
//! 1/Q = 2 sinh(B ln 2 / 2). A line that gives a slope or a bandwidth and a Q as well is taken by the former.

use super::words::{Number, Piece, pieces};
use enhancer_dsp::config::{BandType, EqBand};

/// Shelf slope S where a line gives none.
const DEFAULT_SHELF_SLOPE: f64 = 0.9;
/// Q of a notch where a line gives none.
const DEFAULT_NOTCH_Q: f64 = 30.0;

/// What a filter line says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    /// A filter that we have.
    Band {
        /// The filter, every value in its range.
        band: EqBand,
        /// What had to be changed.
        changes: Vec<String>,
    },
    /// A line that sets nothing, such as `ON None`.
    Empty,
    /// A line that can't be taken over, and why.
    Refused(String),
}

/// Reads what follows `Filter 1:`.
pub(super) fn parse(parameters: &str) -> Filter {
    let pieces = pieces(parameters);
    let mut rest = pieces.as_slice();
    let enabled = match next_word(&mut rest) {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Filter::Refused("a filter starts with ON or OFF".to_owned()),
    };
    let Some(kind) = next_word(&mut rest) else { return Filter::Empty };
    let Some(shape) = Shape::of(kind) else {
        return match kind {
            "NONE" => Filter::Empty,
            "AP" => Filter::Refused("an all-pass changes no level and is left out".to_owned()),
            _ => Filter::Refused(format!("filter type {kind} is not supported")),
        };
    };
    match Values::read(rest).and_then(|values| values.band(shape, enabled)) {
        Ok((band, changes)) => Filter::Band { band, changes },
        Err(reason) => Filter::Refused(reason),
    }
}

fn next_word<'a>(pieces: &mut &'a [Piece]) -> Option<&'a str> {
    let (Piece::Word(word), rest) = pieces.split_first()? else { return None };
    *pieces = rest;
    Some(word)
}

/// A filter type.
#[derive(Debug, Clone, Copy)]
struct Shape {
    kind: BandType,
    /// Whether a shelf's frequency is its corner rather than its centre.
    corner: bool,
}

impl Shape {
    fn of(name: &str) -> Option<Self> {
        let (kind, corner) = match name {
            "PK" | "PEQ" | "MODAL" => (BandType::Peak, false),
            "LP" | "LPQ" => (BandType::Lowpass, false),
            "HP" | "HPQ" => (BandType::Highpass, false),
            "BP" => (BandType::Bandpass, false),
            "NO" => (BandType::Notch, false),
            "LS" => (BandType::Lowshelf, true),
            "LSC" => (BandType::Lowshelf, false),
            "HS" => (BandType::Highshelf, true),
            "HSC" => (BandType::Highshelf, false),
            _ => return None,
        };
        Some(Self { kind, corner })
    }

    fn is_shelf(self) -> bool {
        matches!(self.kind, BandType::Lowshelf | BandType::Highshelf)
    }
}

/// The values of a line.
#[derive(Debug, Default)]
struct Values {
    frequency: Option<Number>,
    gain_db: Option<f64>,
    q: Option<f64>,
    octaves: Option<f64>,
    slope_db: Option<f64>,
}

impl Values {
    fn read(pieces: &[Piece]) -> Result<Self, String> {
        let mut values = Self::default();
        let mut rest = pieces;
        // A shelf's slope comes first, without a key.
        if let [Piece::Number(slope), Piece::Word(unit), ..] = rest
            && unit == "DB"
        {
            values.slope_db = Some(slope.value);
        }
        while let Some((piece, after)) = rest.split_first() {
            rest = after;
            let Piece::Word(key) = piece else { continue };
            let number = match after {
                [Piece::Number(number), ..] => Some(*number),
                [Piece::Word(unit), Piece::Number(number), ..] if key == "BW" && unit == "OCT" => {
                    Some(*number)
                }
                _ => None,
            };
            match (key.as_str(), number) {
                ("FC", Some(number)) => values.frequency = Some(number),
                ("GAIN", Some(number)) => values.gain_db = Some(number.value),
                ("Q", Some(number)) => values.q = Some(number.value),
                ("BW", Some(number)) => values.octaves = Some(number.value),
                ("FC" | "GAIN" | "Q" | "BW", None) => return Err(format!("{key} has no number")),
                _ => {}
            }
        }
        Ok(values)
    }

    fn band(&self, shape: Shape, enabled: bool) -> Result<(EqBand, Vec<String>), String> {
        let mut changes = Vec::new();
        let frequency = self.frequency.ok_or("no frequency (Fc)")?;
        let mut frequency_hz = hertz(frequency, &mut changes);
        let gains = matches!(shape.kind, BandType::Peak) || shape.is_shelf();
        let gain_db = match self.gain_db {
            Some(gain_db) if gains => gain_db,
            None if gains => return Err("no gain (Gain)".to_owned()),
            _ => 0.0,
        };
        let q = if shape.is_shelf() {
            let slope =
                self.slope_db.map(|slope_db| slope_db / 12.0).or(self.q.map(|q| slope_of(q, gain_db)));
            if shape.corner
                && let Some(slope) = slope
            {
                let factor = 10f64.powf(gain_db.abs() / 80.0 / slope);
                frequency_hz *= if shape.kind == BandType::Lowshelf { factor } else { 1.0 / factor };
            }
            match (self.slope_db, self.q) {
                (None, Some(q)) => q,
                _ => q_of(slope.unwrap_or(DEFAULT_SHELF_SLOPE), gain_db),
            }
        } else {
            let of_octaves =
                self.octaves.map(|octaves| 0.5 / (octaves * core::f64::consts::LN_2 / 2.0).sinh());
            match (of_octaves.or(self.q), shape.kind) {
                (Some(q), _) => q,
                (None, BandType::Peak) => return Err("no width (Q or BW Oct)".to_owned()),
                (None, BandType::Notch) => DEFAULT_NOTCH_Q,
                (None, _) => core::f64::consts::FRAC_1_SQRT_2,
            }
        };
        if !(frequency_hz.is_finite() && q.is_finite() && frequency_hz > 0.0 && q > 0.0) {
            return Err("frequency and width must be above zero".to_owned());
        }
        let mut hold = |name, value: f64, low: f64, high: f64| hold(name, value, low, high, &mut changes);
        let band = EqBand {
            enabled,
            kind: shape.kind,
            frequency_hz: hold("frequency", frequency_hz, 10.0, 30_000.0),
            gain_db: hold("gain", gain_db, -24.0, 24.0),
            q: hold("Q", q, 0.1, 40.0),
            ..EqBand::default()
        };
        Ok((band, changes))
    }
}

/// Three decimals of a small number are thousands: Room EQ Wizard writes 1,500 Hz for 1500.
fn hertz(number: Number, changes: &mut Vec<String>) -> f64 {
    if number.three_decimals && number.value < 30.0 {
        let frequency_hz = 1000.0 * number.value;
        changes.push(format!("the frequency is read as {frequency_hz} Hz"));
        return frequency_hz;
    }
    number.value
}

/// Keeps a value in its range and says so.
pub(super) fn hold(name: &str, value: f64, low: f64, high: f64, changes: &mut Vec<String>) -> f32 {
    let held = value.clamp(low, high);
    if held != value {
        changes.push(format!("{name} {} is held at {held}", round(value)));
    }
    held as f32
}

pub(super) fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Q of a shelf of slope S. Slopes that no shelf has (1/Q² ≤ 0) come out infinite or not a number.
fn q_of(slope: f64, gain_db: f64) -> f64 {
    let a = 10f64.powf(gain_db / 40.0);
    ((a + 1.0 / a) * (1.0 / slope - 1.0) + 2.0).sqrt().recip()
}

fn slope_of(q: f64, gain_db: f64) -> f64 {
    let a = 10f64.powf(gain_db / 40.0);
    1.0 / ((1.0 / (q * q) - 2.0) / (a + 1.0 / a) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::filter::prototype::gain_db;

    fn band(line: &str) -> EqBand {
        match parse(line) {
            Filter::Band { band, changes } if changes.is_empty() => band,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_forms_that_programs_write_are_read() {
        for (line, kind, frequency_hz, gain_db, q) in [
            ("ON PK Fc 105 Hz Gain -3.0 dB Q 0.70", BandType::Peak, 105.0, -3.0, 0.7),
            (
                "ON  PEQ  Fc   50,5 Hz  Gain  1,5 dB  BW Oct 1",
                BandType::Peak,
                50.5,
                1.5,
                core::f32::consts::SQRT_2,
            ),
            ("ON LSC Fc 105.0 Hz Gain 6.2 dB Q 0.71", BandType::Lowshelf, 105.0, 6.2, 0.71),
            ("ON HSC Fc 10000Hz Gain -2dB Q 0.7", BandType::Highshelf, 10_000.0, -2.0, 0.7),
            ("ON LPQ Fc 10000 Hz Q 0.4", BandType::Lowpass, 10_000.0, 0.0, 0.4),
            ("ON HP Fc 30 Hz", BandType::Highpass, 30.0, 0.0, core::f32::consts::FRAC_1_SQRT_2),
            ("ON NO Fc 50 Hz", BandType::Notch, 50.0, 0.0, 30.0),
            ("ON NO Fc 50 Hz Q 10", BandType::Notch, 50.0, 0.0, 10.0),
            ("ON BP Fc 1000 Hz", BandType::Bandpass, 1000.0, 0.0, core::f32::consts::FRAC_1_SQRT_2),
            ("ON Modal Fc 62.8 Hz Gain -4.3 dB Q 9.1 T60 target 300 ms", BandType::Peak, 62.8, -4.3, 9.1),
        ] {
            let expected = EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
            assert_eq!(band(line), expected, "{line}");
        }
        // The larger figure of each pair would be read if the other key counted.
        assert!((band("ON PK Fc 100 Hz Gain 3 dB BW Oct 1 Q 9").q - core::f32::consts::SQRT_2).abs() < 1e-6);
        assert!(
            (band("ON LSC 12 dB Fc 100 Hz Gain 3 dB Q 9").q - core::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6
        );
        assert!(!band("OFF PK Fc 100 Hz Gain 1 dB Q 1").enabled);
        assert_eq!(parse("ON None"), Filter::Empty);
        assert_eq!(parse("OFF None"), Filter::Empty);
    }

    /// A shelf of slope S rises S × 12 dB per octave at most, 12 S·log2-wise: at its centre half the gain is reached, and
    /// a corner-frequency shelf has nearly its whole gain at the corner's outer side.
    #[test]
    fn a_shelf_slope_is_the_steepness_at_its_centre() {
        for (slope_db, gain) in [(6.0, 12.0), (6.0, -6.0), (9.0, 9.0), (12.0, 12.0)] {
            let band = band(&format!("ON LSC {slope_db} dB Fc 1000 Hz Gain {gain} dB"));
            assert!((gain_db(&band, 1000.0) - gain / 2.0).abs() < 1e-4);
            let step = 2f64.powf(0.01);
            let steepness = (gain_db(&band, 1000.0 / step) - gain_db(&band, 1000.0 * step)) / 0.02;
            // The cookbook: S in proportion to the steepness; S = 1 is the steepest without a bump.
            let whole = self::band(&format!("ON LSC 12 dB Fc 1000 Hz Gain {gain} dB"));
            let steepest = (gain_db(&whole, 1000.0 / step) - gain_db(&whole, 1000.0 * step)) / 0.02;
            assert!((steepness / steepest - slope_db / 12.0).abs() < 0.01, "{steepness} {steepest}");
        }
    }

    #[test]
    fn a_corner_lies_half_the_rise_from_the_centre() {
        // 12 dB at 12 dB per octave: the centre is half an octave above a low shelf's corner.
        let low = band("ON LS 12dB Fc 100 Hz Gain 12 dB");
        assert!((f64::from(low.frequency_hz) - 100.0 * 10f64.powf(12.0 / 80.0)).abs() < 0.01);
        let high = band("ON HS 6dB Fc 8000 Hz Gain -6 dB");
        assert!((f64::from(high.frequency_hz) - 8000.0 * 10f64.powf(-6.0 / 40.0)).abs() < 0.1);
        // Without slope or Q the frequency is the centre, and S = 0.9.
        let plain = band("ON LS Fc 300 Hz Gain 5.0 dB");
        let a = 10f64.powf(5.0 / 40.0);
        let q = ((a + 1.0 / a) * (1.0 / 0.9 - 1.0) + 2.0).powf(-0.5);
        assert_eq!(plain.frequency_hz, 300.0);
        assert!((f64::from(plain.q) - q).abs() < 1e-6, "{}, not {q}", plain.q);
        // A Q says the same as the slope that it stands for.
        let by_slope = band("ON LS 9dB Fc 100 Hz Gain 6 dB");
        let by_q = band(&format!("ON LS Fc 100 Hz Gain 6 dB Q {}", by_slope.q));
        assert!((by_slope.frequency_hz - by_q.frequency_hz).abs() < 0.01);
    }

    #[test]
    fn what_cannot_be_is_refused_or_held_with_a_reason() {
        for (line, part) in [
            ("PK Fc 100 Hz", "ON or OFF"),
            ("ON PK Fc 100 Hz Q 1", "Gain"),
            ("ON PK Gain 3 dB Q 1", "Fc"),
            ("ON PK Fc 100 Hz Gain 3 dB", "Q or BW"),
            ("ON PK Fc x Hz Gain 3 dB Q 1", "FC has no number"),
            ("ON AP Fc 100 Hz Q 1", "all-pass"),
            ("ON IIR Order 2 Coefficients 1 2 3", "IIR"),
            ("ON PK Fc -5 Hz Gain 3 dB Q 1", "above zero"),
            ("ON PK Fc 100 Hz Gain 3 dB Q 0", "above zero"),
            ("ON LSC 60 dB Fc 100 Hz Gain 20 dB", "above zero"),
        ] {
            match parse(line) {
                Filter::Refused(reason) => assert!(reason.contains(part), "{line}: {reason}"),
                other => panic!("{line}: {other:?}"),
            }
        }
        // Only below 30 are three decimals thousands: no filter of Room EQ Wizard's lies above 30 kHz.
        for (written, read) in [("29.999", 29_999.0), ("30.000", 30.0), ("105.125", 105.125)] {
            match parse(&format!("ON PK Fc {written} Hz Gain 3 dB Q 1")) {
                Filter::Band { band, .. } => assert_eq!(band.frequency_hz, read, "{written}"),
                other => panic!("{written}: {other:?}"),
            }
        }
        let Filter::Band { band, changes } = parse("ON PK Fc 1.500 Hz Gain 30 dB Q 99") else { panic!() };
        assert_eq!((band.frequency_hz, band.gain_db, band.q), (1500.0, 24.0, 40.0));
        assert_eq!(changes.len(), 3, "{changes:?}");
    }
}
