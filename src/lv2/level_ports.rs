//! Levels as output ports, for hosts that show them beside the controls. They run in LV2 alone; true peak and loudness, which
//! make the plugin half as slow again, only while the port `level_meters` is on.

use enhancer_dsp::Meters;
use enhancer_dsp::enhancer::MAX_CHANNELS;
use enhancer_dsp::meter::loudness::LoudnessMeter;
use enhancer_dsp::meter::true_peak::TruePeakMeter;
use nice_plug_lv2::MeterSpec;

/// What silence shows, in dB: the lower end of the ports' range.
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

/// What the ports show: the most reduction of the last block; while watched, the highest true peak since then and the loudness of the
/// last three seconds.
#[derive(Default)]
pub(crate) struct LevelPorts {
    wanted: bool,
    watched: bool,
    running: Option<Running>,
}

struct Running {
    rate_hz: f64,
    channels: usize,
    true_peak: TruePeakMeter,
    loudness: LoudnessMeter,
    compressor_reduction_db: f32,
    limiter_reduction_db: f32,
}

impl LevelPorts {
    /// The plugin runs as LV2.
    pub(super) fn switch_on(&mut self) {
        self.wanted = true;
    }

    /// Somebody looks, from now on, or no longer.
    pub(super) fn watch(&mut self, watched: bool) {
        self.watched = watched;
        self.reset();
    }

    /// Allocates what the meters need.
    pub(crate) fn activate(&mut self, rate_hz: f64, channels: usize) {
        let fits = |running: &Running| running.rate_hz == rate_hz && running.channels == channels;
        if !self.wanted || self.running.as_ref().is_some_and(fits) {
            return;
        }
        self.running = LoudnessMeter::new(rate_hz, channels).ok().map(|loudness| Running {
            rate_hz,
            channels,
            true_peak: TruePeakMeter::new(channels),
            loudness,
            compressor_reduction_db: 0.0,
            limiter_reduction_db: 0.0,
        });
    }

    /// Takes a block of what goes out.
    pub(crate) fn observe(&mut self, channels: &[&mut [f32]], meters: &Meters) {
        let Some(running) = &mut self.running else { return };
        let mut block = [&[][..]; MAX_CHANNELS];
        for (place, channel) in block.iter_mut().zip(channels) {
            *place = channel;
        }
        let block = &block[..channels.len().min(MAX_CHANNELS)];
        if self.watched {
            running.true_peak.push(block);
            running.loudness.push(block);
        }
        let most = |present: &mut f32, new: f32| *present = present.max(new);
        most(&mut running.compressor_reduction_db, meters.reduction_db(enhancer_dsp::StageId::Compressor));
        most(&mut running.limiter_reduction_db, meters.reduction_db(enhancer_dsp::StageId::Limiter));
    }

    /// Writes the levels; the reductions start anew.
    pub(super) fn show(&mut self, values: &mut [f32]) {
        let Some(running) = &mut self.running else { return };
        let true_peak_db = (20.0 * running.true_peak.peak().log10()) as f32;
        let loudness = running.loudness.short_term_lufs().map_or(FLOOR_DB, |lufs| lufs as f32);
        let levels = [
            std::mem::take(&mut running.compressor_reduction_db),
            std::mem::take(&mut running.limiter_reduction_db),
            true_peak_db.max(FLOOR_DB),
            loudness.max(FLOOR_DB),
        ];
        for (value, level) in values.iter_mut().zip(levels) {
            *value = level;
        }
    }

    /// Forgets the past.
    pub(crate) fn reset(&mut self) {
        if let Some(running) = &mut self.running {
            running.true_peak.reset();
            running.loudness.reset();
            (running.compressor_reduction_db, running.limiter_reduction_db) = (0.0, 0.0);
        }
    }
}
