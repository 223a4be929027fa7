//! One running plugin: what a host's handle points to.
//!
//! [`Shared`] is for every thread; [`Audio`] belongs to whom LV2's threading rules let in: the audio thread while the plugin is active,
//! the instantiating thread while it isn't.

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

/// What the audio thread, the host's main thread and an editor share.
pub(crate) struct Shared<P: Lv2Plugin> {
    /// Ports and parameters.
    pub(crate) table: PortTable,
    /// The editor, made once with the plugin as nice-plug promises. None while a UI has it.
    pub(crate) editor: Mutex<Option<P::Editor>>,
    pub(crate) tasks: Arc<Tasks<P>>,
    pub(crate) latency_frames: AtomicU32,
    pub(crate) urids: Option<StateUrids>,
}

/// What a host's handle points to.
pub(crate) struct Instance<P: Lv2Plugin> {
    shared: Arc<Shared<P>>,
    audio: UnsafeCell<Audio<P>>,
}

impl<P: Lv2Plugin> Instance<P> {
    /// An instance ready to run; none if the plugin refuses the sample rate or layout, which the host is told.
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
            let message = format!("{} refuses {sample_rate_hz} Hz", entry.name);
            features.log(Severity::Error, &message);
            return None;
        };
        Some(Box::new(Self { shared, audio: UnsafeCell::new(audio) }))
    }

    /// What any thread may have.
    pub(crate) fn shared(&self) -> &Arc<Shared<P>> {
        &self.shared
    }

    /// The audio half.
    ///
    /// # Safety
    /// The caller is in a function that LV2's threading rules keep apart from every other one that calls this.
    #[allow(clippy::mut_from_ref, reason = "the host keeps the callers apart")]
    pub(crate) unsafe fn audio(&self) -> &mut Audio<P> {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.audio.get() }
    }

    /// # Safety
    /// `handle` came out of `Box::into_raw` of an instance of this very plugin and is not cleaned up yet.
    pub(crate) unsafe fn from_handle<'a>(handle: *mut c_void) -> &'a Self {
        // SAFETY: the caller's promise.
        unsafe { &*handle.cast::<Self>() }
    }
}

impl<P: Lv2Plugin> Shared<P> {
    /// Asks a fresh plugin, once, for all that is shared.
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
