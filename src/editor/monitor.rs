//! Measures the sound for the pictures: once a picture, reads the samples and levels that the audio thread
//! left in the rings.
//!
//! The audio thread never waits for this. Loudness, true peak and spectra are computed here, from every
//! channel:
//!
//! - Loudness by ITU-R BS.1770-4, with the weights of the usual layouts: surrounds of 5.1 and 7.1 +1.5 dB, no
//!   LFE. A mono signal counts once.
//! - True peak, clip light, level bars and histories from each channel, the LFE included.
//! - Spectrum: at each frequency the channel with the most power (see [`Analyzer`]).
//! - Goniometer and correlation: front left and right alone.

mod analyzer;
mod end;
#[cfg(test)]
mod surround_tests;
mod trace;

pub(crate) use analyzer::{Analyzer, MAX_HZ, MIN_HZ, Slope, Speed};
pub(crate) use end::{End, StereoFrame, decibels};
pub(crate) use trace::{MOMENTS, Moment, TRACE_SECONDS, Trace};

use crate::telemetry::{Rings, SETTLE_S, Telemetry};
use enhancer_dsp::meter::{LoudnessMeter, TruePeakMeter};
use std::collections::VecDeque;
use std::sync::Arc;

/// Frames that the goniometer shows.
const SCOPE_FRAMES: usize = 1536;

/// Seconds between two readings of the loudness. EBU Tech 3341 requires ten a second; faster figures are hard
/// to read.
const FIGURES_S: f64 = 0.1;

/// Time constant of the correlation, s.
const CORRELATION_S: f32 = 0.3;

/// Loudness of the output, LUFS and LU. `None` until a whole window has passed, and in silence.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Loudness {
    /// Of the last 400 ms, LUFS.
    pub(crate) momentary: Option<f64>,
    /// Of the last 3 s, LUFS.
    pub(crate) short_term: Option<f64>,
    /// Since the last reset, LUFS.
    pub(crate) integrated: Option<f64>,
    /// Loudness range since the last reset, LU.
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

/// Everything measured for the pictures.
pub(crate) struct Monitor {
    telemetry: Arc<Telemetry>,
    rate_hz: f32,
    channels: usize,
    now_s: f64,
    /// Sound before the chain.
    pub(crate) input: End,
    /// Sound after the chain.
    pub(crate) output: End,
    meter: Option<LoudnessMeter>,
    /// Loudness at the last reading, which took place at `read_s`.
    pub(crate) loudness: Loudness,
    read_s: f64,
    true_peak: TruePeakMeter,
    /// True once a sample of the output exceeded full scale. Cleared by a click on the light or the reset.
    pub(crate) clipped: bool,
    /// The latest output frames, front left and right, for the goniometer.
    pub(crate) scope: VecDeque<StereoFrame>,
    /// Smoothed left², right² and left · right of the output.
    products: [f32; 3],
    /// Levels and gain reductions of the last seconds.
    pub(crate) trace: Trace,
    /// Time of the last samples, s.
    last_samples_s: f64,
}

impl Monitor {
    /// Reads nothing until [`Monitor::set_watching`].
    #[must_use]
    pub(crate) fn new(telemetry: Arc<Telemetry>) -> Self {
        let rings = telemetry.rings();
        let (rate_hz, channels) = (rings.sample_rate_hz, rings.channels);
        drop(rings);
        Self {
            telemetry,
            rate_hz,
            channels,
            now_s: 0.0,
            input: End::new(rate_hz, channels),
            output: End::new(rate_hz, channels),
            meter: LoudnessMeter::new(f64::from(rate_hz), channels).ok(),
            loudness: Loudness::default(),
            read_s: f64::NEG_INFINITY,
            true_peak: TruePeakMeter::new(channels),
            clipped: false,
            scope: VecDeque::with_capacity(SCOPE_FRAMES),
            products: [0.0; 3],
            trace: Trace::default(),
            last_samples_s: f64::NEG_INFINITY,
        }
    }

    /// Call it when the window opens or closes. Opening drops old samples from the rings.
    pub(crate) fn set_watching(&mut self, watching: bool) {
        if watching {
            let mut rings = self.telemetry.rings();
            let Rings { input, output, blocks, .. } = &mut *rings;
            while blocks.pop().is_ok() {}
            for ring in [input, output] {
                if let Ok(old) = ring.read_chunk(ring.slots()) {
                    old.commit_all();
                }
            }
        }
        self.telemetry.set_watched(watching);
    }

    /// Sample rate of the sound, Hz.
    #[must_use]
    pub(crate) fn rate_hz(&self) -> f32 {
        self.rate_hz
    }

    /// True if samples, silent ones included, arrived within the last half second.
    #[must_use]
    pub(crate) fn is_running(&self) -> bool {
        self.now_s - self.last_samples_s < 0.5
    }

    /// True once every picture rests after the sound stopped: the bars have fallen, the spectra no longer
    /// move.
    #[must_use]
    pub(crate) fn is_settled(&self) -> bool {
        self.now_s - self.last_samples_s > SETTLE_S
    }

    /// Measures the samples that arrived since the previous picture.
    pub(crate) fn update(&mut self, now_s: f64) {
        let elapsed_s = (now_s - self.now_s).clamp(0.0, 1.0) as f32;
        self.now_s = now_s;
        self.read_rings();
        self.input.settle(elapsed_s);
        self.output.settle(elapsed_s);
        self.clipped |= self.output.peak_db > 0.0;
        let samples: Vec<&[f32]> = self.output.samples().collect();
        if let Some(meter) = &mut self.meter {
            meter.push(&samples);
        }
        if now_s - self.read_s >= FIGURES_S {
            self.read_s = now_s;
            self.loudness = self.meter.as_ref().map_or_else(Loudness::default, Loudness::of);
        }
        self.true_peak.push(&samples);
        self.observe_stereo();
        if self.output.frames() > 0 {
            self.last_samples_s = now_s;
        }
    }

    /// Highest true peak of any channel since the last reset, dBTP; `None` for silence.
    #[must_use]
    pub(crate) fn true_peak_dbtp(&self) -> Option<f32> {
        let peak = self.true_peak.peak();
        (peak > 0.0).then(|| (20.0 * peak.log10()) as f32)
    }

    /// Restarts loudness and true peak.
    pub(crate) fn reset_loudness(&mut self) {
        self.meter = LoudnessMeter::new(f64::from(self.rate_hz), self.channels).ok();
        (self.loudness, self.read_s) = (Loudness::default(), f64::NEG_INFINITY);
        self.true_peak = TruePeakMeter::new(self.channels);
    }

    /// Correlation of front left and right: 1 mono, 0 unrelated, −1 opposite; `None` in silence.
    #[must_use]
    pub(crate) fn correlation(&self) -> Option<f32> {
        let [left, right, both] = self.products;
        let energy = (left * right).sqrt();
        (energy > 1e-10).then(|| (both / energy).clamp(-1.0, 1.0))
    }

    /// Takes all samples and levels from the rings, and restarts the meters first if the format changed.
    fn read_rings(&mut self) {
        let telemetry = self.telemetry.clone();
        let mut rings = telemetry.rings();
        if (rings.sample_rate_hz, rings.channels) != (self.rate_hz, self.channels) {
            self.set_format(rings.sample_rate_hz, rings.channels);
        }
        let waiting = rings.input.slots();
        self.input.take(rings.input.read_chunk(waiting).ok());
        let waiting = rings.output.slots();
        self.output.take(rings.output.read_chunk(waiting).ok());
        while let Ok(block) = rings.blocks.pop() {
            self.trace.push(&block, self.rate_hz);
        }
    }

    /// Starts new meters for a sample rate and a channel count. The spectra keep their slope and speed.
    fn set_format(&mut self, rate_hz: f32, channels: usize) {
        (self.rate_hz, self.channels) = (rate_hz, channels);
        let (slope, speed) = (self.input.analyzer.slope, self.input.analyzer.speed);
        (self.input, self.output) = (End::new(rate_hz, channels), End::new(rate_hz, channels));
        for end in [&mut self.input, &mut self.output] {
            (end.analyzer.slope, end.analyzer.speed) = (slope, speed);
        }
        self.reset_loudness();
    }

    fn observe_stereo(&mut self) {
        let fade = (-1.0 / (CORRELATION_S * self.rate_hz)).exp();
        for [left, right] in self.output.front() {
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
