//! Converts EasyEffects' bass enhancer, exciter and stereo tools (Calf), and crossfeed (bs2b).

use super::{Effect, Reader};
use crate::import::filter::clamp;
use crate::import::sides::{FULL_CROSSFEED_DB, crossfeed_percent};
use enhancer_dsp::config::{BassBoostConfig, StereoEnhancerConfig, TrebleBoostConfig};

/// The note on an effect that works in another way here.
const APPROXIMATED: &str = "approximated: amount and frequency are kept, the harmonics differ";

impl Reader<'_> {
    /// The effect adds the distorted lows, with their fundamental, to the sound. An amount of a dB is
    /// therefore a shelf of 20 log10(1 + 10^(a/20)) dB.
    pub(super) fn bass_enhancer(&mut self, name: &str, effect: Effect<'_>) {
        self.gain(effect.gains_db());
        let mut changes = vec![APPROXIMATED.to_owned()];
        let mut clamp = |name, value, low, high| clamp(name, value, low, high, &mut changes);
        let bass = &mut self.builder.config.bass_boost;
        *bass = BassBoostConfig::default();
        bass.enabled = true;
        bass.frequency_hz = clamp("frequency", effect.number_or("scope", 100.0), 30.0, 250.0);
        bass.amount_db = clamp("amount", added_db(effect.number_or("amount", 0.0)), 0.0, 12.0);
        bass.harmonics_percent = clamp("harmonics", 10.0 * effect.number_or("harmonics", 8.5), 0.0, 100.0);
        self.note_all(name, changes);
    }

    pub(super) fn exciter(&mut self, name: &str, effect: Effect<'_>) {
        self.gain(effect.gains_db());
        let mut changes = vec![APPROXIMATED.to_owned()];
        let mut clamp = |name, value, low, high| clamp(name, value, low, high, &mut changes);
        let treble = &mut self.builder.config.treble_boost;
        *treble = TrebleBoostConfig::default();
        treble.enabled = true;
        treble.frequency_hz = clamp("frequency", effect.number_or("scope", 7500.0), 2000.0, 16_000.0);
        treble.amount_db = clamp("amount", added_db(effect.number_or("amount", 0.0)), 0.0, 12.0);
        treble.harmonics_percent = clamp("harmonics", 10.0 * effect.number_or("harmonics", 8.5), 0.0, 100.0);
        self.note_all(name, changes);
    }

    /// The stereo base b adds b (L − R) to each side, so the side grows by 1 + 2b for b > 0 and by 1 + b
    /// for b < 0.
    pub(super) fn stereo_tools(&mut self, name: &str, effect: Effect<'_>) {
        let (side_db, middle_db) =
            (effect.number_or("side-level", 0.0), effect.number_or("middle-level", 0.0));
        let base = effect.number_or("stereo-base", 0.0).clamp(-1.0, 1.0);
        let base = if base < 0.0 { 1.0 + base } else { 1.0 + 2.0 * base };
        let mut changes = Vec::new();
        let mode = effect.text("mode").unwrap_or("LR > LR (Stereo Default)");
        let mut width = 100.0 * base * 10f64.powf((side_db - middle_db) / 20.0);
        if mode.starts_with("LR > L+R") {
            width = 0.0;
        } else if !mode.starts_with("LR > LR") {
            changes.push(format!("mode {} is not supported", crate::excerpt::excerpt(mode)));
        }
        let balance = 100.0 * (effect.number_or("balance-in", 0.0) + effect.number_or("balance-out", 0.0));
        let stereo = StereoEnhancerConfig {
            enabled: true,
            width_percent: clamp("width", width, 0.0, 200.0, &mut changes),
            balance_percent: clamp("balance", balance, -100.0, 100.0, &mut changes),
            crossfeed_percent: self.builder.config.stereo_enhancer.crossfeed_percent,
            ..StereoEnhancerConfig::default()
        };
        self.builder.config.stereo_enhancer = stereo;
        for switch in ["softclip", "mutel", "muter", "phasel", "phaser"] {
            if effect.flag(switch) {
                changes.push(format!("{switch} is not supported"));
            }
        }
        for key in ["side-balance", "middle-panorama", "delay", "stereo-phase"] {
            if effect.number_or(key, 0.0) != 0.0 {
                changes.push(format!("{key} is not supported"));
            }
        }
        self.gain(effect.gains_db() + middle_db);
        self.note_all(name, changes);
    }

    pub(super) fn crossfeed(&mut self, name: &str, effect: Effect<'_>) {
        self.gain(effect.gains_db());
        let percent = crossfeed_percent(effect.number_or("feed", FULL_CROSSFEED_DB));
        let mut changes = Vec::new();
        self.builder.config.stereo_enhancer.enabled = true;
        self.builder.config.stereo_enhancer.crossfeed_percent =
            clamp("crossfeed", percent, 0.0, 100.0, &mut changes);
        let corner = effect.number_or("fcut", 700.0);
        if corner != 700.0 {
            changes.push(format!("the corner frequency of {corner} Hz is replaced by 700 Hz"));
        }
        self.note_all(name, changes);
    }
}

/// Gain in dB of a sound plus a copy of itself at `amount_db`.
fn added_db(amount_db: f64) -> f64 {
    20.0 * (1.0 + 10f64.powf(amount_db.clamp(-200.0, 200.0) / 20.0)).log10()
}
