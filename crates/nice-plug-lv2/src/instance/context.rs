//! nice-plug's contexts for activation and processing.

use super::events::Events;
use super::{Shared, Tasks};
use crate::plugin::Lv2Plugin;
use nice_plug::context::PluginApi;
use nice_plug::context::process::SendEventError;
use nice_plug::plugin::Plugin;
use nice_plug::prelude::{ActivateContext, PluginNoteEvent, ProcessContext, Transport};
use std::sync::atomic::Ordering;

/// The closest variant: [`PluginApi`] has none for LV2.
pub(crate) const API: PluginApi = PluginApi::Standalone;

pub(super) struct Activation<'a, P: Lv2Plugin> {
    pub(super) shared: &'a Shared<P>,
}

impl<P: Lv2Plugin> ActivateContext<P> for Activation<'_, P> {
    fn plugin_api(&self) -> PluginApi {
        API
    }

    /// Runs the task immediately, because hosts expect a plugin to be ready after activation.
    fn execute(&self, task: P::BackgroundTask) {
        self.shared.tasks.push(task);
        self.shared.tasks.work();
    }

    fn set_latency_samples(&self, samples: u32) {
        self.shared.latency_frames.store(samples, Ordering::Relaxed);
    }

    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

pub(super) struct Processing<'a, P: Lv2Plugin> {
    pub(super) shared: &'a Shared<P>,
    pub(super) transport: &'a Transport,
    pub(super) events: &'a mut Events<P>,
}

impl<P: Lv2Plugin> Processing<'_, P> {
    fn tasks(&self) -> &Tasks<P> {
        &self.shared.tasks
    }
}

impl<P: Lv2Plugin> ProcessContext<P> for Processing<'_, P> {
    fn plugin_api(&self) -> PluginApi {
        API
    }

    fn execute_background(&self, task: <P as Plugin>::BackgroundTask) {
        self.tasks().push(task);
    }

    /// Runs as a background task, because LV2 gives a plugin no main thread.
    fn execute_gui(&self, task: <P as Plugin>::BackgroundTask) {
        self.tasks().push(task);
    }

    fn transport(&self) -> &Transport {
        self.transport
    }

    fn next_event(&mut self) -> Option<PluginNoteEvent<P>> {
        self.events.next()
    }

    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<P>,
    ) -> Result<(), (PluginNoteEvent<P>, SendEventError)> {
        self.events.send(event)
    }

    fn set_latency_samples(&self, samples: u32) {
        self.shared.latency_frames.store(samples, Ordering::Relaxed);
    }

    /// Does nothing: an LV2 plugin cannot request a restart.
    fn request_restart(&self) {}

    fn set_current_voice_capacity(&self, _capacity: u32) {}
}
