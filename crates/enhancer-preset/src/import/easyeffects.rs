//! Presets of EasyEffects, and of PulseEffects before it: JSON with an `output` or `input` chain of named effects.
//!
//! Names and ranges are those of EasyEffects' own settings files. Taken over are equalizer, compressor, limiter, maximizer,
//! bass enhancer, exciter, stereo tools and crossfeed; every other effect that is on becomes a note. The order of the
//! effects is ours, so where that differs from the file's a note says so. Gains between effects are moved, which
//! is exact: before the compressor into the preamp, after it into the master gain, around the limiter into its ceiling.

mod dynamics;
mod equalizer;
mod tone;

use super::taken::Taken;
use super::{Format, ImportError, Imported, Source};
use crate::parse::locate;
use crate::text::one_line;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::EqBand;
use serde_json::{Map, Value};

/// The most effects of a chain that are looked at.
const MAX_EFFECTS: usize = 100;

/// Reads `document` if it is such a preset.
pub(super) fn import(document: &Value, source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let (section, chain) = ["output", "input"].iter().find_map(|section| {
        Some((*section, document.get(section)?.as_object().filter(|chain| is_chain(chain))?))
    })?;
    let mut reader = Reader::new(source.text, section);
    if section == "input" {
        reader.note(&[section], "this is a preset for a microphone; it is taken over all the same");
    }
    let order = order(chain);
    for effect in order.iter().take(MAX_EFFECTS) {
        reader.effect(effect, chain);
    }
    if order.len() > MAX_EFFECTS {
        reader.note(&[section], format!("more than {MAX_EFFECTS} effects; the rest is not read"));
    }
    Some(reader.finish(&source.name))
}

/// A chain names its order or has one of the effects; our own files have neither.
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

/// The effect's kind: `equalizer` of `equalizer#0`.
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
        let value = self.fields.get(key)?;
        let number = value.as_f64().or_else(|| value.as_str()?.trim().replace(',', ".").parse().ok());
        number.filter(|number| number.abs() <= 1e6)
    }

    /// A number, or `default` where there is none.
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

/// What the chain has become so far.
struct Reader<'a> {
    text: &'a str,
    section: &'a str,
    /// The preset so far; its notes have the lines of their effects.
    result: Taken,
    /// Gain after the compressor, dB.
    master_db: f64,
    /// Kinds of the effects taken over, in the file's order.
    taken: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, section: &'a str) -> Self {
        Self { text, section, result: Taken::default(), master_db: 0.0, taken: Vec::new() }
    }

    fn note(&mut self, path: &[&str], text: impl Into<String>) {
        let (line, _) = locate(self.text, path);
        self.result.note(line, text);
    }

    fn note_on(&mut self, name: &str, text: &str) {
        let section = self.section;
        self.note(&[section, name], format!("{}: {text}", one_line(base(name))));
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
        let again = kind != "equalizer" && self.taken.iter().any(|taken| taken == kind);
        let limited = matches!(kind, "limiter" | "maximizer")
            && self.taken.iter().any(|taken| matches!(taken.as_str(), "limiter" | "maximizer"));
        if again || limited {
            self.note_on(key, "there is one already; this one is left out");
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
                self.note_on(key, left_out(kind));
                return;
            }
        }
        self.taken.push(kind.to_owned());
    }

    /// A gain at this place of the file's chain.
    fn gain(&mut self, gain_db: f64) {
        if self.result.config.compressor.enabled {
            self.master_db += gain_db;
        } else {
            self.result.gain(gain_db);
        }
    }

    fn finish(mut self, name: &str) -> Result<Imported, ImportError> {
        self.note_order();
        // The levels are the preset's own: none is lowered for its gains.
        self.result.gain(0.0);
        let mut changes = Vec::new();
        let master_db = super::filter::round(self.master_db);
        self.result.config.master_gain_db =
            super::filter::hold("the master gain", master_db, -24.0, 24.0, &mut changes);
        for change in changes {
            self.result.note(None, change);
        }
        let imported = self.result.finish(Format::EasyEffects, name)?;
        if changes_nothing(&imported.preset.config) {
            return Err(ImportError::Nothing { format: Format::EasyEffects, notes: imported.notes });
        }
        Ok(imported)
    }

    /// Linear effects may change places without a sound; around compressor and limiter they may not.
    fn note_order(&mut self) {
        let place = |kind: &str| self.taken.iter().position(|taken| taken == kind);
        let mut differs = Vec::new();
        if let Some(compressor) = place("compressor") {
            if self.taken.iter().rposition(|taken| taken == "equalizer").is_some_and(|last| last > compressor)
            {
                differs.push("the equalizer works before the compressor, in the file after it");
            }
            let tone = ["bass_enhancer", "exciter", "stereo_tools", "crossfeed"];
            if tone.iter().any(|kind| place(kind).is_some_and(|place| place < compressor)) {
                differs
                    .push("bass, treble and stereo effects work after the compressor, in the file before it");
            }
        }
        let last = self.taken.len().saturating_sub(1);
        if place("limiter").or(place("maximizer")).is_some_and(|limiter| limiter < last) {
            differs.push("the limiter works last, in the file earlier");
        }
        for text in differs {
            self.result.note(None, text);
        }
    }
}

/// Whether the config leaves all sound as it is: no effect was taken over, or only a flat equalizer was.
fn changes_nothing(config: &EnhancerConfig) -> bool {
    let is_flat = |band: &EqBand| !band.enabled || (band.kind.has_gain() && band.gain_db == 0.0);
    let equalizer = EnhancerConfig::default().equalizer;
    config.equalizer.preamp_db == 0.0
        && config.equalizer.bands.iter().all(is_flat)
        && EnhancerConfig { equalizer, ..*config } == EnhancerConfig::default()
}

/// What to say of an effect that the chain doesn't have.
fn left_out(kind: &str) -> &'static str {
    match kind {
        "autogain" => "levelling over time is not part of the chain and is left out",
        "convolver" => "convolution with an impulse response is not part of the chain and is left out",
        "multiband_compressor" => "compression in bands is not part of the chain and is left out",
        "gate" | "multiband_gate" | "expander" => "gating is not part of the chain and is left out",
        "deesser" => "de-essing is not part of the chain and is left out",
        "reverb" => "reverberation is not part of the chain and is left out",
        "delay" => "delay is not part of the chain and is left out",
        "pitch" => "pitch shifting is not part of the chain and is left out",
        "loudness" | "bass_loudness" => "loudness contours are not part of the chain and are left out",
        "crystalizer" | "crusher" => "this distortion is not part of the chain and is left out",
        "rnnoise" | "deepfilternet" | "speex" | "voice_suppressor" => {
            "noise suppression is not part of the chain and is left out"
        }
        "echo_canceller" => "echo cancellation is not part of the chain and is left out",
        _ => "not part of the chain and left out",
    }
}
