//! The editor's requests to the host. An editor may send them from any thread, but LV2 allows calls to the
//! host only on its UI thread, so they wait for the next `idle()`.

use crate::instance::Shared;
use crate::plugin::Lv2Plugin;
use nice_plug::context::PluginApi;
use nice_plug::editor::dpi::{NativeSize, Size};
use nice_plug::editor::{HostCallbacks, HostMainThreadCaller};
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;
use nice_plug::prelude::GuiContextInner;
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A request to the host for the parameter at an index of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Message {
    /// The user grabs the control.
    Begin(usize),
    /// The parameter has this normalized value.
    Set(usize, f32),
    /// The user releases the control.
    End(usize),
}

impl Message {
    pub(super) fn param(self) -> usize {
        match self {
            Self::Begin(param) | Self::Set(param, _) | Self::End(param) => param,
        }
    }
}

pub(super) struct Context<P: Lv2Plugin> {
    shared: Arc<Shared<P>>,
    places: HashMap<ParamPtr, usize>,
    messages: Mutex<VecDeque<Message>>,
    /// The size that the editor requested, pixels.
    size: Mutex<Option<(u32, u32)>>,
    /// True if the editor requested its main-thread callback.
    call: AtomicBool,
    destroyed: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<P: Lv2Plugin> Context<P> {
    pub(super) fn new(shared: Arc<Shared<P>>) -> Arc<Self> {
        let places = shared.table.params.iter().enumerate().map(|(index, param)| (param.param, index));
        Arc::new(Self {
            places: places.collect(),
            shared,
            messages: Mutex::default(),
            size: Mutex::default(),
            call: AtomicBool::new(false),
            destroyed: AtomicBool::new(false),
        })
    }

    pub(super) fn next(&self) -> Option<Message> {
        lock(&self.messages).pop_front()
    }

    pub(super) fn take_call(&self) -> bool {
        self.call.swap(false, Ordering::AcqRel)
    }

    pub(super) fn take_size(&self) -> Option<(u32, u32)> {
        lock(&self.size).take()
    }

    pub(super) fn is_destroyed(&self) -> bool {
        self.destroyed.load(Ordering::Acquire)
    }

    fn push(&self, param: ParamPtr, message: impl FnOnce(usize) -> Message) {
        if let Some(&place) = self.places.get(&param) {
            lock(&self.messages).push_back(message(place));
        }
    }
}

impl<P: Lv2Plugin> GuiContextInner for Context<P> {
    fn plugin_api(&self) -> PluginApi {
        crate::instance::API
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.push(param, Message::Begin);
    }

    /// Sets the parameter immediately, so that the editor displays it, and queues the value for the host.
    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        if self.places.contains_key(&param) {
            // SAFETY: the table owns the parameter, as `places` contains it.
            unsafe { param._internal_set_normalized_value(normalized) };
            self.push(param, |place| Message::Set(place, normalized));
        }
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.push(param, Message::End);
    }

    fn get_state(&self) -> PluginState {
        self.shared.state()
    }

    /// Sets the parameters and fields immediately, and queues each changed parameter for the host.
    fn set_state(&self, mut state: PluginState) {
        P::filter_state(&mut state);
        for place in self.shared.set_params(&state) {
            // SAFETY: the table owns the parameters, so the pointer is valid.
            let normalized = unsafe { self.shared.table.params[place].param.unmodulated_normalized_value() };
            let messages = [Message::Begin(place), Message::Set(place, normalized), Message::End(place)];
            lock(&self.messages).extend(messages);
        }
        self.shared.params().deserialize_fields(&state.fields);
    }

    /// Does nothing: an LV2 plugin cannot request a restart.
    fn request_restart(&self) {}
}

/// The callbacks that an editor receives for requests to its host.
pub(super) struct HostCaller<P: Lv2Plugin>(pub(super) Arc<Context<P>>);

impl<P: Lv2Plugin> HostCallbacks for HostCaller<P> {
    fn request_resize(&mut self, new_size: Size, scale_factor: f64) -> Result<(), Box<dyn Error>> {
        let size = NativeSize::<u32>::from_size(new_size, scale_factor);
        *lock(&self.0.size) = Some((size.width, size.height));
        Ok(())
    }

    fn destroyed(&mut self) {
        self.0.destroyed.store(true, Ordering::Release);
    }
}

impl<P: Lv2Plugin> HostMainThreadCaller for HostCaller<P> {
    fn call_main_thread(&mut self) {
        self.0.call.store(true, Ordering::Release);
    }
}
