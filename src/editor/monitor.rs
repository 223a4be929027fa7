//! What the eyes see of the sound: reads the audio thread's samples and levels once a frame, and keeps what the pictures need.
//!
//! The audio thread never waits for this. Loudness, true peak and spectra are computed here, from the samples in the rings.

mod analyzer;
mod trace;

pub(crate) use analyzer::{Analyzer, MAX_HZ, MIN_HZ, Slope, Speed};
pub(crate) use trace::{MOMENTS, Moment, TRACE_SECONDS, Trace};

use crate::telemetry::{SETTLE_S, StereoFrame, Telemetry};
use enhancer_dsp::meter::{LoudnessMeter, TruePeakMeter};
use std::collections::VecDeque;
use std::sync::Arc;

/// Frames that the goniometer shows.
const SCOPE_FRAMES: usize = 1536;

/// How fast a meter's bar falls, dB/s (IEC 60268-18: 20 dB in 1.7 s).
const FALL_DB_PER_S: f32 = 11.8;

/// What a level below this counts as, dBFS.
pub(crate) const FLOOR_DB: f32 = -90.0;

/// Time for which the figures of loudness stand, s: EBU Tech 3341 asks for ten a second, and faster ones can't be read.
const FIGURES_S: f64 = 0.1;

/// Time constant of the correlation, s.
const CORRELATION_S: f32 = 0.3;

/// Sound at one end of the chain.
pub(crate) struct End {
    /// Its spectrum.
    pub(crate) analyzer: Analyzer,
    /// Levels of the bars, left and right, dBFS: rise at once, fall slowly.
    pub(crate) bars_db: [f32; 2],
    /// Largest sample since the previous frame, dBFS.
    pub(crate) peak_db: f32,
    /// Mean square since the previous frame as a sine's peak would read, dBFS.
    pub(crate) rms_db: f32,
    left: Vec<f32>,
    right: Vec<f32>,
}

/// Loudness of the output, LUFS and LU; none before there is enough of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Loudness {
    /// 400 ms.
    pub(crate) momentary: Option<f64>,
    /// 3 s.
    pub(crate) short_term: Option<f64>,
    /// Since the last reset.
    pub(crate) integrated: Option<f64>,
    /// Range.
    pub(crate) range: Option<f64>,
}

impl Loudness {
    fn of(meter: &LoudnessMeter) -> Self {
        Self {
            momentary: meter.momentary_lufs(),
            short_term: meter.short_term_lufs(),
            integrated: meter.integrated_lufs(),
            range: meter.range_lu(),
        }
    }
}

/// All that is seen.
pub(crate) struct Monitor {
    telemetry: Arc<Telemetry>,
    rate_hz: f32,
    now_s: f64,
    /// What comes in.
    pub(crate) input: End,
    /// What goes out.
    pub(crate) output: End,
    meter: Option<LoudnessMeter>,
    /// Loudness since the last reset, as read last, and when.
    pub(crate) loudness: Loudness,
    read_s: f64,
    true_peak: TruePeakMeter,
    /// Whether the output went over full scale since the light was put out.
    pub(crate) clipped: bool,
    /// The latest output, for the goniometer.
    pub(crate) scope: VecDeque<StereoFrame>,
    /// Smoothed left², right² and left · right of the output.
    products: [f32; 3],
    /// Levels and gain reductions of the last seconds.
    pub(crate) trace: Trace,
    /// When samples last came.
    heard_s: f64,
}

impl Monitor {
    /// Watches nothing yet.
    #[must_use]
    pub(crate) fn new(telemetry: Arc<Telemetry>) -> Self {
        let rate_hz = telemetry.sample_rate_hz();
        Self {
            telemetry,
            rate_hz,
            now_s: 0.0,
            input: End::new(rate_hz),
            output: End::new(rate_hz),
            meter: LoudnessMeter::new(f64::from(rate_hz), 2).ok(),
            loudness: Loudness::default(),
            read_s: f64::NEG_INFINITY,
            true_peak: TruePeakMeter::new(2),
            clipped: false,
            scope: VecDeque::with_capacity(SCOPE_FRAMES),
            products: [0.0; 3],
            trace: Trace::default(),
            heard_s: f64::NEG_INFINITY,
        }
    }

    /// The window opens or closes. What waited in the rings while nobody looked is old and thrown away.
    pub(crate) fn set_watching(&mut self, watching: bool) {
        if watching {
            let mut rings = self.telemetry.rings();
            let crate::telemetry::Rings { input, output, blocks } = &mut *rings;
            while blocks.pop().is_ok() {}
            for ring in [input, output] {
                if let Ok(old) = ring.read_chunk(ring.slots()) {
                    old.commit_all();
                }
            }
            drop(rings);
            self.telemetry.take_levels();
        }
        self.telemetry.set_watched(watching);
    }

    /// Sample rate of what is seen, Hz.
    #[must_use]
    pub(crate) fn rate_hz(&self) -> f32 {
        self.rate_hz
    }

    /// Whether sound, be it silence, came within the last half second.
    #[must_use]
    pub(crate) fn is_running(&self) -> bool {
        self.now_s - self.heard_s < 0.5
    }

    /// Whether what stopped has been drawn to its end: the bars have fallen, the spectra rest.
    #[must_use]
    pub(crate) fn is_settled(&self) -> bool {
        self.now_s - self.heard_s > SETTLE_S
    }

    /// Takes what came since the previous frame.
    pub(crate) fn update(&mut self, now_s: f64) {
        let elapsed_s = (now_s - self.now_s).clamp(0.0, 1.0) as f32;
        self.now_s = now_s;
        let rate_hz = self.telemetry.sample_rate_hz();
        if rate_hz != self.rate_hz {
            self.rate_hz = rate_hz;
            let (slope, speed) = (self.input.analyzer.slope, self.input.analyzer.speed);
            (self.input, self.output) = (End::new(rate_hz), End::new(rate_hz));
            for end in [&mut self.input, &mut self.output] {
                (end.analyzer.slope, end.analyzer.speed) = (slope, speed);
            }
            self.reset_loudness();
        }
        self.read_rings();
        self.telemetry.take_levels();
        self.input.settle(elapsed_s);
        self.output.settle(elapsed_s);
        self.clipped |= self.output.peak_db > 0.0;
        if let Some(meter) = &mut self.meter {
            meter.push(&[&self.output.left, &self.output.right]);
        }
        if now_s - self.read_s >= FIGURES_S {
            self.read_s = now_s;
            self.loudness = self.meter.as_ref().map_or_else(Loudness::default, Loudness::of);
        }
        self.true_peak.push(&[&self.output.left, &self.output.right]);
        self.observe_stereo();
        if !self.output.left.is_empty() {
            self.heard_s = now_s;
        }
    }

    /// Highest true peak since the last reset, dBTP; none for silence.
    #[must_use]
    pub(crate) fn true_peak_dbtp(&self) -> Option<f32> {
        let peak = self.true_peak.peak();
        (peak > 0.0).then(|| (20.0 * peak.log10()) as f32)
    }

    /// Starts loudness and true peak anew.
    pub(crate) fn reset_loudness(&mut self) {
        self.meter = LoudnessMeter::new(f64::from(self.rate_hz), 2).ok();
        (self.loudness, self.read_s) = (Loudness::default(), f64::NEG_INFINITY);
        self.true_peak.reset();
    }

    /// How alike left and right are: 1 mono, 0 unrelated, −1 opposite; none in silence.
    #[must_use]
    pub(crate) fn correlation(&self) -> Option<f32> {
        let [left, right, both] = self.products;
        let energy = (left * right).sqrt();
        (energy > 1e-10).then(|| (both / energy).clamp(-1.0, 1.0))
    }

    fn read_rings(&mut self) {
        let mut rings = self.telemetry.rings();
        let waiting = rings.input.slots();
        self.input.take(rings.input.read_chunk(waiting).ok());
        let waiting = rings.output.slots();
        self.output.take(rings.output.read_chunk(waiting).ok());
        while let Ok(block) = rings.blocks.pop() {
            self.trace.push(&block, self.rate_hz);
        }
    }

    fn observe_stereo(&mut self) {
        let fade = (-1.0 / (CORRELATION_S * self.rate_hz)).exp();
        for (&left, &right) in self.output.left.iter().zip(&self.output.right) {
            let now = [left * left, right * right, left * right];
            for (product, now) in self.products.iter_mut().zip(now) {
                *product = now + (*product - now) * fade;
            }
            if self.scope.len() == SCOPE_FRAMES {
                self.scope.pop_front();
            }
            self.scope.push_back([left, right]);
        }
    }
}

impl End {
    fn new(rate_hz: f32) -> Self {
        Self {
            analyzer: Analyzer::new(rate_hz),
            bars_db: [FLOOR_DB; 2],
            peak_db: FLOOR_DB,
            rms_db: FLOOR_DB,
            left: vec![],
            right: vec![],
        }
    }

    fn take(&mut self, chunk: Option<rtrb::chunks::ReadChunk<'_, StereoFrame>>) {
        self.left.clear();
        self.right.clear();
        let Some(chunk) = chunk else { return };
        let finite = |sample: f32| if sample.is_finite() { sample } else { 0.0 };
        for [left, right] in chunk {
            self.left.push(finite(left));
            self.right.push(finite(right));
        }
    }

    fn settle(&mut self, elapsed_s: f32) {
        let peak = |samples: &[f32]| samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let peaks = [peak(&self.left), peak(&self.right)];
        for (bar, peak) in self.bars_db.iter_mut().zip(peaks) {
            *bar = decibels(peak).max(*bar - FALL_DB_PER_S * elapsed_s).max(FLOOR_DB);
        }
        self.peak_db = decibels(peaks[0].max(peaks[1]));
        let energy = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
        let frames = self.left.len().max(1) as f32;
        let mean = energy(&self.left).max(energy(&self.right)) / frames;
        self.rms_db = decibels((2.0 * mean).sqrt());
        self.analyzer.push(&self.left, &self.right);
        self.analyzer.update(elapsed_s);
    }
}

/// A magnitude as dBFS, not below [`FLOOR_DB`].
#[must_use]
pub(crate) fn decibels(magnitude: f32) -> f32 {
    if magnitude > 0.0 { (20.0 * magnitude.log10()).max(FLOOR_DB) } else { FLOOR_DB }
}
