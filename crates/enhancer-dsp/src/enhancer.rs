//! The chain: one block of audio through every stage in order.
//!
//! Blocks are cut into chunks of at most [`MAX_CHUNK_FRAMES`]; every state advances by the sample, so the result does not
//! depend on how a stream is cut. Changing the quality changes the latency, so the chain then fades out, starts
//! afresh and fades in.

mod listening;
mod meters;
mod solo;
mod switched;
mod tail;

pub use crate::block::{MAX_CHANNELS, SCRUB_LIMIT};
pub use listening::Listening;
pub use meters::Meters;
pub(crate) use switched::Stage;

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES, Sample};
use crate::config::{ConfigError, EnhancerConfig, Quality};
use crate::delay_line::DelayLine;
use crate::dynamics::{Compressor, Limiter};
use crate::eq::Equalizer;
use crate::smoother::{CROSSFADE_MS, GLIDE_MS, Smoother};
use crate::stereo::StereoEnhancer;
use crate::tone::{BassBoost, TrebleBoost};
use crate::units::db_to_gain;
use listening::Listener;
use solo::Solo;
use switched::Switched;

/// Sample rates that the chain works at, Hz.
pub const SAMPLE_RATE_RANGE_HZ: core::ops::RangeInclusive<f64> = 8_000.0..=384_000.0;

/// What [`Enhancer::new`] refuses.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NewError {
    /// A sample rate outside [`SAMPLE_RATE_RANGE_HZ`], or not a number.
    #[error("sample rate {0} Hz is outside 8000 to 384000 Hz; resample the audio")]
    SampleRate(f64),
    /// No channel, or more than [`MAX_CHANNELS`].
    #[error("{0} channels, but 1 to 8 are supported; split or downmix the audio")]
    Channels(usize),
}

/// The whole chain for one stream.
#[derive(Debug)]
pub struct Enhancer {
    sample_rate_hz: f64,
    channels: usize,
    config: EnhancerConfig,
    /// A config of another quality, waiting for the fade-out.
    pending: Option<EnhancerConfig>,
    /// Gain of the fade around a change of quality.
    fade: Smoother,
    /// Frames that stay silent while the delay lines fill after a change of quality.
    refill_frames: usize,
    /// Whether no frame was processed since `new` or `reset`: a config then applies at once.
    fresh: bool,
    /// Frames processed since `new` or `reset`, modulo the housekeeping interval.
    phase: usize,
    block: Block,
    dry: Block,
    /// Keeps the untouched signal in time with the processed one, a ring per pair.
    dry_delays: Box<[DelayLine<Lanes>]>,
    latency_frames: usize,
    bypass: Smoother,
    equalizer: Switched<Equalizer>,
    compressor: Switched<Compressor>,
    bass_boost: Switched<BassBoost>,
    treble_boost: Switched<TrebleBoost>,
    stereo_enhancer: Switched<StereoEnhancer>,
    master_gain: Smoother,
    limiter: Limiter,
    listener: Listener,
    solo: Solo,
    meters: Meters,
}

impl Enhancer {
    /// A chain at rest with the default config. Allocates all it will ever need; `max_block_frames` is the
    /// block length the caller expects, and longer blocks are welcome.
    ///
    /// # Errors
    /// A sample rate outside [`SAMPLE_RATE_RANGE_HZ`] or a channel count outside 1 to [`MAX_CHANNELS`].
    pub fn new(sample_rate_hz: f64, channels: usize, _max_block_frames: usize) -> Result<Self, NewError> {
        if !SAMPLE_RATE_RANGE_HZ.contains(&sample_rate_hz) {
            return Err(NewError::SampleRate(sample_rate_hz));
        }
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(NewError::Channels(channels));
        }
        let config = EnhancerConfig::default();
        let latencies = Quality::ALL.iter().map(|&quality| Limiter::latency_frames(sample_rate_hz, quality));
        let most_latency = latencies.max().unwrap_or(0);
        let mut enhancer = Self {
            sample_rate_hz,
            channels,
            config,
            pending: None,
            fade: Smoother::new(sample_rate_hz, CROSSFADE_MS, 1.0),
            refill_frames: 0,
            fresh: true,
            phase: 0,
            block: Block::new(channels),
            dry: Block::new(channels),
            dry_delays: (0..channels.div_ceil(2)).map(|_| DelayLine::new(most_latency, [0.0; 2])).collect(),
            latency_frames: most_latency,
            bypass: Smoother::new(sample_rate_hz, CROSSFADE_MS, 0.0),
            equalizer: Switched::new(Equalizer::new(sample_rate_hz, channels), sample_rate_hz, channels),
            compressor: Switched::new(Compressor::new(sample_rate_hz, channels), sample_rate_hz, channels),
            bass_boost: Switched::new(BassBoost::new(sample_rate_hz, channels), sample_rate_hz, channels),
            treble_boost: Switched::new(TrebleBoost::new(sample_rate_hz, channels), sample_rate_hz, channels),
            stereo_enhancer: Switched::new(StereoEnhancer::new(sample_rate_hz), sample_rate_hz, channels),
            master_gain: Smoother::new(sample_rate_hz, GLIDE_MS, 1.0),
            limiter: Limiter::new(sample_rate_hz, channels),
            listener: Listener::new(sample_rate_hz, channels),
            solo: Solo::new(sample_rate_hz, channels),
            meters: Meters::default(),
        };
        enhancer.apply(&config);
        enhancer.reset();
        Ok(enhancer)
    }

    /// Takes over a config: values glide in 20 ms, switches crossfade in 10 ms, another quality fades the output out
    /// and in. Before the first frame after `new` or [`reset`](Self::reset) it applies at once.
    ///
    /// # Errors
    /// A value out of its range; the present config stays.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics, the error included.
    pub fn set_config(&mut self, config: &EnhancerConfig) -> Result<(), ConfigError> {
        config.validate()?;
        if self.fresh {
            self.apply(config);
            self.reset();
        } else if config.quality != self.config.quality {
            self.pending = Some(*config);
            self.refill_frames = 0;
            self.fade.set_target(0.0);
        } else {
            if self.pending.take().is_some() {
                self.fade.set_target(1.0);
            }
            self.apply(config);
        }
        Ok(())
    }

    /// The config in force, or on its way in.
    #[must_use]
    pub fn config(&self) -> &EnhancerConfig {
        self.pending.as_ref().unwrap_or(&self.config)
    }

    /// Processes planar channels of any length in place: finite samples out, whatever comes in.
    ///
    /// The shortest channel sets the length; channels beyond the chain's own are left alone.
    ///
    /// # Realtime safety
    /// Never allocates, locks, logs, panics or calls the system.
    pub fn process(&mut self, channels: &mut [&mut [f32]]) {
        let count = self.channels.min(channels.len());
        let Some(channels) = channels.get_mut(..count) else { return };
        let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < frames {
            let chunk = self.begin_chunk(frames - start);
            self.block.load(channels, start, chunk);
            self.process_chunk();
            self.block.store(channels, start);
            start += chunk;
        }
    }

    /// Processes interleaved samples in place, a frame's channels side by side: the same as [`process`](Self::process) on planar
    /// channels, and quicker for who has them so. Samples beyond the last whole frame are left alone.
    ///
    /// # Realtime safety
    /// Never allocates, locks, logs, panics or calls the system.
    pub fn process_interleaved<S: Sample>(&mut self, samples: &mut [S]) {
        let mut rest = samples;
        while rest.len() >= self.channels {
            let chunk = self.begin_chunk(rest.len() / self.channels);
            let Some((piece, after)) = rest.split_at_mut_checked(chunk * self.channels) else { return };
            self.block.load_interleaved(piece);
            self.process_chunk();
            self.block.store_interleaved(piece);
            rest = after;
        }
    }

    /// Frames of the next chunk, of `frames` that are left.
    fn begin_chunk(&mut self, frames: usize) -> usize {
        self.fresh = false;
        self.finish_fade_out();
        self.chunk_frames().min(frames)
    }

    /// Forgets the past, as after a seek: equal to a new chain with the same config.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn reset(&mut self) {
        if let Some(config) = self.pending.take() {
            self.apply(&config);
        }
        self.reset_stages();
        self.listener.reset();
        self.solo.reset();
        self.fade.snap_to(1.0);
        self.bypass.snap();
        self.refill_frames = 0;
        self.phase = 0;
        self.fresh = true;
        self.meters = Meters::default();
    }

    /// Frames by which the output lags the input: a constant of the quality and the sample rate.
    #[must_use]
    pub fn latency_frames(&self) -> usize {
        Limiter::latency_frames(self.sample_rate_hz, self.config().quality)
    }

    /// Levels since the previous call.
    pub fn meters(&mut self) -> Meters {
        core::mem::take(&mut self.meters)
    }

    /// Sample rate, Hz.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f64 {
        self.sample_rate_hz
    }

    /// Channels of audio.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    fn apply(&mut self, config: &EnhancerConfig) {
        let quality = config.quality;
        self.config = *config;
        self.bypass.set_target(f64::from(u8::from(config.bypass_all)));
        self.equalizer.set_config(&config.equalizer, config.equalizer.enabled, quality);
        self.compressor.set_config(&config.compressor, config.compressor.enabled, quality);
        self.bass_boost.set_config(&config.bass_boost, config.bass_boost.enabled, quality);
        self.treble_boost.set_config(&config.treble_boost, config.treble_boost.enabled, quality);
        let stereo = config.stereo_enhancer.enabled && self.channels == 2;
        self.stereo_enhancer.set_config(&config.stereo_enhancer, stereo, quality);
        self.master_gain.set_target(db_to_gain(f64::from(config.master_gain_db)));
        self.limiter.set_config(&config.limiter, quality);
        self.solo.follow(config);
        let latency_frames = Limiter::latency_frames(self.sample_rate_hz, quality);
        if latency_frames != self.latency_frames {
            self.latency_frames = latency_frames;
            self.dry_delays.iter_mut().for_each(|delay| delay.set_length(latency_frames));
        }
    }

    fn reset_stages(&mut self) {
        self.dry_delays.iter_mut().for_each(DelayLine::reset);
        self.equalizer.reset();
        self.compressor.reset();
        self.bass_boost.reset();
        self.treble_boost.reset();
        self.stereo_enhancer.reset();
        self.master_gain.snap();
        self.limiter.reset();
    }

    /// Frames until the next point where something other than audio happens.
    fn chunk_frames(&self) -> usize {
        let housekeeping = MAX_CHUNK_FRAMES - self.phase;
        let fade = if self.fade.is_settled() { usize::MAX } else { self.fade.remaining_frames() };
        let refill = if self.refill_frames > 0 { self.refill_frames } else { usize::MAX };
        housekeeping.min(fade).min(refill)
    }

    /// At the end of a fade-out takes over the waiting config; at the end of the refill fades in.
    fn finish_fade_out(&mut self) {
        if !self.fade.is_settled() || self.fade.target() != 0.0 {
            return;
        }
        if let Some(config) = self.pending.take() {
            self.apply(&config);
            self.bypass.snap();
            self.reset_stages();
            self.listener.interrupt();
            self.refill_frames = self.latency_frames();
        }
        if self.refill_frames == 0 {
            self.fade.set_target(1.0);
        }
    }

    fn process_chunk(&mut self) {
        let block = &mut self.block;
        self.meters.observe_input(block);
        let is_bypassed = !self.bypass.rests_at(0.0);
        if is_bypassed || self.listener.is_on() || self.solo.is_on() {
            self.dry.copy_from(block);
            for (pair, delay) in self.dry.pairs_mut().zip(&mut self.dry_delays) {
                delay.process(pair);
            }
        } else {
            for (pair, delay) in block.pairs().zip(&mut self.dry_delays) {
                delay.put(pair);
            }
        }
        self.equalizer.process(block);
        self.compressor.process(block);
        self.bass_boost.process(block);
        self.treble_boost.process(block);
        self.stereo_enhancer.process(block);
        apply_gain(&mut self.master_gain, block);
        self.limiter.process(block);
        if self.listener.is_on() {
            self.listener.process(block, &mut self.dry);
        }
        if is_bypassed {
            switched::crossfade(&mut self.bypass, block, &self.dry);
        }
        self.solo.process(block, &self.dry);
        apply_gain(&mut self.fade, block);
        self.refill_frames = self.refill_frames.saturating_sub(block.frames());
        let compressor_db = self.compressor.stage().gain_reduction_db();
        self.meters.observe_output(block, compressor_db, self.limiter.gain_reduction_db());
        self.phase += self.block.frames();
        if self.phase == MAX_CHUNK_FRAMES {
            self.phase = 0;
            self.flush_denormals();
        }
    }

    /// Done at fixed places of the stream, so that where blocks are cut changes nothing.
    fn flush_denormals(&mut self) {
        self.equalizer.flush_denormals();
        self.compressor.flush_denormals();
        self.bass_boost.flush_denormals();
        self.treble_boost.flush_denormals();
        self.stereo_enhancer.flush_denormals();
        self.limiter.flush_denormals();
        self.listener.housekeep();
        self.solo.flush_denormals();
    }
}

fn apply_gain(gain: &mut Smoother, block: &mut Block) {
    if gain.rests_at(1.0) {
        return;
    }
    let mut gains = [0.0; MAX_CHUNK_FRAMES];
    gain.fill(&mut gains[..block.frames()]);
    for pair in block.pairs_mut() {
        for (lanes, gain) in pair.iter_mut().zip(gains) {
            *lanes = lanes.map(|sample| sample * gain);
        }
    }
}
