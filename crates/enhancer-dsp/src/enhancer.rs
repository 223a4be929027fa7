//! The chain: one block of audio through every stage in order.
//!
//! Blocks are cut into chunks of at most [`MAX_CHUNK_FRAMES`]. Every state advances by the sample, so the
//! result does not depend on how a stream is cut into blocks. Another quality has another latency: the chain
//! then fades out, starts from rest and fades in.

mod listening;
mod meters;
mod solo;
mod stages;
mod switched;

pub use crate::block::{MAX_CHANNELS, SCRUB_LIMIT};
pub use crate::format::{NewError, SAMPLE_RATE_RANGE_HZ};
pub use listening::Listening;
pub use meters::Meters;

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES, Sample};
use crate::config::{ConfigError, EnhancerConfig, Quality};
use crate::delay_line::DelayLine;
use crate::gain;
use crate::smoother::{CROSSFADE_MS, Smoother};
use crate::tail::Tail;
use listening::Listener;
use solo::Solo;
use stages::Stages;

/// The whole chain for one stream.
#[derive(Debug)]
pub struct Enhancer {
    sample_rate_hz: f64,
    channels: usize,
    config: EnhancerConfig,
    /// A config of another quality, which applies at the end of the fade-out.
    pending: Option<EnhancerConfig>,
    /// Gain of the fade around a change of quality.
    fade: Smoother,
    /// Frames that stay silent while the delay lines fill after a change of quality.
    refill_frames: usize,
    /// True until the first frame after `new` or `reset`. While true, `set_config` applies immediately.
    fresh: bool,
    /// Frames processed since `new` or `reset`, modulo the housekeeping interval.
    phase: usize,
    block: Block,
    dry: Block,
    /// Delays the unprocessed signal by the latency, one line a pair.
    dry_delays: Box<[DelayLine<Lanes>]>,
    latency_frames: usize,
    bypass: Smoother,
    stages: Stages,
    listener: Listener,
    solo: Solo,
    meters: Meters,
}

impl Enhancer {
    /// A chain at rest with the default config. Allocates everything it will need; blocks may have any
    /// length.
    ///
    /// # Errors
    /// A sample rate outside [`SAMPLE_RATE_RANGE_HZ`] or a channel count outside 1 to [`MAX_CHANNELS`].
    pub fn new(sample_rate_hz: f64, channels: usize) -> Result<Self, NewError> {
        if !SAMPLE_RATE_RANGE_HZ.contains(&sample_rate_hz) {
            return Err(NewError::SampleRate(sample_rate_hz));
        }
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(NewError::Channels(channels));
        }
        let config = EnhancerConfig::default();
        let latencies = Quality::ALL.iter().map(|&quality| Stages::latency_frames(sample_rate_hz, quality));
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
            stages: Stages::new(sample_rate_hz, channels),
            listener: Listener::new(sample_rate_hz, channels),
            solo: Solo::new(sample_rate_hz, channels),
            meters: Meters::default(),
        };
        enhancer.apply(&config);
        enhancer.reset();
        Ok(enhancer)
    }

    /// Applies a config: values glide to within 1e-4 of the change in 20 ms, switches crossfade in 10 ms,
    /// another quality fades the output out and in. Before the first frame after `new` or
    /// [`reset`](Self::reset) it applies immediately.
    ///
    /// # Errors
    /// A value out of its range; the present config remains in force.
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

    /// The config in force, or the one that applies at the end of a fade-out.
    #[must_use]
    pub fn config(&self) -> &EnhancerConfig {
        self.pending.as_ref().unwrap_or(&self.config)
    }

    /// Processes planar channels of any length in place. The output is finite for any input.
    ///
    /// The shortest channel sets the length. Channels beyond [`channels`](Self::channels) stay as they are;
    /// missing ones count as silent.
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

    /// Processes interleaved samples in place, a frame's channels side by side. The result equals that of
    /// [`process`](Self::process) on planar channels. Samples beyond the last whole frame stay as they are.
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

    /// Length of the next chunk when `frames` are left, frames.
    fn begin_chunk(&mut self, frames: usize) -> usize {
        self.fresh = false;
        self.finish_fade_out();
        self.chunk_frames().min(frames)
    }

    /// Clears the past, as after a seek: the chain then equals a new one with the same config.
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
        Self::latency_frames_at(self.sample_rate_hz, self.config().quality)
    }

    /// Latency of any chain at a sample rate, Hz, and a quality, frames. Stages that are off keep their
    /// delay.
    #[must_use]
    pub fn latency_frames_at(sample_rate_hz: f64, quality: Quality) -> usize {
        Stages::latency_frames(sample_rate_hz, quality)
    }

    /// Frames from the end of the input until the output stays below −100 dB of the input's peak: the
    /// latency, and an upper bound of the ringing of every stage that is on, at most 120 s. Glides under way
    /// count with their targets.
    /// Solo does not count, and a change of quality counts from the end of its fade-out.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics. Takes some 0.2 µs for each section of the equalizer: call it when
    /// the config changed, not for every block.
    #[must_use]
    pub fn tail_frames(&self) -> usize {
        let latency = self.latency_frames();
        if self.config.bypass_all {
            return latency;
        }
        let mut tail = Tail::new();
        self.stages.add_tail(&self.config, &mut tail);
        latency + tail.frames(self.sample_rate_hz)
    }

    /// Levels since the previous call, or since `new` or [`reset`](Self::reset).
    pub fn meters(&mut self) -> Meters {
        core::mem::take(&mut self.meters)
    }

    /// Sample rate given to [`new`](Self::new), Hz.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f64 {
        self.sample_rate_hz
    }

    /// Channel count given to [`new`](Self::new).
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    fn apply(&mut self, config: &EnhancerConfig) {
        let quality = config.quality;
        self.config = *config;
        self.bypass.set_target(f64::from(u8::from(config.bypass_all)));
        self.stages.set_config(config);
        self.solo.follow(config);
        let latency_frames = Stages::latency_frames(self.sample_rate_hz, quality);
        if latency_frames != self.latency_frames {
            self.latency_frames = latency_frames;
            self.dry_delays.iter_mut().for_each(|delay| delay.set_length(latency_frames));
        }
    }

    fn reset_stages(&mut self) {
        self.dry_delays.iter_mut().for_each(DelayLine::reset);
        self.stages.reset();
    }

    /// Frames until the next event that must not depend on how blocks are cut.
    fn chunk_frames(&self) -> usize {
        let housekeeping = MAX_CHUNK_FRAMES - self.phase;
        let fade = if self.fade.is_settled() { usize::MAX } else { self.fade.remaining_frames() };
        let refill = if self.refill_frames > 0 { self.refill_frames } else { usize::MAX };
        housekeeping.min(fade).min(refill)
    }

    /// Applies the pending config at the end of a fade-out; fades in at the end of the refill.
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
        self.stages.process(block);
        if self.listener.is_on() {
            self.listener.process(block, &mut self.dry);
        }
        if is_bypassed {
            switched::crossfade(&mut self.bypass, block, &self.dry);
        }
        self.solo.process(block, &self.dry);
        gain::apply(&mut self.fade, block);
        self.refill_frames = self.refill_frames.saturating_sub(block.frames());
        self.meters.observe_output(block, &self.stages.gain_reductions_db());
        self.phase += self.block.frames();
        if self.phase == MAX_CHUNK_FRAMES {
            self.phase = 0;
            self.flush_denormals();
        }
    }

    /// Runs at fixed places of the stream, so that the result does not depend on how blocks are cut.
    fn flush_denormals(&mut self) {
        self.stages.flush_denormals();
        self.listener.housekeep();
        self.solo.flush_denormals();
    }
}
