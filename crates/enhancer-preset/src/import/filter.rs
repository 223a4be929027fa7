//! Converts one filter of another equalizer into a band.
//!
//! Types, defaults and the meaning of slopes follow Equalizer APO's configuration reference and its
//! observed behaviour. A shelf without Q or slope has S = 0.9, a notch without Q has Q = 30, and a pass
//! without Q is a Butterworth filter. The frequency of `LS` and `HS` with a slope or Q is the corner; that
//! of `LSC` and `HSC` is the centre. Shelf slope S and Q are related as in R. Bristow-Johnson's cookbook,
//! 1/Q² = (A + 1/A)(1/S − 1) + 2. A bandwidth of B octaves between the half-gain points is 1/Q = 2 sinh(B
//! ln 2 / 2). A slope or bandwidth takes precedence over a Q.

use enhancer_dsp::config::{BandType, EqBand, FilterSlope};

/// Default shelf slope S.
const DEFAULT_SHELF_SLOPE: f64 = 0.9;
/// Default Q of a notch.
const DEFAULT_NOTCH_Q: f64 = 30.0;

/// A filter type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) kind: BandType,
    /// True if a shelf's frequency is its corner, false if it is its centre.
    corner: bool,
    slope: FilterSlope,
}

impl Shape {
    /// The type for a name of Equalizer APO, Room EQ Wizard (`LP1`, `HP1`, `PA`) or squig.link (`LSQ` and
    /// `HSQ`, which equal `LSC` and `HSC`).
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

/// The values of a filter line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Values {
    pub(super) frequency_hz: Option<f64>,
    pub(super) gain_db: Option<f64>,
    pub(super) q: Option<f64>,
    /// Bandwidth between the half-gain points, octaves.
    pub(super) octaves: Option<f64>,
    /// Slope of a shelf, dB per octave; 12 means S = 1.
    pub(super) slope_db: Option<f64>,
}

impl Values {
    /// Creates the three values that most formats have.
    pub(super) fn new(frequency_hz: Option<f64>, gain_db: Option<f64>, q: Option<f64>) -> Self {
        Self { frequency_hz, gain_db, q, ..Self::default() }
    }

    /// The band with every value in its range, and a text for each changed value.
    ///
    /// # Errors
    /// The value that is missing or impossible.
    pub(super) fn band(&self, shape: Shape, enabled: bool) -> Result<(EqBand, Vec<String>), String> {
        let mut changes = Vec::new();
        let centre_hz = self.frequency_hz.ok_or("the frequency (Fc) is missing")?;
        let gain_db = match self.gain_db {
            Some(gain_db) if shape.has_gain() => gain_db,
            None if shape.has_gain() => return Err("the gain (Gain) is missing".to_owned()),
            _ => 0.0,
        };
        let (frequency_hz, q) = if shape.is_shelf() {
            self.shelf(shape, centre_hz, gain_db)
        } else {
            let of_octaves = self.octaves.map(q_of_octaves);
            let q = match (of_octaves.or(self.q), shape.kind) {
                (Some(q), _) => q,
                (None, BandType::Peak) => return Err("the width (Q or BW Oct) is missing".to_owned()),
                (None, BandType::Notch) => DEFAULT_NOTCH_Q,
                (None, _) => core::f64::consts::FRAC_1_SQRT_2,
            };
            (centre_hz, q)
        };
        if !(frequency_hz.is_finite() && q.is_finite() && frequency_hz > 0.0 && q > 0.0) {
            return Err("frequency and width must be above 0".to_owned());
        }
        let mut clamp = |name, value: f64, low: f64, high: f64| clamp(name, value, low, high, &mut changes);
        let band = EqBand {
            enabled,
            kind: shape.kind,
            frequency_hz: clamp("frequency", frequency_hz, 10.0, 30_000.0),
            gain_db: clamp("gain", gain_db, -24.0, 24.0),
            q: clamp("Q", q, 0.1, 40.0),
            slope: shape.slope,
            ..EqBand::default()
        };
        Ok((band, changes))
    }

    /// Centre frequency in Hz and Q of a shelf.
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

/// Clamps a value to its range; appends a text to `changes` if that changed it.
pub(super) fn clamp(name: &str, value: f64, low: f64, high: f64, changes: &mut Vec<String>) -> f32 {
    let clamped = value.clamp(low, high);
    if clamped != value {
        changes.push(format!("{name} {} is out of range; {clamped} is used", to_hundredths(value)));
    }
    clamped as f32
}

pub(super) fn to_hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Q of a bell, notch or band-pass of `octaves` between its half-gain points.
pub(super) fn q_of_octaves(octaves: f64) -> f64 {
    0.5 / (octaves * core::f64::consts::LN_2 / 2.0).sinh()
}

/// Q of a shelf of slope S. For an impossible slope (1/Q² ≤ 0) the result is infinite or NaN.
fn q_of(slope: f64, gain_db: f64) -> f64 {
    let a = 10f64.powf(gain_db / 40.0);
    ((a + 1.0 / a) * (1.0 / slope - 1.0) + 2.0).sqrt().recip()
}

fn slope_of(q: f64, gain_db: f64) -> f64 {
    let a = 10f64.powf(gain_db / 40.0);
    1.0 / ((1.0 / (q * q) - 2.0) / (a + 1.0 / a) + 1.0)
}
