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

/// Number of stages with a gain-reduction meter.
const REDUCING: usize = {
    let (mut count, mut place) = (0, 0);
    while place < StageId::ALL.len() {
        count += StageId::ALL[place].reduces_gain() as usize;
        place += 1;
    }
    count
};

/// Stages with a gain-reduction meter, in the order of the chain.
const REDUCERS: [StageId; REDUCING] = {
    let mut reducers = [StageId::ALL[0]; REDUCING];
    let (mut count, mut place) = (0, 0);
    while place < StageId::ALL.len() {
        if StageId::ALL[place].reduces_gain() {
            reducers[count] = StageId::ALL[place];
            count += 1;
        }
        place += 1;
    }
    reducers
};

/// A text joined from two when compiling.
#[derive(Clone, Copy)]
struct Joined {
    bytes: [u8; 64],
    len: usize,
}

impl Joined {
    const fn new(first: &str, second: &str) -> Self {
        let (first, second) = (first.as_bytes(), second.as_bytes());
        let mut joined = Self { bytes: [0; 64], len: first.len() + second.len() };
        joined.bytes.split_at_mut(first.len()).0.copy_from_slice(first);
        joined.bytes.split_at_mut(joined.len).0.split_at_mut(first.len()).1.copy_from_slice(second);
        joined
    }

    /// Evaluated when compiling: a text of two texts is valid UTF-8.
    const fn text(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

/// Symbol and name of each stage's port, such as `limiter_reduction` and `Limiter Reduction`.
static REDUCTION_TEXTS: [[Joined; 2]; REDUCING] = {
    let mut texts = [[Joined { bytes: [0; 64], len: 0 }; 2]; REDUCING];
    let mut place = 0;
    while place < REDUCING {
        let stage = REDUCERS[place];
        texts[place] = [Joined::new(stage.id(), "_reduction"), Joined::new(stage.name(), " Reduction")];
        place += 1;
    }
    texts
};

/// The ports, in the order of [`LevelPorts::show`]: a gain reduction for each of [`REDUCERS`], then true peak
/// and loudness.
pub(super) static LEVELS: [MeterSpec; REDUCING + 2] = {
    let mut levels = [const { level("true_peak", "Highest True Peak", "dBTP") }; REDUCING + 2];
    let mut place = 0;
    while place < REDUCING {
        let [symbol, name] = &REDUCTION_TEXTS[place];
        let (symbol, name) = (symbol.text(), name.text());
        levels[place] = MeterSpec { symbol, name, unit: "dB", range: (0.0, 40.0), default: 0.0 };
        place += 1;
    }
    levels[REDUCING + 1] = level("loudness", "Short-term Loudness", "LUFS");
    levels
};

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
    /// In the order of [`REDUCERS`].
    reductions_db: [f32; REDUCING],
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
            reductions_db: [0.0; REDUCING],
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
        for (largest, stage) in meters.reductions_db.iter_mut().zip(REDUCERS) {
            *largest = largest.max(chain.reduction_db(stage));
        }
    }

    /// Writes the levels in the order of [`LEVELS`] and resets the reductions.
    pub(super) fn show(&mut self, values: &mut [f32]) {
        let Some(meters) = &mut self.meters else { return };
        let true_peak_db = (20.0 * meters.true_peak.peak().log10()) as f32;
        let loudness = meters.loudness.short_term_lufs().map_or(FLOOR_DB, |lufs| lufs as f32);
        let reductions_db = std::mem::take(&mut meters.reductions_db);
        let others = [true_peak_db.max(FLOOR_DB), loudness.max(FLOOR_DB)];
        for (value, level) in values.iter_mut().zip(reductions_db.into_iter().chain(others)) {
            *value = level;
        }
    }

    /// Resets all levels.
    pub(crate) fn reset(&mut self) {
        if let Some(meters) = &mut self.meters {
            meters.true_peak.reset();
            meters.loudness.reset();
            meters.reductions_db = [0.0; REDUCING];
        }
    }
}
