//! A host for an editor: it obeys at once and writes down what it is told.

#![allow(dead_code, reason = "not every test reads what was written")]

use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::prelude::*;
use std::collections::HashSet;
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

/// Sees that every parameter was begun, set and let go of in this order; says how many gestures and how many values there were.
pub(crate) fn whole_gestures(log: &Log) -> (usize, usize) {
    let (mut held, mut gestures, mut sets) = (HashSet::new(), 0, 0);
    for gesture in log.lock().unwrap().iter() {
        match *gesture {
            Gesture::Begin(param) => {
                assert!(held.insert(param), "begun twice");
                gestures += 1;
            }
            Gesture::Set(param, _) => {
                assert!(held.contains(&param), "set outside a gesture");
                sets += 1;
            }
            Gesture::End(param) => assert!(held.remove(&param), "ended before it began"),
        }
    }
    assert!(held.is_empty(), "never let go");
    (gestures, sets)
}

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
