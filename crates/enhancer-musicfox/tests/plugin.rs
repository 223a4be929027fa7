//! The functions of the plugin guide without a plugin, and with null and 0 for every argument.

mod support;

use enhancer_musicfox::plugin::*;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::{null, null_mut};
use support::{c, last_error};

/// Expects that the call failed because there is no plugin.
fn expect_no_plugin(call: &str, result: c_int) {
    assert_eq!(result, -1, "{call}");
    // SAFETY: the library guarantees a C string that is valid until the next failure on this thread.
    let message = unsafe { CStr::from_ptr(PluginLastError()) }.to_str().unwrap();
    assert!(message.contains(NO_PLUGIN), "{call}: {message}");
}

/// Advice in the message.
const NO_PLUGIN: &str = "PluginCreate";

/// Calls every function with null and 0 for all arguments. Returns names and results.
fn all_with_nothing() -> Vec<(&'static str, c_int)> {
    let no: *const c_char = null();
    // SAFETY: the header allows null and 0 for every pointer.
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
fn calls_without_a_plugin_or_with_null_arguments_fail_with_a_message() {
    let texts = [PluginGetConfig, PluginGetParameters, PluginGetSupportedFormats, PluginGetMetrics];
    for (call, result) in all_with_nothing() {
        expect_no_plugin(call, result);
    }
    expect_no_plugin("start", PluginStart());
    expect_no_plugin("stop", PluginStop());
    expect_no_plugin("stop real time", PluginStopRealTimeProcessing());
    expect_no_plugin("health", PluginHealthCheck());
    for call in texts {
        assert!(call().is_null() && last_error().contains(NO_PLUGIN), "{}", last_error());
    }
    // SAFETY: the header allows 0.
    unsafe { PluginReleaseAudio(0) };
    assert!(last_error().contains(NO_PLUGIN) && PluginGetStatus() == 0);

    assert_ne!(PluginCreate(), 0, "{}", last_error());
    let folder = tempfile::tempdir().unwrap();
    let config = format!(r#"{{"log_level": "off", "preset_folder": {:?}}}"#, folder.path().to_str().unwrap());
    // SAFETY: `c` makes a C string.
    assert_eq!(unsafe { PluginInitialize(c(config).as_ptr()) }, 0, "{}", last_error());
    assert_eq!((PluginStart(), PluginGetStatus()), (0, 2));
    for (name, result) in all_with_nothing() {
        assert_eq!(result, -1, "{name}");
        assert!(last_error().len() > 15 && !last_error().contains(NO_PLUGIN), "{name}: {}", last_error());
        assert_eq!(PluginGetStatus(), 2, "{name}");
    }
    for call in texts {
        assert!(!call().is_null(), "{}", last_error());
    }
    PluginDestroy();
    assert_eq!((PluginGetStatus(), PluginStart()), (0, -1));
}
