//! Presets of the Audio Enhancer: factory and user presets, import and export of other tools' formats.
