//! A host for the editor: applies each edit immediately and logs it.

#![allow(dead_code, reason = "not every test reads the log")]

use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::prelude::*;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// A call from the editor to its host.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum HostCall {
    Begin(ParamPtr),
    Set(ParamPtr, f32),
    End(ParamPtr),
}

/// All calls so far, in order.
pub(crate) type Log = Arc<Mutex<Vec<HostCall>>>;

/// Asserts that each parameter's gesture is complete: begin, set, end. Returns the number of gestures and of
/// values.
pub(crate) fn whole_gestures(log: &Log) -> (usize, usize) {
    let (mut held, mut gestures, mut sets) = (HashSet::new(), 0, 0);
    for gesture in log.lock().unwrap().iter() {
        match *gesture {
            HostCall::Begin(param) => {
                assert!(held.insert(param), "the gesture began twice");
                gestures += 1;
            }
            HostCall::Set(param, _) => {
                assert!(held.contains(&param), "set outside of a gesture");
                sets += 1;
            }
            HostCall::End(param) => assert!(held.remove(&param), "the gesture ended before it began"),
        }
    }
    assert!(held.is_empty(), "a gesture never ended");
    (gestures, sets)
}

/// A host that applies edits. The parameters must outlive the editor.
#[derive(Default)]
pub(crate) struct Host(pub(crate) Log);

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    #[allow(unsafe_code)]
    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.0.lock().unwrap().push(HostCall::Begin(param));
    }

    #[allow(unsafe_code)]
    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.0.lock().unwrap().push(HostCall::Set(param, normalized));
        // SAFETY: each test keeps the parameters alive as long as the editor that it opens on this host.
        unsafe { param._internal_set_normalized_value(normalized) };
    }

    #[allow(unsafe_code)]
    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.0.lock().unwrap().push(HostCall::End(param));
    }

    fn get_state(&self) -> PluginState {
        unreachable!("the editor saves no host state")
    }

    fn set_state(&self, _state: PluginState) {
        unreachable!("the editor loads no host state")
    }

    fn request_restart(&self) {}
}
