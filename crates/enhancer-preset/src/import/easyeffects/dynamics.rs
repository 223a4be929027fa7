//! Converts EasyEffects' compressor (LSP), limiter (LSP) and maximizer.

use super::{Effect, Reader};
use crate::import::filter::clamp;
use enhancer_dsp::config::{CompressorConfig, Detector, LimiterConfig};

/// A mixer path at or below this level counts as silent, dB.
const SILENT_DB: f64 = -80.0;

impl Reader<'_> {
    /// EasyEffects gives the knee as the distance from the threshold to its edge, so the width is twice
    /// that. A gain in front of the detector lowers the threshold. Dry and wet levels become a mix and a
    /// gain.
    pub(super) fn compressor(&mut self, name: &str, effect: Effect<'_>) {
        if let Some(mode) = effect.text("mode")
            && mode != "Downward"
        {
            self.note_on(
                name,
                &format!("{} compression is not supported and is left out", crate::excerpt::excerpt(mode)),
            );
            return;
        }
        let sidechain = effect.inner("sidechain");
        let of_sidechain = |key| sidechain.and_then(|sidechain| sidechain.number(key)).unwrap_or(0.0);
        let input_db = effect.number_or("input-gain", 0.0);
        let threshold_db = effect.number_or("threshold", -12.0) - input_db - of_sidechain("preamp");
        let (dry, wet) =
            (path_gain(effect.number_or("dry", -100.0)), path_gain(effect.number_or("wet", 0.0)));
        let total = dry + wet;
        let mut changes = Vec::new();
        let mut clamp = |name, value, low, high| clamp(name, value, low, high, &mut changes);
        self.builder.config.compressor = CompressorConfig {
            enabled: true,
            threshold_db: clamp("threshold", threshold_db, -60.0, 0.0),
            ratio: clamp("ratio", effect.number_or("ratio", 4.0), 1.0, 20.0),
            knee_db: clamp("knee", 2.0 * effect.number_or("knee", -6.0).abs(), 0.0, 24.0),
            attack_ms: clamp("attack", effect.number_or("attack", 20.0), 0.05, 250.0),
            release_ms: clamp("release", effect.number_or("release", 100.0), 5.0, 2500.0),
            makeup_gain_db: clamp("make-up gain", effect.number_or("makeup", 0.0), -12.0, 24.0),
            mix_percent: if total > 0.0 { (100.0 * wet / total) as f32 } else { 100.0 },
            ..CompressorConfig::default()
        };
        let detection = sidechain.and_then(|sidechain| sidechain.text("mode")).or(effect.text("detection"));
        match detection {
            Some("Peak") => self.builder.config.compressor.detector = Detector::Peak,
            Some("RMS") | None => {}
            Some(other) => {
                changes.push(format!("detection {} is replaced by RMS", crate::excerpt::excerpt(other)));
            }
        }
        if effect.text("hpf-mode").is_some_and(|mode| mode != "Off") {
            let frequency = effect.number_or("hpf-frequency", 10.0);
            self.builder.config.compressor.sidechain_highpass_hz =
                super::super::filter::clamp("side-chain high-pass", frequency, 0.0, 500.0, &mut changes);
        }
        if effect.text("lpf-mode").is_some_and(|mode| mode != "Off") {
            changes.push("the side-chain low-pass is left out".to_owned());
        }
        match sidechain.and_then(|sidechain| sidechain.text("type")) {
            None | Some("Feed-forward" | "Internal") => {}
            Some(other) => {
                changes.push(format!(
                    "side-chain {} is replaced by Feed-forward",
                    crate::excerpt::excerpt(other)
                ));
            }
        }
        if effect.flag("stereo-split") {
            changes.push("stereo split is left out; the channels are linked".to_owned());
        }
        if of_sidechain("lookahead") > 0.0 {
            changes.push("look-ahead is left out".to_owned());
        }
        let total_db = if total > 0.0 { 20.0 * total.log10() } else { SILENT_DB };
        self.gain(input_db + effect.number_or("output-gain", 0.0) + total_db);
        self.note_all(name, changes);
    }

    /// The limiter's boost raises its threshold to full scale. A gain after the limiter moves the ceiling.
    pub(super) fn limiter(&mut self, name: &str, effect: Effect<'_>) {
        let threshold_db = effect.number("threshold").or(effect.number("limit")).unwrap_or(0.0);
        let release_ms = match effect.flag("alr") {
            true => effect.number_or("alr-release", 50.0),
            false => effect.number_or("release", 5.0),
        };
        let boost_db = if effect.flag("gain-boost") { -threshold_db } else { 0.0 };
        self.limit(name, effect, threshold_db, boost_db, release_ms);
    }

    /// The maximizer raises the signal so that its threshold reaches its ceiling.
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
        let limiter = &mut self.builder.config.limiter;
        *limiter = LimiterConfig::default();
        limiter.enabled = true;
        limiter.ceiling_dbtp = clamp("ceiling", ceiling_db, -24.0, 0.0, &mut changes);
        limiter.release_ms = clamp("release", release_ms, 1.0, 1000.0, &mut changes);
        self.note_all(name, changes);
    }
}

fn path_gain(level_db: f64) -> f64 {
    if level_db <= SILENT_DB { 0.0 } else { 10f64.powf(level_db / 20.0) }
}
