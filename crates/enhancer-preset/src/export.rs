//! Exports a preset to the formats of other tools.
//!
//! Equalizer APO's text holds the equalizer and the master gain; every other active stage is reported as
//! left out. A filter type that the text lacks is written as filters of equal response. A steep low-pass or
//! high-pass becomes a cascade of second-order sections. A tilt of g dB becomes a high shelf of 2g dB with
//! q′ = 2q√G / (G + 1), G = 10^(g/20), under a preamp of −g dB. Comparing the coefficients of the analog
//! sections proves both equal.

use crate::import::Note;
use crate::preset::Preset;
use enhancer_dsp::StageId;
use enhancer_dsp::config::{BandChannel, BandType, EqBand, FilterSlope};
use enhancer_dsp::filter::prototype::Prototype;

/// A preset in another tool's format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Content of the file.
    pub text: String,
    /// Settings that the format can't express, in the preset's order.
    pub notes: Vec<Note>,
}

/// Exports the equalizer and the master gain as Equalizer APO configuration text. [`import`](crate::import)
/// reads it back to the same response.
#[must_use]
pub fn equalizer_apo(preset: &Preset) -> Exported {
    let mut writer = Writer::default();
    writer.preset(preset);
    Exported { text: writer.text, notes: writer.notes }
}

#[derive(Default)]
struct Writer {
    text: String,
    notes: Vec<Note>,
    /// The channel that the last `Channel:` line selected; `None` before the first.
    channel: Option<BandChannel>,
    filters: usize,
}

impl Writer {
    fn note(&mut self, text: String) {
        self.notes.push(Note { line: None, text });
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn preset(&mut self, preset: &Preset) {
        let config = &preset.config;
        self.line(&format!("# {}", preset.name));
        let equalizer = &config.equalizer;
        let tilts: f32 =
            equalizer.bands.iter().filter(|band| is_common_tilt(band)).map(|band| band.gain_db).sum();
        let preamp_db = if equalizer.enabled { equalizer.preamp_db - tilts } else { 0.0 };
        self.line(&format!("Preamp: {} dB", shortest(f64::from(preamp_db + config.master_gain_db))));
        if config.master_gain_db != 0.0 {
            self.note(format!("the master gain of {} dB is part of the preamp", config.master_gain_db));
        }
        for (index, band) in equalizer.bands.iter().enumerate() {
            let on = band.enabled && equalizer.enabled;
            self.band(index, &EqBand { enabled: on, ..*band });
        }
        // The equalizer is the stage that the text holds.
        let others = StageId::ALL.iter().filter(|&&stage| stage != StageId::Equalizer);
        for stage in others.filter(|stage| stage.is_on(config)) {
            let stage = format!("the {}", stage.name().to_lowercase());
            self.note(format!("{stage} can't be stored in this format and is left out"));
        }
        if config.bypass_all {
            self.note("the bypass can't be stored in this format and is left out".to_owned());
        }
    }

    fn band(&mut self, index: usize, band: &EqBand) {
        let refused = match (band.channel, band.kind) {
            (BandChannel::Mid | BandChannel::Side, _) => "Equalizer APO has no mid and side channels",
            (_, BandType::Lowpass | BandType::Highpass) if band.slope == FilterSlope::Db6 => {
                "Equalizer APO has no filter of 6 dB per octave"
            }
            (BandChannel::Left | BandChannel::Right, BandType::Tilt) => {
                "a tilt on one side needs a separate preamp"
            }
            _ => return self.filters(band),
        };
        self.note(format!("band {} is left out: {refused}", index + 1));
    }

    fn filters(&mut self, band: &EqBand) {
        if self.channel.unwrap_or(BandChannel::Stereo) != band.channel {
            self.line(match band.channel {
                BandChannel::Left => "Channel: L",
                BandChannel::Right => "Channel: R",
                _ => "Channel: all",
            });
            self.channel = Some(band.channel);
        }
        let (frequency, gain, q) = (f64::from(band.frequency_hz), f64::from(band.gain_db), f64::from(band.q));
        match band.kind {
            BandType::Peak => self.filter_with_gain(band, "PK", frequency, gain, q),
            BandType::Lowshelf => self.filter_with_gain(band, "LSC", frequency, gain, q),
            BandType::Highshelf => self.filter_with_gain(band, "HSC", frequency, gain, q),
            BandType::Tilt => {
                let level = 10f64.powf(gain / 20.0);
                self.filter_with_gain(
                    band,
                    "HSC",
                    frequency,
                    2.0 * gain,
                    2.0 * q * level.sqrt() / (level + 1.0),
                );
            }
            BandType::Notch => self.filter_without_gain(band, "NO", frequency, q),
            BandType::Bandpass => self.filter_without_gain(band, "BP", frequency, q),
            BandType::Lowpass | BandType::Highpass => {
                let kind = if band.kind == BandType::Lowpass { "LPQ" } else { "HPQ" };
                for section in Prototype::new(band).sections() {
                    let [_, damping, _] = section.den;
                    self.filter_without_gain(band, kind, frequency, 1.0 / damping);
                }
            }
        }
    }

    fn filter_with_gain(&mut self, band: &EqBand, kind: &str, frequency: f64, gain: f64, q: f64) {
        self.filter(
            band,
            &format!(
                "{kind} Fc {} Hz Gain {} dB Q {}",
                frequency_text(frequency),
                shortest(gain),
                shortest(q)
            ),
        );
    }

    fn filter_without_gain(&mut self, band: &EqBand, kind: &str, frequency: f64, q: f64) {
        self.filter(band, &format!("{kind} Fc {} Hz Q {}", frequency_text(frequency), shortest(q)));
    }

    fn filter(&mut self, band: &EqBand, parameters: &str) {
        self.filters += 1;
        let on = if band.enabled { "ON" } else { "OFF" };
        self.line(&format!("Filter {}: {on} {parameters}", self.filters));
    }
}

/// True for a tilt on both sides, whose gain of −g dB is part of the common preamp.
fn is_common_tilt(band: &EqBand) -> bool {
    band.enabled && band.kind == BandType::Tilt && band.channel == BandChannel::Stereo
}

/// The shortest decimal number that reads back as the same `f32`.
fn shortest(value: f64) -> String {
    (value as f32).to_string()
}

/// A frequency in Hz. Equalizer APO reads a point before exactly three decimals as a thousands separator,
/// so a zero is appended.
fn frequency_text(value: f64) -> String {
    let text = shortest(value);
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text,
    }
}
