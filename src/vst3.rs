//! The VST3 entry points on Linux. They wrap nice-plug's objects so that a closed editor releases all of its
//! resources.
//!
//! nice-plug 0.4.2 registers an event handler with the host's run loop for each view (`RunLoopEventHandler`
//! in its `wrapper/vst3/view.rs`) and never releases one of its references. Each opening of the editor
//! therefore leaked two file descriptors, 0.2 MB and a registered handler. To prevent this, the host receives
//! a [`View`](view::View) that wraps nice-plug's view, and nice-plug receives a [`Frame`](frame::Frame) that
//! wraps the host's frame. The `Frame` records the handlers and releases them.
//!
//! ```text
//! host -> Factory -> component (nice-plug's, with another createView) -> View -> nice-plug's view
//! nice-plug's view -> Frame -> the host's frame and run loop
//! ```

mod component;
mod factory;
mod frame;
mod view;

use crate::AudioEnhancer;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory;
use std::ffi::c_void;

/// The entry point of a VST3 module: returns a new factory, which the caller releases.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(factory::Factory::new()).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// Called once by a host, before `GetPluginFactory`.
#[unsafe(no_mangle)]
extern "C" fn ModuleEntry(_library: *mut c_void) -> bool {
    nice_plug::wrapper::setup_logger::<AudioEnhancer>();
    true
}

/// Called by a host before it unloads the module.
#[unsafe(no_mangle)]
extern "C" fn ModuleExit() -> bool {
    true
}
