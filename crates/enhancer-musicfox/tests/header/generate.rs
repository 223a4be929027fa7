//! Generates the C header from the Rust source.

use std::path::{Path, PathBuf};

/// Path of the header.
pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("include/audio_enhancer.h")
}

/// Text of the header.
pub(crate) fn header() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    let sources =
        ["types", "abi/plugin", "abi/instances/life", "abi/instances/audio", "abi/instances/control"];
    let builder = sources.iter().fold(cbindgen::Builder::new().with_config(config), |builder, source| {
        builder.with_src(folder.join(format!("src/{source}.rs")))
    });
    let mut text = Vec::new();
    builder.generate().expect("the source can be read").write(&mut text);
    String::from_utf8(text).expect("cbindgen writes UTF-8")
}
