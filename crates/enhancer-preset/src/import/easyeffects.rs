//! Imports presets of EasyEffects and its predecessor PulseEffects: JSON with an `output` or `input` chain
//! of effects.
//!
//! Names and ranges follow EasyEffects' own settings files. The equalizer, compressor, limiter, maximizer,
//! bass enhancer, exciter, stereo tools and crossfeed are imported; each other active effect becomes a
//! note. The order of the stages is fixed here, so a note reports where the file's order differs. Gains
//! between the effects are moved without changing the result: before the compressor into the preamp, after
//! it into the master gain, around the limiter into its ceiling.

mod dynamics;
mod equalizer;
mod tone;

use super::builder::Builder;
use super::json::to_number;
use super::{Format, ImportError, Imported, Source};
use crate::excerpt::excerpt;
use crate::parse::locate;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::EqBand;
use serde_json::{Map, Value};

/// The largest number of effects that are read.
const MAX_EFFECTS: usize = 100;

/// Imports `document` if it is such a preset.
pub(super) fn import(document: &Value, source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let (section, chain) = ["output", "input"].iter().find_map(|section| {
        Some((*section, document.get(section)?.as_object().filter(|chain| is_chain(chain))?))
    })?;
    let mut reader = Reader::new(source.text, section);
    if section == "input" {
        reader.note(&[section], "the preset is for a microphone; it is imported for playback");
    }
    let order = order(chain);
    for effect in order.iter().take(MAX_EFFECTS) {
        reader.effect(effect, chain);
    }
    if order.len() > MAX_EFFECTS {
        reader.note(&[section], format!("more than {MAX_EFFECTS} effects; the others are left out"));
    }
    Some(reader.finish(&source.name))
}

/// True for a chain with an order or an equalizer. The product's own files have neither.
fn is_chain(chain: &Map<String, Value>) -> bool {
    chain.contains_key("plugins_order") || chain.keys().any(|key| base(key) == "equalizer")
}

fn order(chain: &Map<String, Value>) -> Vec<String> {
    let listed = chain.get("plugins_order").and_then(Value::as_array);
    match listed {
        Some(names) => names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        None => chain.iter().filter(|(_, value)| value.is_object()).map(|(name, _)| name.clone()).collect(),
    }
}

/// The kind of an effect: `equalizer` for `equalizer#0`.
fn base(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}

/// The settings of one effect. Older files write numbers and switches as strings.
#[derive(Clone, Copy)]
struct Effect<'a> {
    fields: &'a Map<String, Value>,
}

impl<'a> Effect<'a> {
    fn number(&self, key: &str) -> Option<f64> {
        to_number(self.fields.get(key)?).filter(|number| number.abs() <= 1e6)
    }

    /// The number under a key, or `default` if there is none.
    fn number_or(&self, key: &str, default: f64) -> f64 {
        self.number(key).unwrap_or(default)
    }

    fn flag(&self, key: &str) -> bool {
        let value = self.fields.get(key);
        value.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"))
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.fields.get(key)?.as_str()
    }

    fn inner(&self, key: &str) -> Option<Self> {
        self.fields.get(key)?.as_object().map(|fields| Self { fields })
    }

    fn is_on(&self) -> bool {
        !self.flag("bypass")
            && self.text("state") != Some("false")
            && self.fields.get("state") != Some(&false.into())
    }

    fn gains_db(&self) -> f64 {
        self.number_or("input-gain", 0.0) + self.number_or("output-gain", 0.0)
    }
}

/// The state of an import.
struct Reader<'a> {
    text: &'a str,
    section: &'a str,
    /// The preset so far. Its notes have the lines of their effects.
    builder: Builder,
    /// Gain after the compressor, dB.
    master_db: f64,
    /// Kinds of the imported effects, in the file's order.
    converted: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, section: &'a str) -> Self {
        Self { text, section, builder: Builder::default(), master_db: 0.0, converted: Vec::new() }
    }

    fn note(&mut self, path: &[&str], text: impl Into<String>) {
        let (line, _) = locate(self.text, path);
        self.builder.note(line, text);
    }

    fn note_on(&mut self, name: &str, text: &str) {
        let section = self.section;
        self.note(&[section, name], format!("{}: {text}", excerpt(base(name))));
    }

    fn note_all(&mut self, name: &str, texts: Vec<String>) {
        for text in texts {
            self.note_on(name, &text);
        }
    }

    fn effect(&mut self, name: &str, chain: &Map<String, Value>) {
        let kind = base(name);
        let key = if chain.contains_key(name) { name } else { kind };
        let Some(effect) = chain.get(key).and_then(Value::as_object).map(|fields| Effect { fields }) else {
            return;
        };
        if !effect.is_on() {
            return;
        }
        let again = kind != "equalizer" && self.converted.iter().any(|converted| converted == kind);
        let limited = matches!(kind, "limiter" | "maximizer")
            && self.converted.iter().any(|converted| matches!(converted.as_str(), "limiter" | "maximizer"));
        if again || limited {
            self.note_on(key, "only the first is imported; this one is left out");
            return;
        }
        match kind {
            "equalizer" => self.equalizer(key, effect),
            "compressor" => self.compressor(key, effect),
            "limiter" => self.limiter(key, effect),
            "maximizer" => self.maximizer(key, effect),
            "bass_enhancer" => self.bass_enhancer(key, effect),
            "exciter" => self.exciter(key, effect),
            "stereo_tools" => self.stereo_tools(key, effect),
            "crossfeed" => self.crossfeed(key, effect),
            "level_meter" => return,
            _ => {
                self.note_on(key, unsupported_effect(kind));
                return;
            }
        }
        self.converted.push(kind.to_owned());
    }

    /// Adds a gain in dB at the current place of the file's chain.
    fn gain(&mut self, gain_db: f64) {
        if self.builder.config.compressor.enabled {
            self.master_db += gain_db;
        } else {
            self.builder.gain(gain_db);
        }
    }

    fn finish(mut self, name: &str) -> Result<Imported, ImportError> {
        self.note_order();
        // The preset sets its own levels, so no preamp is computed for its gains.
        self.builder.gain(0.0);
        let mut changes = Vec::new();
        let master_db = super::filter::to_hundredths(self.master_db);
        self.builder.config.master_gain_db =
            super::filter::clamp("the master gain", master_db, -24.0, 24.0, &mut changes);
        self.builder.notes(None, changes);
        let imported = self.builder.finish(Format::EasyEffects, name)?;
        if changes_nothing(&imported.preset.config) {
            return Err(ImportError::Nothing { format: Format::EasyEffects, notes: imported.notes });
        }
        Ok(imported)
    }

    /// Reports a different order around the compressor and the limiter. The order of linear effects has no
    /// effect.
    fn note_order(&mut self) {
        let place = |kind: &str| self.converted.iter().position(|converted| converted == kind);
        let mut differs = Vec::new();
        if let Some(compressor) = place("compressor") {
            if self
                .converted
                .iter()
                .rposition(|converted| converted == "equalizer")
                .is_some_and(|last| last > compressor)
            {
                differs.push("the equalizer comes before the compressor; in the file it comes after");
            }
            let tone = ["bass_enhancer", "exciter", "stereo_tools", "crossfeed"];
            if tone.iter().any(|kind| place(kind).is_some_and(|place| place < compressor)) {
                differs.push(
                    "bass, treble and stereo effects come after the compressor; in the file they come before",
                );
            }
        }
        let last = self.converted.len().saturating_sub(1);
        if place("limiter").or(place("maximizer")).is_some_and(|limiter| limiter < last) {
            differs.push("the limiter comes last; in the file it comes earlier");
        }
        for text in differs {
            self.builder.note(None, text);
        }
    }
}

/// True if the config changes no sound: no effect was imported, or only a flat equalizer.
fn changes_nothing(config: &EnhancerConfig) -> bool {
    let is_flat = |band: &EqBand| !band.enabled || (band.kind.has_gain() && band.gain_db == 0.0);
    let equalizer = EnhancerConfig::default().equalizer;
    config.equalizer.preamp_db == 0.0
        && config.equalizer.bands.iter().all(is_flat)
        && EnhancerConfig { equalizer, ..*config } == EnhancerConfig::default()
}

/// The note on an effect that is not supported.
fn unsupported_effect(kind: &str) -> &'static str {
    match kind {
        "autogain" => "automatic gain is not supported and is left out",
        "convolver" => "convolution with an impulse response is not supported and is left out",
        "multiband_compressor" => "multiband compression is not supported and is left out",
        "gate" | "multiband_gate" | "expander" => "gating is not supported and is left out",
        "deesser" => "de-essing is not supported and is left out",
        "reverb" => "reverberation is not supported and is left out",
        "delay" => "delay is not supported and is left out",
        "pitch" => "pitch shifting is not supported and is left out",
        "loudness" | "bass_loudness" => "loudness contours are not supported and are left out",
        "crystalizer" | "crusher" => "this distortion is not supported and is left out",
        "rnnoise" | "deepfilternet" | "speex" | "voice_suppressor" => {
            "noise suppression is not supported and is left out"
        }
        "echo_canceller" => "echo cancellation is not supported and is left out",
        _ => "not supported and left out",
    }
}
