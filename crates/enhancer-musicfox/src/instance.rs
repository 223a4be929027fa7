//! One instance: a control half behind a lock, an audio half that never waits for it, and the state that both
//! share.
//!
//! Control threads change their own copy of the state and publish it through a triple buffer. The audio
//! thread reads the latest copy at its next block. The audio half has a lock, too, but audio calls only *try*
//! it: a second audio thread gets an error and does not wait. The audio thread frees no memory: the control
//! thread that replaces a value in the triple buffer drops the old one.

mod audio;
mod control;
mod lifecycle;
mod presets;

use crate::error::Error;
use crate::metrics::Metrics;
use crate::pool::Pool;
use crate::status::Status;
use audio::Audio;
use control::{Control, Published};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};

/// One instance: one chain for one stream of audio.
pub(crate) struct Instance {
    status: AtomicU8,
    control: Mutex<Control>,
    /// Audio calls use `try_lock` only.
    audio: Mutex<Audio>,
    /// Every pool of this instance. A pool stays in the list, because its buffers may be lent.
    pools: RwLock<Vec<Arc<Pool>>>,
    metrics: Metrics,
    /// Set by `reset`; the audio half clears its state before the next block.
    reset: AtomicBool,
    /// Latency of the latest config, frames; the chain may not have received that config yet.
    latency_frames: AtomicUsize,
    /// The preset that the audio thread selected: version of the list (upper half) and index + 1 (lower
    /// half), or 0.
    audio_choice: AtomicU64,
}

impl Instance {
    /// An instance with the status `Unknown`.
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
        Status::from_number(self.status.load(Ordering::Acquire))
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Sets the status to `Error`; only `initialize` leaves it.
    pub(crate) fn fail(&self) {
        self.set_status(Status::Error);
    }

    /// Clears the chain's state before the next block, for example after a seek.
    ///
    /// # Realtime safety
    /// One atomic store.
    pub(crate) fn reset(&self) -> Result<(), Error> {
        self.require_initialized("reset")?;
        self.reset.store(true, Ordering::Release);
        Ok(())
    }

    /// Delay of the output, frames.
    ///
    /// # Realtime safety
    /// One atomic load.
    pub(crate) fn latency_frames(&self) -> Result<usize, Error> {
        self.require_initialized("latency_frames")?;
        Ok(self.latency_frames.load(Ordering::Acquire))
    }

    /// Takes a lent buffer back.
    ///
    /// # Errors
    /// The buffer is not lent by this instance.
    ///
    /// # Realtime safety
    /// Waits only while a control thread appends a pool to the list.
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

    /// Rejects the call unless the status is one of `allowed`.
    fn require(&self, call: &'static str, allowed: &[Status], advice: &'static str) -> Result<(), Error> {
        match self.status() {
            status if allowed.contains(&status) => Ok(()),
            Status::Error => Err(Error::Unhealthy),
            status => Err(Error::Order { call, status, advice }),
        }
    }

    /// Rejects a call that needs a format before `initialize`.
    pub(crate) fn require_initialized(&self, call: &'static str) -> Result<(), Error> {
        self.require(call, &[Status::Initializing, Status::Running, Status::Stopped], "initialize first")
    }

    fn require_running(&self, call: &'static str) -> Result<(), Error> {
        self.require(call, &[Status::Running], "initialize and start first")
    }

    /// Locks the control half and applies the preset that the audio thread selected, if any.
    fn control(&self) -> MutexGuard<'_, Control> {
        // After a panic the status rejects every call that reads this state; `initialize` creates it again.
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        control.absorb(self.audio_choice.swap(0, Ordering::AcqRel));
        control
    }

    /// Runs `work` on the audio half from a control thread; waits for the block in progress. Audio calls fail
    /// meanwhile, so `work` must be short.
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
    fn audio_calls_succeed_while_the_control_half_is_locked() {
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
        // A call that waited for this lock would never return.
        let held = instance.control.lock().unwrap();
        instance.process_interleaved(&mut samples, 2).unwrap();
        // SAFETY: `data` holds two channels of 512 samples; the output requests lent buffers.
        unsafe { instance.enhance(&input, "Rock", &mut output) }.unwrap();
        instance.reset().unwrap();
        instance.release(output.data).unwrap();
        drop(held);
        assert!(
            instance.config_json().unwrap().contains(r#""frequency":340.0"#),
            "the control half has the preset"
        );
    }

    #[test]
    fn starting_clears_the_state() {
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
    fn a_second_audio_thread_gets_an_error() {
        let instance = Instance::new();
        instance.initialize(r#"{"log_level": "off"}"#).unwrap();
        instance.start().unwrap();
        let in_progress = instance.audio.try_lock().unwrap();
        assert!(matches!(instance.process_interleaved(&mut [0f32; 2], 2), Err(Error::Busy)));
        drop(in_progress);
        assert!(instance.process_interleaved(&mut [0f32; 2], 2).is_ok());
    }
}
