//! Writes a preset for other tools.
//!
//! Equalizer APO's text holds the equalizer and the master gain; what else the preset does is reported. Where its filters
//! lack one of ours, an equal response is written: steep passes as a cascade of second-order ones, and a tilt of g dB as a
//! high shelf of 2g dB with q′ = 2q√G / (G + 1), G = 10^(g/20), under a preamp of −g dB. Comparing the coefficients of
//! the analog sections shows that they are the same.

use crate::import::Note;
use crate::preset::Preset;
use enhancer_dsp::StageId;
use enhancer_dsp::config::{BandChannel, BandType, EqBand, FilterSlope};
use enhancer_dsp::filter::prototype::Prototype;

/// A preset as text for another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// What it can't say, in the preset's order.
    pub notes: Vec<Note>,
}

/// The equalizer as Equalizer APO's configuration text. [`import`](crate::import) reads it back to the same response.
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
    /// What the lines being written work on.
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
        self.line(&format!("Preamp: {} dB", number(f64::from(preamp_db + config.master_gain_db))));
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
            self.note(format!("{stage} is not part of an equalizer's file and is left out"));
        }
        if config.bypass_all {
            self.note("the bypass is left out".to_owned());
        }
    }

    fn band(&mut self, index: usize, band: &EqBand) {
        let refused = match (band.channel, band.kind) {
            (BandChannel::Mid | BandChannel::Side, _) => "Equalizer APO has no mid and side",
            (_, BandType::Lowpass | BandType::Highpass) if band.slope == FilterSlope::Db6 => {
                "Equalizer APO has no pass of 6 dB per octave"
            }
            (BandChannel::Left | BandChannel::Right, BandType::Tilt) => {
                "a tilt of one side needs a preamp of its own"
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
            BandType::Peak => self.bend(band, "PK", frequency, gain, q),
            BandType::Lowshelf => self.bend(band, "LSC", frequency, gain, q),
            BandType::Highshelf => self.bend(band, "HSC", frequency, gain, q),
            BandType::Tilt => {
                let level = 10f64.powf(gain / 20.0);
                self.bend(band, "HSC", frequency, 2.0 * gain, 2.0 * q * level.sqrt() / (level + 1.0));
            }
            BandType::Notch => self.pass(band, "NO", frequency, q),
            BandType::Bandpass => self.pass(band, "BP", frequency, q),
            BandType::Lowpass | BandType::Highpass => {
                let kind = if band.kind == BandType::Lowpass { "LPQ" } else { "HPQ" };
                for section in Prototype::new(band).sections() {
                    let [_, damping, _] = section.den;
                    self.pass(band, kind, frequency, 1.0 / damping);
                }
            }
        }
    }

    fn bend(&mut self, band: &EqBand, kind: &str, frequency: f64, gain: f64, q: f64) {
        self.filter(
            band,
            &format!("{kind} Fc {} Hz Gain {} dB Q {}", hertz(frequency), number(gain), number(q)),
        );
    }

    fn pass(&mut self, band: &EqBand, kind: &str, frequency: f64, q: f64) {
        self.filter(band, &format!("{kind} Fc {} Hz Q {}", hertz(frequency), number(q)));
    }

    fn filter(&mut self, band: &EqBand, what: &str) {
        self.filters += 1;
        let on = if band.enabled { "ON" } else { "OFF" };
        self.line(&format!("Filter {}: {on} {what}", self.filters));
    }
}

/// A tilt whose share of the level is in the preamp.
fn is_common_tilt(band: &EqBand) -> bool {
    band.enabled && band.kind == BandType::Tilt && band.channel == BandChannel::Stereo
}

/// As few digits as give the same `f32` back.
fn number(value: f64) -> String {
    (value as f32).to_string()
}

/// Equalizer APO takes a point before exactly three decimals for one between thousands.
fn hertz(value: f64) -> String {
    let text = number(value);
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text,
    }
}
