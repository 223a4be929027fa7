//! A host for an editor: it obeys at once and writes down what it is told.

#![allow(dead_code, reason = "not every test reads what was written")]

use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::prelude::*;
use std::sync::{Arc, Mutex};

/// What a host hears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Gesture {
    Begin(ParamPtr),
    Set(ParamPtr, f32),
    End(ParamPtr),
}

/// What the host heard, in order.
pub(crate) type Log = Arc<Mutex<Vec<Gesture>>>;

/// The parameters must live as long as the editor that moves them.
#[derive(Default)]
pub(crate) struct Host(pub(crate) Log);

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    #[allow(unsafe_code)]
    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.0.lock().unwrap().push(Gesture::Begin(param));
    }

    #[allow(unsafe_code)]
    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.0.lock().unwrap().push(Gesture::Set(param, normalized));
        // SAFETY: whoever opens an editor on this host holds its parameters.
        unsafe { param._internal_set_normalized_value(normalized) };
    }

    #[allow(unsafe_code)]
    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.0.lock().unwrap().push(Gesture::End(param));
    }

    fn get_state(&self) -> PluginState {
        unreachable!("the editor saves no host state")
    }

    fn set_state(&self, _state: PluginState) {
        unreachable!("the editor loads no host state")
    }

    fn request_restart(&self) {}
}
