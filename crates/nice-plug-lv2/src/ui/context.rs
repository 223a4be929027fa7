//! What an editor may ask for, from whatever thread its window runs on. LV2's functions are for the host's UI thread alone, so all
//! waits for the next `idle()`.

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

/// For the host, about the parameter of that place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Message {
    /// The user takes it in hand.
    Begin(usize),
    /// It has that normalized value.
    Set(usize, f32),
    /// The user lets go.
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
    /// The size that the editor gave itself.
    size: Mutex<Option<(u32, u32)>>,
    /// Whether the editor wants its main-thread callback.
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

    fn say(&self, param: ParamPtr, message: impl FnOnce(usize) -> Message) {
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
        self.say(param, Message::Begin);
    }

    /// Sets the parameter at once, so that the editor shows it, and tells the host.
    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        if self.places.contains_key(&param) {
            // SAFETY: one of the table's parameters, which it keeps.
            unsafe { param._internal_set_normalized_value(normalized) };
            self.say(param, |place| Message::Set(place, normalized));
        }
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.say(param, Message::End);
    }

    fn get_state(&self) -> PluginState {
        self.shared.state()
    }

    /// Sets the parameters and the fields at once, and tells the host of every parameter that moved.
    fn set_state(&self, mut state: PluginState) {
        P::filter_state(&mut state);
        for place in self.shared.set_params(&state) {
            // SAFETY: the table keeps the parameters.
            let normalized = unsafe { self.shared.table.params[place].param.unmodulated_normalized_value() };
            let messages = [Message::Begin(place), Message::Set(place, normalized), Message::End(place)];
            lock(&self.messages).extend(messages);
        }
        self.shared.params().deserialize_fields(&state.fields);
    }

    /// LV2 knows no such thing.
    fn request_restart(&self) {}
}

/// The editor's way to its host.
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
