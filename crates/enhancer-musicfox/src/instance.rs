//! One instance: a control half behind a lock, an audio half that never waits for it, and what both may touch.
//!
//! Control threads change a copy of the state and publish it through a triple buffer; the audio thread picks up the latest
//! at its next block. The audio half stands behind a lock, too, but that is only ever *tried*: a second audio thread
//! is turned away instead of waiting. Memory changes hands without being freed on the audio thread: what the triple
//! buffer replaces is dropped by the control thread that replaces it.

mod audio;
mod control;
mod lifecycle;
mod presets;

use crate::error::Error;
use crate::metrics::Metrics;
use crate::pool::Pool;
use audio::Audio;
use control::{Control, Published};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};

/// Where an instance stands, as the guide numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    Unknown = 0,
    Initializing = 1,
    Running = 2,
    Stopped = 3,
    Error = 4,
}

impl Status {
    const ALL: [Self; 5] = [Self::Unknown, Self::Initializing, Self::Running, Self::Stopped, Self::Error];
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "0 (unknown)",
            Self::Initializing => "1 (initializing)",
            Self::Running => "2 (running)",
            Self::Stopped => "3 (stopped)",
            Self::Error => "4 (error)",
        })
    }
}

/// One instance.
pub(crate) struct Instance {
    status: AtomicU8,
    control: Mutex<Control>,
    /// Only tried, never waited for.
    audio: Mutex<Audio>,
    /// Every pool that may have buffers lent.
    pools: RwLock<Vec<Arc<Pool>>>,
    metrics: Metrics,
    /// Set by `reset`, obeyed before the next block.
    reset: AtomicBool,
    /// Latency of the config in force or on its way, frames.
    latency_frames: AtomicUsize,
    /// The preset that the audio thread took by itself: version of the list and index + 1, or 0.
    audio_choice: AtomicU64,
}

impl Instance {
    /// An instance that waits to be initialized.
    pub(crate) fn new() -> Self {
        let (publisher, receiver) = triple_buffer::triple_buffer(&Published::default());
        Self {
            status: AtomicU8::new(Status::Unknown as u8),
            control: Mutex::new(Control::new(publisher)),
            audio: Mutex::new(Audio::new(receiver)),
            pools: RwLock::new(Vec::new()),
            metrics: Metrics::new(),
            reset: AtomicBool::new(false),
            latency_frames: AtomicUsize::new(0),
            audio_choice: AtomicU64::new(0),
        }
    }

    pub(crate) fn status(&self) -> Status {
        let status = usize::from(self.status.load(Ordering::Acquire));
        Status::ALL.get(status).copied().unwrap_or(Status::Error)
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Notes an internal error: from now on only a new start helps.
    pub(crate) fn fail(&self) {
        self.set_status(Status::Error);
    }

    /// Forgets the audio of the past, as after a seek, before the next block.
    ///
    /// # Realtime safety
    /// One atomic store.
    pub(crate) fn reset(&self) -> Result<(), Error> {
        self.require_initialized("reset")?;
        self.reset.store(true, Ordering::Release);
        Ok(())
    }

    /// Frames by which the output lags the input.
    ///
    /// # Realtime safety
    /// One atomic load.
    pub(crate) fn latency_frames(&self) -> Result<usize, Error> {
        self.require_initialized("latency_frames")?;
        Ok(self.latency_frames.load(Ordering::Acquire))
    }

    /// Takes a lent buffer back.
    ///
    /// # Realtime safety
    /// Never waits for a control thread for longer than it takes to put a pool into the list, and only while one does.
    pub(crate) fn release(&self, data: *mut *mut f32) -> Result<(), Error> {
        loop {
            let pools = match self.pools.try_read() {
                Ok(pools) => pools,
                Err(TryLockError::Poisoned(pools)) => pools.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    std::hint::spin_loop();
                    continue;
                }
            };
            let taken = pools.iter().any(|pool| pool.take_back(data));
            return if taken { Ok(()) } else { Err(Error::NotLent) };
        }
    }

    fn set_status(&self, status: Status) {
        self.status.store(status as u8, Ordering::Release);
    }

    /// Refuses the call unless the status is one of `allowed`.
    fn require(&self, call: &'static str, allowed: &[Status], advice: &'static str) -> Result<(), Error> {
        match self.status() {
            status if allowed.contains(&status) => Ok(()),
            Status::Error => Err(Error::Unhealthy),
            status => Err(Error::Order { call, status, advice }),
        }
    }

    /// Refuses what needs a format before there is one.
    pub(crate) fn require_initialized(&self, call: &'static str) -> Result<(), Error> {
        self.require(call, &[Status::Initializing, Status::Running, Status::Stopped], "initialize first")
    }

    fn require_running(&self, call: &'static str) -> Result<(), Error> {
        self.require(call, &[Status::Running], "initialize and start first")
    }

    /// The control half, up to date with what the audio thread chose by itself.
    fn control(&self) -> MutexGuard<'_, Control> {
        // After a panic the status refuses what relies on this state; initializing makes it anew.
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        control.absorb(self.audio_choice.swap(0, Ordering::AcqRel));
        control
    }

    /// Works on the audio half from a control thread: waits until no block is under way. The audio thread is turned
    /// away meanwhile, so keep it to what must be.
    fn with_audio<T>(&self, work: impl FnOnce(&mut Audio) -> T) -> T {
        loop {
            match self.audio.try_lock() {
                Ok(mut audio) => return work(&mut audio),
                Err(TryLockError::Poisoned(audio)) => {
                    self.audio.clear_poison();
                    return work(&mut audio.into_inner());
                }
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_passes_while_a_control_thread_holds_its_half() {
        let instance = Instance::new();
        instance.initialize(r#"{"log_level": "off"}"#).unwrap();
        instance.start().unwrap();
        instance.start_real_time("{}").unwrap();
        let mut samples = [0.5f32; 1024];
        let (mut left, mut right) = ([0f32; 512], [0f32; 512]);
        let mut data = [left.as_mut_ptr(), right.as_mut_ptr()];
        let input = crate::types::AudioBuffer {
            data: data.as_mut_ptr(),
            sample_rate: 44_100,
            channels: 2,
            frames: 512,
            timestamp_ns: 0,
        };
        let mut output = crate::types::AudioBuffer { data: std::ptr::null_mut(), ..input };
        // Whoever waited for this would never return.
        let held = instance.control.lock().unwrap();
        instance.process_interleaved(&mut samples, 2).unwrap();
        // SAFETY: two channels of 512 samples.
        unsafe { instance.enhance(&input, "Rock", &mut output) }.unwrap();
        instance.reset().unwrap();
        instance.release(output.data).unwrap();
        drop(held);
        assert!(
            instance.config_json().unwrap().contains(r#""frequency":340.0"#),
            "the control half knows the preset"
        );
    }

    #[test]
    fn starting_forgets_the_past() {
        let instance = Instance::new();
        instance.initialize(r#"{"log_level": "off"}"#).unwrap();
        instance.start().unwrap();
        instance.process_interleaved(&mut [0.5f32; 128], 2).unwrap();
        instance.stop().unwrap();
        instance.start().unwrap();
        let mut samples = [0f32; 2048];
        instance.process_interleaved(&mut samples, 2).unwrap();
        assert_eq!(samples, [0.0; 2048]);
    }

    #[test]
    fn a_second_audio_thread_is_turned_away() {
        let instance = Instance::new();
        instance.initialize(r#"{"log_level": "off"}"#).unwrap();
        instance.start().unwrap();
        let under_way = instance.audio.try_lock().unwrap();
        assert!(matches!(instance.process_interleaved(&mut [0f32; 2], 2), Err(Error::Busy)));
        drop(under_way);
        assert!(instance.process_interleaved(&mut [0f32; 2], 2).is_ok());
    }
}
