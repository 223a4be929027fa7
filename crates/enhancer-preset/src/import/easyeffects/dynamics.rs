//! EasyEffects' compressor (LSP), limiter (LSP) and maximizer.

use super::{Effect, Reader};
use crate::import::filter::hold;
use enhancer_dsp::config::{CompressorConfig, Detector, LimiterConfig};

/// Below this a path of EasyEffects' mixers is silent, dB.
const SILENT_DB: f64 = -80.0;

impl Reader<'_> {
    /// The knee is given as the distance from the threshold to its edge, so ours is twice as wide. A gain in front of the
    /// detector lowers the threshold; dry and wet levels become a mix and a gain.
    pub(super) fn compressor(&mut self, name: &str, effect: Effect<'_>) {
        if let Some(mode) = effect.text("mode")
            && mode != "Downward"
        {
            self.note_on(
                name,
                &format!("{} compression is not supported and left out", crate::text::one_line(mode)),
            );
            return;
        }
        let sidechain = effect.inner("sidechain");
        let of_sidechain = |key| sidechain.and_then(|sidechain| sidechain.number(key)).unwrap_or(0.0);
        let input_db = effect.number_or("input-gain", 0.0);
        let threshold_db = effect.number_or("threshold", -12.0) - input_db - of_sidechain("preamp");
        let (dry, wet) = (path(effect.number_or("dry", -100.0)), path(effect.number_or("wet", 0.0)));
        let total = dry + wet;
        let mut changes = Vec::new();
        let mut hold = |name, value, low, high| hold(name, value, low, high, &mut changes);
        self.result.config.compressor = CompressorConfig {
            enabled: true,
            threshold_db: hold("threshold", threshold_db, -60.0, 0.0),
            ratio: hold("ratio", effect.number_or("ratio", 4.0), 1.0, 20.0),
            knee_db: hold("knee", 2.0 * effect.number_or("knee", -6.0).abs(), 0.0, 24.0),
            attack_ms: hold("attack", effect.number_or("attack", 20.0), 0.05, 250.0),
            release_ms: hold("release", effect.number_or("release", 100.0), 5.0, 2500.0),
            makeup_gain_db: hold("make-up gain", effect.number_or("makeup", 0.0), -12.0, 24.0),
            mix_percent: if total > 0.0 { (100.0 * wet / total) as f32 } else { 100.0 },
            ..CompressorConfig::default()
        };
        let detection = sidechain.and_then(|sidechain| sidechain.text("mode")).or(effect.text("detection"));
        match detection {
            Some("Peak") => self.result.config.compressor.detector = Detector::Peak,
            Some("RMS") | None => {}
            Some(other) => {
                changes.push(format!("detection {} is taken for RMS", crate::text::one_line(other)));
            }
        }
        if effect.text("hpf-mode").is_some_and(|mode| mode != "Off") {
            let frequency = effect.number_or("hpf-frequency", 10.0);
            self.result.config.compressor.sidechain_highpass_hz =
                super::super::filter::hold("side-chain high-pass", frequency, 0.0, 500.0, &mut changes);
        }
        if effect.text("lpf-mode").is_some_and(|mode| mode != "Off") {
            changes.push("the side-chain low-pass is left out".to_owned());
        }
        match sidechain.and_then(|sidechain| sidechain.text("type")) {
            None | Some("Feed-forward" | "Internal") => {}
            Some(other) => {
                changes
                    .push(format!("side-chain {} is taken for Feed-forward", crate::text::one_line(other)));
            }
        }
        if effect.flag("stereo-split") {
            changes.push("the channels are linked".to_owned());
        }
        if of_sidechain("lookahead") > 0.0 {
            changes.push("look-ahead is left out".to_owned());
        }
        let total_db = if total > 0.0 { 20.0 * total.log10() } else { SILENT_DB };
        self.gain(input_db + effect.number_or("output-gain", 0.0) + total_db);
        self.note_all(name, changes);
    }

    /// With its boost the limiter brings its threshold up to full scale. A gain behind it moves the ceiling.
    pub(super) fn limiter(&mut self, name: &str, effect: Effect<'_>) {
        let threshold_db = effect.number("threshold").or(effect.number("limit")).unwrap_or(0.0);
        let release_ms = match effect.flag("alr") {
            true => effect.number_or("alr-release", 50.0),
            false => effect.number_or("release", 5.0),
        };
        let boost_db = if effect.flag("gain-boost") { -threshold_db } else { 0.0 };
        self.limit(name, effect, threshold_db, boost_db, release_ms);
    }

    /// Brings the threshold up to the ceiling, and all else with it.
    pub(super) fn maximizer(&mut self, name: &str, effect: Effect<'_>) {
        let threshold_db = effect.number_or("threshold", 0.0);
        let boost_db = effect.number_or("ceiling", 0.0) - threshold_db;
        self.limit(name, effect, threshold_db, boost_db, effect.number_or("release", 25.0));
    }

    fn limit(&mut self, name: &str, effect: Effect<'_>, threshold_db: f64, boost_db: f64, release_ms: f64) {
        let output_db = effect.number_or("output-gain", 0.0);
        let ceiling_db = threshold_db + boost_db + output_db - effect.number_or("sidechain-preamp", 0.0);
        self.master_db += effect.number_or("input-gain", 0.0) + boost_db + output_db;
        let mut changes = Vec::new();
        self.result.config.limiter = LimiterConfig {
            enabled: true,
            ceiling_dbtp: hold("ceiling", ceiling_db, -24.0, 0.0, &mut changes),
            release_ms: hold("release", release_ms, 1.0, 1000.0, &mut changes),
        };
        self.note_all(name, changes);
    }
}

fn path(level_db: f64) -> f64 {
    if level_db <= SILENT_DB { 0.0 } else { 10f64.powf(level_db / 20.0) }
}
