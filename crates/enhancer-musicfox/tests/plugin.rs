//! The guide's functions where there is no plugin, and with what no host should pass.

mod support;

use enhancer_musicfox::plugin::*;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::{null, null_mut};
use support::{c, last_error};

/// Sees that the call failed for want of a plugin.
fn without(what: &str, answer: c_int) {
    assert_eq!(answer, -1, "{what}");
    // SAFETY: the library returns C strings, which hold until this thread asks again.
    let message = unsafe { CStr::from_ptr(PluginLastError()) }.to_str().unwrap();
    assert!(message.contains(NO_PLUGIN), "{what}: {message}");
}

/// What the message advises.
const NO_PLUGIN: &str = "PluginCreate";

/// Every function that answers 0 or −1, with null and 0 for all it takes.
fn all_with_nothing() -> Vec<(&'static str, c_int)> {
    let no: *const c_char = null();
    // SAFETY: null is what these functions refuse.
    unsafe {
        vec![
            ("initialize", PluginInitialize(no)),
            ("process", PluginProcessAudio(0, 0)),
            ("enhance", PluginEnhanceAudio(0, no, 0)),
            ("parallel", PluginProcessAudioParallel(0, 0, 1)),
            ("presets", PluginGetPresets(0, null_mut())),
            ("load", PluginLoadPreset(no)),
            ("save", PluginSavePreset(no, no)),
            ("delete", PluginDeletePreset(no)),
            ("analyze", PluginAnalyzeAudio(0, 0)),
            ("spectrum", PluginGetSpectrum(0, 0)),
            ("real time", PluginStartRealTimeProcessing(no)),
            ("metadata", PluginGetMetadata(0)),
            ("update", PluginUpdateConfig(no)),
            ("set", PluginSetParameter(no, 0.0)),
            ("get", PluginGetParameter(no, null_mut())),
            ("format", PluginSetAudioFormat(0, 0)),
        ]
    }
}

#[test]
fn without_a_plugin_every_call_asks_for_one_and_with_one_none_takes_nothing() {
    let texts = [PluginGetConfig, PluginGetParameters, PluginGetSupportedFormats, PluginGetMetrics];
    for (what, answer) in all_with_nothing() {
        without(what, answer);
    }
    without("start", PluginStart());
    without("stop", PluginStop());
    without("stop real time", PluginStopRealTimeProcessing());
    without("health", PluginHealthCheck());
    for call in texts {
        assert!(call().is_null() && last_error().contains(NO_PLUGIN), "{}", last_error());
    }
    // SAFETY: 0 is no address.
    unsafe { PluginReleaseAudio(0) };
    assert!(last_error().contains(NO_PLUGIN) && PluginGetStatus() == 0);

    assert_ne!(PluginCreate(), 0, "{}", last_error());
    let folder = tempfile::tempdir().unwrap();
    let config = format!(r#"{{"log_level": "off", "preset_folder": {:?}}}"#, folder.path().to_str().unwrap());
    // SAFETY: a C string.
    assert_eq!(unsafe { PluginInitialize(c(config).as_ptr()) }, 0, "{}", last_error());
    assert_eq!((PluginStart(), PluginGetStatus()), (0, 2));
    for (what, answer) in all_with_nothing() {
        assert_eq!(answer, -1, "{what}");
        assert!(last_error().len() > 15 && !last_error().contains(NO_PLUGIN), "{what}: {}", last_error());
        assert_eq!(PluginGetStatus(), 2, "{what}");
    }
    for call in texts {
        assert!(!call().is_null(), "{}", last_error());
    }
    PluginDestroy();
    assert_eq!((PluginGetStatus(), PluginStart()), (0, -1));
}
