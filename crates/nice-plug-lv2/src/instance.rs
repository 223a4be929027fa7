//! An instance of a plugin: the object behind a host's handle.
//!
//! Any thread may use [`Shared`]. LV2's threading rules give [`Audio`] to one thread at a time: the audio
//! thread while the plugin is active, the instantiating thread while it is not.

mod audio;
mod buses;
mod context;
mod events;
mod state;
mod tasks;

pub(crate) use audio::Audio;
pub(crate) use context::API;
pub(crate) use state::StateUrids;
pub(crate) use tasks::{Tasks, has_tasks};

use crate::features::{Features, Severity};
use crate::plugin::{Lv2Entry, Lv2Plugin};
use crate::raw::LV2_Worker_Schedule;
use crate::table::PortTable;
use nice_plug::params::Params;
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// The part of an instance that the audio thread, the host's main thread and an editor share.
pub(crate) struct Shared<P: Lv2Plugin> {
    /// The ports and the parameters behind them.
    pub(crate) table: PortTable,
    /// The editor. nice-plug creates it once for each plugin; `None` while a UI uses it.
    pub(crate) editor: Mutex<Option<P::Editor>>,
    pub(crate) tasks: Arc<Tasks<P>>,
    pub(crate) latency_frames: AtomicU32,
    pub(crate) urids: Option<StateUrids>,
}

/// The object behind a host's handle.
pub(crate) struct Instance<P: Lv2Plugin> {
    shared: Arc<Shared<P>>,
    audio: UnsafeCell<Audio<P>>,
}

impl<P: Lv2Plugin> Instance<P> {
    /// Creates an instance that is ready to run. Logs a message and returns `None` if the plugin refuses the
    /// sample rate or layout.
    pub(crate) fn new(
        entry: &'static Lv2Entry,
        sample_rate_hz: f64,
        features: &Features,
    ) -> Option<Box<Self>> {
        let mut plugin = P::default();
        plugin.lv2_begin();
        let schedule = features.find(crate::features::WORKER_SCHEDULE);
        let schedule = schedule.map(|data| data.cast::<LV2_Worker_Schedule>().cast_const());
        let shared = Arc::new(Shared::new(&mut plugin, entry, schedule, features));
        let Some(audio) = Audio::new(plugin, shared.clone(), sample_rate_hz, features) else {
            let message = format!("{} does not support the sample rate {sample_rate_hz} Hz", entry.name);
            features.log(Severity::Error, &message);
            return None;
        };
        Some(Box::new(Self { shared, audio: UnsafeCell::new(audio) }))
    }

    /// The part that any thread may use.
    pub(crate) fn shared(&self) -> &Arc<Shared<P>> {
        &self.shared
    }

    /// The audio part.
    ///
    /// # Safety
    /// The caller must be in a function that LV2's threading rules never run at the same time as another that
    /// calls this.
    #[allow(clippy::mut_from_ref, reason = "LV2's threading rules prevent simultaneous calls")]
    pub(crate) unsafe fn audio(&self) -> &mut Audio<P> {
        // SAFETY: the caller guarantees that no other reference to the audio part exists.
        unsafe { &mut *self.audio.get() }
    }

    /// The instance behind a host's handle.
    ///
    /// # Safety
    /// `handle` must come from `Box::into_raw` of an `Instance<P>` and must not be cleaned up yet.
    pub(crate) unsafe fn from_handle<'a>(handle: *mut c_void) -> &'a Self {
        // SAFETY: the caller guarantees a living instance of this type.
        unsafe { &*handle.cast::<Self>() }
    }
}

impl<P: Lv2Plugin> Shared<P> {
    /// Takes the parameters, editor and task executor from a new plugin.
    pub(crate) fn new(
        plugin: &mut P,
        entry: &'static Lv2Entry,
        schedule: Option<*const LV2_Worker_Schedule>,
        features: &Features,
    ) -> Self {
        let tasks = Tasks::new(plugin.task_executor(), schedule);
        Self {
            table: PortTable::new::<P>(entry, plugin.params()),
            editor: Mutex::new(plugin.editor(tasks.executor())),
            tasks,
            latency_frames: AtomicU32::new(0),
            urids: StateUrids::new(features, entry.uri),
        }
    }

    pub(crate) fn params(&self) -> &Arc<dyn Params> {
        self.table.owner()
    }

    pub(crate) fn latency_frames(&self) -> u32 {
        self.latency_frames.load(Ordering::Relaxed)
    }
}
