//! The doors of the VST3 on Linux: nice-plug's wrapper, whose editor view lets go of the host when the host lets go of it.
//!
//! nice-plug 0.4.2 registers an event handler with the host's run loop for each view (`RunLoopEventHandler` of its
//! `wrapper/vst3/view.rs`) and counts one reference to it that nobody gives back: each opening of the editor left two file descriptors,
//! 0.2 MB and a registered handler behind. So the host gets [`View`](view::View) around nice-plug's, and nice-plug
//! [`Frame`](frame::Frame) around the host's, which knows the handlers and ends them.
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

/// The entry of a VST3: a factory, which the caller releases.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(factory::Factory::new()).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// Called by a host once, before the factory.
#[unsafe(no_mangle)]
extern "C" fn ModuleEntry(_library: *mut c_void) -> bool {
    nice_plug::wrapper::setup_logger::<AudioEnhancer>();
    true
}

/// Called by a host at the end.
#[unsafe(no_mangle)]
extern "C" fn ModuleExit() -> bool {
    true
}
