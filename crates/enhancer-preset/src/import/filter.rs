//! One filter of an equalizer, from the figures that files give to a band of ours.
//!
//! Types, defaults and the meaning of slopes follow Equalizer APO's configuration reference and its
//! observable behaviour: a shelf without Q or slope has S = 0.9, a notch without Q has 30, a pass without Q
//! is Butterworth's; `LS` and `HS` with a slope or Q give the corner, where `LSC` and `HSC` give the centre.
//! Shelf slope S and Q are related as in R. Bristow-Johnson's cookbook, 1/Q² = (A + 1/A)(1/S − 1) + 2; a
//! bandwidth of B octaves between half-gain points is 1/Q = 2 sinh(B ln 2 / 2). A filter with a slope or a
//! bandwidth and a Q as well is taken by the former.

use enhancer_dsp::config::{BandType, EqBand, FilterSlope};

/// Shelf slope S where a file gives none.
const DEFAULT_SHELF_SLOPE: f64 = 0.9;
/// Q of a notch where a file gives none.
const DEFAULT_NOTCH_Q: f64 = 30.0;

/// A filter type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) kind: BandType,
    /// Whether a shelf's frequency is its corner rather than its centre.
    corner: bool,
    slope: FilterSlope,
}

impl Shape {
    /// The type by Equalizer APO's name, Room EQ Wizard's (`LP1`, `HP1`, `PA`) or squig.link's (`LSQ`,
    /// `HSQ`), which are `LSC` and `HSC` under another name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (kind, corner) = match name {
            "PK" | "PEQ" | "PA" | "MODAL" => (BandType::Peak, false),
            "LP" | "LPQ" | "LP1" => (BandType::Lowpass, false),
            "HP" | "HPQ" | "HP1" => (BandType::Highpass, false),
            "BP" => (BandType::Bandpass, false),
            "NO" => (BandType::Notch, false),
            "LS" => (BandType::Lowshelf, true),
            "LSC" | "LSQ" => (BandType::Lowshelf, false),
            "HS" => (BandType::Highshelf, true),
            "HSC" | "HSQ" => (BandType::Highshelf, false),
            _ => return None,
        };
        let slope = if name.ends_with('1') { FilterSlope::Db6 } else { FilterSlope::Db12 };
        Some(Self { kind, corner, slope })
    }

    fn is_shelf(self) -> bool {
        matches!(self.kind, BandType::Lowshelf | BandType::Highshelf)
    }

    fn has_gain(self) -> bool {
        self.kind == BandType::Peak || self.is_shelf()
    }
}

/// The figures of a filter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Values {
    pub(super) frequency_hz: Option<f64>,
    pub(super) gain_db: Option<f64>,
    pub(super) q: Option<f64>,
    /// Bandwidth between half-gain points.
    pub(super) octaves: Option<f64>,
    /// Slope of a shelf, dB per octave; 12 is S = 1.
    pub(super) slope_db: Option<f64>,
}

impl Values {
    /// Frequency, gain and Q, as most formats have them.
    pub(super) fn new(frequency_hz: Option<f64>, gain_db: Option<f64>, q: Option<f64>) -> Self {
        Self { frequency_hz, gain_db, q, ..Self::default() }
    }

    /// The band, every value in its range, and what had to be changed.
    ///
    /// # Errors
    /// The figure that is missing or that no filter has.
    pub(super) fn band(&self, shape: Shape, enabled: bool) -> Result<(EqBand, Vec<String>), String> {
        let mut changes = Vec::new();
        let centre_hz = self.frequency_hz.ok_or("no frequency (Fc)")?;
        let gain_db = match self.gain_db {
            Some(gain_db) if shape.has_gain() => gain_db,
            None if shape.has_gain() => return Err("no gain (Gain)".to_owned()),
            _ => 0.0,
        };
        let (frequency_hz, q) = if shape.is_shelf() {
            self.shelf(shape, centre_hz, gain_db)
        } else {
            let of_octaves = self.octaves.map(q_of_octaves);
            let q = match (of_octaves.or(self.q), shape.kind) {
                (Some(q), _) => q,
                (None, BandType::Peak) => return Err("no width (Q or BW Oct)".to_owned()),
                (None, BandType::Notch) => DEFAULT_NOTCH_Q,
                (None, _) => core::f64::consts::FRAC_1_SQRT_2,
            };
            (centre_hz, q)
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
            slope: shape.slope,
            ..EqBand::default()
        };
        Ok((band, changes))
    }

    /// Centre frequency and Q of a shelf.
    fn shelf(&self, shape: Shape, frequency_hz: f64, gain_db: f64) -> (f64, f64) {
        let slope = self.slope_db.map(|slope_db| slope_db / 12.0).or(self.q.map(|q| slope_of(q, gain_db)));
        let mut centre_hz = frequency_hz;
        if shape.corner
            && let Some(slope) = slope
        {
            let factor = 10f64.powf(gain_db.abs() / 80.0 / slope);
            centre_hz *= if shape.kind == BandType::Lowshelf { factor } else { 1.0 / factor };
        }
        let q = match (self.slope_db, self.q) {
            (None, Some(q)) => q,
            _ => q_of(slope.unwrap_or(DEFAULT_SHELF_SLOPE), gain_db),
        };
        (centre_hz, q)
    }
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

/// Q of a bell, notch or band-pass that is `octaves` wide between its half-gain points.
pub(super) fn q_of_octaves(octaves: f64) -> f64 {
    0.5 / (octaves * core::f64::consts::LN_2 / 2.0).sinh()
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
