//! The audio half: the chain, and the state that the control half published last.

use super::Instance;
use super::control::Published;
use crate::batch;
use crate::buffers::{Format, MAX_FRAMES, Planes};
use crate::error::Error;
use crate::metrics::Operation;
use crate::pool::Pool;
use crate::types::AudioBuffer;
use enhancer_dsp::block::Sample;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, TryLockError};
use triple_buffer::Output;

/// Shortest time between two configs, s. It covers the chain's longest change (a glide of 20 ms, a fade to
/// another quality and back) and the response of the dynamics. Under a sine at −18 dBFS, a new preset every
/// 20 ms left −68 dBFS above 5 kHz, every 50 ms −104 dBFS.
const SETTLE_SECONDS: f64 = 0.05;

/// Most pools of one instance. A host that never releases buffers gets an error before memory runs out.
const MOST_POOLS: usize = 256;

/// The audio half.
///
/// A new config reaches the chain once the chain has settled after the previous one; of several waiting
/// configs only the latest does. So any number of changes per second stays free of clicks.
pub(super) struct Audio {
    chain: Option<Enhancer>,
    sample_rate: u32,
    published: Output<Published>,
    /// Number of the latest published config that was read.
    seen: u64,
    /// Index of the latest preset in the published list; the chain may not have received it yet.
    preset: Option<usize>,
    /// Config that the chain has not received yet.
    waiting: Option<EnhancerConfig>,
    /// Frames since the chain received a config.
    since_frames: usize,
}

impl Audio {
    pub(super) fn new(published: Output<Published>) -> Self {
        let (seen, preset, waiting, since_frames) = (0, None, None, usize::MAX);
        Self { chain: None, sample_rate: 0, published, seen, preset, waiting, since_frames }
    }

    /// Replaces the chain and returns the old one, so that the caller drops it.
    pub(super) fn replace(&mut self, chain: Option<Enhancer>, sample_rate: u32) -> Option<Enhancer> {
        self.sample_rate = sample_rate;
        let old = std::mem::replace(&mut self.chain, chain);
        self.published.update();
        self.read_published();
        self.waiting = Some(self.published.output_buffer().config);
        self.since_frames = usize::MAX;
        old
    }

    /// Reads the state published since the last block. With `reset`, clears the chain's state.
    fn catch_up(&mut self, reset: bool) {
        if self.published.update() {
            self.read_published();
        }
        if reset {
            self.since_frames = usize::MAX;
            self.apply_waiting();
            if let Some(chain) = &mut self.chain {
                chain.reset();
            }
        }
    }

    /// Stores the published config if its number is new.
    fn read_published(&mut self) {
        let published = self.published.output_buffer();
        self.preset = published.preset;
        if published.config_number != self.seen {
            self.seen = published.config_number;
            self.waiting = Some(published.config);
        }
    }

    /// Passes the waiting config to the chain if the chain has settled after the previous one.
    fn apply_waiting(&mut self) {
        let settle_frames = (SETTLE_SECONDS * f64::from(self.sample_rate)) as usize;
        if self.since_frames < settle_frames {
            return;
        }
        if let (Some(config), Some(chain)) = (self.waiting.take(), &mut self.chain) {
            // The control half validates a config before it publishes it.
            let taken = chain.set_config(&config);
            debug_assert!(taken.is_ok(), "{taken:?}");
            self.since_frames = 0;
        }
    }

    fn format(&self) -> Format {
        let channels = self.chain.as_ref().map_or(0, Enhancer::channels);
        Format { sample_rate: self.sample_rate, channels }
    }
}

impl Instance {
    /// Processes a block into the output's arrays, or into lent ones if `output.data` is null.
    ///
    /// # Safety
    /// `input` and `output` fulfil the conditions of `enhancer_process_audio`.
    pub(crate) unsafe fn process(&self, input: &AudioBuffer, output: &mut AudioBuffer) -> Result<(), Error> {
        self.require_running("process_audio")?;
        // SAFETY: the caller guarantees the conditions of `process_with`, which are the same.
        self.metrics.time(Operation::ProcessAudio, || unsafe { self.process_with(input, output, None) })
    }

    /// Like [`process`](Self::process), after loading a preset unless it is loaded already. An empty name
    /// loads none.
    ///
    /// # Safety
    /// As for [`process`](Self::process).
    pub(crate) unsafe fn enhance(
        &self,
        input: &AudioBuffer,
        preset: &str,
        output: &mut AudioBuffer,
    ) -> Result<(), Error> {
        self.require_running("enhance_audio")?;
        self.metrics.time(Operation::EnhanceAudio, || {
            // SAFETY: the caller guarantees the conditions of `process_with`, which are the same.
            match unsafe { self.process_with(input, output, Some(preset)) } {
                // Outside real-time processing the call may read the preset's file.
                Err(Error::PresetNotReady) if self.control().now.real_time_frames.is_none() => {
                    self.load_preset(preset)?;
                    // SAFETY: as above; the failed call did not write.
                    unsafe { self.process_with(input, output, None) }
                }
                done => done,
            }
        })
    }

    /// Processes a block; `preset` names a preset of the published list.
    ///
    /// # Safety
    /// As for [`process`](Self::process).
    unsafe fn process_with(
        &self,
        input: &AudioBuffer,
        output: &mut AudioBuffer,
        preset: Option<&str>,
    ) -> Result<(), Error> {
        self.try_audio(|audio| {
            // SAFETY: the caller guarantees that the input's arrays have its channels and frames.
            let planes = unsafe { Planes::input(input, audio.format())? };
            let published = audio.published.output_buffer();
            check_length(published, planes.frames())?;
            let chosen = match preset.filter(|name| !name.is_empty()) {
                Some(name) => Some(find_preset(published, name).ok_or(Error::PresetNotReady)?),
                None => None,
            };
            let channels = audio.format().channels;
            let lent = output.data.is_null();
            let data = if lent { self.lend(published, channels, planes.frames())? } else { output.data };
            // SAFETY: a lent buffer has at least these channels and frames (`Pool::fits`); otherwise the
            // caller guarantees that the output's arrays have those of the input, which `Planes::input`
            // compared with the format. The caller guarantees that no other thread uses either.
            let written = unsafe {
                Planes::at("output->data", data, channels, planes.frames())
                    .and_then(|target| target.copy_from(&planes).map(|()| target))
            };
            let target = match written {
                Ok(target) => target,
                Err(error) if lent => return self.release(data).and(Err(error)),
                Err(error) => return Err(error),
            };
            if let Some(index) = chosen.filter(|&index| audio.preset != Some(index)) {
                self.select(audio, index);
            }
            audio.apply_waiting();
            // SAFETY: `copy_from` made sure that the channels do not overlap. The caller guarantees that no
            // other thread uses its arrays; a lent buffer belongs to this call until it returns.
            unsafe {
                target
                    .with_slices(|channels| run(&mut audio.chain, audio.published.output_buffer(), channels))
            };
            audio.since_frames = audio.since_frames.saturating_add(planes.frames());
            self.metrics.count_frames(planes.frames());
            *output = AudioBuffer { data, ..*input };
            Ok(())
        })
    }

    /// Processes interleaved samples in place. Their number is a multiple of `channels`.
    pub(crate) fn process_interleaved<S: Sample>(
        &self,
        samples: &mut [S],
        channels: i64,
    ) -> Result<(), Error> {
        self.require_running("process_interleaved")?;
        self.metrics.time(Operation::ProcessInterleaved, || {
            self.try_audio(|audio| {
                let expected = audio.format().channels;
                if channels != expected as i64 || expected == 0 {
                    return Err(Error::Channels { expected, got: channels });
                }
                check_length(audio.published.output_buffer(), samples.len() / expected)?;
                let frames = samples.len() / expected;
                audio.apply_waiting();
                audio.since_frames = audio.since_frames.saturating_add(frames);
                if let Some(chain) = &mut audio.chain {
                    chain.process_interleaved(samples);
                }
                if let Some(ring) = &audio.published.output_buffer().spectrum {
                    ring.push_interleaved(samples, expected);
                }
                self.metrics.count_frames(frames);
                Ok(())
            })
        })
    }

    /// Processes independent recordings with the present config, into the outputs' arrays or into lent ones.
    ///
    /// # Safety
    /// Inputs and outputs fulfil the conditions of `enhancer_process_parallel`.
    pub(crate) unsafe fn process_parallel(
        &self,
        inputs: &[AudioBuffer],
        outputs: &mut [AudioBuffer],
    ) -> Result<(), Error> {
        self.require_running("process_audio_parallel")?;
        self.metrics.time(Operation::ProcessParallel, || {
            let published = self.control().now.clone();
            let lent: Vec<bool> = outputs.iter().map(|output| output.data.is_null()).collect();
            let give_back = |outputs: &mut [AudioBuffer]| {
                for (output, _) in
                    outputs.iter_mut().zip(&lent).filter(|(output, lent)| **lent && !output.data.is_null())
                {
                    let _ = self.release(std::mem::replace(&mut output.data, std::ptr::null_mut()));
                }
            };
            for (input, output) in
                inputs.iter().zip(outputs.iter_mut()).filter(|(_, output)| output.data.is_null())
            {
                let frames = usize::try_from(input.frames).unwrap_or(0).min(MAX_FRAMES as usize);
                let data =
                    Format::of(input).and_then(|format| self.lend(&published, format.channels, frames));
                match data {
                    Ok(data) => output.data = data,
                    Err(error) => {
                        give_back(outputs);
                        return Err(error);
                    }
                }
            }
            // SAFETY: the caller guarantees the conditions of `batch::run` for its own arrays. A lent buffer
            // fits the input's channels and frames, and belongs to this call alone.
            let done = unsafe { batch::run(&published.config, inputs, outputs, 0) };
            if done.is_err() {
                give_back(outputs);
            }
            done
        })
    }

    /// Selects a preset of the published list and records the choice for the control half.
    fn select(&self, audio: &mut Audio, index: usize) {
        let published = audio.published.output_buffer();
        let Some(ready) = published.presets.get(index) else { return };
        audio.waiting = Some(ready.config);
        audio.preset = Some(index);
        let latency = Enhancer::latency_frames_at(f64::from(audio.sample_rate), ready.config.quality);
        self.latency_frames.store(latency, Ordering::Release);
        let choice = u64::from(published.presets_version) << 32 | (index as u64 + 1);
        self.audio_choice.store(choice, Ordering::Release);
    }

    /// Runs `work` on the audio half.
    ///
    /// # Errors
    /// Another thread uses the audio half, or a panic has left it in an unknown state.
    fn try_audio<T>(&self, work: impl FnOnce(&mut Audio) -> Result<T, Error>) -> Result<T, Error> {
        let mut audio = match self.audio.try_lock() {
            Ok(audio) => audio,
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Poisoned(_)) => return Err(Error::Unhealthy),
        };
        audio.catch_up(self.reset.swap(false, Ordering::AcqRel));
        work(&mut audio)
    }

    /// Lends a buffer. During real-time processing only prepared buffers are available; otherwise a missing
    /// one is allocated.
    fn lend(&self, published: &Published, channels: usize, frames: usize) -> Result<*mut *mut f32, Error> {
        let ready = published.pool.as_ref().filter(|pool| pool.fits(channels, frames));
        if let Some(data) = ready.and_then(|pool| pool.lend()) {
            return Ok(data);
        }
        if published.real_time_frames.is_some() {
            return Err(Error::PoolEmpty(ready.map_or(0, |pool| pool.len())));
        }
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let fitting = pools.iter().filter(|pool| pool.fits(channels, frames));
        if let Some(data) = fitting.filter_map(|pool| pool.lend()).next() {
            return Ok(data);
        }
        if pools.len() >= MOST_POOLS {
            return Err(Error::PoolEmpty(pools.iter().map(|pool| pool.len()).sum()));
        }
        let pool = Pool::single(channels, frames.next_power_of_two());
        let data = pool.lend().ok_or(Error::PoolEmpty(0))?;
        pools.push(Arc::new(pool));
        Ok(data)
    }
}

/// Runs the chain on planar channels and copies the output for the spectrum.
fn run(chain: &mut Option<Enhancer>, published: &Published, channels: &mut [&mut [f32]]) {
    if let Some(chain) = chain {
        chain.process(channels);
    }
    if let Some(ring) = &published.spectrum {
        ring.push(channels);
    }
}

/// The index of a preset. ASCII letters match in either case; matching other letters so would allocate.
fn find_preset(published: &Published, name: &str) -> Option<usize> {
    published.presets.iter().position(|ready| ready.name.eq_ignore_ascii_case(name))
}

fn check_length(published: &Published, frames: usize) -> Result<(), Error> {
    match published.real_time_frames {
        Some(most) if frames > most => Err(Error::BlockTooLong { frames, most }),
        _ => Ok(()),
    }
}
