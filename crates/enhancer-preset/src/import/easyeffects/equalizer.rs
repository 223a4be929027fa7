//! Converts EasyEffects' equalizer, the parametric one of LSP.
//!
//! Its modes define Q differently. `APO (DR)` is the cookbook's. For `RLC`, comparing the coefficients of
//! the analog sections with gain g and the file's Q gives the cookbook's q exactly:
//!
//! - bell: √g (1 + 2Q) / (2 √(1 + g²)); resonance: √(1 + g²)(1 + Q) / (2 √g);
//! - shelves, passes, notch: (1 + Q) / 2.
//!
//! Slope xN means N such sections, each with the N-th root of the gain; a bell's Q is divided by N. `BWC`
//! passes are Butterworth filters of order 2N. `LRX` passes are two Butterworth filters of order N. Their
//! bells and shelves are approximated by the `RLC` ones.

use super::{Effect, Reader};
use crate::import::filter::{clamp, to_hundredths};
use enhancer_dsp::config::{BandChannel, BandType, EqBand, FilterSlope};

/// The largest number of bands that are read on a side; EasyEffects has 32.
const MAX_SIDE_BANDS: usize = 64;

impl Reader<'_> {
    pub(super) fn equalizer(&mut self, name: &str, effect: Effect<'_>) {
        self.gain(effect.gains_db());
        for key in ["balance", "pitch-left", "pitch-right"] {
            if effect.number_or(key, 0.0) != 0.0 {
                self.note_on(name, &format!("{key} is not supported"));
            }
        }
        // Files from before split channels existed hold the bands at this level.
        let left = effect.inner("left").unwrap_or(effect);
        let right = effect.inner("right").filter(|_| effect.flag("split-channels"));
        let count = effect.number_or("num-bands", 32.0).clamp(0.0, MAX_SIDE_BANDS as f64) as usize;
        let left_bands = self.side(name, left, count);
        let Some(right) = right else {
            self.builder.draft.bands.extend(left_bands);
            return;
        };
        let right_bands = self.side(name, right, count);
        if left_bands == right_bands {
            self.builder.draft.bands.extend(left_bands);
            return;
        }
        for (channel, bands) in [(BandChannel::Left, left_bands), (BandChannel::Right, right_bands)] {
            self.builder.draft.bands.extend(bands.into_iter().map(|band| EqBand { channel, ..band }));
        }
    }

    fn side(&mut self, name: &str, side: Effect<'_>, count: usize) -> Vec<EqBand> {
        let mut bands = Vec::new();
        let band_at = |index: usize| side.inner(&format!("band{index}"));
        let is_solo = (0..count).filter_map(band_at).any(|band| band.flag("solo"));
        for index in 0..count {
            let Some(band) = band_at(index) else { continue };
            let mut read = SideBand::read(band);
            if is_solo && !band.flag("solo") {
                read.silence();
            }
            bands.extend(read.bands());
            for change in read.changes {
                self.note_on(name, &format!("band {index}: {change}"));
            }
        }
        bands
    }
}

/// A band's definition of Q.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Apo,
    Rlc,
    Butterworth,
    LinkwitzRiley,
}

/// One band as the file describes it.
struct SideBand<'a> {
    kind: &'a str,
    mode: Mode,
    sections: u8,
    frequency_hz: f64,
    gain_db: f64,
    q: f64,
    enabled: bool,
    changes: Vec<String>,
}

impl<'a> SideBand<'a> {
    fn read(band: Effect<'a>) -> Self {
        let frequency_hz = band.number_or("frequency", 1000.0);
        let kind = band.text("type").unwrap_or("Bell");
        let mode = match band.text("mode").unwrap_or("RLC (BT)") {
            mode if mode.starts_with("APO") => Mode::Apo,
            mode if mode.starts_with("BWC") => Mode::Butterworth,
            mode if mode.starts_with("LRX") => Mode::LinkwitzRiley,
            _ => Mode::Rlc,
        };
        let old_width = band.number("width").filter(|&width| width > 0.0 && band.number("q").is_none());
        // Old files give a bandwidth in Hz, which means the cookbook's Q.
        let (mode, q) = match old_width {
            Some(width) => (Mode::Apo, frequency_hz / width),
            None => (mode, band.number_or("q", 4.36).max(0.0)),
        };
        let sections = match band.text("slope") {
            Some("x2") => 2,
            Some("x3") => 3,
            Some("x4") => 4,
            _ => 1,
        };
        Self {
            kind,
            mode,
            sections,
            frequency_hz,
            gain_db: band.number_or("gain", 0.0),
            q,
            enabled: !band.flag("mute"),
            changes: Vec::new(),
        }
    }

    /// Switches the band off because other bands of its side are solo.
    fn silence(&mut self) {
        let was_audible = self.enabled && !self.kind.eq_ignore_ascii_case("off");
        if was_audible {
            self.changes.push("it is off because other bands are solo".to_owned());
        }
        self.enabled = false;
    }

    /// Converts the band into none, one or several bands in series.
    fn bands(&mut self) -> Vec<EqBand> {
        let kind = match self.kind.to_lowercase().as_str() {
            "off" => return Vec::new(),
            "bell" | "peak" | "resonance" => BandType::Peak,
            "hi-pass" | "high-pass" => BandType::Highpass,
            "lo-pass" | "low-pass" => BandType::Lowpass,
            "hi-shelf" | "high-shelf" => BandType::Highshelf,
            "lo-shelf" | "low-shelf" => BandType::Lowshelf,
            "notch" => BandType::Notch,
            "bandpass" | "band-pass" if self.mode == Mode::Apo => BandType::Bandpass,
            "allpass" | "all-pass" => {
                self.changes.push("an all-pass has no effect on levels and is left out".to_owned());
                return Vec::new();
            }
            _ => {
                self.changes.push(format!("type {} is not supported", crate::excerpt::excerpt(self.kind)));
                return Vec::new();
            }
        };
        let has_gain = matches!(kind, BandType::Peak | BandType::Lowshelf | BandType::Highshelf);
        if !has_gain && self.gain_db != 0.0 {
            self.changes.push(format!(
                "the gain of {} dB on a {} is left out",
                to_hundredths(self.gain_db),
                kind.label()
            ));
            self.gain_db = 0.0;
        }
        match (kind, self.mode) {
            (_, Mode::Apo) => vec![self.band(kind, self.gain_db, self.q.max(0.1), FilterSlope::Db12)],
            (BandType::Lowpass | BandType::Highpass, Mode::Butterworth | Mode::LinkwitzRiley) => {
                self.steep(kind)
            }
            (BandType::Notch, _) => vec![self.band(kind, 0.0, (1.0 + self.q) / 2.0, FilterSlope::Db12)],
            _ => self.rlc(kind),
        }
    }

    /// Converts a filter of the `RLC` mode.
    fn rlc(&mut self, kind: BandType) -> Vec<EqBand> {
        let count = f64::from(self.sections);
        let gain_db = self.gain_db / count;
        let gain = 10f64.powf(gain_db / 20.0);
        let half = (1.0 + gain * gain).sqrt();
        let q = match kind {
            BandType::Peak if self.kind.eq_ignore_ascii_case("resonance") => {
                half * (1.0 + self.q) / (2.0 * gain.sqrt())
            }
            BandType::Peak => gain.sqrt() * (1.0 + 2.0 * self.q / count) / (2.0 * half),
            _ => (1.0 + self.q) / 2.0,
        };
        if self.mode != Mode::Rlc {
            self.changes.push("its mode is approximated by RLC".to_owned());
        }
        (0..self.sections).map(|_| self.band(kind, gain_db, q, FilterSlope::Db12)).collect()
    }

    /// Converts Butterworth and Linkwitz–Riley passes.
    fn steep(&mut self, kind: BandType) -> Vec<EqBand> {
        if self.q != 0.0 {
            self.changes.push("the Q of a steep pass is left out".to_owned());
        }
        let flat = core::f64::consts::FRAC_1_SQRT_2;
        if self.mode == Mode::Butterworth {
            let slopes = [FilterSlope::Db12, FilterSlope::Db24, FilterSlope::Db36, FilterSlope::Db48];
            let slope = slopes.get(usize::from(self.sections) - 1).copied().unwrap_or(FilterSlope::Db12);
            return vec![self.band(kind, 0.0, flat, slope)];
        }
        // A Butterworth filter of third order is a first-order one and a second-order one with Q = 1.
        let once: &[(f64, FilterSlope)] = match self.sections {
            1 => &[(flat, FilterSlope::Db6)],
            2 => &[(flat, FilterSlope::Db12)],
            3 => &[(flat, FilterSlope::Db6), (1.0, FilterSlope::Db12)],
            _ => &[(flat, FilterSlope::Db24)],
        };
        once.iter().chain(once).map(|&(q, slope)| self.band(kind, 0.0, q, slope)).collect()
    }

    fn band(&mut self, kind: BandType, gain_db: f64, q: f64, slope: FilterSlope) -> EqBand {
        let changes = &mut self.changes;
        EqBand {
            enabled: self.enabled,
            kind,
            frequency_hz: clamp("frequency", self.frequency_hz, 10.0, 30_000.0, changes),
            gain_db: clamp("gain", gain_db, -24.0, 24.0, changes),
            q: clamp("Q", q, 0.1, 40.0, changes),
            slope,
            ..EqBand::default()
        }
    }
}
