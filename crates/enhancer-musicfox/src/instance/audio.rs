//! The audio half: the chain, and what it last heard of the control half.

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

/// Time between two configs: the chain's longest change (a glide of 20 ms, a fade to another quality and back), and time for the
/// dynamics to follow. Presets in a row every 20 ms left −68 dBFS above 5 kHz under a sine at −18 dBFS, every 50 ms −104.
const SETTLE_SECONDS: f64 = 0.05;

/// Most pools of one instance: who never gives a buffer back gets an error before the memory ends.
const MOST_POOLS: usize = 256;

/// The audio half.
///
/// A config is taken over when the chain has settled after the one before it; of those that came meanwhile the latest counts.
/// Knobs and hosts may send as many as they like, and nothing splashes.
pub(super) struct Audio {
    chain: Option<Enhancer>,
    sample_rate: u32,
    published: Output<Published>,
    /// The number of the published config that was last seen.
    seen: u64,
    /// The preset in force or on its way, as an index of the published list.
    preset: Option<usize>,
    /// A config on its way into the chain.
    waiting: Option<EnhancerConfig>,
    /// Frames since a config was taken over.
    since_frames: usize,
}

impl Audio {
    pub(super) fn new(published: Output<Published>) -> Self {
        let (seen, preset, waiting, since_frames) = (0, None, None, usize::MAX);
        Self { chain: None, sample_rate: 0, published, seen, preset, waiting, since_frames }
    }

    /// Changes the chain; the old one is the caller's to drop.
    pub(super) fn replace(&mut self, chain: Option<Enhancer>, sample_rate: u32) -> Option<Enhancer> {
        self.sample_rate = sample_rate;
        let old = std::mem::replace(&mut self.chain, chain);
        self.published.update();
        self.hear();
        self.waiting = Some(self.published.output_buffer().config);
        self.since_frames = usize::MAX;
        old
    }

    /// Picks up what was published since the last block, and forgets the past if told to.
    fn catch_up(&mut self, reset: bool) {
        if self.published.update() {
            self.hear();
        }
        if reset {
            self.since_frames = usize::MAX;
            self.take_over();
            if let Some(chain) = &mut self.chain {
                chain.reset();
            }
        }
    }

    /// Notes the published config if it is another.
    fn hear(&mut self) {
        let published = self.published.output_buffer();
        self.preset = published.preset;
        if published.config_number != self.seen {
            self.seen = published.config_number;
            self.waiting = Some(published.config);
        }
    }

    /// Lets the waiting config glide in, once the chain has settled after the one before.
    fn take_over(&mut self) {
        let settle_frames = (SETTLE_SECONDS * f64::from(self.sample_rate)) as usize;
        if self.since_frames < settle_frames {
            return;
        }
        if let (Some(config), Some(chain)) = (self.waiting.take(), &mut self.chain) {
            // A config was checked before it was published.
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
    /// Processes a block into the output's buffers, or into lent ones.
    ///
    /// # Safety
    /// What `input` and `output` point to is valid: see `PluginProcessAudio`.
    pub(crate) unsafe fn process(&self, input: &AudioBuffer, output: &mut AudioBuffer) -> Result<(), Error> {
        self.require_running("process_audio")?;
        // SAFETY: handed on.
        self.metrics.time(Operation::ProcessAudio, || unsafe { self.process_with(input, output, None) })
    }

    /// The same with a preset, unless that is in force already.
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
            // SAFETY: handed on.
            match unsafe { self.process_with(input, output, Some(preset)) } {
                // Outside real-time processing there is time to look for it.
                Err(Error::PresetNotReady) if self.control().now.real_time_frames.is_none() => {
                    self.load_preset(preset)?;
                    // SAFETY: handed on.
                    unsafe { self.process_with(input, output, None) }
                }
                done => done,
            }
        })
    }

    unsafe fn process_with(
        &self,
        input: &AudioBuffer,
        output: &mut AudioBuffer,
        preset: Option<&str>,
    ) -> Result<(), Error> {
        self.try_audio(|audio| {
            // SAFETY: the caller's buffer.
            let planes = unsafe { Planes::input(input, audio.format())? };
            let published = audio.published.output_buffer();
            check_length(published, planes.frames())?;
            let chosen = match preset.filter(|name| !name.is_empty()) {
                Some(name) => Some(find(published, name).ok_or(Error::PresetNotReady)?),
                None => None,
            };
            let channels = audio.format().channels;
            let lent = output.data.is_null();
            let data = if lent { self.lend(published, channels, planes.frames())? } else { output.data };
            // SAFETY: lent buffers have these channels and frames, and so have the caller's.
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
                self.choose(audio, index);
            }
            audio.take_over();
            // SAFETY: `copy_from` saw that the channels do not overlap; they are the caller's or lent to the caller.
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

    /// Processes interleaved samples in place.
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
                audio.take_over();
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

    /// Processes independent recordings in the present config, into the outputs' buffers or lent ones.
    ///
    /// # Safety
    /// As for [`batch::run`].
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
            // SAFETY: handed on; lent buffers are this call's alone.
            let done = unsafe { batch::run(&published.config, inputs, outputs, 0) };
            if done.is_err() {
                give_back(outputs);
            }
            done
        })
    }

    /// Takes over a preset of the published list, and leaves word for the control half.
    fn choose(&self, audio: &mut Audio, index: usize) {
        let published = audio.published.output_buffer();
        let Some(ready) = published.presets.get(index) else { return };
        audio.waiting = Some(ready.config);
        audio.preset = Some(index);
        let latency = Enhancer::latency_frames_at(f64::from(audio.sample_rate), ready.config.quality);
        self.latency_frames.store(latency, Ordering::Release);
        let choice = u64::from(published.presets_version) << 32 | (index as u64 + 1);
        self.audio_choice.store(choice, Ordering::Release);
    }

    /// Works on the audio half if no other thread does.
    fn try_audio<T>(&self, work: impl FnOnce(&mut Audio) -> Result<T, Error>) -> Result<T, Error> {
        let mut audio = match self.audio.try_lock() {
            Ok(audio) => audio,
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Poisoned(_)) => return Err(Error::Unhealthy),
        };
        audio.catch_up(self.reset.swap(false, Ordering::AcqRel));
        work(&mut audio)
    }

    /// A buffer to lend. Real-time processing has only those made for it; else a missing one is made.
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

/// The chain on planar channels, and the spectrum's share.
fn run(chain: &mut Option<Enhancer>, published: &Published, channels: &mut [&mut [f32]]) {
    if let Some(chain) = chain {
        chain.process(channels);
    }
    if let Some(ring) = &published.spectrum {
        ring.push(channels);
    }
}

/// The index of a preset; ASCII letters' case counts for nothing, as folding others' would allocate.
fn find(published: &Published, name: &str) -> Option<usize> {
    published.presets.iter().position(|ready| ready.name.eq_ignore_ascii_case(name))
}

fn check_length(published: &Published, frames: usize) -> Result<(), Error> {
    match published.real_time_frames {
        Some(most) if frames > most => Err(Error::BlockTooLong { frames, most }),
        _ => Ok(()),
    }
}
