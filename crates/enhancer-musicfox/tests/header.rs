//! The header in the repository matches the Rust source and the plugin guide.

#[path = "header/generate.rs"]
mod generate;

#[test]
fn the_header_is_up_to_date() {
    let text = std::fs::read_to_string(generate::path()).unwrap();
    assert!(
        text == generate::header(),
        "include/audio_enhancer.h is stale: run `cargo run -p enhancer-musicfox --example header` and review the change"
    );
}

#[test]
fn the_header_has_the_functions_of_the_plugin_guide() {
    let text = std::fs::read_to_string(generate::path()).unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let header = words(&text);
    for signature in [
        "uintptr_t PluginCreate(void);",
        "void PluginDestroy(void);",
        "int PluginInitialize(const char *config_json);",
        "int PluginStart(void);",
        "int PluginStop(void);",
        "int PluginProcessAudio(uintptr_t input, uintptr_t output);",
        "int PluginEnhanceAudio(uintptr_t input, const char *preset, uintptr_t output);",
        "int PluginGetPresets(uintptr_t presets, int *count);",
        "int PluginLoadPreset(const char *name);",
        "int PluginSavePreset(const char *name, const char *config_json);",
        "int PluginDeletePreset(const char *name);",
        "int PluginAnalyzeAudio(uintptr_t input, uintptr_t analysis);",
        "int PluginGetSpectrum(uintptr_t input, uintptr_t spectrum);",
        "int PluginStartRealTimeProcessing(const char *config_json);",
        "int PluginStopRealTimeProcessing(void);",
        "int PluginGetMetadata(uintptr_t metadata);",
        "int PluginHealthCheck(void);",
        "int PluginGetStatus(void);",
        "const char *PluginGetConfig(void);",
        "int PluginUpdateConfig(const char *config_json);",
        "const char *PluginGetParameters(void);",
        "int PluginSetParameter(const char *name, double value);",
        "int PluginGetParameter(const char *name, double *value);",
        "const char *PluginGetSupportedFormats(void);",
        "int PluginSetAudioFormat(int sample_rate, int channels);",
        "const char *PluginGetMetrics(void);",
        "void PluginReleaseAudio(uintptr_t audio);",
        "int PluginProcessAudioParallel(uintptr_t inputs, uintptr_t outputs, int count);",
        "const char *PluginLastError(void);",
        "int PluginAbiVersion(void);",
    ] {
        assert!(header.contains(signature), "{signature}");
    }
}
