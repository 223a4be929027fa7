//! Level meters as LV2 output ports, for hosts that show them beside the controls. Other formats have none of
//! them.
//!
//! True peak and loudness raise the plugin's cost by half, so they are measured only while the port
//! `level_meters` is on.

use enhancer_dsp::enhancer::MAX_CHANNELS;
use enhancer_dsp::meter::loudness::LoudnessMeter;
use enhancer_dsp::meter::true_peak::TruePeakMeter;
use enhancer_dsp::{Meters, StageId};
use nice_plug_lv2::MeterSpec;

/// The value for silence, dB: the lower end of the ports' range.
const FLOOR_DB: f32 = -70.0;

const fn level(symbol: &'static str, name: &'static str, unit: &'static str) -> MeterSpec {
    MeterSpec { symbol, name, unit, range: (FLOOR_DB, 12.0), default: FLOOR_DB }
}

const fn reduction(symbol: &'static str, name: &'static str) -> MeterSpec {
    MeterSpec { symbol, name, unit: "dB", range: (0.0, 40.0), default: 0.0 }
}

/// The ports, in the order of [`LevelPorts::show`].
pub(super) const LEVELS: [MeterSpec; 4] = [
    reduction("compressor_reduction", "Compressor Reduction"),
    reduction("limiter_reduction", "Limiter Reduction"),
    level("true_peak", "Highest True Peak", "dBTP"),
    level("loudness", "Short-term Loudness", "LUFS"),
];

/// The meters behind the ports. Reductions are the largest of the last block. While `watched` is on, the true
/// peak is the highest since it was switched on, and the loudness is that of the last three seconds.
#[derive(Default)]
pub(crate) struct LevelPorts {
    /// True in LV2.
    enabled: bool,
    /// True while the port `level_meters` is on.
    watched: bool,
    meters: Option<LevelMeters>,
}

/// Meters for one sample rate and channel count.
struct LevelMeters {
    rate_hz: f64,
    channels: usize,
    true_peak: TruePeakMeter,
    loudness: LoudnessMeter,
    compressor_reduction_db: f32,
    limiter_reduction_db: f32,
}

impl LevelPorts {
    /// Enables the meters: the plugin runs in an LV2 host.
    pub(super) fn switch_on(&mut self) {
        self.enabled = true;
    }

    /// Starts or stops the measurement of true peak and loudness, and resets all levels.
    pub(super) fn watch(&mut self, watched: bool) {
        self.watched = watched;
        self.reset();
    }

    /// Allocates the meters, unless they fit already. Only does so in LV2.
    pub(crate) fn activate(&mut self, rate_hz: f64, channels: usize) {
        let fits = |meters: &LevelMeters| meters.rate_hz == rate_hz && meters.channels == channels;
        if !self.enabled || self.meters.as_ref().is_some_and(fits) {
            return;
        }
        self.meters = LoudnessMeter::new(rate_hz, channels).ok().map(|loudness| LevelMeters {
            rate_hz,
            channels,
            true_peak: TruePeakMeter::new(channels),
            loudness,
            compressor_reduction_db: 0.0,
            limiter_reduction_db: 0.0,
        });
    }

    /// Measures a block of the output; `chain` contains the chain's meters after that block.
    pub(crate) fn observe(&mut self, channels: &[&mut [f32]], chain: &Meters) {
        let Some(meters) = &mut self.meters else { return };
        let mut block = [&[][..]; MAX_CHANNELS];
        for (place, channel) in block.iter_mut().zip(channels) {
            *place = channel;
        }
        let block = &block[..channels.len().min(MAX_CHANNELS)];
        if self.watched {
            meters.true_peak.push(block);
            meters.loudness.push(block);
        }
        let most = |present: &mut f32, new: f32| *present = present.max(new);
        most(&mut meters.compressor_reduction_db, chain.reduction_db(StageId::Compressor));
        most(&mut meters.limiter_reduction_db, chain.reduction_db(StageId::Limiter));
    }

    /// Writes the levels in the order of [`LEVELS`] and resets the reductions.
    pub(super) fn show(&mut self, values: &mut [f32]) {
        let Some(meters) = &mut self.meters else { return };
        let true_peak_db = (20.0 * meters.true_peak.peak().log10()) as f32;
        let loudness = meters.loudness.short_term_lufs().map_or(FLOOR_DB, |lufs| lufs as f32);
        let levels = [
            std::mem::take(&mut meters.compressor_reduction_db),
            std::mem::take(&mut meters.limiter_reduction_db),
            true_peak_db.max(FLOOR_DB),
            loudness.max(FLOOR_DB),
        ];
        for (value, level) in values.iter_mut().zip(levels) {
            *value = level;
        }
    }

    /// Resets all levels.
    pub(crate) fn reset(&mut self) {
        if let Some(meters) = &mut self.meters {
            meters.true_peak.reset();
            meters.loudness.reset();
            (meters.compressor_reduction_db, meters.limiter_reduction_db) = (0.0, 0.0);
        }
    }
}
