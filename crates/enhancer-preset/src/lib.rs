//! Presets of the Audio Enhancer: factory and user presets, and import and export of other tools' formats.
//!
//! [`Library`] lists, loads and saves presets by name: the factory presets, built into the program, and the
//! user's own, one JSON file each in the platform's data folder. [`parse_preset`] and [`parse_config`] read
//! a file of any schema version that has shipped; [`to_json`] writes the current version. [`import`] reads
//! the files of other equalizers and players; [`export`] writes Equalizer APO text. `docs/PRESETS.md`
//! describes the formats.
//!
//! Every function allocates and most of them read files, so none may run on the audio thread.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]

mod excerpt;
pub mod export;
mod factory;
pub mod import;
mod library;
mod library_error;
mod migrate;
mod name;
mod parse;
mod preset;
mod store;
pub mod suggest;

pub use factory::factory_presets;
pub use library::Library;
pub use library_error::{LibraryError, Problem};
pub use name::{MAX_NAME_BYTES, NameError, check_name};
pub use parse::{MAX_FILE_BYTES, ParseError, parse_config, parse_preset};
pub use preset::{Preset, to_json};
pub use store::{DATA_DIR_VARIABLE, Overwrite};
