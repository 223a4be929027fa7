//! The compressor reduces the difference between loud and quiet: feed-forward, in the log domain, without
//! latency.
//!
//! ```text
//! input ─┬─ high-pass ─ level (peak or RMS, loudest channel) ─ dB ─ static curve ─ attack/release ─┐
//!        └──────────────────────────────────────────────────────────────────────────── gain · make-up, mix ─ output
//! ```
//!
//! After D. Giannoulis, M. Massberg, J. D. Reiss, *Digital dynamic range compressor design*, JAES 60(6),
//! 2012. The smoothing follows the static curve, in dB, so attack and release do not depend on the size of a
//! step. The detectors are not from that paper: they read a steady tone as a constant level. A level without
//! ripple causes no error of the static curve and no distortion. `docs/COMPRESSOR.md` has the figures.

mod fused;

use super::ballistics::{Ballistics, hold_frames};
use super::decibels::fast_db_to_gain;
use super::envelope_follower::EnvelopeFollower;
use super::gain_computer::{Curve, GainComputer};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::{first_frames, first_frames_mut};
use crate::param::ParamKind as K;
use crate::param::Unit::{Db, Hz, Ms, Percent, Ratio};
use crate::param::{as_text, choice, section};
use crate::quality::Quality;
use crate::simd::{self, Isa, Kernel};
use crate::smoother::{GLIDE_MS, Smoother};
use crate::stage::Stage;
use crate::tail::Tail;
use crate::units::gain_to_db;
use fused::FusedReduction;

/// Level at which the curve's reduction equals the loudness that music of −14 LUFS loses, RMS detector, dBFS.
///
/// Measured on four pieces, three settings, −20 to −10 LUFS: 1 dB above the LUFS (−0.7 to +4.1). Auto make-up
/// adds the reduction at this level.
const PROGRAMME_RMS_DB: f64 = -13.0;

/// The same level for the peak detector: 8 dB above the LUFS (6.6 to 9.4).
const PROGRAMME_PEAK_DB: f64 = -6.0;

choice! {
    /// Level that a compressor's detector measures.
    Detector {
        /// Peaks of the waveform.
        Peak = "peak",
        /// Root mean square, which follows loudness more closely.
        Rms = "rms",
    }
}
as_text!(Detector);

section! {
    /// Compressor: feed-forward, soft knee, linked channels.
    CompressorConfig at "compressor.", {
    enabled: bool, "enabled", "Compressor", K::Switch, 0.0, "Switches the compressor.",
        "Bring loud and quiet closer together: for listening in noise, for voices, for a mix that should hold together.";
    threshold_db: f32, "threshold", "Threshold", K::float(-60.0, 0.0, Db), -20.0,
        "Level above which the gain falls, dBFS.",
        "Lower it until the meter shows 2 to 6 dB of reduction on loud passages.";
    ratio: f32, "ratio", "Ratio", K::log(1.0, 20.0, Ratio), 2.0,
        "Change of input level divided by change of output level above the threshold.",
        "1.5 to 2 on a whole mix, 3 to 4 on a voice, 10 and more to hold peaks.";
    knee_db: f32, "knee", "Knee", K::float(0.0, 24.0, Db), 6.0,
        "Width of the bend around the threshold; 0 is a hard knee.",
        "Wide for a gradual onset, 0 for an exact threshold.";
    attack_ms: f32, "attack", "Attack", K::log(0.05, 250.0, Ms), 10.0, "Time to 63 % of a fall in gain.",
        "10 to 30 ms leaves drum hits their edge; 1 ms and less catches them.";
    release_ms: f32, "release", "Release", K::log(5.0, 2500.0, Ms), 120.0, "Time to 63 % of a rise in gain.",
        "100 to 300 ms on music; shorter is louder and pumps more.";
    makeup_gain_db: f32, "makeup_gain", "Make-up Gain", K::float(-12.0, 24.0, Db), 0.0,
        "Gain of the compressed signal.", "Restore the level that the compression takes away.";
    auto_makeup: bool, "auto_makeup", "Auto Make-up", K::Switch, 0.0,
        "Adds the gain that the static curve takes away at the level of loud music.",
        "Compare settings at about equal loudness.";
    detector: Detector, "detector", "Detector", K::Choice(Detector::LABELS), 1.0,
        "Level that is measured: peak or RMS.", "RMS for loudness, peak to catch short peaks.";
    sidechain_highpass_hz: f32, "sidechain_highpass", "Side-chain High-pass", K::float_or_off(500.0, Hz), 0.0,
        "Corner below which the detector ignores the signal, 12 dB per octave; 0 is off.",
        "80 to 150 Hz stops a bass drum from turning down the whole mix.";
    mix_percent: f32, "mix", "Mix", K::float(0.0, 100.0, Percent), 100.0, "Share of the compressed signal.",
        "50 % and less with a strong setting for parallel compression.";
    } also {
    }
}

/// The compressor stage, for 1 to 8 linked channels.
#[derive(Debug)]
pub struct Compressor {
    sample_rate_hz: f64,
    follower: EnvelopeFollower,
    computer: GainComputer,
    ballistics: Ballistics,
    /// Make-up gain, auto make-up included, dB.
    makeup_db: Smoother,
    /// Share of the compressed signal in the output, 0…1.
    mix: Smoother,
    /// Largest reduction of the last block, dB.
    largest_reduction_db: f64,
}

impl Compressor {
    /// Gain that `auto_makeup` adds, dB: the static curve's reduction of loud programme.
    #[must_use]
    pub fn auto_makeup_db(config: &CompressorConfig) -> f64 {
        let programme_db = match config.detector {
            Detector::Peak => PROGRAMME_PEAK_DB,
            Detector::Rms => PROGRAMME_RMS_DB,
        };
        if config.auto_makeup { Curve::of(config).reduction_db(programme_db) } else { 0.0 }
    }

    /// Gain of a steady level after the attack, dB, make-up and mix included. The editor draws this curve.
    #[must_use]
    pub fn static_gain_db(config: &CompressorConfig, level_db: f64) -> f64 {
        let mix = f64::from(config.mix_percent) / 100.0;
        let makeup_db = f64::from(config.makeup_gain_db) + Self::auto_makeup_db(config);
        gain_to_db((1.0 - mix) + mix * fast_db_to_gain(makeup_db - Curve::of(config).reduction_db(level_db)))
    }
}

impl Stage for Compressor {
    type Config = CompressorConfig;

    const NAME: &'static str = "Compressor";
    const MAIN: &'static str = "threshold";
    const REDUCES_GAIN: bool = true;

    fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            sample_rate_hz,
            follower: EnvelopeFollower::new(sample_rate_hz, channels),
            computer: GainComputer::new(sample_rate_hz),
            ballistics: Ballistics::new(sample_rate_hz),
            makeup_db: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            mix: Smoother::new(sample_rate_hz, GLIDE_MS, 1.0),
            largest_reduction_db: 0.0,
        }
    }

    fn is_enabled(&self, config: &CompressorConfig) -> bool {
        config.enabled
    }

    fn set_config(&mut self, config: &CompressorConfig, _quality: Quality) {
        self.follower.set_config(config, hold_frames(config, self.sample_rate_hz));
        self.computer.set_config(config);
        self.ballistics.set_config(config, self.follower.mean_hold_frames());
        self.makeup_db.set_target(f64::from(config.makeup_gain_db) + Self::auto_makeup_db(config));
        self.mix.set_target(f64::from(config.mix_percent) / 100.0);
    }

    fn process(&mut self, block: &mut Block) {
        let mut gains = [0.0; MAX_CHUNK_FRAMES];
        let lone = self.follower.lone_detector().filter(|_| self.ballistics.is_settled());
        if let (Some(detector), Some(curve)) = (lone, self.computer.settled()) {
            let (ballistics, reductions_db) = (&mut self.ballistics, &mut gains);
            let pair = block.first_pair_mut();
            simd::run(FusedReduction { detector, curve, ballistics, pair, reductions_db });
        } else {
            let gains = first_frames_mut(&mut gains, block.frames());
            self.follower.process(block, gains);
            self.computer.process(gains);
            self.ballistics.process(gains);
        }
        let gains = first_frames(&gains, block.frames());
        self.largest_reduction_db =
            gains.iter().fold(0.0, |largest, &db| if db > largest { db } else { largest });

        let mut makeup_db = [0.0; MAX_CHUNK_FRAMES];
        self.makeup_db.fill(first_frames_mut(&mut makeup_db, block.frames()));
        let mut mix = [0.0; MAX_CHUNK_FRAMES];
        self.mix.fill(first_frames_mut(&mut mix, block.frames()));
        for pair in block.pairs_mut() {
            simd::run(Apply { pair, reductions_db: gains, makeup_db: &makeup_db, mix: &mix });
        }
    }

    fn reset(&mut self) {
        self.follower.reset();
        self.computer.reset();
        self.ballistics.reset();
        self.largest_reduction_db = 0.0;
        self.makeup_db.snap();
        self.mix.snap();
    }

    fn flush_denormals(&mut self) {
        self.follower.flush_denormals();
        self.ballistics.flush_denormals();
    }

    fn add_tail(&self, config: &CompressorConfig, tail: &mut Tail) {
        let makeup_db = f64::from(config.makeup_gain_db) + Self::auto_makeup_db(config);
        tail.add_gain_db(makeup_db.max(0.0));
    }

    fn gain_reduction_db(&self) -> f64 {
        self.largest_reduction_db
    }
}

/// Multiplies a pair by the gain.
struct Apply<'a> {
    pair: &'a mut [Lanes],
    reductions_db: &'a [f64],
    makeup_db: &'a [f64; MAX_CHUNK_FRAMES],
    mix: &'a [f64; MAX_CHUNK_FRAMES],
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let mut gains = [0.0; MAX_CHUNK_FRAMES];
        let values = self.reductions_db.iter().zip(self.makeup_db).zip(self.mix);
        for (gain, ((reduction_db, makeup_db), mix)) in gains.iter_mut().zip(values) {
            *gain = (1.0 - mix) + mix * fast_db_to_gain(makeup_db - reduction_db);
        }
        for (lanes, gain) in self.pair.iter_mut().zip(gains) {
            lanes[0] *= gain;
            lanes[1] *= gain;
        }
    }
}
